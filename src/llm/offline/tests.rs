use std::sync::LazyLock;

use proptest::prelude::*;
use sentences::count_words;

use super::*;
use crate::llm::{AgentKind, CanonEntry, Material, Message, Said, Settings, Timeouts, check_text};

fn entry(kind: &str, name: &str, text: &str) -> CanonEntry {
    let (kind, name, text) = (kind.to_owned(), name.to_owned(), text.to_owned());
    CanonEntry { kind, name, text, ..CanonEntry::default() }
}

fn material() -> Material {
    Material {
        seed: 7,
        book: "The Salt Light".to_owned(),
        chapter: "The Keeper".to_owned(),
        beat: "Mara climbs the lighthouse stairs in the storm and finds the great lamp broken. \
               Her brother Tomas waits below with the last oil can."
            .to_owned(),
        canon: vec![
            entry(
                "character",
                "Mara Voss",
                "The keeper's daughter, thirty. She keeps the log in her father's hand.",
            ),
            entry("character", "Tomas Voss", "Her younger brother. He lost his boat two winters ago."),
            entry("place", "Gull Point", "A lighthouse on a spit of rock."),
        ],
        ..Material::default()
    }
}

fn write(material: &Material) -> String {
    compose::compose(material)
}

fn with(feedback: &[&str]) -> Material {
    Material { feedback: feedback.iter().map(|&text| text.to_owned()).collect(), ..material() }
}

fn told(view: &str, tense: &str) -> String {
    let settings =
        Settings { point_of_view: view.to_owned(), tense: tense.to_owned(), ..Settings::default() };
    write(&Material { settings, ..material() })
}

/// The material for the dialogue of the page that the narrator writes.
fn dialogue(feedback: &[&str]) -> Material {
    Material { agent: AgentKind::Dialogue, narration: Some(write(&material())), ..with(feedback) }
}

fn review(text: &str) -> String {
    write(&Material { agent: AgentKind::Reviewer, under_review: Some(text.to_owned()), ..material() })
}

fn count(text: &str, word: &str) -> usize {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|other| *other == word).count()
}

#[test]
fn the_grammars_are_read_and_every_sentence_can_be_said() {
    let grammar = &*grammar::NARRATION;
    let hero = voice::Someone { name: "Mara".to_owned(), pronoun: voice::Pronoun::She };
    let voice = voice::Voice::new(&Settings::default(), hero);
    let noun = nouns::Noun::new("lamp", true);
    let about = voice::About {
        thing: Some(&noun),
        place: Some(&noun),
        x: Some(&noun),
        earlier: Some(&noun),
        other: Some("Tomas"),
        clause: Some("it rains"),
        line: Some("No."),
        name: Some("Tomas"),
        their: Some("his"),
        you: Some("Mara"),
    };
    let narration = [
        &grammar.opening,
        &grammar.fragment,
        &grammar.foreign,
        &grammar.thing,
        &grammar.place,
        &grammar.other,
        &grammar.sense,
        &grammar.inner,
        &grammar.moving,
        &grammar.echo,
        &grammar.known,
        &grammar.closing,
        &grammar.more,
        &grammar.word,
        &grammar.bare,
    ];
    let talk = &*grammar::DIALOGUE;
    let exchanges = [&talk.thing, &talk.place, &talk.clause, &talk.plain, &talk.closing, &talk.more];
    let lines = narration
        .into_iter()
        .chain([&talk.tags, &talk.questions, &talk.bare])
        .chain(grammar.themes.iter().map(|theme| &theme.lines))
        .flatten()
        .chain(exchanges.into_iter().flatten().flatten());
    for line in lines {
        let said = voice.say(line, &about).unwrap_or_else(|| panic!("cannot be said: {line}"));
        assert!(!said.contains(['<', '>', '[', ']', '{', '}', '|']), "{said}");
    }
    for theme in &grammar.themes {
        assert!(theme.lines.iter().all(|line| count(line, &theme.name) > 0), "{}", theme.name);
    }
    assert!(!grammar::REVIEW.watching.is_empty());
}

