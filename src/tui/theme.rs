//! How each role of a thing on the screen looks, over the terminal's own 16 colours.
//!
//! A screen asks for a role, never for a colour: `theme[Role::Added]`. No role that carries a meaning is told by
//! colour alone; the tests hold every shipped theme to that.

use std::ops::Index;
use std::path::Path;

use ratatui::style::{Color, Modifier, Style};

use super::error::{TuiError, read};
use super::glyphs::{ASCII, Glyphs, UNICODE};
use super::settings_text::entries;

macro_rules! roles {
    ($($(#[$doc:meta])+ $role:ident = $name:literal,)+) => {
        /// What a thing on the screen is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Role { $($(#[$doc])+ $role,)+ }

        impl Role {
            /// Every role.
            pub const ALL: &'static [Self] = &[$(Self::$role,)+];

            /// Its name in a theme file.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$role => $name,)+ }
            }
        }
    };
}

roles! {
    /// Ordinary text.
    Text = "text",
    /// What is of less weight: hints, times, what is still loading.
    Dim = "dim",
    /// What should catch the eye.
    Accent = "accent",
    /// The name of a pane, a screen, a book.
    Title = "title",
    /// The chosen row.
    Selection = "selection",
    /// The chosen row of a pane that has not the focus.
    SelectionIdle = "selection_idle",
    /// The lines around a pane.
    Border = "border",
    /// The lines around the pane that has the focus.
    BorderFocused = "border_focused",
    /// Text that came.
    Added = "added",
    /// Text that went.
    Removed = "removed",
    /// A hit of a search.
    Match = "match",
    /// The hit of a search that one stands on.
    MatchCurrent = "match_current",
    /// It may need a look.
    Warning = "warning",
    /// It failed.
    Error = "error",
    /// It worked.
    Success = "success",
    /// The offline author speaks: a rehearsal.
    Rehearsal = "rehearsal",
    /// A key to press.
    Key = "key",
    /// The status line.
    Status = "status",
    /// Text that is being written.
    Streaming = "streaming",
    /// A placeholder in an empty input.
    Placeholder = "placeholder",
    /// A paste that stands in the text as one word.
    Chip = "chip",
    /// A page in `awaiting_user_input`.
    AwaitingUserInput = "awaiting_user_input",
    /// A page in `generating_narration`.
    GeneratingNarration = "generating_narration",
    /// A page in `user_reviewing_narration`.
    UserReviewingNarration = "user_reviewing_narration",
    /// A page in `generating_dialogue`.
    GeneratingDialogue = "generating_dialogue",
    /// A page in `user_reviewing_dialogue`.
    UserReviewingDialogue = "user_reviewing_dialogue",
    /// A page in `page_approved`.
    PageApproved = "page_approved",
}

impl Role {
    /// The role of a page's state, by the state's public name.
    #[must_use]
    pub fn of_state(state: &str) -> Self {
        match state {
            "awaiting_user_input" => Self::AwaitingUserInput,
            "generating_narration" => Self::GeneratingNarration,
            "user_reviewing_narration" => Self::UserReviewingNarration,
            "generating_dialogue" => Self::GeneratingDialogue,
            "user_reviewing_dialogue" => Self::UserReviewingDialogue,
            "page_approved" => Self::PageApproved,
            _ => Self::Text,
        }
    }
}

const DARK: &str = include_str!("../../assets/themes/dark.toml");
const LIGHT: &str = include_str!("../../assets/themes/light.toml");
const MONO: &str = include_str!("../../assets/themes/mono.toml");

/// A style for every role, and the glyphs to draw with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// What the author calls it.
    pub name: String,
    /// The characters that draw.
    pub glyphs: Glyphs,
    styles: Vec<Style>,
}

impl Index<Role> for Theme {
    type Output = Style;

    fn index(&self, role: Role) -> &Style {
        &self.styles[role as usize]
    }
}

