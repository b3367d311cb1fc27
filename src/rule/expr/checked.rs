use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::{Expr, ListedFile, Node};
use crate::model::Datum;

/// A rule that was read and checked: a condition over one customer's row.
///
/// Cheap to clone. Two rules with the same canonical text have the same answer on the same base.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The normal form.
    expr: Arc<Expr>,
    /// The tree as it was written.
    written: Arc<Expr>,
    canonical: Arc<OnceLock<String>>,
}

impl PartialEq for Checked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.expr, &other.expr) || self.expr == other.expr
    }
}

impl Checked {
    /// Creates a rule from the tree of its condition.
    pub(in crate::rule) fn new(written: Arc<Expr>) -> Self {
        Self { expr: written.normal(), written, canonical: Arc::default() }
    }

    fn from_parts(expr: Arc<Expr>, written: Arc<Expr>) -> Self {
        Self { expr, written, canonical: Arc::default() }
    }

    /// Returns the rule that holds for every customer.
    pub fn everyone() -> Self {
        Self::constant(Some(true))
    }

    /// Creates a rule with the same truth for every customer; `None` is null.
    pub fn constant(truth: Option<bool>) -> Self {
        Self::new(Arc::new(Expr::truth(truth)))
    }

    /// Returns the normal form: what engines evaluate and print.
    pub fn expr(&self) -> &Arc<Expr> {
        &self.expr
    }

    /// Returns the tree in the order of the text, with its `@names`.
    pub fn written(&self) -> &Arc<Expr> {
        &self.written
    }

    /// Returns the rule that holds where both rules hold.
    pub fn and(&self, other: &Checked) -> Checked {
        let written = [self.written.clone(), other.written.clone()];
        let written = Expr::condition(Node::And(written.into()), 0..0);
        Self::from_parts(Expr::all([self.expr.clone(), other.expr.clone()]), Arc::new(written))
    }

