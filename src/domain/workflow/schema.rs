//! Artifacts that are data: JSON that is checked against its JSON Schema before anything else sees it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::condition;

/// Faults of an answer that are told at most.
const MOST_FAULTS: usize = 6;

/// The schema of a step's result: by name in a file, as itself in a stored definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Schema {
    /// The name of a schema that ships, or of a file of the author's.
    Named(String),
    /// The schema.
    Inline(Value),
}

impl Schema {
    /// Returns the schema; none while it is only named.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Inline(value) => Some(value),
            Self::Named(_) => None,
        }
    }

    /// Reads an answer that must be JSON of this schema; else says what is wrong with it, place by place.
    pub fn read(&self, answer: &str) -> Result<Value, Vec<String>> {
        let artifact: Value = serde_json::from_str(answer.trim())
            .map_err(|e| vec![format!("it is not one JSON value: {e}")])?;
        let Some(schema) = self.value() else { return Ok(artifact) };
        let validator = jsonschema::validator_for(schema).map_err(|e| vec![format!("the schema: {e}")])?;
        let faults: Vec<String> = validator
            .iter_errors(&artifact)
            .take(MOST_FAULTS)
            .map(|e| match e.instance_path().as_str() {
                "" => e.to_string(),
                at => format!("{at}: {e}"),
            })
            .collect();
        if faults.is_empty() { Ok(artifact) } else { Err(faults) }
    }

    /// Says what is wrong with the schema itself, where something is.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        jsonschema::validator_for(self.value()?).err().map(|e| e.to_string())
    }

    /// Returns the type of a path that is required all the way: `number`, `integer` or `boolean`; else why not.
    pub fn required_type(&self, path: &str) -> Result<&str, String> {
        let mut at = self.value().ok_or("the schema is not known")?;
        for part in path.split('.') {
            let required = at["required"].as_array();
            if !required.is_some_and(|r| r.iter().any(|name| name == part)) {
                return Err(format!("the schema does not require `{part}`"));
            }
            at = at["properties"].get(part).ok_or_else(|| format!("the schema says nothing of `{part}`"))?;
        }
        match at["type"].as_str() {
            Some(kind @ ("number" | "integer" | "boolean")) => Ok(kind),
            _ => Err("only a number, an integer or a boolean can be asked".into()),
        }
    }
}

/// Picks what conditions and scores ask of an artifact.
#[must_use]
pub fn pick(artifact: &Value, paths: &[String]) -> BTreeMap<String, Value> {
    let found = paths.iter().filter_map(|p| Some((p.clone(), condition::get(artifact, p)?.clone())));
    found.filter(|(_, value)| value.is_number() || value.is_boolean()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Schema {
        Schema::Inline(json!({
            "type": "object",
            "required": ["score", "by"],
            "properties": {
                "score": { "type": "number", "minimum": 0, "maximum": 100 },
                "note": { "type": "number" },
                "by": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } }
            }
        }))
    }

    #[test]
    fn an_answer_that_is_not_of_the_schema_is_told_place_by_place() {
        assert!(schema().read("{\"score\": 90, \"by\": {\"name\": \"x\"}}").is_ok());
        let faults = schema().read("{\"score\": \"ninety\", \"by\": {}}").unwrap_err();
        assert!(faults.iter().any(|f| f.starts_with("/score:")), "{faults:?}");
        assert!(faults.iter().any(|f| f.contains("name")), "{faults:?}");
        assert!(schema().read("Here it is: {}").unwrap_err()[0].contains("not one JSON value"));
    }

    #[test]
    fn only_what_is_required_and_a_number_or_a_truth_can_be_asked() {
        assert_eq!(schema().required_type("score"), Ok("number"));
        assert!(schema().required_type("note").unwrap_err().contains("does not require"));
        assert!(schema().required_type("by.name").unwrap_err().contains("only a number"));
    }

    #[test]
    fn only_numbers_and_truths_are_picked() {
        let artifact = json!({"score": 3.5, "by": {"name": "x"}});
        let picked = pick(&artifact, &["score".into(), "by.name".into(), "none".into()]);
        assert_eq!(picked.into_iter().collect::<Vec<_>>(), [("score".to_owned(), json!(3.5))]);
    }
}
