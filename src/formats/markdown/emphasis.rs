//! `CommonMark`'s procedure for marks that open and close: `*`, `_` and `~~`.

use unicode_width::UnicodeWidthChar;

use crate::analysis::is_cjk;

/// A row of `*`, `_` or `~`.
#[derive(Debug)]
pub(super) struct Marks {
    pub mark: char,
    /// How many there were.
    all: usize,
    /// How many are left.
    pub left: usize,
    opens: bool,
    closes: bool,
}

/// A stretch between the pieces of two rows of marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub opener: usize,
    pub closer: usize,
    pub kind: Kind,
}

/// What a pair of marks says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Emphasis,
    Strong,
    Strike,
}

impl Marks {
    pub fn new(mark: char, all: usize, before: Option<char>, after: Option<char>) -> Self {
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        // Scripts without spaces have no blanks beside a mark.
        let edge = |c: Option<char>| blank(c) || c.is_some_and(|c| is_spaceless(c) || is_punctuation(c));
        let left = !blank(after) && (!after.is_some_and(is_punctuation) || edge(before));
        let right = !blank(before) && (!before.is_some_and(is_punctuation) || edge(after));
        // `snake_case` holds no emphasis.
        let whole = |c: Option<char>| mark != '_' || edge(c);
        let (opens, closes) = (left && whole(before), right && whole(after));
        Self { mark, all, left: all, opens, closes }
    }

    /// `CommonMark`'s rule of three: `**a*b**` is one emphasis, not two.
    fn fits(&self, closer: &Self) -> bool {
        let both = self.closes || closer.opens;
        let by_three = |n: usize| n.is_multiple_of(3);
        self.mark == closer.mark
            && (!both || !by_three(self.all + closer.all) || (by_three(self.all) && by_three(closer.all)))
    }
}

fn is_spaceless(c: char) -> bool {
    is_cjk(c) || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

/// What is neither letter, digit, blank nor a mark upon a letter.
fn is_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace() && c.width() != Some(0)
}

/// Pairs rows of marks, each with the number of its piece; what is left of them is text.
pub(super) fn pair(rows: &mut [(usize, Marks)]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    // Below which place no opener fits a kind of closer: keeps hostile text from being searched again and again.
    let mut bottoms = [0_usize; 18];
    for at in 0..rows.len() {
        let closer = &rows[at].1;
        let family = match closer.mark {
            '*' => 0,
            '_' => 6,
            _ => 12,
        };
        let kind = family + usize::from(closer.opens) * 3 + closer.all % 3;
        let mut closer_left = if closer.closes { closer.left } else { 0 };
        while closer_left > 0 {
            let fits = |place: &usize| rows[open[*place]].1.fits(&rows[at].1);
            let Some(place) = (bottoms[kind]..open.len()).rev().find(fits) else {
                bottoms[kind] = open.len();
                break;
            };
            open.truncate(place + 1);
            bottoms = bottoms.map(|bottom| bottom.min(place));
            let opener = open[place];
            let used = if rows[opener].1.left >= 2 && closer_left >= 2 { 2 } else { 1 };
            rows[opener].1.left -= used;
            closer_left -= used;
            if rows[opener].1.left == 0 {
                open.pop();
            }
            let kind = match (rows[at].1.mark, used) {
                ('~', _) => Kind::Strike,
                (_, 2) => Kind::Strong,
                _ => Kind::Emphasis,
            };
            pairs.push(Pair { opener: rows[opener].0, closer: rows[at].0, kind });
        }
        let closer = &mut rows[at].1;
        if closer.closes {
            closer.left = closer_left;
        }
        if closer.opens && closer.left > 0 {
            open.push(at);
        }
    }
    pairs
}
