//! Groups customers by a facet's column. The facet's selection is part of the filter's text: the conditions on its
//! column alone.

mod condition;

pub use condition::condition;

use serde::{Deserialize, Serialize};

use super::inquiry::{Inquiry, NewestFact, Open, QuestionSlot};
use super::suppress;
use crate::engine::{
    Answer, EngineError, GroupAnswer, GroupFigures, Grouping, GroupsQuestion, Quantiles, QuantilesQuestion, Question,
};
use crate::model::{ColumnType, Cut, DateUnit, Datum, breaks, nice};
use crate::rule::Checked;

/// Maximum number of listed groups; more are counted as left out.
const MAX_GROUPS: usize = 1_000;
/// Distance from the middle half, in its widths, beyond which numbers do not stretch the bins.
const OUTLIER_DISTANCE: f64 = 3.0;

/// A column to group by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    pub column: String,
    pub cut: FacetCut,
}

/// Way to cut a facet's column. The position of bins depends on the column's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FacetCut {
    Values,
    /// About this many round parts.
    Bins(usize),
    Dates(DateUnit),
}

impl FacetCut {
    /// Returns true if every value is a group of its own.
    pub fn is_values(self) -> bool {
        self == FacetCut::Values
    }
}

impl<S: Into<String>> From<S> for Facet {
    fn from(column: S) -> Self {
        Self { column: column.into(), cut: FacetCut::Values }
    }
}

impl Facet {
    /// Describes the facet: `signup_date by month`, `age in bins`, `plan`.
    pub fn words(&self) -> String {
        match self.cut {
            FacetCut::Values => self.column.clone(),
            FacetCut::Bins(_) => format!("{} in bins", self.column),
            FacetCut::Dates(unit) => format!("{} by {unit}", self.column),
        }
    }

    /// Returns the cut for the engine; `None` while the range of the column's numbers is not known.
    pub fn cut(&self, column_type: ColumnType, range: Option<BulkRange>) -> Option<Cut> {
        let bins = match self.cut {
            FacetCut::Values => return Some(Cut::Values),
            FacetCut::Dates(unit) => return Some(Cut::Dates(unit)),
            FacetCut::Bins(bins) => bins,
        };
        let Some((least, most)) = range? else { return Some(Cut::Values) };
        // Zeros and ones are two values, not a range.
        if column_type.is_whole() && most - least <= 1.0 {
            return Some(Cut::Values);
        }
        // The first and the last part are open, so there are no breaks at the outer edges.
        Some(match nice::edges(column_type, least, most, bins).as_deref() {
            Some([_, inner @ .., _]) if !inner.is_empty() => Cut::Breaks(inner.to_vec()),
            _ => Cut::Values,
        })
    }
}

/// Range of the bulk of a column's numbers; `None` if no customer has a number. It does not depend on a filter.
pub type BulkRange = Option<(f64, f64)>;

/// The rules that a facet is counted with.
#[derive(Debug, Clone, PartialEq)]
pub struct FacetRules {
    pub facet: Facet,
    pub column_type: ColumnType,
    /// Value column.
    pub value: Option<String>,
    /// Whole filter.
    pub filter: Checked,
    /// Filter without its conditions on this column alone, if it has any. The facet is counted under it, so that it
    /// continues to show all its groups.
    pub without_own: Option<Checked>,
}

/// Inquiry for the groups of a facet, and for the groups that the whole filter keeps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FacetInquiry {
    rules: Option<FacetRules>,
    range: Open<QuantilesQuestion>,
    groups: Open<GroupsQuestion>,
    kept: Open<GroupsQuestion>,
    cut: Option<Cut>,
    pub found: FacetFigures,
}

/// Groups of a facet, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FacetFigures {
    /// Groups under the filter without its conditions on the facet's column.
    pub groups: NewestFact<GroupAnswer>,
    /// Customers of each group under the whole filter.
    pub kept: NewestFact<KeptCustomers>,
    /// Range of the column's numbers, if they are cut into bins.
    pub range: Option<BulkRange>,
}

