//! Workflows made up from a seed: gates of both kinds, conditions, items, loops, advice, what may fail.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Dice;
use crate::domain::Workflow;

/// The parameters of all of them; each may change while a run goes on.
const PARAMETERS: &str = r#"
version = 1
subject = "text"

[parameters.level]
type = "number"
default = 2
min = 0
max = 5
live = true

[parameters.extra]
type = "boolean"
default = false
live = true

[parameters.turns]
type = "integer"
default = 2
min = 1
max = 4
live = true
"#;

/// What a step made up earlier offers to later ones.
struct Earlier {
    id: String,
    /// Conditions can ask its count of words.
    counted: bool,
    /// It has a gate at which advice can be given.
    gated: bool,
}

/// Makes up a workflow.
pub fn made_up(seed: u64) -> Workflow {
    let mut dice = Dice(seed);
    let mut source = format!("id = \"made_up\"\n{PARAMETERS}");
    let mut loops = String::new();
    let mut earlier: Vec<Earlier> = Vec::new();
    for n in 0..2 + dice.below(4) {
        let id = format!("s{n}");
        match dice.below(10) {
            0..=3 => {
                let gated = dice.below(3) > 0;
                step(&mut source, &mut dice, &id, &earlier, gated);
                earlier.push(Earlier { id, counted: false, gated });
            }
            4 | 5 => {
                rule(&mut source, &mut dice, &id, &earlier);
                earlier.push(Earlier { id, counted: true, gated: true });
            }
            6 | 7 => {
                items(&mut source, &mut dice, &id, &earlier);
                earlier.push(Earlier { id: format!("{id}_list"), counted: false, gated: true });
                earlier.push(Earlier { id, counted: false, gated: false });
            }
            _ => {
                a_loop(&mut source, &mut loops, &mut dice, &id, &earlier);
                earlier.push(Earlier { id: format!("{id}_text"), counted: false, gated: false });
                earlier.push(Earlier { id: format!("{id}_count"), counted: true, gated: false });
            }
        }
    }
    if let Some(read) = earlier.iter().find(|s| s.gated) {
        let _ = write!(
            source,
            "\n[[steps]]\nid = \"advice\"\nagent = \"a\"\nadvisory = true\nreads = \"{}\"\n",
            read.id
        );
    }
    source.push_str(&loops);
    Workflow::parse("made_up.toml", &source, schema).unwrap_or_else(|e| panic!("{seed}: {e}\n{source}"))
}

fn schema(name: &str) -> Option<Value> {
    match name {
        "words" => Some(json!({
            "type": "object", "required": ["words"], "properties": {"words": {"type": "integer"}}
        })),
        "list" => Some(json!({"type": "object", "required": ["sections"], "properties": {"sections": {
            "type": "array",
            "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
        }}})),
        _ => None,
    }
}

/// Returns the step just before, and often others.
fn needs(dice: &mut Dice, earlier: &[Earlier]) -> String {
    let Some((last, others)) = earlier.split_last() else { return String::new() };
    let more = others.iter().filter(|_| dice.below(3) == 0);
    let mut all: Vec<String> = more.map(|s| format!("{:?}", s.id)).collect();
    if all.is_empty() || dice.below(4) > 0 {
        all.push(format!("{:?}", last.id));
    }
    format!("needs = [{}]\n", all.join(", "))
}

fn step(source: &mut String, dice: &mut Dice, id: &str, earlier: &[Earlier], gated: bool) {
    let _ = write!(source, "\n[[steps]]\nid = \"{id}\"\nagent = \"a\"\n{}", needs(dice, earlier));
    if gated {
        source.push_str("gate = { ask = \"author\" }\n");
    }
    let counted = earlier.iter().rfind(|s| s.counted);
    match (dice.below(6), counted) {
        (0, _) => source.push_str("if = \"extra\"\n"),
        (1, Some(counted)) => {
            // A condition may read only what is done by then.
            let _ = writeln!(source, "if = \"{}.words >= level\"", counted.id);
        }
        (2, _) => source.push_str("optional = true\n"),
        (3, _) => source.push_str("severity = \"continue\"\nfallback = \"nothing\"\nattempts = 1\n"),
        _ => {}
    }
}

fn rule(source: &mut String, dice: &mut Dice, id: &str, earlier: &[Earlier]) {
    let borderline = match dice.below(2) {
        0 => String::new(),
        _ => format!(", borderline = \"{id}.words + 1 >= level\""),
    };
    let by = if dice.below(2) == 0 { "tool = \"count_words\"" } else { "agent = \"a\"" };
    let _ = write!(
        source,
        "\n[[steps]]\nid = \"{id}\"\n{by}\nschema = \"words\"\n{}\
         gate = {{ ask = \"author\", pass = \"{id}.words >= level\"{borderline} }}\n",
        needs(dice, earlier)
    );
}

fn items(source: &mut String, dice: &mut Dice, id: &str, earlier: &[Earlier]) {
    let gate = |dice: &mut Dice| if dice.below(2) == 0 { "" } else { "gate = { ask = \"author\" }\n" };
    let list_gate = gate(dice);
    let _ = write!(
        source,
        "\n[[steps]]\nid = \"{id}_list\"\nagent = \"a\"\nschema = \"list\"\n{}{list_gate}",
        needs(dice, earlier)
    );
    let _ = write!(
        source,
        "\n[[steps]]\nid = \"{id}\"\nagent = \"a\"\nneeds = [\"{id}_list\"]\n\
         each = {{ of = \"{id}_list.sections\", key = \"id\" }}\n{}",
        gate(dice)
    );
}

/// A loop that writes and counts, or counts and writes, until there are enough words.
fn a_loop(source: &mut String, loops: &mut String, dice: &mut Dice, id: &str, earlier: &[Earlier]) {
    let gate = if dice.below(2) == 0 { "" } else { "gate = { ask = \"author\" }\n" };
    let counts_first = dice.below(2) == 0;
    let outside = needs(dice, earlier);
    let text = |needs: &str| format!("\n[[steps]]\nid = \"{id}_text\"\nagent = \"a\"\n{needs}{gate}");
    let count =
        |needs: &str| format!("\n[[steps]]\nid = \"{id}_count\"\nagent = \"a\"\nschema = \"words\"\n{needs}");
    let steps = if counts_first {
        source.push_str(&count(&outside));
        source.push_str(&text(&format!("needs = [\"{id}_count\"]\n")));
        format!("\"{id}_count\", \"{id}_text\"")
    } else {
        source.push_str(&text(&outside));
        source.push_str(&count(&format!("needs = [\"{id}_text\"]\n")));
        format!("\"{id}_text\", \"{id}_count\"")
    };
    let limit = if dice.below(2) == 0 { "\"turns\"" } else { "2" };
    let _ = write!(
        loops,
        "\n[[loops]]\nid = \"{id}_loop\"\nsteps = [{steps}]\nafter = \"{id}_count\"\n\
         until = \"{id}_count.words >= level\"\nlimit = {limit}\n"
    );
}