impl Theme {
    /// The names of the themes that ship with the program.
    pub const SHIPPED: [&'static str; 3] = ["dark", "light", "mono"];

    /// For a terminal with light text on a dark ground.
    #[must_use]
    pub fn dark() -> Self {
        Self::shipped("dark", DARK)
    }

    /// For a terminal with dark text on a light ground.
    #[must_use]
    pub fn light() -> Self {
        Self::shipped("light", LIGHT)
    }

    /// Without any colour: weight, slant, lines and reverse only.
    #[must_use]
    pub fn mono() -> Self {
        Self::shipped("mono", MONO)
    }

    /// The theme of that name: shipped, or `NAME.toml` in the author's folder of themes.
    pub fn named(name: &str, folder: Option<&Path>) -> Result<Self, TuiError> {
        match (name, folder) {
            ("dark", _) => Ok(Self::dark()),
            ("light", _) => Ok(Self::light()),
            ("mono", _) => Ok(Self::mono()),
            (name, Some(folder)) => {
                let path = folder.join(format!("{name}.toml"));
                Self::parse(name, &path.display().to_string(), &read(&path)?)
            }
            (name, None) => Err(TuiError::settings(
                "config.toml",
                1,
                format!("there is no theme `{name}`"),
                format!("choose one of {}", Self::SHIPPED.join(", ")),
            )),
        }
    }

    /// The theme to start with: mono where `no_color` is set (`NO_COLOR`), else the one named, else dark.
    pub fn choose(name: Option<&str>, folder: Option<&Path>, no_color: bool) -> Result<Self, TuiError> {
        if no_color { Ok(Self::mono()) } else { Self::named(name.unwrap_or("dark"), folder) }
    }

    /// Whether `NO_COLOR` asks for no colour: set, and not empty.
    #[must_use]
    pub fn no_color() -> bool {
        std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
    }

    /// The same theme drawn with ASCII only.
    #[must_use]
    pub fn with_ascii(mut self) -> Self {
        self.glyphs = ASCII;
        self
    }

    /// A theme from its text. What it leaves out is as in its `base` (dark, light or mono; dark if not said).
    pub fn parse(name: &str, file: &str, text: &str) -> Result<Self, TuiError> {
        Self::build(name, file, text, Self::dark)
    }

    fn build(name: &str, file: &str, text: &str, base: fn() -> Self) -> Result<Self, TuiError> {
        let entries = entries(file, text)?;
        let mut theme = match entries.iter().find(|e| e.table.is_empty() && e.key == "base") {
            None => base(),
            Some(e) => match e.value.as_str() {
                "dark" => Self::dark(),
                "light" => Self::light(),
                "mono" => Self::mono(),
                other => {
                    let what = format!("there is no theme `{other}` to build on");
                    return Err(TuiError::settings(file, e.line, what, "base is dark, light or mono"));
                }
            },
        };
        name.clone_into(&mut theme.name);
        for e in &entries {
            match (e.table.as_str(), e.key.as_str()) {
                ("", "base") => {}
                ("", "glyphs") => {
                    theme.glyphs = match e.value.as_str() {
                        "unicode" => UNICODE,
                        "ascii" => ASCII,
                        other => {
                            let what = format!("there are no `{other}` glyphs");
                            return Err(TuiError::settings(file, e.line, what, "glyphs is unicode or ascii"));
                        }
                    };
                }
                ("roles", key) => {
                    let Some(role) = Role::ALL.iter().find(|r| r.name() == key) else {
                        let names: Vec<_> = Role::ALL.iter().map(|r| r.name()).collect();
                        let hint = format!("the roles are {}", names.join(", "));
                        return Err(TuiError::settings(
                            file,
                            e.line,
                            format!("there is no role `{key}`"),
                            hint,
                        ));
                    };
                    theme.styles[*role as usize] = style(file, e.line, &e.value)?;
                }
                (table, key) => {
                    let what = if table.is_empty() { format!("`{key}`") } else { format!("`[{table}]`") };
                    let hint = "a theme has base, glyphs and [roles]";
                    return Err(TuiError::settings(file, e.line, format!("a theme has no {what}"), hint));
                }
            }
        }
        Ok(theme)
    }

    fn plain() -> Self {
        Self { name: String::new(), glyphs: UNICODE, styles: vec![Style::new(); Role::ALL.len()] }
    }

    fn shipped(name: &str, text: &str) -> Self {
        Self::build(name, name, text, Self::plain).expect("the shipped themes are parsed in the tests")
    }
}

/// A style in words: colours (`red`, `bright-red`, `on blue`) and how the letters stand (`bold`, `underlined`, …).
fn style(file: &str, line: usize, text: &str) -> Result<Style, TuiError> {
    let mut style = Style::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if word == "on" {
            let ground = words.next().unwrap_or_default();
            style = style.bg(color(ground).ok_or_else(|| unknown(file, line, ground))?);
        } else if let Some(color) = color(word) {
            style = style.fg(color);
        } else {
            style = style.add_modifier(modifier(word).ok_or_else(|| unknown(file, line, word))?);
        }
    }
    Ok(style)
}

