//! The models that the child's agents call: a server in the parent, which counts and remembers every call.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use galley::domain::Hash;
use serde_json::Value;

use crate::model_server::{Answer, Call, ModelServer, Reply, Seen};
use crate::record::{Asked, Record, asked};

pub struct Tellers {
    server: ModelServer,
    told: Arc<Mutex<Vec<Hash>>>,
    mood: Arc<Mood>,
    /// What each call asked, as far as it was looked at.
    calls: Vec<Asked>,
}

#[derive(Default)]
struct Mood {
    /// Calls begin and never end, so that drafts grow old enough to be saved.
    stalling: AtomicBool,
    /// No call fails.
    kind: AtomicBool,
}

impl Tellers {
    pub fn start(seed: u64) -> Self {
        let told = Arc::new(Mutex::new(Vec::new()));
        let mood = Arc::new(Mood::default());
        let (telling, moody) = (Arc::clone(&told), Arc::clone(&mood));
        let server = ModelServer::answering(move |number, seen| {
            let mut rng = Rng::with_seed(seed ^ (number as u64) << 20);
            let text = tale(&mut rng, number);
            let text = edited(seen).map_or(text.clone(), |word| lesson(&text, &word));
            let mut told = telling.lock().expect("one thread tells");
            assert_eq!(told.len(), number, "calls are told in their order");
            told.push(Hash::of(text.as_bytes()));
            let answer = Answer::of(&text).paced(Duration::from_micros(rng.u64(0..4000)));
            let troubled = !moody.kind.load(Ordering::Relaxed);
            match rng.u8(0..100) {
                _ if moody.stalling.load(Ordering::Relaxed) => Reply::HangAfter(answer),
                0..3 if troubled => Reply::status(503, "busy"),
                3..6 if troubled => Reply::CutAfter(answer),
                _ => Reply::Text(answer),
            }
        });
        Self { server, told, mood, calls: Vec::new() }
    }

    pub fn url(&self) -> String {
        self.server.url_v1()
    }

    pub fn stall(&self, stalling: bool) {
        self.mood.stalling.store(stalling, Ordering::Relaxed);
    }

    pub fn be_kind(&self) {
        self.mood.kind.store(true, Ordering::Relaxed);
    }

    pub fn count(&self) -> usize {
        self.server.count()
    }

    /// Returns the calls that are under way.
    pub fn open(&self) -> Vec<usize> {
        let calls = self.server.calls();
        (0..calls.len()).filter(|n| calls[*n] == Call::Open).collect()
    }

    /// Returns whether one of these calls was never answered to its end.
    pub fn was_cut_off(&self, calls: &[usize]) -> bool {
        let all = self.server.calls();
        calls.iter().any(|n| all[*n] != Call::Whole)
    }

    /// Notes the calls so far. Their attempts are in the journal by now: it must be read after this.
    pub fn look(&mut self) {
        for seen in self.server.seen_from(self.calls.len()) {
            self.calls.push(request(&seen));
        }
    }

    /// Holds the journal's attempts against the calls.
    pub fn check(&self, record: &Record) {
        let begun = record.begun();
        let mut made: HashMap<&Asked, usize> = HashMap::new();
        for call in &self.calls {
            *made.entry(call).or_default() += 1;
        }
        for (asked, calls) in made {
            let attempts = begun.get(asked).copied().unwrap_or_default();
            assert!(calls <= attempts, "{calls} calls for {attempts} attempts of {asked:?}");
        }
        let told = self.told.lock().expect("one thread tells");
        let by_text: HashMap<&Hash, usize> = told.iter().enumerate().map(|(n, text)| (text, n)).collect();
        let mut delivered: HashMap<usize, &str> = HashMap::new();
        for (id, attempt) in &record.attempts {
            let Some(text) = &attempt.delivered else { continue };
            // The offline author and the tools call no server.
            if !attempt.asked.0.starts_with(crate::session::PROVIDER) {
                continue;
            }
            let call = by_text.get(text).copied();
            let call = call.unwrap_or_else(|| panic!("{id} delivered what no model said"));
            assert!(
                self.calls.get(call).is_none_or(|c| *c == attempt.asked),
                "{id} delivered another's text"
            );
            let before = delivered.insert(call, id.as_str());
            assert_eq!(before, None, "{id} delivered what another attempt had delivered");
        }
    }
}

fn request(seen: &Seen) -> Asked {
    let text = |content: &Value| match content {
        Value::Array(parts) => parts.iter().filter_map(|p| p["text"].as_str()).collect(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    let messages = seen.body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let messages =
        messages.iter().map(|m| (m["role"].as_str().unwrap_or_default().to_owned(), text(&m["content"])));
    let model = seen.body["model"].as_str().unwrap_or_default();
    asked(&format!("{}/{model}", crate::session::PROVIDER), messages)
}

/// The first word of the edit that a call is about; none for a call that is about none.
fn edited(seen: &Seen) -> Option<String> {
    let messages = seen.body["messages"].as_array()?;
    let contents = messages
        .iter()
        .map(|m| m["content"].as_str().map_or_else(|| m["content"].to_string(), str::to_owned));
    let prompt = contents.collect::<String>();
    let (_, after) = prompt.split_once("The whole text after it:")?;
    after.replace("\\n", "\n").split_whitespace().find(|word| *word != "---").map(str::to_owned)
}

/// What an edit teaches, quoting a word of it.
fn lesson(text: &str, word: &str) -> String {
    serde_json::json!([{ "kind": "style", "text": text, "why": "it is so", "quote": word }]).to_string()
}

/// A short text that no other call is answered with.
fn tale(rng: &mut Rng, number: usize) -> String {
    const WORDS: [&str; 8] = ["lamp", "rain", "stairs", "harbour", "salt", "letter", "gull", "winter"];
    let words: Vec<&str> = (0..rng.usize(4..24)).map(|_| WORDS[rng.usize(..8)]).collect();
    format!("Telling {number} has {}.\n\nThen came the {}.", words.join(" and "), WORDS[rng.usize(..8)])
}
