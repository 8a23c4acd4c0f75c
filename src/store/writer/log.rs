//! A line of the log for every command: what was asked of what, by whom, what came of it, and how long it took.

use std::time::Instant;

use super::core::Outcome;
use crate::domain::run::RunEvent;
use crate::domain::{Command, Event, Request};
use crate::store::{Answer, StoreError};

/// Writes down what became of commands that were carried out since.
pub(super) fn outcomes<'o>(
    requests: &[Request],
    outcomes: impl Iterator<Item = &'o Outcome>,
    since: Instant,
) {
    if !tracing::enabled!(tracing::Level::INFO) {
        return;
    }
    let duration_ms = since.elapsed().as_secs_f64() * 1e3;
    for (request, outcome) in requests.iter().zip(outcomes) {
        line(request, outcome.as_ref().map(|(answer, _)| answer), duration_ms);
    }
}

/// The same for commands that were carried out together, or none of them.
pub(super) fn together(requests: &[Request], done: &Result<Vec<(Answer, i64)>, StoreError>, since: Instant) {
    if !tracing::enabled!(tracing::Level::INFO) {
        return;
    }
    let duration_ms = since.elapsed().as_secs_f64() * 1e3;
    match done {
        Ok(answers) => {
            for (request, (answer, _)) in requests.iter().zip(answers) {
                line(request, Ok(answer), duration_ms);
            }
        }
        Err(error) => requests.iter().for_each(|request| line(request, Err(error), duration_ms)),
    }
}

fn line(request: &Request, outcome: Result<&Answer, &StoreError>, duration_ms: f64) {
    let (command, actor) = (request.command.name(), request.actor.name());
    let about = about(&request.command);
    match outcome {
        Ok(answer) => {
            let run = answer.run.as_ref().map(tracing::field::display);
            let step = step(answer).map(tracing::field::display);
            let (events, repeated) = (answer.events.len(), answer.repeated);
            tracing::info!(command, about, actor, run, step, events, repeated, duration_ms, "command");
        }
        Err(StoreError::Refused(refusal)) => {
            tracing::info!(command, about, actor, refused = refusal.kind(), %refusal, duration_ms, "command refused");
        }
        Err(error) => tracing::error!(command, about, actor, %error, duration_ms, "command failed"),
    }
}

/// The step that the first event of an answer is about.
fn step(answer: &Answer) -> Option<&str> {
    answer.events.iter().find_map(|recorded| match &recorded.event {
        Event::Run(
            RunEvent::AttemptStarted { step, .. }
            | RunEvent::AttemptDelivered { step, .. }
            | RunEvent::RemarksDelivered { step, .. }
            | RunEvent::ProposalsDelivered { step, .. }
            | RunEvent::AttemptFailed { step, .. }
            | RunEvent::AttemptCancelled { step, .. }
            | RunEvent::Decided { step, .. },
        ) => Some(step.as_str()),
        _ => None,
    })
}

/// The id that a command names.
fn about(command: &Command) -> Option<&str> {
    match command {
        Command::NewBook { .. } | Command::ImportBook { .. } => None,
        Command::Book { book, .. } | Command::Prompt { book, .. } | Command::Canon { book, .. } => {
            Some(book.as_str())
        }
        Command::NewPage { chapter, .. } => Some(chapter.as_str()),
        Command::StartRun { workflow, .. } => Some(&workflow.id),
        Command::Page { page, .. } | Command::AcceptProposal { page, .. } => Some(page.as_str()),
        Command::Run { run, .. } => Some(run.as_str()),
    }
}
