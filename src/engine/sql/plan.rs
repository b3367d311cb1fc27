//! The statements that a batch of questions costs, and where each figure of an answer stands in theirs.

use std::collections::HashMap;

use super::Batches;
use super::base_sums::{BaseSum, BaseSumKey};
use super::listing::{ListingLayout, ListingPlace, ListingShape, ListingStatement};
use super::read::DriverTable;
use super::results::{MomentFigures, Results, StatementPlace, SumFigures, only};
use super::scan::{Range, Scan, ScanSum, SumKind, SumPlace, count_text};
use super::strata::Strata;
use super::terms::{Subset, Term, Terms, value_where};
use crate::engine::{Answer, EngineError};
use crate::model::ColumnType;
use crate::rule::print::{DatabaseTables, Refused, Scope, SqlDialect};

/// Computes a question's answer from the statements' answers, or plans further statements.
pub(super) type AnswerReader = Box<dyn FnOnce(&Results) -> Result<PlanStep, EngineError>>;

/// Plans the second round of a question's statements.
pub(super) type FollowUp = Box<dyn FnOnce(&mut StatementPlan) -> Result<AnswerReader, EngineError>>;

/// Result of a round of statements: the answer, or another round.
pub(super) enum PlanStep {
    Answer(Answer),
    Next(FollowUp),
}

/// Statements under construction.
pub(super) struct StatementPlan<'a> {
    pub(super) dialect: SqlDialect,
    pub(super) tables: &'a DatabaseTables,
    /// Number of customers in the base.
    pub(super) customers: u64,
    /// Filter that most of the questions share. Its sums have a scan of the filter's customers alone, which reads less.
    /// The sums over the base then are a statement that stays the same while the filter changes, so that its answer is
    /// in the cache.
    filter: Option<Term>,
    /// Sets whose overlaps with others are asked for. The filter's customers are summed by the exact combination of
    /// these sets.
    strata: Vec<Term>,
    scans: Vec<Scan>,
    /// Scans with room for further sums, by their ranges.
    open: [Option<usize>; 3],
    listings: Vec<ListingStatement>,
    own: Vec<String>,
    /// Counts by the keys of their subsets, in any scan.
    counts: HashMap<String, ScanSum>,
    /// Sums over the base that need no scan.
    known: HashMap<BaseSumKey, BaseSum>,
    /// Sums over the base that the scans find, by what they are of.
    sought: Vec<(BaseSumKey, ScanSum)>,
    /// Statements that the question being planned reads.
    needs: Vec<StatementPlace>,
}

impl<'a> StatementPlan<'a> {
    /// Creates an empty plan. `filter` is the one that most questions share, if any.
    pub(super) fn new(dialect: SqlDialect, tables: &'a DatabaseTables, customers: u64, filter: Option<Term>) -> Self {
        let (strata, scans, open, listings, own, counts, known, sought, needs) = Default::default();
        Self { dialect, tables, customers, filter, strata, scans, open, listings, own, counts, known, sought, needs }
    }

    /// Takes these sums over the base for known.
    pub(super) fn with_known(self, known: HashMap<BaseSumKey, BaseSum>) -> Self {
        Self { known, ..self }
    }

    /// Sums the filter's customers by the exact combination of these sets, if the dialect does so quickly.
    pub(super) fn by_strata(mut self, sets: Vec<Term>) -> Self {
        let printed = |set: &Term| Scope::new([set.expr.as_ref()], self.dialect, self.tables)?.value(&set.expr);
        // Not every engine groups by what a sub-select returns.
        let can_group = |set: &Term| printed(set).is_ok_and(|sql| !sql.contains("SELECT"));
        let is_quick = self.filter.is_some() && self.dialect.aggregates().sums_by_strata();
        if is_quick && sets.iter().all(can_group) {
            self.strata = sets;
        }
        self
    }

    /// Returns the statements that were used since the last call.
    pub(super) fn take_needs(&mut self) -> Vec<StatementPlace> {
        let mut needs = std::mem::take(&mut self.needs);
        needs.sort_unstable();
        needs.dedup();
        needs
    }

    /// Ensures room for this many sums in one scan.
    pub(super) fn reserve(&mut self, sums: usize) {
        for open in 0..self.open.len() {
            self.make_room(open, sums);
        }
    }

    /// Ensures room for figures that are counted both in a filter and in the base. They take twice the room unless the
    /// filter is the one that most questions share.
    pub(super) fn reserve_with_filter(&mut self, filter: &Term, figures: usize) {
        self.reserve_overlap(filter, figures, 0);
    }

