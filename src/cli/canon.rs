//! `galley canon`: what the agents know of a book, entry by entry.

mod import;
mod show;

use clap::{Args, Subcommand};
use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use super::input;
use super::table::Table;
use crate::domain::canon::{
    CanonCommand, EntryChange, EntryContent, EntryKind, EntryMode, EntryPut, Place, Scope,
};
use crate::domain::{BookId, Command, EntryId};
use crate::engine::Engine;
use crate::store::Reader;
use crate::store::rows::EntryRow;
use crate::tools::canon_import::relinked;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Canon {
    /// Take in Markdown files: headings become typed entries
    Import(import::Import),
    /// List a book's entries, kind by kind
    List {
        /// The book
        #[arg(long, value_name = "ID")]
        book: BookId,
        /// Only of this kind: character, place, world, style, timeline, rule, other
        #[arg(long)]
        kind: Option<EntryKind>,
        /// Those that were taken out instead
        #[arg(long)]
        removed: bool,
    },
    /// Show an entry: its text, and the pages that name it
    Show {
        /// The entry's id
        entry: EntryId,
        /// An earlier version instead of what holds
        #[arg(long, value_name = "NUMBER")]
        version: Option<u32>,
    },
    /// Make an entry and print its id
    #[command(
        after_help = "Example:\n  galley canon new --book the-winter-harbour --kind character \"Mara Vell\" --text \"Tall.\""
    )]
    New {
        /// The book
        #[arg(long, value_name = "ID")]
        book: BookId,
        /// Its kind: character, place, world, style, timeline, rule, other
        #[arg(long)]
        kind: EntryKind,
        /// Its name
        name: String,
        /// What it says: a text, @FILE or -
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
        #[command(flatten)]
        details: Details,
    },
    /// Give an entry another text; the earlier one stays in its history
    Edit {
        /// The entry's id
        entry: EntryId,
        /// What it says: a text, @FILE or -
        #[arg(long, value_name = "TEXT")]
        text: String,
        /// Refuse if this is no longer the version that holds
        #[arg(long, value_name = "NUMBER")]
        version: Option<u32>,
    },
    /// Change an entry's details: name, kind, aliases, mode, weight, scope, parent, links
    #[command(
        after_help = "Example:\n  galley canon set the-winter-harbour_mara-vell --mode always --weight 80 \
                            --alias \"the pilot\" --from the-winter-harbour_ch_002"
    )]
    Set {
        /// The entry's id
        entry: EntryId,
        /// Its name
        #[arg(long)]
        name: Option<String>,
        /// Its kind: character, place, world, style, timeline, rule, other
        #[arg(long)]
        kind: Option<EntryKind>,
        #[command(flatten)]
        details: Details,
    },
    /// List an entry's versions
    History {
        /// The entry's id
        entry: EntryId,
    },
    /// Bring an earlier version back, as a new one
    Restore {
        /// The entry's id
        entry: EntryId,
        /// The version to bring back
        #[arg(long, value_name = "NUMBER")]
        version: u32,
    },
    /// Take an entry out; nothing of it is lost
    Remove {
        /// The entry's id
        entry: EntryId,
    },
    /// Bring an entry back that was taken out
    BringBack {
        /// The entry's id
        entry: EntryId,
    },
    /// Find words in names, aliases and texts
    Search {
        /// What to look for
        words: String,
        /// The book
        #[arg(long, value_name = "ID")]
        book: BookId,
        /// How many hits at most
        #[arg(long, value_name = "NUMBER", default_value_t = 20)]
        limit: u32,
    },
}

