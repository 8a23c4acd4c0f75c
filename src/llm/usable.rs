//! Whether an answer is prose that an author can be shown as a draft.

use super::Failure;

/// Accepts a whole answer that holds words; refuses nothing, a web page, bare JSON and junk.
///
/// Hostile characters between words are not refused: they are stored as they came and cleaned where they are shown.
pub fn check_text(text: &str) -> Result<(), Failure> {
    let unusable = |reason: &str| Err(Failure::Unusable { reason: reason.to_owned() });
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if trimmed.is_empty() {
        let only_space = text.chars().all(char::is_whitespace);
        return if only_space { Err(Failure::Empty) } else { unusable("it has no visible character") };
    }
    if is_page(trimmed) {
        return unusable("it is a web page and no text");
    }
    if is_json(trimmed) {
        return unusable("it is bare JSON and no text");
    }
    if !trimmed.chars().any(|c| c.is_alphanumeric() || is_pictograph(c)) {
        return unusable("it contains no word");
    }
    Ok(())
}

/// Controls, and what stands for bytes that were no text or takes no room.
fn is_invisible(c: char) -> bool {
    c.is_control() || matches!(c, '\u{FEFF}' | '\u{FFFD}' | '\u{200B}'..='\u{200F}' | '\u{2060}')
}

/// A page of emoji is odd but a text.
fn is_pictograph(c: char) -> bool {
    matches!(c as u32, 0x2600..=0x27BF | 0x1F000..=0x1FAFF)
}

fn is_page(text: &str) -> bool {
    let head: String = text.chars().take(64).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body", "<?xml"].iter().any(|tag| head.starts_with(tag))
}

fn is_json(text: &str) -> bool {
    let inner = text
        .strip_prefix("```json")
        .or_else(|| text.strip_prefix("```"))
        .and_then(|rest| rest.strip_suffix("```"))
        .map_or(text, str::trim);
    inner.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(inner).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_in_any_script_is_usable() {
        for text in [
            "She lit the lamp.",
            "  灯亮了。\n\n雪还在下。",
            "أضاءت المصباح.",
            "🌧️🌧️🌧️",
            "[2] MARA: Not tonight.",
            "{ an aside } and then prose",
            "\"He said no.\"",
        ] {
            assert_eq!(check_text(text), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn nothing_is_empty() {
        for text in ["", " \n\t ", "\u{3000}"] {
            assert_eq!(check_text(text), Err(Failure::Empty), "{text:?}");
        }
    }

    #[test]
    fn pages_json_and_junk_are_unusable() {
        for text in [
            "<!DOCTYPE html><html><body>502</body></html>",
            "<html>\n<h1>Bad gateway</h1>",
            r#"{"error":{"message":"no"}}"#,
            "```json\n[1, 2]\n```",
            "\0\0\0\0",
            "\u{FFFD}\u{FFFD}",
            "...---...",
        ] {
            assert_eq!(check_text(text).map_err(|failure| failure.kind()), Err("unusable"), "{text:?}");
        }
    }
}
