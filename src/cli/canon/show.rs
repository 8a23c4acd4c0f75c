//! How an entry reads to people.

use std::fmt::Write as _;

use serde_json::json;

use super::known;
use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::show::time;
use crate::cli::table::Table;
use crate::domain::EntryId;
use crate::domain::canon::EntryOrigin;
use crate::engine::Engine;
use crate::store::Reader;
use crate::store::rows::EntryRow;

/// Pages that name an entry, shown at most.
const MENTIONS: u32 = 200;

/// Answers with an entry and one line.
pub(super) fn short(row: &EntryRow, said: &str) -> Answer {
    Answer::new(row, said)
}

/// Shows an entry with the pages that name it.
pub(super) fn entry(engine: &Engine, id: &EntryId, version: Option<u32>) -> Result<Answer, Fault> {
    engine.store().finish_indexing();
    let reader = engine.store().reader()?;
    let mut row = known(&reader, id)?;
    if let Some(version) = version {
        let found = reader.entry_version(id, version)?;
        row = found.ok_or_else(|| Fault::not_found("version", &format!("{id} {version}")))?;
    }
    let mentions = reader.mentions(id, MENTIONS)?;
    let mut json = serde_json::to_value(&row).expect("rows are plain data");
    let pages: Vec<_> = mentions
        .iter()
        .map(|hit| json!({ "page": hit.page.id, "excerpt": hit.excerpt.replace(['\u{2}', '\u{3}'], "") }))
        .collect();
    json["mentions"] = pages.into();
    let mut text = format!("{} · {}{}\n", row.name, row.kind, if row.removed { " (taken out)" } else { "" });
    let _ = writeln!(
        text,
        "  {} · version {} · {} · {}",
        row.id,
        row.version,
        origin(&reader, &row.origin)?,
        time(row.at)
    );
    let mut facts = vec![format!("{}, weight {}", row.mode, row.weight)];
    if !row.aliases.is_empty() {
        facts.push(format!("also {}", row.aliases.join(", ")));
    }
    facts.extend(row.parent.as_ref().map(|p| format!("belongs to {p}")));
    facts.extend(row.scope.from.as_ref().map(|p| format!("from {p}")));
    facts.extend(row.scope.until.as_ref().map(|p| format!("until {p}")));
    if !row.links.is_empty() {
        let links: Vec<&str> = row.links.iter().map(EntryId::as_str).collect();
        facts.push(format!("links {}", links.join(", ")));
    }
    let _ = writeln!(text, "  {}", facts.join(" · "));
    if !row.text.is_empty() {
        let _ = writeln!(text, "\n{}", row.text.trim_end());
    }
    if !mentions.is_empty() {
        let mut table = Table::new(&["named on", "where"]);
        for hit in &mentions {
            let excerpt = hit.excerpt.replace('\u{2}', "[").replace('\u{3}', "]");
            table.row(&[hit.page.id.to_string(), excerpt]);
        }
        let _ = write!(text, "\n{}", table.render(""));
    }
    Ok(Answer::new(&json, text))
}

/// Lists an entry's versions.
pub(super) fn history(reader: &Reader, id: &EntryId) -> Result<Answer, Fault> {
    known(reader, id)?;
    let versions = reader.entry_versions(id)?;
    let mut table = Table::new(&[">version", "when", "by", "how", "name", ">weight", "mode", ">words"]);
    for v in &versions {
        table.row(&[
            v.version.to_string(),
            time(v.at),
            v.by.clone(),
            origin(reader, &v.origin)?,
            v.name.clone(),
            v.weight.to_string(),
            v.mode.to_string(),
            v.words.to_string(),
        ]);
    }
    Ok(Answer::new(&json!({ "entry": id, "versions": versions }), table.render("")))
}

fn origin(reader: &Reader, origin: &EntryOrigin) -> Result<String, Fault> {
    Ok(match origin {
        EntryOrigin::Author => "by hand".into(),
        EntryOrigin::Import { file, .. } => format!("from {file}"),
        EntryOrigin::Restored { version } => format!("version {version} again"),
        EntryOrigin::Proposed { revision } => {
            let page = reader.page_of_revision(revision)?;
            let of = page.map(|page| format!(" of {page}")).unwrap_or_default();
            format!("from your edit, {revision}{of}")
        }
    })
}
