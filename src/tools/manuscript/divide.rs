//! Contents → chapters, and paragraphs → pages.

use std::collections::HashMap;

use super::Block;
use crate::analysis::count_words;
use crate::formats::Block as Stored;
use crate::formats::markdown;

/// The longest title of a chapter, in characters; a longer heading is cut.
const MOST_TITLE: usize = 200;

/// A chapter of a manuscript.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chapter {
    /// Its title.
    pub title: String,
    /// Its paragraphs; headings below those of chapters are among them.
    pub paragraphs: Vec<String>,
}

/// Makes chapters of a text by its headings; returns its title, too.
///
/// A lone first heading over all others is the title. Headings of the level below are the chapters; where those are
/// parts (`Part One`), the chapters are another level down and carry the part's name.
pub(super) fn divide(mut title: Option<String>, blocks: Vec<Block>) -> (Option<String>, Vec<Chapter>) {
    let levels = |blocks: &[Block]| -> Vec<(usize, String)> {
        let of = |b: &Block| match b {
            Block::Heading { level, title } => Some((*level, title.clone())),
            Block::Paragraph(_) => None,
        };
        blocks.iter().filter_map(of).collect()
    };
    let all = levels(&blocks);
    let top = all.iter().map(|(level, _)| *level).min();
    let lone = top.filter(|top| {
        all[0].0 == *top && all.len() > 1 && all.iter().filter(|(level, _)| level == top).count() == 1
    });
    let mut rest = all.iter().filter(|(level, _)| lone != Some(*level));
    let first = rest.clone().map(|(level, _)| *level).min().or(top).unwrap_or(1);
    let next = rest.clone().map(|(level, _)| *level).filter(|l| *l > first).min();
    let parts = next.filter(|_| rest.any(|(level, title)| *level == first && is_part(title)));
    let chapter_level = parts.unwrap_or(first);

    let mut chapters: Vec<Chapter> = Vec::new();
    let mut part = String::new();
    let mut before = Vec::new();
    for block in blocks {
        match block {
            Block::Heading { level, title: words } if lone == Some(level) => {
                title = title.or(Some(words));
            }
            Block::Heading { level, title: words } if level < chapter_level => {
                part = words;
                // What stands between a part's heading and its first chapter belongs to the part.
                chapters.push(Chapter { title: cut(&part), paragraphs: Vec::new() });
            }
            Block::Heading { level, title: words } if level == chapter_level => {
                let own = if part.is_empty() { words } else { format!("{part} · {words}") };
                if !part.is_empty()
                    && chapters.last().is_some_and(|c| c.title == cut(&part) && c.paragraphs.is_empty())
                {
                    chapters.pop();
                }
                chapters.push(Chapter { title: cut(&own), paragraphs: Vec::new() });
            }
            Block::Heading { level, title: words } => {
                let words = format!("{} {words}", "#".repeat(level.min(6)));
                chapters.last_mut().map_or(&mut before, |c| &mut c.paragraphs).push(words);
            }
            Block::Paragraph(words) => {
                chapters.last_mut().map_or(&mut before, |c| &mut c.paragraphs).push(words);
            }
        }
    }
    if !before.is_empty() {
        let name = if chapters.is_empty() { title.clone() } else { None };
        let name = name.unwrap_or_else(|| "Opening".into());
        chapters.insert(0, Chapter { title: cut(&name), paragraphs: before });
    }
    place_notes(&mut chapters);
    (title.map(|t| cut(&t)).filter(|t| !t.is_empty()), chapters)
}

/// Puts notes at the end of the chapter that refers to them first.
fn place_notes(chapters: &mut [Chapter]) {
    let mut homes: HashMap<String, usize> = HashMap::new();
    let mut notes: Vec<(usize, String, String)> = Vec::new();
    for (at, chapter) in chapters.iter_mut().enumerate() {
        for paragraph in std::mem::take(&mut chapter.paragraphs) {
            if let Some(label) = note_label(&paragraph) {
                notes.push((at, label, paragraph));
                continue;
            }
            for rest in paragraph.split("[^").skip(1) {
                if let Some((label, _)) = rest.split_once(']') {
                    homes.entry(label.to_owned()).or_insert(at);
                }
            }
            chapter.paragraphs.push(paragraph);
        }
    }
    for (at, label, note) in notes {
        chapters[homes.get(&label).copied().unwrap_or(at)].paragraphs.push(note);
    }
}

fn note_label(paragraph: &str) -> Option<String> {
    if !paragraph.starts_with("[^") {
        return None;
    }
    match markdown::read(paragraph).as_slice() {
        [Stored::Note { label, .. }] => Some(label.clone()),
        _ => None,
    }
}

fn is_part(title: &str) -> bool {
    const PARTS: [&str; 14] = [
        "part",
        "book",
        "volume",
        "act",
        "teil",
        "buch",
        "band",
        "partie",
        "livre",
        "tome",
        "parte",
        "libro",
        "deel",
        "часть",
    ];
    let first = title
        .split(|c: char| !c.is_alphanumeric())
        .find(|w| !w.is_empty())
        .unwrap_or_default()
        .to_lowercase();
    PARTS.contains(&first.as_str()) || (title.starts_with('第') && title.contains(['部', '卷', '巻', '篇']))
}

fn cut(title: &str) -> String {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.chars().count() <= MOST_TITLE {
        return title;
    }
    title.chars().take(MOST_TITLE - 1).chain(['…']).collect()
}

/// Divides paragraphs into pages of about so many words.
pub(super) fn pages(paragraphs: &[String], wanted: u64) -> Vec<String> {
    let mut pages: Vec<(u64, Vec<&str>)> = Vec::new();
    for paragraph in paragraphs {
        let words = count_words(paragraph);
        match pages.last_mut() {
            // It goes where the page ends nearer to the length.
            Some((full, page)) if *full + words / 2 <= wanted || *full == 0 => {
                *full += words;
                page.push(paragraph);
            }
            _ => pages.push((words, vec![paragraph])),
        }
    }
    // A heading never stands alone at the end of a page.
    for at in 1..pages.len() {
        while pages[at - 1].1.len() > 1 && pages[at - 1].1.last().is_some_and(|p| p.starts_with('#')) {
            let heading = pages[at - 1].1.pop().expect("more than one was counted");
            pages[at].1.insert(0, heading);
        }
    }
    // A short rest joins the page before it.
    if let [.., (before, _), (last, _)] = pages.as_slice()
        && *last < wanted / 3
        && before + last <= wanted + wanted / 2
    {
        let (_, rest) = pages.pop().expect("there are two");
        pages.last_mut().expect("there are two").1.extend(rest);
    }
    pages.into_iter().map(|(_, page)| page.join("\n\n")).collect()
}
