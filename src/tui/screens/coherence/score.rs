//! The score of a check: as a whole, by parts, and what the gate's rule makes of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::seen::{Asked, Seen};
use crate::domain::run::Outcome;
use crate::tools::coherence::{Report, Verdict};
use crate::tui::cx::Cx;
use crate::tui::screens::parts::{count, many};
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;

/// The rows that it takes where there is room for all of it.
pub const ROWS: u16 = 10;
/// The rows that it takes where there is little.
pub const FEW: u16 = 2;

/// What the rule says, in a word with its role.
#[must_use]
pub fn ruling(seen: &Seen) -> (Role, &'static str) {
    let of = |outcome: Outcome| match outcome {
        Outcome::Pass => (Role::Success, "pass"),
        Outcome::Borderline => (Role::Warning, "borderline"),
        Outcome::Fail => (Role::Error, "fail"),
    };
    match (seen.ruling(), seen.report.as_ref().map(|r| r.verdict)) {
        (Some(outcome), _) => of(outcome),
        (None, Some(Verdict::Pass)) => of(Outcome::Pass),
        (None, Some(Verdict::Borderline)) => of(Outcome::Borderline),
        (None, Some(Verdict::Fail)) => of(Outcome::Fail),
        (None, None) => (Role::Dim, ""),
    }
}

fn parts(report: &Report) -> [(&'static str, f64); 5] {
    let parts = &report.parts;
    [
        ("duplication", parts.duplication),
        ("names", parts.names),
        ("attributes", parts.attributes),
        ("deaths", parts.deaths),
        ("timeline", parts.timeline),
    ]
}

fn role_of(points: f64) -> Role {
    if points >= 100.0 { Role::Success } else { Role::Warning }
}

/// Draws it: with a bar for each part where there is room, else in two rows.
pub fn draw(buffer: &mut Buffer, area: Rect, seen: &Seen, cx: &Cx) {
    let theme = &cx.theme;
    let mut rows = (area.y..area.bottom()).map(|y| Rect { y, height: 1, ..area });
    let Some(report) = &seen.report else { return };
    let (role, word) = ruling(seen);
    if let Some(row) = rows.next() {
        let mut pen = Pen::new(buffer, row, theme);
        pen.put(Role::Title, &format!("{:.1}", report.score)).put(Role::Dim, " of 100").skip(1);
        let bar = pen.room().saturating_sub(13).min(24);
        pen.bar(role, report.score / 100.0, bar).skip(1).put(role, word);
    }
    if area.height < ROWS {
        if let Some(row) = rows.next() {
            let mut pen = Pen::new(buffer, row, theme);
            let short = row.width < 70;
            for (name, points) in parts(report) {
                let name = if short { &name[..4] } else { name };
                pen.put(Role::Dim, name).skip(1).put(role_of(points), &format!("{points:.0}")).skip(2);
            }
        }
        return;
    }
    if let Some(row) = rows.next() {
        Pen::new(buffer, row, theme).put(Role::Dim, &why(seen, report));
    }
    rows.next();
    for (name, points) in parts(report) {
        let Some(row) = rows.next() else { return };
        let mut pen = Pen::new(buffer, row, theme);
        pen.column(Role::Text, name, 12).number(Role::Text, &format!("{points:.1}"), 6).skip(1);
        let bar = pen.room().min(24);
        pen.bar(role_of(points), points / 100.0, bar);
    }
    rows.next();
    if let Some(row) = rows.next() {
        let checked = &report.checked;
        let pages = many(checked.pages as u64, "page", "pages");
        let mut told = format!("{pages}, {} words checked", count(checked.words));
        if report.unverified > 0 {
            told = format!("{told}, {} of the model's left out", report.unverified);
        }
        Pen::new(buffer, row, theme).put(Role::Dim, &told);
    }
}

/// What the ruling comes of.
fn why(seen: &Seen, report: &Report) -> String {
    if report.duplicate {
        return "a repeated passage: it cannot pass".into();
    }
    match (seen.number("pass_score"), seen.number("borderline_score")) {
        (Some(pass), Some(borderline)) => format!("passes from {pass}, you may approve from {borderline}"),
        _ => match seen.asked {
            Asked::Gate { .. } => "as the workflow's rule says".into(),
            _ => String::new(),
        },
    }
}
