//! Where an overlay stands, and a clear ground for it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// An area of that size in the middle of another, as far as there is room.
#[must_use]
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// An area at the bottom of another, as for a palette.
#[must_use]
pub fn at_bottom(area: Rect, height: u16) -> Rect {
    let height = height.min(area.height);
    Rect { y: area.bottom() - height, height, ..area }
}

/// Empties the ground of an overlay. A wide character that reaches into it goes whole.
pub fn clear(buffer: &mut Buffer, area: Rect) {
    let area = area.intersection(buffer.area);
    for y in area.top()..area.bottom() {
        if area.x > buffer.area.x
            && let Some(cell) = buffer.cell_mut((area.x - 1, y))
            && super::wrap::width_of(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
        for x in area.left()..area.right() {
            buffer[(x, y)].reset();
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;
    use crate::tui::widgets::pen::tests::shown;

    #[test]
    fn an_overlay_stands_in_the_middle_and_never_outside() {
        let area = Rect::new(2, 1, 20, 9);
        assert_eq!(centered(area, 10, 3), Rect::new(7, 4, 10, 3));
        assert_eq!(centered(area, 99, 99), area);
        assert_eq!(centered(Rect::ZERO, 5, 5), Rect::ZERO);
        assert_eq!(at_bottom(area, 2), Rect::new(2, 8, 20, 2));
    }

    #[test]
    fn its_ground_cuts_no_character_in_half() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        buffer.set_string(0, 0, "雨雨雨雨", Style::new());
        clear(&mut buffer, Rect::new(3, 0, 2, 1));
        assert_eq!(shown(&buffer), "雨    雨");
    }
}
