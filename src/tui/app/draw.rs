//! A frame: status line, screen, overlays, what was said last, footer.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::App;
use crate::analysis::clean_line;
use crate::engine::Conducting;
use crate::store::rows::PageDetail;
use crate::tui::action::Action;
use crate::tui::keymap::Hint;
use crate::tui::notices::Notice;
use crate::tui::screens::{Tab, run_state, short_state};
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::lines::{Segment, footer, status};
use crate::tui::widgets::wrap::Wrapped;
use crate::tui::widgets::{Pen, popup};

/// The least that a screen can be used in.
const LEAST: (u16, u16) = (40, 10);
/// The most rows that what was said takes; the log has the rest.
const MOST_SAID: usize = 2;

impl App {
    /// Draws a frame.
    pub fn draw(&mut self, frame: &mut Frame) {
        self.dirty = false;
        let area = frame.area();
        if area.width < LEAST.0 || area.height < LEAST.1 {
            return too_small(frame.buffer_mut(), area, self);
        }
        let line = |y: u16| Rect { y, height: 1, ..area };
        self.cx.body = Rect { y: 1, height: area.height - 2, ..area };
        let buffer = frame.buffer_mut();
        self.draw_status(buffer, line(0));
        let mut body = self.cx.body;
        let said = self.notices.shown().map(|notice| Said::new(notice, area.width));
        let rows = said.as_ref().map_or(0, Said::rows);
        body.height -= rows;
        self.screens.get_mut(self.tab).draw(buffer, body, &self.cx);
        let mut cursor = None;
        for overlay in &mut self.overlays {
            cursor = overlay.draw(buffer, body, &self.cx);
        }
        if let Some(said) = said {
            let area = Rect { y: body.bottom(), height: rows, ..area };
            popup::clear(buffer, area);
            said.draw(buffer, area, &self.cx.theme);
        }
        self.draw_footer(buffer, line(area.height - 1));
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
    }

    fn draw_footer(&self, buffer: &mut Buffer, area: Rect) {
        let pending = self.pending.text();
        if !pending.is_empty() {
            let mut pen = Pen::new(buffer, area, &self.cx.theme);
            pen.put(Role::Key, &pending).put(Role::Dim, " ...");
            return;
        }
        let screen = self.screens.get(self.tab);
        let top = self.overlays.last();
        let offers = |action: Action| match top {
            Some(overlay) => overlay.offers(action) || action == Action::Help,
            None => screen.offers(action, &self.cx) && tab_of(action) != Some(self.tab),
        };
        let hints: Vec<Hint> =
            self.cx.keymap.hints(self.stack()).into_iter().filter(|h| offers(h.action)).collect();
        footer(buffer, area, &self.cx.theme, &hints);
    }

    fn draw_status(&self, buffer: &mut Buffer, area: Rect) {
        let cx = &self.cx;
        let glyphs = &cx.theme.glyphs;
        let detail = cx.here.page.as_ref().and_then(|p| cx.views.page(p)).map(|d| &**d);
        let book = cx.here.book.as_ref().and_then(|b| cx.views.book(b));
        let totals = cx.views.totals().cloned().unwrap_or_default();
        let mut parts: Vec<(Role, u8, String)> = vec![(Role::Accent, 7, self.tab.name().to_owned())];
        if let Some(book) = book {
            parts.push((Role::Title, 3, book.title.clone()));
        }
        if matches!(self.tab, Tab::Run | Tab::Coherence) {
            parts.extend(self.run_parts());
        }
        let in_page = matches!(self.tab, Tab::Board | Tab::Desk | Tab::History);
        if let (true, Some(chapter)) = (in_page || self.tab == Tab::Through, cx.here.chapter_row(&cx.views)) {
            parts.push((Role::Text, 2, format!("{} {}", chapter.number, chapter.title)));
        }
        if let (true, Some(page)) = (in_page, detail.map(|d| &d.page).or_else(|| cx.here.page_row(&cx.views)))
        {
            parts.push((Role::Text, 5, format!("page {}", page.number)));
            parts.push((Role::of_state(&page.state), 6, short_state(page).to_owned()));
        }
        if let (true, Some(detail)) = (in_page, detail)
            && let Some(model) = self.model_of(detail)
        {
            let rehearses = model.starts_with("offline/");
            parts.push((Role::Dim, 1, model));
            if rehearses {
                parts.push((Role::Rehearsal, 4, "REHEARSAL".into()));
            }
        }
        if let (Tab::Desk, Some(Ok(context))) =
            (self.tab, cx.here.page.as_ref().and_then(|p| cx.views.context(p)))
        {
            let manifest = &context.manifest;
            let share = manifest.tokens() * 100 / manifest.budget.tokens.max(1);
            let role = if manifest.alarms().next().is_some() { Role::Warning } else { Role::Dim };
            parts.push((role, 4, format!("context {share} %")));
        }
        let config = cx.engine.config();
        let money = match book.and_then(|b| b.settings.budget.map(|budget| (b.spent, budget))) {
            Some((spent, budget)) => format!("{spent} of {budget}"),
            None => match config.budget_per_day() {
                Some(budget) => format!("{} of {budget} today", totals.spent_today),
                None => book.map_or(totals.spent, |b| b.spent).to_string(),
            },
        };
        parts.push((Role::Dim, 3, money));
        let waiting = totals.inbox + totals.attention;
        let role = if waiting > 0 { Role::UserReviewingNarration } else { Role::Dim };
        parts.push((role, 8, format!("{} {waiting} waiting", glyphs.waiting)));
        if totals.generating > 0 {
            parts.push((
                Role::GeneratingNarration,
                4,
                format!("{} {} being written", glyphs.doing, totals.generating),
            ));
        }
        if totals.damage.is_some() {
            parts.push((Role::Error, 10, "database damaged: galley doctor".into()));
        }
        if cx.engine.is_paused() {
            parts.push((Role::Warning, 9, "agents paused".into()));
        } else {
            match &cx.conducting {
                Conducting::Here => {}
                Conducting::Elsewhere(holder) => {
                    let role = if holder.stopped { Role::Warning } else { Role::Dim };
                    parts.push((role, 2, format!("{holder} conducts")));
                }
                Conducting::Blocked(_) => parts.push((Role::Error, 9, "agents cannot run".into())),
                Conducting::Nobody => parts.push((Role::Warning, 2, "no agent process".into())),
            }
        }
        let segments: Vec<Segment> =
            parts.iter().map(|(role, priority, text)| Segment::new(*role, *priority, text)).collect();
        status(buffer, area, &cx.theme, &segments);
    }

