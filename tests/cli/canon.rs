//! Canon on the command line: imported, changed, versioned, searched.

use serde_json::Value;

use super::desk::{Desk, code, stderr, stdout};
use super::pty::{answered, assert_clean};

const BIBLE: &str = "# Characters\n\n## Mara Vell\n\nAliases: the pilot\n\nTall. Knows [[Ida]].\n\n## Ida\n\nSmall.\n\n\
                     # Places\n\n## The harbour\n\nCold.\n\n### The lamp house\n\nOn the pier.\n";

fn book(desk: &Desk) -> String {
    desk.ok(&["book", "new", "The Winter Harbour"])["id"].as_str().unwrap().to_owned()
}

fn imported(desk: &Desk, file: &str, book: &str, more: &[&str]) -> Value {
    desk.ok(&[&["canon", "import", file, "--book", book], more].concat())
}

fn text(desk: &Desk, entry: &str) -> String {
    desk.ok(&["canon", "show", entry])["text"].as_str().unwrap().to_owned()
}

#[test]
fn p4_markdown_is_imported_by_heading_and_a_second_import_says_what_changed_and_keeps_the_rest() {
    let desk = Desk::new();
    let book = book(&desk);
    let file = desk.file("bible.md", BIBLE);
    let dry = imported(&desk, &file, &book, &["--dry-run"]);
    assert_eq!((&dry["applied"], &dry["counts"]["new"]), (&false.into(), &4.into()));
    assert!(desk.ok(&["canon", "list", "--book", &book])["entries"].as_array().unwrap().is_empty());

    let first = imported(&desk, &file, &book, &[]);
    assert_eq!(first["counts"]["new"], 4);
    assert_eq!(first["files"][0]["encoding"], "UTF-8");
    let mara = desk.ok(&["canon", "show", "the-winter-harbour_mara-vell"]);
    assert_eq!((mara["kind"].as_str(), mara["aliases"][0].as_str()), (Some("character"), Some("the pilot")));
    assert_eq!(mara["links"][0], "the-winter-harbour_ida");
    let lamp = desk.ok(&["canon", "show", "the-winter-harbour_the-lamp-house"]);
    assert_eq!(lamp["parent"], "the-winter-harbour_the-harbour");
    assert_eq!(imported(&desk, &file, &book, &[])["counts"]["unchanged"], 4);

    let changed =
        BIBLE.replace("Small.", "Very small.").replace("# Places", "# Places\n\n## The mill\n\nOld.\n");
    desk.file("bible.md", &changed.replace("## The harbour\n\nCold.\n\n", ""));
    let again = imported(&desk, &file, &book, &[]);
    let counts = &again["counts"];
    assert_eq!(
        [&counts["new"], &counts["changed"], &counts["gone"]],
        [&Value::from(1), &2.into(), &1.into()],
        "{again}"
    );
    assert_eq!(again["gone"][0], "the-winter-harbour_the-harbour");
    assert_eq!(desk.ok(&["canon", "list", "--book", &book])["entries"].as_array().unwrap().len(), 5);
    let history = desk.ok(&["canon", "history", "the-winter-harbour_ida"]);
    assert_eq!(history["versions"][1]["origin"]["import"]["file"], "bible.md");
    assert_eq!(
        desk.ok(&["canon", "list", "--book", &book, "--kind", "place"])["entries"].as_array().unwrap().len(),
        3
    );
}

