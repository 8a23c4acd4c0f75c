//! What an input is for: its words, the name under which its unsent text is kept, and the order that comes of it.

mod finding;
mod run;

use super::entry_text::{self, Known};
use super::errand::{Errand, Order, Then};
use crate::context::prompt::Prompt;
use crate::domain::book::BookCommand;
use crate::domain::canon::{CanonCommand, EntryOrigin, EntryPut};
use crate::domain::money::parse_budget;
use crate::domain::page::paragraphs;
use crate::domain::run::{Quoted, RunCommand};
use crate::domain::{
    BookId, BookSettings, ChapterId, Command, Money, PageId, ProposalId, RevisionId, StepName,
};
use crate::service::counts::many;
use crate::store::rows::EntryRow;
use crate::tools::canon_import::relinked;

pub use finding::FindingPurpose;
pub use run::{RunPurpose, Within, model_of_run, of_run};

/// A field of a book's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The language.
    Language,
    /// The point of view.
    PointOfView,
    /// The tense.
    Tense,
    /// Words a page.
    WordsPerPage,
    /// Revision requests that a page may have.
    RevisionRequests,
    /// Notes on style.
    StyleNotes,
    /// What the book may cost.
    Budget,
    /// Who wrote it.
    Author,
    /// Its language, as files say it.
    LanguageTag,
    /// Who holds which rights.
    Rights,
    /// What it is about.
    Description,
    /// Its ISBN.
    Isbn,
}

/// What an input is for.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum Purpose {
    /// A new book's title.
    NewBook,
    /// A book's other title.
    RenameBook { book: BookId },
    /// A new chapter's title.
    NewChapter { book: BookId, position: Option<usize> },
    /// A chapter's other title.
    RenameChapter { book: BookId, chapter: ChapterId },
    /// A new page's beat.
    NewPage { chapter: ChapterId, position: Option<usize> },
    /// Several new pages' beats.
    PastePages { chapter: ChapterId },
    /// A page's title.
    RenamePage { book: BookId, page: PageId },
    /// A page's beat.
    Beat { page: PageId },
    /// Feedback on a revision.
    Feedback { page: PageId, step: StepName, revision: RevisionId },
    /// What is wrong with a passage of the text on the desk.
    Passage { page: PageId, quoted: Quoted },
    /// A change in the author's words, by its number.
    OwnWords { change: usize },
    /// An edit that is approved as it is saved.
    Edit { page: PageId, step: StepName, revision: RevisionId },
    /// A step written by hand, after the revision that was looked at, if there was one.
    Write { page: PageId, step: StepName, revision: Option<RevisionId> },
    /// How many revision requests a page may have.
    Limit { page: PageId },
    /// A book's setting.
    Setting { book: BookId, settings: BookSettings, field: Field },
    /// What may be spent in a day.
    BudgetPerDay,
    /// Something of a run about a text or a book.
    Run(RunPurpose),
    /// Something about a finding of a check.
    Finding(FindingPurpose),
    /// A model by name; for a page's step, or an agent of the configuration.
    PageModel { page: PageId, step: StepName },
    /// A model by name, for an agent of the configuration.
    AgentModel { agent: String },
    /// A canon entry with its fields, as it was when it was opened; none is a new one.
    Entry { book: BookId, entry: Option<Box<EntryRow>>, known: Known },
    /// An agent's template, of a book or for all, tried on a page.
    Prompt { book: Option<BookId>, agent: String, page: Option<PageId> },
    /// What an edit taught, in the author's words.
    Reword { page: PageId, proposal: ProposalId },
    /// A file or folder to take canon in from.
    ImportCanon { book: BookId },
    /// Words to look for.
    Search { book: BookId },
    /// Words to look for in the text on the screen.
    Find,
}

