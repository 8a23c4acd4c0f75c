//! Books, chapters and pages as lists.

use std::collections::BTreeMap;

use rusqlite::Row;

use super::{PAGE, Read, Reader, page_row, parsed, unsigned};
use crate::domain::{BookId, ChapterId, PageId, RunId, Spending, Time};
use crate::store::rows::{BookRow, ChapterRow, PageRow};

const BOOK: &str = "SELECT b.id, b.title, b.settings, b.trashed, b.created_at,
        max(b.updated_at, coalesce(max(c.touched_at), 0)), count(c.id), coalesce(sum(c.pages), 0),
        coalesce(sum(c.approved), 0), coalesce(sum(c.reviewing), 0), coalesce(sum(c.waiting), 0),
        coalesce(sum(c.generating), 0), coalesce(sum(c.words), 0), b.owner
    FROM books b LEFT JOIN chapters c ON c.book = b.id AND c.trashed = 0";

const CHAPTER: &str =
    "SELECT id, book, number, title, pages, approved, reviewing, waiting, generating, words, trashed, owner
    FROM chapters";

impl Reader {
    /// Books, the one touched last first.
    pub fn books(&self, include_trashed: bool) -> Read<Vec<BookRow>> {
        let sql = format!("{BOOK} WHERE b.trashed <= ?1 GROUP BY b.id ORDER BY 6 DESC, b.id");
        let mut books = self.all(&sql, [include_trashed], book_row)?;
        let mut spent = self.spent_of_each(None)?;
        for book in &mut books {
            book.spent = spent.remove(book.id.as_str()).unwrap_or_default();
        }
        Ok(books)
    }

    /// One book.
    pub fn book(&self, id: &BookId) -> Read<Option<BookRow>> {
        let sql = format!("{BOOK} WHERE b.id = ?1 GROUP BY b.id");
        let Some(book) = self.all(&sql, [id.as_str()], book_row)?.pop() else { return Ok(None) };
        Ok(Some(BookRow { spent: self.book_spent(id)?, ..book }))
    }

    /// A book's chapters in the author's order.
    pub fn chapters(&self, book: &BookId, include_trashed: bool) -> Read<Vec<ChapterRow>> {
        let sql = format!("{CHAPTER} WHERE book = ?1 AND trashed <= ?2 ORDER BY position");
        let mut chapters = self.all(&sql, (book.as_str(), include_trashed), chapter_row)?;
        let mut spent = self.spent_of_each(Some(book))?;
        for chapter in &mut chapters {
            chapter.spent = spent.remove(chapter.id.as_str()).unwrap_or_default();
        }
        Ok(chapters)
    }

    /// One chapter.
    pub fn chapter(&self, id: &ChapterId) -> Read<Option<ChapterRow>> {
        let found = self.all(&format!("{CHAPTER} WHERE id = ?1"), [id.as_str()], chapter_row)?.pop();
        let Some(chapter) = found else { return Ok(None) };
        Ok(Some(ChapterRow { spent: self.chapter_spent(id)?, ..chapter }))
    }

    /// A chapter's pages in the author's order; those in the trash at the places they had.
    pub fn pages(&self, chapter: &ChapterId, include_trashed: bool) -> Read<Vec<PageRow>> {
        let sql = format!(
            "SELECT {PAGE} FROM pages p WHERE p.chapter = ?1 AND p.trashed <= ?2 ORDER BY p.position"
        );
        self.all(&sql, (chapter.as_str(), include_trashed), page_row)
    }

    /// `count` pages of a book in reading order, from the `first`th, counted from 0; none from the trash.
    pub fn pages_window(&self, book: &BookId, first: u32, count: u32) -> Read<Vec<PageRow>> {
        self.at_once(|| {
            let mut window = Vec::new();
            let mut skip = first;
            let chapters = format!("{CHAPTER} WHERE book = ?1 AND trashed = 0 ORDER BY position");
            let sql = format!(
                "SELECT {PAGE} FROM pages p WHERE p.chapter = ?1 AND p.number > ?2 AND p.hidden = 0
                 ORDER BY p.number LIMIT ?3"
            );
            for chapter in self.all(&chapters, [book.as_str()], chapter_row)? {
                let wanted = count - window.len() as u32;
                if wanted == 0 {
                    break;
                }
                if skip >= chapter.pages {
                    skip -= chapter.pages;
                    continue;
                }
                window.extend(self.all(&sql, (chapter.id.as_str(), skip, wanted), page_row)?);
                skip = 0;
            }
            Ok(window)
        })
    }

    /// The findings that the author lets pass for good in a book, with the reason, by their ids.
    pub fn waivers(&self, book: &BookId) -> Read<BTreeMap<String, String>> {
        let sql = "SELECT waivers FROM books WHERE id = ?1";
        let found: Option<String> = self.one(sql, [book.as_str()], |row| row.get(0))?;
        found.map_or_else(|| Ok(BTreeMap::new()), |json| parsed(&json))
    }

    /// One page.
    pub fn page(&self, id: &PageId) -> Read<Option<PageRow>> {
        let sql = format!("SELECT {PAGE} FROM pages p WHERE p.id = ?1");
        Ok(self.all(&sql, [id.as_str()], page_row)?.pop())
    }

    /// The page of a run.
    pub fn page_of_run(&self, run: &RunId) -> Read<Option<PageRow>> {
        let Some(n) = self.number_of_run(run.as_str())? else { return Ok(None) };
        let sql = format!("SELECT {PAGE} FROM pages p WHERE p.n = ?1");
        Ok(self.all(&sql, [n], page_row)?.pop())
    }
}

fn book_row(row: &Row<'_>) -> Read<BookRow> {
    Ok(BookRow {
        id: BookId::new(row.get::<_, String>(0)?),
        title: row.get(1)?,
        settings: parsed(&row.get::<_, String>(2)?)?,
        trashed: row.get(3)?,
        created_at: Time(row.get(4)?),
        updated_at: Time(row.get(5)?),
        chapters: row.get(6)?,
        pages: row.get(7)?,
        approved: row.get(8)?,
        reviewing: row.get(9)?,
        waiting: row.get(10)?,
        generating: row.get(11)?,
        words: unsigned(row, 12)?,
        owner: row.get(13)?,
        spent: Spending::default(),
    })
}

fn chapter_row(row: &Row<'_>) -> Read<ChapterRow> {
    Ok(ChapterRow {
        id: ChapterId::new(row.get::<_, String>(0)?),
        book: BookId::new(row.get::<_, String>(1)?),
        number: row.get(2)?,
        title: row.get(3)?,
        pages: row.get(4)?,
        approved: row.get(5)?,
        reviewing: row.get(6)?,
        waiting: row.get(7)?,
        generating: row.get(8)?,
        words: unsigned(row, 9)?,
        trashed: row.get(10)?,
        owner: row.get(11)?,
        spent: Spending::default(),
    })
}
