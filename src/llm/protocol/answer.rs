//! An answer as far as it has come: what its events say, put together.

use super::chunk::{Chunk, Count};
use super::failing::Translator;
use super::limits::Limits;
use super::repair::Halves;
use super::repeats::Repeats;
use crate::llm::Failure;
use crate::llm::paced::{Ending, Piece};

/// Beyond this many pieces of one read they are joined: a flood of tiny events is not a flood of tiny pieces.
const MAX_PIECES: usize = 16;

/// What has come of an answer.
#[derive(Debug)]
pub(super) struct Answer {
    limits: Limits,
    text: Side,
    thought: Side,
    refusal: String,
    finish: Option<String>,
    finish_words: String,
    /// It is all there, although no reason was given.
    is_whole: bool,
    input_tokens: Count,
    output_tokens: Count,
}

/// The text or the thinking.
#[derive(Debug, Default)]
struct Side {
    repeats: Repeats,
    halves: Halves,
    bytes: usize,
}

impl Side {
    fn next(&mut self, words: String, has_halves: bool, is_message: bool) -> String {
        let words = self.halves.join(words, has_halves);
        let new = match is_message {
            true if words.is_empty() => words,
            true => self.repeats.whole(&words),
            false => self.repeats.next(words),
        };
        self.bytes += new.len();
        new
    }

    fn rest(&mut self) -> String {
        self.repeats.rest() + self.halves.rest()
    }
}

impl Answer {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            text: Side::default(),
            thought: Side::default(),
            refusal: String::new(),
            finish: None,
            finish_words: String::new(),
            is_whole: false,
            input_tokens: None,
            output_tokens: None,
        }
    }

    /// Takes what an event says, and adds the new words to `out`.
    pub(super) fn hear(
        &mut self,
        chunk: Chunk,
        has_halves: bool,
        out: &mut Vec<Piece>,
    ) -> Result<(), Failure> {
        let thought = self.thought.next(chunk.thought, has_halves, chunk.is_message);
        let text = self.text.next(chunk.text, has_halves, chunk.is_message);
        put(out, Piece::Thought(thought));
        put(out, Piece::Text(text));
        self.refusal.push_str(&chunk.refusal);
        if self.text.bytes.max(self.refusal.len()) > self.limits.answer {
            return Err(self.too_long("the answer", self.limits.answer));
        }
        let most = self.limits.answer.saturating_mul(4);
        if self.thought.bytes > most {
            return Err(self.too_long("its thinking", most));
        }
        if chunk.finish.is_some() {
            (self.finish, self.finish_words) = (chunk.finish, chunk.finish_words);
        }
        self.is_whole |= chunk.is_last || chunk.is_message;
        self.input_tokens = chunk.input_tokens.unwrap_or(self.input_tokens);
        self.output_tokens = chunk.output_tokens.unwrap_or(self.output_tokens);
        Ok(())
    }

    /// Why an answer that is longer than `bytes` fails.
    pub(super) fn too_long(&self, what: &str, bytes: usize) -> Failure {
        let (kb, tokens) = (bytes / 1024, self.limits.tokens);
        let reason = format!(
            "{what} is longer than {kb} KB, which is far more than the {tokens} tokens it was allowed"
        );
        Failure::Unreadable { reason }
    }

    /// Whether it is all there, but perhaps for the usage.
    pub(super) fn has_ended(&self) -> bool {
        self.is_whole || self.finish.is_some()
    }

    /// The server said that nothing follows.
    pub(super) fn is_done(&mut self) {
        self.is_whole = true;
    }

    /// Adds the words that were held, which need no more events.
    pub(super) fn rest(&mut self, out: &mut Vec<Piece>) {
        put(out, Piece::Thought(self.thought.rest()));
        put(out, Piece::Text(self.text.rest()));
    }

    /// How it ended.
    pub(super) fn ending(&self, translator: &Translator) -> Ending {
        let finish = self.finish.as_deref().unwrap_or_default();
        let failure = if self.refusal.trim().is_empty() {
            failure_of(finish, &self.finish_words, translator)
        } else {
            Some(Failure::Refused { message: translator.clean(&self.refusal) })
        };
        Ending { input_tokens: self.input_tokens, output_tokens: self.output_tokens, failure }
    }
}

