//! Finished texts become books.

use std::fmt::Write as _;
use std::io::Write as _;

use serde_json::Value;

use super::desk::{Desk, code, stderr, stdout};
use super::pty::{answered, assert_clean};

/// A novel of chapters of paragraphs, some 1,000 words each.
fn novel(chapters: usize) -> String {
    let mut random = fastrand::Rng::with_seed(11);
    let mut text = String::from("# The Long Winter\n");
    for chapter in 1..=chapters {
        let _ = write!(text, "\n## Chapter {chapter}\n");
        for _ in 0..16 {
            let words = random.usize(30..90);
            let said: Vec<&str> = (0..words)
                .map(|_| ["rain", "harbour", "Mara", "lantern", "ice"][random.usize(..5)])
                .collect();
            let _ = write!(text, "\n{}.\n", said.join(" "));
        }
    }
    text
}

#[test]
fn a_novel_becomes_chapters_of_approved_pages_that_can_be_read_and_searched() {
    let desk = Desk::new();
    let file = desk.file("novel.md", &novel(12));
    let dry = desk.ok(&["import", "book", &file, "--dry-run"]);
    assert_eq!((dry["title"].as_str(), &dry["applied"]), (Some("The Long Winter"), &false.into()));
    assert!(desk.ok(&["book", "list"])["books"].as_array().unwrap().is_empty());

    let made = desk.ok(&["import", "book", &file, "--words-per-page", "250"]);
    let book = made["id"].as_str().unwrap();
    let pages = made["pages"].as_u64().unwrap();
    assert!((36..=60).contains(&pages), "{pages}");
    let shown = desk.ok(&["book", "show", book]);
    assert_eq!((shown["chapters"].as_u64(), shown["approved"].as_u64()), (Some(12), Some(pages)));
    assert_eq!(shown["settings"]["words_per_page"], 250);
    let page = format!("{book}_ch_003_page_001");
    let page = desk.ok(&["page", "show", &page]);
    assert_eq!(
        (page["state"].as_str(), page["narration"]["origin"].as_str()),
        (Some("page_approved"), Some("import"))
    );
    let history = desk.ok(&["page", "history", page["id"].as_str().unwrap()]);
    let decisions = history["decisions"].as_array().unwrap();
    assert_eq!([&decisions[0]["kind"], &decisions[1]["kind"]], ["import", "skip"]);
    assert!(!desk.ok(&["search", "lantern", "--book", book])["hits"].as_array().unwrap().is_empty());

    // Every word is there, in order: what was imported is exported.
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut exported = Vec::new();
    for chapter in desk.ok(&["chapter", "list", "--book", book])["chapters"].as_array().unwrap() {
        let out = desk.run(&["export", "--chapter", chapter["id"].as_str().unwrap()]);
        assert_eq!(code(&out), 0, "{}", stderr(&out));
        exported.extend(
            words(&stdout(&out)).into_iter().filter(|w| w.ends_with(|c: char| c.is_lowercase() || c == '.')),
        );
    }
    let original: Vec<String> = words(&novel(12))
        .into_iter()
        .filter(|w| w.ends_with(|c: char| c.is_lowercase() || c == '.'))
        .collect();
    let count = |all: &[String]| all.iter().filter(|w| w.trim_end_matches('.') == "lantern").count();
    assert_eq!(count(&exported), count(&original));
    assert_eq!(code(&desk.run(&["doctor", "--compare"])), 0);

    // Canon names what is on its pages.
    desk.ok(&["canon", "new", "--book", book, "--kind", "character", "Mara"]);
    let mara = desk.ok(&["canon", "show", &format!("{book}_mara")]);
    assert!(mara["mentions"].as_array().unwrap().len() > 30);
}

#[test]
fn the_length_of_a_page_is_confirmed_before_anything_is_made() {
    let desk = Desk::new();
    let file = desk.file("novel.md", &novel(2));
    let out = desk.run(&["import", "book", &file]);
    assert_eq!(code(&out), 2);
    assert!(stderr(&out).contains("--words-per-page"), "{}", stderr(&out));
    let shown = answered(&desk, &["import", "book", &file], "q\n");
    assert_clean(&shown);
    assert!(shown.contains("words per page"), "{shown}");
    assert!(desk.ok(&["book", "list"])["books"].as_array().unwrap().is_empty());
    answered(&desk, &["import", "book", &file, "--title", "Mine"], "500\n\n");
    let book = desk.ok(&["book", "show", "mine"]);
    assert_eq!(book["settings"]["words_per_page"], 500);
    assert!(desk.ok(&["import", "book", &file, "--yes"])["pages"].as_u64().unwrap() >= 8);
    assert_eq!(code(&desk.run(&["import", "book", &file, "--words-per-page", "5"])), 2);
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn document(body: &str) -> Vec<u8> {
    format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>").into_bytes()
}

#[test]
fn word_documents_are_read_and_bombs_and_broken_ones_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let path = |name: &str, bytes: &[u8]| {
        let path = desk.root().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let body = "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>One</w:t></w:r></w:p>\
                <w:p><w:r><w:t>It rained.</w:t></w:r></w:p>";
    let good = path("tide.docx", &archive(&[("word/document.xml", &document(body))]));
    let made = desk.ok(&["import", "book", &good, "--yes"]);
    assert_eq!((made["id"].as_str(), made["chapters"][0]["title"].as_str()), (Some("tide"), Some("One")));

    let zeros = document(&"<w:p></w:p>".repeat(4_000_000));
    let bomb = path("bomb.docx", &archive(&[("word/document.xml", &zeros)]));
    let epub = path("bomb.epub", &archive(&[("META-INF/container.xml", &zeros)]));
    let torn = path("torn.docx", &archive(&[("word/document.xml", b"<w:document><w:body>")]));
    let text = path("text.docx", b"just words");
    for (file, said) in [
        (&bomb, "bomb.docx › word/document.xml: it unpacks to more than"),
        (&epub, "bomb.epub › META-INF/container.xml: it unpacks to more than"),
        (&torn, "torn.docx › word/document.xml: line 1: the document breaks off"),
        (&text, "text.docx: this is not such an archive"),
    ] {
        let out = desk.run(&["import", "book", file, "--yes", "--json"]);
        assert_eq!(code(&out), 2, "{}", stderr(&out));
        let answer: Value = serde_json::from_str(&stdout(&out)).unwrap();
        assert!(answer["error"]["message"].as_str().unwrap().contains(said), "{answer}");
    }
    assert_eq!(desk.ok(&["book", "list"])["books"].as_array().unwrap().len(), 1);
}