#[test]
fn the_same_material_gives_the_same_text_and_another_seed_another() {
    let other = Material { seed: 8, ..material() };
    assert_eq!(write(&material()), write(&material()));
    assert_ne!(write(&material()), write(&other));
    assert_eq!(write(&dialogue(&[])), write(&dialogue(&[])));
    assert_ne!(write(&dialogue(&[])), write(&Material { seed: 8, ..dialogue(&[]) }));
}

#[test]
fn the_beat_is_told_and_canon_with_it() {
    let text = write(&material());
    assert!(
        text.contains("Mara climbed the lighthouse stairs in the storm and found the great lamp broken."),
        "{text}"
    );
    assert!(text.contains("Her brother Tomas waited below with the last oil can."), "{text}");
    assert!(text.contains("Gull Point"), "{text}");
    assert!(text.contains("Tomas lost his boat two winters ago."), "{text}");
    let without = write(&Material { canon: Vec::new(), ..material() });
    assert!(!without.contains("Gull Point") && !without.contains("two winters"), "{without}");
}

#[test]
fn earlier_pages_are_not_said_again() {
    let first = write(&material());
    let second = write(&Material { earlier: vec![first.clone()], ..material() });
    let sentences: Vec<&str> = first.split(". ").filter(|sentence| sentence.len() > 30).collect();
    let repeated = sentences.iter().filter(|sentence| second.contains(**sentence)).count();
    assert!(
        repeated <= 4,
        "only the beat and canon may come again: {repeated} of {}\n{second}",
        sentences.len()
    );
}

#[test]
fn point_of_view_and_tense_are_the_books() {
    let first = told("first person", "past");
    assert!(first.contains("I climbed the lighthouse stairs") && !first.contains("Mara"), "{first}");
    assert!(first.contains("My brother Tomas waited below"), "{first}");
    let present = told("third person", "present");
    assert!(present.contains("Mara climbs the lighthouse stairs") && !present.contains(" was "), "{present}");
    let both = told("First person", "present tense");
    assert!(both.contains("I climb the lighthouse stairs in the storm and find the great lamp"), "{both}");
    let second = told("second person", "present");
    assert!(second.contains("You climb the lighthouse stairs"), "{second}");
}

#[test]
fn a_page_has_about_the_wished_length() {
    for wish in [60_u32, 120, 250, 400, 900, 2_000] {
        let settings = Settings { words_per_page: wish, ..Settings::default() };
        let words = count_words(&write(&Material { settings, ..material() }));
        let off = words.abs_diff(wish as usize);
        assert!(off * 100 <= wish as usize * 15 + 600, "{wish} wished, {words} written");
    }
}

#[test]
fn shorter_and_longer_change_the_length_by_a_quarter() {
    for agent in [AgentKind::Narrator, AgentKind::Dialogue] {
        let before = write(&Material { agent, ..dialogue(&[]) });
        let revise = |feedback: &[&str]| {
            write(&Material { agent, previous: Some(before.clone()), ..dialogue(feedback) })
        };
        let (words, shorter, longer) = (
            count_words(&before),
            count_words(&revise(&["Shorter, please."])),
            count_words(&revise(&["longer"])),
        );
        assert!(shorter * 4 <= words * 3, "{agent:?}: {words} → {shorter}");
        assert!(longer * 4 >= words * 5, "{agent:?}: {words} → {longer}");
    }
}

#[test]
fn a_wish_about_something_else_keeps_the_length_that_was_wished_before() {
    let shorter = write(&with(&["shorter"]));
    let then = write(&Material { previous: Some(shorter.clone()), ..with(&["shorter", "no storm"]) });
    let (before, after) = (count_words(&shorter), count_words(&then));
    assert!(after * 4 >= before * 3, "{before} → {after}");
}

#[test]
fn more_of_something_weaves_it_in() {
    let before = write(&material());
    for (feedback, word) in
        [("more of the cold", "cold"), ("More herons!", "herons"), ("it needs more brass", "brass")]
    {
        assert_eq!(count(&before, word), 0);
        let after = write(&with(&[feedback]));
        assert!(count(&after, word) >= 3, "{feedback}: {after}");
        assert!(count(&write(&dialogue(&[feedback])), word) >= 1, "{feedback}");
    }
}

