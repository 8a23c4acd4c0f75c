//! The marks between which models think.

use std::ops::Range;

/// Which end of a thought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Open,
    Close,
}

/// A mark in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub side: Side,
    /// Which marks belong together.
    pub family: usize,
    pub range: Range<usize>,
}

/// What is between the brackets of a mark: words for thinking, in lower case.
const NAMES: [&str; 16] = [
    "think",
    "thinking",
    "thought",
    "thoughts",
    "reasoning",
    "reason",
    "reflection",
    "scratchpad",
    "analysis",
    "planning",
    "rationale",
    "inner_monologue",
    "internal_monologue",
    "antthinking",
    "cot",
    "chain_of_thought",
];
/// A mark is no longer than this, in bytes.
const MAX_MARK: usize = 80;
/// Brackets, the longer ones first.
const BRACKETS: [(&str, &str); 6] =
    [("<|", "|>"), ("<｜", "｜>"), ("<", ">"), ("[", "]"), ("◁", "▷"), ("＜", "＞")];
/// Whole marks that are built otherwise, by pairs.
const OTHERS: [(&str, &str); 2] = [("<|channel>thought", "<channel|>"), ("<unused94>thought", "<unused95>")];

/// All marks, in their order; linear in the answer.
pub fn all(answer: &str) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut at = 0;
    while let Some(found) = answer[at..].find(['<', '[', '◁', '＜']) {
        let start = at + found;
        if let Some((side, family, length)) = mark(&answer[start..]) {
            marks.push(Mark { side, family, range: start..start + length });
            at = start + length;
        } else {
            at = start + answer[start..].chars().next().map_or(1, char::len_utf8);
        }
    }
    marks
}

fn mark(rest: &str) -> Option<(Side, usize, usize)> {
    for (n, (open, close)) in OTHERS.iter().enumerate() {
        if rest.starts_with(open) {
            return Some((Side::Open, NAMES.len() + n, open.len()));
        }
        if rest.starts_with(close) {
            return Some((Side::Close, NAMES.len() + n, close.len()));
        }
    }
    let (open, close) = BRACKETS.iter().find(|(open, _)| rest.starts_with(open))?;
    let inside = &rest[open.len()..];
    let inside = &inside[..inside.floor_char_boundary(MAX_MARK)];
    let end = inside.find(close)?;
    let inner = &inside[..end];
    if inner.contains(['\n', '<', '[']) {
        return None;
    }
    let (side, family) = named(inner, *open == "<")?;
    Some((side, family, open.len() + end + close.len()))
}

/// What the words between brackets say; a tag may have a namespace and attributes.
fn named(inner: &str, is_tag: bool) -> Option<(Side, usize)> {
    let inner = inner.trim().to_lowercase();
    let (closes, inner) = inner.strip_prefix('/').map_or((false, &*inner), |rest| (true, rest.trim_start()));
    let inner = if is_tag { inner.split_whitespace().next()? } else { inner };
    let inner = inner.rsplit(':').next()?;
    let inner = inner.replace(['▁', ' '], "_");
    let begins = ["begin_of_", "start_of_", "begin_", "start_"].iter().find_map(|p| inner.strip_prefix(p));
    let ends = ["end_of_", "end_"].iter().find_map(|p| inner.strip_prefix(p));
    let name = begins.or(ends).unwrap_or(&inner);
    let family = NAMES.iter().position(|known| *known == name)?;
    Some((if closes || ends.is_some() { Side::Close } else { Side::Open }, family))
}

/// The text without a mark of which only the first part has come.
pub fn without_half_mark(so_far: &str) -> &str {
    let from = so_far.floor_char_boundary(so_far.len().saturating_sub(MAX_MARK));
    let Some(start) = so_far[from..].rfind(['<', '◁', '＜']).map(|at| from + at) else { return so_far };
    let tail = &so_far[start..];
    let is_half = !tail.contains(['>', '▷', '＞', '\n', ' ']) && tail.len() < 24;
    if is_half { &so_far[..start] } else { so_far }
}
