//! The search indexes: over titles, beats and texts of pages, and over canon.
//!
//! They follow the journal at a distance, and keep how far they came: the writer catches up when it is idle, by a
//! transaction that need not be flushed, as what it loses it reads again. So an author's commit costs nothing for
//! it, and a page that changes often is indexed once.

use std::borrow::Cow;

use rusqlite::{Connection, OptionalExtension};

use super::writer::core::Core;
use super::{StoreError, blobs, journal};
use crate::domain::book::BookEvent;
use crate::domain::{PageId, page};

/// Words of a query that count.
const MOST_WORDS: usize = 12;

/// Events followed in one transaction.
const PORTION: u32 = 4096;

/// Returns by how many events the index is behind.
pub(super) fn behind(connection: &Connection) -> Result<usize, StoreError> {
    Ok((journal::last(connection)? - upto(connection)?).max(0) as usize)
}

/// Brings the index up to date. After an error, as when another process writes for long, the next time will do.
pub(super) fn catch_up(core: &mut Core) {
    loop {
        let mut more = false;
        let worked = core.unflushed(|connection| {
            more = portion(connection)?;
            Ok(())
        });
        if worked.is_err() || !more {
            return;
        }
    }
}

fn upto(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.prepare_cached("SELECT upto FROM search_progress")?.query_row([], |row| row.get(0))?)
}

/// Follows a portion of the journal; returns whether there is more.
fn portion(connection: &Connection) -> Result<bool, StoreError> {
    let from = upto(connection)?;
    let last = journal::last(connection)?;
    let until = last.min(from + i64::from(PORTION));
    if until <= from {
        return Ok(false);
    }
    // A run's stream has its page's number; of a book's own events only new names matter.
    let sql = "SELECT DISTINCT e.stream FROM events e JOIN pages p ON p.n = e.stream WHERE e.id > ?1 AND e.id <= ?2";
    let mut query = connection.prepare_cached(sql)?;
    let mut pages: Vec<i64> = query.query_map((from, until), |row| row.get(0))?.collect::<Result<_, _>>()?;
    for renamed in renamed(connection, from, until)? {
        let mut query = connection.prepare_cached("SELECT n FROM pages WHERE id = ?1")?;
        pages.push(query.query_row([renamed.as_str()], |row| row.get(0))?);
    }
    pages.sort_unstable();
    pages.dedup();
    for page in pages {
        index(connection, page)?;
    }
    entries(connection, from, until)?;
    connection.prepare_cached("UPDATE search_progress SET upto = ?1")?.execute([until])?;
    Ok(until < last)
}

fn renamed(connection: &Connection, from: i64, until: i64) -> Result<Vec<PageId>, StoreError> {
    // Most events are of runs: theirs are not opened to look at the type.
    let sql = "SELECT e.data FROM events e JOIN streams s ON s.n = e.stream
               WHERE e.id > ?1 AND e.id <= ?2 AND s.name LIKE 'book:%' AND e.type = 'page_renamed'";
    let mut query = connection.prepare_cached(sql)?;
    let mut rows = query.query((from, until))?;
    let mut pages = Vec::new();
    while let Some(row) = rows.next()? {
        if let Ok(BookEvent::PageRenamed { page, .. }) =
            serde_json::from_str(row.get_ref(0)?.as_str().unwrap_or_default())
        {
            pages.push(page);
        }
    }
    Ok(pages)
}

/// Writes the entry of a page anew.
fn index(connection: &Connection, page: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM page_search WHERE rowid = ?1")?.execute([page])?;
    let mut query = connection.prepare_cached("SELECT title, beat_text FROM pages WHERE n = ?1")?;
    let (title, beat): (String, Option<Vec<u8>>) =
        query.query_row([page], |row| Ok((row.get(0)?, row.get(1)?)))?;
    // A damaged text is the doctor's affair; the page is still found by what is left.
    let beat =
        beat.and_then(|key| blobs::get(connection, &blobs::hash(&key)).ok().flatten()).unwrap_or_default();
    let text = page_text(connection, page).map(|(text, _)| text).unwrap_or_default();
    connection
        .prepare_cached("INSERT INTO page_search (rowid, title, beat, text) VALUES (?1, ?2, ?3, ?4)")?
        .execute((page, spaced(&title), spaced(&beat), spaced(&text)))?;
    Ok(())
}

/// Writes the search entries of the canon entries that these events are about: there are few, and they change seldom.
fn entries(connection: &Connection, from: i64, until: i64) -> Result<(), StoreError> {
    let sql = "SELECT DISTINCT n.n FROM events e JOIN streams s ON s.n = e.stream
               JOIN entries n ON n.id = e.data ->> '$.entry'
               WHERE e.id > ?1 AND e.id <= ?2 AND s.name LIKE 'canon:%'";
    let mut query = connection.prepare_cached(sql)?;
    let due: Vec<i64> = query.query_map((from, until), |row| row.get(0))?.collect::<Result<_, _>>()?;
    for entry in due {
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
            let text = blobs::get(connection, &blobs::hash(&key)).ok().flatten().unwrap_or_default();
            connection
                .prepare_cached(
                    "INSERT INTO entry_search (rowid, name, aliases, text) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((entry, spaced(&name), spaced(&aliases), spaced(&text)))?;
        }
    }
    Ok(())
}

/// Puts a page's text together, with the revisions it is made of.
pub(super) fn page_text(connection: &Connection, page: i64) -> Result<(String, Vec<String>), StoreError> {
    let sql = "SELECT text, shown FROM steps WHERE run = ?1 AND advisory = 0 AND text IS NOT NULL ORDER BY position";
    let mut query = connection.prepare_cached(sql)?;
    let parts = query.query_and_then([page], |row| {
        let key: Vec<u8> = row.get(0)?;
        Ok::<_, StoreError>((blobs::get_known(connection, &blobs::hash(&key))?, row.get(1)?))
    })?;
    let (texts, revisions): (Vec<String>, Vec<String>) =
        parts.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    let text =
        texts.split_first().map(|(first, rest)| page::compose(first, rest.first().map(String::as_str)));
    Ok((text.unwrap_or_default(), revisions))
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
pub(super) fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Makes a string of FTS5 of words, in which only the quote means anything; words have none.
pub(super) fn phrase(words: &str) -> String {
    format!("\"{}\"", spaced(words).trim())
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
