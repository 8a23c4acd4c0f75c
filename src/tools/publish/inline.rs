//! Emphasis as other programs read it: what a Markdown file says is checked with this before it is written.
//!
//! This is `CommonMark`'s procedure for emphasis and nothing else of it: no links, no code, no HTML. Our own reader
//! asks for fewer blanks in scripts that have none, and is of no use here.

use unicode_width::UnicodeWidthChar;

/// A stretch of text with one look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub text: String,
    pub emphasis: bool,
    pub strong: bool,
}

/// A piece of a paragraph, as it is taken apart.
enum Piece {
    Text(String),
    Marks(Marks),
}

/// A row of `*` or `_`.
struct Marks {
    mark: char,
    /// How many there were.
    all: usize,
    /// How many are left.
    left: usize,
    opens: bool,
    closes: bool,
}

/// Reads one paragraph in one line. Neighbours of one look are one run.
pub(super) fn runs(text: &str) -> Vec<Run> {
    if !text.contains(['*', '_', '\\']) {
        let plain = Run { text: text.to_owned(), ..Run::default() };
        return if text.is_empty() { Vec::new() } else { vec![plain] };
    }
    let mut pieces = pieces(text);
    let looks = pair(&mut pieces);
    let mut out: Vec<Run> = Vec::new();
    for (piece, (emphasis, strong)) in pieces.iter().zip(looks) {
        let text = match piece {
            Piece::Text(text) => text.clone(),
            Piece::Marks(marks) => marks.mark.to_string().repeat(marks.left),
        };
        match out.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if (last.emphasis, last.strong) == (emphasis, strong) => last.text.push_str(&text),
            _ => out.push(Run { text, emphasis, strong }),
        }
    }
    out
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut before = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            '*' | '_' => {
                let all = rest.chars().take_while(|other| *other == c).count();
                let after = rest[all..].chars().next();
                if !plain.is_empty() {
                    out.push(Piece::Text(std::mem::take(&mut plain)));
                }
                out.push(Piece::Marks(Marks::new(c, all, before, after)));
                (before, rest) = (Some(c), &rest[all..]);
            }
            '\\' if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) => {
                let escaped = rest[1..].chars().next();
                plain.extend(escaped);
                (before, rest) = (escaped, &rest[2..]);
            }
            c => {
                plain.push(c);
                (before, rest) = (Some(c), &rest[c.len_utf8()..]);
            }
        }
    }
    if !plain.is_empty() {
        out.push(Piece::Text(plain));
    }
    out
}

impl Marks {
    fn new(mark: char, all: usize, before: Option<char>, after: Option<char>) -> Self {
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let edge = |c: Option<char>| blank(c) || c.is_some_and(is_punctuation);
        let left = !blank(after) && (!after.is_some_and(is_punctuation) || edge(before));
        let right = !blank(before) && (!before.is_some_and(is_punctuation) || edge(after));
        // `snake_case` holds no emphasis.
        let whole = |c: Option<char>| mark == '*' || edge(c);
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

/// What is neither letter, digit, blank nor a mark upon a letter.
fn is_punctuation(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace() && c.width() != Some(0)
}

/// Pairs the marks, and returns for every piece whether it is emphasised and strong.
fn pair(pieces: &mut [Piece]) -> Vec<(bool, bool)> {
    // How many stretches begin and end at each piece: summed up at the end, so that nested ones cost nothing.
    let mut depth = vec![[0_i32; 2]; pieces.len() + 1];
    let mut open: Vec<usize> = Vec::new();
    // Below which place no opener fits a kind of closer: keeps hostile text from being searched again and again.
    let mut bottoms = [0_usize; 12];
    for at in 0..pieces.len() {
        let Piece::Marks(closer) = &pieces[at] else { continue };
        let kind = usize::from(closer.mark == '_') * 6 + usize::from(closer.opens) * 3 + closer.all % 3;
        let mut closer_left = if closer.closes { closer.left } else { 0 };
        while closer_left > 0 {
            let fits = |place: &usize| match (&pieces[open[*place]], &pieces[at]) {
                (Piece::Marks(opener), Piece::Marks(closer)) => opener.fits(closer),
                _ => false,
            };
            let Some(place) = (bottoms[kind]..open.len()).rev().find(fits) else {
                bottoms[kind] = open.len();
                break;
            };
            open.truncate(place + 1);
            bottoms = bottoms.map(|bottom| bottom.min(place));
            let opener_at = open[place];
            let Piece::Marks(opener) = &mut pieces[opener_at] else { break };
            let used = if opener.left >= 2 && closer_left >= 2 { 2 } else { 1 };
            opener.left -= used;
            closer_left -= used;
            if opener.left == 0 {
                open.pop();
            }
            depth[opener_at + 1][used - 1] += 1;
            depth[at][used - 1] -= 1;
        }
        let Piece::Marks(closer) = &mut pieces[at] else { continue };
        if closer.closes {
            closer.left = closer_left;
        }
        if closer.opens && closer.left > 0 {
            open.push(at);
        }
    }
    let mut now = [0_i32; 2];
    let look = |change: &[i32; 2]| {
        now = [now[0] + change[0], now[1] + change[1]];
        (now[0] > 0, now[1] > 0)
    };
    depth[..pieces.len()].iter().map(look).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Shows runs as text, to read.
    fn shown(text: &str) -> String {
        let one = |run: &Run| match (run.emphasis, run.strong) {
            (false, false) => run.text.clone(),
            (true, false) => format!("<i>{}</i>", run.text),
            (false, true) => format!("<b>{}</b>", run.text),
            (true, true) => format!("<bi>{}</bi>", run.text),
        };
        runs(text).iter().map(one).collect()
    }

    #[test]
    fn emphasis_is_read_as_markdown_writes_it() {
        for (text, html) in [
            ("a *b* c", "a <i>b</i> c"),
            ("_b_, **c** and __d__", "<i>b</i>, <b>c</b> and <b>d</b>"),
            ("***both***", "<bi>both</bi>"),
            ("*a **b** c*", "<i>a </i><bi>b</bi><i> c</i>"),
            ("un*frigging*believable", "un<i>frigging</i>believable"),
            ("*“No!”* she said", "<i>“No!”</i> she said"),
            ("_3 May. Bistritz._—Left", "<i>3 May. Bistritz.</i>—Left"),
            ("他*说*了。**強調。**後", "他<i>说</i>了。**強調。**後"),
        ] {
            assert_eq!(shown(text), html, "{text}");
        }
    }

    #[test]
    fn marks_without_a_partner_are_text() {
        for text in ["5 * 3 * 2", "*open", "close*", "a ** b", "snake_case_name", "_", "*", "* a *", "2*3"] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("**a*"), "*<i>a</i>");
        assert_eq!(shown(r"\*not\* \_this\_ C:\new"), r"*not* _this_ C:\new");
    }

    proptest! {
        #[test]
        fn only_marks_and_backslashes_are_ever_taken_away(text in "[ab *_.\\\\é字]{0,40}") {
            let said: String = runs(&text).into_iter().map(|r| r.text).collect();
            let bare = |s: &str| s.replace(['*', '_', '\\'], "");
            prop_assert_eq!(bare(&said), bare(&text));
        }
    }

    #[test]
    fn hostile_rows_of_marks_take_no_quadratic_time() {
        let started = std::time::Instant::now();
        for text in
            ["*a ".repeat(50_000), "*a_ ".repeat(50_000), "a**b*".repeat(30_000), "_a *".repeat(50_000)]
        {
            assert!(!runs(&text).is_empty());
        }
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
