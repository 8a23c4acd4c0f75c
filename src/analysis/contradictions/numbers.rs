//! Numbers in words and digits.

use super::reading::{Reading, Sentence};

const SMALL: [&str; 20] = [
    "zero",
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
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ORDINALS: [&str; 20] = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];

fn small(word: &str) -> Option<u32> {
    SMALL.iter().position(|s| *s == word).map(|n| n as u32)
}

fn tens(word: &str) -> Option<u32> {
    TENS.iter().position(|t| *t == word).map(|n| (n as u32 + 2) * 10)
}

/// Reads a number that begins at a token; returns it and the token after it.
pub(super) fn number(reading: &Reading<'_>, sentence: &Sentence, at: usize) -> Option<(u32, usize)> {
    let word = |at| reading.low(sentence, at);
    if word(at).bytes().all(|b| b.is_ascii_digit()) {
        return word(at).parse().ok().map(|n| (n, at + 1));
    }
    let below_hundred = |at: usize| match tens(word(at)) {
        Some(ten) => match small(word(at + 1)) {
            Some(one @ 1..10) => Some((ten + one, at + 2)),
            _ => Some((ten, at + 1)),
        },
        None => small(word(at)).map(|n| (n, at + 1)),
    };
    let (mut value, mut end) = below_hundred(at).or_else(|| (word(at) == "a").then_some((1, at + 1)))?;
    let mut scaled = false;
    for (scale, factor) in [("hundred", 100), ("thousand", 1000)] {
        if word(end) == scale {
            (value, end, scaled) = (value * factor, end + 1, true);
            let and = usize::from(word(end) == "and");
            if let Some((more, after)) = below_hundred(end + and) {
                (value, end) = (value + more, after);
            }
        }
    }
    // "a" is a number only before "hundred".
    (scaled || word(at) != "a").then_some((value, end))
}

/// Reads a day of a month: `3`, `3rd`, "third", "twenty-first"; returns it and the token after it.
pub(super) fn day(reading: &Reading<'_>, sentence: &Sentence, at: usize) -> Option<(u32, usize)> {
    let word = reading.low(sentence, at);
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let suffix = &word[digits.len()..];
    if !digits.is_empty() && matches!(suffix, "" | "st" | "nd" | "rd" | "th") {
        return digits.parse().ok().filter(|d| (1..=31).contains(d)).map(|d| (d, at + 1));
    }
    let ordinal = |word: &str| ORDINALS.iter().position(|o| *o == word).map(|n| n as u32).filter(|n| *n > 0);
    match word {
        "twentieth" => Some((20, at + 1)),
        "thirtieth" => Some((30, at + 1)),
        "twenty" | "thirty" => {
            let one = ordinal(reading.low(sentence, at + 1)).filter(|n| *n < 10)?;
            Some((if word == "twenty" { 20 } else { 30 } + one, at + 2)).filter(|(d, _)| *d <= 31)
        }
        word => ordinal(word).map(|d| (d, at + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::*;

    fn read(text: &str) -> Option<u32> {
        let reading = Reading::of(Source::Page(0), text);
        number(&reading, &reading.sentences[0], 0).map(|(n, _)| n)
    }

    #[test]
    fn numbers_are_read_in_words_and_digits() {
        for (text, value) in [
            ("twenty-six years", 26),
            ("three hundred people", 300),
            ("a hundred and five", 105),
            ("two thousand and one", 2001),
            ("41 posts", 41),
            ("nineteen", 19),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
        assert_eq!((read("a dog"), read("posts")), (None, None));
        let reading = Reading::of(Source::Page(0), "twenty-first of June");
        assert_eq!(day(&reading, &reading.sentences[0], 0), Some((21, 2)));
    }
}
