//! Texts that repeat one thing over and over: the time of a check grows with their length, not with its square.

use std::time::{Duration, Instant};

use super::*;

/// From a text to one of eight times its length, n log n takes some ten times as long, and a square 64 times.
const MAX_GROWTH: u32 = 26;

fn time(material: &Material) -> Duration {
    let started = Instant::now();
    assert!(check(material, &Request::default()).is_ok());
    started.elapsed()
}

fn grows_slowly(kind: &str, small: usize, of: &dyn Fn(usize) -> Material) {
    let (short, long) = (of(small), of(small * 8));
    let mut seen = Vec::new();
    // A busy machine may disturb a measurement, and hardly three of them.
    for _ in 0..3 {
        let (short, long) = (time(&short), time(&long));
        if long <= short * MAX_GROWTH || long < Duration::from_millis(40) {
            return;
        }
        seen.push((short, long));
    }
    panic!("{kind}: eight times the text took {seen:?}");
}

fn pages(pages: &[String]) -> Material {
    material(Vec::new(), &pages.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A name that no other number has.
fn name(mut n: usize) -> String {
    let mut name = "Q".to_owned();
    for _ in 0..6 {
        name.push(char::from(b'a' + (n % 26) as u8));
        n /= 26;
    }
    name
}

#[test]
fn repeated_text_takes_no_quadratic_time() {
    let lines =
        |line: &'static str, between: &'static str| move |n: usize| pages(&[vec![line; n].join(between)]);
    for (kind, line, between) in [
        ("sentences of one paragraph", "The snow fell.", "\n"),
        ("paragraphs", "The snow fell.", "\n\n"),
        ("headings", "- THE SNOW", "\n"),
        ("named paragraphs", "Mara walked on. She said no more.", "\n\n"),
        ("one claim", "Mara’s eyes were blue.", "\n"),
        ("claims that differ", "Mara’s eyes were blue. Mara’s eyes were brown.", "\n\n"),
        ("memories", "Mara remembered it. Tom died. Tom laughed.", "\n\n"),
        ("marks", "* “—” *", " "),
        ("words without an end", "snow and", " "),
        ("dates", "On Monday, 3 May 1890, Mara left.", "\n\n"),
    ] {
        grows_slowly(kind, 500, &lines(line, between));
    }
}

#[test]
fn many_names_take_no_quadratic_time() {
    let each = |say: &dyn Fn(usize) -> String, n: usize| (0..n).map(say).collect::<Vec<_>>().join("\n\n");
    grows_slowly("names", 500, &|n| pages(&[each(&|n| format!("And {0} met {0} and {0}.", name(n)), n)]));
    grows_slowly("names of one sound", 500, &|n| {
        let spelled = |n: usize| -> String {
            (0..12).map(|at| if n >> at & 1 == 0 { 'c' } else { 'k' }).flat_map(|c| [c, 'a']).collect()
        };
        pages(&[each(&|n| format!("And M{0} met M{0} and M{0}.", spelled(n)), n)])
    });
    grows_slowly("deaths", 300, &|n| {
        pages(&[
            each(&|n| format!("Then {} died.", name(n)), n),
            each(&|n| format!("Then {} laughed.", name(n)), n),
        ])
    });
}

#[test]
fn canon_that_says_one_thing_over_and_over_takes_no_quadratic_time() {
    grows_slowly("an entry", 300, &|n| {
        let said = vec!["Mara has blue eyes, one hat, two cats and three dogs."; n].join("\n");
        let pages = vec!["Mara’s eyes were brown."; n].join("\n");
        material(vec![entry(EntryKind::Character, "Mara", &said)], &[&pages])
    });
}
