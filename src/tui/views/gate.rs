//! What is read for the gate of a book: the texts that findings stand in, and what publishing would write.

use std::sync::Arc;

use super::{Answer, Ask, Unmade, Views};
use crate::domain::PageId;
use crate::engine::publish::{Order, Report};

impl Views {
    /// A page's text as it stands; the inner none means that it has none.
    #[must_use]
    pub fn page_text(&self, page: &PageId) -> Option<Option<&Arc<str>>> {
        match self.get(&Ask::PageText(page.clone()))? {
            Answer::PageText(text) => Some(text.as_ref()),
            _ => None,
        }
    }

    /// What publishing would write, or why it would write nothing.
    #[must_use]
    pub fn plan(&self, order: &Order) -> Option<&Result<Arc<Report>, Unmade>> {
        match self.get(&Ask::Plan(Box::new(order.clone())))? {
            Answer::Plan(plan) => Some(plan),
            _ => None,
        }
    }
}
