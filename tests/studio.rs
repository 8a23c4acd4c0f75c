//! The whole program in a pseudo-terminal, from the first key to an approved page.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

#[path = "support/model_server.rs"]
mod model_server;
#[path = "studio/review.rs"]
mod review;
#[path = "studio/session.rs"]
mod session;

use std::time::Duration;

use model_server::{Answer, ModelServer, Reply};
use session::{Home, Session};

const GATE: &str = "Approve this draft?";
/// The page that each of these tests makes.
const PAGE: &str = "the-tide-clerk_ch_001_page_005";

/// Makes a page in the first chapter of the sample book, and waits until its narration is at its gate.
fn page_at_its_gate(studio: &mut Session, beat: &str) {
    studio.wait("A Tide Too Many").send("o").wait("what happens on it?").send(beat).send("\x13");
    studio.wait("Page 5").wait(GATE).wait("narration 1");
}

#[test]
fn the_first_page_goes_from_its_beat_to_approved_and_is_there_the_next_time() {
    let home = Home::new(400);
    let mut studio = Session::start(&home);
    page_at_its_gate(&mut studio, "Nan Garrow counts the lamps and finds one too many.");

    // One revision of each by feedback.
    studio.send("r").wait("What should change in the narration?").send("more of the cold").send("\x13");
    studio.wait("1/5 requests").wait("narration 2").wait(GATE);
    studio.send("d").wait("undecided").send("dd").gone("undecided");
    studio.send("a").wait("narration approved").wait("dialogue 1").wait(GATE);
    studio.send("r").wait("What should change in the dialogue?").send("shorter").send("\x13");
    studio.wait("dialogue 2").wait(GATE).wait("2/5 requests");

    // A hand edit, which accepts.
    studio.send("e").wait("Edit the dialogue").send(" \"And the tide?\" she asked.").send("\x13");
    studio.wait("dialogue edited and accepted").wait("Approved.");
    // An undo: the gate is open again on what the agent wrote; and the decision made again.
    studio.send("u").wait(GATE).wait("dialogue 2").send("\x12").wait("Approved.");
    // A restore of the first narration: its gate opens on it as a new revision.
    studio
        .send("H")
        .wait("Revisions")
        .wait("narration 1")
        .send("G")
        .wait("narration 1, offline")
        .send("r")
        .wait("Bring narration 1 back");
    studio.send("\r").wait("is restored as a new revision").send("4").wait("narration 3").wait(GATE);
    studio.send("a").wait("narration approved").wait(GATE).wait("dialogue").send("a").wait("Approved.");
    let bytes = studio.leave();
    assert!(String::from_utf8_lossy(&bytes).contains("\x1b[?1049l"), "the terminal is given back");

    let mut studio = Session::start(&home);
    studio.wait("3/5 approved").send("G").wait("Page 5").send("\r").wait("Approved.");
    studio
        .send("H")
        .wait("Revisions")
        .wait("narration 3")
        .wait("restored")
        .wait("narration 1")
        .wait("dialogue 3");
    studio.wait("edited").leave();
}

