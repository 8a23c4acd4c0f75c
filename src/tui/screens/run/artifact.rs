//! How an artifact is looked at: by what its schema says that it is, never by the name of a workflow or a step.

use std::collections::HashSet;

use serde_json::Value;

use super::entries;
use crate::domain::workflow::Schema;
use crate::tui::purpose::Within;
use crate::tui::widgets::outline::Entry;

/// What an artifact is, as far as a view is made for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArtifactView {
    /// A text as it came.
    Prose,
    /// A review with its score and its suggestions.
    Review,
    /// A text with the log of what was changed in it.
    Polish,
    /// Findings with their places. A screen that is made for them begins here.
    Coherence,
    /// Any other data.
    Fields,
}

/// One way to look at an artifact.
#[derive(Debug, Clone, PartialEq)]
pub enum Face {
    /// A text with what changed since the one before.
    Changes {
        /// The one before.
        before: String,
        /// The text.
        after: String,
    },
    /// A text.
    Text(String),
    /// Data, entry by entry.
    Data(Kind, Vec<Entry>),
}

/// What a face shows: it is kept from one artifact to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What changed.
    Changes,
    /// The text.
    Text,
    /// A review.
    Report,
    /// What a polish says that it changed.
    Log,
    /// Findings.
    Findings,
    /// Fields.
    Fields,
}

impl Kind {
    /// Its name over the pane.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Text => "text",
            Self::Report => "report",
            Self::Log => "change log",
            Self::Findings => "findings",
            Self::Fields => "fields",
        }
    }
}

impl Face {
    /// What it shows.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Changes { .. } => Kind::Changes,
            Self::Text(_) => Kind::Text,
            Self::Data(kind, _) => *kind,
        }
    }
}

impl ArtifactView {
    /// The view for a schema; none is prose.
    #[must_use]
    pub fn of(schema: Option<&Schema>) -> Self {
        let Some(schema) = schema else { return Self::Prose };
        let is = |name: &str, kind: &str| {
            schema.value().is_some_and(|s| s["properties"][name]["type"].as_str() == Some(kind))
        };
        if is("quality_score", "number") && is("suggestions", "array") {
            Self::Review
        } else if is("text", "string") && is("changes", "array") {
            Self::Polish
        } else if is("findings", "array") {
            Self::Coherence
        } else {
            Self::Fields
        }
    }

    /// Reads an artifact. What cannot be read as data is shown as the text that it is.
    #[must_use]
    pub fn faces(self, text: &str, before: Option<&str>, refused: Option<&HashSet<usize>>) -> Vec<Face> {
        let prose = |after: &str| {
            let before = before.filter(|b| *b != after).map(str::to_owned);
            let changes = before.map(|before| Face::Changes { before, after: after.to_owned() });
            changes.into_iter().chain([Face::Text(after.to_owned())])
        };
        if self == Self::Prose {
            return prose(text).collect();
        }
        let Ok(artifact) = serde_json::from_str::<Value>(text) else {
            return vec![Face::Text(text.to_owned())];
        };
        match self {
            Self::Polish => {
                let log = Face::Data(Kind::Log, entries::change_log(&artifact));
                prose(artifact["text"].as_str().unwrap_or_default()).chain([log]).collect()
            }
            Self::Review => vec![Face::Data(Kind::Report, entries::report(&artifact, refused))],
            Self::Coherence => vec![Face::Data(Kind::Findings, entries::findings(&artifact))],
            _ => vec![Face::Data(Kind::Fields, entries::fields(&artifact))],
        }
    }

    /// What there is to see of an artifact that is still being written: of a polish its text, as far as it has come.
    #[must_use]
    pub fn so_far(self, written: &str) -> Face {
        let text = (self == Self::Polish).then(|| string_so_far(written, "text")).flatten();
        Face::Text(text.unwrap_or_else(|| written.to_owned()))
    }

