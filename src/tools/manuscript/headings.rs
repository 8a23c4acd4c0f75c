//! Lines that read like the headings of chapters, for texts that have no other headings.

use super::Block;

/// The longest line that is taken for a heading, in characters.
const MAX_LENGTH: usize = 80;
/// What chapters and parts are called, in lower case.
const NAMES: [&str; 58] = [
    "chapter",
    "part",
    "book",
    "volume",
    "section",
    "kapitel",
    "teil",
    "buch",
    "band",
    "abschnitt",
    "chapitre",
    "partie",
    "livre",
    "tome",
    "capítulo",
    "capitulo",
    "parte",
    "libro",
    "capitolo",
    "hoofdstuk",
    "deel",
    "kapittel",
    "kapitola",
    "rozdział",
    "część",
    "księga",
    "kapitoli",
    "luku",
    "osa",
    "fejezet",
    "rész",
    "capitolul",
    "partea",
    "poglavlje",
    "poglavje",
    "glava",
    "dio",
    "bölüm",
    "kısım",
    "κεφάλαιο",
    "μέρος",
    "глава",
    "часть",
    "книга",
    "розділ",
    "частина",
    "раздзел",
    "дел",
    "פרק",
    "חלק",
    "الفصل",
    "فصل",
    "الباب",
    "الجزء",
    "chương",
    "phần",
    "bab",
    "peatükk",
];
/// What has no number, in lower case.
const UNNUMBERED: [&str; 34] = [
    "prologue",
    "epilogue",
    "prolog",
    "epilog",
    "épilogue",
    "prólogo",
    "epílogo",
    "prologo",
    "epilogo",
    "proloog",
    "epiloog",
    "prológ",
    "пролог",
    "эпилог",
    "епілог",
    "пролог.",
    "πρόλογος",
    "επίλογος",
    "önsöz",
    "sonsöz",
    "interlude",
    "foreword",
    "afterword",
    "preface",
    "introduction",
    "楔子",
    "序章",
    "序言",
    "尾声",
    "尾聲",
    "后记",
    "終章",
    "프롤로그",
    "에필로그",
];
const ENGLISH: [&str; 20] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];
const NUMBERS: [&str; 64] = [
    "the",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "last",
    "eins",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "erster",
    "zweiter",
    "erste",
    "zweite",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "premier",
    "première",
    "deuxième",
    "troisième",
    "dernier",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "primero",
    "primera",
    "segundo",
    "segunda",
    "tercero",
    "um",
    "dois",
    "três",
    "primeiro",
    "primeira",
    "due",
    "tre",
    "quattro",
    "primo",
    "prima",
    "secondo",
    "eerste",
    "tweede",
    "första",
    "andra",
    "første",
    "anden",
    "pierwszy",
    "drugi",
    "первая",
    "вторая",
    "третья",
    "ראשון",
];

/// Makes headings of lines that read like them, where a text has none.
pub(super) fn promote(blocks: Vec<Block>) -> Vec<Block> {
    if blocks.iter().any(|block| matches!(block, Block::Heading { .. })) {
        return blocks;
    }
    let counted = counted(&blocks);
    let mut out = Vec::with_capacity(blocks.len());
    let mut blocks = blocks.into_iter().enumerate().peekable();
    while let Some((at, block)) = blocks.next() {
        let title = match &block {
            Block::Paragraph(words) => bare(words).filter(|line| counted.contains(&at) || is_chapter(line)),
            Block::Heading { .. } => None,
        };
        // A heading that another one follows is a line of a table of contents.
        let next = blocks.peek().and_then(|(at, next)| match next {
            Block::Paragraph(words) => bare(words).filter(|l| counted.contains(at) || is_chapter(l)),
            Block::Heading { .. } => None,
        });
        match title {
            Some(title) if blocks.peek().is_some() && next.is_none() => {
                out.push(Block::Heading { level: 2, title });
            }
            _ => out.push(block),
        }
    }
    out
}

/// Returns the words of a paragraph that is one short line, without marks around it.
fn bare(paragraph: &str) -> Option<String> {
    if paragraph.len() > 4 * MAX_LENGTH || paragraph.trim().lines().count() > 2 {
        return None;
    }
    let words = crate::formats::document::plain_text(&crate::formats::markdown::read_inlines(paragraph));
    let words = words.trim().replace('\n', " ");
    (!words.is_empty() && words.chars().count() <= MAX_LENGTH).then_some(words)
}

/// Finds numbers that stand alone and count up from one.
fn counted(blocks: &[Block]) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let Block::Paragraph(words) = block else { continue };
        if bare(words).and_then(|line| value(&line)) == Some(found.len() as u32 + 1) {
            found.push(at);
        }
    }
    if found.len() < 2 { Vec::new() } else { found }
}

/// Returns the value of a numeral: `2`, `II.`, `Two`, `二`.
fn value(line: &str) -> Option<u32> {
    let bare = line.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() || line.chars().count() > bare.chars().count() + 4 {
        return None;
    }
    let lower = bare.to_lowercase();
    if let Some(at) = ENGLISH.iter().position(|word| *word == lower) {
        return Some(at as u32 + 1);
    }
    bare.parse().ok().or_else(|| roman(bare)).or_else(|| chinese(bare))
}

