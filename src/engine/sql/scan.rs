//! A scan: sums over the base's customers or a filter's, which are one statement.

use std::collections::HashMap;

use super::strata::Strata;
use super::terms::{Subset, Term, Terms};
use crate::rule::print::{DatabaseTables, Refused, SqlDialect};

/// One sum of a scan.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScanSum {
    pub(super) scan: usize,
    pub(super) place: SumPlace,
    /// Rows of the answer to add up, in a scan by strata; other scans have one row.
    pub(super) strata: Option<Strata>,
}

/// Position of a sum in a scan's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SumPlace {
    Column(usize),
    /// Index in the list of counts.
    Listed(usize),
}

/// Sums over one scan of the base or of a filter's customers.
pub(super) struct Scan {
    pub(super) filter: Option<Term>,
    strata: Vec<Term>,
    pub(super) terms: Terms,
    pub(super) sums: Vec<String>,
    /// Counts that the dialect returns as one list.
    counts: Vec<String>,
    by_text: HashMap<String, SumPlace>,
}

/// Customers that a scan ranges over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    Base,
    Filter,
    /// The filter's customers, with a row of sums per stratum.
    FilterByStrata,
}

/// Kind of a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SumKind {
    /// A count. Counts of strata can be added up, and be in a list.
    Count,
    /// A sum. Sums of strata can be added up.
    Total,
    Moment,
}

impl Scan {
    pub(super) fn new(filter: Option<Term>, strata: Vec<Term>) -> Self {
        let (mut terms, sums, counts, by_text) = <(Terms, _, _, _)>::default();
        for set in &strata {
            terms.truth_of(set);
        }
        Self { filter, strata, terms, sums, counts, by_text }
    }

    pub(super) fn len(&self) -> usize {
        self.sums.len() + self.counts.len()
    }

    /// Returns the number of columns before those of the sums: the stratum, and the list of counts.
    pub(super) fn lead(&self, dialect: SqlDialect) -> usize {
        usize::from(!self.strata.is_empty()) + usize::from(dialect.aggregates().lists_counts())
    }

    /// Returns the place of a sum, which is added if it is new.
    pub(super) fn add(&mut self, text: String, kind: SumKind, dialect: SqlDialect) -> SumPlace {
        if let Some(known) = self.by_text.get(&text) {
            return *known;
        }
        let place = match kind == SumKind::Count && dialect.aggregates().lists_counts() {
            true => SumPlace::Listed(self.counts.len()),
            false => SumPlace::Column(self.lead(dialect) + self.sums.len()),
        };
        match place {
            SumPlace::Listed(_) => self.counts.push(text.clone()),
            SumPlace::Column(_) => self.sums.push(text.clone()),
        }
        self.by_text.insert(text, place);
        place
    }

    /// Prints the statement.
    ///
    /// # Errors
    /// When the dialect cannot say a part of it.
    pub(super) fn statement(&self, dialect: SqlDialect, tables: &DatabaseTables) -> Result<String, Refused> {
        let filter = self.filter.as_ref();
        let aggregates = dialect.aggregates();
        let mut sums = Vec::new();
        let mut group = None;
        if !self.strata.is_empty() {
            let sets: Vec<String> = self.strata.iter().map(|set| self.terms.known_truth_of(set)).collect();
            let (stratum, by) = aggregates.strata(&sets);
            sums.push(format!("{stratum} AS w"));
            group = Some(by);
        }
        if aggregates.lists_counts() {
            sums.push(aggregates.list(&self.counts));
        }
        sums.extend(self.sums.iter().enumerate().map(|(at, sum)| format!("{sum} AS s{at}")));
        if filter.is_none() {
            sums.push("COUNT(*) AS n".to_owned());
        }
        if group.is_some() || aggregates.sums_in_place() {
            return self.terms.select_in_place(&sums, filter, group.as_deref(), dialect, tables);
        }
        let inner = self.terms.select_where(filter, dialect, tables, |_| Ok(Vec::new()))?;
        Ok(format!("SELECT {} FROM ({inner}) {}t", sums.join(", "), dialect.alias()))
    }
}

/// Counts customers by a sum of products, or by their conditions if the dialect evaluates them in the sum.
pub(super) fn count_text(terms: &mut Terms, subset: &Subset, dialect: SqlDialect, range: Range) -> String {
    let aggregates = dialect.aggregates();
    if range != Range::FilterByStrata && !aggregates.sums_in_place() {
        return format!("SUM({})", terms.flag(subset));
    }
    match terms.truth(subset) {
        Some(conditions) if conditions.is_empty() => "COUNT(*)".into(),
        Some(conditions) => aggregates.count_where(&conditions.join(" AND ")),
        None => "SUM(0)".into(),
    }
}
