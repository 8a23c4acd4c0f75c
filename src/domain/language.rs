//! The language of a book: from the author's words for it to the tag that files carry (BCP 47).

/// Languages by the names that authors give them: the English one, and their own.
const NAMES: [(&str, &[&str]); 62] = [
    ("en", &["english"]),
    ("en-GB", &["british english", "british"]),
    ("en-US", &["american english", "american"]),
    ("de", &["german", "deutsch"]),
    ("fr", &["french", "français", "francais"]),
    ("es", &["spanish", "español", "espanol", "castellano"]),
    ("pt", &["portuguese", "português", "portugues"]),
    ("pt-BR", &["brazilian portuguese", "brazilian", "português brasileiro"]),
    ("it", &["italian", "italiano"]),
    ("nl", &["dutch", "nederlands"]),
    ("sv", &["swedish", "svenska"]),
    ("da", &["danish", "dansk"]),
    ("nb", &["norwegian", "norsk", "bokmål"]),
    ("nn", &["nynorsk"]),
    ("fi", &["finnish", "suomi"]),
    ("is", &["icelandic", "íslenska"]),
    ("pl", &["polish", "polski"]),
    ("cs", &["czech", "čeština", "česky"]),
    ("sk", &["slovak", "slovenčina"]),
    ("sl", &["slovenian", "slovene", "slovenščina"]),
    ("hr", &["croatian", "hrvatski"]),
    ("sr", &["serbian", "srpski", "српски"]),
    ("bs", &["bosnian", "bosanski"]),
    ("mk", &["macedonian", "македонски"]),
    ("bg", &["bulgarian", "български"]),
    ("ru", &["russian", "русский"]),
    ("uk", &["ukrainian", "українська"]),
    ("be", &["belarusian", "беларуская"]),
    ("ro", &["romanian", "română"]),
    ("hu", &["hungarian", "magyar"]),
    ("el", &["greek", "ελληνικά"]),
    ("tr", &["turkish", "türkçe"]),
    ("sq", &["albanian", "shqip"]),
    ("lt", &["lithuanian", "lietuvių"]),
    ("lv", &["latvian", "latviešu"]),
    ("et", &["estonian", "eesti"]),
    ("ga", &["irish", "gaeilge"]),
    ("cy", &["welsh", "cymraeg"]),
    ("gd", &["scottish gaelic", "gàidhlig"]),
    ("eu", &["basque", "euskara"]),
    ("ca", &["catalan", "català"]),
    ("gl", &["galician", "galego"]),
    ("la", &["latin", "latina"]),
    ("eo", &["esperanto"]),
    ("ar", &["arabic", "العربية", "عربي"]),
    ("he", &["hebrew", "עברית"]),
    ("yi", &["yiddish", "ייִדיש"]),
    ("fa", &["persian", "farsi", "فارسی"]),
    ("ur", &["urdu", "اردو"]),
    ("hi", &["hindi", "हिन्दी", "हिंदी"]),
    ("bn", &["bengali", "bangla", "বাংলা"]),
    ("ta", &["tamil", "தமிழ்"]),
    ("th", &["thai", "ไทย"]),
    ("vi", &["vietnamese", "tiếng việt"]),
    ("id", &["indonesian", "bahasa indonesia"]),
    ("ms", &["malay", "bahasa melayu"]),
    ("sw", &["swahili", "kiswahili"]),
    ("ja", &["japanese", "日本語"]),
    ("ko", &["korean", "한국어"]),
    ("zh", &["chinese", "mandarin", "中文", "汉语", "漢語"]),
    ("zh-Hans", &["simplified chinese", "简体中文"]),
    ("zh-Hant", &["traditional chinese", "繁體中文"]),
];

/// What a file says where nothing is known: undetermined.
pub const UNKNOWN: &str = "und";

/// Returns the tag of a language that is named in plain words, or that is a tag already; none when it is not known.
/// Of several words the first that names one counts: `German, with some Latin`.
#[must_use]
pub fn tag_of(words: &str) -> Option<String> {
    let words = words.trim().to_lowercase();
    let named = |name: &str| NAMES.iter().find(|(_, names)| names.contains(&name)).map(|(tag, _)| *tag);
    if let Some(tag) = named(&words) {
        return Some(tag.to_owned());
    }
    if is_tag(&words) {
        return Some(in_form(&words));
    }
    words.split(|c: char| !c.is_alphanumeric()).find_map(named).map(str::to_owned)
}

