//! The offline author's lessons of an edit: what its difference shows plainly, and nothing where it shows nothing.

mod facts;
mod habits;

use serde::Serialize;

use crate::analysis::diff::{Diff, Tag};
use crate::analysis::sentences::sentences;
use crate::llm::Material;

/// Lessons of one edit at most.
const MOST: usize = 6;

/// A lesson as the prompt asks for it.
#[derive(Debug, PartialEq, Serialize)]
struct Lesson {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    text: String,
    why: String,
    quote: String,
}

/// The edit as it is looked at.
struct Seen<'m> {
    material: &'m Material,
    before: &'m str,
    after: &'m str,
    diff: Diff,
}

pub(super) fn propose(material: &Material) -> String {
    let Some(edited) = &material.edited else { return "[]".into() };
    let (before, after) = (edited.before.as_str(), edited.after.as_str());
    let seen = Seen { material, before, after, diff: Diff::new(before, after) };
    let mut lessons = facts::facts(&seen);
    lessons.extend(habits::habits(&seen).into_iter().filter(|lesson| !seen.is_noted(&lesson.text)));
    lessons.truncate(MOST);
    serde_json::to_string_pretty(&lessons).expect("lessons are plain data")
}

impl Seen<'_> {
    /// Whether the notes on style say this already.
    fn is_noted(&self, note: &str) -> bool {
        let notes = self.material.canon.iter().filter(|e| e.kind == "style").map(|e| e.text.as_str());
        notes.chain([self.material.settings.style_notes.as_str()]).any(|text| text.contains(note))
    }

    /// The words of one fate, in lower case, in reading order.
    fn words(&self, tag: Tag) -> Vec<String> {
        self.diff.spans().filter(|s| s.tag == tag).flat_map(|s| words_of(&s.text)).collect()
    }
}

/// The words of a text, in lower case.
fn words_of(text: &str) -> impl Iterator<Item = String> + '_ {
    use unicode_segmentation::UnicodeSegmentation;
    text.unicode_words().map(str::to_lowercase)
}

/// The sentences of a text, without the blanks around them.
fn sentences_of(text: &str) -> Vec<&str> {
    sentences(text).into_iter().map(|range| text[range].trim()).filter(|s| !s.is_empty()).collect()
}

