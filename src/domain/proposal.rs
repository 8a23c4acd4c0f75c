//! What an edit of the author's teaches: a fact for the canon or a note on style. An agent proposes it; the author
//! accepts or refuses each by itself.

use serde::{Deserialize, Serialize};

use super::canon::{Canon, Entry, EntryContent, EntryKind, EntryMode, EntryOrigin, EntryPut};
use super::{EntryId, ProposalId, Refusal, RevisionId};

/// Proposals of one edit at most.
pub const MOST_PROPOSALS: usize = 12;
/// The longest text of a proposal, in characters.
pub const MOST_CHARS: usize = 2_000;
/// The longest name that a note on style is given, in characters.
const MOST_TITLE: usize = 60;

/// A lesson under the name that the author decides on it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// What it says.
    pub lesson: Lesson,
}

/// What an edit teaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// Where it belongs.
    pub about: About,
    /// The sentence that the canon would gain.
    pub text: String,
    /// What in the edit speaks for it.
    pub why: String,
    /// The words of the edit that it comes from.
    pub quote: String,
}

/// Where a lesson belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A fact about what has an entry.
    Entry(EntryId),
    /// A fact about what has none yet.
    New {
        /// What it is.
        kind: EntryKind,
        /// Its name.
        name: String,
    },
    /// How the book is told.
    Style,
}

impl About {
    /// Returns the stable name of the kind: `fact` or `style`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Entry(_) | Self::New { .. } => "fact",
            Self::Style => "style",
        }
    }
}

/// A lesson as an agent writes it down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    kind: Kind,
    #[serde(default)]
    entry: Option<String>,
    #[serde(default)]
    new: Option<NewEntry>,
    text: String,
    why: String,
    quote: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Fact,
    Style,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewEntry {
    kind: EntryKind,
    name: String,
}

/// Reads an agent's answer: a JSON array of lessons, perhaps between the marks of a code block; empty where the edit
/// teaches nothing. Says what is wrong with one that cannot be used.
pub fn read(answer: &str) -> Result<Vec<Lesson>, String> {
    let trimmed = answer.trim();
    let inner = trimmed
        .strip_prefix("```json")
        .or_else(|| trimmed.strip_prefix("```"))
        .and_then(|rest| rest.strip_suffix("```"))
        .map_or(trimmed, str::trim);
    let answered: Vec<Answered> =
        serde_json::from_str(inner).map_err(|e| format!("it is not a list of proposals: {e}"))?;
    if answered.len() > MOST_PROPOSALS {
        return Err(format!("it has {} proposals; the maximum is {MOST_PROPOSALS}", answered.len()));
    }
    answered
        .into_iter()
        .zip(1..)
        .map(|(one, n)| one.checked().map_err(|e| format!("proposal {n}: {e}")))
        .collect()
}

impl Answered {
    fn checked(self) -> Result<Lesson, String> {
        let about = match (self.kind, self.entry, self.new) {
            (Kind::Style, None, None) => About::Style,
            (Kind::Style, ..) => return Err("a note on style names no entry".into()),
            (Kind::Fact, Some(entry), None) => About::Entry(EntryId::new(entry)),
            (Kind::Fact, None, Some(NewEntry { kind, name })) => {
                About::New { kind, name: checked("name", &name)? }
            }
            (Kind::Fact, ..) => return Err("a fact names either an `entry` or a `new` one".into()),
        };
        let (text, why) = (checked("text", &self.text)?, checked("why", &self.why)?);
        if self.quote.trim().is_empty() || self.quote.chars().count() > MOST_CHARS {
            return Err(format!("`quote` takes from 1 to {MOST_CHARS} characters"));
        }
        Ok(Lesson { about, text, why, quote: self.quote })
    }
}

/// Brings a text into one line, and refuses one that is empty or too long.
fn checked(field: &str, text: &str) -> Result<String, String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() || line.chars().count() > MOST_CHARS {
        return Err(format!("`{field}` takes from 1 to {MOST_CHARS} characters"));
    }
    Ok(line)
}

