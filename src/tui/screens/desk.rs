//! The desk: the pages beside the text beside what was said about it, and the decision bar pinned below.

mod bar;
mod decide;
mod marking;
mod reviewing;
mod shown;
mod side;
mod stale;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Screen;
use super::doc::DocView;
use super::pages;
use super::parts::{empty, padded, split_left, split_top};
use crate::domain::ids::AttemptId;
use crate::domain::{PageId, RevisionId};
use crate::engine::Conducting;
use crate::engine::Unasked;
use crate::store::rows::PageDetail;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::{Effect, Move, Told};
use crate::tui::overlays::{Context, Lessons, Peek};
use crate::tui::purpose::Purpose;
use crate::tui::review::View;
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::{List, Pane, Pen, Prose, Sides};
use marking::Marking;
use reviewing::Reviewing;
use shown::{Shown, Texts, partial, texts};

pub use stale::ask_anew;

/// The columns that are good to read in.
const MEASURE: u16 = 78;

/// A pane of the desk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Focus {
    Tree,
    #[default]
    Text,
    Side,
}

/// The screen one works on a page in.
#[derive(Debug)]
pub struct Desk {
    focus: Focus,
    tree: List,
    prose: Prose,
    side: DocView,
    /// What is on the screen; decisions speak of it, and of nothing that came since.
    detail: Option<Arc<PageDetail>>,
    shown: Shown,
    drawn: Texts,
    /// What another process has written, as of its last second.
    elsewhere: Option<Arc<str>>,
    view: View,
    changes: (u64, u64),
    /// The changes that can be taken or refused.
    reviewing: Option<Reviewing>,
    /// What was changed though only passages were to be.
    unasked: Option<Unasked>,
    /// The revision that was compared, and how many passages were locked then.
    of: Option<RevisionId>,
    locked: usize,
    sides: Sides,
    marking: Marking,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            focus: Focus::Text,
            tree: List::default(),
            prose: Prose::default(),
            side: DocView::default(),
            detail: None,
            shown: Shown::Loading,
            drawn: Texts::default(),
            elsewhere: None,
            view: View::Clean,
            changes: (0, 0),
            reviewing: None,
            unasked: None,
            of: None,
            locked: 0,
            sides: Sides::default(),
            marking: Marking::default(),
        }
    }
}

impl Desk {
    /// Takes what is loaded to the screen. A text that arrives on the same page leaves the reader where they are.
    fn refresh(&mut self, cx: &Cx) {
        let loaded = cx.here.page.as_ref().and_then(|page| cx.views.page(page)).cloned();
        let page_changed = !shown::is_same_page(self.detail.as_ref(), cx.here.page.as_ref());
        if page_changed {
            self.prose = Prose::default().with_measure(MEASURE);
            self.side.reset();
            self.drawn = Texts::default();
            self.reviewing = None;
            self.unasked = None;
            self.marking = Marking::default();
        }
        self.shown = loaded.as_ref().map_or(Shown::Loading, |d| Shown::of(d));
        self.detail = loaded;
        let Some(detail) = self.detail.clone() else { return };
        match self.written_elsewhere(cx) {
            Some((attempt, second)) => {
                if let Some(text) = cx.views.draft(&attempt, second) {
                    self.elsewhere = Some(Arc::clone(text));
                }
            }
            None => self.elsewhere = None,
        }
        let new = texts(&detail, &self.shown, self.elsewhere.as_deref(), cx);
        let revision = self.own_text().map(|made| made.revision.id.clone());
        self.marking.follow(revision.as_ref());
        if new != self.drawn || page_changed || revision != self.of || detail.locks.len() != self.locked {
            self.drawn = new;
            self.of = revision;
            self.locked = detail.locks.len();
            self.compare();
            if self.reviewing.is_none() && matches!(self.view, View::Sides | View::Result) {
                self.view = View::Inline;
            }
            self.lay(cx);
        }
        self.side.set(side::doc(&detail, &self.shown, &self.marking.list, cx));
    }

    /// The attempt that another process writes, and the second it is looked at.
    fn written_elsewhere(&self, cx: &Cx) -> Option<(AttemptId, i64)> {
        let Shown::Working { step, queued: false } = &self.shown else { return None };
        let detail = self.detail.as_ref()?;
        let attempt = detail.steps.iter().find(|s| s.step == *step)?.attempt.clone()?;
        let here = cx.live_text(&detail.page.id, step).is_some() || cx.conducting == Conducting::Here;
        (!here).then_some((attempt, cx.now.0 / 1000))
    }

