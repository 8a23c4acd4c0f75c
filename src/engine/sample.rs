//! The sample book that a first start of the studio opens: made with ordinary commands from `assets/sample/`,
//! with all its texts supplied, so that no model is called for it.

use serde::Deserialize;

use super::{Engine, EngineError};
use crate::domain::book::BookCommand;
use crate::domain::canon::{CanonCommand, EntryContent, EntryKind, EntryPut};
use crate::domain::ids::slug;
use crate::domain::run::RunCommand;
use crate::domain::{BookId, BookSettings, ChapterId, Command, CommandId, PageId, StreamId};
use crate::store::rows::BookRow;
use crate::store::{Policy, Reader, StoreError};

const BOOK: &str = include_str!("../../assets/sample/book.toml");
const CHAPTERS: [&str; 2] =
    [include_str!("../../assets/sample/chapter-1.toml"), include_str!("../../assets/sample/chapter-2.toml")];
const CANON: [(EntryKind, &str); 6] = [
    (EntryKind::Character, include_str!("../../assets/sample/canon/characters.md")),
    (EntryKind::Place, include_str!("../../assets/sample/canon/places.md")),
    (EntryKind::World, include_str!("../../assets/sample/canon/world.md")),
    (EntryKind::Style, include_str!("../../assets/sample/canon/style.md")),
    (EntryKind::Timeline, include_str!("../../assets/sample/canon/timeline.md")),
    (EntryKind::Rule, include_str!("../../assets/sample/canon/rules.md")),
];

/// The model's name that the sample's texts carry: no model wrote them.
pub const MODEL: &str = "sample";

/// Names the command that made the sample book; the book is known by it, whatever its title is by now.
const MADE_BY: &str = "sample.1.book";

/// Makes the sample book where there has never been a book; returns whether it did.
pub fn make_in_a_new_database(engine: &Engine) -> Result<bool, EngineError> {
    let books = engine.store().reader()?.books(true)?;
    // One without chapters may be a sample whose making was cut off.
    let fresh = match books.as_slice() {
        [] => true,
        [only] => only.chapters == 0 && only.id == id() && find(engine)?.is_some(),
        _ => false,
    };
    if fresh {
        make(engine)?;
    }
    Ok(fresh)
}

/// Makes the sample book, or brings it back from the trash; a book that is there is left as it is.
pub fn make(engine: &Engine) -> Result<BookId, EngineError> {
    match find(engine)? {
        Some(book) if book.trashed => {
            let command = BookCommand::BringBack;
            engine.submit(Command::Book { book: book.id.clone(), command }).wait()?;
            Ok(book.id)
        }
        Some(book) if book.chapters > 0 => Ok(book.id),
        _ => {
            // Nobody has asked for remarks on the sample's open gates yet, and they may cost money.
            engine.shared.apply_policy(Policy { advisory: false, ..engine.shared.policy() });
            let made = fill(engine);
            engine.shared.apply_policy(engine.shared.policy());
            made
        }
    }
}

/// Finds the sample book, also in the trash.
pub fn find(engine: &Engine) -> Result<Option<BookRow>, EngineError> {
    let reader = engine.store().reader()?;
    let like = reader.books(true)?.into_iter().filter(|b| b.id.as_str().starts_with(id().as_str()));
    for book in like {
        if is_sample(&reader, &book.id)? {
            return Ok(Some(book));
        }
    }
    Ok(None)
}

fn is_sample(reader: &Reader, book: &BookId) -> Result<bool, StoreError> {
    let events = reader.events(&StreamId::Book(book.clone()))?;
    Ok(events.first().is_some_and(|e| e.command.as_ref().is_some_and(|c| c.as_str() == MADE_BY)))
}

/// The id that the book gets where it is free.
fn id() -> BookId {
    BookId::new(slug(&book().title, "book"))
}

/// Gives the commands: the book first, for its id; all others together, so that they share a commit. Each is named:
/// were the making cut off between the two, it goes on where it was.
fn fill(engine: &Engine) -> Result<BookId, EngineError> {
    let named = |name: &str, command: Command| {
        let mut request = engine.request(command);
        request.id = Some(CommandId::new(name));
        request
    };
    let Book { title, settings } = book();
    let made = engine.store().submit(named(MADE_BY, Command::NewBook { title, settings })).wait()?;
    let book = made.book.expect("a new book has an id");
    let requests = commands(&book).into_iter().enumerate();
    let requests = requests.map(|(n, command)| named(&format!("sample.1.{n}"), command)).collect();
    for reply in engine.store().submit_many(requests) {
        reply.wait()?;
    }
    Ok(book)
}

