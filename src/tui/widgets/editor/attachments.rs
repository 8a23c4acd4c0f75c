//! Long pastes, each standing in the text as one character that draws as a chip.
//!
//! The characters are Unicode's noncharacters: meant for use inside a program, and no text that comes in has any,
//! because [`without_controls`](crate::analysis::clean::without_controls) takes them out.

use std::collections::HashMap;

use crate::analysis::count_words;

/// The markers, in the order they are given out. None is used twice, so that undo finds its paste.
const MARKERS: std::ops::RangeInclusive<char> = '\u{fdd0}'..='\u{fdef}';

#[derive(Debug, Clone)]
struct Attachment {
    text: String,
    label: String,
}

/// The pastes by their markers.
#[derive(Debug, Clone, Default)]
pub(super) struct Attachments {
    by_marker: HashMap<char, Attachment>,
}

impl Attachments {
    /// Keeps a paste; says its marker and its words. None when all markers are in use: it is text like any other
    /// then, only slower.
    pub fn add(&mut self, text: &str) -> Option<(char, u64)> {
        let marker = { MARKERS }.nth(self.by_marker.len())?;
        let words = count_words(text);
        let label = format!("[pasted {}, {} words]", size(text.len()), grouped(words));
        self.by_marker.insert(marker, Attachment { text: text.to_owned(), label });
        Some((marker, words))
    }

    /// What a grapheme shows if it is a chip.
    pub fn label(&self, grapheme: &str) -> Option<&str> {
        let marker = grapheme.chars().next().filter(|c| MARKERS.contains(c))?;
        self.by_marker.get(&marker).map(|a| a.label.as_str())
    }

    /// The text with every paste in its place.
    pub fn unfold(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match self.by_marker.get(&c) {
                Some(attachment) if MARKERS.contains(&c) => out.push_str(&attachment.text),
                _ => out.push(c),
            }
        }
        out
    }
}

fn size(bytes: usize) -> String {
    if bytes >= 1_000_000 {
        format!("{:.1} MB", bytes as f64 / 1_000_000.0)
    } else {
        format!("{} KB", bytes / 1000)
    }
}

/// A number with a comma at every thousand.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_says_how_much_it_holds() {
        let mut attachments = Attachments::default();
        let (marker, words) = attachments.add(&"word ".repeat(210_000)).expect("a marker");
        assert_eq!(words, 210_000);
        assert_eq!(attachments.label(&marker.to_string()), Some("[pasted 1.1 MB, 210,000 words]"));
        assert_eq!(attachments.label("x"), None);
    }

    #[test]
    fn markers_run_out_without_harm() {
        let mut attachments = Attachments::default();
        assert_eq!((0..40).filter_map(|_| attachments.add("x")).count(), 32);
    }
}
