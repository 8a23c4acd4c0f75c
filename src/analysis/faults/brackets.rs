//! Brackets without their other half, by paragraph.

use super::{Fault, FaultKind};
use crate::analysis::prose::Prose;

pub(super) fn find(prose: &Prose, out: &mut Vec<Fault>) {
    for paragraph in prose.paragraphs.iter().filter(|p| p.plain) {
        let mut open: Vec<usize> = Vec::new();
        let mut alone: Vec<usize> = Vec::new();
        let text = &prose.text[paragraph.at.clone()];
        let mut before = ['\n', '\n'];
        for (place, c) in text.char_indices() {
            match c {
                '(' => open.push(place),
                // "a)" counts, and ":)" smiles.
                ')' if open.pop().is_none() => {
                    let label = before[1].is_alphanumeric() && !before[0].is_alphanumeric();
                    if !label && !matches!(before[1], ':' | ';' | '-') {
                        alone.push(place);
                    }
                }
                _ => {}
            }
            before = [before[1], c];
        }
        for place in open.into_iter().chain(alone) {
            let at = paragraph.at.start + place..paragraph.at.start + place + 1;
            let why = "a bracket without its other half".to_owned();
            out.push(Fault { kind: FaultKind::UnbalancedBracket, at, fix: None, why });
        }
    }
}
