//! What a model answers around its text, taken off before the text becomes a draft. Nothing is lost: the answer as it
//! came stays with its attempt, beside notes of what was removed.

pub mod anchors;
mod chatter;
mod html;
pub mod json;
mod lines;
mod stop_tokens;
mod thoughts;
mod wrapping;

#[cfg(test)]
mod tests;

pub use thoughts::without_thoughts;

use crate::llm::Failure;

/// A cleaned answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// What is left: the text.
    pub text: String,
    /// What was done to the answer, each in a sentence.
    pub notes: Vec<String>,
}

/// What kind of text is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Paragraphs of a page.
    Prose,
    /// Lines that are read one by one.
    Lines,
    /// Words to the author or to another agent, not to the reader of the book.
    Plain,
}

/// Passes over an answer at most: a wrapping may hold others.
const MAX_LAYERS: usize = 8;

/// Takes off everything around a text. A text without such marks comes back to the byte.
pub fn clean(answer: &str, form: Form) -> Result<Cleaned, Failure> {
    let mut notes = Vec::new();
    let mut text = answer.to_owned();
    for _ in 0..MAX_LAYERS {
        let before = notes.len();
        let thought = thoughts::split(&text);
        if thought.found {
            if thought.text.trim().is_empty() {
                return Err(Failure::OnlyThought { out_of_room: false });
            }
            notes.push(if thought.unclosed {
                "a thought that never ends was removed: the text may be incomplete".to_owned()
            } else {
                "thoughts were removed".to_owned()
            });
            text = thought.text;
        }
        for step in steps(form) {
            if let Some((rest, note)) = step(&text).filter(|(rest, _)| !rest.trim().is_empty()) {
                notes.push(note);
                text = rest;
            }
        }
        if notes.len() == before {
            break;
        }
    }
    if form == Form::Prose
        && let Some((rest, note)) = lines::settled(&text)
    {
        notes.push(note);
        text = rest;
    }
    notes.dedup();
    Ok(Cleaned { text, notes })
}

type Step = fn(&str) -> Option<(String, String)>;

fn steps(form: Form) -> &'static [Step] {
    const PLAIN: [Step; 2] = [stop_tokens::removed, wrapping::removed];
    const ALL: [Step; 5] = [
        stop_tokens::removed,
        wrapping::removed,
        chatter::opening_removed,
        chatter::closing_removed,
        html::read,
    ];
    match form {
        Form::Plain => &PLAIN,
        Form::Prose | Form::Lines => &ALL,
    }
}
