//! A book leaves the house: as files, and with the account of who wrote it.

use serde_json::Value;

use super::desk::{Desk, code, stderr, stdout};

/// A book with one approved page that was edited by hand, and one that waits; returns the book.
fn book(desk: &Desk) -> String {
    let (chapter, page) = desk.page("Mara finds the boat");
    let shown = desk.ok(&["page", "show", &page]);
    let text = shown["narration"]["text"].as_str().unwrap();
    let edited = format!("{text}\n\nThis *last* paragraph was written by a hand & nobody else.\n");
    let file = desk.file("edited.md", &edited);
    desk.ok(&["page", "edit", &page, "--file", &file]);
    desk.ok(&["page", "skip", &page]);
    assert_eq!(desk.state(&page), "page_approved");
    desk.ok(&["page", "start", "--chapter", &chapter, "--beat", "The boat is gone"]);
    chapter.rsplit_once("_ch_").unwrap().0.to_owned()
}

#[test]
fn a_book_is_published_after_a_dry_run_that_told_the_truth() {
    let desk = Desk::new();
    let book = book(&desk);
    desk.ok(&[
        "book",
        "settings",
        &book,
        "--author",
        "Ada Vale",
        "--language-tag",
        "en-GB",
        "--rights",
        "© 2026",
    ]);
    let out = desk.root().join("books");
    let out = out.to_str().unwrap();
    let arguments = ["publish", &book, "--format", "md,html,epub,docx,txt", "--out", out];
    let dry = desk.ok(&[&arguments[..], &["--dry-run"]].concat());
    assert!(!std::path::Path::new(out).exists());
    let done = desk.ok(&arguments);
    let files = |report: &Value| -> Vec<(String, u64, String)> {
        let one = |f: &Value| {
            let text = |name: &str| f[name].as_str().unwrap().to_owned();
            (text("path"), f["bytes"].as_u64().unwrap(), text("hash"))
        };
        report["files"].as_array().unwrap().iter().map(one).collect()
    };
    assert_eq!(files(&dry), files(&done));
    assert_eq!(files(&done).len(), 5);
    assert_eq!(
        (&done["author"], &done["language"], &done["pages"]),
        (&"Ada Vale".into(), &"en-GB".into(), &1.into())
    );
    assert_eq!(done["left_out"][0]["state"], "user_reviewing_narration");
    for (path, bytes, _) in files(&done) {
        assert_eq!(std::fs::metadata(path).unwrap().len(), bytes);
    }
    let markdown = std::fs::read_to_string(&files(&done)[0].0).unwrap();
    assert!(markdown.contains("author: \"Ada Vale\"") && markdown.contains("This *last* paragraph"));

    // What is published can be taken in again, by this program's own readers, to the last word.
    for (path, _, _) in files(&done) {
        if path.rsplit('.').next() != Some("html") {
            let read = desk.ok(&["import", "book", &path, "--dry-run"]);
            let (words, said) = (read["words"].as_u64().unwrap(), done["words"].as_u64().unwrap());
            assert!(words >= said && words <= said + 8, "{path}: {words} of {said}");
        }
    }

    let mine = desk.file("mine.txt", "my own");
    desk.refused(&["publish", &book, "--out", &mine], "in_the_way");
    let out = desk.run(&["publish", &book, "--out", &mine, "--dry-run"]);
    assert!(stdout(&out).contains("already exists") && code(&out) == 0, "{}", stdout(&out));
    let out = desk.run(&["publish", &book, "--out", &mine, "--force", "--unapproved"]);
    assert!(
        stdout(&out).contains("overwritten") && stdout(&out).contains("in, and not approved"),
        "{}",
        stderr(&out)
    );
    assert!(std::fs::read_to_string(mine).unwrap().starts_with("The Winter Harbour\n"));
}

#[test]
fn a_book_that_cannot_be_published_says_why() {
    let desk = Desk::new();
    let none = desk.run(&["publish"]);
    assert!(code(&none) == 2 && stderr(&none).contains("there is no book yet"));
    desk.chapter();
    desk.refused(&["publish"], "nothing_to_publish");
    desk.ok(&["book", "new", "Another"]);
    let two = desk.run(&["publish"]);
    assert!(
        code(&two) == 2 && stderr(&two).contains("there are 2 books: another, the-winter-harbour"),
        "{}",
        stderr(&two)
    );
    assert_eq!(code(&desk.run(&["publish", "another", "--format", "pdf"])), 2);
    desk.refused(&["book", "settings", "another", "--isbn", "123"], "invalid");
    desk.refused(&["publish", "nothing"], "not_found");
}

#[test]
fn authorship_tells_the_agents_words_from_the_authors() {
    let desk = Desk::new();
    let book = book(&desk);
    let report = desk.ok(&["authorship", &book]);
    let total = &report["total"];
    let part = |name: &str| total[name].as_u64().unwrap();
    assert_eq!((part("hand"), part("imported"), part("edited")), (10, 0, 0));
    assert!(part("agent") > 50);
    assert_eq!(part("words"), part("agent") + 10);
    assert_eq!(total["models"]["offline/rehearsal"]["agent"], part("agent"));
    let chapter = &report["chapters"][0];
    assert_eq!((&chapter["shares"], &chapter["not_approved"]), (total, &1.into()));
    let spans = chapter["pages"][0]["texts"][0]["spans"].as_array().unwrap();
    assert_eq!(spans[0]["origin"]["agent"], "offline/rehearsal");
    assert_eq!((&spans[1]["origin"], &spans[1]["words"]), (&"hand".into(), &10.into()));
    assert_eq!(spans[0]["range"]["end"], spans[1]["range"]["start"]);
    // The words are those that are published.
    let published = desk.ok(&["publish", &book, "--dry-run"]);
    assert_eq!(published["words"], total["words"]);
    let shown = desk.run(&["authorship", &book]);
    assert!(
        stdout(&shown).contains('▒') && stdout(&shown).contains("offline/rehearsal"),
        "{}",
        stdout(&shown)
    );
}

#[test]
fn r7_a_file_that_a_killed_publish_wrote_is_known_and_what_it_left_is_removed() {
    let desk = Desk::new();
    let book = book(&desk);
    let out = desk.root().join("books");
    let arguments = ["publish", &book, "--format", "md,txt", "--out", out.to_str().unwrap()];
    desk.ok(&arguments);
    desk.ok(&["book", "settings", &book, "--author", "Ada Vale"]);
    let killed = desk.run_with(&arguments, &[("GALLEY_FAILPOINT", "engine.after_put:1")]);
    assert_eq!(killed.status.code(), None, "it was killed: {}", stderr(&killed));
    let markdown = out.join(format!("{book}.md"));
    assert!(std::fs::read_to_string(&markdown).unwrap().contains("Ada Vale"), "the file was in its place");

    let leftover = out.join(format!(".{book}.md.4194999.new"));
    std::fs::write(&leftover, "half").unwrap();
    desk.ok(&["book", "settings", &book, "--author", "Ada Vale II"]);
    let done = desk.ok(&arguments);
    assert_eq!(done["files"][0]["before"], "ours");
    assert!(std::fs::read_to_string(&markdown).unwrap().contains("Ada Vale II"));
    assert!(!leftover.exists());

    // What the author changed is still in the way.
    std::fs::write(&markdown, "my own").unwrap();
    desk.ok(&["book", "settings", &book, "--author", "Ada"]);
    assert_eq!(code(&desk.run(&arguments)), 3);
    assert_eq!(std::fs::read_to_string(&markdown).unwrap(), "my own");
}
