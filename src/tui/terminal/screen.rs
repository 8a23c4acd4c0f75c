//! Frames on their way to the terminal: gathered, written at once, and never a byte that steers it.

use std::io::{self, Write};
use std::sync::Arc;

use crossterm::terminal::{BeginSynchronizedUpdate, Clear, EndSynchronizedUpdate};
use crossterm::{cursor, queue, terminal};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::Modes;
use crate::analysis::clean::is_hostile;

/// Stands for a cell that must not be shown as it is.
static MASKED: Cell = Cell::new("?");

/// A backend that writes each frame with one call, and repeats no cursor command.
pub struct Screen<W: Write> {
    out: W,
    modes: Arc<Modes>,
    frame: Vec<u8>,
    cursor_shown: bool,
    cursor_at: Option<Position>,
}

impl<W: Write> Screen<W> {
    pub(super) fn new(out: W, modes: Arc<Modes>) -> Self {
        Self { out, modes, frame: Vec::with_capacity(16 * 1024), cursor_shown: false, cursor_at: None }
    }

    /// Forgets what it knows of the cursor: someone else had the terminal.
    pub(super) fn forget(&mut self) {
        self.cursor_shown = false;
        self.cursor_at = None;
        self.frame.clear();
    }
}

/// Cells are clean where every screen cleans what it shows. This holds also where one forgot to.
fn safe((x, y, cell): (u16, u16, &Cell)) -> (u16, u16, &Cell) {
    let symbol = cell.symbol();
    let plain = symbol.bytes().all(|b| (0x20..0x7f).contains(&b));
    if plain || !symbol.chars().any(is_hostile) { (x, y, cell) } else { (x, y, &MASKED) }
}

impl<W: Write> Backend for Screen<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.map(safe).peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.cursor_at = None;
        CrosstermBackend::new(&mut self.frame).draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.cursor_shown, false) {
            queue!(self.frame, cursor::Hide)?;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.cursor_shown, true) {
            queue!(self.frame, cursor::Show)?;
        }
        Ok(())
    }

    /// The last known position. Asking the terminal would wait for an answer that the input thread reads.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor_at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor_at.replace(position) != Some(position) {
            queue!(self.frame, cursor::MoveTo(position.x, position.y))?;
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        let region = match region {
            ClearType::All => terminal::ClearType::All,
            ClearType::AfterCursor => terminal::ClearType::FromCursorDown,
            ClearType::BeforeCursor => terminal::ClearType::FromCursorUp,
            ClearType::CurrentLine => terminal::ClearType::CurrentLine,
            ClearType::UntilNewLine => terminal::ClearType::UntilNewLine,
        };
        queue!(self.frame, Clear(region))
    }

    fn size(&self) -> io::Result<Size> {
        terminal::size().map(Size::from)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let size = terminal::window_size()?;
        Ok(WindowSize {
            columns_rows: Size::new(size.columns, size.rows),
            pixels: Size::new(size.width, size.height),
        })
    }

    /// Sends the frame, between the marks of a synchronized update, so that no half of it is seen.
    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let mut begin = Vec::with_capacity(self.frame.len() + 16);
        queue!(begin, BeginSynchronizedUpdate)?;
        begin.append(&mut self.frame);
        queue!(begin, EndSynchronizedUpdate)?;
        let out = &mut self.out;
        self.modes.while_entered(|| {
            out.write_all(&begin)?;
            out.flush()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use ratatui::layout::Rect;
    use ratatui::style::{Modifier, Style};
    use ratatui::{Terminal, TerminalOptions, Viewport};

    use super::*;

    /// Counts the writes that reach it.
    #[derive(Clone, Default)]
    struct Sink(Rc<RefCell<Vec<Vec<u8>>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn terminal() -> (Terminal<Screen<Sink>>, Sink) {
        let sink = Sink::default();
        let (sender, _) = crossbeam_channel::unbounded();
        let modes = Arc::new(Modes::new(super::super::Options::default(), sender));
        modes.pretend_entered();
        let screen = Screen::new(sink.clone(), modes);
        let viewport = Viewport::Fixed(Rect::new(0, 0, 40, 5));
        (Terminal::with_options(screen, TerminalOptions { viewport }).expect("terminal"), sink)
    }

    #[test]
    fn a_frame_is_one_write_and_an_unchanged_one_none() {
        let (mut terminal, sink) = terminal();
        for expected in [1, 1, 1] {
            terminal.draw(|f| f.render_widget("hello", f.area())).expect("drawn");
            assert_eq!(sink.0.borrow().len(), expected);
        }
        terminal
            .draw(|f| {
                f.render_widget("hello", f.area());
                f.set_cursor_position((2, 0));
            })
            .expect("drawn");
        assert_eq!(sink.0.borrow().len(), 2, "the cursor moved");
        terminal
            .draw(|f| {
                f.render_widget("hello", f.area());
                f.set_cursor_position((2, 0));
            })
            .expect("drawn");
        assert_eq!(sink.0.borrow().len(), 2, "the cursor stayed");
    }

    #[test]
    fn a_changed_letter_costs_few_bytes() {
        let (mut terminal, sink) = terminal();
        terminal.draw(|f| f.render_widget("hello", f.area())).expect("drawn");
        terminal.draw(|f| f.render_widget("hallo", f.area())).expect("drawn");
        assert!(sink.0.borrow()[1].len() < 50, "{}", sink.0.borrow()[1].len());
    }

    #[test]
    fn what_a_screen_forgot_to_clean_is_masked() {
        let (mut terminal, sink) = terminal();
        terminal
            .draw(|f| {
                f.buffer_mut()[(0, 0)].set_symbol("\x1b]52;c;x\x07");
                f.buffer_mut()[(0, 1)].set_symbol("a\u{202e}");
                f.buffer_mut()[(1, 1)].set_symbol("é");
            })
            .expect("drawn");
        let written = String::from_utf8(sink.0.borrow()[0].clone()).expect("text");
        assert!(!written.contains("]52") && !written.contains('\u{202e}'), "{written:?}");
        assert!(written.contains("?é"), "{written:?}");
    }

    #[test]
    fn weight_and_reverse_leave_even_where_colour_is_unwanted() {
        crossterm::style::force_color_output(true);
        let (mut terminal, sink) = terminal();
        let style = Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED);
        terminal.draw(|f| f.buffer_mut().set_style(Rect::new(0, 0, 1, 1), style)).expect("drawn");
        let written = String::from_utf8(sink.0.borrow()[0].clone()).expect("text");
        assert!(written.contains("\x1b[1m") && written.contains("\x1b[7m"), "{written:?}");
    }
}
