//! What was spent, the budgets, and how estimates of tokens are corrected.

use std::collections::HashMap;

use rusqlite::{Params, Row};

use super::{Read, Reader, unsigned};
use crate::domain::{BookId, ChapterId, Money, RunId, Spending, StepName, Time};
use crate::store::rows::SpendRow;

/// A sum of rows of `spend`. `sum` would end a query whose numbers overflow; the cast ends at the largest number.
const SUM: &str =
    "CAST(total(cost) AS INTEGER), CAST(total(attempts) AS INTEGER), CAST(total(input_tokens) AS INTEGER),
        CAST(total(output_tokens) AS INTEGER), CAST(total(unknown) AS INTEGER)";

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
        self.spend_by("day", "day DESC")
    }

    /// What each model cost, the dearest first.
    pub fn spend_by_model(&self) -> Read<Vec<SpendRow>> {
        self.spend_by("model", "total(cost) DESC, model")
    }

    /// What each book cost, the dearest first.
    pub fn spend_by_book(&self) -> Read<Vec<SpendRow>> {
        self.spend_by("book", "total(cost) DESC, book")
    }

    /// What each chapter cost, in the order of their ids.
    pub fn spend_by_chapter(&self) -> Read<Vec<SpendRow>> {
        let rows = self.spend_by("chapter", "chapter")?;
        Ok(rows.into_iter().filter(|row| !row.group.is_empty()).collect())
    }

    fn spend_by(&self, group: &str, order: &str) -> Read<Vec<SpendRow>> {
        let sql = format!("SELECT {SUM}, {group} FROM spend GROUP BY {group} ORDER BY {order}");
        self.all(&sql, [], |row| Ok(SpendRow { group: row.get(5)?, spent: spending(row, 0)? }))
    }

    /// What a book cost so far.
    pub fn book_spent(&self, book: &BookId) -> Read<Spending> {
        self.spent("WHERE book = ?1", [book.as_str()])
    }

    /// What was spent in a chapter so far.
    pub(super) fn chapter_spent(&self, chapter: &ChapterId) -> Read<Spending> {
        self.spent("WHERE chapter = ?1", [chapter.as_str()])
    }

    /// What was spent on everything.
    pub(super) fn spent_in_all(&self) -> Read<Spending> {
        self.spent("", [])
    }

    /// What was spent on the UTC day of a time.
    pub(super) fn spent_on(&self, day: Time) -> Read<Spending> {
        self.spent("WHERE day = ?1", [day.day()])
    }

    fn spent(&self, which: &str, params: impl Params) -> Read<Spending> {
        let found = self.one(&format!("SELECT {SUM} FROM spend {which}"), params, |row| spending(row, 0))?;
        Ok(found.unwrap_or_default())
    }

    /// What all books cost, or all chapters of one.
    pub(super) fn spent_of_each(&self, book: Option<&BookId>) -> Read<HashMap<String, Spending>> {
        let read = |row: &Row<'_>| Ok((row.get(5)?, spending(row, 0)?));
        let all = match book {
            None => self.all(&format!("SELECT {SUM}, book FROM spend GROUP BY book"), [], read)?,
            Some(book) => {
                // By the chapter's id: one that is looked for by its book's would be read row by row.
                let sql = format!(
                    "SELECT {SUM}, c.id FROM chapters c JOIN spend s ON s.chapter = c.id WHERE c.book = ?1 GROUP BY c.id"
                );
                self.all(&sql, [book.as_str()], read)?
            }
        };
        Ok(all.into_iter().collect())
    }

    /// The budgets of books that have one.
    pub fn book_budgets(&self) -> Read<Vec<(BookId, Money)>> {
        let sql = "SELECT id, settings ->> '$.budget' FROM books WHERE settings ->> '$.budget' IS NOT NULL ORDER BY id";
        self.all(sql, [], |row| Ok((BookId::new(row.get::<_, String>(0)?), Money(row.get(1)?))))
    }

    /// Steps that need their author, of one run or of all.
    pub fn steps_in_need(&self, run: Option<&RunId>) -> Read<Vec<(RunId, StepName)>> {
        let sql = "SELECT r.id, s.name FROM steps s JOIN runs r ON r.n = s.run
                   WHERE s.phase = 'needs_author' AND (?1 IS NULL OR r.id = ?1) ORDER BY s.run, s.position";
        self.all(sql, [run.map(RunId::as_str)], |row| {
            Ok((RunId::new(row.get::<_, String>(0)?), StepName::new(row.get::<_, String>(1)?)))
        })
    }
}

/// Reads the columns of [`SUM`].
pub(super) fn spending(row: &Row<'_>, first: usize) -> rusqlite::Result<Spending> {
    Ok(Spending { cost: Money(row.get(first)?), ..counts(row, first + 1)? })
}

/// Reads attempts, tokens in, tokens out and unknown costs.
pub(super) fn counts(row: &Row<'_>, first: usize) -> rusqlite::Result<Spending> {
    let small = |column| unsigned(row, column).map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    Ok(Spending {
        attempts: small(first)?,
        input_tokens: unsigned(row, first + 1)?,
        output_tokens: unsigned(row, first + 2)?,
        cost: Money::ZERO,
        unknown: small(first + 3)?,
    })
}
