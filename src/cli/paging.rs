//! Rows of the filter, page by page: a list of millions is never in memory as a whole.

use super::Failure;
use super::open::Opened;
use crate::engine::{Page, PageQuestion};

/// Number of rows that are asked for at a time.
pub const PAGE: usize = 20_000;

/// A page, and its place among those that are asked for.
pub struct PagePart {
    pub page: Page,
    pub is_first: bool,
    pub is_last: bool,
}

/// Asks for at most `limit` rows from `question.offset` on, and passes on each page, until `take` returns false.
///
/// # Errors
/// Returns an error if the engine does not answer, or that of `take`.
pub fn each_page(
    opened: &Opened,
    question: PageQuestion,
    limit: usize,
    mut take: impl FnMut(PagePart) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let mut done = 0;
    loop {
        let size = PAGE.min(limit - done);
        let offset = question.offset.saturating_add(done as u64);
        let page = opened.ask(&PageQuestion { offset, limit: size, ..question.clone() })?;
        let is_first = done == 0;
        done += page.rows.len();
        let is_last = page.rows.len() < PAGE || done >= limit;
        if !take(PagePart { page, is_first, is_last })? || is_last {
            return Ok(());
        }
    }
}
