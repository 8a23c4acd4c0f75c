//! What readers are given.

use rusqlite::Connection;

use super::support::*;
use crate::domain::book::BookCommand;
use crate::domain::run::RunCommand;
use crate::domain::{Command, RevisionId, Time};
use crate::store::bulk::{BigBook, generate};
use crate::store::{Policy, Store, StoreOptions, compare};

#[test]
fn p3_the_history_has_every_revision_with_its_feedback_and_decisions() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let page = new_page(&store, &chapter, "One.");
    let first = start(&store, &reader, &page);
    deliver(&store, &page, &first, "It was cold.");
    let feedback = Some("more of the cold".to_owned());
    of_page(&store, &page, RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() })
        .unwrap();
    let second = start(&store, &reader, &page);
    deliver(&store, &page, &second, "It was bitterly cold.");
    let edit = "It was bitter.".to_owned();
    of_page(&store, &page, RunCommand::Edit { step: None, revision: None, text: edit }).unwrap();

    let revisions = reader.revisions(&page).unwrap();
    let made: Vec<_> =
        revisions.iter().map(|r| (r.number, r.origin.as_str(), r.author.as_str(), r.tokens)).collect();
    assert_eq!(made, [(1, "agent", "narrator", 40), (2, "agent", "narrator", 40), (3, "edit", "ada", 0)]);
    assert_eq!(revisions[2].parent, Some(revisions[1].id.clone()));
    assert_eq!(reader.revision_text(&revisions[0].id).unwrap().as_deref(), Some("It was cold."));
    let given = reader.feedback(&page).unwrap();
    assert_eq!(
        (given[0].revision_id.clone(), given[0].text.as_str()),
        (revisions[0].id.clone(), "more of the cold")
    );
    let kinds: Vec<String> = reader.decisions(&page).unwrap().into_iter().map(|d| d.kind).collect();
    assert_eq!(kinds, ["revise", "edit"]);
    let detail = reader.page_detail(&page).unwrap().unwrap();
    let narration = detail.narration.unwrap();
    assert_eq!(
        (narration.text.as_str(), narration.previous.as_deref()),
        ("It was bitter.", Some("It was bitterly cold."))
    );
    assert_eq!(detail.attempts.iter().map(|a| a.id.clone()).collect::<Vec<_>>(), [second, first]);
    assert!(detail.can_undo && !detail.can_redo);
    let request = reader.text(&detail.attempts[0].request).unwrap().unwrap();
    assert!(request.len() > 6000, "large, and whole after compression");
}

#[test]
fn remarks_are_found_from_every_revision_that_shares_the_text() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    store.configure(Policy::default());
    let reader = store.reader().unwrap();
    let page = new_page(&store, &chapter, "One.");
    let attempt = start(&store, &reader, &page);
    deliver(&store, &page, &attempt, "It was cold.");
    let review = reader.work_due(Time(i64::MAX), 9).unwrap().remove(0);
    assert!(review.advisory);
    give(&store, start_command(&review.run, review.step.as_str(), &review.attempt, None)).unwrap();
    deliver(&store, &page, &review.attempt, "Too short.");
    let write = |text: &str| RunCommand::Write {
        step: None,
        revision: None,
        text: text.into(),
        model: "manual".into(),
        tokens: 0,
    };
    of_page(&store, &page, write("Other.")).unwrap();
    let first = reader.revisions(&page).unwrap()[0].id.clone();
    let restored = of_page(&store, &page, RunCommand::Restore { revision: first }).unwrap().revision.unwrap();
    let remarks = reader.remarks(&restored).unwrap();
    assert_eq!(remarks.iter().map(|r| r.text.as_str()).collect::<Vec<_>>(), ["Too short."]);
    assert_eq!(reader.page_detail(&page).unwrap().unwrap().remarks, remarks);
    assert!(reader.remarks(&RevisionId::new("run_none.narration.1")).unwrap().is_empty());
}

