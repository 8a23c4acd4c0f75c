//! The Markdown that pages are stored in, as the document model, both ways.
//!
//! | in a page | what it is |
//! |---|---|
//! | a blank line | separates blocks |
//! | a newline | a line break; two spaces or a backslash before it say the same |
//! | `# Words` to `###### Words` | a heading |
//! | `* * *`, `***`, `---`, `___`, `#`, `⁂` alone in a line | a scene break |
//! | `> Words` | a block quote; `>` alone separates its paragraphs |
//! | `- Words`, `1. Words` | an item of a list, four spaces before a nested one |
//! | <code>\| a \| b \|</code> over <code>\|---\|---\|</code> | a table |
//! | `![what it shows](file)` alone in a line | a figure |
//! | `[^1]`, `[^1]: Words` | a reference to a note, and the note |
//! | `*so*`, `_so_` | emphasis |
//! | `**so**`, `__so__` | strong emphasis |
//! | `~~so~~` | struck through |
//! | `^2^`, `~2~` | superscript, subscript (letters and digits) |
//! | `[so]{.smallcaps}` | small capitals |
//! | `[words](address)` | a link |
//! | `<em>`, `<strong>`, `<s>`, `<sup>`, `<sub>`, `<br>` | the same where marks would be read otherwise |
//! | `` `so` `` | the words as they are |
//! | `<!-- so -->` | a comment; no part of the text |
//! | `\*` | the mark itself |
//!
//! Anything else is text. Marks follow `CommonMark`, except that they need no blanks in scripts that have none.

mod emphasis;
mod inline;
mod line;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use inline::read as read_inlines;
pub use read::read;
pub use write::{write, write_block, write_inlines};
