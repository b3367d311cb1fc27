//! Edits a rule's text and keeps the person's own spelling. Every function takes any text, including an unfinished one.

use std::ops::Range;

use super::lex::{Lexeme, LexemeKind, lex};
use super::resolve::find_references;
use crate::model::reference;

/// Returns true if `condition` is one of the conditions that the rule joins with AND. Spacing, case of words, quotes of
/// names and enclosing parentheses do not matter.
pub fn has_condition(rule: &str, condition: &str) -> bool {
    position(rule, condition).is_some()
}

/// Adds ` AND condition`, or removes the condition if the rule has it.
pub fn toggle_condition(rule: &str, condition: &str) -> String {
    match position(rule, condition) {
        Some(index) => without(rule, index),
        None => joined(rule, condition),
    }
}

/// Returns true if a name (`@vip`, `@plan.pro`) is one of the rule's conditions, alone or as one of several cells of
/// its segmentation joined with OR.
pub fn has_reference(rule: &str, reference: &str) -> bool {
    has_condition(rule, reference) || cell_groups(rule, reference).iter().any(|group| group.at.is_some())
}

/// Adds or removes a name as [`toggle_condition`] does, but joins a cell with OR to the cells of its segmentation that
/// the rule has: no customer is in two of them.
pub fn toggle_reference(rule: &str, reference: &str) -> String {
    let groups = cell_groups(rule, reference);
    if let Some((group, at)) = groups.iter().find_map(|group| Some((group, group.at?))) {
        return group.without(rule, at);
    }
    match groups.first() {
        Some(group) => group.with(rule, reference),
        None => toggle_condition(rule, reference),
    }
}

/// Adds ` AND condition` unless it is there.
pub fn narrow(rule: &str, condition: &str) -> String {
    if has_condition(rule, condition) { rule.to_owned() } else { joined(rule, condition) }
}

/// Replaces `@old` by `@new`, including the cells of a segmentation, as `@old.cell`.
pub fn rename_reference(rule: &str, old: &str, new: &str) -> String {
    let mut renamed = rule.to_owned();
    for found in find_references(rule).into_iter().rev() {
        let name = match found.name.strip_prefix(old) {
            Some("") => new.to_owned(),
            Some(rest) if rest.starts_with('.') => format!("{new}{rest}"),
            _ => continue,
        };
        renamed.replace_range(found.place, &reference(&name));
    }
    renamed
}

/// Returns the rule without those of its conditions for which `is_gone` returns true.
pub fn without_conditions(rule: &str, is_gone: impl Fn(&str) -> bool) -> String {
    let places = places(rule);
    without_places(rule, &places, |at| is_gone(&rule[places[at].clone()]))
}

/// Returns the rule without those of its conditions for which `is_gone` returns true. They are numbered in the order of
/// their places.
pub fn without_places(rule: &str, places: &[Range<usize>], is_gone: impl Fn(usize) -> bool) -> String {
    let Some(first) = (0..places.len()).find(|&at| !is_gone(at)) else {
        return if places.is_empty() { rule.to_owned() } else { String::new() };
    };
    let mut rest = rule.to_owned();
    for at in (first + 1..places.len()).rev().filter(|&at| is_gone(at)) {
        rest.replace_range(places[at - 1].end..places[at].end, "");
    }
    rest.replace_range(places[0].start..places[first].start, "");
    rest
}

/// Splits a list of expressions at its commas; those inside of parentheses and quotes belong to an expression.
pub fn list_items(list: &str) -> Vec<String> {
    let lexemes = lex(list);
    let commas = top_level(list, &lexemes).into_iter().filter(|&at| lexemes[at].kind == LexemeKind::Comma);
    let (mut items, mut start) = (Vec::new(), 0);
    for comma in commas.map(|at| lexemes[at].range.clone()) {
        items.push(list[start..comma.start].trim().to_owned());
        start = comma.end;
    }
    items.push(list[start..].trim().to_owned());
    items
}

/// Returns true if the rule contains `= NULL` or `<> NULL`, which is valid SQL and never true.
pub fn equals_null(rule: &str) -> bool {
    let equals = |lexeme: &Lexeme| matches!(lexeme.text(rule), "=" | "==" | "<>" | "!=");
    lex(rule).windows(2).any(|pair| equals(&pair[0]) && pair[1].is(rule, "null"))
}

