//! Who speaks or acts after dying.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::people::People;
use super::reading::{Mention, Reading, Sentence};
use super::{Book, Contradiction, Kind, Place, Severity, Source, is_in};

/// Words that make a death none: it is denied, supposed, feared, lied about, or not the body's.
const DOUBT: &[&str] = &[
    "almost",
    "as",
    "believe",
    "believed",
    "could",
    "dream",
    "dreamed",
    "dreaming",
    "dreamt",
    "fear",
    "feared",
    "half",
    "hoped",
    "if",
    "imagined",
    "lest",
    "like",
    "may",
    "maybe",
    "might",
    "must",
    "nearly",
    "never",
    "no",
    "nobody",
    "not",
    "or",
    "perhaps",
    "presumed",
    "pretended",
    "rumour",
    "rumoured",
    "seemed",
    "should",
    "suppose",
    "supposed",
    "think",
    "thinking",
    "thought",
    "unless",
    "until",
    "when",
    "whether",
    "will",
    "wish",
    "wished",
    "would",
];

/// Words by which a page says that what is told is no more, or not real.
const ELSEWHEN: &[&str] = &[
    "ago",
    "apparition",
    "corpse",
    "diary",
    "dream",
    "dreamed",
    "dreaming",
    "dreams",
    "dreamt",
    "earlier",
    "film",
    "ghost",
    "ghostly",
    "hallucination",
    "haunted",
    "imagined",
    "journal",
    "legend",
    "letter",
    "letters",
    "memories",
    "memory",
    "once",
    "photograph",
    "picture",
    "portrait",
    "recalled",
    "recording",
    "remember",
    "remembered",
    "remembering",
    "remembers",
    "revenant",
    "spectre",
    "spirit",
    "statue",
    "story",
    "tale",
    "undead",
    "vampire",
    "vision",
    "years",
];

/// Words by which someone who died is back.
const BACK: &[&str] =
    &["alive", "breathing", "resurrected", "returned", "revived", "risen", "survived", "undead"];

const SPEECH: &[&str] = &[
    "added",
    "agreed",
    "answered",
    "asked",
    "begged",
    "called",
    "cried",
    "explained",
    "insisted",
    "murmured",
    "muttered",
    "replied",
    "said",
    "says",
    "shouted",
    "snapped",
    "spoke",
    "told",
    "whispered",
    "yelled",
];

const ACTS: &[&str] = &[
    "agreed", "arrived", "asked", "began", "bent", "bowed", "brought", "called", "came", "carried", "caught",
    "climbed", "closed", "coughed", "crossed", "drank", "drew", "entered", "followed", "frowned", "gave",
    "glanced", "grinned", "handed", "held", "hurried", "jumped", "kissed", "knelt", "knocked", "laughed",
    "leaned", "left", "lifted", "listened", "looked", "nodded", "opened", "paused", "picked", "pointed",
    "poured", "pulled", "pushed", "put", "ran", "reached", "rode", "rose", "sat", "shook", "shrugged",
    "sighed", "smiled", "stepped", "stood", "stopped", "stroked", "threw", "took", "turned", "waited",
    "walked", "watched", "waved", "went", "winked", "wrote",
];

/// At most so many acts of one dead person are told.
const TOLD: usize = 3;

/// On more pages than these nobody acts who is dead all along: canon tells how it ends.
const ARC: usize = 5;

/// Words by which canon says that a death is of before the book.
const BEFORE: &[&str] = &["ago", "already", "before", "earlier", "long", "since"];

/// A death, and the pages on which it holds.
struct Death {
    place: Place,
    from: usize,
    until: usize,
    /// Canon says it of the whole book.
    all_along: bool,
}