fn roman(text: &str) -> Option<u32> {
    let digit = |c| {
        Some(match c {
            'I' => 1,
            'V' => 5,
            'X' => 10,
            'L' => 50,
            'C' => 100,
            'D' => 500,
            'M' => 1000,
            _ => return None,
        })
    };
    let digits: Vec<u32> = text.chars().map(digit).collect::<Option<_>>()?;
    let one = |(at, digit): (usize, &u32)| {
        let less = digits.get(at + 1).is_some_and(|next| next > digit);
        if less { -i64::from(*digit) } else { i64::from(*digit) }
    };
    u32::try_from(digits.iter().enumerate().map(one).sum::<i64>()).ok()
}

fn chinese(text: &str) -> Option<u32> {
    const DIGITS: [char; 10] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
    let mut value = 0;
    for c in text.chars() {
        let digit = DIGITS.iter().position(|d| *d == c)? as u32 + 1;
        value = if digit == 10 { value.max(1) * 10 } else { value + digit };
    }
    (value > 0).then_some(value)
}

/// Returns whether a line reads like the heading of a chapter.
pub(super) fn is_chapter(line: &str) -> bool {
    let line = line.trim();
    if line.is_empty() || line.chars().count() > MAX_LENGTH {
        return false;
    }
    if let Some(is_chapter) = east_asian(line) {
        return is_chapter;
    }
    let words: Vec<String> =
        line.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let Some(first) = words.first() else { return false };
    let Some(second) = words.get(1) else { return UNNUMBERED.contains(&first.as_str()) };
    let is_numbered = |word: &str| {
        word.chars().all(char::is_numeric)
            || word.chars().all(|c| "ivxlcdm".contains(c))
            || ENGLISH.contains(&word)
            || NUMBERS.contains(&word)
    };
    let is_name = |word: &str| NAMES.contains(&word);
    let is_short = words.len() <= 8 && !line.ends_with(['.', ',', ';']);
    (is_name(first) && is_numbered(second))
        // `Erstes Kapitel`, `2. fejezet`, `الفصل الأول`.
        || (is_name(second) && words.len() == 2 && is_short)
        || (is_name(first) && words.len() == 2 && is_short && !line.is_ascii())
        || (UNNUMBERED.contains(&first.as_str()) && is_short && line.contains([':', '—', '–', '-']))
}

/// Judges lines of Chinese, Japanese and Korean; none for others.
fn east_asian(line: &str) -> Option<bool> {
    let is_number = |c: char| c.is_numeric() || "〇零一二三四五六七八九十百千两兩上中下".contains(c);
    let is_end = |rest: &str| rest.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric());
    let is_open = !line.ends_with(['。', '，', '！', '？', '”', '」']) && line.chars().count() <= 40;
    let numbered = |rest: &str, units: &str| {
        let rest = rest.trim_start();
        let number = rest.chars().take_while(|c| is_number(*c)).count();
        let after: String = rest.chars().skip(number).collect();
        number > 0 && number <= 8 && after.trim_start().starts_with(|c| units.contains(c))
    };
    if let Some(rest) = line.strip_prefix('第') {
        return Some(is_open && numbered(rest, "章回節节話话部卷集幕篇"));
    }
    if let Some(rest) = line.strip_prefix('제') {
        return Some(is_open && numbered(rest, "장화부권회"));
    }
    for name in [
        "楔子",
        "序章",
        "序言",
        "序",
        "尾声",
        "尾聲",
        "后记",
        "後記",
        "終章",
        "终章",
        "引子",
        "프롤로그",
        "에필로그",
    ] {
        if let Some(rest) = line.strip_prefix(name) {
            return Some(is_open && is_end(rest));
        }
    }
    for name in ["卷", "番外", "外传", "外傳"] {
        if let Some(rest) = line.strip_prefix(name) {
            let after = rest.trim_start_matches(is_number);
            return Some(is_open && (after.len() < rest.len() || rest.is_empty()) && is_end(after));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(paragraphs: &[&str]) -> Vec<String> {
        let blocks = paragraphs.iter().map(|p| Block::Paragraph((*p).to_owned())).collect();
        let titles = promote(blocks).into_iter().filter_map(|block| match block {
            Block::Heading { title, .. } => Some(title),
            Block::Paragraph(_) => None,
        });
        titles.collect()
    }

    #[test]
    fn headings_of_many_languages_are_recognised() {
        for line in [
            "Chapter 1",
            "CHAPTER ONE",
            "Chapter Two: Sun",
            "Part the First",
            "Erstes Kapitel",
            "2. Kapitel",
            "Rozdział 1",
            "פרק 1",
            "Глава XII",
            "Chapitre premier",
            "第一章 初入江湖",
            "第 2 章 风雪欲来",
            "卷二 少年游",
            "番外一 后来",
            "尾声",
            "楔子",
            "제1장",
            "Prologue",
            "الفصل الأول",
            "Chương 3",
            "1. fejezet",
        ] {
            assert!(is_chapter(line), "{line}");
        }
        for line in [
            "The chapter of accidents.",
            "Part of her wanted to go.",
            "Book now",
            "第二天，他走了。",
            "序幕拉开了他的一生",
            "Introduction to the sea",
            "She waited.",
            "",
        ] {
            assert!(!is_chapter(line), "{line}");
        }
    }

    #[test]
    fn numerals_that_stand_alone_are_headings_where_they_count_up() {
        for marks in [["I", "II.", "III"], ["One", "Two", "Three"], ["1", "2", "3"], ["**一**", "二", "三"]]
        {
            let found = titles(&[marks[0], "She waited.", marks[1], "She left.", marks[2], "It rained."]);
            assert_eq!(found.len(), 3, "{marks:?}");
        }
        assert!(titles(&["7", "She waited.", "3", "She left."]).is_empty());
        assert!(titles(&["One", "She waited."]).is_empty());
    }
}
