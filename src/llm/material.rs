//! The structured input of an agent, beside the prompt that was rendered from it.
//!
//! A server's model reads the prompt; the offline author, which cannot read instructions, writes from this.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an agent is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Material {
    /// Who is asked.
    pub agent: AgentKind,
    /// The chance of the offline author: another seed is another variant.
    pub seed: u64,
    /// The book's settings.
    pub settings: Settings,
    /// The book's title.
    pub book: String,
    /// The chapter's title.
    pub chapter: String,
    /// What happens on the page, in the author's words.
    pub beat: String,
    /// The canon that matters here.
    pub canon: Vec<CanonEntry>,
    /// Pages further back in short, oldest first.
    pub before: Vec<InShort>,
    /// The approved pages just before, oldest first.
    pub earlier: Vec<String>,
    /// The approved narration that the dialogue belongs to.
    pub narration: Option<String>,
    /// The author's feedback so far, oldest first; the last has the last word.
    pub feedback: Vec<String>,
    /// The passages of the last draft that are to be changed, and nothing else of it; none is all of it.
    pub passages: Vec<Said>,
    /// Passages of the last draft that stay word for word.
    pub locked: Vec<String>,
    /// The text that the feedback speaks of.
    pub previous: Option<String>,
    /// The text to be reviewed.
    pub under_review: Option<String>,
    /// The author's edit that is learned from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    /// The title of the text that a workflow is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_title: Option<String>,
    /// The text that a workflow is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_text: Option<String>,
    /// What the workflow's run was given beside its subject.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
    /// The last results of the steps, by step: data as it is, prose as a text; a list of them for items.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub artifacts: BTreeMap<String, Value>,
    /// Steps that have no result by now, or for good.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<String>,
    /// The item that a step is done for, where it fans out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<Value>,
    /// How often the step was asked, this time included; 0 outside such workflows.
    #[serde(skip_serializing_if = "is_zero")]
    pub iteration: u32,
    /// What was measured of the text that stands, in short (spec R2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_review: Option<String>,
    /// The JSON Schema that the answer must be of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// An answer that was not of the schema, to be mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repair: Option<Repair>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// An answer that could not be used, with what was wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Repair {
    /// The answer as it came.
    pub answer: String,
    /// What is wrong with it.
    pub faults: String,
}

impl Material {
    /// A page with something of everything, to try templates on.
    #[must_use]
    pub fn example() -> Self {
        Self {
            settings: Settings { style_notes: "Short sentences.".into(), ..Settings::default() },
            book: "The Winter Harbour".into(),
            chapter: "Ice".into(),
            beat: "Mara waits at the pier.".into(),
            canon: vec![CanonEntry {
                id: "pier".into(),
                kind: "place".into(),
                name: "Pier".into(),
                aliases: vec!["Jetty".into()],
                text: "Old and wooden.".into(),
            }],
            before: vec![InShort { page: "Ice, page 1".into(), text: "The boats came home.".into() }],
            earlier: vec!["It snowed all night.".into()],
            narration: Some("She waited.\n\nNobody came.".into()),
            feedback: vec!["More of the cold.".into()],
            passages: vec![Said { start: 7, quote: "warm".into(), words: "Colder.".into() }],
            locked: vec!["It was".into()],
            previous: Some("It was warm.".into()),
            under_review: Some("She waited in the cold.".into()),
            edited: Some(Edited {
                before: "It was warm.".into(),
                after: "It was cold.".into(),
                passages: vec![Change { before: "It was warm.".into(), after: "It was cold.".into() }],
            }),
            subject_title: Some("Ice".into()),
            subject_text: Some("She waited in the cold.\n\nNobody came.".into()),
            parameters: [("audience", "sailors"), ("idea", "A harbour freezes.")]
                .map(|(name, value)| (name.to_owned(), Value::from(value)))
                .into(),
            iteration: 1,
            item: Some(Value::from("an item")),
            schema: Some(Value::Object(serde_json::Map::new())),
            ..Self::default()
        }
    }
}

/// Which agent is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentKind {
    /// Writes a page's narration.
    #[default]
    Narrator,
    /// Writes a page's dialogue.
    Dialogue,
    /// Remarks on a text, and never decides.
    Reviewer,
    /// Puts an approved page in short.
    Summarist,
    /// Proposes what an edit teaches.
    Scribe,
    /// Scores a whole text and suggests what to do, as a report.
    StoryReviewer,
    /// Does what a report suggests.
    Polisher,
    /// Any other, which an author's workflow names.
    Other,
}

/// A book's settings, as far as they bear on the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The language to write in, by name or code.
    pub language: String,
    /// Who tells it: `first person` or `third person`.
    pub point_of_view: String,
    /// When it is told: `past` or `present`.
    pub tense: String,
    /// How long a page's narration should be, in words.
    pub words_per_page: u32,
    /// The author's notes on style.
    pub style_notes: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: "English".to_owned(),
            point_of_view: "third person".to_owned(),
            tense: "past".to_owned(),
            words_per_page: 250,
            style_notes: String::new(),
        }
    }
}

/// A canon entry as an agent sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CanonEntry {
    /// Its id, for an agent that has to name it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Its type: character, place, world, style, timeline, rule, other.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Other names that mean it.
    pub aliases: Vec<String>,
    /// What is said of it, in Markdown.
    pub text: String,
}

/// An edit of the author's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Edited {
    /// The text before it.
    pub before: String,
    /// The text after it.
    pub after: String,
    /// The paragraphs that differ, in reading order.
    pub passages: Vec<Change>,
}

/// A paragraph as it was and as it is; empty where there was or is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// What the author says of a passage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// Where it begins in the last draft, in bytes.
    pub start: u64,
    /// The passage, to the byte.
    pub quote: String,
    /// What is wrong with just that.
    pub words: String,
}

/// An earlier page in short.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InShort {
    /// Which page: its chapter's title and its number.
    pub page: String,
    /// What happens on it.
    pub text: String,
}
