//! The studio without a terminal: the app that runs, its screens on a small book, keys in and cells out.

mod bench;
mod canon;
mod changes;
mod coherence;
mod context;
mod decisions;
mod fixture;
mod flow;
mod hostile;
mod lessons;
mod prompts;
mod runs;
mod screens;
