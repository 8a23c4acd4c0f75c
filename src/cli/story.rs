//! `galley story`: the review and polish loop (spec R).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::answer::Answer;
use super::drive::{self, Detach};
use super::fault::Fault;
use super::run::drive_run;
use super::{input, show, table::Table};
use crate::domain::run::RunCommand;
use crate::domain::workflow::Parameters;
use crate::domain::{BookId, RunId, StepName};
use crate::engine::{Chosen, Engine};
use crate::service::counts::many;
use crate::service::files::Target;
use crate::service::start::{Source, Start, start};
use crate::service::story::{self, Decision, Progress, Story as Outcome, as_narration};

const REVIEW: &str = "\
The text is a file, a chapter's approved pages, or a page as it is. Progress goes to standard error; with --json
as a line of JSON for each event. The final text is that of the best-scored version.

Examples:
  galley story review chapter.md --iterations 3 --threshold 95
  galley story review the-winter-harbour_ch_001 --sit --detach
  galley story review draft.txt --audience \"young readers\" --out better.txt --json";

/// What can be asked of stories.
#[derive(Debug, Subcommand)]
pub enum Story {
    /// Review a text and polish it, until it is good enough
    Review(Box<Review>),
    /// Go on with a review; a complete or failed one gives what it came to, and calls no model
    Resume {
        /// The run's id
        run: RunId,
        /// Try a failed one again
        #[arg(long)]
        retry: bool,
        #[command(flatten)]
        out: Out,
    },
    /// Make a version of a page's text its narration, as an edit
    Use {
        /// The run's id
        run: RunId,
        /// The version, such as v2; the best one if left out
        version: Option<String>,
        #[command(flatten)]
        detach: Detach,
    },
    /// Show what a review came to
    Show {
        /// The run's id
        run: RunId,
        #[command(flatten)]
        out: Out,
    },
}

/// Starts a review.
#[derive(Debug, Args)]
#[command(after_help = REVIEW)]
pub struct Review {
    /// A file, - for standard input, or the id of a chapter or a page
    target: String,
    /// Reviews at most, each followed by a polish (1–20)
    #[arg(long)]
    iterations: Option<u32>,
    /// The score from which the text is good enough (0–100)
    #[arg(long)]
    threshold: Option<f64>,
    /// Whom the text is for
    #[arg(long)]
    audience: Option<String>,
    /// The original idea, where there is one
    #[arg(long)]
    idea: Option<String>,
    /// What earlier reviews said of the text, in short: a text, @FILE or - for standard input
    #[arg(long = "local-review", value_name = "TEXT")]
    earlier: Option<String>,
    /// An id of your own for the run: letters, digits, - and _
    #[arg(long)]
    id: Option<RunId>,
    /// The title of a text from a file
    #[arg(long)]
    title: Option<String>,
    /// The book whose prompts and budget hold for a text from a file
    #[arg(long, value_name = "ID")]
    book: Option<BookId>,
    /// Do not review once more after the last polish
    #[arg(long)]
    no_closing: bool,
    /// Wait for you at every report and every polish
    #[arg(long)]
    sit: bool,
    /// Let this model review, as `provider/model`
    #[arg(long, value_name = "MODEL")]
    reviewer: Option<String>,
    /// Let this model polish, as `provider/model`
    #[arg(long, value_name = "MODEL")]
    polisher: Option<String>,
    #[command(flatten)]
    out: Out,
    #[command(flatten)]
    detach: Detach,
}

/// Where the final text goes.
#[derive(Debug, Args)]
pub struct Out {
    /// Write the final text into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite the file that --out names
    #[arg(long, requires = "out")]
    force: bool,
}

impl Out {
    /// Checks where the text is to go, before anything is done for it.
    fn target(&self) -> Result<Option<Target>, Fault> {
        Ok(self.out.as_deref().map(|path| Target::check(path, self.force)).transpose()?)
    }
}

impl Story {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        match self {
            Self::Review(review) => review.run(engine, json),
            Self::Resume { run, retry, out } => {
                // A run of another workflow is refused before anything of it is driven.
                let failed = story::result(engine, &run)?.error.is_some();
                let target = out.target()?;
                let progress = Progress::from_now(engine, &run)?;
                if retry && failed {
                    let state = engine.run(&run)?;
                    let step = state.first_unsettled().map(|s| s.name.clone());
                    engine.command_run(&run, RunCommand::Retry { step }).wait()?;
                }
                drive_run(engine, progress, Detach::default(), json)?;
                finished(engine, &run, target.as_ref())
            }
            Self::Use { run, version, detach } => use_version(engine, &run, version.as_deref(), detach),
            Self::Show { run, out } => answer(engine, &run, out.target()?.as_ref()),
        }
    }
}

