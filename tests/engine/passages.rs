//! Requests on passages, against a model that changes more than it was asked to, and locked passages.

use galley::domain::page::paragraphs;
use galley::domain::run::{Marked, Quoted, RunCommand};
use galley::engine::Unasked;

use super::desk::{Asked, Desk};
use crate::model_server::Reply;

const DRAFT: &str = "One lamp burned low. The second lamp was out.\n\nA third one stood by the door.";
/// What it was asked for, and two changes that nobody asked for.
const GREEDY: &str =
    "One lamp burned high. The second lamp had never been lit.\n\nA third one stood by the gate.";

fn greedy(asked: &Asked) -> Reply {
    let again = asked.says("written anew") || asked.says("Write the page again");
    Reply::text(if again { GREEDY } else { DRAFT })
}

fn quoted(quote: &str) -> Quoted {
    let at = DRAFT.find(quote).unwrap();
    Quoted::of(DRAFT, at..at + quote.len()).unwrap()
}

fn on_the_second(words: &str) -> RunCommand {
    let passages = vec![Marked { quoted: quoted("The second lamp was out."), words: words.into() }];
    RunCommand::Revise { step: None, revision: None, feedback: None, passages }
}

#[test]
fn what_a_model_changes_outside_the_passages_is_unasked_and_refused_as_one_merge() {
    let desk = Desk::new(greedy);
    let conductor = desk.conduct();
    let page = desk.page("Three lamps.");
    desk.reaches(&page, "user_reviewing_narration");
    desk.give(&page, on_the_second("never lit at all"));
    desk.until("a second draft", |r| r.revisions(&page).unwrap().len() == 2);
    desk.reaches(&page, "user_reviewing_narration");

    let prompt = desk.server.seen().iter().map(Asked::of).find(|a| a.says("written anew")).unwrap();
    assert!(prompt.says("\"The second lamp was out.\"\nnever lit at all"), "{}", prompt.prompt);
    assert_eq!(desk.narration(&page), GREEDY, "what was delivered is kept as it came");

    let made = desk.reader().page_detail(&page).unwrap().unwrap().narration.unwrap();
    let unasked = Unasked::of(&made).unwrap();
    assert_eq!(unasked.outside.len(), 2);
    desk.give(&page, unasked.refuse(&made));
    let kept = "One lamp burned low. The second lamp had never been lit.\n\nA third one stood by the door.";
    assert_eq!(desk.narration(&page), kept);
    let last = desk.reader().revisions(&page).unwrap().pop().unwrap();
    let parents = [last.parent.unwrap(), last.other.unwrap()];
    assert_eq!(parents.map(|p| p.as_str().rsplit('.').next().unwrap().to_owned()), ["1", "2"]);
    assert_eq!(desk.row(&page).state, "user_reviewing_narration", "it is still to be approved");
    let made = desk.reader().page_detail(&page).unwrap().unwrap().narration.unwrap();
    assert!(Unasked::of(&made).is_none());
    conductor.stop();
}

#[test]
fn with_words_on_the_whole_text_nothing_is_unasked() {
    let desk = Desk::new(greedy);
    let conductor = desk.conduct();
    let page = desk.page("Three lamps.");
    desk.reaches(&page, "user_reviewing_narration");
    let RunCommand::Revise { passages, .. } = on_the_second("never lit") else { unreachable!() };
    let feedback = Some("brighter".to_owned());
    desk.give(&page, RunCommand::Revise { step: None, revision: None, feedback, passages });
    desk.until("a second draft", |r| r.revisions(&page).unwrap().len() == 2);
    let prompt = desk.server.seen().iter().map(Asked::of).find(|a| a.says("- brighter")).unwrap();
    assert!(prompt.says("- On “The second lamp was out.”: never lit"), "{}", prompt.prompt);
    let made = desk.reader().page_detail(&page).unwrap().unwrap().narration.unwrap();
    assert!(Unasked::of(&made).is_none());
    assert_eq!(desk.reader().feedback(&page).unwrap().len(), 2);
    conductor.stop();
}

#[test]
fn a_locked_passage_that_a_model_changes_is_put_back_before_it_becomes_a_revision() {
    let desk = Desk::new(greedy);
    let conductor = desk.conduct();
    let page = desk.page("Three lamps.");
    desk.reaches(&page, "user_reviewing_narration");
    let lock = |quote| RunCommand::Lock { step: None, revision: None, quoted: quoted(quote) };
    desk.give(&page, lock("A third one stood by the door."));
    let again = Some("brighter".to_owned());
    desk.give(
        &page,
        RunCommand::Revise { step: None, revision: None, feedback: again, passages: Vec::new() },
    );
    desk.until("a second draft", |r| r.revisions(&page).unwrap().len() == 2);
    let text = desk.narration(&page);
    assert_eq!(paragraphs(&text).last(), Some("A third one stood by the door."));
    assert!(text.starts_with("One lamp burned high."), "{text}");
    let prompt = desk.server.seen().iter().map(Asked::of).find(|a| a.says("- brighter")).unwrap();
    assert!(prompt.says("locked") && prompt.says("A third one stood by the door."), "{}", prompt.prompt);
    conductor.stop();
}

#[test]
fn an_answer_in_which_a_locked_passage_cannot_be_put_back_fails_in_words() {
    let desk = Desk::new(greedy);
    let conductor = desk.conduct();
    let page = desk.page("Three lamps.");
    desk.reaches(&page, "user_reviewing_narration");
    // Another text is at the gate by now than the one that the lock is of.
    let first = desk.reader().revisions(&page).unwrap()[0].id.clone();
    let text = "Nothing is left of it.".to_owned();
    let write = RunCommand::Write { step: None, revision: None, text, model: "manual".into(), tokens: 0 };
    desk.give(&page, write);
    let text = "Nothing is left of it.";
    let quoted = Quoted::of(text, 0..text.len()).unwrap();
    desk.give(&page, RunCommand::Lock { step: None, revision: None, quoted });
    desk.give(&page, RunCommand::Restore { revision: first });
    let again = Some("brighter".to_owned());
    desk.give(
        &page,
        RunCommand::Revise { step: None, revision: None, feedback: again, passages: Vec::new() },
    );
    desk.reaches(&page, "awaiting_user_input");
    let attention = desk.row(&page).attention.unwrap();
    assert!(attention.message.contains("locked passage: “Nothing is left of it.”"), "{}", attention.message);
    assert!(desk.attempts(&page).iter().any(|a| a.outcome.as_deref() == Some("unusable")));
    conductor.stop();
}
