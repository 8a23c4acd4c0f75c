//! Money, exact: whole billionths of a US dollar.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// An amount in nano-dollars (10⁻⁹ USD). Sums saturate at the ends of `i64`, some nine billion dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    const PER_DOLLAR: f64 = 1e9;

    /// An amount of nano-dollars.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// An amount of dollars, rounded to the nano-dollar; what is no number is nothing.
    #[must_use]
    pub fn from_dollars(dollars: f64) -> Self {
        Self((dollars * Self::PER_DOLLAR).round() as i64)
    }

    /// The amount in nano-dollars.
    #[must_use]
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// The amount in dollars, for a chart.
    #[must_use]
    pub fn dollars(self) -> f64 {
        self.0 as f64 / Self::PER_DOLLAR
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Money {
    /// Dollars to the hundredth of a cent; what is above nothing but below that reads `<$0.0001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const STEP: u64 = 100_000;
        let sign = if self.0 < 0 { "-" } else { "" };
        let nanos = self.0.unsigned_abs();
        let steps = nanos / STEP + u64::from(nanos % STEP >= STEP / 2);
        let text = match steps {
            0 if nanos == 0 => "$0.00".to_owned(),
            0 => format!("{sign}<$0.0001"),
            steps if steps % 100 == 0 => format!("{sign}${}.{:02}", steps / 10_000, steps % 10_000 / 100),
            steps => format!("{sign}${}.{:04}", steps / 10_000, steps % 10_000),
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_dollars() {
        for (nanos, text) in [
            (0, "$0.00"),
            (12_300_000, "$0.0123"),
            (1_500_000_000, "$1.50"),
            (20_000, "<$0.0001"),
            (99_950_000, "$0.10"),
            (-12_300_000, "-$0.0123"),
            (i64::MIN, "-$9223372036.8548"),
        ] {
            assert_eq!(Money::from_nanos(nanos).to_string(), text);
        }
    }

    #[test]
    fn sums_are_exact_and_never_overflow() {
        let tenth = Money::from_dollars(0.1);
        assert_eq!([tenth; 10].into_iter().sum::<Money>(), Money::from_dollars(1.0));
        assert_eq!(Money::from_nanos(i64::MAX) + tenth, Money::from_nanos(i64::MAX));
        assert_eq!(Money::from_dollars(f64::NAN), Money::ZERO);
    }
}
