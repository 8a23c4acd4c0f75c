//! The engine with its models on a local server: what an author meets, from the first word to the last attempt.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

#[path = "support/model_server.rs"]
mod model_server;

mod engine {
    mod agents;
    mod choosing;
    mod cleaning;
    mod coherence;
    mod conducting;
    mod desk;
    mod failures;
    mod feedback;
    mod foreground;
    mod lessons;
    mod limits;
    mod passages;
    mod story;
    mod streams;
    mod texts;
    mod tokens;
}
