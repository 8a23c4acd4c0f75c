//! Other processes on the same database: the program itself, given a command that changes much at once, and killed at
//! any moment of it. What it answered is there as a whole; what it did not is there as a whole or not at all.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use fastrand::Rng;
use galley::config::Home;
use galley::domain::{BookId, ChapterId, Time};
use galley::store::{Reader, checkup};

use crate::life::DEADLINE;

const GALLEY: &str = env!("CARGO_BIN_EXE_galley");
/// Pages that neighbours may add to the book in all.
const MAX_SPLIT: u32 = 12;
/// Pages and chapters of the manuscript that is imported.
const MANUSCRIPT: (usize, usize) = (12, 3);
/// Entries of the canon that is imported.
const ENTRIES: usize = 40;

/// What a neighbour does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Errand {
    ImportBook,
    ImportCanon,
    Split,
    Publish,
    Backup,
    Rebuild,
    Migrate,
    Price,
    Work,
}

const ERRANDS: [Errand; 9] = [
    Errand::ImportBook,
    Errand::ImportCanon,
    Errand::Split,
    Errand::Publish,
    Errand::Backup,
    Errand::Rebuild,
    Errand::Migrate,
    Errand::Price,
    Errand::Work,
];

/// The neighbours of one home, one after the other.
pub struct Neighbours {
    home: PathBuf,
    book: BookId,
    chapter: ChapterId,
    number: u32,
    split: u32,
    /// Errands that were killed, and how many that came to their end.
    pub killed: u32,
    pub ended: u32,
    kinds: BTreeSet<Errand>,
}

/// A neighbour at work.
pub struct Neighbour {
    child: Child,
    errand: Errand,
    number: u32,
    kill_at: Option<Instant>,
}

impl Neighbours {
    pub fn new(home: &Path, book: BookId) -> Self {
        let chapter = ChapterId::nth(&book, 1);
        let (number, split, killed, ended) = (0, 0, 0, 0);
        Self { home: home.to_owned(), book, chapter, number, split, killed, ended, kinds: BTreeSet::new() }
    }

    /// Returns how many kinds of errand there were.
    pub fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// Sends one on an errand that is killed after some milliseconds, or comes to its end.
    pub fn send(&mut self, rng: &mut Rng) -> Neighbour {
        self.number += 1;
        let number = self.number;
        let mut errand = ERRANDS[rng.usize(..ERRANDS.len())];
        if errand == Errand::Split && self.split + 3 > MAX_SPLIT {
            errand = Errand::Backup;
        }
        let mut command = Command::new(GALLEY);
        command.args(self.arguments(errand, number)).arg("--json").current_dir(&self.home);
        command.env("GALLEY_HOME", &self.home).env_remove("GALLEY_MODEL").env_remove("GALLEY_FAILPOINT");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("a neighbour");
        let is_killed = errand == Errand::Work || rng.u8(0..3) > 0;
        let kill_at = is_killed.then(|| Instant::now() + Duration::from_micros(rng.u64(0..60_000)));
        self.kinds.insert(errand);
        Neighbour { child, errand, number, kill_at }
    }

    fn arguments(&mut self, errand: Errand, number: u32) -> Vec<String> {
        let book = self.book.as_str();
        let file = |name: &str| self.home.join(name).display().to_string();
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        match errand {
            Errand::ImportBook => {
                let text = file("manuscript.md");
                std::fs::write(&text, manuscript()).expect("a file");
                owned(&["import", "book", &text, "--title", &title(number), "--yes"])
            }
            Errand::ImportCanon => {
                let text = file(&format!("canon-{number}.md"));
                std::fs::write(&text, canon(number)).expect("a file");
                owned(&["canon", "import", &text, "--book", book])
            }
            Errand::Split => {
                self.split += 3;
                let beats = beats(number).join("\n\n");
                let chapter = self.chapter.as_str();
                owned(&["page", "start", "--chapter", chapter, "--beat", &beats, "--split", "--detach"])
            }
            Errand::Publish => {
                let out = file("shelf");
                owned(&["publish", book, "--out", &out, "--unapproved", "--override", "It is a test."])
            }
            Errand::Backup => owned(&["backup", &file(&format!("backup-{number}.db"))]),
            Errand::Rebuild => owned(&["doctor", "--rebuild"]),
            Errand::Migrate => {
                let old = file(&format!("old-{number}.db"));
                make_old(&Home::at(&self.home).database(), Path::new(&old));
                owned(&["--db", &old, "status"])
            }
            Errand::Price => owned(&["config", "price", &format!("m/{number}"), "1", "2"]),
            Errand::Work => owned(&["work"]),
        }
    }

