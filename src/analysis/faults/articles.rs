//! "a" and "an", by the sound of the next word. Nobody is corrected in what they say.

use super::{Fault, FaultKind, cased};
use crate::analysis::english::ENGLISH;
use crate::analysis::prose::Prose;

pub(super) fn find(prose: &Prose, out: &mut Vec<Fault>) {
    for pair in prose.words.windows(2) {
        let [article, next] = pair else { continue };
        let is_an = match &*article.lower {
            "a" => false,
            "an" => true,
            _ => continue,
        };
        let written = prose.written(article);
        let plain = !article.spoken && !next.spoken && prose.adjoin(article, next) && written != "AN";
        let Some(wants_an) = sounds_like_vowel(prose.written(next), &next.lower) else { continue };
        // "A" may also be a letter or a note: "a and b".
        let letter = !is_an && ENGLISH.small.contains(&*next.lower) && !qualifies(&next.lower);
        if plain && !letter && wants_an != is_an {
            let meant = if wants_an { "an" } else { "a" };
            out.push(Fault {
                kind: FaultKind::Article,
                at: article.at.clone(),
                fix: Some(cased(written, meant)),
                why: format!("before “{}” the article is “{meant}”", prose.written(next)),
            });
        }
    }
}

/// Small words that stand between an article and its noun.
fn qualifies(word: &str) -> bool {
    matches!(word, "all" | "almost" | "already" | "even" | "ever" | "only" | "other")
}

/// Whether a word begins with the sound of a vowel; `None` where that is open.
fn sounds_like_vowel(written: &str, word: &str) -> Option<bool> {
    let begins = |list: &[String]| list.iter().any(|start| word.starts_with(start.as_str()));
    let acronym = written.chars().filter(|c| c.is_uppercase()).count() > 1;
    if acronym || word.chars().count() < 3 || !word.chars().all(|c| c.is_ascii_alphabetic() || c == '\'') {
        return None;
    }
    if begins(&ENGLISH.vowel_sound) {
        return Some(true);
    }
    if begins(&ENGLISH.consonant_sound) {
        return Some(false);
    }
    let first = word.chars().next()?;
    if matches!(first, 'h' | 'u') {
        // An historian, a hero; an uncle, a uranologist: "un-" and "up-" are sure, and so is most of h.
        let sure = ["un", "up", "ug", "ul", "um", "us"].iter().any(|start| word.starts_with(start));
        let open = ["unan", "uni", "hist", "hab", "hyst", "herb", "hot", "her", "humb"];
        if open.iter().any(|start| word.starts_with(start)) || (first == 'u' && !sure) {
            return None;
        }
    }
    Some(matches!(first, 'a' | 'e' | 'i' | 'o' | 'u'))
}
