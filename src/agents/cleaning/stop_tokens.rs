//! The marks with which models begin and end what they say, where a server lets them through.

/// Marks that are not `<|…|>`.
const MARKS: [&str; 26] = [
    "</s>",
    "<s>",
    "<eos>",
    "<bos>",
    "<pad>",
    "<unk>",
    "<eod>",
    "<eot>",
    "<eom>",
    "<end_of_turn>",
    "<start_of_turn>",
    "<end_of_utterance>",
    "<end_of_text>",
    "<turn|>",
    "<|turn>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "[EOS]",
    "[BOS]",
    "[end of text]",
    "[/SYSTEM_PROMPT]",
    "[gMASK]",
    "<sop>",
    "[e~[",
];
/// Who speaks, after a mark that begins a turn.
const ROLES: [&str; 3] = ["assistant", "model", "final"];
const MAX_TOKEN: usize = 48;

/// Takes marks off the beginning and the end, and whatever a model wrote after the end of its turn in another's name.
pub fn removed(text: &str) -> Option<(String, String)> {
    let mut rest = other_turn(text).map_or(text, |at| &text[..at]);
    let mut taken: Option<String> = (rest.len() < text.len()).then(|| "another turn".to_owned());
    while let Some(token) = at_end(rest) {
        let rest_of = &rest[..rest.trim_end().len() - token.len()];
        taken.get_or_insert_with(|| format!("`{}`", token.trim()));
        rest = rest_of;
    }
    while let Some((token, after)) = at_start(rest) {
        taken.get_or_insert_with(|| format!("`{token}`"));
        rest = after.trim_start();
    }
    let taken = taken?;
    Some((rest.trim_end().to_owned(), format!("{taken} beside the text was removed")))
}

/// Where a turn of someone else begins.
fn other_turn(text: &str) -> Option<usize> {
    let begins =
        ["<|im_start|>", "<|start_header_id|>", "<start_of_turn>", "<|turn>", "<|user|>", "<|start|>"];
    let found = begins.iter().filter_map(|mark| {
        text.match_indices(mark).find_map(|(at, mark)| {
            let role = &text[at + mark.len()..];
            let is_other = *mark == *"<|user|>"
                || ["user", "system", "tool", "human"].iter().any(|r| role.starts_with(r));
            (at > 0 && is_other).then_some(at)
        })
    });
    found.min()
}

fn at_end(text: &str) -> Option<&str> {
    let text = text.trim_end();
    if let Some(mark) = MARKS.iter().find(|mark| text.len() > mark.len() && ends_with(text, mark)) {
        return Some(&text[text.len() - mark.len()..]);
    }
    for (open, close) in [("<|", "|>"), ("<｜", "｜>")] {
        if let Some(inner) = text.strip_suffix(close)
            && let Some(at) = inner.rfind(open)
            && is_name(&inner[at + open.len()..])
        {
            return Some(&text[at..]);
        }
    }
    None
}

fn at_start(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let token = MARKS
        .iter()
        .find(|m| text.get(..m.len()).is_some_and(|t| t.eq_ignore_ascii_case(m)))
        .map(|m| m.len());
    let token = token.or_else(|| {
        [("<|", "|>"), ("<｜", "｜>")].iter().find_map(|(open, close)| {
            let inner = text.strip_prefix(open)?;
            let end = inner.find(close).filter(|end| is_name(&inner[..*end]))?;
            Some(open.len() + end + close.len())
        })
    })?;
    let (token, after) = text.split_at(token);
    let begins_turn = token.contains("start") || token.contains("turn") || token.contains("header");
    let role = ROLES.iter().filter(|_| begins_turn).find_map(|role| {
        let after = after.strip_prefix(role)?;
        after.starts_with(['\n', '\r', '<']).then_some(after)
    });
    Some((token, role.unwrap_or(after)))
}

fn ends_with(text: &str, mark: &str) -> bool {
    text.get(text.len() - mark.len()..).is_some_and(|end| end.eq_ignore_ascii_case(mark))
}

fn is_name(inner: &str) -> bool {
    !inner.is_empty()
        && inner.len() <= MAX_TOKEN
        && inner.chars().all(|c| c.is_alphanumeric() || "_-/▁. ".contains(c))
}
