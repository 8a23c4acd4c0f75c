//! `galley export`: a chapter's pages as Markdown.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::fault::Fault;
use crate::domain::ChapterId;
use crate::engine::Engine;
use crate::store::rows::PageText;

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
    /// Also the texts of pages that are not approved yet, to read the chapter through
    #[arg(long)]
    drafts: bool,
}

impl Export {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let reader = engine.store().reader()?;
        let chapter = reader.chapter(&self.chapter)?;
        let chapter = chapter.ok_or_else(|| Fault::not_found("chapter", self.chapter.as_str()))?;
        let texts = reader.chapter_texts(&self.chapter, !self.drafts)?;
        let markdown = markdown(&chapter.title, &texts);
        let (pages, left_out) =
            (texts.len(), chapter.pages as usize - texts.len().min(chapter.pages as usize));
        let mut json = json!({ "chapter": chapter.id, "pages": pages, "left_out": left_out });
        match &self.out {
            None => json["markdown"] = markdown.as_str().into(),
            Some(path) => {
                write_whole(path, &markdown).map_err(|e| {
                    let message = format!("{} cannot be written: {e}", path.display());
                    Fault::usage(message, "check the folder, or leave --out away to print")
                })?;
                json["out"] = path.display().to_string().into();
            }
        }
        let text = match &self.out {
            None => markdown,
            Some(path) => format!("{pages} pages in {}; {left_out} are not approved yet\n", path.display()),
        };
        Ok(Answer::new(&json, text))
    }
}

/// Puts a chapter together: its title, then its pages, a scene break between them.
fn markdown(title: &str, texts: &[PageText]) -> String {
    let mut out = format!("# {title}\n");
    for (index, page) in texts.iter().filter(|t| !t.text.trim().is_empty()).enumerate() {
        out.push_str(if index == 0 { "\n" } else { "\n* * *\n\n" });
        out.push_str(page.text.trim_matches('\n'));
        out.push('\n');
    }
    out
}

fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let mut file = File::create(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}
