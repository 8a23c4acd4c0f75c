//! Earlier pages: the last ones whole, those before in short.

use std::ops::Range;

use super::ContextError;
use super::gather::text;
use crate::analysis::sentences::sentences;
use crate::domain::manifest::Why;
use crate::domain::page::{self, compose};
use crate::domain::run::Run;
use crate::store::Reader;
use crate::store::rows::EarlierPage;

/// Pages that may be given in full.
const IN_FULL: usize = 3;
/// Pages that are looked at: a book is never read as a whole.
const MOST: u32 = 27;

/// A page before the one that is worked on.
#[derive(Debug)]
pub(super) struct Earlier {
    pub row: EarlierPage,
    /// Its text, of the nearest ones.
    pub text: Option<String>,
}

/// A page in short.
pub(super) struct Short {
    pub text: String,
    pub why: Why,
    /// Names the summary.
    pub given: Option<crate::domain::Hash>,
}

/// Returns the approved pages before a run's page, the nearest first.
pub(super) fn candidates(reader: &Reader, run: &Run) -> Result<Vec<Earlier>, ContextError> {
    let mut found = Vec::new();
    let Some(page) = &run.subject.page else { return Ok(Vec::new()) };
    for (index, row) in reader.earlier_pages(page, MOST)?.into_iter().enumerate() {
        let text = if index < IN_FULL { Some(whole(reader, &row)?) } else { None };
        found.push(Earlier { row, text });
    }
    Ok(found)
}

fn whole(reader: &Reader, row: &EarlierPage) -> Result<String, ContextError> {
    let texts: Vec<String> = row.texts.iter().map(|hash| text(reader, hash)).collect::<Result<_, _>>()?;
    Ok(composed(&texts))
}

/// Puts a page's texts together: narration, and dialogue where there is some.
pub(super) fn composed(texts: &[String]) -> String {
    match texts.split_first() {
        Some((first, rest)) => compose(first, rest.first().map(String::as_str)),
        None => String::new(),
    }
}

impl Earlier {
    pub fn title(&self) -> String {
        format!("{}, page {}", self.row.chapter_title, self.row.number)
    }

    /// Returns the page in short.
    pub fn short(&self, reader: &Reader) -> Result<Short, ContextError> {
        if let Some(summary) = &self.row.summary {
            return Ok(Short {
                text: text(reader, summary)?,
                why: Why::InShort,
                given: Some(summary.clone()),
            });
        }
        // The narration alone tells what happens.
        let narration = self.row.texts.first().map(|hash| text(reader, hash)).transpose()?;
        Ok(Short { text: extract(&narration.unwrap_or_default()), why: Why::Extract, given: None })
    }
}

/// Returns the first and the last sentence of a text.
pub(super) fn extract(text: &str) -> String {
    let mut paragraphs = page::paragraphs(text);
    let Some(first) = paragraphs.next() else { return String::new() };
    // Only the ends are looked at: a page is much longer than what is said of it.
    let last = paragraphs.last();
    let (of_first, of_last) = (sentences(first), sentences(last.unwrap_or(first)));
    let line = |text: &str, range: Option<&Range<usize>>| {
        let sentence = range.map(|range| &text[range.clone()]).unwrap_or_default();
        sentence.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let begins = line(first, of_first.first());
    if last.is_none() && of_first.len() < 2 {
        return begins;
    }
    format!("{begins} … {}", line(last.unwrap_or(first), of_last.last()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_short_is_its_first_and_last_sentence() {
        assert_eq!(
            extract("It rained. It poured.\n\nThen the bell\nrang."),
            "It rained. … Then the bell rang."
        );
        assert_eq!(extract("Only one."), "Only one.");
        assert_eq!(extract("  \n"), "");
        assert_eq!(extract("雪が降る。港は静か。鐘が鳴る。"), "雪が降る。 … 鐘が鳴る。");
    }
}
