//! A run of any workflow about a text or a book: its steps and versions, the result that is looked at with the
//! decision bar below it, and what was said about it.

mod artifact;
mod bar;
mod decide;
mod draw;
mod entries;
mod reviewing;
mod shown;
mod side;
mod steps;
mod versions;

use std::collections::HashSet;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::doc::DocView;
use super::{Screen, Tab, coherence_of};
use crate::domain::{RevisionId, RunId, StepName};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::{Effect, Told};
use crate::tui::notices::Tone;
use crate::tui::purpose::Purpose;
use crate::tui::review::View;
use crate::tui::views::{Ask, RunView};
use crate::tui::widgets::{List, Outline, Prose, Sides};
use artifact::{Face, Kind};
use decide::At;
use reviewing::Reviewing;
use shown::{Asked, Look, Shown};

/// The scopes in which keys decide.
const STACK: &[Scope] = &[Scope::RunGate, Scope::Run, Scope::Reader, Scope::Global];
/// The same, where there is something to take or refuse.
const TAKING: &[Scope] = &[Scope::Changes, Scope::RunGate, Scope::Run, Scope::Reader, Scope::Global];
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
    /// What `shown` was made of, where nothing of that is still to come: a long text is not read at every key.
    made_of: Option<(Arc<RunView>, Look, HashSet<usize>)>,
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
    /// How changes are looked at.
    changes_as: View,
    sides: Sides,
    /// The changes that can be taken or refused.
    reviewing: Option<Reviewing>,
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
        let is_same = self.made_of.as_ref().is_some_and(|(of, at, refused)| {
            Arc::ptr_eq(of, &view) && *at == look && *refused == self.refused
        });
        if is_same {
            let step = self.shown.as_ref().and_then(|s| s.step.as_ref());
            self.side.set(side::doc(&view, step, cx));
            return self.lay(cx);
        }
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
        let is_whole = !matches!(shown.asked, Asked::Working { .. }) && self.has_all_texts(cx);
        self.made_of = is_whole.then(|| (view, look, self.refused.clone()));
        self.shown = Some(shown);
        self.compare();
        self.lay(cx);
    }

    /// Whether every text that it draws from is here.
    fn has_all_texts(&self, cx: &Cx) -> bool {
        self.wants(cx).iter().all(|ask| match ask {
            Ask::Text(hash) => cx.views.text(hash).is_some(),
            _ => true,
        })
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
            Some(Look::Revision(_)) | None => {}
        }
    }

    /// The way to look at it that the author chose last, or the first one there is.
    fn face(&self) -> Option<&Face> {
        let faces = &self.shown.as_ref()?.faces;
        faces.iter().find(|f| Some(f.kind()) == self.kind).or_else(|| faces.first())
    }

    fn lay(&mut self, cx: &Cx) {
        let revision = self.shown.as_ref().and_then(|s| s.revision.clone());
        let Some(face) = self.face() else {
            self.laid = None;
            self.prose = Prose::default();
            return;
        };
        let is_laid = |(look, of, laid): &(_, _, Face)| *look == self.look && *of == revision && laid == face;
        if self.laid.as_ref().is_some_and(is_laid) {
            return;
        }
        let new = (self.look.clone(), revision, face.clone());
        let is_same = self.laid.as_ref().is_some_and(|(look, revision, face)| {
            *look == new.0 && *revision == new.1 && face.kind() == new.2.kind()
        });
        if !is_same {
            self.prose = Prose::default().with_measure(MEASURE);
            self.outline.reset();
        }
        match &new.2 {
            Face::Text(text) => self.prose.set_text(text),
            Face::Changes { before, after } => self.lay_changes(before, after, cx),
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
        Some(At { view, shown, version, refused: &self.refused, review: self.review_shown() })
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

    /// Goes from an earlier revision back to what its step stands with.
    fn look_at_step(&mut self) {
        let step = self.shown.as_ref().and_then(|s| s.step.clone());
        self.look = step.map(Look::Step).or_else(|| self.look.take());
    }

    /// Takes or refuses the suggestion that is chosen, and goes to the next.
    fn mark(&mut self, refuse: bool) -> Vec<Effect> {
        let chosen = self.outline.selected().and_then(|e| entries::suggestion_of(&e.key));
        let is_open = self.at().is_some_and(|at| at.has_suggestions());
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
}

impl Screen for RunScreen {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        match self.focus {
            Focus::Steps | Focus::Versions => &[Scope::Run, Scope::List, Scope::Global],
            Focus::Result if self.at().is_some_and(|at| decide::offers(Action::TakeChange, &at)) => TAKING,
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
        if let Look::Revision(id) = look
            && let Some((step, revision)) = view.state.revision(id)
        {
            wanted.push(Ask::Text(revision.text.hash.clone()));
            wanted.extend(shown::previous(step, revision).cloned().map(Ask::Text));
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
        if let Some(effects) = self.review(action, cx) {
            return effects;
        }
        let mut effects = Vec::new();
        match action {
            Action::NextPane => self.turn(true),
            Action::PreviousPane => self.turn(false),
            Action::Open if matches!(self.focus, Focus::Steps | Focus::Versions) => {
                self.focus = Focus::Result;
            }
            Action::Close if self.focus != Focus::Result => self.focus = Focus::Result,
            Action::Close if self.prose.hits().is_some() => self.prose.search(""),
            Action::Close if matches!(self.look, Some(Look::Revision(_))) => self.look_at_step(),
            Action::Close => return vec![Effect::Back],
            Action::ShowCoherence => return vec![Effect::Go(Tab::Coherence)],
            Action::CycleDiff => self.cycle(cx),
            Action::TakeChange | Action::RefuseChange => effects = self.mark(action == Action::RefuseChange),
            Action::Search => return vec![Effect::Write(Purpose::Find, String::new())],
            action => match self.at().and_then(|at| decide::act(action, &at, cx)) {
                Some(decided) => {
                    // After a word of the author's the run is followed to where it stands then.
                    let speaks = decided.iter().any(|e| matches!(e, Effect::Order(_) | Effect::Write(..)));
                    if speaks && matches!(self.look, Some(Look::Revision(_))) {
                        self.look_at_step();
                    }
                    self.follows |= speaks && action.decides() && matches!(self.look, Some(Look::Step(_)));
                    return decided;
                }
                None => self.act_in_pane(action),
            },
        }
        self.refresh(cx);
        effects
    }

    fn told(&mut self, told: Told, cx: &Cx) -> Vec<Effect> {
        match told {
            Told::OwnWords(change, words) => self.put_words(change, words, cx),
            Told::Revision(revision) => {
                (self.look, self.follows) = (Some(Look::Revision(revision)), false);
                self.refresh(cx);
            }
            Told::Passage(_) | Told::Dropped(_) => {}
        }
        Vec::new()
    }

    fn find(&mut self, words: &str) {
        self.focus = Focus::Result;
        self.prose.search(words.trim());
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        self.draw_panes(buffer, area, cx);
    }

    fn shows_live_run(&self, runs: &[RunId], _: &Cx) -> bool {
        self.run.as_ref().is_some_and(|run| runs.contains(run))
    }

    fn has_clock(&self, _: &Cx) -> bool {
        self.view.as_ref().is_some_and(|v| !v.state.is_at_rest())
    }
}
