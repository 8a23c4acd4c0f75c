use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::place::edge_at;
use super::*;
use crate::tui::keymap::keys_from_text;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::pen::tests::shown;

const WIDTH: u16 = 10;

fn event(key: &str) -> KeyEvent {
    let (ctrl, rest) =
        key.strip_prefix("C-").map_or((KeyModifiers::NONE, key), |r| (KeyModifiers::CONTROL, r));
    let (alt, rest) = rest.strip_prefix("A-").map_or((KeyModifiers::NONE, rest), |r| (KeyModifiers::ALT, r));
    let (shift, rest) =
        rest.strip_prefix("S-").map_or((KeyModifiers::NONE, rest), |r| (KeyModifiers::SHIFT, r));
    let code = match rest {
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "bs" => KeyCode::Backspace,
        "del" => KeyCode::Delete,
        "enter" => KeyCode::Enter,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "space" => KeyCode::Char(' '),
        other => KeyCode::Char(other.chars().next().expect("a character")),
    };
    KeyEvent::new(code, ctrl | alt | shift)
}

fn press(editor: &mut Editor, keys: &str) {
    for key in keys.split_whitespace() {
        match key {
            "undo" => _ = editor.act(Action::UndoTyping),
            "redo" => _ = editor.act(Action::RedoTyping),
            "all" => _ = editor.act(Action::SelectAll),
            "copy" => _ = editor.act(Action::CopyText),
            "cut" => _ = editor.act(Action::CutText),
            "put" => _ = editor.act(Action::PutText),
            key => _ = editor.key(event(key)),
        }
        render(editor, WIDTH, 4);
    }
}

fn render(editor: &mut Editor, width: u16, height: u16) -> (String, Option<Position>) {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    let cursor = editor.render(&mut buffer, area, &Theme::dark());
    (shown(&buffer), cursor)
}

/// An editor with a text in which `|` is the cursor.
fn before(text: &str) -> Editor {
    let at = text.find('|').expect("a cursor");
    let mut editor = Editor::new().with_text(&text.replace('|', ""));
    let head = &text[..at];
    let byte = head.rsplit('\n').next().map_or(0, str::len);
    editor.text.go(Place { line: head.matches('\n').count(), byte });
    render(&mut editor, WIDTH, 4);
    editor
}

fn after(editor: &Editor) -> String {
    let mut lines: Vec<String> = editor.text.whole().split('\n').map(str::to_owned).collect();
    let cursor = editor.text.cursor();
    lines[cursor.line].insert(cursor.byte, '|');
    lines.join("\n")
}

fn check(cases: &[(&str, &str, &str)]) {
    for (text, keys, expected) in cases {
        let mut editor = before(text);
        press(&mut editor, keys);
        assert_eq!(after(&editor), *expected, "{text:?} then {keys}");
    }
}

#[test]
fn typing_and_deleting_goes_by_grapheme() {
    check(&[
        ("|", "H i enter y o", "Hi\nyo|"),
        ("cafe\u{301}|", "bs", "caf|"),
        ("a👩‍👩‍👧|b", "bs", "a|b"),
        ("a|👩‍👩‍👧b", "del", "a|b"),
        ("🇩🇪🇫🇷|", "bs", "🇩🇪|"),
        ("a\n|b", "bs", "a|b"),
        ("a|\nb", "del", "a|b"),
        ("|a", "bs", "|a"),
        ("a|", "del", "a|"),
        ("क्षि|", "left", "|क्षि"),
    ]);
}

#[test]
fn words_and_lines_are_deleted_whole() {
    check(&[
        ("the cold rain|", "C-w", "the cold |"),
        ("the cold |rain", "C-w", "the |rain"),
        ("the| cold rain", "A-d", "the| rain"),
        ("the cold| rain", "C-k", "the cold|"),
        ("the|\nrain", "C-k", "the|rain"),
        ("the cold| rain", "C-u", "| rain"),
        ("one\n|two", "C-w", "one|two"),
    ]);
}

