//! What calls came to: tokens, money, and how many of them have a cost that nobody knows (spec P11).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

use super::Money;
use super::run::Usage;

/// More tokens than any call takes or gives. What is reported beyond is not believed.
pub const MAX_CALL_TOKENS: u64 = 100_000_000;
/// More than any call costs: ten thousand dollars.
pub const MAX_CALL_COST: Money = Money::from_nanos(10_000_000_000_000);

/// The sum of some calls. Amounts saturate: a sum of absurd amounts is absurd, and no error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    /// Calls that have ended.
    pub attempts: u32,
    /// Tokens of prompts.
    pub input_tokens: u64,
    /// Tokens of answers, and those that were given with texts written by hand.
    pub output_tokens: u64,
    /// What is known of the cost.
    pub cost: Money,
    /// Calls whose cost is not known.
    pub unknown: u32,
}

impl Spending {
    /// Tokens in and out.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

/// Returns what is believed of what a call is said to have taken. Absurd counts are no counts, and their cost is
/// unknown: a journal may hold some from when servers were believed everything.
#[must_use]
pub fn believed(usage: Usage, cost: Option<Money>) -> (Usage, Option<Money>) {
    if usage.input_tokens.max(usage.output_tokens) > MAX_CALL_TOKENS {
        return (Usage { input_tokens: 0, output_tokens: 0, estimated: true, ..usage }, None);
    }
    (usage, cost.filter(|cost| (Money::ZERO..=MAX_CALL_COST).contains(cost)))
}

impl Add for Spending {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            attempts: self.attempts.saturating_add(other.attempts),
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            cost: self.cost + other.cost,
            unknown: self.unknown.saturating_add(other.unknown),
        }
    }
}

impl AddAssign for Spending {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Spending {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for Spending {
    /// The cost: `$0.12`, `$0.12 + 2 unknown`, `2 unknown`. What is unknown never reads as nothing. In a narrow column
    /// (`{:#}`): `$0.12+?`, `?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The price of tokens that were spent elsewhere is never known.
        let elsewhere = self.attempts == 0 && self.output_tokens > 0 && self.cost == Money::ZERO;
        match (self.cost, self.unknown) {
            (_, 0) if elsewhere => f.pad(if f.alternate() { "?" } else { "unknown" }),
            (cost, 0) => cost.fmt(f),
            (Money::ZERO, _) if f.alternate() => f.write_str("?"),
            (cost, _) if f.alternate() => write!(f, "{cost}+?"),
            (Money::ZERO, unknown) => f.pad(&format!("{unknown} unknown")),
            (cost, unknown) => f.pad(&format!("{cost} + {unknown} unknown")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p11_an_unknown_cost_never_reads_as_nothing() {
        let of = |cents: i64, unknown| Spending {
            cost: Money::from_nanos(cents * 10_000_000),
            unknown,
            ..Spending::default()
        };
        let read = [of(0, 0), of(12, 0), of(12, 2), of(0, 2)].map(|s| s.to_string());
        assert_eq!(read, ["$0.00", "$0.12", "$0.12 + 2 unknown", "2 unknown"]);
        let elsewhere = Spending { output_tokens: 1234, ..Spending::default() };
        assert_eq!((elsewhere.to_string().as_str(), format!("{elsewhere:#}").as_str()), ("unknown", "?"));
        let narrow = [of(0, 0), of(12, 0), of(12, 2), of(0, 2)].map(|s| format!("{s:#}"));
        assert_eq!(narrow, ["$0.00", "$0.12", "$0.12+?", "?"]);
    }

    #[test]
    fn r1_absurd_counts_are_not_believed_and_cost_nobody_knows_what() {
        let usage = |input_tokens| Usage { input_tokens, output_tokens: 5, ..Usage::default() };
        let one = Some(Money(1));
        assert_eq!(believed(usage(1_000), one), (usage(1_000), one));
        let (taken, cost) = believed(usage(1_000_000_000_000_000_000), one);
        assert_eq!((taken.input_tokens, taken.output_tokens, taken.estimated, cost), (0, 0, true, None));
        assert_eq!(believed(usage(1), Some(Money(i64::MAX))).1, None);
        assert_eq!(believed(usage(1), Some(Money(-1))).1, None);
    }

    #[test]
    fn sums_of_absurd_amounts_saturate() {
        let absurd = Spending {
            attempts: u32::MAX,
            input_tokens: u64::MAX,
            output_tokens: u64::MAX,
            cost: Money::from_nanos(i64::MAX),
            unknown: u32::MAX,
        };
        assert_eq!([absurd; 3].into_iter().sum::<Spending>(), absurd);
        assert_eq!(absurd.tokens(), u64::MAX);
    }
}