#[test]
fn a_hostile_model_is_stored_as_it_speaks_and_shown_clean() {
    let hostile = "Quiet. \u{1b}]52;c;cHduZWQ=\u{7} \u{1b}]8;;http://evil\u{7}here\u{1b}]8;;\u{7} \u{1b}[2J\u{1b}[1;1H \u{9b}31m \
                   \u{202e}gnp\u{202c} \u{2066}x\u{2069} zero\u{200b}width \u{e0041}\u{e0042} \
                   a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\r\n\n\
                   ╰──────╯ ◆ Approve this draft?  a approve\u{85} end.";
    let marks = "o".to_owned() + &"\u{308}".repeat(1000);
    let text = format!("{hostile}\n\n{marks} done.");
    let server = ModelServer::start([Reply::Text(Answer::of(&text).paced(Duration::from_millis(5)))]);
    let config = format!(
        "[agents.narrator]\nmodel = \"local/hostile\"\n[agents.reviewer]\nmodel = \"local/hostile\"\n\
         [providers.local]\nprotocol = \"openai\"\nbase_url = \"{}\"\nfree = true\n",
        server.url_v1()
    );
    let home = Home::with_config(&config);
    let mut studio = Session::start(&home);
    studio.wait("A Tide Too Many").send("o").wait("what happens on it?").send("Hostile.").send("\x13");
    studio.wait("Page 5").wait("local/hostile").wait("Quiet.").wait("review narration").wait("done.");
    for (keys, text) in [
        ("d", "Quiet."),
        ("e", "Edit the narration"),
        ("\x1b", "Notes"),
        ("H", "Revisions"),
        ("6", "Attempts"),
        ("3", "Waiting for you"),
        ("2", "Chapters"),
        ("v", "Top"),
        ("G", "done."),
    ] {
        studio.send(keys).wait(text);
    }
    studio.send("\x1b").wait("Chapters");
    let out = String::from_utf8_lossy(&studio.leave()).into_owned();
    for bad in [
        "\x1b]52",
        "\x1b]8;",
        "\x1b]",
        "\u{9b}",
        "\u{202e}",
        "\u{202c}",
        "\u{2066}",
        "\u{2069}",
        "\u{200b}",
        "\u{e0041}",
        "\u{85}",
    ] {
        assert!(!out.contains(bad), "{bad:?} reached the terminal");
    }
    let most_marks = out.split(|c| c != '\u{308}').map(|run| run.chars().count()).max().unwrap_or(0);
    assert!(most_marks <= 8, "{most_marks} marks on one letter");
    let history = home.galley(&["page", "history", PAGE, "--json"]);
    let history: serde_json::Value =
        serde_json::from_str(&history).unwrap_or_else(|e| panic!("{e}: {history}"));
    let stored = history["revisions"][0]["text"].as_str().unwrap();
    assert!(stored.contains("\u{1b}]52;c;cHduZWQ=\u{7}") && stored.contains('\u{202e}'), "stored as it came");
}

#[test]
fn the_window_changes_its_size_while_text_streams() {
    let home = Home::new(60);
    let mut studio = Session::start(&home);
    studio
        .wait("A Tide Too Many")
        .send("o")
        .wait("what happens on it?")
        .send("The bell rings for nobody.")
        .send("\x13");
    studio.wait("is being written");
    for (columns, rows) in [(40, 12), (300, 100), (59, 20), (10, 3), (1, 1), (80, 24), (120, 40)] {
        studio.resize(columns, rows);
        if columns >= 40 {
            studio.wait("Page 5").wait("Desk");
        }
    }
    studio.wait(GATE).wait("narration 1").leave();
}

#[test]
fn no_color_means_none_but_bold_and_reverse_stay() {
    let home = Home::new(0);
    let mut studio = Session::with(home.folder.path(), &[("NO_COLOR", "1")], 120, 40);
    studio.wait("A Tide Too Many").send("j").wait("Fifty-nine").send("\r").wait("Notes");
    let out = String::from_utf8_lossy(&studio.leave()).into_owned();
    let mut attributes = Vec::new();
    for sequence in out.split("\x1b[").skip(1) {
        if let Some(end) = sequence.find(|c: char| c.is_ascii_alphabetic())
            && sequence.as_bytes()[end] == b'm'
        {
            attributes.extend(sequence[..end].split(';').filter_map(|n| n.parse::<u16>().ok()));
        }
    }
    let colours: Vec<&u16> =
        attributes.iter().filter(|n| matches!(n, 30..=38 | 40..=48 | 90..=107)).collect();
    assert!(colours.is_empty(), "{colours:?}");
    assert!(attributes.contains(&1) && attributes.contains(&7), "{attributes:?}");
}