#[test]
fn the_cursor_moves_by_grapheme_word_and_row() {
    check(&[
        ("e\u{301}|x", "left", "|e\u{301}x"),
        ("a|\nb", "right", "a\n|b"),
        ("the| cold rain", "C-right", "the cold| rain"),
        ("the cold| rain", "A-b", "the |cold rain"),
        // Ten columns: "The cold " and "rain fell ", "on us".
        ("The co|ld rain fell on us", "down", "The cold rain f|ell on us"),
        ("The cold rain f|ell on us", "up", "The co|ld rain fell on us"),
        ("The cold rain f|ell on us", "home", "The cold |rain fell on us"),
        ("The cold rain f|ell on us", "end", "The cold rain fell| on us"),
        ("The cold rain f|ell on us", "C-a", "|The cold rain fell on us"),
        ("The cold rain f|ell on us", "C-e", "The cold rain fell on us|"),
        ("abcdef|\n12\nabcdef", "down down", "abcdef\n12\nabcdef|"),
        ("a|\nb", "C-end", "a\nb|"),
        ("a\nb|", "C-home", "|a\nb"),
        ("雨雨|\nabcdef", "down", "雨雨\nabcd|ef"),
        ("1|\n2\n3\n4\n5\n6", "pgdn", "1\n2\n3\n4|\n5\n6"),
    ]);
}

#[test]
fn undo_goes_by_word_and_redo_brings_back() {
    check(&[
        ("|", "o n e space t w o undo", "one|"),
        ("|", "o n e space t w o undo undo", "|"),
        ("|", "o n e undo redo", "one|"),
        ("a|b", "bs undo", "a|b"),
        ("a|b", "x undo y redo", "ay|b"),
        ("|", "a left b undo", "|a"),
    ]);
}

#[test]
fn a_paste_is_one_step_and_kept_to_the_letter() {
    let mut editor = before("a|b");
    assert_eq!(editor.paste("one\r\ntwo\rthree\u{202e}\x1b[31m\t!"), Pasted::Inserted);
    assert_eq!(editor.text(), "aone\ntwo\nthree\u{202e}\t!b");
    assert!(editor.undo());
    assert_eq!(after(&editor), "a|b");
    assert!(!editor.undo());
}

#[test]
fn a_long_paste_is_a_chip_that_unfolds() {
    let long = "seventeen words ".repeat(65_536);
    let mut editor = before("so: |.");
    assert_eq!(editor.paste(&long), Pasted::Attached { bytes: 1_048_576, words: 131_072 });
    assert_eq!(render(&mut editor, 50, 1).0, "so: [pasted 1.0 MB, 131,072 words].");
    assert_eq!(editor.text(), format!("so: {long}."));
    press(&mut editor, "bs");
    assert_eq!(editor.text(), "so: .");
    press(&mut editor, "undo");
    assert_eq!(editor.text(), format!("so: {long}."));
}

#[test]
fn a_marker_in_foreign_text_is_not_taken_for_a_chip() {
    let mut editor = Editor::new();
    editor.paste(&"x ".repeat(CHIP_BYTES));
    editor.paste("\u{fdd0}!");
    assert_eq!(editor.text(), "x ".repeat(CHIP_BYTES) + "!");
}

#[test]
fn a_single_line_stays_one() {
    let mut editor = Editor::single_line().with_text("A\ntitle");
    assert_eq!(editor.key(event("enter")), Typed::Ignored);
    assert_eq!(editor.key(event("up")), Typed::Ignored);
    assert_eq!(editor.paste(" of\nmine\n"), Pasted::Inserted);
    assert_eq!(editor.text(), "A title of mine");
    let bytes = LINE_BYTES + 1;
    assert_eq!(editor.paste(&"x".repeat(bytes)), Pasted::TooLong { bytes, limit: LINE_BYTES });
    assert_eq!(editor.text(), "A title of mine");
    assert_eq!(render(&mut editor, 8, 1), ("of mine".into(), Some(Position::new(7, 0))));
    editor.key(event("home"));
    assert_eq!(render(&mut editor, 8, 1), ("A title".into(), Some(Position::new(0, 0))));
}

