//! Text that a server sends again: some send the whole text so far in every event, some once more at the end.

/// Bytes from which on a chunk that begins with all the text so far cannot be the next words by chance.
const MIN_REPEAT: usize = 40;

/// Turns what a server sends into what is new in it.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// All the text so far.
    text: String,
    chunks: u64,
    /// Each event holds the whole text.
    cumulative: bool,
    /// A second chunk that begins with the first: the text so far, or a word that repeats itself. The third tells.
    held: Option<String>,
}

impl Repeats {
    /// The words that are new in `chunk`.
    pub(super) fn next(&mut self, chunk: String) -> String {
        if chunk.is_empty() {
            return chunk;
        }
        self.chunks += 1;
        if let Some(held) = self.held.take() {
            if extends(&chunk, &held) {
                self.cumulative = true;
            } else {
                return self.add(&held) + &self.next_known(&chunk);
            }
        }
        self.next_known(&chunk)
    }

    /// What is still held at the end.
    pub(super) fn rest(&mut self) -> String {
        let Some(held) = self.held.take() else { return String::new() };
        let repeats = self.text.len() >= MIN_REPEAT / 2;
        let new = if repeats { held[self.text.len()..].to_owned() } else { held };
        self.add(&new)
    }

    /// The new words of a last message that holds the whole text.
    pub(super) fn whole(&mut self, message: &str) -> String {
        let before = self.rest();
        let new = if self.text.trim().is_empty() {
            message
        } else {
            message.strip_prefix(&*self.text).unwrap_or("")
        };
        before + &self.add(new)
    }

    fn next_known(&mut self, chunk: &str) -> String {
        let rest = chunk.strip_prefix(&*self.text).filter(|_| !self.text.is_empty());
        if self.cumulative {
            return match rest {
                Some(rest) => self.add(rest),
                // A shorter state of the text, once more.
                None if self.text.starts_with(chunk) => String::new(),
                None => self.add(chunk),
            };
        }
        match rest {
            Some(rest) if self.chunks == 2 && !rest.is_empty() => {
                if self.text.len() >= MIN_REPEAT {
                    self.cumulative = true;
                    return self.add(rest);
                }
                self.held = Some(chunk.to_owned());
                String::new()
            }
            // A refrain repeats a line and not all that was written in many events.
            Some(rest) if self.chunks > 2 && self.text.len() >= MIN_REPEAT => self.add(rest),
            _ if self.chunks > 2 && self.text.len() >= MIN_REPEAT && chunk.trim() == self.text.trim() => {
                String::new()
            }
            _ => self.add(chunk),
        }
    }

    fn add(&mut self, new: &str) -> String {
        self.text.push_str(new);
        new.to_owned()
    }
}

/// Whether `longer` is `text` and more.
fn extends(longer: &str, text: &str) -> bool {
    longer.len() > text.len() && longer.starts_with(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(chunks: &[&str]) -> String {
        let mut repeats = Repeats::default();
        let text: String = chunks.iter().map(|chunk| repeats.next((*chunk).to_owned())).collect();
        text + &repeats.rest()
    }

    const PAGE: &str = "The tide came in grey and slow, and Mara stood on the quay with her collar up.";

    #[test]
    fn text_that_is_sent_whole_each_time_is_read_once() {
        let states = |sizes: &[usize]| sizes.iter().map(|size| &PAGE[..*size]).collect::<Vec<_>>();
        for sizes in
            [vec![50, 60, 78], vec![3, 8, 13, 78], vec![1, 2, 3, 78], vec![50, 78], vec![50, 78, 78, 50, 78]]
        {
            assert_eq!(read(&states(&sizes)), PAGE, "{sizes:?}");
        }
    }

    #[test]
    fn the_whole_text_at_the_end_is_not_added() {
        assert_eq!(read(&[&PAGE[..30], &PAGE[30..60], &PAGE[60..], PAGE]), PAGE);
        assert_eq!(read(&[&PAGE[..30], &PAGE[30..60], PAGE]), PAGE);
        let mut repeats = Repeats::default();
        assert_eq!(repeats.next(PAGE[..30].to_owned()), &PAGE[..30]);
        assert_eq!(repeats.whole(PAGE), &PAGE[30..]);
        assert_eq!(repeats.whole("Another."), "");
        assert_eq!(Repeats::default().whole(PAGE), PAGE);
    }

    #[test]
    fn words_and_lines_that_repeat_themselves_stay() {
        for chunks in [
            &["ha", "ha", "ha", "!"][..],
            &["No", "Not", " now"],
            &["\n", "\n\nThe", " tide"],
            &["a", "a b", "c"],
            &[
                "Row, row, row your boat, gently down the stream.\n",
                "Row, row, row your boat, gently down the stream.\n",
                "Row.",
            ],
            &["Home. ", "They went ", "Home. ", "They went "],
        ] {
            assert_eq!(read(chunks), chunks.concat());
        }
        assert_eq!(read(&["ha", "haha"]), "hahaha");
    }
}
