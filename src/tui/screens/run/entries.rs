//! Data as an outline: any value field by field, and the known ones in the order that one reads them in.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::tui::widgets::outline::{Entry, Mark};

/// Entries of one artifact that are laid out.
const MOST: usize = 5_000;

/// Any value.
#[must_use]
pub fn fields(artifact: &Value) -> Vec<Entry> {
    let mut entries = Vec::new();
    match artifact {
        Value::Object(map) => rest(&mut entries, map, &[], "", 0),
        other => value(&mut entries, "0", 0, "", other),
    }
    entries
}

/// A review: the score beside the verdict, then the suggestions, which can be taken or refused, then the rest.
#[must_use]
pub fn report(artifact: &Value, refused: Option<&HashSet<usize>>) -> Vec<Entry> {
    let Some(map) = artifact.as_object() else { return fields(artifact) };
    let mut entries = Vec::new();
    let score = artifact["quality_score"].to_string();
    let verdict = match artifact["decision"].as_str() {
        Some(verdict) => format!("{score} of 100; the reviewer would {verdict}"),
        None => format!("{score} of 100"),
    };
    entries.push(leaf("quality_score", 0, "score", &verdict));
    let suggestions = artifact["suggestions"].as_array().map(Vec::as_slice).unwrap_or_default();
    entries.push(branch("suggestions", 0, "suggestions", &suggestions.len().to_string()));
    for (place, suggestion) in suggestions.iter().enumerate().take(MOST) {
        let key = suggestion_key(place);
        let mark = match refused {
            Some(refused) if refused.contains(&place) => Mark::Refused,
            Some(_) => Mark::Taken,
            None => Mark::None,
        };
        let text = joined(suggestion, &["where", "why"], " - ");
        let label = suggestion["priority"].as_str().unwrap_or_default().to_owned();
        entries.push(Entry { mark, ..leaf(&key, 1, &label, &text) });
        if let Some(map) = suggestion.as_object() {
            rest(&mut entries, map, &["where", "why", "priority", "id"], &key, 2);
        }
    }
    rest(&mut entries, map, &["quality_score", "decision", "suggestions"], "", 0);
    entries
}

/// The key of a suggestion in a report's outline.
#[must_use]
pub fn suggestion_key(place: usize) -> String {
    format!("suggestions/{place}")
}

/// The place of the suggestion that an entry shows, or belongs to.
#[must_use]
pub fn suggestion_of(key: &str) -> Option<usize> {
    key.strip_prefix("suggestions/")?.split('/').next()?.parse().ok()
}

/// What a polish says that it changed: each with both wordings, and why.
#[must_use]
pub fn change_log(artifact: &Value) -> Vec<Entry> {
    let mut entries = Vec::new();
    if let Some(title) = artifact["title"].as_str() {
        entries.push(leaf("title", 0, "title", title));
    }
    let changes = artifact["changes"].as_array().map(Vec::as_slice).unwrap_or_default();
    entries.push(branch("changes", 0, "changes", &changes.len().to_string()));
    for (place, change) in changes.iter().enumerate().take(MOST) {
        let key = format!("changes/{place}");
        let mut head = leaf(&key, 1, "", &joined(change, &["why"], ""));
        head.is_branch = true;
        entries.push(head);
        for name in ["where", "before", "after", "suggestion"] {
            if let Some(text) = change[name].as_str() {
                entries.push(leaf(&format!("{key}/{name}"), 2, name, text));
            }
        }
    }
    if let Some(map) = artifact.as_object() {
        rest(&mut entries, map, &["title", "text", "changes"], "", 0);
    }
    entries
}

