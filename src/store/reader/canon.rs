//! A book's canon: its entries as they hold, their versions, the search in them, and where they are named.

use std::sync::Arc;

use rusqlite::Row;

use super::excerpt::{beginning, excerpt};
use super::{PAGE, PAGE_COLUMNS, Read, Reader, page_row, parsed};
use crate::domain::canon::{EntryKind, reading_hash};
use crate::domain::{BookId, EntryId, StreamId, Time};
use crate::store::rows::{EntryHit, EntryRow, SearchHit};
use crate::store::search::{phrase, telling_words, words};
use crate::store::{StoreError, blobs, journal};

/// Words of a text that count when entries like it are looked for.
const MOST_LIKE: usize = 64;

const ENTRY: &str =
    "SELECT e.id, e.book, v.version, v.kind, v.name, v.aliases, v.parent, v.links, v.mode, v.weight,
        v.scope, v.text, v.words, v.origin, v.by, v.at, e.removed, e.owner
    FROM entries e JOIN entry_versions v ON v.entry = e.n";

/// The canon that was read last, and when it was.
#[derive(Debug)]
pub(super) struct Kept {
    book: BookId,
    /// Number of the last event of its stream.
    head: u64,
    entries: Arc<[EntryRow]>,
}

impl Reader {
    /// A book's entries that were not taken out, kind by kind, each by name. They are kept, and read again only
    /// after the canon has changed.
    pub fn entries(&self, book: &BookId) -> Read<Arc<[EntryRow]>> {
        self.at_once(|| {
            let head = match journal::find(&self.connection, &StreamId::Canon(book.clone()))? {
                Some(n) => journal::head(&self.connection, n)?,
                None => 0,
            };
            if let Some(kept) = &*self.canon.borrow()
                && kept.book == *book
                && kept.head == head
            {
                return Ok(kept.entries.clone());
            }
            let sql = format!("{ENTRY} AND v.version = e.version WHERE e.book = ?1 AND e.removed = 0");
            let mut entries = self.all(&sql, [book.as_str()], |row| self.entry_row(row))?;
            entries.sort_by(|a, b| (a.kind, &a.name, &a.id).cmp(&(b.kind, &b.name, &b.id)));
            let entries: Arc<[EntryRow]> = entries.into();
            self.canon.replace(Some(Kept { book: book.clone(), head, entries: entries.clone() }));
            Ok(entries)
        })
    }

    /// A book's entries of one kind, by name.
    pub fn entries_by_kind(&self, book: &BookId, kind: EntryKind) -> Read<Vec<EntryRow>> {
        Ok(self.entries(book)?.iter().filter(|e| e.kind == kind).cloned().collect())
    }

    /// A book's entries that were taken out, by id.
    pub fn removed_entries(&self, book: &BookId) -> Read<Vec<EntryRow>> {
        let sql =
            format!("{ENTRY} AND v.version = e.version WHERE e.book = ?1 AND e.removed = 1 ORDER BY e.id");
        self.all(&sql, [book.as_str()], |row| self.entry_row(row))
    }

    /// One entry as it holds, also one that was taken out.
    pub fn entry(&self, id: &EntryId) -> Read<Option<EntryRow>> {
        let sql = format!("{ENTRY} AND v.version = e.version WHERE e.id = ?1");
        Ok(self.all(&sql, [id.as_str()], |row| self.entry_row(row))?.pop())
    }

    /// One version of an entry.
    pub fn entry_version(&self, id: &EntryId, version: u32) -> Read<Option<EntryRow>> {
        let sql = format!("{ENTRY} WHERE e.id = ?1 AND v.version = ?2");
        Ok(self.all(&sql, (id.as_str(), version), |row| self.entry_row(row))?.pop())
    }

    /// An entry's versions, oldest first.
    pub fn entry_versions(&self, id: &EntryId) -> Read<Vec<EntryRow>> {
        let sql = format!("{ENTRY} WHERE e.id = ?1 ORDER BY v.version");
        self.all(&sql, [id.as_str()], |row| self.entry_row(row))
    }

