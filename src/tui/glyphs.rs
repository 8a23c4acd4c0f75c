//! The characters that draw: Unicode's, or ASCII on request.

use ratatui::symbols::border;

/// One set of characters. Every one is a single column wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// The lines around a pane.
    pub border: border::Set<'static>,
    /// Between things on one line.
    pub separator: &'static str,
    /// A vertical rule between columns.
    pub rule: &'static str,
    /// Where a text is cut off.
    pub ellipsis: &'static str,
    /// Before the selected row.
    pub pointer: &'static str,
    /// Something is done.
    pub done: &'static str,
    /// Something is being done.
    pub doing: &'static str,
    /// Something is still to do.
    pub todo: &'static str,
    /// Something failed.
    pub failed: &'static str,
    /// Something waits for the author.
    pub waiting: &'static str,
    /// Something read what has changed since.
    pub stale: &'static str,
    /// A branch of a tree that is open, and one that is closed.
    pub open: &'static str,
    /// A branch of a tree that is closed.
    pub closed: &'static str,
    /// A break between paragraphs that was added or removed.
    pub paragraph: &'static str,
    /// The parts of a bar from empty to full, in equal steps.
    pub bar: &'static [&'static str],
    /// The empty rest of a bar.
    pub bar_rest: &'static str,
    /// The heights of a small chart, from lowest to highest.
    pub spark: &'static [&'static str],
    /// A character that a text must not show as it is.
    pub unprintable: &'static str,
    /// There is more above or below.
    pub more_above: &'static str,
    /// There is more below.
    pub more_below: &'static str,
}

/// Unicode's, as any font of a terminal has them.
pub const UNICODE: Glyphs = Glyphs {
    border: border::ROUNDED,
    separator: "·",
    rule: "│",
    ellipsis: "…",
    pointer: "▸",
    done: "●",
    doing: "◐",
    todo: "○",
    failed: "✗",
    waiting: "◆",
    stale: "≈",
    open: "▾",
    closed: "▸",
    paragraph: "¶",
    bar: &["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    bar_rest: "░",
    spark: &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    unprintable: "�",
    more_above: "↑",
    more_below: "↓",
};

/// ASCII only, for terminals, fonts and readers that have no more.
pub const ASCII: Glyphs = Glyphs {
    border: border::Set {
        top_left: "+",
        top_right: "+",
        bottom_left: "+",
        bottom_right: "+",
        vertical_left: "|",
        vertical_right: "|",
        horizontal_top: "-",
        horizontal_bottom: "-",
    },
    separator: "-",
    rule: "|",
    ellipsis: "~",
    pointer: ">",
    done: "*",
    doing: "+",
    todo: ".",
    failed: "x",
    waiting: "!",
    stale: "~",
    open: "v",
    closed: ">",
    paragraph: "|",
    bar: &["#"],
    bar_rest: ".",
    spark: &["_", ".", "-", "=", "#"],
    unprintable: "?",
    more_above: "^",
    more_below: "v",
};

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn all(g: &Glyphs) -> Vec<&'static str> {
        let border = g.border;
        let mut all = vec![
            g.separator,
            g.rule,
            g.ellipsis,
            g.pointer,
            g.done,
            g.doing,
            g.todo,
            g.failed,
            g.waiting,
            g.stale,
            g.open,
            g.closed,
            g.paragraph,
            g.bar_rest,
            g.unprintable,
            g.more_above,
            g.more_below,
            border.top_left,
            border.top_right,
            border.bottom_left,
            border.bottom_right,
            border.vertical_left,
            border.vertical_right,
            border.horizontal_top,
            border.horizontal_bottom,
        ];
        all.extend(g.bar.iter().chain(g.spark));
        all
    }

    #[test]
    fn every_glyph_is_one_column_wide() {
        for glyph in all(&UNICODE).into_iter().chain(all(&ASCII)) {
            assert_eq!(glyph.width(), 1, "{glyph}");
        }
    }

    #[test]
    fn the_ascii_set_is_ascii() {
        assert!(all(&ASCII).iter().all(|g| g.is_ascii()));
    }
}
