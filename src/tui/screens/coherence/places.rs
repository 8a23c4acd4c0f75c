//! The places of a finding: the texts that they stand in, as they are now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::{BookId, EntryId, PageId};
use crate::tools::coherence::{Finding, Place};
use crate::tui::cx::Cx;
use crate::tui::screens::parts::padded;
use crate::tui::views::Ask;
use crate::tui::widgets::{Excerpt, Pane};

/// The most bytes that are shown before a quote, and after it.
const AROUND: usize = 4000;

/// What is read to show a place.
#[must_use]
pub fn ask(place: &Place, book: Option<&BookId>) -> Option<Ask> {
    match (&place.page, &place.entry) {
        (Some(page), _) => Some(Ask::PageText(PageId::new(page))),
        (None, Some(_)) => book.cloned().map(Ask::Canon),
        _ => None,
    }
}

/// The place that is shown on each side: the chosen one on its own, the first one on the other.
#[must_use]
pub fn sides(finding: &Finding, chosen: usize) -> [Option<usize>; 2] {
    [1, 2].map(|side| {
        let on_side = |at: &usize| finding.places[*at].side == side;
        Some(chosen)
            .filter(|at| *at < finding.places.len())
            .filter(on_side)
            .or_else(|| (0..finding.places.len()).find(on_side))
    })
}

/// One side of a finding on the screen.
#[derive(Debug, Default)]
pub struct Side {
    title: String,
    note: String,
    excerpt: Excerpt,
}

impl Side {
    /// Shows a place. `of` says which of so many on its side it is.
    pub fn show(&mut self, place: &Place, of: (usize, usize), book: Option<&BookId>, cx: &Cx) {
        let kind = if place.page.is_some() { "page" } else { "canon" };
        self.title = format!("{kind} {}", place.label);
        self.note = if of.1 > 1 { format!("{} of {}", of.0, of.1) } else { String::new() };
        let text = match (&place.page, &place.entry) {
            (Some(page), _) => cx.views.page_text(&PageId::new(page)).map(|t| t.map(ToString::to_string)),
            (None, Some(entry)) => book.and_then(|book| cx.views.canon(book)).map(|canon| {
                let id = EntryId::new(entry);
                canon.entries.iter().find(|e| e.id == id).map(|e| e.text.clone())
            }),
            _ => Some(None),
        };
        // Until its text is here, and where it is gone, the quote stands alone.
        let Some(text) = text else { return self.excerpt.set("", &place.quote, "") };
        let text = text.unwrap_or_default();
        match at(place, &text) {
            Some(start) => {
                let end = start + place.quote.len();
                self.excerpt.set(&tail(&text[..start]), &text[start..end], &head(&text[end..]));
            }
            None if place.start == place.end && !text.is_empty() => {
                self.excerpt.set("", &place.quote, &format!("\n\n{}", head(&text)));
            }
            None => {
                "changed since the check".clone_into(&mut self.note);
                self.excerpt.set("", &place.quote, "");
            }
        }
    }

    /// Its text, to scroll.
    pub fn excerpt(&mut self) -> &mut Excerpt {
        &mut self.excerpt
    }

    /// Draws it. `chosen` marks the side that a key speaks of.
    pub fn draw(&mut self, buffer: &mut Buffer, area: Rect, cx: &Cx, chosen: bool, focused: bool) {
        let glyphs = &cx.theme.glyphs;
        let mark = if chosen { format!("{} ", glyphs.pointer) } else { String::new() };
        let more = match self.excerpt.more() {
            (_, true) => glyphs.more_below,
            (true, false) => glyphs.more_above,
            _ => "",
        };
        let title = format!("{mark}{}", self.title);
        let pane = Pane::new(&title).right(&self.note).bottom(more).focused(focused);
        let inside = pane.draw(buffer, area, &cx.theme);
        self.excerpt.draw(buffer, padded(inside, 1), &cx.theme);
    }
}

/// Where the quote stands now: where it stood, or else where it is found.
#[must_use]
pub fn at(place: &Place, text: &str) -> Option<usize> {
    if place.quote.is_empty() {
        return None;
    }
    let is_there = text.get(place.start..).is_some_and(|rest| rest.starts_with(&place.quote));
    if is_there { Some(place.start) } else { text.find(&place.quote) }
}

fn tail(text: &str) -> String {
    let from = (text.len().saturating_sub(AROUND)..=text.len()).find(|at| text.is_char_boundary(*at));
    let from = from.unwrap_or(0);
    let cut = if from > 0 { "... " } else { "" };
    format!("{cut}{}", &text[from..])
}

fn head(text: &str) -> String {
    let until = (0..=text.len().min(AROUND)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let cut = if until < text.len() { " ..." } else { "" };
    format!("{}{cut}", &text[..until])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(side: u8, start: usize, quote: &str) -> Place {
        Place { side, start, end: start + quote.len(), quote: quote.into(), ..Place::default() }
    }

    #[test]
    fn a_quote_is_found_where_it_stood_or_where_it_went() {
        let text = "one two one two";
        assert_eq!(at(&place(1, 8, "one"), text), Some(8));
        assert_eq!(at(&place(1, 9, "one"), text), Some(0));
        assert_eq!(at(&place(1, 999, "three"), text), None);
        assert_eq!(at(&place(1, 1, "é"), "é"), Some(0), "the middle of a letter");
        assert_eq!(at(&place(1, 0, ""), text), None);
    }

    #[test]
    fn each_side_shows_the_chosen_place_or_its_first() {
        let places = vec![place(1, 0, "a"), place(1, 0, "b"), place(2, 0, "c")];
        let finding: Finding = serde_json::from_value(serde_json::json!({
            "id": "f", "kind": "duplicate", "severity": "high", "message": "", "source": "rule", "waived": null,
            "places": places,
        }))
        .unwrap();
        assert_eq!(sides(&finding, 0), [Some(0), Some(2)]);
        assert_eq!(sides(&finding, 1), [Some(1), Some(2)]);
        assert_eq!(sides(&finding, 2), [Some(0), Some(2)]);
        assert_eq!(sides(&finding, 9), [Some(0), Some(2)]);
    }

    #[test]
    fn what_stands_around_is_cut_at_letters() {
        let text = "é".repeat(AROUND);
        assert!(tail(&text).starts_with("... é") && head(&text).ends_with("é ..."));
        assert_eq!((tail("x"), head("x")), ("x".into(), "x".into()));
    }
}
