//! What an agent is or would be given: the same for the call and for a look at it beforehand.

use std::time::Duration;

use super::{Engine, EngineError, Shared};
use crate::agents::{self, Made};
use crate::config::{Config, Limits};
use crate::context::prompt::Prompt;
use crate::context::{Allowance, ContextError, Terms, gather};
use crate::domain::run::{Run, Step, Work};
use crate::domain::{PageId, Refusal, RunId, StepName};
use crate::llm::{ModelRef, NotAModelRef, Timeouts, estimate_tokens_by};
use crate::store::{Reader, StoreError};

/// Makes the request of one attempt.
pub(super) fn make(
    shared: &Shared,
    reader: &Reader,
    config: &Config,
    run: &Run,
    work: &Work,
    model: &ModelRef,
) -> Result<Made, ContextError> {
    let prompt = Prompt::holding(reader, run.subject.book.as_ref(), &shared.home.prompts(), &work.agent)?;
    make_by(&prompt, reader, config, run, work, model)
}

fn make_by(
    prompt: &Prompt,
    reader: &Reader,
    config: &Config,
    run: &Run,
    work: &Work,
    model: &ModelRef,
) -> Result<Made, ContextError> {
    let agent = config.agent(&work.agent);
    let factor = reader.token_factor(model.as_str())?;
    let terms = Terms {
        seed: config.offline.seed,
        allowance: allowance(config),
        factor,
        instructions: estimate_tokens_by(&prompt.own_words(), factor),
    };
    let context = gather(reader, run, work, &terms)?;
    agents::make(prompt, model, agent, config.timeouts(work), context)
}

fn allowance(config: &Config) -> Allowance {
    let crate::config::Context { tokens, canon, pages, feedback, style } = config.context;
    Allowance { tokens, canon, pages, feedback, style }
}

impl Config {
    /// Returns how long a piece of work may wait and take; its workflow has the last word on the whole.
    pub(super) fn timeouts(&self, work: &Work) -> Timeouts {
        let Limits { open_timeout_s, idle_timeout_s, total_timeout_s, .. } = self.limits;
        let total = work.timeout_s.unwrap_or(total_timeout_s);
        let seconds = |s: u32| Duration::from_secs(u64::from(s.min(total)));
        Timeouts { open: seconds(open_timeout_s), idle: seconds(idle_timeout_s), total: seconds(total) }
    }

    /// Returns the model that does a piece of work: the one chosen for its step, or the agent's.
    pub(super) fn model_for(&self, run: &Run, work: &Work) -> Result<ModelRef, NotAModelRef> {
        // An item of a step that fans out has its own, or the one of the whole.
        let of = |name: &StepName| run.step(name).and_then(|s| s.model.clone());
        let chosen = of(&work.step).or_else(|| of(&StepName::new(work.step.base())));
        match chosen.filter(|_| !self.offline_forced) {
            Some(name) => name.parse(),
            None => Ok(self.agent(&work.agent).model.clone()),
        }
    }
}

impl Engine {
    /// Returns what an agent would be given now for a step of a page: for the step that the page stands at, or
    /// its last one, unless one is named.
    pub fn context(&self, page: &PageId, step: Option<&StepName>) -> Result<Made, EngineError> {
        self.preview(page, step, None)
    }

    /// The same for a step of any run.
    pub fn context_of_run(&self, run: &RunId, step: Option<&StepName>) -> Result<Made, EngineError> {
        self.preview_of_run(run, step, None)
    }

    /// The same for a page, rendered by another template than the one that holds; one of another agent than the step's
    /// stands for the first step that this agent does.
    pub fn preview(
        &self,
        page: &PageId,
        step: Option<&StepName>,
        prompt: Option<&Prompt>,
    ) -> Result<Made, EngineError> {
        let row = self.shared.read(|reader| reader.page(page))?;
        let row = row.ok_or_else(|| EngineError::NotFound { what: "page", id: page.to_string() })?;
        self.preview_of_run(&row.run, step, prompt)
    }

    fn preview_of_run(
        &self,
        run: &RunId,
        step: Option<&StepName>,
        prompt: Option<&Prompt>,
    ) -> Result<Made, EngineError> {
        let config = self.config();
        let made = self.shared.read(|reader| {
            let not_found =
                |what, id: &str| StoreError::Refused(Refusal::NotFound { what, id: id.to_owned() });
            let run = reader.run_state(run)?.ok_or_else(|| not_found("run", run.as_str()))?;
            let standing =
                || run.first_unsettled().or_else(|| run.main_steps().last()).map(|s: &Step| &s.name);
            let by_prompt = || {
                let agent = &prompt?.name;
                run.workflow.steps.iter().find(|s| s.agent == *agent).map(|s| &s.id)
            };
            let step = step.or_else(by_prompt).or_else(standing).ok_or_else(|| not_found("step", ""))?;
            let asks = run.step(step).is_some_and(|s| !run.definition(s).agent.is_empty());
            let work = run.work_for(step).ok_or_else(|| not_found("step", step.as_str()))?;
            if !asks {
                let reason = format!("{step} is not done by an agent but by a tool or a rule");
                return Err(StoreError::Refused(Refusal::Invalid { field: "step", reason }));
            }
            let model = config.model_for(&run, &work).unwrap_or_else(|_| ModelRef::rehearsal());
            let made = match prompt {
                Some(prompt) => make_by(prompt, reader, &config, &run, &work, &model),
                None => make(&self.shared, reader, &config, &run, &work, &model),
            };
            match made {
                Err(ContextError::Store(e)) => Err(e),
                made => Ok(made),
            }
        })?;
        Ok(made?)
    }
}
