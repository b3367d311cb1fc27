//! Patterns and functions of texts in SQLite, which has few of them.

use super::Sqlite;
use crate::rule::functions::FunctionId;
use crate::rule::print::like::LikePiece;
use crate::rule::print::patterns::RegexPattern;
use crate::rule::print::sql::{Precedence, Printed, SqlPiece, call, comparison, joined};
use crate::rule::print::syntax::{
    Literals, Operand, TextSyntax, concat_of_known, default_function, extreme_of_known, repeatable, trim_name,
};

const NO_REGEX: &str = "SQLite has no regular expressions";

impl TextSyntax for Sqlite {
    /// SQLite's LIKE ignores the case of A to Z. GLOB does not, and writes its own special characters in brackets.
    fn like(&self, x: &Operand, pattern: &[LikePiece]) -> Printed {
        let piece = |piece: &LikePiece| match piece {
            LikePiece::AnyText => "*".to_owned(),
            LikePiece::AnyCharacter => "?".to_owned(),
            LikePiece::Text(text) => text.chars().map(bracketed).collect(),
        };
        let pattern: String = pattern.iter().map(piece).collect();
        Ok(comparison(&x.sql, "GLOB", &self.text(&pattern)?))
    }

    fn like_computed(&self, x: &Operand, pattern: &SqlPiece, escape: Option<char>) -> Printed {
        if escape.is_some() {
            return Err("SQLite has no ESCAPE for a pattern that is computed".into());
        }
        let mut glob = pattern.clone();
        for (from, to) in [("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("%", "*"), ("_", "?")] {
            glob = call("REPLACE", &[&glob, &self.text(from)?, &self.text(to)?]);
        }
        Ok(comparison(&x.sql, "GLOB", &glob))
    }

    fn matches(&self, _x: &SqlPiece, _pattern: &RegexPattern) -> Printed {
        Err(NO_REGEX.into())
    }

    fn regexp_extract(&self, _x: &SqlPiece, _pattern: &RegexPattern, _group: usize) -> Printed {
        Err(NO_REGEX.into())
    }

    fn regexp_replace(&self, _x: &SqlPiece, _pattern: &RegexPattern, _replacement: &str, _all: bool) -> Printed {
        Err(NO_REGEX.into())
    }

    fn changes_ascii_only(&self) -> bool {
        true
    }

    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        let sql = |n: usize| &arguments[n].sql;
        match id {
            FunctionId::Lower | FunctionId::Upper => Err(
                "SQLite changes the case of the letters A to Z alone; only comparisons with such letters mean the same there"
                    .into(),
            ),
            FunctionId::Left => Ok(call("SUBSTR", &[sql(0), &SqlPiece::tight("1"), sql(1)])),
            FunctionId::Right if arguments[1].integer() == Some(0) => {
                Ok(call("SUBSTR", &[sql(0), &SqlPiece::tight("1"), &SqlPiece::tight("0")]))
            }
            FunctionId::Right => Ok(call("SUBSTR", &[sql(0), &SqlPiece::tight(format!("-{}", sql(1).operand()))])),
            FunctionId::Trim | FunctionId::Ltrim | FunctionId::Rtrim => {
                let all: Vec<&SqlPiece> = arguments.iter().map(|argument| &argument.sql).collect();
                Ok(call(trim_name(id), &all))
            }
            FunctionId::Concat => concat_of_known(self, arguments),
            FunctionId::ConcatWs => {
                let separator = arguments[0].text().unwrap_or_default();
                let empty = self.text("")?;
                let with = |argument: &Operand| {
                    let parts = joined(&[sql(0).clone(), argument.sql.clone()]);
                    call("COALESCE", &[&parts, &empty])
                };
                let parts: Vec<SqlPiece> = arguments[1..].iter().map(with).collect();
                let after = SqlPiece::tight((separator.chars().count() + 1).to_string());
                Ok(call("SUBSTR", &[&joined(&parts), &after]))
            }
            FunctionId::Contains => Ok(comparison(&call("INSTR", &[sql(0), sql(1)]), ">", &SqlPiece::tight("0"))),
            FunctionId::StartsWith => {
                let length = call("LENGTH", &[repeatable(sql(1))?]);
                let start = call("SUBSTR", &[sql(0), &SqlPiece::tight("1"), &length]);
                Ok(comparison(&start, "=", sql(1)))
            }
            FunctionId::EndsWith => {
                let (text, end) = (repeatable(sql(0))?, repeatable(sql(1))?);
                let start = SqlPiece::new(Precedence::Sum, format!("LENGTH({text}) - LENGTH({end}) + 1"));
                Ok(comparison(&call("SUBSTR", &[text, &start]), "=", end))
            }
            FunctionId::Strpos => Ok(call("INSTR", &[sql(0), sql(1)])),
            FunctionId::Repeat => Ok(call("REPLACE", &[&blanks(sql(1)), &SqlPiece::tight("'00'"), sql(0)])),
            FunctionId::Lpad | FunctionId::Rpad => {
                let text = repeatable(sql(0))?;
                let fill = match arguments.get(2) {
                    Some(fill) => fill.sql.clone(),
                    None => self.text(" ")?,
                };
                let fill = call("REPLACE", &[&blanks(sql(1)), &SqlPiece::tight("'00'"), &fill]);
                let missing = SqlPiece::tight(format!("MAX({} - LENGTH({text}), 0)", sql(1)));
                let fill = call("SUBSTR", &[&fill, &SqlPiece::tight("1"), &missing]);
                let kept = call("SUBSTR", &[text, &SqlPiece::tight("1"), sql(1)]);
                Ok(joined(&if id == FunctionId::Lpad { [fill, kept] } else { [kept, fill] }))
            }
            FunctionId::SplitPart => split_part(self, arguments),
            FunctionId::Greatest => extreme_of_known("MAX", arguments),
            FunctionId::Least => extreme_of_known("MIN", arguments),
            FunctionId::Reverse => Err("SQLite cannot reverse a text".into()),
            _ => default_function(self, id, arguments),
        }
    }

