//! Whose words they are, by hand-made histories and by property.

use proptest::prelude::*;

use super::*;

fn agent(text: &str) -> Version {
    Version { text: text.into(), made: Made::Agent("m".into()), over: Vec::new() }
}

fn hand(text: &str) -> Version {
    Version { text: text.into(), made: Made::Hand, over: Vec::new() }
}

fn edit(text: &str, over: &[usize]) -> Version {
    Version { text: text.into(), made: Made::Edited, over: over.to_vec() }
}

fn imported(text: &str) -> Version {
    Version { text: text.into(), made: Made::Imported, over: Vec::new() }
}

/// The spans as `kind:text`.
fn shown(history: &[Version]) -> Vec<String> {
    let text = &history.last().unwrap().text;
    let one = |span: &Span| {
        let kind = match &span.origin {
            Origin::Agent(model) => format!("agent {model}"),
            Origin::Edited(model) => format!("edited {model}"),
            Origin::Hand => "hand".into(),
            Origin::Imported => "imported".into(),
        };
        format!("{kind}:{}", text[span.range.clone()].trim())
    };
    trace(history).iter().map(one).collect()
}

const FIRST: &str = "The harbour slept under snow. Mara counted the boats twice. Nobody answered the bell.";

#[test]
fn a_text_that_nobody_touched_is_all_its_writers() {
    assert_eq!(shown(&[agent(FIRST)]), [format!("agent m:{FIRST}")]);
    assert_eq!(shown(&[hand("By me.")]), ["hand:By me."]);
    assert_eq!(shown(&[imported("From a file.")]), ["imported:From a file."]);
    assert_eq!(trace(&[]), []);
    assert_eq!(trace(&[agent("")]), []);
    assert_eq!(trace(&[agent(" \n")]), [Span { range: 0..2, origin: Origin::Agent("m".into()), words: 0 }]);
}

#[test]
fn a_changed_word_makes_its_sentence_edited_and_no_other() {
    let changed = FIRST.replace("twice", "three times");
    assert_eq!(
        shown(&[agent(FIRST), edit(&changed, &[0])]),
        [
            "agent m:The harbour slept under snow.",
            "edited m:Mara counted the boats three times.",
            "agent m:Nobody answered the bell.",
        ]
    );
    let spans = trace(&[agent(FIRST), edit(&changed, &[0])]);
    assert_eq!(spans.iter().map(|s| s.words).collect::<Vec<_>>(), [5, 6, 4]);
}

#[test]
fn a_word_taken_out_makes_its_sentence_edited_and_a_sentence_taken_out_none() {
    let shorter = FIRST.replace("under ", "");
    assert_eq!(shown(&[agent(FIRST), edit(&shorter, &[0])])[0], "edited m:The harbour slept snow.");
    let without = FIRST.replace("Mara counted the boats twice. ", "");
    assert_eq!(shown(&[agent(FIRST), edit(&without, &[0])]), [format!("agent m:{without}")]);
}

#[test]
fn a_sentence_added_or_written_anew_is_the_hands() {
    let added = FIRST.replace(" Nobody", " She was afraid of the dark water. Nobody");
    assert_eq!(
        shown(&[agent(FIRST), edit(&added, &[0])]),
        [
            "agent m:The harbour slept under snow. Mara counted the boats twice.",
            "hand:She was afraid of the dark water.",
            "agent m:Nobody answered the bell.",
        ]
    );
    let anew = FIRST.replace(
        "Nobody answered the bell.",
        "Far out, past where the ice ended and all charts gave up, the bell of a drowned church began.",
    );
    let last = shown(&[agent(FIRST), edit(&anew, &[0])]).pop().unwrap();
    assert!(last.starts_with("hand:Far out") && last.ends_with("began."), "{last}");
}

#[test]
fn blanks_and_line_ends_change_no_origin() {
    let wrapped = FIRST.replace(". ", ".\n\n").replace("under snow", "under\nsnow");
    let spans = trace(&[agent(FIRST), edit(&wrapped, &[0])]);
    assert_eq!(spans.len(), 1);
    assert_eq!(spans[0].origin, Origin::Agent("m".into()));
}

#[test]
fn a_sentence_that_was_moved_is_still_its_writers() {
    let moved = "Nobody answered the bell.\n\nThe harbour slept under snow. Mara counted the boats twice.";
    assert_eq!(shown(&[agent(FIRST), edit(moved, &[0])]), [format!("agent m:{moved}")]);
}

