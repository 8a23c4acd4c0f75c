//! What an agent is given of an edit, to say what it teaches.

use super::ContextError;
use super::gather::Gathering;
use super::naming::{Called, Manner, Names};
use crate::analysis::diff::{Diff, Paragraph, Tag};
use crate::domain::canon::{EntryKind, EntryMode};
use crate::domain::manifest::{PartKind, Shared, Why};
use crate::domain::run::Work;
use crate::llm::{CanonEntry, Change, Edited};
use crate::store::rows::BookRow;

impl Gathering<'_> {
    /// Takes in the texts before and after an edit, the notes on style, and the entries that the texts name. A look
    /// at it beforehand, where nothing was edited yet, gets no texts.
    pub(super) fn edit(&mut self, book: &BookRow, work: &Work) -> Result<(), ContextError> {
        let run = self.run;
        let instructions = self.terms.instructions;
        self.part(PartKind::Instructions, &work.agent, "instructions", "", instructions, Why::Asked);
        let edit = match &work.basis {
            Some(basis) => Some(run.edit(basis).ok_or_else(|| ContextError::Gone(basis.to_string()))?),
            None => run.edits().last(),
        };
        let mut edited = Edited::default();
        if let Some(edit) = edit {
            let (old, new) = (edit.before, edit.after);
            edited.before = self.given(PartKind::Previous, old.id.as_str(), "before your edit", &old.text)?;
            edited.after = self.given(PartKind::UnderReview, new.id.as_str(), "your edit", &new.text)?;
            edited.passages = passages(&edited.before, &edited.after);
        }
        self.sharing.fixed(self.parts.iter().map(|p| p.tokens).sum());
        self.style();
        self.named(book, &edited)?;
        self.material.edited = Some(edited);
        Ok(())
    }

    /// Takes in the notes on style of the canon, and the entries that are named, as far as there is room.
    fn named(&mut self, book: &BookRow, edited: &Edited) -> Result<(), ContextError> {
        self.sharing.open(Shared::Canon);
        let entries = self.reader.entries(&book.id)?;
        let called = entries.iter().map(|e| Called {
            name: &e.name,
            aliases: &e.aliases,
            person: e.kind == EntryKind::Character,
        });
        let names = Names::new(called, &book.settings.language);
        let mut found = names.find(&edited.after, Manner::Prose);
        for (index, name) in names.find(&edited.before, Manner::Prose) {
            found.entry(index).or_insert(name);
        }
        for (index, entry) in entries.iter().enumerate().filter(|(_, e)| e.mode != EntryMode::Never) {
            let why = match found.remove(&index) {
                _ if entry.kind == EntryKind::Style => Why::Standing,
                Some(words) => Why::Named { by: "the edit".into(), words },
                None => continue,
            };
            let tokens = self.tokens(&entry.text) + self.tokens(&entry.name) + 4;
            let why = self.room(tokens, why);
            if why.is_in() {
                self.material.canon.push(CanonEntry {
                    id: entry.id.to_string(),
                    kind: entry.kind.to_string(),
                    name: entry.name.clone(),
                    aliases: entry.aliases.clone(),
                    text: entry.text.clone(),
                });
            }
            self.part(PartKind::Canon, entry.id.as_str(), &entry.name, entry.hash.as_str(), tokens, why);
        }
        Ok(())
    }
}

/// The paragraphs that differ between two texts.
fn passages(before: &str, after: &str) -> Vec<Change> {
    let side = |paragraph: &Paragraph, tag: Tag| {
        let spans = paragraph.spans.iter().filter(|s| s.tag == Tag::Same || s.tag == tag);
        spans.map(|s| s.text.as_str()).collect::<String>().trim().to_owned()
    };
    let changed = |p: &&Paragraph| p.spans.iter().any(|s| s.tag != Tag::Same && !s.is_break());
    let diff = Diff::new(before, after);
    diff.paragraphs
        .iter()
        .filter(changed)
        .map(|p| Change { before: side(p, Tag::Removed), after: side(p, Tag::Added) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passages_of_an_edit_are_the_paragraphs_that_differ() {
        let found = passages(
            "It snowed.\n\nShe lit the lantern.\n\nGone.",
            "It snowed.\n\nShe lit the lamp.\n\nNew one.",
        );
        let change = |before: &str, after: &str| Change { before: before.into(), after: after.into() };
        assert_eq!(found[0], change("She lit the lantern.", "She lit the lamp."));
        assert!(found[1..].iter().any(|c| c.after.contains("New one.")), "{found:?}");
        assert!(found[1..].iter().any(|c| c.before.contains("Gone.")), "{found:?}");
        assert_eq!(passages("One\nline.", "One line."), Vec::new());
    }
}
