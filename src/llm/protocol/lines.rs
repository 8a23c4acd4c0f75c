//! The events of a stream, found in its bytes: server-sent events as the standard has them and as servers write
//! them, and bare JSON. No line, event or body is kept beyond the limits.

use serde_json::Value;

use super::limits::Limits;
use super::repair::{self, Parsed};

/// How much of a body is kept for the case that it turns out to be no stream at all.
const MAX_HEAD: usize = 2_000;

/// Something that a stream says.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    /// A value of the protocol.
    Json(Parsed),
    /// `[DONE]`.
    Done,
    /// What an event named `error` says in plain words.
    Error(String),
}

/// Why the rest of a stream cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The event of that number is no JSON.
    Event(u64),
    /// It ends within an event.
    CutOff,
    /// One event is longer than the limit.
    Long,
    /// There are more events than the limit.
    Many,
}

/// Finds events in bytes that come in any pieces.
#[derive(Debug)]
pub(super) struct Lines {
    limits: Limits,
    at: At,
    /// The line or value so far.
    part: Vec<u8>,
    /// The `data:` lines of an event whose first line is not a value by itself, and how many they are.
    data: Vec<u8>,
    line_count: u32,
    /// Whether the last of them is a value by itself, so that the event cannot be one.
    overrun: bool,
    /// The last `event:` line is `error`.
    is_error: bool,
    after_cr: bool,
    events: u64,
    head: Vec<u8>,
}

/// Where the next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the first line.
    Start,
    /// At the beginning of a line.
    LineStart,
    /// In a line.
    Line,
    /// In a bare value, so deep, within a string or not.
    Value { depth: u32, in_string: bool, escaped: bool },
    /// In a web page.
    Page,
}