pub(super) fn find(
    book: &Book<'_>,
    people: &People,
    entries: &[Reading<'_>],
    pages: &[Reading<'_>],
) -> Vec<Contradiction> {
    let mut deaths: BTreeMap<usize, Death> = BTreeMap::new();
    for (n, reading) in entries.iter().enumerate() {
        let own = people.of_reading(reading).filter(|who| people.all[*who].human);
        let scope = &book.entries[n].pages;
        let all_along = *scope == (0..pages.len());
        for sentence in &reading.sentences {
            // Canon tells how a book ends, too: then it says so with a scope, or the pages tell it.
            if all_along && !is_of_before(reading, sentence) {
                continue;
            }
            for who in died(reading, sentence, own) {
                let place = reading.place(&sentence.bytes);
                deaths.entry(who).or_insert(Death { place, from: scope.start, until: scope.end, all_along });
            }
        }
    }
    let mut told: BTreeSet<usize> = BTreeSet::new();
    for (n, reading) in pages.iter().enumerate() {
        for sentence in &reading.sentences {
            for who in died(reading, sentence, None) {
                let known = deaths.get(&who).is_some_and(|d| !d.all_along) || !told.insert(who);
                if !known {
                    let place = reading.place(&sentence.bytes);
                    // Who acts on the page itself may have died at its end.
                    deaths.insert(who, Death { place, from: n + 1, until: pages.len(), all_along: false });
                }
            }
        }
    }
    let named = sentences_naming(&deaths, pages);
    let elsewhen: Vec<Vec<usize>> = pages.iter().map(elsewhen).collect();
    let mut found: Vec<Contradiction> = Vec::new();
    for (who, death) in &deaths {
        let Some(named) = named.get(who).filter(|_| people.all[*who].human) else { continue };
        let until = death.until.min(pages.len());
        let named = &named[..named.partition_point(|(page, _)| *page < until)];
        if named.iter().any(|(page, sentence)| is_back(&pages[*page], sentence)) {
            continue;
        }
        let after = &named[named.partition_point(|(page, _)| *page < death.from)..];
        let on_pages = after.chunk_by(|a, b| a.0 == b.0);
        let first_act = |on_page: &[(usize, &Sentence)]| {
            let (reading, elsewhen) = (&pages[on_page[0].0], &elsewhen[on_page[0].0]);
            let mut acts = on_page.iter().filter(|(_, s)| is_act(reading, elsewhen, s, *who));
            acts.next().map(|(_, sentence)| reading.place(&sentence.bytes))
        };
        let acts: Vec<Place> = on_pages.filter_map(first_act).take(ARC + 1).collect();
        if death.all_along && acts.len() > ARC {
            continue;
        }
        found.extend(acts.into_iter().take(TOLD).map(|place| finding(people, *who, death, place)));
    }
    found
}

fn finding(people: &People, who: usize, death: &Death, place: Place) -> Contradiction {
    let name = &people.all[who].name;
    let whence = if matches!(death.place.source, Source::Entry(_)) { "by canon" } else { "by then" };
    let message = format!("{name} is dead {whence}, and acts here.");
    Contradiction {
        kind: Kind::Death,
        severity: Severity::High,
        message,
        places: [death.place.clone(), place],
    }
}

/// Whether canon says that someone is dead, not that someone dies in the book.
fn is_of_before(reading: &Reading<'_>, sentence: &Sentence) -> bool {
    let is = sentence.tokens.clone().any(|at| {
        matches!(reading.low(sentence, at), "is" | "been")
            && matches!(reading.low(sentence, at + 1), "dead" | "buried" | "long")
    });
    is || reading.has_any(sentence, BEFORE) || sentence.tokens.len() <= 2
}

/// Who is dead by what a sentence tells; `own` is whom an entry is about.
fn died(reading: &Reading<'_>, sentence: &Sentence, own: Option<usize>) -> Vec<usize> {
    let text = &reading.text[sentence.bytes.clone()];
    if text.ends_with('?') || text.contains("n't") || text.contains("n’t") || reading.has_any(sentence, DOUBT)
    {
        return Vec::new();
    }
    let mut dead: Vec<usize> = Vec::new();
    for mention in reading.mentions_in(sentence) {
        if !reading.tokens[mention.from].quoted && dies(reading, sentence, mention) {
            dead.push(mention.who);
        }
    }
    if let Some(who) = own {
        let first = sentence.tokens.start;
        let pronoun = matches!(reading.low(sentence, first), "he" | "she");
        if (pronoun && predicate(reading, sentence, first + 1))
            || matches!(reading.low(sentence, first), "died" | "dead" | "deceased" | "killed" | "murdered")
        {
            dead.push(who);
        }
    }
    dead
}

/// Whether a sentence tells that whom it names here died.
fn dies(reading: &Reading<'_>, sentence: &Sentence, mention: &Mention) -> bool {
    if mention.possessive {
        return matches!(
            reading.low(sentence, mention.to),
            "funeral" | "grave" | "gravestone" | "corpse" | "burial"
        );
    }
    let before = |n: usize| mention.from.checked_sub(n).map_or("", |at| reading.low(sentence, at));
    // "They buried Tom."
    if matches!(before(1), "buried" | "killed" | "murdered" | "hanged" | "executed" | "slew")
        && !matches!(before(2), "was" | "been" | "is")
    {
        return true;
    }
    // "Tom's brother Will died" is Will; "the friend of Mara died" and "Ann and Mara died" are left alone.
    if matches!(before(1), "of" | "to" | "with" | "for" | "by" | "and" | "from") {
        return matches!((before(2), before(1)), ("funeral" | "grave" | "burial" | "corpse", "of"));
    }
    predicate(reading, sentence, mention.to)
}

/// Whether what stands from a token on says that someone died.
fn predicate(reading: &Reading<'_>, sentence: &Sentence, at: usize) -> bool {
    let word = |n: usize| reading.low(sentence, at + n);
    let ends = |n: usize| {
        matches!(
            word(n),
            "" | "."
                | ","
                | ";"
                | "!"
                | "—"
                | "and"
                | "at"
                | "before"
                | "in"
                | "by"
                | "on"
                | "from"
                | "now"
                | "since"
                | "for"
                | "there"
                | "with"
                | "that"
                | "years"
                | "long"
                | "last"
                | "three"
                | "two"
                | "ten"
                | "eleven"
        ) || word(n).bytes().all(|b| b.is_ascii_digit())
    };
    let adverb =
        |n: usize| usize::from(matches!(word(n), "already" | "now" | "later" | "then" | "also" | "long"));
    match word(0) {
        "died" | "perished" => ends(1) && !matches!(word(2), "little" | "shame" | "laughter"),
        "drowned" => matches!(word(1), "" | "." | "," | "in" | "at" | "off"),
        "is" | "was" | "lay" | "lies" => {
            let skip = 1 + adverb(1);
            match word(skip) {
                "dead" => ends(skip + 1),
                "killed" | "murdered" | "slain" | "hanged" | "executed" | "beheaded" | "assassinated"
                | "buried" => {
                    word(0) != "lay"
                        && !(word(skip) == "buried"
                            && matches!(word(skip + 1), "in" | "under" | "beneath")
                            && matches!(
                                word(skip + 2),
                                "his" | "her" | "a" | "work" | "thought" | "papers" | "books"
                            ))
                }
                _ => false,
            }
        }
        "had" | "has" => {
            let skip = 1 + adverb(1);
            match word(skip) {
                "died" | "perished" | "drowned" => ends(skip + 1),
                "been" => matches!(
                    word(skip + 1 + adverb(skip + 1)),
                    "dead" | "killed" | "murdered" | "slain" | "hanged" | "executed" | "beheaded" | "buried"
                ),
                _ => false,
            }
        }
        _ => false,
    }
}

/// The sentences that name each of the dead, by page, in reading order. Found once: who reads the whole book anew
/// for each of the dead takes quadratic time.
fn sentences_naming<'r>(
    deaths: &BTreeMap<usize, Death>,
    pages: &'r [Reading<'_>],
) -> HashMap<usize, Vec<(usize, &'r Sentence)>> {
    let mut naming: HashMap<usize, Vec<(usize, &Sentence)>> = HashMap::new();
    for (page, reading) in pages.iter().enumerate() {
        for sentence in &reading.sentences {
            for mention in reading.mentions_in(sentence).iter().filter(|m| deaths.contains_key(&m.who)) {
                let named = naming.entry(mention.who).or_default();
                if named.last().is_none_or(|(p, s)| (*p, s.bytes.start) != (page, sentence.bytes.start)) {
                    named.push((page, sentence));
                }
            }
        }
    }
    naming
}

