//! The files, by structure: what a reader of each format relies on, for any text.

use std::collections::{BTreeMap, HashSet};
use std::io::{Cursor, Read as _};

use proptest::prelude::*;
use quick_xml::events::Event;
use zip::{CompressionMethod, ZipArchive};

use super::*;
use crate::domain::language::is_tag;

const HOSTILE: &str =
    "</p>]]><script>alert(\"1\")</script> & <!-- \0\u{1b}[31m \u{fffe}\u{202e}'x' --> &#0; \u{8}";

fn manuscript(language: &str, chapters: &[(&str, &[&str])]) -> Manuscript {
    let chapter = |(title, pages): &(&str, &[&str])| Chapter {
        title: (*title).to_owned(),
        pages: pages.iter().map(|p| (*p).to_owned()).collect(),
    };
    Manuscript {
        identity: "the-winter-harbour 1".into(),
        title: "The Winter Harbour".into(),
        language: language.into(),
        front: FrontMatter { author: "Ada Vale".into(), ..FrontMatter::default() },
        modified: Time(1_795_182_497_042),
        chapters: chapters.iter().map(chapter).collect(),
        show_pages: false,
    }
}

fn sample() -> Manuscript {
    manuscript(
        "en",
        &[
            ("Ice & Fire", &["She *never* went **back**.\n\n***\n\nMorning.", "On the next page."]),
            ("Thaw", &["Water. 5 * 3."]),
        ],
    )
}

fn text_of(manuscript: &Manuscript, format: Format) -> String {
    String::from_utf8(write(manuscript, format).unwrap()).unwrap()
}

/// An archive's files: names in order, and contents.
fn unpacked(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> =
        (0..zip.len()).map(|at| zip.by_index(at).unwrap().name().unwrap().into_owned()).collect();
    let mut read = |name: String| {
        let mut content = String::new();
        zip.by_name(&name).unwrap().read_to_string(&mut content).unwrap();
        (name, content)
    };
    names.into_iter().map(&mut read).collect()
}

/// An element's name and attributes.
type Element = (String, BTreeMap<String, String>);

/// What an XML text holds: every element with its attributes, and its words.
fn read_xml(name: &str, xml: &str) -> (Vec<Element>, String) {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut elements, mut words, mut depth) = (Vec::new(), String::new(), 0);
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(allowed), "{name} holds what XML does not allow");
    loop {
        let event = reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}\n{xml}"));
        match event {
            Event::Start(ref tag) | Event::Empty(ref tag) => {
                depth += i32::from(matches!(event, Event::Start(_)));
                let of = |a: quick_xml::events::attributes::Attribute<'_>| {
                    let value = a.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned();
                    (a.key.as_ref().to_owned(), value)
                };
                let attributes = tag.attributes().map(|a| of(a.unwrap())).collect();
                elements.push((tag.name().as_ref().to_owned(), attributes));
            }
            Event::End(_) => depth -= 1,
            Event::Text(text) => words.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) => {
                let known = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"')];
                let known =
                    known.iter().find(|(name, _)| **name == *entity).unwrap_or_else(|| panic!("{entity:?}"));
                words.push(known.1);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{name} breaks off");
    (elements, words)
}

