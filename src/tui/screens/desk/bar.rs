//! The bar pinned below the text: what is asked of the author, and the keys that answer.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::decide;
use super::keys;
use super::shown::Shown;
use crate::domain::{Choice as Can, Reason};
use crate::store::rows::{PageDetail, RevisionRow};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::screens::parts::empty;
use crate::tui::theme::Role;
use crate::tui::widgets::Pen;
use crate::tui::widgets::lines::{Choice, decision_bar};

const STACK: &[Scope] = &[Scope::Gate, Scope::Desk, Scope::Reader, Scope::Global];

/// The rows it takes below the text.
#[must_use]
pub fn height(inside: Rect, shown: &Shown) -> u16 {
    let wanted = match shown {
        Shown::Loading => 0,
        _ if inside.height < 8 => 2,
        _ => 3,
    };
    wanted.min(inside.height)
}

/// What else is to be answered.
#[derive(Debug, Clone, Copy)]
pub struct More {
    /// Changes outside the passages that were spoken of.
    pub unasked: usize,
    /// Passages that are listed and not sent.
    pub passages: usize,
    /// The keys of the bar act.
    pub focused: bool,
}

/// Draws it. Without the focus its keys do not act, and it is dim.
pub fn draw(buffer: &mut Buffer, area: Rect, detail: &PageDetail, shown: &Shown, cx: &Cx, more: More) {
    let theme = &cx.theme;
    let mut rows = (area.y..area.bottom()).map(|y| Rect { y, height: 1, ..area });
    if area.height > 2
        && let Some(row) = rows.next()
    {
        let line = theme.glyphs.border.horizontal_top.repeat(usize::from(row.width));
        Pen::new(buffer, row, theme).put(Role::Border, &line);
    }
    if let Some(row) = rows.next() {
        let mut pen = Pen::new(buffer, row, theme);
        if more.unasked > 0 {
            pen.put(
                Role::Warning,
                &format!(
                    "{} UNREQUESTED: {} outside your passages",
                    theme.glyphs.stale,
                    changes(more.unasked)
                ),
            );
            pen.skip(2);
        }
        facts(&mut pen, detail, shown, cx);
    }
    if let Some(row) = rows.next() {
        let (question, mut actions) = answers(detail, shown);
        if more.passages > 0
            && let Some(revise) = actions.iter_mut().find(|(action, _)| *action == Action::Revise)
        {
            revise.1 = "send passages";
        }
        if more.unasked > 0 {
            actions.insert(0, (Action::RefuseUnasked, "refuse unrequested"));
        }
        if detail.page.stale > 0 {
            let keys = [(Action::StillFine, "keep"), (Action::AskAnew, "regenerate")];
            actions.splice(actions.len().min(2)..actions.len().min(2), keys);
        }
        let known: Vec<(String, &str, bool)> = actions
            .iter()
            .map(|(action, label)| {
                (cx.key(STACK, *action), *label, decide::offers(*action, detail, shown) && !cx.deciding)
            })
            .collect();
        let choices: Vec<Choice> =
            known.iter().map(|(key, label, enabled)| Choice { key, label, enabled: *enabled }).collect();
        decision_bar(buffer, row, theme, &question, &choices, more.focused);
    }
}

fn changes(count: usize) -> String {
    if count == 1 { "1 change".into() } else { format!("{count} changes") }
}

