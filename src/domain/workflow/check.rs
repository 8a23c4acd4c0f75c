//! What makes a definition fit to run: it is refused with file, line and reason before any run begins.

use serde_json::Value;

use super::condition::Kind;
use super::{Amount, ParameterKind, Schema, StepDefinition, SubjectKind, When, Workflow, condition};
use crate::domain::StepName;

/// A definition that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct WorkflowError {
    /// The file as the author knows it.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

/// Where a fault is: near the line that says so.
enum At {
    Top(&'static str),
    Id(String),
    Parameter(String),
    Text(String),
}

type Fault = (At, String);

pub(super) fn parse(
    file: &str,
    source: &str,
    schemas: impl Fn(&str) -> Option<Value>,
) -> Result<Workflow, WorkflowError> {
    let error = |line, reason| WorkflowError { file: file.to_owned(), line, reason };
    let mut workflow: Workflow = toml::from_str(source).map_err(|e| {
        let at = e.span().map_or(0, |span| span.start);
        error(line_at(source, at), e.message().to_owned())
    })?;
    let fault = inline(&mut workflow, schemas).err().or_else(|| fault(&workflow).err());
    match fault {
        None => Ok(workflow),
        Some((at, reason)) => Err(error(line_of(source, &at), reason)),
    }
}

/// Takes schemas in by their names, so that a run keeps those it began with.
fn inline(workflow: &mut Workflow, schemas: impl Fn(&str) -> Option<Value>) -> Result<(), Fault> {
    for step in &mut workflow.steps {
        let Some(schema) = &mut step.schema else { continue };
        if let Schema::Named(name) = schema {
            let found = schemas(name).ok_or_else(|| {
                (At::Text(format!("\"{name}\"")), format!("there is no schema `{name}`: no file {name}.json"))
            })?;
            *schema = Schema::Inline(found);
        }
        if let Some(fault) = schema.fault() {
            return Err((At::Id(step.id.to_string()), format!("the schema of step `{}`: {fault}", step.id)));
        }
    }
    Ok(())
}

fn fault(workflow: &Workflow) -> Result<(), Fault> {
    check_name(&workflow.id).map_err(|reason| (At::Top("id"), format!("the workflow's id {reason}")))?;
    if workflow.version == 0 {
        return Err((At::Top("version"), "the version of a workflow counts from 1".into()));
    }
    parameters(workflow)?;
    for (index, step) in workflow.steps.iter().enumerate() {
        let (before, _) = workflow.steps.split_at(index);
        self::step(workflow, step, before).map_err(|reason| (At::Id(step.id.to_string()), reason))?;
    }
    if workflow.steps.iter().all(|s| s.advisory) {
        return Err((At::Top("id"), "a workflow needs at least one step that is not advisory".into()));
    }
    states(workflow)?;
    for (index, _) in workflow.loops.iter().enumerate() {
        self::a_loop(workflow, index)?;
    }
    for step in &workflow.steps {
        let gate = step.gate.as_ref();
        let of_gate = gate.into_iter().flat_map(|g| [&g.condition, &g.pass, &g.borderline]).flatten();
        for expression in of_gate {
            self::condition(workflow, expression, Some(step), true)?;
        }
        if let Some(expression) = &step.condition {
            self::condition(workflow, expression, Some(step), false)?;
        }
        if gate.is_some_and(|g| g.borderline.is_some() && g.pass.is_none()) {
            let reason = format!("the gate of `{}` has a `borderline` without a `pass`", step.id);
            return Err((At::Id(step.id.to_string()), reason));
        }
    }
    versions(workflow)
}

/// Every public name is of a step that the author can see in that state.
fn states(workflow: &Workflow) -> Result<(), Fault> {
    let states = &workflow.states;
    for (table, names) in [("working", &states.working), ("reviewing", &states.reviewing)] {
        for (step, public) in names {
            let at = || At::Text(format!("{step} ="));
            if workflow.step(step).is_none_or(|s| s.advisory) {
                return Err((at(), format!("[states] {table} names `{step}`, which is none of the steps")));
            }
            check_name(public).map_err(|e| (at(), format!("[states] {table}: the name of `{step}` {e}")))?;
        }
    }
    for (key, public) in [
        ("initial", states.initial.as_deref()),
        ("waiting", Some(&*states.waiting)),
        ("done", Some(&*states.done)),
    ] {
        public
            .map_or(Ok(()), check_name)
            .map_err(|e| (At::Top(key), format!("[states] {key}: the name {e}")))?;
    }
    Ok(())
}

fn parameters(workflow: &Workflow) -> Result<(), Fault> {
    for (name, parameter) in &workflow.parameters {
        let at = || At::Parameter(name.clone());
        check_name(name).map_err(|reason| (at(), format!("the name of parameter `{name}` {reason}")))?;
        if workflow.steps.iter().any(|s| s.id.as_str() == name) {
            return Err((
                at(),
                format!("parameter `{name}` is called like a step: give it a name of its own"),
            ));
        }
        if let Some(fault) = parameter.default.as_ref().and_then(|d| parameter.fault(d)) {
            return Err((at(), format!("the default of `{name}` {fault}")));
        }
    }
    Ok(())
}

fn step(workflow: &Workflow, step: &StepDefinition, before: &[StepDefinition]) -> Result<(), String> {
    let id = &step.id;
    let seen = |name: &StepName| before.iter().any(|s| s.id == *name);
    if seen(id) {
        return Err(format!("step `{id}` is defined twice"));
    }
    check_name(id.as_str()).map_err(|reason| format!("the id of step `{id}` {reason}"))?;
    if step.agent.is_empty() == step.tool.is_none() {
        return Err(format!("step `{id}` names an `agent` or a `tool`, and not both"));
    }
    if let Some(missing) = step.needs.iter().chain(&step.reads).find(|n| !seen(n)) {
        return Err(format!("step `{id}` needs `{missing}`, which no step before it makes"));
    }
    let speaks_at_gate = step.advisory && step.when == When::AtGate;
    if speaks_at_gate != step.reads.is_some() || (step.advisory && step.gate.is_some()) {
        return Err(
            "an advisory step names what it `reads` or says `when`, and has no gate of its own".into()
        );
    }
    if step.when != When::AtGate && !(step.advisory && step.needs.is_empty()) {
        return Err("only an advisory step that needs nothing says `when`".into());
    }
    if step.advisory && (step.condition.is_some() || step.each.is_some() || step.schema.is_some()) {
        return Err("an advisory step has no `if`, no `each` and no `schema`".into());
    }
    if step.timeout_s.is_some_and(|wait| !(1..=86_400).contains(&wait)) || !(1..=20).contains(&step.attempts)
    {
        return Err("timeout_s goes from 1 to 86,400 and attempts from 1 to 20".into());
    }
    if workflow.subject == SubjectKind::Page && !step.advisory {
        for (table, map) in [("working", &workflow.states.working), ("reviewing", &workflow.states.reviewing)]
        {
            if !map.contains_key(id) {
                return Err(format!("[states] {table} has no name for step `{id}`"));
            }
        }
    }
    if let (Some(fallback), Some(schema)) = (&step.fallback, &step.schema)
        && let Err(faults) = schema.read(&fallback.to_string())
    {
        return Err(format!("the fallback of `{id}` is not of its schema: {}", faults.join("; ")));
    }
    if step.fallback.is_some() && step.severity.is_stop() {
        return Err(format!("step `{id}` has a fallback that is never used: say `severity = \"continue\"`"));
    }
    if let Some(each) = &step.each {
        let (of, path) =
            each.of.split_once('.').ok_or("`each.of` is a step and a path, `outline.sections`")?;
        let source = before.iter().find(|s| s.id.as_str() == of);
        let source =
            source.ok_or_else(|| format!("`each.of` names `{of}`, which no step before it makes"))?;
        if !step.needs.contains(&source.id) || source.each.is_some() {
            return Err(format!("step `{id}` must need `{of}`, which must not fan out itself"));
        }
        let schema = source.schema.as_ref().and_then(Schema::value);
        let list = schema.and_then(|s| property(s, path));
        if list.is_none_or(|l| l["type"] != "array" || l["items"]["properties"].get(&each.key).is_none()) {
            return Err(format!(
                "the schema of `{of}` has no list at `{path}` whose items have a `{}`",
                each.key
            ));
        }
        if workflow.loop_of(id).is_some() || step.gate.as_ref().is_some_and(|g| g.pass.is_some()) {
            return Err(format!("step `{id}` fans out: it cannot be in a loop or have a rule at its gate"));
        }
    }
    Ok(())
}

fn property<'v>(schema: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(schema, |at, part| at["properties"].get(part))
}

