//! Pieces of SQL with their precedence, so that parentheses stand only where they are needed.

use std::borrow::Cow;
use std::fmt;

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sql {
    pub(super) text: String,
    level: Level,
}

/// Precedence of a piece of SQL, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
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
pub(super) type Said = Result<Sql, String>;

impl Sql {
    pub(super) fn new(level: Level, text: impl Into<String>) -> Self {
        Self { text: text.into(), level }
    }

    pub(super) fn tight(text: impl Into<String>) -> Self {
        Self::new(Level::Tight, text)
    }

    /// Returns the text beside an operator whose operands bind at least as closely as `level`.
    pub(super) fn within(&self, level: Level) -> Cow<'_, str> {
        if self.level >= level { Cow::Borrowed(&self.text) } else { Cow::Owned(format!("({})", self.text)) }
    }

    /// Returns the piece as one operand of any operator.
    pub(super) fn operand(&self) -> Cow<'_, str> {
        self.within(Level::Tight)
    }
}

/// The bare text, as it stands between the parentheses of a call.
impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Returns `name(a, b)`.
pub(super) fn call(name: &str, arguments: &[&Sql]) -> Sql {
    let arguments: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
    Sql::tight(format!("{name}({})", arguments.join(", ")))
}

/// Returns `CAST(x AS kind)`.
pub(super) fn cast(x: &Sql, to: &str) -> Sql {
    Sql::tight(format!("CAST({x} AS {to})"))
}

/// Returns `CASE WHEN condition THEN x END`.
pub(super) fn only_where(condition: &str, x: &Sql) -> Sql {
    Sql::tight(format!("CASE WHEN {condition} THEN {x} END"))
}

/// Returns `a <op> b` for an operator that associates to the left.
pub(super) fn operation(level: Level, a: &Sql, op: &str, b: &Sql) -> Sql {
    let right = if level == Level::Sum { Level::Product } else { Level::Tight };
    Sql::new(level, format!("{} {op} {}", a.within(level), b.within(right)))
}

/// Returns `a <op> b` for a comparison.
pub(super) fn comparison(a: &Sql, op: &str, b: &Sql) -> Sql {
    Sql::new(Level::Compare, format!("{} {op} {}", a.within(Level::Sum), b.within(Level::Sum)))
}

pub(super) fn is_null(x: &Sql) -> Sql {
    Sql::new(Level::Compare, format!("{} IS NULL", x.within(Level::Sum)))
}

/// Prints the texts joined by `||`.
pub(super) fn joined(parts: &[Sql]) -> Sql {
    match parts {
        [] => Sql::tight("''"),
        [only] => only.clone(),
        many => {
            let parts: Vec<_> = many.iter().map(Sql::operand).collect();
            Sql::new(Level::Sum, parts.join(" || "))
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
    fn parentheses_stand_where_the_operator_needs_them() {
        let [a, b, c] = ["a", "b", "c"].map(Sql::tight);
        let sum = operation(Level::Sum, &a, "+", &b);
        assert_eq!(operation(Level::Product, &sum, "*", &c).text, "(a + b) * c");
        assert_eq!(operation(Level::Sum, &sum, "-", &c).text, "a + b - c");
        assert_eq!(operation(Level::Sum, &c, "-", &sum).text, "c - (a + b)");
        assert_eq!(comparison(&sum, "=", &c).text, "a + b = c");
        assert_eq!(comparison(&comparison(&a, "=", &b), "=", &c).text, "(a = b) = c");
        assert_eq!(call("f", &[&sum, &c]).text, "f(a + b, c)");
    }
}
