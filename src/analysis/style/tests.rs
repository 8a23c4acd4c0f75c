use super::*;

fn found(text: &str) -> Vec<(HabitKind, String)> {
    habits(&Prose::of(text)).into_iter().map(|habit| (habit.kind, text[habit.at].to_owned())).collect()
}

fn of(kind: HabitKind, text: &str) -> Vec<String> {
    found(text).into_iter().filter(|(found, _)| *found == kind).map(|(_, place)| place).collect()
}

#[test]
fn words_that_watch_are_found_in_narration_only() {
    assert_eq!(
        of(HabitKind::Filter, "She saw a boat. “I saw it too,” he said. It seemed far."),
        ["saw", "seemed"]
    );
}

#[test]
fn the_passive_is_told_from_states() {
    let text = "The door was opened. It had been quietly closed before. She was tired. The letter was not written. \
                They were in a red house. “It was stolen,” he said.";
    assert_eq!(of(HabitKind::Passive, text), ["was opened", "been quietly closed", "was not written"]);
}

#[test]
fn phrases_that_were_fresh_once_are_found() {
    assert_eq!(
        of(HabitKind::Cliche, "He came in the nick of time. Needless to say, it rained."),
        ["in the nick of time", "Needless to say"]
    );
}

#[test]
fn a_rare_word_echoes_within_its_window_and_not_beyond() {
    let near = "The lantern swung. Rain fell on the slates, and the lantern went out.";
    assert_eq!(of(HabitKind::Echo, near), ["lantern"]);
    let filler = "And so it was that they went on and on, as they had to. ".repeat(4);
    assert!(of(HabitKind::Echo, &format!("The lantern swung. {filler}The lantern went out.")).is_empty());
    assert!(
        of(HabitKind::Echo, "Harker came in. The rain fell, and Harker left.").is_empty(),
        "names come back"
    );
}

#[test]
fn words_openings_and_rhythms_that_wear_out_are_found() {
    let text = "He came with the boat. He took the boat out. He sold the boat. The boat sank. Another boat was lost.";
    assert_eq!(of(HabitKind::Overused, text), ["boat"]);
    assert_eq!(of(HabitKind::Opening, text), ["He"]);
    let even = "The rain fell on him. ".repeat(8);
    assert_eq!(of(HabitKind::EvenRhythm, &even).len(), 1);
    let varied = "It rained. The water ran down the long street to the sea all night. ".repeat(4);
    assert!(of(HabitKind::EvenRhythm, &varied).is_empty());
    let long = format!("It {}fell.", "fell and ".repeat(40));
    assert_eq!(of(HabitKind::LongSentence, &long), ["It"]);
}

#[test]
fn another_language_is_not_measured_by_english_lists() {
    let german = "Die Laterne war in der Nacht und sie saw was opened, aber der Wind wehte über das Dach und niemand \
                  sprach ein Wort in der Dunkelheit.";
    assert!(found(german).iter().all(|(kind, _)| !matches!(kind, HabitKind::Filter | HabitKind::Passive)));
}
