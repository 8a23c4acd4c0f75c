//! A damaged database: what is saved of it is whole.
#![no_main]

use galley::store::{Clock, checkup, salvage};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("galley.db");
    std::fs::write(&path, data).expect("a file");
    if let Ok(made) = salvage(&path, &Clock::default()) {
        assert!(checkup(&made.to).expect("it opens").is_well());
    }
});
