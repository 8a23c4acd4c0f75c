//! A book: its chapters and pages, their names and their order. What is on a page is its run's affair.

pub mod decide;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use decide::{MAX_REVISION_REQUESTS, decide};

use super::{BookId, BookSettings, ChapterId, PageId, RunId, Time};

/// The state of a book, from its events.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    /// Its id.
    pub id: BookId,
    /// Its title.
    pub title: String,
    /// Its settings.
    pub settings: BookSettings,
    /// It is in the trash.
    pub trashed: bool,
    /// Findings of tools that the author lets pass for good, with the reason, by their ids.
    pub waivers: BTreeMap<String, String>,
    /// Chapters in the author's order, those in the trash at the places they had.
    pub chapters: Vec<Chapter>,
    /// Number of the last event applied.
    pub seq: u64,
    /// When it was made.
    pub created_at: Time,
    /// When its last event happened.
    pub updated_at: Time,
}

/// A chapter of a book.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter {
    /// Its id.
    pub id: ChapterId,
    /// Its title.
    pub title: String,
    /// It is in the trash.
    pub trashed: bool,
    /// Pages in the author's order, those in the trash at the places they had.
    pub pages: Vec<Page>,
    /// Pages ever made in it: the next one's id follows.
    pub pages_made: u32,
    /// When it was made.
    pub created_at: Time,
}

/// A page, as its book knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its id.
    pub id: PageId,
    /// Its title; empty when it has none.
    pub title: String,
    /// Its run.
    pub run: RunId,
    /// It is in the trash.
    pub trashed: bool,
    /// When it was made.
    pub created_at: Time,
}

/// A command to a book. Positions count from 1 among what is not in the trash; none means last.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum BookCommand {
    /// Renames the book.
    Rename { title: String },
    /// Replaces the settings.
    ChangeSettings { settings: BookSettings },
    /// Puts the book into the trash.
    Trash,
    /// Brings the book back.
    BringBack,
    /// Adds a chapter.
    AddChapter { title: String, position: Option<usize> },
    /// Renames a chapter.
    RenameChapter { chapter: ChapterId, title: String },
    /// Moves a chapter.
    MoveChapter { chapter: ChapterId, position: usize },
    /// Puts a chapter and its pages into the trash.
    TrashChapter { chapter: ChapterId },
    /// Brings a chapter back.
    BringBackChapter { chapter: ChapterId },
    /// Adds a page that this run makes.
    AddPage { chapter: ChapterId, run: RunId, title: String, position: Option<usize> },
    /// Renames a page.
    RenamePage { page: PageId, title: String },
    /// Moves a page, also to another chapter.
    MovePage { page: PageId, chapter: ChapterId, position: usize },
    /// Puts a page into the trash.
    TrashPage { page: PageId },
    /// Brings a page back.
    BringBackPage { page: PageId },
    /// Lets a finding of a tool pass for good, for a reason.
    Waive { finding: String, reason: String },
    /// Lets it count again.
    Unwaive { finding: String },
}

/// An event of a book. Positions count from 0 and include what is in the trash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum BookEvent {
    /// The book was made. Always the first event.
    BookCreated { book: BookId, title: String, settings: BookSettings },
    /// It has another title.
    BookRenamed { title: String },
    /// It has other settings.
    SettingsChanged { settings: BookSettings },
    /// It went to the trash.
    BookTrashed,
    /// It came back.
    BookBroughtBack,
    /// A chapter was made.
    ChapterAdded { chapter: ChapterId, title: String, index: usize },
    /// A chapter has another title.
    ChapterRenamed { chapter: ChapterId, title: String },
    /// A chapter stands elsewhere.
    ChapterMoved { chapter: ChapterId, index: usize },
    /// A chapter went to the trash.
    ChapterTrashed { chapter: ChapterId },
    /// A chapter came back.
    ChapterBroughtBack { chapter: ChapterId },
    /// A page was made.
    PageAdded { page: PageId, chapter: ChapterId, run: RunId, title: String, index: usize },
    /// A page has another title.
    PageRenamed { page: PageId, title: String },
    /// A page stands elsewhere.
    PageMoved { page: PageId, chapter: ChapterId, index: usize },
    /// A page went to the trash.
    PageTrashed { page: PageId },
    /// A page came back.
    PageBroughtBack { page: PageId },
    /// The author lets a finding pass for good.
    FindingWaived { finding: String, reason: String },
    /// The author lets it count again.
    FindingUnwaived { finding: String },
}

