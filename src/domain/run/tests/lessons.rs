//! What the author's edits teach: asked once of each, proposed, decided on one by one, and never in the way.

use super::*;
use crate::domain::ProposalId;
use crate::domain::proposal::About;

/// An agent's answer with so many notes on style.
pub(super) fn answer(count: usize) -> String {
    let one = |n: usize| {
        format!(r#"{{"kind":"style","text":"Note {n}.","why":"You did so.","quote":"It snowed."}}"#)
    };
    format!("[{}]", (1..=count).map(one).collect::<Vec<_>>().join(","))
}

/// A page whose narration an agent wrote, with a scribe at hand.
fn drafted() -> Bench {
    let mut b = Bench::started();
    b.facts.lessons = true;
    b.agent_writes("It rained.");
    b
}

fn edit(b: &mut Bench, text: &str) -> RevisionId {
    let step = Some(step("narration"));
    b.ok(RunCommand::Edit { step, revision: None, text: text.into() });
    RevisionId::new(b.current("narration"))
}

fn scribe(b: &Bench) -> &Step {
    b.of("lessons")
}

/// Starts the scribe's work, not that of the steps beside it.
fn begin(b: &mut Bench) -> AttemptId {
    let work = next_work(&b.run).into_iter().find(|w| w.agent == "scribe").expect("the scribe is asked");
    b.facts.now = b.facts.now.max(work.due);
    b.ok(RunCommand::Start {
        attempt: work.attempt.clone(),
        step: work.step,
        model: "test/scribe".into(),
        request: "{}".into(),
        reserved: None,
        given: None,
    });
    work.attempt
}

fn verdicts(b: &Bench) -> Vec<&str> {
    b.run.proposals.iter().map(|o| o.verdict.name()).collect()
}

fn id(n: u32) -> ProposalId {
    ProposalId::new(format!("run_1.p{n}"))
}

#[test]
fn an_edit_of_a_draft_is_asked_about_once_and_what_it_teaches_is_offered() {
    let mut b = drafted();
    assert_eq!(scribe(&b).phase, Phase::Waiting, "a draft teaches nothing");
    let revision = edit(&mut b, "It snowed.");
    let attempt = begin(&mut b);
    b.deliver(&attempt, &answer(2)).unwrap();
    assert_eq!(scribe(&b).phase, Phase::Settled { revision: None });
    let offered: Vec<_> = b.run.proposals.iter().map(|o| (&o.proposal.id, &o.revision)).collect();
    assert_eq!(offered, [(&id(1), &revision), (&id(2), &revision)]);
    assert!(b.run.proposals.iter().all(|o| o.proposal.lesson.about == About::Style));
    b.ok(RunCommand::SetLimit { limit: 9 });
    assert!(!next_work(&b.run).iter().any(|w| w.agent == "scribe"), "it is not asked again");
}

#[test]
fn neither_a_text_by_hand_nor_an_edit_without_a_change_nor_a_scribe_turned_off_is_asked() {
    let mut b = Bench::started();
    b.facts.lessons = true;
    let text = "By hand.".to_owned();
    b.ok(RunCommand::Write { step: None, revision: None, text, model: "manual".into(), tokens: 0 });
    edit(&mut b, "By hand, again.");
    assert_eq!(scribe(&b).phase, Phase::Waiting, "what no agent wrote is not sent to a model unasked");
    let mut b = drafted();
    edit(&mut b, "It rained.");
    assert_eq!(scribe(&b).phase, Phase::Waiting);
    let mut b = drafted();
    b.facts.lessons = false;
    edit(&mut b, "It snowed.");
    assert_eq!(scribe(&b).phase, Phase::Waiting);
}

#[test]
fn edits_are_asked_about_one_after_the_other() {
    let mut b = drafted();
    let first = edit(&mut b, "It snowed.");
    let second = edit(&mut b, "It hailed.");
    let attempt = begin(&mut b);
    assert_eq!(scribe(&b).basis, Some(first));
    b.deliver(&attempt, "[]").unwrap();
    assert_eq!(scribe(&b).basis, Some(second));
    let attempt = begin(&mut b);
    b.deliver(&attempt, &answer(1)).unwrap();
    assert_eq!(b.run.proposals.len(), 1);
}

#[test]
fn undoing_the_edit_cancels_the_question_and_withdraws_the_proposals() {
    let mut b = drafted();
    edit(&mut b, "It snowed.");
    let attempt = begin(&mut b);
    b.ok(RunCommand::Undo { step: None });
    assert_eq!(scribe(&b).phase, Phase::Waiting);
    let late = b.deliver(&attempt, &answer(1)).unwrap();
    assert!(
        matches!(late[0], RunEvent::AttemptClosed { partial: Some(_), .. }),
        "a late answer is kept, not offered"
    );
    b.ok(RunCommand::Redo);
    let attempt = begin(&mut b);
    b.deliver(&attempt, &answer(2)).unwrap();
    assert!(b.run.proposals.iter().all(|o| b.run.stands(o)));

    b.ok(RunCommand::Undo { step: None });
    assert!(!b.run.proposals.iter().any(|o| b.run.stands(o)));
    let refused = b.give(RunCommand::RefuseProposal { proposal: id(1) });
    assert!(matches!(refused, Err(Refusal::ProposalWithdrawn { .. })), "{refused:?}");
    edit(&mut b, "It snowed.");
    assert!(
        b.run.proposals.iter().all(|o| b.run.stands(o)),
        "the same edit again: what it taught is adopted"
    );
    assert!(!next_work(&b.run).iter().any(|w| w.agent == "scribe"));
}

#[test]
fn p8_a_scribe_that_fails_or_answers_junk_is_tried_again_and_never_holds_the_page() {
    let mut b = drafted();
    edit(&mut b, "It snowed.");
    let standing = b.run.standing();
    let attempt = begin(&mut b);
    let failed = b.deliver(&attempt, "I cannot do that.").unwrap();
    assert!(
        matches!(&failed[0], RunEvent::AttemptFailed { failure, retry_at: Some(_), .. } if failure.kind == "unusable"),
        "{failed:?}"
    );
    let attempt = begin(&mut b);
    b.fail(&attempt, true, None);
    assert!(matches!(scribe(&b).phase, Phase::NeedsAuthor { reason: Reason::Failed, .. }));
    assert_eq!(b.run.standing(), standing, "the page goes on as if nobody had been asked");
    let second = edit(&mut b, "It hailed.");
    assert_eq!(scribe(&b).basis, Some(second), "the next edit is asked about all the same");
}

#[test]
fn each_proposal_is_decided_on_once_and_a_refused_one_can_still_be_taken() {
    let mut b = drafted();
    edit(&mut b, "It snowed.");
    let attempt = begin(&mut b);
    b.deliver(&attempt, &answer(3)).unwrap();
    b.ok(RunCommand::RefuseProposal { proposal: id(2) });
    assert_eq!(verdicts(&b), ["open", "refused", "open"]);
    let again = b.give(RunCommand::RefuseProposal { proposal: id(2) });
    assert!(matches!(again, Err(Refusal::ProposalDecided { state: "refused", .. })));
    for n in [2, 3] {
        let led_to = (EntryId::new("b_note"), 1);
        let decided = accept(&b.run, &id(n), Some(" Note 3. "), led_to, Vec::new(), &b.facts).unwrap();
        let words = if n == 3 { None } else { Some("Note 3.".to_owned()) };
        assert!(matches!(&decided.events[0], RunEvent::ProposalAccepted { words: w, .. } if *w == words));
        decided.events.iter().for_each(|e| b.run.apply(e, b.facts.now));
    }
    assert_eq!(verdicts(&b), ["open", "accepted", "accepted"]);
    let again = accept(&b.run, &id(3), None, (EntryId::new("b_note"), 2), Vec::new(), &b.facts);
    assert!(matches!(again, Err(Refusal::ProposalDecided { state: "accepted", .. })));
    let unknown = b.give(RunCommand::RefuseProposal { proposal: id(9) });
    assert!(matches!(unknown, Err(Refusal::NotFound { what: "proposal", .. })));
}

#[test]
fn e1_a_run_of_the_workflow_before_keeps_its_steps() {
    let mut before = Workflow::page();
    before.steps.retain(|s| s.id.as_str() != "lessons");
    before.version = 2;
    let stored: Workflow = serde_json::from_str(&before.to_json()).unwrap();
    let mut b = drafted();
    let event = begin_event(&stored);
    b.run = Run::start(Arc::new(stored), &event, Time(1_000)).unwrap();
    b.ok(RunCommand::SetBeat { text: "Mara waits.".into() });
    b.agent_writes("It rained.");
    edit(&mut b, "It snowed.");
    assert!(b.run.step(&step("lessons")).is_none() && b.run.proposals.is_empty());
}

fn begin_event(workflow: &Workflow) -> RunEvent {
    let subject =
        Subject::page(BookId::new("b"), ChapterId::new("b_ch_001"), PageId::new("b_ch_001_page_001"));
    super::super::begin(RunId::new("run_1"), workflow, subject).events.remove(0)
}
