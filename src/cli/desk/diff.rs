//! `galley page diff | run diff`: what changed between two revisions, change by change.

use std::fmt::Write as _;
use std::ops::Range;

use clap::Args;
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::analysis::changes::{Bit, Changes, Of};
use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::show::shortened;
use crate::domain::{RevisionId, RunId, StepName};
use crate::engine::Engine;
use crate::store::Reader;
use crate::store::rows::RevisionRow;

/// Columns of each side where they stand side by side.
const SIDE: usize = 56;

/// Compares revisions.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  galley page diff run_0123456789ab.narration.1 run_0123456789ab.narration.2\n  \
                        galley page diff run_0123456789ab.narration.2 --side-by-side\n\n\
                        [-words-] were removed, {+words+} were added; the numbers are those that `galley page take` takes."
)]
pub struct Diff {
    /// The revision to compare from
    from: RevisionId,
    /// The revision to compare with; the one approved or at the gate if left out
    to: Option<RevisionId>,
    /// Show both texts beside each other
    #[arg(long)]
    side_by_side: bool,
}

impl Diff {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let (from, old) = revision(&reader, &self.from)?;
        let to = match self.to {
            Some(to) => to,
            None => current(&reader, &from)?,
        };
        let (to, new) = revision(&reader, &to)?;
        let changes = Changes::new(&old, &new);
        let (added, removed) = changes.words();
        let told = Told {
            from: &from,
            to: &to,
            words_added: added,
            words_removed: removed,
            // A text of nothing but changes has as many of them as words.
            changes: if json { told(&changes).collect() } else { Vec::new() },
        };
        Ok(Answer::large(json, &told, || {
            let head = format!(
                "{} → {}: {}, +{added} -{removed} words\n",
                from.id,
                to.id,
                counted(changes.list().len())
            );
            let body = match changes.is_same() {
                true => String::new(),
                false if self.side_by_side => format!("\n{}\n{}", sides(&changes), listed(&changes)),
                false => format!("\n{}\n\n{}", inline(&changes), listed(&changes)),
            };
            head + &body
        }))
    }
}

/// Reads a revision and its text.
pub(super) fn revision(reader: &Reader, id: &RevisionId) -> Result<(RevisionRow, String), Fault> {
    let missing = || Fault::not_found("revision", id.as_str());
    let row = reader.revision(id)?.ok_or_else(missing)?;
    let text = reader.revision_text(id)?.ok_or_else(missing)?;
    Ok((row, text))
}

/// Returns the revision of the same step that is approved or at the gate.
fn current(reader: &Reader, of: &RevisionRow) -> Result<RevisionId, Fault> {
    let missing = || {
        let hint = "name the revision to compare with";
        Fault::usage(format!("no {} is approved or at a gate", of.step), hint)
    };
    revision_of(reader, &of.id.run(), &of.step)?.ok_or_else(missing)
}

/// Returns the revision of a step that is approved or at its gate.
pub(super) fn revision_of(
    reader: &Reader,
    run: &RunId,
    step: &StepName,
) -> Result<Option<RevisionId>, Fault> {
    Ok(reader.run_steps(run)?.into_iter().find(|s| s.step == *step).and_then(|s| s.revision))
}

fn counted(changes: usize) -> String {
    match changes {
        0 => "the same text".into(),
        1 => "1 change".into(),
        n => format!("{n} changes"),
    }
}

/// Two revisions and what changed between them, for programs.
#[derive(Serialize)]
struct Told<'a> {
    from: &'a RevisionRow,
    to: &'a RevisionRow,
    words_added: u64,
    words_removed: u64,
    changes: Vec<ToldChange<'a>>,
}

/// A change for programs.
#[derive(Serialize)]
pub(in crate::cli) struct ToldChange<'a> {
    number: usize,
    kind: &'static str,
    old: ToldText<'a>,
    new: ToldText<'a>,
}

/// A piece of a text, with its bytes there.
#[derive(Serialize)]
struct ToldText<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

/// The changes for programs, in their order.
pub(in crate::cli) fn told(changes: &Changes) -> impl Iterator<Item = ToldChange<'_>> {
    changes.list().iter().enumerate().map(|(index, change)| {
        let (old, new) = changes.texts(change);
        let text = |at: &Range<usize>, text| ToldText { start: at.start, end: at.end, text };
        ToldChange {
            number: index + 1,
            kind: change.kind.name(),
            old: text(&change.old, old),
            new: text(&change.new, new),
        }
    })
}