fn position(rule: &str, condition: &str) -> Option<usize> {
    let wanted = normal(condition, &lex(condition));
    if wanted.is_empty() {
        return None;
    }
    let lexemes = lex(rule);
    parts(rule, &lexemes).into_iter().position(|part| normal(rule, &lexemes[part]) == wanted)
}

fn without(rule: &str, index: usize) -> String {
    without_places(rule, &places(rule), |at| at == index)
}

/// Returns the places of the conditions that the rule joins with AND, in that order. A rule with an OR beside them is
/// one condition; blank text has none.
pub(super) fn places(rule: &str) -> Vec<Range<usize>> {
    let lexemes = lex(rule);
    parts(rule, &lexemes).into_iter().filter_map(|part| place(&lexemes[part])).collect()
}

fn joined(rule: &str, condition: &str) -> String {
    if lex(rule).is_empty() {
        return condition.to_owned();
    }
    // A line comment at the end would include the text that is added.
    let gap = if rule.lines().last().is_some_and(|line| line.contains("--")) { "\n" } else { " " };
    format!("{}{gap}AND {}", safe_beside_and(rule.trim_end()), safe_beside_and(condition))
}

fn safe_beside_and(rule: &str) -> String {
    let lexemes = lex(rule);
    let or = top_level(rule, &lexemes).into_iter().any(|i| lexemes[i].is(rule, "or"));
    let end = if rule.lines().last().is_some_and(|line| line.contains("--")) { "\n" } else { "" };
    if or { format!("({rule}{end})") } else { rule.to_owned() }
}

/// Returns the indices of the words outside of all parentheses and CASE expressions.
fn top_level(rule: &str, lexemes: &[Lexeme]) -> Vec<usize> {
    let mut depth = 0usize;
    let mut found = Vec::new();
    for (i, lexeme) in lexemes.iter().enumerate() {
        if lexeme.kind == LexemeKind::Close || lexeme.is(rule, "end") {
            depth = depth.saturating_sub(1);
        } else if lexeme.kind == LexemeKind::Open || lexeme.is(rule, "case") {
            depth += 1;
        } else if depth == 0 {
            found.push(i);
        }
    }
    found
}

/// Returns the words of each condition that a top-level AND joins; all words if there is an OR beside them.
fn parts(rule: &str, lexemes: &[Lexeme]) -> Vec<Range<usize>> {
    let top = top_level(rule, lexemes);
    if top.iter().any(|&i| lexemes[i].is(rule, "or")) {
        return std::iter::once(0..lexemes.len()).collect();
    }
    let mut parts = Vec::new();
    let mut start = 0;
    let mut between = false;
    for i in top {
        if lexemes[i].is(rule, "between") {
            between = true;
        } else if lexemes[i].is(rule, "and") && !std::mem::take(&mut between) {
            parts.push(start..i);
            start = i + 1;
        }
    }
    parts.push(start..lexemes.len());
    parts
}

fn place(lexemes: &[Lexeme]) -> Option<Range<usize>> {
    Some(lexemes.first()?.range.start..lexemes.last()?.range.end)
}

/// A condition that is cells of one segmentation: `@plan.pro` or `(@plan.pro OR @plan.plus)`.
struct CellGroup {
    /// Index among the rule's conditions.
    index: usize,
    place: Range<usize>,
    in_parentheses: bool,
    cells: Vec<Range<usize>>,
    /// Index of the cell that was asked for, if it is one of them.
    at: Option<usize>,
}

/// Finds the conditions that are cells of the same segmentation as `cell`.
fn cell_groups(rule: &str, cell: &str) -> Vec<CellGroup> {
    let wanted = normal(cell, &lex(cell));
    let lexemes = lex(rule);
    let group = |(index, part): (usize, Range<usize>)| {
        let part = &lexemes[part];
        let inner = inside(part);
        let ors = top_level(rule, inner).into_iter().filter(|&i| inner[i].is(rule, "or"));
        let ends = ors.chain([inner.len()]);
        let alternatives = ends.scan(0, |start, end| Some(&inner[std::mem::replace(start, end + 1)..end]));
        let alternatives: Vec<&[Lexeme]> = alternatives.collect();
        let names: Vec<_> = alternatives.iter().map(|cell| normal(rule, cell)).collect();
        let all_beside = names.iter().all(|name| are_beside(name, &wanted));
        all_beside.then_some(CellGroup {
            index,
            place: place(part)?,
            in_parentheses: inner.len() < part.len(),
            cells: alternatives.into_iter().map(place).collect::<Option<_>>()?,
            at: names.iter().position(|name| *name == wanted),
        })
    };
    parts(rule, &lexemes).into_iter().enumerate().filter_map(group).collect()
}