#[test]
fn the_inbox_has_the_longest_waiting_gate_first_and_those_set_aside_last() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let pages: Vec<_> = (0..3).map(|n| new_page(&store, &chapter, &format!("Beat {n}."))).collect();
    for page in [1, 0, 2] {
        let attempt = start(&store, &reader, &pages[page]);
        deliver(&store, &pages[page], &attempt, "It was cold.");
    }
    of_page(&store, &pages[1], RunCommand::SetAside { step: None, aside: true }).unwrap();
    let inbox = |aside| reader.gates(9, aside).unwrap().into_iter().map(|g| g.page.id).collect::<Vec<_>>();
    assert_eq!(inbox(true), [pages[0].clone(), pages[2].clone(), pages[1].clone()]);
    assert_eq!(inbox(false), [pages[0].clone(), pages[2].clone()]);
    let totals = reader.totals(Time(0)).unwrap();
    assert_eq!((totals.inbox, totals.set_aside), (2, 1));
    of_book(&store, &book, BookCommand::TrashPage { page: pages[0].clone() }).unwrap();
    assert_eq!(inbox(false), [pages[2].clone()]);
    of_book(&store, &book, BookCommand::BringBackPage { page: pages[0].clone() }).unwrap();
    assert_eq!(inbox(false), [pages[0].clone(), pages[2].clone()], "it waits since then");
}

#[test]
fn p13_the_views_have_a_row_a_page_and_a_row_a_chapter() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let page = new_page(&store, &chapter, "One.");
    finish(&store, &reader, &page, "It was cold.", "\"Who?\"");
    new_page(&store, &chapter, "Two.");
    new_chapter(&store, &book, "Empty");
    let connection = Connection::open(store.path()).unwrap();
    let mut query = connection
        .prepare(
            "SELECT page_id, page_number, status FROM v_page_status_summary WHERE chapter_id = ?1 ORDER BY 2",
        )
        .unwrap();
    let rows = query.query_map([chapter.as_str()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
    });
    let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    assert_eq!(rows[0], (page.to_string(), 1, "page_approved".into()));
    assert_eq!((rows.len(), rows[1].2.as_str()), (2, "generating_narration"));
    let mut query = connection
        .prepare("SELECT pages, approved, generating, percent_approved FROM v_chapter_progress ORDER BY chapter_number")
        .unwrap();
    let rows = query.query_map([], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get::<_, f64>(3)?))
    });
    let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
    assert_eq!(rows, [(2, 1, 1, 50.0), (0, 0, 0, 0.0)]);
    for (sql, index) in [
        ("SELECT * FROM v_page_status_summary WHERE chapter_id = 'x' AND page_number = 1", "pages_by_number"),
        ("SELECT * FROM v_page_status_summary WHERE status = 'x'", "pages_by_status"),
    ] {
        let plan: String =
            connection.query_row(&format!("EXPLAIN QUERY PLAN {sql}"), [], |row| row.get(3)).unwrap();
        assert!(plan.contains(index), "{plan}");
    }
}

#[test]
fn search_finds_titles_beats_and_texts_and_takes_any_input() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let page = new_page(&store, &chapter, "A lantern at the harbour; 冬の港 и ночь.");
    finish(&store, &reader, &page, "It was cold.\n\nSnow fell.", "[1] \"Who is there?\"");
    let other = new_page(&store, &chapter, "Nothing of that.");
    of_book(&store, &book, BookCommand::RenamePage { page: other.clone(), title: "Café".into() }).unwrap();
    store.finish_indexing();
    let found = |query: &str| {
        reader.search(query, None, 9).unwrap().into_iter().map(|h| h.page.id).collect::<Vec<_>>()
    };
    for query in ["lantern", "LANT", "snow cold", "who", "冬の", "ночь", "harbour there"] {
        assert_eq!(found(query), std::slice::from_ref(&page), "{query}");
    }
    assert_eq!(found("cafe"), std::slice::from_ref(&other));
    assert_eq!(found(other.as_str()), [other]);
    assert_eq!(
        reader.search("snow", None, 9).unwrap()[0].excerpt,
        "It was cold.  \"Who is there?\"  \u{2}Snow\u{3} fell."
    );
    assert!(reader.search("snow", Some(&crate::domain::BookId::new("other")), 9).unwrap().is_empty());
    for hostile in [
        "",
        " ",
        "\"",
        "'",
        "\"\"\"",
        "a\" OR \"b",
        "NEAR(",
        "AND",
        "NOT",
        "title:x",
        "*",
        "^x",
        "-",
        "a AND",
        "(((",
        "\0",
        "x\u{0}y",
        "_",
        "%_",
        "\u{10ffff}_",
        "{a b}:c",
        "💥",
        "\u{202e}",
        "+",
        "a+b",
        ";--",
    ] {
        reader.search(hostile, None, 9).unwrap();
    }
    reader.search(&"word ".repeat(10_000), None, 9).unwrap();
    of_page(&store, &page, RunCommand::Undo { step: None }).unwrap();
    of_book(&store, &book, BookCommand::TrashPage { page }).unwrap();
    store.finish_indexing();
    assert!(found("lantern").is_empty());
}

