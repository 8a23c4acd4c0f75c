//! Prompt templates as the author keeps them: of a book in the store, or a file for all books.

use std::path::PathBuf;

use super::{Engine, EngineError};
use crate::context::ContextError;
use crate::context::prompt::Prompt;
use crate::domain::prompt::PromptCommand;
use crate::domain::{BookId, Command};
use crate::files;

impl Engine {
    /// Returns the template that holds for an agent, in a book or for all.
    pub fn prompt(&self, book: Option<&BookId>, agent: &str) -> Result<Prompt, EngineError> {
        // An agent without a shipped template is none.
        Prompt::shipped(agent).map_err(|_| EngineError::NotFound { what: "agent", id: agent.to_owned() })?;
        let folder = self.home().prompts();
        let found = match book {
            Some(book) => Prompt::holding(&self.store().reader()?, Some(book), &folder, agent),
            None => Prompt::of_author(&folder, agent),
        };
        Ok(found?)
    }

    /// Reads and checks a template for an agent: what is wrong with it, first of all, is the error.
    pub fn checked_prompt(&self, agent: &str, file: &str, source: &str) -> Result<Prompt, EngineError> {
        let prompt = Prompt::parse(file, source)?.named(agent);
        match prompt.faults().into_iter().next() {
            Some(fault) => Err(fault.into()),
            None => Ok(prompt),
        }
    }

    /// Lays a template over what holds: for a book as a version in the store, for all books as a file.
    pub fn put_prompt(&self, book: Option<&BookId>, prompt: &Prompt) -> Result<(), EngineError> {
        let (name, text) = (prompt.name.clone(), prompt.source.clone());
        match book {
            Some(book) => {
                self.submit(Command::Prompt {
                    book: book.clone(),
                    command: PromptCommand::Put { name, text },
                })
                .wait()?;
            }
            None => {
                let file = self.prompt_file(&name);
                files::replace(&file, text.as_bytes()).map_err(|e| unwritten(&file, &e))?;
            }
        }
        Ok(())
    }

    /// Goes back to the template below: the book's versions stay in the store, and the author's file stays
    /// beside, under the name that is returned.
    pub fn drop_prompt(&self, book: Option<&BookId>, agent: &str) -> Result<Option<PathBuf>, EngineError> {
        if let Some(book) = book {
            let command = PromptCommand::Drop { name: agent.to_owned() };
            self.submit(Command::Prompt { book: book.clone(), command }).wait()?;
            return Ok(None);
        }
        let file = self.prompt_file(agent);
        if !file.exists() {
            return Err(EngineError::NotFound { what: "file", id: file.display().to_string() });
        }
        let mut kept = (1u32..).map(|n| file.with_extension(format!("prompty.old-{n}")));
        let kept = kept.find(|k| !k.exists()).expect("some number below 2^32 is free");
        std::fs::rename(&file, &kept).map_err(|e| unwritten(&file, &e))?;
        Ok(Some(kept))
    }

    /// Returns the author's file of an agent's template.
    #[must_use]
    pub fn prompt_file(&self, agent: &str) -> PathBuf {
        self.home().prompts().join(format!("{agent}.prompty"))
    }
}

fn unwritten(file: &std::path::Path, error: &std::io::Error) -> EngineError {
    ContextError::Prompt { file: file.display().to_string(), line: 1, reason: error.to_string() }.into()
}
