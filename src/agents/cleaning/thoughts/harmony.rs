//! Answers in channels, as the harmony format has them: `analysis` thinks, `final` is the text.

use super::Split;

const CHANNEL: &str = "<|channel|>";
const MESSAGE: &str = "<|message|>";
const START: &str = "<|start|>";
/// What ends a message.
const ENDS: [&str; 5] = ["<|end|>", "<|return|>", "<|call|>", START, CHANNEL];
/// The same where a server has taken the marks out and left the words.
const BARE_FINAL: &str = "assistantfinal";

/// Takes an answer in channels apart; none for one that has no channels.
pub fn split(answer: &str) -> Option<Split> {
    let begins = answer.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if begins_bare(begins) {
        let (_, text) = begins.split_once(BARE_FINAL)?;
        return Some(Split { text: text.trim_start().to_owned(), found: true, unclosed: false });
    }
    if !begins.starts_with(CHANNEL) && !begins.starts_with(START) {
        return None;
    }
    let mut out = Split::default();
    let mut rest = begins;
    let mut channels = false;
    while let Some(at) = rest.find(MESSAGE) {
        let (head, body) = (&rest[..at], &rest[at + MESSAGE.len()..]);
        let end = body
            .match_indices("<|")
            .map(|(at, _)| at)
            .find(|at| ENDS.iter().any(|end| body[*at..].starts_with(end)));
        let message = &body[..end.unwrap_or(body.len())];
        let channel = head.rsplit_once(CHANNEL).map(|(_, name)| name.trim());
        if channel.is_none_or(|name| name.starts_with("final")) {
            out.text.push_str(message.trim_start());
            out.unclosed = false;
        } else {
            out.found = true;
            out.unclosed = end.is_none();
        }
        channels |= channel.is_some();
        rest = end.map_or("", |end| &body[end..]);
        rest =
            ["<|end|>", "<|return|>", "<|call|>"].iter().find_map(|e| rest.strip_prefix(e)).unwrap_or(rest);
    }
    if !channels {
        return None;
    }
    out.found = true;
    Some(out)
}

/// Whether the answer begins with the name of the thinking channel, glued to its text.
pub fn begins_bare(answer: &str) -> bool {
    answer
        .strip_prefix("analysis")
        .and_then(|rest| rest.chars().next())
        .is_some_and(|c| c.is_uppercase() || c == '"' || c == '\'')
        && answer.contains(BARE_FINAL)
}
