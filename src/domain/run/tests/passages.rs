//! Merges, passages and locks, by example.

use super::*;

/// A passage that holds these words, at this byte.
pub(super) fn marked(quote: &str, start: u64) -> Marked {
    let passage = Passage { start, end: start + quote.len() as u64 };
    Marked { quoted: Quoted { passage, quote: quote.into() }, words: format!("not {quote}") }
}

fn two_drafts() -> Bench {
    let mut b = Bench::started();
    b.agent_writes("The cold rain fell. She left.");
    b.revise("warmer").unwrap();
    b.agent_writes("The warm rain fell. She went.");
    b
}

fn merge(text: &str) -> RunCommand {
    RunCommand::Merge {
        step: None,
        revision: Some(RevisionId::new("run_1.narration.2")),
        base: RevisionId::new("run_1.narration.1"),
        other: RevisionId::new("run_1.narration.2"),
        text: text.into(),
    }
}

#[test]
fn changes_taken_in_part_make_a_revision_of_both_parents_and_the_gate_stays_open_on_it() {
    let mut b = two_drafts();
    b.ok(merge("The warm rain fell. She left."));
    let made = b.of("narration").revisions[2].clone();
    assert_eq!(
        made.origin,
        Origin::Merge {
            base: RevisionId::new("run_1.narration.1"),
            other: RevisionId::new("run_1.narration.2")
        }
    );
    assert_eq!((b.state(), b.current("narration")), ("user_reviewing_narration", "run_1.narration.3"));
    assert_eq!(b.run.revision_requests, 1, "it is not a request");
    assert_eq!(b.run.written(&made.id).unwrap().0.id.as_str(), "run_1.narration.2");
    b.ok(RunCommand::Undo { step: None });
    assert_eq!(b.current("narration"), "run_1.narration.2");
    b.ok(RunCommand::Redo);
    assert_eq!(b.current("narration"), "run_1.narration.3");
}

#[test]
fn on_an_approved_page_changes_taken_in_part_are_approved_by_that_act() {
    let mut b = two_drafts();
    b.approve();
    b.agent_writes("\"Well?\"");
    b.approve();
    let RunCommand::Merge { revision, base, other, text, .. } = merge("The warm rain fell. She left.") else {
        unreachable!()
    };
    b.ok(RunCommand::Merge { step: Some(step("narration")), revision, base, other, text });
    assert_eq!(b.current("narration"), "run_1.narration.3");
    assert!(b.of("narration").is_settled());
    // Changed narration reopens its dialogue.
    assert_eq!(b.state(), "user_reviewing_dialogue");
    b.ok(RunCommand::Undo { step: Some(step("narration")) });
    assert_eq!(b.current("narration"), "run_1.narration.2");
    assert!(b.of("narration").is_settled());
}

#[test]
fn a_merge_of_what_is_not_there_or_no_longer_newest_is_refused() {
    let mut b = two_drafts();
    let stale = RunCommand::Merge {
        step: None,
        revision: Some(RevisionId::new("run_1.narration.1")),
        base: RevisionId::new("run_1.narration.1"),
        other: RevisionId::new("run_1.narration.2"),
        text: "x".into(),
    };
    assert!(matches!(b.give(stale), Err(Refusal::NotNewest { .. })));
    let foreign = RunCommand::Merge {
        step: None,
        revision: None,
        base: RevisionId::new("run_1.dialogue.1"),
        other: RevisionId::new("run_1.narration.2"),
        text: "x".into(),
    };
    assert!(matches!(b.give(foreign), Err(Refusal::NotFound { .. })));
    let nothing = merge("The warm rain fell. She went.");
    assert!(matches!(b.give(nothing), Err(Refusal::AlreadyCurrent { .. })));
}

