//! The marks that place lines of dialogue, in whatever dress a model puts them: `**[2]**`, `- [2]`, `[2]:`, `【２】`, `2.`.
//! From here on a line is placed by `[2] ` before it, and by nothing else.

const OPENS: [char; 4] = ['[', '［', '【', '〔'];
const CLOSES: [char; 4] = [']', '］', '】', '〕'];
/// Digits count up from these.
const ZEROS: [u32; 7] = [0x30, 0xFF10, 0x660, 0x6F0, 0x966, 0x9E6, 0xE50];
const NUMERALS: &str = "零一二三四五六七八九十";
/// Words before a number that name a paragraph, in lower case.
const WORDS: [&str; 15] = [
    "after",
    "paragraph",
    "para",
    "par",
    "p",
    "absatz",
    "nach",
    "paragraphe",
    "párrafo",
    "abschnitt",
    "абзац",
    "段落",
    "段",
    "第",
    "line",
];
/// Bracketed numbers within a line are marks only up to so many digits: a year is none.
const MAX_DIGITS_WITHIN: usize = 2;

/// A mark that was found: its number, and the line without it.
struct Marked {
    /// 0 is not a paragraph.
    number: usize,
    rest: String,
}

/// Brings every mark into one form; a line that cannot be placed loses its mark, and stands at the end of the page.
#[must_use]
pub fn settled(dialogue: &str, paragraphs: usize) -> Option<(String, Vec<String>)> {
    let lines: Vec<&str> = dialogue.lines().collect();
    let spoken = || lines.iter().filter(|line| !line.trim().is_empty());
    let are_numbered = spoken().all(|line| numbered(bare(line)).is_some());
    let mut lost = 0;
    let mut out = Vec::with_capacity(lines.len());
    let mut pending: Option<usize> = None;
    for line in &lines {
        let marked = if are_numbered { numbered(bare(line)) } else { marked(line) };
        let (number, rest) = match marked {
            // A mark alone in its line is that of the lines below.
            Some(marked) if marked.rest.is_empty() => {
                pending = Some(marked.number);
                continue;
            }
            Some(marked) => {
                pending = None;
                (Some(marked.number), marked.rest)
            }
            None if line.trim().is_empty() => (None, (*line).to_owned()),
            None => (pending, (*line).to_owned()),
        };
        match number {
            None => out.push(rest),
            Some(number) if (1..=paragraphs).contains(&number) => out.push(format!("[{number}] {rest}")),
            Some(_) => {
                lost += 1;
                out.push(rest);
            }
        }
    }
    let mut text = out.join("\n");
    if dialogue.ends_with('\n') {
        text.push('\n');
    }
    if text == dialogue || text.trim().is_empty() {
        return None;
    }
    let mut notes = vec!["the marks that place the lines were unified".to_owned()];
    if lost > 0 {
        notes.push(match lost {
            1 => "1 line names a paragraph that does not exist, and was put at the end".to_owned(),
            n => format!("{n} lines name paragraphs that do not exist, and were put at the end"),
        });
    }
    Some((text, notes))
}

/// A line without list marks, quotes and emphasis before it.
fn bare(line: &str) -> &str {
    let mut line = line.trim();
    for mark in ["- ", "* ", "• ", "+ ", "– ", "> "] {
        line = line.strip_prefix(mark).map_or(line, str::trim_start);
    }
    line
}

fn marked(line: &str) -> Option<Marked> {
    let line = bare(line);
    at_start(line).or_else(|| named(line)).or_else(|| within(line))
}

