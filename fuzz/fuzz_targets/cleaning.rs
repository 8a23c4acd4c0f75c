//! Answers of models: what is no text is taken off, JSON is found in them and repaired.
#![no_main]

use galley::agents::cleaning::{Form, clean, json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|answer: &str| {
    for form in [Form::Prose, Form::Lines, Form::Plain] {
        if let Ok(cleaned) = clean(answer, form) {
            assert!(cleaned.text.len() <= answer.len() * 2 + 64);
        }
    }
    let schema = serde_json::json!({
        "type": "object",
        "required": ["score", "verdict"],
        "properties": {
            "score": {"type": "number", "minimum": 0, "maximum": 100},
            "verdict": {"enum": ["publish", "polish"]},
            "remarks": {"type": "array", "items": {"type": "string"}}
        }
    });
    for found in json::values(answer) {
        let _ = json::coerced(&found.value, &schema);
    }
});
