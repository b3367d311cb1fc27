//! Checking what is typed: a short text at once, a long one on a thread of its own, so that keys never wait for it.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::model::Schema;
use crate::rule::complete::{Completion, complete};
use crate::rule::{self, Checked, Context, Names, RuleError};

/// Bytes of a text that is still checked at once.
pub const LONGEST_AT_ONCE: usize = 16 * 1024;

/// Work for another thread: a long filter to check, or to find suggestions in.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Grows from check to check: only the newest one's outcome counts.
    pub number: u64,
    pub text: Arc<str>,
    /// The rule is to be read; else only suggestions are wanted.
    pub reads_rule: bool,
    /// The byte of the text at which something could be typed next, if suggestions are wanted.
    pub cursor: Option<usize>,
    pub schema: Arc<Schema>,
    pub names: Names,
    pub today: NaiveDate,
    /// More names will come to be known.
    pub awaits_names: bool,
}

/// The result of a [`Check`].
#[derive(Debug)]
pub struct CheckOutcome {
    pub number: u64,
    pub rule: Option<Result<Checked, RuleError>>,
    pub completion: Option<Completion>,
}

/// A check that is under way, and what the person wants done once it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PendingCheck {
    #[default]
    Stay,
    /// Keep the filter and return to the panes, if it is a rule.
    Keep,
    /// The person has returned to the panes already. A text that is no rule gives way to the last good filter.
    Leave,
}

impl Check {
    pub fn run(&self) -> CheckOutcome {
        let cx = Context { schema: &self.schema, names: &self.names, today: self.today };
        CheckOutcome {
            number: self.number,
            rule: self.reads_rule.then(|| check(&self.text, &cx, self.awaits_names)),
            completion: self.cursor.map(|cursor| complete(&self.text, cursor, &cx)),
        }
    }
}

/// Checks a rule. One with a name that may still come to be known is unfinished, not wrong. The places of a good rule's
/// conditions are those in the text without the blanks before it, as the query has it.
pub fn check(text: &str, cx: &Context, awaits_names: bool) -> Result<Checked, RuleError> {
    let trimmed = text.trim_start();
    let blanks = text.len() - trimmed.len();
    rule::check(trimmed, cx).map_err(|error| RuleError {
        place: error.place.start + blanks..error.place.end + blanks,
        unfinished: error.unfinished || (awaits_names && rule::may_name(text)),
        ..error
    })
}
