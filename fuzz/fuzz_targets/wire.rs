//! Answers of servers in all three protocols, in pieces of any size.
#![no_main]

use futures_util::stream;
use galley::llm::Protocol;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(([kind, size], body)) = data.split_first_chunk() else { return };
    let protocol = [Protocol::OpenAi, Protocol::Anthropic, Protocol::Gemini][usize::from(kind % 3)];
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> =
        body.chunks(usize::from(*size).max(1)).map(|piece| Ok(piece.to_vec())).collect();
    let response = http::Response::new(reqwest::Body::wrap_stream(stream::iter(pieces)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let text = runtime.expect("a runtime").block_on(galley::llm::read_answer(protocol, response.into()));
    assert!(text.len() <= body.len() * 4 + 1024, "more text than there was");
});
