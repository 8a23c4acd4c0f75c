//! A home of its own for a test, and the program run in it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program.
pub const GALLEY: &str = env!("CARGO_BIN_EXE_galley");

pub struct Desk {
    home: tempfile::TempDir,
}

impl Desk {
    /// A new home, in which the offline author writes at once.
    pub fn new() -> Self {
        let desk = Self { home: tempfile::tempdir().unwrap() };
        desk.configure("[offline]\nwords_per_second = 0\n");
        desk
    }

    pub fn root(&self) -> &Path {
        self.home.path()
    }

    /// Replaces the configuration.
    pub fn configure(&self, config: &str) {
        let folder = self.root().join("config");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.toml"), config).unwrap();
    }

    /// Writes a file and returns its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.root().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(GALLEY);
        command.args(arguments).stdin(Stdio::null());
        command.env("GALLEY_HOME", self.root()).env("GALLEY_MODEL", "offline");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, &[])
    }

    /// Runs with variables of the environment set; an empty value takes one out.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut command = self.command(arguments);
        for (name, value) in variables {
            if value.is_empty() {
                command.env_remove(name)
            } else {
                command.env(name, value)
            };
        }
        command.output().unwrap()
    }

    /// Runs with a text on standard input.
    pub fn run_fed(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Runs with --json: it must succeed and print one object on one line.
    pub fn ok(&self, arguments: &[&str]) -> Value {
        let out = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(code(&out), 0, "{arguments:?}: {}{}", stdout(&out), stderr(&out));
        one_object(&out)
    }

    /// Runs: it must be refused with exit code 2, as a call that cannot be understood or used.
    pub fn usage(&self, arguments: &[&str]) -> String {
        let out = self.run(arguments);
        assert_eq!(code(&out), 2, "{arguments:?}: {}{}", stdout(&out), stderr(&out));
        stderr(&out)
    }

    /// Runs with --json: it must be refused with exit code 3 and this kind.
    pub fn refused(&self, arguments: &[&str], kind: &str) -> Value {
        let out = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(code(&out), 3, "{arguments:?}: {}{}", stdout(&out), stderr(&out));
        let answer = one_object(&out);
        assert_eq!(answer["error"]["kind"], kind, "{arguments:?}: {answer}");
        assert!(stderr(&out).starts_with("error: "), "{}", stderr(&out));
        answer["error"].clone()
    }

    pub fn state(&self, page: &str) -> String {
        self.ok(&["page", "status", page])["state"].as_str().unwrap().to_owned()
    }

    /// Makes a book and a chapter, `Ice`.
    pub fn chapter(&self) -> String {
        let book = self.ok(&["book", "new", "The Winter Harbour"])["id"].as_str().unwrap().to_owned();
        let chapter = self.ok(&["chapter", "new", "--book", &book, "Ice"]);
        chapter["id"].as_str().unwrap().to_owned()
    }

    /// Makes a book, a chapter and a page that is driven to its first gate.
    pub fn page(&self, beat: &str) -> (String, String) {
        let chapter = self.chapter();
        let page = self.ok(&["page", "start", "--chapter", &chapter, "--beat", beat]);
        (chapter, page["id"].as_str().unwrap().to_owned())
    }
}

pub fn code(out: &Output) -> i32 {
    out.status.code().expect("the program ended by itself")
}

pub fn stdout(out: &Output) -> String {
    String::from_utf8(out.stdout.clone()).unwrap()
}

pub fn stderr(out: &Output) -> String {
    String::from_utf8(out.stderr.clone()).unwrap()
}

fn one_object(out: &Output) -> Value {
    let text = stdout(out);
    assert_eq!(text.lines().count(), 1, "one object: {text}");
    let value: Value = serde_json::from_str(&text).unwrap();
    assert!(value.is_object(), "{value}");
    value
}
