//! What an input about a finding of a check is for.

use super::{of_book, of_page, of_run};
use crate::domain::book::BookCommand;
use crate::domain::run::{Marked, Quoted, RunCommand};
use crate::domain::{BookId, PageId, RevisionId, RunId, StepName};
use crate::tui::errand::{Errand, Order, Then};

/// What an input about a finding is for.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum FindingPurpose {
    /// Why it may stand in this run.
    Waive { run: RunId, step: StepName, finding: String },
    /// Why it may stand in the book from now on; the run at whose gate that is said is asked again.
    WaiveForGood { book: BookId, finding: String, again: Option<(RunId, StepName)> },
    /// What is wrong with a passage of a page. Where its step is approved, that is taken back first.
    Revise {
        page: PageId,
        step: StepName,
        revision: RevisionId,
        quoted: Quoted,
        words: String,
        approved: bool,
    },
}

impl FindingPurpose {
    pub(super) fn title(&self) -> String {
        match self {
            Self::Waive { .. } => "Why is it acceptable in this run?".into(),
            Self::WaiveForGood { .. } => "Why is it acceptable in this book from now on?".into(),
            Self::Revise { words, approved: false, .. } => format!("What should change in {words}?"),
            Self::Revise { words, approved: true, .. } => {
                format!("Take the approval back: what should change in {words}?")
            }
        }
    }

    pub(super) fn placeholder(&self) -> &'static str {
        match self {
            Self::Waive { .. } | Self::WaiveForGood { .. } => "The reason is kept with the finding.",
            Self::Revise { .. } => "What is wrong with exactly this passage, and what it should be instead.",
        }
    }

    pub(super) fn verb(&self) -> &'static str {
        match self {
            Self::Waive { .. } => "waive once",
            Self::WaiveForGood { .. } => "waive for good",
            Self::Revise { .. } => "send back",
        }
    }

    pub(super) fn draft(&self) -> String {
        match self {
            Self::Waive { run, finding, .. } => format!("waive {run} {finding}"),
            Self::WaiveForGood { book, finding, .. } => format!("waive {book} {finding}"),
            Self::Revise { revision, quoted, .. } => {
                format!("feedback {revision} {}-{}", quoted.passage.start, quoted.passage.end)
            }
        }
    }

    pub(super) fn order(self, text: String, draft: Option<String>) -> Result<Order, String> {
        if text.trim().is_empty() {
            let what =
                if matches!(self, Self::Revise { .. }) { "say what is wrong" } else { "a reason is needed" };
            return Err(what.into());
        }
        let (commands, said) = match self {
            Self::Waive { run, step, finding } => {
                let command = RunCommand::Waive { step, finding, reason: text };
                (vec![of_run(run, command)], "waived in this run; it is checked again")
            }
            Self::WaiveForGood { book, finding, again } => {
                let waive = of_book(book, BookCommand::Waive { finding, reason: text });
                let again = again.map(|(run, step)| {
                    let (step, revision) = (Some(step), None);
                    of_run(run, RunCommand::Revise { step, revision, feedback: None, passages: Vec::new() })
                });
                let said = match again {
                    Some(_) => "waived for good; it is checked again",
                    None => "waived for good: the next check counts it no more",
                };
                ([waive].into_iter().chain(again).collect(), said)
            }
            Self::Revise { page, step, revision, quoted, approved, .. } => {
                let undo = approved.then(|| RunCommand::Undo { step: Some(step.clone()) });
                let revise = RunCommand::Revise {
                    step: Some(step),
                    revision: Some(revision),
                    feedback: None,
                    passages: vec![Marked { quoted, words: text }],
                };
                let commands = undo.into_iter().chain([revise]).map(|c| of_page(page.clone(), c)).collect();
                (commands, "the passage is sent back")
            }
        };
        Ok(Order { errand: Errand::Commands(commands), then: Then::Decided(said.into()), draft })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Command;

    fn commands(purpose: FindingPurpose) -> Vec<Command> {
        match purpose.order("Words.".into(), None).unwrap().errand {
            Errand::Commands(commands) => commands,
            other => panic!("{other:?}"),
        }
    }

    fn revise(approved: bool) -> FindingPurpose {
        FindingPurpose::Revise {
            page: PageId::new("p"),
            step: StepName::new("narration"),
            revision: RevisionId::new("p.narration.1"),
            quoted: Quoted::of("On the bell", 3..11).unwrap(),
            words: "page 1".into(),
            approved,
        }
    }

    #[test]
    fn a_passage_is_sent_back_and_an_approval_is_taken_back_first() {
        let is_undo = |c: &Command| matches!(c, Command::Page { command: RunCommand::Undo { .. }, .. });
        let open = commands(revise(false));
        let Command::Page { command: RunCommand::Revise { passages, feedback: None, .. }, .. } = &open[0]
        else {
            panic!("{open:?}")
        };
        let said: Vec<_> = passages.iter().map(|m| (m.quoted.quote.as_str(), m.words.as_str())).collect();
        assert_eq!((open.len(), said), (1, vec![("the bell", "Words.")]));
        let approved = commands(revise(true));
        assert!(approved.len() == 2 && is_undo(&approved[0]) && !is_undo(&approved[1]));
    }

    #[test]
    fn nothing_is_waived_without_a_reason() {
        let (run, step) = (RunId::new("r"), StepName::new("check"));
        let once = FindingPurpose::Waive { run: run.clone(), step: step.clone(), finding: "f_1".into() };
        assert_eq!(once.order(" \n".into(), None).unwrap_err(), "a reason is needed");
        let again = Some((run, step));
        let good = FindingPurpose::WaiveForGood { book: BookId::new("b"), finding: "f_1".into(), again };
        assert_eq!(commands(good).len(), 2, "it is checked again, else nothing would change");
    }
}
