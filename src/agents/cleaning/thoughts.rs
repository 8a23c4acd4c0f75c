//! Thoughts in an answer, in any form that models use.

mod harmony;
mod marks;

use std::borrow::Cow;

use marks::{Mark, Side};

/// An answer taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// What is not a thought.
    pub text: String,
    /// Whether there are thoughts.
    pub found: bool,
    /// Whether the last thought never ends.
    pub unclosed: bool,
}

/// The answer as far as it has come, without thoughts: for a screen on which it grows.
#[must_use]
pub fn without_thoughts(so_far: &str) -> Cow<'_, str> {
    if !so_far.contains(['<', '[', '◁']) && !harmony::begins_bare(so_far) {
        return Cow::Borrowed(so_far);
    }
    let so_far = marks::without_half_mark(so_far);
    let split = split(so_far);
    if split.found { Cow::Owned(split.text) } else { Cow::Borrowed(so_far) }
}

/// Takes thoughts out: a block at the start, one that stands on its own between paragraphs, and all before an end that
/// has no beginning. A mark that a sentence merely mentions is text.
#[must_use]
pub fn split(answer: &str) -> Split {
    if let Some(split) = harmony::split(answer) {
        return split;
    }
    let marks = marks::all(answer);
    let mut out = Split::default();
    let mut kept = 0;
    let mut next = 0;
    while next < marks.len() {
        let mark = &marks[next];
        if mark.range.start < kept {
            next += 1;
            continue;
        }
        match mark.side {
            Side::Open => {
                if !stands_alone(answer, mark, &out) {
                    next += 1;
                    continue;
                }
                let Some(close) = closing(answer, &marks, next) else {
                    if begins_line(answer, mark) {
                        add(&mut out, &answer[kept..mark.range.start]);
                        (out.found, out.unclosed, kept) = (true, true, answer.len());
                        break;
                    }
                    next += 1;
                    continue;
                };
                if begins_line(answer, mark) || ends_line(answer, &marks[close]) {
                    add(&mut out, &answer[kept..mark.range.start]);
                    (out.found, kept) = (true, marks[close].range.end);
                    next = close + 1;
                } else {
                    next += 1;
                }
            }
            Side::Close => {
                if is_lone_end(answer, mark) {
                    // Before the first end all is thought; a later one is only a stray mark.
                    if out.found {
                        add(&mut out, &answer[kept..mark.range.start]);
                    }
                    (out.found, kept) = (true, mark.range.end);
                }
                next += 1;
            }
        }
    }
    if !out.found {
        answer.clone_into(&mut out.text);
        return out;
    }
    add(&mut out, &answer[kept..]);
    out
}

/// Adds a piece of text after what was taken out.
fn add(out: &mut Split, piece: &str) {
    let end = out.text.trim_end().len();
    if piece.trim().is_empty() {
        out.text.truncate(end);
        return;
    }
    if end == 0 {
        piece.trim_start().clone_into(&mut out.text);
    } else {
        out.text.truncate(end);
        out.text.push_str("\n\n");
        out.text.push_str(piece.trim_start());
    }
}

/// The end of the thought that begins at `open`: one that begins on a line of its own inside it has its own end.
fn closing(answer: &str, marks: &[Mark], open: usize) -> Option<usize> {
    let family = marks[open].family;
    let mut depth = 0_usize;
    let mut last = None;
    for (at, mark) in marks.iter().enumerate().skip(open + 1).filter(|(_, m)| m.family == family) {
        match mark.side {
            Side::Open if begins_line(answer, mark) => depth += 1,
            Side::Open => {}
            Side::Close if depth == 0 => return Some(at),
            Side::Close => {
                depth -= 1;
                last = last.or(Some(at));
            }
        }
    }
    last
}

fn line_before<'a>(answer: &'a str, mark: &Mark) -> &'a str {
    answer[..mark.range.start].rsplit('\n').next().unwrap_or_default()
}

fn begins_line(answer: &str, mark: &Mark) -> bool {
    line_before(answer, mark).trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').is_empty()
}

fn ends_line(answer: &str, mark: &Mark) -> bool {
    answer[mark.range.end..].split('\n').next().unwrap_or_default().trim().is_empty()
}

/// Whether a thought may begin here: on a line of its own, right after another, or after a sentence.
fn stands_alone(answer: &str, mark: &Mark, out: &Split) -> bool {
    if begins_line(answer, mark) || (out.found && out.text.is_empty()) {
        return true;
    }
    line_before(answer, mark)
        .trim_end()
        .ends_with(['.', '!', '?', '…', '”', '"', '»', '。', '！', '？', '」', '*'])
}

/// Whether this end, which has no beginning, ends a thought: it begins a line, or ends one or is followed by text at
/// once without looking like a word of its sentence.
fn is_lone_end(answer: &str, mark: &Mark) -> bool {
    if begins_line(answer, mark) {
        return true;
    }
    let before = answer[..mark.range.start].chars().next_back();
    if before.is_none_or(|c| c.is_whitespace() || "`\"'“‘«(".contains(c)) {
        return false;
    }
    let after = answer[mark.range.end..].chars().next();
    after.is_none_or(|c| c == '\n' || c == '\r' || c.is_alphanumeric() || "\"“„«「*[".contains(c))
}
