//! How the run screen is drawn: its panes, beside each other or stacked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::artifact::{Face, Kind};
use super::shown::{self, Asked, Look};
use super::{Focus, MEASURE, RunScreen, bar, steps, versions};
use crate::tui::cx::Cx;
use crate::tui::review::{Review, View};
use crate::tui::screens::parts::{empty, padded, split_left, split_top};
use crate::tui::views::RunView;
use crate::tui::widgets::Pane;

impl RunScreen {
    /// Draws all of it.
    pub(super) fn draw_panes(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let (lists, result, side) = self.panes(area);
        if let Some(lists) = lists {
            self.draw_lists(buffer, lists, cx);
        }
        self.draw_result(buffer, result, cx);
        if let Some(side) = side {
            let glyphs = &cx.theme.glyphs;
            let more = match self.side.more() {
                (_, true) => glyphs.more_below,
                (true, false) => glyphs.more_above,
                _ => "",
            };
            let focused = self.focus == Focus::Side;
            let inside = Pane::new("Notes").bottom(more).focused(focused).draw(buffer, side, &cx.theme);
            self.side.draw(buffer, padded(inside, 1), &cx.theme);
        }
    }

    /// The panes: steps and versions, the result, what was said.
    fn panes(&self, area: Rect) -> (Option<Rect>, Rect, Option<Rect>) {
        match area.width {
            0..60 => match self.focus {
                Focus::Steps | Focus::Versions => {
                    let (lists, result) = split_top(area, area.height / 2);
                    (Some(lists), result, None)
                }
                Focus::Side => {
                    let (result, side) = split_top(area, area.height / 2);
                    (None, result, Some(side))
                }
                Focus::Result if area.height < 24 => (None, area, None),
                Focus::Result => {
                    let (lists, result) = split_top(area, area.height / 4);
                    (Some(lists), result, None)
                }
            },
            // Two texts need the room of all panes.
            _ if self.focus == Focus::Result && self.wants_sides() => (None, area, None),
            60..100 => {
                let (left, result) = split_left(area, (area.width / 3).clamp(20, 32));
                if self.focus == Focus::Side {
                    (None, result, Some(left))
                } else {
                    (Some(left), result, None)
                }
            }
            wide => {
                let (lists, rest) = split_left(area, (wide / 4).clamp(26, 44));
                let (result, side) = split_left(rest, rest.width - (wide / 4).clamp(26, 52));
                (Some(lists), result, Some(side))
            }
        }
    }

    fn draw_lists(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let Some(view) = self.view.clone() else {
            Pane::new("Steps").draw(buffer, area, &cx.theme);
            return;
        };
        if !self.has_versions() {
            return self.draw_steps(buffer, area, &view, cx);
        }
        // Where there is no room for both, the one with the focus is there.
        if area.height < 12 {
            return match self.focus {
                Focus::Versions => self.draw_versions(buffer, area, &view, cx),
                _ => self.draw_steps(buffer, area, &view, cx),
            };
        }
        let rows = (self.steps.len() as u16 + 2).min(area.height / 2);
        let (above, below) = split_top(area, rows.max(4));
        self.draw_steps(buffer, above, &view, cx);
        self.draw_versions(buffer, below, &view, cx);
    }

    fn draw_steps(&mut self, buffer: &mut Buffer, area: Rect, view: &RunView, cx: &Cx) {
        let focused = self.focus == Focus::Steps;
        let row = &view.detail.run;
        let inside = Pane::new("Steps").right(&row.state).focused(focused).draw(buffer, area, &cx.theme);
        let rows: Vec<_> = steps::rows(&view.state).collect();
        self.steps.set_len(rows.len());
        self.steps.draw(buffer, inside, &cx.theme, focused, |row, pen| {
            steps::draw(pen, &view.state, rows[row], cx);
            true
        });
    }

    fn draw_versions(&mut self, buffer: &mut Buffer, area: Rect, view: &RunView, cx: &Cx) {
        let focused = self.focus == Focus::Versions;
        let chosen = match self.look {
            Some(Look::Version(at)) => Some(at),
            _ => None,
        };
        versions::draw(&mut self.versions, buffer, area, view, focused, chosen, cx);
    }

