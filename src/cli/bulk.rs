//! `galley bulk`: a very large book, to open and to measure with.