/// Details as arguments; what is not given stays as it is.
#[derive(Debug, Args)]
pub(super) struct Details {
    /// Another name that means it; may be given several times, and replaces those it had. Empty for none
    #[arg(long = "alias", value_name = "NAME")]
    aliases: Vec<String>,
    /// When it is given to an agent: always, named, `by_hand`, never
    #[arg(long)]
    mode: Option<EntryMode>,
    /// How much it matters when not everything fits (0–100; usually 50)
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(0..=100))]
    weight: Option<u8>,
    /// The chapter or page from which on it holds; `none` for the beginning
    #[arg(long, value_name = "ID")]
    from: Option<String>,
    /// The last chapter or page for which it holds; `none` for the end
    #[arg(long, value_name = "ID")]
    until: Option<String>,
    /// The entry that it belongs to; `none` for no entry
    #[arg(long, value_name = "ID")]
    parent: Option<String>,
    /// An entry that it points to; may be given several times, and replaces those it had. Empty for none
    #[arg(long = "link", value_name = "ID")]
    links: Vec<String>,
}

impl Details {
    /// Returns the change to an entry with this scope.
    fn change(self, scope: Scope) -> EntryChange {
        let place = |said: Option<String>, held: Option<Place>| match said.as_deref() {
            None => held,
            Some("none") => None,
            Some(id) => Some(Place::of_id(id)),
        };
        let scoped = (self.from.is_some() || self.until.is_some())
            .then(|| Scope { from: place(self.from, scope.from), until: place(self.until, scope.until) });
        let given = |names: Vec<String>| (!names.is_empty()).then_some(names);
        EntryChange {
            aliases: given(self.aliases),
            parent: self.parent.map(|id| if id == "none" { None } else { Some(EntryId::new(id)) }),
            links: given(self.links)
                .map(|ids| ids.into_iter().filter(|i| !i.is_empty()).map(EntryId::new).collect()),
            mode: self.mode,
            weight: self.weight,
            scope: scoped,
            ..EntryChange::default()
        }
    }
}

impl Canon {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        match self {
            Self::Import(import) => import.run(engine, json),
            Self::List { book, kind, removed } => list(&reader, &book, kind, removed),
            Self::Show { entry, version } => show::entry(engine, &entry, version),
            Self::New { book, kind, name, text, details } => {
                let text = text.as_deref().map(input::text).transpose()?.unwrap_or_default();
                let change = details.change(Scope::default());
                let mut links = change.links.unwrap_or_default();
                let of_text = relinked(None, &text, &reader.entries(&book)?);
                links.extend(of_text.into_iter().filter(|id| !links.contains(id)).collect::<Vec<_>>());
                let content = EntryContent {
                    kind,
                    name,
                    aliases: change.aliases.unwrap_or_default(),
                    parent: change.parent.flatten(),
                    links,
                    mode: change.mode.unwrap_or_default(),
                    weight: change.weight,
                    scope: change.scope.unwrap_or_default(),
                    text,
                };
                let put = EntryPut { content, ..EntryPut::default() };
                let answer = give(engine, &book, CanonCommand::Put(put))?;
                let entry = answer.entry.expect("an entry that was made has an id");
                Ok(show::short(&known(&reader, &entry)?, &format!("{entry}\n")))
            }
            Self::Edit { entry, text, version } => {
                let row = known(&reader, &entry)?;
                let text = input::text(&text)?;
                let links = relinked(Some(&row), &text, &reader.entries(&row.book)?);
                let content = EntryContent {
                    kind: row.kind,
                    name: row.name,
                    aliases: row.aliases,
                    parent: row.parent,
                    links,
                    mode: row.mode,
                    weight: Some(row.weight),
                    scope: row.scope,
                    text,
                };
                let seen = version.or(Some(row.version));
                let put = EntryPut { entry: Some(entry.clone()), seen, content, ..EntryPut::default() };
                changed(engine, &entry, &row.book, CanonCommand::Put(put))
            }
            Self::Set { entry, name, kind, details } => {
                let row = known(&reader, &entry)?;
                let change = EntryChange { kind, name, ..details.change(row.scope) };
                if change == EntryChange::default() {
                    return Err(Fault::usage(
                        "no change was given",
                        "`galley canon set --help` lists the details",
                    ));
                }
                changed(engine, &entry, &row.book, CanonCommand::Change { entry: entry.clone(), change })
            }
            Self::History { entry } => show::history(&reader, &entry),
            Self::Restore { entry, version } => {
                let book = known(&reader, &entry)?.book;
                changed(engine, &entry, &book, CanonCommand::Restore { entry: entry.clone(), version })
            }
            Self::Remove { entry } => {
                let book = known(&reader, &entry)?.book;
                give(engine, &book, CanonCommand::Remove { entry: entry.clone() })?;
                let said = format!("{entry} is removed; `galley canon bring-back {entry}` restores it\n");
                Ok(show::short(&known(&reader, &entry)?, &said))
            }
            Self::BringBack { entry } => {
                let book = known(&reader, &entry)?.book;
                give(engine, &book, CanonCommand::BringBack { entry: entry.clone() })?;
                Ok(show::short(&known(&reader, &entry)?, &format!("{entry} is back\n")))
            }
            Self::Search { words, book, limit } => search(engine, &book, &words, limit),
        }
    }
}

