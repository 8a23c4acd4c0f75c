use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

mod kept;

fn written(dir: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn titles(manuscript: &Manuscript) -> Vec<&str> {
    manuscript.chapters.iter().map(|c| c.title.as_str()).collect()
}

fn document(body: &str) -> String {
    format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>")
}

const STYLES: &str = r#"<w:styles xmlns:w="w">
    <w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
    <w:style w:styleId="Mine"><w:name w:val="My chapter"/><w:basedOn w:val="berschrift1"/></w:style>
    <w:style w:styleId="Titel"><w:name w:val="Title"/></w:style></w:styles>"#;

#[test]
fn markdown_is_divided_by_headings_and_its_broken_lines_are_joined() {
    let dir = tempfile::tempdir().unwrap();
    let text = "---\ntitle: The Tide\n---\n# Tide\n\nFor Ida.\n\n## One\n\nIt rained\nand rained.\n\n- a\n- b\n\n### Later\n\n> quoted\n> on\n\n## Two\n\nSun.\n";
    let m = read(&written(&dir, "tide.md", text.as_bytes())).unwrap();
    assert_eq!((m.title.as_deref(), m.format), (Some("The Tide"), "Markdown"));
    assert_eq!(titles(&m), ["Opening", "One", "Two"]);
    assert_eq!(
        m.chapters[1].paragraphs,
        ["It rained\nand rained.", "- a\n- b", "### Later", "> quoted\n> on"]
    );
    let parts = "# Part One\n\n## Ice\n\nA.\n\n# Part Two\n\nMotto.\n\n## Thaw\n\nB.\n";
    let m = read(&written(&dir, "parts.md", parts.as_bytes())).unwrap();
    assert_eq!(titles(&m), ["Part One · Ice", "Part Two", "Part Two · Thaw"]);
    let m = read(&written(&dir, "flat.md", b"# One\n\nA.\n\n# Two\n\nB.\n")).unwrap();
    assert_eq!((titles(&m), &m.title), (vec!["One", "Two"], &None));
}

#[test]
fn plain_text_is_divided_by_lines_that_read_like_chapters() {
    let dir = tempfile::tempdir().unwrap();
    let wrapped = "TIDE\n\nCHAPTER I\n\nCHAPTER II\n\n\nCHAPTER I\n\nIt rained in the harbour the whole day long, and Mara counted\nlanterns along the pier until it was dark.\n\nRoses are red\nviolets are blue\n\nChapter Two: Sun\n\nThe chapter of accidents. \n";
    let m = read(&written(&dir, "tide.txt", wrapped.as_bytes())).unwrap();
    assert_eq!(titles(&m), ["Opening", "CHAPTER I", "Chapter Two: Sun"]);
    assert_eq!(m.chapters[0].paragraphs, ["TIDE", "CHAPTER I", "CHAPTER II"]);
    assert!(m.chapters[1].paragraphs[0].ends_with("counted lanterns along the pier until it was dark."));
    assert_eq!(m.chapters[1].paragraphs[1], "Roses are red\nviolets are blue");
    let long = "x".repeat(250);
    let m =
        read(&written(&dir, "lines.txt", format!("{long}\n{long}\n第一章 港\n{long}\n").as_bytes())).unwrap();
    assert_eq!((titles(&m), m.chapters[0].paragraphs.len()), (vec!["Opening", "第一章 港"], 2));
}

#[test]
fn a_word_document_keeps_headings_emphasis_and_breaks_and_leaves_out_what_was_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let p =
        |style: &str, runs: &str| format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{runs}</w:p>");
    let r = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let body = [
        p("Titel", &r("The Tide")),
        p("Mine", &r("One &amp; all")),
        p(
            "x",
            &format!(
                "{}<w:r><w:rPr><w:i/></w:rPr><w:t>never</w:t></w:r>{}<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>\
                 <w:r><w:br/><w:t>again</w:t></w:r>",
                r("She "),
                r(" said&#8212;")
            ),
        ),
        "<w:p/>".to_owned(),
        p("berschrift1", &r("Two")),
        p("x", &r("Sun.")),
    ];
    let document = document(&body.concat());
    let bytes = archive(&[("word/document.xml", &document), ("word/styles.xml", STYLES)]);
    let m = read(&written(&dir, "tide.docx", &bytes)).unwrap();
    assert_eq!((m.title.as_deref(), titles(&m)), (Some("The Tide"), vec!["One & all", "Two"]));
    assert_eq!(m.chapters[0].paragraphs, ["She *never* said—\nagain"]);
}