#[test]
fn chapter_texts_are_put_together_in_order() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let pages: Vec<_> = (0..4).map(|n| new_page(&store, &chapter, &format!("Beat {n}."))).collect();
    finish(&store, &reader, &pages[0], "One.\n\nTwo.", "[1] \"Who?\"");
    finish(&store, &reader, &pages[1], "Three.", "\"Me.\"");
    let attempt = start(&store, &reader, &pages[2]);
    deliver(&store, &pages[2], &attempt, "Draft.");
    let texts = |approved| {
        reader.chapter_texts(&chapter, approved).unwrap().into_iter().map(|t| t.text).collect::<Vec<_>>()
    };
    assert_eq!(texts(true), ["One.\n\n\"Who?\"\n\nTwo.", "Three.\n\n\"Me.\""]);
    assert_eq!(texts(false).len(), 3);
    let before = reader.approved_before(&pages[3], 1).unwrap();
    assert_eq!((before.len(), before[0].page.clone(), before[0].revisions.len()), (1, pages[1].clone(), 2));
    let to_front = BookCommand::MovePage { page: pages[3].clone(), chapter: chapter.clone(), position: 1 };
    of_book(&store, &book, to_front).unwrap();
    assert!(reader.approved_before(&pages[3], 5).unwrap().is_empty());
    assert_eq!(reader.pages(&chapter, false).unwrap()[0].id, pages[3]);
}

#[test]
fn a5_approved_texts_of_a_book_are_read_in_windows_in_its_order() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let pages: Vec<_> = (0..5).map(|n| new_page(&store, &chapter, &format!("Beat {n}."))).collect();
    for (n, page) in pages.iter().enumerate().filter(|(n, _)| *n != 2) {
        finish(&store, &reader, page, &format!("Page {n}."), "\"Me.\"");
    }
    let read = |after: Option<&crate::domain::PageId>, count| -> Vec<_> {
        reader.approved_texts(&book, after, count).unwrap().into_iter().map(|t| t.page).collect()
    };
    let ordered = |order: &[usize]| order.iter().map(|n| pages[*n].clone()).collect::<Vec<_>>();
    assert_eq!(read(None, 9), ordered(&[0, 1, 3, 4]));
    assert_eq!(read(None, 2), ordered(&[0, 1]));
    assert_eq!(read(Some(&pages[1]), 2), ordered(&[3, 4]));
    assert!(read(Some(&pages[4]), 2).is_empty());
    assert_eq!(reader.approved_texts(&book, None, 1).unwrap()[0].text, "Page 0.\n\n\"Me.\"");
    of_book(&store, &book, BookCommand::MovePage { page: pages[4].clone(), chapter, position: 1 }).unwrap();
    of_book(&store, &book, BookCommand::TrashPage { page: pages[1].clone() }).unwrap();
    assert_eq!(read(None, 9), ordered(&[4, 0, 3]));
    assert_eq!(read(Some(&pages[1]), 9), ordered(&[3]));
}

#[test]
fn a_big_book_is_the_same_for_the_same_seed_and_reads_in_windows() {
    let home = Home::new();
    let size = BigBook { chapters: 6, pages: 120, revisions: 720, seed: 5 };
    let (one, two) = (home.folder.path().join("one.db"), home.folder.path().join("two.db"));
    let book = generate(&one, size).unwrap();
    generate(&two, size).unwrap();
    assert!(generate(&one, size).is_err(), "it never touches a file that is there");
    let open = |path: &std::path::Path| Store::open(&StoreOptions::at(path)).unwrap();
    let (store, other) = (open(&one), open(&two));
    let reader = store.reader().unwrap();
    assert_eq!(
        reader.events_after(0, u32::MAX).unwrap(),
        other.reader().unwrap().events_after(0, u32::MAX).unwrap()
    );
    assert!(compare(&one).unwrap().equal());

    let counts: std::collections::HashMap<String, u64> = reader.counts().unwrap().into_iter().collect();
    assert_eq!((counts["chapters"], counts["pages"]), (6, 120));
    assert!((690..=720).contains(&counts["revisions"]), "{}", counts["revisions"]);
    let row = reader.book(&book).unwrap().unwrap();
    assert!(row.approved > 70 && row.reviewing > 3 && row.waiting > 0 && row.generating == 0, "{row:?}");
    assert_eq!(reader.next_due().unwrap(), None, "opening it starts nothing");

    let all: Vec<_> = reader
        .chapters(&book, false)
        .unwrap()
        .iter()
        .flat_map(|c| reader.pages(&c.id, false).unwrap())
        .collect();
    assert_eq!(reader.pages_window(&book, 0, 500).unwrap(), all);
    assert_eq!(reader.pages_window(&book, 17, 40).unwrap(), all[17..57]);
    assert!(reader.pages_window(&book, 120, 10).unwrap().is_empty());
    assert!(!reader.search("harbour", Some(&book), 10).unwrap().is_empty());
    assert_eq!(reader.runs(5, 2).unwrap().len(), 5);
    assert_eq!(reader.attempts_window(3, 4).unwrap().len(), 4);
}