impl Book {
    /// Begins a book from its first event; none when that is not [`BookEvent::BookCreated`].
    #[must_use]
    pub fn start(event: &BookEvent, at: Time) -> Option<Self> {
        let BookEvent::BookCreated { book, title, settings } = event else { return None };
        Some(Self {
            id: book.clone(),
            title: title.clone(),
            settings: settings.clone(),
            trashed: false,
            waivers: BTreeMap::new(),
            chapters: Vec::new(),
            seq: 1,
            created_at: at,
            updated_at: at,
        })
    }

    /// Applies the next event.
    pub fn apply(&mut self, event: &BookEvent, at: Time) {
        self.seq += 1;
        self.updated_at = at;
        match event {
            BookEvent::BookCreated { .. } => {}
            BookEvent::BookRenamed { title } => self.title.clone_from(title),
            BookEvent::SettingsChanged { settings } => self.settings = settings.clone(),
            BookEvent::BookTrashed => self.trashed = true,
            BookEvent::BookBroughtBack => self.trashed = false,
            BookEvent::ChapterAdded { chapter, title, index } => {
                let chapter = Chapter {
                    id: chapter.clone(),
                    title: title.clone(),
                    trashed: false,
                    pages: Vec::new(),
                    pages_made: 0,
                    created_at: at,
                };
                self.chapters.insert((*index).min(self.chapters.len()), chapter);
            }
            BookEvent::ChapterRenamed { chapter, title } => {
                self.with_chapter(chapter, |c| c.title.clone_from(title));
            }
            BookEvent::ChapterMoved { chapter, index } => {
                if let Some(from) = self.chapters.iter().position(|c| c.id == *chapter) {
                    let moved = self.chapters.remove(from);
                    self.chapters.insert((*index).min(self.chapters.len()), moved);
                }
            }
            BookEvent::ChapterTrashed { chapter } => self.with_chapter(chapter, |c| c.trashed = true),
            BookEvent::ChapterBroughtBack { chapter } => self.with_chapter(chapter, |c| c.trashed = false),
            BookEvent::PageAdded { page, chapter, run, title, index } => {
                let page = Page {
                    id: page.clone(),
                    title: title.clone(),
                    run: run.clone(),
                    trashed: false,
                    created_at: at,
                };
                self.with_chapter(chapter, |c| {
                    c.pages_made += 1;
                    c.pages.insert((*index).min(c.pages.len()), page);
                });
            }
            BookEvent::PageRenamed { page, title } => self.with_page(page, |p| p.title.clone_from(title)),
            BookEvent::PageMoved { page, chapter, index } => {
                let taken = self.chapters.iter_mut().find_map(|c| {
                    let from = c.pages.iter().position(|p| p.id == *page)?;
                    Some(c.pages.remove(from))
                });
                if let Some(moved) = taken {
                    self.with_chapter(chapter, |c| c.pages.insert((*index).min(c.pages.len()), moved));
                }
            }
            BookEvent::PageTrashed { page } => self.with_page(page, |p| p.trashed = true),
            BookEvent::PageBroughtBack { page } => self.with_page(page, |p| p.trashed = false),
            BookEvent::FindingWaived { finding, reason } => {
                self.waivers.insert(finding.clone(), reason.clone());
            }
            BookEvent::FindingUnwaived { finding } => {
                self.waivers.remove(finding);
            }
        }
    }

    /// Returns a chapter.
    #[must_use]
    pub fn chapter(&self, id: &ChapterId) -> Option<&Chapter> {
        self.chapters.iter().find(|c| c.id == *id)
    }

    /// Returns a page and the chapter it stands in.
    #[must_use]
    pub fn page(&self, id: &PageId) -> Option<(&Chapter, &Page)> {
        self.chapters.iter().find_map(|c| c.pages.iter().find(|p| p.id == *id).map(|p| (c, p)))
    }

    /// Returns the runs of pages that are in the trash, themselves or with their chapter or book.
    pub fn paused_runs(&self) -> impl Iterator<Item = &RunId> {
        self.runs(true)
    }

    /// Returns the runs of pages that are not in the trash.
    pub fn active_runs(&self) -> impl Iterator<Item = &RunId> {
        self.runs(false)
    }

    fn runs(&self, trashed: bool) -> impl Iterator<Item = &RunId> {
        self.chapters.iter().flat_map(move |c| {
            c.pages
                .iter()
                .filter(move |p| (self.trashed || c.trashed || p.trashed) == trashed)
                .map(|p| &p.run)
        })
    }

    fn with_chapter(&mut self, id: &ChapterId, change: impl FnOnce(&mut Chapter)) {
        if let Some(chapter) = self.chapters.iter_mut().find(|c| c.id == *id) {
            change(chapter);
        }
    }

    fn with_page(&mut self, id: &PageId, change: impl FnOnce(&mut Page)) {
        if let Some(page) = self.chapters.iter_mut().flat_map(|c| &mut c.pages).find(|p| p.id == *id) {
            change(page);
        }
    }
}
