//! Dates that do not fit: to their weekday, to the event in canon, to the date before, to a birth.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::whose_age;
use super::dates::{Date, WEEKDAYS, dates, weekday};
use super::numbers::number;
use super::people::People;
use super::reading::{Reading, Sentence};
use super::{Book, Contradiction, Kind, Place, Severity, Source, is_in};

/// Of an event's words, so many must stand beside another date to be about the same event.
const SHARED: f64 = 0.6;
/// And at least so many words.
const SHARED_WORDS: usize = 3;
/// More days back than these are a new year.
const HALF_YEAR: i64 = 180;

/// Words that tell no event from another.
const COMMON: &[&str] = &[
    "about", "after", "already", "before", "day", "during", "evening", "first", "from", "have", "into",
    "just", "last", "later", "morning", "night", "only", "over", "same", "since", "still", "than", "that",
    "their", "them", "then", "there", "they", "this", "upon", "very", "week", "went", "were", "what", "when",
    "where", "which", "while", "with", "year",
];

/// Words that make a date none.
const DOUBT: &[&str] =
    &["if", "might", "never", "not", "or", "perhaps", "should", "supposed", "until", "would"];

pub(super) fn find(
    book: &Book<'_>,
    people: &People,
    entries: &[Reading<'_>],
    pages: &[Reading<'_>],
) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for reading in entries.iter().chain(pages) {
        found.extend(weekdays(reading));
    }
    found.extend(weekdays_of_chapter(book, pages));
    found.extend(events(book, people, entries, pages));
    found.extend(order(book, pages));
    found.extend(ages(book, people, entries, pages));
    found
}

fn contradiction(severity: Severity, message: String, places: [Place; 2]) -> Contradiction {
    Contradiction { kind: Kind::Timeline, severity, message, places }
}

/// A weekday beside a whole date that was another day.
fn weekdays(reading: &Reading<'_>) -> Vec<Contradiction> {
    let wrong = |date: Date| {
        let (said, bytes) = date.weekday.as_ref()?;
        let is = weekday(date.year?, date.month?, date.day?);
        let message =
            format!("{} was a {}, not a {}.", date.said(), WEEKDAYS[is as usize], WEEKDAYS[*said as usize]);
        let places = [reading.place(&date.bytes), reading.place(bytes)];
        (is != *said).then(|| contradiction(Severity::Medium, message, places))
    };
    reading.sentences.iter().flat_map(|s| dates(reading, s)).filter_map(wrong).collect()
}

/// Weekdays of one chapter that cannot both be of one year.
fn weekdays_of_chapter(book: &Book<'_>, pages: &[Reading<'_>]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let mut known: Option<(usize, Date, Place)> = None;
    for (n, reading) in pages.iter().enumerate() {
        for date in reading.sentences.iter().flat_map(|s| dates(reading, s)) {
            let (None, Some(month), Some(day), Some((said, bytes))) =
                (date.year, date.month, date.day, &date.weekday)
            else {
                continue;
            };
            let start = bytes.start.min(date.bytes.start);
            let place = reading.place(&(start..date.bytes.end.max(bytes.end)));
            let chapter = book.pages[n].chapter;
            if let Some((of, first, there)) = known.as_ref().filter(|(of, _, _)| *of == chapter)
                && let (Some(m), Some(d), Some((w, _))) = (first.month, first.day, &first.weekday)
            {
                // In a leap year and in another one.
                let fits = [2001, 2000].into_iter().any(|year| {
                    (weekday(year, m, d) + 7 - w) % 7 == (weekday(year, month, day) + 7 - said) % 7
                });
                if !fits {
                    let message = format!(
                        "{} cannot be a {} in the year in which {} is a {}.",
                        date.said(),
                        WEEKDAYS[*said as usize],
                        first.said(),
                        WEEKDAYS[*w as usize]
                    );
                    found.push(contradiction(Severity::Medium, message, [there.clone(), place]));
                }
                let _ = of;
                continue;
            }
            known = Some((chapter, date, place));
        }
    }
    found
}

/// An event as canon dates it.
struct Event {
    date: Date,
    words: BTreeSet<String>,
    place: Place,
    pages: std::ops::Range<usize>,
}