fn a_loop(workflow: &Workflow, index: usize) -> Result<(), Fault> {
    let own = &workflow.loops[index];
    let at = || At::Id(own.id.clone());
    let say = |reason: String| Err((at(), reason));
    let taken = workflow.steps.iter().any(|s| s.id.as_str() == own.id)
        || workflow.parameters.contains_key(&own.id)
        || workflow.loops[..index].iter().any(|l| l.id == own.id);
    check_name(&own.id).map_err(|reason| (at(), format!("the id of loop `{}` {reason}", own.id)))?;
    if taken {
        return say(format!("loop `{}` is called like a step, a parameter or another loop", own.id));
    }
    let places: Vec<Option<usize>> =
        own.steps.iter().map(|name| workflow.steps.iter().position(|s| s.id == *name)).collect();
    let in_order = places.windows(2).all(|w| w[0].is_some() && w[1] == w[0].map(|n| n + 1));
    if places.is_empty() || places[0].is_none() || !in_order {
        return say(format!("the steps of loop `{}` must be steps that follow each other", own.id));
    }
    for name in &own.steps {
        let step = workflow.step(name).expect("its place was found");
        if step.advisory || step.condition.is_some() {
            return say(format!("step `{name}` of loop `{}` must have no `if` and not be advisory", own.id));
        }
        if workflow.loops[..index].iter().any(|l| l.steps.contains(name)) {
            return say(format!("step `{name}` is in two loops"));
        }
    }
    let asked = own.asked_after().expect("a loop has steps");
    if !own.steps.contains(asked) {
        return say(format!("loop `{}` asks after `{asked}`, which is none of its steps", own.id));
    }
    match &own.limit {
        Amount::Fixed(1..=1000) => {}
        Amount::Fixed(_) => return say("the limit of a loop goes from 1 to 1,000".into()),
        Amount::Parameter(name) => {
            let parameter = workflow.parameters.get(name);
            let fits = parameter.is_some_and(|p| {
                p.kind == ParameterKind::Integer && p.min >= Some(1.0) && p.max.is_some_and(|m| m <= 1000.0)
            });
            if !fits {
                return say(format!(
                    "the limit of loop `{}` is a number, or a parameter of type integer with min 1 and a max",
                    own.id
                ));
            }
        }
    }
    let last = workflow.step(asked).expect("it is one of its steps");
    condition(workflow, &own.until, Some(last), true)
}

