//! A fence of code or a tag around the whole text.

/// Tags that say only that what they hold is the answer.
const TAGS: [&str; 22] = [
    "answer",
    "final_answer",
    "final",
    "response",
    "output",
    "result",
    "page",
    "story",
    "text",
    "narration",
    "dialogue",
    "draft",
    "prose",
    "scene",
    "chapter",
    "content",
    "solution",
    "passage",
    "revised",
    "revision",
    "revised_page",
    "rewrite",
];
/// What a fence may call the text that it holds.
const LANGUAGES: [&str; 13] = [
    "",
    "markdown",
    "md",
    "text",
    "txt",
    "plaintext",
    "plain",
    "html",
    "prose",
    "story",
    "fiction",
    "json",
    "xml",
];

/// Takes off what encloses the whole text.
pub fn removed(text: &str) -> Option<(String, String)> {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if let Some(inside) = unfenced(trimmed) {
        return Some((inside.to_owned(), "the code fence around it was removed".to_owned()));
    }
    if let Some((tag, inside)) = untagged(trimmed) {
        return Some((inside.to_owned(), format!("the mark `<{tag}>` around it was removed")));
    }
    let (open, close) = ("<|begin_of_solution|>", "<|end_of_solution|>");
    let inside = trimmed.strip_prefix(open)?;
    Some((
        inside.strip_suffix(close).unwrap_or(inside).trim().to_owned(),
        format!("the mark `{open}` was removed"),
    ))
}

/// The inside of a fence around the whole; none where the fence is part of a text with several.
pub fn unfenced(text: &str) -> Option<&str> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let width = text.len() - text.trim_start_matches(mark).len();
    if width < 3 {
        return None;
    }
    let fence = &text[..width];
    let (head, body) = text[width..].split_once('\n').unwrap_or(("", &text[width..]));
    if !LANGUAGES.contains(&head.trim().to_ascii_lowercase().as_str()) {
        return None;
    }
    let inside = body.trim_end().strip_suffix(fence)?;
    let alone = inside.lines().all(|line| !line.trim_start().starts_with(fence));
    alone.then(|| inside.trim_matches(['\n', '\r']))
}

fn untagged(text: &str) -> Option<(&'static str, &str)> {
    TAGS.iter().find_map(|tag| {
        let opened = cut_tag(text, "<", tag)?;
        let head = opened.len().checked_sub(tag.len() + 3)?;
        let inside = opened.get(..head)?;
        let end = opened.get(head..)?;
        let is_end =
            end.starts_with("</") && end.ends_with('>') && end[2..end.len() - 1].eq_ignore_ascii_case(tag);
        let again = inside.to_ascii_lowercase().contains(&format!("<{tag}>"));
        (is_end && !again).then(|| (*tag, inside.trim()))
    })
}

fn cut_tag<'t>(text: &'t str, open: &str, tag: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(open)?;
    let name = rest.get(..tag.len()).filter(|name| name.eq_ignore_ascii_case(tag))?;
    rest[name.len()..].strip_prefix('>')
}
