//! `galley canon import`: Markdown → entries, planned, shown, and taken in as a whole.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::give;
use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::table::Table;
use crate::domain::canon::{CanonCommand, EntryKind};
use crate::domain::{BookId, EntryId};
use crate::engine::Engine;
use crate::tools::canon_import::{Change, Existing, ImportPlan, PlannedEntry, plan};
use crate::tools::source;

/// Imports.
#[derive(Debug, Args)]
#[command(
    after_help = "Headings such as Characters, Places, World, Style, Timeline, Rules say of what kind the entries \
                        below them are;\nfront matter (type, name, aliases, mode, weight, from, until, parent) does for \
                        a file; else its name does.\nAn entry that you edited here since its import stays, unless \
                        --overwrite says otherwise.\n\nExample:\n  \
                        galley canon import bible.md people --book the-winter-harbour --dry-run"
)]
pub(in crate::cli) struct Import {
    /// Markdown files, and folders of them
    #[arg(required = true, value_name = "FILE|FOLDER")]
    paths: Vec<PathBuf>,
    /// The book
    #[arg(long, value_name = "ID")]
    book: BookId,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Of what kind an entry is whose file does not say it; may be given several times
    #[arg(long = "kind", value_name = "NAME=KIND", value_parser = kind_of)]
    kinds: Vec<(String, EntryKind)>,
    /// Let the files win over what was edited here
    #[arg(long)]
    overwrite: bool,
}

impl Import {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        super::check_book(&reader, &self.book)?;
        let sources = source::read_all(&self.paths)?;
        let chapters = reader.chapters(&self.book, false)?;
        let existing = Existing {
            book: &self.book,
            entries: &reader.entries(&self.book)?,
            removed: &reader.removed_entries(&self.book)?,
            imported: &reader.imported_versions(&self.book)?,
            chapters: &chapters,
        };
        let mut plan = plan(&sources, &existing)?;
        self.classify(&mut plan, json)?;
        let mut overwritten = HashSet::new();
        if !self.dry_run {
            overwritten = self.overwritten(&plan, json)?;
            let command = plan.command(|entry| overwritten.contains(&entry.entry));
            let empty = matches!(&command, CanonCommand::PutAll { puts, removed } if puts.is_empty() && removed.is_empty());
            if !empty {
                give(engine, &self.book, command)?;
            }
        }
        let files: Vec<_> = sources
            .iter()
            .map(|s| {
                let entries = plan.entries.iter().filter(|e| e.file == s.file).count();
                json!({ "file": s.file, "encoding": s.decoded.encoding, "entries": entries })
            })
            .collect();
        let object = json!({
            "book": self.book,
            "applied": !self.dry_run,
            "files": files,
            "counts": {
                "new": plan.count(Change::New),
                "changed": plan.count(Change::Changed),
                "unchanged": plan.count(Change::Unchanged),
                "conflict": plan.count(Change::Conflict),
                "taken_out": plan.count(Change::TakenOut),
                "gone": plan.gone.len(),
            },
            "entries": plan.entries,
            "overwritten": overwritten,
            "gone": plan.gone,
        });
        Ok(Answer::new(&object, self.report(&plan, &overwritten)))
    }

    /// Says of what kind the unclear entries are: by the option, or by asking where there is someone to ask.
    fn classify(&self, plan: &mut ImportPlan, json: bool) -> Result<(), Fault> {
        for (name, kind) in &self.kinds {
            let folded = name.to_lowercase();
            let meant = plan.unclear().find(|e| e.name.to_lowercase() == folded).map(|e| e.entry.clone());
            let Some(entry) = meant else {
                let problem = format!("no entry whose kind is unclear is called `{name}`");
                return Err(Fault::usage(&problem, "--dry-run lists the entries"));
            };
            plan.classify(&entry, *kind);
        }
        if self.dry_run || !is_someone_there(json) {
            return Ok(());
        }
        let said = |e: &PlannedEntry| {
            self.kinds.iter().any(|(name, _)| name.to_lowercase() == e.name.to_lowercase())
        };
        let open: Vec<PlannedEntry> = plan.unclear().filter(|e| !said(e)).cloned().collect();
        for entry in open {
            let kind = match ask_kind(&entry)?.as_str() {
                "c" | "character" => EntryKind::Character,
                "p" | "place" => EntryKind::Place,
                "w" | "world" => EntryKind::World,
                "s" | "style" => EntryKind::Style,
                "t" | "timeline" => EntryKind::Timeline,
                "r" | "rule" => EntryKind::Rule,
                "a" | "all" => break,
                "q" | "quit" => return Err(Fault::interrupted_import()),
                _ => EntryKind::Other,
            };
            plan.classify(&entry.entry, kind);
        }
        Ok(())
    }

    /// Decides each conflict: by the option, or by asking where there is someone to ask.
    fn overwritten(&self, plan: &ImportPlan, json: bool) -> Result<HashSet<EntryId>, Fault> {
        let conflicts = plan.entries.iter().filter(|e| e.change == Change::Conflict);
        if self.overwrite {
            return Ok(conflicts.map(|e| e.entry.clone()).collect());
        }
        if !is_someone_there(json) {
            return Ok(HashSet::new());
        }
        let mut chosen = HashSet::new();
        let mut all = None;
        for entry in conflicts {
            let answer = match all {
                Some(answer) => answer,
                None => match ask_overwrite(entry)?.as_str() {
                    "y" | "yes" => true,
                    "a" | "all" => *all.insert(true),
                    "s" | "skip" => *all.insert(false),
                    "q" | "quit" => return Err(Fault::interrupted_import()),
                    _ => false,
                },
            };
            if answer {
                chosen.insert(entry.entry.clone());
            }
        }
        Ok(chosen)
    }

    fn report(&self, plan: &ImportPlan, overwritten: &HashSet<EntryId>) -> String {
        let mut table = Table::new(&["", "kind", "id", "name", "where"]);
        for e in &plan.entries {
            let what = match e.change {
                Change::New => "new",
                Change::Changed => "changed",
                Change::Unchanged if e.edited => "edited here",
                Change::Unchanged => "same",
                Change::Conflict if overwritten.contains(&e.entry) => "overwritten",
                Change::Conflict => "kept: edited here",
                Change::TakenOut => "removed here",
            };
            let name = if e.parent.is_some() { format!("· {}", e.name) } else { e.name.clone() };
            table.row(&[
                what.into(),
                e.kind.to_string(),
                e.entry.to_string(),
                name,
                format!("{}:{}", e.file, e.line),
            ]);
        }
        let mut out = table.render("no entries in the files");
        for e in &plan.entries {
            for remark in &e.remarks {
                let _ = writeln!(out, "{}:{}: {remark}", e.file, e.line);
            }
        }
        for file in &plan.empty {
            let _ = writeln!(out, "{file}: no entry in it");
        }
        for gone in &plan.gone {
            let _ = writeln!(
                out,
                "{gone} is no longer in the files; it stays. `galley canon remove {gone}` removes it"
            );
        }
        let kept =
            plan.entries.iter().filter(|e| e.change == Change::Conflict && !overwritten.contains(&e.entry));
        if kept.count() > 0 {
            out.push_str("what you edited here was kept; --overwrite uses the files\n");
        }
        let _ = writeln!(
            out,
            "{} new, {} changed, {} unchanged, {} edited here, {} gone{}",
            plan.count(Change::New),
            plan.count(Change::Changed),
            plan.count(Change::Unchanged),
            plan.count(Change::Conflict),
            plan.gone.len(),
            if self.dry_run { " (nothing was changed: --dry-run)" } else { "" }
        );
        out
    }
}

