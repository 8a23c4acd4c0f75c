//! Commands that wait: one page, or everything, driven to its next gate.

use galley::domain::PageId;
use galley::engine::EngineError;

use super::desk::{Desk, wait};
use crate::model_server::Reply;

#[test]
fn driving_a_page_conducts_it_to_its_gate_and_leaves_the_others() {
    let desk = Desk::new(|_| Reply::text("She waited."));
    let (driven, other) = (desk.page("one"), desk.page("two"));
    let row = desk.runtime.block_on(desk.engine.drive(&driven)).unwrap();
    assert_eq!((row.id, row.state.as_str()), (driven, "user_reviewing_narration"));
    assert_eq!(desk.row(&other).state, "generating_narration");
    assert_eq!(desk.server.count(), 1);
}

#[test]
fn driving_a_page_follows_the_process_that_conducts() {
    let desk = Desk::new(|_| Reply::text("She waited."));
    let conductor = desk.conduct();
    wait("the first conducts", || desk.engine.conducting() == galley::engine::Conducting::Here);
    let page = desk.page("one");
    let row = desk.runtime.block_on(desk.second().drive(&page)).unwrap();
    assert_eq!(row.state, "user_reviewing_narration");
    assert_eq!(desk.server.count(), 1);
    conductor.stop();
}

#[test]
fn driving_a_page_whose_model_fails_ends_where_the_author_is_needed() {
    let desk = Desk::new(|_| Reply::status(503, "trouble"));
    let page = desk.page("one");
    let row = desk.runtime.block_on(desk.engine.drive(&page)).unwrap();
    assert_eq!(row.state, "awaiting_user_input");
    assert_eq!(desk.server.count(), 3);
    let nowhere = desk.runtime.block_on(desk.engine.drive(&PageId::new("nowhere")));
    assert!(matches!(nowhere, Err(EngineError::NotFound { what: "page", .. })), "{nowhere:?}");
}

#[test]
fn work_drives_everything_that_waits_and_says_what_came_of_it() {
    let desk = Desk::new(|asked| {
        if asked.says("hopeless") { Reply::status(401, "bad key") } else { Reply::text("She waited.") }
    });
    for beat in ["one", "two", "hopeless"] {
        desk.page(beat);
    }
    let report = desk.runtime.block_on(desk.engine.work()).unwrap();
    assert_eq!((report.reviewing, report.attention, report.generating), (2, 1, 0));
    let again = desk.runtime.block_on(desk.engine.work()).unwrap();
    assert_eq!(again, report, "nothing is left to do");
    assert_eq!(desk.server.count(), 3);
}