/// What a finish reason says against an answer. Servers differ in case, and copy each other's words.
fn failure_of(reason: &str, words: &str, translator: &Translator) -> Option<Failure> {
    let said = if words.is_empty() { reason.to_owned() } else { format!("{reason}: {words}") };
    let said = translator.clean(&said);
    match reason.to_ascii_lowercase().as_str() {
        "length"
        | "max_tokens"
        | "max_output_tokens"
        | "max_length"
        | "model_length"
        | "token_limit"
        | "model_context_window_exceeded" => Some(Failure::OutOfRoom),
        "content_filter"
        | "content_filtered"
        | "safety"
        | "refusal"
        | "recitation"
        | "blocklist"
        | "blocked"
        | "prohibited_content"
        | "spii"
        | "language"
        | "image_safety"
        | "guardrail_intervened"
        | "sensitive" => {
            let message = format!("a filter for content stopped the answer ({said})");
            Some(Failure::Refused { message })
        }
        "other"
        | "cancelled"
        | "canceled"
        | "abort"
        | "aborted"
        | "network_error"
        | "insufficient_system_resource"
        | "malformed_response"
        | "malformed_function_call"
        | "unexpected_tool_call" => Some(stopped(&said)),
        reason if reason.contains("error") => Some(stopped(&said)),
        _ => None,
    }
}

fn stopped(said: &str) -> Failure {
    Failure::Other { message: format!("the server stopped the answer ({said})") }
}

/// Adds a piece, to the last one where there are many.
fn put(out: &mut Vec<Piece>, piece: Piece) {
    let many = out.len() >= MAX_PIECES;
    match (&piece, out.last_mut()) {
        (Piece::Text(new) | Piece::Thought(new), _) if new.is_empty() => {}
        (Piece::Text(new), Some(Piece::Text(text))) | (Piece::Thought(new), Some(Piece::Thought(text)))
            if many =>
        {
            text.push_str(new);
        }
        _ => out.push(piece),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translator() -> Translator {
        Translator::new(&"test/m".parse().unwrap(), "http://host", "")
    }

    #[test]
    fn a_finish_reason_is_known_in_any_case() {
        for reason in ["length", "LENGTH", "max_tokens", "MAX_TOKENS", "Max_Tokens"] {
            assert_eq!(failure_of(reason, "", &translator()), Some(Failure::OutOfRoom), "{reason}");
        }
        for (reason, kind) in
            [("SAFETY", "refused"), ("content_filter", "refused"), ("Error", "other"), ("OTHER", "other")]
        {
            let failure = failure_of(reason, "words", &translator()).unwrap();
            assert_eq!(failure.kind(), kind);
            assert!(failure.to_string().contains(&format!("{reason}: words")), "{failure}");
        }
        for reason in ["stop", "STOP", "end_turn", "stop_sequence", "eos", "tool_calls", "", "whatever"] {
            assert_eq!(failure_of(reason, "", &translator()), None, "{reason}");
        }
    }

    #[test]
    fn a_flood_of_tiny_events_becomes_few_pieces_and_no_word_is_lost() {
        let mut answer = Answer::new(Limits::of(1));
        let mut out = Vec::new();
        for _ in 0..1_000 {
            answer.hear(Chunk { text: "a ".to_owned(), ..Chunk::default() }, false, &mut out).unwrap();
        }
        assert!(out.len() <= MAX_PIECES, "{}", out.len());
        let text = out.iter().map(|piece| if let Piece::Text(text) = piece { text.as_str() } else { "" });
        assert_eq!(text.collect::<String>(), "a ".repeat(1_000));
    }

    #[test]
    fn an_answer_beyond_its_limit_fails_for_good() {
        let mut answer = Answer::new(Limits::of(1));
        let chunk = || Chunk { text: "word ".repeat(20_000), ..Chunk::default() };
        let mut out = Vec::new();
        let failure = (0..9).find_map(|_| answer.hear(chunk(), false, &mut out).err()).unwrap();
        assert_eq!((failure.kind(), failure.is_transient()), ("unreadable", false));
    }
}
