use crossterm::event::{KeyCode, KeyModifiers};

use super::*;

fn keys(text: &str) -> Vec<Key> {
    keys_from_text(text).expect("keys")
}

fn lookup(stack: &[Scope], text: &str) -> Lookup {
    Keymap::default().lookup(stack, &keys(text))
}

const GATE: &[Scope] = &[Scope::Gate, Scope::Desk, Scope::Reader, Scope::Global];
const BOARD: &[Scope] = &[Scope::Board, Scope::List, Scope::Global];

fn refused(text: &str) -> String {
    Keymap::default().overlay("mine.toml", text).expect_err("refused").to_string()
}

#[test]
fn every_action_has_a_key_or_is_in_the_palette_only() {
    let keymap = Keymap::default();
    for action in Action::ALL {
        let bound = !keymap.keys_of(*action).is_empty();
        assert_ne!(bound, Action::PALETTE_ONLY.contains(action), "{}", action.name());
    }
}

#[test]
fn help_shows_every_binding_that_works_there() {
    let keymap = Keymap::default();
    for stack in Scope::STACKS {
        let help = keymap.help(stack);
        let shown: usize = help.iter().map(|h| h.keys.len()).sum();
        assert_eq!(shown, keymap.bindings.all.iter().filter(|b| stack.contains(&b.scope)).count());
        for hint in &help {
            for text in &hint.keys {
                let binding = keymap
                    .bindings
                    .all
                    .iter()
                    .find(|b| b.scope == hint.scope && text_of_keys(&b.keys) == *text);
                let keys = &binding.expect("a shown key is bound").keys;
                assert_eq!(keymap.lookup(stack, keys), Lookup::Action(hint.action));
            }
        }
        assert!(keymap.hints(stack).iter().all(|h| !h.action.is_quiet()));
    }
}

#[test]
fn the_keys_of_the_design_are_the_defaults() {
    use Action as A;
    for (text, action) in [
        ("a", A::Approve),
        ("r", A::Revise),
        ("e", A::EditThenAccept),
        ("i", A::SetAside),
        ("d", A::CycleDiff),
        ("]c", A::NextChange),
        ("[c", A::PreviousChange),
        ("u", A::Undo),
        ("ctrl-r", A::Redo),
        ("H", A::History),
        ("space", A::PauseAgents),
        ("ctrl-g", A::ExternalEditor),
        ("esc", A::Close),
        ("ctrl-c", A::Quit),
        (":", A::Palette),
        ("ctrl-p", A::Palette),
        ("?", A::Help),
        ("j", A::Down),
        ("k", A::Up),
        ("down", A::Down),
        ("g", A::Top),
        ("G", A::Bottom),
        ("ctrl-d", A::HalfDown),
        ("ctrl-u", A::HalfUp),
        ("/", A::Search),
        ("n", A::SearchNext),
        ("N", A::SearchPrevious),
        ("tab", A::NextPane),
        ("1", A::Library),
        ("7", A::Settings),
        ("8", A::Canon),
        ("0", A::Log),
        ("K", A::PeekCanon),
        ("P", A::ShowContext),
    ] {
        assert_eq!(lookup(GATE, text), Lookup::Action(action), "{text}");
    }
    let review = &[Scope::Changes, Scope::Gate, Scope::Desk, Scope::Reader, Scope::Global];
    for (text, action) in
        [("y", A::TakeChange), ("x", A::RefuseChange), ("Y", A::TakeRest), ("X", A::RefuseRest)]
    {
        assert_eq!(lookup(review, text), Lookup::Action(action), "{text}");
    }
    let of_a_run = &[Scope::Changes, Scope::RunGate, Scope::Run, Scope::Reader, Scope::Global];
    for (text, action) in [
        ("y", A::TakeChange),
        ("W", A::KeepChoices),
        ("L", A::SitOrRun),
        ("P", A::SetParameter),
        ("F", A::WriteVersion),
    ] {
        assert_eq!(lookup(of_a_run, text), Lookup::Action(action), "{text}");
    }
    for text in ["h", "l", "R"] {
        let of_runs = |stack: &[Scope]| stack.contains(&Scope::RunGate);
        for stack in Scope::STACKS.into_iter().filter(|stack| !of_runs(stack)) {
            assert_eq!(lookup(stack, text), Lookup::Unbound, "{text} is for later");
        }
    }
}

#[test]
fn a_decision_key_acts_in_the_review_pane_only() {
    let keymap = Keymap::default();
    for binding in keymap.bindings.all.iter().filter(|b| b.action.decides()) {
        assert!(binding.scope.reviews(), "{}", binding.action.name());
    }
    assert_eq!(lookup(BOARD, "a"), Lookup::Unbound);
    assert_eq!(
        refused("[global]\nA = \"approve\"\n"),
        "mine.toml:2: `approve` decides, so it can be bound in [gate], [run-gate], [coherence] only"
    );
}

