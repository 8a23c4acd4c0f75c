//! An agent is a prompt and a model: it turns context into a request, and an answer into an artifact.

use std::time::Duration;

use crate::config::{AgentConfig, Limits};
use crate::context::prompt::Prompt;
use crate::context::{Context, ContextError};
use crate::domain::run::{Run, faults_of};
use crate::domain::{Manifest, StepName};
use crate::llm::{Failure, Material, ModelRef, Request, Timeouts, check_text, estimate_tokens};

/// A request with what it was made of.
#[derive(Debug, Clone)]
pub struct Made {
    /// What is sent.
    pub request: Request,
    /// What went in, what was left out, and why.
    pub manifest: Manifest,
    /// The template's text.
    pub template: String,
    /// Tokens of the messages as they are estimated for any model.
    pub estimate: u64,
}

/// Renders an agent's prompt into the exact request that is stored and sent.
pub fn make(
    prompt: &Prompt,
    model: &ModelRef,
    config: &AgentConfig,
    limits: &Limits,
    timeout_s: u32,
    context: Context,
) -> Result<Made, ContextError> {
    let seconds = |s: u32| Duration::from_secs(u64::from(s));
    let Context { material, parts, budget } = context;
    let messages = prompt.messages(&material)?;
    let estimate = messages.iter().map(|m| estimate_tokens(&m.text)).sum();
    let manifest = Manifest {
        agent: prompt.name.clone(),
        model: model.to_string(),
        template: prompt.template(),
        budget,
        parts,
    };
    let request = Request {
        messages,
        max_output_tokens: config.max_output_tokens.max(room_for(&material)),
        temperature: config.temperature,
        timeouts: Timeouts {
            open: seconds(limits.open_timeout_s.min(timeout_s)),
            idle: seconds(limits.idle_timeout_s.min(timeout_s)),
            total: seconds(timeout_s),
        },
        material,
    };
    Ok(Made { request, manifest, template: prompt.source.clone(), estimate })
}

/// An agent that works on a whole text may have to give it back: room for twice of it.
fn room_for(material: &Material) -> u32 {
    let whole = material.subject_text.as_deref().map_or(0, estimate_tokens);
    u32::try_from(whole.saturating_mul(2)).unwrap_or(u32::MAX)
}

/// Checks an answer: prose is taken as it came, to the byte; what is no text is refused.
pub fn accept(answer: &str) -> Result<(), Failure> {
    check_text(answer)
}

/// Checks an answer that must be data, and returns it without the fence that models like to put around it. What is
/// not of the step's schema is refused in words, and never guessed at.
pub fn accept_data(run: &Run, step: &StepName, answer: &str) -> Result<String, Failure> {
    if answer.trim().is_empty() {
        return Err(Failure::Empty);
    }
    let data = unfenced(answer);
    match faults_of(run, step, data) {
        None => Ok(data.to_owned()),
        Some(faults) => Err(Failure::NotValid { faults: faults.join("; ") }),
    }
}

/// A fence of code around the whole answer is no part of it.
fn unfenced(answer: &str) -> &str {
    let answer = answer.trim();
    let inside = answer.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    let Some(inside) = inside else { return answer };
    let (language, body) = inside.split_once('\n').unwrap_or(("", inside));
    if matches!(language.trim(), "" | "json") && !body.contains("```") { body.trim() } else { answer }
}
