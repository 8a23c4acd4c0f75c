//! The runs, their steps and attempts: what was asked, how long it took, what it cost, what went wrong.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::doc::{Doc, DocView};
use super::parts::{age, count, duration, empty, label, padded, run_state, split_left, split_top, state};
use super::{Screen, Tab};
use crate::domain::Choice;
use crate::domain::Command;
use crate::domain::run::RunCommand;
use crate::store::rows::{AttemptRow, OwnRunRow, RunRow};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Order, Then};
use crate::tui::overlays::{Choose, Find};
use crate::tui::purpose::{of_page, of_run};
use crate::tui::theme::Role;
use crate::tui::views::{Ask, BLOCK};
use crate::tui::widgets::{List, Pane, Pen};

/// The screen of runs.
#[derive(Debug)]
pub struct Runs {
    list: List,
    attempts: List,
    notes: DocView,
    in_attempts: bool,
    /// The blocks of runs about other texts; as many as there are.
    own_blocks: u32,
}

impl Default for Runs {
    fn default() -> Self {
        Self {
            list: List::default(),
            attempts: List::default(),
            notes: DocView::default(),
            in_attempts: false,
            own_blocks: 1,
        }
    }
}

/// A row: a run about a text or a book, or one that writes a page.
#[derive(Clone, Copy)]
enum Row<'v> {
    Own(&'v OwnRunRow),
    Page(&'v RunRow),
}

impl Runs {
    /// The runs about a text or a book: few, and before the others.
    fn own<'v>(&self, cx: &'v Cx) -> &'v [OwnRunRow] {
        (1..=self.own_blocks).rev().find_map(|blocks| cx.views.own_runs(blocks)).unwrap_or_default()
    }

    fn of_page(row: usize, cx: &Cx) -> Option<&RunRow> {
        cx.views.runs(row as u32 / BLOCK)?.get(row % BLOCK as usize)
    }

    fn row<'v>(&self, row: usize, cx: &'v Cx) -> Option<Row<'v>> {
        let own = self.own(cx);
        match row.checked_sub(own.len()) {
            Some(row) => Self::of_page(row, cx).map(Row::Page),
            None => own.get(row).map(Row::Own),
        }
    }

    fn chosen<'v>(&self, cx: &'v Cx) -> Option<Row<'v>> {
        self.row(self.list.selected()?, cx)
    }

    /// A command to the chosen run.
    fn command(&self, cx: &Cx, command: RunCommand) -> Option<Command> {
        Some(match self.chosen(cx)? {
            Row::Own(run) => of_run(run.id.clone(), command),
            Row::Page(run) => of_page(run.page.id.clone(), command),
        })
    }

    fn attempts<'v>(&self, cx: &'v Cx) -> &'v [AttemptRow] {
        match self.chosen(cx) {
            Some(Row::Own(run)) => cx.views.run(&run.id).map(|v| v.detail.attempts.as_slice()),
            Some(Row::Page(run)) => cx.views.attempts(&run.page.id),
            None => None,
        }
        .unwrap_or_default()
    }

    /// How many runs there are: one for each page that is not in the trash, and those of the trash as far as they
    /// are loaded.
    fn len(&self, cx: &Cx) -> usize {
        self.own(cx).len() + Self::pages(cx)
    }

    fn pages(cx: &Cx) -> usize {
        let pages = cx.views.books().unwrap_or_default().iter().map(|b| b.pages as usize).sum::<usize>();
        let mut len = pages;
        let mut block = (pages / BLOCK as usize) as u32;
        while let Some(rows) = cx.views.runs(block) {
            len = len.max(block as usize * BLOCK as usize + rows.len());
            block += 1;
        }
        len
    }

    fn draw_runs(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let note = count(self.len(cx) as u64);
        let inside = Pane::new("Runs").right(&note).focused(!self.in_attempts).draw(buffer, area, &cx.theme);
        if self.list.is_empty() {
            return empty(buffer, inside, &cx.theme, &["No run yet."]);
        }
        let focused = !self.in_attempts;
        let own = self.own(cx);
        self.list.draw(buffer, inside, &cx.theme, focused, |row, pen| {
            match row.checked_sub(own.len()) {
                None => draw_own(pen, &own[row], cx),
                Some(row) => match Self::of_page(row, cx) {
                    Some(run) => draw_run(pen, run, cx),
                    None => return false,
                },
            }
            true
        });
    }

    fn draw_attempts(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let attempts = self.attempts(cx);
        let title = match self.chosen(cx) {
            Some(Row::Page(run)) => format!("Attempts of page {}", run.page.number),
            Some(Row::Own(run)) => format!("Attempts of {}", run.workflow),
            None => String::new(),
        };
        let inside = Pane::new(&title).focused(self.in_attempts).draw(buffer, area, &cx.theme);
        self.attempts.set_len(attempts.len());
        if attempts.is_empty() {
            return empty(buffer, inside, &cx.theme, &["No agent has run yet."]);
        }
        let focused = self.in_attempts;
        self.attempts.draw(buffer, inside, &cx.theme, focused, |row, pen| {
            draw_attempt(pen, &attempts[row], cx);
            true
        });
    }

    fn doc(&self, cx: &Cx) -> Doc {
        let mut doc = Doc::default();
        let attempts = self.attempts(cx);
        if let Some(attempt) = self.attempts.selected().and_then(|row| attempts.get(row)) {
            doc.put(Role::Title, 0, &format!("{} {}.{}", attempt.step, attempt.iteration, attempt.number));
            doc.put(Role::Dim, 0, attempt.id.as_str());
            doc.put(Role::Text, 0, &format!("{} by {}", attempt.status, attempt.model));
            let about = if attempt.estimated { " (estimated)" } else { "" };
            doc.put(
                Role::Dim,
                0,
                &format!(
                    "{} tokens in, {} out{about}",
                    count(attempt.input_tokens),
                    count(attempt.output_tokens)
                ),
            );
            if let Some(cost) = attempt.cost {
                doc.put(Role::Dim, 0, &format!("cost {cost}"));
            }
            if let Some(reserved) = attempt.reserved {
                doc.put(Role::Dim, 0, &format!("reserved {reserved}"));
            }
            if let Some(error) = attempt.error.as_ref().or(attempt.outcome.as_ref()) {
                doc.put(Role::Error, 0, error);
            }
            if attempt.partial.is_some() {
                doc.put(Role::Dim, 0, "The partial text is kept: writing by hand starts from it.");
            }
        }
        if let Some(spending) = cx.views.spending().filter(|s| !s.is_empty()) {
            doc.head("Spent by model, all books");
            for row in spending {
                let line = format!(
                    "{} {}: {} attempts, {} tokens",
                    row.spent,
                    row.group,
                    count(row.spent.attempts.into()),
                    count(row.spent.tokens())
                );
                doc.put(Role::Dim, 0, &line);
            }
        }
        doc
    }
}

