//! XML of an untrusted archive: no entities of its own, no depth without end.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::tools::ImportError;
use crate::tools::decode::windows_sign;

/// How deep elements may be nested.
const MOST_DEPTH: usize = 256;

/// What a document is made of, in order.
pub(super) enum Node<'a> {
    /// An element opens.
    Open(&'a str, &'a BytesStart<'a>),
    /// An element closes.
    Close(&'a str),
    /// Text.
    Text(Cow<'a, str>),
}

/// Elements of HTML that have no content, and so need no end (HTML, section 13.1.2).
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Makes XML of a page that is only HTML: a `<` that begins no tag is text, and what has no content ends at once.
/// Other faults stay.
pub(super) fn repaired(page: &str) -> String {
    let mut out = String::with_capacity(page.len() + 32);
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..].trim_start_matches('/');
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
            out.push_str("&lt;");
            rest = &rest[1..];
            continue;
        }
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        let (tag, after) = rest.split_at(end);
        let word: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
        if VOID.contains(&word.to_ascii_lowercase().as_str()) {
            if !tag.starts_with("</") {
                out.push_str(tag.trim_end_matches('>').trim_end_matches('/'));
                out.push_str("/>");
            }
        } else {
            out.push_str(tag);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Walks a document; names come without their prefix.
pub(super) fn walk(file: &str, text: &str, mut each: impl FnMut(Node<'_>)) -> Result<(), ImportError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let mut depth = 0;
    loop {
        let at = |reader: &Reader<&[u8]>, what: String| {
            let byte = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(text.len());
            let line = text.as_bytes()[..byte].iter().filter(|b| **b == b'\n').count() + 1;
            ImportError::Line { file: file.to_owned(), line, what }
        };
        let event =
            reader.read_event().map_err(|e| at(&reader, format!("this is not well-formed XML: {e}")))?;
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth > MOST_DEPTH {
                    return Err(at(&reader, format!("elements are nested more than {MOST_DEPTH} deep")));
                }
                each(Node::Open(tag.local_name().as_ref(), &tag));
            }
            Event::Empty(tag) => {
                each(Node::Open(tag.local_name().as_ref(), &tag));
                each(Node::Close(tag.local_name().as_ref()));
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                each(Node::Close(tag.local_name().as_ref()));
            }
            Event::Text(words) => each(Node::Text(words.xml10_content())),
            Event::CData(words) => each(Node::Text(words.xml10_content())),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(c)) => each(Node::Text(windows_sign(c).to_string().into())),
                // An entity that the document itself defines is never expanded.
                _ => match resolve_html5_entity(&entity) {
                    Some(words) => each(Node::Text(words.into())),
                    None => each(Node::Text(format!("&{};", &*entity).into())),
                },
            },
            Event::Eof if depth > 0 => return Err(at(&reader, "the document breaks off".into())),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Returns an attribute by its name without prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|a| a.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}
