use proptest::prelude::*;

use super::*;

/// The changes as `kind old -> new`.
fn told(old: &str, new: &str) -> Vec<String> {
    let changes = Changes::new(old, new);
    let list = changes.list().iter();
    list.map(|c| {
        let (gone, came) = changes.texts(c);
        format!("{} {:?} -> {:?}", c.kind.name(), gone, came)
    })
    .collect()
}

fn both_ways(old: &str, new: &str) -> Changes {
    let changes = Changes::new(old, new);
    assert_eq!(changes.merge(&changes.all(&Choice::Take)), new);
    assert_eq!(changes.merge(&changes.all(&Choice::Refuse)), old);
    changes
}

const A: &str = "The harbour slept under a thin coat of snow that night.";
const B: &str = "Mara counted the lamps along the quay twice before dawn.";
const C: &str = "Nobody answered the bell when the last boat came home.";

#[test]
fn words_that_came_went_or_changed_are_changes() {
    assert_eq!(told("The cold rain fell.", "The warm rain fell."), ["replaced \" cold\" -> \" warm\""]);
    assert_eq!(told("The cold rain fell.", "The rain fell."), ["removed \" cold\" -> \"\""]);
    assert_eq!(told("Cold rain fell.", "rain fell."), ["removed \"Cold \" -> \"\""]);
    assert_eq!(told("rain fell", "Then rain fell"), ["added \"\" -> \"Then \""]);
    assert!(told("the\nsame", "the\nsame").is_empty());
}

#[test]
fn a_split_and_a_merged_paragraph_are_told_as_such() {
    assert_eq!(told("One fell. Two rose.", "One fell.\n\nTwo rose."), ["split \" \" -> \"\\n\\n\""]);
    assert_eq!(told("One fell.\n\nTwo rose.", "One fell. Two rose."), ["merged \"\\n\\n\" -> \" \""]);
}

#[test]
fn a_paragraph_that_moved_is_one_change_wherever_it_went() {
    let (x, y, z) =
        (format!("{A}\n\n{B}\n\n{C}"), format!("{C}\n\n{A}\n\n{B}"), format!("{B}\n\n{C}\n\n{A}"));
    for (old, new) in [(&x, &y), (&y, &x), (&x, &z), (&z, &x), (&y, &z)] {
        let changes = both_ways(old, new);
        let kinds: Vec<Kind> = changes.list().iter().map(|c| c.kind).collect();
        assert_eq!(kinds, [Kind::Moved], "{:?}", told(old, new));
    }
}

#[test]
fn a_moved_paragraph_may_be_reworked_and_its_neighbours_too() {
    let reworked = C.replace("last boat", "very last boat");
    let old = format!("{A}\n\n{B}\n\n{C}");
    let new = format!("{reworked}\n\n{}\n\n{B}", A.replace("thin", "thick"));
    let changes = both_ways(&old, &new);
    let kinds: Vec<Kind> = changes.list().iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [Kind::Moved, Kind::Replaced], "{:?}", told(&old, &new));
    let kept = changes.merge(&[Choice::Refuse, Choice::Take]);
    assert_eq!(kept, old.replace("thin", "thick"));
}

#[test]
fn what_moved_can_be_parted_into_what_went_and_what_came() {
    let old = format!("{A}\n\n{B}\n\n{C}");
    let mut changes = Changes::new(&old, &format!("{C}\n\n{A}\n\n{B}"));
    assert_eq!(changes.split(0), Some(vec![0, 0]));
    let kinds: Vec<Kind> = changes.list().iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [Kind::Added, Kind::Removed]);
    assert_eq!(changes.merge(&[Choice::Take, Choice::Refuse]), format!("{C}\n\n{old}"));
}

#[test]
fn rewrapping_is_hidden_until_everything_is_taken() {
    let (old, new) =
        ("The rain\nfell on the pier.\nIt was cold.", "The rain fell\non the pier. It was warm.");
    let changes = both_ways(old, new);
    assert_eq!(changes.list().len(), 1);
    let alone = both_ways("The rain\nfell.", "The rain fell. ");
    assert_eq!(alone.list()[0].kind, Kind::Layout);
    assert_eq!(both_ways("雨が\n降る。", "雨が降る。").list()[0].kind, Kind::Layout);
    assert!(both_ways("", "").is_same());
}

