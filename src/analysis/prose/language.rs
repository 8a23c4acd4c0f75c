//! Whether the rules of English hold for a text: by its script, and by the small words that every text is full of.

use super::Prose;
use crate::analysis::english::ENGLISH;

/// Words below which small words say too little and Latin script has to do.
const TOO_FEW: usize = 20;
/// The part of the words that are small words in English; other languages stay below 0.1, English prose above 0.3.
const SMALL_WORDS: f64 = 0.18;

/// Whether most of a text is English.
pub(super) fn is_english(prose: &Prose) -> bool {
    let letters = prose.words.iter().flat_map(|w| w.lower.chars()).filter(|c| c.is_alphabetic());
    let (mut latin, mut all) = (0_usize, 0_usize);
    for c in letters {
        all += 1;
        latin += usize::from(c.is_ascii());
    }
    if latin * 10 < all * 9 {
        return false;
    }
    let small = prose.words.iter().filter(|w| ENGLISH.small.contains(&*w.lower)).count();
    prose.words.len() < TOO_FEW || small as f64 >= SMALL_WORDS * prose.words.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_told_from_its_neighbours() {
        let english =
            "It was a cold night, and the rain had not stopped since they left the house by the sea.";
        let german = "Es war eine kalte Nacht, und der Regen hatte nicht aufgehört, seit sie das Haus am Meer \
                      verlassen hatten. Niemand sprach ein Wort.";
        let french = "La nuit était froide et la pluie n'avait pas cessé depuis qu'ils avaient quitté la maison \
                      au bord de la mer, et personne ne disait un mot.";
        for (text, expected) in
            [(english, true), (german, false), (french, false), ("雨が降っていた。", false)]
        {
            assert_eq!(Prose::of(text).english, expected, "{text}");
        }
        assert!(Prose::of("").english && Prose::of("Wait here.").english);
    }
}
