//! What the author's edits teach: asked of the scribe beside the page's own work, and taken into the canon.

use galley::domain::canon::{CanonCommand, EntryContent, EntryKind, EntryOrigin, EntryPut};
use galley::domain::run::RunCommand;
use galley::domain::{Command, PageId};
use galley::store::rows::ProposalRow;

use super::desk::{Asked, Desk, QUIET};
use crate::model_server::{Answer, Reply};

const DRAFT: &str = "Mara lit the lantern. The lantern smoked. She took the lantern to the pier.";
const EDITED: &str = "Mara had grey eyes. She lit the lamp. The lamp smoked. She took the lamp to the pier.";

fn drafts(asked: &Asked) -> Reply {
    match asked.agent.as_str() {
        "dialogue" => Reply::text("[1] \"Who is there?\""),
        _ => Reply::text(DRAFT),
    }
}

fn edit(desk: &Desk, page: &PageId, text: &str) {
    desk.reaches(page, "user_reviewing_narration");
    desk.give(page, RunCommand::Edit { step: None, revision: None, text: text.into() });
}

fn open(desk: &Desk, page: &PageId) -> Vec<ProposalRow> {
    desk.reader().page_detail(page).unwrap().unwrap().proposals
}

fn ended(desk: &Desk, page: &PageId) -> Vec<String> {
    let attempts = desk.attempts(page).into_iter().filter(|a| a.step.as_str() == "lessons");
    attempts.map(|a| a.outcome.unwrap_or(a.status)).collect()
}

#[test]
fn an_edit_teaches_what_the_next_page_is_written_with() {
    let desk = Desk::new(drafts);
    let conductor = desk.conduct();
    let first = desk.page("Mara waits.");
    let book = desk.row(&first).book;
    let (name, text) = ("Mara".to_owned(), "A pilot.".to_owned());
    let content = EntryContent { kind: EntryKind::Character, name, text, ..EntryContent::default() };
    let put = CanonCommand::Put(EntryPut { content, ..EntryPut::default() });
    desk.engine.submit(Command::Canon { book, command: put }).wait().unwrap();
    edit(&desk, &first, EDITED);
    desk.until("what the edit teaches", |_| open(&desk, &first).len() == 2);
    let proposals = open(&desk, &first);
    let texts: Vec<&str> = proposals.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(texts, ["Mara had grey eyes.", "Prefers \"lamp\" to \"lantern\"."]);
    assert!(proposals.iter().all(|p| p.model == "offline/rehearsal"));

    for proposal in proposals {
        let (page, proposal) = (first.clone(), proposal.id);
        let accept = Command::AcceptProposal { page, proposal, words: None };
        let entry = desk.engine.submit(accept).wait().unwrap().entry.unwrap();
        let entry = desk.reader().entry(&entry).unwrap().unwrap();
        let EntryOrigin::Proposed { revision } = entry.origin else { panic!("{:?}", entry.origin) };
        assert_eq!(desk.reader().page_of_revision(&revision).unwrap(), Some(first.clone()));
        assert_eq!(desk.reader().revision_text(&revision).unwrap().as_deref(), Some(EDITED));
    }
    assert!(open(&desk, &first).is_empty());
    let second = desk.page("Mara comes back.");
    desk.reaches(&second, "user_reviewing_narration");
    let asked = Asked::of(desk.server.seen().last().unwrap());
    let asked = if asked.says("comes back") { asked } else { panic!("{}", asked.prompt) };
    assert!(asked.says("Prefers \"lamp\" to \"lantern\".") && asked.says("A pilot.\n\nMara had grey eyes."));
    conductor.stop();
}

#[test]
fn the_scribe_is_told_the_edit_and_the_entries_that_it_names() {
    let settings = format!("{QUIET}[agents.scribe]\nmodel = \"test/scribe\"\n");
    let desk = Desk::with(&settings, |asked| match asked.agent.as_str() {
        "scribe" => Reply::text(
            r#"[{"kind":"style","text":"Calls it a lamp.","why":"Three times.","quote":"She lit the lamp."}]"#,
        ),
        _ => drafts(asked),
    });
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    let book = desk.row(&page).book;
    for (name, text) in [("Mara", "A pilot."), ("Jon", "A smith.")] {
        let content = EntryContent { name: name.into(), text: text.into(), ..EntryContent::default() };
        let put = CanonCommand::Put(EntryPut { content, ..EntryPut::default() });
        desk.engine.submit(Command::Canon { book: book.clone(), command: put }).wait().unwrap();
    }
    edit(&desk, &page, EDITED);
    desk.until("a proposal", |_| open(&desk, &page).len() == 1);
    let seen = desk.server.seen();
    let asked = seen.iter().map(Asked::of).find(|a| a.agent == "scribe").unwrap();
    assert!(asked.says(DRAFT) && asked.says(EDITED), "{}", asked.prompt);
    assert!(asked.says("harbour_mara, \"Mara\" (other): A pilot.") && !asked.says("Jon"), "{}", asked.prompt);
    conductor.stop();
}

#[test]
fn p8_a_scribe_that_answers_junk_or_hangs_never_holds_the_page() {
    let settings = format!("{QUIET}[agents.scribe]\nmodel = \"test/scribe\"\n");
    let desk = Desk::with(&settings, |asked| match asked.agent.as_str() {
        "scribe" if asked.says("slow") => Reply::HangAfter(Answer::of("[")),
        "scribe" if asked.says("made up") => {
            Reply::text(r#"[{"kind":"style","text":"x","why":"y","quote":"never written"}]"#)
        }
        "scribe" => Reply::text("You like short sentences."),
        _ => drafts(asked),
    });
    let conductor = desk.conduct();
    let [prose, made_up, slow] = ["prose", "made up", "slow"].map(|beat| {
        let page = desk.page(beat);
        edit(&desk, &page, &format!("It was {beat}. {EDITED}"));
        page
    });
    for page in [&prose, &made_up] {
        desk.until("both tries are used up", |_| ended(&desk, page) == ["unusable", "unusable"]);
        assert!(open(&desk, page).is_empty());
    }
    desk.until("the slow one is asked", |_| ended(&desk, &slow) == ["running"]);
    for page in [&prose, &made_up, &slow] {
        desk.reaches(page, "user_reviewing_dialogue");
        assert_eq!(desk.row(page).attention, None, "a lesson that fails is no concern of the author's");
    }
    desk.give(&slow, RunCommand::Undo { step: None });
    desk.until("the slow one is given up", |_| ended(&desk, &slow) == ["superseded"]);
    conductor.stop();
}

#[test]
fn a_scribe_that_is_turned_off_is_not_asked() {
    let desk = Desk::with(&format!("{QUIET}[agents.scribe]\nenabled = false\n"), drafts);
    let conductor = desk.conduct();
    let page = desk.page("Mara waits.");
    edit(&desk, &page, EDITED);
    desk.reaches(&page, "user_reviewing_dialogue");
    assert!(ended(&desk, &page).is_empty() && open(&desk, &page).is_empty());
    conductor.stop();
}
