//! The grammars in the program: what the offline author can say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// The sentences of the narration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Narration {
    pub opening: Vec<String>,
    pub fragment: Vec<String>,
    pub foreign: Vec<String>,
    pub thing: Vec<String>,
    pub place: Vec<String>,
    pub other: Vec<String>,
    pub sense: Vec<String>,
    pub inner: Vec<String>,
    #[serde(rename = "move")]
    pub moving: Vec<String>,
    pub echo: Vec<String>,
    pub known: Vec<String>,
    pub closing: Vec<String>,
    pub more: Vec<String>,
    pub word: Vec<String>,
    pub bare: Vec<String>,
    pub themes: Vec<Theme>,
}

/// A mood or an element that an author may ask for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Theme {
    pub name: String,
    /// Other words that ask for it.
    pub asked: Vec<String>,
    pub lines: Vec<String>,
}

/// A line and its answer.
pub(super) type Exchange = [String; 2];

/// The lines of the dialogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dialogue {
    pub thing: Vec<Exchange>,
    pub place: Vec<Exchange>,
    pub clause: Vec<Exchange>,
    pub plain: Vec<Exchange>,
    pub closing: Vec<Exchange>,
    pub more: Vec<Exchange>,
    pub tags: Vec<String>,
    pub questions: Vec<String>,
    pub bare: Vec<String>,
}

/// The remarks of the reviewer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Review {
    pub too_long: String,
    pub too_short: String,
    pub even: String,
    pub endless: String,
    pub repeated: String,
    pub openings: String,
    pub missing: String,
    pub filters: String,
    pub silent: String,
    pub talkative: String,
    pub person: String,
    pub good: String,
    pub empty: String,
    pub watching: BTreeSet<String>,
}

/// What is known of English.
#[derive(Debug)]
pub(super) struct Words {
    pub small: BTreeSet<String>,
    pub before_noun: BTreeSet<String>,
    pub ends_phrase: BTreeSet<String>,
    pub instructions: BTreeSet<String>,
    pub airy: BTreeSet<String>,
    pub ranks: BTreeSet<String>,
    pub titles: BTreeSet<String>,
    pub places: BTreeSet<String>,
    pub plural: BTreeSet<String>,
    /// The past forms.
    pub pasts: BTreeSet<String>,
    /// The past of a verb, by its base form.
    pub past: BTreeMap<String, String>,
    /// The base form of a verb, by its form after `he` or `she`.
    pub base: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordLists {
    small: String,
    before_noun: String,
    ends_phrase: String,
    instructions: String,
    airy: String,
    ranks: String,
    titles: String,
    places: String,
    plural: String,
    regular: String,
    irregular: BTreeMap<String, String>,
}

pub(super) static NARRATION: LazyLock<Narration> =
    LazyLock::new(|| read(include_str!("../../../assets/offline/narration.toml")));
pub(super) static DIALOGUE: LazyLock<Dialogue> =
    LazyLock::new(|| read(include_str!("../../../assets/offline/dialogue.toml")));
pub(super) static REVIEW: LazyLock<Review> =
    LazyLock::new(|| read(include_str!("../../../assets/offline/review.toml")));
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let lists: WordLists = read(include_str!("../../../assets/offline/words.toml"));
    let set = |text: &str| text.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let mut past: BTreeMap<String, String> = set(&lists.regular)
        .into_iter()
        .map(|base| (base.clone(), super::inflect::regular_past(&base)))
        .collect();
    past.extend(lists.irregular);
    let base = past.keys().map(|base| (super::inflect::third(base), base.clone())).collect();
    Words {
        small: set(&lists.small),
        before_noun: set(&lists.before_noun),
        ends_phrase: set(&lists.ends_phrase),
        instructions: set(&lists.instructions),
        airy: set(&lists.airy),
        ranks: set(&lists.ranks),
        titles: set(&lists.titles),
        places: set(&lists.places),
        plural: set(&lists.plural),
        pasts: past.values().cloned().collect(),
        past,
        base,
    }
});

fn read<T: for<'de> Deserialize<'de>>(toml: &str) -> T {
    toml::from_str(toml).expect("the grammars in the program are read by a test")
}
