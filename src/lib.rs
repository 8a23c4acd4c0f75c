//! Galley: a terminal studio for human-in-the-loop authoring.
//!
//! The map. A room may call the rooms of its last column and those that they may call, and no other;
//! `tests/house.rs` holds the tree to it.
//!
//! | room | what it is for | may call |
//! |---|---|---|
//! | [`domain`] | the words of the specification as types; `decide`, `apply`, `next_work`; no IO, clock or chance | |
//! | [`analysis`] | deterministic text science: clean text, words, sentences, diff of prose, authorship | domain |
//! | [`files`] | files and folders that only their owner may read; any room may call it | |
//! | [`process`] | which processes are alive or stopped, and job control; any room may call it | |
//! | [`store`] | SQLite: journal, blobs, projections; the only room with SQL | domain |
//! | [`llm`] | the `Model` trait, a module per protocol, the offline author, prices | analysis |
//! | [`config`] | where files are, and what the author configured | llm |
//! | [`context`] | what an agent is given: beat, canon, earlier pages, feedback, rendered prompt | store, llm |
//! | [`agents`] | an agent is a prompt and a model choice; it turns context into a checked artifact | context, config |
//! | [`formats`] | what a document is; files of every format read and written | analysis |
//! | [`tools`] | what is not asked of a model: import, coherence of a book, books as files | store, formats |
//! | [`engine`] | the conductor: commands in, events out; scheduling, retries, recovery | agents, tools |
//! | [`service`] | the use cases, each once for every face: queries and their views, tasks, what goes wrong | engine |
//! | [`cli`] | one file a subcommand | service |
//! | [`tui`] | the studio: app, keymap, theme, screens, overlays, widgets | service |

pub mod agents;
pub mod analysis;
pub mod cli;
pub mod config;
pub mod context;
pub mod domain;
pub mod engine;
pub mod files;
pub mod formats;
pub mod llm;
pub mod process;
pub mod service;
pub mod store;
pub mod tools;
pub mod tui;
