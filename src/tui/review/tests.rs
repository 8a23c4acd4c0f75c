//! Texts before, keys, texts after.

use super::*;
use crate::tui::action::Scope;
use crate::tui::keymap::{Keymap, Pending, Press, keys_from_text};

const STACK: &[Scope] = &[Scope::Changes, Scope::Gate, Scope::Desk, Scope::Reader, Scope::Global];

const A: &str = "The harbour slept under a thin coat of snow that night.";
const B: &str = "Mara counted the lamps along the quay twice before dawn.";
const C: &str = "Nobody answered the bell when the last boat came home.";

/// Presses keys, by the shipped keymap; `=words=` is what the author types where a change is to be worded.
fn press(review: &mut Review, keys: &str) -> Outcome {
    let keymap = Keymap::default();
    let mut last = Outcome::Moved;
    let mut worded = None;
    for (index, part) in keys.split('=').enumerate() {
        if index % 2 == 1 {
            review.put(worded.take().expect("a change is to be worded"), part.to_owned());
            continue;
        }
        let mut pending = Pending::default();
        for key in part.chars().flat_map(|c| keys_from_text(&c.to_string()).unwrap_or_default()) {
            let Press::Action(action) = pending.press(&keymap, STACK, key) else { continue };
            last = review.act(action).unwrap_or_else(|| panic!("{keys}: {action:?} is none of a review's"));
            if let Outcome::Word(change, _) = last {
                worded = Some(change);
            }
        }
    }
    last
}

fn after(old: &str, new: &str, keys: &str) -> (String, Outcome) {
    let mut review = Review::new(Changes::new(old, new), Vec::new());
    let last = press(&mut review, keys);
    (review.result(), last)
}

/// Two texts, the keys that are pressed, and the text that comes of them.
#[test]
#[allow(clippy::too_many_lines, reason = "it is a table")]
fn changes_are_taken_and_refused_by_keys() {
    let one = ("The cold rain fell.", "The warm rain fell.");
    let three = ("a big b b2 c old d d2 e far f", "a small b b2 c new d d2 e near f");
    let prose = (
        "It rained hard. She left at dawn with a bag. He stayed.",
        "It snowed hard. She left at noon with a bag. He slept.",
    );
    let pars = ("One fell.\n\nTwo rose.", "One fell. Two rose.");
    let came = ("One fell.\n\nThree sat.", "One fell.\n\nTwo rose.\n\nThree sat.");
    let went = ("One fell.\n\nTwo rose.\n\nThree sat.", "One fell.\n\nThree sat.");
    let cjk = ("雨が降る。犬が鳴く。", "雪が降る。猫が鳴く。");
    let joined = ("café 👩‍👩‍👧 und Rauch steht", "cafe\u{301} 👩‍👩‍👧 und Nebel steht");
    let wrapped =
        ("The rain\nfell on the pier.\nIt was cold now.", "The rain fell\non the pier. It was warm now.");
    let moved = (format!("{A}\n\n{B}\n\n{C}"), format!("{C}\n\n{A}\n\n{B}"));
    let both = (moved.0.clone(), moved.1.replace("thin", "thick"));
    let rewritten = (
        "He walked home under heavy clouds. The evening sky was dull and grey over there.",
        "Lanterns swung above every single doorway. Children chased paper boats down the gutter.",
    );
    let (moved, both) = ((moved.0.as_str(), moved.1.as_str()), (both.0.as_str(), both.1.as_str()));
    let thick = both.0.replace("thin", "thick");
    let cases: &[((&str, &str), &str, &str)] = &[
        // One change.
        (one, "", "The warm rain fell."),
        (one, "y", "The warm rain fell."),
        (one, "x", "The cold rain fell."),
        (one, "xx", "The warm rain fell."),
        (one, "yy", "The warm rain fell."),
        (one, "xy", "The warm rain fell."),
        (one, "yx", "The cold rain fell."),
        (one, "Y", "The warm rain fell."),
        (one, "X", "The cold rain fell."),
        (one, "E=bitter=", "The bitter rain fell."),
        (one, "E==", "The rain fell."),
        (one, "E=bitter=x", "The cold rain fell."),
        (one, "S", "The warm rain fell."),
        (one, "Sxx", "The cold rain fell."),
        (one, "Sxy", "The cold warm rain fell."),
        (one, "Syx", "The rain fell."),
        (one, "Syy", "The warm rain fell."),
        (one, "]c]c]cx", "The cold rain fell."),
        (one, "[cx", "The cold rain fell."),
        // Three changes: each for itself, all the rest, back and forth.
        (three, "yyy", three.1),
        (three, "xxx", three.0),
        (three, "xyy", "a big b b2 c new d d2 e near f"),
        (three, "yxy", "a small b b2 c old d d2 e near f"),
        (three, "yyx", "a small b b2 c new d d2 e far f"),
        (three, "yX", "a small b b2 c old d d2 e far f"),
        (three, "xY", "a big b b2 c new d d2 e near f"),
        (three, "]cxY", "a small b b2 c old d d2 e near f"),
        (three, "]c]cxY", "a small b b2 c new d d2 e far f"),
        (three, "]c]cx[c[cxY", "a big b b2 c new d d2 e far f"),
        (three, "]cyX", "a big b b2 c new d d2 e far f"),
        (three, "Xy", "a small b b2 c old d d2 e far f"),
        (three, "X]cy", "a big b b2 c new d d2 e far f"),
        (three, "X[cy", "a small b b2 c old d d2 e far f"),
        (three, "E=huge=X", "a huge b b2 c old d d2 e far f"),
        (three, "E=huge=E=aged=E=next door=", "a huge b b2 c aged d d2 e next door f"),
        (three, "]cE=aged=Y", "a small b b2 c aged d d2 e near f"),
        (three, "]cE=aged=[cyX", "a big b b2 c new d d2 e far f"),
        (three, "]cE=aged=[c[cyX", "a small b b2 c aged d d2 e far f"),
        (three, "SxxY", "a big b b2 c new d d2 e near f"),
        // Sentences.
        (prose, "yxx", "It snowed hard. She left at dawn with a bag. He stayed."),
        (prose, "xyx", "It rained hard. She left at noon with a bag. He stayed."),
        (prose, "xxy", "It rained hard. She left at dawn with a bag. He slept."),
        (prose, "xE=midnight=y", "It rained hard. She left at midnight with a bag. He slept."),
        // Paragraphs that are joined, parted, new, gone.
        (pars, "y", pars.1),
        (pars, "x", pars.0),
        ((pars.1, pars.0), "y", pars.0),
        ((pars.1, pars.0), "x", pars.1),
        (came, "y", came.1),
        (came, "x", came.0),
        (came, "E=Two and a half.=", "One fell.\n\nTwo and a half.\n\nThree sat."),
        (went, "y", went.1),
        (went, "x", went.0),
        (went, "E=Two stayed.=", "One fell.\n\nTwo stayed.\n\nThree sat."),
        // What moved.
        (moved, "y", moved.1),
        (moved, "x", moved.0),
        (both, "yx", moved.1),
        (both, "xy", &thick),
        (both, "xx", both.0),
        (both, "Y", both.1),
        // A rewritten passage, sentence by sentence.
        (rewritten, "x", rewritten.0),
        (
            rewritten,
            "SyX",
            "Lanterns swung above every single doorway. The evening sky was dull and grey over there.",
        ),
        (rewritten, "SxY", "He walked home under heavy clouds. Children chased paper boats down the gutter."),
        (rewritten, "SE=He ran.=X", "He ran. The evening sky was dull and grey over there."),
        // Any script; blanks alone follow.
        (cjk, "yx", "雪が降る。犬が鳴く。"),
        (cjk, "xy", "雨が降る。猫が鳴く。"),
        (cjk, "E=霧=x", "霧が降る。犬が鳴く。"),
        (joined, "xy", "café 👩‍👩‍👧 und Nebel steht"),
        (joined, "yx", "cafe\u{301} 👩‍👩‍👧 und Rauch steht"),
        (wrapped, "y", wrapped.1),
        (wrapped, "x", wrapped.0),
        (("same\ntext", "same text"), "x", "same\ntext"),
        (("same\ntext", "same text"), "y", "same text"),
        (("", "All new."), "x", ""),
        (("All gone.", ""), "y", ""),
    ];
    assert!(cases.len() >= 60, "{}", cases.len());
    for ((old, new), keys, wanted) in cases {
        let (result, _) = after(old, new, keys);
        assert_eq!(result, *wanted, "{old:?} to {new:?} by {keys:?}");
    }
}

