//! What an agent is or would be given: the same for the call and for a look at it beforehand.

use super::{Engine, EngineError, Shared};
use crate::agents::{self, Made};
use crate::config::Config;
use crate::context::prompt::Prompt;
use crate::context::{Allowance, ContextError, Terms, gather};
use crate::domain::run::{Run, Step, Work};
use crate::domain::{PageId, Refusal, StepName};
use crate::llm::{ModelRef, estimate_tokens_by};
use crate::store::{Reader, StoreError};

/// Makes the request of one attempt.
pub(super) fn make(
    _shared: &Shared,
    reader: &Reader,
    config: &Config,
    run: &Run,
    work: &Work,
    model: &ModelRef,
) -> Result<Made, ContextError> {
    let agent = config.agent(&work.agent);
    let prompt = Prompt::shipped(&work.agent)?;
    let factor = reader.token_factor(model.as_str())?;
    let terms = Terms {
        seed: config.offline.seed,
        allowance: allowance(config),
        factor,
        instructions: estimate_tokens_by(&prompt.own_words(), factor),
    };
    let context = gather(reader, run, work, &terms)?;
    agents::make(&prompt, model, agent, &config.limits, work.timeout_s, context)
}

fn allowance(config: &Config) -> Allowance {
    let crate::config::Context { tokens, canon, pages, feedback, style } = config.context;
    Allowance { tokens, canon, pages, feedback, style }
}

impl Config {
    /// Returns the model that does a piece of work: the one chosen for its step, or the agent's.
    pub(super) fn model_for(&self, run: &Run, work: &Work) -> ModelRef {
        let chosen = run.step(&work.step).and_then(|s| s.model.as_ref());
        match chosen.map(|m| m.parse::<ModelRef>()) {
            Some(Ok(model)) if !self.offline_forced => model,
            _ => self.agent(&work.agent).model.clone(),
        }
    }
}

impl Engine {
    /// Returns what an agent would be given now for a step of a page: for the step that the page stands at, or
    /// its last one, unless one is named.
    pub fn context(&self, page: &PageId, step: Option<&StepName>) -> Result<Made, EngineError> {
        let config = self.config();
        let made = self.shared.read(|reader| {
            let not_found =
                |what, id: &str| StoreError::Refused(Refusal::NotFound { what, id: id.to_owned() });
            let row = reader.page(page)?.ok_or_else(|| not_found("page", page.as_str()))?;
            let run = reader.run_state(&row.run)?.ok_or_else(|| not_found("page", page.as_str()))?;
            let standing =
                || run.first_unsettled().or_else(|| run.main_steps().last()).map(|s: &Step| &s.name);
            let step = step.or_else(standing).ok_or_else(|| not_found("step", ""))?;
            let work = run.work_for(step).ok_or_else(|| not_found("step", step.as_str()))?;
            let model = config.model_for(&run, &work);
            match make(&self.shared, reader, &config, &run, &work, &model) {
                Err(ContextError::Store(e)) => Err(e),
                made => Ok(made),
            }
        })?;
        Ok(made?)
    }
}
