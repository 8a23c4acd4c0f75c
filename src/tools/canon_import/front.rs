//! The front matter of a file of canon.

use serde::Deserialize;

use super::kinds::{Named, named};
use crate::domain::canon::EntryMode;
use crate::tools::ImportError;

/// What front matter says. Other fields are another program's, and are left alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Front {
    pub named: Option<Named>,
    /// A type that is not a kind known here.
    pub unknown_type: Option<String>,
    pub name: Option<String>,
    pub aliases: Vec<String>,
    pub mode: Option<EntryMode>,
    pub weight: Option<u8>,
    pub from: Option<String>,
    pub until: Option<String>,
    pub parent: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Raw {
    #[serde(alias = "kind")]
    r#type: Option<Words>,
    #[serde(alias = "title")]
    name: Option<Words>,
    #[serde(alias = "alias")]
    aliases: Option<Words>,
    mode: Option<Words>,
    weight: Option<i64>,
    from: Option<Words>,
    until: Option<Words>,
    parent: Option<Words>,
}

/// A word, a number, or a list of them: authors write all three.
#[derive(Deserialize)]
#[serde(untagged)]
enum Words {
    Number(i64),
    Text(String),
    List(Vec<Words>),
}

impl Words {
    fn all(self) -> Vec<String> {
        match self {
            Self::Number(n) => vec![n.to_string()],
            Self::Text(text) => vec![text],
            Self::List(list) => list.into_iter().flat_map(Self::all).collect(),
        }
    }

    /// The first of them, without the brackets of a link to another note.
    fn one(self) -> Option<String> {
        let first = self.all().into_iter().next()?;
        let first = first.trim().trim_start_matches("[[").trim_end_matches("]]").trim();
        (!first.is_empty()).then(|| first.to_owned())
    }
}

/// Reads the YAML between the lines of `---`.
pub(super) fn read(file: &str, yaml: &str) -> Result<Front, ImportError> {
    let at = |line: usize, what: String| ImportError::Line { file: file.to_owned(), line, what };
    let line_of = |field: &str| {
        let found = yaml.lines().position(|l| l.trim_start().to_lowercase().starts_with(field));
        found.map_or(1, |index| index + 2)
    };
    if yaml.lines().all(|l| l.trim().is_empty() || l.trim_start().starts_with('#')) {
        return Ok(Front::default());
    }
    let raw: Raw = serde_saphyr::from_str(yaml).map_err(|e| {
        let line = e.location().map_or(1, |l| l.line() as usize + 1);
        let what = e.to_string();
        let what = what.lines().next().unwrap_or_default().trim_start_matches("error: ");
        at(line, format!("the front matter does not read: {what}"))
    })?;
    let one = |words: Option<Words>| words.and_then(Words::one);
    let kind = one(raw.r#type);
    let named = kind.as_deref().and_then(named);
    let mode = one(raw.mode).map(|m| m.to_lowercase().replace([' ', '-'], "_"));
    let mode = mode.map(|m| m.parse::<EntryMode>()).transpose().map_err(|e| at(line_of("mode"), e))?;
    let weight =
        match raw.weight {
            Some(weight) => Some(u8::try_from(weight).ok().filter(|w| *w <= 100).ok_or_else(|| {
                at(line_of("weight"), format!("the weight {weight} is not between 0 and 100"))
            })?),
            None => None,
        };
    let aliases = raw.aliases.map(Words::all).unwrap_or_default();
    let aliases = match aliases.as_slice() {
        [only] => split_names(only),
        _ => aliases.into_iter().map(|a| a.trim().to_owned()).filter(|a| !a.is_empty()).collect(),
    };
    Ok(Front {
        unknown_type: kind.filter(|_| named.is_none()),
        named,
        name: one(raw.name),
        aliases,
        mode,
        weight,
        from: one(raw.from),
        until: one(raw.until),
        parent: one(raw.parent),
    })
}

/// Splits names that stand in one line.
pub(super) fn split_names(line: &str) -> Vec<String> {
    let names = line
        .split([',', ';', '、', '，', '；'])
        .map(|n| n.trim().trim_matches(['"', '“', '”', '*', '`']).trim());
    names.filter(|n| !n.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::canon::EntryKind;

    #[test]
    fn fields_are_read_as_authors_write_them_and_others_are_left_alone() {
        let yaml = "type: Character\ntitle: Mara Vell\naliases: [the pilot, 'Mar, young']\nmode: by hand\nweight: 80\n\
                    from: 3\nparent: \"[[The Vells]]\"\ntags:\n  - person\n";
        let front = read("mara.md", yaml).unwrap();
        assert_eq!(front.named, Some(Named::One(EntryKind::Character)));
        assert_eq!(front.aliases, ["the pilot", "Mar, young"]);
        assert_eq!((front.mode, front.weight), (Some(EntryMode::ByHand), Some(80)));
        assert_eq!((front.from.as_deref(), front.parent.as_deref()), (Some("3"), Some("The Vells")));
        assert_eq!(read("x.md", "aliases: a, b").unwrap().aliases, ["a", "b"]);
        assert_eq!(read("x.md", "type: spaceship").unwrap().unknown_type.as_deref(), Some("spaceship"));
        assert_eq!(read("x.md", "# only a comment\n").unwrap(), Front::default());
    }

    #[test]
    fn what_does_not_read_is_refused_with_file_and_line() {
        for (yaml, said) in [
            ("type: a\nweight: 101\n", "x.md: line 3: the weight 101"),
            ("mode: sometimes\n", "x.md: line 2: `sometimes` is not a known mode"),
            ("name: [open\n", "x.md: line "),
            ("just words\n", "x.md: line "),
        ] {
            let error = read("x.md", yaml).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
