//! Prompt templates of the author's own.
#![no_main]

use galley::context::prompt::Prompt;
use galley::llm::Material;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &str| {
    if let Ok(prompt) = Prompt::parse("fuzz.prompty", source) {
        let _ = prompt.messages(&Material::example());
        let _ = prompt.own_words();
    }
});
