//! Tables for people: aligned by display width, one line a row whatever the cells hold.

use unicode_width::UnicodeWidthStr as _;

use crate::analysis::clean_line;

/// Which side a column leans to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// A table in the making.
#[derive(Debug)]
pub(super) struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Begins a table; a column whose name starts with `>` leans right.
    pub fn new(columns: &[&str]) -> Self {
        let sides =
            columns.iter().map(|c| if c.starts_with('>') { Side::Right } else { Side::Left }).collect();
        let head = columns.iter().map(|c| c.trim_start_matches('>').to_uppercase()).collect();
        Self { sides, rows: vec![head] }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: &[String; N]) {
        debug_assert_eq!(N, self.sides.len(), "a cell for each column");
        self.rows.push(cells.iter().map(|cell| clean_line(cell).into_owned()).collect());
    }

    /// Returns the lines, or `nothing` when there are no rows.
    pub fn render(&self, nothing: &str) -> String {
        if self.rows.len() == 1 {
            return format!("{nothing}\n");
        }
        let widths: Vec<usize> = (0..self.sides.len())
            .map(|column| self.rows.iter().map(|row| row[column].width()).max().unwrap_or(0))
            .collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, width), side) in row.iter().zip(&widths).zip(&self.sides) {
                let gap = " ".repeat(width - cell.width());
                match side {
                    Side::Left => line.extend([cell.as_str(), &gap]),
                    Side::Right => line.extend([gap.as_str(), cell]),
                }
                line.push_str("  ");
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_display_width_and_a_cell_never_breaks_its_row() {
        let mut table = Table::new(&["id", "title", ">words"]);
        table.row(&["a".into(), "冬の港".into(), "7".into()]);
        table.row(&["long-id".into(), "one\ntwo\u{1b}[31m".into(), "12345".into()]);
        assert_eq!(
            table.render("none"),
            "ID       TITLE    WORDS\na        冬の港       7\nlong-id  one two  12345\n"
        );
        assert_eq!(Table::new(&["id"]).render("no books"), "no books\n");
    }
}