    /// Of each of a book's entries that came from a file: the version that was imported last.
    pub fn imported_versions(&self, book: &BookId) -> Read<Vec<EntryRow>> {
        let sql = format!(
            "{ENTRY} WHERE e.book = ?1 AND v.version = (
                 SELECT max(i.version) FROM entry_versions i WHERE i.entry = e.n AND i.origin ->> '$.import' IS NOT NULL)
             ORDER BY e.id"
        );
        self.all(&sql, [book.as_str()], |row| self.entry_row(row))
    }

    /// Entries in which every word of the query begins some word, the best first: names count more than aliases,
    /// and those more than texts. An entry that was just changed is found once the store has indexed it.
    pub fn search_canon(&self, book: &BookId, query: &str, limit: u32) -> Read<Vec<EntryHit>> {
        let wanted: Vec<String> = words(query).iter().map(|word| format!("{}*", phrase(word))).collect();
        self.matching(book, &wanted.join(" "), limit)
    }

    /// Entries that share words with a text, the best first.
    pub fn entries_like(&self, book: &BookId, text: &str, limit: u32) -> Read<Vec<EntryHit>> {
        let mut wanted: Vec<String> = Vec::new();
        for word in telling_words(text) {
            let word = phrase(&word);
            if wanted.len() < MOST_LIKE && !wanted.contains(&word) {
                wanted.push(word);
            }
        }
        self.matching(book, &wanted.join(" OR "), limit)
    }

    fn matching(&self, book: &BookId, query: &str, limit: u32) -> Read<Vec<EntryHit>> {
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "SELECT e.id, bm25(entry_search, 10.0, 8.0, 1.0) AS rank
             FROM entry_search s JOIN entries e ON e.n = s.rowid
             WHERE entry_search MATCH ?1 AND e.book = ?2 AND e.removed = 0 ORDER BY rank, e.id LIMIT ?3";
        self.all(sql, (query, book.as_str(), limit), |row| {
            Ok(EntryHit { entry: EntryId::new(row.get::<_, String>(0)?), rank: row.get(1)? })
        })
    }

    /// Pages whose text names an entry, by its name, an alias or their plural, in the book's order.
    pub fn mentions(&self, id: &EntryId, limit: u32) -> Read<Vec<SearchHit>> {
        self.at_once(|| {
            let Some(entry) = self.entry(id)? else { return Ok(Vec::new()) };
            let mut phrases = Vec::new();
            let mut named = Vec::new();
            for name in entry.aliases.iter().chain([&entry.name]) {
                let name = words(name).join(" ");
                if name.is_empty() {
                    continue;
                }
                phrases.extend(["", "s", "es"].map(|end| phrase(&format!("{name}{end}"))));
                named.extend(name.split(' ').next().map(str::to_owned));
            }
            if phrases.is_empty() {
                return Ok(Vec::new());
            }
            let query = format!("text : ({})", phrases.join(" OR "));
            let sql = format!(
                "SELECT {PAGE}, p.n FROM page_search s JOIN pages p ON p.n = s.rowid JOIN chapters c ON c.id = p.chapter
                 WHERE page_search MATCH ?1 AND p.hidden = 0 AND p.book = ?2 ORDER BY c.position, p.position LIMIT ?3"
            );
            let pages = self.all(&sql, (query, entry.book.as_str(), limit), |row| {
                Ok((row.get::<_, i64>(PAGE_COLUMNS)?, page_row(row)?))
            })?;
            let hit = |(n, page)| {
                let text = self.composed(n)?.0;
                Ok(SearchHit { page, excerpt: excerpt(&text, &named).unwrap_or_else(|| beginning(&text)) })
            };
            pages.into_iter().map(hit).collect()
        })
    }

    fn entry_row(&self, row: &Row<'_>) -> Read<EntryRow> {
        let named = |column| row.get::<_, String>(column);
        let unknown = |e: String| StoreError::corrupt(e);
        let key: Vec<u8> = row.get(11)?;
        let (kind, name, aliases) =
            (named(3)?.parse().map_err(unknown)?, named(4)?, parsed::<Vec<String>>(&named(5)?)?);
        let text = blobs::hash(&key);
        Ok(EntryRow {
            id: EntryId::new(named(0)?),
            book: BookId::new(named(1)?),
            version: row.get(2)?,
            hash: reading_hash(kind, &name, &aliases, &text),
            kind,
            name,
            aliases,
            parent: row.get::<_, Option<String>>(6)?.map(EntryId::new),
            links: parsed(&named(7)?)?,
            mode: named(8)?.parse().map_err(unknown)?,
            weight: row.get(9)?,
            scope: parsed(&named(10)?)?,
            text: blobs::get_known(&self.connection, &text)?,
            words: row.get(12)?,
            origin: parsed(&named(13)?)?,
            by: named(14)?,
            at: Time(row.get(15)?),
            removed: row.get(16)?,
            owner: row.get(17)?,
        })
    }
}
