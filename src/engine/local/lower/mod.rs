//! Evaluates the expressions of rules over blocks of rows, directly on the typed tree: without a query plan and
//! without SQL.
//!
//! Each node is evaluated for all rows of a block before its parent node (`vector`, `loops`). Blocks are small enough
//! for intermediate values to stay in the first-level cache. The semantics are those of SQL: the result of a null is
//! null, unless a function defines it otherwise. No value causes an error: overflow, undefined results and failed
//! casts are null. DuckDB is the reference for the result of an operation; comments name the exceptions.
//!
//! | file | nodes |
//! | --- | --- |
//! | `logic` | AND, OR, NOT, IS, CASE, COALESCE, GREATEST |
//! | `compare`, `members` | comparisons, IS NOT DISTINCT FROM, IN |
//! | `arithmetic`, `numbers` | operators and functions of numbers |
//! | `texts`, `like`, `regular` | functions of texts, LIKE, regular expressions |
//! | `dates`, `format` | parts, units, differences and shifts of dates; STRFTIME |
//! | `cast` | CAST |
//! | `rows` | columns to vectors, and vectors to columns |

mod arithmetic;
mod cast;
mod compare;
mod dates;
mod format;
mod like;
mod logic;
mod members;
mod numbers;
mod regular;
mod rows;
/// Number of microseconds in a day.
pub const DAY: i64 = 86_400_000_000;

#[cfg(test)]
mod tests;
mod texts;
mod vector;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

pub use self::members::{Members, float_key};
use self::regular::CompiledPatterns;
pub use self::rows::{Distinct, NamedColumns, ValueSource, column};
use self::vector::loops;
pub use self::vector::{LoopOperand, TruthVector, Vector};
use super::column::CHUNK;
use crate::engine::{Cancel, EngineError};
use crate::model::ColumnType;
use crate::rule::functions::FunctionId;
use crate::rule::{Expr, Node};

/// Number of rows that are evaluated at once, so that the values of a few columns fit the first-level cache.
const BLOCK: usize = 4096;
/// Number of rows down to which a block is halved.
const MIN_BLOCK: usize = 64;
/// Maximum bytes of the texts of one node in a block. A block that needs more is halved.
const TEXT_BYTES: usize = 16 << 20;

/// An expression with everything that is prepared once and used for all blocks.
pub struct Evaluator<'e> {
    expr: &'e Expr,
    patterns: CompiledPatterns,
    /// Converted literals of IN, by the address of the list, which stays valid while the expression exists.
    lists: HashMap<usize, Members>,
}

/// Reason why an expression cannot be evaluated.
#[derive(Debug, Clone, PartialEq)]
pub enum EvaluationError {
    /// The texts of a node take more memory than the block's limit, as a rule [`TEXT_BYTES`].
    TooLong,
    /// An operand has a kind that the operation does not take: an internal error, since the check of the rule should
    /// have refused it.
    WrongKind {
        found: ColumnType,
        wanted: &'static str,
    },
    NoColumn(String),
    Engine(EngineError),
}

impl From<EvaluationError> for EngineError {
    fn from(error: EvaluationError) -> Self {
        EngineError::Failed(match error {
            EvaluationError::TooLong => "the texts that this rule makes take too much memory".into(),
            EvaluationError::WrongKind { found, wanted } => {
                format!("this rule cannot be evaluated: it has a value of kind {found} in the place of {wanted}")
            }
            EvaluationError::NoColumn(name) => format!("the column {name} was not read"),
            EvaluationError::Engine(error) => return error,
        })
    }
}

impl<'e> Evaluator<'e> {
    /// Prepares an expression.
    ///
    /// # Errors
    /// Returns an error if a pattern of the expression cannot be compiled.
    pub fn new(expr: &'e Expr) -> Result<Self, EngineError> {
        let mut patterns = CompiledPatterns::default();
        let mut lists = HashMap::new();
        let mut failed = None;
        expr.visit(&mut |expr| match &expr.node {
            Node::In { value, list, .. } => {
                lists.insert(Arc::as_ptr(list).addr(), Members::new(list, value.kind));
            }
            _ => failed = failed.take().or(patterns.prepare(expr).err()),
        });
        match failed {
            Some(reason) => Err(EngineError::Failed(reason)),
            None => Ok(Self { expr, patterns, lists }),
        }
    }

