//! The links of an entry that is saved: those of its text, as an import would read them, and those given otherwise.

use super::links::{self, Target};
use crate::domain::EntryId;
use crate::store::rows::EntryRow;
use crate::tools::headings::anchor;

/// Returns the links that an entry has once it says `text`: what its text names among `entries`, after the links of
/// `was` that did not come from the text it had.
#[must_use]
pub fn relinked(was: Option<&EntryRow>, text: &str, entries: &[EntryRow]) -> Vec<EntryId> {
    let of_text = linked(text, entries);
    let (held, before) = match was {
        Some(was) => (was.links.as_slice(), linked(&was.text, entries)),
        None => (&[][..], Vec::new()),
    };
    let mut links: Vec<EntryId> = held.iter().filter(|id| !before.contains(id)).cloned().collect();
    links.extend(of_text.into_iter().filter(|id| !held.contains(id) || before.contains(id)));
    links.retain(|id| was.is_none_or(|was| was.id != *id));
    links
}

/// The entries that a text links to, in order, each once.
fn linked(text: &str, entries: &[EntryRow]) -> Vec<EntryId> {
    let mut found: Vec<EntryId> = Vec::new();
    for link in links::all(text) {
        let entry = match link.target {
            Target::Name(name) => named(name, entries),
            Target::Address { file: "", anchor: heading } => {
                entries.iter().find(|e| anchor(&e.name) == anchor(heading))
            }
            // A file is nothing that an entry knows of others by.
            Target::Address { .. } => None,
        };
        if let Some(entry) = entry
            && !found.contains(&entry.id)
        {
            found.push(entry.id.clone());
        }
    }
    found
}

/// The entry of a name, else the one that is also called so.
fn named<'e>(name: &str, entries: &'e [EntryRow]) -> Option<&'e EntryRow> {
    let wanted = name.trim().to_lowercase();
    let by_name = entries.iter().find(|e| e.name.to_lowercase() == wanted);
    by_name.or_else(|| entries.iter().find(|e| e.aliases.iter().any(|a| a.to_lowercase() == wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::canon::{EntryKind, EntryMode, EntryOrigin, Scope};
    use crate::domain::{BookId, Hash, Time};

    fn entry(name: &str, text: &str, links: &[&str]) -> EntryRow {
        EntryRow {
            owner: String::new(),
            id: EntryId::new(format!("b_{}", name.to_lowercase().replace(' ', "-"))),
            book: BookId::new("b"),
            version: 1,
            hash: Hash::of(b""),
            kind: EntryKind::Other,
            name: name.into(),
            aliases: vec![format!("old {name}")],
            parent: None,
            links: links.iter().map(|id| EntryId::new(*id)).collect(),
            mode: EntryMode::Named,
            weight: 50,
            scope: Scope::default(),
            text: text.into(),
            words: 0,
            origin: EntryOrigin::Author,
            by: "ada".into(),
            at: Time(0),
            removed: false,
        }
    }

    #[test]
    fn a_text_links_what_it_names_once_and_never_its_own_entry() {
        let mara = entry("Mara", "See [[The Pier]].", &["b_the-pier", "b_ida"]);
        let all = [mara.clone(), entry("The Pier", "", &[]), entry("Ida", "", &[]), entry("Jon", "", &[])];
        let ids = |links: Vec<EntryId>| links.iter().map(ToString::to_string).collect::<Vec<_>>();
        let text =
            "[[old jon|him]], [[Jon]], [the pier](#the-pier), [[Mara]], [[Nobody]], [x](places.md#ida)";
        assert_eq!(ids(relinked(None, text, &all)), ["b_jon", "b_the-pier", "b_mara"]);
        assert_eq!(
            ids(relinked(Some(&mara), text, &all)),
            ["b_ida", "b_jon", "b_the-pier"],
            "Ida was given by hand"
        );
        assert_eq!(
            ids(relinked(Some(&mara), "Nothing.", &all)),
            ["b_ida"],
            "what the text no longer says is gone"
        );
        assert_eq!(ids(relinked(Some(&mara), "[[Ida]]", &all)), ["b_ida"]);
    }
}
