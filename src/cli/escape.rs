//! JSON that controls no terminal, whoever prints it: such characters are written as `\u` (RFC 8259, section 7).

use std::borrow::Cow;
use std::fmt::Write as _;

/// Escapes the characters that JSON allows unescaped and a terminal acts on; the value stays the same.
pub(super) fn escaped(json: &str) -> Cow<'_, str> {
    if !json.contains(controls_terminal) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if controls_terminal(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Delete and C1, line separators, marks of direction, what has no width, and tags. Joiners are part of words.
fn controls_terminal(c: char) -> bool {
    matches!(c,
        '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn r17_what_steers_a_terminal_stands_as_its_number() {
        let title = "a\u{9b}31m b\u{202e}c \u{2066}d\u{e0041} é 日本 👩‍🚀";
        let json = Value::from(title).to_string();
        let shown = escaped(&json);
        assert_eq!(shown, r#""a\u009b31m b\u202ec \u2066d\udb40\udc41 é 日本 👩‍🚀""#);
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), title);
        assert!(matches!(escaped("{\"a\":1}"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn r17_the_value_stays_and_nothing_is_left_that_a_terminal_obeys(text in any::<String>()) {
            let json = Value::from(text.as_str()).to_string();
            let shown = escaped(&json);
            prop_assert!(!shown.chars().any(|c| c.is_control() || controls_terminal(c)));
            prop_assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), text);
        }
    }
}
