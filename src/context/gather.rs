//! Gathers what one attempt is given, within the tokens that there are, and writes down why.

use std::collections::HashMap;

use super::naming::{Called, Manner, Names};
use super::select::{About, At, Told, select};
use super::share::{Allowance, Sharing};
use super::{ContextError, earlier};
use crate::domain::canon::{EntryKind, Place};
use crate::domain::manifest::{Budget, Part, PartKind, Shared, Why, version_of};
use crate::domain::run::{Run, Step, Work, told};
use crate::domain::workflow::SubjectKind;
use crate::domain::{Hash, PageId, Text};
use crate::llm::{AgentKind, CanonEntry, Material, Said, Settings, estimate_tokens_by};
use crate::store::rows::{BookRow, EntryRow};
use crate::store::{Reader, StoreError};

/// Entries that are taken for coming close.
const MOST_MATCHES: u32 = 12;
/// How close an entry must come, of the closest.
const CLOSE: f64 = 0.3;

/// How an attempt is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// The chance of the offline author.
    pub seed: u64,
    /// The tokens that there are.
    pub allowance: Allowance,
    /// What is correct for the model over what is estimated.
    pub factor: f64,
    /// Estimated tokens of the template's own words.
    pub instructions: u64,
}

/// What an attempt is given, and why.
#[derive(Debug, Clone)]
pub struct Context {
    /// What is in.
    pub material: Material,
    /// Every part that was thought of, in the prompt's order.
    pub parts: Vec<Part>,
    /// How the tokens were shared out.
    pub budget: Budget,
}

/// Gathers what an attempt is given.
pub fn gather(reader: &Reader, run: &Run, work: &Work, terms: &Terms) -> Result<Context, ContextError> {
    if run.workflow.subject != SubjectKind::Page {
        return super::given::given(reader, run, work, terms);
    }
    let gone = || ContextError::Gone(format!("the page of {}", run.id));
    let subject = run.subject.page.as_ref().ok_or_else(gone)?;
    let page = reader.page(subject)?.ok_or_else(gone)?;
    let book = reader.book(&page.book)?.ok_or_else(gone)?;
    let chapter = reader.chapter(&page.chapter)?.ok_or_else(gone)?;
    let step = run.step(&work.step).ok_or_else(gone)?;
    let mut gathering = Gathering {
        reader,
        run,
        terms,
        at: (chapter.number, page.number),
        material: Material {
            agent: agent_kind(&work.agent),
            seed: terms.seed.wrapping_add(u64::from(step.asked_again)),
            settings: settings(&book),
            book: book.title.clone(),
            chapter: chapter.title,
            ..Material::default()
        },
        parts: Vec::new(),
        sharing: Sharing::new(terms.allowance),
    };
    if gathering.material.agent == AgentKind::Summarist {
        gathering.page_alone(work)?;
        gathering.feedback(step)?;
        return Ok(gathering.finish());
    }
    if gathering.material.agent == AgentKind::Scribe {
        gathering.edit(&book, work)?;
        gathering.feedback(step)?;
        return Ok(gathering.finish());
    }
    gathering.fixed(step, work)?;
    gathering.style();
    let mut earlier = Vec::new();
    gathering.feedback(step)?;
    if work.basis.is_none() {
        earlier = earlier::candidates(reader, run)?;
    }
    gathering.canon(&book, &earlier)?;
    gathering.pages(&earlier)?;
    Ok(gathering.finish())
}

pub(super) fn agent_kind(agent: &str) -> AgentKind {
    match agent {
        "dialogue" => AgentKind::Dialogue,
        "reviewer" => AgentKind::Reviewer,
        "summarist" => AgentKind::Summarist,
        "scribe" => AgentKind::Scribe,
        "narrator" => AgentKind::Narrator,
        "story_reviewer" => AgentKind::StoryReviewer,
        "polisher" => AgentKind::Polisher,
        _ => AgentKind::Other,
    }
}

