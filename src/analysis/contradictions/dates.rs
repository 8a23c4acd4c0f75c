//! Dates in prose: "3 May 1893", "Monday, May 3rd", "the first of June", "1893-05-03".

use std::ops::Range;

use super::numbers::day;
use super::reading::{Reading, Sentence};

pub(super) const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date, as much of it as is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Date {
    pub year: Option<i32>,
    /// From 1.
    pub month: Option<u32>,
    /// From 1.
    pub day: Option<u32>,
    /// From 0, Monday, with its bytes.
    pub weekday: Option<(u32, Range<usize>)>,
    /// Its bytes, the weekday apart.
    pub bytes: Range<usize>,
    /// Its tokens, the weekday with it.
    pub tokens: Range<usize>,
}

impl Date {
    /// The date as one says it.
    pub fn said(&self) -> String {
        let day = self.day.map(|d| d.to_string());
        let month = self.month.map(|m| MONTHS[m as usize - 1].to_owned());
        let parts = [day, month, self.year.map(|y| y.to_string())];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Whether both cannot be the same day.
    pub fn differs(&self, other: &Self) -> bool {
        let apart = |a: Option<u32>, b: Option<u32>| matches!((a, b), (Some(a), Some(b)) if a != b);
        let years = matches!((self.year, other.year), (Some(a), Some(b)) if a != b);
        years
            || apart(self.month, other.month)
            || (self.month.is_some() && self.month == other.month && apart(self.day, other.day))
    }
}

/// The day of the week of a date of the Gregorian calendar, from 0, Monday.
pub(super) fn weekday(year: i32, month: u32, day: u32) -> u32 {
    // Days since 1 March of year 0, by the months of a year that begins in March (Howard Hinnant's algorithm).
    let year = if month <= 2 { year - 1 } else { year };
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * ((month as i32 + 9) % 12) + 2) / 5
        + day as i32;
    (days + 1).rem_euclid(7) as u32
}

pub(super) fn days_in(month: u32, year: Option<i32>) -> u32 {
    match month {
        2 if year.is_none_or(|y| y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The dates of a sentence: with a month and a day, or with a year.
pub(super) fn dates(reading: &Reading<'_>, sentence: &Sentence) -> Vec<Date> {
    let mut out = Vec::new();
    let mut at = sentence.tokens.start;
    while at < sentence.tokens.end {
        match date(reading, sentence, at) {
            Some(date) => {
                at = date.tokens.end;
                out.push(date);
            }
            None => at += 1,
        }
    }
    out
}

fn month(reading: &Reading<'_>, sentence: &Sentence, at: usize) -> Option<u32> {
    let word = reading.low(sentence, at);
    let capital = sentence.tokens.contains(&at) && reading.tokens[at].text.starts_with(char::is_uppercase);
    let whole = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(word));
    let short = || MONTHS.iter().position(|m| word.len() == 3 && m[..3].eq_ignore_ascii_case(word));
    whole.or_else(short).filter(|_| capital).map(|m| m as u32 + 1)
}

fn year(reading: &Reading<'_>, sentence: &Sentence, at: usize) -> Option<i32> {
    let word = reading.low(sentence, at);
    let digits = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    word.parse().ok().filter(|y| digits && (1000..2200).contains(y))
}

fn date(reading: &Reading<'_>, sentence: &Sentence, from: usize) -> Option<Date> {
    let low = |at| reading.low(sentence, at);
    let mut at = from;
    let weekday = WEEKDAYS.iter().position(|w| w.eq_ignore_ascii_case(low(at)));
    let weekday = weekday.map(|w| (w as u32, reading.tokens[at].start..reading.tokens[at].end));
    if weekday.is_some() {
        at += 1;
        at += usize::from(low(at) == ",");
    }
    at += usize::from(weekday.is_some() && low(at) == "the");
    let begin = at;
    let found = if let Some((year, month, day)) = iso(reading, sentence, at) {
        Some((Some(year), Some(month), Some(day), at + 3))
    } else if let Some((day, next)) = day(reading, sentence, at) {
        let next = next + usize::from(low(next) == "of");
        month(reading, sentence, next).map(|month| (None, Some(month), Some(day), next + 1))
    } else if let Some(month) = month(reading, sentence, at) {
        let next = at + 1 + usize::from(low(at + 1) == "the");
        day(reading, sentence, next).map(|(day, next)| (None, Some(month), Some(day), next)).or_else(|| {
            // "in May 1893"
            year(reading, sentence, at + 1).map(|year| (Some(year), Some(month), None, at + 2))
        })
    } else if weekday.is_none() && matches!(low(at), "in" | "since" | "of" | "by") {
        year(reading, sentence, at + 1).map(|year| (Some(year), None, None, at + 2))
    } else if at == sentence.tokens.start || matches!(low(at - 1), "-" | "*") {
        year(reading, sentence, at).map(|year| (Some(year), None, None, at + 1))
    } else {
        None
    };
    let (mut known, month, day, mut end) = found?;
    if known.is_none() {
        let comma = usize::from(low(end) == ",");
        if let Some(year) = year(reading, sentence, end + comma) {
            (known, end) = (Some(year), end + comma + 1);
        }
    }
    if let (Some(month), Some(day)) = (month, day)
        && day > days_in(month, known)
    {
        return None;
    }
    let begin = begin + usize::from(day.is_none() && month.is_none() && end - begin > 1);
    let bytes = reading.tokens[begin].start..reading.tokens[end - 1].end;
    Some(Date { year: known, month, day, weekday, bytes, tokens: from..end })
}

fn iso(reading: &Reading<'_>, sentence: &Sentence, at: usize) -> Option<(i32, u32, u32)> {
    let joined = |at: usize| sentence.tokens.contains(&at) && reading.tokens[at].joined;
    let year = year(reading, sentence, at).filter(|_| joined(at) && joined(at + 1))?;
    let two = |at: usize| reading.low(sentence, at).parse::<u32>().ok();
    let (month, day) = (two(at + 1)?, two(at + 2)?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (text, year, month, day) in [
            ("on 3 May 1893", Some(1893), Some(5), Some(3)),
            ("Monday, May 3rd, 1893", Some(1893), Some(5), Some(3)),
            ("the twenty-first of June", None, Some(6), Some(21)),
            ("1893-05-03: rain", Some(1893), Some(5), Some(3)),
            ("It was in 1893 that", Some(1893), None, None),
            ("In March 1893 he", Some(1893), Some(3), None),
        ] {
            let reading = Reading::of(Source::Page(0), text);
            let found = dates(&reading, &reading.sentences[0]);
            let found: Vec<_> = found.iter().map(|d| (d.year, d.month, d.day)).collect();
            assert_eq!(found, [(year, month, day)], "{text}");
        }
        for text in ["You may 3 times", "a second march", "in 12 days", "31 June"] {
            let reading = Reading::of(Source::Page(0), text);
            assert!(dates(&reading, &reading.sentences[0]).is_empty(), "{text}");
        }
    }

    #[test]
    fn weekdays_are_computed() {
        for (year, month, day, name) in [
            (1893, 5, 3, "Wednesday"),
            (2000, 2, 29, "Tuesday"),
            (2026, 11, 20, "Friday"),
            (1600, 1, 1, "Saturday"),
        ] {
            assert_eq!(WEEKDAYS[weekday(year, month, day) as usize], name, "{year}-{month}-{day}");
        }
    }
}
