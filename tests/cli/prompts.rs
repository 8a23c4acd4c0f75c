//! Prompt templates over the command line.

use super::desk::{Desk, code, stderr, stdout};

#[test]
fn p10_a_template_is_seen_changed_for_a_book_tried_and_restored() {
    let desk = Desk::new();
    let (chapter, page) = desk.page("Mara finds the boat");
    let book = chapter.split_once("_ch_").unwrap().0.to_owned();
    let shown = stdout(&desk.run(&["prompt", "show", "narrator"]));
    assert!(shown.starts_with("---\nname: narrator"), "{shown}");

    let mine = shown.replace("You are the narrator", "You are the only narrator");
    let file = desk.file("mine.prompty", &mine);
    let tried = stdout(&desk.run(&["prompt", "preview", "narrator", "--page", &page, "--file", &file]));
    assert!(tried.contains("You are the only narrator") && tried.contains("finds the boat"), "{tried}");
    let put = desk.ok(&["prompt", "edit", "narrator", "--book", &book, "--file", &file]);
    assert_eq!(put["layer"], "book");
    let before = desk.ok(&["page", "status", &page])["revision"].as_str().unwrap().to_owned();
    desk.ok(&["page", "revise", &page, "--again"]);
    let after = desk.ok(&["page", "status", &page])["revision"].as_str().unwrap().to_owned();
    let context = |revision: &str| desk.ok(&["page", "context", &page, "--revision", revision, "--prompt"]);
    assert_eq!(context(&before)["template"]["layer"], "shipped");
    assert_eq!(context(&after)["template"]["layer"], "book");
    assert_eq!(context(&after)["template"]["hash"], put["hash"]);
    assert!(context(&after)["messages"][0]["text"].as_str().unwrap().contains("only narrator"));

    assert_eq!(desk.ok(&["prompt", "restore", "narrator", "--book", &book])["layer"], "shipped");
    let listed = desk.ok(&["prompt", "list", "--book", &book]);
    assert_eq!(listed["prompts"][0]["versions"].as_array().unwrap().len(), 2, "{listed}");
    let back = desk.ok(&["prompt", "restore", "narrator", "--book", &book, "--version", "1"]);
    assert_eq!(back["hash"], put["hash"]);
    assert!(desk.ok(&["doctor"])["error"].is_null());
}

#[test]
fn a_file_for_all_books_is_edited_in_the_authors_editor_and_kept_when_the_default_is_restored() {
    let desk = Desk::new();
    let edit = ["prompt", "edit", "reviewer"];
    let out =
        desk.run_with(&edit, &[("VISUAL", ""), ("EDITOR", "sed -i 's/careful reader/very careful reader/'")]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    assert_eq!(desk.ok(&["prompt", "show", "reviewer"])["layer"], "author");
    assert!(desk.root().join("config/prompts/reviewer.prompty").exists());
    let out = desk.run(&["prompt", "restore", "reviewer"]);
    assert!(stdout(&out).contains("old-1"), "{}", stdout(&out));
    assert_eq!(desk.ok(&["prompt", "show", "reviewer"])["layer"], "shipped");
}

#[test]
fn a_template_with_an_unknown_variable_is_refused_with_file_and_line_and_nothing_is_changed() {
    let desk = Desk::new();
    let shown = stdout(&desk.run(&["prompt", "show", "narrator"]));
    let file = desk.file("mine.prompty", &shown.replace("{{ beat }}", "{{ beet }}"));
    let line = shown.lines().position(|l| l == "{{ beat }}").unwrap() + 1;
    let out = desk.run(&["prompt", "edit", "narrator", "--file", &file]);
    assert_eq!(code(&out), 2);
    assert!(
        stderr(&out).contains(&format!("mine.prompty:{line}: `beet` is not a variable")),
        "{}",
        stderr(&out)
    );
    assert_eq!(desk.ok(&["prompt", "show", "narrator"])["layer"], "shipped");
    assert_eq!(code(&desk.run(&["prompt", "check"])), 0);
    let out = desk.run(&["prompt", "check", "--file", &file]);
    assert_eq!(code(&out), 2, "{}", stdout(&out));
    assert_eq!(code(&desk.run(&["prompt", "show", "nobody"])), 3);
}