fn epub(chapters: &[(&str, &str)]) -> Vec<u8> {
    let (mut items, mut spine) = (String::new(), String::new());
    for (n, (name, _)) in chapters.iter().enumerate() {
        let _ = write!(items, "<item id=\"c{n}\" href=\"{name}\" media-type=\"application/xhtml+xml\"/>");
        let _ = write!(spine, "<itemref idref=\"c{n}\"/>");
    }
    let package = format!(
        "<package><metadata><dc:title xmlns:dc=\"d\">The Tide</dc:title></metadata><manifest>{items}\
         <item id=\"toc\" href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/></manifest><spine>{spine}</spine></package>"
    );
    let toc = "<ncx><navMap><navPoint><navLabel><text>1</text></navLabel><content src=\"chapter%20one.xhtml\"/></navPoint><navPoint><navLabel><text>The thaw</text></navLabel><content src=\"two.xhtml#a\"/></navPoint></navMap></ncx>";
    let container = "<container><rootfiles><rootfile full-path=\"OEBPS/book.opf\"/></rootfiles></container>";
    let names: Vec<String> =
        chapters.iter().map(|(name, _)| format!("OEBPS/{}", name.replace("%20", " "))).collect();
    let mut files = vec![
        ("META-INF/container.xml", container),
        ("OEBPS/book.opf", package.as_str()),
        ("OEBPS/toc.ncx", toc),
    ];
    files.extend(names.iter().map(String::as_str).zip(chapters.iter().map(|(_, text)| *text)));
    archive(&files)
}

#[test]
fn an_epub_is_read_in_the_order_of_its_spine() {
    let dir = tempfile::tempdir().unwrap();
    let one = "<html><head><title>x</title></head><body><h1>One</h1><p>It &nbsp;rained\nand <em>rained</em>.</p><hr/><p>A<br/>B</p></body></html>";
    let two = "<html><body><div><p>Sun.</p><script>no()</script></div></body></html>";
    let m = read(&written(&dir, "tide.epub", &epub(&[("chapter%20one.xhtml", one), ("two.xhtml", two)])))
        .unwrap();
    assert_eq!(m.title.as_deref(), Some("The Tide"));
    assert_eq!(titles(&m), ["One", "The thaw"]);
    let headed = two.replace("<p>Sun", "<h1>Two</h1><p>Sun");
    let m = read(&written(&dir, "tide.epub", &epub(&[("chapter%20one.xhtml", one), ("two.xhtml", &headed)])))
        .unwrap();
    assert_eq!(titles(&m), ["One", "Two"]);
    assert_eq!(m.chapters[0].paragraphs, ["It \u{a0}rained and *rained*.", "* * *", "A\nB"]);
}

#[test]
fn bombs_are_refused_by_name_before_they_are_unpacked() {
    let dir = tempfile::tempdir().unwrap();
    let said = |name: &str, bytes: &[u8]| read(&written(&dir, name, bytes)).unwrap_err().to_string();
    let large = document(&"<w:p></w:p>".repeat(4_000_000));
    let error = said("large.docx", &archive(&[("word/document.xml", &large)]));
    assert!(
        error.starts_with("large.docx › word/document.xml: it unpacks to more than 33554432 bytes"),
        "{error}"
    );
    let deep = document(&"<w:x>".repeat(5000));
    let error = said("deep.docx", &archive(&[("word/document.xml", &deep)]));
    assert!(
        error.contains("deep.docx › word/document.xml: line 1: elements are nested more than 256 deep"),
        "{error}"
    );
    let names: Vec<String> = (0..10_001).map(|n| n.to_string()).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), "")).collect();
    let error = said("many.epub", &archive(&many));
    assert!(error.contains("10001 files are in it"), "{error}");
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>".to_owned()
        + &document("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>").replace("<?xml version=\"1.0\"?>", "");
    let m = read(&written(&dir, "laughs.docx", &archive(&[("word/document.xml", &laughs)]))).unwrap();
    assert_eq!(m.chapters[0].paragraphs, ["&b;"]);
}

