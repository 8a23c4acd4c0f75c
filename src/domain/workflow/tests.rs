use serde_json::json;

use super::*;
use crate::domain::Refusal;

const PAGE: &str = include_str!("../../../assets/workflows/page.toml");
const STORY: &str = include_str!("../../../assets/workflows/story.toml");

fn refused(source: &str) -> WorkflowError {
    Workflow::parse("mine.toml", source, shipped_schema).unwrap_err()
}

#[test]
fn the_shipped_workflows_parse_and_round_trip() {
    for (id, _) in WORKFLOWS {
        let shipped = Workflow::shipped(id).unwrap();
        assert_eq!(shipped.id, id);
        let stored: Workflow = serde_json::from_str(&shipped.to_json()).unwrap();
        assert_eq!(stored, shipped);
        assert_eq!(stored.hash(), shipped.hash());
    }
    assert_eq!(Workflow::page().limits.revision_requests, 5);
}

#[test]
fn e1_a_broken_definition_is_refused_with_file_line_and_reason() {
    let e = refused(&PAGE.replace("optional = true", "optionl = true"));
    assert!(e.to_string().starts_with("mine.toml:17: unknown field `optionl`"), "{e}");

    let e = refused(&PAGE.replace("needs = [\"narration\"]", "needs = [\"plot\"]"));
    assert!(e.to_string().contains("needs `plot`"), "{e}");
    assert_eq!(e.line, 13);

    let e = refused(&PAGE.replace("id = \"dialogue\"", "id = \"narration\""));
    assert!(e.reason.contains("twice"));
}

#[test]
fn m17_names_versions_states_and_limits_are_refused_at_their_line() {
    let line = |needle: &str| STORY.lines().position(|l| l.contains(needle)).unwrap() + 1;
    for (from, to, at, told) in [
        ("version = 1", "version = 0", line("version = 1"), "counts from 1"),
        ("id = \"story\"", "id = \"my story\"", line("id = \"story\""), "does not begin with a digit"),
        ("id = \"story\"", "id = \"9lives\"", line("id = \"story\""), "does not begin with a digit"),
        (
            "[parameters.closing]",
            "[parameters.\"to close\"]",
            line("[parameters.closing]"),
            "parameter `to close`",
        ),
        (
            "id = \"closing_review\"",
            "id = \"subject\"",
            line("id = \"closing_review\""),
            "`subject` means something else",
        ),
        (
            "limit = \"iterations\"",
            "limit = -3",
            line("limit = \"iterations\""),
            "integer `-3`, expected a whole number",
        ),
        ("limit = \"iterations\"", "limit = 2.5", line("limit = \"iterations\""), "expected a whole number"),
        (
            "review = \"reviewing\", polish",
            "revue = \"reviewing\", polish",
            line("working ="),
            "`revue`, which is none of the steps",
        ),
        ("polish = \"polishing\"", "polish = \"\"", line("working ="), "the name of `polish`"),
        ("done = \"complete\"", "done = \"\"", line("done ="), "[states] done"),
        (
            "review.quality_score >= threshold",
            "review.quality_score >= 'a'",
            line("until ="),
            "neither a number",
        ),
    ] {
        let e = refused(&STORY.replacen(from, to, 1));
        assert!(e.reason.contains(told), "{to}: {e}");
        assert_eq!(e.line, at, "{to}: {e}");
    }
}

#[test]
fn e1_every_fault_of_a_loop_a_gate_or_a_condition_is_told_at_its_line() {
    let cases = [
        ("review.quality_score >= threshold", "review.quality >= threshold", "does not require `quality`"),
        ("review.quality_score >= threshold", "review.decision == 'publish'", "only a number"),
        ("review.quality_score >= threshold", "review.quality_score + threshold", "expected a boolean"),
        ("review.quality_score >= threshold", "polish.score >= threshold", "not done by then"),
        ("review.quality_score >= threshold", "review.quality_score >= audience", "is a text"),
        ("review.quality_score >= threshold", "review.quality_score >= limit_of", "nothing is called"),
        ("review.quality_score >= threshold", "review.quality_score >=", "unexpected"),
        ("limit = \"iterations\"", "limit = \"threshold\"", "of type integer with min 1"),
        ("limit = \"iterations\"", "limit = 0", "from 1 to 1,000"),
        ("steps = [\"review\", \"polish\"]", "steps = [\"polish\", \"review\"]", "follow each other"),
        ("after = \"review\"", "after = \"closing_review\"", "none of its steps"),
        (
            "if = \"closing and polishing.limit\"",
            "if = \"closing and polishing.over\"",
            "of a loop there are",
        ),
        ("schema = \"polish\"", "schema = \"polisch\"", "no schema `polisch`"),
        ("agent = \"polisher\"", "agent = \"polisher\"\ntool = \"x\"", "not both"),
        ("agent = \"polisher\"", "agent = \"polisher\"\nfallback = { title = \"\" }", "is not of its schema"),
        ("text = \"polish.text\"", "text = \"polish.words\"", "must be a text"),
        ("default = 3", "default = 30", "goes from 1 to 20"),
    ];
    for (was, is, reason) in cases {
        assert!(STORY.contains(was), "{was}");
        let source = STORY.replacen(was, is, 1);
        let e = refused(&source);
        assert!(e.reason.contains(reason), "{is}: {e}");
        assert!(e.line > 1, "{is}: {e}");
    }
}

#[test]
fn parameters_are_checked_and_filled_in() {
    let story = Workflow::shipped("story").unwrap();
    let filled = story.complete(Parameters::from([("iterations".to_owned(), json!(2))])).unwrap();
    assert_eq!(filled["iterations"], json!(2));
    assert_eq!(filled["threshold"], json!(95));
    for (name, value) in
        [("iterations", json!(0)), ("iterations", json!("two")), ("threshold", json!(101)), ("x", json!(1))]
    {
        let refusal = story.complete(Parameters::from([(name.to_owned(), value)])).unwrap_err();
        assert!(matches!(refusal, Refusal::BadParameter { .. }), "{refusal}");
    }
}

#[test]
fn a_step_is_asked_only_for_what_conditions_and_scores_name() {
    let story = Workflow::shipped("story").unwrap();
    assert_eq!(story.asked_of(&StepName::new("review")), ["quality_score"]);
    assert!(story.asked_of(&StepName::new("polish")).is_empty());
}
