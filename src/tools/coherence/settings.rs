//! Thresholds and weights of a check: what a workflow sets.

use serde::{Deserialize, Serialize};

use super::CoherenceError;
use super::report::{Kind, Severity};

/// How a report is judged. The score is 100 less, for each finding that is not waived, the penalty of its severity
/// times the weight of its part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The score from which a book passes (0–100).
    pub pass: f64,
    /// The score from which it is borderline, and the author decides (0–100, at most `pass`).
    pub borderline: f64,
    /// What a finding costs.
    pub penalties: Penalties,
    /// How much the parts matter.
    pub weights: Weights,
    /// Words that a passage must have to count as a copy (20–1000).
    pub duplicate_words: usize,
    /// The part of its words that must be the same (0.3–1).
    pub duplicate_similarity: f64,
    /// Approved pages of other books are compared as well.
    pub other_books: bool,
}

/// Points that a finding costs, by its severity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields read as the severities")]
pub struct Penalties {
    pub high: f64,
    pub medium: f64,
    pub low: f64,
}

/// By what a penalty is multiplied, by the finding's part; 0 takes a part out of the score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields read as the parts")]
pub struct Weights {
    pub duplication: f64,
    pub names: f64,
    pub attributes: f64,
    pub deaths: f64,
    pub timeline: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pass: 85.0,
            borderline: 70.0,
            penalties: Penalties::default(),
            weights: Weights::default(),
            duplicate_words: 45,
            duplicate_similarity: 0.6,
            other_books: true,
        }
    }
}

impl Default for Penalties {
    fn default() -> Self {
        // One high finding is borderline and two fail; so do three medium ones, and six.
        Self { high: 18.0, medium: 6.0, low: 1.5 }
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self { duplication: 1.0, names: 0.75, attributes: 1.0, deaths: 1.0, timeline: 0.75 }
    }
}

impl Penalties {
    pub(super) fn of(&self, severity: Severity) -> f64 {
        match severity {
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
        }
    }
}

impl Weights {
    pub(super) fn of(&self, kind: Kind) -> f64 {
        match kind {
            Kind::Duplicate => self.duplication,
            Kind::Name => self.names,
            Kind::Attribute => self.attributes,
            Kind::Death => self.deaths,
            Kind::Timeline => self.timeline,
        }
    }
}

impl Settings {
    /// Refuses what is out of range, by its name.
    pub fn check(&self) -> Result<(), CoherenceError> {
        let Penalties { high, medium, low } = self.penalties;
        let Weights { duplication, names, attributes, deaths, timeline } = self.weights;
        let ranges = [
            ("pass", self.pass, 0.0, 100.0),
            ("borderline", self.borderline, 0.0, self.pass.min(100.0)),
            ("penalties.high", high, 0.0, 100.0),
            ("penalties.medium", medium, 0.0, 100.0),
            ("penalties.low", low, 0.0, 100.0),
            ("weights.duplication", duplication, 0.0, 10.0),
            ("weights.names", names, 0.0, 10.0),
            ("weights.attributes", attributes, 0.0, 10.0),
            ("weights.deaths", deaths, 0.0, 10.0),
            ("weights.timeline", timeline, 0.0, 10.0),
            ("duplicate_words", self.duplicate_words as f64, 20.0, 1000.0),
            ("duplicate_similarity", self.duplicate_similarity, 0.3, 1.0),
        ];
        for (name, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                let reason = format!("{value} is not between {least} and {most}");
                return Err(CoherenceError::Settings { name, reason });
            }
        }
        Ok(())
    }
}
