//! The author's words reach every agent: what a template leaves out of them follows its text.

use std::fmt::Write as _;

use super::{ContextError, Prompt};
use crate::llm::{Material, Message, Role, Said};

impl Prompt {
    /// Appends the feedback that the rendered messages leave out, and the text that it refused.
    pub(super) fn heed(&self, material: &Material, messages: &mut Vec<Message>) -> Result<(), ContextError> {
        if material.feedback.is_empty() && material.passages.is_empty() {
            return Ok(());
        }
        let left_out = self.left_out(material)?;
        if left_out.is_empty() {
            return Ok(());
        }
        let mut block = String::new();
        let previous = material.previous.as_deref().map(str::trim).unwrap_or_default();
        if !previous.is_empty() && !messages.iter().any(|m| m.text.contains(previous)) {
            let _ = write!(block, "Your last answer, which the author sent back:\n---\n{previous}\n---\n\n");
        }
        block.push_str("The author's feedback, oldest first; the last word counts most:\n");
        for words in left_out {
            let _ = writeln!(block, "- {words}");
        }
        block.push_str("\nAnswer so that it does what the feedback asks, and keeps what was not criticised.");
        match messages.last_mut() {
            Some(last) if last.role == Role::User => last.text = format!("{}\n\n{block}", last.text),
            _ => messages.push(Message::user(block)),
        }
        Ok(())
    }

    /// Returns the words that the template does not print, whatever they say: it is rendered with a mark in place of
    /// each, which no other text has.
    fn left_out(&self, material: &Material) -> Result<Vec<String>, ContextError> {
        let mark = |number: usize| format!("\u{f0000}{number}\u{f0001}");
        let mut marked = material.clone();
        let count = material.feedback.len();
        for (number, words) in marked.feedback.iter_mut().enumerate() {
            *words = mark(number);
        }
        for (number, said) in marked.passages.iter_mut().enumerate() {
            said.words = mark(count + number);
        }
        let shown = self.render(&marked)?;
        let on_passage = |said: &Said| format!("On “{}”: {}", said.quote.trim(), said.words);
        let all = material.feedback.iter().cloned().chain(material.passages.iter().map(on_passage));
        let is_shown = |number| shown.iter().any(|m| m.text.contains(&mark(number)));
        Ok(all.enumerate().filter(|(number, _)| !is_shown(*number)).map(|(_, words)| words).collect())
    }
}