    fn panes(&self, area: Rect) -> (Option<Rect>, Rect, Option<Rect>) {
        match area.width {
            0..60 => self.stacked(area),
            // Two texts need the room of all panes.
            _ if self.view == View::Sides && self.is_reviewing() => (None, area, None),
            60..100 => {
                let (text, rest) = split_left(area, area.width - (area.width / 3).clamp(20, 32));
                if self.focus == Focus::Tree { (Some(rest), text, None) } else { (None, text, Some(rest)) }
            }
            wide => {
                let (tree, rest) = split_left(area, (wide / 5).clamp(22, 44));
                let (text, side) = split_left(rest, rest.width - (wide * 27 / 100).clamp(28, 60));
                (Some(tree), text, Some(side))
            }
        }
    }

    /// One below the other; what has the focus gets its room.
    fn stacked(&self, area: Rect) -> (Option<Rect>, Rect, Option<Rect>) {
        match self.focus {
            Focus::Tree => {
                let (tree, text) = split_top(area, area.height / 2);
                (Some(tree), text, None)
            }
            Focus::Side => {
                let (text, side) = split_top(area, area.height / 2);
                (None, text, Some(side))
            }
            Focus::Text if area.height < 24 => (None, area, None),
            Focus::Text => {
                let (text, side) = split_top(area, area.height - area.height / 4);
                (None, text, Some(side))
            }
        }
    }

    fn draw_tree(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let chapter = cx.here.chapter_row(&cx.views);
        let title = chapter
            .map(|c| format!("{} {} {}", c.number, cx.theme.glyphs.separator, c.title))
            .unwrap_or_default();
        let note = chapter.map(|c| format!("{}/{}", c.approved, c.pages)).unwrap_or_default();
        let focused = self.focus == Focus::Tree;
        let inside = Pane::new(&title).bottom(&note).focused(focused).draw(buffer, area, &cx.theme);
        self.tree.set_len(chapter.map_or(0, |c| c.pages as usize));
        self.tree.select(cx.here.at as usize);
        self.tree.draw(buffer, inside, &cx.theme, focused, |row, pen| {
            let page = pages::page_in_chapter(cx, row);
            if let Some(page) = page {
                pages::draw_short(pen, page, cx);
            }
            page.is_some()
        });
    }

    fn draw_text(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let focused = self.focus == Focus::Text;
        let title = self.title(cx);
        let note = self.text_note(cx);
        let place = match self.prose.hits() {
            Some((at, all)) => {
                format!("{at} of {all} hits {} {}", theme.glyphs.separator, self.prose.place())
            }
            None => self.prose.place(),
        };
        let inside = Pane::new(&title).right(&note).bottom(&place).focused(focused).draw(buffer, area, theme);
        let Some(detail) = self.detail.clone() else {
            let words = if cx.here.page.is_some() { theme.glyphs.ellipsis } else { "No page is chosen." };
            return empty(buffer, inside, theme, &[words]);
        };
        let rows = bar::height(inside, &self.shown);
        let (text, bar) = split_top(inside, inside.height.saturating_sub(rows));
        if self.drawn.text.trim().is_empty() {
            bar::draw_empty(buffer, text, &detail, &self.shown, cx);
        } else {
            let beside = if text.width > 50 { (text.width.saturating_sub(MEASURE) / 2).max(2) } else { 0 };
            if self.view == View::Sides && self.reviewing.is_some() && area.width >= 60 {
                self.sides.draw(buffer, padded(text, 1), theme);
            } else {
                self.prose.draw(buffer, padded(text, beside), theme);
            }
        }
        let unasked = self.unasked().map_or(0, |u| u.outside.len());
        let more = bar::More { unasked, passages: self.marking.list.len(), focused };
        bar::draw(buffer, bar, &detail, &self.shown, cx, more);
    }

    fn title(&self, cx: &Cx) -> String {
        let Some(page) = self.detail.as_ref().map(|d| &d.page).or_else(|| cx.here.page_row(&cx.views)) else {
            return "Desk".into();
        };
        let separator = cx.theme.glyphs.separator;
        let title =
            if page.title.is_empty() { String::new() } else { format!(" {separator} {}", page.title) };
        format!("Page {}{title}", page.number)
    }

    fn text_note(&self, cx: &Cx) -> String {
        if self.marking.select.is_some() {
            return "selecting a passage".into();
        }
        if let Some(reviewing) = self.reviewing.as_ref().filter(|_| self.shows_changes()) {
            let what = if self.view == View::Result { "what your choices make; " } else { "" };
            return format!("{what}{}", reviewing.review.place());
        }
        if self.shows_changes() {
            let (added, removed) = self.changes;
            return format!("changes +{added} -{removed} words");
        }
        match &self.shown {
            Shown::Working { step, .. } => {
                match self.detail.as_ref().and_then(|d| cx.live_text(&d.page.id, step)) {
                    Some(live) => {
                        let seconds = cx.now.ms_since(live.started_at) / 1000;
                        format!("{} words, {seconds} s", crate::analysis::count_words(&live.text))
                    }
                    None => String::new(),
                }
            }
            Shown::Gate { .. } | Shown::Approved { .. } => {
                format!("{} words", crate::analysis::count_words(&self.drawn.text))
            }
            Shown::Attention(_) if !self.drawn.text.is_empty() => "partial text".into(),
            _ => String::new(),
        }
    }

