//! One column: its values, how they spread, and its chart.

use super::inquiry::{Itself, Single};
use crate::engine::ProfileQuestion;

/// A column's profile in the filter and in the base.
pub type ProfileInquiry = Single<Itself<ProfileQuestion>>;
