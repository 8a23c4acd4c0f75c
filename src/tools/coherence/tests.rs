mod hostile;

use serde_json::{Value, json};

use super::*;
use crate::domain::canon;

fn page(n: usize, text: &str) -> Page {
    Page {
        id: format!("b_page_{n}"),
        chapter: format!("b_ch_{}", n / 3),
        label: format!("{}.{}", n / 3 + 1, n % 3 + 1),
        title: String::new(),
        text: text.into(),
    }
}

fn entry(kind: EntryKind, name: &str, text: &str) -> Entry {
    Entry {
        id: format!("b_{}", name.to_lowercase()),
        kind,
        name: name.into(),
        text: text.into(),
        ..Entry::default()
    }
}

fn material(entries: Vec<Entry>, pages: &[&str]) -> Material {
    Material {
        pages: pages.iter().enumerate().map(|(n, text)| page(n, text)).collect(),
        entries,
        ..Material::default()
    }
}

fn report(material: &Material) -> Report {
    check(material, &Request::default()).unwrap()
}

/// A passage of so many words that says nothing twice.
fn passage(words: usize, seed: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    let word = |random: &mut fastrand::Rng| -> String {
        (0..random.usize(3..9)).map(|_| random.lowercase()).collect()
    };
    (0..words).map(|_| word(&mut random)).collect::<Vec<_>>().join(" ")
}

/// Whether a value is of a schema: the words of it that the schemas here use.
fn fits(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{at}: {what}: {value}"));
    let is = |kind: &Value| match kind.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => false,
    };
    let kinds = schema.get("type").map(|t| t.as_array().cloned().unwrap_or_else(|| vec![t.clone()]));
    if kinds.is_some_and(|kinds| !kinds.iter().any(is)) {
        return wrong("another type");
    }
    if schema.get("enum").is_some_and(|all| !all.as_array().unwrap().contains(value)) {
        return wrong("not in the list");
    }
    if let (Some(most), Some(number)) = (schema.get("maximum"), value.as_f64())
        && number > most.as_f64().unwrap()
    {
        return wrong("too much");
    }
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() {
            return wrong(&format!("no {name}"));
        }
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => fits(schema, inner, &format!("{at}.{name}"))?,
            None => return wrong(&format!("{name} is not described")),
        }
    }
    for (n, inner) in value.as_array().into_iter().flatten().enumerate() {
        fits(&schema["items"], inner, &format!("{at}[{n}]"))?;
    }
    if let (Some(least), Some(all)) = (schema.get("minItems"), value.as_array())
        && (all.len() as u64) < least.as_u64().unwrap()
    {
        return wrong("too few");
    }
    Ok(())
}

fn assert_fits(report: &Report, material: &Material) {
    let schema: Value = serde_json::from_str(REPORT_SCHEMA).unwrap();
    fits(&schema, &serde_json::to_value(report).unwrap(), "report").unwrap();
    assert_eq!(serde_json::from_value::<Report>(serde_json::to_value(report).unwrap()).unwrap(), *report);
    for place in report.findings.iter().flat_map(|f| &f.places) {
        if let Some(page) = material.pages.iter().find(|p| Some(&p.id) == place.page.as_ref()) {
            assert_eq!(page.text[place.start..place.end], place.quote);
        }
    }
}

#[test]
fn a5_a_book_that_hangs_together_passes_with_a_full_score() {
    let book = material(
        vec![entry(EntryKind::Character, "Mara", "She has blue eyes.")],
        &[&passage(200, 1), "Mara’s blue eyes."],
    );
    let report = report(&book);
    assert_eq!((report.score, report.verdict, report.duplicate), (100.0, Verdict::Pass, false));
    assert_eq!((report.checked.pages, report.checked.words), (2, 203));
    assert_fits(&report, &book);
    assert_fits(&super::check(&Material::default(), &Request::default()).unwrap(), &Material::default());
}

