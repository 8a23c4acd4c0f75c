//! What a page holds comes back from every format that it is published in, as it was.

use proptest::prelude::*;

use super::*;
use crate::formats::document::{Block as Stored, Inline, ListItem, Style, Styles};
use crate::formats::markdown;
use crate::tools::publish::{self, Format};

fn words() -> impl Strategy<Value = Vec<Inline>> {
    let style = prop_oneof![
        4 => Just(Styles::NONE),
        1 => Just(Styles::NONE.with(Style::Emphasis)),
        1 => Just(Styles::NONE.with(Style::Strong)),
        1 => Just(Styles::NONE.with(Style::Strong).with(Style::Emphasis)),
        1 => Just(Styles::NONE.with(Style::Strike)),
        1 => Just(Styles::NONE.with(Style::SmallCaps)),
        1 => Just(Styles::NONE.with(Style::Superscript)),
    ];
    let text = "[A-Za-zé]{2,7}( [a-z]{1,6}){0,3}[.,!?]?|5 \\* 3|a_b_c|# x|1\\. y|- z|\\[q\\]|<i>|&amp;";
    let piece = prop_oneof![
        5 => (text, style).prop_map(|(text, styles)| Inline::styled(text + " ", styles)),
        1 => Just(Inline::LineBreak),
    ];
    let begin = "[A-Z][a-z]{2,8} ".prop_map(Inline::plain);
    (begin, proptest::collection::vec(piece, 0..5)).prop_map(|(first, mut rest)| {
        rest.insert(0, first);
        crate::formats::tidy::tidy(rest)
    })
}

fn line() -> impl Strategy<Value = Vec<Inline>> {
    words().prop_map(crate::formats::tidy::one_line)
}

/// A block, with a paragraph behind it: neighbours of a kind would be one.
fn block() -> impl Strategy<Value = Stored> {
    let list = |numbered: bool| {
        proptest::collection::vec((0_u8..3, line()), 1..5).prop_map(move |items| {
            let mut counts = [0; 4];
            let mut depth = 0;
            let item = |(wanted, words): (u8, Vec<Inline>)| {
                depth = wanted.min(depth);
                let at = usize::from(depth);
                counts[at] += 1;
                counts[at + 1..].fill(0);
                let item = ListItem { depth, number: numbered.then_some(counts[at]), words };
                depth += 1;
                item
            };
            Stored::List(items.into_iter().map(item).collect())
        })
    };
    prop_oneof![
        4 => words().prop_map(Stored::Paragraph),
        1 => Just(Stored::SceneBreak),
        1 => proptest::collection::vec(words(), 1..3).prop_map(Stored::Quote),
        1 => list(false),
        1 => list(true),
        1 => proptest::collection::vec((line(), line()), 1..4)
            .prop_map(|rows| Stored::Table(rows.into_iter().map(|(a, b)| vec![a, b]).collect())),
        1 => (words(), words(), line()).prop_map(|(mut before, note, after)| {
            before.push(Inline::NoteMark("note".into()));
            before.extend(after);
            before.push(Inline::plain("\u{0}"));
            before.extend(note);
            Stored::Paragraph(before)
        }),
    ]
}

/// The blocks of a page as it is stored.
fn page(blocks: Vec<Stored>) -> Vec<Stored> {
    let mut all = Vec::new();
    for (number, block) in blocks.into_iter().enumerate() {
        // A scene break stands between texts.
        if number == 0 || block == Stored::SceneBreak {
            all.push(Stored::Paragraph(vec![Inline::plain(format!("Between {number}."))]));
        }
        match block {
            Stored::Paragraph(mut words) if words.contains(&Inline::plain("\u{0}")) => {
                let at = words.iter().position(|inline| *inline == Inline::plain("\u{0}")).unwrap();
                let note = words.split_off(at)[1..].to_vec();
                let label = format!("n{number}");
                for inline in &mut words {
                    if *inline == Inline::NoteMark("note".into()) {
                        *inline = Inline::NoteMark(label.clone());
                    }
                }
                all.push(Stored::Paragraph(crate::formats::tidy::tidy(words)));
                all.push(Stored::Note { label, words: note });
            }
            block => all.push(block),
        }
        all.push(Stored::Paragraph(vec![Inline::plain(format!("After {number}."))]));
    }
    all
}