#[test]
fn own_words_stand_where_the_change_stood() {
    let changes = Changes::new("The cold rain fell.\n\nShe left.", "The warm rain fell.\n\nShe went away.");
    let own = |words: &str| Choice::Own(words.to_owned());
    assert_eq!(changes.merge(&[own("bitter"), Choice::Refuse]), "The bitter rain fell.\n\nShe left.");
    assert_eq!(changes.merge(&[own(" "), Choice::Take]), "The rain fell.\n\nShe went away.");
    let old = format!("{A}\n\n{B}\n\n{C}");
    let moved = Changes::new(&old, &format!("{C}\n\n{A}\n\n{B}"));
    assert_eq!(moved.merge(&[own("Elsewhere.")]), format!("Elsewhere.\n\n{A}\n\n{B}"));
}

#[test]
fn a_rewritten_passage_is_split_by_paragraph_then_sentence_then_word() {
    let old = "He walked home under heavy clouds. The evening sky was dull and grey over there.";
    let new = "Lanterns swung above every single doorway. Children chased paper boats down the gutter.";
    let mut changes = both_ways(old, new);
    assert_eq!(changes.list().len(), 1);
    assert_eq!(changes.split(0), Some(vec![0, 0]));
    assert_eq!(
        changes.merge(&[Choice::Take, Choice::Refuse]),
        "Lanterns swung above every single doorway. The evening sky was dull and grey over there."
    );
    // The full stops are the same: what is left is told by word.
    assert!(changes.split(1).is_some_and(|from| from.len() > 2));
    assert_eq!(changes.merge(&changes.all(&Choice::Take)), new);
    assert_eq!(changes.merge(&changes.all(&Choice::Refuse)), old);
    let mut word = Changes::new("cold", "warm");
    assert_eq!(word.split(0), Some(vec![0, 0]));
    assert_eq!(word.split(0), None);
}

#[test]
fn what_was_not_asked_for_is_found_and_refused() {
    let old = "One lamp burned low. The second lamp was out. A third one stood by the door.";
    let asked = old.find("The second").unwrap()..old.find(" A third").unwrap();
    let new = "One lamp burned high. The second lamp had never been lit. A third one stood by the gate.";
    let changes = Changes::fenced(old, new, std::slice::from_ref(&asked));
    let unasked = changes.outside(std::slice::from_ref(&asked));
    assert_eq!(
        changes.without(&unasked),
        "One lamp burned low. The second lamp had never been lit. A third one stood by the door."
    );
    let whole = "Wind came up. Gulls screamed over the masts. Ropes sang in the dark.";
    let changes = Changes::fenced(old, whole, std::slice::from_ref(&asked));
    let kept = changes.without(&changes.outside(std::slice::from_ref(&asked)));
    assert!(
        kept.starts_with("One lamp burned low. ") && kept.ends_with(" A third one stood by the door."),
        "{kept}"
    );
    assert!(kept.contains("Gulls screamed"), "{kept}");
}

#[test]
fn a_locked_passage_is_put_back() {
    let old = "One lamp burned low. The second lamp was out. A third one stood by the door.";
    let locked = old.find("second lamp").unwrap()..old.find(" was out").unwrap();
    for new in [
        "One lamp burned high. The second torch was out. A third one stood by the gate.",
        "One lamp burned high. A third one stood by the gate.",
    ] {
        let changes = Changes::fenced(old, new, std::slice::from_ref(&locked));
        let kept = changes.without(&changes.touching(std::slice::from_ref(&locked)));
        assert!(kept.contains("second lamp") && kept.contains("burned high"), "{kept}");
    }
}