#[test]
fn what_was_edited_here_is_overwritten_only_on_the_authors_word() {
    let desk = Desk::new();
    let book = book(&desk);
    let file = desk.file("bible.md", BIBLE);
    imported(&desk, &file, &book, &[]);
    let ida = "the-winter-harbour_ida";
    desk.ok(&["canon", "edit", ida, "--text", "Mine."]);
    desk.file("bible.md", &BIBLE.replace("Small.", "Theirs."));
    let kept = imported(&desk, &file, &book, &[]);
    assert_eq!((&kept["counts"]["conflict"], text(&desk, ida).as_str()), (&1.into(), "Mine."));

    let shown = answered(&desk, &["canon", "import", &file, "--book", &book], "n\n");
    assert_clean(&shown);
    assert!(shown.contains("was edited here, and changed in the file. Overwrite it?"), "{shown}");
    assert!(shown.contains("kept: edited here"), "{shown}");
    answered(&desk, &["canon", "import", &file, "--book", &book], "q\n");
    assert_eq!(text(&desk, ida), "Mine.");
    answered(&desk, &["canon", "import", &file, "--book", &book], "y\n");
    assert_eq!(text(&desk, ida), "Theirs.");

    desk.ok(&["canon", "edit", ida, "--text", "Mine again."]);
    desk.file("bible.md", &BIBLE.replace("Small.", "Theirs again."));
    let won = imported(&desk, &file, &book, &["--overwrite"]);
    assert_eq!((won["overwritten"][0].as_str(), text(&desk, ida).as_str()), (Some(ida), "Theirs again."));
    // Nothing is lost by it.
    desk.ok(&["canon", "restore", ida, "--version", "4"]);
    assert_eq!(text(&desk, ida), "Mine again.");
}

#[test]
fn an_entry_is_made_changed_restored_taken_out_and_found() {
    let desk = Desk::new();
    let (chapter, page) = desk.page("Mara finds the boat");
    let book = "the-winter-harbour";
    let made =
        desk.ok(&["canon", "new", "--book", book, "--kind", "character", "Mara Vell", "--text", "Tall."]);
    let mara = made["id"].as_str().unwrap();
    assert_eq!((made["version"].as_u64(), made["mode"].as_str()), (Some(1), Some("named")));
    let set = desk.ok(&[
        "canon",
        "set",
        mara,
        "--mode",
        "by_hand",
        "--weight",
        "80",
        "--alias",
        "the pilot",
        "--alias",
        "Mar",
        "--from",
        &chapter,
        "--until",
        &page,
    ]);
    assert_eq!(
        (set["weight"].as_u64(), set["mode"].as_str(), set["version"].as_u64()),
        (Some(80), Some("by_hand"), Some(2))
    );
    assert_eq!(set["scope"]["from"]["chapter"], chapter.as_str());
    assert_eq!(set["scope"]["until"]["page"], page.as_str());
    let open = desk.ok(&["canon", "set", mara, "--from", "none", "--alias", ""]);
    assert_eq!((&open["scope"]["from"], open["aliases"].as_array().unwrap().len()), (&Value::Null, 0));
    desk.ok(&["canon", "edit", mara, "--text", "Small."]);
    assert_eq!(desk.ok(&["canon", "edit", mara, "--text", "Small."])["version"], 4);
    assert_eq!(desk.ok(&["canon", "restore", mara, "--version", "1"])["text"], "Tall.");
    assert_eq!(desk.ok(&["canon", "show", mara, "--version", "4"])["text"], "Small.");
    assert_eq!(desk.ok(&["canon", "history", mara])["versions"].as_array().unwrap().len(), 5);
    assert_eq!(desk.ok(&["canon", "search", "tal", "--book", book])["entries"][0]["id"], mara);

    let pinned = desk.ok(&["page", "pin", &page, mara]);
    assert_eq!(pinned["pinned"][0], mara);
    assert!(desk.ok(&["page", "pin", &page, mara, "--off"])["pinned"].as_array().unwrap().is_empty());
    desk.refused(&["page", "pin", &page, "the-winter-harbour_nobody"], "not_found");

    assert_eq!(desk.ok(&["canon", "remove", mara])["removed"], true);
    assert!(desk.ok(&["canon", "search", "tal", "--book", book])["entries"].as_array().unwrap().is_empty());
    assert_eq!(desk.ok(&["canon", "list", "--book", book, "--removed"])["entries"][0]["id"], mara);
    desk.refused(&["canon", "edit", mara, "--text", "x"], "trashed");
    assert_eq!(desk.ok(&["canon", "bring-back", mara])["removed"], false);
    desk.refused(&["canon", "restore", mara, "--version", "9"], "not_found");
    desk.refused(&["canon", "edit", mara, "--text", "x", "--version", "2"], "entry_changed");
    desk.refused(&["canon", "set", mara, "--parent", mara], "invalid");
    desk.refused(&["canon", "set", mara, "--from", "elsewhere_ch_001"], "not_found");
    desk.refused(&["canon", "show", "nobody"], "not_found");
    desk.refused(&["canon", "list", "--book", "no-such-book"], "not_found");
    for wrong in [
        &["canon", "set", mara][..],
        &["canon", "set", mara, "--weight", "101"],
        &["canon", "set", mara, "--mode", "often"],
    ] {
        assert_eq!(code(&desk.run(wrong)), 2, "{wrong:?}");
    }
}