/// Whether a sentence tells that whom it names is not dead after all.
fn is_back(reading: &Reading<'_>, sentence: &Sentence) -> bool {
    let text = &reading.text[sentence.bytes.clone()];
    reading.has_any(sentence, BACK) || text.contains("not dead") || text.contains("from the dead")
}

/// The paragraphs of a page that tell of another time, or of what is not real; in order.
fn elsewhen(reading: &Reading<'_>) -> Vec<usize> {
    let mut paragraphs: Vec<usize> =
        reading.sentences.iter().filter(|s| reading.has_any(s, ELSEWHEN)).map(|s| s.paragraph).collect();
    paragraphs.dedup();
    paragraphs
}

/// Whether someone does something in a sentence; not what is dreamed, remembered or told of before.
fn is_act(reading: &Reading<'_>, elsewhen: &[usize], sentence: &Sentence, who: usize) -> bool {
    let told_of = |paragraph: usize| elsewhen.binary_search(&paragraph).is_ok();
    // What the page begins with holds for all of it.
    let past =
        told_of(0) || told_of(sentence.paragraph) || sentence.paragraph.checked_sub(1).is_some_and(told_of);
    !past && reading.mentions_in(sentence).iter().any(|m| m.who == who && acts_here(reading, sentence, m))
}

fn acts_here(reading: &Reading<'_>, sentence: &Sentence, mention: &Mention) -> bool {
    if mention.possessive
        || reading.tokens[mention.from].quoted
        || reading.has_any(sentence, &["had", "if", "used", "would"])
    {
        return false;
    }
    let after = reading.low(sentence, mention.to);
    let before = mention.from.checked_sub(1).map_or("", |at| reading.low(sentence, at));
    let speaks_first = is_in(SPEECH, before)
        && before != "told"
        && before != "called"
        && before != "asked"
        && before != "begged";
    // "behind Mara stood a man", "the men of Mara came", "Ann and Mara" who came: only one who stands alone.
    let alone = !matches!(
        before,
        "of" | "behind"
            | "beside"
            | "with"
            | "to"
            | "for"
            | "and"
            | "near"
            | "by"
            | "where"
            | "like"
            | "from"
            | "than"
            | "as"
            | "before"
            | "after"
    );
    speaks_first || (alone && (is_in(ACTS, after) || is_in(SPEECH, after)))
}
