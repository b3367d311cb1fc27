//! The rules that a sample can answer: those over columns that it holds.

use std::collections::BTreeSet;

use super::Catalog;
use super::catalog::SegmentationState;
use crate::model::PERSONA;
use crate::rule::{Checked, Node, RuleError};

/// Columns that a sample holds, spelled as in the base's schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SampledColumns(BTreeSet<String>);

impl FromIterator<String> for SampledColumns {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

impl SampledColumns {
    pub fn contains(&self, column: &str) -> bool {
        self.0.contains(column)
    }

    /// Returns the first part of the rule that the sample lacks: a column that is not stored, rows of another table, or
    /// a rank among all customers. Returns `None` if the sample can answer. The column `persona` needs the audiences of
    /// all personas in `catalog`.
    pub fn lacks(&self, rule: &Checked, catalog: &Catalog) -> Option<String> {
        let mut lacks = None;
        let mut is_about_personas = false;
        rule.expr().visit(&mut |expr| match &expr.node {
            Node::Column(name) if name == PERSONA && !self.contains(name) => is_about_personas = true,
            Node::Column(name) if !self.contains(name) => drop(lacks.get_or_insert_with(|| name.clone())),
            Node::Computed(computed) => drop(lacks.get_or_insert_with(|| computed.label.clone())),
            Node::Persona => is_about_personas = true,
            _ => {}
        });
        match is_about_personas {
            true => lacks.or_else(|| self.personas_lack(catalog)),
            false => lacks,
        }
    }

    /// Returns the first thing in the personas' audiences that the sample lacks. No audience names the personas' column.
    fn personas_lack(&self, catalog: &Catalog) -> Option<String> {
        catalog.audiences().into_iter().find_map(|audience| self.lacks(audience, &Catalog::default()))
    }

    /// Returns the catalog without the rules that the sample cannot answer: each has the reason in its place.
    pub fn answerable(&self, catalog: &Catalog) -> Catalog {
        let mut reduced = catalog.clone();
        let check = |rule: &mut Result<Checked, RuleError>| {
            if let Ok(checked) = rule
                && let Some(missing) = self.lacks(checked, catalog)
            {
                *rule = Err(RuleError::new(0..0, not_sampled(&missing)));
            }
        };
        for entry in &mut reduced.segments {
            match &mut entry.body {
                SegmentationState::Segment { rule, .. } => check(rule),
                SegmentationState::Segmentation { cells, .. } => {
                    cells.iter_mut().flatten().for_each(|cell| check(&mut cell.rule));
                }
            }
        }
        for entry in &mut reduced.personas {
            check(&mut entry.audience);
            entry.spans.iter_mut().for_each(|span| check(&mut span.segment));
        }
        reduced
    }
}

/// Returns the reason why a rule about this has no estimate.
pub fn not_sampled(missing: &str) -> String {
    format!("{missing} is not in the sample")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Column, ColumnType, Definitions, Events, Persona, Schema, Segment, TableColumns};
    use crate::rule::{self, Context};

    fn schema() -> Schema {
        let column = |name: &str| Column { name: name.into(), column_type: ColumnType::Integer };
        let columns = TableColumns { key: Some("id".into()), ..TableColumns::default() };
        let orders =
            Events { name: "orders".into(), columns, schema: Schema::new(vec![column("id"), column("amount")]) };
        let base = Schema::new(["id", "n", "secret"].map(column).into()).with_key(Some("id".into()));
        base.with_events(vec![orders]).with_personas(true)
    }

    fn catalog(audience: &str) -> Catalog {
        let segment = |name: &str, rule: &str| Segment { name: name.into(), kind: None, rule: rule.into(), note: None };
        let definitions = Definitions {
            segments: vec![segment("few", "n < 10"), segment("hidden", "secret > 1"), segment("buyers", audience)],
            personas: vec![
                Persona { id: "ann".into(), spans: vec!["few".into()], ..Persona::default() },
                Persona { id: "bob".into(), spans: vec!["buyers".into()], ..Persona::default() },
            ],
            ..Definitions::default()
        };
        Catalog::new(&definitions, &Default::default(), &schema(), today())
    }

    fn today() -> chrono::NaiveDate {
        "2026-06-30".parse().expect("a date")
    }

    fn lacks(rule: &str, catalog: &Catalog) -> Option<String> {
        let sampled: SampledColumns = ["id", "n"].map(str::to_owned).into_iter().collect();
        let schema = schema();
        let rule = rule::check(rule, &Context { schema: &schema, names: &catalog.names, today: today() });
        sampled.lacks(&rule.expect("a good rule"), catalog)
    }

    #[test]
    fn rule_over_stored_columns_can_be_estimated() {
        let catalog = catalog("n > 3");
        assert_eq!(lacks("n > 3 AND NOT id IN (1, 2) OR @few", &catalog), None);
        assert_eq!(lacks("n > 3 AND secret IS NULL", &catalog).as_deref(), Some("secret"));
        assert_eq!(lacks("@hidden", &catalog).as_deref(), Some("secret"));
    }

    #[test]
    fn events_ranks_and_parts_cannot_be_estimated() {
        let catalog = catalog("n > 3");
        assert_eq!(lacks("orders.count() > 1 OR n > 3", &catalog).as_deref(), Some("orders.count()"));
        assert_eq!(lacks("top(n, 10)", &catalog).as_deref(), Some("top(n, 10)"));
        assert!(lacks("split(10) = 0", &catalog).is_some());
    }

    #[test]
    fn persona_rule_needs_sampled_columns_of_all_audiences() {
        assert_eq!(lacks("persona = 'ann'", &catalog("n > 3")), None);
        assert_eq!(lacks("persona = 'ann'", &catalog("secret > 1")).as_deref(), Some("secret"));
    }

    #[test]
    fn sampled_catalog_keeps_only_estimable_segments() {
        let sampled: SampledColumns = ["id", "n"].map(str::to_owned).into_iter().collect();
        let reduced = sampled.answerable(&catalog("orders.count() > 1"));
        let names: Vec<&str> = reduced.countable().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["few"]);
        assert_eq!(reduced.personas.iter().map(|entry| entry.audience.is_ok()).collect::<Vec<_>>(), [true, false]);
        let error = reduced.personas[1].spans[0].segment.as_ref().map(|_| ()).expect_err("no estimate");
        assert!(error.to_string().contains("orders.count() is not in the sample"), "{error}");
    }
}
