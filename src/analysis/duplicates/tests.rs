#[path = "../../../tests/support/planted.rs"]
mod planted;

use planted::{Book, Manner, Plant};

use super::*;

/// Seeds that thresholds were chosen with, and seeds that were not looked at while they were.
const TUNED: [u64; 3] = [1, 2, 3];
const UNSEEN: [u64; 4] = [90_001, 90_002, 90_003, 90_004];

fn index(book: &Book) -> Index {
    let texts = book.texts();
    Index::new(texts.iter().map(|(chapter, text)| (*chapter, text.as_str())), Threshold::default())
}

/// How much of some bytes of a page a passage covers (0–1).
fn covers(passage: &[Span], page: usize, bytes: &Range<usize>) -> f64 {
    let shared = |s: &Span| s.end.min(bytes.end).saturating_sub(s.start.max(bytes.start));
    let shared: usize = passage.iter().filter(|s| s.page == page).map(shared).sum();
    shared as f64 / bytes.len().max(1) as f64
}

fn is_found(book: &Book, plant: &Plant, found: &[Duplicate]) -> bool {
    let on = |passage: &[Span], place: &planted::Place| covers(passage, place.0, &book.bytes(place)) > 0.7;
    found.iter().any(|d| {
        [(&d.first, &d.second), (&d.second, &d.first)]
            .into_iter()
            .any(|(one, other)| on(one, &plant.source) && plant.copies.iter().all(|copy| on(other, copy)))
    })
}

/// Plants in a book and returns, by manner, how many were planted and found, and what else was.
fn planted_and_found(book: &Book, of_each: usize, seed: u64) -> (Vec<(Manner, usize, usize)>, usize) {
    let mut with = book.clone();
    let plants = with.plant(of_each, seed);
    let found = index(&with).duplicates();
    let by_manner = Manner::ALL.map(|manner| {
        let of: Vec<&Plant> = plants.iter().filter(|p| p.manner == manner).collect();
        (manner, of.len(), of.iter().filter(|p| is_found(&with, p, &found)).count())
    });
    let hits: usize = by_manner.iter().map(|(_, _, found)| found).sum();
    (by_manner.to_vec(), found.len().saturating_sub(hits))
}

#[test]
fn a5_planted_passages_are_found_and_a_book_without_them_gives_no_alarm() {
    // A small book of each; the whole one is measured below.
    for seed in [TUNED[0], UNSEEN[0], UNSEEN[1]] {
        let book = Book::generated(60, seed);
        assert_eq!(index(&book).duplicates(), [], "seed {seed}");
        let (by_manner, others) = planted_and_found(&book, 3, seed);
        let (planted, found) = by_manner.iter().fold((0, 0), |sum, (_, p, f)| (sum.0 + p, sum.1 + f));
        assert!(found * 100 >= planted * 95, "seed {seed}: {by_manner:?}");
        assert_eq!(others, 0, "seed {seed}");
    }
}

/// `GALLEY_BENCH_BOOK=FILE cargo test --release --lib duplicates -- --ignored --nocapture`
#[test]
#[ignore = "of a whole book, to be measured"]
fn a5_the_figures_of_a_book_of_500_pages() {
    let text = std::env::var_os("GALLEY_BENCH_BOOK").map(|file| std::fs::read_to_string(file).unwrap());
    for (name, seeds) in [("tuned", TUNED.to_vec()), ("unseen", UNSEEN.to_vec())] {
        for seed in seeds {
            let book = text.as_deref().map_or_else(|| Book::generated(500, seed), Book::of_text);
            let clean = index(&book).duplicates();
            let (by_manner, others) = planted_and_found(&book, 20, seed);
            println!(
                "{name} seed {seed}, {} pages: {by_manner:?}, {others} others, {} without",
                book.pages.len(),
                clean.len()
            );
            for d in &clean {
                println!("{d:?}");
            }
            for (manner, planted, found) in by_manner {
                assert!(found * 100 >= planted * 95, "seed {seed}: {manner:?} {found} of {planted}");
            }
            assert_eq!((clean.len(), others), (0, 0));
        }
    }
}

#[test]
fn a_changed_page_gives_what_the_book_read_anew_gives() {
    let mut book = Book::generated(24, 7);
    book.plant(1, 7);
    let mut kept = index(&book);
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..10 {
        let at = random.usize(..24);
        let fresh = match random.u8(..3) {
            0 => Book::generated(1, random.u64(..)).pages[0].1.clone(),
            1 => book.pages[random.usize(..24)].1.clone(),
            _ => book.pages[at].1[..random.usize(..book.pages[at].1.len().max(1))].to_vec(),
        };
        book.pages[at].1 = fresh;
        kept.replace(at, &book.texts()[at].1);
        assert_eq!(kept.duplicates(), index(&book).duplicates(), "page {at}");
    }
}

