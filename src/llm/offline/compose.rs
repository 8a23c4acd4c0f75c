//! Who of the offline author is asked, and the last look at what was written.

use super::chance::Chance;
use super::grammar::NARRATION;
use super::wishes::Wishes;
use super::{dialogue, narration, other, passages, review, scribe, story, summary};
use crate::llm::{AgentKind, Material};

/// The text for `material`: the same for the same material.
pub(super) fn compose(material: &Material) -> String {
    match material.agent {
        AgentKind::Reviewer => return review::review(material),
        AgentKind::Summarist => return summary::summarize(material),
        AgentKind::Scribe => return scribe::propose(material),
        AgentKind::StoryReviewer => return story::report(material),
        AgentKind::Polisher => return story::polished(material),
        AgentKind::Other => return other::answer(material),
        AgentKind::Narrator | AgentKind::Dialogue => {}
    }
    if !material.passages.is_empty()
        && let Some(text) = passages::rewrite(material)
    {
        return text;
    }
    let wishes = Wishes::read(&material.settings.style_notes, material.feedback.iter().map(String::as_str));
    let page = material.earlier.len().to_string();
    let dialogue = material.agent == AgentKind::Dialogue;
    let agent = if dialogue { "dialogue" } else { "narration" };
    let chance = Chance::new(material.seed, &[agent, &material.beat, &page, &wishes.unread]);
    let text = if dialogue {
        dialogue::converse(material, &wishes, chance)
    } else {
        narration::narrate(material, &wishes, chance)
    };
    if !wishes.taboo.stands_in(&text) {
        return text;
    }
    // Each sentence was looked at when it was drawn; this holds also for what two of them make together.
    let text = wishes.taboo.strike_from(&text);
    if !text.is_empty() {
        return text;
    }
    let bare = NARRATION.bare.iter().find(|sentence| !wishes.taboo.stands_in(sentence));
    bare.unwrap_or(&NARRATION.bare[0]).clone()
}
