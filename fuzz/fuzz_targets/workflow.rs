//! Workflows of the author's own.
#![no_main]

use galley::domain::Workflow;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    if let Ok(workflow) = Workflow::parse("fuzz.toml", source, galley::domain::workflow::shipped_schema) {
        let again: Workflow = serde_json::from_str(&workflow.to_json()).expect("it reads what it wrote");
        assert_eq!(again.hash(), workflow.hash());
        let _ = workflow.public_states();
    }
});
