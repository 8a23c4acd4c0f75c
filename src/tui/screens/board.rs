//! The chapters of a book and their pages, by state.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pages;
use super::parts::{age, badges, count, empty, label, padded, share, split_left, split_top, state};
use super::{Screen, Tab};
use crate::domain::PageId;
use crate::domain::page::compose;
use crate::store::rows::{ChapterRow, PageDetail, PageRow};
use crate::tui::action::{Action, Scope};
use crate::tui::cx::Cx;
use crate::tui::effect::{Effect, Move};
use crate::tui::overlays::Stale;
use crate::tui::theme::Role;
use crate::tui::views::Ask;
use crate::tui::widgets::{List, Pane, Pen, Prose};

/// The rows from which on the beginning of the chosen page's text is shown too: a little of it, for it is painted
/// anew with every step.
const PREVIEW_FROM: u16 = 26;

/// The screen of chapters and pages.
#[derive(Debug, Default)]
pub struct Board {
    chapters: List,
    pages: List,
    in_chapters: bool,
    preview: Prose,
    previewed: Option<Arc<PageDetail>>,
}

impl Board {
    fn move_pages(&self, action: Action, cx: &Cx) -> Option<Move> {
        let height = self.pages.window().len().max(1) as i64;
        Some(match action {
            Action::Down => Move::Pages(1),
            Action::Up => Move::Pages(-1),
            Action::HalfDown => Move::Pages((height / 2).max(1)),
            Action::HalfUp => Move::Pages(-(height / 2).max(1)),
            Action::PageDown => Move::Pages(height),
            Action::PageUp => Move::Pages(-height),
            Action::Top if cx.here.at > 0 => Move::To(cx.here.chapter, 0),
            Action::Top => Move::End(false),
            Action::Bottom => {
                let last = cx.here.chapter_row(&cx.views).map_or(0, |c| c.pages.saturating_sub(1));
                if cx.here.at < last { Move::To(cx.here.chapter, last) } else { Move::End(true) }
            }
            _ => return None,
        })
    }

    fn move_chapters(&self, action: Action, cx: &Cx) -> Option<Move> {
        let height = self.chapters.window().len().max(1) as i64;
        let last = cx.here.chapters(&cx.views).len().saturating_sub(1) as u32;
        Some(match action {
            Action::Down => Move::Chapters(1),
            Action::Up => Move::Chapters(-1),
            Action::HalfDown => Move::Chapters((height / 2).max(1)),
            Action::HalfUp => Move::Chapters(-(height / 2).max(1)),
            Action::PageDown => Move::Chapters(height),
            Action::PageUp => Move::Chapters(-height),
            Action::Top => Move::To(0, 0),
            Action::Bottom => Move::To(last, 0),
            _ => return None,
        })
    }

    fn draw_chapters(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let chapters = cx.here.chapters(&cx.views);
        let note = count(chapters.len() as u64);
        let inside =
            Pane::new("Chapters").right(&note).focused(self.in_chapters).draw(buffer, area, &cx.theme);
        self.chapters.set_len(chapters.len());
        self.chapters.select(cx.here.chapter as usize);
        self.chapters.draw(buffer, inside, &cx.theme, self.in_chapters, |row, pen| {
            draw_chapter(pen, &chapters[row], cx);
            true
        });
    }

    fn draw_pages(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let Some(chapter) = cx.here.chapter_row(&cx.views) else {
            let inside = Pane::new("Pages").focused(!self.in_chapters).draw(buffer, area, theme);
            let key = cx.key(self.scopes(cx), Action::NewChapter);
            let words = format!("{key} starts the first chapter.");
            let known = cx.here.book.as_ref().is_some_and(|b| cx.views.chapters(b).is_some());
            if known {
                empty(buffer, inside, theme, &["No chapter yet.", &words]);
            }
            return;
        };
        let title = format!("{} {} {}", chapter.number, theme.glyphs.separator, chapter.title);
        let note = format!("{}/{} approved", chapter.approved, chapter.pages);
        let inside = Pane::new(&title).right(&note).focused(!self.in_chapters).draw(buffer, area, theme);
        if chapter.pages == 0 {
            let keys = [Action::NewPage, Action::PastePages].map(|a| cx.key(self.scopes(cx), a));
            let words = format!("{} adds one; {} makes several of pasted beats.", keys[0], keys[1]);
            return empty(buffer, inside, theme, &["No page yet.", &words]);
        }
        self.pages.set_len(chapter.pages as usize);
        self.pages.select(cx.here.at as usize);
        self.pages.draw(buffer, inside, theme, !self.in_chapters, |row, pen| {
            let page = pages::page_in_chapter(cx, row);
            if let Some(page) = page {
                draw_page(pen, page, cx);
            }
            page.is_some()
        });
    }
}

impl Board {
    /// The text of the chosen page, below the list of its chapter.
    fn draw_preview(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        let theme = &cx.theme;
        let detail = cx.here.page.as_ref().and_then(|page| cx.views.page(page));
        let row = cx.here.page_row(&cx.views);
        let number = row.map(|p| p.number.to_string()).unwrap_or_default();
        let title = row.map(|p| format!("Page {number} {}", p.title)).unwrap_or_default();
        let inside = Pane::new(title.trim_end()).draw(buffer, area, theme);
        let (Some(detail), Some(_)) = (detail, row) else { return };
        let is_shown = self.previewed.as_ref().is_some_and(|shown| Arc::ptr_eq(shown, detail));
        if !is_shown {
            self.preview = Prose::text(&reading(detail)).with_measure(78);
            self.previewed = Some(Arc::clone(detail));
        }
        self.preview.draw(buffer, padded(inside, 2), theme);
    }
}

