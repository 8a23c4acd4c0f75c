use proptest::prelude::*;

use super::*;
use crate::analysis::count_words;
use crate::formats::document::{Block, Inline, ListItem, Style, Styles, plain_text};
use crate::formats::marks::{Mark, marks};
use crate::formats::tidy::{tidy, tidy_block};

/// Shows inlines with tags, to read.
fn shown(words: &[Inline]) -> String {
    let name = |style| match style {
        Style::Emphasis => "em",
        Style::Strong => "b",
        Style::Strike => "s",
        Style::Superscript => "sup",
        Style::Subscript => "sub",
        Style::SmallCaps => "sc",
    };
    let one = |mark: &Mark<'_>| match mark {
        Mark::Open(style) => format!("<{}>", name(*style)),
        Mark::Close(style) => format!("</{}>", name(*style)),
        Mark::Text(text) => (*text).to_owned(),
        Mark::LineBreak => "/".to_owned(),
        Mark::OpenLink(target) => format!("<a {target}>"),
        Mark::CloseLink(_) => "</a>".to_owned(),
        Mark::Note(label) => format!("<note {label}>"),
    };
    marks(words).iter().map(one).collect()
}

fn blocks(text: &str) -> Vec<String> {
    let list = |item: &ListItem| {
        let mark = item.number.map_or("-".into(), |n| format!("{n}."));
        format!("{}{mark} {}", "  ".repeat(item.depth.into()), shown(&item.words))
    };
    let one = |block: &Block| match block {
        Block::Paragraph(words) => shown(words),
        Block::Heading { level, words } => format!("h{level} {}", shown(words)),
        Block::SceneBreak => "***".to_owned(),
        Block::Quote(all) => {
            format!("quote {}", all.iter().map(|w| shown(w)).collect::<Vec<_>>().join(" ¶ "))
        }
        Block::List(items) => format!("list {}", items.iter().map(list).collect::<Vec<_>>().join("; ")),
        Block::Table(rows) => {
            let row = |row: &Vec<Vec<Inline>>| row.iter().map(|c| shown(c)).collect::<Vec<_>>().join("|");
            format!("table {}", rows.iter().map(row).collect::<Vec<_>>().join(" ¶ "))
        }
        Block::Figure { alt, target } => format!("figure {alt} @ {target}"),
        Block::Note { label, words } => format!("note {label}: {}", shown(words)),
    };
    read(text).iter().map(one).collect()
}

#[test]
fn styles_are_read_as_markdown_writes_them() {
    for (text, expected) in [
        (
            "a *b*, _c_ **d**, __e__, ***f***",
            "a <em>b</em>, <em>c</em> <b>d</b>, <b>e</b>, <em><b>f</b></em>",
        ),
        ("*a **b** c* un*frigging*believable", "<em>a <b>b</b> c</em> un<em>frigging</em>believable"),
        ("*“No!”* she said; *a\nb*", "<em>“No!”</em> she said; <em>a/b</em>"),
        ("他*说*了。**強調。**後", "他<em>说</em>了。<b>強調。</b>後"),
        ("~~gone~~ H~2~O 10^th^", "<s>gone</s> H<sub>2</sub>O 10<sup>th</sup>"),
        (
            "[Mara]{.smallcaps} [the *quay*](a.md) x[^1]",
            "<sc>Mara</sc> <a a.md>the <em>quay</em></a> x<note 1>",
        ),
        ("<em>。</em>a<br>b<sup>a b</sup>", "<em>。</em>a/b<sup>a b</sup>"),
        ("`*x*` ![the quay](q.png) a<!-- no -->b", "*x* the quay ab"),
    ] {
        assert_eq!(shown(&read_inlines(text)), expected, "{text}");
    }
}

#[test]
fn marks_without_a_partner_are_text() {
    for text in [
        "5 * 3 * 2",
        "*open",
        "close*",
        "snake_case_name",
        "f*** off",
        "~5 km",
        "a ~~ b",
        "^_^",
        "x ^ y",
        "`tis",
        "[not a link]",
        "[a] (b)",
        "<b>",
        "<em>",
        "</em>",
        "3 < 4",
        "<!-- open",
        "[^]",
        "[^a b]",
        "&amp; &",
        "C:\\new",
        "]{.smallcaps}",
        "100% ~ 5~",
        "[]()",
    ] {
        assert_eq!(shown(&read_inlines(text)), text);
    }
    assert_eq!(shown(&read_inlines(r"\*not\* \[this\](x) \~\^")), "*not* [this](x) ~^");
}

