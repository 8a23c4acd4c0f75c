use proptest::prelude::*;
use ratatui::style::Color;

use super::*;
use crate::tui::widgets::pen::tests::shown;

fn drawn(prose: &mut Prose, width: u16, height: u16) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    prose.draw(&mut buffer, Rect::new(0, 0, width, height), &Theme::dark());
    shown(&buffer)
}

fn numbered(lines: usize) -> String {
    (1..=lines).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn it_scrolls_by_row_half_and_page_and_stops_at_the_ends() {
    let mut prose = Prose::text(&numbered(20));
    assert_eq!(drawn(&mut prose, 10, 4), "line 1\nline 2\nline 3\nline 4");
    prose.act(Action::Down);
    assert!(drawn(&mut prose, 10, 4).starts_with("line 2\n"));
    prose.act(Action::PageDown);
    assert!(drawn(&mut prose, 10, 4).starts_with("line 5\n"));
    prose.act(Action::HalfUp);
    assert!(drawn(&mut prose, 10, 4).starts_with("line 3\n"));
    prose.act(Action::Bottom);
    assert!(drawn(&mut prose, 10, 4).ends_with("line 20"));
    prose.act(Action::Down);
    assert_eq!(prose.position(), (16, 4, 20));
    assert_eq!(prose.place(), "End");
    prose.act(Action::Top);
    assert_eq!(prose.place(), "Top");
    assert!(!prose.act(Action::Approve));
}

#[test]
fn text_that_arrives_moves_a_reader_only_if_they_follow() {
    let mut prose = Prose::text(&numbered(10));
    drawn(&mut prose, 10, 4);
    prose.act(Action::Down);
    prose.set_text(&numbered(30));
    assert!(drawn(&mut prose, 10, 4).starts_with("line 2\n"), "the reader stays");
    prose.act(Action::Bottom);
    prose.set_text(&numbered(40));
    assert!(drawn(&mut prose, 10, 4).ends_with("line 40"), "the follower goes along");
    prose.act(Action::Up);
    prose.set_text(&numbered(50));
    assert!(drawn(&mut prose, 10, 4).ends_with("line 39"), "going up ends it");
}

#[test]
fn a_resize_keeps_the_place() {
    let mut prose = Prose::text(&"word ".repeat(400));
    drawn(&mut prose, 50, 5);
    prose.act(Action::PageDown);
    prose.act(Action::PageDown);
    let first = prose.anchor;
    for width in [20, 7, 80, 50] {
        drawn(&mut prose, width, 5);
        assert!(prose.wrapped.row(prose.top()).contains(&first));
    }
}

#[test]
fn a_search_goes_around_and_marks_its_hits() {
    let mut prose = Prose::text(&numbered(30));
    drawn(&mut prose, 10, 4);
    prose.search("LINE 9");
    assert_eq!(prose.hits(), Some((0, 0)));
    prose.search("line 2");
    assert_eq!(prose.hits(), Some((1, 11)));
    prose.act(Action::SearchNext);
    assert!(drawn(&mut prose, 10, 4).contains("line 20"));
    prose.act(Action::SearchPrevious);
    prose.act(Action::SearchPrevious);
    assert_eq!(prose.hits(), Some((11, 11)));
    let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 4));
    let theme = Theme::dark();
    prose.draw(&mut buffer, Rect::new(0, 0, 10, 4), &theme);
    let marked = buffer.content.iter().filter(|c| c.fg == Color::Yellow).count();
    assert!(marked >= "line 2".len());
    prose.search("");
    assert_eq!(prose.hits(), None);
}

#[test]
fn a_difference_shows_what_came_and_went_and_goes_from_change_to_change() {
    let old = format!("{}\n\nThe cold rain.\n\n{}", numbered(10), numbered(10));
    let new = format!("{}\n\nThe warm rain.\n\n{}\n\nThe end.", numbered(10), numbered(10));
    let mut prose = Prose::diff(&Diff::new(&old, &new));
    assert_eq!(prose.changes(), 2);
    drawn(&mut prose, 30, 5);
    assert!(prose.act(Action::NextChange));
    assert!(drawn(&mut prose, 30, 5).contains("The cold warm rain."));
    assert!(prose.act(Action::NextChange));
    assert!(drawn(&mut prose, 30, 5).contains("The end."));
    assert!(!prose.act(Action::NextChange));
    assert!(prose.act(Action::PreviousChange));
    assert!(drawn(&mut prose, 30, 5).contains("The cold warm rain."));
}

#[test]
fn words_that_replace_each_other_stand_apart() {
    let mut prose = Prose::diff(&Diff::new("\"What became\"", "\"I wondered\""));
    assert_eq!(drawn(&mut prose, 40, 1), "\"What became I wondered\"");
    let mut prose = Prose::diff(&Diff::new("雨が降る", "雪が降る"));
    assert!(drawn(&mut prose, 40, 1).contains("が降る"));
}

#[test]
fn a_joined_paragraph_shows_the_mark_of_its_break() {
    let mut prose = Prose::diff(&Diff::new("One fell.\n\nTwo rose.", "One fell. Two rose."));
    assert_eq!(drawn(&mut prose, 30, 1), "One fell.¶ Two rose.");
    let mut buffer = Buffer::empty(Rect::new(0, 0, 30, 1));
    prose.draw(&mut buffer, Rect::new(0, 0, 30, 1), &Theme::mono().with_ascii());
    assert_eq!(shown(&buffer), "One fell.| Two rose.");
}

#[test]
fn a_hostile_text_is_drawn_clean_and_inside() {
    let mut prose = Prose::text("a\x1b]52;c;x\x07b\u{202e}c\u{e0041}\x1b[2Jd");
    assert_eq!(drawn(&mut prose, 10, 2), "abcd\n");
    let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 3));
    prose.set_text(&"雨".repeat(100));
    prose.draw(&mut buffer, Rect::new(2, 1, 5, 1), &Theme::dark());
    assert_eq!(shown(&buffer), "\n  雨雨\n");
}

#[test]
fn no_area_is_too_small() {
    let mut prose = Prose::text(&numbered(20));
    for (width, height) in [(0, 0), (0, 5), (5, 0), (1, 1)] {
        drawn(&mut prose, width, height);
        for action in [Action::Down, Action::Bottom, Action::PageUp, Action::SearchNext, Action::NextChange] {
            prose.act(action);
        }
    }
}

proptest! {
    #[test]
    fn any_scrolling_stays_in_the_text(
        steps in prop::collection::vec((0_usize..9, 1_u16..40, 0_u16..12), 0..40),
        text in "([a-z雨 ]{0,30}\n){0,12}",
    ) {
        let actions = [Action::Down, Action::Up, Action::HalfDown, Action::HalfUp, Action::PageDown, Action::PageUp,
            Action::Top, Action::Bottom, Action::SearchNext];
        let mut prose = Prose::text(&text);
        for (step, width, height) in steps {
            prose.act(actions[step]);
            drawn(&mut prose, width, height);
            let (top, height, rows) = prose.position();
            prop_assert!(height == 0 || top < rows.max(1));
        }
    }
}
