//! Bytes of a text file → text. Never panics, never guesses over broken UTF-8.

use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::ImportError;

/// A text as it was decoded: lines end with `\n`, and there is no byte order mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// The encoding it was in: `UTF-8`, `UTF-16LE`, `windows-1252` …
    pub encoding: &'static str,
}

/// The first bytes of files that are often taken for texts.
const MAGIC: [(&[u8], &str); 10] = [
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, such as docx or epub"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"{\\rtf", "an RTF file"),
    (b"SQLite format 3", "a database"),
];

/// Decodes a file's bytes; `file` is its name for the error.
pub fn decode(file: &str, bytes: &[u8]) -> Result<Decoded, ImportError> {
    let no_text = |what: String| ImportError::NoText { file: file.to_owned(), what };
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(no_text(format!("it begins like {what}")));
    }
    let (text, encoding) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == UTF_8 => (utf8(file, &bytes[mark..], mark)?, UTF_8),
        Some((encoding, mark)) => (whole(file, encoding, &bytes[mark..])?, encoding),
        None => match utf16_without_mark(bytes) {
            Some(encoding) => (whole(file, encoding, bytes)?, encoding),
            None if std::str::from_utf8(bytes).is_ok() => (utf8(file, bytes, 0)?, UTF_8),
            None => old(file, bytes)?,
        },
    };
    let text = windows_signs(text);
    if let Some((at, c)) = text.char_indices().find(|(_, c)| is_no_text(*c)) {
        let line = text[..at].matches('\n').count() + 1;
        return Err(no_text(format!("there is a character U+{:04X} in line {line}", u32::from(c))));
    }
    Ok(Decoded { text: text.replace("\r\n", "\n").replace('\r', "\n"), encoding: encoding.name() })
}

/// Mends a text whose dashes and quotation marks were once taken over as numbers: U+0097 was byte 0x97, a dash.
fn windows_signs(text: String) -> String {
    if !text.contains(|c| matches!(c, '\u{80}'..='\u{9f}') && c != '\u{85}') {
        return text;
    }
    text.chars().map(windows_sign).collect()
}

/// Returns the character that windows-1252 has at a place between U+0080 and U+009F.
pub(super) fn windows_sign(c: char) -> char {
    let ('\u{80}'..='\u{9f}', Ok(byte)) = (c, u8::try_from(u32::from(c))) else { return c };
    let bytes = [byte];
    let (decoded, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
    decoded.chars().next().unwrap_or(c)
}

fn utf8(file: &str, bytes: &[u8], before: usize) -> Result<String, ImportError> {
    let text = std::str::from_utf8(bytes).map_err(|e| ImportError::BrokenUtf8 {
        file: file.to_owned(),
        offset: before + e.valid_up_to() + 1,
    })?;
    Ok(text.to_owned())
}

fn whole(file: &str, encoding: &'static Encoding, bytes: &[u8]) -> Result<String, ImportError> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned).ok_or_else(|| ImportError::NoText {
        file: file.to_owned(),
        what: format!("it begins like {} and does not continue so", encoding.name()),
    })
}

/// Texts of most scripts have zero bytes in every second place, spaces and line ends at the least.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) || bytes.is_empty() {
        return None;
    }
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), bytes.len() / 2);
    match (even, odd) {
        (0, odd) if odd * 20 >= pairs => Some(UTF_16LE),
        (even, 0) if even * 20 >= pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Decodes what is no UTF-8. A file that is UTF-8 but for a few bytes is broken, and not old.
fn old(file: &str, bytes: &[u8]) -> Result<(String, &'static Encoding), ImportError> {
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        return Err(ImportError::NoText { file: file.to_owned(), what: format!("byte {} is zero", at + 1) });
    }
    let (mut good, mut bad, mut first) = (0, 0, None);
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            bad += 1;
            first = first.or(Some(at + 1));
        }
        at += chunk.invalid().len();
    }
    if good > bad {
        return Err(ImportError::BrokenUtf8 { file: file.to_owned(), offset: first.unwrap_or(1) });
    }
    if is_mac_roman(bytes) {
        return Ok((whole(file, MACINTOSH, bytes)?, MACINTOSH));
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, chardetng::Utf8Detection::Deny);
    let found = guessed.decode_without_bom_handling_and_without_replacement(bytes);
    match found {
        Some(text) => Ok((text.into_owned(), guessed)),
        None => Ok((whole(file, WINDOWS_1252, bytes)?, WINDOWS_1252)),
    }
}

/// Returns whether a text has the quotation marks and apostrophes of Mac Roman where such marks stand. In windows-1252
/// the same bytes are `Ò`, `Ó` and `Õ`, which no language writes between small letters or behind a full stop.
fn is_mac_roman(bytes: &[u8]) -> bool {
    // windows-1252 has its own marks at 0x85 and 0x91 to 0x97; in Mac Roman these are letters and rare.
    let marks_of_windows = bytes.iter().filter(|b| matches!(**b, 0x91..=0x94 | 0x96 | 0x97)).count();
    let at = |n: usize| bytes.get(n).copied().unwrap_or(b' ');
    let is_mark = |n: usize| {
        let (before, after) = (if n == 0 { b' ' } else { at(n - 1) }, at(n + 1));
        let opens = before.is_ascii_whitespace() && after.is_ascii_alphabetic();
        let closes = matches!(before, b'.' | b',' | b'!' | b'?') && !after.is_ascii_alphabetic();
        match bytes[n] {
            0xd2 => opens,
            0xd3 => closes,
            0xd5 => before.is_ascii_lowercase() && after.is_ascii_lowercase(),
            _ => false,
        }
    };
    let marks = (0..bytes.len()).filter(|n| is_mark(*n)).count();
    let others = bytes.iter().filter(|b| matches!(**b, 0xd2 | 0xd3 | 0xd5)).count();
    marks > 0 && marks * 2 > others && marks > marks_of_windows
}