    /// Returns the conjunction of the rules; without any, the rule that holds for everyone.
    pub fn all<'a>(rules: impl IntoIterator<Item = &'a Checked>) -> Checked {
        let (exprs, written): (Vec<_>, Vec<_>) =
            rules.into_iter().map(|rule| (rule.expr.clone(), rule.written.clone())).unzip();
        let written = match written.as_slice() {
            [] => return Self::everyone(),
            [only] => only.clone(),
            _ => Arc::new(Expr::condition(Node::And(written), 0..0)),
        };
        Self::from_parts(Expr::all(exprs), written)
    }

    /// Returns the disjunction of the rules; without any, the rule that holds for nobody.
    pub fn any<'a>(rules: impl IntoIterator<Item = &'a Checked>) -> Checked {
        let (exprs, written): (Vec<_>, Vec<_>) =
            rules.into_iter().map(|rule| (rule.expr.clone(), rule.written.clone())).unzip();
        let written = match written.as_slice() {
            [] => return Self::constant(Some(false)),
            [only] => only.clone(),
            _ => Arc::new(Expr::condition(Node::Or(written), 0..0)),
        };
        Self::from_parts(Expr::any(exprs), written)
    }

    /// Returns the rule's negation. Null stays null.
    pub fn negated(&self) -> Checked {
        let written = Expr::condition(Node::Not(self.written.clone()), 0..0);
        Self::from_parts(Expr::negation(self.expr.clone()), Arc::new(written))
    }

    /// Returns the conditions that the rule joins with AND, in the order of the text, with their places in it. A rule
    /// with an OR beside them, or all of it in parentheses, is one condition; the rule that holds for everyone has
    /// none.
    pub fn conditions(&self) -> Vec<Checked> {
        match &self.written.node {
            Node::Literal(Datum::Boolean(true)) if self.written.span.is_empty() => Vec::new(),
            Node::And(parts) if is_open_chain(&self.written, parts) => parts.iter().cloned().map(Self::new).collect(),
            _ => vec![self.clone()],
        }
    }

    /// Returns the same as [`Checked::conditions`], with those in parentheses joined by AND taken apart too.
    pub fn conjuncts(&self) -> Vec<Checked> {
        match &self.written.node {
            Node::And(parts) if is_chain(parts) => {
                parts.iter().flat_map(|part| Self::new(part.clone()).conjuncts()).collect()
            }
            _ => self.conditions(),
        }
    }

    /// Returns the same as [`Checked::conditions`], each with its text. `text` is the text that the rule was read from.
    pub fn conditions_in(&self, text: &str) -> Vec<(String, Checked)> {
        let conditions = self.conditions().into_iter();
        conditions.filter_map(|one| Some((text.get(one.place())?.to_owned(), one))).collect()
    }

    /// Returns the rule's place, in bytes of the text that it was read from.
    pub fn place(&self) -> Range<usize> {
        self.written.span.clone()
    }

    /// Returns true if the rule mentions a segment, cell or persona by `@name`.
    pub fn has_references(&self) -> bool {
        fn has(expr: &Expr) -> bool {
            matches!(expr.node, Node::Reference { .. }) || expr.children().into_iter().any(|child| has(child))
        }
        has(&self.written)
    }

    /// Returns true if one of the rule's conditions is this `@name`, alone or as one of several cells of its
    /// segmentation joined with OR.
    pub fn has_reference(&self, name: &str) -> bool {
        let is_name = |expr: &Expr| matches!(&expr.node, Node::Reference { name: other, .. } if other == name);
        let has = |condition: &Arc<Expr>| match &condition.node {
            Node::Or(cells) => are_cells(cells) && cells.iter().any(|cell| is_name(cell)),
            _ => is_name(condition),
        };
        match &self.written.node {
            Node::And(parts) if is_open_chain(&self.written, parts) => parts.iter().any(has),
            _ => has(&self.written),
        }
    }

    /// Returns the conditions that take their values from a file.
    pub fn file_lists(&self) -> Vec<FileCondition> {
        let mut found: Vec<FileCondition> = Vec::new();
        self.expr.visit(&mut |expr| {
            if let Node::In { value, list, file: Some(file) } = &expr.node {
                let column = value.as_column().map(str::to_owned);
                if !found.iter().any(|known| known.file == *file && known.column == column) {
                    let condition = Checked::new(Arc::new(expr.clone()));
                    found.push(FileCondition { file: file.clone(), values: list.clone(), column, condition });
                }
            }
        });
        found
    }

    /// Returns every column that the rule reads, spelled as in the schema; computed ones by their text.
    pub fn columns(&self) -> BTreeSet<String> {
        self.expr.columns()
    }

    /// Returns the canonical text, the key under which answers are cached.
    pub fn canonical(&self) -> String {
        self.key().to_owned()
    }

    /// Returns the canonical text by reference; it is printed once.
    pub fn key(&self) -> &str {
        self.canonical.get_or_init(|| self.expr.to_string())
    }
}

/// A condition that takes its values from a file.
#[derive(Debug, Clone)]
pub struct FileCondition {
    pub file: ListedFile,
    /// Distinct values of the file that can be compared.
    pub values: Arc<Vec<Datum>>,
    /// Column that they are compared with; `None` for a computed value.
    pub column: Option<String>,
    pub condition: Checked,
}

/// Returns true if the text has no parentheses around the chain.
fn is_open_chain(chain: &Expr, parts: &[Arc<Expr>]) -> bool {
    let starts_together = parts.first().is_some_and(|first| first.span.start == chain.span.start);
    starts_together && is_chain(parts)
}

/// Returns true if the parts stand one after another in the text: those of `5 BETWEEN age AND spend` share a part of it.
fn is_chain(parts: &[Arc<Expr>]) -> bool {
    parts.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start)
}