#[test]
fn the_author_remaps_and_frees_keys() {
    let keymap = Keymap::default()
        .overlay("mine.toml", "[gate]\n\"ctrl-y\" = \"approve\"\na = \"none\"\nr = \"set-aside\"\n")
        .expect("valid");
    assert_eq!(keymap.lookup(GATE, &keys("ctrl-y")), Lookup::Action(Action::Approve));
    assert_eq!(keymap.lookup(GATE, &keys("a")), Lookup::Unbound);
    assert_eq!(keymap.lookup(GATE, &keys("r")), Lookup::Action(Action::SetAside));
    assert_eq!(keymap.keys_of(Action::Approve), ["a", "Ctrl-Y"], "it is freed where it is said");
}

#[test]
fn clashes_are_refused_with_file_and_line() {
    assert_eq!(
        refused("[gate]\n\n\"?\" = \"approve\"\n"),
        "mine.toml:3: `?` for approve in [gate] clashes with `?` for help in [global] (the shipped keymap)"
    );
    assert_eq!(
        refused("[global]\n\"ctrl-x\" = \"doctor\"\n[board]\n\"ctrl-X\" = \"trash\"\n"),
        "mine.toml:4: `Ctrl-X` for trash in [board] clashes with `Ctrl-X` for doctor in [global] (line 2)"
    );
    assert_eq!(
        refused("[gate]\nz = \"approve\"\n\"shift-z\" = \"revise\"\n\"Z\" = \"undo\"\n"),
        "mine.toml:4: `Z` is bound in [gate] already, on line 3"
    );
    assert_eq!(
        refused("[reader]\n\"]\" = \"bottom\"\n"),
        "mine.toml:2: `]` for bottom in [reader] clashes with `]c` for next-change in [reader] (the shipped keymap)"
    );
}

#[test]
fn scopes_that_never_meet_may_share_a_key() {
    assert!(Keymap::default().overlay("m", "[library]\nb = \"doctor\"\n").is_ok());
}

#[test]
fn what_is_unknown_is_refused_with_file_and_line() {
    assert_eq!(refused("[gate]\nz = \"aprove\"\n"), "mine.toml:2: there is no action `aprove`");
    assert_eq!(refused("[gate]\n\"entr\" = \"approve\"\n"), "mine.toml:2: there is no key `entr`");
    assert_eq!(refused("\n[gates]\nz = \"approve\"\n"), "mine.toml:2: there is no place [gates]");
    assert_eq!(refused("z = \"approve\"\n"), "mine.toml:1: `z` is in no table");
    assert_eq!(refused("[editor]\nz = \"submit\"\n"), "mine.toml:2: `z` would no longer type in [editor]");
    let error = Keymap::default().overlay("m", "[gate]\nz = \"aprove\"\n").expect_err("refused");
    assert_eq!(error.hint(), "did you mean `approve`?");
}

#[test]
fn a_sequence_waits_for_its_end_and_a_broken_one_starts_again() {
    let keymap = Keymap::default();
    let mut pending = Pending::default();
    let mut press = |text: &str| pending.press(&keymap, GATE, keys(text)[0]);
    assert_eq!(press("]"), Press::Waiting);
    assert_eq!(press("c"), Press::Action(Action::NextChange));
    assert_eq!(press("["), Press::Waiting);
    assert_eq!(press("j"), Press::Action(Action::Down), "the broken sequence is dropped, the key acts");
    assert_eq!(press("]"), Press::Waiting);
    assert_eq!(press("]"), Press::Waiting);
    assert_eq!(press("y"), Press::Unbound);
}

#[test]
fn keys_are_read_as_they_are_shown() {
    for binding in &Keymap::default().bindings.all {
        let shown =
            text_of_keys(&binding.keys).to_lowercase().replace("pgup", "pageup").replace("pgdn", "pagedown");
        if binding.keys.iter().all(|k| !k.types()) {
            assert_eq!(keys(&shown), binding.keys);
        }
    }
    assert_eq!(text_of_keys(&keys("shift-tab")), "Shift-Tab");
    assert_eq!(text_of_keys(&keys("g o x")), "gox");
    assert_eq!(text_of_keys(&keys("ctrl-x f5")), "Ctrl-X F5");
}

#[test]
fn a_key_is_one_key_however_the_terminal_reports_it() {
    let key = |code, modifiers| Key::new(code, modifiers);
    assert_eq!(key(KeyCode::BackTab, KeyModifiers::SHIFT), keys("shift-tab")[0]);
    assert_eq!(key(KeyCode::BackTab, KeyModifiers::NONE), keys("shift-tab")[0]);
    assert_eq!(key(KeyCode::Char('G'), KeyModifiers::SHIFT), keys("G")[0]);
    assert_eq!(key(KeyCode::Char('g'), KeyModifiers::SHIFT), keys("G")[0]);
    assert_eq!(key(KeyCode::Char('P'), KeyModifiers::CONTROL), keys("ctrl-p")[0]);
}
