//! Prompt templates: `.prompty` files with front matter and a Jinja2 body, split into roles before they are
//! rendered, so that no input can make itself a message of another role.

mod check;
mod heeded;
mod render;

use std::path::Path;

use serde_json::{Value, json};

use super::ContextError;
use crate::domain::manifest::{Layer, Template};
use crate::domain::{BookId, Hash, page};
use crate::llm::{Material, Message, Role};
use crate::store::Reader;

/// A template, split into its roles.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// The file, as the author knows it.
    pub file: String,
    /// The agent's name: the one it is laid over, else the one that its front matter says.
    pub name: String,
    /// Whose it is.
    pub layer: Layer,
    /// The whole file.
    pub source: String,
    /// The variables that its front matter declares.
    pub declared: Vec<String>,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
struct Part {
    role: Role,
    /// The line of the file on which the part's text begins, from 1.
    line: usize,
    body: String,
}

/// The templates that Galley ships, by agent.
const SHIPPED: [(&str, &str); 8] = [
    ("narrator", include_str!("../../prompts/narrator.prompty")),
    ("dialogue", include_str!("../../prompts/dialogue.prompty")),
    ("reviewer", include_str!("../../prompts/reviewer.prompty")),
    ("summarist", include_str!("../../prompts/summarist.prompty")),
    ("scribe", include_str!("../../prompts/scribe.prompty")),
    ("story_reviewer", include_str!("../../prompts/story_reviewer.prompty")),
    ("polisher", include_str!("../../prompts/polisher.prompty")),
    ("coherence_reviewer", include_str!("../../prompts/coherence_reviewer.prompty")),
];

/// The agents that have a template, in the order in which they are shown.
pub fn agents() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(agent, _)| *agent)
}

impl Prompt {
    /// Returns the template that holds for an agent: the book's own, else the author's file in `folder`, else
    /// the shipped one.
    pub fn holding(
        reader: &Reader,
        book: Option<&BookId>,
        folder: &Path,
        agent: &str,
    ) -> Result<Self, ContextError> {
        if let Some(book) = book
            && let Some((version, source)) = reader.book_prompt(book, agent)?
        {
            let file = format!("{agent}.prompty of {book}, version {version}");
            return Ok(Self { name: agent.into(), layer: Layer::Book, ..Self::parse(&file, &source)? });
        }
        Self::of_author(folder, agent)
    }

