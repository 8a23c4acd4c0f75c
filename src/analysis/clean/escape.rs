//! Where an escape sequence ends, so that it goes whole and leaves no `]52;c;…` behind.

/// The byte index after the sequence that starts at `at` with an ESC or a C1 control.
///
/// A string (OSC, DCS, APC, …) that its line does not terminate loses only its introducer: a broken sequence
/// must not swallow the chapter after it, and without introducer it is plain text.
pub(super) fn end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    if bytes[at] != 0x1b {
        // C1, two bytes in UTF-8: U+009B is `ESC [` in one, U+009D is `ESC ]`, and so on.
        let after = at + 2;
        return match bytes[at + 1] {
            0x9b => control(bytes, after),
            0x90 | 0x98 | 0x9d..=0x9f => string(text, after),
            _ => after,
        };
    }
    let after = at + 1;
    match bytes.get(after) {
        Some(b'[') => control(bytes, after + 1),
        Some(b']' | b'P' | b'X' | b'^' | b'_') => string(text, after + 1),
        Some(0x20..=0x2f) => {
            let end = skip(bytes, after, 0x20, 0x2f);
            skip(&bytes[..bytes.len().min(end + 1)], end, 0x30, 0x7e)
        }
        Some(0x30..=0x7e) => after + 1,
        _ => after,
    }
}

/// The end of a CSI sequence: parameters, intermediates, one final byte. What does not fit ends it.
fn control(bytes: &[u8], at: usize) -> usize {
    let parameters = skip(bytes, at, 0x30, 0x3f);
    let end = skip(bytes, parameters, 0x20, 0x2f);
    if bytes.get(end).is_some_and(|b| (0x40..=0x7e).contains(b)) { end + 1 } else { end }
}

fn skip(bytes: &[u8], at: usize, low: u8, high: u8) -> usize {
    bytes[at..].iter().position(|b| !(low..=high).contains(b)).map_or(bytes.len(), |n| at + n)
}

/// The end of a string sequence whose payload starts at `at`; `at` itself if its line does not end it.
///
/// The scan stops at the next introducer of any kind, so that a text full of them is still read once.
fn string(text: &str, at: usize) -> usize {
    for (i, c) in text[at..].char_indices() {
        let here = at + i;
        match c {
            '\x07' | '\x18' | '\x1a' | '\u{9c}' => return here + c.len_utf8(),
            '\x1b' if text[here..].starts_with("\x1b\\") => return here + 2,
            '\x1b' | '\u{80}'..='\u{9f}' => return here,
            '\n' | '\r' => return at,
            _ => {}
        }
    }
    at
}
