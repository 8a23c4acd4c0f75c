//! What the desk shows of a page: which text, of which step and revision, and what is asked of the author.

use std::sync::Arc;

use crate::agents::cleaning::without_thoughts;
use crate::domain::page::compose;
use crate::domain::{Attention, Hash, PageId, RevisionId, StepName};
use crate::store::rows::{PageDetail, RevisionText, StepRow};
use crate::tui::cx::Cx;

/// What stands in the text pane.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// It is on its way.
    Loading,
    /// An open gate: this revision is to be decided on.
    Gate {
        /// The step.
        step: StepName,
        /// The revision on the screen.
        revision: RevisionId,
        /// It was set aside.
        aside: bool,
    },
    /// An agent writes.
    Working {
        /// The step.
        step: StepName,
        /// It waits for its turn, or for its next attempt.
        queued: bool,
    },
    /// The author is needed.
    Attention(Attention),
    /// All is approved.
    Approved {
        /// The last step that is not skipped.
        step: StepName,
        /// Its revision.
        revision: Option<RevisionId>,
    },
    /// It is in the trash.
    Trashed,
}

impl Shown {
    /// What a page shows.
    #[must_use]
    pub fn of(detail: &PageDetail) -> Self {
        let main = || detail.steps.iter().filter(|s| !s.advisory);
        if detail.page.trashed {
            return Self::Trashed;
        }
        if let Some(attention) = &detail.page.attention {
            return Self::Attention(attention.clone());
        }
        let open = main().find(|s| !matches!(s.phase.as_str(), "approved" | "skipped"));
        match open {
            Some(StepRow { step, phase, revision: Some(revision), .. }) if phase == "gate" => {
                Self::Gate { step: step.clone(), revision: revision.clone(), aside: detail.page.set_aside }
            }
            Some(step) => Self::Working { step: step.step.clone(), queued: step.phase != "working" },
            None => {
                let last = main().rfind(|s| s.phase == "approved").or_else(|| main().next());
                let step = last.map_or_else(|| StepName::new("narration"), |s| s.step.clone());
                Self::Approved { step, revision: last.and_then(|s| s.revision.clone()) }
            }
        }
    }

    /// The step that decisions speak of.
    #[must_use]
    pub fn step(&self) -> Option<&StepName> {
        match self {
            Self::Gate { step, .. } | Self::Working { step, .. } | Self::Approved { step, .. } => Some(step),
            Self::Attention(attention) => Some(&attention.step),
            Self::Loading | Self::Trashed => None,
        }
    }
}

/// The texts of a page as the desk reads them: the page as it is, and as it was one revision before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Texts {
    /// The text to read.
    pub text: String,
    /// The one it is compared with.
    pub before: Option<String>,
}

/// Puts the texts of a page together. While something is written, that is the text; `elsewhere` is what another
/// process has written of it.
#[must_use]
pub fn texts(detail: &PageDetail, shown: &Shown, elsewhere: Option<&str>, cx: &Cx) -> Texts {
    let narration = detail.narration.as_ref();
    let with = |dialogue: Option<&str>| {
        let narration = narration.map_or("", |n| n.text.as_str());
        compose(narration, dialogue)
    };
    let of = |text: Option<&RevisionText>| Texts {
        text: text.map(|t| t.text.clone()).unwrap_or_default(),
        before: text.and_then(|t| t.previous.clone()),
    };
    let is_dialogue = |step: &StepName| step.as_str() == "dialogue";
    match shown {
        Shown::Loading | Shown::Trashed => {
            Texts { text: with(detail.dialogue.as_ref().map(|d| d.text.as_str())), before: None }
        }
        Shown::Gate { step, .. } if is_dialogue(step) => {
            let Some(dialogue) = &detail.dialogue else { return of(narration) };
            // Without an earlier dialogue the page is compared with its narration alone: what was added is seen.
            Texts { text: with(Some(&dialogue.text)), before: Some(with(dialogue.previous.as_deref())) }
        }
        Shown::Gate { .. } => of(narration),
        Shown::Working { step, .. } => {
            let live = cx.live_text(&detail.page.id, step).map(|l| l.text.as_str()).or(elsewhere);
            let text = if is_dialogue(step) { with(live) } else { live.unwrap_or_default().to_owned() };
            Texts { text, before: None }
        }
        Shown::Attention(attention) => {
            let partial = partial(detail, &attention.step).and_then(|hash| cx.views.text(hash));
            let partial = partial.map(|text| without_thoughts(text));
            let partial = partial.as_deref();
            let text = if is_dialogue(&attention.step) {
                with(partial)
            } else {
                partial.unwrap_or_default().to_owned()
            };
            Texts { text, before: None }
        }
        Shown::Approved { .. } => match &detail.dialogue {
            Some(dialogue) => {
                Texts { text: with(Some(&dialogue.text)), before: Some(with(dialogue.previous.as_deref())) }
            }
            None => of(narration),
        },
    }
}

/// What had been written of a step when its last attempt ended early.
#[must_use]
pub fn partial<'d>(detail: &'d PageDetail, step: &StepName) -> Option<&'d Hash> {
    detail.attempts.iter().find(|a| a.step == *step).and_then(|a| a.partial.as_ref())
}

/// The text that an input for a step by hand begins with: its revision, or else what was left of the last attempt.
#[must_use]
pub fn beginning(detail: &PageDetail, step: &StepName, cx: &Cx) -> String {
    let text = if step.as_str() == "dialogue" { &detail.dialogue } else { &detail.narration };
    match text {
        Some(text) if text.revision.step == *step => text.text.clone(),
        _ => {
            let live = cx.live_text(&detail.page.id, step).map(|l| l.text.clone());
            let partial = || {
                partial(detail, step).and_then(|h| cx.views.text(h)).map(|t| without_thoughts(t).into_owned())
            };
            live.or_else(partial).unwrap_or_default()
        }
    }
}

/// The newest revision of a step that the author can have seen, which a text by hand follows.
#[must_use]
pub fn seen(detail: &PageDetail, step: &StepName) -> Option<RevisionId> {
    let text = if step.as_str() == "dialogue" { &detail.dialogue } else { &detail.narration };
    text.as_ref().filter(|t| t.revision.step == *step).map(|t| t.revision.id.clone())
}

/// What decides whether the reader stays where they are: the same page does.
#[must_use]
pub fn is_same_page(detail: Option<&Arc<PageDetail>>, page: Option<&PageId>) -> bool {
    detail.map(|d| &d.page.id) == page
}