#[test]
fn several_passages_are_one_request_with_a_piece_of_feedback_each() {
    let mut b = Bench::started();
    b.agent_writes("The cold rain fell.");
    let passages = vec![marked("cold", 4), marked("fell", 14)];
    b.ok(RunCommand::Revise { step: None, revision: None, feedback: None, passages });
    assert_eq!(b.run.revision_requests, 1);
    let narration = b.of("narration");
    let quotes: Vec<&str> =
        narration.feedback.iter().map(|f| f.quoted.as_ref().unwrap().quote.as_str()).collect();
    assert_eq!(quotes, ["cold", "fell"]);
    assert_eq!(b.run.last_request(narration).len(), 2);
    b.ok(RunCommand::Undo { step: None });
    assert_eq!(b.of("narration").active_feedback().count(), 0);
    assert_eq!(b.of("narration").asked_again, 0);
    b.ok(RunCommand::Redo);
    assert_eq!(b.of("narration").active_feedback().count(), 2);
}

#[test]
fn a_passage_that_is_not_as_long_as_its_text_is_refused() {
    let mut b = Bench::started();
    b.agent_writes("The cold rain fell.");
    let mut wrong = marked("cold", 4);
    wrong.quoted.passage.end += 1;
    for passages in
        [vec![wrong], vec![marked("", 4)], vec![Marked { words: " ".into(), ..marked("cold", 4) }]]
    {
        let command = RunCommand::Revise { step: None, revision: None, feedback: None, passages };
        assert!(b.give(command).is_err());
    }
}

#[test]
fn a_delivery_that_changes_a_locked_passage_is_never_taken() {
    let mut b = Bench::started();
    b.agent_writes("The cold rain fell. She left.");
    let quoted = marked("She left.", 20).quoted;
    b.ok(RunCommand::Lock { step: None, revision: None, quoted });
    b.revise("warmer").unwrap();
    let attempt = b.begin();
    assert!(matches!(b.deliver(&attempt, "The warm rain fell. She went."), Err(Refusal::Locked { .. })));
    assert_eq!(b.state(), "generating_narration");
    b.deliver(&attempt, "The warm rain fell. She left.").unwrap();
    // Nor does the author change it by mistake.
    let edit = |text: &str| RunCommand::Edit { step: None, revision: None, text: text.into() };
    assert!(matches!(b.give(edit("Gone.")), Err(Refusal::Locked { .. })));
    assert!(matches!(b.give(merge("Gone.")), Err(Refusal::Locked { .. })));
    let lock = b.run.locks[0].id.clone();
    b.ok(RunCommand::Unlock { lock: lock.clone() });
    assert!(matches!(b.give(RunCommand::Unlock { lock }), Err(Refusal::NotFound { .. })));
    b.ok(edit("Gone."));
}

#[test]
fn the_dialogue_never_changes_the_approved_narration() {
    let mut b = Bench::started();
    b.agent_writes("One.\n\nTwo.");
    b.approve();
    let before = b.of("narration").clone();
    for text in ["[1] \"Well?\"", "One, changed.\n\nTwo.", "[0] Three."] {
        b.agent_writes(text);
        assert_eq!(*b.of("narration"), before, "its agent's text is a revision of the dialogue alone");
        assert!(crate::domain::page::keeps(
            "One.\n\nTwo.",
            &crate::domain::page::compose("One.\n\nTwo.", Some(text))
        ));
        b.revise("again").unwrap();
    }
}

#[test]
fn journal_lines_from_before_passages_had_words_of_their_own_are_read() {
    let old = r#"{"type":"decided","decision":"run_1.d1","step":"narration","kind":"revise",
        "revision":"run_1.narration.1","made":null,"tokens":0,
        "feedback":{"id":"run_1.f1","revision":"run_1.narration.1",
            "text":{"hash":"00","bytes":6,"words":1},"passage":{"start":0,"end":3}}}"#;
    let event: RunEvent = serde_json::from_str(old).unwrap();
    let RunEvent::Decided { feedback: Some(feedback), passages, .. } = event else { panic!("{event:?}") };
    assert_eq!(feedback.passage, Some(Passage { start: 0, end: 3 }));
    assert_eq!((feedback.quote, passages.len()), (None, 0));
}