impl Purpose {
    /// What stands over the input.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::NewBook => "New book".into(),
            Self::RenameBook { .. } => "Rename the book".into(),
            Self::NewChapter { .. } => "New chapter".into(),
            Self::RenameChapter { .. } => "Rename the chapter".into(),
            Self::NewPage { position: None, .. } => "New page: what happens on it?".into(),
            Self::NewPage { position: Some(at), .. } => format!("New page {at}: what happens on it?"),
            Self::PastePages { .. } => "Several pages: a beat each".into(),
            Self::RenamePage { .. } => "The page's title".into(),
            Self::Beat { .. } => "What happens on this page?".into(),
            Self::Feedback { step, .. } => format!("What should change in the {step}?"),
            Self::Passage { quoted, .. } => {
                let line = quoted.quote.split_whitespace().collect::<Vec<_>>().join(" ");
                let short: String = line.chars().take(40).collect();
                let more = if short.len() < line.len() { "..." } else { "" };
                format!("What is wrong with “{short}{more}”?")
            }
            Self::OwnWords { change, .. } => format!("Change {} in your own words", change + 1),
            Self::Edit { step, .. } => format!("Edit the {step}"),
            Self::Write { step, .. } => format!("Write the {step}"),
            Self::Limit { .. } => "Revision requests for this page".into(),
            Self::Setting { field, .. } => match field {
                Field::Language => "Language",
                Field::PointOfView => "Point of view",
                Field::Tense => "Tense",
                Field::WordsPerPage => "Words a page",
                Field::RevisionRequests => {
                    "Revision requests of a page begun from now on (empty: as configured)"
                }
                Field::StyleNotes => "Notes on style",
                Field::Budget => "What this book may cost, in dollars",
                Field::Author => "Author, as it is printed",
                Field::LanguageTag => "Language as a tag, such as en-GB",
                Field::Rights => "Rights",
                Field::Description => "What the book is about",
                Field::Isbn => "ISBN",
            }
            .into(),
            Self::BudgetPerDay => "What a day may cost, in dollars".into(),
            Self::Run(purpose) => purpose.title(),
            Self::Finding(purpose) => purpose.title(),
            Self::PageModel { step, .. } => format!("Model for this page's {step}"),
            Self::AgentModel { agent } => format!("Model of the {agent}"),
            Self::Entry { entry: Some(entry), .. } => format!("Canon: {}", entry.name),
            Self::Entry { entry: None, .. } => "New canon entry".into(),
            Self::Prompt { book: Some(_), agent, .. } => format!("The {agent}'s template, for this book"),
            Self::Prompt { book: None, agent, .. } => format!("The {agent}'s template, for all books"),
            Self::Reword { .. } => "What the canon should say".into(),
            Self::ImportCanon { .. } => "Import canon from Markdown".into(),
            Self::Search { .. } => "Search titles, beats and texts".into(),
            Self::Find => "Find in this text".into(),
        }
    }

    /// What stands in the empty input.
    #[must_use]
    pub fn placeholder(&self) -> &'static str {
        match self {
            Self::NewBook | Self::RenameBook { .. } => "its title",
            Self::NewChapter { .. } | Self::RenameChapter { .. } => "the chapter's title",
            Self::NewPage { .. } => {
                "Say it in your own words. A first line `# Title` names the page; without words it is made empty."
            }
            Self::PastePages { .. } => {
                "Paste or type several beats, an empty line or --- between them: each becomes a page."
            }
            Self::RenamePage { .. } => "a title, or nothing",
            Self::Beat { .. } => "Who does what, where, and how it ends.",
            Self::Feedback { .. } => "More of the cold, less of the weather, end on her silence ...",
            Self::Passage { .. } => "Just this: too loud, the wrong word, slower ...",
            Self::OwnWords { .. } => "nothing: these words go",
            Self::Edit { .. } | Self::Write { .. } => "Paragraphs, an empty line between them.",
            Self::Limit { .. } => "a number",
            Self::Setting { field: Field::Budget, .. } | Self::BudgetPerDay => {
                "a number such as 2.50; nothing: no limit"
            }
            Self::Setting { field: Field::LanguageTag, .. } => "nothing: as the language says",
            Self::Setting { .. } => "empty: not set",
            Self::Run(purpose) => purpose.placeholder(),
            Self::Finding(purpose) => purpose.placeholder(),
            Self::PageModel { .. } | Self::AgentModel { .. } => "provider/model",
            Self::Entry { .. } | Self::Prompt { .. } => "",
            Self::Reword { .. } => "A sentence or a few.",
            Self::ImportCanon { .. } => "a file or a folder, such as ~/novel/bible",
            Self::Search { .. } | Self::Find => "words",
        }
    }

    /// Whether the input is a whole text: it gets the whole screen.
    #[must_use]
    pub fn is_tall(&self) -> bool {
        match self {
            Self::Run(purpose) => purpose.is_tall(),
            _ => matches!(
                self,
                Self::Edit { .. } | Self::Write { .. } | Self::Entry { .. } | Self::PastePages { .. }
            ),
        }
    }

    /// What sending it does, in a word or two.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Edit { .. } | Self::Run(RunPurpose::Edit { .. }) => "save and accept",
            Self::Feedback { .. } | Self::Run(RunPurpose::Feedback { .. }) => "send back",
            Self::Run(RunPurpose::Override { .. }) => "pass the gate",
            Self::Finding(purpose) => purpose.verb(),
            Self::Passage { .. } => "list it",
            Self::OwnWords { .. } => "put it so",
            Self::NewPage { .. } | Self::PastePages { .. } => "make",
            _ => "save",
        }
    }

    /// Whether the input has many lines.
    #[must_use]
    pub fn is_long(&self) -> bool {
        if let Self::Run(purpose) = self {
            return purpose.is_long();
        }
        matches!(
            self,
            Self::NewPage { .. }
                | Self::PastePages { .. }
                | Self::Beat { .. }
                | Self::Feedback { .. }
                | Self::Finding(_)
                | Self::Passage { .. }
                | Self::OwnWords { .. }
                | Self::Edit { .. }
                | Self::Write { .. }
                | Self::Entry { .. }
                | Self::Prompt { .. }
                | Self::Reword { .. }
                | Self::Setting { field: Field::StyleNotes | Field::Description, .. }
        )
    }

    /// The name under which its unsent text is kept; none where it is not worth keeping. An edit belongs to the
    /// revision it began from; feedback is kept for the step, whatever has arrived since.
    #[must_use]
    pub fn draft(&self) -> Option<String> {
        Some(match self {
            Self::NewPage { chapter, position } => format!("new-page {chapter} {}", position.unwrap_or(0)),
            Self::PastePages { chapter } => format!("paste-pages {chapter}"),
            Self::Beat { page } => format!("beat {page}"),
            Self::Feedback { page, step, .. } => format!("feedback {page} {step}"),
            Self::Passage { page, quoted } => {
                format!("passage {page} {} {}", quoted.passage.start, quoted.passage.end)
            }
            Self::Edit { page, step, revision } => format!("edit {page} {step} {revision}"),
            Self::Write { page, step, .. } => format!("write {page} {step}"),
            Self::Setting { book, field: Field::StyleNotes, .. } => format!("style {book}"),
            Self::Setting { book, field: Field::Description, .. } => format!("description {book}"),
            Self::Entry { entry: Some(entry), .. } => format!("entry {} {}", entry.id, entry.version),
            Self::Entry { book, entry: None, .. } => format!("new-entry {book}"),
            Self::Prompt { book, agent, .. } => {
                format!("prompt {agent} {}", book.as_ref().map_or("", BookId::as_str))
            }
            Self::Reword { proposal, .. } => format!("reword {proposal}"),
            Self::ImportCanon { book } => format!("import {book}"),
            Self::Run(purpose) => return purpose.draft(),
            Self::Finding(purpose) => purpose.draft(),
            Self::NewBook => "new-book".into(),
            Self::NewChapter { book, .. } => format!("new-chapter {book}"),
            _ => return None,
        })
    }

    /// The order that comes of the text, or why there is none, in words.
    pub fn order(&self, text: String) -> Result<Order, String> {
        let draft = self.draft();
        let say = |words: &str| Then::Say(words.to_owned());
        let (command, then) = match self.clone() {
            Self::NewBook => {
                (Command::NewBook { title: text, settings: BookSettings::default() }, Then::GoToBook)
            }
            Self::RenameBook { book } => (of_book(book, BookCommand::Rename { title: text }), say("renamed")),
            Self::NewChapter { book, position } => {
                (of_book(book, BookCommand::AddChapter { title: text, position }), Then::GoToChapter)
            }
            Self::RenameChapter { book, chapter } => {
                (of_book(book, BookCommand::RenameChapter { chapter, title: text }), say("renamed"))
            }
            Self::RenamePage { book, page } => {
                (of_book(book, BookCommand::RenamePage { page, title: text }), say("renamed"))
            }
            Self::NewPage { chapter, position } => (new_page(chapter, &text, position), Then::GoToPage),
            Self::PastePages { chapter } => {
                let beats = beats(&text);
                if beats.is_empty() {
                    return Err("there is no beat yet".into());
                }
                let said = format!("{} made, each with its beat", many(beats.len() as u64, "page", "pages"));
                let commands = beats.iter().map(|beat| new_page(chapter.clone(), beat, None)).collect();
                return Ok(Order { errand: Errand::Commands(commands), then: Then::Say(said), draft });
            }
            Self::Beat { page } => (of_page(page, RunCommand::SetBeat { text }), say("the beat is set")),
            Self::Feedback { page, step, revision } => {
                let (step, revision) = (Some(step), Some(revision));
                let command =
                    RunCommand::Revise { step, revision, feedback: Some(text), passages: Vec::new() };
                (of_page(page, command), Then::Decided("sent back".into()))
            }
            Self::Edit { page, step, revision } => {
                let said = format!("{step} edited and accepted");
                let command = RunCommand::Edit { step: Some(step), revision: Some(revision), text };
                (of_page(page, command), Then::Decided(said))
            }
            Self::Write { page, step, revision } => {
                let said = format!("{step} written by hand; its gate is open");
                let model = "manual".to_owned();
                let command = RunCommand::Write { step: Some(step), revision, text, model, tokens: 0 };
                (of_page(page, command), Then::Say(said))
            }
            Self::Limit { page } => {
                let limit =
                    text.trim().parse().map_err(|_| "a whole number is needed, such as 8".to_owned())?;
                (
                    of_page(page, RunCommand::SetLimit { limit }),
                    Then::Say(format!("{limit} requests are allowed")),
                )
            }
            Self::Setting { book, mut settings, field } => {
                set(&mut settings, field, &text)?;
                (of_book(book, BookCommand::ChangeSettings { settings }), say("saved"))
            }
            Self::Run(purpose) => return purpose.order(text, draft),
            Self::Finding(purpose) => return purpose.order(text, draft),
            Self::PageModel { page, step } => choose_model(page, step, Some(text.trim().to_owned())),
            Self::BudgetPerDay => {
                let errand = Errand::BudgetPerDay(budget(&text)?);
                return Ok(Order { errand, then: say("saved to config.toml"), draft });
            }
            Self::AgentModel { agent } => {
                let errand = Errand::UseModel { agent: Some(agent), model: text.trim().to_owned() };
                return Ok(Order { errand, then: say("saved to config.toml"), draft });
            }
            Self::Entry { book, entry, known } => {
                let mut content = entry_text::read(&text, &known)?;
                content.links = relinked(entry.as_deref(), &content.text, &known.canon.entries);
                let then = Then::GoToEntry(format!("{} is saved", content.name));
                let (seen, entry) = entry.map(|e| (e.version, e.id)).unzip();
                let put = EntryPut { entry, seen, content, origin: EntryOrigin::Author };
                (Command::Canon { book, command: CanonCommand::Put(put) }, then)
            }
            Self::Reword { page, proposal } => (
                Command::AcceptProposal { page, proposal, words: Some(text) },
                say("taken into the canon in your words"),
            ),
            Self::Prompt { book, agent, .. } => {
                let file = format!("{agent}.prompty");
                let prompt = Prompt::parse(&file, &text).map_err(|e| e.to_string())?.named(&agent);
                if let Some(fault) = prompt.faults().first() {
                    return Err(fault.to_string());
                }
                let then = Then::Say(format!("the {agent} goes by this template from now on"));
                return Ok(Order { errand: Errand::PutPrompt { book, agent, text }, then, draft });
            }
            Self::ImportCanon { book } => {
                if text.trim().is_empty() {
                    return Err("a file or a folder is needed".into());
                }
                return Ok(Order { errand: Errand::PlanImport(book, text), then: Then::Nothing, draft });
            }
            Self::Search { .. } | Self::Find | Self::Passage { .. } | Self::OwnWords { .. } => {
                return Err("nothing is sent".into());
            }
        };
        Ok(Order { errand: Errand::Command(Box::new(command)), then, draft })
    }
}

