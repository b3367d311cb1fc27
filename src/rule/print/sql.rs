//! Pieces of SQL with their precedence, so that parentheses stand only where they are needed.

use std::borrow::Cow;
use std::fmt;

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SqlPiece {
    pub(super) text: String,
    level: Precedence,
}

/// Precedence of a piece of SQL, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precedence {
    Or,
    And,
    Not,
    /// Comparisons, `IS`, `IN`, `LIKE`.
    Compare,
    /// `+`, `-` and `||`.
    Sum,
    Product,
    /// One word, a call, or anything in parentheses.
    Tight,
}

/// A piece of SQL, or the reason why the dialect has none.
pub(super) type Printed = Result<SqlPiece, String>;

impl SqlPiece {
    pub(super) fn new(level: Precedence, text: impl Into<String>) -> Self {
        Self { text: text.into(), level }
    }

    pub(super) fn tight(text: impl Into<String>) -> Self {
        Self::new(Precedence::Tight, text)
    }

    /// Returns the text beside an operator whose operands bind at least as closely as `level`.
    pub(super) fn within(&self, level: Precedence) -> Cow<'_, str> {
        if self.level >= level { Cow::Borrowed(&self.text) } else { Cow::Owned(format!("({})", self.text)) }
    }

    /// Returns the piece as one operand of any operator.
    pub(super) fn operand(&self) -> Cow<'_, str> {
        self.within(Precedence::Tight)
    }
}

/// The bare text, as it stands between the parentheses of a call.
impl fmt::Display for SqlPiece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Returns `name(a, b)`.
pub(super) fn call(name: &str, arguments: &[&SqlPiece]) -> SqlPiece {
    let arguments: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
    SqlPiece::tight(format!("{name}({})", arguments.join(", ")))
}

/// Returns `CAST(x AS kind)`.
pub(super) fn cast(x: &SqlPiece, to: &str) -> SqlPiece {
    SqlPiece::tight(format!("CAST({x} AS {to})"))
}

/// Returns `CASE WHEN condition THEN x END`.
pub(super) fn only_where(condition: &str, x: &SqlPiece) -> SqlPiece {
    SqlPiece::tight(format!("CASE WHEN {condition} THEN {x} END"))
}

/// Returns `a <op> b` for an operator that associates to the left.
pub(super) fn operation(level: Precedence, a: &SqlPiece, op: &str, b: &SqlPiece) -> SqlPiece {
    let right = if level == Precedence::Sum { Precedence::Product } else { Precedence::Tight };
    SqlPiece::new(level, format!("{} {op} {}", a.within(level), b.within(right)))
}

/// Returns `a <op> b` for a comparison.
pub(super) fn comparison(a: &SqlPiece, op: &str, b: &SqlPiece) -> SqlPiece {
    SqlPiece::new(Precedence::Compare, format!("{} {op} {}", a.within(Precedence::Sum), b.within(Precedence::Sum)))
}

pub(super) fn is_null(x: &SqlPiece) -> SqlPiece {
    SqlPiece::new(Precedence::Compare, format!("{} IS NULL", x.within(Precedence::Sum)))
}

/// Prints the texts joined by `||`.
pub(super) fn joined(parts: &[SqlPiece]) -> SqlPiece {
    match parts {
        [] => SqlPiece::tight("''"),
        [only] => only.clone(),
        many => {
            let parts: Vec<_> = many.iter().map(SqlPiece::operand).collect();
            SqlPiece::new(Precedence::Sum, parts.join(" || "))
        }
    }
}

/// Returns a name or text between quotes, with those inside doubled.
pub(super) fn doubled(text: &str, quote: char) -> String {
    let twice: String = [quote, quote].iter().collect();
    format!("{quote}{}{quote}", text.replace(quote, &twice))
}

/// Returns a text or name in quotes, for engines that read backslashes. `special` returns the escapes of some
/// characters.
pub(super) fn backslashed(text: &str, quote: char, special: impl Fn(char) -> Option<String>) -> String {
    let mut quoted = String::from(quote);
    for c in text.chars() {
        match special(c) {
            Some(written) => quoted.push_str(&written),
            None if c == quote || c == '\\' => quoted.extend(['\\', c]),
            None => quoted.push(c),
        }
    }
    quoted.push(quote);
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_follow_precedence() {
        let [a, b, c] = ["a", "b", "c"].map(SqlPiece::tight);
        let sum = operation(Precedence::Sum, &a, "+", &b);
        assert_eq!(operation(Precedence::Product, &sum, "*", &c).text, "(a + b) * c");
        assert_eq!(operation(Precedence::Sum, &sum, "-", &c).text, "a + b - c");
        assert_eq!(operation(Precedence::Sum, &c, "-", &sum).text, "c - (a + b)");
        assert_eq!(comparison(&sum, "=", &c).text, "a + b = c");
        assert_eq!(comparison(&comparison(&a, "=", &b), "=", &c).text, "(a = b) = c");
        assert_eq!(call("f", &[&sum, &c]).text, "f(a + b, c)");
    }
}
