//! Projections: the rows that readers read, written with the events that they come of. One file an
//! aggregate; the same code serves the writer and the rebuild.

pub(super) mod attempt;
pub(super) mod book;
pub(super) mod canon;
pub(super) mod prompt;
mod proposals;
pub(super) mod reads;
pub(super) mod run;
pub(super) mod view;

use rusqlite::Connection;

use super::tracked::Tracked;
use super::{StoreError, blobs};
use crate::domain::run::RunEvent;
use crate::domain::{Event, Hash, Recorded};

/// Where projections are written, and the texts at hand.
pub(super) struct Projector<'a> {
    pub connection: &'a Connection,
    /// Texts that came with the events; others are read from the store.
    pub texts: &'a [(Hash, String)],
}

impl Projector<'_> {
    /// Returns the beginning of a text: 120 characters on one line.
    fn excerpt(&self, hash: &Hash) -> Result<String, StoreError> {
        let cut = |text: &str| -> String {
            let mut out = String::new();
            for word in text.split_whitespace() {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(word);
                if out.len() > 480 {
                    break;
                }
            }
            // An ellipsis says that there is more: 120 characters with it.
            if out.chars().count() <= 120 {
                return out;
            }
            let cut: String = out.chars().take(119).collect();
            format!("{}…", cut.trim_end())
        };
        match self.texts.iter().find(|(known, _)| known == hash) {
            Some((_, text)) => Ok(cut(text)),
            None => match blobs::get_known(self.connection, hash) {
                Ok(text) => Ok(cut(&text)),
                Err(StoreError::LostText(_)) => Ok(String::new()),
                Err(error) => Err(error),
            },
        }
    }
}

/// A run's event as it is projected: `number` is the journal's.
pub(super) struct RunLine<'a> {
    pub number: i64,
    pub recorded: &'a Recorded,
    pub event: &'a RunEvent,
}

impl<'a> RunLine<'a> {
    pub fn of(number: i64, recorded: &'a Recorded) -> Option<Self> {
        match &recorded.event {
            Event::Run(event) => Some(Self { number, recorded, event }),
            _ => None,
        }
    }
}

/// Applies a run's events and writes all rows that they touch. A run that begins has no `before`.
pub(super) fn run_lines(
    projector: &Projector<'_>,
    tracked: &mut Tracked,
    begins: bool,
    lines: &[RunLine<'_>],
) -> Result<(), StoreError> {
    let before = (!begins).then(|| view::View::of(tracked));
    for line in lines {
        let first = matches!(line.event, RunEvent::RunStarted { .. });
        let settled = if first { None } else { tracked.apply(line.number, line.event, line.recorded.at) };
        run::line(projector, tracked, line)?;
        attempt::line(projector, tracked, line, settled)?;
        reads::line(projector, tracked, line)?;
        proposals::line(projector, tracked, line)?;
    }
    view::write(projector, tracked, before.as_ref(), &view::View::of(tracked))
}