/// A model for one step of one page.
#[must_use]
pub fn choose_model(page: PageId, step: StepName, model: Option<String>) -> (Command, Then) {
    let said = match &model {
        Some(model) => format!("{model} writes the {step} of this page"),
        None => format!("the configured model writes the {step} of this page"),
    };
    (of_page(page, RunCommand::ChooseModel { step: Some(step), model }), Then::Say(said))
}

/// A command to a page.
#[must_use]
pub fn of_page(page: PageId, command: RunCommand) -> Command {
    Command::Page { page, command }
}

/// A command to a book.
#[must_use]
pub fn of_book(book: BookId, command: BookCommand) -> Command {
    Command::Book { book, command }
}

/// Splits pasted beats: at lines of `---` where there are any, else at empty lines.
#[must_use]
pub fn beats(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_rule = |line: &str| line.trim().len() >= 3 && line.trim().bytes().all(|b| b == b'-');
    if !text.lines().any(is_rule) {
        return paragraphs(&text).map(|p| p.trim().to_owned()).collect();
    }
    let mut beats = vec![String::new()];
    for line in text.lines() {
        if is_rule(line) {
            beats.push(String::new());
        } else if let Some(last) = beats.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }
    beats.iter().map(|b| b.trim().to_owned()).filter(|b| !b.is_empty()).collect()
}

