//! What is good about a text, said with its measures.

use crate::analysis::measure::Measures;

/// The variety of sentence lengths from which on it is one.
const VARIED: f64 = 0.5;
/// The part of different words from which on they are rich.
const RICH: f64 = 0.55;

/// Up to five sentences, each with the numbers it rests on.
pub(super) fn strengths(measures: &Measures) -> Vec<String> {
    let mut out = Vec::new();
    if measures.words == 0 {
        return out;
    }
    if measures.faults.is_empty() {
        out.push(format!("No mechanical fault in {} words.", measures.words));
    }
    let spread = measures.sentence_words;
    if measures.sentences >= 8 && spread.variety >= VARIED {
        let (mean, deviation) = (spread.mean, spread.deviation);
        out.push(format!("The sentences vary: {mean} words, give or take {deviation}."));
    }
    if measures.words >= 100 && measures.distinct >= RICH {
        out.push(format!("The words are rich: {:.0} of 100 are different ones.", measures.distinct * 100.0));
    }
    if (0.1..=0.6).contains(&measures.dialogue) {
        out.push(format!("Speech and narration balance: {:.0} % is spoken.", measures.dialogue * 100.0));
    }
    if let Some(readability) = measures.readability.filter(|r| (60.0..=90.0).contains(&r.reading_ease)) {
        out.push(format!("It reads easily: {} on the scale of Flesch.", readability.reading_ease));
    }
    out
}
