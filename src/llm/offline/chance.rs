//! Chance that is the same everywhere: a number for a seed and a place in the text.
//!
//! Each place draws for itself, so a wish that adds or takes a sentence leaves the others as they were: a revision
//! reads as a revision and not as another text.

/// The chance of one page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chance(u64);

impl Chance {
    /// The chance of `seed` for what is told by `parts`.
    pub(super) fn new(seed: u64, parts: &[&str]) -> Self {
        Self(parts.iter().fold(mix(seed), |state, part| mix(state ^ hash(part))))
    }

    /// A number for the place `name`.
    pub(super) fn at(self, name: &str, index: usize) -> u64 {
        mix(self.0 ^ hash(name) ^ mix(index as u64))
    }

    /// The places `0..count` in an order of chance.
    pub(super) fn order(self, name: &str, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&index| (self.at(name, index), index));
        order
    }
}

/// The 64-bit FNV-1a hash.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The finalizer of `SplitMix64`.
fn mix(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}
