//! The process that is killed: an engine that conducts, commands from stdin, answers to stdout.

use std::io::{BufRead, Write};

use galley::config::Home;
use galley::engine::{Engine, OpenOptions, Signal};
use galley::store::StoreError;

use crate::wire::{Mark, Said, Sent};

/// Runs until stdin ends, which is its orderly end.
pub fn run() {
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("{panic}");
        say(&Said::Panicked(panic.to_string()));
    }));
    let home = Home::find().expect("the parent sets GALLEY_HOME");
    let engine = Engine::open(home, &OpenOptions { db: None, create: true }).expect("a database");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    engine.subscribe(|signal| {
        if let Signal::Notice(notice) = signal {
            say(&Said::Notice(notice.clone()));
        }
    });
    let conductor = engine.start(runtime.handle());
    say(&Said::Ready);
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a pipe of text");
        // One line is one batch: its commands share a commit.
        let sent: Vec<Sent> = serde_json::from_str(&line).expect("what the parent wrote");
        let replies = engine.store().submit_many(sent.iter().map(Sent::request).collect());
        say(&Said::Taken(sent.iter().map(|s| s.id.clone()).collect()));
        for (sent, reply) in sent.into_iter().zip(replies) {
            runtime.spawn(async move { say(&said(sent.id, reply.await)) });
        }
    }
    conductor.stop();
    engine.close();
}

fn said(id: String, result: Result<galley::store::Answer, StoreError>) -> Said {
    match result {
        Ok(answer) => Said::Answered {
            id,
            repeated: answer.repeated,
            events: answer.events.iter().map(|e| Mark::of(&e.stream, e.seq, &e.event)).collect(),
        },
        Err(StoreError::Refused(refusal)) => Said::Refused { id, kind: refusal.kind().to_owned() },
        Err(error) => Said::Failed { id, error: error.to_string() },
    }
}

fn say(said: &Said) {
    let mut line = serde_json::to_string(said).expect("plain data");
    line.push('\n');
    let mut out = std::io::stdout().lock();
    // A parent that is gone needs no answer.
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}
