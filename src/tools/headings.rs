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
        } else if let (Some(level), Some((_, last @ Line::Text(_)))) = (underline(line), lines.last_mut()) {
            let Line::Text(words) = *last else { unreachable!("matched above") };
            if may_be_underlined(words) {
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

/// Returns the front matter, what follows it, and how many lines were taken off. One that is never closed is text.
fn front_matter(text: &str) -> (Option<&str>, &str, usize) {
    let Some(rest) = text.strip_prefix("---\n") else { return (None, text, 0) };
    let (mut at, mut lines) = (0, 1);
    for line in rest.split_inclusive('\n') {
        lines += 1;
        if matches!(line.trim_end(), "---" | "...") {
            return (Some(&rest[..at]), &rest[at + line.len()..], lines);
        }
        at += line.len();
    }
    (None, text, 0)
}

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
