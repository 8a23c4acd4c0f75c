use proptest::prelude::*;

use super::*;
use crate::domain::canon::EntryKind::{self, *};
use crate::tools::source::{Decoded, Source};

fn source(file: &str, text: &str) -> Source {
    Source { file: file.into(), decoded: Decoded { text: text.into(), encoding: "UTF-8" } }
}

/// Kind, name and parent of every entry.
fn found(file: &str, text: &str) -> Vec<(Option<EntryKind>, String, Option<String>)> {
    let all = parse(&source(file, text)).unwrap();
    let parent = |p: &Option<ParentName>| match p {
        Some(ParentName::Above(n)) => Some(all[*n].name.clone()),
        Some(ParentName::Named(name)) => Some(name.clone()),
        None => None,
    };
    all.iter().map(|f| (f.kind, f.name.clone(), parent(&f.parent))).collect()
}

fn entry(kind: EntryKind, name: &str) -> (Option<EntryKind>, String, Option<String>) {
    (Some(kind), name.into(), None)
}

const BIBLE: &str = "# The Winter Harbour\n\n## Characters\n\n### Mara Vell\n\n- **Aliases:** the pilot, Mar\n\nTall.\n\n\
    #### Appearance\n\nGrey eyes.\n\n### Ida\n\nSee [[Mara Vell|her sister]].\n\n## Places\n\n### The harbour\n\nCold.\n\n\
    #### The lamp house\n\nOn the pier.\n\n#### History\n\nOld.\n\n## Style\n\nShort sentences.\n";

#[test]
fn headings_that_name_a_kind_open_a_section_of_entries() {
    let all = parse(&source("bible.md", BIBLE)).unwrap();
    assert_eq!(
        found("bible.md", BIBLE),
        [
            entry(Character, "Mara Vell"),
            entry(Character, "Ida"),
            entry(Place, "The harbour"),
            (Some(Place), "The lamp house".into(), Some("The harbour".into())),
            entry(Style, "Style"),
        ]
    );
    assert_eq!(all[0].aliases, ["the pilot", "Mar"]);
    assert_eq!(all[0].text, "Tall.\n\n#### Appearance\n\nGrey eyes.");
    assert_eq!(all[0].heading, "The Winter Harbour › Characters › Mara Vell");
    assert_eq!((all[2].text.as_str(), all[3].line), ("Cold.\n\n#### History\n\nOld.", 25));
    assert_eq!(all[3].text, "On the pier.");
}

#[test]
fn sections_may_be_of_the_first_level_and_in_other_languages_and_text_of_their_own_is_kept() {
    let text = "Before all.\n\n# Figuren\n\nWer vorkommt.\n\n## Mara\n\nGroß.\n\n# 世界观\n\n## 魔法\n\n冷。\n\n# Rules\n\n- No rain.\n- No sun.\n";
    assert_eq!(
        found("bibel.md", text),
        [
            (None, "bibel".into(), None),
            entry(Character, "Figuren"),
            entry(Character, "Mara"),
            entry(World, "魔法"),
            entry(Rule, "Rules"),
        ]
    );
}

#[test]
fn the_name_of_a_file_or_folder_says_the_kind_where_no_heading_does() {
    assert_eq!(
        found("characters.md", "# Mara\n\nTall.\n\n# Ida\n\nSmall.\n"),
        [entry(Character, "Mara"), entry(Character, "Ida")]
    );
    assert_eq!(
        found("characters.md", "# All of them\n\n## Mara\n\n## Ida\n"),
        [entry(Character, "Mara"), entry(Character, "Ida")]
    );
    assert_eq!(
        found("bible/places/old-mill.md", "# The old mill\n\n## Inside\n\nDust.\n"),
        [entry(Place, "The old mill")]
    );
    assert_eq!(found("bible/places/old mill.md", "Dust.\n"), [entry(Place, "old mill")]);
    assert_eq!(
        found("vault/Characters/Mara.md", "## Fears\n\nRain.\n\n## History\n\nOld.\n"),
        [entry(Character, "Mara")]
    );
    assert_eq!(found("notes/mara.md", "Tall.\n"), [(None, "mara".into(), None)]);
    assert_eq!(found("timeline.md", "1890: the storm.\n"), [entry(Timeline, "timeline")]);
}

