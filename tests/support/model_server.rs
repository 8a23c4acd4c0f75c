//! A small model server for tests: it speaks the streams of `OpenAI`, Anthropic and Gemini, by a script.
//!
//! Use it from any test binary with `#[path = "support/model_server.rs"] mod model_server;`. It runs on a thread of
//! its own, so that tests without a runtime and tests of whole processes can use it too; dropping it ends it.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// What the server does with one request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A whole answer, streamed.
    Text(Answer),
    /// Another status than 200, with headers and a body.
    Status(u16, Vec<(&'static str, String)>, String),
    /// Nothing ever, not even headers.
    HangBeforeHeaders,
    /// The answer, and then nothing, on an open connection.
    HangAfter(Answer),
    /// The answer without its end, on a connection that closes as it should.
    CutAfter(Answer),
    /// The answer without its end, on a connection that breaks.
    BreakAfter(Answer),
    /// A web page with status 200, sent as HTML.
    Html,
    /// A web page with status 200, sent as if it were a stream.
    HtmlAsStream,
    /// `{"error": …}` with status 200.
    JsonError(Value),
    /// A stream in which the server reports an error after the answer's beginning.
    ErrorAfter(Answer, Value),
    /// A stream of what is not in the protocol.
    Nonsense,
    /// Status 200, these headers and these bytes.
    Raw(Raw),
}

/// Bytes that are sent as they are.
#[derive(Debug, Clone)]
pub struct Raw {
    /// The headers, but for those of the connection.
    pub headers: Vec<(&'static str, String)>,
    /// The body, in the pieces that it is sent in.
    pub pieces: Vec<Vec<u8>>,
    /// The connection stays open after it.
    pub stays_open: bool,
    /// The last piece is sent again and again, for ever.
    pub for_ever: bool,
}

impl Raw {
    /// `body` as a stream of events, in one piece.
    pub fn of(body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", "text/event-stream".to_owned())];
        Self { headers, pieces: vec![body.into()], stays_open: false, for_ever: false }
    }
}

/// An answer, as it is streamed.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its pieces.
    pub pieces: Vec<String>,
    /// The wait before each piece.
    pub delay: Duration,
    /// Tokens of prompt and answer; `None` leaves the usage out.
    pub usage: Option<(u64, u64)>,
    /// Why it ended: `stop`, `length` or `content_filter`.
    pub finish: &'static str,
    /// Thinking that comes before the text.
    pub thinking: Vec<String>,
}

impl Answer {
    /// `text` word by word, at once, with a usage of 11 and 7 tokens.
    pub fn of(text: &str) -> Self {
        Self {
            pieces: text.split_inclusive(' ').map(str::to_owned).collect(),
            delay: Duration::ZERO,
            usage: Some((11, 7)),
            finish: "stop",
            thinking: Vec::new(),
        }
    }

    /// The same with a wait before each piece.
    pub fn paced(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The same without a usage.
    pub fn uncounted(mut self) -> Self {
        self.usage = None;
        self
    }

    /// The same, ended for another reason.
    pub fn finished(mut self, finish: &'static str) -> Self {
        self.finish = finish;
        self
    }

    /// The same after some thinking.
    pub fn after_thinking(mut self, thinking: &str) -> Self {
        self.thinking = thinking.split_inclusive(' ').map(str::to_owned).collect();
        self
    }
}

impl Reply {
    /// `text`, streamed at once.
    pub fn text(text: &str) -> Self {
        Self::Text(Answer::of(text))
    }

    /// A status with a body of the protocol's shape.
    pub fn status(status: u16, message: &str) -> Self {
        let body = json!({ "error": { "message": message, "type": "error" } });
        Self::Status(status, Vec::new(), body.to_string())
    }

    /// The same, asking to wait that many seconds.
    pub fn retry_after(status: u16, seconds: u64) -> Self {
        let body = json!({ "error": { "message": "later", "type": "error" } });
        Self::Status(status, vec![("retry-after", seconds.to_string())], body.to_string())
    }
}

/// A request that the server got.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its path, with the query.
    pub path: String,
    /// Its head, as it came.
    pub head: String,
    /// Its body; null if it was no JSON.
    pub body: Value,
}

impl Seen {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// How a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Its answer is still to come, or to end.
    Open,
    /// It was answered to the end.
    Whole,
    /// The caller left before.
    Left,
}

type Author = dyn Fn(usize, &Seen) -> Reply + Send + Sync;

#[derive(Default)]
struct State {
    script: VecDeque<Reply>,
    always: Option<Reply>,
    author: Option<Arc<Author>>,
    seen: Vec<Seen>,
    calls: Vec<Call>,
}

/// A running server.
pub struct ModelServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl ModelServer {
    /// A server that gives `replies` one after the other, and the last of them for ever.
    pub fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let script: VecDeque<Reply> = replies.into_iter().collect();
        let always = script.back().cloned();
        Self::with(State { script, always, ..State::default() })
    }

    /// A server that makes up its reply to each request, given with its number from 0.
    pub fn answering(author: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::with(State { author: Some(Arc::new(author)), ..State::default() })
    }

    fn with(state: State) -> Self {
        let state = Arc::new(Mutex::new(state));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket that does not block");
        let address = listener.local_addr().expect("a bound socket");
        let (stop, stopped) = oneshot::channel::<()>();
        let shared = Arc::clone(&state);
        // The runtime is made and dropped on its own thread: neither may happen within a test's runtime.
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("a socket that does not block");
                tokio::select! {
                    () = accept(listener, shared) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { address, state, stop: Some(stop), thread: Some(thread) }
    }

    /// `http://127.0.0.1:PORT`, which Anthropic and Gemini are given.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same with `/v1`, which servers of the `OpenAI` protocol are given.
    pub fn url_v1(&self) -> String {
        format!("{}/v1", self.url())
    }

    /// Adds a reply to the script; it also becomes the one for ever after.
    pub fn then(&self, reply: Reply) {
        let mut state = self.state();
        state.always = Some(reply.clone());
        state.script.push_back(reply);
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// How many requests there were.
    pub fn count(&self) -> usize {
        self.state().seen.len()
    }

    /// The requests from the `first`th on, from 0.
    pub fn seen_from(&self, first: usize) -> Vec<Seen> {
        self.state().seen[first..].to_vec()
    }

    /// How each call stands, in the order of [`seen`](Self::seen).
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// How many callers left before their answer was whole.
    pub fn left(&self) -> usize {
        self.calls().iter().filter(|c| **c == Call::Left).count()
    }

    /// How many calls are under way.
    pub fn open(&self) -> usize {
        self.calls().iter().filter(|c| **c == Call::Open).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test thread panicked with the state")
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((socket, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        // A caller that leaves before it asked has asked nothing.
        tokio::spawn(async move { drop(serve(socket, &state).await) });
    }
}

/// Reads one request and answers it; an error of the answer is a caller that left.
async fn serve(mut socket: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let Some(seen) = read(&mut socket).await? else { return Ok(()) };
    let protocol = Protocol::of(&seen.path);
    if protocol == Protocol::List {
        let list = json!({ "object": "list", "data": [{ "id": "qwen3:4b" }, { "id": "llama3.2" }] });
        return whole(&mut socket, 200, "application/json", &[], &list.to_string()).await;
    }
    let lock = || state.lock().expect("no test thread panicked with the state");
    let (number, reply) = {
        let mut state = lock();
        let number = state.seen.len();
        let reply = match &state.author {
            Some(author) => author(number, &seen),
            None => {
                let next = state.script.pop_front().or_else(|| state.always.clone());
                next.expect("a server has a reply")
            }
        };
        state.seen.push(seen);
        state.calls.push(Call::Open);
        (number, reply)
    };
    let answered = answer(&mut socket, protocol, reply).await;
    lock().calls[number] = if answered.is_ok() { Call::Whole } else { Call::Left };
    answered
}

async fn answer(socket: &mut TcpStream, protocol: Protocol, reply: Reply) -> std::io::Result<()> {
    const PAGE: &str = "<!DOCTYPE html>\n<html><body><h1>502 Bad Gateway</h1></body></html>";
    match reply {
        Reply::Text(answer) => {
            stream(socket, protocol, &answer).await?;
            for event in protocol.end(&answer) {
                chunk(socket, &event).await?;
            }
            close(socket).await
        }
        Reply::Status(status, headers, body) => {
            whole(socket, status, "application/json", &headers, &body).await
        }
        Reply::HangBeforeHeaders => hang(socket).await,
        Reply::HangAfter(answer) => {
            stream(socket, protocol, &answer).await?;
            hang(socket).await
        }
        Reply::CutAfter(answer) => {
            stream(socket, protocol, &answer).await?;
            close(socket).await
        }
        Reply::BreakAfter(answer) => {
            stream(socket, protocol, &answer).await?;
            socket.write_all(b"400\r\ndata: {\"cho").await?;
            socket.flush().await
        }
        Reply::Html => whole(socket, 200, "text/html", &[], PAGE).await,
        Reply::HtmlAsStream => whole(socket, 200, "text/event-stream", &[], PAGE).await,
        Reply::JsonError(error) => {
            let body = json!({ "error": error }).to_string();
            whole(socket, 200, "application/json", &[], &body).await
        }
        Reply::ErrorAfter(answer, error) => {
            stream(socket, protocol, &answer).await?;
            let event = match protocol {
                Protocol::Anthropic => {
                    format!("event: error\ndata: {}\n\n", json!({ "type": "error", "error": error }))
                }
                _ => data(&json!({ "error": error })),
            };
            chunk(socket, &event).await?;
            close(socket).await
        }
        Reply::Raw(raw) => {
            let mut head =
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n".to_owned();
            for (name, value) in &raw.headers {
                head.extend([*name, ": ", value.as_str(), "\r\n"]);
            }
            head += "\r\n";
            socket.write_all(head.as_bytes()).await?;
            // An empty chunk would be the end of the body.
            for piece in raw.pieces.iter().filter(|piece| !piece.is_empty()) {
                bytes(socket, piece).await?;
            }
            if raw.for_ever {
                loop {
                    bytes(socket, raw.pieces.last().expect("a piece")).await?;
                }
            }
            if raw.stays_open { hang(socket).await } else { close(socket).await }
        }
        Reply::Nonsense => {
            head(socket).await?;
            chunk(socket, "data: the moon is a lamp\n\n").await?;
            chunk(socket, "data: {\"verse\": 12}\n\n").await?;
            close(socket).await
        }
    }
}

/// The beginning of an answer and its pieces, without its end.
async fn stream(socket: &mut TcpStream, protocol: Protocol, answer: &Answer) -> std::io::Result<()> {
    head(socket).await?;
    for event in protocol.begin(answer) {
        chunk(socket, &event).await?;
    }
    for text in &answer.thinking {
        wait(socket, answer.delay).await?;
        chunk(socket, &protocol.piece(text, true)).await?;
    }
    for event in protocol.between(answer) {
        chunk(socket, &event).await?;
    }
    for text in &answer.pieces {
        wait(socket, answer.delay).await?;
        chunk(socket, &protocol.piece(text, false)).await?;
    }
    Ok(())
}

/// Waits, unless the caller leaves.
async fn wait(socket: &mut TcpStream, delay: Duration) -> std::io::Result<()> {
    if delay.is_zero() {
        return Ok(());
    }
    tokio::select! {
        () = tokio::time::sleep(delay) => Ok(()),
        left = hang(socket) => left,
    }
}

/// Waits until the caller leaves, which is an error.
async fn hang(socket: &mut TcpStream) -> std::io::Result<()> {
    let mut byte = [0_u8; 1];
    while socket.read(&mut byte).await? > 0 {}
    Err(std::io::ErrorKind::ConnectionAborted.into())
}

async fn head(socket: &mut TcpStream) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\
                connection: close\r\n\r\n";
    socket.write_all(head.as_bytes()).await
}

async fn chunk(socket: &mut TcpStream, text: &str) -> std::io::Result<()> {
    bytes(socket, text.as_bytes()).await
}

async fn bytes(socket: &mut TcpStream, piece: &[u8]) -> std::io::Result<()> {
    let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
    chunk.extend_from_slice(piece);
    chunk.extend_from_slice(b"\r\n");
    socket.write_all(&chunk).await?;
    socket.flush().await
}

async fn close(socket: &mut TcpStream) -> std::io::Result<()> {
    socket.write_all(b"0\r\n\r\n").await?;
    socket.shutdown().await
}

async fn whole(
    socket: &mut TcpStream,
    status: u16,
    kind: &str,
    headers: &[(&str, String)],
    body: &str,
) -> std::io::Result<()> {
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let headers = headers.concat();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n{headers}\
         connection: close\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await?;
    socket.write_all(body.as_bytes()).await?;
    socket.shutdown().await
}

async fn read(socket: &mut TcpStream) -> std::io::Result<Option<Seen>> {
    let mut bytes = Vec::new();
    let mut buffer = [0_u8; 8192];
    let mut wanted = None;
    loop {
        if let Some((head, length)) = wanted
            && bytes.len() >= head + length
        {
            let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
            let body = serde_json::from_slice(&bytes[head..head + length]).unwrap_or(Value::Null);
            return Ok(Some(Seen { path, head: text, body }));
        }
        let count = socket.read(&mut buffer).await?;
        if count == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&buffer[..count]);
        if wanted.is_none()
            && let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            wanted = Some((end + 4, length.unwrap_or(0)));
        }
    }
}

/// The protocols, told by the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    OpenAi,
    Anthropic,
    Gemini,
    List,
}