/// Control characters that no text has. A form feed stands before chapters of old files.
fn is_no_text(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1a}' | '\u{85}')
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "# Café\r\n\r\nÉlodie said “no” – naïvely.\r\n";
    const READ: &str = "# Café\n\nÉlodie said “no” – naïvely.\n";

    fn utf16(text: &str, mark: bool, turned: bool) -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|u| if turned { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    }

    #[test]
    fn every_encoding_an_author_may_have_reads_the_same() {
        let old = WINDOWS_1252.encode(TEXT).0.into_owned();
        let marked = [b"\xef\xbb\xbf", TEXT.as_bytes()].concat();
        let cases = [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (marked, "UTF-8"),
            (utf16(TEXT, true, false), "UTF-16LE"),
            (utf16(TEXT, true, true), "UTF-16BE"),
            (utf16(TEXT, false, false), "UTF-16LE"),
            (utf16(TEXT, false, true), "UTF-16BE"),
            (old, "windows-1252"),
        ];
        for (bytes, encoding) in cases {
            let decoded = decode("x.md", &bytes).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.encoding), (READ, encoding));
        }
        assert_eq!(decode("x.md", b"one\rtwo").unwrap().text, "one\ntwo");
        assert_eq!(decode("x.md", b"").unwrap().text, "");
    }

    #[test]
    fn latin_1_and_east_asian_files_are_told_apart() {
        assert_eq!(decode("x.md", b"caf\xe9 d\xe9j\xe0 vu").unwrap().text, "café déjà vu");
        let text = "冬の港は静かだ。マラは船を見つけた。誰も答えなかった。";
        let bytes = encoding_rs::SHIFT_JIS.encode(text).0.into_owned();
        assert_eq!(decode("x.md", &bytes).unwrap(), Decoded { text: text.into(), encoding: "Shift_JIS" });
    }

    #[test]
    fn a_file_of_an_old_mac_is_told_by_its_quotation_marks() {
        for (text, encoding) in [
            ("“Don’t,” she said—and the café went quiet…", "macintosh"),
            ("He didn’t go. “No,” she said.", "macintosh"),
            ("It’s late.", "macintosh"),
            ("“Don’t,” she said—and the café went quiet…", "windows-1252"),
            ("São Paulo, ÓRGÃO, Òscar and TÕNU came.", "windows-1252"),
        ] {
            let of = if encoding == "macintosh" { MACINTOSH } else { WINDOWS_1252 };
            let decoded = decode("x.txt", &of.encode(text).0).unwrap();
            assert_eq!(decoded.text, text, "{encoding}");
            assert_eq!(decoded.encoding == "macintosh", encoding == "macintosh", "{text}");
        }
        let text = "Тихо. Утром у моря никого не было, Хозяин спал. У двери стояла лодка.";
        assert_eq!(decode("x.txt", &encoding_rs::WINDOWS_1251.encode(text).0).unwrap().text, text);
    }

    #[test]
    fn broken_utf8_is_refused_with_its_place_and_never_guessed_over() {
        let mut bytes = "Élodie, naïve, déjà vu".as_bytes().to_vec();
        bytes.insert(9, 0xff);
        let error = decode("mara.md", &bytes).unwrap_err();
        assert_eq!(error, ImportError::BrokenUtf8 { file: "mara.md".into(), offset: 10 });
        assert!(decode("x.md", b"\xef\xbb\xbfab\xff").unwrap_err().to_string().contains("byte 6"));
    }

    #[test]
    fn what_is_no_text_is_refused_and_named() {
        for (bytes, what) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "a PNG image"),
            (b"PK\x03\x04....", "a ZIP archive"),
            (b"some\x00thing else\x00\xff", "byte 5 is zero"),
            (b"line\nbell \x07", "U+0007 in line 2"),
            (b"\xff\xfea\x00\x00\xd8b\x00", "does not continue so"),
        ] {
            let error = decode("picture.md", bytes).unwrap_err().to_string();
            assert!(error.starts_with("picture.md: ") && error.contains(what), "{error}");
        }
    }

    #[test]
    fn signs_of_windows_that_were_taken_over_as_numbers_are_mended() {
        let text =
            decode("a.txt", "waited\u{97}and. It\u{92}s \u{93}late\u{94}\u{85}\n".as_bytes()).unwrap().text;
        assert_eq!(text, "waited\u{2014}and. It\u{2019}s \u{201c}late\u{201d}\u{2026}\n");
        // 0x81 is not a sign there, either.
        assert!(decode("a.txt", "a\u{81}b".as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode("x.md", &bytes);
        }

        #[test]
        fn utf8_comes_back_as_it_was(text in "[^\\p{Cc}\u{feff}\u{fffe}\u{ffff}]{0,60}") {
            prop_assume!(MAGIC.iter().all(|(m, _)| !text.as_bytes().starts_with(m)));
            prop_assert_eq!(decode("x.md", text.as_bytes()).unwrap().text, text);
        }
    }
}
