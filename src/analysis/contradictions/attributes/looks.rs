//! Eyes, hair, and the hand that someone uses.

use super::{About, Claim, Said, Value, is_in};

/// Words that may stand between a possessor and "eyes", or between "eyes were" and the colour.
const BETWEEN: &[&str] = &[
    "a",
    "and",
    "astonishing",
    "big",
    "bright",
    "brilliant",
    "clear",
    "close",
    "cold",
    "cool",
    "cropped",
    "curly",
    "dark",
    "deep",
    "fine",
    "gentle",
    "great",
    "heavy",
    "huge",
    "keen",
    "kind",
    "large",
    "lidded",
    "light",
    "little",
    "long",
    "lovely",
    "narrow",
    "of",
    "own",
    "pale",
    "quick",
    "quiet",
    "rather",
    "sad",
    "same",
    "set",
    "sharp",
    "short",
    "small",
    "smooth",
    "soft",
    "startling",
    "steady",
    "still",
    "straight",
    "strange",
    "striking",
    "thick",
    "thin",
    "tired",
    "two",
    "unruly",
    "very",
    "vivid",
    "warm",
    "wary",
    "wavy",
    "wet",
    "wide",
    "wild",
];

fn eye_colour(word: &str) -> Option<&'static str> {
    Some(match word {
        "blue" => "blue",
        "brown" => "brown",
        "green" => "green",
        "grey" | "gray" => "grey",
        "hazel" => "hazel",
        "amber" => "amber",
        "black" => "black",
        "violet" => "violet",
        _ => return None,
    })
}

fn hair_colour(word: &str) -> Option<&'static str> {
    Some(match word {
        "blond" | "blonde" | "fair" | "golden" | "flaxen" | "yellow" => "fair",
        "brown" | "chestnut" => "brown",
        "auburn" => "auburn",
        "black" | "raven" => "black",
        "red" | "ginger" | "copper" => "red",
        _ => return None,
    })
}

/// Colours that pass for each other are no contradiction.
pub(super) fn eyes_differ(a: &[&str], b: &[&str]) -> bool {
    differ(
        a,
        b,
        &[
            ("blue", "grey"),
            ("green", "grey"),
            ("green", "hazel"),
            ("brown", "hazel"),
            ("amber", "hazel"),
            ("amber", "brown"),
            ("black", "brown"),
            ("blue", "violet"),
        ],
    )
}

pub(super) fn hair_differs(a: &[&str], b: &[&str]) -> bool {
    differ(a, b, &[("auburn", "brown"), ("auburn", "red"), ("brown", "fair"), ("black", "brown")])
}

fn differ(a: &[&str], b: &[&str], alike: &[(&str, &str)]) -> bool {
    let fits = |a: &str, b: &str| a == b || alike.contains(&(a, b)) || alike.contains(&(b, a));
    !a.iter().any(|a| b.iter().any(|b| fits(a, b)))
}

pub(super) fn claims(said: &Said<'_, '_>, claims: &mut Vec<Claim>) {
    for at in said.sentence.tokens.clone() {
        match said.low(at) {
            "eyes" => feature(said, at, About::Eyes, eye_colour, claims),
            "hair" => feature(said, at, About::Hair, hair_colour, claims),
            "eyed" => adjective(said, at, About::Eyes, eye_colour, claims),
            "haired" => adjective(said, at, About::Hair, hair_colour, claims),
            "handed" => {
                let hand = |word: &str| ["left", "right"].into_iter().find(|h| *h == word);
                adjective(said, at, About::Hand, hand, claims);
            }
            _ => {}
        }
    }
}

