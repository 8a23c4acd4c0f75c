//! The workflows and schemas that come with Galley, in the binary.

use serde_json::Value;

use super::Workflow;

/// The workflows: name and source.
pub const WORKFLOWS: [(&str, &str); 3] = [
    ("page", include_str!("../../../assets/workflows/page.toml")),
    ("story", include_str!("../../../assets/workflows/story.toml")),
    ("publish", include_str!("../../../assets/workflows/publish.toml")),
];

/// The schemas: name and source.
pub const SCHEMAS: [(&str, &str); 6] = [
    ("review_report", include_str!("../../../assets/schemas/review_report.json")),
    ("coherence_report", include_str!("../../../assets/schemas/coherence_report.json")),
    ("coherence_findings", include_str!("../../../assets/schemas/coherence_findings.json")),
    ("publish_report", include_str!("../../../assets/schemas/publish_report.json")),
    ("word_count", include_str!("../../../assets/schemas/word_count.json")),
    ("polish", include_str!("../../../assets/schemas/polish.json")),
];

/// Returns a schema that ships.
#[must_use]
pub fn shipped_schema(name: &str) -> Option<Value> {
    let (_, source) = SCHEMAS.iter().find(|(known, _)| *known == name)?;
    Some(serde_json::from_str(source).expect("the shipped schemas are valid; a test reads them"))
}

/// Returns a workflow that ships.
pub(super) fn workflow(id: &str) -> Option<Workflow> {
    let (_, source) = WORKFLOWS.iter().find(|(known, _)| *known == id)?;
    let file = format!("assets/workflows/{id}.toml");
    Some(
        Workflow::parse(&file, source, shipped_schema)
            .expect("the shipped workflows are valid; a test reads them"),
    )
}
