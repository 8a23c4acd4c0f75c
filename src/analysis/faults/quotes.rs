//! Quotation marks without their other half.

use super::{Fault, FaultKind};
use crate::analysis::english::ENGLISH;
use crate::analysis::prose::speech::is_opening;
use crate::analysis::prose::{Paragraph, Prose, Word};

pub(super) fn find(prose: &Prose, out: &mut Vec<Fault>) {
    for (index, paragraph) in prose.paragraphs.iter().enumerate() {
        if let Some(open) = paragraph.speech.unclosed {
            let told = before_teller(prose, paragraph, open);
            if told.is_some() || !goes_on(prose, index, open) {
                out.push(unclosed(prose, paragraph, open, told));
            }
        }
        out.extend(paragraph.speech.stray.iter().map(|stray| unopened(prose, paragraph, *stray)));
    }
}

/// Whether speech goes on in the next paragraph, which opens it again, or ends a longer quotation, as of a letter.
fn goes_on(prose: &Prose, index: usize, open: usize) -> bool {
    let paragraph = &prose.paragraphs[index];
    let (line, _) = prose.text[open..paragraph.at.end]
        .split_once('\n')
        .unwrap_or((&prose.text[open..paragraph.at.end], ""));
    let reopened = line.chars().skip(1).any(|c| matches!(c, '“' | '"'));
    let next = prose.paragraphs.get(index + 1);
    let next = next.is_some_and(|next| prose.text[next.at.clone()].starts_with(is_opening));
    let before =
        index.checked_sub(1).is_some_and(|before| prose.paragraphs[before].speech.unclosed.is_some());
    (next || before) && !reopened
}

/// `told` is where its teller follows, if one does.
fn unclosed(prose: &Prose, paragraph: &Paragraph, open: usize, told: Option<usize>) -> Fault {
    let text = prose.text;
    let mark = text[open..].chars().next().unwrap_or('“');
    let closing = match mark {
        '"' => Some("\""),
        '“' => Some("”"),
        _ => None,
    };
    let why = "a quotation mark opens and is not closed".to_owned();
    let place = closing.filter(|_| prose.english).and_then(|closing| {
        let at = told.or_else(|| {
            // One sentence to the paragraph's end is all said.
            let rest = prose.sentences[paragraph.sentences.clone()].iter().filter(|s| s.at.end > open);
            (rest.count() == 1 && !text[open..paragraph.at.end].contains('”')).then_some(paragraph.at.end)
        })?;
        Some((at, closing))
    });
    match place {
        Some((at, closing)) => {
            Fault { kind: FaultKind::UnbalancedQuote, at: at..at, fix: Some(closing.to_owned()), why }
        }
        None => {
            let at = open..open + mark.len_utf8();
            Fault { kind: FaultKind::UnbalancedQuote, at, fix: None, why }
        }
    }
}

/// Where the first sentence of a speech ends that its teller follows: `“Go, she said.`
fn before_teller(prose: &Prose, paragraph: &Paragraph, open: usize) -> Option<usize> {
    let end = prose.sentence_at(open).map_or(paragraph.words.end, |sentence| sentence.words.end);
    let words = &prose.words[paragraph.words.start..end];
    let from = words.partition_point(|w| w.at.start < open);
    words[from..].windows(3).find_map(|three| {
        let [last, teller, verb] = three else { return None };
        let between = &prose.text[last.at.end..teller.at.start];
        let mark = between.strip_suffix(' ').filter(|m| matches!(*m, "," | "?" | "!" | "—" | "…"))?;
        let joined = prose.adjoin(teller, verb);
        (joined && tells(teller, verb)).then_some(last.at.end + mark.len())
    })
}

/// `she said`, `said she`, `Nan said`.
pub(super) fn tells(first: &Word, second: &Word) -> bool {
    let pronoun = |w: &Word| matches!(&*w.lower, "he" | "she" | "they" | "i" | "we" | "it");
    let verb = |w: &Word| ENGLISH.speaking.contains(&*w.lower);
    let name = |w: &Word| pronoun(w) || w.capital || matches!(&*w.lower, "the" | "her" | "his" | "my");
    (name(first) && verb(second)) || (verb(first) && name(second))
}

fn unopened(prose: &Prose, paragraph: &Paragraph, stray: usize) -> Fault {
    let kind = FaultKind::UnbalancedQuote;
    let why = "a quotation mark closes what none opened".to_owned();
    let first = prose.sentence_at(stray).filter(|s| s.at.start == paragraph.at.start);
    let mark = prose.text[stray..].chars().next().unwrap_or('”');
    let untold = !prose.text[paragraph.at.start..stray].contains(['“', '”', '"']);
    let opening = match mark {
        '”' => Some("“"),
        '"' => Some("\""),
        _ => None,
    };
    match first.zip(opening).filter(|_| prose.english && untold) {
        Some((sentence, opening)) => {
            Fault { kind, at: sentence.at.start..sentence.at.start, fix: Some(opening.to_owned()), why }
        }
        None => Fault { kind, at: stray..stray + mark.len_utf8(), fix: None, why },
    }
}
