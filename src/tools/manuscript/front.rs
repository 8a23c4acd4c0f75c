//! What stands before the first chapter: title pages, bylines, and scene breaks that separate nothing.

use super::Block;
use super::changes::Changes;
use super::meta::Meta;
use crate::formats::document::plain_text;
use crate::formats::markdown;

/// Paragraphs of a title page at most.
const MAX_PARAGRAPHS: usize = 6;
/// How readers write a scene break.
const SCENE_BREAK: &str = "* * *";
/// Words of a name at most.
const MAX_NAME: usize = 6;
/// What is before the name of an author, in lower case.
const BY: [&str; 14] = [
    "by",
    "von",
    "par",
    "de",
    "por",
    "di",
    "door",
    "av",
    "af",
    "przez",
    "автор",
    "автор:",
    "written by",
    "a novel by",
];

/// Removes the scene breaks that a text begins with: they separate nothing, and would be a chapter without words.
pub(super) fn without_lone_breaks(mut blocks: Vec<Block>, changes: &mut Changes) -> Vec<Block> {
    let is_break = |b: &Block| matches!(b, Block::Paragraph(text) if text == SCENE_BREAK);
    let breaks = blocks.iter().take_while(|b| is_break(b)).count();
    for _ in blocks.drain(..breaks) {
        changes.left_out("scene break at the beginning", SCENE_BREAK);
    }
    blocks
}

/// Removes the book's title where it is repeated as a heading above those of chapters, and the author's name below it.
pub(super) fn without_repeated_title(blocks: Vec<Block>, meta: &Meta, changes: &mut Changes) -> Vec<Block> {
    let Some(title) = meta.title.as_ref().map(|title| title.to_lowercase()) else { return blocks };
    let heading = |b: &Block| match b {
        Block::Heading { level, title } => Some((*level, title.to_lowercase())),
        Block::Paragraph(_) => None,
    };
    let headings: Vec<(usize, String)> = blocks.iter().filter_map(heading).collect();
    let Some(top) = headings.iter().filter(|(_, words)| *words == title).map(|(level, _)| *level).min()
    else {
        return blocks;
    };
    // `divide` takes a single one for the title; one of the level of chapters may be a chapter of that name.
    let is_repeated = headings.iter().filter(|(level, words)| *level == top && *words == title).count() > 1;
    if !is_repeated || headings.iter().all(|(level, _)| *level <= top) {
        return blocks;
    }
    let is_title = |b: &Block| heading(b).is_some_and(|(level, words)| level == top && words == title);
    let author = meta.author.as_ref().map(|author| author.to_lowercase());
    let mut after_title = false;
    let stays = |block: &Block| {
        let words = words_of(block);
        let is_out = is_title(block) || (after_title && Some(words.to_lowercase()) == author);
        after_title = is_title(block) || (after_title && is_out);
        if is_out {
            changes.left_out("title page", &words);
        }
        !is_out
    };
    let mut blocks = blocks;
    blocks.retain(stays);
    blocks
}

/// Takes over what a title page says, and lists it as left out.
pub(super) fn without_title_page(blocks: Vec<Block>, meta: &mut Meta, changes: &mut Changes) -> Vec<Block> {
    let first_level = blocks.iter().filter_map(|b| match b {
        Block::Heading { level, .. } => Some(*level),
        Block::Paragraph(_) => None,
    });
    let top = first_level.clone().next();
    // A lone heading over all others is the title.
    let is_lone = top
        .is_some_and(|top| first_level.clone().filter(|l| *l <= top).count() == 1 && first_level.count() > 1);
    let begin = usize::from(is_lone && matches!(blocks.first(), Some(Block::Heading { .. })));
    let end = blocks[begin..].iter().position(|b| matches!(b, Block::Heading { .. }));
    let Some(end) = end.map(|end| begin + end).filter(|end| (1..=MAX_PARAGRAPHS).contains(&(end - begin)))
    else {
        return blocks;
    };
    let heading = match &blocks[0] {
        Block::Heading { title, .. } if begin == 1 => Some(title.clone()),
        _ => None,
    };
    let title = meta.title.clone().or(heading);
    let page: Vec<String> = blocks[begin..end].iter().map(words_of).collect();
    let mut is_front = vec![false; page.len()];
    for (at, words) in page.iter().enumerate() {
        let known =
            |known: &Option<String>| known.as_ref().is_some_and(|k| k.to_lowercase() == words.to_lowercase());
        if let Some(author) = byline(words) {
            meta.take("author", author);
            is_front[at] = true;
            // What is before a byline is the title.
            if at == 1 && title.is_none() && page[0].split_whitespace().count() <= 12 {
                meta.take("title", &page[0]);
                is_front[0] = true;
            }
        } else if known(&title) || known(&meta.author) {
            is_front[at] = true;
        }
    }
    let mut blocks = blocks;
    let mut at = 0;
    blocks.retain(|block| {
        let is_out = (begin..end).contains(&at) && is_front[at - begin];
        if is_out {
            changes.left_out("title page", &words_of(block));
        }
        at += 1;
        !is_out
    });
    blocks
}

fn words_of(block: &Block) -> String {
    match block {
        Block::Heading { title, .. } => title.clone(),
        Block::Paragraph(text) => plain_text(&markdown::read_inlines(text)),
    }
}

fn byline(line: &str) -> Option<&str> {
    let lower = line.to_lowercase();
    let by = BY.iter().find(|by| lower.starts_with(**by) && lower[by.len()..].starts_with([' ', '\n']))?;
    let name = line.get(by.len()..)?.trim();
    let is_name = name.split_whitespace().count() <= MAX_NAME
        && name.starts_with(char::is_uppercase)
        && !name.ends_with(['.', '!', '?', ',', '…']);
    is_name.then_some(name)
}
