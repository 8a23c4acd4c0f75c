//! A canon entry as a text to edit: `key: value` lines between two lines of `---`, and below them what it says.

use std::fmt::Write as _;
use std::sync::Arc;

use super::views::CanonView;
use crate::domain::EntryId;
use crate::domain::canon::{EntryContent, Place, Scope};
use crate::store::rows::{ChapterRow, EntryRow};

/// The line around the fields.
const FENCE: &str = "---";

/// What names in the fields can mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The book's canon.
    pub canon: Arc<CanonView>,
    /// Its chapters.
    pub chapters: Vec<ChapterRow>,
}

impl Known {
    /// How a place is written: a chapter by its number, a page by its id.
    #[must_use]
    pub fn place(&self, place: &Place) -> String {
        match place {
            Place::Chapter(id) => {
                let number = self.chapters.iter().find(|c| c.id == *id).map(|c| c.number.to_string());
                number.unwrap_or_else(|| id.to_string())
            }
            Place::Page(id) => id.to_string(),
        }
    }

    fn place_named(&self, words: &str) -> Result<Option<Place>, String> {
        if words.is_empty() {
            return Ok(None);
        }
        if words.contains("_page_") {
            return Ok(Some(Place::of_id(words)));
        }
        let folded = words.to_lowercase();
        let number = folded.trim_start_matches("chapter").trim().parse::<u32>().ok();
        let chapter = self
            .chapters
            .iter()
            .find(|c| c.id.as_str() == words || number == Some(c.number) || c.title.to_lowercase() == folded);
        let unknown = || {
            format!("`{words}` is not a chapter of this book; its number, its title or a page's id will do")
        };
        chapter.map(|c| Some(Place::Chapter(c.id.clone()))).ok_or_else(unknown)
    }

    fn entry_named(&self, words: &str) -> Result<Option<EntryId>, String> {
        let folded = words.to_lowercase();
        if words.is_empty() {
            return Ok(None);
        }
        let entries = &self.canon.entries;
        let by_name = entries.iter().find(|e| e.id.as_str() == words || e.name.to_lowercase() == folded);
        let by_alias = || entries.iter().find(|e| e.aliases.iter().any(|a| a.to_lowercase() == folded));
        let found = by_name.or_else(by_alias).map(|e| Some(e.id.clone()));
        found.ok_or_else(|| format!("`{words}` is not an entry of this canon"))
    }
}

/// Writes an entry as a text; none is a new one.
#[must_use]
pub fn write(entry: Option<&EntryRow>, known: &Known) -> String {
    let Some(entry) = entry else {
        return "---\nkind: character\nname: \naliases: \nmode: named\nweight: 50\nparent: \nfrom: \nuntil: \n---\n"
            .into();
    };
    let separator = if entry.aliases.iter().any(|a| a.contains(',')) { ";" } else { "," };
    let mut aliases = entry.aliases.join(&format!("{separator} "));
    if separator == ";" {
        aliases.push(';');
    }
    let parent = entry.parent.as_ref().and_then(|id| known.canon.entry(id));
    let place = |place: &Option<Place>| place.as_ref().map(|p| known.place(p)).unwrap_or_default();
    let mut text = String::from("---\n");
    for (key, value) in [
        ("kind", entry.kind.name().to_owned()),
        ("name", entry.name.clone()),
        ("aliases", aliases),
        ("mode", entry.mode.name().to_owned()),
        ("weight", entry.weight.to_string()),
        ("parent", parent.map(|p| p.name.clone()).unwrap_or_default()),
        ("from", place(&entry.scope.from)),
        ("until", place(&entry.scope.until)),
    ] {
        let _ = writeln!(text, "{key}: {value}");
    }
    let _ = write!(text, "---\n{}", entry.text);
    text
}

/// Reads an entry from such a text, or says in which line what is wrong. Links are not among its fields.
pub fn read(typed: &str, known: &Known) -> Result<EntryContent, String> {
    let typed = typed.replace("\r\n", "\n").replace('\r', "\n");
    let mut content = EntryContent::default();
    let mut rows = typed.split_inclusive('\n').enumerate();
    let fence = |line: &str| line.trim_end() == FENCE;
    if rows.next().is_none_or(|(_, first)| !fence(first)) {
        return Err("line 1: `---` comes first, then lines such as `name: Mara Vell`".into());
    }
    let mut body = None;
    for (index, line) in rows {
        if fence(line) {
            body = Some(index + 1);
            break;
        }
        let at = |why: String| format!("line {}: {why}", index + 1);
        if line.trim().is_empty() {
            continue;
        }
        let (key, value) = line.split_once(':').ok_or_else(|| at("`key: value` is needed here".into()))?;
        set(&mut content, key.trim(), value.trim(), known).map_err(at)?;
    }
    let Some(body) = body else { return Err("a second line of `---` must end the fields".into()) };
    if content.name.is_empty() {
        return Err("the entry needs a name".into());
    }
    let said: String = typed.split_inclusive('\n').skip(body).collect();
    said.trim_matches('\n').trim_end().clone_into(&mut content.text);
    Ok(content)
}

