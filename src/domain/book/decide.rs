//! The rules of a book.

use unicode_width::UnicodeWidthChar as _;

use super::{Book, BookCommand, BookEvent, Chapter, Page};
use crate::domain::{BookId, BookSettings, ChapterId, PageId, Refusal};

/// The longest title, in characters.
pub const MOST_TITLE: usize = 300;

/// The highest limit of revision requests that is a setting; a page's own may be raised beyond it.
pub const MAX_REVISION_REQUESTS: u32 = 1000;

/// Begins a book.
pub fn create(book: BookId, title: &str, settings: BookSettings) -> Result<BookEvent, Refusal> {
    check_settings(&settings)?;
    Ok(BookEvent::BookCreated { book, title: checked_title(title, false)?, settings })
}

/// Decides a command on a book.
pub fn decide(book: &Book, command: BookCommand) -> Result<Vec<BookEvent>, Refusal> {
    if book.trashed && command != BookCommand::BringBack {
        return Err(Refusal::Trashed);
    }
    let event = match command {
        BookCommand::Rename { title } => BookEvent::BookRenamed { title: checked_title(&title, false)? },
        BookCommand::ChangeSettings { settings } => {
            check_settings(&settings)?;
            BookEvent::SettingsChanged { settings }
        }
        BookCommand::Trash => BookEvent::BookTrashed,
        BookCommand::BringBack if !book.trashed => {
            return Err(Refusal::NotTrashed { what: "the book".into() });
        }
        BookCommand::BringBack => BookEvent::BookBroughtBack,
        BookCommand::AddChapter { title, position } => BookEvent::ChapterAdded {
            chapter: ChapterId::nth(&book.id, book.chapters.len() as u32 + 1),
            title: checked_title(&title, false)?,
            index: index_of(&book.chapters, position)?,
        },
        BookCommand::Waive { finding, reason } => BookEvent::FindingWaived {
            finding: checked_title(&finding, false)?,
            reason: checked_reason(&reason)?,
        },
        BookCommand::Unwaive { finding } if !book.waivers.contains_key(&finding) => {
            return Err(Refusal::NotFound { what: "waiver of finding", id: finding });
        }
        BookCommand::Unwaive { finding } => BookEvent::FindingUnwaived { finding },
        BookCommand::RenameChapter { chapter, title } => {
            book.open_chapter(&chapter)?;
            BookEvent::ChapterRenamed { chapter, title: checked_title(&title, false)? }
        }
        BookCommand::MoveChapter { chapter, position } => {
            book.open_chapter(&chapter)?;
            let others: Vec<&Chapter> = book.chapters.iter().filter(|c| c.id != chapter).collect();
            BookEvent::ChapterMoved { chapter, index: index_of(&others, Some(position))? }
        }
        BookCommand::TrashChapter { chapter } => {
            book.open_chapter(&chapter)?;
            BookEvent::ChapterTrashed { chapter }
        }
        BookCommand::BringBackChapter { chapter } => match book.chapter(&chapter) {
            None => return Err(Refusal::NotFound { what: "chapter", id: chapter.to_string() }),
            Some(c) if !c.trashed => return Err(Refusal::NotTrashed { what: chapter.to_string() }),
            Some(_) => BookEvent::ChapterBroughtBack { chapter },
        },
        BookCommand::AddPage { chapter, run, title, position } => {
            let found = book.open_chapter(&chapter)?;
            BookEvent::PageAdded {
                page: PageId::nth(&chapter, found.pages_made + 1),
                run,
                title: checked_title(&title, true)?,
                index: index_of(&found.pages, position)?,
                chapter,
            }
        }
        BookCommand::RenamePage { page, title } => {
            book.open_page(&page)?;
            BookEvent::PageRenamed { page, title: checked_title(&title, true)? }
        }
        BookCommand::MovePage { page, chapter, position } => {
            book.open_page(&page)?;
            let target = book.open_chapter(&chapter)?;
            let others: Vec<&Page> = target.pages.iter().filter(|p| p.id != page).collect();
            BookEvent::PageMoved { page, index: index_of(&others, Some(position))?, chapter }
        }
        BookCommand::TrashPage { page } => {
            book.open_page(&page)?;
            BookEvent::PageTrashed { page }
        }
        BookCommand::BringBackPage { page } => match book.page(&page) {
            None => return Err(Refusal::NotFound { what: "page", id: page.to_string() }),
            Some((chapter, _)) if chapter.trashed => return Err(Refusal::Trashed),
            Some((_, p)) if !p.trashed => return Err(Refusal::NotTrashed { what: page.to_string() }),
            Some(_) => BookEvent::PageBroughtBack { page },
        },
    };
    Ok(vec![event])
}

