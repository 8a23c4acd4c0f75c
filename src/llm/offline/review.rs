//! The offline author's remarks on a text: measurements, each with its place. They advise, and decide nothing.

use std::collections::BTreeMap;

use unicode_segmentation::UnicodeSegmentation;

use super::grammar::{REVIEW, WORDS};
use super::nouns::nouns;
use super::sentences::count_words;
use crate::llm::Material;

/// A sentence of the text with its words in lower case.
struct Sentence<'a> {
    text: &'a str,
    words: Vec<String>,
}

pub(super) fn review(material: &Material) -> String {
    let text = material.under_review.as_deref().or(material.previous.as_deref()).unwrap_or_default();
    let text = without_anchors(text);
    let sentences: Vec<Sentence> = text
        .split("\n\n")
        .flat_map(|paragraph| paragraph.split_sentence_bounds())
        .map(|text| Sentence { text, words: text.unicode_words().map(str::to_lowercase).collect() })
        .filter(|sentence| !sentence.words.is_empty())
        .collect();
    let Some(first) = sentences.first() else {
        return listed(std::slice::from_ref(&REVIEW.empty));
    };
    let review = Review { material, text: &text, sentences: &sentences };
    let single = [
        review.length(),
        review.rhythm(),
        review.endless(),
        review.repetition(),
        review.openings(),
        review.filters(),
        review.dialogue(),
        review.person(),
    ];
    let mut remarks = review.missing();
    remarks.extend(single.into_iter().flatten());
    if remarks.is_empty() {
        let (mean, spread) = review.rhythm_of();
        remarks.push(filled(
            &REVIEW.good,
            &[
                ("words", &review.words().to_string()),
                ("sentences", &sentences.len().to_string()),
                ("mean", &rounded(mean)),
                ("spread", &rounded(spread)),
                ("quote", &quote(first.text)),
            ],
        ));
    }
    listed(&remarks)
}

struct Review<'a> {
    material: &'a Material,
    text: &'a str,
    sentences: &'a [Sentence<'a>],
}

