//! Parameters: what a run is given beside its subject, checked against its workflow.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Workflow;
use crate::domain::Refusal;

/// The parameters of a run, by name.
pub type Parameters = BTreeMap<String, Value>;

/// What a parameter may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// What it is where it is not given; without one it must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The least that a number may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The most that a number may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The texts it may be; none lets it be any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
    /// It may be changed while the run goes on; then it is for gates and limits, and agents are not asked anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub live: bool,
    /// What it is for, in a line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
}

impl Parameter {
    /// Says what is wrong with a value, where something is.
    #[must_use]
    pub fn fault(&self, value: &Value) -> Option<String> {
        let fits = match self.kind {
            ParameterKind::String => value.is_string(),
            ParameterKind::Integer => value.is_i64() || value.is_u64(),
            ParameterKind::Number => value.is_number(),
            ParameterKind::Boolean => value.is_boolean(),
        };
        if !fits {
            let wanted = match self.kind {
                ParameterKind::String => "a text",
                ParameterKind::Integer => "a whole number",
                ParameterKind::Number => "a number",
                ParameterKind::Boolean => "true or false",
            };
            return Some(format!("must be {wanted}, and is {value}"));
        }
        if let Some(text) = value.as_str()
            && !self.one_of.is_empty()
            && !self.one_of.iter().any(|o| o == text)
        {
            return Some(format!("must be one of {}, and is {text}", self.one_of.join(", ")));
        }
        let number = value.as_f64()?;
        if self.min.is_some_and(|min| number < min) || self.max.is_some_and(|max| number > max) {
            let end = |end: Option<f64>| end.map_or_else(|| "any".to_owned(), |n| n.to_string());
            return Some(format!("goes from {} to {}, and is {value}", end(self.min), end(self.max)));
        }
        None
    }

    /// Reads a value as it was typed.
    #[must_use]
    pub fn read(&self, typed: &str) -> Value {
        match self.kind {
            ParameterKind::String => Value::String(typed.to_owned()),
            _ => serde_json::from_str(typed).unwrap_or_else(|_| Value::String(typed.to_owned())),
        }
    }
}

impl Workflow {
    /// Checks what a run is given and fills in what is not.
    pub fn complete(&self, mut given: Parameters) -> Result<Parameters, Refusal> {
        let refuse =
            |name: &str, reason: String| Err(Refusal::BadParameter { name: name.to_owned(), reason });
        if let Some(unknown) = given.keys().find(|name| !self.parameters.contains_key(*name)) {
            let known: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
            return refuse(unknown, format!("{} knows only: {}", self.id, known.join(", ")));
        }
        for (name, parameter) in &self.parameters {
            match (given.get(name), &parameter.default) {
                (Some(value), _) => {
                    if let Some(fault) = parameter.fault(value) {
                        return refuse(name, fault);
                    }
                }
                (None, Some(default)) => {
                    given.insert(name.clone(), default.clone());
                }
                (None, None) => return refuse(name, "required".into()),
            }
        }
        Ok(given)
    }
}
