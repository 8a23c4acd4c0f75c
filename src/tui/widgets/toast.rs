//! Messages that go by themselves. The clock is the caller's.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::Pen;
use crate::tui::theme::{Role, Theme};

/// How long a message stays, and a failure.
const STAY: Duration = Duration::from_secs(4);
const STAY_FAILED: Duration = Duration::from_secs(12);
/// Messages that wait their turn; older ones go first.
const QUEUE: usize = 8;

/// Messages, one shown at a time.
#[derive(Debug, Clone, Default)]
pub struct Toasts {
    queue: VecDeque<(Role, String)>,
    until: Option<Instant>,
}

impl Toasts {
    /// Says something; `role` is Success, Warning, Error or Text. What is said twice is shown once.
    pub fn say(&mut self, role: Role, text: impl Into<String>, now: Instant) {
        let text = text.into();
        if self.queue.back().is_some_and(|(r, t)| *r == role && *t == text) {
            return;
        }
        if self.queue.len() == QUEUE {
            self.queue.remove(1);
        }
        self.queue.push_back((role, text));
        if self.queue.len() == 1 {
            self.begin(now);
        }
    }

    /// Lets go what was shown long enough. True if the screen has to be drawn again.
    pub fn tick(&mut self, now: Instant) -> bool {
        let over = self.until.is_some_and(|until| now >= until);
        if over {
            self.dismiss(now);
        }
        over
    }

    /// Lets the shown message go.
    pub fn dismiss(&mut self, now: Instant) {
        self.queue.pop_front();
        self.begin(now);
    }

    /// When [`tick`](Self::tick) is due; None while there is nothing to wait for.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.until
    }

    /// What is shown now.
    #[must_use]
    pub fn current(&self) -> Option<(Role, &str)> {
        self.queue.front().map(|(role, text)| (*role, text.as_str()))
    }

    /// Draws the message on one line; a failure begins with a mark, not with a colour alone.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let Some((role, text)) = self.current() else { return };
        let mark = match role {
            Role::Error => theme.glyphs.failed,
            Role::Warning => theme.glyphs.waiting,
            Role::Success => theme.glyphs.done,
            _ => theme.glyphs.separator,
        };
        Pen::new(buffer, area, theme).put(role, mark).skip(1).put(role, text);
    }

    fn begin(&mut self, now: Instant) {
        let stay = |role: Role| if role == Role::Error { STAY_FAILED } else { STAY };
        self.until = self.queue.front().map(|(role, _)| now + stay(*role));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_one_after_the_other_and_go() {
        let start = Instant::now();
        let mut toasts = Toasts::default();
        toasts.say(Role::Success, "approved", start);
        toasts.say(Role::Error, "refused", start);
        toasts.say(Role::Error, "refused", start);
        assert_eq!(toasts.current(), Some((Role::Success, "approved")));
        assert!(!toasts.tick(start + Duration::from_secs(1)));
        assert!(toasts.tick(start + STAY));
        assert_eq!(toasts.current(), Some((Role::Error, "refused")));
        assert!(toasts.tick(start + STAY + STAY_FAILED));
        assert_eq!((toasts.current(), toasts.deadline()), (None, None));
    }

    #[test]
    fn a_flood_drops_the_oldest_that_wait() {
        let now = Instant::now();
        let mut toasts = Toasts::default();
        for n in 0..50 {
            toasts.say(Role::Text, format!("message {n}"), now);
        }
        assert_eq!(toasts.queue.len(), QUEUE);
        assert_eq!(toasts.current(), Some((Role::Text, "message 0")));
        assert_eq!(toasts.queue.back().map(|(_, t)| t.as_str()), Some("message 49"));
    }
}
