//! Links in a text: `[[Name]]`, `[[Name|shown]]`, `[shown](file.md#heading)`.

use std::fmt;

/// The longest link, in bytes.
const MOST_BYTES: usize = 1000;

/// A link as it stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tools) struct Link<'t> {
    /// What it leads to.
    pub target: Target<'t>,
    /// What a reader sees.
    pub shown: &'t str,
    /// Bytes from its first bracket to its last.
    pub length: usize,
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tools) enum Target<'t> {
    /// An entry by its name.
    Name(&'t str),
    /// A heading by its address, in this file or in another one; or another file.
    Address { file: &'t str, anchor: &'t str },
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address { file, anchor: "" } => f.write_str(file),
            Self::Address { file, anchor } => write!(f, "{file}#{anchor}"),
        }
    }
}

/// Reads the link that a text begins with.
pub(in crate::tools) fn at(text: &str) -> Option<Link<'_>> {
    // A link is short: what never closes is not looked for to the end of the text.
    let text = &text[..text.floor_char_boundary(MOST_BYTES)];
    if let Some(rest) = text.strip_prefix("[[") {
        let end = rest.find("]]")?;
        let inside = &rest[..end];
        if inside.contains(['\n', '[']) {
            return None;
        }
        let (target, shown) = inside.split_once('|').unwrap_or((inside, inside));
        let target = target.split('#').next().unwrap_or_default().trim();
        // A path in a vault ends with the name.
        let target = target.rsplit('/').next().unwrap_or_default();
        return (!target.is_empty()).then_some(Link {
            target: Target::Name(target),
            shown: shown.trim(),
            length: end + 4,
        });
    }
    let rest = text.strip_prefix('[')?;
    let close = rest.find(']')?;
    let shown = &rest[..close];
    let address = rest[close + 1..].strip_prefix('(')?;
    let end = address.find(')')?;
    let target = address[..end].split_whitespace().next().unwrap_or_default();
    if shown.contains(['\n', '[']) || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let length = 1 + close + 2 + end + 1;
    (!target.is_empty()).then_some(Link { target: Target::Address { file, anchor }, shown, length })
}

/// Returns the links of a text, in order.
pub(in crate::tools) fn all(text: &str) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        // A picture is not a link.
        let link = if rest[..start].ends_with('!') { None } else { at(&rest[start..]) };
        rest = &rest[start + link.map_or(1, |l| l.length)..];
        found.extend(link);
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn links_of_both_kinds_are_read_and_web_addresses_are_not() {
        let text = "[[Mara]] and [[people/Ida Holm#Youth|her]] at [the mill](#old-mill), see [all](places.md#x \"t\"), \
                    [web](https://example.org) ![pic](mara.png) [not] [[]] [[a\nb]] [x]()";
        let found: Vec<_> = all(text).into_iter().map(|l| (l.target, l.shown)).collect();
        let address = |file, anchor| Target::Address { file, anchor };
        assert_eq!(
            found,
            [
                (Target::Name("Mara"), "Mara"),
                (Target::Name("Ida Holm"), "her"),
                (address("", "old-mill"), "the mill"),
                (address("places.md", "x"), "all"),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[\\[\\]\\(\\)|#a\\né/ ]{0,40}") {
            for link in all(&text) {
                prop_assert!(link.length <= text.len());
            }
        }
    }
}
