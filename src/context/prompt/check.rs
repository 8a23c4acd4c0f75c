//! What is wrong with a template, by line, before any call is made with it.

use minijinja::Environment;

use super::{ContextError, Part, Prompt, SHIPPED, Value, inputs};
use crate::llm::Material;

/// What agents of workflows about a text or a book are given beside what their shipped templates use.
const OF_RUNS: [&str; 7] = ["settings", "book", "subject", "parameters", "steps", "iteration", "schema"];

/// Variables whose fields differ from one workflow to the other.
const OPEN: [&str; 3] = ["steps", "parameters", "item"];

impl Prompt {
    /// Returns everything that is wrong with it, by line: what is not a template, variables that its agent is not given
    /// or that its front matter does not declare, and what does not render for a page with little or with much.
    #[must_use]
    pub fn faults(&self) -> Vec<ContextError> {
        let mut faults = Vec::new();
        let known = self.known();
        for part in &self.parts {
            for name in used(part, true) {
                let top = name.split('.').next().unwrap_or_default();
                if known.get(top).is_none() {
                    let agent = if self.name.is_empty() { "an agent" } else { &self.name };
                    let reason = format!("`{top}` is not a variable of {agent}; there are {}", names(&known));
                    faults.push(self.fault(part, top, reason));
                } else if !OPEN.contains(&top) && !is_there(&known, &name) {
                    let reason = format!("`{name}` is not a variable: `{top}` has {}", fields(&known[top]));
                    faults.push(self.fault(part, &name, reason));
                }
            }
        }
        for name in self.undeclared() {
            let Some(part) = self.parts.iter().find(|p| used(p, false).contains(&name)) else { continue };
            if known.get(&name).is_some() {
                let reason = format!("`{name}` is not declared: add it to the inputs of the front matter");
                faults.push(self.fault(part, &name, reason));
            }
        }
        if faults.is_empty() {
            let example = Material::example();
            let bare = Material {
                subject_title: Some(String::new()),
                parameters: example.parameters.clone(),
                ..Material::default()
            };
            let cases = [bare, example];
            faults.extend(cases.iter().find_map(|material| self.render(material).err()));
        }
        faults
    }

    /// Returns the variables that it uses and its front matter does not declare.
    #[must_use]
    pub fn undeclared(&self) -> Vec<String> {
        let mut all: Vec<String> = self.parts.iter().flat_map(|part| used(part, false)).collect();
        all.sort();
        all.dedup();
        all.retain(|name| !self.declared.contains(name));
        all
    }

    /// Returns the variables that its agent is given, each with an example; those of all agents for one that the author
    /// made up.
    fn known(&self) -> Value {
        let mut known = inputs(&Material::example());
        let shipped = SHIPPED.iter().find(|(agent, _)| *agent == self.name);
        let Some(Ok(shipped)) = shipped.map(|(agent, source)| Self::parse(agent, source)) else {
            return known;
        };
        if let Some(fields) = known.as_object_mut() {
            let is_of_run = is_of_run(&self.name);
            fields.retain(|name, _| {
                shipped.declared.contains(name) || (is_of_run && OF_RUNS.contains(&name.as_str()))
            });
        }
        known
    }

    fn fault(&self, part: &Part, name: &str, reason: String) -> ContextError {
        let at = part.body.lines().position(|line| mentions(line, name)).unwrap_or(0);
        ContextError::Prompt { file: self.file.clone(), line: part.line + at, reason }
    }
}

/// Returns whether an agent works in runs about a text or a book.
fn is_of_run(agent: &str) -> bool {
    ["story_reviewer", "polisher", "coherence_reviewer"].contains(&agent)
}

/// Returns the variables of a part, in order; with their fields where `fields` says so.
fn used(part: &Part, fields: bool) -> Vec<String> {
    let environment = Environment::new();
    let Ok(template) = environment.template_from_str(&part.body) else { return Vec::new() };
    let mut used: Vec<String> = template.undeclared_variables(fields).into_iter().collect();
    used.sort();
    used
}

/// Returns whether there is something at a path. What is in a list or a text is the template's own affair.
fn is_there(known: &Value, path: &str) -> bool {
    let found = path.split('.').try_fold(known, |value, key| match value {
        Value::Object(fields) => fields.get(key),
        other => Some(other),
    });
    found.is_some()
}

/// Returns whether a line has a name that is not part of a longer one.
fn mentions(line: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name).any(|(at, _)| {
        !line[..at].ends_with(|c| is_part(c) || c == '.') && !line[at + name.len()..].starts_with(is_part)
    })
}

fn names(known: &Value) -> String {
    let names = known.as_object().into_iter().flat_map(|o| o.keys().map(String::as_str));
    names.collect::<Vec<_>>().join(", ")
}

fn fields(value: &Value) -> String {
    match value {
        Value::Object(_) => names(value),
        _ => "no fields".into(),
    }
}
