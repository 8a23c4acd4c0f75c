//! How many calls may begin: in any 60 seconds, and at once.

use std::collections::VecDeque;

use crate::domain::Time;

const WINDOW_MS: i64 = 60_000;

/// The calls begun in the last 60 seconds.
#[derive(Debug, Default)]
pub struct Rate {
    begun: VecDeque<Time>,
}

impl Rate {
    /// Takes over the calls that the journal knows of, so that a restart does not begin a new window.
    pub fn since(mut begun: Vec<Time>) -> Self {
        begun.sort_unstable();
        Self { begun: begun.into() }
    }

    /// Returns when the next call may begin: now, or later.
    pub fn next_at(&mut self, now: Time, per_minute: u32) -> Time {
        while self.begun.front().is_some_and(|t| now.ms_since(*t) >= WINDOW_MS) {
            self.begun.pop_front();
        }
        let most = per_minute as usize;
        match self.begun.len().checked_sub(most) {
            Some(over) => self.begun[over].plus_ms(WINDOW_MS),
            None => now,
        }
    }

    /// Counts a call.
    pub fn count(&mut self, at: Time) {
        self.begun.push_back(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p11_a_full_window_opens_when_its_oldest_call_is_a_minute_old() {
        let mut rate = Rate::since(vec![Time(10_000), Time(5_000)]);
        assert_eq!(rate.next_at(Time(20_000), 3), Time(20_000));
        rate.count(Time(20_000));
        assert_eq!(rate.next_at(Time(21_000), 3), Time(65_000));
        assert_eq!(rate.next_at(Time(65_000), 3), Time(65_000));
        assert_eq!(rate.next_at(Time(66_000), 1), Time(80_000));
    }
}