/// Checks that a condition names only what is sure to be a number or a truth by then, and comes to a truth.
fn condition(
    workflow: &Workflow,
    expression: &str,
    at: Option<&StepDefinition>,
    own_result: bool,
) -> Result<(), Fault> {
    let refuse = |reason: String| (At::Text(expression.to_owned()), format!("`{expression}`: {reason}"));
    let kind_of = |path: &str| {
        known_type(workflow, path, at, own_result).map(|name| match name {
            "boolean" => Kind::Truth,
            _ => Kind::Number,
        })
    };
    condition::check(expression, &kind_of).map_err(refuse)
}

fn known_type<'w>(
    workflow: &'w Workflow,
    path: &str,
    at: Option<&StepDefinition>,
    own_result: bool,
) -> Result<&'w str, String> {
    if let Some(parameter) = workflow.parameters.get(path) {
        return match parameter.kind {
            ParameterKind::Boolean => Ok("boolean"),
            ParameterKind::Integer | ParameterKind::Number => Ok("number"),
            ParameterKind::String => Err(format!("parameter `{path}` is a text, which cannot be asked")),
        };
    }
    let (name, rest) = path.split_once('.').ok_or_else(|| format!("nothing is called `{path}`"))?;
    if let Some(own) = workflow.loops.iter().find(|l| l.id == name) {
        let inside = at.is_some_and(|s| own.steps.contains(&s.id));
        return match rest {
            "turn" => Ok("number"),
            "met" | "limit" | "stopped" if !inside => Ok("boolean"),
            _ => Err(format!(
                "of a loop there are `turn`, and after it `met`, `limit` and `stopped`: not `{path}`"
            )),
        };
    }
    let step = workflow.steps.iter().find(|s| s.id.as_str() == name);
    let step = step.ok_or_else(|| format!("there is no step, loop or parameter `{name}`"))?;
    let place = |s: &StepDefinition| workflow.steps.iter().position(|o| o.id == s.id);
    let known = at.is_none_or(|at| place(step) < place(at) || (own_result && step.id == at.id));
    if !known {
        return Err(format!("step `{name}` is not done by then"));
    }
    if own_result || step.condition.is_none() {
        let schema = step.schema.as_ref().ok_or_else(|| format!("step `{name}` has no schema"))?;
        if step.optional || !step.severity.is_stop() || step.each.is_some() {
            return Err(format!("step `{name}` may have no result of its own"));
        }
        return schema.required_type(rest);
    }
    Err(format!("step `{name}` may be passed over"))
}

