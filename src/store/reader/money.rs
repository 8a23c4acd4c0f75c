//! What was spent, and the canon that a prompt is made of.

use super::{Read, Reader, unsigned};
use crate::domain::{BookId, Money};
use crate::store::rows::SpendRow;

impl Reader {
    /// What prompts to a model really took over what was estimated, 1 while nothing is known (0.3–3).
    pub fn token_factor(&self, model: &str) -> Read<f64> {
        let sql =
            "SELECT CAST(actual AS REAL) / estimated FROM token_factors WHERE model = ?1 AND estimated > 0";
        let factor: Option<f64> = self.one(sql, [model], |row| row.get(0))?;
        Ok(factor.map_or(1.0, |f| f.clamp(0.3, 3.0)))
    }

    /// What each UTC day cost, the newest first.
    pub fn spend_by_day(&self) -> Read<Vec<SpendRow>> {
        self.spend("day", "day DESC")
    }

    /// What each model cost, the dearest first.
    pub fn spend_by_model(&self) -> Read<Vec<SpendRow>> {
        self.spend("model", "sum(cost) DESC, model")
    }

    /// What each book cost, the dearest first.
    pub fn spend_by_book(&self) -> Read<Vec<SpendRow>> {
        self.spend("book", "sum(cost) DESC, book")
    }

    fn spend(&self, group: &str, order: &str) -> Read<Vec<SpendRow>> {
        let sql = format!(
            "SELECT {group}, sum(attempts), sum(input_tokens), sum(output_tokens), sum(cost), sum(unknown)
             FROM spend GROUP BY {group} ORDER BY {order}"
        );
        self.all(&sql, [], |row| {
            Ok(SpendRow {
                group: row.get(0)?,
                attempts: row.get(1)?,
                input_tokens: unsigned(row, 2)?,
                output_tokens: unsigned(row, 3)?,
                cost: Money(row.get(4)?),
                unknown: row.get(5)?,
            })
        })
    }

    /// What a book cost so far.
    pub fn book_spent(&self, book: &BookId) -> Read<Money> {
        let sql = "SELECT coalesce(sum(cost), 0) FROM spend WHERE book = ?1";
        Ok(Money(self.one(sql, [book.as_str()], |row| row.get(0))?.unwrap_or(0)))
    }
}
