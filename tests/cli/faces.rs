//! The studio on a terminal and the command line tell the same of one database (E3).

use super::desk::Desk;
use super::pty::Studio;

/// A book with a page at each kind of gate and an approved one whose beat has changed, a run at a gate, a failed run,
/// and calls that cost something.
fn busy(desk: &Desk) {
    desk.configure("[offline]\nwords_per_second = 0\n");
    desk.ok(&["config", "price", "offline/rehearsal", "100", "200"]);
    let (chapter, first) = desk.page("Mara finds the boat");
    desk.ok(&["page", "approve", &first]);
    let start = ["page", "start", "--chapter", &chapter, "--beat"];
    desk.ok(&[&start[..], &["Tom lights the lamp"]].concat());
    let third = desk.ok(&[&start[..], &["The bell rings twice"]].concat());
    let third = third["id"].as_str().unwrap();
    desk.ok(&["page", "approve", third]);
    desk.ok(&["page", "approve", third]);
    desk.ok(&["page", "beat", third, "--beat", "The bell rings three times"]);
    let text = desk.file("story.txt", "He had a apple and teh knife.\n");
    desk.ok(&["story", "review", &text, "--title", "A knife", "--sit"]);
    let mine = desk.file("mine.txt", "my own");
    let failed = ["run", "start", "publish", "--set", &format!("out={mine}"), "--set", "pass_score=0"];
    desk.run(&[&failed[..], &["--set", "borderline_score=0", "--book", "the-winter-harbour"]].concat());
}

#[test]
fn e3_both_faces_list_the_same_in_inbox_and_of_stale_pages_and_tell_the_same_costs() {
    let desk = Desk::new();
    busy(&desk);
    let status = desk.ok(&["status"]);
    let stale = desk.ok(&["page", "stale"]);
    let costs = desk.ok(&["costs"]);
    let (gates, needs) = (status["gates"].as_array().unwrap(), status["attention"].as_array().unwrap());
    assert_eq!((gates.len(), needs.len()), (3, 1), "{status}");
    let stale = stale["pages"].as_array().unwrap();
    assert_eq!((stale.len(), stale[0]["causes"][0]["cause"].as_str()), (1, Some("its beat has changed")));
    let of_book =
        costs["books"].as_array().unwrap().iter().find(|b| b["group"] == "the-winter-harbour").unwrap();
    let spent = of_book["cost"].as_u64().unwrap();
    assert!(spent > 0 && costs["totals"]["spent"]["cost"].as_u64() > Some(spent), "{costs}");

    let mut studio = Studio::open(&desk);
    studio.wait_for("The Winter Harbour");
    // Money is in 10⁻⁹ $.
    studio.wait_for(&format!("${:.4}", spent as f64 / 1e9));
    studio.press("3");
    let totals = &status["totals"];
    studio.wait_for(&format!("{} to review, {} need attention", totals["inbox"], totals["attention"]));
    for gate in gates {
        let of = if gate["page"].is_object() { &gate["page"]["beat"] } else { &gate["run"]["title"] };
        studio.wait_for(of.as_str().unwrap());
        studio.wait_for(&format!("review {}", gate["step"].as_str().unwrap()));
    }
    let message = needs[0]["attention"]["message"].as_str().unwrap();
    studio.wait_for(&message[..25]);
    let listed = studio.shown().lines().filter(|line| line.contains('◆') || line.contains('✗')).count();
    assert_eq!(listed, 1 + gates.len() + needs.len(), "the title bar and no other row:\n{}", studio.shown());

    studio.press("2F");
    studio.wait_for(stale[0]["causes"][0]["cause"].as_str().unwrap());
    assert!(studio.shown().contains(stale[0]["beat"].as_str().unwrap()), "{}", studio.shown());
    assert!(studio.leave());
}
