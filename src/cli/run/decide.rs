//! What an author says to a run.

use clap::Subcommand;

use crate::cli::answer::Answer;
use crate::cli::desk::{Named, add_passages};
use crate::cli::drive::Detach;
use crate::cli::fault::Fault;
use crate::cli::input;
use crate::cli::page::decide::{Made, ModelName, Seen, Whole};
use crate::domain::run::RunCommand;
use crate::domain::{RevisionId, RunId, StepName};
use crate::engine::Engine;
use crate::service::suggestions::approve_without;

/// A word to a run.
#[derive(Debug, Subcommand)]
pub enum Decide {
    /// Approve the result at the gate
    Approve {
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        seen: Seen,
        /// The suggestions of a report that are not passed on: numbers such as 1,3-5, in its order
        #[arg(long, value_name = "NUMBERS")]
        without: Option<String>,
    },
    /// Send the result back, with what should be otherwise
    Revise {
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        seen: Seen,
        /// What should be otherwise: a text, @FILE or - for standard input
        #[arg(long, value_name = "TEXT")]
        feedback: Option<String>,
        /// What should be otherwise in just this passage, quoted word for word; can be given several times
        #[arg(long, value_name = "QUOTE=WORDS")]
        passage: Vec<String>,
    },
    /// Replace the result by your own, and approve that
    Edit {
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        seen: Seen,
        #[command(flatten)]
        text: Whole,
    },
    /// Supply a result by hand, and open the gate on it
    Write {
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        seen: Seen,
        #[command(flatten)]
        text: Whole,
        #[command(flatten)]
        made: Made,
    },
    /// Pass a gate whose rule says no, for a reason that is kept
    Override {
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        seen: Seen,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Let a finding pass in this run, for a reason that is kept, and look again
    Waive {
        #[command(flatten)]
        at: At,
        /// The finding's id
        #[arg(long)]
        finding: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// End the loop: the best version stands
    Stop {
        /// The run's id
        run: RunId,
    },
    /// Change a parameter that may change while the run goes on
    Set {
        /// The run's id
        run: RunId,
        /// The parameter
        #[arg(value_name = "NAME=VALUE")]
        parameter: String,
        #[command(flatten)]
        detach: Detach,
    },
    /// Go on without an optional step
    Skip {
        #[command(flatten)]
        at: At,
    },
    /// Ask a step that failed once more
    Retry {
        #[command(flatten)]
        at: At,
    },
    /// Stop what is being made
    Cancel {
        #[command(flatten)]
        at: At,
    },
    /// Let another model do a step of this run
    Model {
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        model: ModelName,
    },
    /// Set an open gate or a run in need aside, or take it up again
    Aside {
        #[command(flatten)]
        at: At,
        /// Take it up again
        #[arg(long)]
        take_up: bool,
    },
    /// Set how many revision requests this run may have
    Limit {
        /// The run's id
        run: RunId,
        /// How many, those already made included
        value: u32,
    },
    /// Bring an earlier result back, as a new one
    Restore {
        /// The run's id
        run: RunId,
        /// The revision
        revision: RevisionId,
        #[command(flatten)]
        detach: Detach,
    },
    /// Take the last decision back
    Undo {
        #[command(flatten)]
        at: At,
    },
    /// Make the decision again that was taken back last
    Redo {
        /// The run's id
        run: RunId,
        #[command(flatten)]
        detach: Detach,
    },
}

/// Where in a run.
#[derive(Debug, clap::Args)]
pub struct At {
    /// The run's id
    run: RunId,
    /// The step; the one that the run stands at, if left out
    #[arg(long)]
    step: Option<StepName>,
    #[command(flatten)]
    detach: Detach,
}

impl Decide {
    pub fn run(self, engine: &Engine, json: bool) -> Result<Answer, Fault> {
        let (run, command, detach) = self.command(engine)?;
        // The run of a page is named by its own id as well.
        Named::find(&engine.store().reader()?, run.as_str())?.command(engine, command, detach, json)
    }

    fn command(self, engine: &Engine) -> Result<(RunId, RunCommand, Detach), Fault> {
        Ok(match self {
            Self::Approve { at: At { run, step, detach }, seen: Seen { revision }, without } => {
                let command = match without {
                    None => RunCommand::Approve { step, revision },
                    Some(numbers) => {
                        let (state, numbers) = (engine.run(&run)?, input::numbers(&numbers)?);
                        let reader = engine.store().reader()?;
                        approve_without(&reader, &state, step.as_ref(), revision, &numbers)?
                    }
                };
                (run, command, detach)
            }
            Self::Revise { at: At { run, step, detach }, seen: Seen { revision }, feedback, passage } => {
                let feedback = feedback.map(|f| input::text(&f)).transpose()?;
                let mut request = RunCommand::Revise { step, revision, feedback, passages: Vec::new() };
                let reader = engine.store().reader()?;
                add_passages(&reader, &Named::find(&reader, run.as_str())?, &mut request, &passage)?;
                (run, request, detach)
            }
            Self::Edit { at: At { run, step, detach }, seen: Seen { revision }, text } => {
                (run, RunCommand::Edit { step, revision, text: text.read()? }, detach)
            }
            Self::Write { at: At { run, step, detach }, seen: Seen { revision }, text, made } => {
                let (text, Made { model, tokens }) = (text.read()?, made);
                (run, RunCommand::Write { step, revision, text, model, tokens }, detach)
            }
            Self::Override { at: At { run, step, detach }, seen: Seen { revision }, reason } => {
                (run, RunCommand::Override { step, revision, reason }, detach)
            }
            Self::Waive { at: At { run, step, detach }, finding, reason } => {
                let state = engine.run(&run)?;
                let step = step.or_else(|| state.first_unsettled().map(|s| s.name.clone()));
                let step = step.ok_or_else(|| crate::domain::Refusal::Finished { run: run.clone() })?;
                (run, RunCommand::Waive { step, finding, reason }, detach)
            }
            Self::Stop { run } => (run, RunCommand::Stop, Detach::default()),
            Self::Set { run, parameter, detach } => {
                let state = engine.run(&run)?;
                let given = super::start::parameters(&state.workflow, &[parameter])?;
                let (name, value) = given.into_iter().next().expect("one was read");
                (run, RunCommand::SetParameter { name, value }, detach)
            }
            Self::Skip { at: At { run, step, detach } } => (run, RunCommand::Skip { step }, detach),
            Self::Retry { at: At { run, step, detach } } => (run, RunCommand::Retry { step }, detach),
            Self::Cancel { at: At { run, step, detach } } => (run, RunCommand::Cancel { step }, detach),
            Self::Model { at: At { run, step, detach }, model } => {
                (run, RunCommand::ChooseModel { step, model: model.read() }, detach)
            }
            Self::Aside { at: At { run, step, .. }, take_up } => {
                (run, RunCommand::SetAside { step, aside: !take_up }, Detach::YES)
            }
            Self::Limit { run, value } => (run, RunCommand::SetLimit { limit: value }, Detach::YES),
            Self::Restore { run, revision, detach } => (run, RunCommand::Restore { revision }, detach),
            Self::Undo { at: At { run, step, detach } } => (run, RunCommand::Undo { step }, detach),
            Self::Redo { run, detach } => (run, RunCommand::Redo, detach),
        })
    }
}
