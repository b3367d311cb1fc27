//! Patterns and functions of texts in a dialect.

use super::super::like::{LikePiece, escaped_like, has_special};
use super::super::patterns::RegexPattern;
use super::super::sql::{Precedence, Printed, SqlPiece, call, comparison, joined};
use super::{Literals, Operand, repeatable};
use crate::rule::functions::{self, FunctionId};

/// Patterns and functions of texts in a dialect.
pub(in crate::rule::print) trait TextSyntax: Literals {
    /// Prints the text so that `<` and `>` compare its bytes.
    fn in_byte_order(&self, x: &SqlPiece) -> SqlPiece {
        x.clone()
    }

    /// Prints `LIKE` with a pattern in quotes.
    fn like(&self, x: &Operand, pattern: &[LikePiece]) -> Printed {
        if !has_special(pattern, "%_\\") {
            return Ok(comparison(&x.sql, "LIKE", &self.text(&escaped_like(pattern, "", "\\"))?));
        }
        let (text, escape) = (self.text(&escaped_like(pattern, "%_!", "!"))?, self.text("!")?);
        Ok(SqlPiece::new(Precedence::Compare, format!("{} LIKE {text} ESCAPE {escape}", x.sql.within(Precedence::Sum))))
    }

    /// Prints `LIKE` with a pattern that is computed.
    fn like_computed(&self, x: &Operand, pattern: &SqlPiece, escape: Option<char>) -> Printed {
        let like = comparison(&x.sql, "LIKE", pattern);
        Ok(match escape {
            Some(escape) => {
                SqlPiece::new(Precedence::Compare, format!("{like} ESCAPE {}", self.text(&escape.to_string())?))
            }
            None => like,
        })
    }

    /// Prints the condition that the regular expression is found somewhere in the text.
    fn matches(&self, x: &SqlPiece, pattern: &RegexPattern) -> Printed;

    fn regexp_extract(&self, x: &SqlPiece, pattern: &RegexPattern, group: usize) -> Printed;

    /// Prints the text with matches replaced. `replacement` has `\1` for the first group, `\0` for the whole match and
    /// `\\` for a backslash.
    fn regexp_replace(&self, x: &SqlPiece, pattern: &RegexPattern, replacement: &str, all: bool) -> Printed;

    /// Returns true if `LOWER` and `UPPER` change only the letters A to Z. Beside ASCII texts that makes no difference.
    fn changes_ascii_only(&self) -> bool {
        false
    }

    /// Prints a function of texts, or of values of any one kind. Arguments have been checked against the table of
    /// functions.
    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        default_function(self, id, arguments)
    }

    /// Prints the first eight digits of a text's MD5 in lower-case hexadecimal: the same on all engines and in all of
    /// their versions, unlike the engines' own hashes.
    fn text_hash(&self, text: &SqlPiece) -> Printed {
        Ok(call("SUBSTR", &[&call("MD5", &[text]), &SqlPiece::tight("1"), &SqlPiece::tight("8")]))
    }

    /// Prints the part before the first occurrence of a text.
    fn before(&self, x: &SqlPiece, until: &str) -> Printed {
        Ok(call("SPLIT_PART", &[x, &self.text(until)?, &SqlPiece::tight("1")]))
    }
}

/// Prints a function as PostgreSQL, DuckDB and most others write it: by the name that rules have for it.
pub(in crate::rule::print) fn default_function<S: Literals + ?Sized>(
    syntax: &S,
    id: FunctionId,
    arguments: &[Operand],
) -> Printed {
    let sqls: Vec<&SqlPiece> = arguments.iter().map(|argument| &argument.sql).collect();
    let with_default = |name: &str, default: &str| {
        let default = syntax.text(default)?;
        let given = if sqls.len() == 2 && id_is_pad(id) { vec![sqls[0], sqls[1], &default] } else { sqls.clone() };
        Ok(call(name, &given))
    };
    let name = match id {
        FunctionId::Trim | FunctionId::Ltrim | FunctionId::Rtrim => {
            let name = trim_name(id);
            let blank = syntax.text(" ")?;
            let characters = sqls.get(1).copied().unwrap_or(&blank);
            return Ok(call(name, &[sqls[0], characters]));
        }
        FunctionId::Lpad => return with_default("LPAD", " "),
        FunctionId::Rpad => return with_default("RPAD", " "),
        FunctionId::Join => {
            let parts: Vec<SqlPiece> = arguments.iter().map(|argument| argument.sql.clone()).collect();
            return Ok(joined(&parts));
        }
        id => functions::name(id).to_uppercase(),
    };
    Ok(call(&name, &sqls))
}

