//! What screens know of canon and context.

use std::sync::Arc;

use super::{Answer, Ask, Views};
use crate::domain::manifest::Layer;
use crate::domain::{BookId, EntryId, Manifest, PageId, RevisionId, Time};
use crate::llm::Message;
use crate::service::stale::StalePage;
use crate::store::rows::{EntryHit, EntryRow, PageRow, PromptRow, SearchHit, StaleRow, UseRow};

/// A book's canon.
#[derive(Debug, Clone, PartialEq)]
pub struct CanonView {
    /// The entries, kind by kind, each by name.
    pub entries: Arc<[EntryRow]>,
    /// Those that were taken out.
    pub removed: Vec<EntryRow>,
}

impl CanonView {
    /// An entry, also one that was taken out.
    #[must_use]
    pub fn entry(&self, id: &EntryId) -> Option<&EntryRow> {
        self.entries.iter().chain(&self.removed).find(|e| e.id == *id)
    }
}

/// What an agent is, or was, given.
#[derive(Debug, Clone, PartialEq)]
pub struct ContextView {
    /// What went in, what was left out, and why.
    pub manifest: Manifest,
    /// The messages.
    pub messages: Vec<Message>,
    /// When they were sent; none for what would be sent now.
    pub sent: Option<Time>,
}

/// An agent's template, as it holds in a book or for all.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptView {
    /// The agent.
    pub agent: String,
    /// Whose it is.
    pub layer: Layer,
    /// Its text; of one that cannot be read, as far as there is one.
    pub source: String,
    /// What is wrong with it.
    pub fault: Option<Unmade>,
    /// The book's versions, newest first.
    pub versions: Vec<PromptRow>,
}

/// Why there is no context, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmade {
    /// What is wrong.
    pub message: String,
    /// What the author can do about it.
    pub hint: Option<String>,
}

impl Views {
    /// A book's canon.
    #[must_use]
    pub fn canon(&self, book: &BookId) -> Option<&Arc<CanonView>> {
        match self.get(&Ask::Canon(book.clone()))? {
            Answer::Canon(canon) => Some(canon),
            _ => None,
        }
    }

    /// What a search in a book's canon found.
    #[must_use]
    pub fn canon_search(&self, book: &BookId, words: &str) -> Option<&[EntryHit]> {
        match self.get(&Ask::CanonSearch(book.clone(), words.to_owned()))? {
            Answer::CanonSearch(hits) => Some(hits),
            _ => None,
        }
    }

    /// An entry's versions, oldest first.
    #[must_use]
    pub fn versions(&self, entry: &EntryId) -> Option<&Arc<Vec<EntryRow>>> {
        match self.get(&Ask::Versions(entry.clone()))? {
            Answer::Versions(versions) => Some(versions),
            _ => None,
        }
    }

    /// Pages whose text names an entry.
    #[must_use]
    pub fn mentions(&self, entry: &EntryId) -> Option<&[SearchHit]> {
        match self.get(&Ask::Mentions(entry.clone()))? {
            Answer::Mentions(pages) => Some(pages),
            _ => None,
        }
    }

    /// Pages whose current text was written from an entry.
    #[must_use]
    pub fn uses(&self, entry: &EntryId) -> Option<&[UseRow]> {
        match self.get(&Ask::Uses(entry.clone()))? {
            Answer::Uses(pages) => Some(pages),
            _ => None,
        }
    }

    /// Why a page is stale.
    #[must_use]
    pub fn stale(&self, page: &PageId) -> Option<&[StaleRow]> {
        match self.get(&Ask::Stale(page.clone()))? {
            Answer::Stale(causes) => Some(causes),
            _ => None,
        }
    }

    /// The stale pages of a book in its order, each with the causes.
    #[must_use]
    pub fn stale_pages(&self, book: &BookId) -> Option<&[StalePage]> {
        match self.get(&Ask::StalePages(book.clone()))? {
            Answer::StalePages(pages) => Some(pages),
            _ => None,
        }
    }

    /// The page that a revision is of.
    #[must_use]
    pub fn origin(&self, revision: &RevisionId) -> Option<&PageRow> {
        match self.get(&Ask::Origin(revision.clone()))? {
            Answer::Origin(page) => page.as_deref(),
            _ => None,
        }
    }

    /// What an agent would be given for a page now, or why that cannot be said.
    #[must_use]
    pub fn context(&self, page: &PageId) -> Option<&Result<Arc<ContextView>, Unmade>> {
        match self.get(&Ask::Context(page.clone()))? {
            Answer::Context(context) => Some(context),
            _ => None,
        }
    }

    /// The agents' templates that hold.
    #[must_use]
    pub fn prompts(&self, book: Option<&BookId>) -> Option<&Arc<Vec<PromptView>>> {
        match self.get(&Ask::Prompts(book.cloned()))? {
            Answer::Prompts(prompts) => Some(prompts),
            _ => None,
        }
    }

    /// What a template makes of a page, or why it makes nothing.
    #[must_use]
    pub fn preview(
        &self,
        page: Option<&PageId>,
        agent: &str,
        source: &str,
    ) -> Option<&Result<Arc<ContextView>, Unmade>> {
        match self.get(&Ask::Preview(page.cloned(), agent.to_owned(), source.to_owned()))? {
            Answer::Preview(preview) => Some(preview),
            _ => None,
        }
    }

    /// What a revision was made from; the inner none means that nothing is kept of it.
    #[must_use]
    pub fn made(&self, revision: &RevisionId) -> Option<Option<&Arc<ContextView>>> {
        match self.get(&Ask::Made(revision.clone()))? {
            Answer::Made(context) => Some(context.as_ref()),
            _ => None,
        }
    }
}
