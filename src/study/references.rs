//! Who refers to whom, found in the rules' text: a rule that does not parse yet still counts as a user.

use std::ops::Range;

use crate::model::Definitions;

/// An `@name` or `@name.cell` in a rule's text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mention {
    /// The bytes of the name alone, without `@` and cell.
    place: Range<usize>,
    name: String,
    cell: Option<String>,
}

/// Who refers to the segment, segmentation (or any cell of it), cell or persona of this name, in the order of the
/// files: `segment lapsed`, `persona dana`.
pub fn users_of(definitions: &Definitions, name: &str) -> Vec<String> {
    let segments = definitions
        .segments
        .iter()
        .filter(|segment| segment.name != name && mentions_name(&segment.rule, name))
        .map(|segment| format!("segment {}", segment.name));
    let personas = definitions
        .personas
        .iter()
        .filter(|persona| {
            let rules = persona.narrowed.iter().chain(persona.claims.iter().filter_map(|claim| claim.check.as_ref()));
            persona.id != name
                && (persona.spans.iter().any(|span| covers(name, span))
                    || rules.into_iter().any(|rule| mentions_name(rule, name)))
        })
        .map(|persona| format!("persona {}", persona.id));
    segments.chain(personas).collect()
}

/// The rule with `@old` written as `@new`, in whatever else it says unchanged: texts and comments stay.
pub(super) fn rename_in_rule(rule: &str, old: &str, new: &str) -> String {
    let mut renamed = rule.to_owned();
    for mention in mentions(rule).iter().rev().filter(|mention| mention.name == old) {
        renamed.replace_range(mention.place.clone(), new);
    }
    renamed
}

/// The name of a span, renamed: `old` or `old.cell`.
pub(super) fn rename_in_span(span: &str, old: &str, new: &str) -> String {
    match span.strip_prefix(old) {
        Some(rest) if rest.is_empty() || rest.starts_with('.') => format!("{new}{rest}"),
        _ => span.to_owned(),
    }
}

fn mentions_name(rule: &str, name: &str) -> bool {
    mentions(rule).iter().any(|mention| match &mention.cell {
        Some(cell) => covers(name, &format!("{}.{cell}", mention.name)),
        None => mention.name == name,
    })
}

/// Whether the full name is `name` itself or one of its cells.
fn covers(name: &str, full: &str) -> bool {
    full.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// All mentions, skipping texts, quoted names and comments as SQL has them.
fn mentions(rule: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut in_word = false;
    while let Some(c) = rule[at..].chars().next() {
        let rest = &rule[at..];
        let skipped = match c {
            '\'' | '"' | '`' => quoted_length(rest, c),
            _ if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '@' if !in_word => {
                let mention = mention_at(rule, at + 1);
                let end = mention.place.end;
                if !mention.place.is_empty() {
                    found.push(mention);
                }
                end.max(at + 1) - at
            }
            _ => c.len_utf8(),
        };
        in_word = is_word(c);
        at += skipped;
    }
    found
}

fn mention_at(rule: &str, start: usize) -> Mention {
    let end = start + word_length(&rule[start..]);
    let cell = rule[end..].strip_prefix('.').map(|rest| match rest.starts_with('"') {
        true => {
            let quoted = &rest[1..quoted_length(rest, '"')];
            quoted.strip_suffix('"').unwrap_or(quoted).replace("\"\"", "\"")
        }
        false => rest[..word_length(rest)].to_owned(),
    });
    Mention { place: start..end, name: rule[start..end].to_owned(), cell }
}

/// The length of the quoted piece that begins here; a doubled quote does not end it.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + quote.len_utf8();
        }
    }
    rest.len()
}

fn word_length(text: &str) -> usize {
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

/// What `sqlparser`'s GenericDialect reads as part of an identifier.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '@' | '$' | '#')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Claim, Persona, Segment};

    #[test]
    fn renaming_touches_whole_names_only() {
        let renamed = |rule: &str| rename_in_rule(rule, "vip", "top");
        assert_eq!(renamed("@vip AND @vip2 OR NOT @vip"), "@top AND @vip2 OR NOT @top");
        assert_eq!(renamed("(@vip)AND @vip_old"), "(@top)AND @vip_old");
        assert_eq!(renamed("@vip.\"25-34\" OR @vip.x"), "@top.\"25-34\" OR @top.x");
        assert_eq!(
            renamed("note = '@vip' AND \"@vip\" > 1 -- @vip\nAND @vip /* @vip */"),
            "note = '@vip' AND \"@vip\" > 1 -- @vip\nAND @top /* @vip */"
        );
        assert_eq!(renamed("a = 'it''s @vip' AND @vip"), "a = 'it''s @vip' AND @top");
        assert_eq!(renamed("mail@vip = 1 AND @plan.vip"), "mail@vip = 1 AND @plan.vip");
        assert_eq!(rename_in_rule("@größe > @größer", "größe", "s"), "@s > @größer");
        assert_eq!(renamed("@ vip @"), "@ vip @");
        assert_eq!(renamed("'@vip"), "'@vip");
    }

    #[test]
    fn spans_are_renamed_by_their_first_part() {
        assert_eq!(rename_in_span("plan.basic", "plan", "tier"), "tier.basic");
        assert_eq!(rename_in_span("planned", "plan", "tier"), "planned");
    }

    #[test]
    fn users_are_found_in_rules_spans_and_checks() {
        let segment = |name: &str, rule: &str| Segment { name: name.into(), kind: None, rule: rule.into(), note: None };
        let persona = |id: &str, spans: &[&str]| Persona {
            id: id.into(),
            spans: spans.iter().map(|span| span.to_string()).collect(),
            ..Persona::default()
        };
        let checked = Persona {
            claims: vec![Claim { check: Some("@age.\"25-34\"".into()), ..Claim::default() }],
            ..persona("sam", &[])
        };
        let definitions = Definitions {
            segments: vec![segment("vip", "spend > 1"), segment("lapsed", "@vip AND NOT @age.young")],
            segmentations: vec![],
            personas: vec![persona("dana", &["vip"]), persona("priya", &["age.25-34", "vipers"]), checked],
        };
        assert_eq!(users_of(&definitions, "vip"), ["segment lapsed", "persona dana"]);
        assert_eq!(users_of(&definitions, "age"), ["segment lapsed", "persona priya", "persona sam"]);
        assert_eq!(users_of(&definitions, "age.25-34"), ["persona priya", "persona sam"]);
        assert!(users_of(&definitions, "ag").is_empty());
        assert_eq!(mentions(r#"@age."a ""b""" AND @age"#)[0].cell.as_deref(), Some(r#"a "b""#));
    }
}