    /// Ensures room for sets that are counted in a filter and in the base, and for pairs of them, unless strata answer
    /// for these.
    pub(super) fn reserve_overlap(&mut self, filter: &Term, sets: usize, pairs: usize) {
        let is_shared = self.filter.as_ref().is_some_and(|shared| shared.key == filter.key);
        let figures = sets + pairs;
        let of_base = if is_shared || filter.is_everyone() { figures } else { 2 * figures };
        self.make_room(Range::Base as usize, of_base);
        if is_shared {
            let of_filter = if self.strata.is_empty() { figures } else { sets };
            self.make_room(self.range_of_filter(SumKind::Count) as usize, of_filter);
        }
    }

    /// Closes a scan that has no room for this many more sums.
    fn make_room(&mut self, open: usize, sums: usize) {
        let most = self.dialect.aggregates().max_columns();
        let is_full = |at: &usize| self.scans[*at].len() + sums > most && self.scans[*at].len() > 0;
        self.open[open] = self.open[open].filter(|at| !is_full(at));
    }

    fn range_of_filter(&self, kind: SumKind) -> Range {
        match kind {
            SumKind::Count | SumKind::Total | SumKind::Largest if !self.strata.is_empty() => Range::FilterByStrata,
            _ => Range::Filter,
        }
    }

    /// Adds a sum over a subset's customers. `make` gets the part of the subset that the scan does not already narrow
    /// to.
    fn sum(&mut self, subset: &Subset, kind: SumKind, make: impl FnOnce(&mut Terms, &Subset) -> String) -> ScanSum {
        self.sum_in_exactly(subset, kind, None, make)
    }

    /// Adds a sum over a subset's customers who are in exactly some number of the strata's sets, given as the sets'
    /// bits and the number.
    fn sum_in_exactly(
        &mut self,
        subset: &Subset,
        kind: SumKind,
        exactly: Option<(u32, u32)>,
        make: impl FnOnce(&mut Terms, &Subset) -> String,
    ) -> ScanSum {
        let within = self.filter.as_ref().and_then(|filter| subset.within(filter));
        let range = if within.is_some() { self.range_of_filter(kind) } else { Range::Base };
        let subset = within.unwrap_or_else(|| subset.clone());
        let (subset, strata) = match range {
            Range::FilterByStrata => {
                let (rest, strata) = Strata::split(&subset, &self.strata);
                (rest, Some(strata.exactly(exactly)))
            }
            Range::Base | Range::Filter => (subset, None),
        };
        let open = range as usize;
        self.make_room(open, 1);
        let at = *self.open[open].get_or_insert_with(|| {
            let filter = self.filter.clone().filter(|_| range != Range::Base);
            let strata = if range == Range::FilterByStrata { self.strata.clone() } else { Vec::new() };
            self.scans.push(Scan::new(filter, strata));
            self.scans.len() - 1
        });
        let scan = &mut self.scans[at];
        let text = make(&mut scan.terms, &subset);
        let place = match strata {
            Some(strata) => scan.add_over(strata, text, kind, self.dialect),
            None => scan.add(text, kind, self.dialect),
        };
        self.needs.push(StatementPlace::Scan(at));
        ScanSum { scan: at, place }
    }

    /// Counts the customers of the subset.
    pub(super) fn count(&mut self, subset: &Subset) -> ScanSum {
        let key = subset.key();
        if let Some(known) = self.counts.get(&key) {
            let known = *known;
            if !matches!(known.place, SumPlace::Known(_)) {
                self.needs.push(StatementPlace::Scan(known.scan));
            }
            return known;
        }
        let figure = self.of_base(BaseSumKey::Customers(key.clone()), subset, |plan| plan.count_exactly(subset, None));
        self.counts.insert(key, figure);
        figure
    }

    /// Returns a sum over a subset: that of an earlier scan if it is one over the base and known, else what `add` adds.
    fn of_base(&mut self, key: BaseSumKey, subset: &Subset, add: impl FnOnce(&mut Self) -> ScanSum) -> ScanSum {
        if self.filter.as_ref().is_some_and(|filter| subset.within(filter).is_some()) {
            return add(self);
        }
        if let Some(known) = self.known.get(&key) {
            return ScanSum { scan: usize::MAX, place: SumPlace::Known(*known) };
        }
        let sum = add(self);
        self.sought.push((key, sum));
        sum
    }

