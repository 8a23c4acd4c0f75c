//! The parent's own list of what it asked and what it was answered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::record::Record;
use crate::wire::{Mark, Order, Said, Sent};

#[derive(Default)]
pub struct Ledger {
    /// Everything that was ever asked, by its name.
    pub sent: HashMap<String, Sent>,
    /// Asked, and not yet answered, in the order of asking.
    open: BTreeMap<u32, String>,
    /// What was carried out, with its events.
    answered: HashMap<String, Vec<Mark>>,
    refused: BTreeSet<String>,
    /// Handed to the store by the child that lives, or lived last.
    taken: BTreeSet<String>,
    /// Asked again, with the lines that were in the journal by then.
    again: HashMap<String, Vec<usize>>,
    next: u32,
    pub found_in: usize,
    pub found_out: usize,
}

impl Ledger {
    /// Names a command and notes it as asked.
    pub fn ask(&mut self, order: Order) -> Sent {
        self.next += 1;
        let sent = Sent { id: format!("parent-{}", self.next), order };
        self.open.insert(self.next, sent.id.clone());
        self.sent.insert(sent.id.clone(), sent.clone());
        sent
    }

    /// Gives a number that was not given before.
    pub fn serial(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    pub fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// The next child has taken nothing yet.
    pub fn forget_taken(&mut self) {
        self.taken.clear();
    }

    /// Returns whether the store has something that is not answered yet.
    pub fn is_in_commit(&self) -> bool {
        self.open.values().any(|id| self.taken.contains(id))
    }

    pub fn open(&self) -> usize {
        self.open.len()
    }

    pub fn answered(&self) -> usize {
        self.answered.len()
    }

    pub fn refused(&self) -> usize {
        self.refused.len()
    }

    /// Notes what the child said.
    pub fn hear(&mut self, said: Said) {
        match said {
            Said::Ready => {}
            Said::Taken(ids) => self.taken.extend(ids),
            Said::Answered { id, repeated, events } => {
                self.close(&id);
                match self.again.get(&id) {
                    Some(before) if !before.is_empty() => {
                        assert!(repeated, "{id} was carried out before and is not known as repeated");
                    }
                    _ => {
                        assert!(events.is_empty() || !repeated, "{id} was asked once and counts as repeated");
                    }
                }
                self.answered.insert(id, events);
            }
            Said::Refused { id, kind } => {
                self.close(&id);
                let before = self.again.get(&id);
                let carried_out = before.is_some_and(|lines| !lines.is_empty());
                assert!(!carried_out, "{id} was carried out and is now refused: {kind}");
                self.refused.insert(id);
            }
            other @ (Said::Failed { .. } | Said::Notice(_) | Said::Panicked(_)) => {
                panic!("trouble in the child: {other:?}")
            }
        }
    }

    fn close(&mut self, id: &str) {
        let number = self.open.iter().find(|(_, open)| *open == id).map(|(number, _)| *number);
        let number = number.unwrap_or_else(|| panic!("{id} was answered twice"));
        self.open.remove(&number);
    }

    /// Returns what was never answered, to be asked again under the same names; notes what the journal has of it.
    pub fn ask_again(&mut self, record: &Record) -> Vec<Sent> {
        let open: Vec<String> = self.open.values().cloned().collect();
        for id in &open {
            let lines = record.by_command.get(id).cloned().unwrap_or_default();
            *if lines.is_empty() { &mut self.found_out } else { &mut self.found_in } += 1;
            self.again.insert(id.clone(), lines);
        }
        open.iter().map(|id| self.sent[id].clone()).collect()
    }

    /// Holds the journal against the list.
    pub fn check(&self, record: &Record) {
        for (id, events) in &self.answered {
            let lines = record.by_command.get(id).map(Vec::as_slice).unwrap_or_default();
            let marks: Vec<&Mark> = lines.iter().map(|line| &record.lines[*line]).collect();
            assert_eq!(marks, events.iter().collect::<Vec<_>>(), "{id} was answered and is lost");
            // Where the first answer was lost in a kill, what the journal had then is all that it has.
            if let Some(before) = self.again.get(id).filter(|before| !before.is_empty()) {
                assert_eq!(lines, before, "{id} was carried out again");
            }
        }
        for id in &self.refused {
            assert!(!record.by_command.contains_key(id), "{id} was refused and is in the journal");
        }
        for (id, lines) in &record.by_command {
            let two_streams = matches!(
                self.sent[id].order,
                Order::NewPage { .. } | Order::Trash { .. } | Order::BringBack { .. }
            );
            let streams: BTreeSet<&str> = lines.iter().map(|l| record.lines[*l].stream.as_str()).collect();
            assert_eq!(streams.len(), if two_streams { 2 } else { 1 }, "{id} is in the journal in part");
        }
    }
}
