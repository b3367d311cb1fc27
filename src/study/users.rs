//! Finds references in the text of rules: a rule that does not parse yet still counts as a user.

use crate::model::Definitions;
use crate::rule;

/// Returns the users of the segment, segmentation (or any cell of it), cell or persona of this name, in the order of
/// the files: `segment lapsed`, `persona dana`.
pub fn users_of(definitions: &Definitions, name: &str) -> Vec<String> {
    let segments = definitions
        .segments
        .iter()
        .filter(|segment| segment.name != name && mentions_name(&segment.rule, name))
        .map(|segment| format!("segment {}", segment.name));
    let cuts = definitions
        .segmentations
        .iter()
        .filter(|cut| {
            let rules = cut.cells.iter().filter_map(|cell| cell.rule.as_ref());
            cut.name != name
                && (cut.cross.iter().flatten().any(|side| side == name)
                    || rules.into_iter().any(|rule| mentions_name(rule, name)))
        })
        .map(|cut| format!("segmentation {}", cut.name));
    let personas = definitions
        .personas
        .iter()
        .filter(|persona| {
            persona.id != name
                && (persona.spans.iter().any(|span| covers(name, span))
                    || persona.rules().any(|rule| mentions_name(rule, name)))
        })
        .map(|persona| format!("persona {}", persona.id));
    segments.chain(cuts).chain(personas).collect()
}

/// Renames a span: `old` or `old.cell`.
pub(super) fn rename_in_span(span: &str, old: &str, new: &str) -> String {
    match span.strip_prefix(old) {
        Some(rest) if rest.is_empty() || rest.starts_with('.') => format!("{new}{rest}"),
        _ => span.to_owned(),
    }
}

fn mentions_name(rule: &str, name: &str) -> bool {
    rule::references(rule).iter().any(|full| covers(name, full))
}

/// Returns true if the full name is `name` itself or one of its cells.
fn covers(name: &str, full: &str) -> bool {
    full.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Claim, Persona, Segment};
    use crate::rule::edit::rename_reference;

    #[test]
    fn rename_touches_whole_names_only() {
        let renamed = |rule: &str| rename_reference(rule, "vip", "top");
        assert_eq!(renamed("@vip AND @vip2 OR NOT @vip"), "@top AND @vip2 OR NOT @top");
        assert_eq!(renamed("(@vip)AND @vip_old"), "(@top)AND @vip_old");
        assert_eq!(renamed("@vip.\"25-34\" OR @vip.x"), "@top.\"25-34\" OR @top.x");
        assert_eq!(
            renamed("note = '@vip' AND \"@vip\" > 1 -- @vip\nAND @vip /* @vip */"),
            "note = '@vip' AND \"@vip\" > 1 -- @vip\nAND @top /* @vip */"
        );
        assert_eq!(renamed("a = 'it''s @vip' AND @vip"), "a = 'it''s @vip' AND @top");
        assert_eq!(renamed("mail@vip = 1 AND @plan.vip"), "mail@vip = 1 AND @plan.vip");
        assert_eq!(rename_reference("@größe > @größer", "größe", "s"), "@s > @größer");
        assert_eq!(renamed("@ vip @"), "@ vip @");
        assert_eq!(renamed("'@vip"), "'@vip");
    }

    #[test]
    fn span_is_renamed_by_first_part() {
        assert_eq!(rename_in_span("plan.basic", "plan", "tier"), "tier.basic");
        assert_eq!(rename_in_span("planned", "plan", "tier"), "planned");
    }

    #[test]
    fn references_are_found_in_rules_spans_and_checks() {
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
    }
}
