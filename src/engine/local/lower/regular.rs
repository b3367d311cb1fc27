//! Evaluates regular expressions, which are compiled once for all rows.

use std::collections::HashMap;

use regex::{Captures, Regex};

use super::loops::{map, write_texts};
use super::texts::{MAX_TEXT_BYTES, constant_count, constant_text};
use super::{Evaluated, EvaluationError, Vector};
use crate::model::Datum;
use crate::rule::functions::FunctionId;
use crate::rule::{Expr, Node};

/// Compiled regular expressions by their text.
#[derive(Default)]
pub struct CompiledPatterns(HashMap<String, Regex>);

impl CompiledPatterns {
    /// Compiles the node's own pattern, if it has one. Does not visit its operands.
    ///
    /// # Errors
    /// Returns one line with the reason why the pattern is not a regular expression.
    pub fn prepare(&mut self, expr: &Expr) -> Result<(), String> {
        let text = |argument: &Expr| argument.as_literal().and_then(Datum::text).map(str::to_owned);
        let pattern = match &expr.node {
            Node::Matches { pattern, .. } => Some(pattern.clone()),
            Node::Call(FunctionId::RegexpExtract, arguments) => arguments.get(1).and_then(|argument| text(argument)),
            Node::Call(FunctionId::RegexpReplace, arguments) => {
                let options = arguments.get(3).and_then(|argument| text(argument)).unwrap_or_default();
                arguments
                    .get(1)
                    .and_then(|argument| text(argument))
                    .map(|pattern| RegexOptions::parse(&options).expression(&pattern))
            }
            _ => None,
        };
        let Some(pattern) = pattern.filter(|pattern| !self.0.contains_key(pattern)) else { return Ok(()) };
        let compiled = Regex::new(&pattern).map_err(|error| {
            let last = error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            format!("this rule has a pattern that is not a valid regular expression: {last}")
        })?;
        self.0.insert(pattern, compiled);
        Ok(())
    }

    fn get(&self, pattern: &str) -> Result<&Regex, EvaluationError> {
        let wanted = "a pattern in quotes";
        self.0.get(pattern).ok_or(EvaluationError::WrongKind { found: crate::model::ColumnType::Text, wanted })
    }
}

/// Options, given as letters after a pattern and its replacement.
#[derive(Debug, Default, PartialEq)]
struct RegexOptions {
    everywhere: bool,
    any_case: bool,
    /// True if a dot also matches a newline.
    dot_is_newline: bool,
}

impl RegexOptions {
    /// Parses DuckDB's option letters. `c` and `m` are the defaults.
    fn parse(letters: &str) -> Self {
        letters.chars().fold(Self::default(), |options, letter| match letter {
            'g' => Self { everywhere: true, ..options },
            'i' => Self { any_case: true, ..options },
            'c' => Self { any_case: false, ..options },
            's' => Self { dot_is_newline: true, ..options },
            'm' => Self { dot_is_newline: false, ..options },
            _ => options,
        })
    }

    fn expression(&self, pattern: &str) -> String {
        let flags = [(self.any_case, "(?i)"), (self.dot_is_newline, "(?s)")];
        let flags: String = flags.iter().filter(|(on, _)| *on).map(|(_, flag)| *flag).collect();
        flags + pattern
    }
}

/// Returns the texts that contain a match of a pattern that was prepared.
pub fn matches<'s>(values: Vector<'s>, pattern: &str, patterns: &CompiledPatterns) -> Evaluated<'s> {
    if matches!(values, Vector::Null) {
        return Ok(Vector::Null);
    }
    let (texts, regex) = (values.into_texts()?, patterns.get(pattern)?);
    Ok(Vector::Truth(map(&texts, |text| regex.is_match(text))))
}

/// Evaluates the first match, or one of its groups. As in DuckDB, the result is an empty text if there is no match.
pub fn extracted<'s>(
    value: Vector<'s>,
    rest: Vec<Vector<'s>>,
    patterns: &CompiledPatterns,
    limit: usize,
) -> Evaluated<'s> {
    let (texts, mut rest) = (value.into_texts()?, rest.into_iter());
    let pattern = constant_text(rest.next().unwrap_or(Vector::Null))?;
    let group = rest.next().map_or(Ok(0), constant_count)?;
    let regex = patterns.get(&pattern)?;
    let write = |text: &str, out: &mut String| {
        let found = match group {
            0 => regex.find(text),
            _ => regex.captures(text).and_then(|captures| captures.get(group)),
        };
        out.push_str(found.map_or("", |found| found.as_str()));
        true
    };
    Ok(Vector::Text(write_texts(&texts, limit, write)?))
}

/// Replaces the first match or, with the option `g`, all matches.
pub fn replaced<'s>(
    value: Vector<'s>,
    rest: Vec<Vector<'s>>,
    patterns: &CompiledPatterns,
    limit: usize,
) -> Evaluated<'s> {
    let (texts, mut rest) = (value.into_texts()?, rest.into_iter());
    let mut next = || rest.next().unwrap_or(Vector::Null);
    let (pattern, replacement) = (constant_text(next())?, constant_text(next())?);
    let options = match next() {
        Vector::Null => RegexOptions::default(),
        options => RegexOptions::parse(&constant_text(options)?),
    };
    let regex = patterns.get(&options.expression(&pattern))?;
    let parts = ReplacementPart::parse(&replacement);
    let most = if options.everywhere { usize::MAX } else { 1 };
    let write = |text: &str, out: &mut String| {
        let (start, longest) = (out.len(), MAX_TEXT_BYTES.max(text.len()));
        let mut rest = 0;
        for captures in regex.captures_iter(text).take(most) {
            let Some(whole) = captures.get(0) else { break };
            out.push_str(&text[rest..whole.start()]);
            parts.iter().for_each(|part| part.push(&captures, out));
            rest = whole.end();
            if out.len() - start > longest {
                return false;
            }
        }
        out.push_str(&text[rest..]);
        out.len() - start <= longest
    };
    Ok(Vector::Text(write_texts(&texts, limit, write)?))
}

/// A part of a replacement.
#[derive(Debug, PartialEq)]
enum ReplacementPart {
    Text(String),
    Group(usize),
}

impl ReplacementPart {
    /// Parses a replacement, in which `\0` to `\9` are groups and `\\` is a backslash.
    fn parse(text: &str) -> Vec<Self> {
        let mut parts = vec![];
        let mut chars = text.chars();
        let push = |c: char, parts: &mut Vec<Self>| match parts.last_mut() {
            Some(Self::Text(text)) => text.push(c),
            _ => parts.push(Self::Text(c.into())),
        };
        while let Some(c) = chars.next() {
            match (c, if c == '\\' { chars.next() } else { None }) {
                ('\\', Some(group)) if group.is_ascii_digit() => parts.push(Self::Group(group as usize - '0' as usize)),
                ('\\', Some(escaped)) => push(escaped, &mut parts),
                (c, _) => push(c, &mut parts),
            }
        }
        parts
    }

    fn push(&self, captures: &Captures, out: &mut String) {
        out.push_str(match self {
            Self::Text(text) => text,
            Self::Group(group) => captures.get(*group).map_or("", |group| group.as_str()),
        });
    }
}
