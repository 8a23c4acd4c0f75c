//! What a call prints: one JSON object or text on standard output, a fault on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Map, Value};

use super::escape::escaped;
use super::fault::Fault;
use crate::analysis::clean;

/// The answer of one call.
#[derive(Debug)]
pub(super) struct Answer {
    /// For programs: always an object.
    pub json: Value,
    /// The same as it is printed, where a tree of values would take many times its size.
    written: Option<String>,
    /// For people; shown clean when it goes to a terminal, and byte for byte when it does not.
    pub text: String,
    /// What is drawn above the text on a terminal, with colours: made here, never from what others wrote.
    pub drawn: String,
    /// What went wrong after the command itself was carried out: the page waits for its author.
    pub fault: Option<Fault>,
}

impl Answer {
    /// Answers with a value that is an object.
    pub fn new(json: &impl Serialize, text: impl Into<String>) -> Self {
        let json = serde_json::to_value(json).expect("rows are plain data");
        debug_assert!(json.is_object(), "one object is printed: {json}");
        Self { json, written: None, text: text.into(), drawn: String::new(), fault: None }
    }

    /// Answers with what may be as large as a book: the object for programs or the text for people, only the one that
    /// is printed.
    pub fn large(json: bool, object: &impl Serialize, text: impl FnOnce() -> String) -> Self {
        if !json {
            return Self::help(text());
        }
        let written = serde_json::to_string(object).expect("rows are plain data");
        debug_assert!(written.starts_with('{'), "one object is printed: {written}");
        Self { written: Some(written), ..Self::nothing() }
    }

    /// Answers with a help text.
    pub fn help(text: String) -> Self {
        Self { json: Value::Object(Map::new()), written: None, text, drawn: String::new(), fault: None }
    }

    /// Prints nothing.
    pub fn nothing() -> Self {
        Self::help(String::new())
    }

    /// Adds what went wrong on the way.
    pub fn with_fault(mut self, fault: Option<Fault>) -> Self {
        self.fault = fault;
        self
    }
}

/// Prints an answer and returns its exit code.
pub(super) fn print(answer: &Answer, json: bool) -> ExitCode {
    if let Some(written) = answer.written.as_ref().filter(|_| json) {
        to_stdout(&format!("{}\n", escaped(written)));
    } else if json {
        let mut object = answer.json.clone();
        if let (Some(fault), Some(fields)) = (&answer.fault, object.as_object_mut()) {
            fields.insert("error".into(), fault.json());
        }
        to_stdout(&format!("{}\n", escaped(&object.to_string())));
    } else {
        if std::io::stdout().is_terminal() {
            let _ = std::io::stdout().lock().write_all(answer.drawn.as_bytes());
        }
        to_stdout(&answer.text);
    }
    match &answer.fault {
        None => ExitCode::SUCCESS,
        Some(fault) => {
            to_stderr(fault);
            fault.class.into()
        }
    }
}

/// Says on standard error what is wrong, where the command goes on all the same.
pub(super) fn warn(fault: &Fault) {
    let said = fault.to_string().replacen("error: ", "warning: ", 1);
    let _ = std::io::stderr().lock().write_all(clean(&said).as_bytes());
}

/// Prints a fault that left no answer and returns its exit code.
pub(super) fn refuse(fault: &Fault, json: bool) -> ExitCode {
    if json {
        let object = serde_json::json!({ "error": fault.json() });
        to_stdout(&format!("{}\n", escaped(&object.to_string())));
    }
    to_stderr(fault);
    fault.class.into()
}

/// A reader that has gone (`galley … | head`) is not a failure: there is nobody left to tell.
fn to_stdout(text: &str) {
    let mut out = std::io::stdout().lock();
    let shown = if out.is_terminal() { clean(text) } else { text.into() };
    let _ = out
        .write_all(shown.as_bytes())
        .and_then(|()| if shown.is_empty() || shown.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") });
    let _ = out.flush();
}

fn to_stderr(fault: &Fault) {
    let _ = std::io::stderr().lock().write_all(clean(&fault.to_string()).as_bytes());
}
