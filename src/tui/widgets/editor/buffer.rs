//! The lines of a text and the places between its graphemes.

use std::cell::RefCell;

use unicode_segmentation::GraphemeCursor;

/// A place in the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The line, from 0.
    pub line: usize,
    /// The byte in it, on the edge of a grapheme.
    pub byte: usize,
}

impl Place {
    /// The place where a text ends that begins here.
    pub fn after(self, text: &str) -> Self {
        match text.rfind('\n') {
            None => Self { byte: self.byte + text.len(), ..self },
            Some(last) => Self { line: self.line + text.matches('\n').count(), byte: text.len() - last - 1 },
        }
    }
}

/// A line, and where its rows begin at the width it was last wrapped to.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub text: String,
    pub rows: RefCell<Option<(u16, Vec<usize>)>>,
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), rows: RefCell::default() }
    }
}

/// The text by lines; there is always one.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    list: Vec<Line>,
}

impl Default for Lines {
    fn default() -> Self {
        Self { list: vec![Line::default()] }
    }
}

impl Lines {
    pub fn from_text(text: &str) -> Self {
        Self { list: text.split('\n').map(Line::from).collect() }
    }

    pub fn text(&self) -> String {
        let mut out = String::with_capacity(self.list.iter().map(|l| l.text.len() + 1).sum());
        for (i, line) in self.list.iter().enumerate() {
            if i > 0 {
                out.push('\n');
            }
            out.push_str(&line.text);
        }
        out
    }

    pub fn is_empty(&self) -> bool {
        self.list.len() == 1 && self.list[0].text.is_empty()
    }

    pub fn count(&self) -> usize {
        self.list.len()
    }

    pub fn line(&self, line: usize) -> &Line {
        &self.list[line]
    }

    pub fn end(&self) -> Place {
        let line = self.list.len() - 1;
        Place { line, byte: self.list[line].text.len() }
    }

    pub fn line_end(&self, line: usize) -> Place {
        Place { line, byte: self.list[line].text.len() }
    }

    /// Puts a text in the place of what stands between two places, and gives back what stood there.
    pub fn replace(&mut self, from: Place, to: Place, text: &str) -> String {
        let tail = self.list[to.line].text[to.byte..].to_owned();
        let mut removed = String::new();
        if from.line == to.line {
            removed.push_str(&self.list[from.line].text[from.byte..to.byte]);
        } else {
            removed.push_str(&self.list[from.line].text[from.byte..]);
            for line in self.list.drain(from.line + 1..=to.line) {
                removed.push('\n');
                removed.push_str(&line.text);
            }
            removed.truncate(removed.len() - tail.len());
        }
        let first = &mut self.list[from.line];
        *first.rows.get_mut() = None;
        first.text.truncate(from.byte);
        let mut pieces = text.split('\n');
        first.text.push_str(pieces.next().unwrap_or_default());
        let at = from.line + 1;
        self.list.splice(at..at, pieces.map(Line::from));
        let last = &mut self.list[from.line + text.matches('\n').count()];
        last.text.push_str(&tail);
        removed
    }

    /// The place one grapheme on; None at the end.
    pub fn next(&self, at: Place) -> Option<Place> {
        let text = &self.list[at.line].text;
        if at.byte < text.len() {
            let byte = edge_after(text, at.byte);
            Some(Place { byte, ..at })
        } else {
            (at.line + 1 < self.list.len()).then(|| Place { line: at.line + 1, byte: 0 })
        }
    }

    /// The place one grapheme back; None at the beginning.
    pub fn previous(&self, at: Place) -> Option<Place> {
        if at.byte > 0 {
            let text = &self.list[at.line].text;
            Some(Place { byte: edge_before(text, at.byte), ..at })
        } else {
            at.line.checked_sub(1).map(|line| self.line_end(line))
        }
    }

    /// The place itself, or the end of the grapheme that it stands in.
    pub fn at_boundary(&self, at: Place) -> Place {
        let line = at.line.min(self.list.len() - 1);
        let text = &self.list[line].text;
        let byte = at.byte.min(text.len());
        let on_edge = GraphemeCursor::new(byte, text.len(), true).is_boundary(text, 0).unwrap_or(true);
        Place { line, byte: if on_edge { byte } else { edge_after(text, byte) } }
    }
}

fn edge_after(text: &str, byte: usize) -> usize {
    let next = GraphemeCursor::new(byte, text.len(), true).next_boundary(text, 0);
    next.ok().flatten().unwrap_or(text.len())
}

fn edge_before(text: &str, byte: usize) -> usize {
    let previous = GraphemeCursor::new(byte, text.len(), true).prev_boundary(text, 0);
    previous.ok().flatten().unwrap_or(0)
}