    /// The run that is looked at: its title, its state, and who does the step that it is in.
    fn run_parts(&self) -> Vec<(Role, u8, String)> {
        let Some(view) = self.cx.run.as_ref().and_then(|run| self.cx.views.run(run)) else {
            return Vec::new();
        };
        let row = &view.detail.run;
        let (_, role, state) = run_state(row, &self.cx.theme.glyphs);
        let mut parts = vec![
            (Role::Text, 2, row.workflow.clone()),
            (Role::Text, 5, row.title.clone()),
            (role, 6, state.to_owned()),
        ];
        let live = self.cx.live_runs.get(&row.id).and_then(|l| l.first()).map(|l| l.model.clone());
        let last = || view.detail.attempts.first().map(|a| a.model.clone());
        if let Some(model) = live.or_else(last) {
            let rehearses = model.starts_with("offline/");
            parts.push((Role::Dim, 1, model));
            if rehearses {
                parts.push((Role::Rehearsal, 4, "REHEARSAL".into()));
            }
        }
        parts
    }

    /// Who writes the step that the page is in, or will.
    fn model_of(&self, detail: &PageDetail) -> Option<String> {
        let cx = &self.cx;
        let main = |s: &&crate::store::rows::StepRow| !s.advisory;
        let step =
            detail.steps.iter().filter(main).find(|s| !matches!(s.phase.as_str(), "approved" | "skipped"))?;
        if let Some(live) = cx.live_text(&detail.page.id, &step.step) {
            return Some(live.model.clone());
        }
        let config = cx.engine.config();
        let agent = if step.step.as_str() == "dialogue" { "dialogue" } else { "narrator" };
        Some(step.model.clone().unwrap_or_else(|| config.agent(agent).model.to_string()))
    }
}

/// What was said last, on one line or a few.
struct Said {
    role: Role,
    text: String,
    head: usize,
    wrapped: Wrapped,
}

impl Said {
    fn new(notice: &Notice, width: u16) -> Self {
        let head = notice.tone.word();
        let text = clean_line(&format!("{head} {}", notice.line())).into_owned();
        let wrapped = Wrapped::new(&text, width);
        Self { role: notice.tone.role(), text, head: head.len(), wrapped }
    }

    fn rows(&self) -> u16 {
        self.wrapped.len().min(MOST_SAID) as u16
    }

    fn draw(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        for (row, y) in (area.y..area.bottom()).enumerate() {
            let mut pen = Pen::new(buffer, Rect { y, height: 1, ..area }, theme);
            // What has no room any more ends with an ellipsis.
            let range = self.wrapped.row(row);
            let end = if row + 1 == MOST_SAID { self.text.len() } else { range.end };
            let text = &self.text[range.start..end];
            if row == 0 {
                pen.put(self.role, &text[..self.head]).put(Role::Text, &text[self.head..]);
            } else {
                pen.put(Role::Text, text);
            }
        }
    }
}

/// The screen that an action goes to: one that is shown already needs no hint.
fn tab_of(action: Action) -> Option<Tab> {
    Some(match action {
        Action::Library => Tab::Library,
        Action::Board => Tab::Board,
        Action::Inbox => Tab::Inbox,
        Action::Desk => Tab::Desk,
        Action::History => Tab::History,
        Action::Runs => Tab::Runs,
        Action::Settings => Tab::Settings,
        Action::Canon => Tab::Canon,
        Action::Prompts => Tab::Prompts,
        _ => return None,
    })
}

fn too_small(buffer: &mut Buffer, area: Rect, app: &App) {
    let words = format!("{}x{} needed", LEAST.0, LEAST.1);
    let here = format!("this is {}x{}", area.width, area.height);
    for (y, text) in (area.y..area.bottom()).zip([words, here]) {
        Pen::new(buffer, Rect { y, height: 1, ..area }, &app.cx.theme).put(Role::Text, &text);
    }
}
