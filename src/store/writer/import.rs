//! A manuscript taken in: a book, its chapters and its pages, in one transaction.

use super::core::Core;
use super::plan::Plan;
use crate::domain::book::{self, Book, BookCommand, BookEvent};
use crate::domain::run::{self, RunCommand, Subject};
use crate::domain::{Actor, BookSettings, Event, ImportedChapter, Refusal, StreamId};
use crate::store::StoreError;

/// Pages of one manuscript at most.
const MOST_PAGES: usize = 20_000;

impl Core {
    /// Decides all of it: a book of its own, whose pages are approved narration.
    pub(super) fn import_book(
        &mut self,
        plan: &mut Plan,
        actor: &Actor,
        title: &str,
        settings: BookSettings,
        file: &str,
        chapters: Vec<ImportedChapter>,
    ) -> Result<(), StoreError> {
        let pages: usize = chapters.iter().map(|c| c.pages.len()).sum();
        if pages > MOST_PAGES {
            let reason = format!("{pages} pages are too many; at most {MOST_PAGES} are taken at once");
            return Err(Refusal::Invalid { field: "pages", reason }.into());
        }
        let id = self.free_book_id(title)?;
        let facts = self.facts();
        let now = facts.now;
        let limit = self.limit(&self.page_workflow, Some(&settings));
        let created = book::decide::create(id.clone(), title, settings)?;
        let mut state = Book::start(&created, now).expect("a book starts with its creation");
        let mut events = vec![Event::Book(created)];
        let mut give = |state: &mut Book, command| -> Result<BookEvent, StoreError> {
            let event = book::decide(state, command)?.pop().expect("a book's command makes an event");
            state.apply(&event, now);
            events.push(Event::Book(event.clone()));
            Ok(event)
        };
        let workflow = self.page_workflow.clone();
        let mut runs = Vec::with_capacity(pages);
        let mut taken = std::collections::HashSet::new();
        for imported in chapters {
            let command = BookCommand::AddChapter { title: imported.title, position: None };
            let BookEvent::ChapterAdded { chapter, .. } = give(&mut state, command)? else { continue };
            for text in imported.pages {
                let run = loop {
                    let run = self.free_run_id()?;
                    if taken.insert(run.clone()) {
                        break run;
                    }
                };
                let command = BookCommand::AddPage {
                    chapter: chapter.clone(),
                    run: run.clone(),
                    title: String::new(),
                    position: None,
                };
                let BookEvent::PageAdded { page, .. } = give(&mut state, command)? else { continue };
                let subject = Subject::page(id.clone(), chapter.clone(), page);
                runs.push((run, subject, text));
            }
        }
        plan.answer.book = Some(id.clone());
        plan.add(StreamId::Book(id), now, actor, events);
        for (run, subject, text) in runs {
            let begun = run::begin(run.clone(), &workflow, subject);
            if plan.texts.is_empty() {
                plan.texts.extend(begun.texts);
            }
            let mut events: Vec<_> = begun.events.into_iter().chain(limit.clone()).collect();
            let started =
                run::standing_after(workflow.clone(), &events, now).expect("a run starts with its start");
            let decided = run::decide(&started, RunCommand::Import { text, file: file.to_owned() }, &facts)?;
            plan.texts.extend(decided.texts);
            events.extend(decided.events);
            plan.add(StreamId::Run(run), now, actor, events.into_iter().map(Event::Run));
        }
        Ok(())
    }
}
