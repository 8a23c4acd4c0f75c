//! What edits teach, over the command line alone.

use serde_json::Value;

use super::desk::{Desk, code, stderr, stdout};

/// A page with an edit that turns every exclamation mark into a full stop, and says how Mara looks.
fn taught(desk: &Desk) -> String {
    let (_, page) = desk.page("Mara finds the boat");
    let book = page.split("_ch_").next().unwrap().to_owned();
    desk.ok(&["canon", "new", "--book", &book, "--kind", "character", "Mara", "--text", "A pilot."]);
    let file = desk.file("edit.md", "Mara had grey eyes. The boat was hers.\n");
    let edited = desk.ok(&["page", "edit", &page, "--file", &file]);
    assert_eq!(edited["state"], "user_reviewing_dialogue");
    page
}

fn proposals(desk: &Desk, arguments: &[&str]) -> Vec<Value> {
    desk.ok(&[&["page", "proposals"], arguments].concat())["proposals"].as_array().unwrap().clone()
}

#[test]
fn a_proposal_is_listed_taken_in_other_words_and_leads_back_to_its_page() {
    let desk = Desk::new();
    let page = taught(&desk);
    let [proposal] = proposals(&desk, &[&page]).try_into().unwrap();
    assert_eq!((&proposal["kind"], &proposal["text"]), (&"fact".into(), &"Mara had grey eyes.".into()));
    let told = stdout(&desk.run(&["page", "proposals", &page]));
    assert!(told.contains("fact to Mara") && told.contains("in run_"), "{told}");
    assert!(stdout(&desk.run(&["page", "show", &page])).contains("Your edits taught 1 thing(s)"));

    let accepted = desk.ok(&["page", "accept-proposal", &page, "1", "--words", "Her eyes are grey."]);
    assert_eq!((&accepted["state"], &accepted["version"]), (&"accepted".into(), &2.into()));
    let entry = accepted["entry"].as_str().unwrap();
    let shown = desk.ok(&["canon", "show", entry]);
    assert_eq!(shown["text"], "A pilot.\n\nHer eyes are grey.");
    assert_eq!(shown["origin"]["proposed"]["revision"], proposal["revision"]);
    let told = stdout(&desk.run(&["canon", "show", entry]));
    assert!(told.contains(&format!("of {page}")), "{told}");
    assert!(proposals(&desk, &[&page]).is_empty());
    assert_eq!(proposals(&desk, &[&page, "--all"])[0]["words"], "Her eyes are grey.");
}

#[test]
fn what_is_refused_or_taken_back_with_its_edit_is_said_so() {
    let desk = Desk::new();
    let page = taught(&desk);
    let [proposal] = proposals(&desk, &[&page]).try_into().unwrap();
    let id = proposal["id"].as_str().unwrap();
    assert_eq!(desk.ok(&["page", "refuse-proposal", &page, id])["state"], "refused");
    let again = desk.run(&["page", "refuse-proposal", &page, "1"]);
    assert!(code(&again) != 0 && stderr(&again).contains("is already refused"), "{}", stderr(&again));
    let unknown = desk.run(&["page", "accept-proposal", &page, "7"]);
    assert!(code(&unknown) != 0 && stderr(&unknown).contains("no proposal `7`"), "{}", stderr(&unknown));
    desk.ok(&["page", "undo", &page, "--step", "narration"]);
    let gone = desk.run(&["page", "accept-proposal", &page, "1"]);
    assert!(code(&gone) != 0 && stderr(&gone).contains("was undone"), "{}", stderr(&gone));
    assert!(stdout(&desk.run(&["page", "proposals", &page, "--all"])).contains("its edit was undone"));
}
