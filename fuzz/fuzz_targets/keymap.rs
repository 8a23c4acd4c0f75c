//! A keymap of the author's own.
#![no_main]

use galley::tui::keymap::Keymap;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let shipped = Keymap::load(None).expect("the shipped keymap is valid");
    let _ = shipped.overlay("keymap.toml", text);
});
