//! What the doctor asks.

use super::{Read, Reader};
use crate::store::StoreError;

impl Reader {
    /// Changes whenever another connection, of this process or another, has committed.
    pub fn data_version(&self) -> Read<i64> {
        Ok(self.connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
    }

    /// What `PRAGMA integrity_check` finds; empty when all is well.
    pub fn integrity_check(&self) -> Read<Vec<String>> {
        crate::store::doctor::integrity(&self.connection)
    }

    /// The number of rows of every table.
    pub fn counts(&self) -> Read<Vec<(String, u64)>> {
        let tables = self.all(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
             AND name NOT LIKE 'page_search%' AND name NOT LIKE 'entry_search%' AND name NOT LIKE 'refinery_%'
             AND name <> 'log_mark' ORDER BY name",
            [],
            |row| Ok(row.get::<_, String>(0)?),
        )?;
        let count = |table: String| {
            let rows: i64 =
                self.connection
                    .query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0))?;
            Ok::<_, StoreError>((table, rows as u64))
        };
        tables.into_iter().map(count).collect()
    }
}
