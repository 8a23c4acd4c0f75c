//! The agents' templates for the screen of them, and what one makes of a page.

use std::sync::Arc;

use crate::context::ContextError;
use crate::context::prompt::agents;
use crate::domain::manifest::Layer;
use crate::domain::{BookId, PageId};
use crate::engine::{Engine, EngineError};
use crate::store::{Reader, StoreError};
use crate::tui::views::{ContextView, PromptView, Unmade};

/// Every agent's template. One that cannot be read is shown with what is wrong: just that must be mended.
pub(super) fn all(
    engine: &Engine,
    reader: &Reader,
    book: Option<&BookId>,
) -> Result<Vec<PromptView>, StoreError> {
    let versions = book.map(|b| reader.prompt_versions(b)).transpose()?.unwrap_or_default();
    let mut all = Vec::new();
    for agent in agents() {
        let versions: Vec<_> = versions.iter().filter(|v| v.name == agent).cloned().collect();
        let (layer, source, fault) = match engine.prompt(book, agent) {
            Ok(prompt) => {
                let fault = prompt.faults().into_iter().next().map(|f| unmade(&f.into()));
                (prompt.layer, prompt.source, fault)
            }
            Err(EngineError::Store(error) | EngineError::Context(ContextError::Store(error))) => {
                return Err(error);
            }
            Err(error) => {
                let own = book.map(|b| reader.book_prompt(b, agent)).transpose()?.flatten();
                let (layer, source) = match own {
                    Some((_, text)) => (Layer::Book, text),
                    None => {
                        let file = std::fs::read(engine.prompt_file(agent)).unwrap_or_default();
                        (Layer::Author, String::from_utf8_lossy(&file).into_owned())
                    }
                };
                (layer, source, Some(unmade(&error)))
            }
        };
        all.push(PromptView { agent: agent.to_owned(), layer, source, fault, versions });
    }
    Ok(all)
}

/// Checks a template and renders it with the real context of a page.
pub(super) fn preview(
    engine: &Engine,
    page: Option<&PageId>,
    agent: &str,
    source: &str,
) -> Result<Result<Arc<ContextView>, Unmade>, StoreError> {
    let made = engine
        .checked_prompt(agent, &format!("{agent}.prompty"), source)
        .and_then(|prompt| page.map(|page| engine.preview(page, None, Some(&prompt))).transpose());
    match made {
        Ok(Some(made)) => {
            let view = ContextView { manifest: made.manifest, messages: made.request.messages, sent: None };
            Ok(Ok(Arc::new(view)))
        }
        Ok(None) => {
            let message = "Template OK. Open a page to preview it.".to_owned();
            Ok(Err(Unmade { message, hint: None }))
        }
        Err(EngineError::Store(error)) if error.refusal().is_none() => Err(error),
        Err(error) => Ok(Err(unmade(&error))),
    }
}

fn unmade(error: &EngineError) -> Unmade {
    Unmade { message: error.to_string(), hint: error.hint() }
}
