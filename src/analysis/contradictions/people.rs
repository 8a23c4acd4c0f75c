//! Which words name whom: those whom canon knows, and those whom only the pages do.

mod words;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::reading::{Mention, Reading, Token};
use super::{Entry, Source, is_in};
use crate::domain::canon::EntryKind;
use words::{NOBODY, TITLES};

/// How often a word stands, in which shape.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shape {
    /// In lower case.
    pub lower: usize,
    /// With a capital inside a sentence.
    pub inside: usize,
    /// With a capital that any word there would have.
    pub initial: usize,
}

/// Someone, or something that canon has an entry for.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// As it is said to the author.
    pub name: String,
    /// The canon entry.
    pub entry: Option<usize>,
    /// No place or thing of the canon.
    pub human: bool,
}

/// Everyone who is named.
#[derive(Debug, Default)]
pub(super) struct People {
    pub all: Vec<Person>,
    /// Words in lower case, a title first where it tells people apart.
    by_name: HashMap<String, usize>,
    shapes: HashMap<String, Shape>,
    /// Words of names in canon.
    canon: HashSet<String>,
    /// Who each entry of the canon is about.
    by_entry: HashMap<usize, usize>,
}

impl People {
    pub fn new<'r, 'a: 'r>(
        entries: &[Entry<'_>],
        readings: impl Iterator<Item = &'r Reading<'a>> + Clone,
    ) -> Self {
        let mut people = Self::default();
        for token in readings.clone().flat_map(|r| &r.tokens).filter(|t| !t.mark) {
            let shape = match people.shapes.get_mut(&token.low) {
                Some(shape) => shape,
                None => people.shapes.entry(token.low.clone()).or_default(),
            };
            match (token.is_capital(), token.initial) {
                (true, true) => shape.initial += 1,
                (true, false) => shape.inside += 1,
                // A line in capitals says nothing of a word.
                (false, _) => shape.lower += usize::from(!token.text.starts_with(char::is_uppercase)),
            }
        }
        people.know(entries);
        people.meet(readings);
        people
    }

    /// Takes in whom canon knows.
    fn know(&mut self, entries: &[Entry<'_>]) {
        let mut parts: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (n, entry) in entries.iter().enumerate() {
            if matches!(entry.kind, EntryKind::Style | EntryKind::Timeline | EntryKind::Rule) {
                continue;
            }
            let who = self.all.len();
            let human = entry.kind == EntryKind::Character;
            self.all.push(Person { name: entry.name.to_owned(), entry: Some(n), human });
            self.by_entry.insert(n, who);
            for (alias, name) in
                std::iter::once(entry.name).chain(entry.aliases.iter().map(String::as_str)).enumerate()
            {
                let (title, words) = name_words(name);
                if words.is_empty() {
                    continue;
                }
                let is_capital = |word: &&String| {
                    name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
                        .any(|w| w.starts_with(char::is_uppercase) && w.to_lowercase() == **word)
                };
                self.canon.extend(words.iter().filter(is_capital).cloned());
                self.by_name.insert(words.join(" "), who);
                if let (Some(title), Some(last)) = (&title, words.last()) {
                    self.by_name.insert(format!("{title} {last}"), who);
                }
                if human && alias == 0 && words.len() > 1 {
                    for part in [&words[0], &words[words.len() - 1]] {
                        parts.entry(part.clone()).or_default().insert(who);
                    }
                }
            }
        }
        for (part, who) in parts {
            if let (1, Some(only)) = (who.len(), who.first()) {
                self.by_name.entry(part).or_insert(*only);
            }
        }
    }

    /// Takes in whom only the pages name.
    fn meet<'r, 'a: 'r>(&mut self, readings: impl Iterator<Item = &'r Reading<'a>>) {
        let mut met: BTreeMap<String, String> = BTreeMap::new();
        for reading in readings {
            let mut at = 0;
            while at < reading.tokens.len() {
                match self.run(&reading.tokens, at) {
                    Some(run) => {
                        if self.known(&run).is_none() {
                            let spelled =
                                &reading.text[reading.tokens[run.from].start..reading.tokens[run.to - 1].end];
                            met.entry(run.key())
                                .or_insert_with(|| spelled.split_whitespace().collect::<Vec<_>>().join(" "));
                        }
                        at = run.to;
                    }
                    None => at += 1,
                }
            }
        }
        // "Mara" is Mara Vell where nobody else is called so.
        let mut whole: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for key in met
            .keys()
            .filter(|k| k.contains(' ') && !TITLES.contains(&k.split(' ').next().unwrap_or_default()))
        {
            let mut words = key.split(' ');
            for part in words.next().into_iter().chain(words.next_back()) {
                whole.entry(part).or_default().insert(key);
            }
        }
        for (key, spelled) in &met {
            let full = whole.get(key.as_str()).filter(|of| of.len() == 1).and_then(|of| of.first());
            let full = full.copied().unwrap_or(key);
            let who = *self.by_name.entry(full.to_owned()).or_insert_with(|| {
                let spelled = met.get(full).unwrap_or(spelled).trim_end_matches(['\'', '’']).to_owned();
                let name =
                    spelled.strip_suffix("'s").or(spelled.strip_suffix("’s")).unwrap_or(&spelled).to_owned();
                self.all.push(Person { name, entry: None, human: true });
                self.all.len() - 1
            });
            self.by_name.insert(key.clone(), who);
        }
    }

