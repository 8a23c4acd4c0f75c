//! Tokens: what an answer used, and how many a text will take.

use serde::{Deserialize, Serialize};

/// What a call used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the answer, those of its thinking included.
    pub output_tokens: u64,
    /// Whether this room counted, because the server did not say.
    pub estimated: bool,
}

impl Usage {
    /// Prompt and answer together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// How many tokens `text` will take, rounded up: 3.5 ASCII characters, 2 of another alphabet or one of a CJK
/// script a token, with a margin of 15 %.
#[must_use]
pub fn estimate_tokens(text: &str) -> u64 {
    estimate_tokens_by(text, 1.0)
}

/// The same, corrected by a model's own `factor`: what it really used, over what was estimated.
///
/// A factor that is not a positive number counts as 1.
#[must_use]
pub fn estimate_tokens_by(text: &str, factor: f64) -> u64 {
    let tokens = text.chars().map(share).sum::<u64>() as f64 / TOKEN as f64;
    let factor = if factor.is_finite() && factor > 0.0 { factor } else { 1.0 };
    (tokens * 1.15 * factor).ceil() as u64
}

/// A token in the shares of [`share`].
const TOKEN: u64 = 14;

/// The fourteenths of a token that a character takes.
fn share(c: char) -> u64 {
    if c.is_ascii() {
        4
    } else if (c as u32) < 0x2E80 {
        // Latin with accents, Cyrillic, Arabic and the like: 4 measured for Russian, 2 leaves room for rarer ones.
        7
    } else {
        TOKEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_takes_a_token_for_three_and_a_half_characters_and_the_margin() {
        assert_eq!(estimate_tokens(&"a".repeat(350)), 115);
        assert_eq!(estimate_tokens(""), 0);
    }

    #[test]
    fn each_chinese_character_is_a_token() {
        assert_eq!(estimate_tokens(&"灯".repeat(100)), 115);
    }

    #[test]
    fn a_model_corrects_its_estimate_but_nonsense_does_not() {
        let text = "a".repeat(350);
        assert_eq!(estimate_tokens_by(&text, 0.5), 58);
        for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(estimate_tokens_by(&text, nonsense), 115);
        }
    }
}
