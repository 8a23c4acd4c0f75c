//! Import of canon: Markdown → typed entries, and what taking them in would change.
//!
//! [`parse()`] reads one file by the rules below; [`plan()`] compares what was found with the canon as it is; the plan
//! becomes one command.
//!
//! The rules, in order:
//! 1. Front matter with a `name`, or a `type` in the singular, makes the whole file one entry. A `type` in the plural
//!    says of what kind the entries under the file's headings are.
//! 2. A heading of the first or second level that names a kind (`Characters`, `Orte`, `世界観`) opens a section: the
//!    headings of the next level below it are its entries. Text that stands in the section itself is an entry, too.
//! 3. Where no heading says it, the name of the file (`characters.md`) or of its folder (`places/mill.md`: one entry)
//!    does. What is still unclear is of kind other, and is said to be.
//! 4. Below an entry, headings stay in its text; in places and world they become child entries, unless they name a
//!    side of it (`History`, `Appearance`).

mod front;
mod kinds;
pub(in crate::tools) mod links;
mod parse;
mod plan;
mod relink;
#[cfg(test)]
mod tests;

pub use parse::{Found, ParentName, parse};
pub use plan::{Change, Existing, ImportPlan, PlannedEntry, plan};
pub use relink::relinked;
