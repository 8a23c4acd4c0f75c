//! The structured input of an agent, beside the prompt that was rendered from it.
//!
//! A server's model reads the prompt; the offline author, which cannot read instructions, writes from this.

use serde::{Deserialize, Serialize};

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
            ..Self::default()
        }
    }
}

/// Which agent is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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
    /// Its type: character, place, world, style, timeline, rule, other.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Other names that mean it.
    pub aliases: Vec<String>,
    /// What is said of it, in Markdown.
    pub text: String,
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
