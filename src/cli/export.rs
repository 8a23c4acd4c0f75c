//! `galley export`: a chapter's pages as Markdown.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use crate::domain::ChapterId;
use crate::engine::Engine;
use crate::service::export::{Exported, export};
use crate::service::files::Target;

/// Exports.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  galley export --chapter the-winter-harbour_ch_001 --out ice.md")]
pub(super) struct Export {
    /// The chapter
    #[arg(long, value_name = "ID")]
    chapter: ChapterId,
    /// Write to this file, as a whole or not at all; to standard output if left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite the file that --out names
    #[arg(long, requires = "out")]
    force: bool,
    /// Also the texts of pages that are not approved yet, to read the chapter through
    #[arg(long)]
    drafts: bool,
}

impl Export {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let target = self.out.as_deref().map(|path| Target::check(path, self.force)).transpose()?;
        let exported = export(engine, &self.chapter, self.drafts)?;
        let Some(target) = target else { return Ok(Answer::new(&exported, exported.markdown.as_str())) };
        target.write(exported.markdown.as_bytes())?;
        let Exported { chapter, pages, left_out, .. } = exported;
        let file = target.path().display();
        let json = json!({"chapter": chapter, "pages": pages, "left_out": left_out, "out": file.to_string()});
        Ok(Answer::new(&json, format!("{pages} pages in {file}; {left_out} are left out\n")))
    }
}
