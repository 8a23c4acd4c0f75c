//! What board and desk have in common: a book's pages in a list, and what can be done to them.

use super::Tab;
use super::parts::{label, many, state};
use crate::domain::book::BookCommand;
use crate::store::rows::PageRow;
use crate::tui::action::Action;
use crate::tui::cx::Cx;
use crate::tui::effect::Effect;
use crate::tui::errand::{Errand, Order, Then};
use crate::tui::here::first_of;
use crate::tui::notices::Tone;
use crate::tui::overlays::{Confirm, Find};
use crate::tui::purpose::{Purpose, of_book};
use crate::tui::theme::Role;
use crate::tui::views::{Ask, BLOCK};
use crate::tui::widgets::Pen;

/// Pages that are loaded before and after the one that is chosen.
const AROUND: u32 = 2 * BLOCK;

/// The blocks of pages around the place, at both ends, and where the neighbouring chapters begin: so that no step,
/// and no jump to an end, waits for the store.
pub fn wants(cx: &Cx) -> Vec<Ask> {
    let Some(book) = &cx.here.book else { return Vec::new() };
    let chapters = cx.here.chapters(&cx.views);
    let all: u32 = chapters.iter().map(|c| c.pages).sum();
    if all == 0 {
        return Vec::new();
    }
    let index = cx.here.index(&cx.views).min(all - 1);
    let first = first_of(chapters, cx.here.chapter);
    let near = index.saturating_sub(AROUND) / BLOCK..=(index + AROUND).min(all - 1) / BLOCK;
    let neighbours =
        (cx.here.chapter.saturating_sub(2)..cx.here.chapter + 3).map(|c| first_of(chapters, c).min(all - 1));
    let places = neighbours.chain([0, all - 1, first]).map(|index| index / BLOCK);
    let mut blocks: Vec<u32> = near.chain(places).collect();
    blocks.sort_unstable();
    blocks.dedup();
    let searched = cx.searched.clone().map(|words| Ask::Search(Some(book.clone()), words));
    blocks.into_iter().map(|block| Ask::Pages(book.clone(), block)).chain(searched).collect()
}

/// The chosen page and its neighbours, so that a step shows its text at once.
pub fn near(cx: &Cx) -> Vec<Ask> {
    let mut wanted: Vec<Ask> = cx.here.page.clone().map(Ask::Page).into_iter().collect();
    let (index, book) = (cx.here.index(&cx.views), cx.here.book.as_ref());
    let beside = [index.checked_sub(1), Some(index + 1)].into_iter().flatten();
    wanted.extend(beside.filter_map(|i| cx.views.page_at(book?, i)).map(|p| Ask::Page(p.id.clone())));
    wanted
}

/// The page that stands so far into the chapter that is chosen, if it is loaded.
pub fn page_in_chapter(cx: &Cx, at: usize) -> Option<&PageRow> {
    let chapters = cx.here.chapters(&cx.views);
    let index = first_of(chapters, cx.here.chapter) + at as u32;
    cx.views.page_at(cx.here.book.as_ref()?, index)
}

/// Writes a page in few columns: number, state, name.
pub fn draw_short(pen: &mut Pen, page: &PageRow, cx: &Cx) {
    let (glyph, role, _) = state(page, &cx.theme.glyphs);
    if page.stale > 0 {
        pen.right(Role::Warning, cx.theme.glyphs.stale).right(Role::Dim, " ");
    }
    pen.number(Role::Dim, &page.number.to_string(), 3).skip(1).put(role, glyph).skip(1);
    let name = label(page);
    let weight = if page.title.is_empty() { Role::Dim } else { Role::Text };
    pen.put(weight, if name.is_empty() { "no beat yet" } else { name });
}

/// Whether an action on the chosen chapter or page is of use.
pub fn offers(action: Action, cx: &Cx) -> bool {
    let chapter = cx.here.chapter_row(&cx.views);
    let page = cx.here.page_row(&cx.views);
    match action {
        Action::NewPage | Action::PastePages | Action::ReadChapter | Action::ExportChapter => {
            chapter.is_some()
        }
        Action::InsertPage | Action::EditBeat => page.is_some(),
        Action::Left | Action::Right | Action::BringBack => false,
        _ => true,
    }
}

