//! What stands around the text of an answer does not reach the book, and is not lost (spec P8, R4).

use super::desk::Desk;
use super::story::galley;
use crate::model_server::{Answer, Reply};

const PAGE: &str = "The tide came in grey and slow.\n\nShe counted the boats twice.";
const SETTINGS: &str = "[agents.reviewer]\nenabled = false\n[limits]\nbackoff_ms = 1\n";

#[test]
fn p8_thoughts_and_wrapping_are_no_draft_and_stay_with_the_attempt() {
    let answer = format!("<think>\nsecret plan\n</think>\n\nSure! Here is the page:\n\n{PAGE}<|im_end|>");
    let sent = answer.clone();
    let desk = Desk::with(SETTINGS, move |_| Reply::text(&sent));
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    desk.reaches(&page, "user_reviewing_narration");
    assert_eq!(desk.narration(&page), PAGE);
    let kept = desk.attempts(&page)[0].partial.clone().unwrap();
    assert_eq!(desk.reader().text(&kept).unwrap().unwrap(), answer);
    let remarks = desk.reader().page_detail(&page).unwrap().unwrap().remarks;
    let said = &remarks[0].text;
    for words in ["thoughts were removed", "Sure! Here is the page:", "<|im_end|>"] {
        assert!(said.contains(words), "{said}");
    }
    conductor.stop();
}

#[test]
fn p8_an_answer_that_only_thinks_is_a_failed_attempt_like_others() {
    let desk = Desk::with(SETTINGS, |_| Reply::text("<think>\nA plan that never ends"));
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    desk.reaches(&page, "awaiting_user_input");
    let attempts = desk.attempts(&page);
    assert_eq!(attempts.len(), 3);
    assert!(attempts.iter().all(|a| a.outcome.as_deref() == Some("only_thought") && a.partial.is_some()));
    conductor.stop();
}

#[test]
fn what_an_author_should_look_at_is_remarked_on_at_the_gate() {
    let key = ["sk", "-proj-abcdefghijklmnopqrstuv0123456789"].concat();
    let text = format!("\"The key is {key},\" she said.");
    let refusal = "I'm sorry, but as an AI language model I can't continue with this request.";
    for (answer, words) in [(text.as_str(), "secret key"), (refusal, "refusal")] {
        let sent = answer.to_owned();
        let desk = Desk::with(SETTINGS, move |_| Reply::text(&sent));
        let conductor = desk.conduct();
        let page = desk.page("Mara waits.");
        desk.reaches(&page, "user_reviewing_narration");
        assert_eq!(desk.narration(&page), answer, "it is a draft as it came");
        let remarks = desk.reader().page_detail(&page).unwrap().unwrap().remarks;
        assert!(remarks.len() == 1 && remarks[0].text.contains(words), "{remarks:?}");
        conductor.stop();
    }
}

#[test]
fn a_line_of_dialogue_stands_after_its_paragraph_in_whatever_dress_its_mark_comes() {
    for (answer, page_text) in [
        (
            "<think>plan</think>\n- **[1]:** \"Where is it?\"\n- **[2]:** \"Gone.\"",
            "The tide came in grey and slow.\n\n\"Where is it?\"\n\nShe counted the boats twice.\n\n\"Gone.\"",
        ),
        (
            "```\n1. \"Where is it?\"\n2. \"Gone.\"\n```",
            "The tide came in grey and slow.\n\n\"Where is it?\"\n\nShe counted the boats twice.\n\n\"Gone.\"",
        ),
        (
            "[0] \"Where is it?\"\n\n[9] \"Gone.\"",
            "The tide came in grey and slow.\n\nShe counted the boats twice.\n\n\"Where is it?\"\n\n\"Gone.\"",
        ),
    ] {
        let desk = Desk::with(SETTINGS, move |asked| match asked.agent.as_str() {
            "dialogue" => Reply::text(answer),
            _ => Reply::text(PAGE),
        });
        let conductor = desk.conduct();
        let page = desk.page("Mara waits.");
        desk.reaches(&page, "user_reviewing_narration");
        desk.approve(&page);
        desk.reaches(&page, "user_reviewing_dialogue");
        let detail = desk.reader().page_detail(&page).unwrap().unwrap();
        let dialogue = detail.dialogue.unwrap().text;
        assert_eq!(galley::domain::page::compose(PAGE, Some(&dialogue)), page_text, "{answer}");
        assert!(detail.remarks.iter().any(|r| r.text.contains("mark")), "{answer}");
        conductor.stop();
    }
}

#[test]
fn what_a_failed_attempt_left_can_be_shown_and_made_the_draft() {
    let desk = Desk::with(SETTINGS, |_| {
        Reply::Text(Answer::of("<think>a plan</think>\n\nThe tide came in grey and").finished("length"))
    });
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    desk.reaches(&page, "awaiting_user_input");
    conductor.stop();
    let shown = galley(&desk, &["page", "attempt", page.as_str()]).output().unwrap();
    assert!(shown.status.success());
    assert!(String::from_utf8(shown.stdout).unwrap().contains("a plan</think>\n\nThe tide came in grey and"));
    let used = galley(&desk, &["page", "attempt", page.as_str(), "--use"]).output().unwrap();
    assert!(used.status.success(), "{used:?}");
    assert_eq!(desk.row(&page).state, "user_reviewing_narration");
    assert_eq!(desk.narration(&page), "The tide came in grey and");
    let unknown = galley(&desk, &["page", "attempt", page.as_str(), "--attempt", "none"]).output().unwrap();
    assert!(!unknown.status.success());
}
