mod cases;

use super::*;

/// A book in short: canon entries as `kind Name (alias): text`, and its pages, each a chapter of its own unless it
/// begins with `+`.
struct Case {
    says: &'static str,
    canon: &'static [&'static str],
    pages: &'static [&'static str],
    /// What is found: its kind, a part of the first quote, a part of the second.
    found: &'static [(Kind, &'static str, &'static str)],
}

struct Told {
    entries: Vec<(EntryKind, String, Vec<String>, String)>,
    pages: Vec<(usize, String)>,
}

impl Told {
    fn of(canon: &[&str], pages: &[&str]) -> Self {
        let entry = |line: &&str| {
            let (head, text) = line.split_once(": ").unwrap();
            let (kind, name) = head.split_once(' ').unwrap();
            let (name, aliases) = match name.split_once(" (") {
                Some((name, alias)) => (name, vec![alias.trim_end_matches(')').to_owned()]),
                None => (name, Vec::new()),
            };
            (kind.parse().unwrap(), name.to_owned(), aliases, text.to_owned())
        };
        let mut chapter = 0;
        let page = |text: &&str| {
            let joined = text.strip_prefix('+');
            chapter += usize::from(joined.is_none());
            (chapter, joined.unwrap_or(text).to_owned())
        };
        Self { entries: canon.iter().map(entry).collect(), pages: pages.iter().map(page).collect() }
    }

    fn find(&self, language: &str, from: usize) -> Vec<(Contradiction, [String; 2])> {
        let texts: Vec<PageText<'_>> =
            self.pages.iter().map(|(chapter, text)| PageText { chapter: *chapter, text }).collect();
        let entry = |(kind, name, aliases, text): &'_ (EntryKind, String, Vec<String>, String)| {
            (*kind, name.clone(), aliases.clone(), text.clone())
        };
        let owned: Vec<_> = self.entries.iter().map(entry).collect();
        let entries: Vec<Entry<'_>> = owned
            .iter()
            .map(|(kind, name, aliases, text)| Entry {
                kind: *kind,
                name,
                aliases,
                text,
                pages: from..texts.len(),
            })
            .collect();
        let book = Book { pages: &texts, entries: &entries, language };
        let quote = |place: &Place| match place.source {
            Source::Page(n) => texts[n].text[place.start..place.end].to_owned(),
            Source::Entry(n) => entries[n].text[place.start..place.end].to_owned(),
            Source::Name(n, 0) => entries[n].name[place.start..place.end].to_owned(),
            Source::Name(n, alias) => entries[n].aliases[alias - 1][place.start..place.end].to_owned(),
        };
        find(&book)
            .into_iter()
            .map(|c| {
                let quotes = [quote(&c.places[0]), quote(&c.places[1])];
                (c, quotes)
            })
            .collect()
    }
}

#[test]
fn a5_contradictions_are_found_with_both_quotes_and_nothing_else_is() {
    let mut wrong = Vec::new();
    for case in cases::CASES {
        let found = Told::of(case.canon, case.pages).find("English", 0);
        let fits = found.len() == case.found.len()
            && found.iter().zip(case.found).all(|((c, [one, other]), (kind, first, second))| {
                c.kind == *kind && one.contains(first) && other.contains(second)
            });
        if !fits {
            wrong.push(format!("{}: {found:#?}", case.says));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases::CASES.len(), wrong.join("\n"));
    assert!(cases::CASES.len() >= 30);
}

#[test]
fn what_is_true_later_holds_from_there() {
    let told = Told::of(
        &["character Tom Hale: Tom is dead."],
        &["“Come,” said Tom.", "Rain.", "“Come,” said Tom again."],
    );
    assert_eq!(told.find("", 0).len(), 2);
    let later = told.find("", 1);
    assert_eq!(later.len(), 1);
    assert_eq!(later[0].0.places[1].source, Source::Page(2));
}

#[test]
fn in_other_languages_only_names_are_looked_at() {
    let french =
        ["Puis Katherine vint. Alors Katherine rit.", "Hier, Katherine parla.", "Puis Catherine partit."];
    assert_eq!(Told::of(&[], &french).find("French", 0).len(), 1);
    let polish = [
        "Wtedy Anielka przyszła. Tam Anielka była.",
        "Potem widział Anielkę. Szedł do Anielki.",
        "Tak, Anielka.",
    ];
    assert!(Told::of(&[], &polish).find("Polish", 0).is_empty());
    let german = ["Da kam der Leiter. Da war der Leiter.", "Da fiel die Leitter um. Und die Laiter."];
    assert!(Told::of(&[], &german).find("German", 0).is_empty());
    let german = ["Da kam Kathrin. Und Kathrin lachte.", "Da ging Katrin."];
    assert_eq!(Told::of(&["character Kathrin: Sie."], &german).find("German", 0).len(), 1);
    assert!(
        Told::of(&["character Mara: Eyes: blue."], &["Mara’s eyes were green."]).find("German", 0).is_empty()
    );
}

/// `GALLEY_BENCH_BOOK=FILE cargo test --release --lib contradictions -- --ignored --nocapture`
#[test]
#[ignore = "of a whole novel, to be measured"]
fn a5_a_novel_gives_few_alarms() {
    let Some(file) = std::env::var_os("GALLEY_BENCH_BOOK") else { return };
    let text = std::fs::read_to_string(file).unwrap();
    let mut pages: Vec<(usize, String)> = Vec::new();
    for paragraph in text.split("\n\n") {
        let begins = paragraph.starts_with('#');
        match pages.last_mut() {
            Some((_, page)) if !begins && page.len() < 1900 => *page = format!("{page}\n\n{paragraph}"),
            last => {
                let chapter = last.map_or(0, |(chapter, _)| *chapter) + usize::from(begins);
                pages.push((chapter, paragraph.to_owned()));
            }
        }
    }
    let words = text.split_whitespace().count();
    let began = std::time::Instant::now();
    let found = Told { entries: Vec::new(), pages }.find("English", 0);
    println!("{} alarms in {words} words, {:?}", found.len(), began.elapsed());
    for (c, [one, other]) in &found {
        println!("{:?} {:?} {}\n    {one}\n    {other}", c.kind, c.severity, c.message);
    }
    assert!(found.len() * 10_000 <= words);
}

#[test]
fn hostile_and_empty_texts_are_no_trouble() {
    for text in [
        "",
        "’s",
        "“",
        "Mara’s",
        "eyes",
        "— — —",
        "Mara’s eyes were",
        "was dead",
        "3 May",
        "Mr.",
        "İ’s Ⅷ ﬁ",
        "\u{1b}[31m’’’'''",
    ] {
        let told = Told::of(&["character Mara: Eyes"], &[text, text]);
        let _ = told.find("English", 0);
        let _ = Told {
            entries: vec![(EntryKind::Character, text.into(), vec![text.into()], text.into())],
            pages: vec![(0, text.into())],
        }
        .find("", 0);
    }
}
