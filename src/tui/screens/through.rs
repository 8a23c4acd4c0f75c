//! A chapter read through as one text.

use std::fmt::Write as _;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Screen;
use super::parts::{count, empty, padded};
use crate::analysis::count_words;
use crate::domain::ChapterId;
use crate::store::rows::PageText;
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::{Effect, Move};
use crate::tui::purpose::Purpose;
use crate::tui::views::Ask;
use crate::tui::widgets::{Pane, Prose};

/// The columns that are good to read in.
const MEASURE: u16 = 78;

/// The screen that a chapter is read on.
#[derive(Debug, Default)]
pub struct Through {
    chapter: Option<ChapterId>,
    read: Option<Arc<Vec<PageText>>>,
    prose: Prose,
    words: u64,
}

impl Screen for Through {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        &[Scope::Desk, Scope::Reader, Scope::Global]
    }

    fn offers(&self, action: Action, _: &Cx) -> bool {
        use Action as A;
        !matches!(
            action,
            A::NewPage
                | A::EditBeat
                | A::CycleDiff
                | A::NextChange
                | A::ShowContext
                | A::PeekCanon
                | A::ShowLessons
        )
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        cx.here.chapter_row(&cx.views).map(|c| Ask::Through(c.id.clone())).into_iter().collect()
    }

    fn settle(&mut self, cx: &Cx) {
        let Some(chapter) = cx.here.chapter_row(&cx.views) else { return };
        if self.chapter.as_ref() != Some(&chapter.id) {
            *self = Self {
                chapter: Some(chapter.id.clone()),
                prose: Prose::default().with_measure(MEASURE),
                ..Self::default()
            };
        }
        let Some(pages) = cx.views.through(&chapter.id) else { return };
        if self.read.as_ref().is_none_or(|read| !Arc::ptr_eq(read, pages)) {
            let text = as_one(pages, cx.theme.glyphs.border.horizontal_top);
            self.words = pages.iter().map(|p| count_words(&p.text)).sum();
            self.prose.set_text(&text);
            self.read = Some(Arc::clone(pages));
        }
    }

    fn enter(&mut self, cx: &Cx) {
        self.settle(cx);
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        match action {
            Action::Close if self.prose.hits().is_some() => self.prose.search(""),
            Action::Close | Action::ReadChapter => return vec![Effect::Back],
            Action::NextPane => return vec![Effect::Move(Move::Chapters(1))],
            Action::PreviousPane => return vec![Effect::Move(Move::Chapters(-1))],
            Action::Search => return vec![Effect::Write(Purpose::Find, String::new())],
            action => {
                let _ = (self.prose.act(action), cx);
            }
        }
        Vec::new()
    }

    fn find(&mut self, words: &str) {
        self.prose.search(words.trim());
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let chapter = cx.here.chapter_row(&cx.views);
        let title = chapter
            .map(|c| format!("{} {} {}", c.number, theme.glyphs.separator, c.title))
            .unwrap_or_default();
        let words = format!("{} words", count(self.words));
        let place = self.prose.place();
        let inside = Pane::new(&title).right(&words).bottom(&place).focused(true).draw(buffer, area, theme);
        if self.read.as_ref().is_some_and(|pages| pages.is_empty()) {
            return empty(buffer, inside, theme, &["No page of this chapter has a text yet."]);
        }
        let beside = inside.width.saturating_sub(MEASURE) / 2;
        self.prose.draw(buffer, padded(inside, beside.clamp(1, 40)), theme);
    }
}

/// The pages one after the other, each under its number and title.
fn as_one(pages: &[PageText], rule: &str) -> String {
    let mut text = String::new();
    for page in pages {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let title = if page.title.is_empty() { String::new() } else { format!(" {}", page.title) };
        let state = if page.state == "page_approved" { "" } else { " (not approved yet)" };
        let _ = write!(text, "{rule}{rule} {}{title}{state}\n\n{}", page.number, page.text.trim_end());
    }
    text
}
