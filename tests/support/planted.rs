//! A book with copied passages planted in it, for the tests and the bench of duplicates; the same for the same seed.

#![allow(dead_code, reason = "the tests and the bench each use a part")]

use std::ops::Range;

/// How a passage was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Word for word.
    Verbatim,
    /// A fifth of the words replaced, dropped or added.
    Changed,
    /// Word for word, with a page's border somewhere inside.
    OverBorder,
}

impl Manner {
    pub const ALL: [Self; 3] = [Self::Verbatim, Self::Changed, Self::OverBorder];
}

/// Words of a page.
pub type Place = (usize, Range<usize>);

/// A copy: where the words stand, and where they stand again.
#[derive(Debug, Clone)]
pub struct Plant {
    pub manner: Manner,
    pub source: Place,
    pub copies: Vec<Place>,
}

/// A page: its chapter and its words. Paragraphs are lost: copies do not keep them either.
#[derive(Debug, Clone)]
pub struct Book {
    pub pages: Vec<(usize, Vec<String>)>,
}

const STOCK: [&str; 12] = [
    "in the middle of the night",
    "for the first time in a long while",
    "as far as anyone could tell",
    "she did not know what to say to him",
    "he looked out over the water and said nothing at all",
    "on the other side of the harbour",
    "it was a long time before anyone spoke again",
    "I do not know",
    "at the end of the day",
    "there was nothing to be done about it",
    "one of the men at the door",
    "with his hands in the pockets of his coat",
];

impl Book {
    /// Prose of so many pages of some 320 words, 20 a chapter: each word as frequent as its rank has it in English,
    /// and the stock phrases that every author repeats.
    pub fn generated(pages: usize, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let vocabulary: Vec<String> = (0..8000).map(|_| word(&mut random)).collect();
        let page = |random: &mut fastrand::Rng| {
            let mut words: Vec<String> = Vec::new();
            let length = random.usize(250..390);
            while words.len() < length {
                if random.u8(..60) == 0 {
                    words.extend(STOCK[random.usize(..STOCK.len())].split(' ').map(str::to_owned));
                }
                let rank = (random.f64() * (vocabulary.len() as f64).ln()).exp() as usize - 1;
                words.push(vocabulary[rank.min(vocabulary.len() - 1)].clone());
            }
            words
        };
        Self { pages: (0..pages).map(|n| (n / 20, page(&mut random))).collect() }
    }

    /// The words of a text, in pages of some 320 words; a line of `#` begins a chapter.
    pub fn of_text(text: &str) -> Self {
        let mut pages: Vec<(usize, Vec<String>)> = Vec::new();
        let mut chapter = 0;
        for paragraph in text.split("\n\n") {
            let begins = paragraph.trim_start().starts_with('#');
            chapter += usize::from(begins);
            let words = paragraph.split_whitespace().map(str::to_owned);
            match pages.last_mut() {
                Some((of, page)) if *of == chapter && page.len() < 320 => page.extend(words),
                _ => pages.push((chapter, words.collect())),
            }
        }
        Self { pages }
    }

    pub fn texts(&self) -> Vec<(usize, String)> {
        self.pages.iter().map(|(chapter, words)| (*chapter, words.join(" "))).collect()
    }

    /// The bytes of words of a page, as [`Self::texts`] has it.
    pub fn bytes(&self, (page, words): &Place) -> Range<usize> {
        let all = &self.pages[*page].1;
        let before: usize = all[..words.start].iter().map(|w| w.len() + 1).sum();
        let inside: usize = all[words.clone()].iter().map(|w| w.len() + 1).sum();
        before..before + inside.saturating_sub(1)
    }

    /// Plants passages of 60 to 140 words, as many of each manner; no page has a part in two of them.
    pub fn plant(&mut self, of_each: usize, seed: u64) -> Vec<Plant> {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut free: Vec<usize> =
            (1..self.pages.len() - 1).step_by(3).filter(|n| self.pages[*n].1.len() > 200).collect();
        random.shuffle(&mut free);
        let mut plants = Vec::new();
        for n in 0..of_each * Manner::ALL.len() {
            let manner = Manner::ALL[n % Manner::ALL.len()];
            let source = free.pop().expect("the book is large enough");
            let fits =
                |at: &usize| manner != Manner::OverBorder || self.pages[*at].0 == self.pages[*at + 1].0;
            let target = free.iter().rposition(fits).expect("the book is large enough");
            let target = free.remove(target);
            plants.push(self.plant_one(manner, source, target, &mut random));
        }
        plants
    }

    fn plant_one(
        &mut self,
        manner: Manner,
        source: usize,
        target: usize,
        random: &mut fastrand::Rng,
    ) -> Plant {
        let length = random.usize(60..=140);
        let from = random.usize(..self.pages[source].1.len() - length);
        let passage = self.pages[source].1[from..from + length].to_vec();
        let copies = match manner {
            Manner::Verbatim => vec![self.insert(target, passage, random)],
            Manner::Changed => {
                let changed = self.changed(&passage, random);
                vec![self.insert(target, changed, random)]
            }
            Manner::OverBorder => {
                let cut = random.usize(10..length - 10);
                let tail = self.pages[target].1.len();
                self.pages[target].1.extend_from_slice(&passage[..cut]);
                self.pages[target + 1].1.splice(0..0, passage[cut..].iter().cloned());
                vec![(target, tail..tail + cut), (target + 1, 0..length - cut)]
            }
        };
        Plant { manner, source: (source, from..from + length), copies }
    }

    fn insert(&mut self, page: usize, words: Vec<String>, random: &mut fastrand::Rng) -> Place {
        let (at, length) = (random.usize(..=self.pages[page].1.len()), words.len());
        self.pages[page].1.splice(at..at, words);
        (page, at..at + length)
    }

    /// A fifth of the words is another one, is gone, or has one more before it.
    fn changed(&self, passage: &[String], random: &mut fastrand::Rng) -> Vec<String> {
        let mut places: Vec<usize> = (0..passage.len()).collect();
        random.shuffle(&mut places);
        places.truncate(passage.len() / 5);
        let mut out = Vec::new();
        for (at, word) in passage.iter().enumerate() {
            let other = {
                let (_, words) = &self.pages[random.usize(..self.pages.len())];
                words[random.usize(..words.len())].clone()
            };
            if !places.contains(&at) {
                out.push(word.clone());
                continue;
            }
            match random.u8(..5) {
                0 => {}
                1 => out.extend([other, word.clone()]),
                _ => out.push(other),
            }
        }
        out
    }
}

fn word(random: &mut fastrand::Rng) -> String {
    let syllables =
        ["ma", "ren", "tol", "is", "ka", "ven", "or", "ti", "sel", "un", "dra", "pe", "lo", "wick", "a"];
    (0..random.usize(1..5)).map(|_| syllables[random.usize(..syllables.len())]).collect()
}
