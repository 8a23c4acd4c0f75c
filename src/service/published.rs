//! What a run has written to files, compared with where the run stands: a decision that is taken back changes the
//! database, and leaves the author's folders alone.

use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;

use crate::domain::Hash;
use crate::domain::run::{Run, Step};
use crate::engine::Engine;
use crate::store::{Reader, StoreError};

/// The tool that writes files.
const PUBLISH: &str = "publish";

/// Files of a run that are not as the run says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Written by a decision that was taken back or a result that no longer counts, and still there as written.
    pub left: Vec<PathBuf>,
    /// Written by the result that counts, and removed or changed since.
    pub gone: Vec<PathBuf>,
}

impl Published {
    /// Returns what is not as the run says, in words; none where all is.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let listed = |files: &[PathBuf]| {
            let names: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
            names.join(", ")
        };
        match (self.left.is_empty(), self.gone.is_empty()) {
            (true, true) => None,
            (false, true) => Some(format!("published before and still there: {}", listed(&self.left))),
            (true, false) => Some(format!("removed or changed since: {}", listed(&self.gone))),
            (false, false) => Some(format!(
                "published before and still there: {}; removed or changed since: {}",
                listed(&self.left),
                listed(&self.gone)
            )),
        }
    }
}

/// A file as a report of the tool names it.
struct Written {
    path: PathBuf,
    hash: Hash,
}

impl Written {
    fn is_there(&self) -> bool {
        std::fs::read(&self.path).is_ok_and(|content| Hash::of(&content) == self.hash)
    }
}

/// Compares the files that a run wrote with the results that count in it.
pub fn published(engine: &Engine, run: &Run) -> Result<Published, StoreError> {
    let writes = |step: &&Step| run.definition(step).tool.as_deref() == Some(PUBLISH);
    let mut found = Published::default();
    if !run.steps.iter().any(|step| writes(&step)) {
        return Ok(found);
    }
    let reader = engine.store().reader()?;
    for step in run.steps.iter().filter(writes) {
        let counts = step.current_revision();
        let named = counts.map(|r| files(&reader, &r.text.hash)).transpose()?.unwrap_or_default();
        for earlier in step.revisions.iter().filter(|r| counts.is_none_or(|c| c.id != r.id)) {
            let old = files(&reader, &earlier.text.hash)?;
            let old = old.into_iter().filter(|f| named.iter().all(|n| n.path != f.path));
            found.left.extend(old.filter(Written::is_there).map(|f| f.path));
        }
        found.gone.extend(named.into_iter().filter(|f| !f.is_there()).map(|f| f.path));
    }
    for all in [&mut found.left, &mut found.gone] {
        all.sort();
        all.dedup();
    }
    Ok(found)
}

fn files(reader: &Reader, report: &Hash) -> Result<Vec<Written>, StoreError> {
    let report = reader.text(report)?.unwrap_or_default();
    let report: Value = serde_json::from_str(&report).unwrap_or_default();
    let listed = report["files"].as_array().into_iter().flatten();
    let read = |file: &Value| {
        let hash = file["hash"].as_str()?.to_owned();
        Some(Written {
            path: PathBuf::from(file["path"].as_str()?),
            hash: serde_json::from_value(hash.into()).ok()?,
        })
    };
    Ok(listed.filter_map(read).collect())
}
