//! Which words name a kind of entry, in the languages that authors keep their notes in.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::domain::canon::EntryKind;

/// One of a kind, and many of it. Where a language has one word for both, it counts as many.
const WORDS: [(EntryKind, &str, &str); 7] = [
    (
        EntryKind::Character,
        "character person figure protagonist antagonist figur charakter personnage personaje personagem personaggio \
         personage персонаж",
        "characters people persons figures cast protagonists antagonists npcs dramatis-personae figuren charaktere \
         personen personnages personajes personagens personaggi personages персонажи герои 人物 角色 登場人物 キャラクター \
         등장인물",
    ),
    (
        EntryKind::Place,
        "place location setting ort schauplatz lieu lugar luogo plaats место",
        "places locations settings geography orte schauplätze lieux lugares luoghi plaatsen места 地点 場所 地理 장소",
    ),
    (
        EntryKind::World,
        "faction organization organisation concept item",
        "world worldbuilding world-building lore universe magic religion technology factions organizations \
         organisations concepts items objects history-of-the-world welt weltenbau monde mundo mondo wereld мир 世界 \
         世界观 世界觀 世界観 設定 세계관",
    ),
    (
        EntryKind::Style,
        "voice tone",
        "style styles style-guide style-notes writing-style narration stil stilvorgaben style-d'écriture estilo stile \
         stijl стиль 风格 風格 文体 문체",
    ),
    (
        EntryKind::Timeline,
        "event",
        "timeline timelines chronology events history calendar zeitleiste zeittafel chronologie chronik cronología \
         cronologia línea-de-tiempo linha-do-tempo tijdlijn хронология 时间线 時間線 年表 연표",
    ),
    (
        EntryKind::Rule,
        "rule constraint",
        "rules constraints laws dos-and-don'ts do-and-don't canon-rules regeln gesetze règles regles reglas regras \
         regole regels правила 规则 規則 ルール 규칙",
    ),
    (
        EntryKind::Other,
        "note",
        "other others misc miscellaneous notes appendix sonstiges notizen divers otros outros altro overig прочее 其他 \
         その他 기타",
    ),
];

/// What may stand before the word: `Main characters`, `The places`.
const BEFORE: &str = "main major minor secondary other important all the supporting key our die der das les la le los las el i gli";

/// Sides of an entry: they stay in its text, and never become entries of their own.
const SIDES: &str = "appearance history background backstory personality description notes details traits voice goals \
    motivation motivations relationships summary overview quotes secrets biography role arc looks aussehen geschichte \
    hintergrund beschreibung notizen apparence histoire description apariencia historia descripción 外貌 外見 性格 历史 \
    歷史 背景 经历 概要";

/// What words say of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// One entry of it: `character`.
    One(EntryKind),
    /// Entries of it: `characters`.
    Many(EntryKind),
}

impl Named {
    pub(super) fn kind(self) -> EntryKind {
        match self {
            Self::One(kind) | Self::Many(kind) => kind,
        }
    }
}

/// Returns the kind that words name, and nothing but name.
pub(super) fn named(words: &str) -> Option<Named> {
    static KNOWN: LazyLock<HashMap<&str, Named>> = LazyLock::new(|| {
        let mut known = HashMap::new();
        for (kind, one, many) in WORDS {
            known.extend(one.split_whitespace().map(|word| (word, Named::One(kind))));
            known.extend(many.split_whitespace().map(|word| (word, Named::Many(kind))));
        }
        known
    });
    let words = normal(words);
    let mut parts: Vec<&str> = words.split('-').collect();
    while parts.len() > 1 && BEFORE.split_whitespace().any(|b| b == parts[0]) {
        parts.remove(0);
    }
    KNOWN.get(parts.join("-").as_str()).copied()
}

/// Returns whether words name a side of an entry.
pub(super) fn is_side(words: &str) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| SIDES.split_whitespace().collect());
    KNOWN.contains(normal(words).as_str())
}

/// Lower-case words joined by `-`, without numbering, pictures and punctuation around them.
fn normal(words: &str) -> String {
    let lower = words.to_lowercase().replace(['_', '’'], "'").replace('\'', "\u{1}");
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\u{1}').filter(|w| !w.is_empty());
    let words: Vec<&str> = words.skip_while(|w| w.chars().all(|c| c.is_ascii_digit())).collect();
    words.join("-").replace('\u{1}', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_one_and_by_many_with_what_stands_around() {
        for (words, expected) in [
            ("Characters", Named::Many(EntryKind::Character)),
            ("2. Main Characters:", Named::Many(EntryKind::Character)),
            ("📍 Locations", Named::Many(EntryKind::Place)),
            ("Dramatis Personae", Named::Many(EntryKind::Character)),
            ("character", Named::One(EntryKind::Character)),
            ("Die Orte", Named::Many(EntryKind::Place)),
            ("Règles", Named::Many(EntryKind::Rule)),
            ("世界观", Named::Many(EntryKind::World)),
            ("Dos and Don’ts", Named::Many(EntryKind::Rule)),
            ("style-guide", Named::Many(EntryKind::Style)),
        ] {
            assert_eq!(named(words), Some(expected), "{words}");
        }
        for words in ["Mara", "The Place of Skulls", "Rules of the house", "", "!!", "World’s End"] {
            assert_eq!(named(words), None, "{words}");
        }
        assert!(is_side("History") && is_side("**Appearance**") && !is_side("The chapel"));
    }
}