#[test]
fn a_text_is_compared_with_the_book_and_with_itself() {
    let mut book = Book::generated(30, 11);
    let index = index(&book);
    let passage = book.pages[12].1[40..120].join(" ");
    let own = book.pages.remove(3).1[..70].join(" ");
    let other = Book::generated(1, 12).pages[0].1.join(" ");
    let found = index.of_text(&format!("{other} {passage}"));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].first[0].page, found[0].second[0].page), (12, 30));
    assert!(index.of_text(&other).is_empty());
    let twice = Book::generated(1, 13).pages[0].1[..80].join(" ");
    let found = index.of_text(&format!("{twice}\n\n{other}\n\n{twice}"));
    assert_eq!(found.len(), 1, "{own}");
    assert_eq!((found[0].first[0].page, found[0].second[0].page), (30, 30));
}

fn of_pages(pages: &[&str]) -> Vec<Duplicate> {
    Index::new(pages.iter().map(|text| (0, *text)), Threshold::default()).duplicates()
}

const REFRAIN: &str = "The low bell rang three times over the ice and nobody on the pier looked up, for they knew \
    that the boats were in and the nets were hung and that winter had come to stay with them.";

#[test]
fn refrains_headings_and_songs_give_no_alarm() {
    let prose: Vec<String> = Book::generated(6, 21).texts().into_iter().map(|(_, text)| text).collect();
    let with: Vec<String> =
        prose.iter().map(|text| format!("# The Long Winter\n\n{REFRAIN}\n\n{text}")).collect();
    assert_eq!(of_pages(&with.iter().map(String::as_str).collect::<Vec<_>>()), []);
    let song = "la la la, and la la la again, ".repeat(60);
    assert_eq!(of_pages(&[&song, &prose[0]]), []);
}

#[test]
fn who_quotes_an_earlier_page_copies_nothing() {
    let pages: Vec<String> = Book::generated(3, 51).texts().into_iter().map(|(_, text)| text).collect();
    let passage = &pages[0].split(' ').collect::<Vec<_>>()[40..110].join(" ");
    let quoted = format!("He read from it: “{passage}.” Then he was silent. {}", pages[1]);
    assert_eq!(of_pages(&[&pages[0], &quoted]), []);
    let copied = format!("He read from it. {passage}. Then he was silent. {}", pages[1]);
    assert_eq!(of_pages(&[&pages[0], &copied]).len(), 1);
    // A speech that is copied stands in marks at both places.
    let speech = format!("{} “{passage}.” She left.", pages[2]);
    assert_eq!(of_pages(&[&speech, &quoted]).len(), 1);
}

#[test]
fn a_page_that_stands_many_times_is_told_once_for_each_further_place() {
    let page = Book::generated(1, 31).texts().remove(0).1;
    let others = Book::generated(50, 32).texts();
    let mut pages: Vec<&str> = others.iter().map(|(_, text)| text.as_str()).collect();
    for at in [3, 9, 20, 33, 47] {
        pages[at] = &page;
    }
    let found = of_pages(&pages);
    assert_eq!(
        found.iter().map(|d| (d.first[0].page, d.second[0].page)).collect::<Vec<_>>(),
        [(3, 9), (3, 20), (3, 33), (3, 47)]
    );
    assert!(
        found.iter().all(|d| d.first[0].start == 0 && d.second[0].end == page.len() && d.similarity > 0.99)
    );
    // The same page all over, too: every one is in a passage.
    let found = of_pages(&[page.as_str(); 12]);
    let told = |page| found.iter().any(|d| d.first.iter().chain(&d.second).any(|s| s.page == page));
    assert!((0..12).all(told), "{found:?}");
}

#[test]
fn chinese_is_read_by_character() {
    let mut random = fastrand::Rng::with_seed(5);
    let mut prose = |letters: usize| -> String {
        (0..letters).map(|_| char::from_u32(0x4e00 + random.u32(..600)).unwrap()).collect()
    };
    let (one, two, copy) = (prose(300), prose(300), prose(80));
    let pages = [format!("{one}{copy}。{two}"), format!("{}{copy}。{}", prose(200), prose(90))];
    let found = of_pages(&[&pages[0], &pages[1]]);
    assert_eq!(found.len(), 1);
    let Span { page, start, end } = found[0].second[0];
    assert_eq!((page, pages[1][start..end].trim_end_matches('。')), (1, copy.as_str()));
}

#[test]
fn nothing_and_next_to_nothing_are_no_trouble() {
    assert_eq!(of_pages(&[]), []);
    assert_eq!(of_pages(&["", "a", " \n", "one two three"]), []);
    let mut index = Index::new([(0, "a b c")], Threshold::default());
    index.replace(0, "");
    index.replace(9, "x");
    assert_eq!(index.of_text(""), []);
}
