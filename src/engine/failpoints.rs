//! The conductor's places at which a crash test can end the process.

/// The attempt is in the journal, the model is not called yet.
pub const BEFORE_CALL: &str = "engine.before_call";
/// The first words have come.
pub const FIRST_DELTA: &str = "engine.first_delta";
/// The call has ended, its result is not in the journal yet.
pub const BEFORE_RESULT: &str = "engine.before_result";
/// The result is in the journal.
pub const AFTER_RESULT: &str = "engine.after_result";

/// A published file is in its place, and not yet noted as written.
pub const AFTER_PUT: &str = "engine.after_put";

/// The places that every run of an agent passes.
pub const ALL: [&str; 4] = [BEFORE_CALL, FIRST_DELTA, BEFORE_RESULT, AFTER_RESULT];
