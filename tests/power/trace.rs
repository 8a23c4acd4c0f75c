//! What a system call trace says was done to the files below a folder, in order.
//!
//! The trace is that of `strace -f -y -xx`: descriptors come with their paths, and every byte as `\x00`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// One thing that was done.
#[derive(Debug)]
pub enum Op {
    /// The file is there from now on, empty if it was not there or is truncated.
    Open {
        path: PathBuf,
        truncate: bool,
    },
    Write {
        path: PathBuf,
        at: u64,
        data: Vec<u8>,
    },
    Truncate {
        path: PathBuf,
        len: u64,
    },
    Sync {
        path: PathBuf,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    Link {
        from: PathBuf,
        to: PathBuf,
    },
    Unlink {
        path: PathBuf,
    },
    MakeDir {
        path: PathBuf,
    },
}

/// The calls that are to be traced.
pub const CALLS: &str = "trace=open,openat,creat,lseek,write,pwrite64,writev,pwritev,ftruncate,truncate,fallocate,fsync,\
                         fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat";

/// Reads a trace; what was done elsewhere is left out.
pub fn read(trace: &Path, below: &Path) -> Vec<Op> {
    let file = std::fs::File::open(trace).expect("a trace");
    let mut reader =
        Reader { below: below.to_owned(), places: std::collections::HashMap::new(), ops: Vec::new() };
    let mut unfinished: std::collections::HashMap<String, String> = std::collections::HashMap::new();
    for line in BufReader::new(file).split(b'\n') {
        let line = String::from_utf8(line.expect("a trace")).expect("strace writes ASCII");
        let Some((thread, call)) = line.split_once(char::is_whitespace) else { continue };
        let call = call.trim_start();
        if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
            unfinished.insert(thread.to_owned(), begun.to_owned());
        } else if let Some(rest) = call.strip_prefix("<... ") {
            let rest = rest.split_once(" resumed>").map_or("", |(_, rest)| rest);
            let begun = unfinished.remove(thread).unwrap_or_default();
            reader.call(&format!("{begun}{rest}"));
        } else {
            reader.call(call);
        }
    }
    reader.ops
}

struct Reader {
    below: PathBuf,
    /// Where the next write to a file goes that names no place.
    places: std::collections::HashMap<PathBuf, u64>,
    ops: Vec<Op>,
}

impl Reader {
    fn call(&mut self, call: &str) {
        let Some((name, rest)) = call.split_once('(') else { return };
        let Some((arguments, result)) = rest.rsplit_once(") ") else { return };
        let result = result.trim_start_matches(['=', ' ']);
        let result = result.split(['<', ' ']).next().unwrap_or_default();
        let Ok(result) = result.parse::<i64>() else { return };
        if result < 0 {
            return;
        }
        let arguments = split(arguments);
        let argument = |n: usize| arguments.get(n).map_or("", String::as_str);
        let number = |n: usize| argument(n).trim().parse::<u64>().unwrap_or(0);
        match name {
            "open" | "openat" | "creat" => {
                let at = usize::from(name == "openat");
                let flags = argument(at + 1);
                let writes = flags.contains("O_WRONLY") || flags.contains("O_RDWR") || name == "creat";
                if let (Some(path), true) = (self.named(argument(at)), writes) {
                    let truncate = flags.contains("O_TRUNC") || name == "creat";
                    self.places.insert(path.clone(), if flags.contains("O_APPEND") { u64::MAX } else { 0 });
                    self.ops.push(Op::Open { path, truncate });
                }
            }
            "lseek" => {
                if let Some(path) = self.of_descriptor(argument(0)) {
                    self.places.entry(path).and_modify(|at| {
                        if *at != u64::MAX {
                            *at = result.unsigned_abs();
                        }
                    });
                }
            }
            "write" => {
                if let Some(path) = self.of_descriptor(argument(0)) {
                    let mut data = bytes(argument(1));
                    data.truncate(usize::try_from(result).unwrap_or(0));
                    let place = self.places.entry(path.clone()).or_insert(0);
                    let at = *place;
                    if at != u64::MAX {
                        *place += data.len() as u64;
                    }
                    self.ops.push(Op::Write { path, at, data });
                }
            }
            "pwrite64" => {
                if let Some(path) = self.of_descriptor(argument(0)) {
                    let mut data = bytes(argument(1));
                    data.truncate(usize::try_from(result).unwrap_or(0));
                    self.ops.push(Op::Write { path, at: number(3), data });
                }
            }
            "ftruncate" => {
                if let Some(path) = self.of_descriptor(argument(0)) {
                    self.ops.push(Op::Truncate { path, len: number(1) });
                }
            }
            "fsync" | "fdatasync" => {
                if let Some(path) = self.of_descriptor(argument(0)) {
                    self.ops.push(Op::Sync { path });
                }
            }
            "rename" | "renameat" | "renameat2" | "link" | "linkat" => {
                let (from, to) = if name.ends_with("at") || name.ends_with("at2") { (1, 3) } else { (0, 1) };
                if let (Some(from), Some(to)) = (self.named(argument(from)), self.named(argument(to))) {
                    let is_link = name.starts_with("link");
                    self.ops.push(if is_link { Op::Link { from, to } } else { Op::Rename { from, to } });
                }
            }
            "unlink" | "unlinkat" | "mkdir" | "mkdirat" => {
                if let Some(path) = self.named(argument(usize::from(name.ends_with("at")))) {
                    let is_made = name.starts_with("mkdir");
                    self.ops.push(if is_made { Op::MakeDir { path } } else { Op::Unlink { path } });
                }
            }
            // What would change files in a way that is not followed here must not pass unseen.
            "writev" | "pwritev" | "truncate" | "fallocate" => {
                assert!(self.of_descriptor(argument(0)).is_none(), "`{name}` is not followed: {call}");
            }
            _ => {}
        }
    }

    /// Returns the path of a descriptor: `7</home/galley.db>`.
    fn of_descriptor(&self, argument: &str) -> Option<PathBuf> {
        let path = argument.split_once('<')?.1.strip_suffix('>')?;
        self.inside(&String::from_utf8(bytes(path)).ok()?)
    }

    /// Returns a path that is given as a text.
    fn named(&self, argument: &str) -> Option<PathBuf> {
        self.inside(&String::from_utf8(bytes(argument)).ok()?)
    }

    fn inside(&self, path: &str) -> Option<PathBuf> {
        let path = path.strip_suffix(" (deleted)").unwrap_or(path);
        Path::new(path).strip_prefix(&self.below).ok().map(Path::to_owned)
    }
}

/// Splits arguments at commas that stand in no text and no list.
fn split(arguments: &str) -> Vec<String> {
    let (mut all, mut depth, mut quoted) = (vec![String::new()], 0, false);
    for c in arguments.chars() {
        match c {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = all.last_mut() {
            last.push(c);
        }
    }
    all.into_iter().map(|argument| argument.trim().to_owned()).collect()
}

/// Reads the bytes of `"\x2f\x74"`, with or without its marks; what is not escaped stands for itself.
fn bytes(text: &str) -> Vec<u8> {
    assert!(!text.ends_with("..."), "the trace was cut");
    let text = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text).as_bytes();
    let mut out = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    while at < text.len() {
        let digits = text.get(at + 2..at + 4).filter(|_| text[at..].starts_with(b"\\x"));
        let byte =
            digits.and_then(|d| std::str::from_utf8(d).ok()).and_then(|d| u8::from_str_radix(d, 16).ok());
        out.push(byte.unwrap_or(text[at]));
        at += if byte.is_some() { 4 } else { 1 };
    }
    out
}
