//! SQLite: the journal, the blobs and the projections. The only room with SQL.

pub mod rows;
