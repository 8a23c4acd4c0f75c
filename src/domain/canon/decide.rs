//! The rules of a book's canon.

use super::{
    Canon, CanonEvent, Entry, EntryContent, EntryKind, EntryMode, EntryOrigin, EntryVersion, Scope,
    USUAL_WEIGHT,
};
use crate::domain::{BookId, Decided, EntryId, Facts, Refusal, Text, run};

/// The longest name or alias, in characters.
pub const MOST_NAME: usize = 300;
/// Aliases, and links, of one entry at most.
pub const MOST_NAMED: usize = 256;

/// A command to a book's canon.
#[derive(Debug, Clone, PartialEq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "the fields read as their variant's sentence")]
pub enum CanonCommand {
    /// Makes an entry, or gives one a new version; what it says already makes none.
    Put(EntryPut),
    /// Puts many entries and takes others out, all or none; an entry may name others of the same command.
    PutAll { puts: Vec<EntryPut>, removed: Vec<EntryId> },
    /// Changes some of what an entry says.
    Change { entry: EntryId, change: EntryChange },
    /// Brings an earlier version back as a new one.
    Restore { entry: EntryId, version: u32 },
    /// Takes an entry out.
    Remove { entry: EntryId },
    /// Brings an entry back that was taken out.
    BringBack { entry: EntryId },
}

/// An entry as it should be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EntryPut {
    /// Which; none makes one with an id from its name.
    pub entry: Option<EntryId>,
    /// The version that the author or an import looked at, 0 for an entry that is not there yet: where another
    /// one holds by now the command is refused. None takes whatever holds.
    pub seen: Option<u32>,
    /// What it says.
    pub content: EntryContent,
    /// How this came to be.
    pub origin: EntryOrigin,
}

/// What should be different; none stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
#[allow(missing_docs, reason = "the fields are those of the entry")]
pub struct EntryChange {
    pub kind: Option<EntryKind>,
    pub name: Option<String>,
    pub aliases: Option<Vec<String>>,
    pub parent: Option<Option<EntryId>>,
    pub links: Option<Vec<EntryId>>,
    pub mode: Option<EntryMode>,
    pub weight: Option<u8>,
    pub scope: Option<Scope>,
    pub text: Option<String>,
}

impl EntryId {
    /// Makes the id of a new entry from its name; `taken` tells which ids exist already.
    pub fn from_name(book: &BookId, name: &str, taken: impl Fn(&Self) -> bool) -> Self {
        let base = format!("{book}_{}", crate::domain::ids::slug(name, "entry"));
        let mut ids = (1u32..).map(|n| Self::new(if n == 1 { base.clone() } else { format!("{base}-{n}") }));
        ids.find(|id| !taken(id)).expect("some number below 2^32 is free")
    }
}

/// Decides a command on the canon of a book: the entries that it was about come with the events.
pub fn decide(
    canon: &Canon,
    book: &BookId,
    command: CanonCommand,
    facts: &Facts,
) -> Result<(Vec<EntryId>, Decided<CanonEvent>), Refusal> {
    let decided = Decided { events: Vec::new(), texts: Vec::new() };
    let mut draft = Draft { canon: canon.clone(), book, facts, about: Vec::new(), decided };
    match command {
        CanonCommand::Put(put) => draft.put_all(vec![put])?,
        CanonCommand::PutAll { puts, removed } => {
            draft.put_all(puts)?;
            for entry in removed {
                draft.remove(entry)?;
            }
        }
        CanonCommand::Change { entry, change } => draft.change(&entry, change)?,
        CanonCommand::Restore { entry, version } => draft.restore(entry, version)?,
        CanonCommand::Remove { entry } => draft.remove(entry)?,
        CanonCommand::BringBack { entry } => {
            if !draft.known(&entry)?.removed {
                return Err(Refusal::NotTrashed { what: entry.to_string() });
            }
            draft.about.push(entry.clone());
            draft.push(CanonEvent::EntryBroughtBack { entry });
        }
    }
    Ok((draft.about, draft.decided))
}