/// Returns the English name of a tag's language: `Brazilian Portuguese` of `pt-BR`, `German` of `de-AT`.
#[must_use]
pub fn name_of(tag: &str) -> Option<String> {
    let known = |tag: &str| NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag));
    let (_, names) = known(tag).or_else(|| known(tag.split('-').next()?))?;
    let words = names[0].split(' ').map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    });
    Some(words.collect::<Vec<_>>().join(" "))
}

/// Whether a text has the form of a language tag: language in two or three letters, script, region, variants
/// (RFC 5646; longer languages are in its form, and there are none).
#[must_use]
pub fn is_tag(text: &str) -> bool {
    if !text.is_ascii() || text.len() > 35 {
        return false;
    }
    let mut parts = text.split('-').peekable();
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let variant = |part: &str| {
        part.bytes().all(|b| b.is_ascii_alphanumeric())
            && ((5..=8).contains(&part.len()) || (part.len() == 4 && part.as_bytes()[0].is_ascii_digit()))
    };
    if !parts.next().is_some_and(|language| matches!(language.len(), 2 | 3) && letters(language)) {
        return false;
    }
    let _script = parts.next_if(|p| p.len() == 4 && letters(p));
    let _region = parts.next_if(|p| (p.len() == 2 && letters(p)) || (p.len() == 3 && digits(p)));
    parts.all(variant)
}

/// Writes a tag the way tags are written: `pt-BR`, `zh-Hant`.
#[must_use]
pub fn in_form(tag: &str) -> String {
    let part = |(at, part): (usize, &str)| match (at, part.len()) {
        (1.., 2) => part.to_ascii_uppercase(),
        (1.., 4) => part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase(),
        _ => part.to_ascii_lowercase(),
    };
    tag.split('-').enumerate().map(part).collect::<Vec<_>>().join("-")
}

/// Whether a language is written from right to left: by its script where the tag names one.
#[must_use]
pub fn is_right_to_left(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    match parts.find(|p| p.len() == 4 && p.bytes().all(|b| b.is_ascii_alphabetic())) {
        Some(script) => {
            matches!(script, "arab" | "aran" | "hebr" | "syrc" | "thaa" | "nkoo" | "adlm" | "rohg")
        }
        None => matches!(
            language,
            "ar" | "he"
                | "iw"
                | "fa"
                | "ur"
                | "yi"
                | "ji"
                | "ps"
                | "sd"
                | "ug"
                | "dv"
                | "ckb"
                | "syr"
                | "arz"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_names_and_by_its_tag() {
        for (words, tag) in [
            ("English", "en"),
            (" british english ", "en-GB"),
            ("日本語", "ja"),
            ("German, with some Latin", "de"),
            ("pt-br", "pt-BR"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("Tiếng Việt", "vi"),
        ] {
            assert_eq!(tag_of(words).as_deref(), Some(tag), "{words}");
        }
        for words in ["", "plain", "the tongue of the sea", "en_GB!", "-"] {
            assert_eq!(tag_of(words), None, "{words}");
        }
    }

    #[test]
    fn every_named_language_has_a_tag_in_form() {
        for (tag, names) in NAMES {
            assert!(is_tag(tag) && in_form(tag) == tag && !names.is_empty(), "{tag}");
            assert!(
                names.iter().all(|n| n.to_lowercase() == **n && tag_of(n).as_deref() == Some(tag)),
                "{tag}"
            );
        }
    }

    #[test]
    fn a_tag_is_checked_by_its_form() {
        for good in ["en", "gsw", "de-1996", "sl-rozaj", "sr-Cyrl-RS", "und"] {
            assert!(is_tag(good), "{good}");
        }
        for bad in [
            "",
            "e",
            "english",
            "english language",
            "en-",
            "en--GB",
            "en-G",
            "12",
            "en-GB-GB",
            "é",
            "en-'\"<",
        ] {
            assert!(!is_tag(bad), "{bad}");
        }
    }

    #[test]
    fn arabic_and_hebrew_run_from_right_to_left_unless_written_otherwise() {
        assert!(["ar", "he-IL", "fa", "ur-PK", "yi", "az-Arab"].iter().all(|t| is_right_to_left(t)));
        assert!(!["en", "ja", "ar-Latn", "zh-Hant", "und"].iter().any(|t| is_right_to_left(t)));
    }
}
