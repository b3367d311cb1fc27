//! Profiles one column: its values, their distribution, and its chart.

use super::inquiry::{PlainAnswer, SingleInquiry};
use crate::engine::ProfileQuestion;

/// Inquiry for a column's profile in the filter and in the base.
pub type ProfileInquiry = SingleInquiry<PlainAnswer<ProfileQuestion>>;