#[test]
fn the_real_cursor_stands_where_one_writes() {
    let mut editor = before("雨e\u{301}|x");
    assert_eq!(render(&mut editor, 10, 2).1, Some(Position::new(3, 0)));
    let mut editor = before("The cold rain| fell");
    assert_eq!(render(&mut editor, 10, 2).1, Some(Position::new(4, 1)));
    assert_eq!(render(&mut editor, 10, 0).1, None);
    assert_eq!(render(&mut editor, 1, 1).1, Some(Position::new(0, 0)));
}

#[test]
fn an_empty_one_shows_its_placeholder() {
    let mut editor = Editor::new().with_placeholder("What happens on this page?");
    assert_eq!(
        render(&mut editor, 30, 2),
        ("What happens on this page?\n".into(), Some(Position::new(0, 0)))
    );
}

#[test]
fn what_cannot_be_drawn_is_a_mark_that_one_can_delete() {
    let mut editor = before("a\u{202e}|b");
    assert_eq!(render(&mut editor, 10, 1), ("a�b".into(), Some(Position::new(2, 0))));
    press(&mut editor, "bs");
    assert_eq!(editor.text(), "ab");
}

#[test]
fn shift_selects_and_what_is_written_takes_its_place() {
    check(&[
        ("the |cold rain", "C-S-right x", "the x| rain"),
        ("cafe\u{301}| x", "S-left bs", "caf| x"),
        ("a|👩‍👩‍👧b", "S-right del", "a|b"),
        ("ab|cd", "S-right S-left bs", "a|cd"),
        ("ab|cd", "S-right left x", "abx|cd"),
        ("one\ntw|o\nthree", "S-up x", "onx|o\nthree"),
        ("one\ntw|o", "all x", "x|"),
        ("a|bc", "S-right x undo undo redo redo", "ax|c"),
        ("a|bc", "S-right x y undo", "a|c"),
    ]);
    let mut editor = before("a|bc");
    press(&mut editor, "S-right S-right");
    editor.paste("1\n2");
    assert_eq!(after(&editor), "a1\n2|");
}

#[test]
fn what_is_cut_or_copied_can_be_put_elsewhere() {
    check(&[
        ("the |cold rain", "C-S-right cut end put", "the  raincold|"),
        ("|ab\ncd", "S-down copy C-end put", "ab\ncdab\n|"),
        ("|ab", "S-right copy end bs put", "aa|"),
        ("the |cold rain", "A-d home put", "cold|the  rain"),
        ("one| two", "C-k C-a put", " two|one"),
        ("|ab", "cut copy put", "|ab"),
        ("a|bcd", "S-right cut S-right S-right put", "ab|"),
        ("a|b", "S-right C-w put put", "abb|"),
    ]);
    let mut editor = before("|");
    let long = "x ".repeat(CHIP_BYTES);
    editor.paste(&long);
    press(&mut editor, "all cut put put");
    assert_eq!(editor.text(), long.repeat(2));
}

#[test]
fn a_selection_is_drawn_with_its_line_end() {
    let mut editor = before("ab|c\n\nd");
    press(&mut editor, "S-down S-down");
    let area = Rect::new(0, 0, WIDTH, 4);
    let mut buffer = Buffer::empty(area);
    let theme = Theme::dark();
    editor.render(&mut buffer, area, &theme);
    let style = Style::default().patch(theme[Role::Selection]).add_modifier;
    let selected: Vec<_> = area.positions().filter(|p| buffer[*p].modifier == style).collect();
    let expected = [(2, 0), (3, 0), (0, 1), (0, 2)];
    assert_eq!(selected, expected.map(Position::from));
}

/// A line of more characters than 16 bits count.
fn long_line() -> String {
    "cafe\u{301} 雨 ".repeat(10_000)
}