    /// Evaluates the expression for the rows, and calls `take` with each block's rows and values in order. Values
    /// that are the same in all rows come as a vector of length 1. If the first row is a multiple of 64, so is the
    /// start of each block.
    pub fn each_block(
        &self,
        source: &dyn ValueSource,
        rows: Range<usize>,
        cancel: &Cancel,
        mut take: impl FnMut(Range<usize>, Vector) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        let (mut start, mut size) = (rows.start, BLOCK);
        while start < rows.end {
            cancel.check()?;
            // A block never extends over two chunks of a column of text, so that its texts are contiguous.
            let end = rows.end.min(start + size).min((start / CHUNK + 1) * CHUNK);
            let limit = if size > MIN_BLOCK { TEXT_BYTES } else { usize::MAX };
            let evaluation = Evaluation { evaluator: self, source, rows: start..end, limit };
            match evaluation.value(self.expr) {
                Err(EvaluationError::TooLong) if size > MIN_BLOCK => size /= 2,
                Err(error) => return Err(error.into()),
                Ok(values) => {
                    take(start..end, values)?;
                    start = end;
                    size = (size * 2).min(BLOCK);
                }
            }
        }
        Ok(())
    }
}

/// The evaluation of one block.
struct Evaluation<'s> {
    evaluator: &'s Evaluator<'s>,
    source: &'s dyn ValueSource,
    rows: Range<usize>,
    /// Maximum bytes of the texts of one node; see [`TEXT_BYTES`].
    limit: usize,
}

type Evaluated<'s> = Result<Vector<'s>, EvaluationError>;

impl<'s> Evaluation<'s> {
    fn value(&self, expr: &Expr) -> Evaluated<'s> {
        match &expr.node {
            Node::Literal(value) => Ok(Vector::from_literal(value)),
            Node::Column(_) | Node::Persona | Node::Computed(_) => self.source.read(expr, self.rows.clone()),
            Node::Reference { rule, .. } => self.value(rule.expr()),
            Node::And(parts) => self.chain(parts, true),
            Node::Or(parts) => self.chain(parts, false),
            Node::Not(part) => Ok(Vector::Truth(logic::not(self.truths(part)?))),
            Node::IsTrue(part) => Ok(Vector::Truth(logic::is_true(&self.truths(part)?))),
            Node::IsNull(part) => Ok(Vector::Truth(logic::is_null(&self.value(part)?))),
            Node::Compare(op, left, right) => compare::compare(*op, self.value(left)?, self.value(right)?),
            Node::Same(left, right) => compare::same(self.value(left)?, self.value(right)?),
            Node::Between { value, low, high } => {
                logic::between(self.value(value)?, self.value(low)?, self.value(high)?)
            }
            Node::In { value, list, .. } => {
                let members = self.evaluator.lists.get(&Arc::as_ptr(list).addr());
                members::contained(self.value(value)?, list, members)
            }
            Node::Like { value, pattern, escape, any_case } => {
                like::like(self.value(value)?, self.value(pattern)?, *escape, *any_case)
            }
            Node::Matches { value, pattern } => regular::matches(self.value(value)?, pattern, &self.evaluator.patterns),
            Node::Arithmetic(op, left, right) => {
                arithmetic::arithmetic(*op, self.value(left)?, self.value(right)?, expr.kind)
            }
            Node::Shift(part, interval) => dates::shifted(self.value(part)?, *interval),
            Node::DatePart(field, part) => dates::part(*field, self.value(part)?),
            Node::DateTrunc(field, part) => dates::truncated(*field, self.value(part)?, expr.kind),
            Node::DateDiff(field, from, to) => dates::difference(*field, self.value(from)?, self.value(to)?),
            Node::Call(function, arguments) => self.call(*function, arguments, expr.kind),
            Node::Case { whens, otherwise } => self.case(whens, otherwise.as_deref(), expr.kind),
            Node::Cast(part, to) => cast::cast(self.value(part)?, *to, self.limit),
        }
    }

    fn truths(&self, expr: &Expr) -> Result<TruthVector, EvaluationError> {
        self.value(expr)?.into_truths()
    }

    fn call(&self, function: FunctionId, arguments: &[Arc<Expr>], kind: ColumnType) -> Evaluated<'s> {
        use FunctionId as Id;
        let mut values = arguments.iter().map(|argument| self.value(argument)).collect::<Result<Vec<_>, _>>()?;
        match function {
            Id::Coalesce => return logic::coalesce(values, kind, self.limit),
            Id::Greatest | Id::Least => return logic::extreme(values, function == Id::Greatest, kind, self.limit),
            Id::Concat | Id::ConcatWs => return texts::concatenated(values, function == Id::ConcatWs, self.limit),
            _ => {}
        }
        if values.is_empty() || values.iter().any(|value| matches!(value, Vector::Null)) {
            return Ok(Vector::Null);
        }
        let first = values.remove(0);
        match function {
            Id::RegexpExtract => regular::extracted(first, values, &self.evaluator.patterns, self.limit),
            Id::RegexpReplace => regular::replaced(first, values, &self.evaluator.patterns, self.limit),
            Id::Strftime => format::formatted(first, values, self.limit),
            _ if first.is_number() => numbers::call(function, first, values, kind),
            _ => texts::call(function, first, values, self.limit),
        }
    }
}