#[test]
fn a_books_texts_come_in_order_with_what_is_not_approved_and_without_what_is_in_the_trash() {
    let home = Home::new();
    let (store, book, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let pages: Vec<_> = (0..4).map(|_| new_page(&store, &chapter, "Beat.")).collect();
    for (page, text) in pages[..3].iter().zip(["One.", "Two.", "Three."]) {
        let attempt = start(&store, &reader, page);
        deliver(&store, page, &attempt, text);
    }
    of_page(&store, &pages[0], RunCommand::Approve { step: None, revision: None }).unwrap();
    of_page(&store, &pages[0], RunCommand::Skip { step: None }).unwrap();
    let trash = BookCommand::TrashPage { page: pages[2].clone() };
    give(&store, Command::Book { book: book.clone(), command: trash }).unwrap();

    let read = reader.manuscript(&book).unwrap();
    assert_eq!(read.iter().map(|c| (c.number, &c.chapter)).collect::<Vec<_>>(), [(1, &chapter)]);
    let found: Vec<_> = read[0].pages.iter().map(|p| (p.number, p.approved, p.text.as_deref())).collect();
    assert_eq!(found, [(1, true, Some("One.")), (2, false, Some("Two.")), (3, false, None)]);
    let page = &read[0].pages[0];
    let decisions = reader.decisions(&page.page).unwrap();
    assert_eq!((page.decided_at, decisions.len()), (Some(decisions[1].at), 2));
    assert_eq!(read[0].pages[1].decided_at, None);
    of_page(&store, &pages[0], RunCommand::Undo { step: None }).unwrap();
    let undone = reader.manuscript(&book).unwrap().remove(0).pages.remove(0);
    assert_eq!((undone.approved, undone.decided_at), (false, Some(decisions[0].at)));
}

#[test]
fn a_revisions_line_leads_through_edits_restores_and_what_stood_before() {
    let home = Home::new();
    let (store, _, chapter) = home.with_chapter();
    let reader = store.reader().unwrap();
    let page = new_page(&store, &chapter, "One.");
    let first = start(&store, &reader, &page);
    deliver(&store, &page, &first, "It was cold.");
    let feedback = Some("colder".to_owned());
    of_page(&store, &page, RunCommand::Revise { step: None, revision: None, feedback, passages: Vec::new() })
        .unwrap();
    let second = start(&store, &reader, &page);
    deliver(&store, &page, &second, "It was bitterly cold.");
    let edit = RunCommand::Edit { step: None, revision: None, text: "It was bitter.".into() };
    of_page(&store, &page, edit).unwrap();
    of_page(&store, &page, RunCommand::Undo { step: None }).unwrap();
    let revisions = reader.revisions(&page).unwrap();
    let back = RunCommand::Restore { revision: revisions[0].id.clone() };
    let restored = of_page(&store, &page, back).unwrap().revision.unwrap();

    let line = |id: &RevisionId| -> Vec<(String, String)> {
        reader.lineage(id).unwrap().into_iter().map(|r| (r.origin, r.text)).collect()
    };
    let agent = |text: &str| ("agent".to_owned(), text.to_owned());
    assert_eq!(
        line(&revisions[2].id),
        [agent("It was cold."), agent("It was bitterly cold."), ("edit".into(), "It was bitter.".into())]
    );
    assert_eq!(line(&restored), [agent("It was cold."), ("restore".into(), "It was cold.".into())]);
    assert!(line(&RevisionId::new("run_none.narration.1")).is_empty());
}