#[test]
fn what_is_broken_is_refused_with_file_and_place() {
    let dir = tempfile::tempdir().unwrap();
    let said = |name: &str, bytes: &[u8]| read(&written(&dir, name, bytes)).unwrap_err().to_string();
    assert!(said("x.docx", b"no archive").starts_with("x.docx: this is not such an archive"));
    assert_eq!(said("x.docx", &archive(&[("a", "b")])), "x.docx: word/document.xml is not in it");
    let torn = archive(&[("word/document.xml", "<a>\n<b></a>")]);
    assert!(
        said("x.docx", &torn).starts_with("x.docx › word/document.xml: line 2: this is not well-formed XML")
    );
    let half = archive(&[("word/document.xml", "<a><b>")]);
    assert!(said("x.docx", &half).contains("breaks off"));
    assert!(said("x.md", b"\x89PNG....").contains("it begins like a PNG image"));
    assert!(said("x.pdf", b"%PDF").contains("manuscripts are .md, .txt, .docx or .epub"));
    assert!(said("x.md", b"\n\n").contains("there is no text in it"));
    let huge = dir.path().join("huge.md");
    std::fs::File::create(&huge).unwrap().set_len(200 * 1024 * 1024).unwrap();
    assert!(read(&huge).unwrap_err().to_string().contains("huge.md: 209715200 bytes are too many"));
    let mut cut = epub(&[("one.xhtml", "<html><body><p>x</p></body></html>")]);
    cut.truncate(cut.len() / 2);
    assert!(said("x.epub", &cut).starts_with("x.epub: "));
    let protected = archive(&[
        ("META-INF/container.xml", "<c><rootfile full-path=\"b.opf\"/></c>"),
        (
            "b.opf",
            "<p><manifest><item id=\"a\" href=\"a.xhtml\"/></manifest><spine><itemref idref=\"a\"/></spine></p>",
        ),
        ("META-INF/encryption.xml", "<e><CipherReference URI=\"a.xhtml\"/></e>"),
        ("a.xhtml", "<html/>"),
    ]);
    assert_eq!(said("x.epub", &protected), "x.epub: it is protected: a.xhtml is encrypted");
}

/// A novel of so many words, in chapters of paragraphs.
fn novel(words: usize) -> String {
    let mut random = fastrand::Rng::with_seed(7);
    let mut text = String::from("# The Long Winter\n");
    let mut made = 0;
    while made < words {
        if made % 5000 < 60 {
            let _ = write!(text, "\n## Chapter {}\n", made / 5000 + 1);
        }
        let length = random.usize(8..120);
        let said: Vec<&str> =
            (0..length).map(|_| ["rain", "harbour", "Mara", "lantern", "ice"][random.usize(..5)]).collect();
        let _ = write!(text, "\n{}.\n", said.join(" "));
        made += length;
    }
    text
}

#[test]
fn a_long_novel_becomes_pages_near_the_length_and_loses_no_word() {
    let dir = tempfile::tempdir().unwrap();
    let text = novel(160_000);
    let began = std::time::Instant::now();
    let m = read(&written(&dir, "novel.md", text.as_bytes())).unwrap();
    let chapters = m.pages(220);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    assert_eq!(m.title.as_deref(), Some("The Long Winter"));
    assert!(chapters.len() >= 20, "{}", chapters.len());
    let pages: Vec<u64> = chapters.iter().flat_map(|c| &c.pages).map(|p| count_words(p)).collect();
    assert_eq!(pages.iter().sum::<u64>(), m.words());
    let near = pages.iter().filter(|n| (160..=330).contains(*n)).count();
    assert!(near * 100 >= pages.len() * 98, "{near} of {}", pages.len());
}

proptest! {
    #[test]
    fn no_text_panics_and_pages_hold_every_paragraph(
        lines in proptest::collection::vec(prop_oneof!["#{1,3} [A-Za-z ]{0,9}", "\\PC{0,30}", Just(String::new()), Just("Chapter 1".into())], 0..40),
        wanted in 1u64..50,
    ) {
        let text = lines.join("\n");
        for Contents { meta, blocks, .. } in [markdown::read(&text), text::read(&text)] {
            let (_, chapters) = divide::divide(meta.title, headings::promote(blocks));
            for chapter in &chapters {
                let pages = divide::pages(&chapter.paragraphs, wanted);
                prop_assert_eq!(pages.join("\n\n"), chapter.paragraphs.join("\n\n"));
                prop_assert!(pages.iter().all(|p| !p.is_empty()));
            }
        }
    }

    #[test]
    fn no_archive_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), body in "[<>/&;a-z:=\" ]{0,80}") {
        let _ = docx::read("x.docx", bytes.clone());
        let _ = epub::read("x.epub", bytes);
        let _ = docx::read("x.docx", archive(&[("word/document.xml", &body), ("word/styles.xml", &body)]));
        let _ = epub::read("x.epub", epub(&[("a.xhtml", &body)]));
    }
}