    /// Reads the sums over the base that a scan was asked for.
    pub(super) fn found(&self, place: StatementPlace, answer: &Batches) -> Vec<(BaseSumKey, BaseSum)> {
        let table = DriverTable(answer);
        let of_scan = self.sought.iter().filter(|(_, sum)| StatementPlace::Scan(sum.scan) == place);
        let found = |(key, sum): &(BaseSumKey, ScanSum)| {
            let is_count = !matches!(key, BaseSumKey::Total(..));
            let sum = match sum.place {
                SumPlace::Column(column) if is_count => BaseSum::Count(only(table.counts(column).ok()?).ok()?),
                SumPlace::Column(column) => BaseSum::Total(only(table.floats(column).ok()?).ok()?),
                SumPlace::Listed(item) => BaseSum::Count(only(table.listed_counts(0, item).ok()?).ok()?),
                SumPlace::Known(_) => return None,
            };
            Some((key.clone(), sum))
        };
        of_scan.filter_map(found).collect()
    }

    fn count_exactly(&mut self, subset: &Subset, exactly: Option<(u32, u32)>) -> ScanSum {
        let is_within = self.filter.as_ref().is_some_and(|filter| subset.within(filter).is_some());
        let range = if is_within { self.range_of_filter(SumKind::Count) } else { Range::Base };
        let dialect = self.dialect;
        self.sum_in_exactly(subset, SumKind::Count, exactly, |terms, subset| count_text(terms, subset, dialect, range))
    }

    /// Counts the customers of the subset in exactly `number` of the sets.
    pub(super) fn count_in_exactly(&mut self, subset: &Subset, sets: &[Term], number: usize) -> ScanSum {
        let is_within = self.filter.as_ref().is_some_and(|filter| subset.within(filter).is_some());
        if is_within && let Some(bits) = Strata::bits(sets, &self.strata) {
            return self.count_exactly(subset, Some((bits, number as u32)));
        }
        self.sum(subset, SumKind::Count, |terms, subset| {
            let conditions: Vec<String> = sets.iter().map(|set| terms.condition(set)).collect();
            let sum = if conditions.is_empty() { "0".into() } else { terms.derive(conditions.join(" + ")) };
            match terms.flag(subset).as_str() {
                "1" => format!("SUM(CASE WHEN {sum} = {number} THEN 1 ELSE 0 END)"),
                flag => format!("SUM(CASE WHEN {sum} = {number} THEN {flag} ELSE 0 END)"),
            }
        })
    }

    /// Counts the customers of the subset with a value.
    pub(super) fn known(&mut self, subset: &Subset, value: &Term) -> ScanSum {
        self.of_base(BaseSumKey::Known(value.key.clone(), subset.key()), subset, |plan| {
            plan.sum(subset, SumKind::Count, |terms, subset| {
                format!("COUNT({})", value_where(&terms.value(value), &terms.flag(subset)))
            })
        })
    }

    /// Sums a value over the subset.
    pub(super) fn total(&mut self, subset: &Subset, value: &Term) -> ScanSum {
        let dialect = self.dialect;
        self.of_base(BaseSumKey::Total(value.key.clone(), subset.key()), subset, |plan| {
            plan.sum(subset, SumKind::Total, |terms, subset| {
                let value_sql = value_where(&terms.value(value), &terms.flag(subset));
                float_sum(dialect, &value_sql, value.kind())
            })
        })
    }

    /// Adds the largest absolute value of one customer of the subset.
    pub(super) fn largest(&mut self, subset: &Subset, value: &Term) -> ScanSum {
        let dialect = self.dialect;
        self.sum(subset, SumKind::Largest, |terms, subset| {
            largest(dialect, &value_where(&terms.value(value), &terms.flag(subset)), value.kind())
        })
    }

    /// Sums a value over the subset and over everyone, with the largest values in the subset and among `others`.
    pub(super) fn value_sums(&mut self, subset: &Subset, others: Option<&Subset>, value: &Term) -> SumFigures {
        let everyone = Subset::everyone();
        let largest = others.map(|others| (self.largest(subset, value), self.largest(others, value)));
        SumFigures {
            largest,
            in_filter: self.total(subset, value),
            known_in_filter: self.known(subset, value),
            in_base: self.total(&everyone, value),
            known_in_base: self.known(&everyone, value),
        }
    }

    /// Adds the mean and variance of a column of numbers, dates or timestamps over the subset.
    pub(super) fn moments(&mut self, subset: &Subset, value: &Term) -> MomentFigures {
        let aggregates = self.dialect.aggregates();
        let number = |terms: &mut Terms, subset: &Subset| value_where(&terms.number(value), &terms.flag(subset));
        // Far from zero squares are infinite, which some engines refuse to compute.
        let near = |number: &str| format!("CASE WHEN ABS({number}) < {MAX_SQUARABLE} THEN {number} END");
        let is_float = value.kind() == ColumnType::Float;
        let narrow = move |number: String| if is_float { near(&number) } else { number };
        MomentFigures {
            known: self.sum(subset, SumKind::Moment, |terms, subset| {
                format!("COUNT({})", value_where(&terms.value(value), &terms.flag(subset)))
            }),
            mean: self.sum(subset, SumKind::Moment, |terms, subset| aggregates.mean(&number(terms, subset))),
            variance: self
                .sum(subset, SumKind::Moment, |terms, subset| aggregates.variance(&narrow(number(terms, subset)))),
            near: is_float.then(|| {
                self.sum(subset, SumKind::Moment, |terms, subset| format!("COUNT({})", narrow(number(terms, subset))))
            }),
        }
    }

