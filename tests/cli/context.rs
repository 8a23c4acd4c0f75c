//! What an agent is given, and what is stale, over the command line.

use super::desk::{Desk, code, stderr, stdout};

#[test]
fn what_a_page_is_given_is_shown_before_and_for_a_past_revision() {
    let desk = Desk::new();
    let (_, page) = desk.page("Mara finds the boat");
    let now = desk.ok(&["page", "context", &page]);
    assert_eq!((&now["agent"], &now["budget"]["tokens"]), (&"narrator".into(), &16_000.into()));
    let beat = now["parts"].as_array().unwrap().iter().find(|p| p["kind"] == "beat").unwrap();
    assert_eq!((&beat["in"], &beat["reason"]), (&true.into(), &"what is asked".into()));
    let out = desk.run(&["page", "context", &page, "--step", "narration", "--prompt"]);
    assert!(
        stdout(&out).contains("── system ──\nYou are the narrator")
            && stdout(&out).contains("finds the boat")
    );

    let first = desk.ok(&["page", "status", &page])["revision"].as_str().unwrap().to_owned();
    let sent = desk.ok(&["page", "context", &page, "--revision", &first, "--prompt"]);
    assert_eq!(sent["messages"][0]["role"], "system");
    assert_eq!(sent["template"]["hash"], now["template"]["hash"]);
    let read = stdout(&desk.run(&["page", "context", &page, "--revision", &first]));
    assert!(read.contains(&format!("for {first}")) && read.contains("what is asked"), "{read}");
    assert!(!read.contains('\u{1b}'), "no colours in a pipe");

    let edited = desk.file("edit.md", "By hand.\n");
    desk.ok(&["page", "write", &page, "--file", &edited]);
    let hand = desk.ok(&["page", "status", &page])["revision"].as_str().unwrap().to_owned();
    let out = desk.run(&["page", "context", &page, "--revision", &hand]);
    assert_eq!(code(&out), 2);
    assert!(stderr(&out).contains("nothing is kept"), "{}", stderr(&out));
}

#[test]
fn a_stale_page_is_listed_kept_or_written_anew() {
    let desk = Desk::new();
    let (chapter, first) = desk.page("Mara finds the boat");
    desk.ok(&["page", "approve", &first]);
    desk.ok(&["page", "approve", &first]);
    let start = |beat: &str| {
        let made = desk.ok(&["page", "start", "--chapter", &chapter, "--beat", beat]);
        made["id"].as_str().unwrap().to_owned()
    };
    let (second, third) = (start("The ice breaks"), start("Nobody answers"));
    for _ in 0..2 {
        desk.ok(&["page", "approve", &third]);
    }
    let edited = desk.file("edit.md", "Mara found it late.\n");
    desk.ok(&["page", "edit", &first, "--step", "narration", "--file", &edited]);
    desk.ok(&["page", "approve", &first]);
    let stale = desk.ok(&["page", "stale"]);
    let ids = |value: &serde_json::Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&stale["pages"]), [second.clone(), third.clone()]);
    assert!(
        stale["pages"][0]["causes"][0]["cause"].as_str().unwrap().ends_with("page 1 has changed"),
        "{stale}"
    );
    assert!(stdout(&desk.run(&["page", "list", "--chapter", &chapter])).contains("(stale)"));

    let done = desk.ok(&["page", "regenerate-stale"]);
    assert_eq!(done["asked"][0]["page"], second.as_str());
    assert_eq!(ids(&done["left"]), std::slice::from_ref(&third), "an approved page is not touched");
    assert_eq!(desk.state(&third), "page_approved");
    assert_eq!(ids(&desk.ok(&["page", "stale"])["pages"]), std::slice::from_ref(&third));

    desk.ok(&["page", "fine", &third]);
    assert!(ids(&desk.ok(&["page", "stale"])["pages"]).is_empty());
    let out = desk.run(&["page", "fine", "--all"]);
    assert_eq!(code(&out), 3, "{}", stderr(&out));

    let edited = desk.file("edit.md", "Mara found it at last.\n");
    desk.ok(&["page", "edit", &first, "--step", "narration", "--file", &edited]);
    desk.ok(&["page", "approve", &first]);
    let done = desk.ok(&["page", "regenerate-stale", "--approved"]);
    assert_eq!(done["asked"].as_array().unwrap().len(), 2, "{done}");
    assert_eq!(desk.state(&third), "user_reviewing_narration");
}
