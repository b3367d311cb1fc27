//! *Why*: finds what sets some customers apart from others, column by column, ranked by effect size.

mod ranking;

pub use ranking::{ALPHA, by_column, join_repeated, rank};

use super::effect;
use super::figures;
use super::suppress::dominance::GuardedSum;
use super::suppress::{self, DisclosedCount};
use crate::engine::{BothSides, Contrast, Contrasted, CustomerCount, Moments};
use crate::model::{ColumnType, Datum, quote_name};

/// Maximum number of examined values of a column: those whose shares differ most.
pub const MAX_VALUES: usize = 12;

/// A property that is more, or less, common among one side's customers.
#[derive(Debug, Clone, PartialEq)]
pub struct Trait {
    pub column: String,
    pub what: TraitKind,
    /// Standardised difference of means or of shares; positive if the inside has more of it.
    pub smd: f64,
    /// Customers with the trait; for a mean, customers with a value.
    pub n: BothSides<u64>,
    /// Index of a value: 100 is as common inside as among both sides together.
    pub index: Option<f64>,
    /// Bias-corrected Cramér's V of the whole column, for columns compared by value.
    pub v: Option<f64>,
    pub p: f64,
    /// True if the trait passed the gate.
    pub significant: bool,
    /// True if the rule itself reads this column: it differs by definition.
    pub mentioned: bool,
    /// Number of values of the column that were not examined.
    pub untested: u64,
    /// Condition of the customers with the trait (for a mean: those on its side of the mean of both).
    pub condition: String,
}

impl Trait {
    /// Returns the condition that more of the inside fulfil than of the outside: the trait's own, or the opposite of a
    /// rarer trait's, which also includes those without a value.
    pub fn telling(&self) -> String {
        let name = quote_name(&self.column);
        match &self.what {
            TraitKind::Value(value, _) if self.is_rarer() => format!("{name} IS DISTINCT FROM {}", value.sql()),
            TraitKind::Missing(_) if self.is_rarer() => format!("{name} IS NOT NULL"),
            _ => self.condition.clone(),
        }
    }

    /// Returns true if the trait is rarer inside than outside. The condition of a mean follows the side.
    pub fn is_rarer(&self) -> bool {
        self.smd < 0.0 && !matches!(self.what, TraitKind::Mean(_))
    }
}

/// Kind of a trait, with the figures of both sides.
#[derive(Debug, Clone, PartialEq)]
pub enum TraitKind {
    /// Means of both sides, as values of the column's type.
    Mean(BothSides<Datum>),
    /// A value, and its share of each side's customers.
    Value(Datum, BothSides<f64>),
    /// Share of each side's customers without a value.
    Missing(BothSides<f64>),
}

/// Reason why a column has no traits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTraits {
    /// The column has too many distinct values to compare.
    TooDiverse,
    /// A side has too few customers to be shown.
    TooFew,
    /// Both sides are alike, or the counts are suppressed.
    NoDifference,
}

/// Returns a column's traits, before they are ranked among those of other columns. Traits that would disclose fewer
/// than `min_cell` customers are left out, and so are those that would disclose them by subtraction. Of two values that
/// are each other's opposite, only the one that the inside has more of is a trait.
///
/// # Errors
/// Returns the reason why there are none.
pub fn traits(
    contrast: &Contrast,
    column_type: ColumnType,
    mentioned: bool,
    min_cell: u64,
) -> Result<Vec<Trait>, NoTraits> {
    if is_too_few(contrast, min_cell) {
        return Err(NoTraits::TooFew);
    }
    let mut found: Vec<Trait> = Vec::new();
    let (disclosed, missing_disclosed) = disclosed_values(contrast, min_cell);
    let (v, mut untested) = (column_v(contrast).filter(|_| discloses_all(contrast, &disclosed, min_cell)), 0);
    match &contrast.body {
        Contrasted::TooDiverse => return Err(NoTraits::TooDiverse),
        Contrasted::Numbers(moments)
            if disclosed.first() == Some(&true) && !is_dominated(*moments, column_type, min_cell) =>
        {
            found.extend(mean(contrast, *moments, column_type));
        }
        Contrasted::Numbers(_) => {}
        Contrasted::Values { values, left_out, distinct, .. } => {
            let of_value = |(value, n): &(Datum, BothSides<u64>)| {
                let condition = format!("{} = {}", quote_name(&contrast.column), value.sql());
                share(contrast, *n, condition, |shares| TraitKind::Value(value.clone(), shares))
            };
            let values = values.iter().zip(&disclosed).filter(|(_, disclosed)| **disclosed);
            found.extend(values.filter_map(|(value, _)| of_value(value)));
            if *distinct == 2 && contrast.missing == BothSides::default() {
                found.retain(|one| one.smd > 0.0);
            }
            untested = *left_out;
        }
    }
    if missing_disclosed {
        let condition = format!("{} IS NULL", quote_name(&contrast.column));
        found.extend(share(contrast, contrast.missing, condition, TraitKind::Missing));
    }
    for one in &mut found {
        (one.v, one.mentioned, one.untested) = (v, mentioned, untested);
    }
    if found.is_empty() { Err(NoTraits::NoDifference) } else { Ok(found) }
}

