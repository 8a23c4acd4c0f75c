//! What a model is asked, whole: stored before the call, so that a replay reads it and renders nothing again.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Material, millis};

/// One call of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The rendered prompt, oldest message first.
    pub messages: Vec<Message>,
    /// The most tokens the answer may take.
    pub max_output_tokens: u32,
    /// How freely it chooses its words, 0 to 2; `None` leaves it to the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f32>,
    /// How long it may take.
    #[serde(default)]
    pub timeouts: Timeouts,
    /// The structured input that the messages were rendered from, which the offline author writes by.
    #[serde(default)]
    pub material: Material,
}

/// One message of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub text: String,
}

/// Who speaks in a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The standing instructions.
    System,
    /// The author's side.
    User,
    /// The model's side.
    Assistant,
}

impl Message {
    /// A standing instruction.
    pub fn system(text: impl Into<String>) -> Self {
        Self { role: Role::System, text: text.into() }
    }

    /// A message of the author's side.
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, text: text.into() }
    }

    /// A message of the model's side.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, text: text.into() }
    }
}

/// How long a call may wait, in whole milliseconds where it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeouts {
    /// Until the first piece of the answer.
    #[serde(with = "millis")]
    pub open: Duration,
    /// Between two pieces.
    #[serde(with = "millis")]
    pub idle: Duration,
    /// For the whole answer.
    #[serde(with = "millis")]
    pub total: Duration,
}

impl Default for Timeouts {
    /// Two minutes to open (a local server may first load its model, others think), one between pieces, ten in all.
    fn default() -> Self {
        Self { open: Duration::from_mins(2), idle: Duration::from_mins(1), total: Duration::from_mins(10) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_again_as_it_was_written() {
        let request = Request {
            messages: vec![Message::system("a"), Message::user("雪\n\"b\""), Message::assistant("c")],
            max_output_tokens: 900,
            temperature: Some(0.7),
            timeouts: Timeouts::default(),
            material: Material {
                beat: "She lights the lamp.".to_owned(),
                seed: u64::MAX,
                ..Material::default()
            },
        };
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request);
    }
}