/// Returns true if both are `@segmentation.cell` of one segmentation.
fn are_beside(a: &[(bool, String)], b: &[(bool, String)]) -> bool {
    a.len() == 3 && b.len() == 3 && a[..2] == b[..2] && a[0].1.starts_with('@') && a[1].1 == "."
}

impl CellGroup {
    fn with(&self, rule: &str, cell: &str) -> String {
        let (Some(first), Some(last)) = (self.cells.first(), self.cells.last()) else { return rule.to_owned() };
        let mut longer = rule.to_owned();
        if self.in_parentheses {
            longer.insert_str(last.end, &format!(" OR {cell}"));
        } else {
            longer.insert_str(last.end, &format!(" OR {cell})"));
            longer.insert(first.start, '(');
        }
        longer
    }

    fn without(&self, rule: &str, at: usize) -> String {
        let (place, with) = match self.cells.as_slice() {
            [_] => return without(rule, self.index),
            [a, b] => (self.place.clone(), rule[if at == 0 { b } else { a }.clone()].to_owned()),
            cells if at == 0 => (cells[0].start..cells[1].start, String::new()),
            cells => (cells[at - 1].end..cells[at].end, String::new()),
        };
        let mut shorter = rule.to_owned();
        shorter.replace_range(place, &with);
        shorter
    }
}

/// Returns the words of a condition in one spelling, without enclosing parentheses.
fn normal(rule: &str, lexemes: &[Lexeme]) -> Vec<(bool, String)> {
    inside(lexemes)
        .iter()
        .map(|lexeme| match lexeme.kind {
            LexemeKind::Text => (true, lexeme.value(rule)),
            _ => (false, lexeme.value(rule).to_lowercase()),
        })
        .collect()
}

/// Returns the condition without the parentheses around it.
fn inside(lexemes: &[Lexeme]) -> &[Lexeme] {
    let mut lexemes = lexemes;
    while let [open, inner @ .., close] = lexemes
        && open.kind == LexemeKind::Open
        && close.kind == LexemeKind::Close
        && closes_at_end(inner)
    {
        lexemes = inner;
    }
    lexemes
}