#[test]
fn a_newline_is_a_line_break_and_a_blank_line_separates_blocks() {
    assert_eq!(
        blocks("The sea gives up  \nits dead by night,\\\nand keeps\n\n  its counsel.\\\n\n\n"),
        ["The sea gives up/its dead by night,/and keeps", "its counsel.\\"]
    );
}

#[test]
fn blocks_of_every_kind_are_read() {
    let text = "## The *quay* ##\n\n> Dear Mara,\n> come home.\n>\n> > Yours\n\n- one\n    - two\n  more\n- three\n\n\
                7. seven\n8) eight\n\n| a | b \\| c |\n|---|:-:|\n| *1* | |\n\n![The quay](q.png)\n\n\
                [^n1]: The note\n    itself.\n\nText\n***\n1986. A hot summer.\n42. Street";
    assert_eq!(
        blocks(text),
        [
            "h2 The <em>quay</em>",
            "quote Dear Mara,/come home. ¶ Yours",
            "list - one;   - two/more; - three",
            "list 7. seven; 8. eight",
            "table a|b | c ¶ <em>1</em>|",
            "figure The quay @ q.png",
            "note n1: The note/itself.",
            "Text",
            "***",
            "1986. A hot summer./42. Street",
        ]
    );
}

#[test]
fn what_is_only_text_is_escaped_as_little_as_can_be() {
    let plain = |text: &str| write_block(&Block::Paragraph(vec![Inline::plain(text)]));
    for text in
        ["5 * 3 * 2 [x] & <b>", "#tag -1 +x a_b", "1986. A year", "— Where?", "C:\\new", "a | b", "~5 km"]
    {
        assert_eq!(plain(text), text);
    }
    for (text, written) in [
        ("# x", "\\# x"),
        ("- a", "\\- a"),
        ("12. a", "12\\. a"),
        ("> a", "\\> a"),
        ("***", "\\***"),
        ("_a_", "\\_a\\_"),
        ("a\n|---|", "a\n\\|---|"),
        ("[^1]: a", "\\[^1\\]: a"),
    ] {
        let written = if text == "[^1]: a" { "\\[\\^1\\]: a" } else { written };
        assert_eq!(plain(text), written);
        assert_eq!(read(written), [Block::Paragraph(read_inlines_plain(text))]);
    }
}

fn read_inlines_plain(text: &str) -> Vec<Inline> {
    tidy(vec![Inline::plain(text)])
}

#[test]
fn hostile_text_takes_no_quadratic_time() {
    let started = std::time::Instant::now();
    for text in [
        "*a_ ~~".repeat(50_000),
        "[".repeat(300_000),
        "[a](".repeat(60_000),
        "<em>".repeat(60_000),
        "<!--".repeat(60_000),
        "`a``b".repeat(40_000),
        "![".repeat(100_000),
        "[^1".repeat(80_000),
        "[x]{.smallcaps".repeat(20_000),
        "- a\n".repeat(50_000),
        "> a\n".repeat(50_000),
        "|a\n|-\n".repeat(30_000),
    ] {
        assert!(!read(&text).is_empty());
        assert!(started.elapsed().as_secs() < 20, "{:?} at {}", started.elapsed(), &text[..8]);
    }
}

fn styles() -> impl Strategy<Value = Styles> {
    proptest::collection::vec(0..Style::ALL.len(), 0..3)
        .prop_map(|chosen| chosen.into_iter().map(|n| Style::ALL[n]).collect())
}

fn text() -> impl Strategy<Value = Inline> {
    ("[ab 0 *_.,\\\\#>é字。<&;`~^!|:\\[\\](){}\u{a0}+=-]{1,12}", styles())
        .prop_map(|(text, styles)| Inline::styled(text, styles))
}