#[test]
fn what_is_not_wanted_is_gone_with_its_forms() {
    let before = write(&material());
    assert!(count(&before, "storm") > 0 && count(&before, "stairs") > 0);
    for (feedback, stem) in [
        ("no storm", "storm"),
        ("Without the stairs, please", "stair"),
        ("less of the lighthouse", "lighthouse"),
        ("don't mention Tomas", "tomas"),
        ("too much brother", "brother"),
        ("cut the lamp", "lamp"),
    ] {
        for text in [write(&with(&[feedback])), write(&dialogue(&[feedback]))] {
            assert!(!text.to_lowercase().contains(stem), "{feedback}: {text}");
            assert_eq!(check_text(&text), Ok(()));
        }
    }
}

#[test]
fn later_feedback_wins() {
    let text = write(&with(&["no cold", "more of the cold"]));
    assert!(count(&text, "cold") >= 3, "{text}");
    let text = write(&with(&["more of the cold", "no cold"]));
    assert_eq!(count(&text, "cold"), 0, "{text}");
}

#[test]
fn a_mood_changes_the_text() {
    let before = write(&material());
    for (feedback, word) in
        [("darker", "dark"), ("slower", "slow"), ("Make it warmer.", "warm"), ("sadder", "sad")]
    {
        let after = write(&with(&[feedback]));
        assert!(count(&after, word) > count(&before, word), "{feedback}: {after}");
    }
}

#[test]
fn a_revision_keeps_most_of_what_was_there() {
    let (before, after) = (write(&material()), write(&with(&["more of the cold"])));
    let sentences: Vec<&str> = before.split(". ").collect();
    let kept = sentences.iter().filter(|sentence| after.contains(**sentence)).count();
    assert!(kept * 2 > sentences.len(), "{kept} of {}", sentences.len());
}

#[test]
fn whatever_else_the_feedback_names_is_worked_in() {
    let text = write(&with(&["Where is the brass key? And the old dog should bark."]));
    assert!(text.contains("brass key") && text.contains("old dog"), "{text}");
    assert_ne!(write(&with(&["I don't like it"])), write(&material()));
    assert!(write(&with(&["灯塔应该更重要"])).contains("灯塔应该更重要"));
}

#[test]
fn notes_on_style_forbid_as_feedback_does_and_feedback_wins_over_them() {
    let settings = Settings { style_notes: "Spare sentences, no storm.".to_owned(), ..Settings::default() };
    let styled = Material { settings, ..material() };
    assert_eq!(count(&write(&styled), "storm"), 0);
    assert!(count(&write(&Material { feedback: vec!["more storm".to_owned()], ..styled }), "storm") >= 3);
}

#[test]
fn a_beat_in_any_script_stands_in_the_text() {
    for beat in
        ["她在暴风雪里点亮了灯塔的灯", "أضاءت المصباح في العاصفة", "🌧️🏮👩‍👩‍👧", "Мара зажигает лампу", "ไฟดับ"]
    {
        for agent in [AgentKind::Narrator, AgentKind::Dialogue] {
            let text = write(&Material { agent, beat: beat.to_owned(), ..Material::default() });
            assert!(text.contains(beat), "{agent:?}: {text}");
            assert_eq!(check_text(&text), Ok(()));
        }
    }
}

