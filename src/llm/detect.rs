//! What is at hand: keys in the environment, a local Ollama. It is offered to the author, and never used unasked.

use std::time::Duration;

use futures_util::StreamExt;
use serde::{Deserialize, Serialize};

use super::{KeyPlace, ModelRef, Providers, protocol};

/// A server on this machine answers at once or is not there.
const PATIENCE: Duration = Duration::from_millis(700);
/// No list of models is longer than this many bytes.
const LONGEST_LIST: usize = 1 << 20;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// Providers whose key is in the environment, or saved.
    pub keys: Vec<FoundKey>,
    /// A local Ollama that answered.
    pub local: Option<LocalServer>,
}

/// A key that is there: where, not what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundKey {
    /// The provider it is for.
    pub provider: String,
    /// The variable that holds it, or would go before it.
    pub variable: String,
    /// Where it is.
    pub place: KeyPlace,
}

/// A server that answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocalServer {
    /// The provider's name.
    pub provider: String,
    /// Where it is.
    pub base_url: String,
    /// The models it has, by their references.
    pub models: Vec<ModelRef>,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
}

/// Looks for keys and for a local Ollama, for less than a second.
pub async fn detect(providers: &Providers) -> Detected {
    let keys = providers
        .iter()
        .filter_map(|(name, config)| {
            let (variable, place) = (config.key_env.clone()?, providers.key_place(name)?);
            Some(FoundKey { provider: name.to_owned(), variable, place })
        })
        .collect();
    let local = async {
        let base_url = providers.get("ollama")?.base_url.clone()?;
        let models = tokio::time::timeout(PATIENCE, models_at("ollama", &base_url)).await.ok()??;
        Some(LocalServer { provider: "ollama".to_owned(), base_url, models })
    };
    Detected { keys, local: local.await }
}

/// The models that a server of the `OpenAI` protocol lists, if it is one.
async fn models_at(provider: &str, base_url: &str) -> Option<Vec<ModelRef>> {
    let url = format!("{}/models", base_url.trim_end_matches('/'));
    let answer = protocol::http(base_url).ok()?.get(url).send().await.ok()?.error_for_status().ok()?;
    let mut body = Vec::new();
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.next().await {
        body.extend_from_slice(&piece.ok()?);
        if body.len() > LONGEST_LIST {
            return None;
        }
    }
    let list: List = serde_json::from_slice(&body).ok()?;
    Some(list.data.iter().filter_map(|entry| format!("{provider}/{}", entry.id).parse().ok()).collect())
}