    fn before(&self, x: &SqlPiece, until: &str) -> Printed {
        let (x, until) = (repeatable(x)?, self.text(until)?);
        Ok(SqlPiece::tight(format!(
            "CASE WHEN INSTR({x}, {until}) > 0 THEN SUBSTR({x}, 1, INSTR({x}, {until}) - 1) ELSE {x} END"
        )))
    }

    fn text_hash(&self, _text: &SqlPiece) -> Printed {
        Err("SQLite has no hash function to draw it by: remove sample from [data]".into())
    }
}

fn bracketed(c: char) -> String {
    if "*?[".contains(c) { format!("[{c}]") } else { c.to_string() }
}

/// Returns `00` repeated that many times.
fn blanks(count: &SqlPiece) -> SqlPiece {
    SqlPiece::tight(format!("HEX(ZEROBLOB({count}))"))
}

/// Splits by a JSON list: `["a","b"]`, made of the text in JSON's quotes with `","` for each separator.
fn split_part(syntax: &Sqlite, arguments: &[Operand]) -> Printed {
    let separator = arguments[1].text().unwrap_or_default();
    let Some(n) = arguments[2].integer() else { return Err("SQLite takes the number of a part in digits".into()) };
    // Letters and digits also occur in JSON's escapes, and a quote or a backslash begins one.
    let is_plain = |c: char| !c.is_ascii_alphanumeric() && !c.is_control() && c != '"' && c != '\\';
    if separator.is_empty()
        || !separator.chars().any(is_plain)
        || separator.contains(['"', '\\'])
        || separator.contains(char::is_control)
    {
        return Err("SQLite cannot split at this text".into());
    }
    let text = repeatable(&arguments[0].sql)?;
    let list = format!("'[' || REPLACE(JSON_QUOTE({text}), {}, '\",\"') || ']'", syntax.text(separator)?);
    let at = if n > 0 { format!("$[{}]", n - 1) } else { format!("$[#{n}]") };
    let empty = call("SUBSTR", &[text, &SqlPiece::tight("1"), &SqlPiece::tight("0")]);
    Ok(SqlPiece::tight(format!("COALESCE(JSON_EXTRACT({list}, '{at}'), {empty})")))
}