    /// Adds a statement that no other question shares.
    pub(super) fn own(&mut self, statement: String) -> StatementPlace {
        let at = self.own.iter().position(|known| *known == statement).unwrap_or_else(|| {
            self.own.push(statement);
            self.own.len() - 1
        });
        self.needs.push(StatementPlace::Own(at));
        StatementPlace::Own(at)
    }

    /// Adds a listing of a column's values by their customers. A column that is listed in another shape already stays in its
    /// statement.
    pub(super) fn listing(&mut self, shape: &ListingShape, column: &Term) -> ListingPlace {
        let key = shape.key();
        let most = if self.dialect.aggregates().has_grouping_sets() { super::listing::MAX_COLUMNS } else { 1 };
        let in_shape = |listing: &ListingStatement| listing.has_shape(&key) && listing.has_room(column, most);
        let has_column = |listing: &ListingStatement| listing.has_column(column);
        let listings = &self.listings;
        let found = listings.iter().position(in_shape).or_else(|| listings.iter().position(has_column));
        let at = found.unwrap_or_else(|| {
            self.listings.push(ListingStatement::default());
            self.listings.len() - 1
        });
        self.needs.push(StatementPlace::Listing(at));
        self.listings[at].add(at, shape, column)
    }

    /// The columns of the listings' answers.
    pub(super) fn layouts(&self) -> Vec<ListingLayout> {
        self.listings.iter().map(ListingStatement::layout).collect()
    }

    /// Prints all statements.
    ///
    /// # Errors
    /// When the dialect cannot say one of them.
    pub(super) fn statements(&self) -> Result<Vec<(StatementPlace, String)>, Refused> {
        let mut statements = Vec::new();
        for (at, scan) in self.scans.iter().enumerate().filter(|(_, scan)| scan.len() > 0) {
            statements.push((StatementPlace::Scan(at), scan.statement(self.dialect, self.tables)?));
        }
        for (at, listing) in self.listings.iter().enumerate() {
            statements.push((StatementPlace::Listing(at), listing.statement(self.dialect, self.tables)?));
        }
        statements.extend(self.own.iter().enumerate().map(|(at, own)| (StatementPlace::Own(at), own.clone())));
        Ok(statements)
    }

    /// Checks that a scan of the base saw as many customers as the base had when it was opened.
    ///
    /// # Errors
    /// `Changed` if it has not.
    pub(super) fn check_base(&self, place: StatementPlace, answer: &Batches) -> Result<(), EngineError> {
        let StatementPlace::Scan(at) = place else { return Ok(()) };
        let scan = &self.scans[at];
        if scan.filter.is_some() {
            return Ok(());
        }
        let now = only(DriverTable(answer).counts(scan.customers(self.dialect))?)?;
        match now == self.customers {
            true => Ok(()),
            false => {
                let before = self.customers;
                let reason = format!("the base has changed since it was opened: {now} customers instead of {before}");
                Err(EngineError::Changed(reason))
            }
        }
    }
}

/// Largest number whose square is finite, also when squares are summed over all customers.
const MAX_SQUARABLE: &str = "1e150";

/// Prints a sum as a float. Exact values are summed exactly first.
pub(super) fn float_sum(dialect: SqlDialect, value: &str, kind: ColumnType) -> String {
    let sum = dialect.aggregates().sum(value, kind);
    if kind == ColumnType::Float { sum } else { dialect.to_float(&sum) }
}

/// Prints the largest absolute value, as a float.
pub(super) fn largest(dialect: SqlDialect, value: &str, kind: ColumnType) -> String {
    match kind {
        ColumnType::Float => format!("MAX(ABS({value}))"),
        _ => format!("MAX(ABS({}))", dialect.to_float(value)),
    }
}

/// Prints `LIMIT` and `OFFSET`. Some engines have no limits beyond 32 bits, and no offset without a limit.
pub(super) fn limit(limit: u64, offset: u64) -> String {
    const MAX_LIMIT: u64 = i32::MAX as u64;
    match (limit >= MAX_LIMIT, offset) {
        (true, 0) => String::new(),
        (_, 0) => format!(" LIMIT {limit}"),
        (_, offset) => format!(" LIMIT {} OFFSET {offset}", limit.min(MAX_LIMIT)),
    }
}
