//! A key leaves the program in one place: the header of a request (P9). It is searched for everywhere else.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use galley::analysis::count_words;

use super::desk::{Desk, code, stderr};
use crate::model_server::{Answer, ModelServer, Raw, Reply};

const KEY: &str = "sk-canary-Q7f2Zp9LwX4vT1mB8";

/// The key as it is, cut, percent-encoded and in base64 at each of its three alignments.
fn shapes() -> Vec<String> {
    let mut shapes = vec![KEY.to_owned(), KEY[..18].to_owned(), KEY[9..].to_owned(), KEY.replace('-', "%2D")];
    for shift in 0..3 {
        let padded: Vec<u8> = [vec![b'='; shift], KEY.as_bytes().to_vec()].concat();
        let encoded = base64(&padded);
        // The ends depend on what stands around.
        shapes.push(encoded[4..encoded.len() - 4].to_owned());
    }
    shapes
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let bits =
            three.iter().fold(0_usize, |bits, b| bits << 8 | usize::from(*b)) << (8 * (3 - three.len()));
        (0..=three.len()).map(|n| char::from(LETTERS[bits >> (18 - 6 * n) & 63])).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

/// Everything that a server can do with the key that it was sent.
fn outcomes() -> Vec<(&'static str, Reply)> {
    let leak = format!("your key {KEY} ({}) is bad", base64(KEY.as_bytes()));
    let error = serde_json::json!({ "message": leak, "type": "server_error" });
    let echo = vec![("x-echo", KEY.to_owned()), ("www-authenticate", format!("Bearer {KEY}"))];
    vec![
        ("answered", Reply::text("The lamp was out.")),
        ("400", Reply::status(400, &leak)),
        ("401", Reply::status(401, &leak)),
        ("403", Reply::Status(403, echo, leak.clone())),
        ("429", Reply::status(429, &leak)),
        ("500", Reply::status(500, &leak)),
        ("error for an answer", Reply::JsonError(error.clone())),
        ("error in the stream", Reply::ErrorAfter(Answer::of("The lamp"), error)),
        (
            "redirect",
            Reply::Status(307, vec![("location", format!("http://127.0.0.1:9/?key={KEY}"))], leak.clone()),
        ),
        ("cut", Reply::BreakAfter(Answer::of("The lamp"))),
        ("no JSON", Reply::Raw(Raw::of(format!("data: {{\"key\": \"{KEY}\n\ndata: {leak}\n\n")))),
        ("a page", Reply::Raw(Raw::of(format!("<html>{leak}</html>")))),
    ]
}

fn search(folder: &Path, shapes: &[String], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, shapes, found);
        } else {
            look(&path.display().to_string(), &std::fs::read(&path).unwrap(), shapes, found);
        }
    }
}

fn look(place: &str, bytes: &[u8], shapes: &[String], found: &mut Vec<String>) {
    let text = String::from_utf8_lossy(bytes);
    for shape in shapes {
        if let Some(at) = text.find(shape.as_str()) {
            let around = text[..at].char_indices().rev().nth(120).map_or(0, |(n, _)| n);
            found.push(format!("{place}: {}{shape}", &text[around..at]));
        }
    }
}

fn searched(protocol: &str, level: &str) {
    let shapes = shapes();
    let (outcomes, now) = (outcomes(), Arc::new(AtomicUsize::new(0)));
    let (replies, at) = (outcomes.clone(), Arc::clone(&now));
    let server = ModelServer::answering(move |_, _| replies[at.load(Ordering::SeqCst)].1.clone());
    let url = if protocol == "openai" { server.url_v1() } else { server.url() };
    let desk = Desk::new();
    let chapter = desk.chapter();
    desk.configure(&format!(
        "[agents]\nnarrator.model = \"test/m\"\ndialogue.model = \"test/m\"\nreviewer.enabled = false\n\
         [providers.test]\nprotocol = \"{protocol}\"\nbase_url = \"{url}\"\nkey_env = \"CANARY_KEY\"\nfree = true\n\
         [limits]\nbackoff_ms = 1\nrequests_per_minute = 10000\n"
    ));
    let variables = [("GALLEY_MODEL", ""), ("GALLEY_LOG", level), ("CANARY_KEY", KEY)];
    let mut found = Vec::new();
    for (number, (name, _)) in outcomes.iter().enumerate() {
        now.store(number, Ordering::SeqCst);
        let before = server.count();
        let start = ["page", "start", "--chapter", &chapter, "--beat", name, "--json"];
        let out = desk.run_with(&start, &variables);
        assert!(matches!(code(&out), 0 | 4), "{protocol}, {name}: {}", stderr(&out));
        assert!(server.count() > before, "{protocol}, {name}: nothing was asked");
        for (stream, bytes) in [("stdout", &out.stdout), ("stderr", &out.stderr)] {
            look(&format!("{protocol}, {level}, {name}, {stream}"), bytes, &shapes, &mut found);
        }
    }
    let names = ["authorization", "x-api-key", "x-goog-api-key"];
    let sent = server.seen();
    let has_key = |name: &&str| sent.iter().any(|seen| seen.header(name).is_some_and(|v| v.contains(KEY)));
    assert!(names.iter().any(has_key), "{protocol}: the key was never sent");
    for command in [
        &["status"][..],
        &["doctor"],
        &["log"],
        &["config"],
        &["models"],
        &["page", "list", "--chapter", &chapter],
    ] {
        let out = desk.run_with(command, &variables);
        look(&command.join(" "), &[out.stdout, out.stderr].concat(), &shapes, &mut found);
    }
    search(desk.root(), &shapes, &mut found);
    assert!(found.is_empty(), "{protocol} at `{level}`: {found:#?}");
    assert!(
        count_words(&std::fs::read_to_string(desk.root().join("state/galley.log")).unwrap_or_default()) > 0
    );
}

const ALL: &str =
    "trace,hyper=trace,hyper_util=trace,reqwest=trace,rustls=trace,rig=trace,rig_core=trace,h2=trace";

const LEVELS: [&str; 3] = ["", "debug", ALL];

#[test]
fn r14_no_file_and_no_output_has_the_key_of_an_openai_server() {
    for level in LEVELS {
        searched("openai", level);
    }
}

#[test]
fn r14_no_file_and_no_output_has_the_key_of_an_anthropic_server() {
    for level in LEVELS {
        searched("anthropic", level);
    }
}

#[test]
fn r14_no_file_and_no_output_has_the_key_of_a_gemini_server() {
    for level in LEVELS {
        searched("gemini", level);
    }
}

#[test]
fn the_shapes_of_a_key_are_found_where_they_are() {
    let shapes = shapes();
    for text in
        [KEY.to_owned(), base64(format!("Bearer {KEY}").as_bytes()), base64(format!(":{KEY}:").as_bytes())]
    {
        let mut found = Vec::new();
        look("here", text.as_bytes(), &shapes, &mut found);
        assert!(!found.is_empty(), "{text}");
    }
    assert_eq!(base64(b"Man"), "TWFu");
    assert_eq!(base64(b"Ma"), "TWE");
}