fn answers(detail: &PageDetail, shown: &Shown) -> (String, Vec<(Action, &'static str)>) {
    match shown {
        Shown::Gate { step, aside: false, .. } => {
            let mut actions = vec![
                (Action::Approve, "approve"),
                (Action::Revise, "revise"),
                (Action::EditThenAccept, "edit"),
                (Action::SetAside, "defer"),
                (Action::Again, "again"),
                (Action::WriteByHand, "write it"),
                (Action::ChangeModel, "model"),
            ];
            if step.as_str() == "dialogue" {
                actions.push((Action::SkipDialogue, "skip dialogue"));
            }
            ("Approve this draft?".to_owned(), actions)
        }
        Shown::Gate { step, .. } => (
            format!("This {step} is deferred."),
            vec![
                (Action::SetAside, "resume"),
                (Action::Approve, "approve"),
                (Action::Revise, "revise"),
                (Action::EditThenAccept, "edit"),
            ],
        ),
        Shown::Working { step, queued } => {
            let words = if *queued { "is queued." } else { "is being written." };
            let mut actions = vec![
                (Action::CancelAttempt, "stop"),
                (Action::WriteByHand, "write it"),
                (Action::ChangeModel, "model"),
            ];
            if step.as_str() == "dialogue" {
                actions.push((Action::SkipDialogue, "skip dialogue"));
            }
            (format!("The {step} {words}"), actions)
        }
        Shown::Attention(attention) => {
            let actions = attention.choices.iter().map(|choice| match choice {
                Can::SetBeat => (Action::EditBeat, "write the beat"),
                Can::Retry => (Action::Retry, "retry"),
                Can::Write => (Action::WriteByHand, "write it"),
                Can::ChangeModel => (Action::ChangeModel, "other model"),
                Can::Skip => (Action::SkipDialogue, "skip dialogue"),
                Can::RaiseBudget => (Action::SetBudget, "budget"),
            });
            let aside = if detail.page.set_aside { "resume" } else { "defer" };
            let asked = if detail.page.set_aside { "Deferred." } else { "Needs your decision." };
            (asked.into(), actions.chain([(Action::SetAside, aside)]).collect())
        }
        Shown::Approved { .. } => (
            "Approved.".into(),
            vec![
                (Action::NextWaiting, "next"),
                (Action::EditThenAccept, "edit"),
                (Action::Undo, "undo"),
                (Action::History, "history"),
            ],
        ),
        Shown::Trashed => ("It is in the trash.".into(), Vec::new()),
        Shown::Loading => (String::new(), Vec::new()),
    }
}

/// What is known of the text: revision, author, model; or what went wrong.
fn facts(pen: &mut Pen, detail: &PageDetail, shown: &Shown, cx: &Cx) {
    let glyphs = &cx.theme.glyphs;
    let requests = format!(" {}/{} requests", detail.page.revision_requests, detail.page.revision_limit);
    let used_up = detail.page.revision_requests >= detail.page.revision_limit;
    match shown {
        Shown::Gate { step, .. } | Shown::Approved { step, .. } => {
            if detail.page.stale > 0 {
                pen.right(Role::Warning, &format!(" {} stale", glyphs.stale));
            }
            if pen.room() > 60 {
                pen.right(if used_up { Role::Warning } else { Role::Dim }, &requests);
            }
            let text = if step.as_str() == "dialogue" { &detail.dialogue } else { &detail.narration };
            if let Some(text) = text {
                rehearsal(pen, &text.revision.model);
                pen.put(Role::Dim, &revision(&text.revision, glyphs.separator));
            }
        }
        Shown::Working { step, .. } => {
            let live = cx.live_text(&detail.page.id, step);
            let row = detail.steps.iter().find(|s| s.step == *step);
            if let Some(live) = live {
                pen.put(Role::Streaming, glyphs.doing).skip(1);
                rehearsal(pen, &live.model);
                pen.put(Role::Dim, &live.model);
            } else if let Some(due) = row.and_then(|r| r.due).filter(|d| d.0 > cx.now.0 + 500) {
                let seconds = due.ms_since(cx.now).div_euclid(1000) + 1;
                let error = detail.attempts.iter().find(|a| a.step == *step).and_then(|a| a.error.clone());
                pen.put(Role::Warning, &format!("{} next attempt in {seconds} s", glyphs.failed));
                pen.put(Role::Dim, &error.map(|e| format!(": {e}")).unwrap_or_default());
            } else {
                pen.put(Role::Dim, waits_for(cx));
            }
        }
        Shown::Attention(attention) if attention.reason != Reason::NoBeat => {
            pen.put(Role::Error, glyphs.failed).skip(1).put(Role::Error, &attention.message);
        }
        Shown::Attention(_) | Shown::Loading | Shown::Trashed => {}
    }
}

/// The offline author says of itself that it is one.
fn rehearsal(pen: &mut Pen, model: &str) {
    if model.starts_with("offline/") {
        pen.put(Role::Rehearsal, "REHEARSAL").skip(1);
    }
}

fn waits_for(cx: &Cx) -> &'static str {
    use crate::engine::Conducting;
    if cx.engine.is_paused() {
        return "agents are paused";
    }
    match &cx.conducting {
        Conducting::Here => "waiting for the agent",
        Conducting::Elsewhere(holder) if holder.stopped => "the galley that has it written is stopped",
        Conducting::Elsewhere(_) => "another Galley process is writing it",
        Conducting::Blocked(_) => "agents cannot run: the log says why",
        Conducting::Nobody => "no agent process is running",
    }
}

fn revision(row: &RevisionRow, separator: &str) -> String {
    let from = match row.origin.as_str() {
        "agent" => row.model.clone(),
        "hand" => format!("written by {}", row.author),
        "edit" => format!("edited by {}", row.author),
        "restore" => "restored".to_owned(),
        "merge" => crate::tui::screens::parts::merged(row),
        "import" => "imported".to_owned(),
        other => other.to_owned(),
    };
    let mut all = format!("{} {} {separator} {from}", row.step, row.number);
    if row.tokens > 0 {
        let _ = write!(all, " {separator} {} tokens", row.tokens);
    }
    if let Some(cost) = row.cost.filter(|c| c.0 > 0) {
        let _ = write!(all, " {separator} {cost}");
    }
    all
}

/// What stands where there is no text yet.
pub fn draw_empty(buffer: &mut Buffer, area: Rect, detail: &PageDetail, shown: &Shown, cx: &Cx) {
    match shown {
        Shown::Attention(attention) if attention.reason == Reason::NoBeat => {
            empty(buffer, area, &cx.theme, &["What happens on this page?", ""]);
            let y = area.y + area.height.saturating_sub(2) / 2 + 1;
            if y < area.bottom() {
                let width = area.width.min(40);
                let row = Rect { x: area.x + (area.width - width) / 2, y, width, height: 1 };
                let actions =
                    [(Action::EditBeat, "say it"), (Action::WriteByHand, "write the page yourself")];
                keys(&mut Pen::new(buffer, row, &cx.theme), cx, STACK, &actions);
            }
        }
        Shown::Attention(attention) => {
            empty(buffer, area, &cx.theme, &[&crate::analysis::clean_line(&attention.message)]);
        }
        Shown::Working { .. } => {
            let beat = crate::analysis::clean_line(detail.beat.as_deref().unwrap_or_default()).into_owned();
            let short: String = beat.chars().take(usize::from(area.width.saturating_sub(4))).collect();
            empty(buffer, area, &cx.theme, &[waits_for(cx), "", &short]);
        }
        _ => {}
    }
}