/// Returns true if one customer has more than half of a side's sum, which the mean would disclose.
fn is_dominated(moments: BothSides<Moments>, column_type: ColumnType, min_cell: u64) -> bool {
    let sides = [moments.inside, moments.outside].map(GuardedSum::from);
    column_type.is_number() && sides.into_iter().any(|side| side.is_dominated(min_cell))
}

/// Returns true if a side has so few customers that its figures would disclose individuals.
pub fn is_too_few(contrast: &Contrast, min_cell: u64) -> bool {
    let BothSides { inside, outside } = contrast.customers;
    suppress::is_small(inside, min_cell) || suppress::is_small(outside, min_cell)
}

/// Returns for each value true if it may be shown on both sides, and whether the count without a value may be. For numbers,
/// all known ones are a single value.
///
/// A value may be shown if its counts inside and on both sides together may be shown beside those of all other values. A
/// group-by of the same column suppresses the same counts.
fn disclosed_values(contrast: &Contrast, min_cell: u64) -> (Vec<bool>, bool) {
    let mut parts: Vec<BothSides<u64>> = match &contrast.body {
        Contrasted::Numbers(moments) => vec![moments.map(|side| side.known)],
        Contrasted::Values { values, .. } => values.iter().map(|(_, n)| *n).collect(),
        Contrasted::TooDiverse => Vec::new(),
    };
    // A missing count of 0 is neither secret nor shown.
    let is_missing = contrast.missing.inside + contrast.missing.outside > 0;
    parts.extend(is_missing.then_some(contrast.missing));
    let count = |n: &BothSides<u64>| CustomerCount { in_filter: n.inside, in_base: n.inside + n.outside };
    let counts: Vec<CustomerCount> = parts.iter().map(count).collect();
    let shown = suppress::pairs(&counts, count(&contrast.customers), min_cell);
    let is_disclosed = |(shown, n): (&(DisclosedCount, DisclosedCount), &BothSides<u64>)| {
        let is_open = shown.0.count().is_some() && shown.1.count().is_some();
        is_open && !suppress::is_small(n.inside, min_cell) && !suppress::is_small(n.outside, min_cell)
    };
    let mut disclosed: Vec<bool> = shown.iter().zip(&parts).map(is_disclosed).collect();
    let missing = is_missing && disclosed.pop().unwrap_or_default();
    (disclosed, missing)
}

/// Returns true if every count of a column is shown. If not, its V would be one more equation between those that are not.
fn discloses_all(contrast: &Contrast, disclosed: &[bool], min_cell: u64) -> bool {
    let left_out = match &contrast.body {
        Contrasted::Values { left_out, .. } => *left_out,
        Contrasted::Numbers(_) | Contrasted::TooDiverse => 0,
    };
    let is_few = |missing: u64| suppress::is_few(missing, min_cell);
    let BothSides { inside, outside } = contrast.missing;
    min_cell == 0
        || (left_out == 0 && disclosed.iter().all(|disclosed| *disclosed) && !is_few(inside) && !is_few(outside))
}

