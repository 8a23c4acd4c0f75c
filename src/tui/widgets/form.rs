//! A label with its field.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::Pen;
use crate::tui::theme::{Role, Theme};

/// Draws the label of a field on one line, and gives back the area for the field: beside the label, or below it
/// where the area is narrower than 40 columns. A refusal stands at the right end, in words.
pub fn row(
    buffer: &mut Buffer,
    area: Rect,
    theme: &Theme,
    label: &str,
    focused: bool,
    refusal: Option<&str>,
) -> Rect {
    let area = area.intersection(buffer.area);
    let label_width = if area.width < 40 { area.width } else { 16 };
    let stacked = area.width < 40;
    let mut pen = Pen::new(buffer, Rect { width: label_width, ..area }, theme);
    let (role, mark) = if focused { (Role::Accent, theme.glyphs.pointer) } else { (Role::Dim, " ") };
    pen.put(role, mark).skip(1).put(if focused { Role::Title } else { Role::Text }, label);
    let mut field = if stacked {
        Rect { y: (area.y + 1).min(area.bottom()), height: area.height.saturating_sub(1), ..area }
    } else {
        Rect { x: area.x + label_width, width: area.width - label_width, ..area }
    };
    if let Some(refusal) = refusal {
        let line = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..field };
        if field.height > 1 {
            field.height -= 1;
            Pen::new(buffer, line, theme).put(Role::Error, refusal);
        } else {
            let mut pen = Pen::new(buffer, line, theme);
            let room = pen.room();
            pen.right(Role::Error, refusal);
            field.width = field.width.saturating_sub(room - pen.room());
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widgets::pen::tests::shown;

    fn drawn(width: u16, height: u16, refusal: Option<&str>) -> (String, Rect) {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        let field = row(&mut buffer, area, &Theme::dark(), "Title", true, refusal);
        (shown(&buffer), field)
    }

    #[test]
    fn the_field_stands_beside_its_label_or_below() {
        assert_eq!(drawn(50, 1, None), ("▸ Title".into(), Rect::new(16, 0, 34, 1)));
        assert_eq!(drawn(30, 2, None), ("▸ Title\n".into(), Rect::new(0, 1, 30, 1)));
        assert!(drawn(0, 0, Some("no")).1.is_empty());
    }

    #[test]
    fn a_refusal_is_in_words() {
        let (text, field) = drawn(50, 2, Some("a title is needed"));
        assert!(text.ends_with("                a title is needed"), "{text}");
        assert_eq!(field, Rect::new(16, 0, 34, 1));
        let (text, field) = drawn(50, 1, Some("needed"));
        assert!(text.ends_with("needed"));
        assert_eq!(field.width, 28);
    }
}
