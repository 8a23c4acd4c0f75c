//! Words that no dictionary knows. Names, foreign words in italics and what an author says again are no faults.

use std::collections::{BTreeSet, HashMap};

use super::{Fault, FaultKind, cased};
use crate::analysis::prose::{Prose, Word};
use crate::analysis::spelling::SPELLING;

/// How often a word stands that the author made.
const OWN: usize = 3;
/// Words of a text that are looked up for what was meant; what comes after is shown only.
const LOOKED_UP: usize = 400;

pub(super) fn find(prose: &Prose, names: &BTreeSet<String>, out: &mut Vec<Fault>) {
    let names = with_those_in(prose, names);
    let curly = prose.text.contains('’');
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in &prose.words {
        *counts.entry(&word.lower).or_default() += 1;
    }
    let mut known: HashMap<&str, bool> = HashMap::new();
    let mut meant: HashMap<&str, Option<String>> = HashMap::new();
    for word in prose.words.iter().filter(|word| is_looked_at(prose, word)) {
        let lower = &*word.lower;
        let known = *known.entry(lower).or_insert_with(|| is_known(lower, &names));
        if known || in_italics(prose, word) {
            continue;
        }
        if word.spoken || word.capital {
            // A dialect is not a fault, and a capital may be a name's; letters that changed places are one.
            if let Some(said) = SPELLING.is_exchange(lower) {
                out.push(misspelt(prose, word, Some(said), curly));
            }
            continue;
        }
        let full = meant.len() >= LOOKED_UP;
        let fix = meant.entry(lower).or_insert_with(|| SPELLING.meant(lower).filter(|_| !full)).clone();
        // What is said often and is near no common word is the author's own.
        let near = fix.as_deref().is_some_and(|fix| fix.split(' ').all(|word| SPELLING.is_common(word)));
        if counts[lower] < OWN || near {
            out.push(misspelt(prose, word, fix, curly));
        }
    }
}

fn misspelt(prose: &Prose, word: &Word, meant: Option<String>, curly: bool) -> Fault {
    let written = prose.written(word);
    let curly = written.contains('’') || (curly && !written.contains('\''));
    let fix = meant.map(|meant| {
        let meant = cased(written, &meant);
        if curly { meant.replace('\'', "’") } else { meant }
    });
    let (kind, why) = match &fix {
        Some(fix) => (FaultKind::Spelling, format!("“{written}” is spelt “{fix}”")),
        None => (FaultKind::UnknownWord, format!("the dictionary does not know “{written}”")),
    };
    Fault { kind, at: word.at.clone(), fix, why }
}

/// Every part of a word that a possessive or an elision leaves.
fn is_known(lower: &str, names: &BTreeSet<String>) -> bool {
    let bare = lower.strip_suffix("'s").unwrap_or(lower);
    names.contains(bare)
        || names.contains(lower)
        || SPELLING.knows(lower)
        || SPELLING.knows(bare)
        || SPELLING.derives(bare)
        || (!bare.is_ascii() && SPELLING.knows(&plain(bare)))
}

/// Without the ligatures and marks of older spelling: "zoöphagous", "anæmic".
fn plain(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ä' | 'à' | 'â' => out.push('a'),
            'ë' | 'é' | 'è' | 'ê' => out.push('e'),
            'ï' | 'î' => out.push('i'),
            'ö' | 'ô' => out.push('o'),
            'ü' | 'û' => out.push('u'),
            _ => out.push(c),
        }
    }
    out
}

/// The names given, and every word with a capital where a sentence would not give it one.
fn with_those_in(prose: &Prose, names: &BTreeSet<String>) -> BTreeSet<String> {
    let mut all = names.clone();
    let mut at_start: HashMap<&str, usize> = HashMap::new();
    for sentence in &prose.sentences {
        for (index, word) in prose.words_of(sentence).iter().enumerate().filter(|(_, word)| word.capital) {
            let opens = prose.text[..word.at.start].ends_with(['“', '"', '‘', '\'']);
            let starts = index == 0 || opens;
            let times = at_start.entry(&word.lower).or_default();
            *times += 1;
            if !starts || *times > 1 {
                let bare = word.lower.strip_suffix("'s").unwrap_or(&word.lower);
                all.insert(bare.to_owned());
            }
        }
    }
    all
}

/// Letters only, no part of a compound, no acronym.
fn is_looked_at(prose: &Prose, word: &Word) -> bool {
    let written = prose.written(word);
    let letters = written.chars().count();
    let plain = written.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’'));
    let (before, mut rest) =
        (prose.text[..word.at.start].chars().next_back(), prose.text[word.at.end..].chars());
    let after = rest.next();
    // `www.example.com`, but not a stop without its blank.
    let address = after == Some('.') && rest.next().is_some_and(char::is_lowercase) || before == Some('.');
    let joins = |c: Option<char>| {
        c.is_some_and(|c| matches!(c, '-' | '‑' | '_' | '*' | '/' | '@' | '\'' | '’' | '`'))
    };
    letters >= 3
        && plain
        && !address
        && !written.chars().skip(1).any(char::is_uppercase)
        && !joins(before)
        && !joins(after)
}

/// Whether an emphasis of Markdown that is open on this line holds the word.
fn in_italics(prose: &Prose, word: &Word) -> bool {
    const FAR: usize = 300;
    let window = &prose.text.as_bytes()[word.at.start.saturating_sub(FAR)..word.at.start];
    let line = window.rsplit(|b| *b == b'\n').next().unwrap_or(window);
    let odd = |mark: u8| line.iter().filter(|b| **b == mark).count() % 2 == 1;
    odd(b'_') || odd(b'*')
}