/// Checks everything that a reader of an EPUB relies on; returns the documents of the spine as words.
fn check_epub(bytes: &[u8]) -> Vec<String> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let first = zip.by_index(0).unwrap();
    assert_eq!((&*first.name().unwrap(), first.compression()), ("mimetype", CompressionMethod::Stored));
    assert_eq!((first.data_start(), first.extra_data().map_or(0, |d| d.len())), (Some(38), 0));
    drop(first);
    let files: BTreeMap<String, String> = unpacked(bytes).into_iter().collect();
    assert_eq!(files["mimetype"], "application/epub+zip");
    let (container, _) = read_xml("container", &files["META-INF/container.xml"]);
    let root = container.iter().find(|(name, _)| name == "rootfile").unwrap();
    assert_eq!(root.1["full-path"], "EPUB/package.opf");

    let (package, _) = read_xml("package", &files["EPUB/package.opf"]);
    let of =
        |wanted: &str| package.iter().filter(|(name, _)| name == wanted).map(|(_, a)| a).collect::<Vec<_>>();
    let ids: Vec<&String> = package.iter().filter_map(|(_, a)| a.get("id")).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{ids:?}");
    for needed in ["dc:identifier", "dc:title", "dc:language"] {
        assert!(!of(needed).is_empty(), "{needed}");
    }
    assert_eq!(
        of("meta").iter().filter(|a| a.get("property").is_some_and(|p| p == "dcterms:modified")).count(),
        1
    );
    let unique = &of("package")[0]["unique-identifier"];
    assert!(of("dc:identifier").iter().any(|a| a["id"] == *unique));

    let items: BTreeMap<&String, &String> = of("item").iter().map(|a| (&a["id"], &a["href"])).collect();
    let listed: HashSet<String> = items.values().map(|href| format!("EPUB/{href}")).collect();
    let besides = ["mimetype", "META-INF/container.xml", "EPUB/package.opf"];
    let present: HashSet<String> = files.keys().filter(|n| !besides.contains(&n.as_str())).cloned().collect();
    assert_eq!(listed, present, "the manifest and the files");
    assert_eq!(of("item").iter().filter(|a| a.get("properties").is_some_and(|p| p == "nav")).count(), 1);

    let spine: Vec<&String> = of("itemref").iter().map(|a| items[&a["idref"]]).collect();
    let (nav, _) = read_xml("nav", &files["EPUB/nav.xhtml"]);
    let linked: Vec<&String> = nav.iter().filter(|(name, _)| name == "a").map(|(_, a)| &a["href"]).collect();
    assert_eq!(linked, spine, "the contents and the spine");
    spine
        .iter()
        .map(|href| {
            let (elements, words) = read_xml(href, &files[&format!("EPUB/{href}")]);
            assert!(!elements.iter().any(|(name, _)| name == "script"));
            assert!(is_tag(&elements[0].1["lang"]) && elements[0].1["lang"] == elements[0].1["xml:lang"]);
            words
        })
        .collect()
}

fn check_docx(bytes: &[u8]) -> String {
    let files: BTreeMap<String, String> = unpacked(bytes).into_iter().collect();
    for (name, content) in &files {
        read_xml(name, content);
    }
    let (types, _) = read_xml("types", &files["[Content_Types].xml"]);
    for (_, part) in types.iter().filter(|(name, _)| name == "Override") {
        assert!(files.contains_key(part["PartName"].trim_start_matches('/')), "{part:?}");
    }
    let (relations, _) = read_xml("relations", &files["word/_rels/document.xml.rels"]);
    for (_, relation) in relations.iter().filter(|(name, _)| name == "Relationship") {
        let is_link = relation.get("TargetMode").is_some_and(|mode| mode == "External");
        assert!(is_link || files.contains_key(&format!("word/{}", relation["Target"])), "{relation:?}");
    }
    let (styles, _) = read_xml("styles", &files["word/styles.xml"]);
    let defined: HashSet<&String> = styles.iter().filter_map(|(_, a)| a.get("w:styleId")).collect();
    let (document, words) = read_xml("document", &files["word/document.xml"]);
    for (_, used) in document.iter().filter(|(name, _)| name == "w:pStyle") {
        assert!(defined.contains(&used["w:val"]), "{used:?}");
    }
    words
}

#[test]
fn every_format_says_the_same_words_and_keeps_emphasis_and_breaks() {
    let m = sample();
    let markdown = text_of(&m, Format::Markdown);
    assert!(markdown.starts_with(
        "---\ntitle: \"The Winter Harbour\"\nauthor: \"Ada Vale\"\nlang: \"en\"\n---\n\n# The Winter"
    ));
    let chapters = markdown.split_once("## Ice").unwrap().1;
    assert_eq!(
        chapters,
        " & Fire\n\nShe *never* went **back**.\n\n* * *\n\nMorning.\n\nOn the next page.\n\n## Thaw\n\nWater. 5 \\* 3.\n"
    );
    assert_eq!(
        text_of(&m, Format::Text),
        "The Winter Harbour\n\nAda Vale\n\nIce & Fire\n\nShe _never_ went *back*.\n\n* * *\n\nMorning.\n\n\
         On the next page.\n\nThaw\n\nWater. 5 * 3.\n"
    );
    let html = text_of(&m, Format::Html);
    for piece in [
        "<html lang=\"en\" dir=\"ltr\">",
        "<h2>Ice &amp; Fire</h2>\n<p>She <em>never</em> went <strong>back</strong>.</p>\n<hr class=\"break\"/>",
        "<li><a href=\"#chapter-2\">Thaw</a></li>",
        "@media print",
    ] {
        assert!(html.contains(piece), "{piece} is missing in {html}");
    }
    let spine = check_epub(&write(&m, Format::Epub).unwrap());
    assert_eq!(spine.len(), 3);
    assert!(spine[1].contains("She never went back.") && spine[2].contains("5 * 3"));
    let bytes = write(&m, Format::Docx).unwrap();
    assert!(check_docx(&bytes).contains("She never went back.\n* * *\nMorning."));
    let document = unpacked(&bytes).pop().unwrap().1;
    assert!(
        document.contains("<w:r><w:rPr><w:i/><w:iCs/></w:rPr><w:t xml:space=\"preserve\">never</w:t></w:r>")
    );
    assert_eq!(m.words(), 12);
}

