//! The command line: one file a subcommand, one answer a call.
//!
//! A subcommand turns its arguments into commands of the engine and reads what came of them into an answer.
//! What is printed, where and with which exit code is decided here, once.

mod answer;
mod authorship;
mod backup;
mod book;
mod bulk;
mod canon;
mod chapter;
mod coherence;
mod config;
mod costs;
mod desk;
mod doctor;
mod drive;
mod editor;
mod escape;
mod export;
mod fault;
mod import;
mod input;
mod log;
mod models;
mod page;
mod progress;
mod prompt;
mod publish;
mod run;
mod sample;
mod search;
mod show;
mod status;
mod story;
mod table;
mod telling;
mod work;
mod workflow;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Home;
use crate::engine::{Engine, OpenOptions};
use crate::store::StoreError;
use answer::Answer;
use fault::Fault;

const EXAMPLES: &str = "\
Without a subcommand the studio opens.

Examples:
  galley                                    open the studio
  galley book new \"The Winter Harbour\"      prints the id of the book
  galley chapter new --book the-winter-harbour \"Ice\"
  galley page start --chapter the-winter-harbour_ch_001 --beat \"Mara finds the boat\"
  galley page approve the-winter-harbour_ch_001_page_001

Texts are given as they are, as @FILE, or as - for standard input.
In JSON times are milliseconds since 1970 (UTC) and money is in 10⁻⁹ $.
Exit codes: 0 done, 2 usage, 3 refused, 4 a model failed and the page waits for you, 5 the store failed.
GALLEY_HOME keeps all files below one folder; GALLEY_MODEL=offline calls no model but the offline author.";

/// A terminal studio for authors: agents draft, you decide, nothing is lost.
#[derive(Debug, Parser)]
#[command(name = "galley", version, after_help = EXAMPLES, max_term_width = 100)]
struct Arguments {
    /// Use this database instead of the default one
    #[arg(long, value_name = "FILE", global = true, help_heading = "Everywhere")]
    db: Option<PathBuf>,
    /// Answer with one JSON object on standard output
    #[arg(long, global = true, help_heading = "Everywhere")]
    json: bool,
    #[command(subcommand)]
    command: Option<Sub>,
}

#[derive(Debug, Subcommand)]
enum Sub {
    /// Make, list, show and arrange books
    #[command(subcommand)]
    Book(book::Book),
    /// Make, list, show and arrange chapters
    #[command(subcommand)]
    Chapter(chapter::Chapter),
    /// Start pages, decide at their gates, see their history
    #[command(subcommand)]
    Page(page::Page),
    /// See, edit, check, try and restore the prompts of the agents
    #[command(subcommand)]
    Prompt(prompt::PromptCommand),
    /// What the agents know of a book: import, list, edit, version, search entries
    #[command(subcommand)]
    Canon(canon::Canon),
    /// Make a book of a finished manuscript
    #[command(subcommand)]
    Import(import::Import),
    /// Review a text and polish it, round and round, until it is good enough
    #[command(subcommand)]
    Story(story::Story),
    /// Runs of workflows about a text or a book: start them, decide at their gates
    #[command(subcommand)]
    Run(run::RunSub),
    /// The workflows that there are, and your own
    #[command(subcommand)]
    Workflow(workflow::WorkflowCommand),
    /// What waits for you, what is being written, what was spent
    Status,
    /// Drive everything that waits for an agent, until nothing does
    #[command(
        after_help = "Retries that are due later are waited for. Ctrl-C stops in good order, and the next \
                            start goes on.\nWhere another process conducts, this one waits until it is done."
    )]
    Work,
    /// Write a chapter's approved pages as Markdown
    Export(export::Export),
    /// Write a book's approved pages as Markdown, HTML, EPUB, DOCX and plain text
    Publish(publish::Publish),
    /// How much of a book its agents wrote, how much its author, how much the author changed
    Authorship(authorship::Authorship),
    /// Check whether a book hangs together: what stands in it twice, what contradicts itself or the canon
    Coherence(coherence::Coherence),
    /// Find words in titles, beats and texts
    Search(search::Search),
    /// What was spent, by day, model, book and chapter
    Costs,
    /// Providers, models and prices, and which agent calls which
    Models,
    /// Where the configuration is and what holds; choose models, set the budget
    Config(config::Config),
    /// Check the database; rebuild its projections from the journal
    Doctor(doctor::Doctor),
    /// Copy the database into one file, while it is in use, and check the copy
    Backup(backup::Backup),
    /// Put a backup in the place of the database; what was there is kept beside it
    Restore(backup::Restore),
    /// Remove the sample book, or bring it back
    #[command(subcommand)]
    Sample(sample::Sample),
    /// Make a very large book, to measure with
    #[command(hide = true)]
    Bulk(bulk::Bulk),
}

/// The whole command line, as it is parsed: for completions, manual pages and tests that go through all of it.
#[must_use]
pub fn command() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}

/// Opens the face that the arguments ask for; `studio` is the one that opens without a subcommand.
pub fn main<E: Into<Fault>>(studio: impl FnOnce(&Engine) -> Result<(), E>) -> ExitCode {
    run(&std::env::args_os().collect::<Vec<_>>(), studio)
}