fn case(name: &str) -> Manuscript {
    read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)).unwrap()
}

fn listed(manuscript: &Manuscript) -> Vec<(&'static str, u64)> {
    manuscript.changes.iter().map(|c| (c.kind, c.count)).collect()
}

#[test]
fn a_title_that_stands_on_every_document_is_no_chapter() {
    let m = case("title-page.epub");
    assert_eq!((m.title.as_deref(), m.author.as_deref()), (Some("The Sea Book"), Some("Ada Vale")));
    assert_eq!(titles(&m), ["Chapter One", "Chapter Two"]);
    assert_eq!(listed(&m), [("title page", 3)]);
    // A chapter that has the book's name is a chapter.
    let dir = tempfile::tempdir().unwrap();
    for text in [
        "---\ntitle: Ice\n---\n# Ice\n\nOne.\n\n# Fire\n\nTwo.\n",
        "---\ntitle: Ice\n---\n# Ice\n\n## Ice\n\nOne.\n\n## Fire\n\nTwo.\n",
    ] {
        assert_eq!(
            titles(&read(&written(&dir, "x.md", text.as_bytes())).unwrap()),
            ["Ice", "Fire"],
            "{text}"
        );
    }
}

#[test]
fn a_page_that_is_html_and_no_xml_is_read_and_listed() {
    let m = case("stray-markup.epub");
    assert_eq!(m.chapters[0].paragraphs, ["The board said: 3 < 4 boats.\nNobody laughed."]);
    assert_eq!(listed(&m), [("markup that is no XML", 1)]);
    for (page, xml) in [
        ("<p>a<br>b<BR/>c</br></p>", "<p>a<br/>b<BR/>c</p>"),
        ("<p>1 <2 << 3</p>", "<p>1 &lt;2 &lt;&lt; 3</p>"),
        ("<img alt=\"x\"><!-- a < b --><hr class='y' />", "<img alt=\"x\"/><!-- a < b --><hr class='y' />"),
        ("a <", "a &lt;"),
    ] {
        assert_eq!(xml::repaired(page), xml);
    }
}

#[test]
fn signs_of_old_encodings_are_the_signs_that_were_meant() {
    for file in ["c1.md", "c1.epub"] {
        assert_eq!(case(file).chapters[0].paragraphs, ["She waited—and waited. It’s late."], "{file}");
    }
    let m = case("mac.txt");
    assert_eq!((m.encoding, m.chapters.len()), ("macintosh", 6));
    assert_eq!(m.chapters[0].paragraphs, ["“Don’t,” she said—and the café went quiet…"]);
}

#[test]
fn a_chapter_without_text_stays_and_a_table_of_contents_does_not() {
    assert_eq!(
        titles(&case("heading-only.md")),
        ["Part One · Chapter 1", "Part One · Interlude", "Part Two · Chapter 2"]
    );
    let m = case("toc.docx");
    assert_eq!(titles(&m), ["Chapter One", "Chapter Two"]);
    assert_eq!(listed(&m), [("table of contents", 2)]);
}

#[test]
fn a_scene_break_at_the_beginning_is_no_front_matter() {
    let m = case("rule-first.md");
    assert_eq!(m.chapters[0].paragraphs, ["First scene.", "* * *", "Second."]);
    let m = case("rule-chapter.md");
    assert_eq!(titles(&m), ["Chapter One", "Chapter Two"]);
    assert_eq!(m.chapters[0].paragraphs, ["The tide came in.", "* * *", "Mara left."]);
    assert_eq!(listed(&m), [("scene break at the beginning", 1)]);
    let dir = tempfile::tempdir().unwrap();
    let nothing = read(&written(&dir, "breaks.md", b"* * *\n\n***\n")).unwrap_err().to_string();
    assert!(nothing.contains("there is no text in it"), "{nothing}");
    // Prose with a colon between two breaks, and fields that are no mapping.
    let dir = tempfile::tempdir().unwrap();
    for text in ["---\nMara: Where is it?\n---\nGone.\n", "---\nShe said: no\nand left.\n---\nGone.\n"] {
        let m = read(&written(&dir, "x.md", text.as_bytes())).unwrap();
        assert_eq!(m.words(), count_words(text), "{text}");
    }
}

