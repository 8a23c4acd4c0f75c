//! Sentences that keep to one length: shown at the evenest stretch of three.

use super::{Habit, HabitKind};
use crate::analysis::measure::Spread;
use crate::analysis::prose::{Prose, Sentence};

/// Sentences below which there is no rhythm yet.
const FEW: usize = 8;
/// The deviation of the lengths over their mean, below which they are even. Prose lies between 0.5 and 0.8.
const EVEN: f64 = 0.33;

pub(super) fn find(prose: &Prose, out: &mut Vec<Habit>) {
    let spread = Spread::of(prose.sentences.iter().map(|s| s.words.len()));
    if prose.sentences.len() < FEW || spread.variety >= EVEN {
        return;
    }
    let unevenness = |three: &&[Sentence]| {
        let lengths = three.iter().map(|s| s.words.len());
        lengths.clone().max().unwrap_or(0) - lengths.min().unwrap_or(0)
    };
    let evenest = prose.sentences.windows(3).min_by_key(unevenness);
    let word = evenest.and_then(|three| prose.words_of(&three[0]).first());
    if let Some(word) = word {
        let why = format!("sentences keep to {} words, give or take {}", spread.mean, spread.deviation);
        out.push(Habit { kind: HabitKind::EvenRhythm, at: word.at.clone(), why });
    }
}