/// Notes are told by their order, and are at the end of their chapter.
fn comparable(blocks: &[Stored]) -> Vec<Stored> {
    let mut labels: Vec<String> = Vec::new();
    let mut named = |words: Vec<Inline>| -> Vec<Inline> {
        let one = |inline| match inline {
            Inline::NoteMark(label) => {
                let known = labels.iter().position(|other| *other == label).unwrap_or_else(|| {
                    labels.push(label);
                    labels.len() - 1
                });
                Inline::NoteMark(known.to_string())
            }
            other => other,
        };
        words.into_iter().map(one).collect()
    };
    let (mut text, mut notes) = (Vec::new(), Vec::new());
    for block in blocks {
        match block {
            Stored::Note { words, .. } => {
                notes.push(Stored::Note { label: String::new(), words: words.clone() });
            }
            block => text.push(block.clone().map_words(&mut named)),
        }
    }
    text.append(&mut notes);
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_published_and_imported_again_is_the_same(blocks in proptest::collection::vec(block(), 1..6)) {
        let blocks = page(blocks);
        let text = markdown::write(&blocks);
        let before = comparable(&markdown::read(&text));
        let book = publish::Manuscript {
            identity: "a book".into(),
            title: "A Book of Everything".into(),
            language: "en".into(),
            chapters: vec![publish::Chapter { title: "The First".into(), pages: vec![text.clone()] }],
            ..publish::Manuscript::default()
        };
        let dir = tempfile::tempdir().unwrap();
        for format in [Format::Markdown, Format::Epub, Format::Docx] {
            let bytes = publish::write(&book, format).unwrap();
            let m = read(&written(&dir, &format!("book.{format}"), &bytes)).unwrap();
            prop_assert_eq!(titles(&m), ["The First"], "{}", format);
            let back = markdown::read(&m.chapters[0].paragraphs.join("\n\n"));
            prop_assert_eq!(comparable(&back), before.clone(), "{}\n{}", format, text);
        }
    }
}

#[test]
fn bold_italics_and_looks_of_word_and_its_lists_quotes_and_tables_stay() {
    let m = case("formats.docx");
    assert_eq!(
        m.chapters[0].paragraphs,
        [
            "He *said* so, in **bold**, in [Small Caps]{.smallcaps}, with ~~struck~~ words, at 2^nd^ bell.",
            "\\# not a heading",
            "The rules:",
            "1. First rule\n2. Second rule",
            "> A quoted letter.",
            "| Boat | Berth |\n|---|---|\n| Gull | 7 |",
            "After the table.",
        ]
    );
}

#[test]
fn looks_by_class_and_style_stay_in_an_epub_and_what_is_not_shown_is_left_out_and_listed() {
    let m = case("formats.epub");
    assert_eq!(
        m.chapters[0].paragraphs,
        ["A **bold** word, a **strong** one, *classed*, *styled*, “quoted”, and here.", "\\# not a heading"]
    );
    assert_eq!(listed(&m), [("deleted text", 1), ("hidden text", 2)]);
}

#[test]
fn notes_of_an_epub_are_notes_of_their_chapters_wherever_they_stand() {
    let m = case("notes.epub");
    assert_eq!(titles(&m), ["One", "Two"]);
    assert_eq!(
        m.chapters[0].paragraphs,
        ["She said it was a tachyon.[^n1] He laughed.", "[^n1]: A faster-than-light particle."]
    );
    assert_eq!(m.chapters[1].paragraphs, ["Text[^n2] two.", "[^n2]: End note text."]);
}

#[test]
fn signs_gaps_lines_and_pictures_between_scenes_are_scene_breaks() {
    let breaks = |m: &Manuscript| m.chapters[0].paragraphs.iter().filter(|p| *p == "* * *").count();
    assert_eq!(breaks(&case("scene-breaks.docx")), 6);
    assert_eq!(breaks(&case("scene-breaks.epub")), 3);
    assert_eq!(case("ruby.epub").chapters[0].paragraphs, ["港（みなと）に雪が降る。"]);
}

#[test]
fn a_link_that_leads_to_no_note_is_its_words_and_a_number_that_is_text_stays() {
    let dir = tempfile::tempdir().unwrap();
    let chapters = [
        (
            "One",
            "<p id='p1'>See <a href='two.xhtml#x'>chapter 2</a> and <a href='#p9'>3</a>.</p><p id='p9'>Text.</p>",
        ),
        (
            "two.xhtml",
            "<html><body><h1>Two</h1><p id='x'><a href='one.xhtml#p1'>7</a> sisters.</p></body></html>",
        ),
    ];
    let m = read(&written(&dir, "links.epub", &epub(&chapters))).unwrap();
    assert_eq!(m.chapters[0].paragraphs, ["See chapter 2 and 3.", "Text."]);
    assert_eq!(m.chapters[1].paragraphs, ["7 sisters."]);
}