fn column_v(contrast: &Contrast) -> Option<f64> {
    let Contrasted::Values { chi_square, distinct, .. } = &contrast.body else { return None };
    let all = contrast.customers.inside + contrast.customers.outside;
    let n = all - contrast.missing.inside - contrast.missing.outside;
    effect::cramers_v(*chi_square, n, *distinct, 2)
}

fn mean(contrast: &Contrast, moments: BothSides<Moments>, column_type: ColumnType) -> Option<Trait> {
    let smd = effect::smd(moments)?;
    let n = moments.map(|side| side.known);
    let (a, b) = (moments.inside, moments.outside);
    let all = (a.mean * a.known as f64 + b.mean * b.known as f64) / (a.known + b.known) as f64;
    let sign = if smd >= 0.0 { ">=" } else { "<=" };
    let middle = Datum::from_number(column_type, bound(all, smd >= 0.0, column_type));
    let condition = format!("{} {sign} {}", quote_name(&contrast.column), middle.sql());
    Some(Trait {
        column: contrast.column.clone(),
        what: TraitKind::Mean(moments.map(|side| Datum::from_number(column_type, side.mean))),
        smd,
        n,
        index: None,
        v: None,
        p: effect::welch(moments).unwrap_or(1.0),
        significant: false,
        mentioned: false,
        untested: 0,
        condition,
    })
}

const SECONDS_OF_A_DAY: f64 = 86_400.0;

/// Returns the bound of a condition that a person would type. Whole numbers are the same above a fraction as from the
/// next whole one.
fn bound(value: f64, is_lower: bool, column_type: ColumnType) -> f64 {
    let value = short(value, column_type);
    match (column_type.is_whole(), is_lower) {
        (true, true) => value.ceil(),
        (true, false) => value.floor(),
        (false, _) => value,
    }
}

/// Rounds a number to one that a person would type: three significant digits; the day of a moment.
fn short(value: f64, column_type: ColumnType) -> f64 {
    if column_type == ColumnType::Timestamp {
        return (value / SECONDS_OF_A_DAY).floor() * SECONDS_OF_A_DAY;
    }
    if !column_type.is_number() || value == 0.0 || !value.is_finite() {
        return value;
    }
    let power = 10f64.powf(2.0 - value.abs().log10().floor());
    let rounded = if power >= 1.0 { (value * power).round() / power } else { value.round() };
    if rounded.is_finite() { rounded } else { value }
}