fn unknown(file: &str, line: usize, word: &str) -> TuiError {
    let hint = "use bold, dim, italic, underlined, reversed, crossed, or a colour: default, black, red, green, yellow, \
                blue, magenta, cyan, white, gray, bright-red … bright-cyan, alone or after `on`";
    TuiError::settings(file, line, format!("`{word}` is not a colour and no way to write"), hint)
}

fn modifier(word: &str) -> Option<Modifier> {
    Some(match word {
        "bold" => Modifier::BOLD,
        "dim" => Modifier::DIM,
        "italic" => Modifier::ITALIC,
        "underlined" => Modifier::UNDERLINED,
        "reversed" => Modifier::REVERSED,
        "crossed" => Modifier::CROSSED_OUT,
        _ => return None,
    })
}

fn color(word: &str) -> Option<Color> {
    Some(match word {
        "default" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "gray" => Color::DarkGray,
        "white" => Color::Gray,
        "bright-red" => Color::LightRed,
        "bright-green" => Color::LightGreen,
        "bright-yellow" => Color::LightYellow,
        "bright-blue" => Color::LightBlue,
        "bright-magenta" => Color::LightMagenta,
        "bright-cyan" => Color::LightCyan,
        "bright-white" => Color::White,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_color(style: Style) -> Modifier {
        style.add_modifier
    }

    #[test]
    fn every_shipped_theme_names_every_role() {
        for text in [DARK, LIGHT, MONO] {
            let named = entries("theme", text).expect("valid");
            for role in Role::ALL {
                assert!(named.iter().any(|e| e.key == role.name()), "{} is missing", role.name());
            }
        }
    }

    #[test]
    fn no_meaning_is_told_by_colour_alone() {
        use Role::{Added, Error, Match, MatchCurrent, Removed, Selection, Success, Text, Title, Warning};
        for theme in [Theme::dark(), Theme::light(), Theme::mono()] {
            for (a, b) in [
                (Added, Text),
                (Removed, Text),
                (Added, Removed),
                (Selection, Text),
                (Match, Text),
                (MatchCurrent, Match),
                (Title, Text),
                (Error, Text),
                (Error, Success),
                (Warning, Text),
            ] {
                assert_ne!(
                    without_color(theme[a]),
                    without_color(theme[b]),
                    "{}: {a:?} and {b:?}",
                    theme.name
                );
            }
        }
    }

    #[test]
    fn mono_has_no_colour_at_all() {
        let mono = Theme::mono();
        assert!(Role::ALL.iter().all(|r| mono[*r].fg.is_none() && mono[*r].bg.is_none()));
        assert_eq!(Theme::choose(Some("light"), None, true).expect("mono"), mono);
    }

    #[test]
    fn an_authors_theme_builds_on_a_shipped_one() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(
            folder.path().join("sea.toml"),
            "base = \"light\"\n[roles]\ntitle = \"bold blue on white\"\n",
        )
        .expect("written");
        let sea = Theme::named("sea", Some(folder.path())).expect("valid");
        assert_eq!(
            sea[Role::Title],
            Style::new().fg(Color::Blue).bg(Color::Gray).add_modifier(Modifier::BOLD)
        );
        assert_eq!(sea[Role::Added], Theme::light()[Role::Added]);
        assert_eq!(sea.name, "sea");
    }

    #[test]
    fn what_a_theme_cannot_say_is_refused_with_file_and_line() {
        for (text, message) in [
            ("[roles]\n\ntitel = \"bold\"\n", "t.toml:3: there is no role `titel`"),
            ("[roles]\ntitle = \"bold purple\"\n", "t.toml:2: `purple` is not a colour and no way to write"),
            ("base = \"darkest\"\n", "t.toml:1: there is no theme `darkest` to build on"),
            ("[colors]\na = \"b\"\n", "t.toml:2: a theme has no `[colors]`"),
        ] {
            assert_eq!(Theme::parse("t", "t.toml", text).expect_err("refused").to_string(), message);
        }
    }
}
