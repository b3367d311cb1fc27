//! Checks of typed text: a short text at once, a long one on its own thread, so that keys never wait for it.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::model::Schema;
use crate::rule::complete::{Completion, complete};
use crate::rule::{self, Checked, Context, Namespace, RuleError};

/// Longest text, in bytes, that is checked at once.
pub const MAX_BYTES_AT_ONCE: usize = 16 * 1024;

/// Work for another thread: a long filter to check, or to find suggestions in.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckJob {
    /// Grows with every check: only the newest check's outcome counts.
    pub number: u64,
    /// Text of the filter line.
    pub text: Arc<str>,
    /// True to check the rule; false if only suggestions are needed.
    pub reads_rule: bool,
    /// Byte of the text to suggest at, if suggestions are needed.
    pub cursor: Option<usize>,
    pub schema: Arc<Schema>,
    /// Segments, cells and personas that the text may refer to.
    pub names: Namespace,
    pub today: NaiveDate,
    /// True while more names may still become known.
    pub awaits_names: bool,
}

/// The result of a [`CheckJob`].
#[derive(Debug)]
pub struct CheckOutcome {
    /// Number of the [`CheckJob`].
    pub number: u64,
    /// The rule or its error; `None` if only suggestions were needed.
    pub rule: Option<Result<Checked, RuleError>>,
    pub completion: Option<Completion>,
}

/// Follow-up to a check in progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PendingCheck {
    #[default]
    Stay,
    /// Keep the filter and return to the panes, if the text is a rule.
    Keep,
    /// The person has already returned to the panes. A text that is not a rule is replaced by the last good filter.
    Leave,
}

impl CheckJob {
    /// Checks the text, finds suggestions, or both, as the job asks.
    pub fn run(&self) -> CheckOutcome {
        let cx = Context { schema: &self.schema, names: &self.names, today: self.today };
        CheckOutcome {
            number: self.number,
            rule: self.reads_rule.then(|| check_in(&self.text, &cx, self.awaits_names)),
            completion: self.cursor.map(|cursor| complete(&self.text, cursor, &cx)),
        }
    }
}

/// Checks a rule. While names may still become known, a rule that mentions one is unfinished, not wrong. The places of
/// a good rule's conditions count from the first character that is not blank, as in the query's filter.
pub fn check_in(text: &str, cx: &Context, awaits_names: bool) -> Result<Checked, RuleError> {
    let trimmed = text.trim_start();
    let blanks = text.len() - trimmed.len();
    rule::check(trimmed, cx).map_err(|error| RuleError {
        place: error.place.start + blanks..error.place.end + blanks,
        unfinished: error.unfinished
            || (awaits_names
                && rule::may_name(text, cx.schema.segmentations().iter().map(|column| column.name.as_str()))),
        ..error
    })
}