#[test]
fn a5_a_copied_passage_fails_the_book_until_it_is_waived() {
    let copy = passage(80, 9);
    let text = format!("{} {copy} {}", passage(100, 1), passage(50, 2));
    let book = material(
        Vec::new(),
        &[&text, &passage(90, 3), &passage(80, 6), &format!("{} {copy}", passage(60, 4)), &passage(90, 5)],
    );
    let first = report(&book);
    assert_eq!((first.verdict, first.duplicate, first.counts.high), (Verdict::Fail, true, 1));
    assert_eq!((first.parts.duplication, first.parts.names, first.score), (82.0, 100.0, 82.0));
    let finding = &first.findings[0];
    assert_eq!(
        finding.places.iter().map(|p| (p.side, p.label.as_str(), p.quote.as_str())).collect::<Vec<_>>(),
        [(1, "1.1", copy.as_str()), (2, "2.1", copy.as_str())]
    );
    assert_eq!(finding.message, "80 words of 1.1 repeat on 2.1, word for word.");
    assert_fits(&first, &book);
    let waivers = BTreeMap::from([(finding.id.clone(), "a song".to_owned())]);
    let waived = check(&book, &Request { waivers: Some(&waivers), ..Request::default() }).unwrap();
    assert_eq!(
        (waived.score, waived.verdict, waived.duplicate, waived.counts.waived),
        (100.0, Verdict::Pass, false, 1)
    );
    assert_eq!(waived.findings[0].waived.as_deref(), Some("a song"));
    assert_fits(&waived, &book);
}

#[test]
fn a_finding_keeps_its_id_when_the_book_changes_elsewhere() {
    let canon = || vec![entry(EntryKind::Character, "Mara", "She has blue eyes.")];
    let copy = passage(70, 9);
    let one =
        material(canon(), &["Mara’s green eyes.", &copy, &passage(90, 2), &format!("{copy} And so on.")]);
    let other = material(
        canon(),
        &[
            &passage(70, 3),
            "Rain. Mara’s  green\neyes.",
            &passage(200, 4),
            &format!("And so on. {copy}"),
            &passage(44, 6),
            &copy,
        ],
    );
    let ids =
        |material: &Material| report(material).findings.iter().map(|f| f.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&one).len(), 2);
    let (mut one, mut other) = (ids(&one), ids(&other));
    one.sort();
    other.sort();
    assert_eq!(one, other);
}

#[test]
fn the_settings_decide_what_passes_and_are_checked() {
    let book =
        material(vec![entry(EntryKind::Character, "Mara", "She has blue eyes.")], &["Mara’s green eyes."]);
    assert_eq!((report(&book).score, report(&book).verdict), (82.0, Verdict::Borderline));
    let with = |json: Value| {
        check(&book, &Request { settings: serde_json::from_value(json).unwrap(), ..Request::default() })
    };
    assert_eq!(with(json!({ "pass": 80 })).unwrap().verdict, Verdict::Pass);
    assert_eq!(with(json!({ "pass": 95, "borderline": 90 })).unwrap().verdict, Verdict::Fail);
    assert!(with(json!({ "weights": { "attributes": 0 } })).unwrap().score > 99.9);
    assert!((with(json!({ "penalties": { "high": 40 } })).unwrap().score - 60.0).abs() < 0.01);
    let refused = with(json!({ "borderline": 90 })).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the coherence check cannot use `borderline`: 90 is not between 0 and 85"
    );
    assert!(with(json!({ "duplicate_similarity": 0 })).is_err());
    assert!(serde_json::from_value::<Settings>(json!({ "pas": 80 })).is_err());
}

#[test]
fn a_scope_says_on_which_pages_an_entry_holds() {
    let mut dead = entry(EntryKind::Character, "Tom", "Tom is dead.");
    let acts = ["“Yes,” said Tom.", "Rain.", "“No,” said Tom.", "“Well,” said Tom."];
    let count = |entry: &Entry| report(&material(vec![entry.clone()], &acts)).findings.len();
    assert_eq!(count(&dead), 3);
    dead.scope.from = Some(canon::Place::of_id("b_page_2"));
    assert_eq!(count(&dead), 2);
    dead.scope.until = Some(canon::Place::of_id("b_ch_0"));
    assert_eq!(count(&dead), 1);
    dead.scope.from = Some(canon::Place::of_id("b_page_77"));
    assert_eq!(count(&dead), 0);
}

#[test]
fn a5_a_text_is_checked_against_the_book_and_only_what_it_says_is_told() {
    let copy = passage(70, 9);
    let old = passage(70, 8);
    let canon = vec![entry(EntryKind::Character, "Mara", "She has blue eyes.")];
    let book = material(canon, &[&copy, "Mara’s green eyes.", &old, &passage(80, 3), &old]);
    let text = Page {
        id: "article_1".into(),
        label: "the article".into(),
        text: format!("Then Mara’s brown eyes. {copy}"),
        ..Page::default()
    };
    let report = check_text(&book, &text, &Request::default()).unwrap();
    assert_eq!(
        report.findings.iter().map(|f| f.kind).collect::<Vec<_>>(),
        [Kind::Duplicate, Kind::Attribute]
    );
    assert!(report.duplicate);
    assert!(report.findings.iter().all(|f| f.places.iter().any(|p| p.page.as_deref() == Some("article_1"))));
    let plain = Page { id: "article_2".into(), text: passage(90, 12), ..Page::default() };
    assert_eq!(check_text(&book, &plain, &Request::default()).unwrap().verdict, Verdict::Pass);
}