/// Returns all commands behind the first, in order.
fn commands(book: &BookId) -> Vec<Command> {
    let mut all: Vec<Command> = canon()
        .map(|(kind, name, text)| {
            let content = EntryContent { kind, name, text, ..EntryContent::default() };
            let put = EntryPut { content, ..EntryPut::default() };
            Command::Canon { book: book.clone(), command: CanonCommand::Put(put) }
        })
        .collect();
    for (number, source) in (1..).zip(CHAPTERS) {
        let chapter: Chapter = toml::from_str(source).expect("the shipped chapters are valid");
        let id = ChapterId::nth(book, number);
        let command = BookCommand::AddChapter { title: chapter.title, position: None };
        all.push(Command::Book { book: book.clone(), command });
        for (number, page) in (1..).zip(chapter.pages) {
            let beat = page.beat.map(|b| b.trim_end().to_owned());
            all.push(Command::NewPage { chapter: id.clone(), title: page.title, beat, position: None });
            let page_id = PageId::nth(&id, number);
            all.extend(
                page.done
                    .into_iter()
                    .map(|done| Command::Page { page: page_id.clone(), command: done.command() }),
            );
        }
    }
    all
}

/// Reads the canon: a heading of the second level begins an entry.
fn canon() -> impl Iterator<Item = (EntryKind, String, String)> {
    CANON.into_iter().flat_map(|(kind, source)| {
        source.split("## ").filter_map(move |entry| {
            let (name, text) = entry.split_once('\n')?;
            // Its lines are broken for those who read the file; an entry is one paragraph.
            Some((kind, name.trim().to_owned(), text.split_whitespace().collect::<Vec<_>>().join(" ")))
        })
    })
}

fn book() -> Book {
    toml::from_str(BOOK).expect("the shipped book is valid")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    title: String,
    settings: BookSettings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chapter {
    title: String,
    pages: Vec<Page>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    title: String,
    beat: Option<String>,
    #[serde(default)]
    done: Vec<Done>,
}

/// What was done to a page.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Done {
    Write(String),
    Revise(String),
    Edit(String),
    Approve,
    Skip,
}

impl Done {
    fn command(self) -> RunCommand {
        let text = |text: String| text.trim_end().to_owned();
        let (step, revision, passages) = (None, None, Vec::new());
        match self {
            Self::Write(t) => {
                RunCommand::Write { step, revision, text: text(t), model: MODEL.into(), tokens: 0 }
            }
            Self::Revise(words) => RunCommand::Revise { step, revision, feedback: Some(words), passages },
            Self::Edit(t) => RunCommand::Edit { step, revision, text: text(t) },
            Self::Approve => RunCommand::Approve { step, revision },
            Self::Skip => RunCommand::Skip { step },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Home;
    use crate::engine::OpenOptions;

    fn engine(dir: &tempfile::TempDir) -> Engine {
        Engine::open(Home::at(dir.path()), &OpenOptions { db: None, create: true }).unwrap()
    }

    #[test]
    fn the_sample_book_asks_nothing_of_a_model() {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine(&dir);
        make(&engine).unwrap();
        let reader = engine.store().reader().unwrap();
        assert!(reader.work_due(crate::domain::Time(i64::MAX), 100).unwrap().is_empty());
    }

    #[test]
    fn the_sample_book_is_made_once_with_pages_in_every_kind_of_state() {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine(&dir);
        assert!(make_in_a_new_database(&engine).unwrap());
        assert!(!make_in_a_new_database(&engine).unwrap());
        let book = make(&engine).unwrap();
        assert_eq!(book.as_str(), "the-tide-clerk");

        let reader = engine.store().reader().unwrap();
        assert_eq!(reader.books(true).unwrap().len(), 1);
        let states: Vec<String> = reader
            .chapters(&book, true)
            .unwrap()
            .iter()
            .flat_map(|c| reader.pages(&c.id, true).unwrap())
            .map(|p| p.state)
            .collect();
        let expected = [
            "page_approved",
            "page_approved",
            "user_reviewing_dialogue",
            "user_reviewing_narration",
            "page_approved",
            "awaiting_user_input",
        ];
        assert_eq!(states, expected);
        assert!(reader.entries(&book).unwrap().len() >= 10);
    }

    #[test]
    fn a_sample_book_in_the_trash_stays_there_until_it_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine(&dir);
        let book = make(&engine).unwrap();
        let command = BookCommand::Trash;
        engine.submit(Command::Book { book: book.clone(), command }).wait().unwrap();
        assert!(!make_in_a_new_database(&engine).unwrap());
        assert!(find(&engine).unwrap().unwrap().trashed);
        assert_eq!(make(&engine).unwrap(), book);
        assert!(!find(&engine).unwrap().unwrap().trashed);
    }

    #[test]
    fn a_sample_whose_making_was_cut_off_is_finished_at_the_next_start() {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine(&dir);
        let Book { title, settings } = book();
        let mut request = engine.request(Command::NewBook { title, settings });
        request.id = Some(CommandId::new(MADE_BY));
        engine.store().submit(request).wait().unwrap();
        assert!(make_in_a_new_database(&engine).unwrap());
        assert_eq!(find(&engine).unwrap().unwrap().pages, 6);
    }

    #[test]
    fn an_authors_own_first_book_is_never_joined_by_the_sample() {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine(&dir);
        let (title, settings) = ("The Tide Clerk".to_owned(), BookSettings::default());
        engine.submit(Command::NewBook { title, settings }).wait().unwrap();
        assert!(!make_in_a_new_database(&engine).unwrap());
        assert!(find(&engine).unwrap().is_none());
        assert_eq!(make(&engine).unwrap().as_str(), "the-tide-clerk-2");
    }
}
