//! Conditions: minijinja expressions over numbers and truths, and nothing else (design §3).
//!
//! minijinja itself says that `"ninety" >= 95` and `[1] >= 95` are true. So a condition sees only paths that the
//! schemas promise to be numbers or truths, undefined ones are errors, and it must come to a truth.

use std::collections::BTreeSet;

use minijinja::value::ValueKind;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::Value;

fn environment() -> Environment<'static> {
    // No filters, functions or tests: comparisons, `and`, `or`, `not` and arithmetic.
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
}

/// Returns the paths that a condition names, such as `report.score`; an error in words when it cannot be read.
pub fn paths(condition: &str) -> Result<BTreeSet<String>, String> {
    let environment = environment();
    let expression = environment.compile_expression(condition).map_err(|e| said(&e))?;
    Ok(expression.undeclared_variables(true).into_iter().collect())
}

/// The same for a condition that was checked when its workflow was read.
pub(super) fn paths_or_none(condition: &str) -> BTreeSet<String> {
    paths(condition).unwrap_or_default()
}

/// Tells whether a condition holds; an error in words when it comes to anything but a truth.
pub fn holds(condition: &str, known: &Value) -> Result<bool, String> {
    let environment = environment();
    let expression = environment.compile_expression(condition).map_err(|e| said(&e))?;
    let value =
        expression.eval(minijinja::Value::from(minijinja::value::Serde(known))).map_err(|e| said(&e))?;
    if value.kind() == ValueKind::Bool {
        Ok(value.is_true())
    } else {
        Err(format!("`{condition}` comes to {value}, and not to true or false"))
    }
}

fn said(error: &minijinja::Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), str::to_owned)
}

/// Puts a value at a dotted path of nested objects.
pub fn put(known: &mut Value, path: &str, value: Value) {
    let mut at = known;
    for part in path.split('.') {
        if !at.is_object() {
            *at = Value::Object(serde_json::Map::new());
        }
        at = &mut at[part];
    }
    *at = value;
}

/// Returns what stands at a dotted path.
#[must_use]
pub fn get<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |at, part| at.get(part))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_condition_names_its_paths_and_comes_to_a_truth() {
        let condition = "report.score >= threshold and not report.duplicate";
        let named: Vec<String> = paths(condition).unwrap().into_iter().collect();
        assert_eq!(named, ["report.duplicate", "report.score", "threshold"]);
        let known = json!({"report": {"score": 96.5, "duplicate": false}, "threshold": 95});
        assert_eq!(holds(condition, &known), Ok(true));
    }

    #[test]
    fn what_is_not_known_or_no_truth_is_an_error_and_never_false() {
        assert!(holds("report.score >= 3", &json!({"report": {}})).is_err());
        assert!(holds("score + 1", &json!({"score": 3})).unwrap_err().contains("not to true or false"));
        assert!(holds("score >=", &json!({})).is_err());
    }

    #[test]
    fn there_are_no_functions_or_filters() {
        assert!(holds("range(3)|length == 3", &json!({})).is_err());
    }

    #[test]
    fn a_value_is_put_where_it_is_looked_for() {
        let mut known = json!({});
        put(&mut known, "a.b.c", json!(3));
        assert_eq!(get(&known, "a.b.c"), Some(&json!(3)));
        assert_eq!(get(&known, "a.x"), None);
    }
}
