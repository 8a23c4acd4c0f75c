//! The offline answer of an agent that only an author's workflow knows: an instance of its schema, or a short prose.

use serde_json::Value;

use super::chance::Chance;
use super::grammar::NARRATION;
use super::instance::Maker;
use super::{story, summary};
use crate::analysis::review::score_of;
use crate::analysis::sentences::sentences;
use crate::llm::Material;

/// What answers where nothing better is known; the same for the same material.
pub(super) fn answer(material: &Material) -> String {
    let sources = sources(material);
    match &material.schema {
        Some(schema) => {
            let instance = maker(material, &sources).instance(schema);
            serde_json::to_string_pretty(&instance).expect("an instance is plain JSON")
        }
        None => prose(material, &sources),
    }
}

fn maker(material: &Material, sources: &[String]) -> Maker {
    let mut said: Vec<String> = sources.iter().flat_map(|text| told(text)).collect();
    said.dedup();
    if said.is_empty() {
        said.clone_from(&NARRATION.bare);
    }
    let title = story::standing(material, "title").map(str::to_owned).filter(|title| !title.is_empty());
    let text = story::standing(material, "text").map_or_else(|| sources.join("\n\n"), str::to_owned);
    Maker {
        chance: Chance::new(material.seed, &["other", &sources.join("\n")]),
        title: title.unwrap_or_else(|| said[0].trim_end_matches('.').to_owned()),
        said,
        score: score_of(&text, &story::given(material)),
    }
}

/// In short what there is to go by, and what was asked for.
fn prose(material: &Material, sources: &[String]) -> String {
    let short =
        summary::summarize(&Material { under_review: Some(sources.join("\n\n")), ..Material::default() });
    let asked = material.feedback.last().map(|words| words.trim()).filter(|words| !words.is_empty());
    let text = [Some(short.as_str()), asked].into_iter().flatten().filter(|part| !part.is_empty());
    let text = text.collect::<Vec<_>>().join("\n\n");
    if text.is_empty() { NARRATION.bare[0].clone() } else { text }
}

/// The texts of the material: what stands, the beat, what other steps made, the parameters' words.
fn sources(material: &Material) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    out.extend(story::standing(material, "text").map(str::to_owned));
    out.push(material.beat.clone());
    out.extend(material.narration.clone());
    out.extend(material.under_review.clone());
    for json in material.artifacts.values().chain(material.parameters.values()) {
        texts_in(json, &mut out);
    }
    out.retain(|text| text.chars().any(char::is_alphanumeric));
    out
}

fn texts_in(json: &Value, out: &mut Vec<String>) {
    match json {
        Value::String(text) => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts_in(item, out)),
        Value::Object(fields) => fields.values().for_each(|field| texts_in(field, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The sentences of a text, each on one line.
fn told(text: &str) -> Vec<String> {
    let paragraphs = text.split("\n\n").flat_map(|p| sentences(p).into_iter().map(move |at| &p[at]));
    let whole = paragraphs.map(|s| s.split_whitespace().collect::<Vec<_>>().join(" "));
    whole.filter(|s| s.chars().any(char::is_alphanumeric)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn material(schema: Option<Value>) -> Material {
        let artifacts =
            [("outline".to_owned(), json!({"points": ["The sea rises.", "The road goes under."]}))].into();
        let parameters = [("audience".to_owned(), json!("Readers of sea stories."))].into();
        Material {
            schema,
            artifacts,
            parameters,
            beat: "Mara waits at the pier.".into(),
            ..Material::default()
        }
    }

    #[test]
    fn an_agent_of_an_author_answers_with_what_it_is_given() {
        let text = answer(&material(None));
        assert!(text.contains("Mara waits at the pier."), "{text}");
        assert_eq!(text, answer(&material(None)));
        assert_ne!(text, answer(&Material { feedback: vec!["Colder.".into()], ..material(None) }));
        assert!(!answer(&Material::default()).is_empty());
    }

    #[test]
    fn with_a_schema_the_answer_is_json_made_of_the_material() {
        let schema = json!({"type": "object", "required": ["title", "points", "score"], "properties": {
            "title": {"type": "string"},
            "points": {"type": "array", "items": {"type": "string"}, "minItems": 2},
            "score": {"type": "number", "minimum": 0, "maximum": 1},
        }});
        let json: Value = serde_json::from_str(&answer(&material(Some(schema)))).expect("JSON");
        let given =
            ["Mara waits at the pier.", "The sea rises.", "The road goes under.", "Readers of sea stories."];
        assert!(
            json["points"]
                .as_array()
                .expect("points")
                .iter()
                .all(|p| given.contains(&p.as_str().expect("text")))
        );
        assert_eq!(json["score"], 1.0, "the words are clean");
    }

    #[test]
    fn a_score_follows_the_measured_text() {
        let schema =
            json!({"type": "object", "required": ["score"], "properties": {"score": {"type": "integer"}}});
        let score = |text: &str| {
            let material = Material {
                subject_text: Some(text.into()),
                schema: Some(schema.clone()),
                ..Material::default()
            };
            serde_json::from_str::<Value>(&answer(&material)).expect("JSON")["score"]
                .as_i64()
                .expect("a number")
        };
        assert!(score("She saw the boat.") > score("She saw the the boat , and and it sank.."));
    }
}