#[test]
fn a_megabyte_pasted_as_feedback_reaches_the_store_whole() {
    let home = Home::new(0);
    let mut studio = Session::start(&home);
    page_at_its_gate(&mut studio, "A parcel arrives.");
    let long = (0..65_000).fold(String::new(), |text, n| text + &format!("word {n} of it, "));
    assert!(long.len() > 1_000_000);
    studio
        .send("r")
        .wait("What should change in the narration?")
        .paste(&long)
        .wait("[pasted 1.")
        .send("\x13");
    studio.wait("narration 2").wait(GATE).leave();
    let history = home.galley(&["page", "history", PAGE, "--json"]);
    let history: serde_json::Value = serde_json::from_str(&history).unwrap();
    assert_eq!(history["feedback"][0]["text"].as_str().unwrap().trim(), long.trim());
}

#[test]
fn beats_in_any_script_are_kept_and_shown_in_their_place() {
    let home = Home::new(0);
    let mut studio = Session::start(&home);
    let beat = "👩‍👩‍👧 walk home. 娜恩在雨中数灯。 نان تعدّ المصابيح. Ende.";
    studio
        .wait("A Tide Too Many")
        .send("o")
        .wait("what happens on it?")
        .send(beat)
        .wait("Ende.")
        .send("\x13");
    studio.wait(GATE).wait("narration 1").send("2").wait("Chapters").leave();
    let shown = home.galley(&["page", "show", PAGE, "--json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap_or_else(|e| panic!("{e}: {shown}"));
    assert!(shown.to_string().contains(beat), "{shown}");
}

#[test]
fn what_is_typed_survives_a_kill_but_for_two_seconds() {
    let home = Home::new(0);
    let mut studio = Session::start(&home);
    page_at_its_gate(&mut studio, "The road is under water.");
    studio.send("r").wait("What should change in the narration?").send("let the water rise slower");
    studio.wait("let the water rise slower");
    // It is on disk within two seconds; the test waits for that, not for a time.
    let unsent = galley::config::Home::at(home.folder.path()).state().join("unsent");
    let end = std::time::Instant::now() + Duration::from_secs(30);
    let is_saved = |file: std::fs::DirEntry| {
        std::fs::read_to_string(file.path()).is_ok_and(|text| text.contains("rise slower"))
    };
    while !std::fs::read_dir(&unsent).is_ok_and(|files| files.flatten().any(is_saved)) {
        assert!(std::time::Instant::now() < end, "it was never saved");
        std::thread::yield_now();
    }
    studio.kill();
    let mut studio = Session::start(&home);
    studio
        .wait("A Tide Too Many")
        .send("G")
        .wait("Page 5")
        .send("\r")
        .wait(GATE)
        .send("r")
        .wait("let the water rise slower");
    studio.send("\x1b").gone("What should change").leave();
}

#[test]
fn a_kill_while_text_streams_leaves_nothing_stuck() {
    let home = Home::new(40);
    let mut studio = Session::start(&home);
    studio
        .wait("A Tide Too Many")
        .send("o")
        .wait("what happens on it?")
        .send("The lamp goes out.")
        .send("\x13");
    studio.wait("is being written").until("some words", |screen| screen.contains(" words, "));
    studio.kill();
    let mut studio = Session::start(&home);
    studio.wait("A Tide Too Many").send("G").wait("Page 5").send("\r").wait(GATE).wait("narration 1").leave();
}

#[test]
fn a_signal_ends_it_in_order_and_gives_the_terminal_back() {
    let home = Home::new(20);
    let mut studio = Session::start(&home);
    studio
        .wait("A Tide Too Many")
        .send("o")
        .wait("what happens on it?")
        .send("The lamp goes out.")
        .send("\x13");
    studio.wait("is being written");
    studio.signal("-TERM");
    let out = String::from_utf8_lossy(&studio.ended()).into_owned();
    assert!(
        out.contains("\x1b[?1049l") && out.contains("\x1b[?2004l"),
        "terminal and bracketed paste are given back"
    );
    let status = home.galley(&["page", "status", PAGE, "--json"]);
    assert!(status.contains("generating_narration"), "it goes on next time: {status}");
}

#[test]
fn an_idle_studio_writes_nothing() {
    let home = Home::new(0);
    let mut studio = Session::start(&home);
    studio.wait("A Tide Too Many").wait("Page 1");
    // The last news after the start is who conducts; from then on the screen stands still.
    studio.gone("no agent process");
    studio.send("j").wait("Page 2");
    let mut before = 0;
    while std::mem::replace(&mut before, studio.bytes().len()) != studio.bytes().len() {
        std::thread::sleep(Duration::from_millis(300));
    }
    std::thread::sleep(Duration::from_secs(2));
    let after = studio.bytes();
    assert_eq!(after.len(), before, "{:?}", String::from_utf8_lossy(&after[before..]));
    studio.leave();
}

#[test]
fn the_cursor_stands_in_the_input_that_has_the_focus() {
    let home = Home::new(0);
    let mut studio = Session::start(&home);
    studio.wait("A Tide Too Many").wait("Page 1");
    studio.cursor_at(None);
    studio.send("o").wait("what happens on it?").send("雨 and ice").wait("雨 and ice");
    let screen = studio.screen();
    let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains("雨 and ice")).unwrap();
    let before = line[..line.find('雨').unwrap()].chars().count();
    // The ideograph takes two columns.
    let column = before + "雨 and ice".chars().count() + 1;
    studio.cursor_at(Some((u16::try_from(row).unwrap(), u16::try_from(column).unwrap())));
    studio.send("\x1b").gone("what happens on it?").cursor_at(None);
    studio.leave();
}

#[test]
fn canon_is_imported_chosen_for_a_page_edited_and_the_page_that_read_it_is_still_fine() {
    let home = Home::new(0);
    let folder = home.folder.path().join("bible");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("characters.md"),
        "# Odo Pell\n\nAliases: the lamplighter\n\nHe counts in sevens.\n\n# Una\n\nShe sells rope.\n",
    )
    .unwrap();
    std::fs::write(folder.join("rules.md"), "---\nmode: always\n---\n# Lamps\n\nNo lamp burns twice.\n")
        .unwrap();

    let mut studio = Session::start(&home);
    studio.wait("A Tide Too Many").send("8").wait("Canon").send("I").wait("Import canon from Markdown");
    studio.send(&folder.display().to_string()).send("\r").wait("Odo Pell").wait("new").send("\r");
    studio.wait("are imported").wait("Una").wait("Odo Pell");

    studio.send("2");
    page_at_its_gate(&mut studio, "The lamplighter counts the lamps and finds one too many.");
    studio.send("P").wait("Context now").wait("named in the beat").wait("nothing here names it").send("\x1b");
    studio
        .gone("Context now")
        .send("K")
        .wait("He counts in sevens.")
        .send("\r")
        .wait("also     the lamplighter");

    // An edit of what the page was written from.
    studio.send("e").wait("Canon: Odo Pell").send(" He counts twice.").send("\x13").wait("Odo Pell is saved");
    studio.send("4").wait("canon: Odo Pell").wait("F keep").send("F");
    studio.wait("the page is marked as up to date").gone("canon: Odo Pell");
    studio.leave();
    let stale = home.galley(&["page", "stale"]);
    assert!(stale.contains("no page is stale"), "{stale}");
}

#[test]
fn a_keymap_that_does_not_read_is_refused_by_line_before_the_studio_opens() {
    let home = Home::new(0);
    let keymap = galley::config::Home::at(home.folder.path()).keymap_file();
    std::fs::write(keymap, "[gate]\nz = \"aprove\"\n").unwrap();
    let mut studio = Session::start(&home);
    studio.wait("keymap.toml:2: there is no action `aprove`").wait("hint: ");
    assert_eq!(studio.exit_code(), 2);
}