impl Lesson {
    /// Returns the entry that it goes into; none where accepting it makes one.
    #[must_use]
    pub fn entry<'c>(&self, canon: &'c Canon) -> Option<(&'c EntryId, &'c Entry)> {
        match &self.about {
            About::Entry(id) => canon.entries.get_key_value(id),
            About::New { name, .. } => called(canon, name, |_| true),
            About::Style => called(canon, &title(&self.text), |kind| kind == EntryKind::Style),
        }
    }

    /// Returns what accepting it in these words makes of the canon; `said` is what its entry says now.
    pub fn put(
        &self,
        canon: &Canon,
        words: &str,
        said: &str,
        revision: RevisionId,
    ) -> Result<EntryPut, Refusal> {
        let words = words.trim();
        if words.is_empty() {
            return Err(Refusal::EmptyText);
        }
        let origin = EntryOrigin::Proposed { revision };
        if let Some((id, entry)) = self.entry(canon) {
            let now = entry.current();
            let content = EntryContent {
                kind: now.kind,
                name: now.name.clone(),
                aliases: now.aliases.clone(),
                parent: now.parent.clone(),
                links: now.links.clone(),
                mode: now.mode,
                weight: Some(now.weight),
                scope: now.scope.clone(),
                text: with(said, words),
            };
            return Ok(EntryPut { entry: Some(id.clone()), seen: Some(entry.number()), content, origin });
        }
        let (kind, name, mode) = match &self.about {
            About::Entry(id) => return Err(Refusal::NotFound { what: "canon entry", id: id.to_string() }),
            About::New { kind, name } => (*kind, name.clone(), EntryMode::Named),
            // A note on style is for every page.
            About::Style => (EntryKind::Style, title(words), EntryMode::Always),
        };
        let content = EntryContent { kind, name, mode, text: words.to_owned(), ..EntryContent::default() };
        Ok(EntryPut { entry: None, seen: None, content, origin })
    }
}

/// Returns the entry that has this name, or else is also called so.
fn called<'c>(
    canon: &'c Canon,
    name: &str,
    fits: impl Fn(EntryKind) -> bool,
) -> Option<(&'c EntryId, &'c Entry)> {
    let wanted = name.to_lowercase();
    let standing = || canon.entries.iter().filter(|(_, e)| !e.removed && fits(e.current().kind));
    standing().find(|(_, e)| e.current().name.to_lowercase() == wanted).or_else(|| {
        standing().find(|(_, e)| e.current().aliases.iter().any(|alias| alias.to_lowercase() == wanted))
    })
}

/// Adds a sentence to a text that does not say it yet.
fn with(said: &str, words: &str) -> String {
    if said.contains(words) {
        return said.to_owned();
    }
    match said.trim_end() {
        "" => words.to_owned(),
        said => format!("{said}\n\n{words}"),
    }
}