/// Findings: what was found, with the places that it was found in.
#[must_use]
pub fn findings(artifact: &Value) -> Vec<Entry> {
    let Some(map) = artifact.as_object() else { return fields(artifact) };
    let mut entries = Vec::new();
    let scalars: Map<String, Value> = map
        .iter()
        .filter(|(_, v)| !v.is_object() && !v.is_array())
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    rest(&mut entries, &scalars, &[], "", 0);
    let found = artifact["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    entries.push(branch("findings", 0, "findings", &found.len().to_string()));
    for (place, finding) in found.iter().enumerate().take(MOST) {
        let key = format!("findings/{place}");
        let waived = if finding["waived"] == Value::Bool(true) { " (waived)" } else { "" };
        let label = joined(finding, &["severity", "kind"], " ") + waived;
        entries.push(branch(&key, 1, &label, finding["message"].as_str().unwrap_or_default()));
        let places = finding["places"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (at, place) in places.iter().enumerate() {
            let label = joined(place, &["page", "entry", "chapter"], " ");
            let quote = place["quote"].as_str().unwrap_or_default();
            entries.push(leaf(&format!("{key}/places/{at}"), 2, &label, quote));
        }
        if let Some(map) = finding.as_object() {
            rest(&mut entries, map, &["severity", "kind", "message", "places", "waived"], &key, 2);
        }
    }
    let known: Vec<&str> = scalars.keys().map(String::as_str).chain(["findings"]).collect();
    rest(&mut entries, map, &known, "", 0);
    entries
}

fn leaf(key: &str, depth: u16, label: &str, text: &str) -> Entry {
    let (key, label, text) = (key.to_owned(), label.to_owned(), text.to_owned());
    Entry { key, depth, mark: Mark::None, label, text, is_branch: false }
}

fn branch(key: &str, depth: u16, label: &str, text: &str) -> Entry {
    Entry { is_branch: true, ..leaf(key, depth, label, text) }
}

/// The texts of some fields, as many as there are.
fn joined(of: &Value, names: &[&str], between: &str) -> String {
    let texts = names.iter().filter_map(|name| of[*name].as_str().filter(|t| !t.is_empty()));
    texts.collect::<Vec<_>>().join(between)
}

/// The fields that are not shown already.
fn rest(entries: &mut Vec<Entry>, map: &Map<String, Value>, known: &[&str], under: &str, depth: u16) {
    for (name, field) in map.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
        let key = if under.is_empty() { name.clone() } else { format!("{under}/{name}") };
        value(entries, &key, depth, name, field);
    }
}

fn value(entries: &mut Vec<Entry>, key: &str, depth: u16, label: &str, field: &Value) {
    if entries.len() >= MOST {
        return;
    }
    match field {
        Value::Object(map) => {
            entries.push(branch(key, depth, label, ""));
            rest(entries, map, &[], key, depth + 1);
        }
        Value::Array(items) => {
            entries.push(branch(key, depth, label, &items.len().to_string()));
            for (place, item) in items.iter().enumerate() {
                // An item is called by its number, unless it is a text, which says itself what it is.
                let label = if item.is_string() { String::new() } else { (place + 1).to_string() };
                value(entries, &format!("{key}/{place}"), depth + 1, &label, item);
            }
        }
        Value::String(text) => entries.push(leaf(key, depth, label, text)),
        other => entries.push(leaf(key, depth, label, &other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(entries: &[Entry]) -> Vec<String> {
        entries.iter().map(|e| format!("{}{}|{}", " ".repeat(e.depth.into()), e.label, e.text)).collect()
    }

    #[test]
    fn any_value_is_an_outline() {
        let value = json!({"words": 12, "by": {"name": "x"}, "list": ["a", {"n": 1}]});
        assert_eq!(
            told(&fields(&value)),
            ["words|12", "by|", " name|x", "list|2", " |a", " 2|", "  n|1"].map(str::to_owned)
        );
        assert_eq!(told(&fields(&json!([1]))), ["|1", " 1|1"].map(str::to_owned));
        assert_eq!(told(&fields(&json!(7))), ["|7"].map(str::to_owned));
    }

    #[test]
    fn a_report_shows_the_verdict_beside_the_score_and_its_suggestions_first() {
        let value = json!({
            "quality_score": 71.5, "decision": "publish", "strengths": ["pace"],
            "suggestions": [{"where": "line 1", "why": "it repeats", "priority": "high", "fix": "cut"}],
        });
        let entries = report(&value, Some(&HashSet::from([0])));
        assert_eq!(
            told(&entries),
            [
                "score|71.5 of 100; the reviewer would publish",
                "suggestions|1",
                " high|line 1 - it repeats",
                "  fix|cut",
                "strengths|1",
                " |pace",
            ]
            .map(str::to_owned)
        );
        assert_eq!(entries[2].mark, Mark::Refused);
        assert_eq!(suggestion_of(&entries[2].key), Some(0));
        assert_eq!(suggestion_of(&entries[3].key), Some(0), "what stands below belongs to it");
        assert_eq!(suggestion_of("strengths/0"), None);
    }

    #[test]
    fn an_artifact_without_end_is_cut() {
        let value = json!({"all": vec![1; 100_000]});
        assert_eq!(fields(&value).len(), MOST);
    }
}
