//! What someone is like: eyes, hair, hands, age, how many of something, who is whose. Each fact is a claim with its
//! place; claims of one thing about one person are compared.

mod age;
mod counts;
mod looks;
mod relations;

use std::collections::{BTreeMap, HashMap, HashSet};

pub(super) use age::whose_age;

use super::people::People;
use super::reading::{Mention, Reading, Sentence};
use super::{Book, Contradiction, Kind, Place, Severity, Source, is_in};

/// Words that make a claim none: it is denied, supposed, compared, or passing.
const DOUBT: &[&str] = &[
    "almost",
    "became",
    "become",
    "contacts",
    "could",
    "disguise",
    "disguised",
    "dream",
    "dreamed",
    "dreamt",
    "dye",
    "dyed",
    "flashed",
    "formerly",
    "gone",
    "grew",
    "grown",
    "if",
    "imagined",
    "lens",
    "lenses",
    "liar",
    "lie",
    "lied",
    "like",
    "looked",
    "maybe",
    "might",
    "mistaken",
    "nearly",
    "never",
    "no",
    "not",
    "once",
    "painted",
    "perhaps",
    "powdered",
    "pretend",
    "pretended",
    "seem",
    "seemed",
    "shone",
    "supposed",
    "though",
    "thought",
    "turned",
    "unless",
    "used",
    "went",
    "wig",
    "would",
];

/// Words for someone who is not named.
const OTHERS: &[&str] = &[
    "another",
    "baby",
    "boy",
    "brother",
    "child",
    "cousin",
    "daughter",
    "father",
    "figure",
    "friend",
    "gentleman",
    "girl",
    "guest",
    "husband",
    "lady",
    "man",
    "mother",
    "officer",
    "one",
    "other",
    "person",
    "sister",
    "soldier",
    "son",
    "stranger",
    "visitor",
    "wife",
    "woman",
];

/// A fact about someone.
#[derive(Debug, Clone)]
struct Claim {
    who: usize,
    about: About,
    value: Value,
    /// The sentence.
    place: Place,
    /// It was said with the name, not with "his" or "her".
    named: bool,
}

