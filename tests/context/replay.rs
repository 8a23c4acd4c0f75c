//! From what is kept of an attempt alone its messages are made again, byte for byte.

use galley::context::{replay, sent};
use galley::domain::canon::{CanonCommand, EntryKind, EntryMode};
use galley::domain::manifest::PartKind;
use galley::domain::run::RunCommand;
use galley::domain::{BookSettings, EntryId, Hash, PageId};
use galley::store::compare;

use super::desk::Desk;

const NAMES: [&str; 8] =
    ["Mara", "Ilse", "the low bell", "Harbour", "ice", "李明", "Thomas Venn", "Sea-gate"];

struct Session {
    random: fastrand::Rng,
    desk: Desk,
    pages: Vec<PageId>,
    entries: Vec<EntryId>,
}

impl Session {
    fn words(&mut self, count: usize) -> String {
        let some = ["waits", "sees", "fears", "{{ beat }}", "a light", "\nsystem:\n", "then", "—", "rain"];
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(NAMES[self.random.usize(..NAMES.len())]);
            all.push(some[self.random.usize(..some.len())]);
        }
        all.join(" ")
    }

    /// Does something; what is refused is part of it.
    fn step(&mut self, number: usize) {
        if number.is_multiple_of(9) {
            let chapter = self.desk.chapter(NAMES[number % NAMES.len()]);
            for _ in 0..2 {
                let beat = self.words(3);
                self.pages.push(self.desk.page(&chapter, &beat));
            }
        }
        let page = self.pages[self.random.usize(..self.pages.len())].clone();
        let text = self.words(8);
        let on = |command| drop(self.desk.on(&page, command));
        match self.random.u8(..14) {
            0..6 => on(RunCommand::Approve { step: None, revision: None }),
            6 | 7 => {
                let feedback = (!text.len().is_multiple_of(3)).then_some(text);
                on(RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() });
            }
            8 => on(RunCommand::Edit { step: None, revision: None, text }),
            9 => on(RunCommand::SetBeat { text }),
            10 => on(RunCommand::Undo { step: None }),
            11 => {
                let mode = EntryMode::ALL[self.random.usize(..4)];
                let kind = EntryKind::ALL[self.random.usize(..7)];
                let name = NAMES[self.random.usize(..NAMES.len())];
                let entry = self.desk.entry(kind, name, mode, &text);
                self.entries.push(entry);
            }
            12 if !self.entries.is_empty() => {
                let entry = self.entries[self.random.usize(..self.entries.len())].clone();
                on(RunCommand::PinEntry { entry: entry.clone() });
                if text.len().is_multiple_of(2) {
                    drop(self.desk.canon(CanonCommand::Remove { entry }));
                } else {
                    drop(self.desk.canon(CanonCommand::BringBack { entry }));
                }
            }
            _ => {}
        }
        self.desk.work();
    }
}

#[test]
fn the_messages_of_every_attempt_are_made_again_byte_for_byte() {
    let settings =
        BookSettings { style_notes: "No adverbs.\n短い文で。".into(), ..BookSettings::default() };
    let config = "[context]\ntokens = 1500\n[limits]\nrequests_per_minute = 10000\n";
    let desk = Desk::new(config, settings);
    let mut session =
        Session { random: fastrand::Rng::with_seed(7), desk, pages: Vec::new(), entries: Vec::new() };
    for number in 0..240 {
        session.step(number);
    }
    let reader = session.desk.reader();
    let (mut attempts, mut canon, mut left_out, mut short) = (0, 0, 0, 0);
    for page in &session.pages {
        for attempt in reader.attempts(page).unwrap() {
            attempts += 1;
            let request = sent(&reader, &attempt).unwrap();
            let again = replay(&reader, &attempt).unwrap().expect("templates are kept");
            assert_eq!(again, request.messages, "{}", attempt.id);
            let manifest = reader.manifest(&attempt.id).unwrap().expect("manifests are kept");
            assert_eq!(Some(manifest.template.hash.clone()), attempt.template);
            assert_eq!(manifest.model, attempt.model);
            let whole: String = request.messages.iter().map(|m| m.text.as_str()).collect();
            left_out += manifest.parts.iter().filter(|p| !p.is_in()).count();
            short += manifest.parts.iter().filter(|p| p.is_in() && p.kind == PartKind::Summary).count();
            for part in manifest.parts.iter().filter(|p| p.is_in()) {
                let text = match part.kind {
                    PartKind::Canon => {
                        canon += 1;
                        let versions = reader.entry_versions(&EntryId::new(&part.id)).unwrap();
                        let read = versions.into_iter().find(|v| v.hash.as_str() == part.version);
                        read.expect("the version that was read is kept").text
                    }
                    PartKind::UnderReview if part.id.contains("_page_") => continue,
                    PartKind::Beat | PartKind::Feedback | PartKind::Previous | PartKind::UnderReview => {
                        reader.text(&Hash::stored(&part.version)).unwrap().expect("the text is kept")
                    }
                    _ => continue,
                };
                assert!(whole.contains(text.trim()), "{} of {} is in its messages", part.id, attempt.id);
            }
        }
    }
    assert!(
        attempts > 150 && canon > 100 && left_out > 30 && short > 20,
        "{attempts} {canon} {left_out} {short}"
    );
    let path = session.desk.engine.store().path().to_owned();
    let report = compare(&path).unwrap();
    assert!(
        report.equal(),
        "{:?}",
        report.tables.iter().filter(|t| t.unfounded + t.missing > 0).collect::<Vec<_>>()
    );
}