/// Number of customers under the whole filter, by group; empty if the filter has no condition on the column alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeptCustomers(pub Vec<(Datum, u64)>);

/// Part of a group that is in the whole filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptShare {
    Nothing,
    Some,
    All,
}

impl KeptCustomers {
    /// Returns the part of a group that is in the filter; `None` if the filter selects no group.
    ///
    /// Fewer than `min_cell` customers count as none. Pass 0 if counts need not be protected.
    pub fn share_of(&self, group: &GroupFigures, min_cell: u64) -> Option<KeptShare> {
        if self.0.is_empty() {
            return None;
        }
        let key = group.key.first()?;
        let kept = self.0.iter().find(|(kept, _)| kept == key).map_or(0, |(_, count)| *count);
        let rest = group.customers.in_filter.saturating_sub(kept);
        let is_none = |count: u64| suppress::is_small(count, min_cell.max(1));
        Some(match (is_none(kept), is_none(rest)) {
            (true, true) if min_cell > 0 => KeptShare::Some,
            (true, _) => KeptShare::Nothing,
            (false, true) => KeptShare::All,
            (false, false) => KeptShare::Some,
        })
    }

    /// Returns the keys of the groups.
    pub fn keys(&self) -> Vec<Datum> {
        self.0.iter().map(|(key, _)| key.clone()).collect()
    }
}

impl FacetInquiry {
    const RANGE: QuestionSlot = QuestionSlot(0);
    const GROUPS: QuestionSlot = QuestionSlot(1);
    const KEPT: QuestionSlot = QuestionSlot(2);

    /// Creates an inquiry. Bins of numbers need the range of the column, which is asked first if it is not known. The
    /// results of an earlier inquiry stay, marked as outdated, until they are counted anew.
    pub fn new(rules: FacetRules, range: Option<BulkRange>, earlier: Self) -> Self {
        let mut found = earlier.found;
        found.outdate();
        let mut inquiry = Self { found, ..Self::default() };
        match rules.facet.cut(rules.column_type, range) {
            Some(cut) => inquiry.ask_groups(&rules, cut),
            None => {
                inquiry.found.range = None;
                let (column, shares) = (rules.facet.column.clone(), vec![0.0, 0.25, 0.75, 1.0]);
                inquiry.range = Open::new(QuantilesQuestion { filter: Checked::everyone(), column, shares });
            }
        }
        Self { rules: Some(rules), ..inquiry }
    }

    fn ask_groups(&mut self, rules: &FacetRules, cut: Cut) {
        let by = vec![Grouping { column: rules.facet.column.clone(), cut: cut.clone() }];
        let question = |filter: &Checked, value| {
            Open::new(GroupsQuestion { filter: filter.clone(), by: by.clone(), value, limit: MAX_GROUPS })
        };
        let shown = rules.without_own.as_ref().unwrap_or(&rules.filter);
        self.groups = question(shown, rules.value.clone());
        match &rules.without_own {
            Some(_) => self.kept = question(&rules.filter, None),
            None => self.found.kept.set(KeptCustomers::default()),
        }
        self.cut = Some(cut);
    }

    /// Returns the inquiry without sums of the value column.
    pub fn without_value(mut self) -> Self {
        if let Some(question) = self.groups.get_mut() {
            question.value = None;
        }
        self
    }

    /// Returns true if the groups to count are known: a range that has to be found first may be cut in other ones.
    pub fn knows_groups(&self) -> bool {
        self.groups.is_open()
    }

    /// Returns the facet that is counted; `None` before anything is asked.
    pub fn facet(&self) -> Option<&Facet> {
        self.rules.as_ref().map(|rules| &rules.facet)
    }

    /// Marks all results as outdated and closes the open questions, since the subject has changed.
    pub fn outdate(&mut self) {
        let mut found = std::mem::take(&mut self.found);
        found.outdate();
        *self = Self { rules: self.rules.take(), found, ..Self::default() };
    }

    /// Returns true if something is outdated and no question is open.
    pub fn needs_asking(&self) -> bool {
        (self.found.groups.is_waiting() || self.found.kept.is_waiting()) && self.open().is_empty()
    }
}

