//! The normal form of a condition: equal conditions are equal trees.

use std::sync::Arc;

use super::{Comparison, Expr, Node};
use crate::model::Datum;

impl Expr {
    /// Returns the conjunction: flat, sorted by text, without repeats, with constants folded as three-valued logic
    /// allows.
    pub fn all(parts: impl IntoIterator<Item = Arc<Expr>>) -> Arc<Expr> {
        combine(parts, true)
    }

    /// Returns the disjunction in the form described at [`Expr::all`].
    pub fn any(parts: impl IntoIterator<Item = Arc<Expr>>) -> Arc<Expr> {
        combine(parts, false)
    }

    /// Returns the negation of a condition. Null stays null.
    pub fn negation(part: Arc<Expr>) -> Arc<Expr> {
        match &part.node {
            Node::Literal(Datum::Boolean(truth)) => Arc::new(Self::truth(Some(!truth))),
            Node::Literal(Datum::Null) => part,
            Node::Not(inner) => inner.clone(),
            _ => {
                let span = part.span.clone();
                Arc::new(Self::condition(Node::Not(part), span))
            }
        }
    }

    /// Returns the normal form of a condition: names replaced by their rules, `AND` and `OR` flat and sorted, `BETWEEN`
    /// as two comparisons, double negations gone.
    pub fn normal(self: &Arc<Self>) -> Arc<Expr> {
        match &self.node {
            Node::Reference { rule, .. } => rule.expr().clone(),
            Node::Compare(Comparison::NotEqual, left, right) => {
                let node = Node::Compare(Comparison::Equal, left.normal(), right.normal());
                Self::negation(Arc::new(Self::condition(node, self.span.clone())))
            }
            Node::And(parts) => Self::all(parts.iter().map(Self::normal)),
            Node::Or(parts) => Self::any(parts.iter().map(Self::normal)),
            Node::Not(part) => Self::negation(part.normal()),
            Node::Between { value, low, high } => {
                let bound = |op, bound: &Arc<Expr>| {
                    let node = Node::Compare(op, value.normal(), bound.normal());
                    Arc::new(Self::condition(node, self.span.clone()))
                };
                Self::all([bound(Comparison::GreaterOrEqual, low), bound(Comparison::LessOrEqual, high)])
            }
            _ if self.children().is_empty() => self.clone(),
            _ => Arc::new(Self { node: self.node.map(|child| child.normal()), ..self.as_ref().clone() }),
        }
    }
}

/// Joins conditions. `neutral` is the constant that changes nothing: true for AND, false for OR. Its opposite decides
/// alone.
fn combine(parts: impl IntoIterator<Item = Arc<Expr>>, neutral: bool) -> Arc<Expr> {
    let mut flat: Vec<(String, Arc<Expr>)> = Vec::new();
    for part in parts {
        match &part.node {
            Node::Literal(Datum::Boolean(truth)) if *truth == neutral => {}
            Node::Literal(Datum::Boolean(truth)) => return Arc::new(Expr::truth(Some(*truth))),
            Node::And(inner) if neutral => flat.extend(inner.iter().map(|p| (p.to_string(), p.clone()))),
            Node::Or(inner) if !neutral => flat.extend(inner.iter().map(|p| (p.to_string(), p.clone()))),
            _ => flat.push((part.to_string(), part)),
        }
    }
    flat.sort_by(|a, b| a.0.cmp(&b.0));
    flat.dedup_by(|a, b| a.0 == b.0);
    let mut parts: Vec<Arc<Expr>> = flat.into_iter().map(|(_, part)| part).collect();
    if parts.len() < 2 {
        return parts.pop().unwrap_or_else(|| Arc::new(Expr::truth(Some(neutral))));
    }
    Arc::new(Expr::condition(if neutral { Node::And(parts) } else { Node::Or(parts) }, 0..0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(column: &str) -> Arc<Expr> {
        Arc::new(Expr::condition(Node::Column(column.into()), 0..0))
    }

    #[test]
    fn normal_form_ignores_order_and_repeats() {
        let (a, b, c) = (holds("a"), holds("b"), holds("c"));
        let once = Expr::all([a.clone(), b.clone(), c.clone()]);
        assert_eq!(once, Expr::all([c, Expr::all([b.clone(), a.clone()]), a.clone()]));
        assert_eq!(Expr::any([a.clone(), b, a]).to_string(), r#"("a") OR ("b")"#);
    }

    #[test]
    fn constants_fold_as_three_valued_logic_allows() {
        let (a, null) = (holds("a"), Arc::new(Expr::truth(None)));
        let [yes, no] = [true, false].map(|truth| Arc::new(Expr::truth(Some(truth))));
        assert_eq!(Expr::all([yes, a.clone()]), a);
        assert_eq!(Expr::all([a.clone(), no.clone()]), no);
        assert_eq!(Expr::all([a, null.clone()]).to_string(), r#"("a") AND (NULL)"#);
        assert_eq!(Expr::negation(null.clone()), null);
        assert_eq!(Expr::any([]), no);
    }

    #[test]
    fn double_negation_is_removed() {
        assert_eq!(Expr::negation(Expr::negation(holds("a"))), holds("a"));
    }
}