/// Returns true if the parentheses inside are balanced, so that the outer two belong together.
fn closes_at_end(inner: &[Lexeme]) -> bool {
    let mut depth = 0i64;
    for lexeme in inner {
        match lexeme.kind {
            LexemeKind::Open => depth += 1,
            LexemeKind::Close => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toggle_condition_adds_then_removes() {
        let rule = "country = 'US'  AND  spend>250";
        let added = toggle_condition(rule, "@vip");
        assert_eq!(added, "country = 'US'  AND  spend>250 AND @vip");
        assert_eq!(toggle_condition(&added, "@VIP"), rule);
        assert_eq!(toggle_condition(rule, "Country='US'"), "spend>250");
        assert_eq!(toggle_condition(rule, "(spend > 250)"), "country = 'US'");
        assert_eq!(toggle_condition("@vip", "@vip"), "");
        assert_eq!(toggle_condition("", "@vip"), "@vip");
    }

    #[test]
    fn has_condition_compares_text_values_with_case() {
        assert!(!has_condition("country = 'US'", "country = 'us'"));
        assert!(has_condition("\"Country\" = 'US' AND a", "country = 'US'"));
    }

    #[test]
    fn toggle_condition_wraps_or_in_parentheses() {
        assert_eq!(toggle_condition("a = 1 OR b = 2", "@vip"), "(a = 1 OR b = 2) AND @vip");
        assert_eq!(narrow("@vip", "a OR b"), "@vip AND (a OR b)");
        assert!(!has_condition("a = 1 AND @vip OR b = 2", "@vip"));
        assert!(!has_condition("(a = 1 AND @vip)", "@vip"));
    }

    #[test]
    fn toggle_reference_joins_cells_of_segmentation_with_or() {
        let one = "spend > 5  AND @plan.basic";
        let two = toggle_reference(one, "@plan.plus");
        assert_eq!(two, "spend > 5  AND (@plan.basic OR @plan.plus)");
        let three = toggle_reference(&two, "@plan.\"pro x\"");
        assert_eq!(three, "spend > 5  AND (@plan.basic OR @plan.plus OR @plan.\"pro x\")");
        assert!(has_reference(&three, "@plan.basic") && has_reference(&three, "@Plan.\"Pro x\""));
        assert!(!has_reference(&three, "@plan.other") && !has_reference(&three, "@plan"));
        assert_eq!(toggle_reference(&three, "@plan.\"pro x\""), two);
        assert_eq!(toggle_reference(&three, "@plan.basic"), "spend > 5  AND (@plan.plus OR @plan.\"pro x\")");
        assert_eq!(toggle_reference(&two, "@plan.plus"), one);
        assert_eq!(toggle_reference(&two, "@plan.basic"), "spend > 5  AND @plan.plus");
        assert_eq!(toggle_reference(one, "@plan.basic"), "spend > 5");
        assert_eq!(toggle_reference("@plan.basic", "@plan.plus"), "(@plan.basic OR @plan.plus)");
        assert_eq!(toggle_reference("@plan.a OR @plan.b", "@plan.c"), "(@plan.a OR @plan.b OR @plan.c)");
        assert_eq!(toggle_reference("@plan.a OR @plan.b", "@plan.b"), "@plan.a");
    }

    #[test]
    fn toggle_reference_extends_only_groups_of_cells() {
        assert_eq!(toggle_reference("@plan.a", "@age.b"), "@plan.a AND @age.b");
        assert_eq!(toggle_reference("@plan.a OR spend > 5", "@plan.b"), "(@plan.a OR spend > 5) AND @plan.b");
        assert_eq!(toggle_reference("NOT @plan.a", "@plan.b"), "NOT @plan.a AND @plan.b");
        assert_eq!(toggle_reference("(@plan.a OR @vip)", "@vip"), "(@plan.a OR @vip) AND @vip");
        assert_eq!(toggle_reference("", "@plan.b"), "@plan.b");
        assert_eq!(toggle_reference("@vip AND", "@vip"), toggle_condition("@vip AND", "@vip"));
        for broken in ["(", ")", "OR", "@plan.a OR", "AND @plan.a", "(@plan.a OR ", "@plan.", "@plan. OR @plan.a)"] {
            toggle_reference(broken, "@plan.b");
        }
    }

    #[test]
    fn equals_null_finds_comparison_with_null() {
        assert!(equals_null("age=null") && equals_null("spend > 5 AND \"age\" <> NULL"));
        assert!(!equals_null("age IS NULL") && !equals_null("note = '= NULL'") && !equals_null("a = 1 -- b = NULL"));
    }

    #[test]
    fn and_of_between_and_case_splits_no_condition() {
        let rule = "age BETWEEN 1 AND 2 AND CASE WHEN a AND b THEN c END AND @vip";
        assert_eq!(toggle_condition(rule, "age between 1 and 2"), "CASE WHEN a AND b THEN c END AND @vip");
        assert!(!has_condition(rule, "b THEN c END"));
    }

    #[test]
    fn list_items_split_outside_calls_and_quotes() {
        let list = r#"id, orders.sum(amount, '90 days'),"a,b",concat(a, ',', b)"#;
        assert_eq!(list_items(list), ["id", "orders.sum(amount, '90 days')", r#""a,b""#, "concat(a, ',', b)"]);
        assert_eq!(list_items("first name"), ["first name"]);
    }

    #[test]
    fn narrow_twice_equals_narrow_once() {
        assert_eq!(narrow("a = 1 AND b = 2", "b = 2"), "a = 1 AND b = 2");
        assert_eq!(narrow("a = 1 -- why", "b = 2"), "a = 1 -- why\nAND b = 2");
    }

    #[test]
    fn rename_reference_changes_only_references() {
        let rule = "@vip AND @vip2 AND note = '@vip' AND @plan.\"pro x\" OR @plan";
        assert_eq!(
            rename_reference(rule, "vip", "best"),
            "@best AND @vip2 AND note = '@vip' AND @plan.\"pro x\" OR @plan"
        );
        assert_eq!(
            rename_reference(rule, "plan", "tier"),
            "@vip AND @vip2 AND note = '@vip' AND @tier.\"pro x\" OR @tier"
        );
    }
}
