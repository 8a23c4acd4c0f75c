//! The places between the graphemes of a text.

use unicode_segmentation::GraphemeCursor;

/// A place in the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The line, from 0.
    pub line: usize,
    /// The byte in it, on the edge of a grapheme.
    pub byte: usize,
}

/// The first edge after a byte of a line.
pub(super) fn edge_after(line: &str, byte: usize) -> usize {
    let next = GraphemeCursor::new(byte, line.len(), true).next_boundary(line, 0);
    next.ok().flatten().unwrap_or(line.len())
}

/// The last edge before a byte of a line.
pub(super) fn edge_before(line: &str, byte: usize) -> usize {
    let previous = GraphemeCursor::new(byte, line.len(), true).prev_boundary(line, 0);
    previous.ok().flatten().unwrap_or(0)
}

/// The byte itself, or the end of the grapheme that it stands in.
pub(super) fn edge_at(line: &str, byte: usize) -> usize {
    let on_edge = GraphemeCursor::new(byte, line.len(), true).is_boundary(line, 0).unwrap_or(true);
    if on_edge { byte } else { edge_after(line, byte) }
}
