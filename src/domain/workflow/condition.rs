//! Conditions: minijinja expressions over numbers and truths, and nothing else (design §3).
//!
//! minijinja itself says that `"ninety" >= 95` and `[1] >= 95` are true. So a condition sees only paths that the
//! schemas promise to be numbers or truths, undefined ones are errors, and it must come to a truth.

mod types;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::LazyLock;

use minijinja::value::ValueKind;
use minijinja::{Environment, Expression, UndefinedBehavior};
use serde_json::Value;

/// Compiled conditions that are kept at most, for each thread.
const MAX_COMPILED: usize = 1024;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    // No filters, functions or tests: comparisons, `and`, `or`, `not` and arithmetic.
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
});

struct Compiled {
    paths: BTreeSet<String>,
    expression: Expression<'static, 'static>,
}

thread_local! {
    /// A run asks its conditions again after every command.
    static COMPILED: RefCell<HashMap<String, Rc<Compiled>>> = RefCell::default();
}

fn compiled(condition: &str) -> Result<Rc<Compiled>, String> {
    if let Some(known) = COMPILED.with_borrow(|all| all.get(condition).cloned()) {
        return Ok(known);
    }
    let expression = ENVIRONMENT.compile_expression_owned(condition.to_owned()).map_err(|e| said(&e))?;
    let paths = expression.undeclared_variables(true).into_iter().collect();
    let made = Rc::new(Compiled { paths, expression });
    COMPILED.with_borrow_mut(|all| {
        if all.len() >= MAX_COMPILED {
            all.clear();
        }
        all.insert(condition.to_owned(), made.clone());
    });
    Ok(made)
}

/// Returns the paths that a condition names, such as `report.score`; an error in words when it cannot be read.
pub fn paths(condition: &str) -> Result<BTreeSet<String>, String> {
    Ok(compiled(condition)?.paths.clone())
}

/// The same for a condition that was checked when its workflow was read.
pub(in crate::domain) fn paths_or_none(condition: &str) -> BTreeSet<String> {
    paths(condition).unwrap_or_default()
}

pub use types::{Kind, check};

/// Tells whether a condition holds; an error in words when it comes to anything but a truth.
pub fn holds(condition: &str, known: &Value) -> Result<bool, String> {
    let compiled = compiled(condition)?;
    truth(condition, &compiled, known)
}

/// Tells whether a condition holds of the values that its paths have; one without a value is an error.
pub fn holds_of(condition: &str, value_of: impl Fn(&str) -> Option<Value>) -> Result<bool, String> {
    let compiled = compiled(condition)?;
    let mut known = Value::Object(serde_json::Map::new());
    for path in &compiled.paths {
        if let Some(value) = value_of(path) {
            put(&mut known, path, value);
        }
    }
    truth(condition, &compiled, &known)
}

fn truth(condition: &str, compiled: &Compiled, known: &Value) -> Result<bool, String> {
    let context = minijinja::Value::from(minijinja::value::Serde(known));
    let value = compiled.expression.eval(context).map_err(|e| said(&e))?;
    if value.kind() == ValueKind::Bool {
        Ok(value.is_true())
    } else {
        Err(format!("`{condition}` evaluates to {value} (expected a boolean)"))
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
        assert!(holds("score + 1", &json!({"score": 3})).unwrap_err().contains("expected a boolean"));
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