/// What a claim is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Eyes,
    Hair,
    Hand,
    Age,
    /// How many of what, with the words that tell them apart: "older brothers".
    Count(String),
    /// What another one is to them.
    Relation(usize),
    /// Who is their mother, father, husband or wife.
    Only(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Value {
    /// One or more colours, or a hand.
    Words(Vec<&'static str>),
    Number(u32),
    Relation(relations::Kin),
    Person(usize),
}

/// A sentence, and of whom it speaks where it names nobody.
struct Said<'r, 'a> {
    reading: &'r Reading<'a>,
    sentence: &'r Sentence,
    /// Whom "he", "her", "it" mean: in an entry whom it is about, on a page whom alone the paragraph names.
    subject: Option<usize>,
    people: &'r People,
}

impl Said<'_, '_> {
    fn low(&self, at: usize) -> &str {
        self.reading.low(self.sentence, at)
    }

    fn claim(&self, who: usize, about: About, value: Value, named: bool) -> Claim {
        Claim { who, about, value, place: self.reading.place(&self.sentence.bytes), named }
    }

    fn in_entry(&self) -> bool {
        matches!(self.reading.source, Source::Entry(_))
    }

    /// Whom an entry is about, where a sentence of it speaks of nobody else.
    fn only_subject(&self) -> Option<(usize, bool)> {
        let mut others = self.reading.mentions_in(self.sentence).iter().map(|m| m.who);
        let kin = self.sentence.tokens.clone().any(|at| relations::is_kin(self.low(at)));
        self.subject
            .filter(|who| self.in_entry() && !kin && others.all(|other| other == *who))
            .map(|who| (who, true))
    }

    /// Who is named right before a token, or is meant there in an entry.
    fn subject_before(&self, at: usize) -> Option<(usize, bool)> {
        if let Some(Mention { who, possessive: false, .. }) = self.reading.named_before(at) {
            return Some((who, true));
        }
        let pronoun =
            at > self.sentence.tokens.start && matches!(self.low(at - 1), "he" | "she" | "it" | "they");
        self.subject.filter(|_| pronoun && self.in_entry()).map(|who| (who, true))
    }
}

pub(super) fn find(
    book: &Book<'_>,
    people: &People,
    entries: &[Reading<'_>],
    pages: &[Reading<'_>],
) -> Vec<Contradiction> {
    let mut claims: BTreeMap<(usize, About), Vec<Claim>> = BTreeMap::new();
    for reading in entries.iter().chain(pages) {
        for claim in claims_of(people, reading) {
            claims.entry((claim.who, claim.about.clone())).or_default().push(claim);
        }
    }
    claims.values().flat_map(|claims| compare(book, people, claims)).collect()
}

fn claims_of(people: &People, reading: &Reading<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    let entry = people.of_reading(reading);
    let doubt: Vec<&str> = DOUBT.iter().copied().filter(|w| *w != "no").collect();
    let mut named: Option<(usize, Option<usize>)> = None;
    for sentence in &reading.sentences {
        let bytes = &reading.text[sentence.bytes.clone()];
        let denied = bytes.contains("n't") || bytes.contains("n’t") || bytes.ends_with('?');
        if denied || reading.has_any(sentence, &doubt) {
            continue;
        }
        let subject = entry.or_else(|| match named {
            // Read once for each paragraph, however many sentences it has.
            Some((paragraph, who)) if paragraph == sentence.paragraph => who,
            _ => {
                let who = only_one_named(reading, sentence.paragraph);
                named = Some((sentence.paragraph, who));
                who
            }
        });
        let said = Said { reading, sentence, subject, people };
        counts::claims(&said, &mut claims);
        if reading.has_any(sentence, &["no"]) {
            continue;
        }
        looks::claims(&said, &mut claims);
        age::claims(&said, &mut claims);
        relations::claims(&said, &mut claims);
    }
    claims
}

/// Whom a paragraph names, if it is one person alone, and speaks of no other: no stranger, no "he" beside a "she".
fn only_one_named(reading: &Reading<'_>, paragraph: usize) -> Option<usize> {
    let paragraph = || reading.paragraph(paragraph).iter();
    let mut named = paragraph().flat_map(|s| reading.mentions_in(s)).map(|m| m.who);
    let first = named.next()?;
    let has = |words: &[&str]| paragraph().any(|s| reading.has_any(s, words));
    let two = has(&["he", "him", "his"]) && has(&["her", "hers", "she"]);
    (named.all(|who| who == first) && !two && !has(OTHERS)).then_some(first)
}

/// Compares claims of one thing: with canon where it says something, else with what most pages say.
fn compare(book: &Book<'_>, people: &People, claims: &[Claim]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let in_canon: Vec<&Claim> =
        claims.iter().filter(|c| matches!(c.place.source, Source::Entry(_))).collect();
    let on_pages: Vec<&Claim> = claims.iter().filter(|c| matches!(c.place.source, Source::Page(_))).collect();
    let holds = |claim: &Claim, page: &Claim| match (claim.place.source, page.place.source) {
        (Source::Entry(entry), Source::Page(page)) => book.entries[entry].pages.contains(&page),
        _ => true,
    };
    if !in_canon.is_empty() {
        let in_canon = without_repeats(in_canon);
        for page in on_pages {
            let known: Vec<&&Claim> = in_canon.iter().filter(|c| holds(c, page)).collect();
            if let (Some(first), true) = (known.first(), known.iter().all(|c| conflict(c, page))) {
                found.push(finding(people, first, page));
            }
        }
        return found;
    }
    // Of things and places only canon says what is so; and an age grows.
    let Some(first) = on_pages.first() else { return found };
    if matches!(first.about, About::Age) || !people.all[first.who].human {
        return found;
    }
    let agreeing = agreeing(&on_pages);
    let Some(most) = on_pages.iter().rev().max_by_key(|c| (agreeing[&c.value], c.named)) else {
        return found;
    };
    for claim in &on_pages {
        if conflict(most, claim) {
            let (one, other) = if most.place < claim.place { (most, claim) } else { (claim, most) };
            found.push(finding(people, one, other));
        }
    }
    found
}

/// Leaves out what an entry says again.
fn without_repeats(claims: Vec<&Claim>) -> Vec<&Claim> {
    let mut seen = HashSet::new();
    claims.into_iter().filter(|c| seen.insert((c.place.source, &c.value))).collect()
}

/// How many claims agree with each value that is claimed. Compares values and not claims, so that a fact that is
/// told ten thousand times costs no more than one that is told twice.
fn agreeing<'c>(claims: &[&'c Claim]) -> HashMap<&'c Value, usize> {
    let mut told: HashMap<&Value, (&Claim, usize)> = HashMap::new();
    for claim in claims {
        told.entry(&claim.value).or_insert((claim, 0)).1 += 1;
    }
    let of = |claim: &Claim, times: usize| match claim.value {
        // Only the same number or person agrees with one.
        Value::Number(_) | Value::Person(_) => times,
        Value::Words(_) | Value::Relation(_) => {
            told.values().filter(|(other, _)| !conflict(other, claim)).map(|(_, times)| times).sum()
        }
    };
    told.iter().map(|(value, (claim, times))| (*value, of(claim, *times))).collect()
}

fn conflict(one: &Claim, other: &Claim) -> bool {
    match (&one.value, &other.value) {
        (Value::Words(a), Value::Words(b)) => match one.about {
            About::Eyes => looks::eyes_differ(a, b),
            About::Hair => looks::hair_differs(a, b),
            _ => a != b,
        },
        (Value::Relation(a), Value::Relation(b)) => a.excludes(*b),
        (a, b) => a != b,
    }
}

fn finding(people: &People, one: &Claim, other: &Claim) -> Contradiction {
    let name = |who: usize| people.all[who].name.as_str();
    let said = |claim: &Claim| match &claim.value {
        Value::Words(words) => words.join(" and "),
        Value::Number(number) => number.to_string(),
        Value::Relation(kin) => kin.name().to_owned(),
        Value::Person(who) => name(*who).to_owned(),
    };
    let who = name(one.who);
    let what = match &one.about {
        About::Eyes => format!("{who}’s eyes"),
        About::Hair => format!("{who}’s hair"),
        About::Hand => format!("The hand that {who} uses"),
        About::Age => format!("{who}’s age"),
        About::Count(what) => format!("The number of {who}’s {what}"),
        About::Relation(to) => format!("What {} is to {who}", name(*to)),
        About::Only(what) => format!("{who}’s {what}"),
    };
    let whence = if matches!(one.place.source, Source::Entry(_)) { "canon says" } else { "it was" };
    let message = format!("{what}: {whence} {}, and here it is {}.", said(one), said(other));
    let severity = match (&one.about, one.named && other.named) {
        (About::Eyes | About::Hand | About::Relation(_) | About::Age, true) => Severity::High,
        _ => Severity::Medium,
    };
    Contradiction {
        kind: Kind::Attribute,
        severity,
        message,
        places: [one.place.clone(), other.place.clone()],
    }
}