/// The changes as a numbered list.
pub(super) fn listed(changes: &Changes) -> String {
    let mut out = String::new();
    for (index, change) in changes.list().iter().enumerate() {
        let (old, new) = changes.texts(change);
        let line = |text: &str| shortened(&text.split_whitespace().collect::<Vec<_>>().join(" "), 48);
        let what = match (line(old), line(new)) {
            (old, new) if old.is_empty() && new.is_empty() => String::new(),
            (old, new) if old.is_empty() => format!("“{new}”"),
            (old, new) if new.is_empty() || old == new => format!("“{old}”"),
            (old, new) => format!("“{old}” → “{new}”"),
        };
        let _ = writeln!(out, "{:>4}  {:<8}  {what}", index + 1, change.kind.name());
    }
    out
}

fn inline(changes: &Changes) -> String {
    let mut out = String::new();
    for piece in changes.pieces() {
        let (old, new) = (&changes.old()[piece.old.clone()], &changes.new_text()[piece.new.clone()]);
        match piece.of {
            Of::Same | Of::Layout => out.push_str(new),
            Of::Change(_) => {
                marked(&mut out, old, ["[-", "-]"]);
                marked(&mut out, new, ["{+", "+}"]);
            }
        }
    }
    out
}

/// Marks stand close around the words, or around the sign of a break where there are none.
fn marked(out: &mut String, text: &str, [open, close]: [&str; 2]) {
    let words = text.trim();
    if text.is_empty() {
        return;
    }
    let start = text.len() - text.trim_start().len();
    if words.is_empty() {
        let sign = if text.contains('\n') { "¶" } else { text };
        out.extend([open, sign, close, text]);
        return;
    }
    out.extend([&text[..start], open, words, close, &text[start + words.len()..]]);
}

fn sides(changes: &Changes) -> String {
    let mut out = String::new();
    let side = |bits: &[Bit], text: &str, marks: [&str; 2]| {
        let mut all = String::new();
        for bit in bits {
            let piece = &text[bit.bytes.clone()];
            match bit.of {
                Of::Change(_) => marked(&mut all, piece, marks),
                Of::Same | Of::Layout => all.push_str(piece),
            }
        }
        columns(&crate::analysis::clean(all.trim_end()))
    };
    for block in changes.sides() {
        let left = side(&block.old, changes.old(), ["[-", "-]"]);
        let right = side(&block.new, changes.new_text(), ["{+", "+}"]);
        for row in 0..left.len().max(right.len()) {
            let cell = |rows: &[String]| rows.get(row).cloned().unwrap_or_default();
            let (left, right) = (cell(&left), cell(&right));
            let room = " ".repeat(SIDE.saturating_sub(left.width()));
            let _ = writeln!(out, "{}", format!("{left}{room} │ {right}").trim_end());
        }
        let _ = writeln!(out, "{} │", " ".repeat(SIDE));
    }
    out
}

/// Wraps a text between words to the columns of a side.
fn columns(text: &str) -> Vec<String> {
    let mut rows = Vec::new();
    for line in text.lines() {
        let mut row = String::new();
        for word in line.split_word_bounds() {
            if row.width() + word.trim_end().width() > SIDE {
                rows.push(std::mem::take(&mut row).trim_end().to_owned());
            }
            if !row.is_empty() || !word.trim().is_empty() {
                row.push_str(word);
            }
        }
        rows.push(row.trim_end().to_owned());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_marked_inline_and_numbered() {
        let changes = Changes::new("The cold rain fell. She left.", "The warm rain fell.\n\nShe left.");
        assert_eq!(inline(&changes), "The [-cold-] {+warm+} rain fell.[- -] {+¶+}\n\nShe left.");
        assert_eq!(listed(&changes), "   1  replaced  “cold” → “warm”\n   2  split     \n");
    }

    #[test]
    fn sides_are_wrapped_by_width() {
        let rows = columns(&"雨が降る ".repeat(20));
        assert!(rows.len() > 2 && rows.iter().all(|r| r.width() <= SIDE), "{rows:?}");
    }
}
