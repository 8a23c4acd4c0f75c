//! How hard English is to read, by the two formulas that readers know.
//!
//! Flesch reading ease (R. Flesch, *A new readability yardstick*, Journal of Applied Psychology 32, 1948):
//! `206.835 − 1.015 · words/sentences − 84.6 · syllables/words`; 100 is very easy, 0 very hard.
//! Flesch–Kincaid grade (J. P. Kincaid et al., *Derivation of new readability formulas*, Research Branch Report 8-75,
//! 1975): `0.39 · words/sentences + 11.8 · syllables/words − 15.59`, in years of school.

use serde::{Deserialize, Serialize};

use super::rounded;
use super::syllables::syllables;
use crate::analysis::prose::Prose;

/// How hard English is to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Readability {
    /// Flesch reading ease: mostly 0 (hard) to 100 (easy), and beyond for extreme texts.
    pub reading_ease: f64,
    /// Flesch–Kincaid grade, in years of school.
    pub grade: f64,
}

impl Readability {
    /// `None` for a text that is not English, or has no word.
    pub(super) fn of(prose: &Prose) -> Option<Self> {
        let words = prose.words.len() as f64;
        if !prose.english || prose.words.is_empty() {
            return None;
        }
        let sentences = prose.sentences.iter().filter(|s| !s.words.is_empty()).count().max(1) as f64;
        let syllables: usize = prose.words.iter().map(|w| syllables(&w.lower)).sum();
        let (long, heavy) = (words / sentences, syllables as f64 / words);
        Some(Self {
            reading_ease: rounded(206.835 - 1.015 * long - 84.6 * heavy),
            grade: rounded(0.39 * long + 11.8 * heavy - 15.59),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formulas_give_what_is_computed_by_hand() {
        // 6 words, 1 sentence, 6 syllables.
        let easy = Readability::of(&Prose::of("The cat sat on the mat.")).expect("English");
        assert!((easy.reading_ease - (206.835 - 6.09 - 84.6)).abs() < 0.01, "{easy:?}");
        assert!((easy.grade - (2.34 + 11.8 - 15.59)).abs() < 0.01, "{easy:?}");
        let hard =
            Prose::of("The establishment of additional administrative responsibilities is inevitable.");
        assert!(Readability::of(&hard).expect("English").reading_ease < 0.0);
        assert_eq!(Readability::of(&Prose::of("雨が降っていた。")), None);
    }
}