/// Returns true if all parts are cells of one segmentation.
fn are_cells(parts: &[Arc<Expr>]) -> bool {
    let segmentation = |part: &Arc<Expr>| match &part.node {
        Node::Reference { name, .. } => name.split_once('.').map(|(segmentation, _)| segmentation.to_owned()),
        _ => None,
    };
    match parts.first().and_then(segmentation) {
        Some(first) => parts.iter().all(|part| segmentation(part).as_ref() == Some(&first)),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Column, ColumnType, Schema};
    use crate::rule::{Context, NameKind, Namespace, check, edit};

    fn read(text: &str) -> Checked {
        let columns = [
            ("plan", ColumnType::Text),
            ("spend", ColumnType::Float),
            ("age", ColumnType::Integer),
            ("since", ColumnType::Date),
            ("active", ColumnType::Boolean),
        ];
        let column = |(name, column_type): (&str, ColumnType)| Column { name: name.into(), column_type };
        let schema = Schema::new(columns.map(column).into());
        let mut names = Namespace::default();
        names.insert("vip", NameKind::Segment, "spend > 100 AND age > 30");
        names.insert("tier.pro", NameKind::Cell, "plan = 'pro'");
        names.insert("tier.basic", NameKind::Cell, "plan = 'basic'");
        let today = "2026-06-30".parse().unwrap();
        check(text, &Context { schema: &schema, names: &names, today }).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    const RULES: &[&str] = &[
        "",
        "  spend > 1",
        "spend > 1 AND age < 5 and plan = 'a and b'",
        "spend > 1 -- and a comment\n  AND /* age > 1 AND */ age < 5 -- end",
        "(spend > 1 AND age < 5)",
        "(spend > 1 AND age < 5) AND active",
        "active AND (spend > 1 OR age < 5)",
        "active OR spend > 1 AND age < 5",
        "(spend > 1) AND ((age < 5))",
        "age BETWEEN 1 AND 5 AND spend NOT BETWEEN 1 AND 2",
        "age BETWEEN 1 AND 5",
        "5 BETWEEN age AND spend",
        "5 BETWEEN age AND spend AND active",
        "NOT active AND NOT (spend > 1 AND age < 5)",
        "CASE WHEN age > 1 AND age < 5 THEN active ELSE FALSE END AND spend > 1",
        "@vip AND (@tier.pro OR @tier.basic) AND plan IN ('a', 'b')",
        "@vip",
        "plan IS NOT DISTINCT FROM 'a' AND age > 1",
        "since >= today - INTERVAL '90 days' AND plan LIKE 'a%' AND spend > 1 AND spend > 1",
        "lower(plan) = 'a' AND age = 1 + 2 AND (active)",
        "active IS TRUE AND (NOT active)",
    ];

    #[test]
    fn conditions_of_tree_match_conditions_of_text() {
        for text in RULES {
            let conditions = read(text).conditions_in(text);
            let texts: Vec<&str> = conditions.iter().map(|(text, _)| text.as_str()).collect();
            let of_text: Vec<&str> = edit::places(text).into_iter().map(|place| &text[place]).collect();
            assert_eq!(texts, of_text, "{text}");
            for (own, rule) in &conditions {
                assert_eq!(*rule, read(own), "{own} in {text}");
                assert_eq!(rule.has_references(), !crate::rule::references(own).is_empty(), "{own}");
            }
        }
    }

    #[test]
    fn conjuncts_include_conditions_in_parentheses() {
        let texts = |text: &str| -> Vec<String> {
            read(text).conjuncts().iter().map(|one| text[one.place()].to_owned()).collect()
        };
        assert_eq!(
            texts("(spend > 1 AND (age < 5 AND active)) AND plan = 'a'"),
            ["spend > 1", "age < 5", "active", "plan = 'a'"]
        );
        assert_eq!(texts("(spend > 1 OR age < 5) AND active"), ["(spend > 1 OR age < 5)", "active"]);
        assert_eq!(texts("5 BETWEEN age AND spend AND active"), ["5 BETWEEN age AND spend", "active"]);
        assert!(read("").conjuncts().is_empty());
        for text in RULES {
            let rule = read(text);
            assert_eq!(Checked::all(&rule.conjuncts()).canonical(), rule.canonical(), "{text}");
        }
    }

    #[test]
    fn joined_conditions_equal_rule() {
        for text in RULES {
            let rule = read(text);
            assert_eq!(Checked::all(&rule.conditions()).canonical(), rule.canonical(), "{text}");
        }
    }

    #[test]
    fn rule_without_condition_equals_edited_text() {
        for text in RULES {
            let conditions = read(text).conditions();
            let places: Vec<_> = conditions.iter().map(Checked::place).collect();
            for gone in 0..1usize << conditions.len() {
                let is_gone = |at: usize| gone >> at & 1 == 1;
                let rest = edit::without_places(text, &places, is_gone);
                let kept: Vec<Checked> =
                    (0..conditions.len()).filter(|at| !is_gone(*at)).map(|at| conditions[at].clone()).collect();
                assert_eq!(read(&rest).canonical(), Checked::all(&kept).canonical(), "{rest} from {text}");
            }
        }
    }
}
