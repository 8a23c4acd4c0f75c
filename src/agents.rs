//! An agent is a prompt and a model: it turns context into a request, and an answer into an artifact.

pub mod cleaning;
mod doubts;
mod wanted;

use std::ops::Range;

pub use doubts::doubts;
pub use wanted::Wanted;

use cleaning::{Cleaned, Form, json};

use crate::analysis::changes::Changes;
use crate::config::AgentConfig;
use crate::context::prompt::Prompt;
use crate::context::{Context, ContextError};
use crate::domain::run::{Lock, Quoted, Run, faults_of};
use crate::domain::workflow::Schema;
use crate::domain::{Manifest, StepName};
use crate::llm::{Failure, Material, ModelRef, Request, Timeouts, estimate_tokens};

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
    timeouts: Timeouts,
    context: Context,
) -> Result<Made, ContextError> {
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
        timeouts,
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

/// An agent that works on a whole text may have to give it back: room for twice of it.
fn room_for(material: &Material) -> u32 {
    let whole = material.subject_text.as_deref().map_or(0, estimate_tokens);
    u32::try_from(whole.saturating_mul(2)).unwrap_or(u32::MAX)
}

/// Checks an answer that must be data, and returns that data. It is found among words, and repaired where it can mean
/// one thing only; what is still not of the step's schema is refused in words, and never guessed at.
pub fn accept_data(run: &Run, step: &StepName, answer: &str) -> Result<Cleaned, Failure> {
    if answer.trim().is_empty() {
        return Err(Failure::Empty);
    }
    let Some(faults) = faults_of(run, step, answer) else {
        return Ok(Cleaned { text: answer.trim().to_owned(), notes: Vec::new() });
    };
    let Cleaned { text, notes } = cleaning::clean(answer, Form::Plain)?;
    let schema = run.workflow.step(step).and_then(|s| s.schema.as_ref()).and_then(Schema::value);
    let mut told = None;
    for found in json::values(&text) {
        let (value, coerced) = match schema {
            Some(schema) => json::coerced(&found.value, schema),
            None => (found.value, Vec::new()),
        };
        let data = value.to_string();
        match faults_of(run, step, &data) {
            None => {
                let mut notes: Vec<String> = notes.into_iter().chain(found.notes).chain(coerced).collect();
                if notes.is_empty() {
                    notes.push("text around the data was removed".to_owned());
                }
                return Ok(Cleaned { text: data, notes });
            }
            // Of several values that do not fit, the first one that is as the schema's is the one that was meant.
            Some(faults) if told.is_none() && value.is_object() => told = Some(faults),
            Some(_) => {}
        }
    }
    Err(Failure::NotValid { faults: told.unwrap_or(faults).join("; ") })
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