fn new_page(chapter: ChapterId, text: &str, position: Option<usize>) -> Command {
    let text = text.trim();
    let (title, beat) = match text.strip_prefix("# ") {
        Some(rest) => rest.split_once('\n').unwrap_or((rest, "")),
        None => ("", text),
    };
    let beat = Some(beat.trim().to_owned()).filter(|b| !b.is_empty());
    Command::NewPage { chapter, title: title.trim().to_owned(), beat, position }
}

fn set(settings: &mut BookSettings, field: Field, text: &str) -> Result<(), String> {
    let words = text.trim().to_owned();
    match field {
        Field::Language => settings.language = words,
        Field::PointOfView => settings.point_of_view = words,
        Field::Tense => settings.tense = words,
        Field::StyleNotes => text.trim_end().clone_into(&mut settings.style_notes),
        Field::WordsPerPage => {
            settings.words_per_page =
                words.parse().map_err(|_| "a whole number is needed, such as 220".to_owned())?;
        }
        Field::RevisionRequests if words.is_empty() => settings.revision_requests = None,
        Field::RevisionRequests => {
            let limit = words.parse().map_err(|_| "a whole number is needed, such as 5".to_owned())?;
            settings.revision_requests = Some(limit);
        }
        Field::Budget => settings.budget = budget(text)?,
        Field::Author => settings.front.author = words,
        Field::LanguageTag => settings.front.language_tag = words,
        Field::Rights => settings.front.rights = words,
        Field::Description => settings.front.description = words,
        Field::Isbn => settings.front.isbn = words,
    }
    Ok(())
}

