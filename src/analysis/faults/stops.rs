//! Paragraphs that end without a stop.

use super::{Fault, FaultKind};
use crate::analysis::prose::{Paragraph, Prose};

/// Words below which a line may be a signature, a sign or a cry.
const SHORT: usize = 8;

pub(super) fn find(prose: &Prose, out: &mut Vec<Fault>) {
    let plain = || prose.paragraphs.iter().filter(|p| p.plain);
    let open: Vec<&Paragraph> = plain().filter(|p| is_open(prose, p)).collect();
    // Where many paragraphs have none, it is verse or the author's way.
    if open.len() > 2 && open.len() * 5 > plain().count() {
        return;
    }
    out.extend(open.into_iter().map(|paragraph| Fault {
        kind: FaultKind::MissingStop,
        at: paragraph.at.end..paragraph.at.end,
        fix: Some(".".to_owned()),
        why: "a paragraph ends with a stop".to_owned(),
    }));
}

fn is_open(prose: &Prose, paragraph: &Paragraph) -> bool {
    let Some(last) = prose.words[paragraph.words.clone()].last() else { return false };
    let words = paragraph.words.len();
    let text = &prose.text[paragraph.at.clone()];
    let lines = text.lines().count();
    // A line of fewer than some 8 words a line is verse or an address.
    words >= SHORT
        && words >= SHORT * lines
        && last.at.end == paragraph.at.end
        && !last.capital
        && !last.spoken
        && text.starts_with(char::is_uppercase)
        && prose.written(last).chars().all(char::is_alphabetic)
}
