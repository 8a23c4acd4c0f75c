//! The store on real files.

mod backup;
mod batches;
mod budget;
mod canon;
mod damage;
mod equality;
mod lessons;
mod log;
mod migration;
mod others;
mod reading;
mod salvage;
mod support;
