use super::*;

#[test]
fn the_pieces_make_up_the_text() {
    for text in ["", "one two\n\nthree ", "雪".repeat(60).as_str(), "a👩‍👩‍👧b مرحبا بك"] {
        assert_eq!(words(text).collect::<String>(), *text);
    }
}
