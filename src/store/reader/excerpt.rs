//! A stretch of text around a hit of the search.

use unicode_segmentation::UnicodeSegmentation;

use crate::store::search::is_spaceless;

/// Characters shown before the hit, and after it.
const AROUND: usize = 60;

/// Returns the stretch around the first word that begins with one of `wanted` (lower case), that word between
/// `\u{2}` and `\u{3}`; the beginning when there is none. It is one line.
pub(super) fn excerpt(text: &str, wanted: &[String]) -> Option<String> {
    let hit = text.unicode_word_indices().find(|(_, word)| {
        let word = word.to_lowercase();
        wanted.iter().any(|w| word.starts_with(w.as_str()))
    });
    // Where a script has no spaces, what is wanted begins anywhere.
    let inside = || {
        let spaceless = wanted.iter().filter(|w| w.chars().any(is_spaceless));
        spaceless.filter_map(|w| text.find(w.as_str()).map(|at| (at, &text[at..at + w.len()]))).min()
    };
    let (at, word) = hit.or_else(inside)?;
    let (before, after) = (&text[..at], &text[at + word.len()..]);
    let start = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(i, _)| i);
    let end = after.char_indices().nth(AROUND).map_or(after.len(), |(i, _)| i);
    let lead = if start > 0 { "…" } else { "" };
    let tail = if end < after.len() { "…" } else { "" };
    Some(format!("{lead}{}\u{2}{}\u{3}{}{tail}", line(&before[start..]), line(word), line(&after[..end])))
}

/// Returns the beginning of a text as one line.
pub(super) fn beginning(text: &str) -> String {
    let end = text.char_indices().nth(2 * AROUND).map_or(text.len(), |(i, _)| i);
    line(&text[..end])
}

/// Neither line breaks nor the marks of a hit come from the text itself.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() || matches!(c, '\u{2}' | '\u{3}') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hit_stands_between_marks_that_the_text_cannot_fake() {
        let text = format!("{} a \u{2}fake\u{3}\nHarbour, cold", "x".repeat(80));
        let found = excerpt(&text, &["harb".into()]).unwrap();
        assert!(found.starts_with('…') && found.ends_with(" a  fake  \u{2}Harbour\u{3}, cold"), "{found:?}");
        assert_eq!(excerpt("彼は冬の港へ。", &["冬の港".into()]).unwrap(), "彼は\u{2}冬の港\u{3}へ。");
        assert_eq!(excerpt("nothing", &["harb".into()]), None);
    }
}