/// A decision in the making, on a copy that the events are applied to as they are drafted.
struct Draft<'a> {
    canon: Canon,
    book: &'a BookId,
    facts: &'a Facts,
    about: Vec<EntryId>,
    decided: Decided<CanonEvent>,
}

impl Draft<'_> {
    fn push(&mut self, event: CanonEvent) {
        self.canon.apply(&event, self.facts.now);
        self.decided.events.push(event);
    }

    fn known(&self, id: &EntryId) -> Result<&Entry, Refusal> {
        self.canon.entries.get(id).ok_or_else(|| not_found(id))
    }

    fn open(&self, id: &EntryId) -> Result<&Entry, Refusal> {
        let entry = self.known(id)?;
        if entry.removed { Err(Refusal::Trashed) } else { Ok(entry) }
    }

    fn put_all(&mut self, puts: Vec<EntryPut>) -> Result<(), Refusal> {
        let mut ids = Vec::with_capacity(puts.len());
        for put in &puts {
            let id = match &put.entry {
                Some(id) => {
                    self.check_seen(id, put.seen)?;
                    id.clone()
                }
                None => {
                    let taken = |id: &EntryId| self.canon.entries.contains_key(id) || ids.contains(id);
                    EntryId::from_name(self.book, &put.content.name, taken)
                }
            };
            if ids.contains(&id) {
                return Err(invalid("entry", format!("{id} is given twice")));
            }
            ids.push(id);
        }
        for (id, put) in ids.iter().zip(puts) {
            let version = self.version(id, put.content, put.origin, &ids)?;
            self.put(id, version);
        }
        ids.iter().try_for_each(|id| self.check_parents(id))?;
        Ok(())
    }

    /// Refuses to write over a version that was not looked at.
    fn check_seen(&self, id: &EntryId, seen: Option<u32>) -> Result<(), Refusal> {
        let known = self.canon.entries.get(id);
        match (known, seen) {
            (None, Some(0)) => {
                let own = format!("{}_", self.book);
                if id.as_str().strip_prefix(&own).is_some_and(|rest| !rest.is_empty()) {
                    return Ok(());
                }
                Err(invalid("entry", format!("`{id}` does not begin with `{own}`")))
            }
            (None, _) => Err(not_found(id)),
            (Some(entry), _) if entry.removed => Err(Refusal::Trashed),
            (Some(entry), Some(seen)) if entry.number() != seen => {
                Err(Refusal::EntryChanged { entry: id.clone(), seen, now: entry.number() })
            }
            (Some(_), _) => Ok(()),
        }
    }

    fn put(&mut self, id: &EntryId, version: EntryVersion) {
        self.about.push(id.clone());
        let same = self.canon.entries.get(id).is_some_and(|e| e.current().says_the_same(&version));
        if !same {
            self.push(CanonEvent::EntryPut { entry: id.clone(), version: Box::new(version) });
        }
    }

    fn version(
        &mut self,
        id: &EntryId,
        content: EntryContent,
        origin: EntryOrigin,
        together: &[EntryId],
    ) -> Result<EntryVersion, Refusal> {
        let bytes = content.text.len() as u64;
        if bytes > run::MOST_BYTES {
            return Err(Refusal::TooLong { bytes, most: run::MOST_BYTES });
        }
        let text = Text::of(&content.text);
        self.decided.texts.push((text.hash.clone(), content.text));
        let version = EntryVersion {
            kind: content.kind,
            name: content.name,
            aliases: content.aliases,
            parent: content.parent,
            links: content.links,
            mode: content.mode,
            weight: content.weight.unwrap_or(USUAL_WEIGHT),
            scope: content.scope,
            text,
            origin,
        };
        self.checked(id, version, together)
    }

    /// Brings names into order and checks what a version refers to.
    fn checked(
        &self,
        id: &EntryId,
        mut version: EntryVersion,
        together: &[EntryId],
    ) -> Result<EntryVersion, Refusal> {
        version.name = one_line(&version.name);
        if version.name.is_empty() {
            return Err(invalid("name", "an entry needs a name".into()));
        }
        let mut aliases: Vec<String> = Vec::new();
        for alias in version.aliases.iter().map(|a| one_line(a)).filter(|a| !a.is_empty()) {
            if alias != version.name && !aliases.contains(&alias) {
                aliases.push(alias);
            }
        }
        version.aliases = aliases;
        for name in version.aliases.iter().chain([&version.name]) {
            if name.chars().count() > MOST_NAME {
                return Err(invalid("name", format!("at most {MOST_NAME} characters are taken")));
            }
        }
        let mut links: Vec<EntryId> = Vec::new();
        for link in version.links {
            if link != *id && !links.contains(&link) {
                links.push(link);
            }
        }
        version.links = links;
        if version.aliases.len() > MOST_NAMED || version.links.len() > MOST_NAMED {
            return Err(invalid(
                "aliases",
                format!("at most {MOST_NAMED} aliases and as many links are taken"),
            ));
        }
        if version.weight > 100 {
            return Err(invalid("weight", "it goes from 0 to 100".into()));
        }
        if version.parent.as_ref() == Some(id) {
            return Err(invalid("parent", format!("{id} cannot belong to itself")));
        }
        for other in version.links.iter().chain(&version.parent) {
            if !together.contains(other) {
                self.known(other)?;
            }
        }
        Ok(version)
    }

    /// Refuses a chain of parents that comes back to where it began.
    fn check_parents(&self, id: &EntryId) -> Result<(), Refusal> {
        let mut at = id;
        for _ in 0..self.canon.entries.len() {
            match self.canon.entries.get(at).and_then(|e| e.current().parent.as_ref()) {
                None => return Ok(()),
                Some(parent) if parent == id => break,
                Some(parent) => at = parent,
            }
        }
        Err(invalid("parent", format!("{id} would belong to itself")))
    }

    fn change(&mut self, id: &EntryId, change: EntryChange) -> Result<(), Refusal> {
        let mut version = EntryVersion { origin: EntryOrigin::Author, ..self.open(id)?.current().clone() };
        let EntryChange { kind, name, aliases, parent, links, mode, weight, scope, text } = change;
        version.kind = kind.unwrap_or(version.kind);
        version.name = name.unwrap_or(version.name);
        version.aliases = aliases.unwrap_or(version.aliases);
        version.parent = parent.unwrap_or(version.parent);
        version.links = links.unwrap_or(version.links);
        version.mode = mode.unwrap_or(version.mode);
        version.weight = weight.unwrap_or(version.weight);
        version.scope = scope.unwrap_or(version.scope);
        if let Some(text) = text {
            let bytes = text.len() as u64;
            if bytes > run::MOST_BYTES {
                return Err(Refusal::TooLong { bytes, most: run::MOST_BYTES });
            }
            version.text = Text::of(&text);
            self.decided.texts.push((version.text.hash.clone(), text));
        }
        let version = self.checked(id, version, &[])?;
        self.put(id, version);
        self.check_parents(id)
    }

    fn restore(&mut self, id: EntryId, number: u32) -> Result<(), Refusal> {
        let entry = self.open(&id)?;
        let index = (number as usize).checked_sub(1);
        let Some(earlier) = index.and_then(|index| entry.versions.get(index)) else {
            return Err(Refusal::NotFound { what: "version", id: format!("{id} {number}") });
        };
        if earlier.says_the_same(entry.current()) {
            return Err(Refusal::VersionCurrent { entry: id, version: number });
        }
        let origin = EntryOrigin::Restored { version: number };
        let version = EntryVersion { origin, ..earlier.clone() };
        self.put(&id, version);
        self.check_parents(&id)
    }

    fn remove(&mut self, id: EntryId) -> Result<(), Refusal> {
        self.open(&id)?;
        self.about.push(id.clone());
        self.push(CanonEvent::EntryRemoved { entry: id });
        Ok(())
    }
}

fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn invalid(field: &'static str, reason: String) -> Refusal {
    Refusal::Invalid { field, reason }
}

fn not_found(id: &EntryId) -> Refusal {
    Refusal::NotFound { what: "canon entry", id: id.to_string() }
}
