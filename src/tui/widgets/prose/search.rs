//! Finding a text in a text.

use std::ops::Range;

use crate::tui::theme::Role;

/// A search and its hits.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    query: String,
    hits: Vec<Range<usize>>,
    current: usize,
}

impl Search {
    pub fn new(query: &str, text: &str) -> Self {
        Self { query: query.to_owned(), hits: find_all(text, query), current: 0 }
    }

    /// Looks again: the text is another.
    pub fn update(&mut self, text: &str) {
        if !self.query.is_empty() {
            self.hits = find_all(text, &self.query);
            self.current = self.current.min(self.hits.len().saturating_sub(1));
        }
    }

    /// Goes to the first hit from a byte on, or the very first.
    pub fn begin(&mut self, byte: usize) -> Option<usize> {
        self.current = self.hits.iter().position(|hit| hit.start >= byte).unwrap_or(0);
        self.place()
    }

    /// Goes to the next or the last hit, around the end of the text.
    pub fn step(&mut self, forward: bool) -> Option<usize> {
        let count = self.hits.len();
        if count > 0 {
            self.current = (self.current + if forward { 1 } else { count - 1 }) % count;
        }
        self.place()
    }

    fn place(&self) -> Option<usize> {
        self.hits.get(self.current).map(|hit| hit.start)
    }

    pub fn count(&self) -> Option<(usize, usize)> {
        (!self.query.is_empty()).then(|| (self.hits.len().min(self.current + 1), self.hits.len()))
    }

    /// The hits from a byte on, to be asked in rising order.
    pub fn hits_from(&self, byte: usize) -> Hits<'_> {
        Hits { search: self, next: self.hits.partition_point(|hit| hit.end <= byte) }
    }
}

/// Walks along the hits with the text.
pub(super) struct Hits<'a> {
    search: &'a Search,
    next: usize,
}

impl Hits<'_> {
    /// How a byte that is not before the last one asked for is marked.
    pub fn at(&mut self, byte: usize) -> Option<Role> {
        while self.search.hits.get(self.next).is_some_and(|hit| hit.end <= byte) {
            self.next += 1;
        }
        let hit = self.search.hits.get(self.next).filter(|hit| hit.start <= byte)?;
        debug_assert!(hit.contains(&byte));
        Some(if self.next == self.search.current { Role::MatchCurrent } else { Role::Match })
    }
}

/// Every hit, none overlapping another. A query in lower case is found in either.
fn find_all(text: &str, query: &str) -> Vec<Range<usize>> {
    let exact = query.chars().any(char::is_uppercase);
    let query: Vec<char> =
        if exact { query.chars().collect() } else { query.chars().flat_map(char::to_lowercase).collect() };
    let mut hits = Vec::new();
    let mut from = 0;
    if query.is_empty() {
        return hits;
    }
    for (at, _) in text.char_indices() {
        if at >= from
            && let Some(length) = matches(&text[at..], &query, exact)
        {
            hits.push(at..at + length);
            from = at + length;
        }
    }
    hits
}

/// The length of the query at the head of a text, if it stands there.
fn matches(text: &str, query: &[char], exact: bool) -> Option<usize> {
    let same = |a: char, b: char| a == b || b == ' ' && a == '\n';
    let mut wanted = query.iter();
    for (at, c) in text.char_indices() {
        if wanted.as_slice().is_empty() {
            return Some(at);
        }
        if exact {
            if !wanted.next().is_some_and(|w| same(c, *w)) {
                return None;
            }
            continue;
        }
        for folded in c.to_lowercase() {
            if !wanted.next().is_some_and(|w| same(folded, *w)) {
                return None;
            }
        }
    }
    wanted.as_slice().is_empty().then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_finds_either_case_and_a_blank_a_line_end() {
        assert_eq!(find_all("The Rain, the rain", "rain"), vec![4..8, 14..18]);
        assert_eq!(find_all("The Rain, the rain", "Rain"), vec![4..8]);
        assert_eq!(find_all("the\npier", "the pier"), vec![0..8]);
        assert_eq!(find_all("ÄPFEL äpfel", "äpfel"), vec![0..6, 7..13]);
        assert_eq!(find_all("aaa", "aa"), vec![0..2]);
        assert!(find_all("x", "").is_empty());
    }
}
