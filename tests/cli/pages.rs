//! Pages, from beat to approved, and how they are arranged.

use serde_json::Value;

use super::desk::{Desk, code, stderr, stdout};

fn states(pages: &Value) -> Vec<&str> {
    pages["pages"].as_array().unwrap().iter().map(|p| p["state"].as_str().unwrap()).collect()
}

#[test]
fn a_page_goes_from_beat_to_approved_over_the_command_line_alone() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let page = page.as_str();
    assert_eq!(desk.state(page), "user_reviewing_narration");

    let first = desk.ok(&["page", "status", page])["revision"].as_str().unwrap().to_owned();
    let revised = desk.ok(&["page", "revise", page, "--feedback", "more of the cold", "--revision", &first]);
    assert_eq!(revised["state"], "user_reviewing_narration");
    assert_eq!(revised["revision_requests"], 1);

    let edited = desk.file("edit.md", "Mara found the boat where the ice had left it.\n\nIt was not hers.\n");
    let accepted = desk.ok(&["page", "edit", page, "--file", &edited]);
    assert_eq!(accepted["state"], "user_reviewing_dialogue", "an edit accepts the narration");

    let undone = desk.ok(&["page", "undo", page, "--step", "narration"]);
    assert_eq!(undone["state"], "user_reviewing_narration");
    let restored = desk.ok(&["page", "restore", page, "--revision", &first]);
    assert_eq!(restored["state"], "user_reviewing_narration");
    assert_ne!(restored["revision"], first.as_str(), "a restored revision is a new one");

    assert_eq!(desk.ok(&["page", "approve", page])["state"], "user_reviewing_dialogue");
    assert_eq!(
        desk.ok(&["page", "revise", page, "--feedback", "shorter"])["state"],
        "user_reviewing_dialogue"
    );
    assert_eq!(desk.ok(&["page", "approve", page])["state"], "page_approved");
    assert_eq!(desk.ok(&["page", "undo", page])["state"], "user_reviewing_dialogue");
    assert_eq!(desk.ok(&["page", "redo", page])["state"], "page_approved");

    let history = desk.ok(&["page", "history", page]);
    let revisions = history["revisions"].as_array().unwrap();
    for revision in revisions {
        for field in ["id", "step", "number", "author", "model", "text", "tokens", "created_at"] {
            assert!(!revision[field].is_null(), "{field} of {revision}");
        }
        assert!(!revision["text"].as_str().unwrap().is_empty());
    }
    let texts = |step: &str| -> Vec<&str> {
        revisions.iter().filter(|r| r["step"] == step).map(|r| r["text"].as_str().unwrap()).collect()
    };
    let narration = texts("narration");
    assert_eq!(narration.len(), 4, "two drafts, an edit and a restore");
    assert_ne!(narration[0], narration[1], "feedback changes what is written");
    assert_eq!(narration[2], "Mara found the boat where the ice had left it.\n\nIt was not hers.\n");
    assert_eq!(narration[3], narration[0]);
    assert!(texts("dialogue").len() >= 2);
    let feedback = history["feedback"].as_array().unwrap();
    let said: Vec<&str> = feedback.iter().map(|f| f["text"].as_str().unwrap()).collect();
    assert_eq!(said, ["more of the cold", "shorter"]);
    for given in feedback {
        assert!(revisions.iter().any(|r| r["id"] == given["revision_id"]), "{given}");
    }
    let kinds: Vec<&str> =
        history["decisions"].as_array().unwrap().iter().map(|d| d["kind"].as_str().unwrap()).collect();
    for kind in ["revise", "edit", "restore", "approve"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
}

#[test]
fn export_writes_the_approved_pages_in_their_order() {
    let desk = Desk::new();
    let chapter = desk.chapter();
    let mut pages = Vec::new();
    for text in ["First.", "Second.", "Third."] {
        let page = desk.ok(&["page", "new", "--chapter", &chapter])["id"].as_str().unwrap().to_owned();
        desk.ok(&["page", "write", &page, "--file", &desk.file("text.md", text)]);
        pages.push(page);
    }
    for page in &pages[..2] {
        desk.ok(&["page", "approve", page, "--detach"]);
        desk.ok(&["page", "write", page, "--file", &desk.file("lines.md", "[1] \"Yes,\" she said.")]);
        desk.ok(&["page", "approve", page]);
    }
    desk.ok(&["page", "move", &pages[1], "--position", "1"]);
    let out = desk.run(&["export", "--chapter", &chapter]);
    let approved = "# Ice\n\nSecond.\n\n\"Yes,\" she said.\n\n* * *\n\nFirst.\n\n\"Yes,\" she said.\n";
    assert_eq!(stdout(&out), approved);
    let file = desk.root().join("ice.md");
    let answer = desk.ok(&["export", "--chapter", &chapter, "--out", file.to_str().unwrap()]);
    assert_eq!((&answer["pages"], &answer["left_out"]), (&2.into(), &1.into()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), approved);
    let through = stdout(&desk.run(&["export", "--chapter", &chapter, "--drafts"]));
    assert!(through.ends_with("* * *\n\nThird.\n"), "{through}");
}

