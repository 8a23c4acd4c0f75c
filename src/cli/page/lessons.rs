//! `galley page proposals | accept-proposal | refuse-proposal`: what the author's edits taught.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use crate::analysis::clean_line;
use crate::cli::answer::Answer;
use crate::cli::fault::Fault;
use crate::cli::show;
use crate::domain::run::RunCommand;
use crate::domain::{Command, PageId, ProposalId};
use crate::engine::Engine;
use crate::store::Reader;
use crate::store::rows::ProposalRow;

/// Lists them.
#[derive(Debug, Args)]
pub struct Proposals {
    /// The page's id
    pub(super) page: PageId,
    /// Also those that are decided on, or were taken back with their edit
    #[arg(long)]
    all: bool,
}

impl Proposals {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        show::detail(&reader, &self.page)?;
        let all = reader.proposals(&self.page)?;
        let shown: Vec<&ProposalRow> =
            all.iter().filter(|p| self.all || (p.state == "open" && p.stands)).collect();
        let mut text: String = shown.iter().map(|p| told(p)).collect();
        if text.is_empty() {
            text = "nothing is proposed\n".into();
        }
        Ok(Answer::new(&json!({ "page": self.page, "proposals": shown }), text))
    }
}

fn told(proposal: &ProposalRow) -> String {
    let state = match (proposal.state.as_str(), proposal.stands) {
        ("open", true) => String::new(),
        (state, true) => format!(" · {state}"),
        (state, false) => format!(" · {state}, its edit was undone"),
    };
    let mut out = format!("{}  {} {}{state}\n", proposal.id, proposal.kind, proposal.goes_to());
    let _ = writeln!(out, "  {}", proposal.words.as_ref().unwrap_or(&proposal.text));
    let _ = writeln!(out, "  because {}", proposal.why);
    let _ = writeln!(out, "  in {}: {}", proposal.revision, clean_line(&proposal.quote));
    out
}

/// Takes one.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  galley page accept-proposal harbour_ch_001_page_001 2\n  galley page accept-proposal harbour_ch_001_page_001 2 --words \"Mara has grey eyes.\""
)]
pub struct Accept {
    /// The page's id
    pub(super) page: PageId,
    /// The proposal's id, or its number
    proposal: String,
    /// What the canon should say, in words of yours
    #[arg(long, value_name = "TEXT")]
    words: Option<String>,
}

impl Accept {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let proposal = known(&reader, &self.page, &self.proposal)?;
        let page = self.page.clone();
        let command = Command::AcceptProposal { page, proposal: proposal.clone(), words: self.words };
        let entry = engine.submit(command).wait()?.entry;
        let after = row(&reader, &self.page, &proposal)?;
        let name = after.entry_name.clone().unwrap_or_default();
        let text = format!("{name} says it now ({})\n", entry.as_ref().map_or("", |e| e.as_str()));
        Ok(Answer::new(&after, text))
    }
}

/// Does without one.
#[derive(Debug, Args)]
pub struct Refuse {
    /// The page's id
    pub(super) page: PageId,
    /// The proposal's id, or its number
    proposal: String,
}

impl Refuse {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let proposal = known(&reader, &self.page, &self.proposal)?;
        let command = RunCommand::RefuseProposal { proposal: proposal.clone() };
        engine.submit(Command::Page { page: self.page.clone(), command }).wait()?;
        let after = row(&reader, &self.page, &proposal)?;
        Ok(Answer::new(&after, format!("{proposal} is refused\n")))
    }
}

/// Finds a proposal by its id or its number among those of the page.
fn known(reader: &Reader, page: &PageId, given: &str) -> Result<ProposalId, Fault> {
    show::detail(reader, page)?;
    let end = format!(".p{}", given.trim_start_matches('p'));
    let all = reader.proposals(page)?;
    let found = all.into_iter().find(|p| p.id.as_str() == given || p.id.as_str().ends_with(&end));
    found.map(|p| p.id).ok_or_else(|| Fault::not_found("proposal", given))
}

fn row(reader: &Reader, page: &PageId, id: &ProposalId) -> Result<ProposalRow, Fault> {
    let found = reader.proposals(page)?.into_iter().find(|p| p.id == *id);
    found.ok_or_else(|| Fault::not_found("proposal", id.as_str()))
}
