//! The offline reviewer and polisher of whole texts: measurements and mechanical mending, as JSON.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::analysis::polish::polish;
use crate::analysis::review::{Given, Report, review};
use crate::llm::Material;

/// The step whose artifact is the report, and the one whose artifact is the polished text.
const REVIEW: &str = "review";
const POLISH: &str = "polish";

/// A review report of the text that stands.
pub(super) fn report(material: &Material) -> String {
    json(&review(standing(material, "text").unwrap_or_default(), &given(material)))
}

/// The text that stands, with the report's mechanical suggestions followed and the rest left to a better author.
pub(super) fn polished(material: &Material) -> String {
    let text = standing(material, "text").unwrap_or_default();
    let title = standing(material, "title").unwrap_or_default();
    let given = given(material);
    let told = material.artifacts.get(REVIEW).and_then(|json| Report::deserialize(json).ok());
    // A model's report says what is wrong and seldom what should stand there; the measures do.
    let has_fix = |report: &Report| report.suggestions.iter().any(|suggestion| suggestion.fix.is_some());
    let report = told.filter(has_fix).unwrap_or_else(|| review(text, &given));
    json(&polish(title, text, &report, &refused(material), &given))
}

/// The text, or the title, that stands: the last polish's, else the subject's.
pub(super) fn standing<'m>(material: &'m Material, field: &str) -> Option<&'m str> {
    let polished = material.artifacts.get(POLISH).and_then(|json| json.get(field)).and_then(Value::as_str);
    let subject = if field == "title" { &material.subject_title } else { &material.subject_text };
    polished.or(subject.as_deref())
}

pub(super) fn given(material: &Material) -> Given {
    let default = Given::default();
    let named = material.canon.iter().flat_map(|entry| std::iter::once(&entry.name).chain(&entry.aliases));
    let threshold = material.parameters.get("threshold").and_then(Value::as_f64);
    Given { names: named.cloned().collect(), threshold: threshold.unwrap_or(default.threshold) }
}

/// The suggestions that the author refused, by name, as the parameter `refused` lists them.
fn refused(material: &Material) -> BTreeSet<String> {
    let list = material.parameters.get("refused").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("plain data becomes JSON")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str =
        "She saw the the boat, and took a apple. It was a cold day , and Qwyntar slept on teh deck.";

    fn material() -> Material {
        let text = Some(TEXT.to_owned());
        Material { subject_title: Some("The Boat".into()), subject_text: text, ..Material::default() }
    }

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).expect("JSON")
    }

    fn conforms(schema: &str, instance: &Value) {
        let schema: Value = serde_json::from_str(schema).expect("a schema");
        jsonschema::meta::validate(&schema).expect("a JSON Schema");
        let validator = jsonschema::validator_for(&schema).expect("a schema that can be used");
        let faults: Vec<String> = validator.iter_errors(instance).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn r1_report_and_polish_conform_to_their_schemas() {
        let report = parsed(&report(&material()));
        conforms(include_str!("../../../assets/schemas/review_report.json"), &report);
        let artifacts = [("review".to_owned(), report)].into();
        let polish = parsed(&polished(&Material { artifacts, ..material() }));
        conforms(include_str!("../../../assets/schemas/polish.json"), &polish);
        assert_eq!(polish["title"], "The Boat");
        assert_eq!(
            polish["text"],
            "She saw the boat, and took an apple. It was a cold day, and Qwyntar slept on the deck."
        );
        assert_eq!(polish["changes"].as_array().map(Vec::len), Some(4));
    }

    #[test]
    fn r1_the_schemas_refuse_what_a_bad_model_answers() {
        let refuses = |schema: &str, instance: Value| {
            let schema: Value = serde_json::from_str(schema).expect("a schema");
            assert!(!jsonschema::is_valid(&schema, &instance), "{instance}");
        };
        let review = include_str!("../../../assets/schemas/review_report.json");
        let good = json!({"quality_score": 90, "decision": "polish", "strengths": [], "suggestions": []});
        conforms(review, &good);
        for (field, bad) in [
            ("quality_score", json!("ninety")),
            ("quality_score", json!(101)),
            ("decision", json!("perhaps")),
            ("suggestions", json!([{"where": "x"}])),
            ("suggestions", json!([{"where": "x", "why": "y", "priority": "urgent"}])),
        ] {
            let mut report = good.clone();
            report[field] = bad;
            refuses(review, report);
        }
        refuses(review, json!({"quality_score": 90}));
        let polish = include_str!("../../../assets/schemas/polish.json");
        conforms(polish, &json!({"title": "T", "text": "t", "changes": []}));
        refuses(polish, json!({"title": "T", "text": "", "changes": []}));
        refuses(polish, json!({"title": "T", "text": "t", "changes": [{"before": "a", "after": "b"}]}));
    }

    #[test]
    fn r1_a_review_after_a_polish_is_of_the_polished_text_and_scores_higher() {
        let first = parsed(&report(&material()));
        let polish = parsed(&polished(&material()));
        let artifacts = [("polish".to_owned(), polish)].into();
        let second = parsed(&report(&Material { artifacts, ..material() }));
        assert!(second["quality_score"].as_f64() > first["quality_score"].as_f64(), "{second}");
    }

    #[test]
    fn r7_refused_suggestions_and_the_threshold_come_with_the_parameters() {
        let first = parsed(&report(&material()));
        let suggestions = first["suggestions"].as_array().expect("suggestions");
        let doubled = suggestions.iter().find(|s| s["kind"] == "doubled_word").expect("the doubled word");
        let parameters =
            [("refused".to_owned(), json!([doubled["id"]])), ("threshold".to_owned(), json!(1.0))].into();
        let material = Material { parameters, ..material() };
        assert!(parsed(&polished(&material))["text"].as_str().expect("text").contains("the the boat"));
        assert_eq!(parsed(&report(&material))["decision"], "publish");
    }

    #[test]
    fn a_model_s_report_without_mendings_does_not_keep_the_polisher_from_its_work() {
        let told = json!({"quality_score": 70, "decision": "polish", "strengths": [],
            "suggestions": [{"where": "the boat", "why": "which?", "priority": "high"}]});
        for told in [told, json!("no report")] {
            let artifacts = [("review".to_owned(), told)].into();
            let polish = parsed(&polished(&Material { artifacts, ..material() }));
            assert!(
                polish["text"].as_str().expect("text").starts_with("She saw the boat, and took an apple.")
            );
        }
    }
}
