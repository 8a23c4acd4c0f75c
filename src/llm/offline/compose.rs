//! What the offline author writes.

use crate::llm::Material;

pub(super) fn compose(material: &Material) -> String {
    format!("{}\n", material.beat)
}
