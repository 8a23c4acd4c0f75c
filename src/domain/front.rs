//! What stands before a book's text when it is published: who wrote it, in which language, under which rights.

use serde::{Deserialize, Serialize};

use super::{Refusal, language};

/// The longest name of an author, in characters.
const MOST_AUTHOR: usize = 300;
/// The longest note on rights or description, in bytes.
const MOST_TEXT: usize = 16 * 1024;

/// A book's front matter. Empty text means "not said". No prompt reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FrontMatter {
    /// Who wrote the book, as it is printed; several names in one line.
    pub author: String,
    /// The language as a tag (BCP 47), such as `en-GB`, where the book's plain words do not say it.
    pub language_tag: String,
    /// Who holds which rights: `© 2026 Ada Vale`.
    pub rights: String,
    /// What the book is about, for catalogues and back covers.
    pub description: String,
    /// The ISBN, of 10 or 13 digits.
    pub isbn: String,
}

impl FrontMatter {
    /// Checks it field by field.
    pub fn check(&self) -> Result<(), Refusal> {
        let invalid = |field, reason: String| Err(Refusal::Invalid { field, reason });
        if self.author.chars().count() > MOST_AUTHOR {
            return invalid("author", format!("at most {MOST_AUTHOR} characters are taken"));
        }
        if !self.language_tag.is_empty() && !language::is_tag(&self.language_tag) {
            return invalid("language_tag", "is a tag such as en, en-GB or zh-Hant".into());
        }
        for (field, text) in [("rights", &self.rights), ("description", &self.description)] {
            if text.len() > MOST_TEXT {
                return invalid(field, format!("at most {} KB are taken", MOST_TEXT / 1024));
            }
        }
        if !self.isbn.is_empty() && isbn_digits(&self.isbn).is_none() {
            return invalid("isbn", "has 10 or 13 digits, and the last one checks the others".into());
        }
        Ok(())
    }
}

/// Returns an ISBN's digits without hyphens and blanks; none when it is not one.
#[must_use]
pub fn isbn_digits(isbn: &str) -> Option<String> {
    let digits: String = isbn.chars().filter(|c| !matches!(c, '-' | ' ' | '‐' | '–')).collect();
    let value = |at: usize, c: char| match c {
        'X' | 'x' if at == 9 && digits.len() == 10 => Some(10),
        c => c.to_digit(10),
    };
    let values: Vec<u32> = digits.chars().enumerate().map(|(at, c)| value(at, c)).collect::<Option<_>>()?;
    let checks = match values.len() {
        10 => values.iter().zip((1..=10).rev()).map(|(v, weight)| v * weight).sum::<u32>() % 11 == 0,
        13 => {
            values.iter().zip([1, 3].into_iter().cycle()).map(|(v, weight)| v * weight).sum::<u32>() % 10 == 0
        }
        _ => false,
    };
    checks.then(|| digits.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_isbn_is_checked_by_its_last_digit() {
        assert_eq!(isbn_digits("978-3-16-148410-0").as_deref(), Some("9783161484100"));
        assert_eq!(isbn_digits("0-8044-2957-x").as_deref(), Some("080442957X"));
        for bad in ["", "978-3-16-148410-1", "0-8044-2957-1", "X804429570", "12345", "97831614841oo"] {
            assert_eq!(isbn_digits(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_printed_is_refused_by_the_name_of_its_field() {
        let field = |front: FrontMatter| match front.check() {
            Err(Refusal::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(field(FrontMatter { author: "x".repeat(301), ..Default::default() }), "author");
        assert_eq!(field(FrontMatter { language_tag: "en_GB".into(), ..Default::default() }), "language_tag");
        assert_eq!(field(FrontMatter { rights: "x".repeat(16_385), ..Default::default() }), "rights");
        assert_eq!(field(FrontMatter { isbn: "123".into(), ..Default::default() }), "isbn");
        assert_eq!(FrontMatter::default().check(), Ok(()));
    }
}