fn run<E: Into<Fault>>(argv: &[OsString], studio: impl FnOnce(&Engine) -> Result<(), E>) -> ExitCode {
    let json = argv.iter().take_while(|a| *a != "--").any(|a| a == "--json");
    let arguments = match Arguments::try_parse_from(argv) {
        Ok(arguments) => arguments,
        Err(e) if !e.use_stderr() => return answer::print(&Answer::help(e.render().to_string()), false),
        Err(e) => return answer::refuse(&Fault::usage_of(&e), json),
    };
    telling::tell_as_json(json);
    let outcome = match arguments.command {
        None if json => {
            Err(Fault::usage("the studio has no JSON", "name a subcommand; `galley help` lists them"))
        }
        None => open_studio(arguments.db, studio),
        Some(command) => carry_out(command, arguments.db, json),
    };
    match outcome {
        Ok(answer) => answer::print(&answer, json),
        Err(fault) => answer::refuse(&fault, json),
    }
}

fn carry_out(command: Sub, db: Option<PathBuf>, json: bool) -> Result<Answer, Fault> {
    let home = Home::find()?;
    log::start(&home);
    // These must work where the rest cannot: with a broken configuration, with a broken database.
    let command = match command {
        Sub::Config(command) => return command.run(&home),
        Sub::Models => return models::run(&home),
        Sub::Doctor(command) => return command.run(&home, db),
        Sub::Bulk(command) => return command.run(&home, db),
        Sub::Backup(command) => return command.run(&home, db),
        Sub::Restore(command) => return command.run(&home, db),
        command => command,
    };
    let engine = open_engine(home, db)?;
    let outcome = command.run(&engine, json);
    if let Err(fault) = &outcome
        && fault.kind == "damaged"
    {
        let what =
            fault.message.strip_prefix("the database is damaged: ").unwrap_or(&fault.message).to_owned();
        engine.store().note_damage(&StoreError::Corrupt { what });
    }
    engine.close();
    outcome
}

/// Opens the engine, and says on standard error what of the database is gone.
fn open_engine(home: Home, db: Option<PathBuf>) -> Result<Engine, Fault> {
    let engine = Engine::open(home, &OpenOptions { db, create: true })?;
    if let Some(error @ StoreError::LogLost { .. }) = engine.store().unwritable() {
        answer::warn(&Fault::from(error.clone()));
    }
    Ok(engine)
}

impl Sub {
    fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        match self {
            Sub::Book(command) => command.run(engine),
            Sub::Chapter(command) => command.run(engine),
            Sub::Page(command) => command.run(engine, json),
            Sub::Prompt(command) => command.run(engine),
            Sub::Canon(command) => command.run(engine, json),
            Sub::Import(command) => command.run(engine, json),
            Sub::Story(command) => command.run(engine, json),
            Sub::Run(command) => command.run(engine, json),
            Sub::Workflow(command) => command.run(engine),
            Sub::Status => status::run(engine),
            Sub::Work => work::run(engine),
            Sub::Export(command) => command.run(engine),
            Sub::Publish(command) => command.run(engine, json),
            Sub::Authorship(command) => command.run(engine),
            Sub::Coherence(command) => command.run(engine),
            Sub::Search(command) => command.run(engine),
            Sub::Costs => costs::run(engine),
            Sub::Sample(command) => command.run(engine),
            Sub::Config(_)
            | Sub::Models
            | Sub::Doctor(_)
            | Sub::Bulk(_)
            | Sub::Backup(_)
            | Sub::Restore(_) => unreachable!("answered above"),
        }
    }
}

fn open_studio<E: Into<Fault>>(
    db: Option<PathBuf>,
    studio: impl FnOnce(&Engine) -> Result<(), E>,
) -> Result<Answer, Fault> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        let hint = "name a subcommand for use in a pipe; `galley help` lists them";
        return Err(Fault::usage("the studio needs a terminal", hint));
    }
    let home = Home::find()?;
    log::start(&home);
    let engine = open_engine(home, db)?;
    if engine.store().unwritable().is_none() {
        crate::engine::sample::make_in_a_new_database(&engine)?;
    }
    let outcome = studio(&engine).map_err(Into::into);
    engine.close();
    outcome.map(|()| Answer::nothing())
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    #[test]
    fn the_command_line_is_consistent_and_every_command_and_option_is_explained() {
        fn explained(command: &clap::Command) {
            for sub in command.get_subcommands() {
                assert!(sub.get_about().is_some(), "`{}` has no help", sub.get_name());
                for argument in sub.get_arguments() {
                    assert!(argument.get_help().is_some(), "`{} {}`", sub.get_name(), argument.get_id());
                }
                explained(sub);
            }
        }
        let command = super::Arguments::command();
        command.clone().debug_assert();
        explained(&command);
    }

    /// Gathers the examples that stand behind the help texts.
    fn examples(command: &mut clap::Command, shown: &mut String) {
        if let Some(after) = command.get_after_help() {
            *shown = format!("{shown}\n{after}\n");
        }
        command.get_subcommands_mut().for_each(|sub| examples(sub, shown));
    }

    #[test]
    fn every_command_that_the_readme_and_the_help_show_can_be_given() {
        let mut command = super::Arguments::command();
        let mut shown = include_str!("../README.md").to_owned();
        examples(&mut command, &mut shown);
        let mut given = 0;
        // A comment stands behind the command, with space before it.
        for line in shown.lines().filter_map(|l| l.trim().strip_prefix("galley ")?.split("  ").next()) {
            if line.is_empty() {
                continue; // the studio
            }
            let mut quoted = false;
            let words = line.split('"').flat_map(|part| {
                quoted = !quoted;
                if quoted { part.split_whitespace().collect() } else { vec![part] }
            });
            let words: Vec<&str> = std::iter::once("galley").chain(words).collect();
            let read = super::Arguments::try_parse_from(&words);
            assert!(read.is_ok(), "{words:?}");
            given += 1;
        }
        assert!(given > 10, "{given}");
    }
}
