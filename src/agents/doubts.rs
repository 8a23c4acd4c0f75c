//! What an author should look at in a text that was delivered, before it passes the gate.

use crate::llm::holds_key;

/// A refusal stands at the beginning of an answer that is no longer than this, in bytes.
const MAX_REFUSAL: usize = 1_200;
/// How a model refuses in words, in lower case.
const REFUSALS: [&str; 26] = [
    "as an ai",
    "as a language model",
    "as a large language model",
    "i'm sorry, but i can",
    "i'm sorry, i can",
    "i am sorry, but i can",
    "i apologize, but i can",
    "i can't help with",
    "i cannot help with",
    "i can't assist",
    "i cannot assist",
    "i can't continue with this",
    "i cannot continue with this",
    "i can't fulfill",
    "i cannot fulfill",
    "i'm unable to help",
    "i'm unable to assist",
    "i'm not able to write",
    "against my guidelines",
    "content policy",
    "als ki",
    "dabei kann ich nicht helfen",
    "en tant qu'ia",
    "como modelo de lenguaje",
    "作为一个ai",
    "作为人工智能",
];

/// Says what in a text is perhaps no prose, and what should not stand in a book.
#[must_use]
pub fn doubts(text: &str) -> Vec<String> {
    let mut doubts = Vec::new();
    if is_refusal(text) {
        doubts.push("it reads like a refusal of the model, and not like a text".to_owned());
    }
    if holds_key(text) || text.contains("PRIVATE KEY-----") {
        doubts.push("it contains what looks like a secret key: remove it before publishing".to_owned());
    }
    if ["<|", "|>", "</think", "</s>"].iter().any(|mark| text.contains(mark)) {
        doubts.push("a mark of the model is left in it".to_owned());
    }
    doubts
}

fn is_refusal(text: &str) -> bool {
    let head = text.trim_start();
    // What is said between quotation marks is said by somebody in the story.
    if text.len() > MAX_REFUSAL || head.starts_with(['"', '“', '„', '«', '「', '{', '[']) {
        return false;
    }
    let head: String = head.chars().take(200).collect::<String>().to_lowercase().replace('’', "'");
    REFUSALS.iter().any(|words| head.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_in_words_is_remarked_on_and_one_in_a_story_is_not() {
        for text in [
            "I'm sorry, but as an AI language model I can't continue with this request.",
            "I can’t assist with that. Would you like something else?",
            "作为一个AI，我不能继续。",
        ] {
            assert_eq!(doubts(text).len(), 1, "{text}");
        }
        for text in [
            "\"I'm sorry, but I can't,\" said Mara, and shut the door.",
            "I'm sorry, he had said, and it had been true.",
            "The harbour slept.",
        ] {
            assert_eq!(doubts(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_key_that_a_model_repeats_is_remarked_on() {
        let key = ["sk", "-proj-abcdefghijklmnopqrstuv0123456789"].concat();
        assert!(doubts(&format!("The key is {key}. She hid it."))[0].contains("key"));
        assert_eq!(doubts("The key is under the mat. Her password was a whisper."), [""; 0]);
    }
}
