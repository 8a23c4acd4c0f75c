//! A text that came as simple HTML, read as what it means.

use quick_xml::escape::resolve_html5_entity;

/// Tags that separate paragraphs.
const BLOCKS: [&str; 17] = [
    "p",
    "div",
    "section",
    "article",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "main",
    "body",
    "html",
];
/// Tags that stand for emphasis, as they are written here.
const MARKS: [(&str, &str); 4] = [("em", "*"), ("i", "*"), ("strong", "**"), ("b", "**")];
/// Tags without a meaning here.
const PLAIN: [&str; 6] = ["span", "u", "small", "q", "font", "a"];

/// Reads a text that consists of HTML, and line breaks or entities in one that is plain otherwise.
pub fn read(text: &str) -> Option<(String, String)> {
    if text.contains('`') || !text.contains(['<', '&']) {
        return None;
    }
    let is_html = begins_with_block(text.trim_start());
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let read = if rest.starts_with('<') { tag(rest, is_html) } else { entity(rest) };
        if let Some((words, length)) = read {
            changed = true;
            out.push_str(&words);
            rest = &rest[length..];
        } else {
            if is_html && rest.starts_with('<') && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
                // Something else than simple HTML: it stays as it came.
                return None;
            }
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    let out = if is_html { squeezed(&out) } else { out };
    changed.then(|| (out, "HTML was read as plain text".to_owned()))
}

fn begins_with_block(text: &str) -> bool {
    name_of(text)
        .is_some_and(|(name, closes, _)| !closes && BLOCKS.contains(&name.as_str()) && name != "html")
}

/// The name of the tag that a text begins with, whether it closes, and its length.
fn name_of(text: &str) -> Option<(String, bool, usize)> {
    let end = text.get(..text.floor_char_boundary(100))?.find('>')?;
    let inner = text[..end].strip_prefix('<')?;
    let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let name: String = inner.chars().take_while(char::is_ascii_alphanumeric).collect();
    let after = inner[name.len()..].chars().next();
    let is_tag =
        !name.is_empty() && after.is_none_or(|c| c.is_whitespace() || c == '/') && !inner.contains('<');
    is_tag.then(|| (name.to_ascii_lowercase(), closes, end + 1))
}

fn tag(text: &str, is_html: bool) -> Option<(String, usize)> {
    let (name, _, length) = name_of(text)?;
    if name == "br" {
        let after = &text[length..];
        let newline = if after.starts_with(['\n', '\r']) { "" } else { "\n" };
        return Some((newline.to_owned(), length));
    }
    if !is_html {
        return None;
    }
    if BLOCKS.contains(&name.as_str()) {
        return Some(("\n\n".to_owned(), length));
    }
    if name == "hr" {
        return Some(("\n\n***\n\n".to_owned(), length));
    }
    if let Some((_, mark)) = MARKS.iter().find(|(tag, _)| *tag == name) {
        return Some(((*mark).to_owned(), length));
    }
    PLAIN.contains(&name.as_str()).then(|| (String::new(), length))
}

fn entity(text: &str) -> Option<(String, usize)> {
    let end = text.get(..text.floor_char_boundary(34))?.find(';')?;
    let name = &text[1..end];
    let words = if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(number).filter(|c| !c.is_control())?.to_string()
    } else {
        resolve_html5_entity(name)?.to_owned()
    };
    let words = words.replace('\u{A0}', " ");
    Some((words, end + 1))
}

/// Paragraphs with one blank line between them. A newline in HTML is a blank, but for one that a tag stands for.
fn squeezed(text: &str) -> String {
    let paragraphs = crate::domain::page::paragraphs(text);
    paragraphs
        .map(|p| p.lines().map(str::trim).collect::<Vec<_>>().join("\n"))
        .collect::<Vec<_>>()
        .join("\n\n")
}
