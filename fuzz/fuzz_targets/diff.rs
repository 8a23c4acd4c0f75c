//! Two texts: all changes taken make the new one, all refused the old one.
#![no_main]

use galley::analysis::changes::{Changes, Choice};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    let (old, new) = data.split_once('\u{1}').unwrap_or((data, ""));
    let changes = Changes::new(old, new);
    assert_eq!(changes.merge(&changes.all(&Choice::Take)), new);
    assert_eq!(changes.merge(&changes.all(&Choice::Refuse)), old);
});
