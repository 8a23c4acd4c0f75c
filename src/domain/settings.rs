//! What an author says once about a whole book; it is in every prompt.

use serde::{Deserialize, Serialize};

use super::Money;

/// A book's settings. Empty text means "not said".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BookSettings {
    /// The language the book is written in, in plain words: `English`.
    pub language: String,
    /// `first person`, `third person limited` …
    pub point_of_view: String,
    /// `past` or `present`.
    pub tense: String,
    /// How long a page's narration should be, in words (20–5,000).
    pub words_per_page: u32,
    /// The author's standing notes on style.
    pub style_notes: String,
    /// What the book may cost in all; none means no limit.
    pub budget: Option<Money>,
}

impl Default for BookSettings {
    fn default() -> Self {
        Self {
            language: "English".into(),
            point_of_view: "third person limited".into(),
            tense: "past".into(),
            words_per_page: 220,
            style_notes: String::new(),
            budget: None,
        }
    }
}
