//! What style sheets and style attributes say of the looks of words. Only what a book keeps is read: no layout.

use std::collections::HashMap;

use crate::formats::document::{Style, Styles};

/// How an element looks, beside what its name says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Looks {
    pub styles: Styles,
    /// It is not shown at all.
    pub is_hidden: bool,
}

impl Looks {
    pub fn and(self, other: Self) -> Self {
        Self { styles: self.styles.and(other.styles), is_hidden: self.is_hidden || other.is_hidden }
    }
}

/// Reads declarations, such as `font-style: italic; color: red`.
pub(super) fn declared(declarations: &str) -> Looks {
    let mut looks = Looks::default();
    for declaration in declarations.split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim_end();
        let has = |word: &str| value.split_whitespace().any(|w| w == word);
        let weight = || value.parse::<u32>().is_ok_and(|weight| weight >= 600);
        let style = match property.trim().to_ascii_lowercase().as_str() {
            "font-style" if value.starts_with("italic") || value.starts_with("oblique") => Style::Emphasis,
            "font-weight" if has("bold") || has("bolder") || weight() => Style::Strong,
            "font-variant" | "font-variant-caps" if has("small-caps") || has("all-small-caps") => {
                Style::SmallCaps
            }
            "text-decoration" | "text-decoration-line" if has("line-through") => Style::Strike,
            "vertical-align" if value == "super" => Style::Superscript,
            "vertical-align" if value == "sub" => Style::Subscript,
            "display" if value == "none" => {
                looks.is_hidden = true;
                continue;
            }
            "visibility" if value == "hidden" => {
                looks.is_hidden = true;
                continue;
            }
            _ => continue,
        };
        looks.styles = looks.styles.with(style);
    }
    looks
}

/// What classes look like, by their names.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    classes: HashMap<String, Looks>,
}

impl Sheet {
    /// Reads a style sheet: rules for one class alone, `.so` or `span.so`. Whatever depends on more is layout.
    pub fn read(&mut self, source: &str) {
        let source = without_comments(source);
        for rule in source.split('}') {
            // Of a rule in a group, such as `@media`, the innermost part.
            let Some((selectors, declarations)) = rule.rsplit_once('{') else { continue };
            let selectors = selectors.rsplit('{').next().unwrap_or_default();
            let looks = declared(declarations);
            if looks == Looks::default() {
                continue;
            }
            for selector in selectors.split(',').map(str::trim) {
                let Some((element, class)) = selector.split_once('.') else { continue };
                let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
                if element.chars().all(is_name) && !class.is_empty() && class.chars().all(is_name) {
                    let known = self.classes.entry(class.to_owned()).or_default();
                    *known = known.and(looks);
                }
            }
        }
    }

    /// Returns what the classes of an element say.
    pub fn of(&self, classes: &str) -> Looks {
        let known = classes.split_whitespace().filter_map(|class| self.classes.get(class));
        known.fold(Looks::default(), |all, looks| all.and(*looks))
    }
}

fn without_comments(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_looks_as_its_rules_say() {
        let mut sheet = Sheet::default();
        sheet.read(
            "/* .a { display: none } */ .a, span.b { FONT-STYLE: Italic !important } .a{font-weight:700}\
             p .c { font-style: italic } @media print { .d { display:none } } .e { font-style: normal } .f { font: x",
        );
        let looks = |class: &str| sheet.of(class);
        assert_eq!(looks("a").styles, Styles::NONE.with(Style::Emphasis).with(Style::Strong));
        assert_eq!(looks("x b").styles, Styles::NONE.with(Style::Emphasis));
        assert!(looks("d").is_hidden);
        for class in ["c", "e", "f", ""] {
            assert_eq!(looks(class), Looks::default(), "{class}");
        }
    }

    #[test]
    fn a_style_attribute_is_read_like_a_rule() {
        let looks = declared("color: red; font-variant: small-caps; text-decoration: line-through");
        assert_eq!(looks.styles, Styles::NONE.with(Style::SmallCaps).with(Style::Strike));
        assert!(declared("display:none").is_hidden && !declared("display: block").is_hidden);
    }
}