fn set(content: &mut EntryContent, key: &str, value: &str, known: &Known) -> Result<(), String> {
    match key.to_lowercase().as_str() {
        "kind" | "type" => content.kind = value.to_lowercase().parse()?,
        "name" => value.clone_into(&mut content.name),
        "aliases" | "alias" => {
            let separator = if value.contains(';') { ';' } else { ',' };
            let names = value.split(separator).map(str::trim).filter(|a| !a.is_empty());
            content.aliases = names.map(str::to_owned).collect();
        }
        "mode" => content.mode = value.to_lowercase().replace([' ', '-'], "_").parse()?,
        "weight" => {
            let weight = value.parse::<u8>().ok().filter(|w| *w <= 100);
            content.weight = Some(weight.ok_or("the weight is a number from 0 to 100")?);
        }
        "parent" => content.parent = known.entry_named(value)?,
        "from" => content.scope = Scope { from: known.place_named(value)?, ..content.scope.clone() },
        "until" => content.scope = Scope { until: known.place_named(value)?, ..content.scope.clone() },
        _ => {
            let keys = "kind, name, aliases, mode, weight, parent, from, until";
            return Err(format!("`{key}` is not a field; there are {keys}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::canon::{EntryKind, EntryMode, EntryOrigin};
    use crate::domain::{BookId, ChapterId, Hash, Time};

    fn row(id: &str, name: &str, aliases: &[&str]) -> EntryRow {
        EntryRow {
            owner: String::new(),
            id: EntryId::new(id),
            book: BookId::new("b"),
            version: 3,
            hash: Hash::of(b""),
            kind: EntryKind::Place,
            name: name.into(),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            parent: None,
            links: Vec::new(),
            mode: EntryMode::ByHand,
            weight: 70,
            scope: Scope::default(),
            text: "Cold.\n\n---\nColder.".into(),
            words: 2,
            origin: EntryOrigin::Author,
            by: "Ada".into(),
            at: Time(0),
            removed: false,
        }
    }

    fn known(entries: Vec<EntryRow>) -> Known {
        let chapter = ChapterRow {
            owner: String::new(),
            id: ChapterId::new("b_ch_001"),
            book: BookId::new("b"),
            number: 1,
            title: "Ice".into(),
            pages: 1,
            approved: 0,
            reviewing: 0,
            waiting: 0,
            generating: 0,
            words: 0,
            spent: crate::domain::Spending::default(),
            trashed: false,
        };
        let canon = CanonView { entries: entries.into(), removed: Vec::new() };
        Known { canon: Arc::new(canon), chapters: vec![chapter] }
    }

    #[test]
    fn an_entry_comes_back_as_it_was_written() {
        let mut harbour = row("b_harbour", "The Harbour", &["the port", "Port, the"]);
        harbour.scope =
            Scope { from: Some(Place::of_id("b_ch_001")), until: Some(Place::of_id("b_ch_001_page_002")) };
        harbour.parent = Some(EntryId::new("b_coast"));
        let known = known(vec![row("b_coast", "Coast", &[]), harbour.clone()]);
        let text = write(Some(&harbour), &known);
        assert!(text.contains("parent: Coast\nfrom: 1\nuntil: b_ch_001_page_002\n"), "{text}");
        let read = read(&text, &known).unwrap();
        let EntryContent { kind, name, aliases, parent, mode, weight, scope, text, .. } = read;
        assert_eq!(
            (kind, name, aliases, parent),
            (harbour.kind, harbour.name, harbour.aliases, harbour.parent)
        );
        assert_eq!((mode, weight, scope, text), (harbour.mode, Some(70), harbour.scope, harbour.text));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let known = known(vec![row("b_coast", "Coast", &["shore"])]);
        let fails = |text: &str| read(text, &known).unwrap_err();
        assert!(fails("name: x").starts_with("line 1: "));
        assert!(fails("---\nname: x\n").contains("second line"));
        assert!(fails("---\nname: \n---\nx").contains("needs a name"));
        assert!(fails("---\nname: x\nweight: 101\n---\n").starts_with("line 3: the weight"));
        assert!(fails("---\nname: x\ncolour: red\n---\n").starts_with("line 3: `colour` is not a field"));
        assert!(fails("---\nmode: sometimes\n---\n").starts_with("line 2: `sometimes` is not a known mode"));
        assert!(fails("---\nfrom: 9\n---\n").starts_with("line 2: `9` is not a chapter"));
        assert!(fails("---\nparent: Nobody\n---\n").starts_with("line 2: `Nobody` is not an entry"));
        let fine = read("---\nname: x\nparent: SHORE\nfrom: Chapter 1\nmode: by hand\n---\n", &known);
        assert_eq!(fine.unwrap().parent, Some(EntryId::new("b_coast")));
    }
}