/// Reads `NAME=KIND`.
fn kind_of(given: &str) -> Result<(String, EntryKind), String> {
    let (name, kind) = given.rsplit_once('=').ok_or("a name, `=` and a kind are needed")?;
    Ok((name.trim().to_owned(), kind.trim().parse()?))
}

fn is_someone_there(json: bool) -> bool {
    !json && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks of what kind an entry is.
fn ask_kind(entry: &PlannedEntry) -> Result<String, Fault> {
    let question = format!(
        "The kind of {} ({}:{}) is not stated. [c]haracter, [p]lace, [w]orld, [s]tyle, [t]imeline, [r]ule, [O]ther, [a]ll the rest are other, [q]uit: ",
        entry.name, entry.file, entry.line
    );
    ask(&question)
}

/// Asks whether a file wins over what was edited here.
fn ask_overwrite(entry: &PlannedEntry) -> Result<String, Fault> {
    let question = format!(
        "{} ({}:{}) was edited here, and changed in the file. Overwrite it? [y]es, [N]o, [a]ll, [s]kip all, [q]uit: ",
        entry.name, entry.file, entry.line
    );
    ask(&question)
}

fn ask(question: &str) -> Result<String, Fault> {
    let mut err = std::io::stderr().lock();
    let _ = err.write_all(crate::analysis::clean_line(question).as_bytes()).and_then(|()| err.flush());
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) | Err(_) => Err(Fault::interrupted_import()),
        Ok(_) => Ok(line.trim().to_lowercase()),
    }
}
