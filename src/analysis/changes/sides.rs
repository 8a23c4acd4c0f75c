//! Both texts side by side: blocks that begin at the same place, each with what the old and the new text have there.

use std::ops::Range;

use super::{Changes, Of};

/// A stretch of one text within a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bit {
    /// Its bytes.
    pub bytes: Range<usize>,
    /// What it is.
    pub of: Of,
}

/// What stands side by side: mostly a paragraph and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// Of the old text.
    pub old: Vec<Bit>,
    /// Of the new text.
    pub new: Vec<Bit>,
}

impl Changes {
    /// The blocks of both texts in order. The bits of each side tile its text.
    #[must_use]
    pub fn sides(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open = Block::default();
        for piece in &self.pieces {
            if let Of::Change(_) = piece.of {
                let alone = open.old.is_empty() && open.new.is_empty();
                push(&mut open.old, piece.old.clone(), piece.of);
                push(&mut open.new, piece.new.clone(), piece.of);
                let (old, new) = (&self.old[piece.old.clone()], &self.new[piece.new.clone()]);
                // A paragraph that came, went or moved stands beside nothing.
                if alone && (old.is_empty() && ends_paragraph(new) || new.is_empty() && ends_paragraph(old)) {
                    blocks.push(std::mem::take(&mut open));
                }
                continue;
            }
            let (mut old, mut new) = (piece.old.start, piece.new.start);
            let ends = breaks(&self.old[piece.old.clone()]).zip(breaks(&self.new[piece.new.clone()]));
            for (old_end, new_end) in ends {
                push(&mut open.old, old..piece.old.start + old_end, piece.of);
                push(&mut open.new, new..piece.new.start + new_end, piece.of);
                (old, new) = (piece.old.start + old_end, piece.new.start + new_end);
                blocks.push(std::mem::take(&mut open));
            }
            push(&mut open.old, old..piece.old.end, piece.of);
            push(&mut open.new, new..piece.new.end, piece.of);
        }
        if open != Block::default() {
            blocks.push(open);
        }
        blocks
    }
}

fn push(bits: &mut Vec<Bit>, bytes: Range<usize>, of: Of) {
    if !bytes.is_empty() {
        bits.push(Bit { bytes, of });
    }
}

fn ends_paragraph(text: &str) -> bool {
    text[text.trim_end().len()..].bytes().filter(|b| *b == b'\n').count() > 1
}

/// Where the breaks between paragraphs end in a text.
fn breaks(text: &str) -> impl Iterator<Item = usize> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(found) = text[at..].find('\n') {
            let blank = at + found;
            let rest = &text[blank..];
            let end = blank + rest.len() - rest.trim_start().len();
            at = end;
            if text[blank..end].bytes().filter(|b| *b == b'\n').count() > 1 {
                return Some(end);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> Vec<(String, String)> {
        let changes = Changes::new(old, new);
        let of = |text: &str, bits: &[Bit]| -> String {
            bits.iter().map(|b| text[b.bytes.clone()].to_owned()).collect::<String>().trim_end().to_owned()
        };
        changes.sides().iter().map(|b| (of(old, &b.old), of(new, &b.new))).collect()
    }

    #[test]
    fn a_paragraph_stands_beside_what_became_of_it() {
        let old = "The harbour slept.\n\nMara counted the lamps twice.\n\nNobody came.";
        let new = "A ship came in that night, unlit.\n\nThe harbour slept.\n\nMara counted the lamps thrice.\n\nNobody came.";
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            shown(old, new),
            [
                pair("", "A ship came in that night, unlit."),
                pair("The harbour slept.", "The harbour slept."),
                pair("Mara counted the lamps twice.", "Mara counted the lamps thrice."),
                pair("Nobody came.", "Nobody came."),
            ]
        );
    }

    #[test]
    fn both_sides_tile_their_texts() {
        for (old, new) in
            [("", "x"), ("a\n\n\nb", "a\n\nb c\n\n"), ("One. Two.\n\nThree.", "Two.\n\nOne.\n\nThree")]
        {
            let changes = Changes::new(old, new);
            let all = |side: fn(&Block) -> &Vec<Bit>, text: &str| -> String {
                changes
                    .sides()
                    .iter()
                    .flat_map(|b| side(b).clone())
                    .map(|b| text[b.bytes].to_owned())
                    .collect()
            };
            assert_eq!(all(|b| &b.old, old), old);
            assert_eq!(all(|b| &b.new, new), new);
        }
    }
}
