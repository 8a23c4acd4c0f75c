//! What a model says to whoever asked, before and after the text.

mod words;

use words::{CLOSINGS, DELIVERIES, NOUNS, OFFERS, OPENERS, TAILS};

/// A line to the author is no longer than this, in bytes.
const MAX_LINE: usize = 320;

/// Takes off a line that only announces the text.
pub fn opening_removed(text: &str) -> Option<(String, String)> {
    let start = text.trim_start();
    let mut rest = start;
    let mut said = None;
    // An exclamation alone in its line belongs to an announcement in the next.
    for _ in 0..2 {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let bare = undressed(line);
        if after.trim().is_empty() {
            return glued(start);
        }
        if announces(&bare) {
            said = Some(line);
            rest = after.trim_start();
            break;
        }
        if !is_only_opener(&bare) {
            break;
        }
        rest = after.trim_start();
    }
    let Some(line) = said else { return glued(start) };
    Some((without_rule(rest).to_owned(), format!("“{}” before it was removed", short(line))))
}

/// Takes off a paragraph at the end that speaks of the text.
pub fn closing_removed(text: &str) -> Option<(String, String)> {
    let body = text.trim_end();
    let at = body.rfind('\n')? + 1;
    let (before, line) = body.split_at(at);
    let bare = undressed(line);
    if line.len() > MAX_LINE || !(offers(&bare) || measures(&bare)) {
        return None;
    }
    let mut before = before.trim_end();
    // A rule between the text and what is said of it.
    if let Some(at) = before.rfind('\n').filter(|at| is_rule(&before[*at + 1..])) {
        before = before[..at].trim_end();
    }
    Some((before.to_owned(), format!("“{}” after it was removed", short(line.trim()))))
}

fn short(line: &str) -> String {
    let line = line.trim();
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

/// A line in lower case, without emphasis and heading marks.
fn undressed(line: &str) -> String {
    line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '#' | '>' | '\u{FEFF}'))
        .to_lowercase()
        .replace(['’', 'ʼ'], "'")
}

/// Takes an exclamation such as “Sure!” off the beginning of a line.
fn after_opener(line: &str) -> Option<&str> {
    let mut rest = line;
    while let Some(after) = OPENERS.iter().find_map(|opener| rest.strip_prefix(opener)) {
        let ends = after.chars().next().is_none_or(|c| !c.is_alphanumeric());
        if !ends {
            break;
        }
        rest = after.trim_start_matches(|c: char| c.is_whitespace() || "!,.;:¡—–-！，。、～".contains(c));
    }
    (rest.len() < line.len()).then_some(rest)
}

fn is_only_opener(line: &str) -> bool {
    after_opener(line).is_some_and(str::is_empty)
}

/// Whether a whole line announces the text: it hands over, names what, and says nothing else.
fn announces(line: &str) -> bool {
    if line.len() > MAX_LINE {
        return false;
    }
    let opened = after_opener(line);
    let rest = opened.unwrap_or(line);
    let is_colon = rest.ends_with([':', '：']);
    let body = rest.trim_end_matches([':', '.', '!', '：', '。', '！', ' ', '*']);
    if body.contains(['"', '“', '”', '«', '「']) || body.len() == rest.len() && !rest.is_empty() {
        return false;
    }
    // A label: “Revised page:”.
    if is_colon && is_label(body) {
        return true;
    }
    let Some(handed) = DELIVERIES.iter().find_map(|delivery| body.strip_prefix(delivery)) else {
        return false;
    };
    if !handed.is_empty() && handed.starts_with(|c: char| c.is_alphanumeric() && c.is_ascii()) {
        return false;
    }
    let handed = handed.trim_start();
    if handed.is_empty() {
        return is_colon && opened.is_some();
    }
    let Some(tail) = after_noun(handed) else { return false };
    let tail = tail.trim_start_matches([' ', ',']);
    let is_told = tail.is_empty() || TAILS.iter().any(|word| tail.starts_with(word));
    match (is_colon, opened.is_some()) {
        (_, true) => is_colon || is_told,
        (true, false) => is_told,
        (false, false) => false,
    }
}

/// What follows the first word for a text, within the first few words.
fn after_noun(words: &str) -> Option<&str> {
    let mut at = 0;
    for word in words.split_inclusive([' ', ',']).take(8) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if NOUNS.contains(&bare) {
            return Some(&words[at + word.len()..]);
        }
        at += word.len();
    }
    // Without blanks between words.
    let far = words.floor_char_boundary(60);
    NOUNS.iter().filter(|noun| !noun.is_ascii() && noun.chars().all(is_cjk)).find_map(|noun| {
        let at = words[..far].find(noun)?;
        Some(&words[at + noun.len()..]).map(|_| "")
    })
}

fn is_cjk(c: char) -> bool {
    matches!(c as u32, 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF)
}

fn is_label(words: &str) -> bool {
    const KINDS: [&str; 12] = [
        "the",
        "revised",
        "final",
        "new",
        "updated",
        "rewritten",
        "polished",
        "full",
        "complete",
        "edited",
        "my",
        "your",
    ];
    let mut words = words.split_whitespace().skip_while(|word| KINDS.contains(word));
    let Some(noun) = words.next() else { return false };
    let is_text =
        ["page", "narration", "draft", "version", "dialogue", "output", "answer", "response", "rewrite"];
    is_text.contains(&noun) && words.all(|word| word.chars().all(|c| c.is_ascii_digit()))
}

/// An announcement in the line of the text's first sentence; only after an exclamation is it told from prose.
fn glued(text: &str) -> Option<(String, String)> {
    let line = text.lines().next()?;
    let at = line.find([':', '：'])?;
    let end = at + line[at..].chars().next()?.len_utf8();
    let head = undressed(&line[..end]);
    let opened = after_opener(&head)?;
    let rest = text[end..].trim_start_matches([' ', '*']);
    (head.len() <= 160 && !opened.is_empty() && announces(&head) && !rest.trim().is_empty())
        .then(|| (rest.trim_start().to_owned(), format!("“{}” before it was removed", short(&line[..end]))))
}

/// Whether a line offers more, or says how the text was made.
fn offers(line: &str) -> bool {
    let line = line.trim_start_matches(['(', '[', '-', ' ']);
    let Some(after) = OFFERS.iter().find_map(|offer| line.strip_prefix(offer)) else { return false };
    CLOSINGS.iter().any(|word| after.contains(word) || line.ends_with(word))
}

/// Whether a line only counts words, or says that the page ends.
fn measures(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| "()[]*_-—– ".contains(c));
    if ["end of page", "end of scene", "end of narration", "end of text"].contains(&bare) {
        return true;
    }
    let counted =
        bare.strip_prefix("word count").map(|rest| rest.trim_start_matches([':', ' ', '~', '*', '≈']));
    let counted = counted.or_else(|| {
        let inner = line.strip_prefix('(')?.strip_suffix(')')?;
        inner.trim_start_matches(['~', '≈', ' ']).strip_suffix(" words")
    });
    counted.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && (line.chars().all(|c| c == '-') || line.chars().all(|c| c == '_'))
}

fn without_rule(text: &str) -> &str {
    let (line, after) = text.split_once('\n').unwrap_or((text, ""));
    if is_rule(line) && !after.trim().is_empty() { after.trim_start() } else { text }
}
