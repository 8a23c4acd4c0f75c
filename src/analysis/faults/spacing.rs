//! Blanks where none belongs, and none where one does.

use std::ops::Range;

use super::{Fault, FaultKind};
use crate::analysis::prose::Prose;

/// Double blanks behind stops from which on they are the author's habit.
const HABIT: usize = 5;

pub(super) fn find(prose: &Prose, out: &mut Vec<Fault>) {
    let mut wide: Vec<(Range<usize>, bool)> = Vec::new();
    for paragraph in &prose.paragraphs {
        let text = &prose.text[paragraph.at.clone()];
        let offset = paragraph.at.start;
        before_marks(prose.english, text, offset, out);
        after_marks(text, offset, out);
        wide_gaps(text, offset, &mut wide);
    }
    let habit = wide.iter().filter(|(_, after_stop)| *after_stop).count() >= HABIT;
    out.extend(wide.into_iter().filter(|(_, after_stop)| !(habit && *after_stop)).map(|(at, _)| Fault {
        kind: FaultKind::ExtraSpace,
        at,
        fix: Some(" ".to_owned()),
        why: "one blank is enough".to_owned(),
    }));
}

/// "rain ," — other languages may set a blank before the higher marks.
fn before_marks(english: bool, text: &str, offset: usize, out: &mut Vec<Fault>) {
    let marks: &[char] = if english { &[',', '.', ';', ':', '!', '?'] } else { &[',', '.'] };
    for (place, mark) in text.match_indices(marks) {
        let before = text[..place].trim_end_matches(' ');
        let after = text[place + mark.len()..].chars().next();
        let word =
            before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || matches!(c, '”' | '’' | ')'));
        // ". . ." and "..." are of one piece, and ".5" is a number.
        let ends = after.is_none_or(|c| c.is_whitespace() || matches!(c, '”' | '"' | '’'));
        let dotted = mark == "." && text[place + 1..].trim_start().starts_with('.');
        if before.len() < place && word && ends && !dotted {
            out.push(Fault {
                kind: FaultKind::SpaceBeforeMark,
                at: offset + before.len()..offset + place,
                fix: Some(String::new()),
                why: format!("no blank stands before “{mark}”"),
            });
        }
    }
}

/// "rain,wind" and "rain.Then"; addresses and abbreviations are left alone.
fn after_marks(text: &str, offset: usize, out: &mut Vec<Fault>) {
    for (place, mark) in text.match_indices([',', ';', '.', '!', '?']) {
        let rest = &text[place + 1..];
        let mut next = rest.chars();
        let (first, second) = (next.next(), next.next());
        let before = text[..place].chars().next_back();
        let (Some(before), Some(first)) = (before, first) else { continue };
        let glued = match mark {
            "." => before.is_lowercase() && first.is_uppercase() && second.is_some_and(char::is_lowercase),
            _ => before.is_alphabetic() && first.is_alphabetic(),
        };
        if glued && before.is_ascii() && first.is_ascii() && !in_address(text, place) {
            out.push(Fault {
                kind: FaultKind::MissingSpace,
                at: offset + place + 1..offset + place + 1,
                fix: Some(" ".to_owned()),
                why: format!("a blank stands after “{mark}”"),
            });
        }
    }
}

fn in_address(text: &str, place: usize) -> bool {
    const FAR: usize = 80;
    let (from, to) =
        (text.floor_char_boundary(place.saturating_sub(FAR)), text.ceil_char_boundary(place + FAR));
    let start = text[from..place].rfind(char::is_whitespace).map_or(from, |at| from + at + 1);
    let end = text[place..to].find(char::is_whitespace).map_or(to, |at| place + at);
    let start = text.ceil_char_boundary(start);
    let token = text[start..end].trim_start_matches(|c: char| !c.is_alphanumeric());
    token.contains(['/', '@', '\\', '=']) || token.starts_with("www.")
}

/// Two blanks and more inside a line, and whether they stand behind a stop.
fn wide_gaps(text: &str, offset: usize, out: &mut Vec<(Range<usize>, bool)>) {
    for (place, _) in text.match_indices("  ") {
        let before = text[..place].chars().next_back();
        let Some(before) = before.filter(|c| !c.is_whitespace()) else { continue };
        let end = place + text[place..].len() - text[place..].trim_start_matches(' ').len();
        if !text[end..].starts_with(['\n', '\r', ',', '.', ';', ':', '!', '?']) {
            let after_stop = matches!(before, '.' | '!' | '?' | '”' | '"' | '’' | ':');
            out.push((offset + place..offset + end, after_stop));
        }
    }
}
