//! Profiles one column: its values, their distribution, and its chart.

use super::inquiry::{PlainAnswer, Single};
use crate::engine::ProfileQuestion;

/// Inquiry for a column's profile in the filter and in the base.
pub type ProfileInquiry = Single<PlainAnswer<ProfileQuestion>>;
