//! Whether a book hangs together, on the command line.

use super::desk::{Desk, code, stderr, stdout};

const BOOK: &str = "# The Low Bell\n\n## One\n\nThen Mara came to the pier. Mara’s blue eyes were open.\n\n## Two\n\n\
                    “Wait,” said Mara. In the night Tom Hale died, and it rained.\n\n## Three\n\nMara’s brown eyes followed the \
                    boat.\n\n## Four\n\n“Good morning,” said Tom Hale.\n";

fn imported(desk: &Desk, text: &str) -> String {
    let file = desk.file("book.md", text);
    desk.ok(&["import", "book", &file, "--yes"])["id"].as_str().unwrap().to_owned()
}

/// A canon entry against which blue or grey eyes are a contradiction.
fn brown_eyes(desk: &Desk, book: &str) {
    let entry = ["--kind", "character", "Mara", "--text", "She has brown eyes."];
    desk.ok(&[&["canon", "new", "--book", book][..], &entry].concat());
}

#[test]
fn a5_what_contradicts_itself_is_told_with_both_quotes_and_the_exit_code_says_whether_it_passes() {
    let desk = Desk::new();
    let book = imported(&desk, BOOK);
    let out = desk.run(&["coherence", &book]);
    assert_eq!(code(&out), 3, "{}", stdout(&out));
    let told = stdout(&out);
    for part in [
        "64 of 100: fail",
        "“Mara’s blue eyes were open.”",
        "page 3.1: “Mara’s brown eyes followed the boat.”",
        "said Tom Hale",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(stderr(&out).lines().next(), Some("error: the score is 64, below 70"));

    // Without a name the book touched last is checked; what is waived does not count.
    let out = desk.run(&["coherence", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(
        (report["book"].as_str(), report["error"]["kind"].as_str()),
        (Some(book.as_str()), Some("fail"))
    );
    let waivers: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| format!("--waive={}=she wears lenses", f["id"].as_str().unwrap()))
        .collect();
    assert_eq!(waivers.len(), 2);
    let waived: Vec<&str> =
        ["coherence", &book].into_iter().chain(waivers.iter().map(String::as_str)).collect();
    let passed = desk.ok(&waived);
    assert_eq!((passed["score"].as_f64(), passed["verdict"].as_str()), (Some(100.0), Some("pass")));
    assert_eq!(passed["findings"][0]["waived"], "she wears lenses");

    desk.refused(&["coherence", &book, "--waive", "f_0=no such"], "not_found");
    desk.refused(&["coherence", "no-such-book"], "not_found");
    assert_eq!(code(&desk.run(&["coherence", &book, "--pass", "101"])), 2);
    assert_eq!(code(&desk.run(&["coherence", &book, "--waive", "f_0"])), 2);
}

#[test]
fn a5_canon_and_the_findings_of_a_model_count_too() {
    let desk = Desk::new();
    let book = imported(
        &desk,
        "# The Low Bell\n\n## One\n\nThe lamp stood on the desk. Mara had grey eyes.\n\n## Two\n\nThe lamp was in the cellar.\n",
    );
    assert_eq!(desk.ok(&["coherence", &book])["score"], 100.0);
    brown_eyes(&desk, &book);
    let page = |n: u8| format!("{book}_ch_00{n}_page_001");
    let findings = serde_json::json!({ "findings": [
        { "kind": "attribute", "severity": "low", "message": "The lamp is in two places.",
          "places": [{ "page": page(1), "quote": "The lamp stood" }, { "page": page(2), "quote": "in the cellar" }] },
        { "kind": "attribute", "severity": "high", "message": "Made up.",
          "places": [{ "page": page(1), "quote": "The lamp flew" }, { "page": page(2), "quote": "in the cellar" }] },
    ] });
    let file = desk.file("findings.json", &findings.to_string());
    let report = desk.ok(&["coherence", &book, "--findings", &format!("@{file}"), "--pass", "80"]);
    let sources: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|f| f["source"].as_str().unwrap()).collect();
    assert_eq!((sources.as_slice(), &report["unverified"]), (["rule", "model"].as_slice(), &1.into()));
    assert_eq!(report["findings"][0]["places"][0]["entry"], format!("{book}_mara"));
    assert_eq!(code(&desk.run(&["coherence", &book, "--findings", "none"])), 2);
}

/// A passage of so many words that says nothing twice.
fn passage(words: u32, seed: u32) -> String {
    let word = |n: u32| -> String {
        let mixed = (n * 7919 + seed * 104_729) % 17_576;
        [mixed / 676, mixed / 26 % 26, mixed % 26].iter().map(|c| char::from(b'a' + *c as u8)).collect()
    };
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn book_of(desk: &Desk, title: &str, text: &str) -> String {
    let file = desk.file("book.md", &format!("# {title}\n\n## One\n\n{text}\n"));
    desk.ok(&["import", "book", &file, "--yes"])["id"].as_str().unwrap().to_owned()
}

#[test]
fn m26_a_passage_of_another_book_counts_unless_it_is_turned_off_for_a_call_or_in_the_configuration() {
    let desk = Desk::new();
    let copy = passage(87, 1);
    book_of(&desk, "Salt", &format!("{copy}. {}.", passage(60, 2)));
    let book = book_of(&desk, "Ice", &format!("{}. {copy}.", passage(70, 3)));
    let out = desk.run(&["coherence", &book]);
    assert_eq!(code(&out), 3, "{}", stdout(&out));
    let told = stdout(&out);
    assert!(told.contains("compared with one other book"), "{told}");
    assert!(told.contains("87 words of 1.1 repeat on Salt 1.1"), "{told}");
    let alone = desk.ok(&["coherence", &book, "--other-books", "false"]);
    assert_eq!((&alone["score"], &alone["checked"]["other_books"]), (&100.0.into(), &0.into()));

    // Publishing asks the same question.
    let to = desk.root().join("out").to_str().unwrap().to_owned();
    let refused = desk.run(&["publish", &book, "--format", "txt", "--out", &to, "--json"]);
    let answer: serde_json::Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!((code(&refused), answer["state"].as_str()), (3, Some("needs_review")));
    desk.configure("[coherence]\nother_books = false\npass_score = 95\n");
    assert_eq!(desk.ok(&["coherence", &book])["score"], 100.0);
    let done = desk.ok(&["publish", &book, "--format", "txt", "--out", &to]);
    let run = desk.ok(&["run", "show", done["run"].as_str().unwrap()]);
    assert_eq!(run["parameters"]["pass_score"], 95.0, "what held stands in the run");
}

#[test]
fn m26_whether_a_book_that_does_not_pass_stops_is_a_setting() {
    let desk = Desk::new();
    let book = imported(&desk, BOOK);
    let to = desk.root().join("out").to_str().unwrap().to_owned();
    desk.configure("[coherence]\nneeds_review_stops = false\n");
    let out = desk.run(&["publish", &book, "--format", "txt", "--out", &to]);
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    assert!(stdout(&out).contains("64 of 100: fail"), "what was found is told: {}", stdout(&out));
    assert!(desk.root().join("out").join(format!("{book}.txt")).exists());
    // What the call says goes before the configuration.
    let args = ["publish", &book, "--format", "md", "--out", &to, "--needs-review-stops", "true"];
    assert_eq!(code(&desk.run(&args)), 3);
    desk.configure("[coherence]\npass_score = 60\nborderline_score = 70\n");
    let out = desk.run(&["coherence", &book]);
    assert!(
        stderr(&out).contains("config.toml:3: borderline_score is at most pass_score"),
        "{}",
        stderr(&out)
    );
}

#[test]
fn m26_a_book_is_not_written_when_another_book_took_a_passage_of_it_since_it_was_checked() {
    let desk = Desk::new();
    let copy = passage(87, 1);
    let book = book_of(&desk, "Ice", &format!("{}. {copy}. Mara’s blue eyes were open.", passage(70, 3)));
    brown_eyes(&desk, &book);
    let to = desk.root().join("out").to_str().unwrap().to_owned();
    let refused = desk.run(&["publish", &book, "--format", "txt", "--out", &to, "--json"]);
    let run = serde_json::from_slice::<serde_json::Value>(&refused.stdout).unwrap()["run"]
        .as_str()
        .unwrap()
        .to_owned();
    book_of(&desk, "Salt", &copy);
    let out = desk.run(&["run", "override", &run, "--reason", "so"]);
    assert_eq!(code(&out), 4, "{}", stderr(&out));
    assert!(stderr(&out).contains("87 words of 1.1 repeat on Salt 1.1"), "{}", stderr(&out));
    assert!(!desk.root().join("out").exists());
}