    fn draw_result(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let focused = self.focus == Focus::Result;
        let (title, note) = (self.title(cx), self.note(cx, area.width < 60));
        let is_data = matches!(self.face(), Some(Face::Data(..)));
        let place = match self.prose.hits().filter(|_| !is_data) {
            Some((at, all)) => {
                format!("{at} of {all} hits {} {}", theme.glyphs.separator, self.prose.place())
            }
            None if is_data => String::new(),
            None => self.prose.place(),
        };
        let inside = Pane::new(&title).right(&note).bottom(&place).focused(focused).draw(buffer, area, theme);
        let Some(shown) = self.shown.as_ref().filter(|_| self.view.is_some()) else {
            return empty(buffer, inside, theme, &[theme.glyphs.ellipsis]);
        };
        let (text, bar) = split_top(inside, inside.height.saturating_sub(bar::height(inside)));
        match self.face() {
            Some(Face::Data(..)) => self.outline.draw(buffer, padded(text, 1), theme, focused),
            Some(_) if self.wants_sides() && area.width >= 60 => {
                self.sides.draw(buffer, padded(text, 1), theme);
            }
            Some(_) => {
                let beside =
                    if text.width > 50 { (text.width.saturating_sub(MEASURE) / 2).max(2) } else { 0 };
                self.prose.draw(buffer, padded(text, beside), theme);
            }
            None => empty(buffer, text, theme, &[nothing(&shown.asked)]),
        }
        if let Some(at) = self.at() {
            bar::draw(buffer, bar, &at, cx, focused);
        }
    }

    fn title(&self, cx: &Cx) -> String {
        let name = match &self.look {
            Some(Look::Step(step)) => step.to_string(),
            Some(Look::Version(at)) => match self.view.as_ref().and_then(|v| shown::version(v, *at)) {
                Some(version) => format!("{} {} {}", version.label, cx.theme.glyphs.separator, version.title),
                None => format!("v{}", at + 1),
            },
            Some(Look::Revision(id)) => match self.view.as_ref().and_then(|v| v.state.revision(id)) {
                Some((step, revision)) => format!("earlier: {} {}", step.name, revision.number),
                None => "earlier".into(),
            },
            None => "Run".into(),
        };
        let faces = self.shown.as_ref().map_or(0, |s| s.faces.len());
        let way = match self.changes_as {
            View::Result if self.review_shown().is_some() => Some("result"),
            _ => self.face().map(Face::kind).filter(|_| faces > 1).map(Kind::name),
        };
        match way {
            Some(way) => format!("{name} {} {way}", cx.theme.glyphs.separator),
            None => name,
        }
    }

    fn note(&self, cx: &Cx, is_narrow: bool) -> String {
        match self.face() {
            Some(Face::Changes { .. }) if self.reviewing.is_some() => {
                let place = if is_narrow { Review::place_in_short } else { Review::place };
                self.review_shown().map(place).unwrap_or_default()
            }
            Some(Face::Changes { .. }) => format!("+{} -{} words", self.changes.0, self.changes.1),
            Some(Face::Text(text)) => {
                let words = crate::analysis::count_words(text);
                let live = self.shown.as_ref().filter(|s| s.is_live).and_then(|s| s.step.as_ref());
                let started = live.and_then(|step| cx.live_text_of_run(self.run.as_ref()?, step));
                match started {
                    Some(live) => format!("{words} words, {} s", cx.now.ms_since(live.started_at) / 1000),
                    None => format!("{words} words"),
                }
            }
            _ => match self.refused.len() {
                0 => String::new(),
                n => format!("{n} refused"),
            },
        }
    }
}

/// What stands where there is nothing to see.
fn nothing(asked: &Asked) -> &'static str {
    match asked {
        Asked::Working { .. } => "No text yet.",
        Asked::Need(_) => "No text.",
        Asked::Settled(None) => "It was gone without.",
        Asked::Waiting => "Not started yet.",
        Asked::Gate { .. } | Asked::Settled(Some(_)) | Asked::Earlier => "",
    }
}
