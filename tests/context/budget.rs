//! The budget is kept, and what has no room is said.

use std::sync::{Arc, Mutex};

use galley::domain::canon::{EntryKind, EntryMode};
use galley::domain::manifest::{Part, PartKind, Why};
use galley::domain::run::RunCommand;
use galley::domain::{BookSettings, Manifest};
use galley::engine::Signal;

use super::desk::Desk;

fn part<'m>(manifest: &'m Manifest, title: &str) -> &'m Part {
    manifest.parts.iter().find(|p| p.title.starts_with(title)).unwrap_or_else(|| panic!("{title} is listed"))
}

#[test]
fn what_is_always_given_and_has_no_room_is_an_alarm_and_not_a_silence() {
    let desk = Desk::new("[context]\ntokens = 4000\n", BookSettings::default());
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = heard.clone();
    desk.engine.subscribe(move |signal| {
        if let Signal::Notice(words) = signal {
            told.lock().unwrap().push(words.clone());
        }
    });
    let history = "The war was long and nobody won it. ".repeat(2_500);
    assert!(history.split_whitespace().count() >= 20_000);
    desk.entry(EntryKind::World, "The War", EntryMode::Always, &history);
    desk.entry(EntryKind::World, "The Plague", EntryMode::Named, &history);
    desk.entry(EntryKind::Rule, "No rain", EntryMode::Always, "It never rains.");
    let chapter = desk.chapter("Ice");
    let page = desk.page(&chapter, "Mara remembers the plague.");

    let made = desk.engine.context(&page, None).unwrap();
    let manifest = &made.manifest;
    let alarms: Vec<&str> = manifest.alarms().map(|p| p.title.as_str()).collect();
    assert_eq!(alarms, ["The War"]);
    let plague = part(manifest, "The Plague");
    assert!(
        matches!(&plague.why, Why::NoRoom { wanted, .. } if matches!(**wanted, Why::Named { .. })),
        "{plague:?}"
    );
    assert!(part(manifest, "No rain").is_in());
    assert!(manifest.tokens() <= manifest.budget.tokens);
    let heard = heard.lock().unwrap();
    assert!(heard.iter().any(|w| w.contains("`The War` should always be included")), "{heard:?}");
    let stored = desk.reader().attempts(&page).unwrap().pop().unwrap();
    let stored = desk.reader().manifest(&stored.id).unwrap().unwrap();
    assert_eq!(stored.alarms().count(), 1, "it stands in what is kept, too");
}

#[test]
fn feedback_and_notes_in_chinese_and_a_book_without_canon_are_given_as_far_as_they_fit() {
    let note = "用短句。不要形容词。\n";
    let settings =
        BookSettings { language: "中文".into(), style_notes: note.repeat(40), ..BookSettings::default() };
    let desk = Desk::new("[context]\ntokens = 1500\n[limits]\nrequests_per_minute = 10000\n", settings);
    let chapter = desk.chapter("冰");
    let page = desk.page(&chapter, "李明在灯塔等她。");
    for number in 1..=4 {
        let feedback = Some(format!("第{number}次：{}", "更冷一些。".repeat(12)));
        desk.on(&page, RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() })
            .unwrap();
        desk.work();
    }
    let made = desk.engine.context(&page, None).unwrap();
    let kept: Vec<bool> =
        made.manifest.parts.iter().filter(|p| p.kind == PartKind::Feedback).map(Part::is_in).collect();
    assert_eq!(kept.len(), 4);
    assert!(kept[3] && !kept[0], "the last word is in, the oldest did not fit: {kept:?}");
    let whole: String = made.request.messages.iter().map(|m| m.text.as_str()).collect();
    assert!(whole.contains("第4次") && !whole.contains("第1次"));
    let style: Vec<&Part> = made.manifest.parts.iter().filter(|p| p.kind == PartKind::Style).collect();
    let given = style.iter().filter(|p| p.is_in()).count();
    assert!(given > 0 && given < 40 && style.len() == 40, "{given} of {}", style.len());
    assert_eq!(whole.matches("用短句").count(), given);
    assert!(!made.manifest.parts.iter().any(|p| p.kind == PartKind::Canon));
}

#[test]
fn pages_just_before_are_whole_and_those_further_back_are_in_short() {
    let desk = Desk::new("[limits]\nrequests_per_minute = 10000\n", BookSettings::default());
    let (first, second) = (desk.chapter("Ice"), desk.chapter("Thaw"));
    for (chapter, beat) in
        [(&first, "Mara wakes."), (&first, "Mara walks."), (&first, "Mara rests."), (&first, "Mara calls.")]
    {
        desk.approve(&desk.page(chapter, beat));
    }
    let page = desk.page(&second, "Mara answers.");
    let made = desk.engine.context(&page, None).unwrap();
    let pages: Vec<(PartKind, &str)> = made
        .manifest
        .parts
        .iter()
        .filter(|p| matches!(p.kind, PartKind::Page | PartKind::Summary))
        .map(|p| (p.kind, p.title.as_str()))
        .collect();
    assert_eq!(
        pages,
        [
            (PartKind::Summary, "Ice, page 1"),
            (PartKind::Page, "Ice, page 2"),
            (PartKind::Page, "Ice, page 3"),
            (PartKind::Page, "Ice, page 4"),
        ]
    );
    assert_eq!(made.request.material.before.len(), 1);
    let short = made.manifest.parts.iter().find(|p| p.kind == PartKind::Summary).unwrap();
    assert_eq!(short.why, Why::InShort, "the summarist has written");
    let summary = desk.reader().text(short.given.as_ref().unwrap()).unwrap().unwrap();
    assert_eq!(made.request.material.before[0].text, summary);
}