/// `[2] …`, also in emphasis, and several in a row: the first one counts.
fn at_start(line: &str) -> Option<Marked> {
    let emphasis = line.len() - line.trim_start_matches(['*', '_', '`', '~']).len();
    let (inner, mut rest) = bracketed(&line[emphasis..])?;
    let number = number_in(inner)?;
    while let Some((inner, after)) = bracketed(rest.trim_start()) {
        if number_in(inner).is_none() {
            break;
        }
        rest = after;
    }
    let mark = &line[..emphasis];
    let closed = rest.strip_prefix(&*mark.chars().rev().collect::<String>()).filter(|_| emphasis > 0);
    let rest = match closed {
        Some(rest) => separated(rest),
        // The emphasis goes on over the line: `**[2] “No”**`, or ends behind a colon: `**[2]:** “No”`.
        None if emphasis > 0 => {
            let rest = separated(rest);
            let rest = rest.strip_prefix(mark).map_or(rest, separated);
            return Some(Marked { number, rest: without_end(rest, mark).to_owned() });
        }
        None => separated(rest),
    };
    Some(Marked { number, rest: rest.to_owned() })
}

/// The end of an emphasis whose beginning went with the mark.
fn without_end<'t>(rest: &'t str, mark: &str) -> &'t str {
    let is_odd = rest.matches(mark).count() % 2 == 1;
    rest.strip_suffix(mark).filter(|_| is_odd).map_or(rest, str::trim_end)
}

/// `Paragraph 2: …`
fn named(line: &str) -> Option<Marked> {
    let line = line.trim_start_matches(['*', '_', '#', ' ']);
    let end = line.find([':', '：', '.'])?;
    let head = line[..end].trim_end_matches(['*', '_', ' ']);
    let has_word = head.chars().any(char::is_alphabetic);
    let number = number_in(head).filter(|_| has_word && head.len() <= 40)?;
    let rest = line[end..].trim_start_matches([':', '：', '.', '*', '_', ' ']);
    Some(Marked { number, rest: rest.to_owned() })
}

/// A mark in the middle or at the end of a line.
fn within(line: &str) -> Option<Marked> {
    line.char_indices().filter(|(_, c)| OPENS.contains(c)).find_map(|(at, _)| {
        let (inner, after) = bracketed(&line[at..])?;
        let number = number_in(inner).filter(|_| inner.trim().chars().count() <= MAX_DIGITS_WITHIN)?;
        let before = line[..at].trim_end_matches(['*', '_', ' ']);
        let after = after.trim_start_matches(['*', '_']);
        let is_punctuation = after.trim_start().starts_with([':', '.', ',', ';', '!', '?']);
        let after =
            if is_punctuation { after.trim_start().to_owned() } else { format!(" {}", after.trim_start()) };
        Some(Marked { number, rest: format!("{before}{}", after.trim_end()).trim().to_owned() })
    })
}

/// `2. …`, `2) …`, `(2) …`, `2: …`: a mark only where every line has one.
fn numbered(line: &str) -> Option<Marked> {
    let line = line.trim_start_matches(['*', '_', '(', '（']);
    let end = line.find(|c: char| digit(c).is_none())?;
    let number = number_in(&line[..end])?;
    let rest = line[end..].trim_start_matches(['*', '_']);
    let rest = rest.strip_prefix(['.', ')', ':', '：', '）', '、', '．'])?;
    let rest = rest.trim_start_matches(['*', '_', ' ']);
    (!rest.is_empty()).then(|| Marked { number, rest: rest.to_owned() })
}

fn bracketed(text: &str) -> Option<(&str, &str)> {
    let open = text.chars().next()?;
    let kind = OPENS.iter().position(|known| *known == open)?;
    let inside = &text[open.len_utf8()..];
    let end = inside.find(CLOSES[kind])?;
    Some((&inside[..end], &inside[end + CLOSES[kind].len_utf8()..]))
}

/// What separates a mark from its line. A dash is the line's own, unless quotation marks follow.
fn separated(rest: &str) -> &str {
    let rest = rest.trim_start().trim_start_matches([':', '：']).trim_start();
    let dashed = rest.trim_start_matches(['-', '–', '—', ' ']);
    if dashed.starts_with(['"', '“', '„', '«', '‘', '「', '\'']) { dashed } else { rest }
}

