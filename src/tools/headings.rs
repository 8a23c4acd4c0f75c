//! Markdown as far as an import needs it: front matter, headings, and the lines between them.

/// A line of a text, with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line<'t> {
    /// A heading: its level (1–6) and its words, without marks.
    Heading { level: usize, title: String, source: &'t str },
    /// Anything else, as it stands.
    Text(&'t str),
}

/// A text whose front matter was taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document<'t> {
    /// The YAML between two lines of `---` at the very beginning.
    pub front: Option<&'t str>,
    /// The lines behind it, each with its number in the file.
    pub lines: Vec<(usize, Line<'t>)>,
}

/// Splits a text. Headings are lines of `#` and lines underlined with `=` or `-`; in code there are none.
pub(super) fn document(text: &str) -> Document<'_> {
    let (front, body, skipped) = front_matter(text);
    let mut lines = Vec::new();
    let mut fence: Option<(char, usize)> = None;
    for (index, line) in body.lines().enumerate() {
        let number = skipped + index + 1;
        let mark = fence_mark(line);
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some((c, n)), Some((d, m))) if c == d && m >= n && line.trim().chars().all(|x| x == c) => {
                fence = None;
                lines.push((number, Line::Text(line)));
                continue;
            }
            _ => {}
        }
        if fence.is_some() {
            lines.push((number, Line::Text(line)));
        } else if let Some((level, title)) = atx(line) {
            lines.push((number, Line::Heading { level, title, source: line }));
        } else if let (Some(level), [before @ .., (_, last @ Line::Text(_))]) =
            (underline(line), lines.as_mut_slice())
        {
            let Line::Text(words) = *last else { unreachable!("matched above") };
            // The last line of a paragraph, and a scene of one line between two rules, are followed by a scene break.
            let is_lone = !matches!(before.last(), Some((_, Line::Text(text))) if !text.trim().is_empty());
            if may_be_underlined(words) && is_lone {
                *last = Line::Heading { level, title: plain(words), source: words };
            } else {
                lines.push((number, Line::Text(line)));
            }
        } else {
            lines.push((number, Line::Text(line)));
        }
    }
    Document { front, lines }
}

/// Returns the front matter, what follows it, and how many lines were taken off.
///
/// A text may begin with a scene break, too: front matter is not blank behind its `---`, is closed, and is a mapping of
/// plain keys. What is in doubt is text.
fn front_matter(text: &str) -> (Option<&str>, &str, usize) {
    let Some(rest) = text.strip_prefix("---\n") else { return (None, text, 0) };
    let (mut at, mut lines) = (0, 1);
    for line in rest.split_inclusive('\n') {
        lines += 1;
        if matches!(line.trim_end(), "---" | "...") {
            let front = &rest[..at];
            return if is_mapping(front) {
                (Some(front), &rest[at + line.len()..], lines)
            } else {
                (None, text, 0)
            };
        }
        at += line.len();
    }
    (None, text, 0)
}

/// Whether a block is fields and not prose: `Mara: Where is it?` has a colon, too.
fn is_mapping(block: &str) -> bool {
    let is_key = |key: &str| {
        key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    if block.lines().next().is_none_or(|first| first.trim().is_empty()) {
        return false;
    }
    let Ok(serde_json::Value::Object(fields)) = serde_saphyr::from_str(block) else { return false };
    let is_known = |key: &String| KNOWN_KEYS.contains(&key.to_lowercase().as_str());
    let is_lower = |key: &String| key.starts_with(|c: char| c.is_ascii_lowercase());
    let mut keys = fields.keys();
    !fields.is_empty()
        && fields.keys().all(|key| is_key(key))
        && (keys.any(is_known) || fields.keys().all(is_lower))
}

/// Keys that front matter has in whatever case.
const KNOWN_KEYS: [&str; 16] = [
    "title",
    "author",
    "authors",
    "lang",
    "language",
    "date",
    "tags",
    "type",
    "aliases",
    "alias",
    "name",
    "rights",
    "description",
    "id",
    "status",
    "category",
];

fn fence_mark(line: &str) -> Option<(char, usize)> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    (length >= 3).then_some((mark, length))
}

fn atx(line: &str) -> Option<(usize, String)> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[indent..];
    let level = rest.chars().take_while(|c| *c == '#').count();
    let title = &rest[level..];
    if indent > 3 || !(1..=6).contains(&level) || !(title.is_empty() || title.starts_with([' ', '\t'])) {
        return None;
    }
    let title = title.trim();
    // Closing marks belong to the heading only behind a space.
    let open = title.trim_end_matches('#');
    let title = if open.is_empty() || open.ends_with([' ', '\t']) { open.trim_end() } else { title };
    let title = plain(title);
    (!title.is_empty()).then_some((level, title))
}

fn underline(line: &str) -> Option<usize> {
    let line = line.trim_end();
    let level = if line.starts_with('=') { 1 } else { 2 };
    let mark = if level == 1 { '=' } else { '-' };
    (line.len() >= 3 && line.chars().all(|c| c == mark)).then_some(level)
}

fn may_be_underlined(line: &str) -> bool {
    let words = line.trim();
    !words.is_empty() && !line.starts_with(['\t', '>', '|', '-', '*', '+', '#']) && !line.starts_with("    ")
}

/// Takes the marks off a heading's words: emphasis, code, links, `{#id}`.
pub(super) fn plain(words: &str) -> String {
    let mut words = words.trim();
    if let Some((before, id)) = words.rsplit_once("{#")
        && id.ends_with('}')
    {
        words = before.trim_end();
    }
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find('[') {
        let Some(link) = super::canon_import::links::at(&rest[at..]) else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        };
        out.push_str(&rest[..at]);
        out.push_str(link.shown);
        rest = &rest[at + link.length..];
    }
    out.push_str(rest);
    let out: String = out.chars().filter(|c| !matches!(c, '*' | '`')).collect();
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    out.strip_prefix('_').and_then(|o| o.strip_suffix('_')).map_or(out.clone(), str::to_owned)
}

/// The address of a heading within its file, as GitHub and most others make it.
pub(super) fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(text: &str) -> Vec<(usize, usize, String)> {
        let all = document(text).lines.into_iter().filter_map(|(number, line)| match line {
            Line::Heading { level, title, .. } => Some((number, level, title)),
            Line::Text(_) => None,
        });
        all.collect()
    }

    #[test]
    fn headings_of_both_kinds_are_found_with_their_lines_and_without_their_marks() {
        let text = "---\ntype: place\n---\n# **Mara** `Vell` ##\n\nPort\n====\n## [The *mill*](mill.md) {#mill}\nUnder\n---\n#no\n#\n";
        let found = headings(text);
        let expected = [(4, 1, "Mara Vell"), (6, 1, "Port"), (8, 2, "The mill"), (9, 2, "Under")];
        assert_eq!(found, expected.map(|(n, l, t)| (n, l, t.to_owned())));
        assert_eq!(document(text).front, Some("type: place\n"));
    }

    #[test]
    fn code_rules_and_lists_hold_no_headings() {
        assert!(
            headings("```\n# no\n```\n~~~~\n# no\n~~~\n# no\n~~~~\n\n---\n- item\n---\n    # no\n")
                .is_empty()
        );
        assert_eq!(document("---\nnever closed\n# One").front, None);
        assert_eq!(headings("---\nnever closed\n# One").len(), 1);
        assert_eq!(anchor("The Old Mill (1890)!"), "the-old-mill-1890");
        assert_eq!(plain("C# and [half"), "C# and [half");
    }
}
