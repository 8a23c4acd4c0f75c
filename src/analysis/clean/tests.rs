use proptest::prelude::*;

use super::*;

#[test]
fn clean_text_is_not_copied() {
    for text in ["", "plain\nlines", "“Curly” — café, 雨, Ünïcödé", "👩‍👩‍👧‍👦 at 7️⃣", "می‌خواهم", "e\u{301}"]
    {
        assert!(matches!(clean(text), Cow::Borrowed(_)), "{text:?} was copied");
    }
}

#[test]
fn escape_sequences_go_whole() {
    assert_eq!(clean("a\x1b[31;1mred\x1b[0m b"), "ared b");
    assert_eq!(clean("a\x1b]52;c;cm0gLXJm\x07b"), "ab");
    assert_eq!(clean("a\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\b"), "alinkb");
    assert_eq!(clean("a\u{9b}2Jb\u{9d}0;title\u{9c}c"), "abc");
    assert_eq!(clean("a\x1bPq#0;2\x1b\\b\x1b_G\x1b\\c\x1bcd\x1b(Be"), "abcde");
    assert_eq!(clean("end\x1b"), "end");
    assert_eq!(clean("end\x1b["), "end");
    assert_eq!(clean("a\x1b[12é"), "aé");
}

#[test]
fn an_unterminated_string_sequence_does_not_swallow_the_text_after_it() {
    assert_eq!(clean("a\x1b]52;c;xyz\nThe next line."), "a52;c;xyz\nThe next line.");
    assert_eq!(clean("a\x1b]0;one\x1b]0;two\x07b"), "ab");
}

#[test]
fn line_ends_become_newlines_and_tabs_spaces() {
    assert_eq!(clean("a\r\nb\rc\u{2028}d\u{85}e\x0cf"), "a\nb\nc\nd\ne\nf");
    assert_eq!(clean("a\tb"), "a    b");
}

#[test]
fn what_hides_or_reorders_is_removed() {
    assert_eq!(clean("a\u{202e}b\u{2066}c\u{200f}d\u{61c}e"), "abcde");
    assert_eq!(clean("a\u{200b}b\u{2060}c\u{feff}d\u{ad}e"), "abcde");
    assert_eq!(clean("a\u{e0041}\u{e007f}b\u{e0001}"), "ab");
    assert_eq!(clean("a\u{200d}b\u{200c}c"), "abc");
    assert_eq!(clean("a\u{fe0f}\u{fe0f}b\u{e0100}"), "ab");
    assert_eq!(clean("a\u{fdd0}\u{ffff}b"), "ab");
    assert_eq!(clean("a\0\x08\x7fb\u{81}c"), "abc");
}

#[test]
fn marks_and_joiners_without_end_become_few() {
    let zalgo = format!("a{}b", "\u{301}".repeat(1000));
    assert_eq!(clean(&zalgo).chars().count(), 2 + usize::from(MARKS));
    let chain = "👩\u{200d}".repeat(500) + "👩";
    let longest = unicode_segmentation::UnicodeSegmentation::graphemes(&*clean(&chain), true)
        .map(|g| g.chars().count())
        .max();
    assert_eq!(longest, Some(2 * usize::from(JOINERS) + 1));
}

#[test]
fn a_mark_without_a_letter_does_not_fall_on_the_border_before_it() {
    assert_eq!(clean("\u{301}a\n\u{301}b"), "a\nb");
    assert_eq!(clean_line(" \u{200b} \u{301}x"), "x");
}

#[test]
fn a_line_is_one_line() {
    assert_eq!(clean_line("  A\ttitle\r\n  of\n\n two "), "A title of two");
    assert!(matches!(clean_line("Already one"), Cow::Borrowed(_)));
}

#[test]
fn a_text_of_introducers_is_read_once() {
    // Each of these made a naive scan quadratic; a megabyte would then take minutes.
    for unit in ["\x1b]", "\u{9d}", "\x1b[", "\u{90}x"] {
        let text = unit.repeat(300_000) + "\nend";
        assert!(clean(&text).ends_with("\nend"));
    }
}

#[test]
fn what_an_author_pastes_is_kept_to_the_letter_but_for_controls() {
    let text = "a\tb\u{202e}c\u{200b}\u{200f}é👩‍👩‍👧\n";
    assert!(matches!(without_controls(text), Cow::Borrowed(_)));
    assert_eq!(without_controls("a\r\nb\rc\x1b[31md\x1b]52;c;x\x07e\0f\u{fdd0}"), "a\nb\ncdef");
}

fn hostile_text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "\x1b",
        "\x1b[",
        "\x1b]8;;",
        "\x07",
        "\u{9b}",
        "\u{9d}",
        "\u{9c}",
        "\r",
        "\n",
        "\t",
        "\u{202e}",
        "\u{2066}",
        "\u{200d}",
        "\u{200c}",
        "\u{200b}",
        "\u{fe0f}",
        "\u{e0101}",
        "\u{e0041}",
        "\u{301}",
        "👩",
        "🏽",
        "雨",
        "م",
        "क",
        "्",
        " ",
        "\\",
        "m",
        "\u{feff}",
        "\u{34f}",
        "\u{1160}",
        "\u{600}",
    ]);
    prop::collection::vec(
        prop_oneof![special.prop_map(str::to_owned), any::<char>().prop_map(String::from)],
        0..60,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn nothing_hostile_is_left(text in hostile_text()) {
        let cleaned = clean(&text);
        prop_assert!(cleaned.chars().all(|c| c == '\n' || !is_hostile(c)), "{cleaned:?}");
        prop_assert!(is_clean(&cleaned), "{text:?} -> {cleaned:?}");
    }

    #[test]
    fn cleaning_twice_changes_nothing(text in hostile_text()) {
        let once = clean(&text).into_owned();
        prop_assert_eq!(clean(&once), once.as_str());
        let line = clean_line(&text).into_owned();
        prop_assert!(!line.contains('\n'));
        prop_assert_eq!(clean_line(&line), line.as_str());
    }

    #[test]
    fn ordinary_letters_are_never_lost(text in "[a-zA-Zäöüéñ雨の,. \n]{0,200}") {
        prop_assert_eq!(clean(&text), text.as_str());
    }
}
