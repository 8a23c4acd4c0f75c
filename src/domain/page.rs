//! A page's text (design §2): narration is paragraphs, dialogue is lines, and the page is the narration with
//! the lines placed. So dialogue cannot alter narration, by construction.

/// One line of dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialogueLine<'t> {
    /// The narration paragraph it follows, from 1; none puts it at the end.
    pub after: Option<usize>,
    /// The line itself.
    pub text: &'t str,
}

/// Splits a text into paragraphs at empty lines.
pub fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = trim_blank_lines(rest);
        if rest.is_empty() {
            return None;
        }
        let mut end = rest.len();
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim().is_empty() {
                end = at;
                break;
            }
            at += line.len();
        }
        let (paragraph, tail) = rest.split_at(end);
        rest = tail;
        Some(paragraph.trim_end())
    })
}

fn trim_blank_lines(mut text: &str) -> &str {
    while let Some(line) = text.split_inclusive('\n').next() {
        if !line.trim().is_empty() {
            break;
        }
        text = &text[line.len()..];
    }
    text
}

/// Reads dialogue: one line a paragraph or a text line each; `[2] ` before it places it after narration
/// paragraph 2. Anything else in brackets is part of the line.
pub fn dialogue_lines(dialogue: &str) -> impl Iterator<Item = DialogueLine<'_>> {
    dialogue.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| {
        let anchor = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        match anchor.and_then(|(number, text)| number.trim().parse().ok().map(|n: usize| (n, text))) {
            Some((after, text)) if after > 0 && !text.trim().is_empty() => {
                DialogueLine { after: Some(after), text: text.trim_start() }
            }
            _ => DialogueLine { after: None, text: line },
        }
    })
}

/// Puts a page together; lines anchored after a paragraph that does not exist go to the end.
#[must_use]
pub fn compose(narration: &str, dialogue: Option<&str>) -> String {
    let Some(dialogue) = dialogue else { return narration.to_owned() };
    let narration: Vec<&str> = paragraphs(narration).collect();
    let lines: Vec<DialogueLine<'_>> = dialogue_lines(dialogue).collect();
    let mut parts: Vec<&str> = Vec::with_capacity(narration.len() + lines.len());
    for (index, paragraph) in narration.iter().enumerate() {
        parts.push(paragraph);
        parts.extend(lines.iter().filter(|l| l.after == Some(index + 1)).map(|l| l.text));
    }
    parts.extend(lines.iter().filter(|l| l.after.is_none_or(|n| n > narration.len())).map(|l| l.text));
    parts.join("\n\n")
}

/// Whether a page holds every paragraph of its narration word for word, in their order.
#[must_use]
pub fn keeps(narration: &str, page: &str) -> bool {
    let mut rest = page;
    paragraphs(narration).all(|paragraph| {
        let found = rest.find(paragraph);
        rest = found.map_or("", |at| &rest[at + paragraph.len()..]);
        found.is_some()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_stand_after_their_paragraph_and_the_others_at_the_end() {
        let page =
            compose("One.\n\nTwo.\n", Some("[1] \"Who is there?\"\n\"Nobody.\"\n[9] \"Late.\"\n[sic] yes"));
        assert_eq!(page, "One.\n\n\"Who is there?\"\n\nTwo.\n\n\"Nobody.\"\n\n\"Late.\"\n\n[sic] yes");
    }

    #[test]
    fn without_dialogue_the_page_is_its_narration_to_the_byte() {
        assert_eq!(compose("One.  \n\n\nTwo.", None), "One.  \n\n\nTwo.");
    }

    proptest! {
        #[test]
        fn dialogue_never_alters_narration(narration in "[a-zé ]{1,12}(\n\n[a-z ]{1,12}){0,4}", dialogue in any::<String>()) {
            let page = compose(&narration, Some(&dialogue));
            prop_assert!(keeps(&narration, &page), "{page:?}");
            let more = narration.clone() + "\n\nAnother paragraph, not there.";
            prop_assert!(!keeps(&more, &page));
        }
    }
}
