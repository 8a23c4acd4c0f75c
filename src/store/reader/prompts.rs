//! A book's own prompt templates.

use super::{Read, Reader};
use crate::domain::{BookId, Time};
use crate::store::blobs;
use crate::store::rows::PromptRow;

impl Reader {
    /// Every version of a book's templates, agent by agent, the newest first.
    pub fn prompt_versions(&self, book: &BookId) -> Read<Vec<PromptRow>> {
        let sql =
            "SELECT name, version, text, by, at FROM prompts WHERE book = ?1 ORDER BY name, version DESC";
        self.all(sql, [book.as_str()], |row| {
            Ok(PromptRow {
                name: row.get(0)?,
                version: row.get(1)?,
                text: row.get::<_, Option<Vec<u8>>>(2)?.map(|key| blobs::hash(&key)),
                by: row.get(3)?,
                at: Time(row.get(4)?),
            })
        })
    }

    /// The template that a book has of its own for an agent, with its version's number.
    pub fn book_prompt(&self, book: &BookId, name: &str) -> Read<Option<(u32, String)>> {
        let sql =
            "SELECT version, text FROM prompts WHERE book = ?1 AND name = ?2 ORDER BY version DESC LIMIT 1";
        let found = self.one(sql, (book.as_str(), name), |row| {
            Ok((row.get::<_, u32>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
        })?;
        let Some((version, Some(key))) = found else { return Ok(None) };
        Ok(Some((version, blobs::get_known(&self.connection, &blobs::hash(&key))?)))
    }
}
