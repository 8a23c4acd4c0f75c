//! The offline author's summary of a page: the sentences that say most of what it is about, in their order.

use std::collections::BTreeMap;

use unicode_segmentation::UnicodeSegmentation;

use super::sentences::count_words;
use crate::analysis::{is_cjk, sentences::sentences};
use crate::llm::Material;

/// Sentences of a summary.
const SENTENCES: usize = 3;
/// Words of a summary, beyond its first sentence.
const WORDS: usize = 60;

pub(super) fn summarize(material: &Material) -> String {
    let text = material.under_review.as_deref().unwrap_or_default();
    let all: Vec<&str> =
        sentences(text).into_iter().map(|range| text[range].trim()).filter(|s| !s.is_empty()).collect();
    if all.is_empty() {
        return text.trim().to_owned();
    }
    let terms: Vec<Vec<String>> = all.iter().map(|sentence| terms(sentence)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for term in terms.iter().flatten() {
        *counts.entry(term).or_default() += 1;
    }
    // What is said more than once is what the page is about; a sentence counts by its terms, not by its length.
    let worth = |terms: &[String]| {
        let sum: usize = terms.iter().map(|t| counts[t.as_str()] - 1).sum();
        sum * 1_000 / (terms.len() + 4)
    };
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(worth(&terms[*i])), *i));
    let mut chosen: Vec<usize> = Vec::new();
    let mut words = 0;
    for index in order {
        let more = count_words(all[index]);
        if chosen.len() < SENTENCES && (chosen.is_empty() || words + more <= WORDS) {
            words += more;
            chosen.push(index);
        }
    }
    chosen.sort_unstable();
    let chosen: Vec<String> =
        chosen.into_iter().map(|i| all[i].split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    chosen.join(" ")
}

/// The words of a sentence that carry meaning: those of four letters and more, and every ideograph.
fn terms(sentence: &str) -> Vec<String> {
    let mut terms: Vec<String> = sentence
        .unicode_words()
        .filter(|w| w.chars().count() >= 4 || w.chars().all(is_cjk))
        .map(str::to_lowercase)
        .collect();
    terms.sort();
    terms.dedup();
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(text: &str) -> String {
        summarize(&Material { under_review: Some(text.to_owned()), ..Material::default() })
    }

    #[test]
    fn the_sentences_that_share_their_words_with_the_others_stand_for_the_page() {
        let page = "It snowed. Mara waited at the harbour for the boat.\n\nA dog barked twice somewhere. \
                    The boat came late, and Mara left the harbour. Then nothing. The harbour was dark without the boat.";
        let short = summary(page);
        assert!(
            short.starts_with("Mara waited at the harbour") && short.contains("The boat came late"),
            "{short}"
        );
        assert!(!short.contains("dog"), "{short}");
        assert_eq!(short, summary(page), "the same page, the same summary");
    }

    #[test]
    fn a_short_page_or_one_in_chinese_has_a_summary_too() {
        assert_eq!(summary("  Only this.  "), "Only this.");
        assert_eq!(summary(""), "");
        assert!(summary("李明在灯塔等她。下雪了。灯塔的灯灭了，李明走了。").contains("灯塔"));
    }
}