/// Names a note on style by its beginning.
fn title(note: &str) -> String {
    let mut title = String::new();
    for word in note.split_whitespace() {
        let longer = if title.is_empty() { word.to_owned() } else { format!("{title} {word}") };
        if longer.chars().count() > MOST_TITLE {
            break;
        }
        title = longer;
    }
    let title = title.trim_end_matches(['.', ',', ';', ':']);
    if title.is_empty() { note.chars().take(MOST_TITLE).collect() } else { title.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::canon::{CanonCommand, decide};
    use crate::domain::{BookId, Facts, Time};

    const FACT: &str = r#"{"kind":"fact","entry":"b_mara","text":"Mara has grey eyes.","why":"You added it.","quote":"grey eyes"}"#;

    #[test]
    fn an_answer_is_a_list_of_lessons_also_in_a_code_block() {
        let style = r#"{"kind":"style","text":"Prefers short\n sentences.","why":"You split two.","quote":"It snowed."}"#;
        let new = r#"{"kind":"fact","new":{"kind":"place","name":"Pier"},"text":"The pier is old.","why":"y","quote":"old"}"#;
        let lessons = read(&format!("```json\n[{FACT}, {style}, {new}]\n```")).unwrap();
        assert_eq!(lessons[0].about, About::Entry(EntryId::new("b_mara")));
        assert_eq!(
            (&lessons[1].about, lessons[1].text.as_str()),
            (&About::Style, "Prefers short sentences.")
        );
        assert_eq!(lessons[2].about, About::New { kind: EntryKind::Place, name: "Pier".into() });
        assert_eq!(read(" [] "), Ok(Vec::new()));
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_place() {
        let long = format!("[{}]", FACT.replace("grey eyes.", &"x".repeat(3_000)));
        let many = format!("[{}]", vec![FACT; 13].join(","));
        for (answer, reason) in [
            ("", "not a list"),
            ("Mara has grey eyes.", "not a list"),
            (r#"{"proposals":[]}"#, "not a list"),
            (&format!("[{}]", FACT.replace("why", "because")), "unknown field `because`"),
            (&format!("[{}]", FACT.replace("fact", "style")), "proposal 1: a note on style names no entry"),
            (&format!("[{}]", FACT.replace("\"entry\":\"b_mara\",", "")), "either an `entry` or a `new`"),
            (&format!("[{}]", FACT.replace("grey eyes\"}", " \"}")), "`quote` takes"),
            (long.as_str(), "`text` takes"),
            (many.as_str(), "maximum is 12"),
        ] {
            let refused = read(answer).unwrap_err();
            assert!(refused.contains(reason), "{answer}: {refused}");
        }
    }

    fn canon(puts: &[(EntryKind, &str, &str)]) -> Canon {
        let mut canon = Canon::default();
        for (kind, name, text) in puts {
            let content = EntryContent {
                kind: *kind,
                name: (*name).into(),
                text: (*text).into(),
                ..EntryContent::default()
            };
            let put = CanonCommand::Put(EntryPut { content, ..EntryPut::default() });
            let at = Time(1);
            let (_, decided) = decide(&canon, &BookId::new("b"), put, &Facts::at(at)).unwrap();
            decided.events.iter().for_each(|e| canon.apply(e, at));
        }
        canon
    }

    fn lesson(about: About, text: &str) -> Lesson {
        Lesson { about, text: text.into(), why: "so".into(), quote: "so".into() }
    }

    #[test]
    fn a_fact_is_added_to_its_entry_once_and_leaves_the_rest_as_it_is() {
        let canon = canon(&[(EntryKind::Character, "Mara", "A pilot.")]);
        let fact = lesson(About::Entry(EntryId::new("b_mara")), "She has grey eyes.");
        let revision = RevisionId::new("run_1.narration.2");
        let put = fact.put(&canon, " She has green eyes. ", "A pilot.\n", revision.clone()).unwrap();
        assert_eq!((put.entry, put.seen), (Some(EntryId::new("b_mara")), Some(1)));
        assert_eq!(put.content.text, "A pilot.\n\nShe has green eyes.");
        assert_eq!((put.content.kind, put.content.name.as_str()), (EntryKind::Character, "Mara"));
        assert_eq!(put.origin, EntryOrigin::Proposed { revision: revision.clone() });
        let again = fact.put(&canon, "A pilot.", "A pilot.", revision.clone()).unwrap();
        assert_eq!(again.content.text, "A pilot.");
        assert_eq!(fact.put(&canon, " ", "A pilot.", revision.clone()), Err(Refusal::EmptyText));
        let gone = lesson(About::Entry(EntryId::new("b_nobody")), "He waits.");
        assert!(matches!(gone.put(&canon, "He waits.", "", revision), Err(Refusal::NotFound { .. })));
    }

    #[test]
    fn what_has_no_entry_gets_one_and_a_note_on_style_is_for_every_page() {
        let canon = canon(&[(EntryKind::Place, "Pier", "")]);
        let revision = RevisionId::new("run_1.narration.2");
        let new = |name: &str| About::New { kind: EntryKind::Place, name: name.into() };
        let known =
            lesson(new("pier"), "It is old.").put(&canon, "It is old.", "", revision.clone()).unwrap();
        assert_eq!(
            known.entry,
            Some(EntryId::new("b_pier")),
            "one that was made meanwhile is not made twice"
        );
        let tower =
            lesson(new("Tower"), "It is old.").put(&canon, "It is old.", "", revision.clone()).unwrap();
        assert_eq!((tower.entry, tower.content.name.as_str()), (None, "Tower"));
        let words = "Prefers `lamp` to `lantern`, on every page and in every chapter of the whole book.";
        let note = lesson(About::Style, words).put(&canon, words, "", revision).unwrap();
        assert_eq!((note.content.kind, note.content.mode), (EntryKind::Style, EntryMode::Always));
        assert_eq!(note.content.name, "Prefers `lamp` to `lantern`, on every page and in every");
    }
}
