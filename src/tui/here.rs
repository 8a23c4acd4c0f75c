//! Where the author is: a book, and a place among its chapters and pages. Board and desk move the same place.

use super::effect::Move;
use super::views::Views;
use crate::domain::{BookId, ChapterId, PageId};
use crate::store::rows::{ChapterRow, PageRow};

/// A place in a book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Here {
    /// The book.
    pub book: Option<BookId>,
    /// The chapter's place, from 0.
    pub chapter: u32,
    /// The page's place in the chapter, from 0.
    pub at: u32,
    /// The page, once it is known which one stands there. It is followed when it moves.
    pub page: Option<PageId>,
    /// The chapter. It is followed when it moves, and awaited when it is not there yet.
    pub in_chapter: Option<ChapterId>,
    /// The chapter was just made, and is on its way.
    awaited: bool,
}

impl Here {
    /// The beginning of a book.
    #[must_use]
    pub fn in_book(book: BookId) -> Self {
        Self { book: Some(book), ..Self::default() }
    }

    /// The chapters of the book.
    #[must_use]
    pub fn chapters<'v>(&self, views: &'v Views) -> &'v [ChapterRow] {
        self.book.as_ref().and_then(|b| views.chapters(b)).unwrap_or_default()
    }

    /// The chapter.
    #[must_use]
    pub fn chapter_row<'v>(&self, views: &'v Views) -> Option<&'v ChapterRow> {
        self.chapters(views).get(self.chapter as usize)
    }

    /// The page's place in the book, from 0; of an empty chapter, where its first page would stand.
    #[must_use]
    pub fn index(&self, views: &Views) -> u32 {
        first_of(self.chapters(views), self.chapter) + self.at
    }

    /// The row of the page that stands at this place.
    #[must_use]
    pub fn page_row<'v>(&self, views: &'v Views) -> Option<&'v PageRow> {
        let chapter = self.chapter_row(views).filter(|c| self.at < c.pages)?;
        views.page_at(self.book.as_ref()?, self.index(views)).filter(|p| p.chapter == chapter.id)
    }

    /// Moves. The page is known at once where its row is at hand.
    pub fn go(&mut self, to: Move, views: &Views) {
        let chapters = self.chapters(views);
        if chapters.is_empty() {
            return;
        }
        let last = chapters.len() as u32 - 1;
        match to {
            Move::Pages(by) => self.step(by, chapters),
            Move::Chapters(by) => {
                self.chapter = (i64::from(self.chapter) + by).clamp(0, i64::from(last)) as u32;
                self.at = 0;
            }
            Move::End(false) => (self.chapter, self.at) = (0, 0),
            Move::End(true) => {
                self.chapter = last;
                self.at = chapters[last as usize].pages.saturating_sub(1);
            }
            Move::To(chapter, at) => {
                self.chapter = chapter.min(last);
                self.at = at.min(chapters[self.chapter as usize].pages.saturating_sub(1));
            }
        }
        self.in_chapter = self.chapter_row(views).map(|c| c.id.clone());
        self.awaited = false;
        self.page = self.page_row(views).map(|p| p.id.clone());
    }

    /// Goes to the beginning of a chapter, as soon as it is there.
    pub fn go_to_chapter(&mut self, chapter: Option<ChapterId>) {
        (self.in_chapter, self.at, self.page, self.awaited) = (chapter, 0, None, true);
    }

    /// Steps page by page; an empty chapter is a step too, so that one can get there.
    fn step(&mut self, by: i64, chapters: &[ChapterRow]) {
        let mut left = by.unsigned_abs();
        while left > 0 {
            let pages = chapters[self.chapter as usize].pages;
            if by > 0 {
                let room = u64::from(pages.saturating_sub(1).saturating_sub(self.at));
                if left <= room {
                    self.at += left as u32;
                    return;
                }
                if self.chapter as usize + 1 == chapters.len() {
                    self.at = pages.saturating_sub(1);
                    return;
                }
                left -= room + 1;
                (self.chapter, self.at) = (self.chapter + 1, 0);
            } else {
                if left <= u64::from(self.at) {
                    self.at -= left as u32;
                    return;
                }
                if self.chapter == 0 {
                    self.at = 0;
                    return;
                }
                left -= u64::from(self.at) + 1;
                self.chapter -= 1;
                self.at = chapters[self.chapter as usize].pages.saturating_sub(1);
            }
        }
    }

    /// Follows the page to where it stands now, or learns which page stands here. True where something changed.
    pub fn settle(&mut self, views: &Views) -> bool {
        let before = self.clone();
        let chapters = self.chapters(views);
        if let Some(page) = self.page.as_ref().and_then(|id| views.page(id)).map(|d| &d.page) {
            if self.book.as_ref() != Some(&page.book) {
                *self = Self { page: self.page.clone(), ..Self::in_book(page.book.clone()) };
            } else if page.trashed {
                self.page = None;
            } else {
                self.in_chapter = Some(page.chapter.clone());
                self.at = page.number.saturating_sub(1);
            }
        }
        let chapters = if before.book == self.book { chapters } else { self.chapters(views) };
        if chapters.is_empty() {
            return *self != before;
        }
        if let Some(id) = &self.in_chapter {
            match chapters.iter().position(|c| c.id == *id) {
                Some(found) => (self.chapter, self.awaited) = (found as u32, false),
                None if self.awaited => return *self != before,
                None => self.in_chapter = None,
            }
        }
        self.chapter = self.chapter.min(chapters.len() as u32 - 1);
        let chapter = &chapters[self.chapter as usize];
        self.in_chapter.get_or_insert_with(|| chapter.id.clone());
        self.at = self.at.min(chapter.pages.saturating_sub(1));
        if self.page.is_none() {
            self.page = self.page_row(views).map(|p| p.id.clone());
        }
        *self != before
    }
}

