//! Title, author and language of a manuscript, from wherever a format says them.

use crate::domain::language;

/// What a source says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meta {
    pub title: Option<String>,
    pub author: Option<String>,
    /// A language tag (BCP 47).
    pub language: Option<String>,
}

impl Meta {
    /// Takes over a field by its name; the first that says something counts.
    pub fn take(&mut self, name: &str, value: &str) {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if value.is_empty() {
            return;
        }
        let field = match name.to_ascii_lowercase().as_str() {
            "title" => &mut self.title,
            "author" | "authors" | "creator" | "by" => &mut self.author,
            "lang" | "language" => {
                self.language = self.language.take().or_else(|| language::tag_of(&value.replace('_', "-")));
                return;
            }
            _ => return,
        };
        field.get_or_insert(value);
    }

    pub fn take_yaml(&mut self, yaml: &str) {
        if let Ok(serde_json::Value::Object(fields)) = serde_saphyr::from_str(yaml) {
            self.take_fields(&fields);
        }
    }

    pub fn take_toml(&mut self, text: &str) {
        if let Ok(serde_json::Value::Object(fields)) = toml::from_str(text) {
            self.take_fields(&fields);
        }
    }

    fn take_fields(&mut self, fields: &serde_json::Map<String, serde_json::Value>) {
        for (name, value) in fields {
            match value {
                serde_json::Value::Array(all) => {
                    let names: Vec<&str> = all.iter().filter_map(text_of).collect();
                    self.take(name, &names.join(", "));
                }
                other => self.take(name, text_of(other).unwrap_or_default()),
            }
        }
    }
}

/// Authors may be mappings that have a name.
fn text_of(value: &serde_json::Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("name")?.as_str())
}
