//! The slips of the hand that make one word of another, undone.

/// A slip of the hand, by how much it says about what was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    /// Two neighbouring letters changed places.
    Exchanged,
    /// An apostrophe was left out.
    Apostrophe,
    /// A letter was doubled, or one of two was left out.
    Doubled,
    /// A letter was left out, put in, or taken for another.
    Letter,
}

impl Slip {
    /// Lower is likelier.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Exchanged | Self::Apostrophe => 0,
            Self::Doubled => 1,
            Self::Letter => 4,
        }
    }
}

/// What stands behind the apostrophe of a short form.
const SHORT: [&str; 6] = ["t", "d", "m", "ll", "ve", "re"];

/// Every word that is one slip away from `word`, which is ASCII.
pub(super) fn undone(word: &str) -> impl Iterator<Item = (Slip, String)> + '_ {
    let bytes = word.as_bytes();
    let exchanged = (1..bytes.len()).filter(move |&i| bytes[i] != bytes[i - 1]).map(move |i| {
        let mut letters = bytes.to_vec();
        letters.swap(i - 1, i);
        (Slip::Exchanged, letters)
    });
    let apostrophe = SHORT
        .iter()
        .filter(move |end| word.ends_with(*end) && word.len() > end.len())
        .map(move |end| (Slip::Apostrophe, inserted(bytes, bytes.len() - end.len(), b'\'')));
    // The first letter is nearly always right.
    let shorter = (1..bytes.len()).map(move |i| {
        let twin = bytes[i] == bytes[i - 1];
        let mut letters = bytes.to_vec();
        letters.remove(i);
        (if twin { Slip::Doubled } else { Slip::Letter }, letters)
    });
    let longer = (1..=bytes.len()).flat_map(move |i| {
        (b'a'..=b'z').map(move |letter| {
            let slip = if bytes[i - 1] == letter { Slip::Doubled } else { Slip::Letter };
            (slip, inserted(bytes, i, letter))
        })
    });
    let other = (1..bytes.len()).flat_map(move |i| {
        (b'a'..=b'z').filter(move |letter| *letter != bytes[i]).map(move |letter| {
            let mut letters = bytes.to_vec();
            letters[i] = letter;
            (Slip::Letter, letters)
        })
    });
    let all = exchanged.chain(apostrophe).chain(shorter).chain(longer).chain(other);
    all.filter_map(|(slip, letters)| Some((slip, String::from_utf8(letters).ok()?)))
}

fn inserted(bytes: &[u8], at: usize, letter: u8) -> Vec<u8> {
    let mut letters = bytes.to_vec();
    letters.insert(at, letter);
    letters
}
