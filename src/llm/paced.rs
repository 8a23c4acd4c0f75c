//! The clock around a call: it turns the pieces of any protocol into deltas, with the timeouts and the count.

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::time::Instant;

use super::{Delta, Deltas, Failure, Request, Timeouts, Usage, Waiting, estimate_tokens};

/// What a protocol reports while an answer comes.
#[derive(Debug)]
pub(super) enum Piece {
    /// The next words.
    Text(String),
    /// The next words of its thinking.
    Thought(String),
    /// Something that is no text: a heartbeat.
    Alive,
    /// The end, as the server meant it.
    End(Ending),
}

/// How an answer ended.
#[derive(Debug)]
pub(super) struct Ending {
    /// Tokens of the prompt, if the server said.
    pub input_tokens: Option<u64>,
    /// Tokens of the answer, if the server said.
    pub output_tokens: Option<u64>,
    /// Why the answer is of no use although it is whole.
    pub failure: Option<Failure>,
}

/// A call under way.
struct Call {
    pieces: BoxStream<'static, Result<Piece, Failure>>,
    timeouts: Timeouts,
    prompt_tokens: u64,
    began: Option<Instant>,
    /// Whether the server showed any sign of life.
    alive: bool,
    /// The answer so far.
    text: String,
    /// Whether that holds nothing but space.
    blank: bool,
    last: Last,
}

/// What is still to be said after the pieces.
enum Last {
    Reading,
    Fail(Failure),
    Over,
}

/// The deltas of `pieces`, under the timeouts of `request`. The clock starts at the first poll.
pub(super) fn paced(request: &Request, pieces: BoxStream<'static, Result<Piece, Failure>>) -> Deltas {
    // A few tokens a message for the marks around it.
    let prompt_tokens = request.messages.iter().map(|message| estimate_tokens(&message.text) + 4).sum();
    let call = Call {
        pieces,
        timeouts: request.timeouts,
        prompt_tokens,
        began: None,
        alive: false,
        text: String::new(),
        blank: true,
        last: Last::Reading,
    };
    stream::unfold(call, |mut call| async move { call.next().await.map(|delta| (delta, call)) }).boxed()
}

impl Call {
    async fn next(&mut self) -> Option<Result<Delta, Failure>> {
        match std::mem::replace(&mut self.last, Last::Over) {
            Last::Over => return None,
            Last::Fail(failure) => return Some(Err(failure)),
            Last::Reading => self.last = Last::Reading,
        }
        loop {
            match self.piece().await {
                Ok(Piece::Text(text)) => {
                    self.alive = true;
                    if !text.is_empty() {
                        self.blank &= text.trim().is_empty();
                        self.text.push_str(&text);
                        return Some(Ok(Delta::Text(text)));
                    }
                }
                Ok(Piece::Thought(text)) => {
                    self.alive = true;
                    if !text.is_empty() {
                        return Some(Ok(Delta::Thought(text)));
                    }
                }
                Ok(Piece::Alive) => self.alive = true,
                Ok(Piece::End(ending)) => return Some(Ok(self.end(ending))),
                Err(failure) => return Some(self.fail(failure)),
            }
        }
    }

    /// The next piece, within the time that is left for it.
    async fn piece(&mut self) -> Result<Piece, Failure> {
        let began = *self.began.get_or_insert_with(Instant::now);
        let (patience, waiting_for) = if self.alive {
            (self.timeouts.idle, Waiting::Next)
        } else {
            (self.timeouts.open, Waiting::Open)
        };
        let left = self.timeouts.total.saturating_sub(began.elapsed());
        let (patience, waiting_for, after) = if left < patience {
            (left, Waiting::Total, self.timeouts.total)
        } else {
            (patience, waiting_for, patience)
        };
        // What is ready counts even when the time is over: a slow reader is no timeout of the server.
        match tokio::time::timeout(patience, self.pieces.next()).await {
            Ok(Some(piece)) => piece,
            Ok(None) => Err(Failure::CutOff),
            Err(_) => Err(Failure::Timeout { waiting_for, after }),
        }
    }

    /// The usage of a whole answer; a failure that the answer amounts to follows it.
    fn end(&mut self, ending: Ending) -> Delta {
        let failure = ending.failure.or_else(|| self.blank.then_some(Failure::Empty));
        self.last = failure.map_or(Last::Over, Last::Fail);
        let usage = match (ending.input_tokens, ending.output_tokens) {
            // A server that counts nothing at all for an answer with words did not count.
            (Some(input_tokens), Some(output_tokens)) if self.blank || input_tokens + output_tokens > 0 => {
                Usage { input_tokens, output_tokens, estimated: false }
            }
            (input, output) => {
                let guess = self.estimate();
                Usage {
                    input_tokens: input.filter(|&tokens| tokens > 0).unwrap_or(guess.input_tokens),
                    output_tokens: output.filter(|&tokens| tokens > 0).unwrap_or(guess.output_tokens),
                    estimated: true,
                }
            }
        };
        Delta::Usage(usage)
    }

    /// A failure; the usage of what was paid for until then comes before it.
    fn fail(&mut self, failure: Failure) -> Result<Delta, Failure> {
        if !self.alive {
            self.last = Last::Over;
            return Err(if failure == Failure::CutOff { Failure::Empty } else { failure });
        }
        self.last = Last::Fail(failure);
        Ok(Delta::Usage(self.estimate()))
    }

    fn estimate(&self) -> Usage {
        Usage {
            input_tokens: self.prompt_tokens,
            output_tokens: estimate_tokens(&self.text),
            estimated: true,
        }
    }
}