    fn move_tree(&self, action: Action) -> Option<Move> {
        let height = self.tree.window().len().max(1) as i64;
        Some(match action {
            Action::Down => Move::Pages(1),
            Action::Up => Move::Pages(-1),
            Action::HalfDown => Move::Pages((height / 2).max(1)),
            Action::HalfUp => Move::Pages(-(height / 2).max(1)),
            Action::PageDown => Move::Pages(height),
            Action::PageUp => Move::Pages(-height),
            Action::Left => Move::Chapters(-1),
            Action::Right => Move::Chapters(1),
            Action::Top => Move::End(false),
            Action::Bottom => Move::End(true),
            _ => return None,
        })
    }

    fn turn(&mut self, on: bool) {
        self.focus = match (self.focus, on) {
            (Focus::Tree, true) | (Focus::Side, false) => Focus::Text,
            (Focus::Text, true) | (Focus::Tree, false) => Focus::Side,
            (Focus::Side, true) | (Focus::Text, false) => Focus::Tree,
        };
    }
}

impl Screen for Desk {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        match self.focus {
            Focus::Tree => &[Scope::Desk, Scope::List, Scope::Global],
            Focus::Text if self.marking.select.is_some() => &[Scope::Select, Scope::Global],
            Focus::Text if self.is_reviewing() => {
                &[Scope::Changes, Scope::Gate, Scope::Desk, Scope::Reader, Scope::Global]
            }
            Focus::Text => &[Scope::Gate, Scope::Desk, Scope::Reader, Scope::Global],
            Focus::Side => &[Scope::Desk, Scope::Reader, Scope::Global],
        }
    }

    fn offers(&self, action: Action, cx: &Cx) -> bool {
        let gate = self.detail.as_ref().is_none_or(|d| decide::offers(action, d, &self.shown));
        let text = match action {
            Action::CycleDiff => self.drawn.before.is_some(),
            Action::NextChange => self.shows_changes(),
            Action::ShowLessons => self.detail.as_ref().is_some_and(|d| !d.proposals.is_empty()),
            Action::RefuseUnasked => self.unasked().is_some(),
            Action::SelectPassage => self.own_text().is_some(),
            Action::DropPassage => !self.marking.list.is_empty(),
            Action::UnlockPassage => self.locked > 0,
            _ => true,
        };
        gate && text && pages::offers(action, cx)
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let mut wanted = pages::wants(cx);
        if let Some(page) = &cx.here.page {
            wanted.push(Ask::Page(page.clone()));
        }
        wanted.extend(self.written_elsewhere(cx).map(|(attempt, second)| Ask::Draft(attempt, second)));
        if let Some(detail) = &self.detail
            && let Shown::Attention(attention) = &self.shown
        {
            wanted.extend(partial(detail, &attention.step).cloned().map(Ask::Text));
        }
        if let Some(detail) = self.detail.as_ref().filter(|d| d.page.stale > 0) {
            wanted.push(Ask::Stale(detail.page.id.clone()));
        }
        // Where the next key may lead: in the tree to a neighbour, in the text to the history.
        if self.focus == Focus::Tree {
            wanted.extend(pages::near(cx));
        } else {
            wanted.extend(cx.here.page.clone().map(Ask::History));
        }
        // It takes longer than all else, and a page that is merely passed does without.
        wanted.extend(cx.here.page.clone().filter(|_| cx.rested).map(Ask::Context));
        wanted
    }

    fn settle(&mut self, cx: &Cx) {
        self.refresh(cx);
    }

    fn enter(&mut self, cx: &Cx) {
        self.focus = Focus::Text;
        self.refresh(cx);
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        if self.focus == Focus::Text
            && let Some(effects) = self.mark(action, cx).or_else(|| self.review(action, cx))
        {
            return effects;
        }
        match action {
            Action::NextPane => self.turn(true),
            Action::PreviousPane => self.turn(false),
            Action::Close if self.focus != Focus::Text => self.focus = Focus::Text,
            Action::Close if self.prose.hits().is_some() => self.prose.search(""),
            Action::Open if self.focus == Focus::Tree => self.focus = Focus::Text,
            Action::CycleDiff => {
                self.focus = Focus::Text;
                return self.review(action, cx).unwrap_or_default();
            }
            Action::ShowContext => return self.context(),
            Action::ShowLessons => return self.lessons(),
            Action::PeekCanon => return self.peek(),
            Action::Search if self.focus != Focus::Tree => {
                return vec![Effect::Write(Purpose::Find, String::new())];
            }
            action => return self.act_in_pane(action, cx),
        }
        Vec::new()
    }

    fn told(&mut self, told: Told, cx: &Cx) -> Vec<Effect> {
        let effects = match told {
            Told::Passage(marked) => {
                self.marking.select = None;
                self.marking.put(marked)
            }
            Told::Dropped(at) => self.marking.drop(at),
            Told::Revision(_) => Vec::new(),
            Told::OwnWords(change, words) => {
                if let Some(reviewing) = &mut self.reviewing {
                    reviewing.review.put(change, words);
                }
                Vec::new()
            }
        };
        self.lay(cx);
        effects
    }

    fn recalls(&self) -> Option<String> {
        self.marking.recalls()
    }

    fn recall(&mut self, kept: Option<&str>, cx: &Cx) {
        self.marking.recall(kept);
        if !self.marking.list.is_empty() {
            self.lay(cx);
            if let Some(detail) = &self.detail {
                self.side.set(side::doc(detail, &self.shown, &self.marking.list, cx));
            }
        }
    }

    fn find(&mut self, words: &str) {
        self.focus = Focus::Text;
        self.prose.search(words.trim());
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let (tree, text, side) = self.panes(area);
        if let Some(tree) = tree {
            self.draw_tree(buffer, tree, cx);
        }
        self.draw_text(buffer, text, cx);
        if let Some(side) = side {
            let theme = &cx.theme;
            let more = match self.side.more() {
                (_, true) => theme.glyphs.more_below,
                (true, false) => theme.glyphs.more_above,
                _ => "",
            };
            let inside =
                Pane::new("Notes").bottom(more).focused(self.focus == Focus::Side).draw(buffer, side, theme);
            self.side.draw(buffer, padded(inside, 1), theme);
        }
    }

    fn shows_live(&self, pages: &[PageId], cx: &Cx) -> bool {
        let shown = cx.here.page.as_ref().is_some_and(|p| pages.contains(p));
        let mut tree = self.tree.window().filter_map(|row| pages::page_in_chapter(cx, row));
        shown || tree.any(|p| pages.contains(&p.id))
    }

    fn has_clock(&self, _: &Cx) -> bool {
        matches!(self.shown, Shown::Working { .. })
    }
}

