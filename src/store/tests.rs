//! The store on real files.

mod batches;
mod budget;
mod canon;
mod damage;
mod equality;
mod lessons;
mod migration;
mod others;
mod reading;
mod support;
