//! What is spoken in a paragraph, by its quotation marks of any kind.

use std::ops::Range;

/// The speech of a paragraph, and the marks that stand alone. All places are bytes of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speech {
    /// What is said, with its marks.
    pub spans: Vec<Range<usize>>,
    /// A mark that opens and is not closed.
    pub unclosed: Option<usize>,
    /// Marks that close what nothing opened.
    pub stray: Vec<usize>,
}

impl Speech {
    /// Reads the marks of the paragraph at `at`.
    pub(super) fn of(text: &str, at: Range<usize>) -> Self {
        let paragraph = &text[at.clone()];
        let style = Style::of(paragraph);
        let mut speech = Self::default();
        let mut open: Option<(usize, char)> = None;
        let mut before: Option<char> = None;
        let mut chars = paragraph.char_indices().peekable();
        while let Some((place, c)) = chars.next() {
            let place = at.start + place;
            let after = chars.peek().map(|(_, c)| *c);
            match open {
                Some((from, closer)) if style.closes(c, closer, before, after) => {
                    speech.spans.push(from..place + c.len_utf8());
                    open = None;
                }
                // A second opening mark inside: the first was never closed.
                Some((from, closer))
                    if style.opens(c, before, after) == Some(closer) && is_double(closer) =>
                {
                    speech.unclosed.get_or_insert(from);
                    speech.spans.push(from..place);
                    open = Some((place, closer));
                }
                Some(_) => {}
                None => match style.opens(c, before, after) {
                    Some(closer) => open = Some((place, closer)),
                    None if matches!(c, '”' | '"' | '」') || c == '»' && !style.inward => {
                        speech.stray.push(place);
                    }
                    None => {}
                },
            }
            before = Some(c);
        }
        if let Some((from, closer)) = open {
            // An apostrophe that begins a word opens nothing after all.
            if !matches!(closer, '’' | '\'') {
                speech.unclosed.get_or_insert(from);
                speech.spans.push(from..at.end);
            }
        }
        speech
    }

    /// Whether a place is inside of what is said.
    #[must_use]
    pub fn holds(&self, place: usize) -> bool {
        let after = self.spans.partition_point(|span| span.start <= place);
        after.checked_sub(1).is_some_and(|i| place < self.spans[i].end)
    }

    /// The length of what is said, in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.iter().map(ExactSizeIterator::len).sum()
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

/// Whether a character can open speech; a paragraph that begins with one goes on speaking.
#[must_use]
pub fn is_opening(c: char) -> bool {
    matches!(c, '“' | '"' | '„' | '«' | '»' | '「' | '『' | '‘' | '\'')
}

struct Style {
    /// „so“, as in German.
    low: bool,
    /// »so«.
    inward: bool,
}

impl Style {
    fn of(paragraph: &str) -> Self {
        let inward = paragraph.find(['«', '»']).is_some_and(|at| paragraph[at..].starts_with('»'));
        Self { low: paragraph.contains('„'), inward }
    }

    /// The mark that will close what `c` opens.
    fn opens(&self, c: char, before: Option<char>, after: Option<char>) -> Option<char> {
        let fresh = before.is_none_or(|b| !b.is_alphanumeric());
        let word = after.is_some_and(char::is_alphanumeric);
        match c {
            '„' => Some('“'),
            '“' if !self.low => Some('”'),
            '"' if !behind(before, after) => Some('"'),
            '«' if !self.inward => Some('»'),
            '»' if self.inward => Some('«'),
            '「' => Some('」'),
            '『' => Some('』'),
            '‘' if fresh && word => Some('’'),
            '\'' if word && before.is_none_or(|b| b.is_whitespace() || matches!(b, '—' | '(')) => {
                Some('\'')
            }
            _ => None,
        }
    }

    fn closes(&self, c: char, closer: char, before: Option<char>, after: Option<char>) -> bool {
        match closer {
            // Apostrophes look the same: speech ends behind a punctuation mark and before no letter.
            '’' | '\'' => {
                c == closer
                    && after.is_none_or(|a| !a.is_alphanumeric())
                    && before.is_some_and(|b| matches!(b, ',' | '.' | '!' | '?' | '…' | '—' | '-' | ';'))
            }
            '“' if self.low => matches!(c, '“' | '”' | '"'),
            // A straight mark before a word and behind a blank opens another speech.
            '"' => c == closer && self.opens(c, before, after).is_none_or(|_| !ahead(before, after)),
            _ => c == closer,
        }
    }
}

fn is_double(closer: char) -> bool {
    matches!(closer, '”' | '"')
}

/// Whether a straight mark can only close: it stands behind a word and before a blank.
fn behind(before: Option<char>, after: Option<char>) -> bool {
    before.is_some_and(|b| !b.is_whitespace()) && after.is_none_or(char::is_whitespace)
}

/// Whether a straight mark can only open: it stands behind a blank and before a word.
fn ahead(before: Option<char>, after: Option<char>) -> bool {
    before.is_none_or(char::is_whitespace) && after.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(text: &str) -> Vec<&str> {
        Speech::of(text, 0..text.len()).spans.into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn speech_is_known_by_marks_of_many_houses() {
        assert_eq!(spoken("“Go,” she said, “now.”"), ["“Go,”", "“now.”"]);
        assert_eq!(spoken("\"Go,\" she said."), ["\"Go,\""]);
        assert_eq!(spoken("‘Don’t go,’ she said to the boys’ aunt."), ["‘Don’t go,’"]);
        assert_eq!(
            spoken("'Tis the boys' boat. 'Don't go,' she said."),
            ["'Tis the boys' boat. 'Don't go,'"]
        );
        assert_eq!(spoken("„Geh“, sagte sie. »Geh«, sagte er."), ["„Geh“", "»Geh«"]);
        assert_eq!(spoken("« Va », dit-elle."), ["« Va »"]);
        assert_eq!(spoken("「寒い。」彼は言った。"), ["「寒い。」"]);
        assert!(spoken("It was the dogs’ dinner, 'twas said.").is_empty());
    }

    #[test]
    fn marks_that_stand_alone_are_known() {
        let open = "“Go, she said.";
        assert_eq!(Speech::of(open, 0..open.len()).unclosed, Some(0));
        let stray = "Go,” she said.";
        assert_eq!(Speech::of(stray, 0..stray.len()).stray, [3]);
        let twice = "“Go, she said. “Now.”";
        let speech = Speech::of(twice, 0..twice.len());
        assert_eq!((speech.unclosed, speech.spans.len()), (Some(0), 2));
        let straight = "\"Go, she said. \"Now.\"";
        let speech = Speech::of(straight, 0..straight.len());
        assert_eq!((speech.unclosed, speech.spans.len(), speech.stray.len()), (Some(0), 2, 0));
        let stray = "Go,\" she said. \"Now.\"";
        assert_eq!(Speech::of(stray, 0..stray.len()).stray, [3]);
    }
}