    /// What an author edits: the text in the artifact, where it has one that is the point of it; else all of it.
    #[must_use]
    pub fn editable(self, text: &str) -> (String, Option<Within>) {
        let artifact = serde_json::from_str::<Value>(text).ok().filter(|_| self != Self::Prose);
        match artifact {
            Some(artifact) if self == Self::Polish => {
                let inner = artifact["text"].as_str().unwrap_or_default().to_owned();
                (inner, Some(Within { artifact, path: "text".into() }))
            }
            Some(artifact) => (serde_json::to_string_pretty(&artifact).unwrap_or_else(|_| text.into()), None),
            None => (text.to_owned(), None),
        }
    }
}

/// A string field of JSON that has not come to its end; none before the field has begun.
fn string_so_far(written: &str, field: &str) -> Option<String> {
    let name = format!("\"{field}\"");
    let rest = &written[written.find(&name)? + name.len()..];
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    let end = rest.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    let raw = &rest[..end.unwrap_or(rest.len())];
    // An escape that is cut in half is left for later; the longest, a pair of `\uXXXX`, has twelve letters.
    let ends = raw.char_indices().map(|(at, _)| at).rev().take(12);
    let mut tries = std::iter::once(raw.len()).chain(ends);
    tries.find_map(|end| serde_json::from_str(&format!("\"{}\"", &raw[..end])).ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::workflow::shipped_schema;

    fn shipped(name: &str) -> Schema {
        Schema::Inline(shipped_schema(name).expect("it ships"))
    }

    #[test]
    fn the_view_follows_the_schema_and_no_name() {
        assert_eq!(ArtifactView::of(None), ArtifactView::Prose);
        assert_eq!(ArtifactView::of(Some(&shipped("review_report"))), ArtifactView::Review);
        assert_eq!(ArtifactView::of(Some(&shipped("polish"))), ArtifactView::Polish);
        assert_eq!(ArtifactView::of(Some(&shipped("word_count"))), ArtifactView::Fields);
        let own = json!({"title": "Anything", "properties": {"findings": {"type": "array"}}});
        assert_eq!(ArtifactView::of(Some(&Schema::Inline(own))), ArtifactView::Coherence);
    }

    #[test]
    fn a_polish_is_its_changes_its_text_and_its_log() {
        let text = json!({"title": "Ice", "text": "New.", "changes": []}).to_string();
        let kinds = |before| -> Vec<Kind> {
            ArtifactView::Polish.faces(&text, before, None).iter().map(Face::kind).collect()
        };
        assert_eq!(kinds(Some("Old.")), [Kind::Changes, Kind::Text, Kind::Log]);
        assert_eq!(kinds(None), [Kind::Text, Kind::Log]);
        assert_eq!(kinds(Some("New.")), [Kind::Text, Kind::Log], "nothing changed");
    }

    #[test]
    fn a_polish_that_is_being_written_is_read_as_its_text() {
        let whole =
            json!({"title": "Ice", "text": "She said: \"No.\"\n\nIt was out \u{1f56f}.", "changes": []});
        let (whole, text) = (whole.to_string(), whole["text"].as_str().expect("a text").to_owned());
        let begins = whole.find("She").expect("it is there");
        for end in (0..=whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            let Face::Text(seen) = ArtifactView::Polish.so_far(&whole[..end]) else { panic!("a text") };
            if end >= begins {
                assert!(text.starts_with(&seen), "{seen:?} at {end}");
            } else {
                assert_eq!(seen, whole[..end]);
            }
        }
        assert_eq!(ArtifactView::Polish.so_far(&whole), Face::Text(text));
        let escaped = r#"{"text": "a \ud83d\udd6f b \\"#;
        for end in 10..=escaped.len() {
            let Face::Text(seen) = ArtifactView::Polish.so_far(&escaped[..end]) else { panic!("a text") };
            assert!("a \u{1f56f} b \\".starts_with(&seen) || !seen.starts_with('a'), "{seen:?} at {end}");
        }
        assert_eq!(ArtifactView::Polish.so_far(&escaped[..20]), Face::Text("a ".into()), "half a pair waits");
        assert_eq!(ArtifactView::Review.so_far("{\"text\": \"x"), Face::Text("{\"text\": \"x".into()));
    }

    #[test]
    fn what_is_not_data_is_shown_as_it_came() {
        let faces = ArtifactView::Review.faces("Here it is: {", None, None);
        assert_eq!(faces, [Face::Text("Here it is: {".into())]);
    }
}
