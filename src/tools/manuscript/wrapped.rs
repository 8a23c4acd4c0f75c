//! Whether the lines of a paragraph were broken at a width, or by their author.
//!
//! In a book a newline is a line break. Only lines that were filled as far as they could be are joined.

use crate::analysis::is_cjk;

/// Nobody breaks lines at less, in columns.
const MIN_WIDTH: usize = 40;
/// Nor at more, by hand or by a program.
const MAX_WIDTH: usize = 120;

/// Returns whether the lines of a paragraph were broken at a width.
pub(super) fn is_wrapped(lines: &[&str]) -> bool {
    let Some((last, filled)) = lines.split_last() else { return false };
    let width = lines.iter().map(|l| columns(l)).max().unwrap_or(0);
    if filled.is_empty() || !(MIN_WIDTH..=MAX_WIDTH).contains(&width) {
        return false;
    }
    let next = lines[1..].iter().map(|line| first_word(line));
    // Each line has no room for what the next one begins with.
    let is_full = filled.iter().zip(next).all(|(line, next)| columns(line) + next + 1 > width);
    let continues = |line: &&str| line.starts_with(|c: char| c.is_lowercase() || is_cjk(c));
    let is_open = |line: &&str| !ends_sentence(line);
    is_full && (lines[1..].iter().any(continues) || filled.iter().any(is_open) && columns(last) < width)
}

/// Joins lines: scripts without spaces have none between them.
pub(super) fn joined(lines: &[&str]) -> String {
    let mut out = String::new();
    for line in lines.iter().map(|l| l.trim()) {
        let is_joint_spaceless = out.ends_with(is_spaceless) && line.starts_with(is_spaceless);
        if !out.is_empty() && !is_joint_spaceless {
            out.push(' ');
        }
        out.push_str(line);
    }
    out
}

fn is_spaceless(c: char) -> bool {
    is_cjk(c) || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

/// Returns whether a line ends as sentences do, closing marks included.
pub(super) fn ends_sentence(line: &str) -> bool {
    let bare = line
        .trim_end()
        .trim_end_matches(['"', '\'', '”', '’', '»', '«', '“', ')', ']', '」', '』', '）', '*', '_']);
    bare.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？', '：', '；', '—', '؟', '।', '‼'])
}

fn columns(line: &str) -> usize {
    line.trim().chars().map(|c| if is_cjk(c) { 2 } else { 1 }).sum()
}

fn first_word(line: &str) -> usize {
    let line = line.trim_start();
    match line.chars().next() {
        Some(c) if is_cjk(c) => 2,
        _ => line.split_whitespace().next().map_or(0, columns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_were_filled_to_a_width_are_told_from_those_of_an_author() {
        let wrapped: [&[&str]; 3] = [
            &["She counted the boats twice over, because the", "clerk had told her to, and one was missing."],
            &[
                "It rained in the harbour the whole day long, and Mara counted",
                "lanterns along the pier until it was dark.",
            ],
            &["他们在渡口等了很久很久，没有人愿意先开口说", "话，于是又等了一夜。"],
        ];
        for lines in wrapped {
            assert!(is_wrapped(lines), "{lines:?}");
        }
        let kept: [&[&str]; 5] = [
            &["\"Where is it?\" she said.", "\"Gone,\" said the clerk.", "\"Gone where?\""],
            &["The sea gives up", "its dead by night,", "and keeps its counsel."],
            &["It was many and many a year ago,", "In a kingdom by the sea,"],
            &["Shall I compare thee to a summer's day?", "Thou art more lovely and more temperate:"],
            &[
                "A short line.",
                "and a much longer one, which no width of anything would have broken off there",
            ],
        ];
        for lines in kept {
            assert!(!is_wrapped(lines), "{lines:?}");
        }
        assert_eq!(joined(&["a b", " c"]), "a b c");
        assert_eq!(joined(&["港へ。", "「寒い」"]), "港へ。「寒い」");
    }
}
