//! A name whose spelling drifts: "Katherine", and later "Catherine".

use super::people::People;
use super::reading::Reading;
use super::{Book, Contradiction, Kind, Language, Place, Severity, Source};
use crate::domain::canon::EntryKind;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How often a name stands before another one can be its misspelling.
const KNOWN: usize = 3;
/// Letters from which on one other letter is a slip; shorter names that differ in one are two people.
const LONG: usize = 6;
/// The same for a name in canon.
const LONG_IN_CANON: usize = 5;
/// The shortest name that is compared at all.
const SHORT: usize = 4;
/// Last letters that change with the case in languages that have cases.
const ENDING: usize = 3;
/// A word is compared with this many others of its group at most, those that are most likely right: a hostile book
/// can hold any number of words that sound alike.
const MAX_COMPARED: usize = 48;
/// Longer words are compared by their sound only.
const MAX_LETTERS: usize = 40;

/// A word that is a name.
struct Word {
    low: String,
    letters: Vec<char>,
    sound: String,
    /// How often it stands with a capital.
    count: usize,
    in_canon: bool,
}

pub(super) fn find(
    book: &Book<'_>,
    people: &People,
    entries: &[Reading<'_>],
    pages: &[Reading<'_>],
    language: Language,
) -> Vec<Contradiction> {
    let words = words(people);
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for mut group in groups(&words) {
        // Canon decides what is right; else the spelling that stands more often.
        group.sort_by_key(|n| std::cmp::Reverse((words[*n].in_canon, words[*n].count)));
        for (at, &right) in group.iter().enumerate().take(MAX_COMPARED) {
            for &drift in &group[at + 1..] {
                if drifts(&words[right], &words[drift], language) {
                    pairs.insert((drift, right));
                }
            }
        }
    }
    let wanted: HashSet<&str> =
        pairs.iter().flat_map(|(drift, right)| [drift, right]).map(|n| words[*n].low.as_str()).collect();
    let spots = Spots::of(book, &wanted, entries, pages);
    let mut told: Vec<Contradiction> = Vec::new();
    let mut last = None;
    for (drift, right) in pairs {
        // One word is a misspelling of one other.
        if last == Some(drift) || spots.stand_together(&words[right].low, &words[drift].low) {
            continue;
        }
        if let Some(finding) = finding(&words[right], &words[drift], &spots) {
            last = Some(drift);
            told.push(finding);
        }
    }
    told
}

/// Words that may be spellings of each other: of one sound, or one slip apart. Two words that differ by one inner
/// letter, or by two that changed places, share what is left when one inner letter of each is taken out.
fn groups(words: &[Word]) -> Vec<Vec<usize>> {
    let mut by_sound: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_rest: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, word) in words.iter().enumerate() {
        by_sound.entry(&word.sound).or_default().push(n);
        if word.letters.len() > MAX_LETTERS {
            continue;
        }
        by_rest.entry(word.low.clone()).or_default().push(n);
        for at in 1..word.letters.len() - 1 {
            let rest = word.letters.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, c)| c).collect();
            let group = by_rest.entry(rest).or_default();
            if group.last() != Some(&n) {
                group.push(n);
            }
        }
    }
    by_sound.into_values().chain(by_rest.into_values()).filter(|group| group.len() > 1).collect()
}

fn words(people: &People) -> Vec<Word> {
    let is_candidate = |(low, shape): &(&str, super::people::Shape)| {
        let canon = people.is_in_canon(low);
        (canon || shape.lower == 0)
            && people.is_name(low)
            && low.chars().count() >= SHORT
            && low.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’'))
    };
    let mut words: Vec<Word> = people
        .shapes()
        .filter(is_candidate)
        .map(|(low, shape)| Word {
            low: low.to_owned(),
            letters: low.chars().collect(),
            sound: sound(low),
            count: shape.inside + shape.initial,
            in_canon: people.is_in_canon(low),
        })
        .collect();
    words.sort_by(|a, b| a.low.cmp(&b.low));
    words
}

