//! Budgets: what may be spent in a day or on a book, and whether a call fits in (spec P11).
//!
//! What a call may cost at worst is reserved while it is under way. Only what was really spent stops a call; one
//! that does not fit beside the reservations waits until they are settled.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{BookId, Money};

/// What a budget is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetOf {
    /// All calls of one UTC day.
    Day,
    /// All calls for one book.
    Book(BookId),
}

/// A budget with what is taken of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// What it is for.
    pub of: BudgetOf,
    /// What may be spent.
    pub amount: Money,
    /// What was spent.
    pub spent: Money,
    /// What calls under way may cost beside that.
    pub reserved: Money,
}

/// Whether a call may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Room {
    /// It may.
    Free,
    /// Not before calls under way have ended and given back what they did not need.
    Reserved,
    /// It may not: what is left of this budget does not cover it.
    Exhausted(Budget),
    /// It may not: nobody knows what it costs.
    Unpriced,
}

impl Budget {
    /// Returns what was not spent, never below nothing.
    #[must_use]
    pub fn left(&self) -> Money {
        (self.amount - self.spent).max(Money::ZERO)
    }

    fn room(&self, needed: Money) -> Room {
        if needed > self.left() {
            Room::Exhausted(self.clone())
        } else if needed > (self.left() - self.reserved).max(Money::ZERO) {
            Room::Reserved
        } else {
            Room::Free
        }
    }
}

impl Room {
    /// Asks all budgets whether a call may begin that may cost `needed` at worst; none when that is not known.
    #[must_use]
    pub fn in_all(budgets: &[Budget], needed: Option<Money>) -> Self {
        if budgets.is_empty() {
            return Self::Free;
        }
        let Some(needed) = needed else { return Self::Unpriced };
        budgets.iter().map(|b| b.room(needed)).fold(Self::Free, |tightest, room| match (tightest, room) {
            (Self::Exhausted(budget), _) | (_, Self::Exhausted(budget)) => Self::Exhausted(budget),
            (Self::Free, room) => room,
            (tightest, _) => tightest,
        })
    }
}

impl fmt::Display for Budget {
    /// What is left of it, in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = match self.of {
            BudgetOf::Day => "today's",
            BudgetOf::Book(_) => "the book's",
        };
        write!(f, "{} of {whose} budget of {} is left", self.left(), self.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(of: BudgetOf, amount: i64, spent: i64, reserved: i64) -> Budget {
        Budget { of, amount: Money(amount), spent: Money(spent), reserved: Money(reserved) }
    }

    #[test]
    fn p11_only_what_is_spent_stops_a_call_and_what_is_reserved_is_waited_for() {
        let room = |amount, spent, reserved, needed: i64| {
            Room::in_all(&[budget(BudgetOf::Day, amount, spent, reserved)], Some(Money(needed)))
        };
        assert_eq!(room(20, 2, 0, 18), Room::Free);
        assert_eq!(room(20, 2, 10, 8), Room::Free);
        assert_eq!(room(20, 2, 10, 9), Room::Reserved);
        assert!(matches!(room(20, 12, 0, 9), Room::Exhausted(_)));
        // What costs nothing is stopped by no budget, not even one that was overspent.
        assert_eq!(room(20, 30, 5, 0), Room::Free);
        assert_eq!(Room::in_all(&[], None), Room::Free);
    }

    #[test]
    fn p11_the_budget_that_is_exhausted_is_named_and_nothing_is_less_than_nothing() {
        let book = BudgetOf::Book(BookId::new("b"));
        let day = budget(BudgetOf::Day, 1_000_000_000, 0, 999_999_999);
        let spent = budget(book.clone(), 20_000_000, 90_000_000, 0);
        let Room::Exhausted(found) = Room::in_all(&[day.clone(), spent], Some(Money(5))) else {
            panic!("the book's budget is spent")
        };
        assert_eq!(found.of, book);
        assert_eq!(found.to_string(), "$0.00 of the book's budget of $0.02 is left");
        assert_eq!(Room::in_all(&[day], None), Room::Unpriced);
        // Absurd amounts are no trouble.
        let absurd = budget(BudgetOf::Day, i64::MAX, i64::MAX, i64::MAX);
        assert!(matches!(Room::in_all(&[absurd], Some(Money(i64::MAX))), Room::Exhausted(_)));
    }
}
