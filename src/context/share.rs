//! How the tokens of a prompt are shared out.

use crate::domain::manifest::{Budget, Share, Shared};

/// What the author allows a prompt: tokens in all, and of those that the fixed parts leave, how many in a hundred
/// for each kind of part. What style and feedback do not need goes to canon, and what that does not to pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Tokens of the whole prompt.
    pub tokens: u64,
    /// For canon, in percent.
    pub canon: u8,
    /// For earlier pages and their summaries.
    pub pages: u8,
    /// For feedback.
    pub feedback: u8,
    /// For notes on style.
    pub style: u8,
}

/// Keeps the books of one prompt.
#[derive(Debug)]
pub(super) struct Sharing {
    allowance: Allowance,
    shares: Vec<Share>,
}

impl Sharing {
    pub fn new(allowance: Allowance) -> Self {
        Self { allowance, shares: Vec::new() }
    }

    /// Books what must be in, whether it fits or not.
    pub fn fixed(&mut self, used: u64) {
        let allotted = self.allowance.tokens;
        self.shares.push(Share { of: Shared::Fixed, allotted, used });
    }

    /// Opens a kind's share; those after it get what it leaves.
    pub fn open(&mut self, of: Shared) {
        let fixed = self.shares.first().map_or(0, |s| s.used);
        let free = self.allowance.tokens.saturating_sub(fixed);
        let percent = match of {
            Shared::Fixed => 100,
            Shared::Style => self.allowance.style,
            Shared::Feedback => self.allowance.feedback,
            Shared::Canon => self.allowance.canon,
            Shared::Pages => self.allowance.pages,
        };
        let spare = if self.shares.len() > 1 { self.left() } else { 0 };
        let allotted = free * u64::from(percent) / 100 + spare;
        self.shares.push(Share { of, allotted, used: 0 });
    }

    /// Tokens that are left in the open share.
    pub fn left(&self) -> u64 {
        self.shares.last().map_or(0, |s| s.allotted.saturating_sub(s.used))
    }

    /// Takes tokens from the open share, if there are as many.
    pub fn take(&mut self, tokens: u64) -> bool {
        let fits = tokens <= self.left();
        if fits {
            self.force(tokens);
        }
        fits
    }

    /// Takes tokens from the open share, though there may not be as many.
    pub fn force(&mut self, tokens: u64) {
        if let Some(share) = self.shares.last_mut() {
            share.used += tokens;
        }
    }

    pub fn finish(self, factor: f64) -> Budget {
        Budget { tokens: self.allowance.tokens, factor, shares: self.shares }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_share_leaves_goes_to_the_next_and_the_fixed_parts_come_first() {
        let mut sharing =
            Sharing::new(Allowance { tokens: 1_000, canon: 50, pages: 30, feedback: 10, style: 10 });
        sharing.fixed(200);
        sharing.open(Shared::Style);
        assert!(sharing.take(50) && !sharing.take(31), "80 is what style may take");
        sharing.open(Shared::Feedback);
        assert_eq!(sharing.left(), 80 + 30);
        sharing.force(200);
        sharing.open(Shared::Canon);
        assert_eq!(sharing.left(), 400);
        assert!(sharing.take(100));
        sharing.open(Shared::Pages);
        assert_eq!(sharing.left(), 240 + 300);
        assert_eq!(sharing.finish(1.0).shares.len(), 5);
    }

    #[test]
    fn a_beat_that_is_larger_than_all_leaves_no_room() {
        let mut sharing =
            Sharing::new(Allowance { tokens: 100, canon: 45, pages: 35, feedback: 12, style: 8 });
        sharing.fixed(5_000);
        sharing.open(Shared::Canon);
        assert!(!sharing.take(1) && sharing.take(0));
    }
}
