//! The offline author: it writes without a server, by grammars and by what it is given.
//!
//! The same material gives the same bytes, so tests and rehearsals can rely on it. It reads no instructions: only
//! the [`Material`](super::Material) beside the messages. What it writes carries no mark of its own; its reference
//! `offline/rehearsal` is the mark, and every screen says so.

mod chance;
mod compose;
mod dialogue;
mod grammar;
mod inflect;
mod instance;
mod narration;
mod nouns;
mod other;
mod passages;
mod pattern;
mod review;
mod scene;
mod scribe;
mod sentences;
mod story;
mod summary;
mod taboo;
mod telling;
mod voice;
mod wishes;

use std::time::Duration;

use futures_util::{StreamExt, stream};

use super::{Delta, Deltas, Model, ModelRef, Request, Usage, estimate_tokens};

/// The author that needs no server.
#[derive(Debug, Clone)]
pub struct Offline {
    reference: ModelRef,
    pace: Pace,
}

/// How fast the offline author writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// The time it takes for a word; nothing by default.
    pub per_word: Duration,
}

impl Offline {
    /// The offline author under that name.
    #[must_use]
    pub fn new(reference: ModelRef) -> Self {
        Self { reference, pace: Pace::default() }
    }

    /// The same, writing at `pace`.
    #[must_use]
    pub fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }
}

impl Default for Offline {
    fn default() -> Self {
        Self::new(ModelRef::rehearsal())
    }
}

impl Model for Offline {
    fn stream(&self, request: Request) -> Deltas {
        // Data is of no use before its end: only prose is worth being watched.
        let pace = if request.material.schema.is_some() { Duration::ZERO } else { self.pace.per_word };
        let writing = async move {
            let text = compose::compose(&request.material);
            let usage = Usage {
                input_tokens: request.messages.iter().map(|message| estimate_tokens(&message.text)).sum(),
                output_tokens: estimate_tokens(&text),
                estimated: true,
            };
            let words: Vec<String> = words(&text).map(str::to_owned).collect();
            stream::iter(words)
                .then(move |word| async move {
                    if !pace.is_zero() {
                        tokio::time::sleep(pace).await;
                    }
                    Ok(Delta::Text(word))
                })
                .chain(stream::iter([Ok(Delta::Usage(usage))]))
        };
        stream::once(writing).flatten().boxed()
    }

    fn reference(&self) -> &ModelRef {
        &self.reference
    }

    fn is_rehearsal(&self) -> bool {
        true
    }
}

/// The words of `text` with the space behind each; a script without spaces goes a few characters at a time.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        const LONGEST: usize = 24;
        if rest.is_empty() {
            return None;
        }
        let mut spaced = false;
        let end = rest
            .char_indices()
            .enumerate()
            .find(|&(count, (_, c))| {
                let ends = (spaced && !c.is_whitespace()) || (count >= LONGEST && !spaced);
                spaced |= c.is_whitespace();
                ends
            })
            .map_or(rest.len(), |(_, (at, _))| at);
        let (word, left) = rest.split_at(end);
        rest = left;
        Some(word)
    })
}

#[cfg(test)]
mod tests;