#[test]
fn a_model_is_believed_only_where_its_quotes_stand() {
    let book = material(
        vec![entry(EntryKind::Place, "Strand", "The Strand is dry\nat low water.")],
        &[
            "The lamp stood\non the desk.",
            "The lamp was still in the cellar.",
            "Mara’s blue eyes.",
            "Mara’s brown eyes.",
        ],
    );
    let claim = |places: Value| json!({ "kind": "attribute", "severity": "medium", "message": "The lamp is in two places.", "places": places });
    let good = claim(
        json!([{ "page": "b_page_0", "quote": "The lamp stood on the desk." }, { "page": "b_page_1", "quote": "in the cellar" }]),
    );
    let answer = json!({ "findings": [
        good,
        claim(json!([{ "entry": "Strand", "quote": "dry at low water" }, { "page": "b_page_1", "quote": "The lamp" }])),
        claim(json!([{ "page": "b_page_0", "quote": "The lamp lay on the desk." }, { "page": "b_page_1", "quote": "in the cellar" }])),
        claim(json!([{ "page": "b_page_9", "quote": "The lamp" }, { "page": "b_page_1", "quote": "in the cellar" }])),
        claim(json!([{ "page": "b_page_0", "quote": "The lamp" }])),
        claim(json!([{ "page": "b_page_0", "quote": "The lamp" }, { "page": "b_page_0", "quote": "The lamp" }])),
        claim(json!([{ "page": "b_page_0", "quote": " … " }, { "page": "b_page_1", "quote": "The lamp" }])),
        // A rule has found this already.
        claim(json!([{ "page": "b_page_2", "quote": "blue eyes" }, { "page": "b_page_3", "quote": "brown eyes" }])),
    ] });
    let schema: Value = serde_json::from_str(FINDINGS_SCHEMA).unwrap();
    fits(&schema["properties"]["findings"]["items"], &answer["findings"][0], "finding").unwrap();
    let answer = answer.to_string();
    let report = check(&book, &Request { agent: Some(&answer), ..Request::default() }).unwrap();
    let by = |source: &str| report.findings.iter().filter(|f| f.source == source).count();
    assert_eq!((by("rule"), by("model"), report.unverified), (1, 2, 5));
    let lamp = report.findings.iter().find(|f| f.source == "model").unwrap();
    assert_eq!(lamp.places[0].quote, "The lamp stood\non the desk.");
    assert_fits(&report, &book);
    let shown = for_agent(&book.pages);
    assert!(shown.starts_with("### page b_page_0\n\nThe lamp stood"), "{shown}");
    let refused = check(&book, &Request { agent: Some("I found nothing."), ..Request::default() });
    assert!(matches!(refused, Err(CoherenceError::Findings(_))));
}

#[test]
fn a5_m26_a_passage_of_another_book_counts_and_what_others_share_does_not() {
    let copy = passage(87, 9);
    let mut book = material(Vec::new(), &[&passage(100, 1), &format!("{} {copy}", passage(60, 4))]);
    let alone = report(&book);
    assert_eq!((alone.score, alone.checked.other_books), (100.0, 0));
    let other = |n: usize, label: &str, text: String| Page {
        id: format!("o_{n}"),
        chapter: format!("o_ch_{n}"),
        label: label.into(),
        text,
        ..Page::default()
    };
    let shared = passage(90, 7);
    book.others = vec![
        vec![
            other(1, "Salt 1.1", format!("{copy} {}", passage(50, 5))),
            other(2, "Salt 2.1", shared.clone()),
        ],
        vec![other(3, "Ice 1.1", shared)],
    ];
    let beside = report(&book);
    assert_eq!((beside.verdict, beside.duplicate, beside.findings.len()), (Verdict::Fail, true, 1));
    assert_eq!((beside.checked.pages, beside.checked.words, beside.checked.other_books), (2, 247, 2));
    assert_eq!(beside.findings[0].message, "87 words of 1.2 repeat on Salt 1.1, word for word.");
    assert_eq!(beside.findings[0].places[1].page.as_deref(), Some("o_1"));
    assert_fits(&beside, &book);

    let text = Page { id: "new".into(), chapter: "new".into(), text: copy, ..Page::default() };
    let of_text = check_text(&book, &text, &Request::default()).unwrap();
    assert!(of_text.duplicate, "{:?}", of_text.findings);
}