impl Review<'_> {
    fn words(&self) -> usize {
        self.sentences.iter().map(|sentence| sentence.words.len()).sum()
    }

    /// The length against the wish, a fifth either way; a dialogue alone is no page and has no wished length.
    fn length(&self) -> Option<String> {
        let (words, wish) = (self.words(), self.material.settings.words_per_page as usize);
        if self.share_spoken() > 0.6 || wish == 0 {
            return None;
        }
        if words * 10 > wish * 12 {
            let mut seen = 0;
            let beyond = self.sentences.iter().find(|sentence| {
                seen += sentence.words.len();
                seen > wish
            })?;
            return Some(filled(
                &REVIEW.too_long,
                &[
                    ("words", &words.to_string()),
                    ("wish", &wish.to_string()),
                    ("over", &(words - wish).to_string()),
                    ("quote", &quote(beyond.text)),
                ],
            ));
        }
        (words * 10 < wish * 8).then(|| {
            let last = self.sentences.last().map_or("", |sentence| sentence.text);
            filled(
                &REVIEW.too_short,
                &[("words", &words.to_string()), ("wish", &wish.to_string()), ("quote", &quote(last))],
            )
        })
    }

    /// Mean and standard deviation of the sentences' lengths in words.
    fn rhythm_of(&self) -> (f64, f64) {
        let lengths: Vec<f64> = self.sentences.iter().map(|sentence| sentence.words.len() as f64).collect();
        let count = lengths.len().max(1) as f64;
        let mean = lengths.iter().sum::<f64>() / count;
        let variance = lengths.iter().map(|length| (length - mean).powi(2)).sum::<f64>() / count;
        (mean, variance.sqrt())
    }

    /// Sentences of one length: at least six, that spread by less than a third of their mean.
    fn rhythm(&self) -> Option<String> {
        let (mean, spread) = self.rhythm_of();
        if self.sentences.len() < 6 || spread * 3.0 > mean {
            return None;
        }
        // The evenest stretch of three is where to begin.
        let evenest = self.sentences.windows(3).min_by_key(|three| {
            let lengths = three.iter().map(|sentence| sentence.words.len());
            lengths.clone().max().unwrap_or(0) - lengths.min().unwrap_or(0)
        })?;
        Some(filled(
            &REVIEW.even,
            &[("mean", &rounded(mean)), ("spread", &rounded(spread)), ("quote", &quote(evenest[0].text))],
        ))
    }

    fn endless(&self) -> Option<String> {
        const LONG: usize = 45;
        let longest = self.sentences.iter().max_by_key(|sentence| sentence.words.len())?;
        (longest.words.len() > LONG).then(|| {
            filled(
                &REVIEW.endless,
                &[("words", &longest.words.len().to_string()), ("quote", &quote(longest.text))],
            )
        })
    }

    /// The word of weight that comes back most: four times, and once in sixty words. Names may come back.
    fn repetition(&self) -> Option<String> {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, sentence) in self.sentences.iter().enumerate() {
            for word in &sentence.words {
                let heavy = word.chars().count() > 2 && !WORDS.small.contains(word) && !self.is_name(word);
                if heavy {
                    places.entry(word).or_default().push(at);
                }
            }
        }
        let (word, at) = places.into_iter().max_by_key(|(word, at)| (at.len(), std::cmp::Reverse(*word)))?;
        (at.len() >= 4 && at.len() * 60 >= self.words()).then(|| {
            filled(
                &REVIEW.repeated,
                &[
                    ("word", word),
                    ("count", &at.len().to_string()),
                    ("quote", &quote(self.sentences[at[1]].text)),
                ],
            )
        })
    }

    fn is_name(&self, word: &str) -> bool {
        let names = self.material.canon.iter().map(|entry| entry.name.to_lowercase());
        names.into_iter().any(|name| name.split_whitespace().any(|part| part == word))
    }

    /// Three sentences in a row, or more, that begin alike.
    fn openings(&self) -> Option<String> {
        let mut best: (usize, usize) = (0, 0);
        let mut start = 0;
        for at in 1..=self.sentences.len() {
            let same =
                self.sentences.get(at).is_some_and(|next| next.words[0] == self.sentences[start].words[0]);
            if !same {
                if at - start > best.1 {
                    best = (start, at - start);
                }
                start = at;
            }
        }
        let (start, count) = best;
        (count >= 3).then(|| {
            filled(
                &REVIEW.openings,
                &[
                    ("count", &count.to_string()),
                    ("word", &self.sentences[start].words[0]),
                    ("quote", &quote(self.sentences[start].text)),
                ],
            )
        })
    }

    /// What the beat speaks of and the text does not: at most two things.
    fn missing(&self) -> Vec<String> {
        let text = self.text.to_lowercase();
        let told = |words: &str| {
            let last = words.rsplit(' ').next().unwrap_or(words).to_lowercase();
            text.contains(last.trim_end_matches('s'))
        };
        let beat: String = self.material.beat.chars().take(8_000).collect();
        let things = nouns(&beat).into_iter().map(|noun| noun.words);
        let people = self
            .material
            .canon
            .iter()
            .map(|entry| entry.name.clone())
            .filter(|name| beat.contains(name.as_str()));
        let missing = people.chain(things).filter(|words| !told(words)).take(2);
        missing.map(|words| filled(&REVIEW.missing, &[("quote", &words)])).collect()
    }

    /// Perceptions outside of what is said: three, and one in eighty words.
    fn filters(&self) -> Option<String> {
        let narrated = self.sentences.iter().filter(|sentence| !sentence.text.contains(['"', '“']));
        let found: Vec<(&str, &Sentence)> = narrated
            .flat_map(|sentence| {
                sentence
                    .words
                    .iter()
                    .filter(|word| REVIEW.watching.contains(*word))
                    .map(move |word| (word.as_str(), sentence))
            })
            .collect();
        let (_, first) = found.first()?;
        (found.len() >= 3 && found.len() * 80 >= self.words()).then(|| {
            let mut list: Vec<&str> = found.iter().map(|(word, _)| *word).collect();
            list.sort_unstable();
            list.dedup();
            filled(
                &REVIEW.filters,
                &[
                    ("count", &found.len().to_string()),
                    ("list", &list.join(", ")),
                    ("quote", &quote(first.text)),
                ],
            )
        })
    }

    /// The part of the words that stands in quotes, 0 to 1.
    fn share_spoken(&self) -> f64 {
        let plain = self.text.replace(['“', '”', '„', '«', '»', '「', '」'], "\"");
        let spoken: usize = plain.split('"').skip(1).step_by(2).map(count_words).sum();
        spoken as f64 / self.words().max(1) as f64
    }

    /// Too much or no speech in a whole page; narration under review before its dialogue has none.
    fn dialogue(&self) -> Option<String> {
        let share = self.share_spoken();
        let whole = self.material.narration.is_some();
        let middle = self.sentences.get(self.sentences.len() / 2).map_or("", |sentence| sentence.text);
        let values = [
            ("share", &*format!("{:.0}", share * 100.0)),
            ("words", &self.words().to_string()),
            ("quote", &quote(middle)),
        ];
        if share > 0.75 && self.words() > 60 {
            Some(filled(&REVIEW.talkative, &values))
        } else if whole && share == 0.0 && self.words() > 60 {
            Some(filled(&REVIEW.silent, &values))
        } else {
            None
        }
    }

    /// A first person outside of speech in a book that is told in another.
    fn person(&self) -> Option<String> {
        let view = self.material.settings.point_of_view.to_lowercase();
        if view.contains("first") || view.is_empty() {
            return None;
        }
        let first = ["i", "my", "me", "mine", "i'm", "i'd", "i've"];
        let mut narrated = self.sentences.iter().filter(|sentence| !sentence.text.contains(['"', '“', '\'']));
        let (sentence, word) = narrated.find_map(|sentence| {
            Some((sentence, sentence.words.iter().find(|word| first.contains(&word.as_str()))?))
        })?;
        let pov = if view.contains("second") { "second" } else { "third" };
        Some(filled(&REVIEW.person, &[("pov", pov), ("word", word), ("quote", &quote(sentence.text))]))
    }
}

/// Lines of dialogue without the paragraph that they belong to.
fn without_anchors(text: &str) -> String {
    let bare = |line: &str| {
        let rest = line.strip_prefix('[').and_then(|rest| rest.split_once("] "));
        rest.filter(|(at, _)| at.bytes().all(|b| b.is_ascii_digit()))
            .map_or(line, |(_, rest)| rest)
            .to_owned()
    };
    text.lines().map(bare).collect::<Vec<_>>().join("\n")
}

/// The first few words of a place, enough to find it.
fn quote(text: &str) -> String {
    const WORDS_SHOWN: usize = 8;
    let text = text.trim().trim_matches(['"', '“', '”']).replace(['"', '“', '”', '\n'], " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let shown: String = words[..words.len().min(WORDS_SHOWN)].join(" ").chars().take(80).collect();
    if shown.len() < words.join(" ").len() { format!("{shown}…") } else { shown }
}

fn rounded(number: f64) -> String {
    format!("{number:.1}")
}

/// A remark with its values. What stands in a value is not read again.
fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        text.push_str(values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn listed(remarks: &[String]) -> String {
    remarks.iter().map(|remark| format!("- {remark}")).collect::<Vec<_>>().join("\n")
}