/// Whether a word is another spelling of a name, and not another name or another form of it.
fn drifts(right: &Word, drift: &Word, language: Language) -> bool {
    let (a, b) = (&right.letters, &drift.letters);
    if drift.in_canon || (right.count < KNOWN && !right.in_canon) || are_forms(&right.low, &drift.low) {
        return false;
    }
    let alike = right.sound == drift.sound;
    let ending = |word: &Vec<char>| word.len() - ENDING.min(word.len());
    match language {
        Language::English => {}
        // The end of a word changes with its case, and in German every noun has a capital.
        Language::Other if differ_before(a, b) < ending(a).min(ending(b)) => {}
        Language::German if right.in_canon && alike => {}
        Language::Other | Language::German => return false,
    }
    let rare = drift.count <= 3 && drift.count * 4 <= right.count.max(8);
    let long = if right.in_canon { LONG_IN_CANON } else { LONG };
    alike || (rare && a.len().min(b.len()) >= long && is_slip(a, b))
}

/// Whether one is a plural, an adjective, a pet form or the other sex's form of the other.
fn are_forms(one: &str, other: &str) -> bool {
    const ENDINGS: [&str; 24] = [
        "s", "es", "n", "an", "ian", "ean", "ese", "ish", "y", "ie", "er", "ers", "a", "e", "ne", "na", "ia",
        "i", "ic", "ist", "ns", "ans", "ette", "ina",
    ];
    const PAIRS: [(&str, &str); 14] = [
        ("a", "o"),
        ("a", "us"),
        ("er", "ra"),
        ("is", "es"),
        ("y", "ies"),
        ("a", "e"),
        ("o", "e"),
        ("e", "es"),
        ("a", "as"),
        ("man", "men"),
        ("y", "ian"),
        ("a", "an"),
        ("ia", "ian"),
        ("e", "i"),
    ];
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let common = long.char_indices().zip(short.chars()).take_while(|((_, a), b)| a == b).last();
    let common = common.map_or(0, |((at, c), _)| at + c.len_utf8());
    let (short_end, long_end) = (&short[common..], &long[common..]);
    if short_end.is_empty() {
        return ENDINGS.contains(&long_end);
    }
    PAIRS.iter().any(|(a, b)| {
        let is = |one: &str, other: &str| {
            one.ends_with(a)
                && other.ends_with(b)
                && one[..one.len() - a.len()] == other[..other.len() - b.len()]
        };
        is(one, other) || is(other, one)
    })
}

