//! Where the lines of a text break: by display width, between words where there are any, never inside a grapheme.

use std::ops::Range;

use unicode_segmentation::{GraphemeIndices, UnicodeSegmentation};
use unicode_width::UnicodeWidthStr;

use crate::analysis::words::is_cjk;

/// The rows of a text at one width: byte ranges, so that a text of a megabyte is wrapped once and scrolled freely.
///
/// The ranges of a paragraph tile it; the blanks at which a row ends belong to it, and hang over its edge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrapped {
    width: u16,
    rows: Vec<(u32, u32)>,
}

impl Wrapped {
    /// Wraps a clean text (at most 4 GB of it). A width of 0 breaks at line ends only.
    #[must_use]
    pub fn new(text: &str, width: u16) -> Self {
        let mut wrapped = Self { width, rows: Vec::with_capacity(text.len() / usize::from(width.max(8))) };
        wrapped.extend(text, 0);
        wrapped
    }

    /// Wraps again from the last paragraph that was complete in `before`: the text grew at its end.
    pub fn grow(&mut self, text: &str, before: usize) {
        let from = text[..before].rfind('\n').map_or(0, |at| at + 1);
        self.rows.retain(|(start, _)| (*start as usize) < from);
        self.extend(text, from);
    }

    fn extend(&mut self, text: &str, from: usize) {
        let mut base = from;
        for paragraph in text[from..].split('\n') {
            let rows = &mut self.rows;
            wrap_line(paragraph, self.width, width_of, |r| {
                rows.push(((base + r.start) as u32, (base + r.end) as u32));
            });
            base += paragraph.len() + 1;
        }
    }

    /// The width it was wrapped to.
    #[must_use]
    pub fn width(&self) -> u16 {
        self.width
    }

    /// The number of rows; at least one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it holds no row, which only one that was never made does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The bytes of a row, without its line end. Empty past the last row.
    #[must_use]
    pub fn row(&self, row: usize) -> Range<usize> {
        self.rows.get(row).map_or(0..0, |(start, end)| *start as usize..*end as usize)
    }

    /// The row that a byte stands in.
    #[must_use]
    pub fn row_of(&self, byte: usize) -> usize {
        self.rows.partition_point(|(start, _)| *start as usize <= byte).saturating_sub(1)
    }
}

/// Calls `row` with the byte range of each row of one line; `measure` says how many columns a grapheme takes.
pub fn wrap_line(line: &str, width: u16, measure: impl Fn(&str) -> usize, mut row: impl FnMut(Range<usize>)) {
    let width = if width == 0 { usize::MAX } else { usize::from(width) };
    let (mut start, mut column) = (0, 0);
    // The last place where the row may end, and its column.
    let mut opening = None;
    let mut before = ["", ""];
    for (at, grapheme) in graphemes(line) {
        let columns = measure(grapheme);
        if !is_blank(grapheme) && at > start {
            if may_break(before, grapheme) {
                opening = Some((at, column));
            }
            if column + columns > width {
                let (end, end_column) = opening.take().unwrap_or((at, column));
                row(start..end);
                (start, column) = (end, column - end_column);
                // A word longer than a row is cut wherever the row ends.
                if column + columns > width && at > start {
                    row(start..at);
                    (start, column) = (at, 0);
                }
            }
        }
        column += columns;
        before = [before[1], grapheme];
    }
    row(start..line.len());
}

fn is_blank(grapheme: &str) -> bool {
    let breaks = |c| matches!(c, ' ' | '\t' | '\u{1680}' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200a}' | '\u{205f}' | '\u{3000}');
    grapheme.chars().all(breaks)
}

/// Whether a row may end between the last grapheme before and the next, which is no blank.
fn may_break([earlier, before]: [&str; 2], next: &str) -> bool {
    let letter = |g: &str| g.chars().next().is_some_and(char::is_alphanumeric);
    match before {
        "" => false,
        b if is_blank(b) => true,
        "-" | "–" | "‐" => letter(earlier) && letter(next),
        "—" | "…" | "/" => letter(next),
        _ => {
            let wide =
                |g: &str| !g.is_ascii() && g.chars().next().is_some_and(|c| is_cjk(c) || width_of(g) == 2);
            (wide(before) || wide(next)) && !ends_no_row(before) && !begins_no_row(next)
        }
    }
}

/// What opens belongs to what follows.
fn ends_no_row(grapheme: &str) -> bool {
    grapheme
        .starts_with(['(', '[', '{', '“', '‘', '«', '「', '『', '（', '【', '〈', '《', '［', '｛', '\u{a0}'])
}

/// What closes, lengthens or repeats belongs to what stands before it.
fn begins_no_row(grapheme: &str) -> bool {
    grapheme.starts_with([
        ')', ']', '}', '.', ',', ';', ':', '!', '?', '…', '—', '”', '’', '»', '、', '。', '，', '．', '」',
        '』', '）', '】', '〉', '》', '］', '｝', '！', '？', '：', '；', '・', 'ー', '々', 'ゝ', 'ゞ', 'ぁ',
        'ぃ', 'ぅ', 'ぇ', 'ぉ', 'っ', 'ゃ', 'ゅ', 'ょ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ',
        '\u{a0}',
    ])
}

