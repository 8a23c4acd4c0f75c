//! A run of any workflow about a text or a book: its steps and versions, the result that is looked at with the
//! decision bar below it, and what was said about it.

mod artifact;
mod bar;
mod decide;
mod entries;
mod shown;
mod side;
mod steps;
mod versions;

use std::collections::HashSet;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::doc::DocView;
use super::parts::{empty, padded, split_left, split_top};
use super::{Screen, Tab, coherence_of};
use crate::analysis::clean;
use crate::analysis::diff::Diff;
use crate::domain::{RevisionId, RunId, StepName};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::notices::Tone;
use crate::tui::purpose::Purpose;
use crate::tui::views::{Ask, RunView};
use crate::tui::widgets::{List, Outline, Pane, Prose};
use artifact::{Face, Kind};
use decide::At;
use shown::{Asked, Look, Shown};

/// The scopes in which keys decide.
const STACK: &[Scope] = &[Scope::RunGate, Scope::Run, Scope::Reader, Scope::Global];
/// The columns that are good to read in.
const MEASURE: u16 = 78;

/// A pane of the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Focus {
    Steps,
    Versions,
    #[default]
    Result,
    Side,
}

/// The screen of a run.
#[derive(Debug, Default)]
pub struct RunScreen {
    focus: Focus,
    /// What is on the screen; decisions speak of it, and of nothing that came since.
    view: Option<Arc<RunView>>,
    run: Option<RunId>,
    look: Option<Look>,
    shown: Option<Shown>,
    /// The steps are followed as the run goes on, until the author looks at another.
    follows: bool,
    steps: List,
    versions: List,
    /// The way to look that the author chose last.
    kind: Option<Kind>,
    laid: Option<(Option<Look>, Option<RevisionId>, Face)>,
    prose: Prose,
    outline: Outline,
    side: DocView,
    changes: (u64, u64),
    /// The suggestions that are refused, and the report that they stand in.
    refused: HashSet<usize>,
    refused_of: Option<RevisionId>,
    /// What another process has written, as of its last second.
    elsewhere: Option<Arc<str>>,
}

impl RunScreen {
    /// Takes what is loaded to the screen.
    fn refresh(&mut self, cx: &Cx) {
        if self.run != cx.run {
            *self = Self { run: cx.run.clone(), follows: true, kind: self.kind, ..Self::default() };
        }
        self.view = cx.run.as_ref().and_then(|run| cx.views.run(run)).cloned();
        let Some(view) = self.view.clone() else { return };
        self.steps.set_len(steps::rows(&view.state).count());
        self.versions.set_len(view.state.versions.len());
        self.follow(&view);
        let Some(look) = self.look.clone() else { return };
        match shown::written_elsewhere(&look, &view, cx) {
            Some((attempt, second)) => {
                if let Some(text) = cx.views.draft(&attempt, second) {
                    self.elsewhere = Some(Arc::clone(text));
                }
            }
            None => self.elsewhere = None,
        }
        let shown = Shown::of(&look, &view, &self.refused, self.elsewhere.as_deref(), cx);
        // A refusal belongs to the report that it was said of.
        if shown.revision.is_some() && shown.revision != self.refused_of {
            self.refused_of.clone_from(&shown.revision);
            if !self.refused.is_empty() {
                self.refused.clear();
                self.shown = Some(shown);
                return self.refresh(cx);
            }
        }
        self.side.set(side::doc(&view, shown.step.as_ref(), cx));
        self.shown = Some(shown);
        self.lay();
    }

    /// Chooses what is looked at, at first and while the run is followed.
    fn follow(&mut self, view: &RunView) {
        let run = &view.state;
        if self.follows || self.look.is_none() {
            self.look = Some(match run.first_unsettled() {
                Some(step) => Look::Step(step.name.clone()),
                None if !run.versions.is_empty() => Look::Version(versions::best(view)),
                None => {
                    Look::Step(steps::rows(run).last().map_or_else(|| StepName::new(""), |s| s.name.clone()))
                }
            });
        }
        match &self.look {
            Some(Look::Step(name)) => {
                if let Some(row) = steps::rows(run).position(|s| s.name == *name) {
                    self.steps.select(row);
                }
            }
            Some(Look::Version(at)) => self.versions.select(*at),
            None => {}
        }
    }

    /// The way to look at it that the author chose last, or the first one there is.
    fn face(&self) -> Option<&Face> {
        let faces = &self.shown.as_ref()?.faces;
        faces.iter().find(|f| Some(f.kind()) == self.kind).or_else(|| faces.first())
    }

