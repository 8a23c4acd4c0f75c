//! The report: a score, a verdict, and findings that keep their ids.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::domain::Hash;

/// Hex digits of a finding's id.
const ID: usize = 12;

/// What a finding is about: each kind is a part of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A passage stands twice.
    Duplicate,
    /// A name is spelled in two ways.
    Name,
    /// Someone or something is not as it was.
    Attribute,
    /// Someone acts after dying.
    Death,
    /// A date or an age does not fit.
    Timeline,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Every reader stumbles over it.
    High,
    /// An attentive reader does.
    Medium,
    /// It may be meant so.
    Low,
}

/// What a gate does with the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The score is high enough, and nothing stands twice.
    Pass,
    /// The author decides.
    Borderline,
    /// The score is too low, or a passage stands twice.
    Fail,
}

impl Verdict {
    /// Returns the stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Borderline => "borderline",
            Self::Fail => "fail",
        }
    }
}

/// A quote, and where it stands: on a page or in a canon entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which of the two passages or statements it belongs to: 1 or 2. One that runs over the border of a page has
    /// a place on each.
    pub side: u8,
    /// The page's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The entry's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The page or the entry as a reader knows it.
    pub label: String,
    /// The quote's first byte in the text of the page or entry; 0 for a quote of an entry's names.
    pub start: usize,
    /// The byte after its last; the same as `start` for a quote of an entry's names.
    pub end: usize,
    /// The text there, byte for byte.
    pub quote: String,
}

/// A finding before it has an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is about.
    pub kind: Kind,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub message: String,
    /// A model found it.
    pub by_model: bool,
    /// Its quotes, first those of side 1.
    pub places: Vec<Place>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Named by its kind and its quotes: it stays when the book changes elsewhere.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub message: String,
    /// Who found it: `rule` or `model`.
    pub source: String,
    /// Why the author lets it stand; none when it counts.
    pub waived: Option<String>,
    /// Its quotes, first those of side 1.
    pub places: Vec<Place>,
}

/// What each part has of 100 points; findings that are waived cost nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields read as the parts")]
pub struct Parts {
    pub duplication: f64,
    pub names: f64,
    pub attributes: f64,
    pub deaths: f64,
    pub timeline: f64,
}

/// How many findings there are; those that are waived count only there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields read as the severities")]
pub struct Counts {
    pub high: usize,
    pub medium: usize,
    pub low: usize,
    pub waived: usize,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Pages.
    pub pages: usize,
    /// Their words.
    pub words: u64,
    /// Books that the pages were compared with.
    #[serde(default)]
    pub other_books: usize,
}

/// The report of a check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// 0–100, to a tenth.
    pub score: f64,
    /// What a gate does with it.
    pub verdict: Verdict,
    /// A passage stands twice, and nobody waived it.
    pub duplicate: bool,
    /// The score by parts.
    pub parts: Parts,
    /// The findings by severity.
    pub counts: Counts,
    /// What was looked at.
    pub checked: Checked,
    /// A model's findings that were left out, because a quote of them stands nowhere.
    pub unverified: usize,
    /// The findings, the gravest first.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(super) fn of(
        mut found: Vec<Found>,
        checked: Checked,
        unverified: usize,
        settings: &Settings,
        waivers: Option<&BTreeMap<String, String>>,
    ) -> Self {
        found.sort_by_key(|f| f.severity);
        let mut seen: HashMap<String, usize> = HashMap::new();
        let findings: Vec<Finding> = found
            .into_iter()
            .map(|f| {
                let id = id(&f);
                let times = seen.entry(id.clone()).or_default();
                *times += 1;
                // Of a passage that stands three times, both copies say the same.
                let id = if *times > 1 { format!("{id}-{times}") } else { id };
                let waived = waivers.and_then(|w| w.get(&id)).cloned();
                let source = if f.by_model { "model" } else { "rule" }.to_owned();
                Finding {
                    id,
                    kind: f.kind,
                    severity: f.severity,
                    message: f.message,
                    source,
                    waived,
                    places: f.places,
                }
            })
            .collect();
        let counted: Vec<&Finding> = findings.iter().filter(|f| f.waived.is_none()).collect();
        let of = |severity| counted.iter().filter(|f| f.severity == severity).count();
        let part = |kind| {
            let lost: f64 =
                counted.iter().filter(|f| f.kind == kind).map(|f| settings.penalties.of(f.severity)).sum();
            rounded(100.0 - lost)
        };
        let lost = |f: &&Finding| settings.penalties.of(f.severity) * settings.weights.of(f.kind);
        let score = rounded(100.0 - counted.iter().map(lost).sum::<f64>());
        let duplicate = counted.iter().any(|f| f.kind == Kind::Duplicate && f.severity == Severity::High);
        let verdict = match score {
            score if duplicate || score < settings.borderline => Verdict::Fail,
            score if score < settings.pass => Verdict::Borderline,
            _ => Verdict::Pass,
        };
        Self {
            score,
            verdict,
            duplicate,
            parts: Parts {
                duplication: part(Kind::Duplicate),
                names: part(Kind::Name),
                attributes: part(Kind::Attribute),
                deaths: part(Kind::Death),
                timeline: part(Kind::Timeline),
            },
            counts: Counts {
                high: of(Severity::High),
                medium: of(Severity::Medium),
                low: of(Severity::Low),
                waived: findings.len() - counted.len(),
            },
            checked,
            unverified,
            findings,
        }
    }
}

/// Points between 0 and 100, to a tenth.
fn rounded(points: f64) -> f64 {
    (points.clamp(0.0, 100.0) * 10.0).round() / 10.0
}

/// Names a finding by its kind and the words of its quotes, whichever comes first.
fn id(found: &Found) -> String {
    let mut sides = [1, 2].map(|side| {
        let quotes = found.places.iter().filter(|p| p.side == side).flat_map(|p| {
            p.quote.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
        });
        quotes.collect::<Vec<_>>().join(" ")
    });
    sides.sort();
    let named = format!("{:?}\n{}\n{}", found.kind, sides[0], sides[1]);
    format!("f_{}", &Hash::of(named.as_bytes()).as_str()[..ID])
}
