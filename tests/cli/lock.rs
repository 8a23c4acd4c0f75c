//! Who conducts, where that is in somebody's way: a lock that cannot be taken, Ctrl-Z, a process that is stopped.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use super::desk::{Desk, code, stderr, stdout};

/// A command whose author writes slowly, in a process group of its own as a shell would run it, once it writes.
fn slow_writer(desk: &Desk, chapter: &str) -> Child {
    desk.configure("[offline]\nwords_per_second = 2\n");
    let start = ["page", "start", "--chapter", chapter, "--beat", "Mara finds the boat"];
    let mut command = desk.command(&start);
    let mut child = command.process_group(0).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    told.read_line(&mut line).unwrap();
    assert_eq!(line, "narration: offline/rehearsal writes\n");
    // Nobody reads on, and nothing may wait for that.
    child.stderr = Some(told.into_inner());
    desk.configure("[offline]\nwords_per_second = 0\n");
    child
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn r4_a_lock_that_cannot_be_taken_ends_the_wait_with_5_and_what_to_do() {
    let desk = Desk::new();
    let chapter = desk.chapter();
    desk.ok(&["page", "start", "--chapter", &chapter, "--beat", "Mara finds the boat", "--detach"]);
    let lock = std::fs::read_dir(desk.root().join("data"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "lock"));
    let lock = lock.unwrap_or_else(|| desk.root().join("data/galley.db.lock"));
    let _ = std::fs::remove_file(&lock);
    std::fs::create_dir(&lock).unwrap();

    let out = desk.run(&["work"]);
    let told = stderr(&out);
    assert_eq!(code(&out), 5, "{told}");
    let path = lock.to_str().unwrap();
    assert!(told.contains(&format!("error: the lock {path} cannot be taken")), "{told}");
    assert!(told.contains(&format!("make {path} a file that you may write")), "{told}");
    for command in [&["status"][..], &["doctor"]] {
        let shown = stdout(&desk.run(command));
        assert!(shown.contains(path), "{command:?}: {shown}");
    }

    std::fs::remove_dir(&lock).unwrap();
    desk.ok(&["work"]);
    assert_eq!(desk.state(&format!("{chapter}_page_001")), "user_reviewing_narration");
}

#[test]
fn r5_ctrl_z_lets_the_lock_go_and_the_work_is_gone_on_with_after_it() {
    let desk = Desk::new();
    let chapter = desk.chapter();
    let mut child = slow_writer(&desk, &chapter);
    signal(&child, "-TSTP");
    // It would take minutes by the one that is stopped.
    desk.ok(&["work"]);
    assert_eq!(desk.state(&format!("{chapter}_page_001")), "user_reviewing_narration");
    signal(&child, "-CONT");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
#[cfg(target_os = "linux")]
fn r5_a_holder_that_is_stopped_is_named_and_not_waited_for() {
    let desk = Desk::new();
    let chapter = desk.chapter();
    let mut child = slow_writer(&desk, &chapter);
    signal(&child, "-STOP");
    let out = desk.run(&["work"]);
    let told = stderr(&out);
    assert_eq!(code(&out), 5, "{told}");
    assert!(told.contains(&format!("process {}, which is stopped", child.id())), "{told}");
    assert!(told.contains("`fg`"), "{told}");
    let shown = stdout(&desk.run(&["status"]));
    assert!(shown.contains("which is stopped"), "{shown}");
    child.kill().unwrap();
    child.wait().unwrap();
    desk.ok(&["work"]);
    assert_eq!(desk.state(&format!("{chapter}_page_001")), "user_reviewing_narration");
}
