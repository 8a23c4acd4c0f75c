//! A template becomes messages. A variable that is not there is an error with its name and line.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Serde};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};

use super::{ContextError, Part, Prompt, Value, inputs};
use crate::llm::{Material, Message};

impl Prompt {
    /// Renders the messages for what an agent is given.
    pub fn render(&self, material: &Material) -> Result<Vec<Message>, ContextError> {
        let environment = environment();
        let variables = variables(inputs(material), &material.absent);
        let render = |part: &Part| {
            let text =
                environment.render_str(&part.body, &variables).map_err(|e| self.unrendered(part, &e))?;
            Ok(Message { role: part.role, text: text.trim().to_owned() })
        };
        self.parts.iter().map(render).collect()
    }

    fn unrendered(&self, part: &Part, error: &Error) -> ContextError {
        let kind = error.kind().to_string();
        let reason = error.detail().map_or_else(|| kind.clone(), |detail| format!("{kind}: {detail}"));
        let line = part.line + error.line().unwrap_or(1) - 1;
        ContextError::Prompt { file: self.file.clone(), line, reason }
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    // What a step without a result made is not there for those who ask, and empty for those who do not.
    environment.add_test("defined", |value: minijinja::Value| !is_missing(&value));
    environment.add_test("undefined", |value: minijinja::Value| is_missing(&value));
    for name in ["default", "d"] {
        environment.add_filter(name, default);
    }
    environment
}

fn default(value: minijinja::Value, other: Option<minijinja::Value>, lax: Option<bool>) -> minijinja::Value {
    let missing = is_missing(&value) || (lax.unwrap_or(false) && !value.is_true());
    if missing { other.unwrap_or_else(|| "".into()) } else { value }
}

fn is_missing(value: &minijinja::Value) -> bool {
    value.is_undefined() || value.downcast_object_ref::<NoResult>().is_some()
}

/// Makes the variables of a template; `absent` steps have no result.
fn variables(inputs: Value, absent: &[String]) -> minijinja::Value {
    let Value::Object(fields) = inputs else { return minijinja::Value::default() };
    let none = minijinja::Value::from_object(NoResult);
    let given = |value| minijinja::Value::from(Serde(value));
    let of_steps = |steps: Value| {
        let made = steps.as_object().cloned().unwrap_or_default();
        let made = made.into_iter().map(|(step, result)| (step, given(result)));
        let missing = absent.iter().map(|step| (step.clone(), none.clone()));
        minijinja::Value::from(made.chain(missing).collect::<BTreeMap<_, _>>())
    };
    let with_steps = |(name, value): (String, Value)| {
        let value = if name == "steps" { of_steps(value) } else { given(value) };
        (name, value)
    };
    minijinja::Value::from(fields.into_iter().map(with_steps).collect::<BTreeMap<_, _>>())
}

/// The result of a step that has none, by now or for good: no text, no items, no fields.
#[derive(Debug)]
struct NoResult;

impl Object for NoResult {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn get_value(self: &Arc<Self>, _field: &minijinja::Value) -> Option<minijinja::Value> {
        Some(minijinja::Value::from_object(Self))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Empty
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn render(self: &Arc<Self>, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(body: &str) -> Result<String, ContextError> {
        let source = format!("---\nname: mine\n---\nuser:\n{body}\n");
        let material = Material {
            subject_title: Some("t".into()),
            artifacts: [("draft".to_owned(), Value::from("some words"))].into(),
            absent: vec!["notes".into()],
            ..Material::default()
        };
        Ok(Prompt::parse("mine.prompty", &source)?.render(&material)?.remove(0).text)
    }

    #[test]
    fn m18_a_step_without_a_result_is_empty_and_not_there_for_those_who_ask() {
        for (body, text) in [
            ("[{{ steps.notes }}] {{ steps.draft }}", "[] some words"),
            ("[{{ steps.notes.title }}]", "[]"),
            ("[{% for note in steps.notes %}x{% endfor %}]", "[]"),
            ("{{ steps.notes | length }}", "0"),
            ("{% if steps.notes %}some{% else %}none{% endif %}", "none"),
            ("{% if steps.notes is defined %}some{% else %}none{% endif %}", "none"),
            ("{% if steps.draft is defined %}some{% endif %}", "some"),
            ("{{ steps.notes | default('none') }} {{ steps.draft | d('none') }}", "none some words"),
        ] {
            assert_eq!(rendered(body).unwrap(), text, "{body}");
        }
    }

    #[test]
    fn p10_an_unknown_variable_is_named_with_its_line() {
        let told = rendered("first\n{{ steps.note }}").unwrap_err().to_string();
        assert_eq!(told, "mine.prompty:6: undefined value: `steps.note` is undefined");
    }
}
