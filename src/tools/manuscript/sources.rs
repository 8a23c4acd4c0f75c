//! What authors' Markdown has that a book has not: title blocks, comments, wiki links, tags of HTML.

use quick_xml::escape::resolve_html5_entity;

use super::changes::Changes;
use super::meta::Meta;

/// Takes off the title blocks of other programs: TOML between `+++`, and lines of `% `.
pub(super) fn without_title_block(text: &str, meta: &mut Meta, changes: &mut Changes) -> String {
    if let Some(rest) = text.strip_prefix("+++\n")
        && let Some((block, body)) = rest.split_once("\n+++")
        && toml::from_str::<serde_json::Value>(block).is_ok()
        && body.lines().next().is_none_or(|line| line.trim().is_empty())
    {
        meta.take_toml(block);
        changes.left_out("front matter", block);
        return body.to_owned();
    }
    let lines: Vec<&str> = text.lines().take_while(|line| line.starts_with("% ")).take(3).collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    for (name, line) in ["title", "author", "date"].into_iter().zip(&lines) {
        meta.take(name, &line[2..]);
        changes.left_out("front matter", &line[2..]);
    }
    text.lines().skip(lines.len()).collect::<Vec<_>>().join("\n")
}

/// Takes out comments: `<!-- so -->` and `%%so%%`.
pub(super) fn without_comments(text: &str, changes: &mut Changes) -> String {
    let text = without(text, "<!--", "-->", changes);
    without(&text, "%%", "%%", changes)
}

fn without(text: &str, open: &str, close: &str, changes: &mut Changes) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inner)) = rest.split_once(open) {
        let Some((comment, after)) = inner.split_once(close) else { break };
        // `100%% sure` is not a comment, nor is what goes over a paragraph that does not begin with it.
        let is_comment = open == "<!--"
            || !comment.trim().is_empty() && !comment.contains("\n\n")
            || comment.starts_with('\n');
        if !is_comment {
            out.push_str(before);
            out.push_str(open);
            rest = inner;
            continue;
        }
        changes.left_out("comment", comment);
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Makes words of wiki links, highlights and tags of HTML, and characters of entities.
pub(super) fn without_tags(text: &str, changes: &mut Changes) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '[', '!', '<', '&', '=']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // What is escaped is text.
        if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) && rest.starts_with('\\') {
            out.push_str(&rest[..2]);
            rest = &rest[2..];
            continue;
        }
        let taken = embed(rest, changes)
            .or_else(|| wiki_link(rest, changes))
            .or_else(|| image(rest, changes))
            .or_else(|| tag(rest, changes))
            .or_else(|| entity(rest))
            .or_else(|| highlight(rest, changes));
        match taken {
            Some((words, length)) => {
                out.push_str(&words);
                rest = &rest[length..];
            }
            None => {
                let length = rest.chars().next().map_or(0, char::len_utf8);
                out.push_str(&rest[..length]);
                rest = &rest[length..];
            }
        }
    }
    out.push_str(rest);
    out
}

type Taken = Option<(String, usize)>;

/// Returns what is between two marks in one line.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let inner = text.strip_prefix(open)?;
    let line = &inner[..inner.find('\n').unwrap_or(inner.len()).min(inner.floor_char_boundary(2000))];
    line.find(close).map(|end| &line[..end])
}

fn embed(text: &str, changes: &mut Changes) -> Taken {
    let target = between(text, "![[", "]]")?;
    changes.left_out("image", target);
    Some((String::new(), target.len() + 5))
}

fn wiki_link(text: &str, changes: &mut Changes) -> Taken {
    let inner = between(text, "[[", "]]")?;
    let (target, shown) = inner.split_once('|').unwrap_or((inner, inner));
    let shown = if shown == target { target.split('#').next().unwrap_or(target) } else { shown };
    changes.changed("link", shown);
    Some((shown.to_owned(), inner.len() + 4))
}

/// A picture within a text; one by itself is taken out with its block.
fn image(text: &str, changes: &mut Changes) -> Taken {
    let alt = between(text, "![", "](")?;
    let target = between(&text[alt.len() + 3..], "(", ")")?;
    changes.left_out("image", if alt.is_empty() { target } else { alt });
    Some((String::new(), alt.len() + target.len() + 5))
}

fn highlight(text: &str, changes: &mut Changes) -> Taken {
    let words = between(text, "==", "==")?;
    let is_words = !words.is_empty() && !words.starts_with([' ', '=']) && !words.ends_with(' ');
    is_words.then(|| {
        changes.changed("highlight", words);
        (words.to_owned(), words.len() + 4)
    })
}

/// Tags that Markdown stores as they are, and others by their names.
fn tag(text: &str, changes: &mut Changes) -> Taken {
    let inner = between(text, "<", ">")?;
    let bare = inner.strip_prefix('/').unwrap_or(inner);
    let name: String = bare.chars().take_while(char::is_ascii_alphanumeric).collect();
    let rest = &bare[name.len()..];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic())
        || !(rest.is_empty() || rest.starts_with([' ', '/']))
    {
        return None;
    }
    let close = if bare.len() < inner.len() { "/" } else { "" };
    let kept = match name.to_ascii_lowercase().as_str() {
        "em" | "i" | "cite" => "em",
        "strong" | "b" => "strong",
        "s" | "strike" => "s",
        "sup" => "sup",
        "sub" => "sub",
        "br" => return Some(("<br>".into(), inner.len() + 2)),
        "hr" => return Some(("\n\n* * *\n\n".into(), inner.len() + 2)),
        "a" | "span" | "div" | "p" | "u" | "center" | "font" | "small" | "big" | "mark" | "blockquote"
        | "img" | "figure" | "figcaption" | "ins" | "abbr" | "section" | "article" => {
            changes.changed("HTML tag", &format!("<{inner}>"));
            let separates = matches!(name.as_str(), "p" | "div" | "blockquote");
            return Some((if separates { "\n\n".into() } else { String::new() }, inner.len() + 2));
        }
        _ => return None,
    };
    Some((format!("<{close}{kept}>"), inner.len() + 2))
}

fn entity(text: &str) -> Taken {
    let name = text.strip_prefix('&')?;
    let name = &name[..name.char_indices().take(32).find(|(_, c)| *c == ';')?.0];
    let words = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())?.to_string()
        }
        None => resolve_html5_entity(name)?.to_owned(),
    };
    // What was written as an entity is not a mark.
    let is_mark = words.len() == 1 && words.starts_with(|c: char| c.is_ascii_punctuation());
    Some((if is_mark { format!("\\{words}") } else { words }, name.len() + 2))
}
