//! Checks the `@names` that a rule refers to before the rule itself, without recursion.

use std::collections::HashMap;
use std::ops::Range;

use super::expr::Checked;
use super::expr::{Expr, Node};
use super::lex::{Lexeme, LexemeKind, lex};
use super::{Context, NameKind, NamedRule, RuleError, check_with, of_persona};
use crate::model::{Datum, Lookup, reference};

/// Maximum size of what names expand to, in bytes of text.
const MAX_BYTES: usize = 1 << 20;
/// Maximum depth of the expanded condition.
const MAX_DEPTH: usize = 100;
/// Maximum length of a chain of names that refer to each other.
const MAX_STEPS: usize = 200;

/// Checked rules by full name.
pub(super) type CheckedRules = HashMap<String, Checked>;

/// An `@name` in a rule's text.
pub(super) struct Reference {
    /// `vip`, `plan.pro`
    pub(super) name: String,
    pub(super) place: Range<usize>,
}

/// Finds every `@name` of a text, in order.
pub(super) fn find_references(rule: &str) -> Vec<Reference> {
    references_among(rule, &lex(rule))
}

fn references_among(rule: &str, lexemes: &[Lexeme]) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < lexemes.len() {
        let (reference, used) = reference_at(rule, &lexemes[at..]);
        found.extend(reference);
        at += used.max(1);
    }
    found
}

/// Finds every name that a rule depends on: its `@names`, and the cells of the segmentations that it reads as columns.
fn find_dependencies(rule: &str, cx: &Context) -> Vec<Reference> {
    let lexemes = lex(rule);
    let mut found = references_among(rule, &lexemes);
    if cx.schema.segmentations().is_empty() {
        return found;
    }
    for lexeme in lexemes.iter().filter(|lexeme| matches!(lexeme.kind, LexemeKind::Word | LexemeKind::Quoted)) {
        if let Lookup::Found(column) = cx.schema.find(&lexeme.value(rule))
            && cx.schema.is_segmentation(&column.name)
        {
            let cells = cx.names.cells(&column.name).unwrap_or_default();
            found.extend(cells.iter().map(|cell| Reference { name: cell.clone(), place: lexeme.range.clone() }));
        }
    }
    found
}

/// Returns the reference that begins here, and the number of words it takes.
fn reference_at(rule: &str, rest: &[Lexeme]) -> (Option<Reference>, usize) {
    let Some(first) = rest.first().filter(|l| l.kind == LexemeKind::Word && l.text(rule).starts_with('@')) else {
        return (None, 1);
    };
    let mut name = first.text(rule)[1..].to_owned();
    let mut used = 1;
    if name.is_empty() {
        match rest.get(1) {
            Some(quoted) if quoted.kind == LexemeKind::Quoted && quoted.range.start == first.range.end => {
                name = quoted.value(rule);
                used = 2;
            }
            _ => return (None, 1),
        }
    }
    if let (Some(dot), Some(cell)) = (rest.get(used), rest.get(used + 1))
        && dot.kind == LexemeKind::Dot
        && matches!(cell.kind, LexemeKind::Word | LexemeKind::Quoted)
    {
        name = format!("{name}.{}", cell.value(rule));
        used += 2;
    }
    let place = first.range.start..rest[used - 1].range.end;
    (Some(Reference { name, place }), used)
}

/// Checks every name that `rule` refers to, directly or indirectly. The place of an error is in `rule`.
pub(super) fn resolve(rule: &str, cx: &Context) -> Result<CheckedRules, RuleError> {
    let mut known = CheckedRules::new();
    for reference in find_dependencies(rule, cx) {
        resolve_one(&reference, cx, &mut known)?;
    }
    Ok(known)
}

/// Checks one name depth first with an explicit stack: a name is checked after all names that it mentions.
fn resolve_one(from: &Reference, cx: &Context, known: &mut CheckedRules) -> Result<(), RuleError> {
    let mut path: Vec<VisitedName> = Vec::new();
    let mut next = Some(from.name.clone());
    loop {
        if let Some(name) = next.take()
            && !known.contains_key(&name)
            // An unknown name is reported by the rule that mentions it, since only that one has its place.
            && let Some(named) = cx.names.get(&name)
        {
            if let Some(checked) = &named.checked {
                known.insert(name, checked.clone());
                continue;
            }
            if path.len() > MAX_STEPS || path.iter().any(|visit| visit.name == name) {
                return Err(cycle(from, &path, &name));
            }
            let mut waiting: Vec<String> =
                find_dependencies(&named.rule, cx).into_iter().map(|reference| reference.name).collect();
            waiting.reverse();
            path.push(VisitedName { name, named, waiting });
        }
        let Some(visit) = path.last_mut() else { return Ok(()) };
        next = visit.waiting.pop();
        if next.is_none() {
            let checked = if visit.named.rule.trim().is_empty() {
                // Blank text means everyone only in a filter that is being typed.
                Err(RuleError::new(0..0, "it has no rule"))
            } else {
                let checked = check_with(&visit.named.rule, cx, known);
                let is_persona = visit.named.kind == NameKind::Persona;
                checked.and_then(|rule| if is_persona { of_persona(rule, cx.schema) } else { Ok(rule) })
            };
            let checked = checked.map_err(|error| inside(from, visit, error))?;
            known.insert(std::mem::take(&mut visit.name), checked);
            path.pop();
        }
    }
}

/// A name whose rule is being checked.
struct VisitedName<'a> {
    name: String,
    named: &'a NamedRule,
    /// Names that the rule mentions and that are not checked yet.
    waiting: Vec<String>,
}

fn cycle(from: &Reference, path: &[VisitedName], name: &str) -> RuleError {
    let begin = path.iter().position(|visit| visit.name == name);
    let Some(begin) = begin else {
        return RuleError::new(from.place.clone(), format!("names refer to each other more than {MAX_STEPS} deep"));
    };
    let around = path[begin..].iter().map(|visit| visit.name.as_str()).chain([name]);
    let around = around.map(reference).collect::<Vec<_>>().join(" -> ");
    RuleError::new(from.place.clone(), format!("a rule refers to itself: {around}"))
}

/// Reports an error in a rule that this one refers to, at the place of the reference.
fn inside(from: &Reference, visit: &VisitedName, error: RuleError) -> RuleError {
    let described = format!("in {}: {}", reference(&visit.name), error.message);
    RuleError { message: described, place: from.place.clone(), hint: error.hint, unfinished: false }
}

/// Adds the size of an expanded condition to `spent`, and fails once that is too large: names may double it at every
/// step.
pub(super) fn spend(expr: &Expr, spent: &mut usize) -> Result<(), &'static str> {
    weigh(expr, 0, spent)
}

fn weigh(expr: &Expr, depth: usize, spent: &mut usize) -> Result<(), &'static str> {
    if depth > MAX_DEPTH {
        return Err("the names unfold to conditions nested too deeply");
    }
    *spent += match &expr.node {
        Node::Literal(Datum::Text(text)) => 8 + text.len(),
        Node::Column(name) => 8 + name.len(),
        Node::Computed(computed) => 8 + computed.text.len(),
        Node::In { list, .. } => 16 * list.len(),
        _ => 8,
    };
    if *spent > MAX_BYTES {
        return Err("the names unfold to too long a condition");
    }
    expr.children().into_iter().try_for_each(|child| weigh(child, depth + 1, spent))
}
