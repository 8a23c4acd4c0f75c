//! What a newline in an answer means. From here on one newline is a line break, and a blank line ends a paragraph.

/// Lines as long as this on average are no verse.
const MIN_PROSE: usize = 60;
/// No hard-wrapped line is longer.
const MAX_WRAPPED: usize = 100;
/// No hard-wrapped text has shorter lines.
const MIN_WRAPPED: usize = 50;

/// Makes paragraphs of lines that are paragraphs, and joins lines that were broken at a width.
pub fn settled(text: &str) -> Option<(String, String)> {
    if !text.contains(['\n', '\r']) {
        return None;
    }
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut note = None;
    let mut out = String::with_capacity(unix.len());
    let mut block: Vec<&str> = Vec::new();
    let mut flush = |block: &mut Vec<&str>, out: &mut String| {
        if block.len() > 1 && are_paragraphs(block) {
            note = Some("each line was made a paragraph");
            let lines: Vec<&str> = block.iter().map(|line| line.trim_end()).collect();
            out.push_str(&lines.join("\n\n"));
            if block.last().is_some_and(|l| l.ends_with('\n')) {
                out.push('\n');
            }
        } else if block.len() > 2 && are_wrapped(block) {
            note = Some("lines that were broken at a width were joined");
            let lines: Vec<&str> = block.iter().map(|line| line.trim()).collect();
            out.push_str(&lines.join(" "));
            if block.last().is_some_and(|l| l.ends_with('\n')) {
                out.push('\n');
            }
        } else {
            out.extend(block.iter().copied());
        }
        block.clear();
    };
    let mut in_code = false;
    for line in unix.split_inclusive('\n') {
        in_code ^= line.trim_start().starts_with("```");
        if line.trim().is_empty() || in_code || line.trim_start().starts_with("```") {
            flush(&mut block, &mut out);
            out.push_str(line);
        } else {
            block.push(line);
        }
    }
    flush(&mut block, &mut out);
    if let Some(note) = note {
        return Some((out, note.to_owned()));
    }
    (unix.len() != text.len() || unix != text)
        .then(|| (unix.clone(), "its line ends were made plain newlines".to_owned()))
}

/// Whether every line is a paragraph: each ends a sentence, and they are as long as prose or someone speaks.
fn are_paragraphs(lines: &[&str]) -> bool {
    let speaks =
        |line: &str| line.trim_start().starts_with(['"', '“', '„', '«', '»', '「', '『', '–', '—', '‘']);
    let total: usize = lines.iter().map(|l| width(l)).sum();
    let sentences = lines.iter().all(|line| ends_sentence(line));
    let is_list = lines.iter().any(|l| l.trim_start().starts_with(['#', '>', '|', '-', '•', '+']));
    sentences && !is_list && (total >= MIN_PROSE * lines.len() || lines.iter().any(|line| speaks(line)))
}

fn ends_sentence(line: &str) -> bool {
    let line = line
        .trim_end()
        .trim_end_matches(['"', '”', '“', '»', '«', '’', '\'', ')', '*', '_', '」', '』', '）']);
    line.ends_with(['.', '!', '?', '…', ':', '。', '！', '？', '：', '—', '–', '؟', '।'])
}

/// Whether the lines were broken where the next word no longer fitted.
fn are_wrapped(lines: &[&str]) -> bool {
    let starts = |line: &str| line.starts_with([' ', '\t', '-', '*', '#', '>', '|', '"', '“', '[', '•', '—']);
    let widest = lines.iter().map(|l| width(l)).max().unwrap_or(0);
    if !(MIN_WRAPPED..=MAX_WRAPPED).contains(&widest) || lines.iter().skip(1).any(|l| starts(l)) {
        return false;
    }
    lines.windows(2).all(|pair| {
        let next = pair[1].split_whitespace().next().unwrap_or_default();
        width(pair[0]) >= MIN_WRAPPED && width(pair[0]) + 1 + width(next) > widest
    }) && lines.iter().any(|l| !ends_sentence(l))
}

/// How much room a line takes: signs of East Asia count double.
fn width(line: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(line.trim())
}
