//! Where the sentences of a text end.

use std::ops::Range;

/// Words before a full stop that end no sentence. Titles and Latin; months and units are too rare in prose.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "mx", "dr", "prof", "st", "sr", "jr", "rev", "hon", "capt", "col", "gen", "lt", "sgt",
    "vs", "etc", "cf", "e.g", "i.e", "fig", "no", "vol", "ch", "pp", "hr", "fr", "bzw", "z.b", "usw",
];

/// The sentences of a paragraph, as byte ranges that tile it: each with the blanks after it.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(is_stop) {
        let stop = at + found;
        at = after_stops(text, stop);
        if let Some(end) = sentence_end(text, start, stop, at) {
            out.push(start..end);
            (start, at) = (end, end);
        }
    }
    if start < text.len() {
        out.push(start..text.len());
    }
    out
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।' | '۔')
}

fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '」' | '』' | '）' | '*' | '_')
}

/// The index after the stops and the closing quotes that begin at `stop`.
fn after_stops(text: &str, stop: usize) -> usize {
    let rest = &text[stop..];
    let stops = rest.find(|c| !is_stop(c)).unwrap_or(rest.len());
    let closers = rest[stops..].find(|c| !is_closer(c)).unwrap_or(rest.len() - stops);
    stop + stops + closers
}

/// Where the sentence ends, its blanks with it, if the stop at `stop` ends one.
fn sentence_end(text: &str, start: usize, stop: usize, after: usize) -> Option<usize> {
    let rest = &text[after..];
    let blanks = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
    let next = rest[blanks..].chars().next();
    let wide = text[stop..].starts_with(['。', '！', '？']);
    let ends = match next {
        None => true,
        Some(_) if wide => true,
        Some(_) if blanks == 0 => false,
        // `“Stop!” she said.` is one sentence.
        Some(c) if c.is_lowercase() => false,
        Some(_) => !(text[stop..after] == *"." && is_abbreviation(&text[start..stop])),
    };
    ends.then_some(after + blanks)
}

/// Whether a full stop after these words is that of an abbreviation or an initial.
pub(super) fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || "(\"“‘'—".contains(c)).next().unwrap_or_default();
    let mut letters = word.chars();
    let initial = matches!((letters.next(), letters.next()), (Some(c), None) if c.is_uppercase() && c != 'I');
    initial || ABBREVIATIONS.iter().any(|a| word.eq_ignore_ascii_case(a))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        assert_eq!(split("Rain fell. It was cold!  Was it?"), ["Rain fell. ", "It was cold!  ", "Was it?"]);
        assert_eq!(split("No stop at all"), ["No stop at all"]);
        assert_eq!(split(""), Vec::<&str>::new());
    }

    #[test]
    fn abbreviations_initials_and_numbers_end_none() {
        assert_eq!(
            split("Dr. Vale met J. R. Stone at 3.15. They spoke."),
            ["Dr. Vale met J. R. Stone at 3.15. ", "They spoke."]
        );
        assert_eq!(split("It was I. Nobody else."), ["It was I. ", "Nobody else."]);
    }

    #[test]
    fn quotes_stay_with_their_sentence() {
        assert_eq!(split("“Stop!” she said. “Why?” He ran."), ["“Stop!” she said. ", "“Why?” ", "He ran."]);
        assert_eq!(split("雨だ。「寒い。」彼は言った。"), ["雨だ。", "「寒い。」", "彼は言った。"]);
    }

    proptest! {
        #[test]
        fn sentences_tile_their_text(text in "\\PC{0,120}|[a-zA-Z.!? \n\"”]{0,120}") {
            prop_assert_eq!(split(&text).concat(), text.clone());
            prop_assert!(split(&text).iter().all(|s| !s.is_empty()));
        }
    }
}