fn share(
    contrast: &Contrast,
    n: BothSides<u64>,
    condition: String,
    what: impl Fn(BothSides<f64>) -> TraitKind,
) -> Option<Trait> {
    let customers = contrast.customers;
    let inside = figures::share(n.inside, customers.inside)?;
    let outside = figures::share(n.outside, customers.outside)?;
    let shares = BothSides { inside, outside };
    let smd = effect::smd_of_shares(shares).filter(|smd| *smd != 0.0)?;
    let p = effect::chi_square_of_shares(n, customers).and_then(|chi| effect::chi_square_p(chi, 1));
    Some(Trait {
        column: contrast.column.clone(),
        what: what(shares),
        smd,
        n,
        index: figures::index(n.inside, customers.inside, n.inside + n.outside, customers.inside + customers.outside),
        v: None,
        p: p.unwrap_or(1.0),
        significant: false,
        mentioned: false,
        untested: 0,
        condition,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides<T>(inside: T, outside: T) -> BothSides<T> {
        BothSides { inside, outside }
    }

    #[test]
    fn trait_bounds_are_rounded_as_typed() {
        assert_eq!(short(1_234.5, ColumnType::Float), 1_235.0);
        assert_eq!(bound(0.896, true, ColumnType::Integer), 1.0);
        assert_eq!(bound(3.5, false, ColumnType::Integer), 3.0);
        assert_eq!(bound(0.896, true, ColumnType::Float), 0.896);
        assert_eq!(short(0.123_456, ColumnType::Float), 0.123);
        // 2011-09-08 23:12:07 is shortened to the day.
        assert_eq!(short(1_315_523_527.0, ColumnType::Timestamp), 1_315_440_000.0);
    }

    /// Returns values with their customers inside and outside; the rest of 1,000 and 2,000 customers has none.
    fn plan(counts: &[(&str, u64, u64)]) -> Contrast {
        let values: Vec<_> = counts.iter().map(|(v, a, b)| (Datum::Text((*v).into()), sides(*a, *b))).collect();
        let all = |side: fn(&BothSides<u64>) -> u64| values.iter().map(|(_, n)| side(n)).sum::<u64>();
        let missing = sides(1_000 - all(|n| n.inside), 2_000 - all(|n| n.outside));
        let distinct = values.len() as u64;
        let body = Contrasted::Values { values, left_out: 0, chi_square: 0.0, distinct };
        Contrast { column: "plan".into(), customers: sides(1_000, 2_000), missing, body }
    }

    fn conditions(contrast: &Contrast, min_cell: u64) -> Vec<String> {
        let found = traits(contrast, ColumnType::Integer, false, min_cell);
        found.map_or_else(|_| Vec::new(), |found| found.into_iter().map(|one| one.condition).collect())
    }

    #[test]
    fn more_common_of_two_opposites_is_listed() {
        assert_eq!(conditions(&plan(&[("pro", 700, 300), ("basic", 300, 1_700)]), 0), ["plan = 'pro'"]);
        let with_missing = plan(&[("pro", 600, 300), ("basic", 300, 1_400)]);
        assert_eq!(conditions(&with_missing, 0), ["plan = 'pro'", "plan = 'basic'", "plan IS NULL"]);
    }

    #[test]
    fn small_count_hides_complementary_conditions() {
        let contrast = plan(&[("pro", 600, 300), ("basic", 395, 1_200), ("free", 5, 500)]);
        assert_eq!(conditions(&contrast, 0).len(), 3);
        assert_eq!(conditions(&contrast, 10), ["plan = 'basic'"]);
        assert_eq!(traits(&contrast, ColumnType::Text, false, 1_001), Err(NoTraits::TooFew));
    }

    #[test]
    fn mean_that_reveals_few_missing_is_hidden() {
        let of = |known| Moments { known, mean: known as f64, variance: 1.0, largest: 0.0 };
        let body = Contrasted::Numbers(sides(of(997), of(1_500)));
        let contrast = Contrast { column: "age".into(), customers: sides(1_000, 2_000), missing: sides(3, 500), body };
        assert_eq!(conditions(&contrast, 0), ["age <= 1299", "age IS NULL"]);
        assert!(conditions(&contrast, 10).is_empty());
    }

    #[test]
    fn traits_of_same_customers_are_grouped() {
        let contrast = |column: &str, counts: &[(&str, u64, u64)]| Contrast { column: column.into(), ..plan(counts) };
        let no = [("no internet", 300, 200), ("yes", 400, 900), ("no", 300, 900)];
        let columns = [
            contrast("backup", &no),
            contrast("security", &no),
            contrast("service", &[("none", 300, 200), ("dsl", 500, 300), ("fibre", 200, 1_500)]),
            contrast("plan", &[("a", 40, 50), ("b", 960, 1_950)]),
            contrast("tier", &[("x", 40, 50), ("y", 960, 1_950)]),
        ];
        let found = columns.iter().flat_map(|one| traits(one, ColumnType::Text, false, 0).unwrap_or_default());
        let groups = join_repeated(rank(found, false));
        let of = |condition: &str| groups.iter().find(|group| group[0].condition == condition).map_or(0, Vec::len);
        assert_eq!(of("backup = 'no internet'"), 3, "{groups:#?}");
        assert_eq!(of("service = 'dsl'"), 1);
        // 90 customers of two values may be others.
        assert_eq!((of("plan = 'a'"), of("tier = 'x'")), (1, 1));
        assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), 11);
    }

    #[test]
    fn mean_is_hidden_if_one_customer_dominates_either_side() {
        let side = |largest| Moments { known: 50, mean: 10.0, variance: 1.0, largest };
        let hidden = |inside, outside, column_type| {
            is_dominated(BothSides { inside: side(inside), outside: side(outside) }, column_type, 10)
        };
        assert!(!hidden(250.0, 250.0, ColumnType::Integer));
        assert!(hidden(251.0, 20.0, ColumnType::Integer) && hidden(20.0, 251.0, ColumnType::Float));
        assert!(!hidden(251.0, 251.0, ColumnType::Date));
    }
}
