use proptest::prelude::*;

use super::*;
use crate::analysis::review::review;
use crate::analysis::review::tests::faulty_text;

mod planted;

fn polished(text: &str) -> Polished {
    let given = Given::default();
    polish("A title", text, &review(text, &given), &BTreeSet::new(), &given)
}

#[test]
fn r1_each_change_is_listed_with_its_sentence_and_reason() {
    let done = polished("It rained. She saw the the boat. He took a apple home.");
    assert_eq!(done.text, "It rained. She saw the boat. He took an apple home.");
    assert_eq!(done.title, "A title");
    let listed: Vec<(&str, &str, &str)> =
        done.changes.iter().map(|c| (c.place.as_str(), c.before.as_str(), c.after.as_str())).collect();
    assert_eq!(listed, [("She saw the the boat.", "the the", "the"), ("He took a apple home.", "a", "an")]);
    assert!(done.changes.iter().all(|c| !c.why.is_empty() && !c.suggestion.is_empty()));
}

#[test]
fn r7_what_the_author_refused_is_not_done() {
    let text = "She saw the the boat. He took a apple home.";
    let given = Given::default();
    let report = review(text, &given);
    let refused = report.suggestions.iter().filter(|s| s.kind == "article").map(|s| s.id.clone()).collect();
    let done = polish("", text, &report, &refused, &given);
    assert_eq!(done.text, "She saw the boat. He took a apple home.");
}

#[test]
fn a_suggestion_of_someone_else_is_followed_where_its_words_stand_once() {
    let text = "She saw the boat. He saw the sea.";
    let report = |place: &str| {
        serde_json::from_value::<Report>(serde_json::json!({
            "quality_score": 80, "decision": "polish", "strengths": [],
            "suggestions": [{"where": place, "why": "weak", "priority": "high", "fix": "watched the"}],
        }))
        .expect("a report")
    };
    let given = Given::default();
    let done = |place| polish("", text, &report(place), &BTreeSet::new(), &given).text;
    assert_eq!(done("saw the boat"), "She watched the. He saw the sea.");
    assert_eq!(done("saw the"), text, "it stands twice");
    assert_eq!(done("not there"), text);
}

#[test]
fn what_would_lower_the_score_is_not_done_and_the_rest_is() {
    let text = "She saw the boat. He saw the the sea. It was cold. Nobody spoke.";
    let given = Given::default();
    let mut report = review(text, &given);
    report.suggestions.push(Suggestion {
        id: "bad".into(),
        place: "Nobody spoke".into(),
        start: 0,
        end: 0,
        kind: String::new(),
        why: "worse".into(),
        priority: crate::analysis::review::Priority::High,
        fix: Some("Nobody nobody spoek".into()),
    });
    let done = polish("", text, &report, &BTreeSet::new(), &given);
    assert_eq!(done.text, "She saw the boat. He saw the sea. It was cold. Nobody spoke.");
    assert_eq!(done.changes.len(), 1);
}

proptest! {
    // Each case looks at a text several times, and an unoptimized dictionary is slow.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_polish_never_lowers_the_score_and_a_second_finds_no_more(
        text in prop_oneof![faulty_text(), "\\PC{0,80}".prop_map(|t: String| t)]
    ) {
        let given = Given::default();
        let once = polished(&text);
        prop_assert!(score_of(&once.text, &given) >= score_of(&text, &given));
        let twice = polished(&once.text);
        prop_assert!(twice.changes.len() <= once.changes.len(), "{:?} then {:?}", once.changes, twice.changes);
    }

    #[test]
    fn nothing_changes_outside_of_the_sentences_that_are_listed(text in faulty_text()) {
        let done = polished(&text);
        let prose = Prose::of(&text);
        for sentence in &prose.sentences {
            let words = &text[sentence.at.clone()];
            if done.changes.iter().all(|change| change.place != words) {
                prop_assert!(done.text.contains(words), "{words:?} is gone from {:?}", done.text);
            }
        }
    }
}
