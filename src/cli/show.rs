//! How rows read to people.

use std::fmt::Write as _;

use super::answer::Answer;
use super::fault::Fault;
use super::table::Table;
use crate::domain::{Attention, BudgetOf, Choice, PageId, Time};
use crate::engine::{Engine, Unasked};
use crate::service::counts::many;
use crate::store::Reader;
use crate::store::rows::{BookRow, ChapterRow, PageDetail, PageRow, StepRow};

/// Returns the answer about a page: where it stands, and what can be done.
pub(super) fn page(detail: &PageDetail) -> Answer {
    let json = serde_json::to_value(&detail.page).map(|mut json| {
        json["steps"] = serde_json::to_value(&detail.steps).unwrap_or_default();
        json["unasked"] = unasked(detail).map_or(serde_json::Value::Null, |u| {
            let outside =
                super::desk::diff_told(&u.changes).enumerate().filter(|(at, _)| u.outside.contains(at));
            serde_json::to_value(outside.map(|(_, change)| change).collect::<Vec<_>>()).unwrap_or_default()
        });
        json["revision"] =
            serde_json::to_value(open_gate(detail).and_then(|s| s.revision.as_ref())).unwrap_or_default();
        json
    });
    let json = json.expect("rows are plain data");
    Answer::new(&json, page_text(detail))
}

/// Reads what there is to say of a page.
pub(super) fn detail(reader: &Reader, id: &PageId) -> Result<PageDetail, Fault> {
    reader.page_detail(id)?.ok_or_else(|| Fault::not_found("page", id.as_str()))
}

/// Reads a page and answers about it.
pub(super) fn page_now(engine: &Engine, id: &PageId) -> Result<Answer, Fault> {
    Ok(page(&detail(&engine.store().reader()?, id)?))
}

/// Returns the main step whose gate is open.
pub(super) fn open_gate(detail: &PageDetail) -> Option<&StepRow> {
    detail.steps.iter().find(|s| !s.advisory && s.phase == "gate")
}

/// Returns what the text at the gate changed though it was not asked to.
fn unasked(detail: &PageDetail) -> Option<Unasked> {
    let step = open_gate(detail)?;
    let texts = [&detail.narration, &detail.dialogue];
    let made = texts.into_iter().flatten().find(|t| t.revision.step == step.step)?;
    Unasked::of(made)
}

fn page_text(detail: &PageDetail) -> String {
    let page = &detail.page;
    let mut out = format!("{}  {}{}\n", page.id, page.state, badges(page));
    let mut facts = Vec::new();
    for (step, made) in [("narration", &detail.narration), ("dialogue", &detail.dialogue)] {
        if let Some(made) = made {
            let row = &made.revision;
            facts.push(format!(
                "{step} {}: {} by {}",
                row.number,
                many(row.words.into(), "word", "words"),
                row.model
            ));
        }
    }
    facts.push(format!("{} of {} revision requests", page.revision_requests, page.revision_limit));
    facts.push(format!("{} tokens", page.spent.tokens()));
    facts.push(page.spent.to_string());
    let _ = writeln!(out, "  {}", facts.join(" · "));
    if let Some(attention) = &page.attention {
        let _ = writeln!(out, "  {}: {}", attention.step, attention.message);
        let _ = writeln!(out, "  next: {}", choices(page.id.as_str(), attention));
    } else if let Some(step) = open_gate(detail) {
        let revision = step.revision.as_ref().map_or("", |r| r.as_str());
        let _ = writeln!(out, "  {} {revision} waits for you", step.step);
        if let Some(unasked) = unasked(detail) {
            let count = unasked.outside.len();
            let _ =
                writeln!(out, "  UNREQUESTED: {count} of its changes are outside the passages you sent back");
            let _ =
                writeln!(out, "  next: galley page take {} --from {revision} --refuse unrequested", page.id);
        }
        let _ =
            writeln!(out, "  next: galley page approve {id} | revise {id} --feedback \"…\"", id = page.id);
    }
    out
}

/// Returns the marks behind a page's state.
fn badges(page: &PageRow) -> &'static str {
    match (page.trashed, page.set_aside, page.stale > 0) {
        (true, _, _) => "  (in the trash)",
        (false, true, false) => "  (deferred)",
        (false, true, true) => "  (deferred, stale)",
        (false, false, true) => "  (stale)",
        (false, false, false) => "",
    }
}