/// The first letter in which two words differ.
fn differ_before(a: &[char], b: &[char]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// Whether one letter was changed, added, left out, or swapped with its neighbour; never the first or the last.
fn is_slip(a: &[char], b: &[char]) -> bool {
    let from = differ_before(a, b);
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let behind = behind.min(a.len().min(b.len()) - from);
    let (a, b) = (&a[from..a.len() - behind], &b[from..b.len() - behind]);
    let swapped = a.len() == 2 && b.len() == 2 && a[0] == b[1] && a[1] == b[0];
    from > 0 && behind > 0 && (a.len().max(b.len()) <= 1 || swapped)
}

/// How a name sounds, roughly: spellings of one sound are one name.
fn sound(low: &str) -> String {
    const SPELLINGS: [(&str, &str); 17] = [
        ("ph", "f"),
        ("ck", "k"),
        ("sch", "sh"),
        ("ce", "se"),
        ("ci", "si"),
        ("cy", "si"),
        ("ch", "ĉ"),
        ("c", "k"),
        ("q", "k"),
        ("x", "ks"),
        ("z", "s"),
        ("th", "t"),
        ("ei", "i"),
        ("ey", "i"),
        ("ie", "i"),
        ("ee", "i"),
        ("y", "i"),
    ];
    let mut sound = low.replace(['\'', '’'], "");
    for (spelled, said) in SPELLINGS {
        sound = sound.replace(spelled, said);
    }
    let mut out = String::new();
    for c in sound.chars() {
        let c = if c == 'v' { 'f' } else { c };
        // A doubled letter and a silent h are not heard.
        if !out.ends_with(c) && (c != 'h' || out.is_empty()) {
            out.push(c);
        }
    }
    out
}

/// Where the words of the pairs stand, read once for all of them.
#[derive(Default)]
struct Spots {
    /// The sentences in which a word stands with a capital, in order.
    sentences: HashMap<String, Vec<usize>>,
    /// In the name of a canon entry, in an entry, and on a page: the first place of each, and its spelling.
    in_name: HashMap<String, (Place, String)>,
    in_entry: HashMap<String, (Place, String)>,
    on_page: HashMap<String, (Place, String)>,
}

impl Spots {
    fn of(book: &Book<'_>, wanted: &HashSet<&str>, entries: &[Reading<'_>], pages: &[Reading<'_>]) -> Self {
        let mut spots = Self::default();
        if wanted.is_empty() {
            return spots;
        }
        for (entry, content) in book.entries.iter().enumerate() {
            if matches!(content.kind, EntryKind::Style | EntryKind::Timeline | EntryKind::Rule) {
                continue;
            }
            let names = std::iter::once(content.name).chain(content.aliases.iter().map(String::as_str));
            for (n, name) in names.enumerate() {
                first_places(&Reading::of(Source::Name(entry, n), name), wanted, &mut spots.in_name);
            }
        }
        for reading in entries {
            first_places(reading, wanted, &mut spots.in_entry);
        }
        for reading in pages {
            first_places(reading, wanted, &mut spots.on_page);
        }
        for (n, (reading, sentence)) in
            pages.iter().flat_map(|r| r.sentences.iter().map(move |s| (r, s))).enumerate()
        {
            for token in &reading.tokens[sentence.tokens.clone()] {
                if token.is_capital() && wanted.contains(token.low.as_str()) {
                    spots.sentences.entry(token.low.clone()).or_default().push(n);
                }
            }
        }
        spots
    }

    /// Whether both stand in one sentence: then they are two.
    fn stand_together(&self, right: &str, drift: &str) -> bool {
        let of = |word: &str| self.sentences.get(word).map(Vec::as_slice).unwrap_or_default();
        let (right, drift) = (of(right), of(drift));
        let (few, many) = if right.len() < drift.len() { (right, drift) } else { (drift, right) };
        few.iter().any(|sentence| many.binary_search(sentence).is_ok())
    }
}

fn first_places(
    reading: &Reading<'_>,
    wanted: &HashSet<&str>,
    places: &mut HashMap<String, (Place, String)>,
) {
    for token in reading.tokens.iter().filter(|t| t.is_capital() && wanted.contains(t.low.as_str())) {
        if !places.contains_key(&token.low) {
            let bytes = token.start..token.start + token.text.len();
            let spelled = reading.text[bytes.clone()].to_owned();
            places.insert(token.low.clone(), (reading.place(&bytes), spelled));
        }
    }
}

fn finding(right: &Word, drift: &Word, spots: &Spots) -> Option<Contradiction> {
    let (there, spelled) = spots.on_page.get(&drift.low)?.clone();
    let places = [&spots.in_name, &spots.in_entry, &spots.on_page];
    let (here, written) = places.iter().find_map(|of| of.get(&right.low))?.clone();
    let times = |n: usize| if n == 1 { "once".to_owned() } else { format!("{n} times") };
    let elsewhere = if right.in_canon { "in canon".to_owned() } else { times(right.count) };
    let severity =
        if right.in_canon || right.sound == drift.sound { Severity::Medium } else { Severity::Low };
    let message = format!(
        "“{spelled}” appears {}, and “{written}” {elsewhere}: one name in two spellings?",
        times(drift.count)
    );
    Some(Contradiction { kind: Kind::Name, severity, message, places: [here, there] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_sound_are_one_name() {
        for (a, b) in [
            ("katherine", "catherine"),
            ("stephen", "steven"),
            ("sarah", "sara"),
            ("quincey", "quincy"),
            ("mark", "marc"),
            ("erik", "eric"),
            ("isobell", "isobel"),
            ("helsing", "hellsing"),
            ("philip", "phillip"),
        ] {
            assert_eq!(sound(a), sound(b), "{a} {b}");
        }
        for (a, b) in [("marin", "martin"), ("charles", "karles"), ("lucy", "lucas"), ("rose", "ross")] {
            assert_ne!(sound(a), sound(b), "{a} {b}");
        }
    }

    #[test]
    fn forms_of_a_name_are_no_slips() {
        for (a, b) in [
            ("america", "american"),
            ("london", "londoner"),
            ("alexander", "alexandra"),
            ("louis", "louise"),
            ("francis", "frances"),
            ("italy", "italian"),
            ("maria", "mario"),
            ("westenra", "westenras"),
        ] {
            assert!(are_forms(a, b), "{a} {b}");
        }
        assert!(!are_forms("katherine", "catherine"));
        let slip = |a: &str, b: &str| is_slip(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert!(slip("helsing", "hesling") && slip("garrow", "garow") && slip("perpetua", "perpitua"));
        assert!(!slip("harker", "parker") && !slip("anna", "anne") && !slip("marchand", "merchant"));
    }
}
