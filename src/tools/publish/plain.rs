//! Plain text: a paragraph is one line, never wrapped; an empty line stands between. Emphasis is `_so_`, strong
//! emphasis `*so*`, as plain text has always had them.

use super::Work;
use super::inline::{Look, Mark, Run, marks};
use super::prose::Block;

pub(super) fn write(work: &Work) -> String {
    let mut lines = vec![work.title.clone()];
    lines.extend([&work.author, &work.rights].into_iter().filter(|l| !l.is_empty()).cloned());
    for (title, blocks) in &work.chapters {
        lines.push(title.clone());
        lines.extend(blocks.iter().map(|block| match block {
            Block::Paragraph(runs) | Block::Heading(runs) => words(runs),
            Block::Break => "* * *".to_owned(),
            Block::Page(number) => format!("[{number}]"),
        }));
    }
    lines.join("\n\n") + "\n"
}

fn words(runs: &[Run]) -> String {
    let mut out = String::new();
    for mark in marks(runs) {
        match mark {
            Mark::Text(text) => out.push_str(text),
            Mark::Open(Look::Emphasis) | Mark::Close(Look::Emphasis) => out.push('_'),
            Mark::Open(Look::Strong) | Mark::Close(Look::Strong) => out.push('*'),
        }
    }
    out
}
