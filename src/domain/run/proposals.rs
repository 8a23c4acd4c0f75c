//! What the author's edits teach: which edits there are, what an agent proposes of them, what became of it.

use super::conduct::retry_at;
use super::draft::Draft;
use super::{AttemptId, DecisionKind, Fine, Origin, Revision, Run, RunEvent, Step, Usage};
use crate::domain::proposal::{self, Proposal};
use crate::domain::{AttemptFailure, Decided, EntryId, Facts, Money, ProposalId, Refusal, RevisionId, Text};

/// A proposal as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// What is proposed.
    pub proposal: Proposal,
    /// The revision that the edit made.
    pub revision: RevisionId,
    /// What the author said to it.
    pub verdict: Verdict,
}

/// What the author said to a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing yet.
    Open,
    /// It is in the canon, as this version of this entry.
    Accepted {
        /// The entry.
        entry: EntryId,
        /// The version's number.
        version: u32,
    },
    /// The author does without it.
    Refused,
}

impl Verdict {
    /// Returns the stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted { .. } => "accepted",
            Self::Refused => "refused",
        }
    }
}

/// An edit of what an agent wrote.
#[derive(Debug, Clone, Copy)]
pub struct Edit<'r> {
    /// The revision that was edited.
    pub before: &'r Revision,
    /// The one that came of it.
    pub after: &'r Revision,
}

impl Run {
    /// Returns the edits that were not taken back, oldest first. What no agent wrote on teaches nothing of what an
    /// agent should know, and an edit that changed nothing does not either.
    pub fn edits(&self) -> impl Iterator<Item = Edit<'_>> {
        let edits = self.decisions.iter().filter(|d| d.kind == DecisionKind::Edit && !d.undone);
        edits.filter_map(|d| {
            let (_, after) = self.revision(d.revision.as_ref()?)?;
            let Origin::Edit(before) = &after.origin else { return None };
            let (_, before) = self.revision(before)?;
            let drafted = before.text.hash != after.text.hash && self.written(&after.id).is_some();
            drafted.then_some(Edit { before, after })
        })
    }

    /// Returns the edit that made a revision, unless it was taken back.
    #[must_use]
    pub fn edit(&self, revision: &RevisionId) -> Option<Edit<'_>> {
        self.edits().find(|e| e.after.id == *revision)
    }

    /// Returns whether a proposal still comes from an edit that holds: from its own, or from one that was made
    /// again just so.
    #[must_use]
    pub fn stands(&self, offered: &Offered) -> bool {
        let Some((_, after)) = self.revision(&offered.revision) else { return false };
        let Origin::Edit(before) = &after.origin else { return false };
        let Some((_, before)) = self.revision(before) else { return false };
        let same = |e: Edit<'_>| e.before.text == before.text && e.after.text == after.text;
        self.edits().any(same)
    }

    /// Returns a proposal that the author can take into the canon, also one that was refused before.
    pub fn acceptable(&self, id: &ProposalId) -> Result<&Offered, Refusal> {
        if self.paused {
            return Err(Refusal::Trashed);
        }
        let found = self.proposals.iter().find(|o| o.proposal.id == *id);
        let offered = found.ok_or_else(|| Refusal::NotFound { what: "proposal", id: id.to_string() })?;
        if matches!(offered.verdict, Verdict::Accepted { .. }) {
            return Err(Refusal::ProposalDecided { proposal: id.clone(), state: offered.verdict.name() });
        }
        if !self.stands(offered) {
            return Err(Refusal::ProposalWithdrawn { proposal: id.clone() });
        }
        Ok(offered)
    }

    pub(super) fn offered(&mut self, revision: &RevisionId, proposals: &[Proposal]) {
        self.proposals.extend(proposals.iter().map(|proposal| Offered {
            proposal: proposal.clone(),
            revision: revision.clone(),
            verdict: Verdict::Open,
        }));
    }

    pub(super) fn judged(&mut self, event: &RunEvent) {
        let (id, verdict) = match event {
            RunEvent::ProposalAccepted { proposal, entry, version, .. } => {
                (proposal, Verdict::Accepted { entry: entry.clone(), version: *version })
            }
            RunEvent::ProposalRefused { proposal } => (proposal, Verdict::Refused),
            _ => return,
        };
        if let Some(offered) = self.proposals.iter_mut().find(|o| o.proposal.id == *id) {
            offered.verdict = verdict;
        }
    }
}

/// Records that a proposal was taken into the canon, as a version of an entry, in these words or in its own; the
/// page's own revisions that read the entry are fine with that version.
pub fn accept(
    run: &Run,
    id: &ProposalId,
    words: Option<&str>,
    (entry, version): (EntryId, u32),
    fine: Vec<Fine>,
    facts: &Facts,
) -> Result<Decided<RunEvent>, Refusal> {
    let offered = run.acceptable(id)?;
    let words = words.map(str::trim).filter(|words| *words != offered.proposal.lesson.text);
    let mut draft = Draft::new(run, facts);
    draft.push(RunEvent::ProposalAccepted {
        proposal: id.clone(),
        entry,
        version,
        words: words.map(str::to_owned),
    });
    if !fine.is_empty() {
        draft.push(RunEvent::FoundFine { fine });
    }
    Ok(draft.finish())
}

impl Draft<'_> {
    pub(super) fn refuse(&mut self, proposal: ProposalId) -> Result<(), Refusal> {
        let state = self.run.acceptable(&proposal)?.verdict.name();
        if state != Verdict::Open.name() {
            return Err(Refusal::ProposalDecided { proposal, state });
        }
        self.push(RunEvent::ProposalRefused { proposal });
        Ok(())
    }

    /// Takes in what an agent learned from an edit. An answer that cannot be used is a failure like any other.
    pub(super) fn propose(
        &mut self,
        attempt: AttemptId,
        step: &Step,
        answer: String,
        late: bool,
        (usage, cost): (Usage, Option<Money>),
    ) {
        let name = step.name.clone();
        let revision = match &step.basis {
            Some(revision) if !late => revision.clone(),
            _ => {
                let partial = Some(self.text(answer));
                self.push(RunEvent::AttemptClosed { attempt, step: name, partial, usage, cost });
                return;
            }
        };
        let lessons = proposal::read(&answer);
        let answer: Text = self.text(answer);
        match lessons {
            Ok(lessons) => {
                let numbers = self.run.proposals.len() as u32 + 1..;
                let numbered = numbers.zip(lessons);
                let proposals = numbered
                    .map(|(n, lesson)| Proposal { id: ProposalId::nth(&self.run.id, n), lesson })
                    .collect();
                let model = self.model_of(&attempt);
                self.push(RunEvent::ProposalsDelivered {
                    attempt,
                    step: name,
                    revision,
                    answer,
                    proposals,
                    model,
                    usage,
                    cost,
                });
            }
            Err(message) => {
                let failure = AttemptFailure {
                    kind: "unusable".into(),
                    message,
                    transient: true,
                    retry_after_ms: None,
                };
                let retry_at = retry_at(self, &name, &failure);
                let partial = Some(answer);
                self.push(RunEvent::AttemptFailed {
                    attempt,
                    step: name,
                    failure,
                    retry_at,
                    partial,
                    usage,
                    cost,
                });
            }
        }
    }
}
