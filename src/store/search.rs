//! The search indexes: over titles, beats and texts of pages, and over canon.
//!
//! They follow at a distance: the transaction of an event only notes which page or entry is behind, and the
//! writer catches up when it is idle. That takes a third of the processor time out of a page's commits, and a
//! page whose draft changes often is indexed once. What is noted survives a kill.

use std::borrow::Cow;

use rusqlite::{Connection, OptionalExtension};

use super::writer::core::Core;
use super::{StoreError, blobs};
use crate::domain::page;

/// Words of a query that count.
const MOST_WORDS: usize = 12;

/// Pages worked on in one transaction.
const PORTION: usize = 256;

/// Returns how many pages and entries are behind.
pub(super) fn behind(connection: &Connection) -> Result<usize, StoreError> {
    Ok(connection.query_row(
        "SELECT (SELECT count(*) FROM search_due) + (SELECT count(*) FROM entry_search_due)",
        [],
        |row| row.get::<_, i64>(0),
    )? as usize)
}

/// Brings the index up to date; returns how much is still behind, after an error.
pub(super) fn catch_up(core: &mut Core) -> usize {
    loop {
        let mut done = 0;
        let worked = core.unflushed(|connection| {
            done = portion(connection)?;
            entries(connection)?;
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
        .execute((page, spaced(&title), spaced(&beat), spaced(&text)))?;
    Ok(())
}

/// Writes the search entries of all canon entries that are behind: there are few, and they change seldom.
fn entries(connection: &Connection) -> Result<(), StoreError> {
    let mut query = connection.prepare_cached("SELECT entry FROM entry_search_due")?;
    let due: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for entry in &due {
        connection.prepare_cached("DELETE FROM entry_search WHERE rowid = ?1")?.execute([entry])?;
        let mut query = connection.prepare_cached(
            "SELECT v.name, v.aliases, v.text FROM entries e
             JOIN entry_versions v ON v.entry = e.n AND v.version = e.version WHERE e.n = ?1 AND e.removed = 0",
        )?;
        let found = query
            .query_row([entry], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Vec<u8>>(2)?))
            })
            .optional()?;
        if let Some((name, aliases, key)) = found {
            let text = blobs::get_known(connection, &blobs::hash(&key))?;
            connection
                .prepare_cached(
                    "INSERT INTO entry_search (rowid, name, aliases, text) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((entry, spaced(&name), spaced(&aliases), spaced(&text)))?;
        }
    }
    if !due.is_empty() {
        connection.execute("DELETE FROM entry_search_due", [])?;
    }
    Ok(())
}

/// Puts a space around every letter of a script that is written without: each is a word of the index, and a name
/// is found wherever it stands.
fn spaced(text: &str) -> Cow<'_, str> {
    if !text.contains(is_spaceless) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() * 4 / 3);
    for c in text.chars() {
        if is_spaceless(c) {
            out.extend([' ', c, ' ']);
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// Splits a text into what may tell what it is about: words of three letters and more, and pairs of letters where a
/// script has no spaces.
pub(super) fn telling_words(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        let letters: Vec<char> = word.chars().filter(|c| is_spaceless(*c)).collect();
        all.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>()));
        let spaced = word.split(is_spaceless).filter(|w| w.chars().count() > 2);
        all.extend(spaced.map(str::to_lowercase));
    }
    all
}

/// Ideographs and kana.
fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Makes a string of FTS5 of words, in which only the quote means anything; words have none.
pub(super) fn phrase(words: &str) -> String {
    format!("\"{}\"", spaced(words).trim())
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

/// Splits a query into the words that the index knows: letters and digits, in lower case.
pub(super) fn words(query: &str) -> Vec<String> {
    let words = query.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.take(MOST_WORDS).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_words_and_nothing_else() {
        assert_eq!(
            words("\"; DROP TABLE pages -- NEAR(x) col:y * ^ 冬の"),
            ["drop", "table", "pages", "near", "x", "col", "y", "冬の"]
        );
        assert!(words("\"\" () * \0").is_empty());
    }

    #[test]
    fn scripts_without_spaces_are_indexed_by_the_letter_and_asked_for_as_a_phrase() {
        assert_eq!(phrase("冬の港"), "\"冬  の  港\"");
        assert_eq!(phrase("mara vell"), "\"mara vell\"");
        assert_eq!(spaced("no change"), "no change");
    }
}