impl Desk {
    /// What an agent is given for this page, and what the revision on the screen was made from.
    fn context(&self) -> Vec<Effect> {
        let Some(detail) = &self.detail else { return Vec::new() };
        let revision = match &self.shown {
            Shown::Gate { revision, .. } => Some(revision.clone()),
            Shown::Approved { revision, .. } => revision.clone(),
            _ => detail.narration.as_ref().map(|n| n.revision.id.clone()),
        };
        vec![Effect::Open(Box::new(Context::new(detail.page.id.clone(), revision)))]
    }

    /// What the edits of this page taught.
    fn lessons(&self) -> Vec<Effect> {
        let Some(detail) = &self.detail else { return Vec::new() };
        if detail.proposals.is_empty() {
            let words = "no open suggestions from your edits of this page";
            return vec![Effect::Say(crate::tui::notices::Tone::News, words.into())];
        }
        vec![Effect::Open(Box::new(Lessons::new(detail.page.id.clone())))]
    }

    /// The canon that is named on this page.
    fn peek(&self) -> Vec<Effect> {
        let Some(detail) = &self.detail else { return Vec::new() };
        let beat = detail.beat.as_deref().unwrap_or_default();
        let peek = Peek::new(detail.page.book.clone(), beat, &self.drawn.text);
        vec![Effect::Open(Box::new(peek))]
    }

    fn act_in_pane(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        match self.focus {
            Focus::Tree => {
                if let Some(to) = self.move_tree(action) {
                    return vec![Effect::Move(to)];
                }
            }
            Focus::Text => {
                if let Some(effects) =
                    self.detail.as_ref().and_then(|d| decide::act(action, d, &self.shown, cx))
                {
                    return effects;
                }
                if self.prose.act(action) {
                    return Vec::new();
                }
            }
            Focus::Side => {
                if self.side.act(action) {
                    return Vec::new();
                }
            }
        }
        pages::act(action, cx).unwrap_or_default()
    }
}

/// Writes a line of keys and what they do.
fn keys(pen: &mut Pen, cx: &Cx, stack: &[Scope], actions: &[(Action, &str)]) {
    for (action, label) in actions {
        let key = cx.key(stack, *action);
        if !key.is_empty() {
            pen.put(Role::Key, &key).put(Role::Dim, " ").put(Role::Dim, label).skip(2);
        }
    }
}