    /// Notes who is named in a text.
    pub fn mark(&self, reading: &mut Reading<'_>) {
        let mut at = 0;
        while at < reading.tokens.len() {
            let Some(run) = self.run(&reading.tokens, at) else {
                at += 1;
                continue;
            };
            if let Some((who, to)) = self.known(&run) {
                let possessive = reading.tokens[to - 1].possessive;
                reading.mentions.push(Mention { who, from: run.from, to, possessive });
                at = to;
            } else {
                at = run.to;
            }
        }
    }

    /// Whom a text is about: none but for an entry of the canon.
    pub fn of_reading(&self, reading: &Reading<'_>) -> Option<usize> {
        match reading.source {
            Source::Entry(n) => self.by_entry.get(&n).copied(),
            Source::Name(..) | Source::Page(_) => None,
        }
    }

    pub fn shape(&self, low: &str) -> Shape {
        self.shapes.get(low).copied().unwrap_or_default()
    }

    /// All words that stand somewhere, and those of names in canon, with how they stand.
    pub fn shapes(&self) -> impl Iterator<Item = (&str, Shape)> {
        let silent = self.canon.iter().filter(|word| !self.shapes.contains_key(*word));
        let silent = silent.map(|word| (word.as_str(), Shape::default()));
        self.shapes.iter().map(|(word, shape)| (word.as_str(), *shape)).chain(silent)
    }

    pub fn is_in_canon(&self, low: &str) -> bool {
        self.canon.contains(low)
    }

    /// Whether a word with a capital is a name and not just the first of its sentence.
    pub fn is_name(&self, low: &str) -> bool {
        if self.canon.contains(low) {
            return true;
        }
        let shape = self.shape(low);
        let capitals = shape.inside + shape.initial;
        !is_in(NOBODY, low) && capitals > 0 && low.chars().count() > 1 && shape.lower * 5 <= shape.inside
    }

    /// Reads a title and the words of a name.
    fn run(&self, tokens: &[Token<'_>], from: usize) -> Option<Run> {
        let mut run = Run { from, to: from, title: None, words: Vec::new(), ends: Vec::new() };
        let mut at = from;
        while let Some(token) = tokens.get(at) {
            let capital = !token.mark && token.is_capital();
            if capital
                && run.words.is_empty()
                && run.title.is_none()
                && is_in(TITLES, &token.low)
                && !token.possessive
            {
                run.title = Some(title(&token.low));
                at +=
                    1 + usize::from(tokens.get(at + 1).is_some_and(|t| t.low == "." && t.start == token.end));
                continue;
            }
            // "Will you come?" does not name Will.
            let chance = token.initial && is_in(NOBODY, &token.low);
            if !capital || chance || !self.is_name(&token.low) {
                break;
            }
            run.words.push(token.low.clone());
            at += 1;
            run.ends.push(at);
            if token.possessive || token.joined {
                break;
            }
        }
        run.to = *run.ends.last()?;
        Some(run)
    }

    /// Returns who is meant, and where the name ends.
    fn known(&self, run: &Run) -> Option<(usize, usize)> {
        for count in (1..=run.words.len()).rev() {
            let words = run.words[..count].join(" ");
            let titled = run.title.map(|title| format!("{title} {words}"));
            let found = titled.as_ref().and_then(|t| self.by_name.get(t)).or_else(|| {
                // "Mrs. Vell" is not Mara Vell's husband: a last name with a title is known by both.
                let who = self.by_name.get(&words)?;
                let fits = count > 1 || run.title.is_none() || self.all[*who].entry.is_some();
                fits.then_some(who)
            });
            if let Some(who) = found {
                return Some((*who, run.ends[count - 1]));
            }
        }
        None
    }
}

/// A title and the words of a name behind it.
struct Run {
    from: usize,
    to: usize,
    title: Option<&'static str>,
    words: Vec<String>,
    /// The token after each word.
    ends: Vec<usize>,
}

impl Run {
    fn key(&self) -> String {
        match self.title {
            Some(title) => format!("{title} {}", self.words.join(" ")),
            None => self.words.join(" "),
        }
    }
}

/// A title as it is compared.
fn title(low: &str) -> &'static str {
    let at = TITLES.binary_search(&low).expect("only a title is asked for");
    match TITLES[at] {
        "doctor" => "dr",
        other => other,
    }
}

/// The title and the other words of a name, in lower case.
pub(super) fn name_words(name: &str) -> (Option<&'static str>, Vec<String>) {
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’');
    let mut words: Vec<String> = words.filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    if words.len() > 1 && matches!(words[0].as_str(), "the" | "a" | "an") {
        words.remove(0);
    }
    let title = (words.len() > 1 && is_in(TITLES, &words[0])).then(|| title(&words.remove(0)));
    (title, words)
}
