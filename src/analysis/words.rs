//! How many words a text has.

use unicode_segmentation::UnicodeSegmentation;

/// The number of words: by the rules of Unicode, and each character of Chinese and Japanese as one.
#[must_use]
pub fn count_words(text: &str) -> u64 {
    if text.is_ascii() {
        return ascii_words(text.as_bytes());
    }
    text.unicode_words().map(words_in).sum()
}

/// A piece between two word boundaries may mix scripts without spaces.
fn words_in(piece: &str) -> u64 {
    if piece.is_ascii() {
        return 1;
    }
    let characters = piece.chars().filter(|c| is_cjk(*c)).count() as u64;
    let rest = piece.chars().any(|c| c.is_alphanumeric() && !is_cjk(c));
    characters + u64::from(rest)
}

/// Runs of letters, digits and what Unicode lets stand inside a word ("don't", "3.14", `snake_case`).
fn ascii_words(bytes: &[u8]) -> u64 {
    let is_letter = |b: u8| b.is_ascii_alphabetic();
    let mut words = 0;
    let (mut in_word, mut has_content) = (false, false);
    for (i, &b) in bytes.iter().enumerate() {
        let next = bytes.get(i + 1).copied().unwrap_or(b' ');
        let inside = in_word && i > 0 && {
            let last = bytes[i - 1];
            match b {
                b'\'' | b'.' => {
                    is_letter(last) && is_letter(next) || last.is_ascii_digit() && next.is_ascii_digit()
                }
                b':' => is_letter(last) && is_letter(next),
                b',' | b';' => last.is_ascii_digit() && next.is_ascii_digit(),
                _ => false,
            }
        };
        let stays = b.is_ascii_alphanumeric() || b == b'_' || inside;
        if !stays {
            words += u64::from(has_content);
            has_content = false;
        } else if b.is_ascii_alphanumeric() {
            has_content = true;
        }
        in_word = stays;
    }
    words + u64::from(has_content)
}

/// Whether a character is one of those that Chinese and Japanese write without spaces between words.
#[must_use]
pub fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30ff}' | '\u{3100}'..='\u{312f}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_counted_as_a_reader_would() {
        assert_eq!(count_words(""), 0);
        assert_eq!(count_words("It's 3.14 o'clock — don't wait, Ms. O’Hara!"), 7);
        assert_eq!(count_words("- * _ --"), 0);
        assert_eq!(count_words("one\ntwo\n\nthree"), 3);
    }

    #[test]
    fn chinese_and_japanese_count_by_character() {
        assert_eq!(count_words("雨が降る。"), 4);
        assert_eq!(count_words("カタカナ and 漢字"), 7);
        assert_eq!(count_words("안녕 세계"), 2);
    }

    proptest! {
        #[test]
        fn the_fast_path_for_ascii_counts_like_unicode(text in "[a-zA-Z0-9'.,;:_ \n\"-]{0,40}") {
            prop_assert_eq!(ascii_words(text.as_bytes()), text.unicode_words().count() as u64);
        }
    }
}
