//! Punctuation marks that stand twice or do not go together, and apostrophes of two kinds.

use super::{Fault, FaultKind};
use crate::analysis::prose::Prose;

pub(super) fn find(prose: &Prose, out: &mut Vec<Fault>) {
    for paragraph in &prose.paragraphs {
        repeated(&prose.text[paragraph.at.clone()], paragraph.at.start, out);
    }
    apostrophes(prose, out);
}

fn is_mark(b: u8) -> bool {
    matches!(b, b',' | b';' | b':' | b'.' | b'!' | b'?')
}

/// Runs of marks without blanks between them. An ellipsis is one, and so is "?!".
fn repeated(text: &str, offset: usize, out: &mut Vec<Fault>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let from = at;
        while at < bytes.len() && is_mark(bytes[at]) {
            at += 1;
        }
        if at == from {
            at += 1;
            continue;
        }
        let after_word =
            text[..from].chars().next_back().is_some_and(|c| c.is_alphanumeric() || is_closing(c));
        if let Some(meant) = meant(&text[from..at]).filter(|_| after_word) {
            out.push(Fault {
                kind: FaultKind::RepeatedMark,
                at: offset + from..offset + at,
                fix: Some(meant.to_owned()),
                why: format!("one mark is enough: “{meant}” for “{}”", &text[from..at]),
            });
        }
    }
}

fn is_closing(c: char) -> bool {
    matches!(c, '”' | '"' | '’' | '\'' | ')' | '*' | '_')
}

/// What a run of marks should be; `None` where it may stay.
fn meant(run: &str) -> Option<&'static str> {
    let first = run.chars().next()?;
    let same = run.chars().all(|c| c == first);
    match (run.len(), first) {
        (2.., ',') if same => Some(","),
        (2.., ';') if same => Some(";"),
        (2, '.') if same => Some("."),
        (2.., '!') if same => Some("!"),
        (2.., '?') if same => Some("?"),
        (2, ',') if run == ",." => Some("."),
        (2, ',') if run == ",;" => Some(";"),
        (2, ',') if run == ",!" => Some("!"),
        (2, ',') if run == ",?" => Some("?"),
        (2, '!' | '?') if run.ends_with('.') => Some(if first == '!' { "!" } else { "?" }),
        (2, ';') if run == ";," => Some(";"),
        _ => None,
    }
}

/// How many times as many make one kind the text's own.
const CLEARLY: usize = 5;

/// Straight apostrophes in a text of curly ones, and the other way round.
fn apostrophes(prose: &Prose, out: &mut Vec<Fault>) {
    let mut straight = Vec::new();
    let mut curly = Vec::new();
    for word in &prose.words {
        for (at, mark) in prose.written(word).char_indices() {
            match mark {
                '\'' => straight.push(word.at.start + at),
                '’' => curly.push(word.at.start + at),
                _ => {}
            }
        }
    }
    let (odd, mark, fix) = if curly.len() >= CLEARLY * straight.len() {
        (straight, "'", "’")
    } else if straight.len() >= CLEARLY * curly.len() {
        (curly, "’", "'")
    } else {
        return;
    };
    out.extend(odd.into_iter().map(|at| Fault {
        kind: FaultKind::MixedApostrophe,
        at: at..at + mark.len(),
        fix: Some(fix.to_owned()),
        why: format!("the text's other apostrophes are “{fix}”"),
    }));
}