/// Prose of few words, so that two texts share many of them.
fn prose() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "rain",
        "the",
        "harbour",
        "slept",
        ".",
        "!",
        " ",
        " ",
        " ",
        "\n",
        "\n\n",
        "雨",
        "が",
        "e\u{301}",
        "👩‍👩‍👧",
        "“",
        "”",
        "don't",
        "—",
        "\r\n",
        "  ",
        "Mara",
        A,
        B,
        C,
        A,
        "\n\n",
        "\n\n\n",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|p| p.concat())
}

/// Two texts: any two, or two of the same few words.
fn texts() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        2 => (prose(), prose()),
        1 => (any::<String>(), any::<String>()),
        1 => (prose(), any::<String>()),
    ]
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn tiles(changes: &Changes) -> Result<(), TestCaseError> {
    let (mut old, mut new) = (0, 0);
    for piece in changes.pieces() {
        prop_assert_eq!((piece.old.start, piece.new.start), (old, new));
        (old, new) = (piece.old.end, piece.new.end);
        if piece.of == Of::Same {
            prop_assert_eq!(&changes.old()[piece.old.clone()], &changes.new_text()[piece.new.clone()]);
        }
    }
    prop_assert_eq!((old, new), (changes.old().len(), changes.new_text().len()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn taking_all_is_the_new_text_and_refusing_all_the_old((old, new) in texts(), splits in prop::collection::vec(any::<u8>(), 0..4)) {
        let mut changes = Changes::new(&old, &new);
        tiles(&changes)?;
        for at in splits {
            let count = changes.list().len();
            if count > 0 && let Some(from) = changes.split(usize::from(at) % count) {
                prop_assert_eq!(from.len(), changes.list().len());
                prop_assert!(from.len() > count);
            }
        }
        tiles(&changes)?;
        prop_assert_eq!(changes.is_same(), old == new);
        prop_assert_eq!(changes.merge(&changes.all(&Choice::Take)), new);
        prop_assert_eq!(changes.merge(&changes.all(&Choice::Refuse)), old);
    }

    #[test]
    fn any_subset_and_then_the_rest_is_all((old, new) in texts(), taken in prop::collection::vec(any::<bool>(), 64)) {
        let first = Changes::new(&old, &new);
        let choice = |take: bool| if take { Choice::Take } else { Choice::Refuse };
        let subset: Vec<Choice> = (0..first.list().len()).map(|i| choice(taken[i % 64])).collect();
        let some = first.merge(&subset);
        let rest = Changes::new(&some, &new);
        prop_assert_eq!(rest.merge(&rest.all(&Choice::Take)), new.as_str());
        let back = Changes::new(&some, &old);
        prop_assert_eq!(back.merge(&back.all(&Choice::Take)), old.as_str());
        // The rest taken at once, whatever was taken before.
        let both: Vec<Choice> = subset.iter().map(|_| Choice::Take).collect();
        prop_assert_eq!(first.merge(&both), new);
    }

    #[test]
    fn refusing_what_was_not_asked_for_leaves_the_text_outside_as_it_was(
        old in prose(),
        new in prose(),
        edges in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let bounds: Vec<usize> = old.char_indices().map(|(i, _)| i).chain([old.len()]).collect();
        let mut edges: Vec<usize> = edges.iter().map(|e| *e.get(&bounds)).collect();
        edges.sort_unstable();
        let passages: Vec<Range<usize>> = edges.chunks_exact(2).map(|p| p[0]..p[1]).collect();
        let changes = Changes::fenced(&old, &new, &passages);
        tiles(&changes)?;
        let kept = bare(&changes.without(&changes.outside(&passages)));
        // What stands between the passages stands there still, in its order and but for blanks.
        let mut rest = kept.as_str();
        let starts = passages.iter().map(|p| p.start).chain([old.len()]);
        let ends = [0].into_iter().chain(passages.iter().map(|p| p.end));
        for (from, to) in ends.zip(starts) {
            let words = bare(&old[from..to]);
            let found = rest.find(&words);
            prop_assert!(found.is_some(), "{words:?} is not in {rest:?}");
            rest = &rest[found.unwrap() + words.len()..];
        }
        if passages.is_empty() {
            prop_assert_eq!(kept, bare(&old));
        }
    }
}
