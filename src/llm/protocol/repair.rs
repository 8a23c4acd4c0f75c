//! JSON as servers send it, which is not always JSON: lone halves of a surrogate pair, raw control characters in
//! strings, `NaN`, numbers beyond all bounds.

use std::fmt::Write as _;

use serde_json::Value;

/// A value, and whether [`Halves`] must look at its strings.
#[derive(Debug, PartialEq)]
pub(super) struct Parsed {
    pub value: Value,
    pub has_halves: bool,
}

/// The value that `bytes` hold, repaired if need be.
pub(super) fn parse(bytes: &[u8]) -> Option<Parsed> {
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Some(Parsed { value, has_halves: false });
    }
    let text = String::from_utf8_lossy(bytes);
    let (text, has_halves) = repaired(&text);
    serde_json::from_str(&text).ok().map(|value| Parsed { value, has_halves })
}

/// Where the halves are put while they are strings of ours: the end of the last private plane.
const HALVES: u32 = 0x0010_F800;

fn repaired(text: &str) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let mut has_halves = false;
    let mut in_string = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        match c {
            '"' => {
                in_string = !in_string;
                out.push(c);
            }
            '\\' if in_string => match half(rest) {
                Some(0xD800..=0xDBFF) if half(&rest[6..]).is_some_and(|half| half >= 0xDC00) => {
                    taken = 12;
                    out.push_str(&rest[..taken]);
                }
                Some(half) => {
                    has_halves = true;
                    taken = 6;
                    out.push(char::from_u32(HALVES + half - 0xD800).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                None => {
                    taken = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
                    out.push_str(&rest[..taken]);
                }
            },
            c if in_string && c < ' ' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            _ if in_string => out.push(c),
            'N' | 'I' | '-' | '0'..='9' => {
                taken = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
                    .unwrap_or(rest.len());
                let word = &rest[..taken];
                let is_number =
                    word.parse::<f64>().is_ok_and(f64::is_finite) && !word.starts_with(['N', 'I']);
                out.push_str(if is_number { word } else { "null" });
            }
            _ => out.push(c),
        }
        rest = &rest[taken..];
    }
    (out, has_halves)
}

/// The half of a surrogate pair that an escape at the beginning of `text` stands for.
fn half(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let code = u32::from_str_radix(digits, 16).ok()?;
    (0xD800..=0xDFFF).contains(&code).then_some(code)
}

/// Joins halves of surrogate pairs, across events too; one that finds no other half becomes U+FFFD.
#[derive(Debug, Default)]
pub(super) struct Halves {
    high: Option<u32>,
}

impl Halves {
    /// `text` with its halves joined. A high half at its end is kept for the next text.
    pub(super) fn join(&mut self, text: String, has_halves: bool) -> String {
        if text.is_empty() || (!has_halves && self.high.is_none()) {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            let half = has_halves.then(|| (c as u32).checked_sub(HALVES)).flatten().map(|at| at + 0xD800);
            match (self.high.take(), half) {
                (Some(high), Some(low @ 0xDC00..)) => {
                    let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    continue;
                }
                (Some(_), _) => out.push(char::REPLACEMENT_CHARACTER),
                (None, _) => {}
            }
            match half {
                None => out.push(c),
                Some(high) if high < 0xDC00 => self.high = Some(high),
                Some(_) => out.push(char::REPLACEMENT_CHARACTER),
            }
        }
        out
    }

    /// What is left at the end.
    pub(super) fn rest(&mut self) -> &'static str {
        if self.high.take().is_some() { "\u{FFFD}" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(halves: &mut Halves, json: &str) -> String {
        let parsed = parse(json.as_bytes()).unwrap_or_else(|| panic!("{json}"));
        halves.join(parsed.value.as_str().unwrap_or_default().to_owned(), parsed.has_halves)
    }

    #[test]
    fn halves_are_joined_across_events_or_replaced() {
        let mut halves = Halves::default();
        assert_eq!(read(&mut halves, r#""lamp \ud83d""#), "lamp ");
        assert_eq!(read(&mut halves, r#""\ude00 lit""#), "😀 lit");
        assert_eq!(read(&mut halves, r#""a \ud83d b \ude00 c""#), "a \u{FFFD} b \u{FFFD} c");
        assert_eq!(read(&mut halves, r#""whole \uD83D\uDE00, \\ud83d, \ud83d""#), "whole 😀, \\ud83d, ");
        assert_eq!(read(&mut halves, r#""next""#), "\u{FFFD}next");
        assert_eq!(read(&mut halves, r#""\ud83d""#), "");
        assert_eq!(halves.rest(), "\u{FFFD}");
    }

    #[test]
    fn raw_controls_bad_bytes_and_numbers_that_are_none_are_read() {
        assert_eq!(read(&mut Halves::default(), "\"a\tb\u{1}c\""), "a\tb\u{1}c");
        let parsed =
            parse(br#"{"a": NaN, "b": -Infinity, "c": 1e400, "d": -1.5e3, "e": "NaN 1e400"}"#).unwrap();
        let expected = serde_json::json!({ "a": null, "b": null, "c": null, "d": -1500.0, "e": "NaN 1e400" });
        assert_eq!(parsed.value, expected);
        assert_eq!(parse(b"\"caf\xe9\"").unwrap().value, "caf\u{FFFD}");
    }

    #[test]
    fn what_is_cut_off_or_no_json_stays_unread() {
        for text in [r#"{"a": "b"#, "the moon is a lamp", "", r#"{"a": "\ud8"}"#] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