#[test]
fn dialogue_is_lines_placed_after_paragraphs_that_exist() {
    let material = dialogue(&[]);
    let paragraphs = material.narration.as_deref().unwrap().split("\n\n").count();
    let text = write(&material);
    let mut last = 0;
    for line in text.split("\n\n") {
        assert!(!line.contains('\n') && line.contains('"'), "{line}");
        if let Some((at, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            let at: usize = at.parse().unwrap();
            assert!((last.max(1)..=paragraphs).contains(&at), "{line}");
            last = at;
        }
    }
    assert!(last > 0, "some lines have their place: {text}");
    assert!(text.contains("Mara said") || text.contains("Tomas said") || text.contains("asked"), "{text}");
    assert!(text.contains("stairs") || text.contains("lamp"), "{text}");
}

#[test]
fn dialogue_follows_the_point_of_view_and_says_what_the_beat_quotes() {
    let settings = Settings {
        point_of_view: "first person".to_owned(),
        tense: "present".to_owned(),
        ..Settings::default()
    };
    let beat = "Mara says \"I never left the light\" to Tomas.".to_owned();
    let text = write(&Material { settings, beat, ..dialogue(&[]) });
    assert!(text.contains("\"I never left the light"), "{text}");
    assert!(!text.contains("Mara say") && !text.contains(" said"), "{text}");
}

#[test]
fn a_flood_of_text_is_written_about_in_no_time() {
    let flood = "Mara Finds The Lamp and no rain, more Of the cold. 灯! ".repeat(20_000);
    let began = std::time::Instant::now();
    for agent in [AgentKind::Narrator, AgentKind::Dialogue] {
        let text = write(&Material {
            agent,
            beat: flood.clone(),
            feedback: vec![flood.clone()],
            previous: Some(flood.clone()),
            earlier: vec![flood.clone()],
            canon: vec![entry("character", &flood, &flood)],
            ..Material::default()
        });
        assert_eq!(check_text(&text), Ok(()));
        assert!(text.len() < 200_000);
    }
    assert!(began.elapsed() < Duration::from_secs(20));
}

static EVEN: LazyLock<String> = LazyLock::new(|| "The old dog sat down here. ".repeat(20));

#[test]
fn the_reviewer_measures_length_rhythm_repetition_and_openings() {
    let remarks = review(&EVEN);
    assert!(remarks.lines().all(|line| line.starts_with("- **")), "{remarks}");
    for remark in
        ["**Length**: 120 words where about 250", "**Rhythm**", "**Repetition**", "20 sentences in a row"]
    {
        assert!(remarks.contains(remark), "{remark} in {remarks}");
    }
    assert!(remarks.contains("\"The old dog sat down here.\""), "each quotes its place: {remarks}");
    let long = review(&"Nobody in the whole wide town knew where the water came from or went. ".repeat(40));
    assert!(long.contains("560 words where about 250"), "{long}");
}

#[test]
fn the_reviewer_misses_what_the_beat_promised() {
    let remarks = review("Mara climbed. Tomas waited below, cold, with a can.");
    assert!(remarks.contains("**Beat**: no word of \"lighthouse stairs\""), "{remarks}");
    assert!(!review(&write(&material())).contains("**Beat**"));
}

#[test]
fn the_reviewer_counts_perceptions_and_speech_and_persons() {
    let remarks = review("She saw the lamp. She felt the stairs. She noticed the storm, and I watched.");
    assert!(remarks.contains("**Distance**: 4 times"), "{remarks}");
    assert!(remarks.contains("**Point of view**") && remarks.contains("\"i\""), "{remarks}");
    let spoken = "[1] \"One thing after another and no end of it in sight, none at all.\"\n\n".repeat(6);
    assert!(review(&spoken).contains("**Dialogue**: 100 %"), "{}", review(&spoken));
}

#[test]
fn the_reviewer_says_so_when_nothing_stands_out_and_when_there_is_nothing() {
    let settings = Settings { words_per_page: 12, ..Settings::default() };
    let good = write(&Material {
        agent: AgentKind::Reviewer,
        settings,
        under_review: Some("Rope. The lantern swung, and the whole cellar swung with it.".to_owned()),
        ..Material::default()
    });
    assert!(good.starts_with("- **Measured**: 11 words in 2 sentences"), "{good}");
    assert_eq!(review(""), "- **Length**: there is no text to remark on.");
    assert!(review("她点亮了灯。没有人看见。").starts_with("- **"));
}

fn request(material: Material) -> Request {
    Request {
        messages: vec![Message::user("Write.")],
        max_output_tokens: 1_000,
        temperature: None,
        timeouts: Timeouts::default(),
        material,
    }
}

#[tokio::test]
async fn it_streams_word_by_word_and_counts() {
    let deltas: Vec<_> = Offline::default().stream(request(material())).collect().await;
    let (last, words) = deltas.split_last().unwrap();
    let text: String = words
        .iter()
        .map(|delta| match delta {
            Ok(Delta::Text(word)) => word.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(text, write(&material()));
    assert!(words.len() > 200);
    assert!(
        matches!(last, Ok(Delta::Usage(usage)) if usage.estimated && usage.output_tokens > 100),
        "{last:?}"
    );
    assert!(Offline::default().is_rehearsal());
}

#[tokio::test(start_paused = true)]
async fn it_writes_at_its_pace() {
    let pace = Pace { per_word: Duration::from_millis(40) };
    let began = tokio::time::Instant::now();
    let deltas = Offline::default().paced(pace).stream(request(material())).count().await;
    assert!(began.elapsed() >= Duration::from_millis(40) * (deltas as u32 - 1));
}

#[test]
fn the_pieces_make_up_the_text() {
    for text in ["", "one two\n\nthree ", &"雪".repeat(60), "a👩‍👩‍👧b مرحبا بك", "  leading"]
    {
        assert_eq!(words(text).collect::<String>(), *text);
    }
    assert_eq!(words("one two\n\nthree").collect::<Vec<_>>(), ["one ", "two\n\n", "three"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_material_gives_usable_text_and_always_the_same(
        seed: u64,
        beat in ".{0,120}",
        feedback in proptest::collection::vec(".{0,60}", 0..3),
        name in ".{0,12}",
        text in ".{0,80}",
        view in ".{0,10}",
        words_per_page in 0..700_u32,
        agent in 0..3,
    ) {
        let agent = [AgentKind::Narrator, AgentKind::Dialogue, AgentKind::Reviewer][agent as usize];
        let material = Material {
            agent,
            seed,
            settings: Settings { point_of_view: view, words_per_page, style_notes: text.clone(), ..Settings::default() },
            canon: vec![entry("character", &name, &text), entry("place", &text, &name)],
            earlier: vec![text.clone()],
            narration: Some(text.clone()),
            previous: Some(beat.clone()),
            under_review: Some(text),
            beat,
            feedback,
            ..Material::default()
        };
        let written = write(&material);
        prop_assert_eq!(check_text(&written), Ok(()), "{:?}", written);
        prop_assert_eq!(&written, &write(&material));
    }

    #[test]
    fn no_word_that_is_not_wanted_is_ever_written(
        seed: u64,
        word in "(lamp|stairs|storm|hand|light|word|nothing|silence|way|air|time|breath|door|mara|tomas|lighthouse|place)",
        phrase in "(no X|without X|less X|remove the X|please avoid any X)",
        dialogue: bool,
    ) {
        let feedback = vec![phrase.replace('X', &word)];
        let agent = if dialogue { AgentKind::Dialogue } else { AgentKind::Narrator };
        let text = write(&Material { agent, seed, feedback, ..material() });
        prop_assert!(count(&text, &word) == 0 || grammar::WORDS.small.contains(&word), "{}: {}", word, text);
        prop_assert_eq!(check_text(&text), Ok(()));
    }
}

#[test]
fn a_request_on_passages_changes_nothing_outside_them() {
    let draft = "Mara stood on the pier. The rain was cold. Gulls cried over the masts.\n\nNobody came, and the lamp \
                 burned low.";
    let said = |quote: &str, words: &str| Said {
        start: draft.find(quote).unwrap() as u64,
        quote: quote.to_owned(),
        words: words.to_owned(),
    };
    let passages =
        vec![said("the lamp burned low", "more of the fog"), said("The rain was cold.", "no rain")];
    let asked = Material { passages, previous: Some(draft.to_owned()), ..material() };
    let text = write(&asked);
    assert!(text.starts_with("Mara stood on the pier. ") && text.ends_with('.'), "{text}");
    assert!(text.contains(" Gulls cried over the masts.\n\nNobody came, and "), "{text}");
    assert!(!text.contains("The rain was cold") && !text.contains("the lamp burned low"), "{text}");
    assert_eq!(write(&asked), text, "it is the same for the same request");

    let lines = "[1] \"Who is there?\"\n\n\"Nobody.\"";
    let quote = "[1] \"Who is there?\"".to_owned();
    let passages = vec![Said { start: 0, quote, words: "rougher".to_owned() }];
    let asked = Material { passages, previous: Some(lines.to_owned()), ..dialogue(&[]) };
    let text = write(&asked);
    assert!(
        text.starts_with("[1] ") && text.ends_with("\n\n\"Nobody.\"") && !text.contains("Who is there"),
        "{text}"
    );
}