impl Screen for Runs {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        &[Scope::Runs, Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action, cx: &Cx) -> bool {
        let run = match self.chosen(cx) {
            Some(Row::Page(run)) => run,
            Some(Row::Own(run)) => {
                let choice = |c| run.attention.as_ref().is_some_and(|a| a.choices.contains(&c));
                return match action {
                    Action::Retry => choice(Choice::Retry),
                    Action::CancelAttempt => run.standing == "generating",
                    Action::ChangeModel | Action::SkipDialogue | Action::Left | Action::Right => false,
                    _ => true,
                };
            }
            None => {
                return !matches!(
                    action,
                    Action::Open
                        | Action::Retry
                        | Action::ChangeModel
                        | Action::CancelAttempt
                        | Action::SkipDialogue
                );
            }
        };
        let choice = |wanted| run.page.attention.as_ref().is_some_and(|a| a.choices.contains(&wanted));
        let generating = run.page.state.starts_with("generating_");
        match action {
            Action::Retry => choice(Choice::Retry),
            Action::ChangeModel => choice(Choice::ChangeModel) || generating,
            Action::SkipDialogue => choice(Choice::Skip) || run.page.state.ends_with("_dialogue"),
            Action::CancelAttempt => generating,
            Action::Left | Action::Right => false,
            _ => true,
        }
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let window = self.list.window();
        let own = self.own(cx).len();
        let window = window.start.saturating_sub(own)..window.end.saturating_sub(own);
        let last = Self::pages(cx) as u32 / BLOCK;
        let (first, end) = (window.start as u32 / BLOCK, (window.end as u32 / BLOCK + 1).min(last));
        let mut blocks: Vec<u32> = (first.saturating_sub(1)..=end).chain([0, last]).collect();
        blocks.sort_unstable();
        blocks.dedup();
        let mut wanted: Vec<Ask> = blocks.into_iter().map(Ask::Runs).collect();
        wanted.push(Ask::Spending);
        wanted.push(Ask::OwnRuns(self.own_blocks));
        if let Some(row) = self.list.selected() {
            let near = [Some(row), row.checked_sub(1), Some(row + 1)].into_iter().flatten();
            wanted.extend(near.filter_map(|r| self.row(r, cx)).map(|r| match r {
                Row::Own(run) => Ask::Run(run.id.clone()),
                Row::Page(run) => Ask::Attempts(run.page.id.clone()),
            }));
        }
        wanted
    }

