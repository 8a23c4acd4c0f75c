//! The context of the last page of a long book with a bible of 200 entries, cold and warm, and the search in it.
//!
//! `GALLEY_BENCH_BOOK=FILE` takes a text of one's own instead of the generated one.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench ends where something is not as it must be")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use galley::context::prompt::Prompt;
use galley::context::{Allowance, Context, Terms, gather};
use galley::domain::canon::{CanonCommand, EntryContent, EntryKind, EntryMode, EntryPut};
use galley::domain::command::ImportedChapter;
use galley::domain::{Actor, BookId, BookSettings, Command, PageId, Request, StepName};
use galley::store::{Answer, Reader, Store, StoreOptions};

const PAGES: usize = 640;
const ENTRIES: usize = 200;
const ROUNDS: usize = 300;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("galley.db");
    let store = Store::open(&StoreOptions::at(path.clone())).unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    let names: Vec<String> = (0..ENTRIES).map(|n| name(&mut random, n)).collect();
    let pages = match std::env::var_os("GALLEY_BENCH_BOOK") {
        Some(file) => pages_of(&std::fs::read_to_string(file).unwrap()),
        None => (0..PAGES).map(|_| prose(&mut random, &names, 220)).collect(),
    };
    let words: usize = pages.iter().map(|p| p.split_whitespace().count()).sum();
    let (book, page) = fill(&store, &mut random, &names, &pages);
    store.finish_indexing();
    println!("{words} words on {} pages, {ENTRIES} entries", pages.len());

    let context = assemble(&store.reader().unwrap(), &page);
    let given = context.parts.iter().filter(|p| p.is_in()).count();
    println!("{given} of {} parts are given", context.parts.len());
    measure("context, cold (a new connection)", || {
        black_box(assemble(&Reader::open(&path).unwrap(), &page));
    });
    let reader = store.reader().unwrap();
    measure("context, warm", || {
        black_box(assemble(&reader, &page));
    });
    let queries = ["low bell", names[3].as_str(), "winter harb", "nothing of it"];
    let mut next = queries.iter().cycle();
    measure("search in pages, 20 hits", || {
        black_box(reader.search(next.next().unwrap(), Some(&book), 20).unwrap());
    });
    measure("search in canon, 20 hits", || {
        black_box(reader.search_canon(&book, next.next().unwrap(), 20).unwrap());
    });
}

fn assemble(reader: &Reader, page: &PageId) -> Context {
    let row = reader.page(page).unwrap().unwrap();
    let run = reader.run_state(&row.run).unwrap().unwrap();
    let work = run.work_for(&StepName::new("narration")).unwrap();
    let prompt = Prompt::shipped("narrator").unwrap();
    let allowance = Allowance { tokens: 16_000, canon: 45, pages: 35, feedback: 12, style: 8 };
    let factor = reader.token_factor("offline/rehearsal").unwrap();
    let context =
        gather(reader, &run, &work, &Terms { seed: 1, allowance, factor, instructions: 400 }).unwrap();
    black_box(prompt.render(&context.material).unwrap());
    context
}

fn measure(what: &str, mut work: impl FnMut()) {
    let mut took: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed()
        })
        .collect();
    took.sort();
    println!("{what}: p50 {:.2?}, p99 {:.2?}", took[ROUNDS / 2], took[ROUNDS * 99 / 100]);
}

fn give(store: &Store, command: Command) -> Answer {
    store.submit(Request { id: None, actor: Actor::Author("ada".into()), command }).wait().unwrap()
}

/// Makes the book, its canon, and a last page with a beat.
fn fill(store: &Store, random: &mut fastrand::Rng, names: &[String], pages: &[String]) -> (BookId, PageId) {
    let chapters = pages
        .chunks(20)
        .enumerate()
        .map(|(n, pages)| ImportedChapter { title: format!("Chapter {}", n + 1), pages: pages.to_vec() });
    let settings =
        BookSettings { style_notes: "Short sentences. No adverbs.".into(), ..BookSettings::default() };
    let (title, file, chapters) = ("The Long Winter".into(), "book.md".into(), chapters.collect());
    let book = give(store, Command::ImportBook { title, settings, file, chapters }).book.unwrap();
    let puts = names.iter().enumerate().map(|(n, name)| EntryPut {
        content: EntryContent {
            kind: EntryKind::ALL[n % EntryKind::ALL.len()],
            name: name.clone(),
            aliases: if n % 3 == 0 { vec![format!("Old {name}")] } else { Vec::new() },
            mode: if n % 50 == 0 { EntryMode::Always } else { EntryMode::Named },
            text: prose(random, names, 60),
            ..EntryContent::default()
        },
        ..EntryPut::default()
    });
    let command = CanonCommand::PutAll { puts: puts.collect(), removed: Vec::new() };
    give(store, Command::Canon { book: book.clone(), command });
    let reader = store.reader().unwrap();
    let chapter = reader.chapters(&book, false).unwrap().pop().unwrap().id;
    let beat = Some(format!("{} meets {} at the low bell and asks for the boat.", names[5], names[8]));
    let page = give(store, Command::NewPage { chapter, title: String::new(), beat, position: None }).page;
    (book, page.unwrap())
}

/// Splits a text into pages of about 250 words at its paragraphs.
fn pages_of(text: &str) -> Vec<String> {
    let mut pages = vec![String::new()];
    for paragraph in text.split("\n\n").filter(|p| !p.trim().is_empty()) {
        let page = pages.last_mut().unwrap();
        if page.split_whitespace().count() > 250 {
            pages.push(paragraph.to_owned());
        } else {
            page.push_str("\n\n");
            page.push_str(paragraph);
        }
    }
    pages
}

fn name(random: &mut fastrand::Rng, n: usize) -> String {
    const FIRST: [&str; 10] = ["Mar", "Ils", "Tho", "Ven", "Kar", "Bel", "Hol", "Ren", "Sig", "Dun"];
    const LAST: [&str; 8] = ["a", "ek", "mas", "wick", "stead", "holm", "gard", "ia"];
    format!(
        "{}{}{}",
        FIRST[random.usize(..FIRST.len())],
        LAST[n % LAST.len()],
        LAST[random.usize(..LAST.len())]
    )
}

fn prose(random: &mut fastrand::Rng, names: &[String], words: usize) -> String {
    const WORDS: [&str; 40] = [
        "the", "harbour", "winter", "and", "then", "a", "light", "over", "ice", "boat", "she", "waited",
        "for", "bell", "low", "nobody", "answered", "wind", "snow", "pier", "in", "his", "hands", "lantern",
        "cold", "sea", "they", "walked", "past", "old", "houses", "without", "word", "until", "morning",
        "came", "grey", "slow", "of", "from",
    ];
    let mut text = String::new();
    let mut since = 0;
    for n in 0..words {
        let word = if random.u8(..25) == 0 {
            names[random.usize(..names.len())].as_str()
        } else {
            WORDS[random.usize(..WORDS.len())]
        };
        text.push_str(word);
        since += 1;
        if since > 9 && random.u8(..4) == 0 {
            text.push('.');
            since = 0;
        }
        text.push_str(if n % 70 == 69 { "\n\n" } else { " " });
    }
    text.push('.');
    text
}
