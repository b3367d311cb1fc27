use std::collections::BTreeSet;
use std::sync::Arc;

use super::simple::Simple;

/// A rule that was parsed, whose names were all found, and which is known to be a row-wise boolean.
///
/// Cheap to clone. Two rules with the same canonical text have the same answer on the same base.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    pub tree: Arc<Tree>,
}

/// The rule split at AND, OR and NOT, under SQL's three-valued logic.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// The same truth for every customer; `None` is null.
    Constant(Option<bool>),
    Atom(Atom),
    Not(Arc<Tree>),
    /// Two or more parts, none of them an `And`, sorted by canonical text, without repeats.
    And(Vec<Arc<Tree>>),
    /// Two or more parts, none of them an `Or`, sorted by canonical text, without repeats.
    Or(Vec<Arc<Tree>>),
}

/// A condition that is evaluated as one piece. Its columns are spelled as in the schema and always quoted.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom {
    /// SQL that `polars::sql::sql_expr` evaluates to this atom's truth, nulls as SQL has them. It is
    /// canonical: conditions that mean the same by spelling alone have the same text, so it is a cache key.
    pub sql: String,
    /// The columns that it reads.
    pub columns: BTreeSet<String>,
    /// The same as the SQL, where it is plain enough to be answered without it; then there is one column.
    pub simple: Option<Simple>,
}

impl Checked {
    /// The rule that holds for every customer.
    pub fn everyone() -> Self {
        Self::constant(Some(true))
    }

    pub fn constant(truth: Option<bool>) -> Self {
        Self { tree: Arc::new(Tree::Constant(truth)) }
    }

    /// Both rules hold.
    pub fn and(&self, other: &Checked) -> Checked {
        Checked { tree: Tree::all([self.tree.clone(), other.tree.clone()]) }
    }

    /// At least one of the rules holds; of none, nobody.
    pub fn any<'a>(rules: impl IntoIterator<Item = &'a Checked>) -> Checked {
        Checked { tree: Tree::any(rules.into_iter().map(|rule| rule.tree.clone())) }
    }

    /// The rule does not hold (null stays null).
    pub fn negated(&self) -> Checked {
        Checked { tree: Tree::negation(self.tree.clone()) }
    }

    /// Every column that the rule reads, spelled as in the schema.
    pub fn columns(&self) -> BTreeSet<String> {
        let mut columns = BTreeSet::new();
        self.tree.collect_columns(&mut columns);
        columns
    }

    pub fn canonical(&self) -> String {
        self.tree.canonical()
    }
}

impl Tree {
    /// The conjunction, flattened, sorted and folded as [`Tree::And`] promises.
    pub fn all(parts: impl IntoIterator<Item = Arc<Tree>>) -> Arc<Tree> {
        combine(parts, true)
    }

    /// The disjunction, flattened, sorted and folded as [`Tree::Or`] promises.
    pub fn any(parts: impl IntoIterator<Item = Arc<Tree>>) -> Arc<Tree> {
        combine(parts, false)
    }

    pub fn negation(part: Arc<Tree>) -> Arc<Tree> {
        match part.as_ref() {
            Tree::Constant(truth) => Arc::new(Tree::Constant(truth.map(|t| !t))),
            Tree::Not(inner) => inner.clone(),
            _ => Arc::new(Tree::Not(part)),
        }
    }

    /// One text for all spellings of the same tree: what masks and answers are cached by.
    pub fn canonical(&self) -> String {
        match self {
            Tree::Constant(Some(true)) => "TRUE".into(),
            Tree::Constant(Some(false)) => "FALSE".into(),
            Tree::Constant(None) => "NULL".into(),
            Tree::Atom(atom) => atom.sql.clone(),
            Tree::Not(part) => format!("NOT ({})", part.canonical()),
            Tree::And(parts) => joined(parts, " AND "),
            Tree::Or(parts) => joined(parts, " OR "),
        }
    }

    fn collect_columns(&self, into: &mut BTreeSet<String>) {
        match self {
            Tree::Constant(_) => {}
            Tree::Atom(atom) => into.extend(atom.columns.iter().cloned()),
            Tree::Not(part) => part.collect_columns(into),
            Tree::And(parts) | Tree::Or(parts) => parts.iter().for_each(|part| part.collect_columns(into)),
        }
    }
}

/// `neutral` is the constant that changes nothing: true for AND, false for OR. Its opposite decides alone.
fn combine(parts: impl IntoIterator<Item = Arc<Tree>>, neutral: bool) -> Arc<Tree> {
    let mut flat: Vec<(String, Arc<Tree>)> = Vec::new();
    for part in parts {
        match part.as_ref() {
            Tree::Constant(Some(truth)) if *truth == neutral => {}
            Tree::Constant(Some(truth)) => return Arc::new(Tree::Constant(Some(*truth))),
            Tree::And(inner) if neutral => flat.extend(inner.iter().map(|p| (p.canonical(), p.clone()))),
            Tree::Or(inner) if !neutral => flat.extend(inner.iter().map(|p| (p.canonical(), p.clone()))),
            _ => flat.push((part.canonical(), part)),
        }
    }
    flat.sort_by(|a, b| a.0.cmp(&b.0));
    flat.dedup_by(|a, b| a.0 == b.0);
    let mut parts: Vec<Arc<Tree>> = flat.into_iter().map(|(_, part)| part).collect();
    match parts.len() {
        0 => Arc::new(Tree::Constant(Some(neutral))),
        1 => parts.swap_remove(0),
        _ if neutral => Arc::new(Tree::And(parts)),
        _ => Arc::new(Tree::Or(parts)),
    }
}

fn joined(parts: &[Arc<Tree>], word: &str) -> String {
    parts.iter().map(|part| format!("({})", part.canonical())).collect::<Vec<_>>().join(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(sql: &str) -> Checked {
        let columns = BTreeSet::from([sql.to_owned()]);
        Checked { tree: Arc::new(Tree::Atom(Atom { sql: sql.into(), columns, simple: None })) }
    }

    #[test]
    fn order_and_repeats_do_not_matter() {
        let (a, b, c) = (atom("a"), atom("b"), atom("c"));
        assert_eq!(a.and(&b).and(&c), c.and(&a.and(&b)).and(&a));
        assert_eq!(Checked::any([&a, &b, &a]).canonical(), "(a) OR (b)");
    }

    #[test]
    fn constants_fold_only_where_three_valued_logic_allows() {
        let (a, null) = (atom("a"), Checked::constant(None));
        assert_eq!(Checked::everyone().and(&a), a);
        assert_eq!(a.and(&Checked::constant(Some(false))), Checked::constant(Some(false)));
        assert_eq!(a.and(&null).canonical(), "(NULL) AND (a)");
        assert_eq!(null.negated(), null);
        assert_eq!(Checked::any([]), Checked::constant(Some(false)));
    }

    #[test]
    fn double_negation_is_none() {
        assert_eq!(atom("a").negated().negated(), atom("a"));
    }
}
