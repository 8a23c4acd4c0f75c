use proptest::prelude::*;

use super::*;

fn found(text: &str) -> Vec<(&'static str, String, Option<String>)> {
    let prose = Prose::of(text);
    let faults = faults(&prose, &BTreeSet::new());
    faults.into_iter().map(|f| (f.kind.name(), text[f.at].to_owned(), f.fix)).collect()
}

/// The text with every fix in its place.
fn mended(text: &str) -> String {
    let prose = Prose::of(text);
    let mut out = text.to_owned();
    for fault in faults(&prose, &BTreeSet::new()).into_iter().rev() {
        if let Some(fix) = fault.fix {
            out.replace_range(fault.at, &fix);
        }
    }
    out
}

#[test]
fn each_kind_of_fault_is_mended() {
    for (wrong, right) in [
        ("She saw the the boat.", "She saw the boat."),
        ("The rain fell fell on the roof.", "The rain fell on the roof."),
        ("“I went to the the shop,” he said.", "“I went to the shop,” he said."),
        ("He took a apple and an pear from the bowl.", "He took an apple and a pear from the bowl."),
        ("It took an year, a hour and a honest man.", "It took a year, an hour and an honest man."),
        ("An unicorn stood there.", "A unicorn stood there."),
        ("The rain fell. she waited.", "The rain fell. She waited."),
        ("the rain fell all night.", "The rain fell all night."),
        ("Then i left on monday.", "Then I left on Monday."),
        ("The rain , and the wind .", "The rain, and the wind."),
        ("The rain,and the wind.", "The rain, and the wind."),
        ("The rain fell.Then it stopped.", "The rain fell. Then it stopped."),
        ("The  rain fell.", "The rain fell."),
        ("The rain,, and the wind..", "The rain, and the wind."),
        ("What was that?? Nothing!!", "What was that? Nothing!"),
        ("“Go home, she said.", "“Go home,” she said."),
        ("“Go home,” she said. “Now.", "“Go home,” she said. “Now.”"),
        ("Go home,” she said.", "“Go home,” she said."),
        ("\"Go home! said the carter.", "\"Go home!\" said the carter."),
        ("She could of gone then.", "She could have gone then."),
        (
            "He would rather go then stay, rather then wait.",
            "He would rather go then stay, rather than wait.",
        ),
        ("He went out in order to see it.", "He went out to see it."),
        (
            "The rain fell on the roof of the house all night long",
            "The rain fell on the roof of the house all night long.",
        ),
        ("“I see” she said.", "“I see,” she said."),
        ("“I see.” said the carter.", "“I see,” said the carter."),
        ("Teh rain fell untill dawn.", "The rain fell until dawn."),
        ("He did not recieve it, and dont ask.", "He did not receive it, and don't ask."),
    ] {
        assert_eq!(mended(wrong), right);
        assert_eq!(found(right), [], "the right one has no fault");
    }
}

#[test]
fn what_is_right_is_left_alone() {
    for text in [
        "He had had enough, and that that was so was plain. “No no, very very well,” she said.",
        "An hour, a unit, a one-off, a European, an heir, an MP, a U-turn, an historian, a hotel, a historian.",
        "Mr. and Mrs. Vale met J. R. Stone at 3.15 p.m. on No. 4.",
        "“Stop!” she cried. “Why? he asked me once.”",
        "Wait... no. . . . He left?! Oh! how she wept. Alas! the day.",
        "“’Tis nowt, lad,” said he. “Ah wor goin' doon t' th' beach.”",
        "She said ‘the boys’ boat’ and the dogs’ dinner, 'twas all.",
        "The colour of the grey harbour at to-morrow's high-watermark; the kukri-man's shop.",
        "He wrote _verb. sap._ under it.",
        "It must of course be so. Visit www.example.com or ask me@example.com.",
        "“This goes on,\n\n“and on,” he said.",
        "He saw Zbigniew near Zbigniew's house; it was Przemysl himself.",
        "The _voivode_ and the *hospodar* spoke.",
        "The frimble ran. A frimble is small. Every frimble sleeps.",
        "It was the boat\n\nboat that the sea took\n\n",
        "The Tide House\n\nDear Lucy,\n\n- a list item without a stop and with many words in it here\n\nYours ever, Mina.",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn nobody_is_corrected_in_what_they_say() {
    let text = "“I could of took a apple from thet hoose,” he said. “She have ate a egg in order to live.”";
    assert_eq!(found(text), []);
    let slip = found("“I saw teh boat,” he said.");
    assert_eq!(slip, [("spelling", "teh".to_owned(), Some("the".to_owned()))]);
}

#[test]
fn names_from_canon_are_no_errors() {
    let text = "Slowly the qwyntar rose.";
    let prose = Prose::of(text);
    assert_eq!(faults(&prose, &BTreeSet::new()).len(), 1);
    assert_eq!(faults(&prose, &BTreeSet::from(["qwyntar".to_owned()])), []);
}

#[test]
fn other_languages_are_looked_at_for_what_holds_everywhere() {
    let german = "Es war eine kalte Nacht , und der Regen hatte hatte nicht aufgehört, seit sie das Haus am Meer \
                  verlassen hatten,, und die die Tür nicht schlossen. niemand sprach ein Wort.";
    let kinds: Vec<&str> = found(german).iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(kinds, ["space_before_mark", "doubled_word", "repeated_mark"]);
    assert_eq!(found("雨が降っていた。「寒い。」彼は言った。ああああ。"), []);
}

proptest! {
    // Each case looks at a text several times, and an unoptimized dictionary is slow.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn faults_stand_in_the_text_whatever_it_is(
        text in "\\PC{0,100}|([a-zA-Z]{1,5}|teh|[.,!?;:'\"“”‘’()_*«»„ -]|\n\n| ){0,80}"
    ) {
        for fault in faults(&Prose::of(&text), &BTreeSet::new()) {
            prop_assert!(text.get(fault.at.clone()).is_some(), "{:?}", fault);
            if let Some(fix) = &fault.fix {
                prop_assert_ne!(&text[fault.at.clone()], fix.as_str());
            }
        }
    }
}
