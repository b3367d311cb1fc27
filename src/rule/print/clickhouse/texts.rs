//! Patterns and functions of texts in ClickHouse, which end in `UTF8` where the others count bytes.

use super::ClickHouse;
use crate::rule::functions::FunctionId;
use crate::rule::print::like::LikePiece;
use crate::rule::print::patterns::{Captures, Flavour, RegexPattern};
use crate::rule::print::sql::{Printed, SqlPiece, call, comparison};
use crate::rule::print::syntax::{
    Literals, Operand, TextSyntax, backslash_like, backslash_like_computed, concat_of_known, default_function,
    extreme_of_known, repeatable, trim_from,
};

impl TextSyntax for ClickHouse {
    fn like(&self, x: &Operand, pattern: &[LikePiece]) -> Printed {
        backslash_like(self, x, pattern)
    }

    fn like_computed(&self, x: &Operand, pattern: &SqlPiece, escape: Option<char>) -> Printed {
        backslash_like_computed(self, "replaceAll", (x, pattern, escape))
    }

    fn matches(&self, x: &SqlPiece, pattern: &RegexPattern) -> Printed {
        Ok(call("match", &[x, &self.text(&pattern.written(Flavour::ClickHouse, Captures::All)?)?]))
    }

    fn regexp_extract(&self, x: &SqlPiece, pattern: &RegexPattern, group: usize) -> Printed {
        // regexpExtract returns the first group, if there is one, when asked for the whole match.
        let pattern = format!("({})", pattern.written(Flavour::ClickHouse, Captures::All)?);
        Ok(call("regexpExtract", &[x, &self.text(&pattern)?, &SqlPiece::tight((group + 1).to_string())]))
    }

    fn regexp_replace(&self, x: &SqlPiece, pattern: &RegexPattern, replacement: &str, all: bool) -> Printed {
        let name = if all { "replaceRegexpAll" } else { "replaceRegexpOne" };
        let pattern = self.text(&pattern.written(Flavour::ClickHouse, Captures::All)?)?;
        Ok(call(name, &[x, &pattern, &self.text(replacement)?]))
    }

    fn function(&self, id: FunctionId, arguments: &[Operand]) -> Printed {
        let sqls: Vec<&SqlPiece> = arguments.iter().map(|argument| &argument.sql).collect();
        let name = match id {
            FunctionId::Lower => "lowerUTF8",
            FunctionId::Upper => "upperUTF8",
            FunctionId::Length => "lengthUTF8",
            FunctionId::Substr => "substringUTF8",
            FunctionId::Left => "leftUTF8",
            FunctionId::Right => "rightUTF8",
            FunctionId::Replace => "replaceAll",
            FunctionId::Reverse => "reverseUTF8",
            FunctionId::StartsWith => "startsWith",
            FunctionId::EndsWith => "endsWith",
            FunctionId::Strpos => "positionUTF8",
            FunctionId::Contains => return Ok(comparison(&call("position", &sqls), ">", &SqlPiece::tight("0"))),
            FunctionId::Concat => return concat_of_known(self, arguments),
            FunctionId::ConcatWs => {
                let texts: Vec<&str> = sqls[1..].iter().map(|sql| sql.text.as_str()).collect();
                return Ok(SqlPiece::tight(format!(
                    "arrayStringConcat(arrayMap(x -> assumeNotNull(x), arrayFilter(x -> isNotNull(x), [{}])), {})",
                    texts.join(", "),
                    sqls[0]
                )));
            }
            FunctionId::Trim | FunctionId::Ltrim | FunctionId::Rtrim => {
                return match arguments.get(1).and_then(Operand::text) {
                    Some("") => Ok(sqls[0].clone()),
                    _ => trim_from(self, id, arguments),
                };
            }
            FunctionId::SplitPart => {
                if arguments[1].text() == Some("") {
                    return Err("ClickHouse cannot split at an empty text".into());
                }
                let text = repeatable(sqls[0])?;
                let parts = format!("splitByString({}, assumeNotNull({text}))", sqls[1]);
                return Ok(SqlPiece::tight(format!("if(isNull({text}), NULL, {parts}[{}])", sqls[2])));
            }
            FunctionId::Lpad | FunctionId::Rpad => {
                let name = if id == FunctionId::Lpad { "leftPadUTF8" } else { "rightPadUTF8" };
                if arguments.get(2).and_then(Operand::text) == Some("") {
                    return Ok(call("leftUTF8", &sqls[..2]));
                }
                return Ok(call(name, &sqls));
            }
            FunctionId::Greatest => return extreme_of_known("greatest", arguments),
            FunctionId::Least => return extreme_of_known("least", arguments),
            _ => return default_function(self, id, arguments),
        };
        Ok(call(name, &sqls))
    }

    fn text_hash(&self, text: &SqlPiece) -> Printed {
        Ok(SqlPiece::tight(format!("lower(substring(hex(MD5({text})), 1, 8))")))
    }

    fn before(&self, x: &SqlPiece, until: &str) -> Printed {
        let x = repeatable(x)?;
        Ok(SqlPiece::tight(format!(
            "if(isNull({x}), NULL, splitByString({}, assumeNotNull({x}))[1])",
            self.text(until)?
        )))
    }
}