/// The number of a paragraph: nothing but digits of a script, and words for a paragraph before and after them; 0 for
/// one that is too large.
fn number_in(words: &str) -> Option<usize> {
    let words = words.trim().trim_start_matches(['#', '¶', '§']).to_lowercase();
    let start = words.find(|c| digit(c).is_some())?;
    let end = words[start..].find(|c| digit(c).is_none()).map_or(words.len(), |at| start + at);
    let is_word = |word: &str| WORDS.contains(&word.trim_matches(['.', ':', '#']));
    let around = [&words[..start], &words[end..]];
    if !around.iter().all(|part| part.split_whitespace().all(is_word)) {
        return None;
    }
    let digits: Option<Vec<usize>> = words[start..end].chars().map(digit).collect();
    let digits = digits?;
    if digits.len() > 1 && digits.contains(&10) {
        return Some(0);
    }
    let number = digits.iter().try_fold(0_usize, |sum, d| sum.checked_mul(10)?.checked_add(*d));
    Some(number.unwrap_or(0))
}

fn digit(c: char) -> Option<usize> {
    let code = c as u32;
    if let Some(zero) = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)) {
        return Some((code - zero) as usize);
    }
    NUMERALS.chars().position(|numeral| numeral == c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "[1] \"Where is it?\" Mara asked.\n\n[2] \"Gone,\" said the clerk.";

    fn with(first: &str, second: &str) -> String {
        format!("{first}\"Where is it?\" Mara asked.\n\n{second}\"Gone,\" said the clerk.")
    }

    #[test]
    fn a_mark_in_any_dress_places_its_line() {
        for (first, second) in [
            ("**[1]** ", "**[2]** "),
            ("[1]: ", "[2]: "),
            ("- [1] ", "- [2] "),
            ("* **[1]:** ", "* **[2]:** "),
            ("1. ", "2. "),
            ("1) ", "2) "),
            ("(1) ", "(2) "),
            ("**1.** ", "**2.** "),
            ("［１］", "【2】"),
            ("[١] ", "[٢] "),
            ("[Paragraph 1] ", "[after paragraph 2] "),
            ("Paragraph 1: ", "**After paragraph 2:** "),
            ("[1] - ", "[2] — "),
            ("[#1] ", "[¶2] "),
            ("[1][2] ", "[2] "),
            ("[1]\n", "[2]\n"),
            ("> [1] ", "`[2]` "),
            ("[一]", "[二]"),
        ] {
            let (text, notes) = settled(&with(first, second), 2).unwrap_or_else(|| panic!("{first}"));
            assert_eq!(text, LINES, "{first}");
            assert_eq!(notes.len(), 1);
        }
        let within = "\"Where is it?\" Mara asked. [1]\n\n\"Gone,\" [2] said the clerk.";
        assert_eq!(settled(within, 2).unwrap().0, LINES);
    }

    #[test]
    fn what_cannot_be_placed_loses_its_mark_and_is_reported() {
        let (text, notes) = settled(&with("[0] ", "[9] "), 2).unwrap();
        assert_eq!(text, with("", ""));
        assert!(notes[1].starts_with("2 lines name paragraphs that do not exist"), "{notes:?}");
        let (_, notes) = settled("[99999999999999999999999] No.", 2).unwrap();
        assert!(notes[1].starts_with("1 line names"), "{notes:?}");
    }

    #[test]
    fn other_lines_stay_to_the_byte() {
        for text in [
            LINES,
            "[sic] yes\n[Mara enters.]\n\"It was [1943] then.\"",
            "[1] — Где он?\n[2] — Ушёл.",
            "1943. That was the year.\n\"No.\"",
            "Mara: 12 boats. No more.",
            "  \"Late.\"  \n",
        ] {
            assert_eq!(settled(text, 2), None, "{text}");
        }
    }
}
