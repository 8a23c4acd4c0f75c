//! What an author says once about a whole book; all but the front matter and the budget is in every prompt.

use serde::{Deserialize, Serialize};

use super::{FrontMatter, Money, language};

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
    /// Revision requests that a page or run begun from now on may have (0–1,000); none leaves it to the
    /// configuration (spec P7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision_requests: Option<u32>,
    /// What stands before the text when the book is published.
    pub front: FrontMatter,
}

impl BookSettings {
    /// Returns the language as files say it (BCP 47): the tag, else what the plain words name; none when neither does.
    #[must_use]
    pub fn language_tag(&self) -> Option<String> {
        if self.front.language_tag.is_empty() {
            language::tag_of(&self.language)
        } else {
            Some(language::in_form(&self.front.language_tag))
        }
    }
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
            revision_requests: None,
            front: FrontMatter::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_tag_counts_before_what_the_plain_words_name() {
        let mut settings = BookSettings { language: "日本語".into(), ..BookSettings::default() };
        assert_eq!(settings.language_tag().as_deref(), Some("ja"));
        settings.front.language_tag = "JA-jp".into();
        assert_eq!(settings.language_tag().as_deref(), Some("ja-JP"));
        let settings = BookSettings { language: "the old tongue".into(), ..BookSettings::default() };
        assert_eq!(settings.language_tag(), None);
    }

    #[test]
    fn settings_from_before_there_was_a_front_matter_are_read() {
        let read: BookSettings =
            serde_json::from_str(r#"{"language": "German", "words_per_page": 90}"#).unwrap();
        assert_eq!((read.front, read.words_per_page), (FrontMatter::default(), 90));
    }
}
