//! How many brothers, children, rooms someone or something has.

use super::{About, Claim, Said, Value, is_in};
use crate::analysis::contradictions::numbers::number;

/// What a person has a settled number of.
const KIN: &[&str] = &[
    "brothers",
    "children",
    "daughters",
    "fingers",
    "grandchildren",
    "husbands",
    "kids",
    "siblings",
    "sisters",
    "sons",
    "toes",
    "wives",
];

const QUALIFIERS: &[&str] = &[
    "big",
    "dead",
    "elder",
    "grown",
    "half",
    "little",
    "living",
    "married",
    "older",
    "small",
    "step",
    "surviving",
    "unmarried",
    "young",
    "younger",
];

/// Nouns in the plural that measure and do not count.
const MEASURES: &[&str] = &[
    "days",
    "feet",
    "hours",
    "inches",
    "miles",
    "minutes",
    "months",
    "others",
    "pounds",
    "seconds",
    "thousands",
    "times",
    "weeks",
    "yards",
    "years",
];

pub(super) fn claims(said: &Said<'_, '_>, claims: &mut Vec<Claim>) {
    for at in said.sentence.tokens.clone() {
        if said.low(at) == "only" && said.low(at + 1) == "child" && at > said.sentence.tokens.start + 1 {
            only_child(said, at, claims);
            continue;
        }
        let none = said.low(at) == "no"
            && at > said.sentence.tokens.start
            && matches!(said.low(at - 1), "had" | "has");
        let Some((count, mut noun)) =
            (if none { Some((0, at + 1)) } else { number(said.reading, said.sentence, at) })
        else {
            continue;
        };
        let mut what: Vec<&str> = Vec::new();
        while is_in(QUALIFIERS, said.low(noun)) {
            what.push(said.low(noun));
            noun += 1;
        }
        let singular =
            matches!(said.low(noun), "brother" | "sister" | "son" | "daughter" | "child") && count == 1;
        let Some((who, of_person)) = owner(said, at) else { continue };
        let plural = match said.low(noun) {
            "child" if singular => "children".to_owned(),
            one if singular => format!("{one}s"),
            many => many.to_owned(),
        };
        let counts = if of_person {
            is_in(KIN, &plural)
        } else {
            plural.len() > 3 && plural.ends_with('s') && !plural.ends_with("ss") && !is_in(MEASURES, &plural)
                || plural == "people"
        };
        // "one of her two brothers" and "two brothers more" say something else.
        if counts
            && !matches!(said.low(noun + 1), "more" | "left" | "and" if of_person && said.low(noun + 1) != "and")
        {
            what.push(&plural);
            claims.push(said.claim(who, About::Count(what.join(" ")), Value::Number(count), true));
        }
    }
}

/// Whose they are, and whether it is a person: `NAME had two …`, `NAME's two …`, `NAME, with two …`.
fn owner(said: &Said<'_, '_>, at: usize) -> Option<(usize, bool)> {
    let first = said.sentence.tokens.start;
    let whole = |who: usize| (who, said.people.all[who].human);
    if let Some(mention) = said.reading.named_before(at).filter(|m| m.possessive && m.from >= first) {
        return Some(whole(mention.who));
    }
    let verb = at.checked_sub(1).filter(|v| *v >= first)?;
    let verb =
        if matches!(said.low(verb), "only" | "exactly" | "just") { verb.checked_sub(1)? } else { verb };
    match said.low(verb) {
        "had" | "has" => said.subject_before(verb).map(|(who, _)| whole(who)),
        "with" | "by" | "of" if said.in_entry() => said.subject.map(whole).filter(|(_, person)| !person),
        // "It has three hundred people, one street and two inns."
        "," | "and" if said.in_entry() => {
            let has = said
                .sentence
                .tokens
                .clone()
                .take_while(|t| *t < verb)
                .any(|t| matches!(said.low(t), "has" | "had"));
            said.subject.map(whole).filter(|(_, person)| has && !person)
        }
        _ => None,
    }
}

/// An only child has neither brothers nor sisters.
fn only_child(said: &Said<'_, '_>, at: usize, claims: &mut Vec<Claim>) {
    if !matches!((said.low(at - 2), said.low(at - 1)), ("was" | "is", "an")) {
        return;
    }
    if let Some((who, named)) = said.subject_before(at - 2) {
        for what in ["brothers", "sisters", "siblings"] {
            claims.push(said.claim(who, About::Count(what.to_owned()), Value::Number(0), named));
        }
    }
}
