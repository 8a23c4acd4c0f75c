//! `galley costs`: what was spent, by day, model, book and chapter.

use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use super::table::Table;
use crate::engine::Engine;
use crate::store::Clock;
use crate::store::rows::SpendRow;

/// Answers.
pub(super) fn run(engine: &Engine) -> Result<Answer, Fault> {
    let reader = engine.store().reader()?;
    let (days, models) = (reader.spend_by_day()?, reader.spend_by_model()?);
    let (books, chapters) = (reader.spend_by_book()?, reader.spend_by_chapter()?);
    let totals = reader.totals(Clock::default().now())?;
    let budget = engine.config().budget_per_day();
    let of_day = budget.map_or("no budget is set".to_owned(), |b| format!("of a budget of {b}"));
    let text = format!(
        "{} today, {of_day}; {} in all\n\n{}\n{}\n{}\n{}",
        totals.spent_today,
        totals.spent,
        tabulated("day (UTC)", &days),
        tabulated("model", &models),
        tabulated("book", &books),
        tabulated("chapter", &chapters)
    );
    let json = json!({
        "days": days, "models": models, "books": books, "chapters": chapters, "totals": totals,
        "budget_per_day": budget,
    });
    Ok(Answer::new(&json, text))
}

fn tabulated(group: &str, rows: &[SpendRow]) -> String {
    let mut table = Table::new(&[group, ">calls", ">tokens in", ">tokens out", ">cost"]);
    for row in rows {
        table.row(&[
            if row.group.is_empty() { "(none)".to_owned() } else { row.group.clone() },
            row.spent.attempts.to_string(),
            row.spent.input_tokens.to_string(),
            row.spent.output_tokens.to_string(),
            row.spent.to_string(),
        ]);
    }
    table.render(&format!("nothing was spent yet by {group}"))
}