pub(super) fn settings(book: &BookRow) -> Settings {
    Settings {
        language: book.settings.language.clone(),
        point_of_view: book.settings.point_of_view.clone(),
        tense: book.settings.tense.clone(),
        words_per_page: book.settings.words_per_page,
        style_notes: book.settings.style_notes.clone(),
    }
}

pub(super) fn text(reader: &Reader, hash: &Hash) -> Result<String, ContextError> {
    let missing = || StoreError::Corrupt { what: format!("text {hash}") };
    Ok(reader.text(hash)?.ok_or_else(missing)?)
}

pub(super) struct Gathering<'a> {
    pub(super) reader: &'a Reader,
    pub(super) run: &'a Run,
    pub(super) terms: &'a Terms,
    at: At,
    pub(super) material: Material,
    pub(super) parts: Vec<Part>,
    pub(super) sharing: Sharing,
}

impl Gathering<'_> {
    pub(super) fn tokens(&self, text: &str) -> u64 {
        estimate_tokens_by(text, self.terms.factor)
    }

    pub(super) fn part(
        &mut self,
        kind: PartKind,
        id: &str,
        title: &str,
        version: &str,
        tokens: u64,
        why: Why,
    ) {
        let (id, title, version) = (id.to_owned(), title.to_owned(), version.to_owned());
        self.parts.push(Part { kind, id, title, version, given: None, tokens, why });
    }

    /// Takes in a text that must be there.
    pub(super) fn given(
        &mut self,
        kind: PartKind,
        id: &str,
        title: &str,
        named: &Text,
    ) -> Result<String, ContextError> {
        let text = text(self.reader, &named.hash)?;
        let tokens = self.tokens(&text);
        self.part(kind, id, title, named.hash.as_str(), tokens, Why::Asked);
        Ok(text)
    }

    /// Takes in what must be there: the template's words, the beat, the texts that are worked on.
    fn fixed(&mut self, step: &Step, work: &Work) -> Result<(), ContextError> {
        let run = self.run;
        self.part(
            PartKind::Instructions,
            &work.agent,
            "instructions",
            "",
            self.terms.instructions,
            Why::Asked,
        );
        if let Some(beat) = &run.beat {
            self.material.beat =
                self.given(PartKind::Beat, run.id.as_str(), "what happens on the page", beat)?;
        }
        if let Some(own) = own_step(run, &work.step)
            && let Some(revision) = own.current_revision()
        {
            let id = format!("{}.{}", run.id, own.name);
            self.material.narration =
                Some(self.given(PartKind::Own, &id, own.name.as_str(), &revision.text)?);
        }
        match &work.basis {
            Some(basis) => {
                let gone = || ContextError::Gone(basis.to_string());
                let (_, revision) = run.revision(basis).ok_or_else(gone)?;
                let title = "the draft under review";
                let draft = self.given(PartKind::UnderReview, basis.as_str(), title, &revision.text)?;
                self.material.under_review = Some(draft);
            }
            None => {
                let locked = run.locks_of(&work.step).map(|l| l.quoted.quote.clone());
                self.material.locked = locked.collect();
                if let Some(last) = previous(step) {
                    let draft =
                        self.given(PartKind::Previous, last.id.as_str(), "the last draft", &last.text)?;
                    self.material.previous = Some(draft);
                }
            }
        }
        self.sharing.fixed(self.parts.iter().map(|p| p.tokens).sum());
        Ok(())
    }

    /// Takes in the page as it stands, and nothing else.
    fn page_alone(&mut self, work: &Work) -> Result<(), ContextError> {
        let run = self.run;
        self.part(
            PartKind::Instructions,
            &work.agent,
            "instructions",
            "",
            self.terms.instructions,
            Why::Asked,
        );
        let current: Vec<&Text> =
            run.main_steps().filter_map(|s| Some(&s.current_revision()?.text)).collect();
        let texts: Vec<String> =
            current.iter().map(|named| text(self.reader, &named.hash)).collect::<Result<_, _>>()?;
        let page = earlier::composed(&texts);
        let (tokens, version) = (self.tokens(&page), version_of(current.iter().map(|named| &named.hash)));
        self.part(
            PartKind::UnderReview,
            run.subject.page.as_ref().map_or("", PageId::as_str),
            "the page",
            &version,
            tokens,
            Why::Asked,
        );
        self.material.under_review = Some(page);
        self.sharing.fixed(self.parts.iter().map(|p| p.tokens).sum());
        Ok(())
    }

    /// Takes in the notes on style: as a whole, or the paragraphs of them that fit.
    pub(super) fn style(&mut self) {
        self.sharing.open(Shared::Style);
        let notes = std::mem::take(&mut self.material.settings.style_notes);
        if notes.trim().is_empty() {
            return;
        }
        let whole = self.tokens(&notes);
        if self.sharing.take(whole) {
            let version = Hash::of(notes.as_bytes());
            self.part(PartKind::Style, "style", "notes on style", version.as_str(), whole, Why::Always);
            self.material.settings.style_notes = notes;
            return;
        }
        let mut kept = Vec::new();
        for (number, note) in notes.lines().filter(|n| !n.trim().is_empty()).enumerate() {
            let (tokens, version) = (self.tokens(note), Hash::of(note.as_bytes()));
            let why = self.room(tokens, Why::Always);
            if why.is_in() {
                kept.push(note);
            }
            self.part(
                PartKind::Style,
                &format!("style.{}", number + 1),
                &beginning(note),
                version.as_str(),
                tokens,
                why,
            );
        }
        self.material.settings.style_notes = kept.join("\n");
    }

    /// Takes room for a part that is wanted, or says that there is none.
    pub(super) fn room(&mut self, tokens: u64, wanted: Why) -> Why {
        let left = self.sharing.left();
        if self.sharing.take(tokens) { wanted } else { Why::NoRoom { wanted: Box::new(wanted), left } }
    }

    /// Takes in the feedback that the agent is to heed or to know of.
    fn feedback(&mut self, step: &Step) -> Result<(), ContextError> {
        self.sharing.open(Shared::Feedback);
        for source in self.run.feedback_sources(step) {
            self.feedback_of(source, source.name == step.name)?;
        }
        Ok(())
    }

    /// Takes in the feedback of a step, the newest first; the author's last word is always in. The step's own agent
    /// is told apart what is to be changed alone.
    fn feedback_of(&mut self, step: &Step, own: bool) -> Result<(), ContextError> {
        let active: Vec<_> = step.active_feedback().collect();
        let request = self.run.last_request(step);
        // Where something was said of the whole text, more than the passages may change.
        let alone = own && !request.is_empty() && request.iter().all(|f| f.quoted.is_some());
        let (mut parts, mut all) = (Vec::new(), Vec::new());
        for (index, feedback) in active.iter().enumerate().rev() {
            let words = text(self.reader, &feedback.text.hash)?;
            let now = request.iter().any(|f| f.id == feedback.id);
            let told = told(feedback, &words);
            let tokens = self.tokens(&told);
            let why = if now || index + 1 == active.len() {
                self.sharing.force(tokens);
                Why::Asked
            } else {
                self.room(tokens, Why::Asked)
            };
            match &feedback.quoted {
                Some(quoted) if now && alone => {
                    let (start, quote) = (quoted.passage.start, quoted.quote.clone());
                    self.material.passages.insert(0, Said { start, quote, words: words.clone() });
                }
                _ if why.is_in() => all.insert(0, told),
                _ => {}
            }
            parts.push(Part {
                kind: PartKind::Feedback,
                id: feedback.id.to_string(),
                title: beginning(&words),
                version: feedback.text.hash.to_string(),
                given: None,
                tokens,
                why,
            });
        }
        self.material.feedback.extend(all);
        self.parts.extend(parts.into_iter().rev());
        Ok(())
    }

    /// Chooses canon and takes in what fits.
    fn canon(&mut self, book: &BookRow, earlier: &[earlier::Earlier]) -> Result<(), ContextError> {
        self.sharing.open(Shared::Canon);
        let entries = self.reader.entries(&book.id)?;
        if entries.is_empty() {
            return Ok(());
        }
        let mut chosen = self.chosen(book, &entries, earlier)?;
        let mut whys: Vec<Option<Why>> = vec![None; entries.len()];
        let mut tokens = vec![0; entries.len()];
        for (index, why) in chosen.drain(..) {
            let entry = &entries[index];
            tokens[index] = self.tokens(&entry.text) + self.tokens(&entry.name) + 4;
            whys[index] = Some(if why.is_in() { self.room(tokens[index], why) } else { why });
        }
        // The prompt has them kind by kind, each by name: it stays the same while the choice does.
        for (index, entry) in entries.iter().enumerate() {
            let Some(why) = whys[index].take() else { continue };
            if why.is_in() {
                self.material.canon.push(CanonEntry {
                    id: String::new(),
                    kind: entry.kind.to_string(),
                    name: entry.name.clone(),
                    aliases: entry.aliases.clone(),
                    text: entry.text.clone(),
                });
            }
            self.part(
                PartKind::Canon,
                entry.id.as_str(),
                &entry.name,
                entry.hash.as_str(),
                tokens[index],
                why,
            );
        }
        Ok(())
    }

    fn chosen(
        &self,
        book: &BookRow,
        entries: &[EntryRow],
        earlier: &[earlier::Earlier],
    ) -> Result<Vec<(usize, Why)>, ContextError> {
        let called = entries.iter().map(|e| Called {
            name: &e.name,
            aliases: &e.aliases,
            person: e.kind == EntryKind::Character,
        });
        let names = Names::new(called, &book.settings.language);
        let mut places: HashMap<&Place, At> = HashMap::new();
        for place in entries.iter().flat_map(|e| e.scope.from.iter().chain(&e.scope.until)) {
            if !places.contains_key(place)
                && let Some(at) = self.reader.place(place)?
            {
                places.insert(place, at);
            }
        }
        let material = &self.material;
        let told = |by, manner, text| Told { by, manner, text };
        let mut texts = vec![told("the beat", Manner::Notes, material.beat.as_str())];
        texts.extend(material.feedback.iter().rev().map(|f| told("the feedback", Manner::Notes, f.as_str())));
        texts.extend(material.passages.iter().map(|s| told("the feedback", Manner::Notes, s.words.as_str())));
        for (by, text) in [
            ("the draft", &material.under_review),
            ("the draft", &material.previous),
            ("the narration", &material.narration),
        ] {
            texts.extend(text.as_deref().map(|text| told(by, Manner::Prose, text)));
        }
        texts.extend(
            earlier.iter().filter_map(|e| Some(told("a page before", Manner::Prose, e.text.as_deref()?))),
        );
        let matches = self.matches(book, &texts)?;
        let place = |place: &Place| places.get(place).copied();
        let about =
            About { texts: &texts, at: self.at, place: &place, pinned: &self.run.pinned, matches: &matches };
        Ok(select(entries, &names, &about))
    }

    /// Asks the index for what comes closest to the beat and the feedback, or to the text where there are none.
    fn matches(
        &self,
        book: &BookRow,
        texts: &[Told<'_>],
    ) -> Result<Vec<crate::domain::EntryId>, ContextError> {
        let mut query = String::new();
        for told in texts.iter().filter(|t| t.manner == Manner::Notes || query_is_short(t, texts)) {
            query.push_str(told.text);
            query.push('\n');
        }
        let hits = self.reader.entries_like(&book.id, &query, MOST_MATCHES)?;
        // bm25 is the lower, the better, and below zero.
        let best = hits.first().map_or(0.0, |h| h.rank);
        Ok(hits.into_iter().filter(|h| h.rank <= best * CLOSE).map(|h| h.entry).collect())
    }

    /// Takes in earlier pages: the last ones in full, those before in short.
    fn pages(&mut self, earlier: &[earlier::Earlier]) -> Result<(), ContextError> {
        self.sharing.open(Shared::Pages);
        let mut parts = Vec::new();
        let mut in_full = true;
        let half = self.sharing.left() * 7 / 10;
        let mut taken = 0;
        for (index, page) in earlier.iter().enumerate() {
            let row = &page.row;
            let mut part = Part {
                kind: PartKind::Page,
                id: row.page.to_string(),
                title: page.title(),
                version: row.version(),
                given: None,
                tokens: 0,
                why: Why::JustBefore,
            };
            if let Some(text) = page.text.as_ref().filter(|_| in_full) {
                part.tokens = self.tokens(text);
                // Pages in full leave room for those in short, unless there is only the one just before.
                if (index == 0 || taken + part.tokens <= half) && self.sharing.take(part.tokens) {
                    taken += part.tokens;
                    self.material.earlier.insert(0, text.clone());
                    parts.push(part);
                    continue;
                }
                in_full = false;
            }
            let short = page.short(self.reader)?;
            part.kind = PartKind::Summary;
            part.given = short.given;
            part.tokens = self.tokens(&short.text) + 8;
            part.why = self.room(part.tokens, short.why);
            if part.why.is_in() {
                self.material
                    .before
                    .insert(0, crate::llm::InShort { page: part.title.clone(), text: short.text });
            }
            let full = !part.why.is_in();
            parts.push(part);
            if full {
                break;
            }
        }
        self.parts.extend(parts.into_iter().rev());
        Ok(())
    }

    fn finish(mut self) -> Context {
        // The prompt's order; parts of one kind stay as they are.
        self.parts.sort_by_key(|p| match p.kind {
            PartKind::Instructions => 0,
            PartKind::Style => 1,
            PartKind::Canon => 2,
            PartKind::Summary => 3,
            PartKind::Page => 4,
            PartKind::Beat => 5,
            PartKind::Own => 6,
            PartKind::UnderReview => 7,
            PartKind::Previous => 8,
            PartKind::Feedback => 9,
            PartKind::Subject | PartKind::Parameters | PartKind::Artifact | PartKind::Repair => 10,
        });
        Context { material: self.material, parts: self.parts, budget: self.sharing.finish(self.terms.factor) }
    }
}

/// Prose is asked about only where nothing else says what the page is about.
fn query_is_short(told: &Told<'_>, texts: &[Told<'_>]) -> bool {
    let notes: usize = texts.iter().filter(|t| t.manner == Manner::Notes).map(|t| t.text.trim().len()).sum();
    notes == 0 && told.by != "a page before"
}

/// Returns the text that the author last sent back, where one was.
fn previous(step: &Step) -> Option<&crate::domain::run::Revision> {
    let asked = step.active_feedback().last().map(|f| &f.revision);
    match asked {
        Some(revision) => step.revisions.iter().find(|r| r.id == *revision),
        None if step.asked_again > 0 => step.revisions.iter().rfind(|r| !r.late),
        None => None,
    }
}

/// Returns the step whose approved text this one, or the one that it reads, is written for.
fn own_step<'r>(run: &'r Run, step: &crate::domain::StepName) -> Option<&'r Step> {
    let definition = run.workflow.step(step);
    let read = definition.and_then(|d| d.reads.as_ref()).unwrap_or(step);
    let needs = run.workflow.step(read).map(|d| d.needs.as_slice()).unwrap_or_default();
    needs.first().and_then(|n| run.step(n))
}

/// Returns the beginning of a text, for a list.
fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
}
