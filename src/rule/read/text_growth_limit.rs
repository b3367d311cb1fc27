//! Bounds how many times longer a call can make a text: nested calls multiply, and every customer's text is made.

use std::sync::Arc;

use super::super::RuleError;
use super::super::expr::{Expr, Node};
use super::super::functions::FunctionId;
use crate::model::Datum;
use crate::text::numbers;

/// Most times that a rule may make a text as long. `replace` and `repeat` that are nested reach it in a few steps, and a
/// few thousand customers then take a minute.
const MAX_GROWTH: u64 = 10_000;

/// Refuses a call that makes texts too long.
///
/// # Errors
/// Returns an error at the call.
pub(super) fn check_growth(call: &Expr) -> Result<(), RuleError> {
    // Calls that make no text longer need no check: their arguments were checked.
    use FunctionId::{Concat, ConcatWs, Repeat, Replace};
    let Node::Call(Concat | ConcatWs | Repeat | Replace, arguments) = &call.node else { return Ok(()) };
    // A single call is allowed: the engine bounds its texts.
    let is_nested = arguments.iter().any(|argument| growth(argument) > 1);
    match growth(call) {
        ..=MAX_GROWTH => Ok(()),
        _ if !is_nested => Ok(()),
        times => {
            let (times, most) = (numbers::count(times), numbers::count(MAX_GROWTH));
            let message = format!("this makes texts up to {times} times as long: {most} times at most");
            Err(RuleError::new(call.span.clone(), message).with_hint("nest replace and repeat less deeply"))
        }
    }
}

/// Returns how many times longer a value may be than the texts that it is made of, as far as its literals tell.
fn growth(expr: &Expr) -> u64 {
    let Node::Call(function, arguments) = &expr.node else { return 1 };
    let of = |at: usize| arguments.get(at).map_or(1, |argument| growth(argument));
    let text = |at: usize| match arguments.get(at).and_then(|argument| argument.as_literal()) {
        Some(Datum::Text(text)) => Some(text.len() as u64),
        _ => None,
    };
    let all = || arguments.iter().map(|argument: &Arc<Expr>| growth(argument));
    match function {
        FunctionId::Replace => match (text(1), text(2)) {
            (Some(from), Some(to)) => of(0).saturating_mul(to.div_ceil(from.max(1)).max(1)),
            _ => of(0),
        },
        FunctionId::Repeat => match arguments.get(1).and_then(|count| count.as_literal()) {
            Some(Datum::Integer(count)) => of(0).saturating_mul(u64::try_from(*count).unwrap_or(0).max(1)),
            _ => of(0),
        },
        FunctionId::Concat | FunctionId::ConcatWs => all().fold(0, u64::saturating_add),
        _ => all().max().unwrap_or(1),
    }
}
