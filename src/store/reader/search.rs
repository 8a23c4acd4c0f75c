//! Full-text search over titles, beats and texts.

use super::excerpt::{beginning, excerpt};
use super::{PAGE, PAGE_COLUMNS, Read, Reader, page_row};
use crate::domain::BookId;
use crate::store::blobs;
use crate::store::rows::{PageRow, SearchHit};
use crate::store::search::{phrase, words};

impl Reader {
    /// Pages in which every word of the query begins some word, or whose id begins with it; none from the trash.
    pub fn search(&self, query: &str, book: Option<&BookId>, limit: u32) -> Read<Vec<SearchHit>> {
        self.at_once(|| {
            let book = book.map(BookId::as_str);
            let mut pages = self.by_id(query.trim(), book, limit)?;
            let wanted = words(query);
            if !wanted.is_empty() {
                for page in self.by_text(&wanted, book, limit)? {
                    if !pages.iter().any(|(_, p)| p.id == page.1.id) {
                        pages.push(page);
                    }
                }
            }
            pages.truncate(limit as usize);
            pages.into_iter().map(|(n, page)| self.hit(n, page, &wanted)).collect()
        })
    }

    fn by_id(&self, query: &str, book: Option<&str>, limit: u32) -> Read<Vec<(i64, PageRow)>> {
        if !query.contains('_') || query.contains(char::is_whitespace) {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {PAGE}, p.n FROM pages p WHERE p.id >= ?1 AND p.id < ?2 AND p.hidden = 0 AND (?3 IS NULL OR p.book = ?3)
             ORDER BY p.id LIMIT ?4"
        );
        let end = format!("{query}\u{10ffff}");
        self.all(&sql, (query, end, book, limit), |row| Ok((row.get(PAGE_COLUMNS)?, page_row(row)?)))
    }

    fn by_text(&self, wanted: &[String], book: Option<&str>, limit: u32) -> Read<Vec<(i64, PageRow)>> {
        let quoted: Vec<String> = wanted.iter().map(|w| format!("{}*", phrase(w))).collect();
        let sql = format!(
            "SELECT {PAGE}, p.n FROM page_search s JOIN pages p ON p.n = s.rowid
             WHERE page_search MATCH ?1 AND p.hidden = 0 AND (?2 IS NULL OR p.book = ?2) LIMIT ?3"
        );
        self.all(&sql, (quoted.join(" "), book, limit), |row| Ok((row.get(PAGE_COLUMNS)?, page_row(row)?)))
    }

    fn hit(&self, n: i64, page: PageRow, wanted: &[String]) -> Read<SearchHit> {
        let text = self.composed(n)?.0;
        let key: Option<Option<Vec<u8>>> =
            self.one("SELECT beat_text FROM pages WHERE n = ?1", [n], |row| row.get(0))?;
        let beat =
            key.flatten().map(|key| blobs::get_known(&self.connection, &blobs::hash(&key))).transpose()?;
        let beat = beat.unwrap_or_default();
        let found = [&text, &page.title, &beat].into_iter().find_map(|t| excerpt(t, wanted));
        let excerpt = found.unwrap_or_else(|| beginning(if text.is_empty() { &beat } else { &text }));
        Ok(SearchHit { page, excerpt })
    }
}
