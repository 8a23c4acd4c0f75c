//! `galley page start | new | beat`: how a page begins.

use clap::Args;
use serde_json::json;

use crate::cli::answer::Answer;
use crate::cli::drive::{self, Detach};
use crate::cli::fault::Fault;
use crate::cli::{input, show};
use crate::domain::page::paragraphs;
use crate::domain::run::RunCommand;
use crate::domain::{ChapterId, Command, PageId};
use crate::engine::Engine;

const START: &str = "\
Examples:
  galley page start --chapter the-winter-harbour_ch_001 --beat \"Mara finds the boat\"
  galley page start --chapter the-winter-harbour_ch_001 --beat @beats.txt --split --detach
  pbpaste | galley page start --chapter the-winter-harbour_ch_001 --beat -";

/// Makes pages from beats.
#[derive(Debug, Args)]
#[command(after_help = START)]
pub struct Start {
    /// The chapter it belongs to
    #[arg(long, value_name = "ID")]
    chapter: ChapterId,
    /// What happens on the page: a text, @FILE or - for standard input
    #[arg(long, value_name = "TEXT")]
    beat: String,
    /// A title, if it should have one
    #[arg(long, conflicts_with = "split")]
    title: Option<String>,
    /// Its place in the chapter, from 1; last if left out
    #[arg(long, value_name = "NUMBER")]
    position: Option<usize>,
    /// Each paragraph of the text is the beat of a page of its own
    #[arg(long)]
    split: bool,
    #[command(flatten)]
    detach: Detach,
}

impl Start {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let beat = input::text(&self.beat)?;
        let chapter = self.chapter.clone();
        if !self.split {
            let page = make(engine, chapter, self.title.unwrap_or_default(), Some(beat), self.position)?;
            return drive::to_rest(engine, &page, self.detach);
        }
        let commands: Vec<Command> = paragraphs(&beat)
            .enumerate()
            .map(|(index, beat)| {
                let position = self.position.map(|first| first + index);
                let (chapter, beat) = (chapter.clone(), Some(beat.to_owned()));
                Command::NewPage { chapter, title: String::new(), beat, position }
            })
            .collect();
        if commands.is_empty() {
            return Err(crate::domain::Refusal::EmptyText.into());
        }
        // All are made, or none is; a conductor elsewhere works on several at once.
        let made = engine.submit_together(commands).wait()?;
        let pages: Vec<PageId> = made.into_iter().filter_map(|answer| answer.page).collect();
        let mut answers = Vec::new();
        for page in &pages {
            answers.push(drive::to_rest(engine, page, self.detach)?);
        }
        let text: String = answers.iter().map(|a| a.text.as_str()).collect();
        let fault = answers.iter_mut().find_map(|a| a.fault.take());
        let json: Vec<_> = answers.into_iter().map(|a| a.json).collect();
        Ok(Answer::new(&json!({ "pages": json }), text).with_fault(fault))
    }
}

/// Makes a page without a beat.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  galley page new --chapter the-winter-harbour_ch_001 --position 2")]
pub struct New {
    /// The chapter it belongs to
    #[arg(long, value_name = "ID")]
    chapter: ChapterId,
    /// A title, if it should have one
    #[arg(long)]
    title: Option<String>,
    /// Its place in the chapter, from 1; last if left out
    #[arg(long, value_name = "NUMBER")]
    position: Option<usize>,
}

impl New {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let page = make(engine, self.chapter, self.title.unwrap_or_default(), None, self.position)?;
        show::page_now(engine, &page)
    }
}

/// Says what happens on a page.
#[derive(Debug, Args)]
#[command(after_help = "What is approved already stays; undo its approval, or revise it, to regenerate it.")]
pub struct Beat {
    /// The page's id
    pub(super) page: PageId,
    /// What happens on the page: a text, @FILE or - for standard input
    #[arg(long = "beat", value_name = "TEXT")]
    text: String,
    #[command(flatten)]
    detach: Detach,
}

impl Beat {
    pub fn run(self, engine: &Engine) -> Result<Answer, Fault> {
        let text = input::text(&self.text)?;
        drive::command(engine, &self.page, RunCommand::SetBeat { text }, self.detach)
    }
}

fn make(
    engine: &Engine,
    chapter: ChapterId,
    title: String,
    beat: Option<String>,
    position: Option<usize>,
) -> Result<PageId, Fault> {
    let command = Command::NewPage { chapter, title, beat, position };
    let answer = engine.submit(command).wait()?;
    Ok(answer.page.expect("a new page has an id"))
}