fn data(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn event(value: &Value) -> String {
    format!("event: {}\ndata: {value}\n\n", value["type"].as_str().unwrap_or_default())
}

impl Protocol {
    fn of(path: &str) -> Self {
        if path.ends_with("/models") {
            Self::List
        } else if path.contains("/messages") {
            Self::Anthropic
        } else if path.contains("GenerateContent") {
            Self::Gemini
        } else {
            Self::OpenAi
        }
    }

    fn begin(self, answer: &Answer) -> Vec<String> {
        let input = answer.usage.map_or(0, |(input, _)| input);
        match self {
            Self::OpenAi => vec![data(&openai(&json!({ "role": "assistant", "content": "" }), None))],
            Self::Anthropic => {
                let message = json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": "m",
                    "content": [], "stop_reason": null, "usage": { "input_tokens": input, "output_tokens": 1 } });
                let block = if answer.thinking.is_empty() {
                    json!({ "type": "text", "text": "" })
                } else {
                    json!({ "type": "thinking", "thinking": "", "signature": "" })
                };
                vec![
                    event(&json!({ "type": "message_start", "message": message })),
                    event(&json!({ "type": "content_block_start", "index": 0, "content_block": block })),
                    event(&json!({ "type": "ping" })),
                ]
            }
            Self::Gemini | Self::List => Vec::new(),
        }
    }

    /// What stands between the thinking and the text.
    fn between(self, answer: &Answer) -> Vec<String> {
        if self != Self::Anthropic || answer.thinking.is_empty() {
            return Vec::new();
        }
        let signature = json!({ "type": "signature_delta", "signature": "c2lnbmVk" });
        let block = json!({ "type": "text", "text": "" });
        vec![
            event(&json!({ "type": "content_block_delta", "index": 0, "delta": signature })),
            event(&json!({ "type": "content_block_stop", "index": 0 })),
            event(&json!({ "type": "content_block_start", "index": 1, "content_block": block })),
        ]
    }

    fn piece(self, text: &str, thinking: bool) -> String {
        match self {
            Self::OpenAi | Self::List => {
                let field = if thinking { "reasoning" } else { "content" };
                data(&openai(&json!({ field: text }), None))
            }
            Self::Anthropic if thinking => {
                let delta = json!({ "type": "thinking_delta", "thinking": text });
                event(&json!({ "type": "content_block_delta", "index": 0, "delta": delta }))
            }
            Self::Anthropic => {
                let delta = json!({ "type": "text_delta", "text": text });
                event(&json!({ "type": "content_block_delta", "index": 0, "delta": delta }))
            }
            Self::Gemini => {
                let content = json!({ "role": "model", "parts": [{ "text": text, "thought": thinking }] });
                data(&json!({ "candidates": [{ "content": content, "index": 0 }], "modelVersion": "m" }))
            }
        }
    }

    fn end(self, answer: &Answer) -> Vec<String> {
        let (input, output) = answer.usage.unwrap_or_default();
        match self {
            Self::OpenAi | Self::List => {
                let mut events = vec![data(&openai(&json!({}), Some(answer.finish)))];
                if answer.usage.is_some() {
                    let usage = json!({ "prompt_tokens": input, "completion_tokens": output,
                        "total_tokens": input + output });
                    events.push(data(&json!({ "id": "c1", "object": "chat.completion.chunk", "created": 1,
                        "model": "m", "choices": [], "usage": usage })));
                }
                events.push("data: [DONE]\n\n".to_owned());
                events
            }
            Self::Anthropic => {
                let reason = match answer.finish {
                    "length" => "max_tokens",
                    "content_filter" => "refusal",
                    _ => "end_turn",
                };
                let delta = json!({ "stop_reason": reason, "stop_sequence": null });
                vec![
                    event(&json!({ "type": "content_block_stop", "index": 0 })),
                    event(&json!({ "type": "message_delta", "delta": delta,
                        "usage": { "output_tokens": output } })),
                    event(&json!({ "type": "message_stop" })),
                ]
            }
            Self::Gemini => {
                let reason = match answer.finish {
                    "length" => "MAX_TOKENS",
                    "content_filter" => "SAFETY",
                    _ => "STOP",
                };
                let content = json!({ "role": "model", "parts": [{ "text": "" }] });
                let mut last = json!({ "modelVersion": "m",
                    "candidates": [{ "content": content, "finishReason": reason, "index": 0 }] });
                if answer.usage.is_some() {
                    last["usageMetadata"] = json!({ "promptTokenCount": input, "candidatesTokenCount": output,
                        "totalTokenCount": input + output });
                }
                vec![data(&last)]
            }
        }
    }
}

fn openai(delta: &Value, finish: Option<&str>) -> Value {
    json!({ "id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] })
}
