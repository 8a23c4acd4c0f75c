//! `galley publish`: a book as files.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::answer::Answer;
use super::coherence::Judging;
use super::drive::Detach;
use super::fault::{Exit, Fault};
use super::input;
use super::run::drive_run;
use super::table::Table;
use crate::domain::run::{Outcome, Run, RunCommand, Standing};
use crate::domain::{BookId, RunId, StepName, language};
use crate::engine::publish::{Before, FileReport, Order, Report, plan};
use crate::engine::{About, Engine};
use crate::service::counts::many;
use crate::service::start::{Source, Start, start};
use crate::service::story::Progress;
use crate::tools::coherence;
use crate::tools::publish::{Format, PublishError};

/// Publishes.
#[derive(Debug, Args)]
#[command(
    after_help = "The book's coherence is checked first; below the threshold nothing is written but with\n\
                        an override.\n\
                        Only approved pages are published, unless --unapproved is given; what is left out is listed.\n\
                        The same book gives the same files, byte for byte.\n\n\
                        Examples:\n  galley publish the-winter-harbour --format epub,docx --out books --dry-run\n  \
                        galley publish the-winter-harbour --out harbour.epub"
)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(super) struct Publish {
    /// The book's id; may be left out where there is only one
    book: Option<BookId>,
    /// md, html, epub, docx, txt; if left out the one that the file's name says, or all
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    format: Vec<Format>,
    /// A folder for files named after the book, or one file
    #[arg(long, value_name = "DIR|FILE", default_value = ".")]
    out: PathBuf,
    /// Write nothing, and say what would be written
    #[arg(long)]
    dry_run: bool,
    /// Also pages that are not approved, with their current text
    #[arg(long)]
    unapproved: bool,
    /// Show where pages begin, by their numbers
    #[arg(long)]
    page_numbers: bool,
    /// Overwrite files that Galley did not write, or that were changed since
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    judging: Judging,
    /// Whether a book that does not pass waits for you; else as configured
    #[arg(long, value_name = "BOOL")]
    needs_review_stops: Option<bool>,
    /// Also have a model read the book for contradictions
    #[arg(long)]
    ask_model: bool,
    /// Publish although the coherence gate does not let it pass by itself, for this reason; it is kept
    #[arg(long, value_name = "REASON")]
    r#override: Option<String>,
}

impl Publish {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let order = Order {
            book: input::book(&engine.store().reader()?, self.book.clone())?,
            formats: self.format.clone(),
            out: self.out.clone(),
            unapproved: self.unapproved,
            show_pages: self.page_numbers,
            force: self.force,
        };
        let report = plan(engine.store(), &order)?;
        if self.dry_run {
            return Ok(Answer::new(&report, text(&report, order.force)));
        }
        if let Some(file) = report.files.iter().find(|f| f.before == Before::InTheWay && !order.force) {
            return Err(
                crate::engine::EngineError::from(PublishError::InTheWay { path: file.path.clone() }).into()
            );
        }
        let run = self.begin(engine, &order)?;
        self.go_on(engine, &run, report, json).map_err(|fault| fault.of_run(&run))
    }

    /// Drives a run that has begun, and answers with what came of it.
    fn go_on(self, engine: &Engine, run: &RunId, mut report: Report, json: bool) -> Result<Answer, Fault> {
        drive_run(engine, Progress::of(engine, run)?, Detach::default(), json)?;
        if let (Some(reason), true) = (self.r#override, stopped_at_gate(engine, run)?) {
            let command = RunCommand::Override { step: None, revision: None, reason };
            let progress = Progress::from_now(engine, run)?;
            engine.command_run(run, command).wait()?;
            drive_run(engine, progress, Detach::default(), json)?;
        }
        let state = engine.run(run)?;
        let check = coherence_of(engine, &state)?;
        match state.standing() {
            Standing::Done => {
                for file in &mut report.files {
                    file.written = file.before != Before::Unchanged;
                }
                report.dry_run = false;
                let mut answer = serde_json::to_value(&report).expect("a report is plain data");
                answer["run"] = json!(run);
                answer["coherence"] = json!(check);
                let told = format!("{}{}", coherence_summary(check.as_ref()), text(&report, self.force));
                Ok(Answer::new(&answer, told))
            }
            Standing::Waiting { attention } => {
                let fault = Fault::of_attention(run.as_str(), &attention);
                Ok(Answer::new(&json!({"run": run, "state": state.public_state()}), "").with_fault(fault))
            }
            Standing::Reviewing { .. } | Standing::Working { .. } => Ok(waiting(&state, check.as_ref())),
        }
    }

    fn begin(&self, engine: &Engine, order: &Order) -> Result<RunId, Fault> {
        let mut parameters = order
            .parameters()
            .map_err(|e| Fault::usage(format!("{}: {e}", order.out.display()), "name a folder or a file"))?;
        parameters.insert("ask_model".to_owned(), json!(self.ask_model));
        let Judging { pass, borderline, other_books } = self.judging;
        let chosen = [
            ("pass_score", pass.map(Value::from)),
            ("borderline_score", borderline.map(Value::from)),
            ("other_books", other_books.map(Value::from)),
            ("needs_review_stops", self.needs_review_stops.map(Value::from)),
        ];
        parameters.extend(chosen.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        let source = Source::Of(About::Book(order.book.clone()));
        Ok(start(engine, Start::of(engine.workflow("publish")?, source, parameters))?)
    }
}