#[test]
fn front_matter_decides_for_a_whole_file() {
    let text = "---\ntype: character\nname: Mara Vell\naliases: [Mar]\nweight: 90\nfrom: 2\nparent: The Vells\n---\n# Mara Vell\n\nTall.\n\n## Places\n\nThe pier.\n";
    let all = parse(&source("x/m.md", text)).unwrap();
    assert_eq!(all.len(), 1);
    let one = &all[0];
    assert_eq!((one.kind, one.name.as_str(), one.weight), (Some(Character), "Mara Vell", Some(90)));
    assert_eq!(one.text, "Tall.\n\n## Places\n\nThe pier.");
    assert_eq!((one.from.as_deref(), &one.parent), (Some("2"), &Some(ParentName::Named("The Vells".into()))));
    assert_eq!(
        found("m.md", "---\ntype: rules\n---\n# One\n\n# Two\n"),
        [entry(Rule, "One"), entry(Rule, "Two")]
    );
    assert_eq!(
        found("Mara.md", "---\ntype: character\n---\n## Looks\n\n## Fears\n"),
        [entry(Character, "Mara")]
    );
}

#[test]
fn what_is_unclear_is_other_and_said_to_be() {
    let all = parse(&source("notes-2.md", "# Mara Vell\n\n## Appearance\n\nTall.\n")).unwrap();
    assert_eq!((all.len(), all[0].kind, all[0].name.as_str()), (1, None, "Mara Vell"));
    assert_eq!(all[0].remarks, ["the kind of this entry is not stated"]);
    let all = parse(&source("x.md", "---\ntype: spaceship\n---\n# A\n\n# B\n")).unwrap();
    assert_eq!((all.len(), all[1].remarks[1].as_str()), (2, "`spaceship` is not a known kind"));
    let sides = parse(&source("mara.md", "# Mara\n\n## Looks\n\nTall.\n\n## History\n\nOld.\n")).unwrap();
    assert_eq!((sides.len(), sides[0].kind, sides[0].name.as_str()), (1, None, "Mara"));
    let beside = "# Bible\n\n## Characters\n\n### Mara\n\n## History\n\n### 1890\n";
    assert_eq!(found("b.md", beside), [entry(Character, "Mara"), entry(Timeline, "1890")]);
    assert!(parse(&source("x.md", "\n\n")).unwrap().len() <= 1);
}

#[test]
fn a_file_in_which_nothing_stands_is_no_entry() {
    for text in ["", "\n \n"] {
        assert_eq!(found("characters/empty.md", text), [], "{text:?}");
    }
    assert_eq!(found("mara.md", "# Mara\n"), [(None, "Mara".into(), None)]);
    assert_eq!(found("x.md", "---\nname: Mara\n---\n"), [(None, "Mara".into(), None)]);
}

#[test]
fn the_same_heading_twice_is_two_entries() {
    let all = parse(&source("characters.md", "# Mara\n\nA.\n\n# Mara\n\nB.\n")).unwrap();
    assert_eq!([all[0].heading.as_str(), all[1].heading.as_str()], ["Mara", "Mara (2)"]);
}

proptest! {
    #[test]
    fn any_text_is_read_and_no_line_of_it_is_lost(
        lines in proptest::collection::vec(
            prop_oneof![
                Just("# Characters".to_owned()), Just("## Places".to_owned()), Just("### History".to_owned()),
                Just("---".to_owned()), Just("===".to_owned()), Just("```".to_owned()), Just(String::new()),
                Just("- see [[Mara|x]] [a](#b)".to_owned()), Just("#### The mill".to_owned()), "#{1,6} [A-Za-z é]{1,8}", "\\PC{0,20}",
            ],
            0..30,
        ),
        file in prop_oneof![Just("a.md"), Just("characters.md"), Just("places/x.md"), Just("\u{202e}.md")],
    ) {
        let text = lines.join("\n");
        let Ok(all) = parse(&source(file, &text)) else { return Ok(()) };
        let kept = all.iter().map(|f| format!("{}\n{}\n{}", f.heading, f.aliases.join(","), f.text)).collect::<Vec<_>>().join("\n");
        let count = |text: &str| text.matches("- see [[Mara|x]] [a](#b)").count();
        prop_assert!(text.starts_with("---\n") || count(&kept) == count(&text), "{text}\n{all:?}");
    }
}
