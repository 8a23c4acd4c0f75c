//! What came of a review, and how it goes on: one result and one set of events for every face (spec R5, R6).

mod course;
mod narration;
mod progress;
mod result;

pub use narration::{Taken, as_narration};
pub use progress::Progress;
pub use result::{Decision, Iteration, Polish, Review, Story, Version, result};
