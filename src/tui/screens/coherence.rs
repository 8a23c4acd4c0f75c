//! What the check of a book found, and its gate: the score and its parts, the findings by severity, and for the
//! chosen one both passages beside each other. All of the screen is the review pane.

mod bar;
mod decide;
mod places;
mod score;
mod seen;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::parts::{empty, padded, split_left, split_top};
use super::{Screen, Tab};
use crate::domain::{BookId, PageId, RunId};
use crate::tools::coherence::{Finding, Kind, Place, Severity};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::wrap::Wrapped;
use crate::tui::widgets::{List, Pane, Pen};
use decide::At;
use places::Side;
use seen::{Asked, Seen};

pub use seen::coherence_of;

/// The scopes in which keys decide.
const STACK: &[Scope] = &[Scope::Coherence, Scope::Reader, Scope::Global];
/// The least columns in which passages stand beside each other.
const BESIDE: u16 = 60;

/// A pane of the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    Findings,
    Passages,
    Files,
}

/// The screen of a check.
#[derive(Debug, Default)]
pub struct Coherence {
    focus: Focus,
    run: Option<RunId>,
    seen: Option<Seen>,
    findings: List,
    /// The finding that is chosen, by its id: it is the same after another check.
    chosen: Option<String>,
    /// The place of it that is chosen.
    place: usize,
    sides: [Side; 2],
    files: List,
    /// The files were told of: they are looked at first when they come.
    told: bool,
}

impl Coherence {
    fn refresh(&mut self, cx: &Cx) {
        if self.run != cx.run {
            *self = Self { run: cx.run.clone(), ..Self::default() };
        }
        let view = cx.run.as_ref().and_then(|run| cx.views.run(run));
        let Some(seen) = view.and_then(|view| Seen::of(view, cx)) else {
            self.seen = None;
            return;
        };
        // While another report is on its way the one before stays on the screen.
        let old = self.seen.take().filter(|_| seen.report.is_none() && !seen.unread);
        self.seen = Some(match old {
            Some(old) => Seen { report: old.report, ..seen },
            None => seen,
        });
        let (rows, files) = (self.rows().len(), self.files().len());
        self.findings.set_len(rows);
        self.files.set_len(files);
        if files > 0 && !self.told {
            (self.told, self.focus) = (true, Focus::Files);
        }
        if files == 0 {
            self.told = false;
            if self.focus == Focus::Files {
                self.focus = Focus::Findings;
            }
        }
        if let Some(row) = self.rows().iter().position(|f| Some(&f.id) == self.chosen.as_ref()) {
            self.findings.select(row);
        }
        self.show(cx);
    }

    fn rows(&self) -> &[Finding] {
        let report = self.seen.as_ref().and_then(|s| s.report.as_ref());
        report.map_or(&[], |r| r.findings.as_slice())
    }

    fn files(&self) -> &[seen::Written] {
        self.seen.as_ref().map_or(&[], |s| s.files.as_slice())
    }

    fn finding(&self) -> Option<&Finding> {
        self.rows().get(self.findings.selected()?)
    }

    fn book(&self) -> Option<&BookId> {
        self.seen.as_ref()?.view.state.subject.book.as_ref()
    }

    fn place(&self) -> Option<&Place> {
        let places = &self.finding()?.places;
        places.get(self.place).or_else(|| places.first())
    }

