//! The whole program over the command line, with the offline author, each test in a home of its own.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

#[path = "support/model_server.rs"]
mod model_server;

mod cli {
    mod canary;
    mod canon;
    mod changes;
    mod choices;
    mod coherence;
    mod context;
    mod damage;
    mod desk;
    mod faces;
    mod faults;
    mod keys;
    mod lessons;
    mod lock;
    mod manuscripts;
    mod matrix;
    mod pages;
    mod program;
    mod prompts;
    mod pty;
    mod publish;
    mod run_desk;
    mod service;
    mod terminal;
    mod workflows;
}