#[test]
fn a_line_beyond_16_bits_is_written_as_any_other() {
    let head = long_line();
    let tail = "the cold cafe\u{301}| rain\nfell";
    let mut short = before(tail);
    let mut long = before(&(head.clone() + tail));
    let keys = "left bs q C-e C-w C-left S-left S-left cut C-e put C-left enter bs S-right A-d undo x y undo redo C-k \
                undo undo undo undo undo undo undo undo redo redo";
    for key in keys.split(' ').filter(|k| !k.is_empty()) {
        press(&mut short, key);
        press(&mut long, key);
        assert_eq!(after(&long), head.clone() + &after(&short), "{key}");
    }
    press(&mut long, "end up down home S-up S-down");
    assert!(after(&long).starts_with(&head));
}

#[test]
fn every_place_can_be_gone_to() {
    let zalgo = format!("a{}b", "\u{301}".repeat(1000));
    let texts = [
        long_line(),
        format!("x\n{}{}{}", long_line(), zalgo.repeat(30), long_line()),
        "ab\n".repeat(70_000) + &"cd ".repeat(1000),
        format!("{}\n", "ef\n".repeat(66_000)) + &long_line(),
    ];
    for text in texts {
        let mut text = Text::new(&text);
        let last = text.count() - 1;
        let lines = [last, last / 2, last - last / 50, 0, last.min(65_535), last.min(65_536), last];
        for line in lines {
            let end = text.line(line).len();
            for byte in [end, end / 2, end - end / 7, 0, end / 3, end - end / 9] {
                let to =
                    Place { line, byte: edge_at(text.line(line), text.line(line).floor_char_boundary(byte)) };
                text.go(to);
                assert_eq!(text.cursor(), to);
            }
        }
    }
}

#[test]
fn its_keys_leave_those_of_the_keymap_alone() {
    for text in
        ["ctrl-s", "esc", "ctrl-g", "ctrl-z", "ctrl-y", "tab", "ctrl-c", "f1", "ctrl-x", "ctrl-v", "alt-w"]
    {
        assert!(keys_from_text(text).is_some());
    }
    let mut editor = Editor::new();
    for key in ["C-s", "C-g", "C-z", "C-y", "C-c", "A-enter", "C-x", "C-v", "A-a", "A-w", "A-y"] {
        assert_eq!(editor.key(event(key)), Typed::Ignored, "{key}");
    }
}

fn keys() -> impl Strategy<Value = Vec<String>> {
    let key = prop::sample::select(vec![
        "a", "b", "space", "enter", "bs", "del", "left", "right", "up", "down", "home", "end", "C-w", "A-d",
        "C-k", "C-u", "C-left", "C-right", "pgup", "pgdn", "C-home", "C-end", "undo", "redo", "雨",
        "\u{301}", "👩", "\u{200d}", "\u{202e}", "🇩", "क", "्", "\u{600}", "S-left", "S-right", "S-up",
        "S-down", "C-S-left", "S-end", "S-pgdn", "all", "copy", "cut", "put",
    ]);
    prop::collection::vec(key.prop_map(str::to_owned), 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_keys_bring_the_cursor_out_of_the_text(start in "[a-z 雨e\u{301}\n]{0,40}", keys in keys()) {
        let mut editor = Editor::new().with_text(&start);
        for key in keys {
            if key == "b" {
                editor.paste("p\u{301}a\r\nste");
            }
            press(&mut editor, &key);
            let selection = editor.text.selection().unwrap_or_default();
            for at in [editor.text.cursor(), selection.start, selection.end] {
                prop_assert_eq!(edge_at(editor.text.line(at.line), at.byte), at.byte);
            }
            let (_, cursor) = render(&mut editor, WIDTH, 4);
            let cursor = cursor.expect("there is room");
            prop_assert!(cursor.x < WIDTH && cursor.y < 4);
        }
    }

    #[test]
    fn undoing_everything_leads_back_and_redoing_everything_forth(start in "[a-z \n]{0,20}", keys in keys()) {
        let mut editor = Editor::new().with_text(&start);
        press(&mut editor, &keys.join(" "));
        while editor.redo() {}
        let end = editor.text();
        while editor.undo() {}
        prop_assert_eq!(editor.text(), start);
        while editor.redo() {}
        prop_assert_eq!(editor.text(), end);
    }
}