#[test]
fn the_language_is_told_from_the_words_where_nothing_says_it() {
    for (file, language) in [("de.txt", "de"), ("pl.txt", "pl"), ("he.txt", "he"), ("cn.txt", "zh")] {
        let m = case(file);
        assert_eq!((m.language.as_deref(), m.is_language_detected), (Some(language), true), "{file}");
    }
    let dir = tempfile::tempdir().unwrap();
    let texts = [
        ("fr", "Elle attendait sur le quai, et personne ne venait. La mer était grise, le vent se levait."),
        ("es", "Ella esperaba en el muelle y nadie venía. El mar estaba gris y el viento se levantaba."),
        (
            "ru",
            "Она ждала на пристани, но никто не приходил. Море было серым, поднимался ветер. Вы видели лодку? Мы ничего не видели, сказал рыбак, и ушёл.",
        ),
        ("en", "She waited on the quay and nobody came. The sea was grey, and the wind was rising."),
    ];
    for (language, text) in texts {
        let m = read(&written(&dir, "x.md", text.as_bytes())).unwrap();
        assert_eq!(m.language.as_deref(), Some(language), "{text}");
    }
    assert_eq!(case("toml.md").is_language_detected, case("toml.md").language.is_some());
}

#[test]
fn a_table_of_contents_and_a_subtitle_are_no_chapters_and_are_listed() {
    let dir = tempfile::tempdir().unwrap();
    let styled = |style: &str, words: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>")
    };
    let body = [
        styled("Title", "The Sea"),
        styled("Subtitle", "A Novel"),
        styled("TOCHeading", "Contents"),
        styled("TOC1", "One 3"),
        styled("Heading1", "One"),
        styled("Normal", "She waited."),
        styled("Heading1", "Two"),
        styled("Normal", "She left."),
    ];
    let m = read(&written(&dir, "x.docx", &archive(&[("word/document.xml", &document(&body.concat()))])))
        .unwrap();
    assert_eq!(titles(&m), ["One", "Two"]);
    assert_eq!(listed(&m), [("title page", 1), ("table of contents", 2)]);
}

#[test]
fn title_author_and_language_are_taken_over_from_title_blocks() {
    let m = case("toml.md");
    assert_eq!(
        (m.title.as_deref(), m.author.as_deref(), titles(&m)),
        (Some("T"), Some("Ada Vale"), vec!["One"])
    );
    let m = case("comments.md");
    assert_eq!((m.author.as_deref(), m.language.as_deref()), (Some("Ada Vale"), Some("de")));
    let m = case("byline.md");
    assert_eq!((m.author.as_deref(), titles(&m)), (Some("Ada Vale"), vec!["Chapter One", "Chapter Two"]));
    let m = case("gutenberg.txt");
    assert_eq!((m.author.as_deref(), titles(&m)), (Some("Ada Vale"), vec!["CHAPTER I", "CHAPTER II"]));
    assert_eq!(listed(&m), [("licence text", 2), ("title page", 2)]);
    let m = case("hebrew.epub");
    assert_eq!((m.author.as_deref(), m.language.as_deref()), (Some("Ada Vale"), Some("he")));
}

