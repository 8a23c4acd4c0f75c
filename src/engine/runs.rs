//! Runs of workflows about a text or a book: how they begin, and how they are commanded.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Engine, EngineError};
use crate::domain::run::{Run, RunCommand, Subject};
use crate::domain::workflow::{Parameters, Workflow};
use crate::domain::{BookId, ChapterId, Command, PageId, Refusal, RunId, StepName};
use crate::store::{Reader, Reply, StoreError};

/// What a run is to be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A text of the author's, from outside.
    Text {
        /// The book whose prompts and budget hold for it.
        book: Option<BookId>,
        /// Its title.
        title: String,
        /// The text.
        text: String,
    },
    /// The approved pages of a chapter.
    Chapter(ChapterId),
    /// A page as it stands.
    Page(PageId),
    /// A book as a whole.
    Book(BookId),
}

/// What an author chooses of a run beyond its workflow and parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The run's id.
    pub id: Option<RunId>,
    /// Models of single steps, as `provider/model`.
    pub models: BTreeMap<StepName, String>,
}

impl Engine {
    /// Starts a workflow; the text of a chapter or a page is taken as it is now.
    pub fn start_run(
        &self,
        workflow: Arc<Workflow>,
        about: About,
        parameters: Parameters,
    ) -> Result<Reply, EngineError> {
        self.start_run_with(workflow, about, parameters, Chosen::default())
    }

    /// The same with an id of the author's own, and with models that hold from the first call on.
    pub fn start_run_with(
        &self,
        workflow: Arc<Workflow>,
        about: About,
        mut parameters: Parameters,
        chosen: Chosen,
    ) -> Result<Reply, EngineError> {
        let (subject, title, text) = self.shared.read(|reader| subject(reader, about))??;
        super::tool::add_configured(&workflow, &self.config(), &mut parameters);
        super::tool::check_given(&workflow, subject.book.as_ref(), &parameters)?;
        let Chosen { id, models } = chosen;
        Ok(self.submit(Command::StartRun { id, workflow, subject, title, text, parameters, models }))
    }

    /// Gives a command to a run.
    pub fn command_run(&self, run: &RunId, command: RunCommand) -> Reply {
        self.submit(Command::Run { run: run.clone(), command })
    }

    /// Returns a run as its journal has it.
    pub fn run(&self, run: &RunId) -> Result<Run, EngineError> {
        let found = self.shared.read(|reader| reader.run_state(run))?;
        found.ok_or_else(|| EngineError::NotFound { what: "run", id: run.to_string() })
    }
}

type Given = (Subject, String, Option<String>);

fn subject(reader: &Reader, about: About) -> Result<Result<Given, EngineError>, StoreError> {
    let gone = |what, id: &str| Ok(Err(EngineError::NotFound { what, id: id.to_owned() }));
    let trashed = || Err(Refusal::Trashed.into());
    Ok(Ok(match about {
        About::Text { book, title, text } => (Subject { book, ..Subject::default() }, title, Some(text)),
        About::Book(id) => {
            let Some(book) = reader.book(&id)? else { return gone("book", id.as_str()) };
            if book.trashed {
                return trashed();
            }
            (Subject { book: Some(id), ..Subject::default() }, book.title, None)
        }
        About::Chapter(id) => {
            let Some(chapter) = reader.chapter(&id)? else { return gone("chapter", id.as_str()) };
            if chapter.trashed {
                return trashed();
            }
            let texts = reader.chapter_texts(&id, true)?;
            if texts.is_empty() {
                return gone("approved page in chapter", id.as_str());
            }
            let text = texts.iter().map(|t| t.text.trim()).collect::<Vec<_>>().join("\n\n");
            let subject = Subject { book: Some(chapter.book), chapter: Some(id), page: None };
            (subject, chapter.title, Some(text))
        }
        About::Page(id) => {
            let Some(page) = reader.page(&id)? else { return gone("page", id.as_str()) };
            if page.trashed {
                return trashed();
            }
            let Some(text) = reader.page_text(&id)? else { return gone("text on page", id.as_str()) };
            let chapter = reader.chapter(&page.chapter)?.map(|c| c.title).unwrap_or_default();
            let title =
                if page.title.is_empty() { format!("{chapter}, page {}", page.number) } else { page.title };
            (Subject::page(page.book, page.chapter, id), title, Some(text))
        }
    }))
}
