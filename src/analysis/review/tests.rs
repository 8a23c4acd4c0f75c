use proptest::prelude::*;

use super::*;

const CLEAN: &str = "The road to the island lay under the sea for half of every day. Nobody minded. The carter knew \
    his hours, and so did the mare, who had opinions only about puddles.\n\n\"You'll be the new one,\" he said.\n\n\
    She was. She had a trunk, a letter, and one good pair of boots, and by the third post the boots were wet.";

fn review_of(text: &str) -> Report {
    review(text, &Given::default())
}

#[test]
fn r1_clean_prose_has_a_hundred_and_is_to_be_published() {
    let report = review_of(CLEAN);
    assert!((report.quality_score - 100.0).abs() < 1e-9, "{report:?}");
    assert_eq!((report.decision, report.suggestions.len()), (Decision::Publish, 0));
    assert!(report.strengths[0].contains("No mechanical fault"), "{report:?}");
}

#[test]
fn r1_a_report_serializes_as_it_is_specified_and_reads_back() {
    let report = review_of("She saw the the boat , and an hour latr it sank.");
    let json = serde_json::to_value(&report).expect("plain data");
    assert_eq!(json["decision"], "polish");
    let first = &json["suggestions"][0];
    assert_eq!(
        (&first["where"], &first["fix"], &first["priority"]),
        (&"the the".into(), &"the".into(), &"high".into())
    );
    assert_eq!(serde_json::from_value::<Report>(json).expect("its own report"), report);
    let foreign = r#"{"quality_score": 80, "decision": "polish", "strengths": [],
        "suggestions": [{"where": "the boat", "why": "which one?", "priority": "high"}]}"#;
    assert_eq!(serde_json::from_str::<Report>(foreign).expect("a model's report").suggestions.len(), 1);
}

#[test]
fn the_threshold_decides_and_an_empty_text_is_worth_nothing() {
    let text = CLEAN.replacen("the sea", "the the sea", 1);
    let score = review_of(&text).quality_score;
    assert!(score < 95.0);
    let given = Given { threshold: score, ..Given::default() };
    assert_eq!(review(&text, &given).decision, Decision::Publish);
    let empty = review_of(" \n");
    assert!(empty.quality_score == 0.0 && empty.notes[0].contains("no text"), "{empty:?}");
}

#[test]
fn another_language_is_measured_by_what_holds_for_any_and_the_report_says_so() {
    let report = review_of(
        "Es war eine kalte Nacht, und der Regen hatte nicht aufgehört, seit sie das Haus am Meer verlassen hatten. \
         Niemand sprach ein Wort.",
    );
    assert!(
        (report.quality_score - 100.0).abs() < 1e-9 && report.notes[0].contains("not English"),
        "{report:?}"
    );
    assert_eq!(report.measures.readability, None);
}

#[test]
fn the_same_remark_has_the_same_name_in_the_next_review() {
    let first = review_of("It rained. She saw the the boat, and a apple.");
    let second = review_of("It rained all day. She saw the the boat, and an apple.");
    let named = |report: &Report, kind: &str| {
        report.suggestions.iter().find(|s| s.kind == kind).map(|s| s.id.clone())
    };
    assert_eq!(named(&first, "doubled_word"), named(&second, "doubled_word"));
    let twice = review_of("She saw the the boat. He saw the the boat.");
    assert_ne!(twice.suggestions[0].id, twice.suggestions[1].id);
}

#[test]
fn a_summary_says_score_and_first_suggestions() {
    let summary = review_of("She saw the the boat.").summary();
    assert!(summary.starts_with("Measured score:") && summary.contains("the the"), "{summary}");
}

/// Text made of what the rules look for.
pub(crate) fn faulty_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,7}",
        prop::sample::select(vec![
            "the",
            "the the",
            "a",
            "an",
            "apple",
            "hour",
            "she said",
            "said",
            "teh",
            "recieve",
            "could of",
            "in order to",
            "i",
            "monday",
            "was",
            "opened",
            "Dr",
            "No",
            "He",
            "She",
            "harbour",
        ])
        .prop_map(str::to_owned),
    ];
    let gap = prop::sample::select(vec![
        " ", " ", " ", " ", "  ", ". ", ", ", ",", " , ", "..", "!! ", ",. ", "? ", ".\n\n", "\n\n", "\n",
        "“", "”", "\"", "’", "'", " (", ") ", " - ", "— ", "; ;",
    ]);
    prop::collection::vec((piece, gap), 0..60)
        .prop_map(|pieces| pieces.into_iter().map(|(word, gap)| word + gap).collect())
}

proptest! {
    // Each case looks at a text several times, and an unoptimized dictionary is slow.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn r1_every_quote_stands_at_its_place(text in prop_oneof![faulty_text(), "\\PC{0,80}".prop_map(|t: String| t)]) {
        let report = review_of(&text);
        prop_assert!((0.0..=100.0).contains(&report.quality_score));
        for suggestion in &report.suggestions {
            prop_assert_eq!(&text[suggestion.start..suggestion.end], suggestion.place.as_str());
            prop_assert!(!suggestion.place.is_empty());
            prop_assert!(suggestion.fix.as_deref() != Some(&suggestion.place));
        }
    }

    /// Whatever else is wrong: one fault fewer is never worth less.
    #[test]
    fn one_fault_fewer_never_lowers_the_score(text in faulty_text(), which in any::<prop::sample::Index>()) {
        let looked = Looked::at(&text, &Given::default());
        prop_assume!(!looked.faults.is_empty());
        let mut fewer = looked.faults.clone();
        fewer.remove(which.index(fewer.len()));
        let words = looked.prose.words.len();
        let before = score::score(words, &looked.faults, &looked.habits);
        for gone in 0..=1.min(words.saturating_sub(1)) {
            prop_assert!(score::score(words - gone, &fewer, &looked.habits) >= before);
        }
    }
}
