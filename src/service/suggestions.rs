//! A review's report without some of its suggestions: what the author refuses is not passed on.

use serde_json::Value;

use super::ServiceError;
use crate::domain::run::{Phase, Run, RunCommand};
use crate::domain::{RevisionId, StepName};
use crate::store::Reader;

/// Returns a report without the suggestions at places that are refused, counted from 0; none where it has no list of
/// them.
#[must_use]
pub fn without(report: &str, is_refused: impl Fn(usize) -> bool) -> Option<String> {
    let mut report: Value = serde_json::from_str(report).ok()?;
    drop_from(report["suggestions"].as_array_mut()?, is_refused);
    Some(report.to_string())
}

fn drop_from(suggestions: &mut Vec<Value>, is_refused: impl Fn(usize) -> bool) {
    let mut place = 0;
    suggestions.retain(|_| {
        place += 1;
        !is_refused(place - 1)
    });
}

/// Returns the command that approves the report at a gate without these suggestions, numbered from 1 in its order.
///
/// # Errors
/// Refuses where no report is at a gate, numbers that it does not have, and an empty list.
pub fn approve_without(
    reader: &Reader,
    run: &Run,
    step: Option<&StepName>,
    seen: Option<RevisionId>,
    numbers: &[usize],
) -> Result<RunCommand, ServiceError> {
    let at_gate = |name: &&StepName| run.step(name).is_some_and(|s| matches!(s.phase, Phase::Gate { .. }));
    let step = step.or_else(|| run.steps.iter().map(|s| &s.name).find(at_gate)).filter(at_gate);
    let none = || ServiceError::usage("no report waits for you", "`galley run show` says where the run is");
    let step = step.ok_or_else(none)?;
    let current = run.step(step).and_then(|s| s.current_revision()).ok_or_else(none)?;
    let text = reader.text(&current.text.hash)?.unwrap_or_default();
    let mut report: Value = serde_json::from_str(&text).unwrap_or_default();
    let Some(suggestions) = report["suggestions"].as_array_mut() else {
        let hint = "`galley run approve` takes it as it is, `galley run edit` changes it";
        return Err(ServiceError::usage(format!("{step} is not a report with suggestions"), hint));
    };
    let count = suggestions.len();
    let hint = "`galley run show RUN --step STEP` lists them";
    if let Some(number) = numbers.iter().find(|n| !(1..=count).contains(n)) {
        return Err(ServiceError::usage(format!("there is no suggestion {number}; there are {count}"), hint));
    }
    if numbers.is_empty() {
        return Err(ServiceError::usage("no suggestion is named", hint));
    }
    drop_from(suggestions, |place| numbers.contains(&(place + 1)));
    let revision = seen.or_else(|| Some(current.id.clone()));
    Ok(RunCommand::Edit { step: Some(step.clone()), revision, text: report.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_keeps_all_but_what_was_refused() {
        let report =
            r#"{"quality_score": 70, "suggestions": [{"where": "a"}, {"where": "b"}, {"where": "c"}]}"#;
        let kept: Value = serde_json::from_str(&without(report, |place| place != 1).unwrap()).unwrap();
        assert_eq!(kept, serde_json::json!({"quality_score": 70, "suggestions": [{"where": "b"}]}));
        assert_eq!(without("no data", |_| true), None);
        assert_eq!(without(r#"{"suggestions": 3}"#, |_| true), None);
    }
}