/// Returns what can be done about a page that needs its author, as commands.
pub(super) fn choices(page: &str, attention: &Attention) -> String {
    // A run's id may be the author's own, but never one that a page could have.
    let is_run = !page.contains("_page_");
    let what = if is_run { "run" } else { "page" };
    let command = |choice: &Choice| match choice {
        Choice::SetBeat => format!("galley page beat {page} --beat \"…\""),
        Choice::Retry => format!("galley {what} retry {page}"),
        Choice::Write if is_run => format!("galley run write {page} --text @FILE"),
        Choice::Write => format!("galley page write {page} --file F"),
        Choice::ChangeModel if is_run => format!("galley run model {page} --model PROVIDER/MODEL"),
        Choice::ChangeModel => format!("galley page model {page} PROVIDER/MODEL"),
        Choice::Skip => format!("galley {what} skip {page}"),
        Choice::RaiseBudget => match &attention.budget {
            Some(BudgetOf::Book(book)) => format!("galley book settings {book} --budget DOLLARS"),
            Some(BudgetOf::Day) | None => "galley config budget DOLLARS".to_owned(),
        },
    };
    attention.choices.iter().map(command).collect::<Vec<_>>().join(" | ")
}

/// Tabulates books.
pub(super) fn books(rows: &[BookRow]) -> String {
    let mut table =
        Table::new(&["id", "title", ">chapters", ">pages", ">approved", ">words", ">spent", "touched"]);
    for b in rows {
        table.row(&[
            b.id.to_string(),
            titled(&b.title, b.trashed),
            b.chapters.to_string(),
            b.pages.to_string(),
            b.approved.to_string(),
            b.words.to_string(),
            b.spent.to_string(),
            time(b.updated_at),
        ]);
    }
    table.render("there are no books; `galley book new \"TITLE\"` makes one")
}

/// Tabulates chapters.
pub(super) fn chapters(rows: &[ChapterRow]) -> String {
    let mut table = Table::new(&[
        ">no",
        "id",
        "title",
        ">pages",
        ">approved",
        ">for you",
        ">writing",
        ">words",
        ">spent",
    ]);
    for c in rows {
        table.row(&[
            number(c.number),
            c.id.to_string(),
            titled(&c.title, c.trashed),
            c.pages.to_string(),
            c.approved.to_string(),
            (c.reviewing + c.waiting).to_string(),
            c.generating.to_string(),
            c.words.to_string(),
            c.spent.to_string(),
        ]);
    }
    table.render("there are no chapters; `galley chapter new --book ID \"TITLE\"` makes one")
}

/// Tabulates pages.
pub(super) fn pages(rows: &[PageRow]) -> String {
    let mut table = Table::new(&[">no", "id", "state", ">words", "title or beat"]);
    for p in rows {
        let mut state = format!("{}{}", p.state, badges(p));
        if let Some(attention) = &p.attention {
            state = format!("{state} ({})", attention.reason.name());
        }
        let name = if p.title.is_empty() { &p.beat } else { &p.title };
        table.row(&[number(p.number), p.id.to_string(), state, p.words.to_string(), shortened(name, 60)]);
    }
    table.render("there are no pages; `galley page start --chapter ID --beat \"…\"` starts one")
}

fn number(number: u32) -> String {
    if number == 0 { "–".into() } else { number.to_string() }
}

fn titled(title: &str, trashed: bool) -> String {
    if trashed { format!("{title} (in the trash)") } else { title.to_owned() }
}

/// Cuts a line for a table, by characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most - 1).collect();
    format!("{}…", cut.trim_end())
}

/// Returns how long something has waited: `3 min`.
pub(super) fn age(ms: i64) -> String {
    let minutes = ms / 60_000;
    match minutes {
        0 => "now".into(),
        1..60 => format!("{minutes} min"),
        60..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}

/// Returns a time as people read it, to the minute: `2026-11-20 13:48 UTC`.
pub(super) fn time(time: Time) -> String {
    let whole = time.to_string();
    let (day, clock) = whole.split_once('T').unwrap_or((&whole, ""));
    format!("{day} {} UTC", clock.get(..5).unwrap_or(clock))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_to_the_minute_and_long_lines_are_cut() {
        assert_eq!(time(Time(1_795_182_497_042)), "2026-11-20 13:48 UTC");
        assert_eq!(shortened("Mara finds the boat", 10), "Mara find…");
        assert_eq!(shortened("冬の港", 3), "冬の港");
    }
}