/// Events that a page dates otherwise than canon.
fn events(
    book: &Book<'_>,
    people: &People,
    entries: &[Reading<'_>],
    pages: &[Reading<'_>],
) -> Vec<Contradiction> {
    let mut events: Vec<Event> = Vec::new();
    for (n, reading) in entries.iter().enumerate() {
        for sentence in &reading.sentences {
            let mut dates = dates(reading, sentence);
            let (Some(date), true) = (dates.pop(), dates.is_empty()) else { continue };
            let words = content(people, reading, sentence, &date);
            if words.len() >= SHARED_WORDS {
                let (place, pages) = (reading.place(&sentence.bytes), book.entries[n].pages.clone());
                events.push(Event { date, words, place, pages });
            }
        }
    }
    let mut found = Vec::new();
    for (n, reading) in pages.iter().enumerate() {
        for sentence in reading.sentences.iter().filter(|_| !events.is_empty()) {
            let mut dates = dates(reading, sentence);
            let (Some(date), true) = (dates.pop(), dates.is_empty()) else { continue };
            if reading.has_any(sentence, DOUBT) {
                continue;
            }
            let words = content(people, reading, sentence, &date);
            let same = |event: &&Event| {
                let shared = event.words.intersection(&words).count();
                let names = event.words.iter().filter(|w| people.is_name(w)).all(|w| words.contains(w));
                shared >= SHARED_WORDS
                    && shared as f64 >= SHARED * event.words.len() as f64
                    && names
                    && event.pages.contains(&n)
            };
            // An event that canon dates so, too, stands for itself.
            let told: Vec<&Event> = events.iter().filter(same).collect();
            if let Some(event) = told.first().filter(|_| told.iter().all(|e| e.date.differs(&date))) {
                let message =
                    format!("Canon dates this {}, and here it is {}.", event.date.said(), date.said());
                let places = [event.place.clone(), reading.place(&sentence.bytes)];
                found.push(contradiction(Severity::High, message, places));
            }
        }
    }
    found
}

/// The words of a sentence that tell an event, cut to their stems; not those of its date.
fn content(people: &People, reading: &Reading<'_>, sentence: &Sentence, date: &Date) -> BTreeSet<String> {
    let tokens = sentence.tokens.clone().filter(|at| !date.tokens.contains(at));
    let words = tokens.map(|at| &reading.tokens[at]).filter(|t| !t.mark && !is_in(COMMON, &t.low));
    let words = words.filter(|t| t.low.len() > 3 || (t.is_capital() && people.is_name(&t.low)));
    words.map(|t| if people.is_name(&t.low) { t.low.clone() } else { stem(&t.low) }).collect()
}

fn stem(word: &str) -> String {
    let cut = ["ing", "es", "ed", "s", "e"]
        .into_iter()
        .find_map(|ending| word.strip_suffix(ending))
        .unwrap_or(word);
    // "came" and "comes"
    match cut {
        "cam" => "com".to_owned(),
        "left" => "leav".to_owned(),
        "met" => "meet".to_owned(),
        "dy" | "died" | "di" => "die".to_owned(),
        cut => cut.chars().take(6).collect(),
    }
}

/// Dated entries of one journal that go back in time: a paragraph that begins with a date, after one that does.
fn order(book: &Book<'_>, pages: &[Reading<'_>]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let mut last: Option<(usize, i64, Date, Place)> = None;
    for (n, reading) in pages.iter().enumerate() {
        let mut paragraph = usize::MAX;
        for sentence in &reading.sentences {
            if sentence.paragraph == paragraph {
                continue;
            }
            paragraph = sentence.paragraph;
            let begins = |date: &Date| {
                let before = &reading.tokens[sentence.tokens.start..date.tokens.start];
                let apart = matches!(
                    reading.low(sentence, date.tokens.end),
                    "" | "." | ":" | "—" | "," | "–" | ";" | "("
                );
                apart && date.day.is_some() && before.iter().all(|t| t.mark)
            };
            let date = dates(reading, sentence).into_iter().next().filter(begins);
            let quoted =
                sentence.tokens.clone().any(|at| at < sentence.tokens.start + 2 && reading.tokens[at].quoted);
            let Some(date) = date.filter(|_| !quoted) else {
                // Another letter or journal begins.
                if quoted || is_heading(reading, sentence) {
                    last = None;
                }
                continue;
            };
            let (Some(month), Some(day)) = (date.month, date.day) else { continue };
            let chapter = book.pages[n].chapter;
            let ordinal = i64::from(date.year.unwrap_or(0)) * 372 + i64::from(month) * 31 + i64::from(day);
            let place = reading.place(&date.bytes);
            if let Some((of, before, earlier, there)) = &last
                && *of == chapter
                && earlier.year.is_some() == date.year.is_some()
                && *before > ordinal
                && (date.year.is_some() || before - ordinal < HALF_YEAR)
            {
                let message = format!("{} follows {} in the same journal.", date.said(), earlier.said());
                found.push(contradiction(Severity::Low, message, [there.clone(), place.clone()]));
            }
            last = Some((chapter, ordinal, date, place));
        }
    }
    found
}

/// A short line without an end, in capitals, in italics, or of Markdown: what follows is another text.
fn is_heading(reading: &Reading<'_>, sentence: &Sentence) -> bool {
    let text = &reading.text[sentence.bytes.clone()];
    if text.starts_with(['_', '*']) && text.ends_with(['_', '*']) && sentence.tokens.len() < 30 {
        return true;
    }
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    let capitals =
        letters().count() > 3 && letters().filter(|c| c.is_uppercase()).count() * 2 > letters().count();
    let alone = reading.paragraph(sentence.paragraph).len() == 1;
    text.starts_with('#')
        || capitals
        || (alone && sentence.tokens.len() < 14 && !text.ends_with(['.', '!', '?', '”', '"']))
}

/// Ages that do not fit to a birth: "born in 1865", and thirty in 1890.
fn ages(
    book: &Book<'_>,
    people: &People,
    entries: &[Reading<'_>],
    pages: &[Reading<'_>],
) -> Vec<Contradiction> {
    let mut births: BTreeMap<usize, (i32, Place)> = BTreeMap::new();
    for reading in entries.iter().chain(pages) {
        let own = people.of_reading(reading);
        for sentence in &reading.sentences {
            if let Some((who, year)) = birth(reading, sentence, own) {
                births.entry(who).or_insert_with(|| (year, reading.place(&sentence.bytes)));
            }
        }
    }
    let mut found = Vec::new();
    if births.is_empty() {
        return found;
    }
    for (n, reading) in
        entries.iter().map(|r| (None, r)).chain(pages.iter().enumerate().map(|(n, r)| (Some(n), r)))
    {
        // The year that a page or a journal's entry is dated with.
        let mut heading: Option<i32> = None;
        for sentence in &reading.sentences {
            let dates = dates(reading, sentence);
            let year = dates.iter().rev().find_map(|d| d.year);
            let begins = dates
                .first()
                .is_some_and(|d| d.tokens.start <= sentence.tokens.start + 1 && d.month.is_some());
            heading = if begins { year } else { heading };
            let Some(now) = year.or(heading) else { continue };
            if reading.has_any(sentence, DOUBT) || reading.low(sentence, sentence.tokens.start) == "born" {
                continue;
            }
            for (who, age) in aged(people, reading, sentence) {
                let Some((born, place)) = births.get(&who) else { continue };
                let fits = (now - born - 1..=now - born).contains(&(age as i32));
                let here = reading.place(&sentence.bytes);
                let in_scope = match (place.source, n) {
                    (Source::Entry(entry), Some(page)) => book.entries[entry].pages.contains(&page),
                    _ => true,
                };
                if !fits && here != *place && in_scope {
                    let name = &people.all[who].name;
                    let message = format!("{name} was born in {born} and cannot be {age} in {now}.");
                    found.push(contradiction(Severity::High, message, [place.clone(), here]));
                }
            }
        }
    }
    found
}

/// Who was born in which year: `NAME was born in 1865`, `Born on 3 May 1865` in an entry.
fn birth(reading: &Reading<'_>, sentence: &Sentence, own: Option<usize>) -> Option<(usize, i32)> {
    let at = sentence.tokens.clone().find(|at| reading.low(sentence, *at) == "born")?;
    let born = dates(reading, sentence).into_iter().find(|d| d.tokens.start > at && d.tokens.start <= at + 3);
    let year = born?.year?;
    if reading.has_any(sentence, DOUBT) {
        return None;
    }
    let before = |n: usize| at.checked_sub(n).map_or("", |at| reading.low(sentence, at));
    let verb = usize::from(matches!(before(1), "was" | "is"));
    let named = reading.named_before(at - verb).filter(|m| !m.possessive).map(|m| m.who);
    let pronoun = matches!(before(1 + verb), "he" | "she" | "")
        || at == sentence.tokens.start
        || matches!(before(1), "(" | "," | "-" | "*");
    named.or(own.filter(|_| pronoun)).map(|who| (who, year))
}

/// Whose age a sentence tells.
fn aged(people: &People, reading: &Reading<'_>, sentence: &Sentence) -> Vec<(usize, u32)> {
    let ages = sentence.tokens.clone().filter_map(|at| {
        let (age, end) = number(reading, sentence, at).filter(|(age, _)| (2..=110).contains(age))?;
        whose_age((reading, sentence, people), at, end).map(|who| (who, age))
    });
    ages.collect()
}