    fn settle(&mut self, cx: &Cx) {
        let known = self.own(cx).len() as u32;
        if known >= self.own_blocks * BLOCK {
            self.own_blocks += 1;
        }
        self.list.set_len(self.len(cx));
        self.attempts.set_len(self.attempts(cx).len());
        let doc = self.doc(cx);
        self.notes.set(doc);
    }

    fn enter(&mut self, cx: &Cx) {
        self.settle(cx);
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        let page = match self.chosen(cx) {
            Some(Row::Page(run)) => Some(&run.page),
            _ => None,
        };
        let send = |command: RunCommand, words: &str| match self.command(cx, command) {
            Some(command) => vec![Effect::Order(Order::command(command, Then::Say(words.to_owned())))],
            None => Vec::new(),
        };
        let effects = match action {
            Action::NextPane | Action::PreviousPane => {
                self.in_attempts = !self.in_attempts;
                Vec::new()
            }
            Action::Close if self.in_attempts => {
                self.in_attempts = false;
                Vec::new()
            }
            Action::Open => match self.chosen(cx) {
                Some(Row::Page(run)) => vec![Effect::Page(run.page.id.clone()), Effect::Go(Tab::Desk)],
                Some(Row::Own(run)) => vec![Effect::Run(run.id.clone()), Effect::Go(Tab::Run)],
                None => Vec::new(),
            },
            Action::Retry => send(RunCommand::Retry { step: None }, "tried again"),
            Action::CancelAttempt => {
                send(RunCommand::Cancel { step: None }, "cancelled; the partial text is kept")
            }
            Action::SkipDialogue if page.is_some() => send(
                RunCommand::Skip { step: Some(crate::domain::StepName::new("dialogue")) },
                "this page has no dialogue",
            ),
            Action::ChangeModel => match page {
                Some(page) => {
                    let step = page.attention.as_ref().map(|a| a.step.clone());
                    let of_state = if page.state.ends_with("_dialogue") { "dialogue" } else { "narration" };
                    let step = step.unwrap_or_else(|| crate::domain::StepName::new(of_state));
                    vec![Effect::Open(Box::new(Choose::page_model(cx, &page.id, &step)))]
                }
                None => Vec::new(),
            },
            Action::Search => {
                vec![Effect::Open(Box::new(Find::new(None)))]
            }
            action => {
                if self.in_attempts {
                    self.attempts.act(action);
                } else if self.list.act(action) {
                    self.attempts.select(0);
                }
                Vec::new()
            }
        };
        self.settle(cx);
        effects
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        if area.width < 60 {
            let (above, below) = split_top(area, area.height / 2);
            self.draw_runs(buffer, above, cx);
            self.draw_attempts(buffer, below, cx);
            return;
        }
        let (above, below) = split_top(area, area.height * 3 / 5);
        self.draw_runs(buffer, above, cx);
        let (left, right) = split_left(below, below.width * 3 / 5);
        self.draw_attempts(buffer, left, cx);
        let inside = Pane::new("Details").draw(buffer, right, &cx.theme);
        self.notes.draw(buffer, padded(inside, 1), &cx.theme);
    }

    fn has_clock(&self, cx: &Cx) -> bool {
        self.attempts(cx).iter().any(|a| a.status == "running")
    }
}