#[test]
fn nothing_is_kept_before_everything_is_decided() {
    let (old, new) = ("a big b b2 c old d", "a small b b2 c new d");
    let refused = |keys| matches!(after(old, new, keys).1, Outcome::Refused(_));
    assert!(refused("W") && refused("yW") && refused("yxxW"));
    assert_eq!(after(old, new, "yxW").1, Outcome::Keep("a small b b2 c old d".into()));
    assert_eq!(after(old, new, "XW").1, Outcome::Keep(old.into()));
    assert!(matches!(after("same", "same", "y").1, Outcome::Refused(_)));
}

#[test]
fn the_cursor_goes_on_to_what_is_undecided_and_stops_at_the_ends() {
    let mut review = Review::new(Changes::new("a b c d e f g", "x b y d z f w"), vec![1]);
    assert_eq!(review.place(), "change 1 of 4: replaced; 4 undecided");
    press(&mut review, "]cy");
    assert_eq!(review.at(), Some(2));
    press(&mut review, "]cx");
    assert_eq!(review.at(), Some(0), "round to the first that is open");
    press(&mut review, "]c");
    assert_eq!(review.place(), "change 2 of 4: replaced, UNREQUESTED; 2 undecided");
    press(&mut review, "]c]c]c]c");
    assert_eq!(review.at(), Some(3));
}

#[test]
fn splitting_keeps_what_was_decided_and_what_was_not_asked_for() {
    let (old, new) = ("It rained. b b2 c old d", "It poured down. b b2 c new d");
    let mut review = Review::new(Changes::new(old, new), vec![0]);
    press(&mut review, "]cx[cS");
    assert_eq!((review.changes().list().len(), review.undecided()), (3, 2));
    assert_eq!(review.choice(2), Some(&Choice::Refuse));
    assert!(review.place().contains("UNREQUESTED"));
    assert_eq!(press(&mut review, "]c]cS"), Outcome::Moved);
    while press(&mut review, "S") == Outcome::Moved {}
    assert!(matches!(press(&mut review, "S"), Outcome::Refused(_)));
}

#[test]
fn a_change_is_worded_from_what_stands_there() {
    let words = |keys| match after("The cold rain fell.", "The warm rain fell.", keys).1 {
        Outcome::Word(0, words) => words,
        other => panic!("{other:?}"),
    };
    assert_eq!(words("E"), "warm");
    assert_eq!(words("xE"), "cold");
    assert_eq!(words("E=bitter=E"), "bitter");
    let (_, outcome) = after("One. Two.", "One.\n\nTwo.", "E");
    assert!(matches!(outcome, Outcome::Refused(_)));
}
