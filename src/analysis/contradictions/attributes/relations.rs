//! Who is whose brother, mother, wife.

use super::{About, Claim, Said, Value, is_in};

/// What someone is to another, whatever the sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kin {
    Parent,
    Child,
    Sibling,
    Spouse,
    UncleOrAunt,
    NephewOrNiece,
    Cousin,
    Grandparent,
    Grandchild,
}

/// Words before a relation that leave it what it is.
const QUALIFIERS: &[&str] = &[
    "beloved", "big", "dead", "dear", "elder", "eldest", "late", "little", "old", "older", "oldest", "only",
    "own", "poor", "twin", "young", "younger", "youngest",
];

/// Words that make another relation of it.
const NOT_OWN: &[&str] =
    &["adopted", "adoptive", "ex", "foster", "god", "great", "half", "holy", "milk", "step", "sworn"];

impl Kin {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "mother" | "father" | "mum" | "mom" | "dad" => Self::Parent,
            "son" | "daughter" => Self::Child,
            "brother" | "sister" => Self::Sibling,
            "wife" | "husband" => Self::Spouse,
            "uncle" | "aunt" => Self::UncleOrAunt,
            "nephew" | "niece" => Self::NephewOrNiece,
            "cousin" => Self::Cousin,
            "grandmother" | "grandfather" => Self::Grandparent,
            "grandson" | "granddaughter" => Self::Grandchild,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Parent => "a parent",
            Self::Child => "a child",
            Self::Sibling => "a brother or sister",
            Self::Spouse => "wife or husband",
            Self::UncleOrAunt => "an uncle or aunt",
            Self::NephewOrNiece => "a nephew or niece",
            Self::Cousin => "a cousin",
            Self::Grandparent => "a grandparent",
            Self::Grandchild => "a grandchild",
        }
    }

    fn inverse(self) -> Self {
        match self {
            Self::Parent => Self::Child,
            Self::Child => Self::Parent,
            Self::UncleOrAunt => Self::NephewOrNiece,
            Self::NephewOrNiece => Self::UncleOrAunt,
            Self::Grandparent => Self::Grandchild,
            Self::Grandchild => Self::Grandparent,
            same => same,
        }
    }

    /// Whether nobody can be both; cousins may marry.
    pub fn excludes(self, other: Self) -> bool {
        self != other && !matches!((self, other), (Self::Cousin, Self::Spouse) | (Self::Spouse, Self::Cousin))
    }
}

/// Whether a word is that of a relation.
pub(super) fn is_kin(word: &str) -> bool {
    Kin::of(word).is_some()
}

/// Relations of which one has but one.
fn only(word: &str) -> Option<&'static str> {
    ["mother", "father", "husband", "wife"].into_iter().find(|w| *w == word)
}

pub(super) fn claims(said: &Said<'_, '_>, claims: &mut Vec<Claim>) {
    for at in said.sentence.tokens.clone() {
        let word = said.low(at);
        let Some(kin) = Kin::of(word) else { continue };
        // "brother-in-law", "stepmother", a title
        if said.reading.tokens[at].joined || said.reading.tokens[at].is_capital() {
            continue;
        }
        let first = said.sentence.tokens.start;
        let mut before = at;
        while before > first && is_in(QUALIFIERS, said.low(before - 1)) {
            before -= 1;
        }
        if before > first && is_in(NOT_OWN, said.low(before - 1)) {
            continue;
        }
        if let Some((whose, who)) = pair(said, before, at) {
            if whose == who || !said.people.all[whose].human || !said.people.all[who].human {
                continue;
            }
            // A sister of one is a brother of the other: kept once, from the one side.
            let (one, other, kin) = if whose < who { (whose, who, kin) } else { (who, whose, kin.inverse()) };
            claims.push(said.claim(one, About::Relation(other), Value::Relation(kin), true));
            if let Some(only) = only(word) {
                claims.push(said.claim(whose, About::Only(only), Value::Person(who), true));
            }
        }
    }
}

/// Whose relation it is, and who it is; `before` is the first token of "elder brother", `at` the last.
fn pair(said: &Said<'_, '_>, before: usize, at: usize) -> Option<(usize, usize)> {
    let first = said.sentence.tokens.start;
    let owner = said.reading.named_before(before).filter(|m| m.possessive && m.from >= first);
    // `NAME's brother NAME2`, `NAME's brother, NAME2,`
    let comma = usize::from(said.low(at + 1) == ",");
    let named =
        said.reading.named_at(at + 1 + comma).filter(|m| !m.possessive && m.to <= said.sentence.tokens.end);
    let closed = |m: &super::Mention| comma == 0 || matches!(said.low(m.to), "," | "." | "" | ";" | "!");
    // `his brother NAME2` in an entry
    let own = before > first && matches!(said.low(before - 1), "his" | "her");
    let whose = match owner {
        Some(mention) => Some((mention.who, mention.from)),
        None => said.subject.filter(|_| own && said.in_entry()).map(|who| (who, before - 1)),
    };
    if let (Some((whose, _)), Some(named)) = (whose, named.filter(closed)) {
        return Some((whose, named.who));
    }
    // `NAME2, NAME's brother`, `NAME2 was NAME's brother`
    if let Some((whose, from)) = whose {
        return subject(said, from).map(|who| (whose, who));
    }
    // `NAME2, the brother of NAME`, `NAME2 was a brother of NAME`
    if said.low(at + 1) == "of" && before > first && matches!(said.low(before - 1), "the" | "a") {
        let whose = said.reading.named_at(at + 2).filter(|m| !m.possessive)?;
        return subject(said, before - 1).map(|who| (whose.who, who));
    }
    None
}

/// Of whom it is said what follows at a token: `NAME2,` or `NAME2 was`.
fn subject(said: &Said<'_, '_>, at: usize) -> Option<usize> {
    let before = at.checked_sub(1).filter(|b| *b >= said.sentence.tokens.start)?;
    match said.low(before) {
        "was" | "is" => said.subject_before(before).map(|(who, _)| who),
        // "Tom, Mara's brother, …": a list ("Tom, Mara's brother and Ann") is closed by "and".
        "," => {
            let mention = said.reading.named_before(before).filter(|m| !m.possessive)?;
            let alone = mention.from == said.sentence.tokens.start
                || !matches!(said.low(mention.from - 1), "and" | "," | "or" | "with");
            alone.then_some(mention.who)
        }
        _ => None,
    }
}