/// The sentence of a text that shows something, cut to what can be quoted.
fn quote(text: &str, shows: impl Fn(&str) -> bool) -> Option<&str> {
    let sentence = sentences_of(text).into_iter().find(|s| shows(s))?;
    Some(sentence.char_indices().nth(160).map_or(sentence, |(at, _)| sentence[..at].trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::proposal;
    use crate::llm::{AgentKind, CanonEntry, Edited, Settings};

    fn edit(before: &str, after: &str) -> Material {
        let mara = CanonEntry {
            id: "b_mara".into(),
            kind: "character".into(),
            name: "Mara Quint".into(),
            aliases: vec!["the pilot".into()],
            text: "She has brown hair.".into(),
        };
        let edited = Edited { before: before.into(), after: after.into(), passages: Vec::new() };
        Material { agent: AgentKind::Scribe, canon: vec![mara], edited: Some(edited), ..Material::default() }
    }

    /// The texts that are proposed, each after its kind.
    fn taught_by(material: &Material) -> Vec<String> {
        let answer = propose(material);
        let edited = material.edited.as_ref().unwrap();
        for lesson in proposal::read(&answer).unwrap() {
            assert!(
                edited.after.contains(&lesson.quote) || edited.before.contains(&lesson.quote),
                "{answer}"
            );
        }
        assert_eq!(answer, propose(material), "the same edit, the same lessons");
        let lessons: Vec<serde_json::Value> = serde_json::from_str(&answer).unwrap();
        let text = |l: &serde_json::Value| {
            format!("{}: {}", l["kind"].as_str().unwrap(), l["text"].as_str().unwrap())
        };
        lessons.iter().map(text).collect()
    }

    fn taught(before: &str, after: &str) -> Vec<String> {
        taught_by(&edit(before, after))
    }

    #[test]
    fn an_edit_that_teaches_nothing_is_answered_with_nothing() {
        let text = "Mara waited at the pier. The boat was late. She lit the lantern, and it went out.";
        for (before, after) in [
            (text, text),
            (text, "Mara waited at the pier. The ferry was late. She lit the lantern, and it went out."),
            (text, "Mara waited at the pier. She lit the lantern, and it went out."),
            (
                text,
                "Mara waited at the pier.\n\nThe boat was late. She lit the lantern, and it went out. Then nothing.",
            ),
            ("", "It snowed."),
            ("李明在灯塔等她。", "李明在灯塔等他。"),
        ] {
            assert_eq!(taught(before, after), Vec::<String>::new(), "{after}");
        }
        assert_eq!(propose(&Material { edited: None, ..edit("", "") }), "[]");
    }

    #[test]
    fn a_word_that_is_replaced_throughout_is_a_preference() {
        let before = "She lit the lantern. The lantern smoked. He took the lantern away.";
        let notes = taught(before, &before.replace("lantern", "lamp"));
        assert_eq!(notes, ["style: Prefers \"lamp\" to \"lantern\"."]);
        let after = "Mara came. She lit the lamp. The lamp smoked, and he swore. He took the lamp away.";
        assert_eq!(taught(before, after), ["style: Prefers \"lamp\" to \"lantern\"."]);
        let twice = before.replacen("lantern", "lamp", 2);
        assert_eq!(taught(before, &twice), Vec::<String>::new(), "one was left as it is");
        let named = before.replace("lantern", "Quint");
        assert_eq!(taught(before, &named), Vec::<String>::new(), "a name is no matter of style");
        let mut known = edit(before, &before.replace("lantern", "lamp"));
        known.settings =
            Settings { style_notes: "Prefers \"lamp\" to \"lantern\".".into(), ..Settings::default() };
        assert_eq!(taught_by(&known), Vec::<String>::new(), "it is noted already");
    }

    #[test]
    fn exclamation_marks_and_adverbs_that_go_are_habits() {
        let before = "She slowly turned! He quickly looked away! The sea was loud.";
        let notes = taught(before, "She turned. He looked away. The sea was loud.");
        assert_eq!(
            notes,
            [
                "style: Does without exclamation marks.",
                "style: Does without adverbs in \"-ly\" where the verb can do."
            ]
        );
        let mut german = edit(before, "She turned! He looked away! The sea was loud.");
        german.settings.language = "German".into();
        assert_eq!(taught_by(&german), Vec::<String>::new());
    }

    #[test]
    fn long_sentences_that_are_broken_up_and_other_quotation_marks_are_habits() {
        let before = "She went down to the harbour in the rain and looked for the boat that had not come, and she waited there \
                      until it was dark and the lamps were lit along the wall. He stood behind her all that time and said nothing \
                      because there was nothing that he could have said to her that day.";
        let after = "She went down to the harbour. It rained. She looked for the boat. It had not come. He stood behind her. \
                     He said nothing. There was nothing to say.";
        assert_eq!(taught(before, after), ["style: Keeps sentences short: about 4 words each."]);
        let quoted = "\"Not tonight,\" she said. \"Never.\"";
        let curled = "“Not tonight,” she said. “Never.”";
        assert_eq!(taught(quoted, curled), ["style: Sets speech in “…”, not in \"…\"."]);
    }

    #[test]
    fn an_attribute_of_someone_who_is_named_is_a_fact() {
        let before = "Mara waited. The boat was late.";
        let facts = taught(before, "Mara waited. Mara had grey eyes. The boat was late.");
        assert_eq!(facts, ["fact: Mara had grey eyes."]);
        assert_eq!(
            taught(before, "Mara was forty years old and waited. The boat was late."),
            ["fact: Mara was forty years old and waited."]
        );
        for nothing in [
            "Mara waited. Mara had brown hair. The boat was late.",
            "Mara waited. She had grey eyes. The boat was late.",
            "Mara waited. \"Mara had grey eyes,\" he said. The boat was late.",
            "Mara waited. Mara went home. The boat was late.",
            "Mara waited. Was Mara forty? The boat was late.",
        ] {
            assert_eq!(taught(before, nothing), Vec::<String>::new(), "{nothing}");
        }
        let changed = taught("Mara had a brown coat.", "Mara had a red coat.");
        assert_eq!(changed, ["fact: Mara had a red coat."]);
    }
}
