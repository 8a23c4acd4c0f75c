use proptest::prelude::*;

use super::*;

/// The diff as one line: `[-gone-]`, `{+came+}`, and `¶` where a paragraph of the view ends.
fn shown(old: &str, new: &str) -> String {
    let mut out = String::new();
    for paragraph in Diff::new(old, new).paragraphs {
        for span in paragraph.spans {
            let text = span.text.replace('\n', "⏎");
            let [open, close] = match span.tag {
                Tag::Same => ["", ""],
                Tag::Added => ["{+", "+}"],
                Tag::Removed => ["[-", "-]"],
            };
            out.extend([open, &text, close]);
        }
        out.push('¶');
    }
    out
}

#[test]
fn a_changed_word_is_the_only_change() {
    assert_eq!(
        shown("The cold rain fell on the pier.", "The warm rain fell on the pier."),
        "The[- cold-]{+ warm+} rain fell on the pier.¶"
    );
}

#[test]
fn rewrapping_is_no_change() {
    assert!(Diff::new("The rain\nfell on the\npier.", "The rain fell on\nthe pier.").is_same());
    assert!(Diff::new("雨が\n降る。", "雨が降る。").is_same());
    assert!(!Diff::new("wait—now", "wait — now").is_same());
}

#[test]
fn a_paragraph_that_came_or_went_stands_alone() {
    assert_eq!(shown("One.\n\nThree.", "One.\n\nTwo.\n\nThree."), "One.⏎⏎¶{+Two.+}{+⏎⏎+}¶Three.¶");
    assert_eq!(shown("One.\n\nTwo.\n\nThree.", "One.\n\nThree."), "One.⏎⏎¶[-Two.-][-⏎⏎-]¶Three.¶");
}

#[test]
fn joined_and_split_paragraphs_keep_their_words() {
    assert_eq!(shown("One fell.\n\nTwo rose.", "One fell. Two rose."), "One fell.[-⏎⏎-] Two rose.¶");
    assert_eq!(shown("One fell. Two rose.", "One fell.\n\nTwo rose."), "One fell.{+⏎⏎+}¶Two rose.¶");
}

#[test]
fn an_inserted_paragraph_does_not_misalign_the_edited_ones_after_it() {
    let old = "The harbour slept under snow.\n\nMara counted the lamps twice.\n\nNobody answered the bell.";
    let new = "A ship came.\n\nThe harbour slept under ice.\n\nMara counted the lamps thrice.\n\nNobody heard the bell.";
    assert_eq!(
        shown(old, new),
        "{+A ship came.+}{+⏎⏎+}¶The harbour slept under[- snow-]{+ ice+}.⏎⏎¶Mara counted the lamps[- twice-]{+ \
         thrice+}.⏎⏎¶Nobody[- answered-]{+ heard+} the bell.¶"
    );
}

#[test]
fn a_rewritten_sentence_is_shown_whole() {
    let old = "He walked home. The evening sky above the harbour was heavy with unbroken cloud. She slept.";
    let new =
        "He walked home. Lanterns swung over every doorway while children chased paper boats. She slept.";
    assert_eq!(
        shown(old, new),
        "He walked home.[- The evening sky above the harbour was heavy with unbroken cloud.-]{+ Lanterns swung \
         over every doorway while children chased paper boats.+} She slept.¶"
    );
}

#[test]
fn graphemes_and_ideographs_are_never_cut() {
    assert_eq!(shown("café 👩‍👩‍👧 ok", "cafe\u{301} 👩‍👩‍👦 ok"), "[-café 👩‍👩‍👧-]{+cafe\u{301} 👩‍👩‍👦+} ok¶");
    assert_eq!(shown("雨が降る。", "雪が降る。"), "[-雨-]{+雪+}が降る。¶");
}

#[test]
fn changes_are_found_in_reading_order() {
    let diff = Diff::new("a b c d e\n\nf g h", "a X c d e\n\nf g Y");
    let at: Vec<_> = diff.changes().iter().map(|c| (c.paragraph, c.span)).collect();
    assert_eq!(at, [(0, 1), (1, 1)]);
    assert_eq!(diff.words(), (2, 2));
    assert!(Diff::new("", "").changes().is_empty());
}

/// Prose of few words, so that two texts share many of them.
fn prose() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "rain",
        "the",
        "harbour",
        "slept",
        ".",
        "!",
        " ",
        " ",
        " ",
        "\n",
        "\n\n",
        "雨",
        "が",
        "e\u{301}",
        "👩‍👩‍👧",
        "“",
        "”",
        "don't",
        "—",
        "\r\n",
        "  ",
        "Mara",
    ]);
    prop::collection::vec(piece, 0..80).prop_map(|p| p.concat())
}

fn joined(diff: &Diff, tag: Tag) -> String {
    diff.spans().filter(|s| s.tag == Tag::Same || s.tag == tag).map(|s| s.text.as_str()).collect()
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn same_and_added_are_the_new_text(old in prose(), new in prose()) {
        prop_assert_eq!(joined(&Diff::new(&old, &new), Tag::Added), new);
    }

    #[test]
    fn same_and_removed_are_the_old_text_but_for_blanks(old in prose(), new in prose()) {
        let diff = Diff::new(&old, &new);
        prop_assert_eq!(without_blanks(&joined(&diff, Tag::Removed)), without_blanks(&old));
    }

    #[test]
    fn any_text_equals_itself(text in "\\PC{0,200}|[a-z .\n]{0,200}") {
        prop_assert!(Diff::new(&text, &text).is_same());
    }
}