fn budget(text: &str) -> Result<Option<Money>, String> {
    parse_budget(text).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_are_split_at_empty_lines_or_at_rules_where_there_are_any() {
        assert_eq!(beats("one\nstill one\n\n\ntwo\r\n\r\nthree"), ["one\nstill one", "two", "three"]);
        assert_eq!(beats("one\n\nstill one\n---\n two \n-----\n\n---\n"), ["one\n\nstill one", "two"]);
        assert!(beats(" \n\n").is_empty());
    }

    #[test]
    fn a_first_line_with_a_hash_names_the_page_and_no_words_make_an_empty_one() {
        let chapter = ChapterId::new("c");
        let made = |text: &str| match new_page(chapter.clone(), text, None) {
            Command::NewPage { title, beat, .. } => (title, beat),
            other => panic!("{other:?}"),
        };
        assert_eq!(made("# The quay\nShe waits."), ("The quay".into(), Some("She waits.".into())));
        assert_eq!(made("# The quay"), ("The quay".into(), None));
        assert_eq!(made("  \n"), (String::new(), None));
        assert_eq!(made("#hashtag"), (String::new(), Some("#hashtag".into())));
    }

    #[test]
    fn feedback_carries_the_revision_it_was_written_on() {
        let purpose = Purpose::Feedback {
            page: PageId::new("p"),
            step: StepName::new("narration"),
            revision: RevisionId::new("run.narration.1"),
        };
        let order = purpose.order("colder".into()).unwrap();
        let Errand::Command(command) = order.errand else { panic!("no command") };
        let Command::Page { command: RunCommand::Revise { revision, feedback, .. }, .. } = *command else {
            panic!("no revision is asked for")
        };
        assert_eq!(revision, Some(RevisionId::new("run.narration.1")));
        assert_eq!(feedback.as_deref(), Some("colder"));
        assert_eq!(order.draft.as_deref(), Some("feedback p narration"));
    }
}
