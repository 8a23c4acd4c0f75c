//! A reader of JSON as models write it: with commas too many, comments, raw control characters in texts, names and
//! texts between other quotation marks. What could mean two things is refused, and so is what is not whole.

use std::collections::BTreeSet;

use serde_json::{Map, Number, Value};

/// Deeper nesting is refused.
const MAX_DEPTH: usize = 96;

/// Reads the value that a text begins with: the value, its length, and what was repaired.
pub fn read(text: &str) -> Option<(Value, usize, BTreeSet<&'static str>)> {
    let mut reader = Reader { text, at: 0, repairs: BTreeSet::new() };
    let value = reader.value(0)?;
    Some((value, reader.at, reader.repairs))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    repairs: BTreeSet<&'static str>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.at += wanted.len_utf8();
        }
        is_there
    }

    /// Passes blanks and comments.
    fn pass(&mut self) -> Option<()> {
        loop {
            let rest = self.rest();
            let blank =
                rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').len();
            let rest = &rest[blank..];
            let comment = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/")? + 2
            } else {
                0
            };
            self.at += blank + comment;
            if comment == 0 {
                return Some(());
            }
            self.repairs.insert("comments in the data were removed");
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.pass()?;
        match self.peek()? {
            '{' => self.object(depth),
            '[' => self.list(depth),
            '"' | '\'' | '“' | '”' => self.quoted().map(Value::String),
            '-' | '0'..='9' => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        self.take('{');
        let mut object = Map::new();
        loop {
            self.pass()?;
            if self.take('}') {
                break;
            }
            let name = self.name()?;
            self.pass()?;
            if !self.take(':') {
                return None;
            }
            let value = self.value(depth + 1)?;
            // Of two values of one name nobody can say which one is meant.
            if object.insert(name, value).is_some() {
                return None;
            }
            self.pass()?;
            if !self.comma('}')? {
                break;
            }
        }
        Some(Value::Object(object))
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.take('[');
        let mut list = Vec::new();
        loop {
            self.pass()?;
            if self.take(']') {
                break;
            }
            list.push(self.value(depth + 1)?);
            self.pass()?;
            if !self.comma(']')? {
                break;
            }
        }
        Some(Value::Array(list))
    }

    /// Whether more follows: a comma, or the end, or a comma too many before the end.
    fn comma(&mut self, end: char) -> Option<bool> {
        if self.take(end) {
            return Some(false);
        }
        if !self.take(',') {
            return None;
        }
        self.pass()?;
        if self.peek()? == end {
            self.repairs.insert("commas too many were removed from the data");
        }
        Some(true)
    }

    fn name(&mut self) -> Option<String> {
        if matches!(self.peek()?, '"' | '\'' | '“' | '”') {
            return self.quoted();
        }
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if length == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let name = rest[..length].to_owned();
        self.at += length;
        self.repairs.insert("names in the data were put between quotation marks");
        Some(name)
    }

    fn quoted(&mut self) -> Option<String> {
        let open = self.peek()?;
        self.at += open.len_utf8();
        let ends: &[char] = match open {
            '"' => &['"'],
            '\'' => &['\''],
            _ => &['”', '“'],
        };
        if open != '"' {
            self.repairs.insert("other quotation marks in the data were replaced");
        }
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let run = rest.find(|c: char| c == '\\' || c.is_control() || ends.contains(&c))?;
            out.push_str(&rest[..run]);
            self.at += run;
            let c = self.peek()?;
            self.at += c.len_utf8();
            if c == '\\' {
                out.push(self.escaped()?);
            } else if ends.contains(&c) {
                // A single quotation mark within a word is an apostrophe, and then the end cannot be told.
                let is_apostrophe = open == '\'' && self.peek().is_some_and(char::is_alphanumeric);
                return (!is_apostrophe).then_some(out);
            } else {
                self.repairs.insert("raw control characters in the data were escaped");
                out.push(c);
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{C}',
            '"' | '\\' | '/' => c,
            '\'' => {
                self.repairs.insert("escapes in the data were repaired");
                c
            }
            'u' => {
                let first = self.hex()?;
                match first {
                    0xD800..=0xDBFF if self.rest().starts_with("\\u") => {
                        self.at += 2;
                        let second = self.hex()?;
                        let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
                        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + low)?
                    }
                    _ => char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
                }
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(number)
    }

    fn number(&mut self) -> Option<Value> {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let number: Number = serde_json::from_str(&rest[..length]).ok()?;
        self.at += length;
        Some(Value::Number(number))
    }

    fn word(&mut self) -> Option<Value> {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (value, is_repaired) = match &rest[..length] {
            "true" => (Value::Bool(true), false),
            "false" => (Value::Bool(false), false),
            "null" => (Value::Null, false),
            "True" => (Value::Bool(true), true),
            "False" => (Value::Bool(false), true),
            "None" => (Value::Null, true),
            _ => return None,
        };
        if is_repaired {
            self.repairs.insert("words of another language for true, false and null were replaced");
        }
        self.at += length;
        Some(value)
    }
}
