//! What agents are given and why: the engine with a real store and the offline author.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

mod context {
    mod budget;
    mod desk;
    mod replay;
    mod stale;
    mod story_prompts;
}