    fn at(&self) -> Option<At<'_>> {
        Some(At { seen: self.seen.as_ref()?, finding: self.finding(), place: self.place() })
    }

    /// The side that a key speaks of, from 0.
    fn side(&self) -> usize {
        usize::from(self.place().is_some_and(|p| p.side == 2))
    }

    /// Takes both places of the chosen finding to the screen.
    fn show(&mut self, cx: &Cx) {
        let finding = self.finding().cloned();
        let id = finding.as_ref().map(|f| f.id.clone());
        if self.chosen != id {
            (self.chosen, self.place) = (id, 0);
        }
        let (Some(finding), book) = (finding, self.book().cloned()) else { return };
        for (side, at) in self.sides.iter_mut().zip(places::sides(&finding, self.place)) {
            let Some(at) = at else {
                *side = Side::default();
                continue;
            };
            let place = &finding.places[at];
            let same = |p: &&Place| p.side == place.side;
            let nth = finding.places[..at].iter().filter(same).count() + 1;
            let all = finding.places.iter().filter(same).count();
            side.show(place, (nth, all), book.as_ref(), cx);
        }
    }

    fn turn(&mut self, on: bool) {
        let mut panes = vec![Focus::Findings, Focus::Passages, Focus::Files];
        panes.retain(|pane| *pane != Focus::Files || !self.files().is_empty());
        panes.retain(|pane| *pane != Focus::Passages || self.finding().is_some());
        let at = panes.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        self.focus = panes[(at + if on { 1 } else { panes.len() - 1 }) % panes.len()];
    }

    fn act_in_pane(&mut self, action: Action) {
        let count = self.finding().map_or(0, |f| f.places.len());
        match action {
            Action::Left => self.place = self.place.saturating_sub(1),
            Action::Right => self.place = (self.place + 1).min(count.saturating_sub(1)),
            action => match self.focus {
                Focus::Findings => _ = self.findings.act(action),
                Focus::Files => _ = self.files.act(action),
                Focus::Passages => {
                    let side = self.side();
                    self.sides[side].excerpt().act(action);
                }
            },
        }
    }

    fn draw_all(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        match (area.width, area.height) {
            (100.., 24..) => {
                let (left, right) = split_left(area, (area.width * 2 / 5).clamp(40, 64));
                let (score, list) = split_top(left, score::ROWS + 2);
                self.draw_score(buffer, score, cx);
                self.draw_findings(buffer, list, cx);
                self.draw_right(buffer, right, cx);
            }
            (_, 13..) => {
                let (score, rest) = split_top(area, score::FEW);
                self.draw_few(buffer, score, cx);
                let (list, rest) = split_top(rest, (rest.height / 3).max(4));
                self.draw_findings(buffer, list, cx);
                self.draw_right(buffer, rest, cx);
            }
            _ => {
                let (score, rest) = split_top(area, 1);
                self.draw_few(buffer, score, cx);
                match self.focus {
                    Focus::Findings => self.draw_findings(buffer, rest, cx),
                    _ => self.draw_right(buffer, rest, cx),
                }
            }
        }
    }

    fn draw_few(&self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        if let Some(seen) = &self.seen {
            score::draw(buffer, padded(area, 1), seen, cx);
        }
    }

    fn draw_score(&self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let Some(seen) = &self.seen else { return };
        let inside = Pane::new("Coherence").right(&seen.view.detail.run.state).draw(buffer, area, &cx.theme);
        score::draw(buffer, padded(inside, 1), seen, cx);
    }

    fn draw_findings(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let focused = self.focus == Focus::Findings;
        let rows = self.rows().to_vec();
        let place = self.findings.selected().map(|at| format!("{} of {}", at + 1, rows.len()));
        let place = place.unwrap_or_default();
        let inside = Pane::new("Findings").right(&place).focused(focused).draw(buffer, area, theme);
        if rows.is_empty() {
            let words = match &self.seen {
                Some(Seen { unread: true, .. }) => "This report is of another form.",
                Some(Seen { report: Some(_), .. }) => "Nothing was found.",
                Some(Seen { asked: Asked::Checking, .. }) => "The book is being checked.",
                _ => theme.glyphs.ellipsis,
            };
            return empty(buffer, inside, theme, &[words]);
        }
        self.findings.set_len(rows.len());
        self.findings.draw(buffer, inside, theme, focused, |row, pen| {
            draw_finding(pen, &rows[row], cx);
            true
        });
    }

    /// The files where they are looked at, else the chosen finding with its passages.
    fn draw_right(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        if self.focus == Focus::Files {
            return self.draw_files(buffer, area, cx);
        }
        let Some(finding) = self.finding().cloned() else {
            Pane::new("Passages").draw(buffer, area, &cx.theme);
            return;
        };
        let text = told(&finding, cx);
        let wrapped = Wrapped::new(&text, area.width.saturating_sub(2).max(1));
        let most = if area.height < 12 { 1 } else { 4 };
        let (head, passages) = split_top(area, (wrapped.len() as u16).min(most));
        for (row, y) in (head.y..head.bottom()).enumerate() {
            let range = wrapped.row(row);
            // What has no room any more ends with an ellipsis.
            let end = if y + 1 == head.bottom() { text.len() } else { range.end };
            let line = padded(Rect { y, height: 1, ..head }, 1);
            let role = if finding.waived.is_some() { Role::Dim } else { Role::Text };
            Pen::new(buffer, line, &cx.theme).put(role, text[range.start..end].trim_end());
        }
        let areas = if area.width < BESIDE {
            let (above, below) = split_top(passages, passages.height / 2);
            [above, below]
        } else {
            let (left, right) = split_left(passages, passages.width / 2);
            [left, right]
        };
        let (chosen, focused) = (self.side(), self.focus == Focus::Passages);
        for (n, (side, area)) in self.sides.iter_mut().zip(areas).enumerate() {
            side.draw(buffer, area, cx, n == chosen, focused && n == chosen);
        }
    }

    fn draw_files(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let files = self.files().to_vec();
        let note = match files.len() {
            1 => "1 file".to_owned(),
            n => format!("{n} files"),
        };
        let path = files.get(self.files.selected().unwrap_or_default()).map_or("", |f| f.path.as_str());
        let folder = path.rsplit_once(std::path::MAIN_SEPARATOR).map_or("", |(folder, _)| folder);
        let pane = Pane::new("Published").right(&note).bottom(folder).focused(true);
        let inside = pane.draw(buffer, area, theme);
        self.files.set_len(files.len());
        self.files.draw(buffer, inside, theme, true, |row, pen| {
            let file = &files[row];
            let became = if file.is_new { "written" } else { "was there already" };
            if pen.room() >= 50 {
                pen.right(Role::Dim, &format!(" {became} "));
            }
            pen.right_column(Role::Dim, &format!("{} B", super::count(file.bytes)), 13);
            pen.skip(1).put(Role::Success, theme.glyphs.done).skip(1);
            let name = file.path.rsplit(std::path::MAIN_SEPARATOR).next().unwrap_or(&file.path);
            pen.put(Role::Text, name);
            true
        });
    }
}

