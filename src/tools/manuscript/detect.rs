//! The language of a text that does not say it.

use super::Block;
use crate::domain::language;

/// Characters that are looked at.
const SAMPLE: usize = 20_000;
/// The languages that are told apart; the fewer, the less a short text is mistaken for another.
const LANGUAGES: [whatlang::Lang; 33] = {
    use whatlang::Lang::{
        Ara, Bul, Cat, Ces, Cmn, Dan, Deu, Ell, Eng, Est, Fin, Fra, Heb, Hin, Hrv, Hun, Ita, Jpn, Kor, Lav,
        Lit, Nld, Nob, Pol, Por, Ron, Rus, Slk, Slv, Spa, Swe, Tur, Ukr,
    };
    [
        Ara, Bul, Cat, Ces, Cmn, Dan, Deu, Ell, Eng, Est, Fin, Fra, Heb, Hin, Hrv, Hun, Ita, Jpn, Kor, Lav,
        Lit, Nld, Nob, Pol, Por, Ron, Rus, Slk, Slv, Spa, Swe, Tur, Ukr,
    ]
};
/// A guess that is less certain than this, from 0 to 1, is none.
const MIN_CONFIDENCE: f64 = 0.5;

/// Returns the tag of the language that a text is most probably written in; none for one that is too short to tell.
pub(super) fn language(blocks: &[Block]) -> Option<String> {
    let mut sample = String::new();
    for block in blocks {
        let words = match block {
            Block::Heading { title, .. } => title,
            Block::Paragraph(words) => words,
        };
        sample.push_str(words);
        sample.push('\n');
        if sample.len() > SAMPLE {
            break;
        }
    }
    let found = whatlang::Detector::with_allowlist(LANGUAGES.to_vec()).detect(&sample);
    let found = found.filter(|f| f.is_reliable() || f.confidence() >= MIN_CONFIDENCE)?;
    match found.lang() {
        whatlang::Lang::Cmn => Some("zh".into()),
        lang => language::tag_of(lang.eng_name()),
    }
}
