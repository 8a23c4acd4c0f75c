//! What can be counted of a text: readability, variety, what is spoken.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::faults::Fault;
use super::prose::Prose;
use super::style::Habit;

mod readability;
mod syllables;

pub use readability::Readability;

/// The measures of a text. Shares are 0 to 1; numbers are rounded to two places.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Measures {
    /// Whether the rules of English held for it; else only what holds for any language was measured.
    pub english: bool,
    /// Words of prose; of Chinese and Japanese characters.
    pub words: usize,
    /// Sentences.
    pub sentences: usize,
    /// Paragraphs of prose.
    pub paragraphs: usize,
    /// How hard it is to read; English only.
    pub readability: Option<Readability>,
    /// Words a sentence.
    pub sentence_words: Spread,
    /// Words a paragraph.
    pub paragraph_words: Spread,
    /// The part of the words that are different ones, as a mean over every window of 200 words; 1 for a short text
    /// without repetition.
    pub distinct: f64,
    /// The part of the words that is spoken.
    pub dialogue: f64,
    /// Faults, by kind.
    pub faults: BTreeMap<String, usize>,
    /// Places where a habit shows, by kind.
    pub habits: BTreeMap<String, usize>,
}

impl Measures {
    /// Measures a text whose faults and habits were found.
    #[must_use]
    pub fn of(prose: &Prose, faults: &[Fault], habits: &[Habit]) -> Self {
        let words = prose.words.len();
        let spoken = prose.words.iter().filter(|w| w.spoken).count();
        Self {
            english: prose.english,
            words,
            sentences: prose.sentences.len(),
            paragraphs: prose.paragraphs.len(),
            readability: Readability::of(prose),
            sentence_words: Spread::of(prose.sentences.iter().map(|s| s.words.len())),
            paragraph_words: Spread::of(prose.paragraphs.iter().map(|p| p.words.len())),
            distinct: distinct(prose),
            dialogue: rounded(spoken as f64 / words.max(1) as f64),
            faults: counted(faults.iter().map(|fault| fault.kind.name())),
            habits: counted(habits.iter().map(|habit| habit.kind.name())),
        }
    }
}

/// How numbers spread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spread {
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// The deviation over the mean: 0 for numbers that are all alike.
    pub variety: f64,
}

impl Spread {
    /// The spread of some numbers.
    #[must_use]
    pub fn of(numbers: impl Iterator<Item = usize> + Clone) -> Self {
        let count = numbers.clone().count().max(1) as f64;
        let mean = numbers.clone().map(|n| n as f64).sum::<f64>() / count;
        let variance = numbers.map(|n| (n as f64 - mean).powi(2)).sum::<f64>() / count;
        let deviation = variance.sqrt();
        let variety = if mean > 0.0 { deviation / mean } else { 0.0 };
        Self { mean: rounded(mean), deviation: rounded(deviation), variety: rounded(variety) }
    }
}

/// Different words over all words, as the mean of every window: so that it does not fall with a text's length.
fn distinct(prose: &Prose) -> f64 {
    const WINDOW: usize = 200;
    let mut inside: HashMap<&str, usize> = HashMap::new();
    let mut window: VecDeque<&str> = VecDeque::new();
    let (mut sum, mut windows) = (0.0, 0_usize);
    for (at, word) in prose.words.iter().enumerate() {
        window.push_back(&word.lower);
        *inside.entry(&word.lower).or_default() += 1;
        if window.len() > WINDOW
            && let Some(gone) = window.pop_front()
            && let Some(count) = inside.get_mut(gone)
        {
            *count -= 1;
            if *count == 0 {
                inside.remove(gone);
            }
        }
        if window.len() == WINDOW || at + 1 == prose.words.len() {
            sum += inside.len() as f64 / window.len() as f64;
            windows += 1;
        }
    }
    rounded(sum / windows.max(1) as f64)
}

fn counted(names: impl Iterator<Item = &'static str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    counts
}

/// To two places.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spoken_and_what_varies_is_counted() {
        let text = "“Go,” she said.\n\nRain fell on the roof all night long. It was cold.";
        let measures = Measures::of(&Prose::of(text), &[], &[]);
        assert_eq!((measures.words, measures.sentences, measures.paragraphs), (14, 3, 2));
        assert!((measures.dialogue - 0.07).abs() < 1e-9);
        assert!((measures.distinct - 1.0).abs() < 1e-9);
        assert!((measures.sentence_words.mean - 4.67).abs() < 1e-9 && measures.sentence_words.variety > 0.4);
        let again = Measures::of(&Prose::of("Rain. Rain. Rain. Rain."), &[], &[]);
        assert!((again.distinct - 0.25).abs() < 1e-9);
        assert_eq!(again.sentence_words, Spread { mean: 1.0, deviation: 0.0, variety: 0.0 });
    }
}
