//! A finished text → chapters and pages.