#[test]
fn comments_never_get_into_a_book_and_links_are_their_words() {
    let m = case("comments.md");
    let text = m.chapters[0].paragraphs.join("\n\n");
    assert!(text.starts_with("She met the pilot and Kit on the quay."), "{text}");
    for gone in ["TODO", "private", "[[", "](", "!["] {
        assert!(!text.contains(gone), "{gone} in {text}");
    }
    for kept in [
        "> Dear Mara,\n> come home.",
        "- one rope\n- two oars",
        "| Gull | 7 |",
        "A link, an",
        "~~gone~~",
        "[^1]: The note itself.",
    ] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
    let expected = [("front matter", 1), ("comment", 2), ("link", 3), ("image", 1), ("highlight", 1)];
    let mut found = listed(&m);
    found.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn only_lines_that_were_broken_at_a_width_are_joined() {
    let m = case("lines.md");
    assert_eq!(
        m.chapters[0].paragraphs,
        [
            "\"Where is it?\" she said.\n\"Gone,\" said the clerk.\n\"Gone where?\"",
            "The sea gives up\nits dead by night,\nand keeps its counsel.",
            "She counted the boats twice over, because the clerk had told her to, and one was missing.",
        ]
    );
    assert_eq!(listed(&m), [("unwrapped line", 1)]);
}

#[test]
fn a_text_with_a_paragraph_a_line_or_an_indent_each_keeps_them_apart() {
    let m = case("lines.txt");
    let counts = |m: &Manuscript| m.chapters.iter().map(|c| c.paragraphs.len()).collect::<Vec<_>>();
    assert_eq!((titles(&m), counts(&m)), (vec!["Chapter 1", "Chapter 2"], vec![3, 1]));
    let m = case("indent.txt");
    assert_eq!((titles(&m), counts(&m)), (vec!["CHAPTER ONE", "CHAPTER TWO"], vec![4, 1]));
    let m = case("cn.txt");
    assert_eq!((m.title.as_deref(), m.author.as_deref()), (Some("渡口"), Some("无名")));
    assert_eq!((m.chapters.len(), counts(&m)), (8, vec![3; 8]), "{:?}", titles(&m));
    assert!(m.chapters.iter().flat_map(|c| &c.paragraphs).all(|p| !p.contains(' ')));
}

#[test]
fn chapters_are_found_without_styles_of_headings() {
    for name in ["roman.txt", "words.txt", "digits.txt", "de.txt", "pl.txt", "he.txt", "bold-chapters.docx"] {
        assert_eq!(case(name).chapters.len(), 3, "{name}: {:?}", titles(&case(name)));
    }
    for name in ["setext.txt", "plain-chapter.md"] {
        assert_eq!(titles(&case(name)), ["Chapter 1", "Chapter 2"], "{name}");
    }
    assert_eq!(titles(&case("caps-chapters.docx")), ["CHAPTER ONE", "CHAPTER TWO"]);
}

#[test]
fn a_heading_without_visible_words_is_none() {
    for name in ["zero-width-heading.md", "blank-heading.docx"] {
        let m = case(name);
        assert_eq!(
            (titles(&m), &*m.chapters[0].paragraphs),
            (vec!["One"], &["Text one.".to_owned(), "Text two.".into()][..])
        );
    }
}

#[test]
fn notes_of_a_word_document_are_at_the_end_of_their_chapter_and_comments_are_listed() {
    let m = case("notes.docx");
    assert_eq!(
        m.chapters[0].paragraphs,
        [
            "Mara signed the book.[^f1] Nobody else had signed it since March.[^e1] It rained.",
            "[^f1]: The harbour book, bound in green cloth.",
            "[^e1]: Six pages were torn out in the same month.",
        ]
    );
    assert_eq!(listed(&m), [("comment", 1)]);
    let dir = tempfile::tempdir().unwrap();
    let text = "# One\n\nA.[^a]\n\n# Two\n\nB.[^b]\n\n[^a]: First.\n\n[^b]: Second.\n";
    let m = read(&written(&dir, "x.md", text.as_bytes())).unwrap();
    assert_eq!(m.chapters[0].paragraphs, ["A.[^a]", "[^a]: First."]);
}

#[test]
fn what_word_hides_is_left_out_and_its_other_forms_are_read() {
    let m = case("hidden.docx");
    assert_eq!(
        (&*m.chapters[0].paragraphs, listed(&m)),
        (&["Visible text.".to_owned()][..], vec![("hidden text", 1)])
    );
    assert_eq!(case("dropcap.docx").chapters[0].paragraphs, ["The tide came in grey and slow."]);
    assert_eq!(case("document2.docx").chapters[0].paragraphs, ["She waited on the quay."]);
    assert_eq!(
        case("verse.docx").chapters[0].paragraphs[0],
        "The sea gives up\nits dead by night,\nand keeps its counsel."
    );
    let m = case("title-author-lang.docx");
    assert_eq!((m.title.as_deref(), m.author.as_deref()), (Some("Das Meerbuch"), Some("Ada Vale")));
}
