//! How old someone is.

use super::{About, Claim, Said, Value};
use crate::analysis::contradictions::numbers::number;

pub(super) fn claims(said: &Said<'_, '_>, claims: &mut Vec<Claim>) {
    for at in said.sentence.tokens.clone() {
        let Some((age, end)) =
            number(said.reading, said.sentence, at).filter(|(age, _)| (2..=110).contains(age))
        else {
            continue;
        };
        if let Some(who) = whose(said, at, end) {
            claims.push(said.claim(who, About::Age, Value::Number(age), true));
        }
    }
}

/// Whose age a number is that stands from one token to another.
pub(in crate::analysis::contradictions) fn whose_age(
    said: (&super::Reading<'_>, &super::Sentence, &super::People),
    from: usize,
    to: usize,
) -> Option<usize> {
    let (reading, sentence, people) = said;
    whose(&Said { reading, sentence, subject: None, people }, from, to)
}

fn whose(said: &Said<'_, '_>, from: usize, to: usize) -> Option<usize> {
    let first = said.sentence.tokens.start;
    let before = |n: usize| from.checked_sub(n).filter(|at| *at >= first).map_or("", |at| said.low(at));
    let years_old = (said.low(to) == "years" && said.low(to + 1) == "old")
        || (said.low(to) == "years" && said.low(to + 1) == "of" && said.low(to + 2) == "age");
    let clause_ends =
        matches!(said.low(to), "" | "." | "," | ";" | "!" | "and" | "when" | "now" | "in" | "that" | "years");
    // `twenty-six-year-old NAME`
    if said.low(to) == "year" && said.low(to + 1) == "old" {
        return said.reading.named_at(to + 2).filter(|m| !m.possessive).map(|m| m.who);
    }
    let clause_ends = clause_ends && (said.low(to) != "years" || years_old);
    let adverb = usize::from(matches!(before(1), "only" | "just" | "now" | "barely" | "already" | "aged"));
    match before(1 + adverb) {
        // `NAME was twenty-six`, `NAME turned thirty in …`
        "was" | "is" | "turned" if clause_ends => {
            let years = said.low(to) != "in" || is_year(said.low(to + 1));
            said.subject_before(from - 1 - adverb).filter(|_| years).map(|(who, _)| who)
        }
        _ if years_old
            && said.in_entry()
            && said.reading.mentions_in(said.sentence).first().map(|m| m.who) == said.subject =>
        {
            said.subject
        }
        // `NAME, twenty-six, …`, `NAME, aged 26`
        "," if years_old || adverb == 1 && before(1) == "aged" || said.low(to) == "," => {
            let mention = said.reading.named_before(from - 1 - adverb)?;
            // "Mara, Tom, seven, eight" counts something else; so does "on 3 May, Mara, 1890,".
            let person = said.people.all[mention.who].human && mention.from >= first && !mention.possessive;
            (person || (years_old && said.in_entry())).then_some(mention.who)
        }
        // `Age: 26`, as notes have it
        ":" if said.in_entry() && before(2) == "age" => said.subject,
        _ if (years_old || before(1) == "aged") && said.in_entry() => said.subject.filter(|who| {
            said.reading
                .mentions_in(said.sentence)
                .iter()
                .all(|m| m.who == *who || !said.people.all[m.who].human)
        }),
        _ => None,
    }
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit())
}
