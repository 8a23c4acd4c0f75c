//! `galley coherence`: whether a book hangs together.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use super::input;
use crate::domain::BookId;
use crate::engine::Engine;
use crate::service::coherence::{Choice, check, settings};
use crate::service::counts::many;
use crate::tools::coherence::{Finding, Parts, Place, Report, Settings, Verdict};

/// Letters of a quote that are printed; JSON has it whole.
const SHOWN: usize = 240;

/// How a check judges; what is left out is as configured.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Judging {
    /// The coherence score from which the book passes by itself (0–100); else as configured
    #[arg(long, value_name = "SCORE")]
    pub pass: Option<f64>,
    /// The coherence score from which you may approve it (0–100); else as configured
    #[arg(long, value_name = "SCORE")]
    pub borderline: Option<f64>,
    /// Whether passages that appear in your other books count; else as configured
    #[arg(long, value_name = "BOOL")]
    pub other_books: Option<bool>,
}

/// Checks a book's approved pages.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit code 0 when the book passes, 3 when it is borderline or fails.\n\nExamples:\n  \
                        galley coherence the-winter-harbour\n  \
                        galley coherence the-winter-harbour --pass 95 --waive \"f_3b1c0de55aa1=a song\" --json"
)]
pub(super) struct Coherence {
    /// The book; the one touched last if left out
    book: Option<BookId>,
    #[command(flatten)]
    judging: Judging,
    /// Let a finding stand this once, with the reason
    #[arg(long, value_name = "ID=REASON", value_parser = waiver)]
    waive: Vec<(String, String)>,
    /// What a model found, as JSON of the schema `coherence_findings`: TEXT, @FILE, or - for standard input
    #[arg(long, value_name = "JSON")]
    findings: Option<String>,
}

fn waiver(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=').map(|(id, reason)| (id.trim(), reason.trim())) {
        Some((id, reason)) if !id.is_empty() && !reason.is_empty() => Ok((id.to_owned(), reason.to_owned())),
        _ => Err("give the id of the finding, `=`, and the reason".to_owned()),
    }
}

impl Coherence {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let book = match self.book {
            Some(book) => book,
            None => {
                let last = reader.books(false)?.into_iter().next();
                last.ok_or_else(|| Fault::usage("there is no book yet", "make one with `galley book new`"))?
                    .id
            }
        };
        let findings = self.findings.as_deref().map(input::text).transpose()?;
        let once: BTreeMap<String, String> = self.waive.into_iter().collect();
        let Judging { pass, borderline, other_books } = self.judging;
        let settings = settings(&engine.config().coherence, Choice { pass, borderline, other_books });
        let report = check(engine, &book, settings, &once, findings.as_deref())?;
        let mut json = serde_json::to_value(&report).expect("a report is plain data");
        json["book"] = json!(book);
        let fault = match report.verdict {
            Verdict::Pass => None,
            verdict => Some(Fault::incoherent(verdict.name(), &why(&report, &settings))),
        };
        Ok(Answer::new(&json, told(&report)).with_fault(fault))
    }
}

fn why(report: &Report, settings: &Settings) -> String {
    let Report { score, duplicate, .. } = report;
    match report.verdict {
        Verdict::Fail if *duplicate => format!("a passage is repeated; the score is {score}"),
        Verdict::Fail => format!("the score is {score}, below {}", settings.borderline),
        _ => format!("the score is {score}, and {} passes", settings.pass),
    }
}

pub(super) fn told(report: &Report) -> String {
    let Report { score, counts, checked, unverified, .. } = report;
    let Parts { duplication, names, attributes, deaths, timeline } = report.parts;
    let beside = match checked.other_books {
        0 => String::new(),
        1 => ", compared with one other book".to_owned(),
        books => format!(", compared with {books} other books"),
    };
    let mut out = format!(
        "{score} of 100: {}\n{}, {}{beside}\n\nduplication {duplication} · names {names} · attributes {attributes} \
         · deaths {deaths} · timeline {timeline}\n{} high · {} medium · {} low · {} waived\n",
        report.verdict.name(),
        many(checked.pages as u64, "page", "pages"),
        many(checked.words, "word", "words"),
        counts.high,
        counts.medium,
        counts.low,
        counts.waived,
    );
    if *unverified > 0 {
        let _ = writeln!(
            out,
            "{unverified} findings of the model are left out: their quotes are not in the text"
        );
    }
    for finding in &report.findings {
        tell(&mut out, finding);
    }
    out
}

fn tell(out: &mut String, finding: &Finding) {
    let severity = format!("{:?}", finding.severity).to_lowercase();
    let by = if finding.source == "model" { ", by a model" } else { "" };
    let _ = writeln!(out, "\n{severity}{by}  {}  {}", finding.id, finding.message);
    if let Some(reason) = &finding.waived {
        let _ = writeln!(out, "  waived: {reason}");
    }
    for place in &finding.places {
        let Place { label, side, .. } = place;
        let whence = if place.entry.is_some() { "canon" } else { "page" };
        let _ = writeln!(out, "  {side}  {whence} {label}: “{}”", shortened(&place.quote));
    }
}

/// A quote on one line; of a long one, its beginning and its end.
fn shortened(quote: &str) -> String {
    let line = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters: Vec<char> = line.chars().collect();
    if letters.len() <= SHOWN {
        return line;
    }
    let (head, tail) = (&letters[..SHOWN / 2], &letters[letters.len() - SHOWN / 2..]);
    format!(
        "{} … {}",
        head.iter().collect::<String>().trim_end(),
        tail.iter().collect::<String>().trim_start()
    )
}
