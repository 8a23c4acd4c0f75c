//! How a revision came to be: the revisions that led to it.

use super::{NamesRun, Read, Reader};
use crate::domain::RevisionId;
use crate::store::blobs;
use crate::store::rows::LineageRow;

impl Reader {
    /// The line of revisions that led to this one, the oldest first and it last: what was edited or restored, and
    /// what stood there when an agent or the author wrote anew. Empty when there is no such revision.
    pub fn lineage(&self, revision: &RevisionId) -> Read<Vec<LineageRow>> {
        self.at_once(|| {
            let Some(n) = revision.run().number(self)? else { return Ok(Vec::new()) };
            let sql = "SELECT r.id, r.number, r.origin, r.parent, r.model, r.text, r.late
                       FROM revisions r JOIN revisions this ON this.run = r.run AND this.step = r.step
                       WHERE r.run = ?1 AND this.id = ?2 ORDER BY r.number";
            let all = self.all(sql, (n, revision.as_str()), |row| {
                Ok(Line {
                    id: row.get(0)?,
                    number: row.get(1)?,
                    origin: row.get(2)?,
                    parent: row.get(3)?,
                    model: row.get(4)?,
                    text: row.get(5)?,
                    late: row.get(6)?,
                })
            })?;
            let mut line: Vec<&Line> = Vec::new();
            let mut next = all.iter().find(|r| r.id == revision.as_str());
            while let Some(at) = next {
                line.push(at);
                next = match at.origin.as_str() {
                    "edit" | "restore" => all.iter().find(|r| Some(&r.id) == at.parent.as_ref()),
                    "import" => None,
                    // What came late was at no gate when this was written.
                    _ => all.iter().rfind(|r| r.number < at.number && !r.late),
                }
                // Numbers go down, whatever a damaged row says.
                .filter(|r| r.number < at.number);
            }
            let rows = line.into_iter().rev().map(|r| {
                Ok(LineageRow {
                    revision: RevisionId::new(r.id.clone()),
                    origin: r.origin.clone(),
                    model: r.model.clone(),
                    text: blobs::get_known(&self.connection, &blobs::hash(&r.text))?,
                })
            });
            rows.collect()
        })
    }
}

/// A revision, before its text is read.
struct Line {
    id: String,
    number: u32,
    origin: String,
    parent: Option<String>,
    model: String,
    text: Vec<u8>,
    late: bool,
}