    /// Waits for the end of one, or brings it about, and looks at what it left.
    pub fn end(&mut self, mut neighbour: Neighbour) {
        let killed = neighbour.wait();
        let Neighbour { child, errand, number, .. } = neighbour;
        let out = child.wait_with_output().expect("its output");
        let done = !killed && out.status.success();
        *(if killed { &mut self.killed } else { &mut self.ended }) += 1;
        let why = || format!("{errand:?} {number}: {}", String::from_utf8_lossy(&out.stderr));
        if !killed && !done {
            assert!(may_fail(errand, &out), "{}", why());
        }
        let reader = Reader::open(&Home::at(&self.home).database()).expect("the database opens");
        match errand {
            Errand::ImportBook => {
                let books = reader.books(true).expect("books read");
                let found = books.iter().find(|b| b.title == title(number));
                let whole = found.map(|b| (b.pages as usize, b.chapters as usize));
                assert!(whole.is_none_or(|w| w == MANUSCRIPT), "{}: {whole:?}", why());
                assert!(whole.is_some() || !done, "{} is lost", why());
            }
            Errand::ImportCanon => {
                let entries = reader.entries(&self.book).expect("canon reads");
                let name = format!("Neighbour {number} ");
                let found = entries.iter().filter(|e| e.name.starts_with(&name)).count();
                assert!(found == 0 || found == ENTRIES, "{}: {found}", why());
                assert!(found == ENTRIES || !done, "{} is lost", why());
            }
            Errand::Split => {
                let pages = reader.pages(&self.chapter, true).expect("pages read");
                let beats = beats(number);
                let found = pages.iter().filter(|p| beats.contains(&p.beat)).count();
                // The author may have given one another beat since.
                assert!((found == 0 && !done) || found >= 2, "{}: {found}", why());
            }
            Errand::Publish | Errand::Rebuild | Errand::Work => {}
            Errand::Backup => {
                let copy = self.home.join(format!("backup-{number}.db"));
                assert!(copy.exists() || !done, "{} is lost", why());
                if copy.exists() {
                    assert!(checkup(&copy).expect("a backup opens").is_well(), "{}", why());
                    std::fs::remove_file(copy).expect("a file");
                }
            }
            Errand::Migrate => self.end_migration(number),
            Errand::Price => {
                let out = self.run(&["config"]);
                assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
            }
        }
        reader.totals(Time(0)).expect("it reads");
    }

    /// What a killed migration left is migrated by the next start, and whole.
    fn end_migration(&self, number: u32) {
        let old = self.home.join(format!("old-{number}.db"));
        let name = old.display().to_string();
        let out = self.run(&["--db", &name, "status"]);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let found = checkup(&old).expect("it opens");
        assert!(found.is_well() && found.schema == found.known_schema, "{found:#?}");
        for entry in std::fs::read_dir(&self.home).expect("a folder").flatten() {
            if entry.file_name().to_string_lossy().starts_with(&format!("old-{number}.db")) {
                std::fs::remove_file(entry.path()).expect("a file");
            }
        }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(GALLEY);
        command.args(arguments).env("GALLEY_HOME", &self.home).env_remove("GALLEY_MODEL");
        command.stdin(Stdio::null()).output().expect("the program")
    }
}

impl Neighbour {
    /// Waits until it has ended, or kills it when its time has come; returns whether it was killed.
    fn wait(&mut self) -> bool {
        let began = Instant::now();
        loop {
            if self.child.try_wait().expect("a child of this process").is_some() {
                return false;
            }
            if self.kill_at.is_some_and(|at| Instant::now() >= at) {
                let _ = self.child.kill();
                return true;
            }
            assert!(began.elapsed() < DEADLINE, "{:?} {} does not end", self.errand, self.number);
            std::thread::sleep(Duration::from_micros(300));
        }
    }
}

/// What is refused for a good reason while others write: a book that changed after its check, a database in use.
fn may_fail(errand: Errand, out: &Output) -> bool {
    let said = String::from_utf8_lossy(&out.stdout);
    match errand {
        // What a killed publish left is recognised: it is never in the way of the next.
        Errand::Publish => !said.contains("in_the_way"),
        Errand::Rebuild | Errand::Backup => said.contains("in use"),
        _ => false,
    }
}

fn title(number: u32) -> String {
    format!("Neighbour {number}")
}

fn beats(number: u32) -> Vec<String> {
    (1..4).map(|n| format!("Beat {n} of neighbour {number}: the tide turns.")).collect()
}

fn manuscript() -> String {
    let (pages, chapters) = MANUSCRIPT;
    let mut text = String::new();
    for chapter in 1..=chapters {
        let _ = write!(text, "# Chapter {chapter}\n\n");
        for page in 0..pages / chapters {
            let words: Vec<String> = (0..300).map(|word| format!("word{word}")).collect();
            if page > 0 {
                text.push_str("***\n\n");
            }
            let _ = write!(text, "Page {page}: {}.\n\n", words.join(" "));
        }
    }
    text
}

fn canon(number: u32) -> String {
    let entry =
        |n: usize| format!("## Neighbour {number} {n}\n\nA keeper of the light, of whom little is said.\n");
    format!("# Characters\n\n{}", (0..ENTRIES).map(entry).collect::<Vec<_>>().join("\n"))
}

/// Copies a database and takes it back to the schema before the newest one.
fn make_old(database: &Path, old: &Path) {
    let from = rusqlite::Connection::open(database).expect("the database opens");
    from.busy_timeout(DEADLINE).expect("a connection");
    from.execute("VACUUM INTO ?1", [old.to_string_lossy()]).expect("a copy");
    let copy = rusqlite::Connection::open(old).expect("the copy opens");
    copy.execute_batch(
        "ALTER TABLE events DROP COLUMN checksum;
         DELETE FROM refinery_schema_history WHERE version = 11;
         UPDATE log_mark SET outstanding = 0;
         PRAGMA user_version = 10;",
    )
    .expect("it is made older");
}