    fn lay(&mut self) {
        let Some(face) = self.face().cloned() else {
            self.laid = None;
            self.prose = Prose::default();
            return;
        };
        let revision = self.shown.as_ref().and_then(|s| s.revision.clone());
        let new = (self.look.clone(), revision, face);
        if self.laid.as_ref() == Some(&new) {
            return;
        }
        let is_same = self.laid.as_ref().is_some_and(|(look, revision, face)| {
            *look == new.0 && *revision == new.1 && face.kind() == new.2.kind()
        });
        if !is_same {
            self.prose = Prose::default().with_measure(MEASURE);
            self.outline.reset();
        }
        match &new.2 {
            Face::Text(text) => self.prose.set_text(text),
            Face::Changes { before, after } => {
                let diff = Diff::new(&clean(before), &clean(after));
                self.changes = diff.words();
                self.prose.set_diff(&diff);
            }
            Face::Data(_, entries) => self.outline.set(entries.clone()),
        }
        self.laid = Some(new);
    }

    /// What a key speaks of.
    fn at(&self) -> Option<At<'_>> {
        let (view, shown) = (self.view.as_deref()?, self.shown.as_ref()?);
        let version = match self.look {
            Some(Look::Version(at)) => at,
            _ => {
                let own = view
                    .state
                    .versions
                    .iter()
                    .position(|v| v.revision.is_some() && v.revision == shown.revision);
                own.unwrap_or_else(|| versions::best(view))
            }
        };
        Some(At { view, shown, version, refused: &self.refused })
    }

    fn has_versions(&self) -> bool {
        self.view.as_ref().is_some_and(|v| !v.state.versions.is_empty())
    }

    fn turn(&mut self, on: bool) {
        let mut panes = vec![Focus::Steps, Focus::Versions, Focus::Result, Focus::Side];
        panes.retain(|pane| *pane != Focus::Versions || self.has_versions());
        let at = panes.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        self.focus = panes[(at + if on { 1 } else { panes.len() - 1 }) % panes.len()];
    }

    /// Looks at the row that is chosen in the list that has the focus.
    fn look_at_row(&mut self) {
        let Some(view) = &self.view else { return };
        self.look = match self.focus {
            Focus::Versions => self.versions.selected().map(Look::Version),
            _ => {
                let row = self.steps.selected();
                row.and_then(|row| steps::rows(&view.state).nth(row)).map(|s| Look::Step(s.name.clone()))
            }
        };
        self.follows = match &self.look {
            Some(Look::Step(name)) => view.state.first_unsettled().is_some_and(|s| s.name == *name),
            _ => false,
        };
    }

    /// Takes or refuses the suggestion that is chosen, and goes to the next.
    fn mark(&mut self, refuse: bool) -> Vec<Effect> {
        let chosen = self.outline.selected().and_then(|e| entries::suggestion_of(&e.key));
        let is_open = self.at().is_some_and(|at| decide::offers(Action::TakeSuggestion, &at));
        let Some(place) = chosen.filter(|_| is_open) else {
            let words = "choose a suggestion of a report that waits for you";
            return vec![Effect::Say(Tone::News, words.into())];
        };
        if refuse {
            self.refused.insert(place);
        } else {
            self.refused.remove(&place);
        }
        self.outline.select(&entries::suggestion_key(place + 1));
        Vec::new()
    }

    fn act_in_pane(&mut self, action: Action) {
        match self.focus {
            Focus::Steps => {
                if self.steps.act(action) {
                    self.look_at_row();
                }
            }
            Focus::Versions => {
                if self.versions.act(action) {
                    self.look_at_row();
                }
            }
            Focus::Side => _ = self.side.act(action),
            Focus::Result if matches!(self.face(), Some(Face::Data(..))) => _ = self.outline.act(action),
            Focus::Result => _ = self.prose.act(action),
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
        let (title, note) = (self.title(cx), self.note(cx));
        let is_data = matches!(self.face(), Some(Face::Data(..)));
        let place = match self.prose.hits().filter(|_| !is_data) {
            Some((at, all)) => {
                format!("{at} of {all} hits {} {}", theme.glyphs.separator, self.prose.place())
            }
            None if is_data => String::new(),
            None => self.prose.place(),
        };
        let inside = Pane::new(&title).right(&note).bottom(&place).focused(focused).draw(buffer, area, theme);
        let (Some(view), Some(shown)) = (self.view.clone(), self.shown.clone()) else {
            return empty(buffer, inside, theme, &[theme.glyphs.ellipsis]);
        };
        let (text, bar) = split_top(inside, inside.height.saturating_sub(bar::height(inside)));
        match self.face() {
            Some(Face::Data(..)) => self.outline.draw(buffer, padded(text, 1), theme, focused),
            Some(_) => {
                let beside =
                    if text.width > 50 { (text.width.saturating_sub(MEASURE) / 2).max(2) } else { 0 };
                self.prose.draw(buffer, padded(text, beside), theme);
            }
            None => empty(buffer, text, theme, &[nothing(&shown.asked)]),
        }
        if let Some(version) = self.at().map(|at| at.version) {
            let at = At { view: &view, shown: &shown, version, refused: &self.refused };
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
            None => "Run".into(),
        };
        let faces = self.shown.as_ref().map_or(0, |s| s.faces.len());
        match self.face().map(Face::kind).filter(|_| faces > 1) {
            Some(kind) => format!("{name} {} {}", cx.theme.glyphs.separator, kind.name()),
            None => name,
        }
    }

    fn note(&self, cx: &Cx) -> String {
        match self.face() {
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
        Asked::Working { .. } => "Nothing has come yet.",
        Asked::Need(_) => "Nothing had come.",
        Asked::Settled(None) => "It was gone without.",
        Asked::Waiting => "It has not been asked for yet.",
        Asked::Gate { .. } | Asked::Settled(Some(_)) => "",
    }
}

impl Screen for RunScreen {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        match self.focus {
            Focus::Steps | Focus::Versions => &[Scope::Run, Scope::List, Scope::Global],
            Focus::Result => STACK,
            Focus::Side => &[Scope::Run, Scope::Reader, Scope::Global],
        }
    }

    fn offers(&self, action: Action, _: &Cx) -> bool {
        let Some(at) = self.at() else { return !action.decides() };
        let is_data = matches!(self.face(), Some(Face::Data(..)));
        let here = match action {
            Action::CycleDiff => at.shown.faces.len() > 1,
            Action::ShowCoherence => coherence_of(&at.view.state).is_some(),
            Action::NextChange => matches!(self.face(), Some(Face::Changes { .. })),
            Action::Open => self.focus != Focus::Result || is_data,
            Action::Left | Action::Right => is_data,
            Action::Search => !is_data,
            _ => true,
        };
        here && decide::offers(action, &at)
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let Some(run) = cx.run.clone() else { return Vec::new() };
        let mut wanted = vec![Ask::Run(run)];
        let Some(view) = &self.view else { return wanted };
        wanted.extend(view.state.subject.page.clone().map(Ask::Page));
        let Some(look) = &self.look else { return wanted };
        if let Look::Step(name) = look {
            let step = view.state.step(name);
            if let Some((step, revision)) = step.and_then(|s| Some((s, shown::revision_of(s)?))) {
                wanted.push(Ask::Text(revision.text.hash.clone()));
                wanted.extend(shown::previous(step, revision).cloned().map(Ask::Text));
            }
            wanted.extend(shown::partial(view, name).cloned().map(Ask::Text));
        }
        let elsewhere = shown::written_elsewhere(look, view, cx);
        wanted.extend(elsewhere.map(|(attempt, second)| Ask::Draft(attempt, second)));
        wanted
    }

    fn enter(&mut self, cx: &Cx) {
        self.focus = Focus::Result;
        self.refresh(cx);
    }

    fn settle(&mut self, cx: &Cx) {
        self.refresh(cx);
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        let mut effects = Vec::new();
        match action {
            Action::NextPane => self.turn(true),
            Action::PreviousPane => self.turn(false),
            Action::Open if matches!(self.focus, Focus::Steps | Focus::Versions) => {
                self.focus = Focus::Result
            }
            Action::Close if self.focus != Focus::Result => self.focus = Focus::Result,
            Action::Close if self.prose.hits().is_some() => self.prose.search(""),
            Action::Close => return vec![Effect::Back],
            Action::CycleDiff => {
                let faces = self.shown.as_ref().map(|s| s.faces.as_slice()).unwrap_or_default();
                let kinds: Vec<Kind> = faces.iter().map(Face::kind).collect();
                let now = self.face().and_then(|f| kinds.iter().position(|k| *k == f.kind()));
                self.kind = now.map(|at| kinds[(at + 1) % kinds.len()]).or(self.kind);
            }
            Action::TakeSuggestion | Action::RefuseSuggestion => {
                effects = self.mark(action == Action::RefuseSuggestion);
            }
            Action::ShowCoherence => return vec![Effect::Go(Tab::Coherence)],
            Action::Search => return vec![Effect::Write(Purpose::Find, String::new())],
            action => match self.at().and_then(|at| decide::act(action, &at, cx)) {
                Some(decided) => {
                    // After a word of the author's the run is followed to where it stands then.
                    let speaks = decided.iter().any(|e| matches!(e, Effect::Order(_) | Effect::Write(..)));
                    self.follows |= speaks && action.decides() && matches!(self.look, Some(Look::Step(_)));
                    return decided;
                }
                None => self.act_in_pane(action),
            },
        }
        self.refresh(cx);
        effects
    }

    fn find(&mut self, words: &str) {
        self.focus = Focus::Result;
        self.prose.search(words.trim());
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
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

    fn shows_live_run(&self, runs: &[RunId], _: &Cx) -> bool {
        self.run.as_ref().is_some_and(|run| runs.contains(run))
    }

    fn has_clock(&self, _: &Cx) -> bool {
        self.view.as_ref().is_some_and(|v| !v.state.is_at_rest())
    }
}
