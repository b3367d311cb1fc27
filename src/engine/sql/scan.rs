//! A scan: sums over the base's customers or a filter's, which are one statement.

use std::collections::HashMap;

use super::base_sums::BaseSum;
use super::strata::Strata;
use super::terms::{Subset, Term, Terms};
use crate::rule::print::{DatabaseTables, Refused, SqlDialect};

/// Name of the column of the stratum's number.
const STRATUM: &str = "w";

/// One sum of a scan.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScanSum {
    pub(super) scan: usize,
    pub(super) place: SumPlace,
}

/// Position of a sum in a scan's answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum SumPlace {
    Column(usize),
    /// Index in the list of counts.
    Listed(usize),
    /// The sum itself, which an earlier scan of the base has found.
    Known(BaseSum),
}

/// Sums over one scan of the base or of a filter's customers.
pub(super) struct Scan {
    pub(super) filter: Option<Term>,
    strata: Vec<Term>,
    pub(super) terms: Terms,
    /// Sums of each stratum, which the others are sums of.
    by_stratum: Vec<String>,
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
    /// The filter's customers, summed by strata first.
    FilterByStrata,
}

/// Kind of a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SumKind {
    /// A count. Counts of strata can be added up, and be in a list.
    Count,
    /// A sum. Sums of strata can be added up.
    Total,
    /// The largest of the strata's is that of all.
    Largest,
    Moment,
}

impl Scan {
    pub(super) fn new(filter: Option<Term>, strata: Vec<Term>) -> Self {
        let (mut terms, by_stratum, sums, counts, by_text) = <(Terms, _, _, _, _)>::default();
        for set in &strata {
            terms.truth_of(set);
        }
        Self { filter, strata, terms, by_stratum, sums, counts, by_text }
    }

    pub(super) fn len(&self) -> usize {
        self.sums.len() + self.counts.len()
    }

    /// Returns the number of columns before those of the sums: the list of counts.
    fn lead(dialect: SqlDialect) -> usize {
        usize::from(dialect.aggregates().lists_counts())
    }

    /// Returns the column with the number of customers that the scan has met.
    pub(super) fn customers(&self, dialect: SqlDialect) -> usize {
        Self::lead(dialect) + self.sums.len()
    }

    /// Adds a sum over some strata, and returns its place.
    pub(super) fn add_over(&mut self, strata: Strata, text: String, kind: SumKind, dialect: SqlDialect) -> SumPlace {
        let at = self.by_stratum.iter().position(|known| *known == text).unwrap_or_else(|| {
            self.by_stratum.push(text);
            self.by_stratum.len() - 1
        });
        let sum = match (kind, strata.condition(STRATUM, self.strata.len())) {
            (SumKind::Largest, None) => format!("MAX(i{at})"),
            (SumKind::Largest, Some(condition)) => format!("MAX(CASE WHEN {condition} THEN i{at} END)"),
            (_, None) => format!("SUM(i{at})"),
            (_, Some(condition)) => dialect.aggregates().sum_where(&format!("i{at}"), &condition),
        };
        self.add(sum, kind, dialect)
    }

    /// Returns the place of a sum, which is added if it is new.
    pub(super) fn add(&mut self, text: String, kind: SumKind, dialect: SqlDialect) -> SumPlace {
        if let Some(known) = self.by_text.get(&text) {
            return *known;
        }
        let is_listed = kind == SumKind::Count && dialect.aggregates().lists_counts();
        let place = match is_listed {
            true => SumPlace::Listed(self.counts.len()),
            false => SumPlace::Column(Self::lead(dialect) + self.sums.len()),
        };
        let sums = if is_listed { &mut self.counts } else { &mut self.sums };
        sums.push(text.clone());
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
        if aggregates.lists_counts() {
            sums.push(format!("{} AS l", aggregates.list(&self.counts)));
        }
        sums.extend(self.sums.iter().enumerate().map(|(at, sum)| format!("{sum} AS s{at}")));
        if filter.is_none() {
            sums.push("COUNT(*) AS n".to_owned());
        }
        if self.strata.is_empty() && aggregates.sums_in_place() {
            return self.terms.select_in_place(&sums, filter, None, dialect, tables);
        }
        let inner = match self.strata.is_empty() {
            true => self.terms.select_where(filter, dialect, tables, |_| Ok(Vec::new()))?,
            false => self.strata_statement(dialect, tables)?,
        };
        Ok(format!("SELECT {} FROM ({inner}) {}t", sums.join(", "), dialect.alias()))
    }

    /// Prints the sums of each stratum.
    fn strata_statement(&self, dialect: SqlDialect, tables: &DatabaseTables) -> Result<String, Refused> {
        let sets: Vec<String> = self.strata.iter().map(|set| self.terms.known_truth_of(set)).collect();
        let (stratum, by) = dialect.aggregates().strata(&sets);
        let mut sums = vec![format!("{stratum} AS {STRATUM}")];
        sums.extend(self.by_stratum.iter().enumerate().map(|(at, sum)| format!("{sum} AS i{at}")));
        self.terms.select_in_place(&sums, self.filter.as_ref(), Some(&by), dialect, tables)
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
