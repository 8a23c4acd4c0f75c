//! The document model.
//!
//! Every block is stored without a blank line inside, so that whatever splits a page at blank lines never cuts one in
//! two. Verse is a paragraph with line breaks; ruby is text, `港（みなと）`.

/// A piece of a document that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Running text; verse has line breaks.
    Paragraph(Vec<Inline>),
    /// A heading of level 1 to 6.
    Heading {
        /// 1 is the highest.
        level: u8,
        /// Its words; never a line break.
        words: Vec<Inline>,
    },
    /// A break between scenes.
    SceneBreak,
    /// A block quote, by its paragraphs.
    Quote(Vec<Vec<Inline>>),
    /// A list.
    List(Vec<ListItem>),
    /// A table: rows of cells, the first row being the header.
    Table(Vec<Vec<Vec<Inline>>>),
    /// A picture that stands by itself.
    Figure {
        /// What it shows, in words.
        alt: String,
        /// Where it is.
        target: String,
    },
    /// The text of a note, which [`Inline::NoteMark`] refers to by its label.
    Note {
        /// Unique in its chapter.
        label: String,
        /// Its text; paragraphs are separated by line breaks.
        words: Vec<Inline>,
    },
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListItem {
    /// How deep it is nested, from 0.
    pub depth: u8,
    /// Its number in an ordered list.
    pub number: Option<u32>,
    /// Its text.
    pub words: Vec<Inline>,
}

/// A piece of running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text in one set of styles, without line breaks.
    Text {
        /// The words.
        text: String,
        /// How they look.
        styles: Styles,
    },
    /// A new line within the paragraph.
    LineBreak,
    /// A link; links are not nested.
    Link {
        /// Where it leads.
        target: String,
        /// What is shown.
        words: Vec<Inline>,
    },
    /// A reference to a note, by its label.
    NoteMark(String),
}

/// A way in which text can look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// Italics, in most books.
    Emphasis,
    /// Bold, in most books.
    Strong,
    /// Struck through.
    Strike,
    /// Raised.
    Superscript,
    /// Lowered.
    Subscript,
    /// Small capitals.
    SmallCaps,
}

impl Style {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Emphasis, Self::Strong, Self::Strike, Self::Superscript, Self::Subscript, Self::SmallCaps];
}

/// A set of styles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Styles(u8);

impl Styles {
    /// No style.
    pub const NONE: Self = Self(0);

    /// Returns the set with a style added.
    #[must_use]
    pub const fn with(self, style: Style) -> Self {
        Self(self.0 | 1 << style as u8)
    }

    /// Returns the set without a style.
    #[must_use]
    pub const fn without(self, style: Style) -> Self {
        Self(self.0 & !(1 << style as u8))
    }

    /// Returns what is in either set.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether a style is in the set.
    #[must_use]
    pub const fn has(self, style: Style) -> bool {
        self.0 & (1 << style as u8) != 0
    }

    /// Returns the styles in the set, in the order of [`Style::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Style> {
        Style::ALL.into_iter().filter(move |style| self.has(*style))
    }
}

impl FromIterator<Style> for Styles {
    fn from_iter<I: IntoIterator<Item = Style>>(styles: I) -> Self {
        styles.into_iter().fold(Self::NONE, Self::with)
    }
}

impl Inline {
    /// Returns text without styles.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), styles: Styles::NONE }
    }

    /// Returns text in styles.
    #[must_use]
    pub fn styled(text: impl Into<String>, styles: Styles) -> Self {
        Self::Text { text: text.into(), styles }
    }
}

impl Block {
    /// Returns it with other words: each of its texts, in reading order, goes through `change`.
    #[must_use]
    pub fn map_words(self, mut change: impl FnMut(Vec<Inline>) -> Vec<Inline>) -> Self {
        match self {
            Self::Paragraph(words) => Self::Paragraph(change(words)),
            Self::Heading { level, words } => Self::Heading { level, words: change(words) },
            Self::Quote(paragraphs) => Self::Quote(paragraphs.into_iter().map(change).collect()),
            Self::List(mut items) => {
                for item in &mut items {
                    item.words = change(std::mem::take(&mut item.words));
                }
                Self::List(items)
            }
            Self::Table(rows) => {
                let rows = rows.into_iter().map(|cells| cells.into_iter().map(&mut change).collect());
                Self::Table(rows.collect())
            }
            Self::Note { label, words } => Self::Note { label, words: change(words) },
            Self::SceneBreak | Self::Figure { .. } => self,
        }
    }

    /// Returns its words without styles, a newline for every line break; empty for a scene break.
    #[must_use]
    pub fn plain_text(&self) -> String {
        let lines = |all: &[Vec<Inline>]| all.iter().map(|w| plain_text(w)).collect::<Vec<_>>().join("\n");
        match self {
            Self::Paragraph(words) | Self::Heading { words, .. } | Self::Note { words, .. } => {
                plain_text(words)
            }
            Self::SceneBreak => String::new(),
            Self::Quote(paragraphs) => lines(paragraphs),
            Self::List(items) => items.iter().map(|i| plain_text(&i.words)).collect::<Vec<_>>().join("\n"),
            Self::Table(rows) => {
                let row = |cells: &Vec<Vec<Inline>>| {
                    cells.iter().map(|c| plain_text(c)).collect::<Vec<_>>().join("\t")
                };
                rows.iter().map(row).collect::<Vec<_>>().join("\n")
            }
            Self::Figure { alt, .. } => alt.clone(),
        }
    }
}

/// Returns the words of inlines without styles and note marks, a newline for every line break.
#[must_use]
pub fn plain_text(words: &[Inline]) -> String {
    let mut out = String::new();
    for inline in words {
        match inline {
            Inline::Text { text, .. } => out.push_str(text),
            Inline::LineBreak => out.push('\n'),
            Inline::Link { words, .. } => out.push_str(&plain_text(words)),
            Inline::NoteMark(_) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_a_set() {
        let both = Styles::NONE.with(Style::Emphasis).with(Style::Strong).with(Style::Strong);
        assert_eq!(both.iter().collect::<Vec<_>>(), [Style::Emphasis, Style::Strong]);
        assert!(!both.without(Style::Emphasis).has(Style::Emphasis));
        assert_eq!(Style::ALL.into_iter().collect::<Styles>().iter().count(), 6);
    }
}