/// The page as far as it is written; before that, its beat.
fn reading(detail: &PageDetail) -> String {
    match (&detail.narration, &detail.beat) {
        (Some(narration), _) => compose(&narration.text, detail.dialogue.as_ref().map(|d| d.text.as_str())),
        (None, Some(beat)) => beat.clone(),
        (None, None) => String::new(),
    }
}

impl Screen for Board {
    fn scopes(&self, _: &Cx) -> &'static [Scope] {
        &[Scope::Board, Scope::List, Scope::Global]
    }

    fn offers(&self, action: Action, cx: &Cx) -> bool {
        match action {
            Action::Open | Action::Rename | Action::Trash | Action::MoveUp | Action::MoveDown => {
                if self.in_chapters {
                    cx.here.chapter_row(&cx.views).is_some()
                } else {
                    cx.here.page_row(&cx.views).is_some()
                }
            }
            action => pages::offers(action, cx),
        }
    }

    fn wants(&self, cx: &Cx) -> Vec<Ask> {
        let mut wanted = pages::wants(cx);
        wanted.extend(pages::near(cx));
        wanted
    }

    fn act(&mut self, action: Action, cx: &Cx) -> Vec<Effect> {
        let moved =
            if self.in_chapters { self.move_chapters(action, cx) } else { self.move_pages(action, cx) };
        if let Some(moved) = moved {
            return vec![Effect::Move(moved)];
        }
        match action {
            Action::ShowStale => {
                let list = cx.here.book.clone().map(|book| Effect::Open(Box::new(Stale::new(book))));
                return list.into_iter().collect();
            }
            Action::NextPane | Action::PreviousPane => self.in_chapters = !self.in_chapters,
            Action::Left => self.in_chapters = true,
            Action::Right => self.in_chapters = false,
            Action::Open | Action::Close if self.in_chapters => self.in_chapters = false,
            Action::Open if cx.here.page_row(&cx.views).is_some() => return vec![Effect::Go(Tab::Desk)],
            action => {
                let chosen = if self.in_chapters {
                    pages::act_on_chapter(action, cx)
                } else {
                    pages::act_on_page(action, cx)
                };
                return chosen.or_else(|| pages::act(action, cx)).unwrap_or_default();
            }
        }
        Vec::new()
    }

    fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx) {
        if area.width < 60 {
            let (above, below) = split_top(area, (area.height / 3).max(4));
            self.draw_chapters(buffer, above, cx);
            self.draw_pages(buffer, below, cx);
            return;
        }
        let (left, right) = split_left(area, (area.width / 3).clamp(24, 52));
        self.draw_chapters(buffer, left, cx);
        if area.height < PREVIEW_FROM {
            return self.draw_pages(buffer, right, cx);
        }
        let (pages, preview) = split_top(right, right.height - (right.height / 5).min(16));
        self.draw_pages(buffer, pages, cx);
        self.draw_preview(buffer, preview, cx);
    }

    fn shows_live(&self, pages: &[PageId], cx: &Cx) -> bool {
        let window = self.pages.window();
        window.filter_map(|row| pages::page_in_chapter(cx, row)).any(|p| pages.contains(&p.id))
    }
}

fn draw_chapter(pen: &mut Pen, chapter: &ChapterRow, cx: &Cx) {
    pen.right(Role::Dim, " ");
    for (role, text) in badges(chapter, &cx.theme.glyphs).into_iter().rev() {
        pen.right(role, &text).right(Role::Dim, " ");
    }
    pen.right_column(Role::Dim, &format!("{}/{}", chapter.approved, chapter.pages), 6);
    pen.number(Role::Dim, &chapter.number.to_string(), 3).skip(1);
    if pen.room() >= 20 {
        pen.bar(Role::PageApproved, share(chapter.approved, chapter.pages), 5).skip(1);
    }
    pen.put(Role::Text, &chapter.title);
}

fn draw_page(pen: &mut Pen, page: &PageRow, cx: &Cx) {
    let wide = pen.room();
    let (glyph, role, words) = state(page, &cx.theme.glyphs);
    if wide >= 90 {
        pen.right(Role::Dim, " ").right_column(Role::Dim, &age(cx.now, page.updated_at), 11);
    }
    if wide >= 70 {
        pen.right_column(Role::Dim, &format!("{:#}", page.spent), 9);
        let requests = format!("{}/{}", page.revision_requests, page.revision_limit);
        let role = if page.revision_requests >= page.revision_limit { Role::Warning } else { Role::Dim };
        pen.right_column(role, &requests, 6);
    }
    let live = cx.live.get(&page.id).and_then(|l| l.first());
    match live {
        Some(live) => {
            pen.right_column(Role::Streaming, &format!("{} w", crate::analysis::count_words(&live.text)), 9)
        }
        None if page.words == 0 => pen.right_column(Role::Dim, "", 9),
        None => pen.right_column(Role::Dim, &format!("{} w", count(page.words.into())), 9),
    };
    if wide >= 48 {
        pen.right_words(role, words, 17).right(Role::Dim, " ");
    }
    if page.stale > 0 {
        let words = if wide >= 60 {
            format!("{} stale ", cx.theme.glyphs.stale)
        } else {
            cx.theme.glyphs.stale.to_owned()
        };
        pen.right(Role::Warning, &words);
    }
    pen.number(Role::Dim, &page.number.to_string(), 4).skip(1).put(role, glyph).skip(1);
    if page.title.is_empty() {
        pen.put(Role::Dim, if page.beat.is_empty() { "no beat yet" } else { label(page) });
    } else {
        pen.put(Role::Text, &page.title);
        if wide >= 110 && !page.beat.is_empty() {
            pen.skip(2).put(Role::Dim, &page.beat);
        }
    }
}
