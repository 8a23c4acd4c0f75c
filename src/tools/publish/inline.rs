//! Emphasis as Markdown writes it: `*so*`, `_so_`, `**so**`, `***so***`. Marks without a partner are text.
//!
//! This is `CommonMark`'s own procedure for emphasis and nothing else of it: no links, no code, no HTML.

use unicode_width::UnicodeWidthChar;

use crate::analysis::is_cjk;

/// A stretch of text with one look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub text: String,
    pub emphasis: bool,
    pub strong: bool,
}

/// Whose rules hold for a mark between letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// `CommonMark`'s, except that between the letters of a script without spaces a mark needs no blank.
    Author,
    /// `CommonMark`'s to the letter: what another program reads.
    CommonMark,
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
pub(super) fn runs(text: &str, rules: Rules) -> Vec<Run> {
    if !text.contains(['*', '_', '\\']) {
        let plain = Run { text: text.to_owned(), ..Run::default() };
        return if text.is_empty() { Vec::new() } else { vec![plain] };
    }
    let mut pieces = pieces(text, rules);
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

fn pieces(text: &str, rules: Rules) -> Vec<Piece> {
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
                out.push(Piece::Marks(Marks::new(c, all, before, after, rules)));
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
    fn new(mark: char, all: usize, before: Option<char>, after: Option<char>, rules: Rules) -> Self {
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let spaceless = |c: Option<char>| rules == Rules::Author && c.is_some_and(is_spaceless);
        let edge = |c: Option<char>| blank(c) || spaceless(c) || c.is_some_and(is_punctuation);
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

fn is_spaceless(c: char) -> bool {
    is_cjk(c) || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
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

/// A paragraph as marked text: what opens is closed, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark<'t> {
    Open(Look),
    Text(&'t str),
    Close(Look),
}

/// A look that text can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Emphasis,
    Strong,
}

/// Nests the looks of runs: the longer stretch stands outside, of two alike the emphasis, as in `CommonMark`.
pub(super) fn marks(runs: &[Run]) -> Vec<Mark<'_>> {
    let mut out = Vec::new();
    nest(runs, &[Look::Strong, Look::Emphasis], &mut out);
    out
}

fn nest<'t>(runs: &'t [Run], looks: &[Look], out: &mut Vec<Mark<'t>>) {
    let mut rest = runs;
    while let Some(first) = rest.first() {
        let reach = |look: &Look| rest.iter().take_while(|run| run.has(*look)).count();
        let outer = looks.iter().copied().max_by_key(reach).filter(|look| reach(look) > 0);
        let Some(outer) = outer else {
            out.push(Mark::Text(&first.text));
            rest = &rest[1..];
            continue;
        };
        let (inside, after) = rest.split_at(reach(&outer));
        let inner: Vec<Look> = looks.iter().copied().filter(|look| *look != outer).collect();
        out.push(Mark::Open(outer));
        nest(inside, &inner, out);
        out.push(Mark::Close(outer));
        rest = after;
    }
}

impl Run {
    fn has(&self, look: Look) -> bool {
        match look {
            Look::Emphasis => self.emphasis,
            Look::Strong => self.strong,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Shows runs as HTML, to read.
    fn shown(text: &str) -> String {
        let runs = runs(text, Rules::Author);
        let tag = |look| if look == Look::Emphasis { "em" } else { "b" };
        let one = |mark: &Mark<'_>| match mark {
            Mark::Open(look) => format!("<{}>", tag(*look)),
            Mark::Text(text) => (*text).to_owned(),
            Mark::Close(look) => format!("</{}>", tag(*look)),
        };
        marks(&runs).iter().map(one).collect()
    }

    #[test]
    fn emphasis_is_read_as_markdown_writes_it() {
        for (text, html) in [
            ("a *b* c", "a <em>b</em> c"),
            ("_b_, **c** and __d__", "<em>b</em>, <b>c</b> and <b>d</b>"),
            ("***both***", "<em><b>both</b></em>"),
            ("*a **b** c*", "<em>a <b>b</b> c</em>"),
            ("**a *b* c**", "<b>a <em>b</em> c</b>"),
            ("un*frigging*believable", "un<em>frigging</em>believable"),
            ("*“No!”* she said", "<em>“No!”</em> she said"),
            ("(_Mem._, get it)", "(<em>Mem.</em>, get it)"),
            ("_3 May. Bistritz._—Left", "<em>3 May. Bistritz.</em>—Left"),
            ("*a *b c_ d* _x_", "*a <em>b c_ d</em> <em>x</em>"),
            ("他*说*了。**強調。**後", "他<em>说</em>了。<b>強調。</b>後"),
        ] {
            assert_eq!(shown(text), html, "{text}");
        }
    }

    #[test]
    fn marks_without_a_partner_are_text() {
        for text in [
            "5 * 3 * 2",
            "*open",
            "close*",
            "a ** b",
            "snake_case_name",
            "_",
            "*",
            "**",
            "* a *",
            "f*** off",
            "2*3",
        ] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("**a*"), "*<em>a</em>");
        assert_eq!(shown(r"\*not\* \_this\_ C:\new"), r"*not* _this_ C:\new");
    }

    proptest! {
        #[test]
        fn only_marks_and_backslashes_are_ever_taken_away(text in "[ab *_.\\\\é字]{0,40}") {
            let said: String = runs(&text, Rules::Author).into_iter().map(|r| r.text).collect();
            let bare = |s: &str| s.replace(['*', '_', '\\'], "");
            prop_assert_eq!(bare(&said), bare(&text));
        }

        #[test]
        fn runs_never_stand_empty_nor_beside_one_of_their_own_look(text in "[ab *_]{0,40}") {
            let runs = runs(&text, Rules::Author);
            prop_assert!(runs.iter().all(|r| !r.text.is_empty()));
            prop_assert!(runs.windows(2).all(|w| (w[0].emphasis, w[0].strong) != (w[1].emphasis, w[1].strong)));
        }
    }

    #[test]
    fn hostile_rows_of_marks_take_no_quadratic_time() {
        let started = std::time::Instant::now();
        for text in
            ["*a ".repeat(50_000), "*a_ ".repeat(50_000), "a**b*".repeat(30_000), "_a *".repeat(50_000)]
        {
            assert!(!runs(&text, Rules::Author).is_empty());
        }
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}