/// The columns that a clean grapheme takes in a terminal.
#[must_use]
pub fn width_of(text: &str) -> usize {
    match text.as_bytes() {
        [b' '..=b'~'] => 1,
        _ => text.width(),
    }
}

/// The graphemes of a text with their byte indices, as Unicode cuts them.
///
/// Between two ASCII characters the cut is certain (but for a CRLF), which makes English prose several times faster
/// than the general rule.
#[must_use]
pub fn graphemes(text: &str) -> Graphemes<'_> {
    Graphemes { text, at: 0, slow: None }
}

/// See [`graphemes`].
pub struct Graphemes<'a> {
    text: &'a str,
    at: usize,
    slow: Option<(usize, GraphemeIndices<'a>)>,
}

impl<'a> Iterator for Graphemes<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some((base, indices)) = &mut self.slow {
            if let Some((at, grapheme)) = indices.next() {
                return Some((*base + at, grapheme));
            }
            self.slow = None;
        }
        let bytes = self.text.as_bytes();
        let at = self.at;
        let certain = |i: usize| {
            let next = bytes.get(i + 1);
            bytes[i].is_ascii() && bytes[i] != b'\r' && next.is_none_or(u8::is_ascii)
        };
        if at >= bytes.len() {
            return None;
        }
        if certain(at) {
            self.at = at + 1;
            return Some((at, &self.text[at..=at]));
        }
        // Up to the next certain cut the general rule decides.
        let end = (at + 1..bytes.len()).find(|i| certain(*i)).map_or(bytes.len(), |i| i + 1);
        self.slow = Some((at, self.text[at..end].grapheme_indices(true)));
        self.at = end;
        self.next()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::clean;

    fn wrap(text: &str, width: u16) -> Vec<&str> {
        let wrapped = Wrapped::new(text, width);
        (0..wrapped.len()).map(|row| &text[wrapped.row(row)]).collect()
    }

    #[test]
    fn rows_end_between_words_and_their_blanks_hang() {
        assert_eq!(wrap("The cold rain fell", 8), ["The cold ", "rain ", "fell"]);
        assert_eq!(wrap("The cold rain fell", 9), ["The cold ", "rain fell"]);
        assert_eq!(wrap("ab   cd", 2), ["ab   ", "cd"]);
        assert_eq!(wrap("one\n\ntwo", 10), ["one", "", "two"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("anything", 0), ["anything"]);
    }

    #[test]
    fn a_word_longer_than_a_row_is_cut() {
        assert_eq!(wrap("a Donaudampfschiff b", 6), ["a ", "Donaud", "ampfsc", "hiff b"]);
        assert_eq!(wrap("well-known", 6), ["well-", "known"]);
        assert_eq!(wrap("at -5 or", 5), ["at -5 ", "or"]);
    }

    #[test]
    fn wide_and_joined_characters_are_never_cut() {
        assert_eq!(wrap("雨が降る。寒い", 6), ["雨が降", "る。寒", "い"]);
        assert_eq!(wrap("雨が降。寒", 6), ["雨が", "降。寒"]);
        assert_eq!(wrap("👩‍👩‍👧👩‍👩‍👧", 3), ["👩‍👩‍👧", "👩‍👩‍👧"]);
        assert_eq!(wrap("cafe\u{301}s", 4), ["cafe\u{301}", "s"]);
        assert_eq!(wrap("雨", 1), ["雨"]);
    }

    #[test]
    fn a_byte_finds_its_row() {
        let wrapped = Wrapped::new("The cold\nrain fell", 5);
        let rows: Vec<_> = [0, 3, 4, 8, 9, 14, 17, 99].into_iter().map(|b| wrapped.row_of(b)).collect();
        assert_eq!(rows, [0, 0, 1, 1, 2, 3, 3, 3]);
    }

    fn text() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "the",
            "harbour",
            " ",
            " ",
            "  ",
            "\n",
            "雨",
            "。",
            "「",
            "e\u{301}",
            "👩‍👩‍👧",
            "🇩🇪",
            "-",
            "—",
            "ก็",
            "क्ष",
            "\u{600}1",
        ]);
        prop::collection::vec(
            prop_oneof![3 => piece.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)],
            0..60,
        )
        .prop_map(|p| clean(&p.concat()).into_owned())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn the_fast_path_cuts_as_unicode_does(text in text()) {
            let fast: Vec<_> = graphemes(&text).collect();
            let slow: Vec<_> = text.grapheme_indices(true).collect();
            prop_assert_eq!(fast, slow);
        }

        #[test]
        fn rows_tile_the_text_and_fit(text in text(), width in 1_u16..20) {
            let rows = wrap(&text, width);
            prop_assert_eq!(rows.concat(), text.replace('\n', ""));
            for row in rows {
                let drawn: usize = graphemes(row.trim_end()).map(|(_, g)| width_of(g)).sum();
                prop_assert!(drawn <= usize::from(width) || graphemes(row.trim_end()).count() == 1, "{row:?}");
            }
        }

        #[test]
        fn growing_is_the_same_as_wrapping_again(head in text(), tail in text(), width in 1_u16..20) {
            let whole = head.clone() + &tail;
            let mut grown = Wrapped::new(&head, width);
            grown.grow(&whole, head.len());
            prop_assert_eq!(grown, Wrapped::new(&whole, width));
        }
    }
}