impl Review {
    fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let workflow = engine.workflow("story")?;
        if self.out.out.is_some() && self.detach.is_set() {
            let hint = "`galley story show RUN --out FILE` writes the text when it is done";
            return Err(Fault::usage("--out needs the final text, and --detach does not wait for it", hint));
        }
        let target = self.out.target()?;
        let source = self.source(engine)?;
        let mut parameters = Parameters::new();
        let mut give = |name: &str, value: serde_json::Value| parameters.insert(name.to_owned(), value);
        if let Some(iterations) = self.iterations {
            give("iterations", json!(iterations));
        }
        if let Some(threshold) = self.threshold {
            give("threshold", json!(threshold));
        }
        if let Some(audience) = &self.audience {
            give("audience", json!(audience));
        }
        if let Some(idea) = &self.idea {
            give("idea", json!(idea));
        }
        if let Some(said) = &self.earlier {
            if said == "-" && self.target == "-" {
                let hint = "give one of them as a file";
                return Err(Fault::usage("text and --local-review cannot both be standard input", hint));
            }
            give("local_review", json!(input::text(said)?));
        }
        give("closing", json!(!self.no_closing));
        give("sit", json!(self.sit));
        let models =
            [("review", &self.reviewer), ("closing_review", &self.reviewer), ("polish", &self.polisher)];
        let models =
            models.into_iter().filter_map(|(step, model)| Some((StepName::new(step), model.clone()?)));
        let chosen = Chosen { id: self.id.clone(), models: models.collect() };
        let run = start(engine, Start { chosen, ..Start::of(workflow, source, parameters) })?;
        self.go_on(engine, &run, target.as_ref(), json).map_err(|fault| fault.of_run(&run))
    }

    /// Drives a run that has begun, and answers with what came of it.
    fn go_on(
        &self,
        engine: &Engine,
        run: &RunId,
        target: Option<&Target>,
        json: bool,
    ) -> Result<Answer, Fault> {
        drive_run(engine, Progress::of(engine, run)?, self.detach, json)?;
        finished(engine, run, target)
    }

    fn source(&self, engine: &Engine) -> Result<Source, Fault> {
        let (title, book) = (self.title.clone(), self.book.clone());
        Ok(match self.target.as_str() {
            "-" => Source::Text { text: input::file(Path::new("-"))?, title, book },
            target => Source::named(engine, target, title, book)?,
        })
    }
}

/// Makes a version the narration of the page that the review is about, and answers with where that stands.
fn use_version(engine: &Engine, run: &RunId, label: Option<&str>, detach: Detach) -> Result<Answer, Fault> {
    let result = story::result(engine, run)?;
    let label = label.unwrap_or(&result.final_version);
    let version = result.versions.iter().find(|v| v.label == label);
    let version = version.ok_or_else(|| Fault::not_found("version", label))?;
    let state = engine.run(run)?;
    let page = state.subject.page.as_ref().ok_or_else(|| {
        let hint = "`galley story show RUN --out FILE` writes a version into a file";
        Fault::usage("this run is about no page", hint)
    })?;
    let detail = show::detail(&engine.store().reader()?, page)?;
    let taken = as_narration(&state, &version.text, &detail)?;
    let mut answer = drive::command(engine, page, taken.command, detach)?;
    answer.json["version"] = version.label.as_str().into();
    answer.json["page_had_changed"] = taken.has_changed.into();
    if taken.has_changed {
        answer
            .text
            .push_str("  the page had changed since the run began: that change is not in this version\n");
    }
    Ok(answer)
}

/// Answers with what a review came to; its text is written into a file once it is final.
fn finished(engine: &Engine, run: &RunId, target: Option<&Target>) -> Result<Answer, Fault> {
    let result = story::result(engine, run)?;
    let is_final = result.completed_at.is_some() && result.error.is_none();
    let mut answered = answer(engine, run, target.filter(|_| is_final))?;
    if let (Some(target), false) = (target, is_final) {
        answered.json["out"] = serde_json::Value::Null;
        let file = target.path().display();
        let _ =
            writeln!(answered.text, "\n{file} is not written yet: `galley story resume {run} --out {file}`");
    }
    Ok(answered)
}

/// Answers with what a review came to so far, and writes its best text into a file.
fn answer(engine: &Engine, run: &RunId, target: Option<&Target>) -> Result<Answer, Fault> {
    let result = story::result(engine, run)?;
    if let Some(target) = target {
        target.write(result.final_text.as_bytes()).map_err(|e| Fault::from(e).of_run(run))?;
    }
    let row = engine.store().reader()?.own_run(run)?;
    let fault = row.and_then(|r| Fault::of_attention(run.as_str(), r.attention.as_ref()?));
    Ok(Answer::new(&result, told(&result, target)).with_fault(fault))
}

fn told(result: &Outcome, target: Option<&Target>) -> String {
    let score = |score: Option<f64>| score.map_or_else(|| "-".into(), |s| format!("{s:.1}"));
    let mut table = Table::new(&["version", ">score", ">words", "title"]);
    for version in &result.versions {
        let best = if version.label == result.final_version { " ←" } else { "" };
        table.row(&[
            format!("{}{best}", version.label),
            score(version.score),
            crate::analysis::count_words(&version.text).to_string(),
            version.title.clone(),
        ]);
    }
    let decision = match result.decision {
        // There is none before the end.
        Decision::Unknown => String::new(),
        made => format!(": {}", made.name()),
    };
    let mut text = format!("{}  {}  {}{decision}\n\n", result.story_id, result.workflow, result.state);
    text.push_str(&table.render(""));
    let closing = result.closing_score.map(|score| format!(", closing {score:.1}")).unwrap_or_default();
    let by = result.improvement.map(|by| format!(" ({by:+.1})")).unwrap_or_default();
    let _ = writeln!(
        text,
        "\n{} and {}; {} → {}{by}; in the loop last {}{closing}; {:.1} s, {}",
        many(result.total_reviews.into(), "review", "reviews"),
        many(result.total_polishes.into(), "polish", "polishes"),
        score(result.initial_score),
        score(result.final_score),
        score(result.last_score),
        result.duration_ms as f64 / 1e3,
        result.cost,
    );
    match target {
        Some(file) => drop(writeln!(text, "{} is in {}", result.final_version, file.path().display())),
        None if result.completed_at.is_some() && result.error.is_none() => {
            let _ = writeln!(text, "\n# {}\n\n{}", result.final_title, result.final_text);
        }
        None => {}
    }
    text
}