#[test]
fn borders_of_pages_show_in_every_format_when_asked_for_and_in_none_otherwise() {
    let quiet = sample();
    let asked = Manuscript { show_pages: true, ..sample() };
    for (format, sign) in
        [(Format::Markdown, "\\[2\\]"), (Format::Text, "[2]"), (Format::Html, "<p class=\"page\">2</p>")]
    {
        assert!(text_of(&asked, format).contains(sign), "{format}");
        assert!(!text_of(&quiet, format).contains(sign), "{format}");
    }
    for (format, sign) in [(Format::Epub, "<p class=\"page\">2</p>"), (Format::Docx, "w:val=\"PageNumber\"")]
    {
        let said = |m| {
            unpacked(&write(m, format).unwrap())
                .iter()
                .any(|(n, c)| n != "word/styles.xml" && c.contains(sign))
        };
        assert!(said(&asked) && !said(&quiet), "{format}");
    }
}

#[test]
fn the_front_matter_stands_in_every_format_that_has_a_place_for_it() {
    let mut m = sample();
    m.front = FrontMatter {
        author: "Ada \"A.\" Vale".into(),
        rights: "© 2026 <Ada>".into(),
        description: "A cold\nbook.\n\nTwo parts.".into(),
        isbn: "978-3-16-148410-0".into(),
        ..FrontMatter::default()
    };
    let files: BTreeMap<String, String> = unpacked(&write(&m, Format::Epub).unwrap()).into_iter().collect();
    let package = &files["EPUB/package.opf"];
    for piece in [
        "<dc:creator>Ada &quot;A.&quot; Vale</dc:creator>",
        "<dc:rights>© 2026 &lt;Ada&gt;</dc:rights>",
        "<dc:description>A cold book.\n\nTwo parts.</dc:description>",
        "<dc:identifier id=\"isbn\">urn:isbn:9783161484100</dc:identifier>",
        "<meta property=\"dcterms:modified\">2026-11-20T13:48:17Z</meta>",
    ] {
        assert!(package.contains(piece), "{piece}\n{package}");
    }
    let core = unpacked(&write(&m, Format::Docx).unwrap())
        .into_iter()
        .find(|(n, _)| n == "docProps/core.xml")
        .unwrap()
        .1;
    assert!(
        core.contains("<dc:creator>Ada &quot;A.&quot; Vale</dc:creator>")
            && core.contains("2026-11-20T13:48:17Z")
    );
    assert!(text_of(&m, Format::Markdown).contains("author: \"Ada \\\"A.\\\" Vale\"\n"));
    assert!(
        text_of(&m, Format::Html).contains("<meta name=\"author\" content=\"Ada &quot;A.&quot; Vale\"/>")
    );
    assert!(text_of(&m, Format::Text).contains("\n\n© 2026 <Ada>\n\n"));
}

#[test]
fn arabic_and_hebrew_run_from_right_to_left() {
    let m = manuscript("ar", &[("الأول", &["كانت *الليلة* باردة."])]);
    assert!(text_of(&m, Format::Html).contains("<html lang=\"ar\" dir=\"rtl\">"));
    let files: BTreeMap<String, String> = unpacked(&write(&m, Format::Epub).unwrap()).into_iter().collect();
    assert!(files["EPUB/package.opf"].contains("<spine page-progression-direction=\"rtl\">"));
    assert!(files["EPUB/chapter-001.xhtml"].contains("dir=\"rtl\""));
    let bytes = write(&m, Format::Docx).unwrap();
    check_docx(&bytes);
    let files: BTreeMap<String, String> = unpacked(&bytes).into_iter().collect();
    assert!(
        files["word/styles.xml"].contains("<w:bidi/><w:ind")
            && files["word/document.xml"].contains("<w:rtl/>")
    );
}

