//! An agent is a prompt and a model: it turns context into a request, and an answer into an artifact.

mod wanted;

use std::time::Duration;

pub use wanted::Wanted;

use crate::config::{AgentConfig, Limits};
use crate::context::prompt::Prompt;
use crate::context::{Context, ContextError, prompt_inputs};
use crate::domain::Manifest;
use crate::llm::{ModelRef, Request, Timeouts, estimate_tokens};

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
    let messages = prompt.render(prompt_inputs(&material))?;
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
        max_output_tokens: config.max_output_tokens,
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