impl FacetFigures {
    pub fn outdate(&mut self) {
        self.groups.outdate();
        self.kept.outdate();
    }
}

impl Inquiry for FacetInquiry {
    type Result = FacetFigures;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let open = [self.range.at(Self::RANGE.0), self.groups.at(Self::GROUPS.0), self.kept.at(Self::KEPT.0)];
        open.into_iter().flatten().collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        let Some(rules) = self.rules.clone() else { return };
        match slot {
            Self::RANGE => match self.range.take(answer) {
                Some(Ok(quantiles)) => {
                    let range = bulk(&quantiles);
                    self.found.range = Some(range);
                    if let Some(cut) = rules.facet.cut(rules.column_type, Some(range)) {
                        self.ask_groups(&rules, cut);
                    }
                }
                Some(Err(error)) => {
                    self.found.groups.fail(error.to_string());
                    self.found.kept.fail(error.to_string());
                }
                None => {}
            },
            Self::GROUPS => {
                if let Some(groups) = self.groups.take(answer) {
                    let in_order = |mut groups: GroupAnswer| {
                        let cut = self.cut.as_ref().unwrap_or(&Cut::Values);
                        in_order(&mut groups, cut, rules.column_type);
                        groups
                    };
                    self.found.groups.settle(groups.map(in_order));
                }
            }
            Self::KEPT => {
                if let Some(groups) = self.kept.take(answer) {
                    self.found.kept.settle(groups.map(kept));
                }
            }
            _ => {}
        }
    }

    fn result(&self) -> &FacetFigures {
        &self.found
    }
}

fn kept(groups: GroupAnswer) -> KeptCustomers {
    let counts = groups.groups.into_iter();
    KeptCustomers(counts.filter_map(|group| Some((group.key.into_iter().next()?, group.customers.in_filter))).collect())
}

/// Returns the range of the numbers that are not far from the middle half.
fn bulk(quantiles: &Quantiles) -> BulkRange {
    let numbers: Option<Vec<f64>> = quantiles.values.iter().map(Datum::number).collect();
    let Some(&[least, lower, upper, most]) = numbers.as_deref() else { return None };
    let far = OUTLIER_DISTANCE * (upper - lower);
    let clip = |end: f64| if far > 0.0 { end.clamp(lower - far, upper + far) } else { end };
    Some((clip(least), clip(most)))
}

/// Sorts groups of parts and periods in the order of the axis, those without a value last. Other groups keep their
/// order, the largest first.
fn in_order(groups: &mut GroupAnswer, cut: &Cut, column_type: ColumnType) {
    let place = |group: &GroupFigures| group.key.first().cloned().unwrap_or(Datum::Null);
    match cut {
        Cut::Values => {}
        Cut::Breaks(points) => {
            let names = breaks::names(points, column_type.is_whole());
            let at = |group: &GroupFigures| names.iter().position(|name| place(group).text() == Some(name));
            groups.groups.sort_by_key(|group| at(group).unwrap_or(names.len()));
        }
        Cut::Dates(_) => groups.groups.sort_by(|a, b| {
            let (a, b) = (place(a), place(b));
            a.is_null().cmp(&b.is_null()).then(a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_part_looks_alike_for_nobody_and_few() {
        let customers = crate::engine::CustomerCount { in_filter: 100, in_base: 200 };
        let group = GroupFigures {
            key: vec![Datum::Integer(1)],
            customers,
            value_sum: 0.0,
            value_known: 0,
            value_largest: 0.0,
        };
        let of = |kept, min_cell| KeptCustomers(vec![(Datum::Integer(1), kept)]).share_of(&group, min_cell);
        let found = [0, 3, 50, 97, 100].map(|kept| [of(kept, 0), of(kept, 10)]);
        let [nothing, some, all] = [KeptShare::Nothing, KeptShare::Some, KeptShare::All].map(Some);
        assert_eq!(found, [[nothing; 2], [some, nothing], [some; 2], [some, all], [all; 2]]);
        assert_eq!(KeptCustomers::default().share_of(&group, 10), None);
    }
}
