//! What an agent is wanted to answer, and whether it did.

use super::cleaning::{self, Cleaned, Form, anchors, json};
use crate::domain::page;
use crate::domain::proposal::{self, About};
use crate::llm::{AgentKind, Failure, Material, check_text};

/// What makes an answer usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A text, of which only what stands around it is taken off.
    Text(Form),
    /// Lines of dialogue, placed after the paragraphs of a narration.
    Dialogue {
        /// How many paragraphs there are.
        paragraphs: usize,
    },
    /// A list of what an edit teaches: of these entries, quoting these texts.
    Lessons {
        /// The ids that were given.
        entries: Vec<String>,
        /// The texts before and after the edit, each on one line.
        texts: [String; 2],
    },
}

impl Wanted {
    /// Returns what is wanted of the agent that is given this.
    #[must_use]
    pub fn of(material: &Material) -> Self {
        match material.agent {
            AgentKind::Narrator | AgentKind::Polisher | AgentKind::Other => return Self::Text(Form::Prose),
            AgentKind::Dialogue => {
                let narration = material.narration.as_deref().unwrap_or_default();
                return Self::Dialogue { paragraphs: page::paragraphs(narration).count() };
            }
            AgentKind::Reviewer | AgentKind::Summarist | AgentKind::StoryReviewer => {
                return Self::Text(Form::Plain);
            }
            AgentKind::Scribe => {}
        }
        let edited = material.edited.as_ref();
        Self::Lessons {
            entries: material.canon.iter().map(|e| e.id.clone()).collect(),
            texts: [
                edited.map(|e| one_line(&e.before)).unwrap_or_default(),
                edited.map(|e| one_line(&e.after)).unwrap_or_default(),
            ],
        }
    }

    /// Checks an answer, and returns it without what stands around it.
    pub fn accept(&self, answer: &str) -> Result<Cleaned, Failure> {
        match self {
            Self::Text(form) => {
                let cleaned = cleaning::clean(answer, *form)?;
                check_text(&cleaned.text)?;
                Ok(cleaned)
            }
            Self::Dialogue { paragraphs } => {
                let mut cleaned = cleaning::clean(answer, Form::Lines)?;
                if let Some((text, notes)) = anchors::settled(&cleaned.text, *paragraphs) {
                    cleaned.text = text;
                    cleaned.notes.extend(notes);
                }
                check_text(&cleaned.text)?;
                Ok(cleaned)
            }
            Self::Lessons { entries, texts } => {
                if answer.trim().is_empty() {
                    return Err(Failure::Empty);
                }
                let cleaned = cleaning::clean(answer, Form::Plain)?;
                let Err(reason) = lessons(&cleaned.text, entries, texts) else { return Ok(cleaned) };
                // The list may stand among words, or need a repair.
                for found in json::values(&cleaned.text).filter(|found| found.value.is_array()) {
                    let text = found.value.to_string();
                    if lessons(&text, entries, texts).is_ok() {
                        let notes = cleaned.notes.into_iter().chain(found.notes).collect();
                        return Ok(Cleaned { text, notes });
                    }
                }
                Err(Failure::Unusable { reason })
            }
        }
    }
}

/// Checks that every lesson is of an entry that was given, and quotes the edit.
fn lessons(answer: &str, entries: &[String], texts: &[String; 2]) -> Result<(), String> {
    for (lesson, n) in proposal::read(answer)?.iter().zip(1..) {
        if let About::Entry(id) = &lesson.about
            && !entries.iter().any(|known| known == id.as_str())
        {
            return Err(format!("proposal {n} names `{id}`, which is none of the entries given"));
        }
        let quote = one_line(&lesson.quote);
        if !texts.iter().any(|text| text.contains(&quote)) {
            return Err(format!("proposal {n} quotes what is not in the text"));
        }
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::{CanonEntry, Edited};

    #[test]
    fn lessons_name_entries_that_were_given_and_quote_the_edit() {
        let edited =
            Edited { before: "It was\nwarm.".into(), after: "It was cold.".into(), passages: Vec::new() };
        let pier = CanonEntry { id: "b_pier".into(), ..CanonEntry::default() };
        let material = Material {
            agent: AgentKind::Scribe,
            canon: vec![pier],
            edited: Some(edited),
            ..Material::default()
        };
        let wanted = Wanted::of(&material);
        let answer = |entry: &str, quote: &str| {
            format!(
                r#"[{{"kind":"fact","entry":"{entry}","text":"It is cold.","why":"so","quote":"{quote}"}}]"#
            )
        };
        assert!(wanted.accept("[]").is_ok());
        assert!(wanted.accept(&answer("b_pier", "was cold")).is_ok());
        assert!(wanted.accept(&answer("b_pier", "It was  warm")).is_ok(), "line ends are no difference");
        let among_words = format!("Here they are: {} That is all.", answer("b_pier", "was cold"));
        assert!(wanted.accept(&among_words).unwrap().text.starts_with('['));
        assert_eq!(wanted.accept(" "), Err(Failure::Empty));
        for (answer, reason) in [
            (answer("b_tower", "was cold"), "`b_tower`, which is none"),
            (answer("b_pier", "was icy"), "quotes what is not"),
            ("It was cold.".into(), "not a list of proposals"),
        ] {
            let refused = wanted.accept(&answer).unwrap_err().to_string();
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn of_all_others_a_text_is_wanted() {
        let wanted = Wanted::of(&Material::default());
        assert_eq!(wanted.accept("She waited.").unwrap().text, "She waited.");
        assert!(wanted.accept("[]").is_err());
    }
}
