//! Text on its way to a terminal: nothing that controls it is left, and clean text stays as it is.
#![no_main]

use galley::analysis::clean::{clean, clean_line, is_clean, without_controls};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let cleaned = clean(text).into_owned();
    assert!(is_clean(&cleaned));
    assert_eq!(clean(&cleaned), cleaned.as_str());
    let line = clean_line(text).into_owned();
    assert!(is_clean(&line) && !line.contains('\n'));
    let _ = without_controls(text);
});