fn severity(severity: Severity, cx: &Cx) -> (&'static str, Role, &'static str) {
    let glyphs = &cx.theme.glyphs;
    match severity {
        Severity::High => (glyphs.failed, Role::Error, "high"),
        Severity::Medium => (glyphs.waiting, Role::Warning, "medium"),
        Severity::Low => (glyphs.todo, Role::Dim, "low"),
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Duplicate => "stands twice",
        Kind::Name => "name",
        Kind::Attribute => "attribute",
        Kind::Death => "death",
        Kind::Timeline => "timeline",
    }
}

fn draw_finding(pen: &mut Pen, finding: &Finding, cx: &Cx) {
    let (glyph, role, word) = severity(finding.severity, cx);
    let waived = finding.waived.is_some();
    let (glyph, role) = if waived { (cx.theme.glyphs.done, Role::Dim) } else { (glyph, role) };
    let word = if waived { "waived" } else { word };
    pen.skip(1).put(role, glyph).skip(1).column(role, word, 7);
    if pen.room() >= 40 {
        pen.column(Role::Dim, kind(finding.kind), 13);
    }
    pen.put(if waived { Role::Dim } else { Role::Text }, &finding.message);
}

/// A finding in a sentence or two.
fn told(finding: &Finding, cx: &Cx) -> String {
    let separator = cx.theme.glyphs.separator;
    let by = if finding.source == "model" { format!(" {separator} a model found it") } else { String::new() };
    let waived = finding.waived.as_ref().map(|reason| format!(" {separator} waived: {reason}"));
    let text = format!(
        "{} {separator} {} {separator} {}{by}{}",
        severity(finding.severity, cx).2,
        kind(finding.kind),
        finding.message,
        waived.unwrap_or_default()
    );
    crate::analysis::clean_line(&text).into_owned()
}

impl Screen for Coherence {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        STACK
    }

    fn offers(&self, action: Action, _: &Cx) -> bool {
        self.at().map_or(!action.decides(), |at| decide::offers(action, &at))
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let Some(run) = cx.run.clone() else { return Vec::new() };
        let mut wanted = vec![Ask::Run(run)];
        let Some(seen) = &self.seen else { return wanted };
        wanted.extend(Seen::texts(&seen.view).map(Ask::Text));
        let Some(finding) = self.finding() else { return wanted };
        let shown = places::sides(finding, self.place).into_iter().flatten();
        wanted.extend(shown.filter_map(|at| places::ask(&finding.places[at], self.book())));
        // Whether the passage can be sent back is known before its key is pressed.
        if let Some(page) = self.place().and_then(|p| p.page.as_deref()).map(PageId::new) {
            wanted.extend([Ask::Page(page.clone()), Ask::History(page)]);
        }
        wanted
    }

    fn enter(&mut self, cx: &Cx) {
        self.focus = Focus::Findings;
        self.told = false;
        self.refresh(cx);
    }

    fn settle(&mut self, cx: &Cx) {
        self.refresh(cx);
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        match action {
            Action::NextPane => self.turn(true),
            Action::PreviousPane => self.turn(false),
            Action::Close if self.focus != Focus::Findings => self.focus = Focus::Findings,
            Action::Close => return vec![Effect::Back],
            Action::ShowRun => return vec![Effect::Go(Tab::Run)],
            action => match self.at().and_then(|at| decide::act(action, &at, cx)) {
                Some(decided) => return decided,
                None => self.act_in_pane(action),
            },
        }
        self.show(cx);
        Vec::new()
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        if self.seen.is_none() {
            let inside = Pane::new("Coherence").draw(buffer, area, &cx.theme);
            let loaded = cx.run.as_ref().is_some_and(|run| cx.views.run(run).is_some());
            let words = if loaded { "This run checks no book." } else { cx.theme.glyphs.ellipsis };
            return empty(buffer, inside, &cx.theme, &[words]);
        }
        let (body, below) = split_top(area, area.height.saturating_sub(bar::height(area)));
        self.draw_all(buffer, body, cx);
        if let Some(at) = self.at() {
            bar::draw(buffer, padded(below, 1), &at, cx);
        }
    }
}
