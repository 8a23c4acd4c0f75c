//! A paragraph in the making: pieces of text, some of them emphasised.

/// Pieces as they come; what is emphasised stands between `*` in the end.
#[derive(Debug, Default)]
pub(super) struct Prose {
    pieces: Vec<(bool, String)>,
}

impl Prose {
    pub fn push(&mut self, text: &str, emphasised: bool) {
        match self.pieces.last_mut() {
            // Space belongs to whatever it stands in.
            Some((last, piece)) if *last == emphasised || text.trim().is_empty() => piece.push_str(text),
            _ => self.pieces.push((emphasised, text.to_owned())),
        }
    }

    /// Returns the paragraph, with its spaces brought into order, and begins anew.
    pub fn take(&mut self) -> String {
        let mut out = String::new();
        for (emphasised, piece) in self.pieces.drain(..) {
            let inner = piece.trim();
            if !emphasised || inner.is_empty() {
                out.push_str(&piece);
                continue;
            }
            let start = piece.len() - piece.trim_start().len();
            let end = piece.trim_end().len();
            out.extend([&piece[..start], "*", inner, "*", &piece[end..]]);
        }
        let lines = out.lines().map(|line| {
            line.split([' ', '\t', '\r']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        });
        lines.collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emphasis_stands_close_to_its_words_and_spaces_are_brought_into_order() {
        let mut prose = Prose::default();
        for (text, emphasised) in
            [("She  said ", false), ("never ", true), ("again", true), (" ", false), (".", false)]
        {
            prose.push(text, emphasised);
        }
        prose.push("\n", false);
        prose.push(" Then ", false);
        assert_eq!(prose.take(), "She said *never again* .\nThen");
        assert_eq!(prose.take(), "");
    }
}