fn words() -> impl Strategy<Value = Vec<Inline>> {
    let link = ("[a-z/.()]{1,6}", proptest::collection::vec(text(), 1..3))
        .prop_map(|(target, words)| Inline::Link { target, words });
    let one = prop_oneof![6 => text(), 1 => Just(Inline::LineBreak), 1 => link, 1 => "[a-z0-9]{1,3}".prop_map(Inline::NoteMark)];
    proptest::collection::vec(one, 0..6)
}

fn block() -> impl Strategy<Value = Block> {
    let item = (0_u8..3, proptest::option::of(1_u32..999), words())
        .prop_map(|(depth, number, words)| ListItem { depth, number, words });
    let row = proptest::collection::vec(words(), 1..4);
    prop_oneof![
        4 => words().prop_map(Block::Paragraph),
        1 => (1_u8..7, words()).prop_map(|(level, words)| Block::Heading { level, words }),
        1 => Just(Block::SceneBreak),
        1 => proptest::collection::vec(words(), 1..3).prop_map(Block::Quote),
        1 => proptest::collection::vec(item, 1..4).prop_map(Block::List),
        1 => proptest::collection::vec(row, 1..4).prop_map(Block::Table),
        1 => ("[a-c *_]{0,6}", "[a-z.()]{1,6}").prop_map(|(alt, target)| Block::Figure { alt, target }),
        1 => ("[a-z0-9]{1,4}", words()).prop_map(|(label, words)| Block::Note { label, words }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_document_reads_back_as_it_was_written(blocks in proptest::collection::vec(block(), 0..4)) {
        let meant: Vec<Block> = blocks.into_iter().filter_map(tidy_block).collect();
        let written = write(&meant);
        prop_assert_eq!(read(&written), meant, "{}", written);
    }

    #[test]
    fn a_block_is_stored_without_a_blank_line(block in block()) {
        let written = write_block(&block);
        prop_assert!(crate::domain::page::paragraphs(&written).count() <= 1, "{written}");
    }

    #[test]
    fn no_word_of_any_text_is_lost(text in "([a-z]{1,4}[ \n*_#>|.\\\\`~^:\\[\\]()!-]{0,4}){0,12}") {
        let letters = |s: &str| s.chars().filter(char::is_ascii_lowercase).collect::<String>();
        let read = read(&text);
        let plain: Vec<String> = read.iter().map(Block::plain_text).collect();
        let kept = letters(&plain.concat()).len() + targets(&read);
        prop_assert_eq!(kept, letters(&text).len());
        let again = super::read(&write(&read));
        prop_assert_eq!(again, read);
    }
}

/// Letters that are no words of the text: addresses and labels.
fn targets(blocks: &[Block]) -> usize {
    let letters = |s: &str| s.chars().filter(char::is_ascii_lowercase).count();
    let inlines = |words: &[Inline]| -> usize {
        let one = |inline: &Inline| match inline {
            Inline::Link { target, .. } => letters(target),
            Inline::NoteMark(label) => letters(label),
            Inline::Text { .. } | Inline::LineBreak => 0,
        };
        words.iter().map(one).sum()
    };
    let one = |block: &Block| match block {
        Block::Paragraph(words) | Block::Heading { words, .. } => inlines(words),
        Block::Note { label, words } => letters(label) + inlines(words),
        Block::Figure { target, .. } => letters(target),
        Block::Quote(all) => all.iter().map(|w| inlines(w)).sum(),
        Block::List(items) => items.iter().map(|i| inlines(&i.words)).sum(),
        Block::Table(rows) => rows.iter().flatten().map(|c| inlines(c)).sum(),
        Block::SceneBreak => 0,
    };
    blocks.iter().map(one).sum()
}

#[test]
fn a_page_of_every_kind_keeps_its_number_of_words() {
    let text = "One *two* three[^1]\nfour.\n\n> five six\n\n[^1]: seven";
    let words: u64 = read(text).iter().map(|b| count_words(&b.plain_text())).sum();
    assert_eq!(words, 7);
    assert_eq!(plain_text(&read_inlines("[a](b) c")), "a c");
}

#[test]
fn emphasis_of_several_words_is_written_with_marks() {
    for text in ["He read *The Times* and **two words**.", "*a **b c** d* ~~e f~~", "x<sup>a b</sup> y^2^"] {
        assert_eq!(write(&read(text)), text);
    }
}
