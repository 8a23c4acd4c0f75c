//! Keymaps and themes are TOML tables of `key = "value"`; this reads them with the line of each entry, so that a
//! refusal can name it.

use toml::de::{DeTable, DeValue};

use super::error::TuiError;

/// One `key = "value"` and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The `[table]` it is in; empty at the top of the file.
    pub table: String,
    /// The line of the table's head, from 1.
    pub table_line: usize,
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
    /// The line of the key, from 1.
    pub line: usize,
}

/// The entries of a text, in the order they stand in it. `file` is what errors call it.
pub fn entries(file: &str, text: &str) -> Result<Vec<Entry>, TuiError> {
    let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let root = DeTable::parse(text).map_err(|e| {
        let at = e.span().map_or(0, |s| s.start);
        TuiError::settings(file, line(at), e.message(), "correct the TOML there")
    })?;
    let mut found = Vec::new();
    for (key, value) in root.get_ref() {
        match value.get_ref() {
            DeValue::Table(table) => {
                for (inner, value) in table {
                    let at = inner.span().start;
                    let text = string(file, line(at), inner.get_ref(), value.get_ref())?;
                    found.push((
                        at,
                        entry((key.get_ref(), line(key.span().start)), inner.get_ref(), text, line(at)),
                    ));
                }
            }
            other => {
                let at = key.span().start;
                let text = string(file, line(at), key.get_ref(), other)?;
                found.push((at, entry(("", 1), key.get_ref(), text, line(at))));
            }
        }
    }
    found.sort_by_key(|(at, _)| *at);
    Ok(found.into_iter().map(|(_, entry)| entry).collect())
}

fn entry((table, table_line): (&str, usize), key: &str, value: String, line: usize) -> Entry {
    Entry { table: table.to_owned(), table_line, key: key.to_owned(), value, line }
}

fn string(file: &str, line: usize, key: &str, value: &DeValue) -> Result<String, TuiError> {
    value.as_str().map(str::to_owned).ok_or_else(|| {
        let what = format!("`{key}` is {}, not a text in quotes", value.type_str());
        TuiError::settings(file, line, what, format!("write {key} = \"…\""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_order_and_line() {
        let all = entries("f", "name = \"x\"\n\n[b]\n\"z\" = \"1\"\na = \"2\"\n").expect("valid");
        let short: Vec<_> = all.iter().map(|e| (e.table.as_str(), e.key.as_str(), e.line)).collect();
        assert_eq!(short, [("", "name", 1), ("b", "z", 4), ("b", "a", 5)]);
        assert_eq!(all[1].table_line, 3);
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        let error = entries("k.toml", "[gate]\n\na = 3\n").expect_err("a number");
        assert_eq!(error.to_string(), "k.toml:3: `a` is integer, not a text in quotes");
        let error = entries("k.toml", "[gate]\na = \n").expect_err("broken");
        assert!(error.to_string().starts_with("k.toml:2: "), "{error}");
    }
}
