//! A version of a page's text, taken as its narration.

use super::super::ServiceError;
use crate::domain::page::{compose, dialogue_lines};
use crate::domain::run::{Run, RunCommand};
use crate::domain::{Hash, PageId};
use crate::store::rows::PageDetail;

/// What taking a version means.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The page that the run is about.
    pub page: PageId,
    /// The edit of its narration.
    pub command: RunCommand,
    /// The page has changed since the run began, and that change is not in the version.
    pub has_changed: bool,
}

/// Returns the edit that makes a version's text the narration of the page that the run is about.
///
/// # Errors
/// Refuses where the page has no narration, or has dialogue in its text: a version is of the whole.
pub fn as_narration(run: &Run, text: &str, page: &PageDetail) -> Result<Taken, ServiceError> {
    let Some(narration) = &page.narration else {
        return Err(ServiceError::usage("the page has no narration to replace", "write one first"));
    };
    let dialogue = page.dialogue.as_ref().map_or("", |d| d.text.as_str());
    if dialogue_lines(dialogue).next().is_some() {
        return Err(ServiceError::usage(
            "the page has dialogue in its text, so a version of the whole cannot become its narration alone",
            "take what you want of it over by an edit",
        ));
    }
    let given = run.text.as_ref().map(|t| &t.hash);
    Ok(Taken {
        page: page.page.id.clone(),
        command: RunCommand::Edit {
            step: Some(narration.revision.step.clone()),
            revision: Some(narration.revision.id.clone()),
            text: text.to_owned(),
        },
        has_changed: given != Some(&Hash::of(compose(&narration.text, None).as_bytes())),
    })
}