#[test]
fn another_book_has_another_identifier_and_a_renamed_one_the_same() {
    let one = uuid("the-winter-harbour 1");
    assert_eq!((one.len(), &one[14..15]), (36, "8"));
    assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"));
    assert_ne!(one, uuid("the-winter-harbour 2"));
    let renamed = Manuscript { title: "Other".into(), ..sample() };
    for m in [sample(), renamed] {
        assert!(unpacked(&write(&m, Format::Epub).unwrap())[2].1.contains(&one));
    }
}

#[test]
fn hostile_text_is_text_in_every_place() {
    let mut m = manuscript("x\"><script>", &[(HOSTILE, &[HOSTILE, HOSTILE]), ("", &["\0"])]);
    m.title = HOSTILE.into();
    m.front.author = HOSTILE.into();
    m.front.rights = HOSTILE.into();
    m.front.description = HOSTILE.into();
    check_epub(&write(&m, Format::Epub).unwrap());
    check_docx(&write(&m, Format::Docx).unwrap());
    let html = text_of(&m, Format::Html);
    assert!(!html.contains("<script") && !html.contains("<!--") && html.contains("&lt;script&gt;"));
    for format in Format::ALL {
        let bytes = write(&m, format).unwrap();
        if !matches!(format, Format::Epub | Format::Docx) {
            assert!(!bytes.contains(&0x1b) && !bytes.contains(&0), "{format}");
        }
    }
    assert!(text_of(&m, Format::Markdown).contains("\\<script>"));
}

#[test]
fn a_format_is_known_by_its_name_and_by_a_files() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
        assert_eq!(
            Format::of_file(std::path::Path::new(&format!("a/b.{}", format.name().to_uppercase()))),
            Some(format)
        );
        assert_eq!(serde_json::to_value(format).unwrap(), format.name());
    }
    assert!("pdf".parse::<Format>().is_err());
    assert_eq!(Format::of_file(std::path::Path::new("book")), None);
}

/// Texts of all kinds: marks, scripts, control characters, markup.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z *_#\n<&>\"']{0,60}",
        "\\PC{0,40}",
        any::<String>(),
        Just(HOSTILE.to_owned()),
        "[字。ع א\n*]{0,20}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_book_makes_sound_files_and_the_same_ones_twice(
        title in any_text(),
        author in any_text(),
        chapters in proptest::collection::vec((any_text(), proptest::collection::vec(any_text(), 0..3)), 0..3),
        language in prop_oneof!["en|ar|zh-Hant|ja", any::<String>()],
        at in any::<i32>(),
        show_pages in any::<bool>(),
    ) {
        let m = Manuscript {
            identity: title.clone(),
            title,
            language,
            front: FrontMatter { author: author.clone(), rights: author.clone(), description: author, ..FrontMatter::default() },
            modified: Time(i64::from(at) * 1000),
            chapters: chapters.into_iter().map(|(title, pages)| Chapter { title, pages }).collect(),
            show_pages,
        };
        for format in Format::ALL {
            let bytes = write(&m, format).unwrap();
            prop_assert!(bytes == write(&m.clone(), format).unwrap(), "{format}");
            match format {
                Format::Epub => _ = check_epub(&bytes),
                Format::Docx => _ = check_docx(&bytes),
                Format::Html => {
                    let html = String::from_utf8(bytes).unwrap();
                    read_xml("html", html.strip_prefix("<!DOCTYPE html>").unwrap());
                }
                Format::Markdown | Format::Text => {
                    let text = String::from_utf8(bytes).unwrap();
                    prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
                }
            }
        }
    }

    #[test]
    fn no_word_is_lost_on_the_way(words in proptest::collection::vec("[a-zé<&]{1,8}|字|\\*x\\*|_y_", 1..20)) {
        let m = manuscript("en", &[("T", &[&words.join(" ")])]);
        let bare: Vec<String> = words.iter().map(|w| w.replace(['*', '_'], "")).collect();
        let spine = check_epub(&write(&m, Format::Epub).unwrap());
        prop_assert!(spine[1].contains(&bare.join(" ")), "{:?}", spine[1]);
        prop_assert!(check_docx(&write(&m, Format::Docx).unwrap()).contains(&bare.join(" ")));
    }
}
