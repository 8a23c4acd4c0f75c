//! `galley authorship`: who wrote how much of a book.

use std::fmt::Write as _;

use clap::Args;

use super::answer::Answer;
use super::fault::Fault;
use super::input;
use super::table::Table;
use crate::analysis::authorship::Shares;
use crate::domain::BookId;
use crate::engine::Engine;
use crate::engine::authorship::{Authorship as Report, authorship};

/// Answers.
#[derive(Debug, Args)]
#[command(
    after_help = "Every word of the approved pages is followed back through its revisions. A sentence of an \
                        agent that the author changed\nis edited, as a whole.\n\nExample:\n  \
                        galley authorship the-winter-harbour"
)]
pub(super) struct Authorship {
    /// The book's id; may be left out where there is only one
    book: Option<BookId>,
}

impl Authorship {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let book = input::book(&engine.store().reader()?, self.book)?;
        let report = authorship(engine, &book)?;
        Ok(Answer::new(&report, text(&report)))
    }
}

/// How wide a bar is, in cells.
const BAR: u64 = 24;

fn text(report: &Report) -> String {
    let mut out = format!("{}  {}\n\n", report.book, report.title);
    let mut table = Table::new(&[
        ">no",
        "chapter",
        ">words",
        ">agent",
        ">edited",
        ">hand",
        ">imported",
        "",
        ">not approved",
    ]);
    for chapter in &report.chapters {
        let left = if chapter.not_approved == 0 { String::new() } else { chapter.not_approved.to_string() };
        table.row(&row(chapter.number.to_string(), chapter.title.clone(), &chapter.shares, left));
    }
    table.row(&row(String::new(), "all".into(), &report.total, String::new()));
    out += &table.render("no chapters");
    let _ =
        writeln!(out, "\n{} agent  {} edited  {} hand  {} imported", CELLS[0], CELLS[1], CELLS[2], CELLS[3]);
    if !report.total.models.is_empty() {
        let mut table = Table::new(&["model", ">as it wrote them", ">edited"]);
        for (model, share) in &report.total.models {
            table.row(&[model.clone(), share.agent.to_string(), share.edited.to_string()]);
        }
        let _ = write!(out, "\n{}", table.render("no models"));
    }
    out
}

fn row(number: String, title: String, shares: &Shares, left: String) -> [String; 9] {
    let percent = |part: u64| match shares.words {
        0 => "–".to_owned(),
        all => format!("{:.0} %", part as f64 * 100.0 / all as f64),
    };
    let Shares { words, agent, edited, hand, imported, .. } = shares;
    let parts = [*agent, *edited, *hand, *imported];
    let [agent, edited, hand, imported] = parts.map(percent);
    [number, title, words.to_string(), agent, edited, hand, imported, bar(parts), left]
}

/// Agent, edited, hand, imported.
const CELLS: [char; 4] = ['█', '▓', '▒', '░'];

/// Draws parts as a bar: every part is as wide as it is large, as near as cells allow, and all fill it.
fn bar(parts: [u64; 4]) -> String {
    let all: u64 = parts.iter().sum();
    let mut out = String::new();
    let (mut upto, mut drawn) = (0, 0);
    for (part, cell) in parts.into_iter().zip(CELLS) {
        upto += part;
        let end = (upto * BAR + all / 2).checked_div(all).unwrap_or(0);
        out.extend(std::iter::repeat_n(cell, (end - drawn) as usize));
        drawn = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_wide_as_its_parts_are_large() {
        assert_eq!(bar([1, 0, 0, 0]), "█".repeat(24));
        assert_eq!(bar([1, 1, 1, 1]), "██████▓▓▓▓▓▓▒▒▒▒▒▒░░░░░░");
        assert_eq!(bar([0, 0, 3, 1]).chars().filter(|c| *c == '▒').count(), 18);
        assert_eq!(bar([0, 0, 0, 0]), "");
    }
}
