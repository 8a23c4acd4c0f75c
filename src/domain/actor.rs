//! Who did something.

use serde::{Deserialize, Serialize};

/// Who issued a command: it is kept with every event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person, by the owner name their rows carry.
    Author(String),
    /// The conductor of this database, on behalf of an agent or of recovery.
    Conductor,
}

impl Actor {
    /// Returns the name that rows and screens show.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Author(name) => name,
            Self::Conductor => "conductor",
        }
    }
}