    /// Returns the author's template in `folder`, else the shipped one.
    pub fn of_author(folder: &Path, agent: &str) -> Result<Self, ContextError> {
        let path = folder.join(format!("{agent}.prompty"));
        let file = path.display().to_string();
        match std::fs::read_to_string(&path) {
            Ok(source) => {
                Ok(Self { name: agent.into(), layer: Layer::Author, ..Self::parse(&file, &source)? })
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Self::shipped(agent),
            Err(e) => Err(ContextError::Prompt { file, line: 1, reason: e.to_string() }),
        }
    }

    /// Returns the shipped template of an agent.
    pub fn shipped(agent: &str) -> Result<Self, ContextError> {
        let found = SHIPPED.iter().find(|(name, _)| *name == agent);
        let (name, source) = found.ok_or_else(|| ContextError::Prompt {
            file: format!("prompts/{agent}.prompty"),
            line: 1,
            reason: "there is no such template".into(),
        })?;
        Self::parse(&format!("prompts/{name}.prompty"), source).map(|p| Self { name: agent.into(), ..p })
    }

    /// Reads a template.
    pub fn parse(file: &str, source: &str) -> Result<Self, ContextError> {
        let error = |line, reason: &str| ContextError::Prompt {
            file: file.to_owned(),
            line,
            reason: reason.to_owned(),
        };
        let mut lines = source.lines().enumerate();
        if lines.next().is_none_or(|(_, first)| first.trim_end() != "---") {
            return Err(error(1, "a template starts with front matter between two lines of ---"));
        }
        let mut front = String::new();
        let mut closed = false;
        for (_, line) in lines.by_ref() {
            if line.trim_end() == "---" {
                closed = true;
                break;
            }
            front.push_str(line);
            front.push('\n');
        }
        if !closed {
            return Err(error(1, "the front matter is never closed by a line of ---"));
        }
        let front: Value = serde_saphyr::from_str(&front)
            .map_err(|e| error(2, &format!("the front matter does not read: {e}")))?;
        let declared = front["inputs"].as_object().into_iter().flat_map(|o| o.keys().cloned()).collect();
        let mut parts: Vec<Part> = Vec::new();
        for (index, line) in lines {
            let role = match line.trim_end() {
                "system:" => Some(Role::System),
                "user:" => Some(Role::User),
                "assistant:" => Some(Role::Assistant),
                _ => None,
            };
            match (role, parts.last_mut()) {
                (Some(role), _) => parts.push(Part { role, line: index + 2, body: String::new() }),
                (None, Some(part)) => {
                    part.body.push_str(line);
                    part.body.push('\n');
                }
                (None, None) if line.trim().is_empty() => {}
                (None, None) => {
                    return Err(error(index + 1, "there is text before the first role (system:, user:)"));
                }
            }
        }
        if parts.is_empty() {
            return Err(error(1, "the template has no role: a line `user:` starts one"));
        }
        let name = front["name"].as_str().unwrap_or_default().to_owned();
        let (file, source) = (file.to_owned(), source.to_owned());
        Ok(Self { file, name, layer: Layer::Shipped, source, declared, parts })
    }

    /// Says which agent it is for.
    #[must_use]
    pub fn named(self, agent: &str) -> Self {
        Self { name: agent.to_owned(), ..self }
    }

    /// Returns which version of which template it is.
    #[must_use]
    pub fn template(&self) -> Template {
        let hash = Hash::of(self.source.as_bytes());
        Template { name: self.name.clone(), layer: self.layer, hash }
    }

    /// Returns its own words, without what stands between the marks of the template language.
    #[must_use]
    pub fn own_words(&self) -> String {
        let mut words = String::new();
        for part in &self.parts {
            let mut rest = part.body.as_str();
            while let Some(at) =
                rest.find("{{").into_iter().chain(rest.find("{%")).chain(rest.find("{#")).min()
            {
                words.push_str(&rest[..at]);
                let inside = &rest[at + 2..];
                let end = ["}}", "%}", "#}"].iter().filter_map(|m| inside.find(m)).min();
                rest = end.map_or("", |end| &inside[end + 2..]);
            }
            words.push_str(rest);
        }
        words
    }

    /// Renders the messages for what an agent is given; an answer that is to be mended follows them.
    pub fn messages(&self, material: &Material) -> Result<Vec<Message>, ContextError> {
        let mut messages = self.render(material)?;
        self.heed(material, &mut messages)?;
        if let Some(repair) = &material.repair {
            messages.push(Message::assistant(repair.answer.as_str()));
            messages.push(Message::user(format!(
                "That answer cannot be used: {}.\n\nAnswer again with the corrected JSON alone: no words before or \
                 after it.",
                repair.faults
            )));
        }
        Ok(messages)
    }
}

/// Writes data out for a reader.
pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

/// Makes the variables of a template.
fn inputs(material: &Material) -> Value {
    let narration: Vec<&str> =
        material.narration.as_deref().map(page::paragraphs).into_iter().flatten().collect();
    let mut all = json!({
        "settings": material.settings,
        "book": material.book,
        "chapter": material.chapter,
        "beat": material.beat,
        "canon": material.canon,
        "before": material.before,
        "earlier": material.earlier,
        "narration": narration,
        "feedback": material.feedback,
        "passages": material.passages,
        "locked": material.locked,
        "previous": material.previous.as_deref().unwrap_or_default(),
        "under_review": material.under_review.as_deref().unwrap_or_default(),
        "edited": material.edited.clone().unwrap_or_default(),
    });
    super::given::inputs(material, &mut all);
    all
}

#[cfg(test)]
mod tests;
