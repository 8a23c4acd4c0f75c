//! A server's answer, from its bytes to its pieces.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use serde_json::Value;
use tokio::time::Instant;

use super::answer::Answer;
use super::body::{Body, Lost};
use super::chunk::Chunk;
use super::failing::Translator;
use super::limits::{Limits, MAX_ERROR_BODY};
use super::lines::{Broken, Event, Lines};
use super::repair::Parsed;
use crate::llm::Failure;
use crate::llm::paced::Piece;

/// An answer under way.
pub(super) struct Reading {
    body: Body,
    limits: Limits,
    lines: Lines,
    answer: Answer,
    chunk: fn(&Value) -> Chunk,
    translator: Translator,
    /// How long the usage is waited for after the end.
    usage_wait: Duration,
    /// Until when it is.
    until: Option<Instant>,
    page: Vec<u8>,
    ready: VecDeque<Piece>,
    /// What follows them.
    last: Option<Result<Piece, Failure>>,
    is_over: bool,
}

/// What the next bytes are.
enum Next {
    Bytes(Vec<u8>),
    /// None: the answer has ended, or must be all there is.
    End,
    Lost(Lost),
}

impl Reading {
    pub(super) fn new(
        body: Body,
        limits: Limits,
        chunk: fn(&Value) -> Chunk,
        translator: Translator,
        usage_wait: Duration,
    ) -> Self {
        Self {
            body,
            limits,
            lines: Lines::new(limits),
            answer: Answer::new(limits),
            chunk,
            translator,
            usage_wait,
            until: None,
            page: Vec::new(),
            ready: VecDeque::new(),
            last: None,
            is_over: false,
        }
    }

    /// The pieces of the answer.
    pub(super) fn pieces(self) -> impl Stream<Item = Result<Piece, Failure>> + Send {
        stream::unfold(self, |mut reading| async move { reading.next().await.map(|piece| (piece, reading)) })
    }

    /// The next piece. One reading gives at least one, so that no flood keeps the caller's clock from being seen.
    async fn next(&mut self) -> Option<Result<Piece, Failure>> {
        if let Some(piece) = self.ready.pop_front() {
            return Some(Ok(piece));
        }
        if self.last.is_some() || self.is_over {
            self.is_over = true;
            return self.last.take();
        }
        let mut pieces = Vec::new();
        let ended = match self.next_bytes().await {
            Next::Bytes(bytes) => self.take(&bytes, &mut pieces),
            Next::End => self.end(&mut pieces).map(|()| true),
            Next::Lost(_) if self.answer.has_ended() => Ok(true),
            Next::Lost(lost) => Err(self.translator.lost(&lost)),
        };
        match ended {
            Ok(false) => {}
            Ok(true) => {
                self.answer.rest(&mut pieces);
                self.last = Some(Ok(Piece::End(self.answer.ending(&self.translator))));
            }
            Err(failure) => {
                self.answer.rest(&mut pieces);
                self.last = Some(Err(failure));
            }
        }
        self.ready.extend(pieces);
        match self.ready.pop_front() {
            Some(piece) => Some(Ok(piece)),
            None if self.last.is_some() => {
                self.is_over = true;
                self.last.take()
            }
            None => Some(Ok(Piece::Alive)),
        }
    }

    async fn next_bytes(&mut self) -> Next {
        let next = match self.until {
            Some(until) if Instant::now() >= until => return Next::End,
            Some(until) => match tokio::time::timeout_at(until, self.body.next()).await {
                Ok(next) => next,
                Err(_) => return Next::End,
            },
            None => self.body.next().await,
        };
        match next {
            Ok(Some(bytes)) => Next::Bytes(bytes),
            Ok(None) => Next::End,
            Err(lost) => Next::Lost(lost),
        }
    }

    /// Takes the next bytes; true when nothing more is to come.
    fn take(&mut self, bytes: &[u8], out: &mut Vec<Piece>) -> Result<bool, Failure> {
        let mut events = Vec::new();
        let pushed = self.lines.push(bytes, &mut events);
        let done = self.hear(events, out)?;
        if self.lines.is_page() {
            self.page.extend_from_slice(bytes);
            if self.page.len() > MAX_ERROR_BODY {
                return Err(self.translator.page(&self.page));
            }
        }
        match pushed {
            _ if done => Ok(true),
            Ok(()) => Ok(false),
            Err(broken) => Err(self.broken(&broken)),
        }
    }

    /// Takes the end of the body.
    fn end(&mut self, out: &mut Vec<Piece>) -> Result<(), Failure> {
        let mut events = Vec::new();
        let ended = self.lines.end(&mut events);
        if self.hear(events, out)? || self.answer.has_ended() {
            return Ok(());
        }
        if self.lines.is_page() {
            return Err(self.translator.page(&self.page));
        }
        ended.map_err(|broken| self.broken(&broken))?;
        Err(if self.lines.is_blank() {
            self.translator.no_stream(&self.lines.head())
        } else {
            Failure::CutOff
        })
    }

    /// Takes events; true when the last one came.
    fn hear(&mut self, events: Vec<Event>, out: &mut Vec<Piece>) -> Result<bool, Failure> {
        for event in events {
            match event {
                Event::Done => {
                    self.answer.is_done();
                    return Ok(true);
                }
                Event::Error(words) => return Err(self.translator.in_stream(&Value::String(words))),
                Event::Json(Parsed { value, has_halves }) => {
                    let mut chunk = (self.chunk)(&value);
                    let (error, is_last) = (chunk.error.take(), chunk.is_last);
                    let words = out.len();
                    self.answer.hear(chunk, has_halves, out)?;
                    if let Some(error) = error {
                        return Err(self.translator.in_stream(&error));
                    }
                    if is_last {
                        return Ok(true);
                    }
                    // Some name a reason in every event: the wait starts over with each word.
                    if self.answer.has_ended() && (self.until.is_none() || out.len() > words) {
                        self.until = Some(Instant::now() + self.usage_wait);
                    }
                }
            }
        }
        Ok(false)
    }

    fn broken(&self, broken: &Broken) -> Failure {
        match broken {
            Broken::CutOff => Failure::CutOff,
            Broken::Event(number) => {
                Failure::Unusable { reason: format!("event {number} of the stream is broken and no JSON") }
            }
            Broken::Long => self.answer.too_long("one event of the answer", self.limits.event),
            Broken::Many => {
                let (events, tokens) = (self.limits.events, self.limits.tokens);
                let reason = format!(
                    "it arrived in more than {events} events, for the {tokens} tokens it was allowed"
                );
                Failure::Unreadable { reason }
            }
        }
    }
}
