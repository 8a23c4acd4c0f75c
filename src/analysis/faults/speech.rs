//! How speech is joined to its teller: `“I see,” she said.`

use super::quotes::tells;
use super::{Fault, FaultKind};
use crate::analysis::prose::{Paragraph, Prose};

pub(super) fn find(prose: &Prose, out: &mut Vec<Fault>) {
    for paragraph in &prose.paragraphs {
        for (index, span) in paragraph.speech.spans.iter().enumerate() {
            let words = &prose.words[paragraph.words.clone()];
            let after = words.partition_point(|w| w.at.start < span.end);
            let (Some(first), Some(second)) = (words.get(after), words.get(after + 1)) else { continue };
            let gap = &prose.text[span.end..first.at.start];
            if gap != " " || first.capital || !prose.adjoin(first, second) || !tells(first, second) {
                continue;
            }
            if let Some(fault) = joint(prose, paragraph, index) {
                out.push(fault);
            }
        }
    }
}

/// The mark before the closing quote, where a teller follows.
fn joint(prose: &Prose, paragraph: &Paragraph, index: usize) -> Option<Fault> {
    let span = &paragraph.speech.spans[index];
    let closing = prose.text[span.clone()].chars().next_back().filter(|c| matches!(c, '”' | '"'))?;
    let end = span.end - closing.len_utf8();
    let said = &prose.text[span.start..end];
    let opens = said.chars().nth(1).is_some_and(char::is_uppercase);
    let kind = FaultKind::SpeechMark;
    let fix = Some(",".to_owned());
    let last = said.chars().next_back()?;
    if last == '.' && !said.ends_with("..") {
        let why = "speech ends in a comma where its teller follows".to_owned();
        return Some(Fault { kind, at: end - 1..end, fix, why });
    }
    // A quoted word is not speech: that begins with a capital.
    (last.is_alphabetic() && opens).then(|| {
        let why = "a comma stands between speech and its teller".to_owned();
        Fault { kind, at: end..end, fix, why }
    })
}
