//! The search index over titles, beats and texts.
//!
//! It follows its pages at a distance: the transaction of an event only notes which page is behind, and the
//! writer catches up when it is idle. That takes a third of the processor time out of a page's commits, and a
//! page whose draft changes often is indexed once. What is noted survives a kill.

use rusqlite::Connection;

use super::writer::core::Core;
use super::{StoreError, blobs};
use crate::domain::page;

/// Pages worked on in one transaction.
const PORTION: usize = 256;

/// Returns how many pages are behind.
pub(super) fn behind(connection: &Connection) -> Result<usize, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM search_due", [], |row| row.get::<_, i64>(0))? as usize)
}

/// Brings the index up to date; returns how many pages are still behind, after an error.
pub(super) fn catch_up(core: &mut Core) -> usize {
    loop {
        let mut done = 0;
        let worked = core.unflushed(|connection| {
            done = portion(connection)?;
            Ok(())
        });
        match worked {
            Ok(()) if done == PORTION => {}
            Ok(()) => return 0,
            // Another process may be writing; the next idle moment comes.
            Err(_) => return behind(core.connection()).unwrap_or(0),
        }
    }
}

fn portion(connection: &Connection) -> Result<usize, StoreError> {
    let mut query = connection.prepare_cached("SELECT page FROM search_due LIMIT ?1")?;
    let pages: Vec<i64> = query.query_map([PORTION as i64], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for page in &pages {
        index(connection, *page)?;
    }
    let mut clear = connection.prepare_cached("DELETE FROM search_due WHERE page = ?1")?;
    for page in &pages {
        clear.execute([page])?;
    }
    Ok(pages.len())
}

/// Writes the entry of a page anew.
fn index(connection: &Connection, page: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM page_search WHERE rowid = ?1")?.execute([page])?;
    let mut query = connection.prepare_cached("SELECT title, beat_text FROM pages WHERE n = ?1")?;
    let found =
        query.query_row([page], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<Vec<u8>>>(1)?)));
    let (title, beat) = match found {
        Ok(found) => found,
        Err(rusqlite::Error::QueryReturnedNoRows) => return Ok(()),
        Err(e) => return Err(e.into()),
    };
    let beat =
        beat.map(|key| blobs::get_known(connection, &blobs::hash(&key))).transpose()?.unwrap_or_default();
    let text = text(connection, page)?;
    connection
        .prepare_cached("INSERT INTO page_search (rowid, title, beat, text) VALUES (?1, ?2, ?3, ?4)")?
        .execute((page, title, beat, text))?;
    Ok(())
}

/// Returns a page's text as it stands.
pub(super) fn text(connection: &Connection, page: i64) -> Result<String, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT text FROM steps WHERE run = ?1 AND advisory = 0 AND text IS NOT NULL ORDER BY position",
    )?;
    let keys: Vec<Vec<u8>> = query.query_map([page], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let texts = keys.iter().map(|key| blobs::get_known(connection, &blobs::hash(key)));
    let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
    Ok(texts
        .split_first()
        .map(|(first, rest)| page::compose(first, rest.first().map(String::as_str)))
        .unwrap_or_default())
}
