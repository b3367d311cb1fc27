//! *Why*: what sets some customers apart from others, column by column, ranked by effect size.

use super::effect;
use super::figures;
use super::suppress;
use crate::engine::{Contrast, Contrasted, Moments, Sides};
use crate::model::{ColumnType, Datum, quote_name};

/// The false discoveries that the gate lets through.
pub const ALPHA: f64 = 0.05;
/// Values of a column that are looked at: those whose shares differ most.
pub const VALUES: usize = 12;

/// Something that is more, or less, common among one side's customers.
#[derive(Debug, Clone, PartialEq)]
pub struct Trait {
    pub column: String,
    pub what: What,
    /// Standardised difference, of means or of shares; positive where the inside has more of it.
    pub smd: f64,
    /// Customers with the trait; of a mean, customers with a value.
    pub n: Sides<u64>,
    /// Of a value: 100 is as common inside as among both sides together.
    pub index: Option<f64>,
    /// Bias-corrected Cramér's V of the whole column, of columns whose values are told apart.
    pub v: Option<f64>,
    pub p: f64,
    /// It passed the gate.
    pub significant: bool,
    /// The rule itself speaks of this column: it differs trivially.
    pub mentioned: bool,
    /// The condition that holds for who has the trait (of a mean: who is on its side of the mean of both).
    pub condition: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// The means of both sides: as values of the column's type.
    Mean(Sides<Datum>),
    /// A value, and its share of each side's customers.
    Value(Datum, Sides<f64>),
    /// Customers without a value, and their share.
    Missing(Sides<f64>),
}

/// Why a column has no traits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    TooDiverse,
    /// All are alike, or too few to be told of.
    NoDifference,
}

/// A column's traits, not yet held against the others'. What would tell of fewer than `min_cell` customers is left out.
///
/// # Errors
/// Why there are none.
pub fn traits(
    contrast: &Contrast,
    column_type: ColumnType,
    mentioned: bool,
    min_cell: u64,
) -> Result<Vec<Trait>, Nothing> {
    let mut found: Vec<Trait> = Vec::new();
    let missing = contrast.missing;
    let v = column_v(contrast);
    match &contrast.body {
        Contrasted::TooDiverse => return Err(Nothing::TooDiverse),
        Contrasted::Numbers(moments) => found.extend(mean(contrast, *moments, column_type)),
        Contrasted::Values { values, .. } => {
            let of_value = |(value, n): &(Datum, Sides<u64>)| {
                let condition = format!("{} = {}", quote_name(&contrast.column), value.sql());
                share(contrast, *n, condition, |shares| What::Value(value.clone(), shares))
            };
            found.extend(values.iter().filter_map(of_value));
        }
    }
    let condition = format!("{} IS NULL", quote_name(&contrast.column));
    found.extend(share(contrast, missing, condition, What::Missing));
    found.retain(|found| {
        let small = |n: u64| suppress::is_small(n, min_cell);
        !small(found.n.inside) && !small(found.n.outside)
    });
    for one in &mut found {
        (one.v, one.mentioned) = (v, mentioned);
    }
    if found.is_empty() { Err(Nothing::NoDifference) } else { Ok(found) }
}

fn column_v(contrast: &Contrast) -> Option<f64> {
    let Contrasted::Values { chi_square, distinct, .. } = &contrast.body else { return None };
    let all = contrast.customers.inside + contrast.customers.outside;
    let n = all - contrast.missing.inside - contrast.missing.outside;
    effect::cramers_v(*chi_square, n, *distinct, 2)
}

fn mean(contrast: &Contrast, moments: Sides<Moments>, column_type: ColumnType) -> Option<Trait> {
    let smd = effect::smd(moments)?;
    let n = moments.map(|side| side.known);
    let (a, b) = (moments.inside, moments.outside);
    let all = (a.mean * a.known as f64 + b.mean * b.known as f64) / (a.known + b.known) as f64;
    let sign = if smd >= 0.0 { ">=" } else { "<=" };
    let middle = Datum::of_number(column_type, short(all, column_type));
    let condition = format!("{} {sign} {}", quote_name(&contrast.column), middle.sql());
    Some(Trait {
        column: contrast.column.clone(),
        what: What::Mean(moments.map(|side| Datum::of_number(column_type, side.mean))),
        smd,
        n,
        index: None,
        v: None,
        p: effect::welch(moments).unwrap_or(1.0),
        significant: false,
        mentioned: false,
        condition,
    })
}

/// A number that a person would type: of three digits that say something.
fn short(value: f64, column_type: ColumnType) -> f64 {
    if !column_type.is_number() || value == 0.0 || !value.is_finite() {
        return value;
    }
    let power = 10f64.powf(2.0 - value.abs().log10().floor());
    let rounded = if power >= 1.0 { (value * power).round() / power } else { value.round() };
    if rounded.is_finite() { rounded } else { value }
}

fn share(contrast: &Contrast, n: Sides<u64>, condition: String, what: impl Fn(Sides<f64>) -> What) -> Option<Trait> {
    let customers = contrast.customers;
    let inside = figures::share(n.inside, customers.inside)?;
    let outside = figures::share(n.outside, customers.outside)?;
    let shares = Sides { inside, outside };
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
        condition,
    })
}

/// All traits in their order: first what passed the gate, largest effect first; columns that the rule mentions are left
/// out unless they are wanted. The gate is over all that are ranked.
pub fn rank(traits: impl IntoIterator<Item = Trait>, with_mentioned: bool) -> Vec<Trait> {
    let mut ranked: Vec<Trait> = traits.into_iter().filter(|one| with_mentioned || !one.mentioned).collect();
    let ps: Vec<f64> = ranked.iter().map(|one| one.p).collect();
    let passed = effect::benjamini_hochberg(&ps, ALPHA);
    ranked.iter_mut().zip(passed).for_each(|(one, passed)| one.significant = passed);
    ranked.sort_by(|a, b| {
        let effect = b.smd.abs().total_cmp(&a.smd.abs());
        b.significant.cmp(&a.significant).then(effect).then_with(|| a.condition.cmp(&b.condition))
    });
    ranked
}

/// Of each column its largest trait, in the order of [`rank`].
pub fn by_column(ranked: Vec<Trait>) -> Vec<Trait> {
    let mut seen = std::collections::HashSet::new();
    ranked.into_iter().filter(|one| seen.insert(one.column.clone())).collect()
}
