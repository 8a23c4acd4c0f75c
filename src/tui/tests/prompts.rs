//! The templates in the studio.

use super::bench::Bench;
use crate::domain::manifest::Layer;

fn layer(bench: &Bench, agent: &str) -> Layer {
    bench.fixture.engine.prompt(bench.app.cx.here.book.as_ref(), agent).unwrap().layer
}

#[test]
fn prompts_show_whose_they_are_and_what_they_make_of_the_page() {
    for (width, height) in [(120, 40), (60, 20)] {
        let mut bench = Bench::on_the_book(width, height);
        bench.press("j j enter 9");
        insta::assert_snapshot!(format!("prompts_{width}x{height}"), bench.screen());
        bench.press("e");
        insta::assert_snapshot!(format!("prompts_edit_{width}x{height}"), bench.screen());
    }
}

#[test]
fn a_template_is_tried_as_one_types_and_refused_with_its_line_until_it_is_good() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("j j enter 9 e").typed("{{ beet }}");
    assert!(bench.screen().contains("narrator.prompty:"), "{}", bench.screen());
    bench.press("ctrl-s");
    assert!(bench.screen().contains("`beet` is not a variable"), "{}", bench.screen());
    assert_eq!(layer(&bench, "narrator"), Layer::Shipped);
    bench.replaced(|text| text.replace("{{ beet }}", "Write as if by lamplight."));
    assert!(bench.screen().contains("Write as if by lamplight"), "{}", bench.screen());
    bench.press("ctrl-s");
    assert!(bench.screen().contains("goes by this template from now on"), "{}", bench.screen());
    assert_eq!(layer(&bench, "narrator"), Layer::Book);
    bench.press("4 P P G");
    assert!(bench.screen().contains("by lamplight"), "{}", bench.screen());
}

#[test]
fn a_template_goes_back_to_the_one_below_and_a_version_is_brought_back() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("9 e").replaced(|text| format!("{text}\nBe brief.\n")).press("ctrl-s");
    assert_eq!(layer(&bench, "narrator"), Layer::Book);
    bench.press("D enter");
    assert_eq!(layer(&bench, "narrator"), Layer::Shipped);
    assert!(bench.screen().contains("taken away"), "{}", bench.screen());
    bench.press("j j r");
    assert_eq!(layer(&bench, "narrator"), Layer::Book);
    assert!(bench.screen().contains("is restored"), "{}", bench.screen());
}

#[test]
fn a_template_for_all_books_is_a_file_and_a_broken_one_is_shown_with_its_fault() {
    let mut bench = Bench::on_the_book(120, 40);
    bench.press("9 E").replaced(|text| format!("{text}\nFor all.\n")).press("ctrl-s");
    assert_eq!(layer(&bench, "narrator"), Layer::Author);
    let file = bench.fixture.engine.prompt_file("narrator");
    std::fs::write(&file, "no template").unwrap();
    bench.changed();
    let screen = bench.screen();
    assert!(screen.contains("faulty") && screen.contains("no template"), "{screen}");
    bench.press("D enter");
    assert_eq!(layer(&bench, "narrator"), Layer::Shipped);
}