impl Book {
    fn open_chapter(&self, id: &ChapterId) -> Result<&Chapter, Refusal> {
        match self.chapter(id) {
            None => Err(Refusal::NotFound { what: "chapter", id: id.to_string() }),
            Some(chapter) if chapter.trashed => Err(Refusal::Trashed),
            Some(chapter) => Ok(chapter),
        }
    }

    fn open_page(&self, id: &PageId) -> Result<&Page, Refusal> {
        match self.page(id) {
            None => Err(Refusal::NotFound { what: "page", id: id.to_string() }),
            Some((chapter, page)) if chapter.trashed || page.trashed => Err(Refusal::Trashed),
            Some((_, page)) => Ok(page),
        }
    }
}

/// What can lie in the trash among its neighbours.
trait Trashable {
    fn is_trashed(&self) -> bool;
}
impl Trashable for Chapter {
    fn is_trashed(&self) -> bool {
        self.trashed
    }
}
impl Trashable for Page {
    fn is_trashed(&self) -> bool {
        self.trashed
    }
}
impl<T: Trashable> Trashable for &T {
    fn is_trashed(&self) -> bool {
        (*self).is_trashed()
    }
}

/// Turns a position as the author counts (from 1, without the trash) into an index among all.
fn index_of<T: Trashable>(all: &[T], position: Option<usize>) -> Result<usize, Refusal> {
    let Some(position) = position else { return Ok(all.len()) };
    let last = 1 + all.iter().filter(|one| !one.is_trashed()).count();
    if !(1..=last).contains(&position) {
        let reason = format!("goes from 1 to {last} here, and is {position}");
        return Err(Refusal::Invalid { field: "position", reason });
    }
    let mut seen = 0;
    for (index, one) in all.iter().enumerate() {
        if !one.is_trashed() {
            seen += 1;
            if seen >= position {
                return Ok(index);
            }
        }
    }
    Ok(all.len())
}

/// The longest reason of a waiver, in characters.
const MOST_REASON: usize = 2000;

fn checked_reason(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    let invalid = |reason: String| Refusal::Invalid { field: "reason", reason };
    if reason.is_empty() {
        return Err(invalid("say why it may pass".into()));
    }
    if reason.chars().count() > MOST_REASON {
        return Err(invalid(format!("at most {MOST_REASON} characters are kept")));
    }
    Ok(reason.to_owned())
}

fn checked_title(title: &str, may_be_empty: bool) -> Result<String, Refusal> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let invalid = |reason: String| Refusal::Invalid { field: "title", reason };
    // Characters without width, such as U+200B, make a title that nobody sees.
    let is_unseen = |c: char| c.is_whitespace() || c.width().unwrap_or(0) == 0;
    if title.chars().all(is_unseen) && !(title.is_empty() && may_be_empty) {
        return Err(invalid("a title is needed, of characters that can be seen".into()));
    }
    if title.chars().count() > MOST_TITLE {
        return Err(invalid(format!("at most {MOST_TITLE} characters are taken")));
    }
    Ok(title)
}

fn check_settings(settings: &BookSettings) -> Result<(), Refusal> {
    if !(20..=5000).contains(&settings.words_per_page) {
        return Err(Refusal::Invalid { field: "words_per_page", reason: "goes from 20 to 5,000".into() });
    }
    if settings.budget.is_some_and(|b| b.nanos() < 0) {
        return Err(Refusal::Invalid { field: "budget", reason: "cannot be below zero".into() });
    }
    if settings.revision_requests.is_some_and(|limit| limit > MAX_REVISION_REQUESTS) {
        let reason = format!("goes from 0 to {MAX_REVISION_REQUESTS}");
        return Err(Refusal::Invalid { field: "revision_requests", reason });
    }
    for (field, text) in [
        ("language", &settings.language),
        ("point_of_view", &settings.point_of_view),
        ("tense", &settings.tense),
    ] {
        if text.chars().count() > MOST_TITLE {
            return Err(Refusal::Invalid {
                field,
                reason: format!("at most {MOST_TITLE} characters are taken"),
            });
        }
    }
    if settings.style_notes.len() > 64 * 1024 {
        return Err(Refusal::Invalid { field: "style_notes", reason: "at most 64 KB are taken".into() });
    }
    settings.front.check()
}