#[test]
fn what_was_edited_stays_so_through_further_edits_and_restores() {
    let once = FIRST.replace("twice", "three times");
    let twice = once.replace("Nobody answered", "No one answered");
    let history = [agent(FIRST), edit(&once, &[0]), edit(&twice, &[1])];
    assert_eq!(
        shown(&history),
        [
            "agent m:The harbour slept under snow.",
            "edited m:Mara counted the boats three times. No one answered the bell.",
        ]
    );
    // Brought back: the first text, as it was.
    assert_eq!(shown(&[agent(FIRST), edit(&once, &[0]), edit(FIRST, &[0])]), [format!("agent m:{FIRST}")]);
}

#[test]
fn an_agent_that_keeps_the_authors_sentences_does_not_make_them_its_own() {
    let edited = FIRST.replace(" Nobody", " She was afraid of the dark water. Nobody");
    let again = edited.replace("The harbour slept under snow.", "Snow lay over everything she knew.");
    let history = [
        agent(FIRST),
        edit(&edited, &[0]),
        Version { over: vec![1], made: Made::Agent("n".into()), ..agent(&again) },
    ];
    assert_eq!(
        shown(&history),
        [
            "agent n:Snow lay over everything she knew.",
            "agent m:Mara counted the boats twice.",
            "hand:She was afraid of the dark water.",
            "agent m:Nobody answered the bell.",
        ]
    );
}

#[test]
fn a_merge_of_two_versions_is_no_handwork() {
    let other =
        FIRST.replace("twice", "again and again").replace("Nobody answered", "Not one voice answered");
    let newer = Version { made: Made::Agent("n".into()), ..agent(&other) };
    // The first change is taken, the second refused.
    let merged = FIRST.replace("twice", "again and again");
    assert_eq!(
        shown(&[agent(FIRST), newer, edit(&merged, &[1, 0])]),
        [
            "agent n:The harbour slept under snow. Mara counted the boats again and again.",
            "agent m:Nobody",
            "agent n:answered the bell.",
        ]
    );
}

#[test]
fn an_imported_text_stays_imported_word_by_word() {
    let changed = FIRST.replace("twice", "three times");
    assert_eq!(
        shown(&[imported(FIRST), edit(&changed, &[0])]),
        [
            "imported:The harbour slept under snow. Mara counted the boats",
            "hand:three times",
            "imported:. Nobody answered the bell.",
        ]
    );
}

#[test]
fn chinese_is_traced_by_its_characters() {
    let first = "港口在雪下沉睡。她数了两次船。没有人回答钟声。";
    let changed = first.replace("两次", "三次");
    let spans = shown(&[agent(first), edit(&changed, &[0])]);
    assert_eq!(spans, ["agent m:港口在雪下沉睡。", "edited m:她数了三次船。", "agent m:没有人回答钟声。"]);
}

#[test]
fn shares_add_up() {
    let changed = FIRST.replace("twice", "three times");
    let mut shares = Shares::default();
    for span in trace(&[agent(FIRST), edit(&changed, &[0])]) {
        shares.add(&span);
    }
    let mut total = Shares::default();
    for span in trace(&[hand("By me.")]) {
        total.add(&span);
    }
    total.join(&shares);
    assert_eq!((total.words, total.agent, total.edited, total.hand, total.imported), (17, 9, 6, 2, 0));
    assert_eq!(total.models["m"], ModelShare { agent: 9, edited: 6 });
}

fn any_version() -> impl Strategy<Value = (String, u8, Vec<usize>)> {
    let text =
        prop_oneof!["([a-d]{1,3}[ .\n]{1,2}){0,12}", "\\PC{0,30}", "[字雨。 a\n]{0,20}", any::<String>()];
    (text, 0u8..4, proptest::collection::vec(0usize..6, 0..3))
}

proptest! {
    #[test]
    fn spans_cover_the_text_exactly_once_and_count_every_word(drawn in proptest::collection::vec(any_version(), 1..6)) {
        let history: Vec<Version> = drawn
            .into_iter()
            .map(|(text, made, over)| {
                let made = match made {
                    0 => Made::Agent("m".into()),
                    1 => Made::Hand,
                    2 => Made::Imported,
                    _ => Made::Edited,
                };
                Version { text, made, over }
            })
            .collect();
        let text = &history.last().unwrap().text;
        let spans = trace(&history);
        let mut at = 0;
        for span in &spans {
            prop_assert_eq!(span.range.start, at);
            prop_assert!(span.range.end > at);
            at = span.range.end;
        }
        prop_assert_eq!(at, text.len());
        prop_assert_eq!(spans.iter().map(|s| s.words).sum::<u64>(), count_words(text));
        prop_assert!(spans.windows(2).all(|w| w[0].origin != w[1].origin));
    }
}