#[test]
fn what_the_studio_can_arrange_the_command_line_can_too() {
    let desk = Desk::new();
    let (chapter, page) = desk.page("Mara finds the boat");
    let book = desk.ok(&["chapter", "show", &chapter])["book"].as_str().unwrap().to_owned();
    let second = desk.ok(&["chapter", "new", "--book", &book, "Thaw", "--position", "1"]);
    assert_eq!(second["number"], 1);
    let second = second["id"].as_str().unwrap();
    desk.ok(&["chapter", "rename", second, "The Thaw"]);
    desk.ok(&["chapter", "move", second, "--position", "2"]);
    let chapters = desk.ok(&["chapter", "list", "--book", &book]);
    assert_eq!(chapters["chapters"][1]["title"], "The Thaw");

    assert_eq!(desk.ok(&["page", "rename", &page, "The boat"])["title"], "The boat");
    let moved = desk.ok(&["page", "move", &page, "--chapter", second, "--position", "1"]);
    assert_eq!((&moved["chapter"], &moved["id"]), (&second.into(), &page.as_str().into()), "its id stays");
    for (trash, back) in [
        (&["page", "trash", page.as_str()], &["page", "bring-back", page.as_str()]),
        (&["chapter", "trash", second], &["chapter", "bring-back", second]),
        (&["book", "trash", book.as_str()], &["book", "bring-back", book.as_str()]),
    ] {
        assert_eq!(desk.ok(trash)["trashed"], true);
        desk.refused(&["page", "approve", &page], "trashed");
        assert_eq!(desk.ok(back)["trashed"], false);
        assert_eq!(desk.state(&page), "user_reviewing_narration");
    }
    let settings = ["--language", "German", "--pov", "first person", "--tense", "present", "--words", "90"];
    let shown =
        desk.ok(
            &[&["book", "settings", &book, "--style", "Cold.", "--budget", "2.50"], &settings[..]].concat()
        );
    assert_eq!(shown["settings"]["language"], "German");
    assert_eq!(shown["settings"]["words_per_page"], 90);
    assert_eq!(shown["settings"]["budget"], 2_500_000_000_i64);
    assert_eq!(desk.ok(&["book", "settings", &book, "--budget", "none"])["settings"]["budget"], Value::Null);
    assert_eq!(desk.ok(&["book", "rename", &book, "Summer"])["title"], "Summer");
    assert_eq!(desk.ok(&["book", "list"])["books"][0]["id"], book.as_str());
}

#[test]
fn gates_are_set_aside_dialogue_is_skipped_and_beats_are_said_later() {
    let desk = Desk::new();
    let (chapter, page) = desk.page("Mara finds the boat");
    assert_eq!(desk.ok(&["page", "aside", &page])["set_aside"], true);
    assert_eq!(desk.ok(&["status"])["totals"]["set_aside"], 1);
    assert_eq!(desk.ok(&["page", "aside", &page, "--take-up"])["set_aside"], false);
    desk.ok(&["page", "approve", &page]);
    assert_eq!(desk.ok(&["page", "skip", &page])["state"], "page_approved");

    let later = desk.ok(&["page", "new", "--chapter", &chapter, "--title", "Later", "--position", "1"]);
    assert_eq!(later["attention"]["reason"], "no_beat");
    let later = later["id"].as_str().unwrap();
    let begun = desk.ok(&["page", "beat", later, "--beat", "The ice breaks", "--detach"]);
    assert_eq!(begun["state"], "generating_narration");
    let stopped = desk.ok(&["page", "cancel", later]);
    assert_eq!(stopped["attention"]["reason"], "cancelled");
    assert_eq!(desk.ok(&["page", "retry", later])["state"], "user_reviewing_narration");
    let listed = desk.ok(&["page", "list", "--chapter", &chapter]);
    assert_eq!(states(&listed), ["user_reviewing_narration", "page_approved"]);
}

#[test]
fn several_beats_become_several_pages() {
    let desk = Desk::new();
    let chapter = desk.chapter();
    let beats = desk
        .file("beats.txt", "Mara finds the boat.\n\nThe ice breaks.\nShe hears it.\n\n\nNobody answers.\n");
    let made = desk.ok(&["page", "start", "--chapter", &chapter, "--beat", &format!("@{beats}"), "--split"]);
    assert_eq!(states(&made), ["user_reviewing_narration"; 3]);
    assert_eq!(made["pages"][1]["beat"], "The ice breaks. She hears it.");
}

#[test]
fn texts_of_any_script_and_of_a_megabyte_come_back_to_the_byte() {
    let desk = Desk::new();
    let beat = "🚣🏽‍♀️ 冬の港、ボートを見つける。 مارا تجد القارب";
    let (_, page) = desk.page(beat);
    assert_eq!(desk.ok(&["page", "show", &page])["beat"], beat);
    let feedback = "more of the cold — 冷たさを، برد. ".repeat(24_000);
    assert!(feedback.len() > 1_000_000);
    let out = desk.run_fed(&["page", "revise", &page, "--feedback", "-", "--json"], feedback.as_bytes());
    assert_eq!(code(&out), 0, "{}", stderr(&out));
    assert_eq!(desk.ok(&["page", "history", &page])["feedback"][0]["text"], feedback.as_str());
    let out = desk.run_fed(&["page", "beat", &page, "--beat", "-"], b"\xff\xfe");
    assert_eq!(code(&out), 2);
    assert!(stderr(&out).contains("standard input cannot be read: byte 1 is not UTF-8"));
}
