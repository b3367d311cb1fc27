//! Regular expressions in the languages of other engines.

mod writer;

use regex_syntax::ast::{Ast, parse};

use writer::{PatternWriter, WrittenPattern};

/// A family of engines for regular expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    /// DuckDB and BigQuery.
    Re2,
    /// RE2 with a dot that also stands for line ends.
    ClickHouse,
    /// Spark.
    Java,
    /// PostgreSQL's advanced regular expressions.
    Postgres,
    /// POSIX with some of Perl's classes.
    Snowflake,
}

/// A parsed regular expression in the syntax of the `regex` crate.
pub(super) struct RegexPattern {
    ast: Ast,
}

/// The groups that the engine captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Captures {
    All,
    Only(u32),
}

impl RegexPattern {
    pub(super) fn parse(pattern: &str) -> Result<Self, String> {
        let ast = parse::Parser::new().parse(pattern).map_err(|error| error.kind().to_string())?;
        Ok(Self { ast })
    }

    /// Returns the pattern in the syntax of an engine, with the same matches for every text.
    ///
    /// # Errors
    /// Returns an error if the engine does not know a construct, or gives it another meaning.
    pub(super) fn written(&self, flavour: Flavour, captures: Captures) -> Result<String, String> {
        let WrittenPattern { text, .. } = PatternWriter::new(flavour, captures).written(&self.ast)?;
        Ok(match flavour {
            Flavour::ClickHouse if contains_dot(&self.ast) => format!("(?-s){text}"),
            Flavour::Java if contains_dot(&self.ast) => format!("(?d){text}"),
            _ => text,
        })
    }

    /// Returns the pattern for Snowflake, and the options that go beside it.
    pub(super) fn with_options(&self) -> Result<(String, &'static str), String> {
        let written = PatternWriter::new(Flavour::Snowflake, Captures::All).written(&self.ast)?;
        Ok((written.text, if written.any_case { "i" } else { "c" }))
    }

    /// Returns the pattern with the text before its first match as a group, so that replacing every match replaces only
    /// the first. The pattern's own groups follow two others, the second of which is the whole match.
    pub(super) fn first_match(&self, flavour: Flavour) -> Result<String, String> {
        Ok(format!("^((?s:.*?))({})", self.written(flavour, Captures::All)?))
    }

    /// Returns true if the pattern finds the same part of a text in engines that prefer the longest match as in those
    /// that prefer the first alternative.
    pub(super) fn is_same_for_longest_match(&self) -> bool {
        fn plain(ast: &Ast) -> bool {
            match ast {
                Ast::Alternation(_) => false,
                Ast::Repetition(repetition) => repetition.greedy && plain(&repetition.ast),
                Ast::Group(group) => plain(&group.ast),
                Ast::Concat(concat) => concat.asts.iter().all(plain),
                _ => true,
            }
        }
        plain(&self.ast)
    }
}

fn contains_dot(ast: &Ast) -> bool {
    match ast {
        Ast::Dot(_) => true,
        Ast::Repetition(repetition) => contains_dot(&repetition.ast),
        Ast::Group(group) => contains_dot(&group.ast),
        Ast::Concat(concat) => concat.asts.iter().any(contains_dot),
        Ast::Alternation(alternation) => alternation.asts.iter().any(contains_dot),
        _ => false,
    }
}

/// Returns the pieces of the replacement for [`RegexPattern::first_match`].
pub(super) fn after_first_match(replacement: &str) -> Vec<Result<char, u32>> {
    let shifted = |piece: Result<char, u32>| piece.map_err(|group| group + 2);
    std::iter::once(Err(1)).chain(replacement_pieces(replacement).into_iter().map(shifted)).collect()
}

/// Parses the replacement of `regexp_replace`: characters, and groups by number.
pub(super) fn replacement_pieces(replacement: &str) -> Vec<Result<char, u32>> {
    let mut pieces = Vec::new();
    let mut chars = replacement.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek().copied()) {
            ('\\', Some(next)) if next.is_ascii_digit() => {
                pieces.push(Err(u32::from(next) - u32::from('0')));
                chars.next();
            }
            ('\\', Some('\\')) => {
                pieces.push(Ok('\\'));
                chars.next();
            }
            _ => pieces.push(Ok(c)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pattern: &str, flavour: Flavour) -> Result<String, String> {
        RegexPattern::parse(pattern)?.written(flavour, Captures::All)
    }

    #[test]
    fn pattern_classes_keep_unicode_meaning_in_each_flavour() {
        assert_eq!(written(r"\d{2}@", Flavour::Re2).as_deref(), Ok(r"\p{Nd}{2}@"));
        assert_eq!(written(r"\d{2}@", Flavour::Postgres).as_deref(), Ok(r"\d{2}@"));
        assert_eq!(written(r"[\d.]", Flavour::Java).as_deref(), Ok(r"[\p{Nd}.]"));
    }

    #[test]
    fn pattern_dots_and_anchors_keep_meaning_in_each_flavour() {
        assert_eq!(written("^.a$", Flavour::Re2).as_deref(), Ok("^.a$"));
        assert_eq!(written("^.a$", Flavour::Java).as_deref(), Ok(r"(?d)^.a\z"));
        assert_eq!(written("^.a$", Flavour::Postgres).as_deref(), Ok("^[^\n]a$"));
        assert_eq!(written("(?s)^.a$", Flavour::Postgres).as_deref(), Ok("^.a$"));
        assert_eq!(written(".", Flavour::ClickHouse).as_deref(), Ok("(?-s)."));
        assert_eq!(written("(?i)É", Flavour::Java).as_deref(), Ok("(?iu)É"));
    }

    #[test]
    fn pattern_with_other_meaning_is_refused() {
        for (pattern, flavour) in [
            (r"\bword", Flavour::Re2),
            (r"\w", Flavour::Snowflake),
            (r"(?m)^a", Flavour::Java),
            (r"\p{Greek}", Flavour::Re2),
            (r"[a&&b]", Flavour::Re2),
            (r"a(?i)b", Flavour::Postgres),
            (r"a{300}", Flavour::Postgres),
        ] {
            assert!(written(pattern, flavour).is_err(), "{pattern} for {flavour:?}");
        }
    }
}