impl Lines {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            at: At::Start,
            part: Vec::new(),
            data: Vec::new(),
            line_count: 0,
            overrun: false,
            is_error: false,
            after_cr: false,
            events: 0,
            head: Vec::new(),
        }
    }

    /// Takes the next bytes, and adds what they complete to `out`.
    pub(super) fn push(&mut self, bytes: &[u8], out: &mut Vec<Event>) -> Result<(), Broken> {
        let room = MAX_HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        let mut rest = bytes;
        while let Some(&byte) = rest.first() {
            let taken = match self.at {
                At::Page => return Ok(()),
                At::Start | At::LineStart => self.begin_line(byte),
                At::Line => self.line(rest, out)?,
                At::Value { .. } => self.value(rest, out)?,
            };
            rest = &rest[taken..];
            if self.part.len() > self.limits.event || self.data.len() > self.limits.event {
                return Err(Broken::Long);
            }
        }
        Ok(())
    }

    /// Takes the end of the stream.
    pub(super) fn end(&mut self, out: &mut Vec<Event>) -> Result<(), Broken> {
        match self.at {
            At::Line => {
                let line = std::mem::take(&mut self.part);
                self.end_of_line(&line, out)?;
            }
            At::Value { .. } => return Err(Broken::CutOff),
            At::Start | At::LineStart | At::Page => {}
        }
        if self.data.is_empty() {
            return Ok(());
        }
        let torn = !self.overrun;
        self.end_of_event(out).map_err(|broken| if torn { Broken::CutOff } else { broken })
    }

    /// The beginning of the body, in words, for a body that is not a stream.
    pub(super) fn head(&self) -> String {
        String::from_utf8_lossy(&self.head).trim_start_matches('\u{FEFF}').trim().to_owned()
    }

    /// Whether it is a web page.
    pub(super) fn is_page(&self) -> bool {
        self.at == At::Page
    }

    /// Whether there was any event.
    pub(super) fn is_blank(&self) -> bool {
        self.events == 0
    }

    /// Decides by its first byte what a line is; returns how many bytes that took.
    fn begin_line(&mut self, byte: u8) -> usize {
        let is_start = self.at == At::Start;
        let after_cr = std::mem::take(&mut self.after_cr);
        match byte {
            b'\n' if after_cr => 1,
            // The mark of the byte order, or space.
            0xEF | 0xBB | 0xBF | b' ' | b'\t' | b'\r' | b'\n' if is_start => 1,
            b'{' | b'[' if self.data.is_empty() => {
                self.at = At::Value { depth: 0, in_string: false, escaped: false };
                0
            }
            b'<' if is_start => {
                self.at = At::Page;
                0
            }
            _ => {
                self.at = At::Line;
                0
            }
        }
    }

    /// Reads on in a line; returns how many bytes that took.
    fn line(&mut self, bytes: &[u8], out: &mut Vec<Event>) -> Result<usize, Broken> {
        let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            self.part.extend_from_slice(bytes);
            return Ok(bytes.len());
        };
        self.at = At::LineStart;
        self.after_cr = bytes[end] == b'\r';
        if self.part.is_empty() {
            self.end_of_line(&bytes[..end], out)?;
        } else {
            let mut line = std::mem::take(&mut self.part);
            line.extend_from_slice(&bytes[..end]);
            self.end_of_line(&line, out)?;
            // The room is kept for the next line.
            line.clear();
            self.part = line;
        }
        Ok(end + 1)
    }

    /// Reads on in a bare value; returns how many bytes that took.
    fn value(&mut self, bytes: &[u8], out: &mut Vec<Event>) -> Result<usize, Broken> {
        let At::Value { mut depth, mut in_string, mut escaped } = self.at else { return Ok(0) };
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                _ if in_string => {}
                b'{' | b'[' => depth = depth.saturating_add(1),
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                self.at = At::LineStart;
                let mut value = std::mem::take(&mut self.part);
                value.extend_from_slice(&bytes[..=at]);
                self.event(&value, out)?;
                return Ok(at + 1);
            }
        }
        self.at = At::Value { depth, in_string, escaped };
        self.part.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn end_of_line(&mut self, line: &[u8], out: &mut Vec<Event>) -> Result<(), Broken> {
        if line.is_empty() {
            let result = self.end_of_event(out);
            self.is_error = false;
            return result;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (field, value) = (&line[..colon], line[colon..].get(1..).unwrap_or_default().trim_ascii());
        match field {
            b"event" => self.is_error = value.eq_ignore_ascii_case(b"error"),
            b"data" => self.data_line(value, out)?,
            // Comments, ids, and what no standard knows.
            _ => {}
        }
        Ok(())
    }

    fn data_line(&mut self, value: &[u8], out: &mut Vec<Event>) -> Result<(), Broken> {
        // A comment, although sent as data, or a sign of life.
        if value.is_empty() || (value.starts_with(b":") && self.data.is_empty()) {
            return Ok(());
        }
        let alone = if is_done(value) { Some(Event::Done) } else { repair::parse(value).map(Event::Json) };
        match alone {
            Some(event) if self.data.is_empty() => return self.found(event, out),
            // Not the middle of a larger value, then: those hold no whole object of the protocol as a line.
            Some(_) if value.starts_with(b"{") || is_done(value) => self.overrun = true,
            _ => {}
        }
        if self.line_count > 0 {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(value);
        self.line_count += 1;
        Ok(())
    }

    fn end_of_event(&mut self, out: &mut Vec<Event>) -> Result<(), Broken> {
        if self.data.is_empty() {
            return Ok(());
        }
        let data = std::mem::take(&mut self.data);
        (self.line_count, self.overrun) = (0, false);
        self.event(&data, out)
    }

    fn event(&mut self, bytes: &[u8], out: &mut Vec<Event>) -> Result<(), Broken> {
        if is_done(bytes) {
            return self.found(Event::Done, out);
        }
        match repair::parse(bytes) {
            // Gemini sends a list of events to who does not ask for a stream of them.
            Some(Parsed { value: Value::Array(list), has_halves }) => list
                .into_iter()
                .try_for_each(|value| self.found(Event::Json(Parsed { value, has_halves }), out)),
            Some(parsed) => self.found(Event::Json(parsed), out),
            None if self.is_error => {
                self.found(Event::Error(String::from_utf8_lossy(bytes).into_owned()), out)
            }
            None => Err(Broken::Event(self.events + 1)),
        }
    }

    fn found(&mut self, event: Event, out: &mut Vec<Event>) -> Result<(), Broken> {
        self.events += 1;
        if self.events > self.limits.events {
            return Err(Broken::Many);
        }
        out.push(match event {
            // By its name alone it is one.
            Event::Json(Parsed { value, .. }) if self.is_error && value.get("error").is_none() => {
                let value = serde_json::json!({ "error": value });
                Event::Json(Parsed { value, has_halves: false })
            }
            event => event,
        });
        Ok(())
    }
}

fn is_done(data: &[u8]) -> bool {
    data.trim_ascii().eq_ignore_ascii_case(b"[DONE]")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of a body that comes in pieces of `size` bytes; `[DONE]` is null.
    fn read(body: &[u8], size: usize) -> (Vec<Value>, Result<(), Broken>) {
        let mut lines = Lines::new(Limits::of(100));
        let mut out = Vec::new();
        let result = body
            .chunks(size)
            .try_for_each(|piece| lines.push(piece, &mut out))
            .and_then(|()| lines.end(&mut out));
        let values = out.into_iter().map(|event| match event {
            Event::Json(parsed) => parsed.value,
            Event::Done => Value::Null,
            Event::Error(words) => Value::String(words),
        });
        (values.collect(), result)
    }

    #[track_caller]
    fn holds(body: &str, expected: &[i32], result: &Result<(), Broken>) {
        for size in [1, 2, 3, 7, 4096] {
            let (values, ended) = read(body.as_bytes(), size);
            let numbers: Vec<i64> = values.iter().map(|v| v["n"].as_i64().unwrap_or(0)).collect();
            assert_eq!(
                numbers,
                expected.iter().map(|n| i64::from(*n)).collect::<Vec<_>>(),
                "{body:?} by {size}"
            );
            assert_eq!(&ended, result, "{body:?} by {size}");
        }
    }

    #[test]
    fn events_are_found_however_they_are_divided() {
        for body in [
            "data: {\"n\":1}\n\ndata: {\"n\":2}\n\n",
            "data: {\"n\":1}\ndata: {\"n\":2}\n",
            "\u{FEFF}data:{\"n\":1}\r\n\r\ndata:{\"n\":2}\r\n\r\n",
            "data: {\"n\":1}\r\rdata: {\"n\":2}\r\r",
            ": hello\n\nevent: x\nid: 7\nretry: 3\ndata: {\"n\":1}\n\ndata: : PROCESSING\n\ndata:\n\ndata: {\"n\":2}",
            "data: {\ndata:   \"n\":\ndata: 1}\n\ndata: {\"n\":2}\n\n",
            "{\"n\":1}\n{\"n\":2}\n",
            " [{\"n\":1},\n{\"n\":2}\n]\n",
            "data: {\"n\":1}\n\n{\n  \"n\": 2\n}\n",
        ] {
            holds(body, &[1, 2], &Ok(()));
        }
        holds("data: {\"n\":1}\n\ndata: [DONE]\n\n", &[1, 0], &Ok(()));
    }

    #[test]
    fn what_comes_before_a_broken_event_stays_and_it_is_named_by_its_number() {
        holds("data: {\"n\":1}\n\ndata: {\"n\":\"oo}\n\ndata: {\"n\":3}\n\n", &[1], &Err(Broken::Event(2)));
        holds("data: {\"n\":1}\ndata: {\"n\":\"oo}\ndata: {\"n\":3}\n", &[1], &Err(Broken::Event(2)));
        holds("data: {\"n\":1}\n\ndata: {\"n\":", &[1], &Err(Broken::CutOff));
        holds("{\"n\":1}\n{\"n\":", &[1], &Err(Broken::CutOff));
    }

    #[test]
    fn an_event_is_an_error_by_its_name_too() {
        assert_eq!(read(b"event: error\ndata: out of memory\n\n", 5).0, [Value::from("out of memory")]);
        let named = read(b"event: error\ndata: {\"message\":\"no\"}\n\ndata: {\"n\":1}\n\n", 5).0;
        assert_eq!(named[0]["error"]["message"], "no");
        assert_eq!(named[1]["n"], 1);
    }

    #[test]
    fn nothing_is_kept_beyond_the_limits() {
        let limits = Limits { tokens: 1, answer: 100, event: 1_000, events: 3 };
        let long = "x".repeat(2_000);
        for body in
            [format!("data: {long}"), format!("{{\"n\":\"{long}"), "data: x\n".repeat(600), long.clone()]
        {
            let mut lines = Lines::new(limits);
            let result = body.as_bytes().chunks(64).try_for_each(|piece| lines.push(piece, &mut Vec::new()));
            assert_eq!(result, Err(Broken::Long), "{}", &body[..20]);
        }
        let mut lines = Lines::new(limits);
        assert_eq!(lines.push(&b"data: {}\n\n".repeat(4), &mut Vec::new()), Err(Broken::Many));
    }

    #[test]
    fn a_page_is_seen_at_its_first_character() {
        let mut lines = Lines::new(Limits::of(1));
        lines.push(b"\n <!DOCTYPE html><title>Oh</title>", &mut Vec::new()).unwrap();
        assert!(lines.is_page() && lines.is_blank());
        assert!(lines.head().ends_with("</title>"));
    }
}