/// What all runs show at the right: when, what it took, what failed.
struct Took {
    updated_at: crate::domain::Time,
    spent: crate::domain::Spending,
    failures: u32,
    attempts: u32,
}

fn draw_took(pen: &mut Pen, took: &Took, cx: &Cx) {
    let wide = pen.room();
    pen.right(Role::Dim, " ").right_column(Role::Dim, &age(cx.now, took.updated_at), 11);
    if wide >= 80 {
        pen.right_column(Role::Dim, &format!("{:#}", took.spent), 9);
        pen.right_column(Role::Dim, &format!("{} tokens", short(took.spent.tokens())), 13);
    }
    if wide >= 60 {
        let failures = if took.failures > 0 { format!("{} failed", took.failures) } else { String::new() };
        pen.right_column(Role::Error, &failures, 10);
        pen.right_column(Role::Dim, &format!("{}x", took.attempts), 5);
    }
}

fn draw_own(pen: &mut Pen, run: &OwnRunRow, cx: &Cx) {
    let wide = pen.room();
    let (glyph, role, words) = run_state(run, &cx.theme.glyphs);
    let OwnRunRow { updated_at, spent, failures, attempts, .. } = *run;
    draw_took(pen, &Took { updated_at, spent, failures, attempts }, cx);
    if wide >= 70 {
        pen.right(Role::Dim, " ").right_words(role, words, 18);
    }
    pen.skip(1).put(role, glyph).skip(1);
    pen.put(Role::Accent, &run.workflow).skip(2).put(Role::Text, &run.title);
}

fn draw_run(pen: &mut Pen, run: &RunRow, cx: &Cx) {
    let wide = pen.room();
    let (glyph, role, words) = state(&run.page, &cx.theme.glyphs);
    let RunRow { spent, failures, attempts, .. } = *run;
    draw_took(pen, &Took { updated_at: run.page.updated_at, spent, failures, attempts }, cx);
    if wide >= 70 {
        pen.right(Role::Dim, " ").right_words(role, words, 18);
    }
    pen.skip(1).put(role, glyph).skip(1);
    if wide >= 150 {
        pen.column(Role::Dim, &run.workflow, 10);
    }
    if wide >= 110 {
        pen.column(Role::Dim, &run.chapter_title, (wide / 8).min(30)).skip(2);
    }
    if !run.page.trashed {
        pen.put(Role::Dim, &format!("{} ", run.page.number));
    }
    let name = label(&run.page);
    pen.put(Role::Text, if name.is_empty() { "no beat yet" } else { name });
}

fn draw_attempt(pen: &mut Pen, attempt: &AttemptRow, cx: &Cx) {
    let glyphs = &cx.theme.glyphs;
    let wide = pen.room();
    let (glyph, role) = match attempt.status.as_str() {
        "delivered" => (glyphs.done, Role::Success),
        "running" => (glyphs.doing, Role::Streaming),
        "failed" => (glyphs.failed, Role::Error),
        _ => (glyphs.todo, Role::Dim),
    };
    let took = attempt.duration_ms.unwrap_or_else(|| cx.now.ms_since(attempt.started_at) as u64);
    pen.right(Role::Dim, " ").right_column(Role::Dim, &duration(took), 9);
    if wide >= 60 {
        pen.right_column(Role::Dim, &attempt.cost.map(|c| c.to_string()).unwrap_or_default(), 9);
        pen.right_column(Role::Dim, &short(attempt.input_tokens + attempt.output_tokens), 7);
    }
    pen.skip(1).put(role, glyph).skip(1);
    pen.put(Role::Text, &format!("{} {}.{}", attempt.step, attempt.iteration, attempt.number)).skip(1);
    pen.put(role, attempt.outcome.as_deref().unwrap_or(&attempt.status))
        .skip(1)
        .put(Role::Dim, &attempt.model);
}

/// A count in few letters.
fn short(n: u64) -> String {
    match n {
        0..=9_999 => n.to_string(),
        10_000..=999_999 => format!("{} k", n / 1000),
        _ => format!("{}.{} M", n / 1_000_000, n % 1_000_000 / 100_000),
    }
}