/// The place in the book of a chapter's first page.
#[must_use]
pub fn first_of(chapters: &[ChapterRow], chapter: u32) -> u32 {
    chapters.iter().take(chapter as usize).map(|c| c.pages).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::views::{Answer, Ask};

    fn views(pages: &[u32]) -> Views {
        let book = BookId::new("b");
        let chapters = pages.iter().zip(1..).map(|(pages, number)| ChapterRow {
            owner: String::new(),
            id: ChapterId::nth(&book, number),
            book: book.clone(),
            number,
            title: String::new(),
            pages: *pages,
            approved: 0,
            reviewing: 0,
            waiting: 0,
            generating: 0,
            words: 0,
            spent: crate::domain::Spending::default(),
            trashed: false,
        });
        let mut views = Views::default();
        views.take(Ask::Chapters(book.clone()), 0, Answer::Chapters(chapters.collect()));
        views
    }

    #[test]
    fn steps_go_on_in_the_next_chapter_and_stop_at_either_end() {
        let views = views(&[2, 0, 3]);
        let mut here = Here::in_book(BookId::new("b"));
        let mut places = Vec::new();
        for _ in 0..6 {
            places.push((here.chapter, here.at));
            here.go(Move::Pages(1), &views);
        }
        assert_eq!(places, [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (2, 2)]);
        here.go(Move::Pages(-3), &views);
        assert_eq!((here.chapter, here.at, here.index(&views)), (1, 0, 2));
        here.go(Move::Pages(-99), &views);
        assert_eq!((here.chapter, here.at), (0, 0));
        here.go(Move::End(true), &views);
        assert_eq!((here.chapter, here.at, here.index(&views)), (2, 2, 4));
    }

    #[test]
    fn a_place_that_is_gone_becomes_the_nearest_one() {
        let mut here = Here { chapter: 7, at: 9, ..Here::in_book(BookId::new("b")) };
        assert!(here.settle(&views(&[2, 3])));
        assert_eq!((here.chapter, here.at), (1, 2));
    }
}