fn id_is_pad(id: FunctionId) -> bool {
    matches!(id, FunctionId::Lpad | FunctionId::Rpad)
}

pub(in crate::rule::print) fn trim_name(id: FunctionId) -> &'static str {
    match id {
        FunctionId::Ltrim => "LTRIM",
        FunctionId::Rtrim => "RTRIM",
        _ => "TRIM",
    }
}

/// Prints `CONCAT` as `||`, for engines whose own returns null if one of the texts is null.
pub(in crate::rule::print) fn concat_of_known<S: Literals + ?Sized>(syntax: &S, arguments: &[Operand]) -> Printed {
    let empty = syntax.text("")?;
    let known = |argument: &Operand| match argument.literal() {
        Some(_) => argument.sql.clone(),
        None => call("COALESCE", &[&argument.sql, &empty]),
    };
    Ok(joined(&arguments.iter().map(known).collect::<Vec<_>>()))
}

/// Prints `GREATEST` or `LEAST` for engines whose own returns null if one of the values is null: each null is replaced
/// by another value.
pub(in crate::rule::print) fn extreme_of_known(name: &str, arguments: &[Operand]) -> Printed {
    let known = |at: usize| -> Printed {
        let others = arguments.iter().cycle().skip(at).take(arguments.len());
        if arguments[at].literal().is_some() {
            return Ok(arguments[at].sql.clone());
        }
        let others = others.map(|argument| repeatable(&argument.sql)).collect::<Result<Vec<_>, _>>()?;
        Ok(call("COALESCE", &others))
    };
    let known = (0..arguments.len()).map(known).collect::<Result<Vec<_>, _>>()?;
    Ok(call(name, &known.iter().collect::<Vec<_>>()))
}

/// Prints `TRIM(BOTH characters FROM text)`, for engines that do not take the characters as an argument.
pub(in crate::rule::print) fn trim_from<S: Literals + ?Sized>(
    syntax: &S,
    id: FunctionId,
    arguments: &[Operand],
) -> Printed {
    let side = match id {
        FunctionId::Ltrim => "LEADING",
        FunctionId::Rtrim => "TRAILING",
        _ => "BOTH",
    };
    let blank = syntax.text(" ")?;
    let characters = arguments.get(1).map_or(&blank, |characters| &characters.sql);
    Ok(SqlPiece::tight(format!("TRIM({side} {characters} FROM {})", arguments[0].sql)))
}

/// Prints `LIKE` with a pattern in quotes, for engines in which a backslash always escapes.
pub(in crate::rule::print) fn backslash_like<S: Literals + ?Sized>(
    syntax: &S,
    x: &Operand,
    pattern: &[LikePiece],
) -> Printed {
    Ok(comparison(&x.sql, "LIKE", &syntax.text(&escaped_like(pattern, "%_\\", "\\"))?))
}

/// Prints `LIKE` with a pattern that is computed, for engines in which a backslash always escapes. `replace` is the
/// engine's function that replaces every occurrence of a text.
pub(in crate::rule::print) fn backslash_like_computed<S: Literals + ?Sized>(
    syntax: &S,
    replace: &str,
    (x, pattern, escape): (&Operand, &SqlPiece, Option<char>),
) -> Printed {
    if escape.is_some() {
        return Err(format!("{} has no ESCAPE for a pattern that is computed", syntax.title()));
    }
    let pattern = call(replace, &[pattern, &syntax.text("\\")?, &syntax.text("\\\\")?]);
    Ok(comparison(&x.sql, "LIKE", &pattern))
}