/// Whether the rule at the gate does not let the book pass by itself: a reason passes both verdicts.
fn stopped_at_gate(engine: &Engine, run: &RunId) -> Result<bool, Fault> {
    let state = engine.run(run)?;
    let ruling = state.first_unsettled().and_then(|step| state.ruling(step));
    Ok(matches!(ruling, Some(Outcome::Fail | Outcome::Borderline)))
}

/// Reads the report of the coherence step, where there is one.
fn coherence_of(engine: &Engine, run: &Run) -> Result<Option<Value>, Fault> {
    let step = run.step(&StepName::new("coherence")).and_then(|s| s.current_revision());
    let Some(revision) = step else { return Ok(None) };
    let text = engine.store().reader()?.text(&revision.text.hash)?.unwrap_or_default();
    Ok(serde_json::from_str(&text).ok())
}

/// Returns the score of a book that was written, and the whole report where it did not pass.
fn coherence_summary(check: Option<&Value>) -> String {
    let report: Option<coherence::Report> = check.and_then(|c| serde_json::from_value(c.clone()).ok());
    match report {
        Some(report) if report.verdict == coherence::Verdict::Pass => {
            format!("coherence {} of 100\n", report.score)
        }
        Some(report) => format!("coherence {}\n", super::coherence::told(&report)),
        None => String::new(),
    }
}

/// Answers for a book that waits at the gate.
fn waiting(run: &Run, check: Option<&Value>) -> Answer {
    let ruling = run.first_unsettled().and_then(|step| run.ruling(step));
    let report: Option<coherence::Report> = check.and_then(|c| serde_json::from_value(c.clone()).ok());
    let told = report.as_ref().map(super::coherence::told).unwrap_or_default();
    let json = json!({"run": run.id, "state": run.public_state(), "ruling": ruling.map(Outcome::name),
                      "coherence": check});
    let score = report.map_or(0.0, |r| r.score);
    let hint = match ruling {
        Some(Outcome::Fail) => format!(
            "fix the findings and publish again | galley run waive {0} --finding ID --reason \"…\" | \
             galley run override {0} --reason \"…\"",
            run.id
        ),
        _ => format!("galley run approve {0} | galley run waive {0} --finding ID --reason \"…\"", run.id),
    };
    let message = format!("the coherence score is {score}: nothing was written");
    let fault = Fault::new(Exit::Refused, "needs_review", message, Some(&hint));
    Answer::new(&json, told).with_fault(Some(fault))
}

fn text(report: &Report, force: bool) -> String {
    let author = if report.author.is_empty() { "no author" } else { &report.author };
    let mut out = format!(
        "{} · {author} · {} · {}, {}, {}\n",
        report.title,
        report.language,
        many(report.chapters.len() as u64, "chapter", "chapters"),
        many(report.pages as u64, "page", "pages"),
        many(report.words, "word", "words")
    );
    if report.author.is_empty() || report.language == language::UNKNOWN {
        let _ = writeln!(
            out,
            "say more with `galley book settings {} --author NAME --language-tag TAG`",
            report.book
        );
    }
    let mut table = Table::new(&["file", ">bytes", ""]);
    for file in &report.files {
        table.row(&[file.path.display().to_string(), file.bytes.to_string(), became(file, force)]);
    }
    let _ = write!(out, "\n{}", table.render("no files"));
    let mut table = Table::new(&["chapter", "title", ">pages", ">words"]);
    for chapter in &report.chapters {
        let (pages, words) = (chapter.pages.to_string(), chapter.words.to_string());
        table.row(&[chapter.chapter.to_string(), chapter.title.clone(), pages, words]);
    }
    let _ = write!(out, "\n{}", table.render("no chapters"));
    if !report.unapproved.is_empty() {
        let _ = writeln!(out, "\nin, and not approved:");
        for page in &report.unapproved {
            let _ = writeln!(out, "  {}  {}", page.page, page.state);
        }
    }
    if !report.left_out.is_empty() {
        let _ = writeln!(out, "\nleft out:");
        for left in &report.left_out {
            let what = left.page.as_ref().map_or(left.chapter.as_str(), |page| page.as_str());
            let state = left.state.as_ref().map(|state| format!("  {state}")).unwrap_or_default();
            let _ = writeln!(out, "  {what}{state}  ({})", left.why);
        }
    }
    out
}

/// Says what became of a file, or would.
fn became(file: &FileReport, force: bool) -> String {
    match (file.before, file.written) {
        (Before::Unchanged, _) => "is there already",
        (Before::Nothing, true) => "written",
        (_, true) => "overwritten",
        (Before::Nothing, false) => "would be written",
        (Before::Ours, false) => "would be overwritten: Galley wrote it",
        (Before::InTheWay, false) if force => "would be overwritten: Galley did not write it",
        (Before::InTheWay, false) => "already exists: Galley did not write it, or it was changed since",
    }
    .to_owned()
}
