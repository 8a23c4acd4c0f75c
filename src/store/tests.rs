//! The store on real files.

mod batches;

mod support;