fn versions(workflow: &Workflow) -> Result<(), Fault> {
    let Some(versions) = &workflow.versions else { return Ok(()) };
    let at = || At::Text("[versions]".into());
    let of_step = |path: &str| {
        let (name, rest) = path.split_once('.')?;
        let step = workflow.steps.iter().find(|s| s.id.as_str() == name)?;
        Some((step, rest.to_owned()))
    };
    for path in std::iter::once(&versions.text).chain(&versions.title) {
        let schema = of_step(path).and_then(|(step, rest)| {
            property(step.schema.as_ref()?.value()?, &rest).map(|s| s["type"] == "string")
        });
        if schema != Some(true) {
            return Err((at(), format!("`{path}` must be a text in the result of a step with a schema")));
        }
    }
    for path in &versions.scores {
        let Some((step, rest)) = of_step(path) else {
            return Err((at(), format!("`{path}` must be a number in the result of a step")));
        };
        let kind = step.schema.as_ref().map_or(Err("it has no schema".into()), |s| s.required_type(&rest));
        match kind {
            Ok("number" | "integer") => {}
            Ok(_) => return Err((at(), format!("`{path}` is not a number"))),
            Err(reason) => return Err((at(), format!("`{path}`: {reason}"))),
        }
    }
    Ok(())
}

/// Names that mean something else in conditions and prompts.
const RESERVED: [&str; 12] =
    ["subject", "steps", "parameters", "iteration", "true", "false", "and", "or", "not", "in", "if", "else"];

/// Says what is wrong with the name of a workflow, a step, a loop or a parameter, where something is: `is …`.
pub fn check_name(name: &str) -> Result<(), String> {
    if RESERVED.contains(&name) {
        return Err(format!("is taken: `{name}` means something else in prompts and conditions"));
    }
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Ok(());
    }
    Err("has letters, digits and `_`, and does not begin with a digit".into())
}

fn line_at(source: &str, byte: usize) -> usize {
    source.as_bytes()[..byte.min(source.len())].iter().filter(|b| **b == b'\n').count() + 1
}

fn line_of(source: &str, at: &At) -> usize {
    let lines: Vec<&str> = source.lines().collect();
    let found = match at {
        At::Top(key) => lines.iter().position(|l| begins(l, key)),
        At::Parameter(name) => lines
            .iter()
            .position(|l| l.trim_start().starts_with("[parameters.") && l.contains(name.as_str()))
            .or_else(|| lines.iter().position(|l| begins(l.trim_start_matches('"'), name))),
        At::Id(id) => {
            let quoted = format!("\"{id}\"");
            lines.iter().rposition(|l| l.trim_start().starts_with("id") && l.contains(&quoted))
        }
        At::Text(text) => lines.iter().position(|l| l.contains(text.as_str())),
    };
    found.map_or(1, |index| index + 1)
}

/// Returns whether a line sets a key.
fn begins(line: &str, key: &str) -> bool {
    line.trim_start()
        .strip_prefix(key)
        .is_some_and(|rest| rest.trim_start_matches('"').trim_start().starts_with('='))
}
