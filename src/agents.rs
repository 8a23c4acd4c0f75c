//! An agent is a prompt and a model: it turns context into a request, and an answer into an artifact.

use std::ops::Range;
use std::time::Duration;

use crate::analysis::changes::Changes;
use crate::config::{AgentConfig, Limits};
use crate::context::prompt::Prompt;
use crate::context::{Context, ContextError, prompt_inputs};
use crate::domain::Manifest;
use crate::domain::run::{Lock, Quoted};
use crate::llm::{Failure, ModelRef, Request, Timeouts, check_text, estimate_tokens};

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

/// Puts locked passages back into an answer that changed them, as far as its changes can be told apart: `base` is the
/// text in which they stand. An answer in which one is missing all the same is refused.
pub fn keep_locked(answer: String, base: &str, locks: &[Lock]) -> Result<String, Failure> {
    let missing = |text: &str| locks.iter().find(|l| !text.contains(&l.quoted.quote)).cloned();
    if missing(&answer).is_none() {
        return Ok(answer);
    }
    let places: Vec<Range<usize>> = locks.iter().filter_map(|lock| place(base, &lock.quoted)).collect();
    let changes = Changes::fenced(base, &answer, &places);
    let kept = changes.without(&changes.touching(&places));
    match missing(&kept) {
        None => Ok(kept),
        Some(lock) => {
            let quote: String = lock.quoted.quote.trim().chars().take(60).collect();
            Err(Failure::Unusable { reason: format!("it changes a locked passage: “{quote}”") })
        }
    }
}

/// Where a quoted passage stands: at its place, or where its words are nearest to it.
fn place(text: &str, quoted: &Quoted) -> Option<Range<usize>> {
    let wanted = quoted.passage.start as usize;
    let at = text.match_indices(&quoted.quote).map(|(at, _)| at).min_by_key(|at| at.abs_diff(wanted))?;
    Some(at..at + quoted.quote.len())
}

/// Checks an answer: prose is taken as it came, to the byte; what is no text is refused.
pub fn accept(answer: &str) -> Result<(), Failure> {
    check_text(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::LockId;
    use crate::domain::run::Passage;
    use crate::domain::{RevisionId, StepName};

    const BASE: &str = "The cold rain fell on the pier. She left the lamp burning. Nobody came.";

    fn lock(quote: &str) -> Lock {
        let start = BASE.find(quote).unwrap_or(0) as u64;
        let passage = Passage { start, end: start + quote.len() as u64 };
        Lock {
            id: LockId::new("run_1.l1"),
            step: StepName::new("narration"),
            revision: RevisionId::new("run_1.narration.1"),
            quoted: Quoted { passage, quote: quote.into() },
        }
    }

    #[test]
    fn a_changed_passage_that_is_locked_is_put_back_and_the_rest_is_taken() {
        let answer = "The warm rain fell on the pier. She left the lamp dark. Nobody stayed.";
        let kept = keep_locked(answer.into(), BASE, &[lock("She left the lamp burning.")]).unwrap();
        assert_eq!(kept, "The warm rain fell on the pier. She left the lamp burning. Nobody stayed.");
        let other = "Gulls cried all over the town. Children ran along the streets in the morning light.";
        let kept = keep_locked(other.into(), BASE, &[lock("She left the lamp burning.")]).unwrap();
        assert!(kept.contains("She left the lamp burning.") && kept.contains("Gulls cried"), "{kept}");
        assert_eq!(keep_locked(answer.into(), BASE, &[lock("rain fell")]).unwrap(), answer);
    }

    #[test]
    fn an_answer_in_which_a_locked_passage_cannot_be_put_back_is_unusable() {
        let failure = keep_locked("Nothing.".into(), BASE, &[lock("It never stood there.")]).unwrap_err();
        assert_eq!(failure.kind(), "unusable");
        assert!(failure.to_string().contains("It never stood there."), "{failure}");
    }
}