/// `NAME's blue eyes`, `NAME's eyes were blue`, `NAME had blue eyes`, `the blue eyes of NAME`.
fn feature(
    said: &Said<'_, '_>,
    noun: usize,
    about: About,
    colour: fn(&str) -> Option<&'static str>,
    claims: &mut Vec<Claim>,
) {
    let first = said.sentence.tokens.start;
    let mut colours: Vec<&'static str> = Vec::new();
    let mut at = noun;
    while at > first && (is_between(said.low(at - 1)) || colour(said.low(at - 1)).is_some()) {
        at -= 1;
        colours.extend(colour(said.low(at)));
    }
    let Some((owner, named)) = owner(said, at, noun) else { return };
    let says = matches!(said.low(noun + 1), "were" | "are" | "was" | "is");
    let noted = said.in_entry() && (said.low(noun + 1) == ":" || colour(said.low(noun + 1)).is_some());
    if colours.is_empty() && (says || noted) {
        let mut after = noun + 1 + usize::from(says || said.low(noun + 1) == ":");
        while is_between(said.low(after)) || colour(said.low(after)).is_some() {
            colours.extend(colour(said.low(after)));
            after += 1;
        }
        // "black with rage" is not a colour of eyes.
        if matches!(said.low(after), "with" | "from" | "as") {
            return;
        }
    }
    if !colours.is_empty() {
        claims.push(said.claim(owner, about, Value::Words(colours), named));
    }
}

/// Whose eyes they are: `at` is the first token of what is said of them, `noun` the word itself.
fn owner(said: &Said<'_, '_>, at: usize, noun: usize) -> Option<(usize, bool)> {
    if let Some(mention) = said.reading.named_before(at)
        && mention.possessive
        && mention.from >= said.sentence.tokens.start
    {
        return Some((mention.who, true));
    }
    if said.low(noun + 1) == "of"
        && let Some(mention) = said.reading.named_at(noun + 2)
        && !mention.possessive
    {
        return Some((mention.who, true));
    }
    let Some(before) = at.checked_sub(1).filter(|b| *b >= said.sentence.tokens.start) else {
        // "Grey eyes, red hair." as notes have it
        return said.subject.filter(|_| said.in_entry()).map(|who| (who, true));
    };
    match said.low(before) {
        "-" | "*" | ":" => said.subject.filter(|_| said.in_entry()).map(|who| (who, true)),
        "his" | "her" | "its" | "their" => {
            // Who is spoken of to someone else is not known.
            let quoted = said.reading.tokens[before].quoted && !said.in_entry();
            said.subject.filter(|_| !quoted).map(|who| (who, said.in_entry()))
        }
        "had" | "has" | "have" | "with" => {
            let comma = usize::from(before > 0 && said.low(before - 1) == ",");
            said.subject_before(before - comma).or_else(|| said.only_subject())
        }
        // "A gardener with a limp, dark brown eyes and fair hair."
        _ if !said.reading.tokens[before].possessive => said.only_subject(),
        _ => None,
    }
}

/// `blue-eyed NAME`, `NAME was blue-eyed`, `NAME, who was left-handed`.
fn adjective(
    said: &Said<'_, '_>,
    noun: usize,
    about: About,
    value: impl Fn(&str) -> Option<&'static str>,
    claims: &mut Vec<Claim>,
) {
    let Some(at) = noun.checked_sub(1).filter(|at| *at >= said.sentence.tokens.start) else { return };
    let Some(word) = value(said.low(at)) else { return };
    let mut owner = said.reading.named_at(noun + 1).filter(|m| !m.possessive).map(|m| (m.who, true));
    let mut before = at;
    while before > said.sentence.tokens.start
        && matches!(
            said.low(before - 1),
            "a" | "the" | "still" | "," | "who" | "and" | "tall" | "thin" | "young"
        )
    {
        before -= 1;
    }
    if owner.is_none()
        && before > said.sentence.tokens.start
        && matches!(said.low(before - 1), "was" | "is" | "being")
    {
        let mut verb = before - 1;
        while verb > said.sentence.tokens.start && matches!(said.low(verb - 1), "who" | ",") {
            verb -= 1;
        }
        owner = said.subject_before(verb);
    }
    if owner.is_none()
        && said.in_entry()
        && (before == said.sentence.tokens.start || said.low(before - 1) == "-")
    {
        owner = said.subject.map(|who| (who, true));
    }
    if let Some((who, named)) = owner {
        claims.push(said.claim(who, about, Value::Words(vec![word]), named));
    }
}

fn is_between(word: &str) -> bool {
    is_in(BETWEEN, word) || word == ","
}