#[test]
fn a_folder_in_old_encodings_is_read_and_its_folders_say_the_kind() {
    let desk = Desk::new();
    let book = book(&desk);
    let folder = desk.root().join("bible");
    std::fs::create_dir_all(folder.join("places")).unwrap();
    std::fs::write(folder.join("places/mill.md"), b"# The mill\r\n\r\nCaf\xe9 d\xe9j\xe0 vu.\r\n").unwrap();
    let wide: Vec<u8> = "\u{feff}# 规则\n\n不下雨。\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    std::fs::write(folder.join("regeln.md"), wide).unwrap();
    let answer = imported(&desk, folder.to_str().unwrap(), &book, &[]);
    let encodings: Vec<&str> =
        answer["files"].as_array().unwrap().iter().map(|f| f["encoding"].as_str().unwrap()).collect();
    assert_eq!(encodings, ["windows-1252", "UTF-16BE"]);
    assert_eq!(text(&desk, "the-winter-harbour_the-mill"), "Café déjà vu.");
    let entries = desk.ok(&["canon", "list", "--book", &book]);
    let kinds: Vec<&str> =
        entries["entries"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["place", "rule"]);
    assert_eq!(
        desk.ok(&["canon", "search", "下雨", "--book", &book])["entries"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn broken_files_are_refused_by_name_and_place_and_nothing_is_half_imported() {
    let desk = Desk::new();
    let book = book(&desk);
    let good = desk.file("good.md", BIBLE);
    let root = desk.root().to_owned();
    let empty = root.join("empty");
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(root.join("picture.md"), b"\x89PNG\r\n\x1a\n\0\0").unwrap();
    std::fs::File::create(root.join("huge.md")).unwrap().set_len(200 << 20).unwrap();
    let mut torn = "Élodie, déjà vu, naïve".as_bytes().to_vec();
    torn.insert(4, 0xff);
    std::fs::write(root.join("torn.md"), torn).unwrap();
    desk.file("front.md", "---\nname: Mara\nweight: 900\n---\n");
    #[cfg(unix)]
    {
        std::fs::create_dir_all(root.join("loop/inner")).unwrap();
        std::os::unix::fs::symlink(root.join("loop"), root.join("loop/inner/again")).unwrap();
    }
    let mut cases = vec![
        ("picture.md", "picture.md: this is not text: it begins like a PNG image"),
        ("huge.md", "huge.md: 209715200 bytes are too many; at most 16777216 are taken"),
        ("torn.md", "torn.md: byte 5 is not UTF-8"),
        ("front.md", "front.md: line 3: the weight 900 is not between 0 and 100"),
        ("empty", "empty: there is no Markdown or text file in it"),
        ("missing.md", "missing.md: No such file"),
    ];
    if cfg!(unix) {
        cases.push(("loop", "inner/again: this leads back to "));
    }
    for (name, said) in cases {
        let path = root.join(name);
        let out = desk.run(&["canon", "import", &good, path.to_str().unwrap(), "--book", &book, "--json"]);
        assert_eq!(code(&out), 2, "{name}: {}", stderr(&out));
        let answer: Value = serde_json::from_str(&stdout(&out)).unwrap();
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
        assert!(answer["error"]["hint"].is_string());
    }
    assert!(desk.ok(&["canon", "list", "--book", &book])["entries"].as_array().unwrap().is_empty());
    assert_eq!(code(&desk.run(&["doctor", "--compare"])), 0);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_refused_by_name() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let book = book(&desk);
    let file = desk.file("secret.md", BIBLE);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read everything.
    if std::fs::read(&file).is_ok() {
        return;
    }
    let out = desk.run(&["canon", "import", &file, "--book", &book]);
    assert_eq!(code(&out), 2);
    assert!(stderr(&out).contains("secret.md: Permission denied"), "{}", stderr(&out));
}

#[test]
fn p4_what_is_unclear_is_said_by_an_option_or_asked_on_a_terminal_and_is_other_else() {
    let desk = Desk::new();
    let book = book(&desk);
    let file =
        desk.file("bits.md", "# The silver key\n\nOld.\n\n# Ida\n\nSmall.\n\n# The mill\n\nIt turns.\n");
    let kinds = |answer: &Value| -> Vec<String> {
        let entries = answer["entries"].as_array().unwrap();
        entries.iter().map(|e| e["kind"].as_str().unwrap().to_owned()).collect()
    };
    let plain = imported(&desk, &file, &book, &["--dry-run"]);
    assert_eq!(kinds(&plain), ["other", "other", "other"]);
    assert!(plain["entries"].as_array().unwrap().iter().all(|e| e["unclear"] == true));
    let said = imported(&desk, &file, &book, &["--kind", "ida=character", "--dry-run"]);
    assert_eq!(kinds(&said), ["other", "character", "other"]);
    let wrong = desk.run(&["canon", "import", &file, "--book", &book, "--kind", "Nobody=place"]);
    assert!(code(&wrong) != 0 && stderr(&wrong).contains("is called `Nobody`"), "{}", stderr(&wrong));
    let wrong = desk.run(&["canon", "import", &file, "--book", &book, "--kind", "Ida=person"]);
    assert!(
        code(&wrong) != 0 && stderr(&wrong).contains("not a known kind of canon entry"),
        "{}",
        stderr(&wrong)
    );

    let import = ["canon", "import", &file, "--book", &book, "--kind", "Ida=character"];
    let shown = answered(&desk, &import, "w\np\n");
    assert_clean(&shown);
    assert!(shown.contains("The kind of The silver key") && !shown.contains("The kind of Ida"), "{shown}");
    assert_eq!(kinds(&desk.ok(&["canon", "list", "--book", &book])), ["character", "place", "world"]);
    assert_eq!(imported(&desk, &file, &book, &[])["counts"]["unchanged"], 3, "what was said holds");
}

#[test]
fn links_in_a_text_are_found_when_it_is_saved() {
    let desk = Desk::new();
    let book = book(&desk);
    let new = |name: &str, text: &str| {
        let made = desk.ok(&["canon", "new", "--book", &book, "--kind", "place", name, "--text", text]);
        made["id"].as_str().unwrap().to_owned()
    };
    let (mill, pier) = (new("The mill", "It turns."), new("The pier", "Beside [[the mill]]."));
    let links = |entry: &str| desk.ok(&["canon", "show", entry])["links"].clone();
    assert_eq!(links(&pier), serde_json::json!([mill]));
    desk.ok(&["canon", "edit", &mill, "--text", "It turns, seen from [[The pier]]."]);
    assert_eq!(links(&mill), serde_json::json!([pier]));
    desk.ok(&["canon", "edit", &mill, "--text", "It stands still."]);
    assert_eq!(links(&mill), serde_json::json!([]));
}
