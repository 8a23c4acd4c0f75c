//! Money, exact: whole billionths of a US dollar.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// The largest budget that is taken, in dollars.
const MAX_BUDGET: f64 = 1e6;

/// What an author wrote for a budget is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadBudget {
    /// It is not a number.
    #[error("give dollars, such as 2.50, or `none`")]
    NotANumber,
    /// It is below nothing or too large.
    #[error("a budget goes from 0 to 1,000,000 dollars")]
    OutOfRange,
}

/// Reads a budget as an author writes it: `2.50`, `$2.50`, `2,50` (a comma with one or two digits after it is a
/// decimal mark, else it groups thousands); `none` or nothing is not a budget.
pub fn parse_budget(text: &str) -> Result<Option<Money>, BadBudget> {
    let text = text.trim();
    let text = text.strip_prefix('$').unwrap_or(text).trim();
    if text.is_empty() || text == "none" {
        return Ok(None);
    }
    let decimal = matches!(text.rsplit_once(','), Some((whole, cents))
        if !whole.contains([',', '.']) && matches!(cents.len(), 1 | 2));
    let plain =
        if decimal { text.replace(',', ".") } else { ungrouped(text).ok_or(BadBudget::NotANumber)? };
    let digits = plain.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match plain.parse::<f64>() {
        Ok(dollars) if digits && dollars <= MAX_BUDGET => Ok(Some(Money::from_dollars(dollars))),
        Ok(_) if digits || plain.starts_with('-') => Err(BadBudget::OutOfRange),
        _ => Err(BadBudget::NotANumber),
    }
}

/// Takes the commas out of `1,000,000`; none where they do not group by three.
fn ungrouped(text: &str) -> Option<String> {
    let (whole, cents) = text.split_once('.').map_or((text, ""), |(whole, cents)| (whole, cents));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    if grouped && (first.is_empty() || first.len() > 3 || groups.any(|g| g.len() != 3)) {
        return None;
    }
    Some(if text.contains('.') {
        format!("{}.{cents}", whole.replace(',', ""))
    } else {
        whole.replace(',', "")
    })
}

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

    /// An amount of dollars, rounded to the nano-dollar; what is not a number is nothing.
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
    fn d3_a_budget_is_read_as_authors_write_it() {
        let dollars = |d| Ok(Some(Money::from_dollars(d)));
        for (text, amount) in [
            ("2.50", dollars(2.5)),
            ("2,50", dollars(2.5)),
            (" $2.5 ", dollars(2.5)),
            ("1,000", dollars(1000.0)),
            ("1,000,000", dollars(1e6)),
            ("1,234.56", dollars(1234.56)),
            (".5", dollars(0.5)),
            ("0", dollars(0.0)),
            ("none", Ok(None)),
            ("", Ok(None)),
            ("-1", Err(BadBudget::OutOfRange)),
            ("1000001", Err(BadBudget::OutOfRange)),
            ("NaN", Err(BadBudget::NotANumber)),
            ("inf", Err(BadBudget::NotANumber)),
            ("1e3", Err(BadBudget::NotANumber)),
            ("lots", Err(BadBudget::NotANumber)),
            ("1,00,0", Err(BadBudget::NotANumber)),
            (".", Err(BadBudget::NotANumber)),
        ] {
            assert_eq!(parse_budget(text), amount, "{text:?}");
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
