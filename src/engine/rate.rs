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

    /// Counts a call that begins now, or says when the next one may.
    pub fn take(&mut self, now: Time, per_minute: u32) -> Result<(), Time> {
        while self.begun.front().is_some_and(|t| now.ms_since(*t) >= WINDOW_MS) {
            self.begun.pop_front();
        }
        match self.begun.len().checked_sub(per_minute as usize) {
            Some(over) => Err(self.begun[over].plus_ms(WINDOW_MS)),
            None => {
                self.begun.push_back(now);
                Ok(())
            }
        }
    }

    /// Takes back the call that was counted last: it did not begin.
    pub fn give_back(&mut self) {
        self.begun.pop_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p11_a_full_window_opens_when_its_oldest_call_is_a_minute_old() {
        let mut rate = Rate::since(vec![Time(10_000), Time(5_000)]);
        assert_eq!(rate.take(Time(20_000), 3), Ok(()));
        assert_eq!(rate.take(Time(21_000), 3), Err(Time(65_000)));
        assert_eq!(rate.take(Time(65_000), 3), Ok(()));
        assert_eq!(rate.take(Time(66_000), 1), Err(Time(125_000)));
        rate.give_back();
        assert_eq!(rate.take(Time(67_000), 3), Ok(()));
    }
}
