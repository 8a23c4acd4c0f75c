//! A text that matches a plain regular expression: letters, classes, groups, alternatives, repetition.

/// The shortest text that matches `pattern`, or nearly; `None` where the pattern is beyond these means.
pub(super) fn matching(pattern: &str) -> Option<String> {
    let mut reader = Reader { rest: pattern.chars().collect(), at: 0 };
    let text = reader.alternatives()?;
    (reader.at == reader.rest.len()).then_some(text)
}

/// Times that one thing is repeated at most.
const MOST: usize = 1_000;

struct Reader {
    rest: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn takes(&mut self, c: char) -> bool {
        let here = self.peek() == Some(c);
        self.at += usize::from(here);
        here
    }

    /// The first of them; the others are read over.
    fn alternatives(&mut self) -> Option<String> {
        let first = self.sequence()?;
        while self.takes('|') {
            self.sequence()?;
        }
        Some(first)
    }

    fn sequence(&mut self) -> Option<String> {
        let mut out = String::new();
        while let Some(c) = self.peek().filter(|c| !matches!(c, '|' | ')')) {
            self.at += 1;
            let one = match c {
                '^' | '$' => continue,
                '(' => {
                    if self.takes('?') && !self.takes(':') {
                        return None;
                    }
                    let inside = self.alternatives()?;
                    self.takes(')').then_some(inside)?
                }
                '[' => self.class()?.to_string(),
                '.' => "a".to_owned(),
                '\\' => escaped(self.next()?)?.to_string(),
                '*' | '+' | '?' | '{' => return None,
                c => c.to_string(),
            };
            out.push_str(&one.repeat(self.times()?));
        }
        Some(out)
    }

    /// How often the last one stands: as seldom as it may.
    fn times(&mut self) -> Option<usize> {
        let times = match self.peek() {
            Some('*' | '?') => 0,
            Some('+') => 1,
            Some('{') => {
                let close = self.rest[self.at..].iter().position(|c| *c == '}')?;
                let inside: String = self.rest[self.at + 1..self.at + close].iter().collect();
                self.at += close;
                inside.split(',').next()?.trim().parse().ok().filter(|times| *times <= MOST)?
            }
            _ => return Some(1),
        };
        self.at += 1;
        self.takes('?');
        Some(times)
    }

    /// One character of a class.
    fn class(&mut self) -> Option<char> {
        if self.takes('^') {
            let mut excluded = Vec::new();
            while let Some(c) = self.next().filter(|c| *c != ']') {
                excluded.push(c);
            }
            let plain = !excluded.iter().any(|c| matches!(c, '\\' | '-'));
            return ('a'..='z').chain('0'..='9').find(|c| plain && !excluded.contains(c));
        }
        let first = match self.next()? {
            '\\' => escaped(self.next()?)?,
            c => c,
        };
        while self.next()? != ']' {}
        Some(first)
    }
}

fn escaped(c: char) -> Option<char> {
    match c {
        'd' => Some('1'),
        'w' | 'S' | 'D' => Some('a'),
        's' => Some(' '),
        c if !c.is_alphanumeric() => Some(c),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_patterns_are_matched() {
        for (pattern, text) in [
            (r"^\d{4}-\d{2}-\d{2}$", "1111-11-11"),
            ("^[a-z]+(-[a-z]+)*$", "a"),
            ("^(draft|final)$", "draft"),
            ("^job_[0-9a-f]{12}$", "job_000000000000"),
            (r"^[^/]{3}\.md$", "aaa.md"),
            ("", ""),
        ] {
            assert_eq!(matching(pattern).as_deref(), Some(text), "{pattern}");
        }
        for pattern in [r"(?=a)b", r"\p{L}", "(a", "a{", "*"] {
            assert_eq!(matching(pattern), None, "{pattern}");
        }
    }
}
