//! An agent is a prompt and a model: it turns material into a request, and an answer into an artifact.

use std::time::Duration;

use crate::config::{AgentConfig, Limits};
use crate::context::prompt::Prompt;
use crate::context::{ContextError, prompt_inputs};
use crate::llm::{Failure, Material, Request, Timeouts, check_text};

/// Renders an agent's prompt into the exact request that is stored and sent.
pub fn request(
    agent: &str,
    config: &AgentConfig,
    limits: &Limits,
    timeout_s: u32,
    material: Material,
) -> Result<Request, ContextError> {
    let seconds = |s: u32| Duration::from_secs(u64::from(s));
    let messages = Prompt::shipped(agent)?.render(prompt_inputs(&material))?;
    Ok(Request {
        messages,
        max_output_tokens: config.max_output_tokens,
        temperature: config.temperature,
        timeouts: Timeouts {
            open: seconds(limits.open_timeout_s.min(timeout_s)),
            idle: seconds(limits.idle_timeout_s.min(timeout_s)),
            total: seconds(timeout_s),
        },
        material,
    })
}

/// Checks an answer: prose is taken as it came, to the byte; what is no text is refused.
pub fn accept(answer: &str) -> Result<(), Failure> {
    check_text(answer)
}