/// Handles what can be done to the chosen chapter and page; none where the action is none of these.
pub fn act(action: Action, cx: &Cx) -> Option<Vec<Effect>> {
    let book = cx.here.book.clone()?;
    let chapter = cx.here.chapter_row(&cx.views);
    let page = cx.here.page_row(&cx.views);
    let none_yet = || {
        let key = cx.keymap.keys_of(Action::NewChapter).into_iter().next().unwrap_or_default();
        vec![Effect::Say(
            crate::tui::notices::Tone::News,
            format!("make a chapter first: {key} on the board"),
        )]
    };
    Some(match action {
        Action::NewChapter => {
            vec![Effect::Write(Purpose::NewChapter { book, position: None }, String::new())]
        }
        Action::NewPage => match chapter {
            Some(chapter) => {
                vec![Effect::Write(
                    Purpose::NewPage { chapter: chapter.id.clone(), position: None },
                    String::new(),
                )]
            }
            None => none_yet(),
        },
        Action::InsertPage => match (chapter, page) {
            (Some(chapter), Some(page)) => {
                let position = Some(page.number as usize);
                vec![Effect::Write(Purpose::NewPage { chapter: chapter.id.clone(), position }, String::new())]
            }
            (Some(_), None) => return act(Action::NewPage, cx),
            (None, _) => none_yet(),
        },
        Action::PastePages => match chapter {
            Some(chapter) => {
                vec![Effect::Write(Purpose::PastePages { chapter: chapter.id.clone() }, String::new())]
            }
            None => none_yet(),
        },
        Action::EditBeat => {
            let page = page?;
            // A row has only the beginning of a beat; one is never edited from that.
            match cx.views.page(&page.id) {
                Some(detail) => {
                    let beat = detail.beat.clone().unwrap_or_default();
                    vec![Effect::Write(Purpose::Beat { page: page.id.clone() }, beat)]
                }
                None => vec![Effect::Say(Tone::News, "loading the page …".into())],
            }
        }
        Action::ReadChapter if chapter.is_some() => vec![Effect::Go(Tab::Through)],
        Action::ExportChapter => {
            let errand = Errand::Export(chapter?.id.clone());
            vec![Effect::Order(Order { errand, then: Then::Nothing, draft: None })]
        }
        Action::ShowTrash => vec![Effect::Go(Tab::Trash)],
        Action::Search => vec![Effect::Open(Box::new(Find::new(Some(book))))],
        Action::SearchNext | Action::SearchPrevious => next_hit(action == Action::SearchNext, cx),
        _ => return None,
    })
}

/// Goes to the next page, or the one before, that holds the words searched for.
pub fn next_hit(forward: bool, cx: &Cx) -> Vec<Effect> {
    let hits = match (&cx.here.book, &cx.searched) {
        (Some(book), Some(words)) => cx.views.search(Some(book), words).unwrap_or_default(),
        _ => &[],
    };
    if hits.is_empty() {
        return vec![Effect::Say(Tone::News, "nothing was searched for yet".into())];
    }
    let here = hits.iter().position(|h| Some(&h.page.id) == cx.here.page.as_ref());
    let next = match (here, forward) {
        (Some(at), true) => (at + 1) % hits.len(),
        (Some(at), false) => (at + hits.len() - 1) % hits.len(),
        (None, _) => 0,
    };
    vec![Effect::Page(hits[next].page.id.clone())]
}

/// Handles what is done to the page that is chosen: its name, its place, the trash.
pub fn act_on_page(action: Action, cx: &Cx) -> Option<Vec<Effect>> {
    let book = cx.here.book.clone()?;
    let chapters = cx.here.chapters(&cx.views);
    let page = cx.here.page_row(&cx.views)?;
    let moved = |chapter: &crate::store::rows::ChapterRow, position: u32| {
        let command = BookCommand::MovePage {
            page: page.id.clone(),
            chapter: chapter.id.clone(),
            position: position as usize,
        };
        vec![Effect::Order(Order::command(of_book(book.clone(), command), Then::Nothing))]
    };
    let here = cx.here.chapter as usize;
    Some(match action {
        Action::Rename => {
            vec![Effect::Write(Purpose::RenamePage { book, page: page.id.clone() }, page.title.clone())]
        }
        Action::MoveUp if cx.here.at > 0 => moved(&chapters[here], page.number - 1),
        Action::MoveUp if here > 0 => moved(&chapters[here - 1], chapters[here - 1].pages + 1),
        Action::MoveDown if page.number < chapters[here].pages => moved(&chapters[here], page.number + 1),
        Action::MoveDown if here + 1 < chapters.len() => moved(&chapters[here + 1], 1),
        Action::Trash => {
            let command = of_book(book, BookCommand::TrashPage { page: page.id.clone() });
            let order = Order::command(command, Then::Say("the page is in the trash".into()));
            let question = format!("Move {} to the trash?", super::name_of(page));
            let note = "It keeps its history.";
            vec![Effect::Open(Box::new(Confirm::new(&question, note, order)))]
        }
        _ => return None,
    })
}

/// Handles what is done to the chapter that is chosen.
pub fn act_on_chapter(action: Action, cx: &Cx) -> Option<Vec<Effect>> {
    let book = cx.here.book.clone()?;
    let chapters = cx.here.chapters(&cx.views);
    let chapter = cx.here.chapter_row(&cx.views)?;
    let moved = |position: u32| {
        let command = BookCommand::MoveChapter { chapter: chapter.id.clone(), position: position as usize };
        vec![Effect::Order(Order::command(of_book(book.clone(), command), Then::FollowChapter))]
    };
    Some(match action {
        Action::Rename => {
            let purpose = Purpose::RenameChapter { book, chapter: chapter.id.clone() };
            vec![Effect::Write(purpose, chapter.title.clone())]
        }
        Action::MoveUp if cx.here.chapter > 0 => moved(chapter.number - 1),
        Action::MoveDown if cx.here.chapter as usize + 1 < chapters.len() => moved(chapter.number + 1),
        Action::Trash => {
            let command = of_book(book, BookCommand::TrashChapter { chapter: chapter.id.clone() });
            let order = Order::command(command, Then::Say("the chapter is in the trash".into()));
            let question = format!(
                "Move \"{}\" ({}) to the trash?",
                chapter.title,
                many(chapter.pages.into(), "page", "pages")
            );
            vec![Effect::Open(Box::new(Confirm::new(&question, "It can be restored.", order)))]
        }
        _ => return None,
    })
}
