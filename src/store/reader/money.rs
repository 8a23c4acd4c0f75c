//! What was spent, and the canon that a prompt is made of.

use super::{Read, Reader, unsigned};
use crate::domain::canon::EntryKind;
use crate::domain::{BookId, EntryId, Money};
use crate::store::rows::{EntryRow, SpendRow};
use crate::store::{StoreError, blobs};

impl Reader {
    /// What each UTC day cost, the newest first.
    pub fn spend_by_day(&self) -> Read<Vec<SpendRow>> {
        self.spend("day", "day DESC")
    }

    /// What each model cost, the dearest first.
    pub fn spend_by_model(&self) -> Read<Vec<SpendRow>> {
        self.spend("model", "sum(cost) DESC, model")
    }

    /// What each book cost, the dearest first.
    pub fn spend_by_book(&self) -> Read<Vec<SpendRow>> {
        self.spend("book", "sum(cost) DESC, book")
    }

    fn spend(&self, group: &str, order: &str) -> Read<Vec<SpendRow>> {
        let sql = format!(
            "SELECT {group}, sum(attempts), sum(input_tokens), sum(output_tokens), sum(cost), sum(unknown)
             FROM spend GROUP BY {group} ORDER BY {order}"
        );
        self.all(&sql, [], |row| {
            Ok(SpendRow {
                group: row.get(0)?,
                attempts: row.get(1)?,
                input_tokens: unsigned(row, 2)?,
                output_tokens: unsigned(row, 3)?,
                cost: Money(row.get(4)?),
                unknown: row.get(5)?,
            })
        })
    }

    /// What a book cost so far.
    pub fn book_spent(&self, book: &BookId) -> Read<Money> {
        let sql = "SELECT coalesce(sum(cost), 0) FROM spend WHERE book = ?1";
        Ok(Money(self.one(sql, [book.as_str()], |row| row.get(0))?.unwrap_or(0)))
    }

    /// A book's canon, kind by kind, each by name.
    pub fn canon(&self, book: &BookId) -> Read<Vec<EntryRow>> {
        let sql = "SELECT id, kind, name, text FROM entries WHERE book = ?1 ORDER BY kind, name, id";
        let mut entries = self.all(sql, [book.as_str()], |row| {
            let kind: EntryKind =
                row.get::<_, String>(1)?.parse().map_err(|e: String| StoreError::corrupt(e))?;
            let key: Vec<u8> = row.get(3)?;
            let hash = blobs::hash(&key);
            Ok(EntryRow {
                id: EntryId::new(row.get::<_, String>(0)?),
                kind,
                name: row.get(2)?,
                text: blobs::get_known(&self.connection, &hash)?,
                hash,
            })
        })?;
        entries.sort_by_key(|e| e.kind);
        Ok(entries)
    }
}
