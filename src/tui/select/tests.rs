use super::*;
use crate::tui::action::Scope;
use crate::tui::keymap::{Keymap, Pending, Press, keys_from_text};

const TEXT: &str = "One fell. Two rose, slowly.\n\nThree sat. 雨が降る。四つ目。";

fn selected(keys: &str) -> String {
    let mut select = Select::new(TEXT, 0).unwrap();
    let (keymap, mut pending) = (Keymap::default(), Pending::default());
    for key in keys.chars().flat_map(|c| keys_from_text(&c.to_string()).unwrap_or_default()) {
        let Press::Action(action) = pending.press(&keymap, &[Scope::Select, Scope::Global], key) else {
            continue;
        };
        assert!(select.act(action), "{keys}: {action:?}");
    }
    TEXT[select.range()].to_owned()
}

#[test]
fn a_passage_is_selected_by_word_sentence_and_paragraph() {
    for (keys, wanted) in [
        ("", "One fell."),
        (")", "Two rose, slowly."),
        ("j", "Two rose, slowly."),
        (")(", "One fell."),
        ("((", "One fell."),
        ("w", "One"),
        ("ww", "fell"),
        ("wwww", "rose"),
        ("wwb", "One"),
        ("wv", "One"),
        ("wvw", "One fell"),
        ("v)", "One fell. Two rose, slowly."),
        ("v))", "One fell. Two rose, slowly.\n\nThree sat."),
        (")vv)", "Three sat."),
        (")v(", "One fell. Two rose, slowly."),
        (")wwv", "rose"),
        ("}", "One fell. Two rose, slowly."),
        ("}}", "Three sat. 雨が降る。四つ目。"),
        ("}v}", TEXT),
        (")))", "雨が降る。"),
        ("))))))))", "四つ目。"),
    ] {
        assert_eq!(selected(keys), wanted, "{keys:?}");
    }
}

#[test]
fn a_text_without_words_has_nothing_to_select() {
    assert_eq!(Select::new(" \n\n ", 0), None);
    assert_eq!(Select::new("Only one.", 99).map(|s| s.range()), Some(0..9));
}