/// Gives a command to a book's canon.
fn give(engine: &Engine, book: &BookId, command: CanonCommand) -> Result<crate::store::Answer, Fault> {
    Ok(engine.submit(Command::Canon { book: book.clone(), command }).wait()?)
}

fn changed(engine: &Engine, entry: &EntryId, book: &BookId, command: CanonCommand) -> Result<Answer, Fault> {
    let answer = give(engine, book, command)?;
    let row = known(&engine.store().reader()?, entry)?;
    let said = if answer.events.is_empty() {
        format!("{entry} already says that\n")
    } else {
        format!("{entry} is at version {}\n", row.version)
    };
    Ok(show::short(&row, &said))
}

fn known(reader: &Reader, entry: &EntryId) -> Result<EntryRow, Fault> {
    reader.entry(entry)?.ok_or_else(|| Fault::not_found("canon entry", entry.as_str()))
}

fn check_book(reader: &Reader, book: &BookId) -> Result<(), Fault> {
    reader.book(book)?.map(|_| ()).ok_or_else(|| Fault::not_found("book", book.as_str()))
}

fn list(reader: &Reader, book: &BookId, kind: Option<EntryKind>, removed: bool) -> Result<Answer, Fault> {
    check_book(reader, book)?;
    let entries = if removed { reader.removed_entries(book)? } else { reader.entries(book)?.to_vec() };
    let entries: Vec<EntryRow> = entries.into_iter().filter(|e| kind.is_none_or(|k| k == e.kind)).collect();
    let mut table = Table::new(&["kind", "id", "name", "mode", ">weight", ">words", ">version"]);
    for e in &entries {
        table.row(&[
            e.kind.to_string(),
            e.id.to_string(),
            e.name.clone(),
            e.mode.to_string(),
            e.weight.to_string(),
            e.words.to_string(),
            e.version.to_string(),
        ]);
    }
    let none = if removed {
        "nothing was removed"
    } else {
        "there are no entries; `galley canon import FILE --book ID` takes some in"
    };
    Ok(Answer::new(&json!({ "entries": entries }), table.render(none)))
}

fn search(engine: &Engine, book: &BookId, words: &str, limit: u32) -> Result<Answer, Fault> {
    // The index follows at a distance; who asks now wants what was said a moment ago too.
    engine.store().finish_indexing();
    let reader = engine.store().reader()?;
    check_book(&reader, book)?;
    let mut found = Vec::new();
    for hit in reader.search_canon(book, words, limit)? {
        found.extend(reader.entry(&hit.entry)?);
    }
    let mut table = Table::new(&["kind", "id", "name", "text"]);
    for e in &found {
        let text = e.text.split_whitespace().collect::<Vec<_>>().join(" ");
        table.row(&[e.kind.to_string(), e.id.to_string(), e.name.clone(), super::show::shortened(&text, 60)]);
    }
    Ok(Answer::new(&json!({ "entries": found }), table.render("nothing was found")))
}
