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
    /// Bytes without words: a sign of life, but no progress.
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
    bounds: Bounds,
    began: Option<Instant>,
    /// When the last words came.
    worded: Option<Instant>,
    /// Whether the server showed any sign of life.
    alive: bool,
    /// The words so far, those of its thinking included.
    written: String,
    /// Whether it thought.
    thought: bool,
    /// Whether the answer holds nothing but space.
    blank: bool,
    last: Last,
}

/// The most tokens that a server can have used. A count beyond it is a fault of the server and no amount to pay.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    input: u64,
    output: u64,
}

impl Bounds {
    /// What a server adds of its own: a template, or thinking.
    const OWN: u64 = 2_000_000;

    fn of(request: &Request) -> Self {
        let bytes: usize = request.messages.iter().map(|message| message.text.len()).sum();
        Self { input: bytes as u64 + Self::OWN, output: 4 * u64::from(request.max_output_tokens) + Self::OWN }
    }
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
        bounds: Bounds::of(request),
        began: None,
        worded: None,
        alive: false,
        written: String::new(),
        thought: false,
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
        match self.piece().await {
            Ok(Piece::Text(text)) => {
                self.blank &= text.trim().is_empty();
                self.written.push_str(&text);
                Some(Ok(Delta::Text(text)))
            }
            Ok(Piece::Thought(text)) => {
                self.thought = true;
                self.written.push_str(&text);
                Some(Ok(Delta::Thought(text)))
            }
            Ok(Piece::End(ending)) => Some(Ok(self.end(ending))),
            Ok(Piece::Alive) => Some(self.fail(Failure::CutOff)),
            Err(failure) => Some(self.fail(failure)),
        }
    }

    /// The next words or the end, within the time that is left for it. Only words count as progress.
    async fn piece(&mut self) -> Result<Piece, Failure> {
        let Timeouts { open, idle, total } = self.timeouts;
        let began = *self.began.get_or_insert_with(Instant::now);
        let (since, patience, waiting_for) = match self.worded {
            Some(at) => (at, idle, Waiting::Next),
            None => (began, open, Waiting::Open),
        };
        let end = began + total;
        let (until, waiting_for, after) = if end < since + patience {
            (end, Waiting::Total, total)
        } else {
            (since + patience, waiting_for, patience)
        };
        loop {
            // What is ready counts even when the time is over: a slow reader is not a timeout of the server.
            match tokio::time::timeout_at(until, self.pieces.next()).await {
                Ok(Some(Ok(Piece::Text(text) | Piece::Thought(text)))) if text.is_empty() => {}
                Ok(Some(Ok(piece @ (Piece::Text(_) | Piece::Thought(_))))) => {
                    let now = Instant::now();
                    // An answer without end is always ready.
                    if now >= end {
                        return Err(Failure::Timeout { waiting_for: Waiting::Total, after: total });
                    }
                    (self.alive, self.worded) = (true, Some(now));
                    return Ok(piece);
                }
                Ok(Some(Ok(Piece::Alive))) => self.alive = true,
                Ok(Some(ended)) => return ended,
                Ok(None) => return Err(Failure::CutOff),
                Err(_) => return Err(Failure::Timeout { waiting_for, after }),
            }
            // Neither a flood of signs of life nor this loop keeps others from their turn.
            if Instant::now() >= until {
                return Err(Failure::Timeout { waiting_for, after });
            }
            tokio::task::yield_now().await;
        }
    }

    /// The usage of a whole answer; a failure that the answer amounts to follows it.
    fn end(&mut self, ending: Ending) -> Delta {
        let failure = match ending.failure {
            Some(Failure::OutOfRoom) if self.blank && self.thought => {
                Some(Failure::OnlyThought { out_of_room: true })
            }
            None if self.blank && self.thought => Some(Failure::OnlyThought { out_of_room: false }),
            None => self.blank.then_some(Failure::Empty),
            failure => failure,
        };
        self.last = failure.map_or(Last::Over, Last::Fail);
        let input = ending.input_tokens.filter(|&tokens| tokens <= self.bounds.input);
        let output = ending.output_tokens.filter(|&tokens| tokens <= self.bounds.output);
        let usage = match (input, output) {
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
            output_tokens: estimate_tokens(&self.written),
            estimated: true,
        }
    }
}
