//! Random questions. Their rules are drawn separately.

use crosscut::engine::{
    CombinationsQuestion, CountsQuestion, CoverageQuestion, FindQuestion, Grouping, GroupsQuestion,
    MembershipsQuestion, OverlapQuestion, PageQuestion, QuantilesQuestion, Question, Sort, SummaryQuestion,
    ValuesQuestion,
};
use crosscut::rule::Checked;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::fields::fields;

/// A question without its rules.
#[derive(Debug, Clone)]
pub enum Shape {
    Summary {
        value: Option<String>,
    },
    Counts,
    Memberships,
    Coverage {
        value: Option<String>,
    },
    /// Every second rule is a row of the matrix; the others are columns.
    Overlap,
    Combinations {
        value: Option<String>,
        limit: usize,
    },
    Groups {
        by: Vec<String>,
        value: Option<String>,
        limit: usize,
    },
    Page {
        columns: Vec<String>,
        sort: Vec<Sort>,
        offset: u64,
        limit: usize,
    },
    /// The second rule is looked for in the first one's customers.
    Find {
        sort: Vec<Sort>,
        from: u64,
        backwards: bool,
    },
    Quantiles {
        column: String,
        shares: Vec<f64>,
    },
    Values {
        column: String,
        limit: usize,
    },
}

impl Shape {
    /// Builds the question: the first rule is the filter, the others are counted in it. Without rules the filter is
    /// everyone.
    pub fn about(&self, rules: &[Checked]) -> Question {
        let (filter, others) = match rules {
            [filter, others @ ..] => (filter.clone(), others.to_vec()),
            [] => (Checked::everyone(), Vec::new()),
        };
        let question: Question = match self.clone() {
            Shape::Summary { value } => SummaryQuestion { filter, value }.into(),
            Shape::Counts => CountsQuestion { filter, rules: others }.into(),
            Shape::Memberships => MembershipsQuestion { filter, sets: others }.into(),
            Shape::Coverage { value } => CoverageQuestion { filter, sets: others, value }.into(),
            Shape::Overlap => {
                let every_second = |first: usize| others.iter().skip(first).step_by(2).cloned().collect();
                OverlapQuestion { filter, rows: every_second(0), columns: every_second(1) }.into()
            }
            Shape::Combinations { value, limit } => CombinationsQuestion { filter, sets: others, value, limit }.into(),
            Shape::Groups { by, value, limit } => {
                GroupsQuestion { filter, by: by.into_iter().map(Grouping::from).collect(), value, limit }.into()
            }
            Shape::Page { columns, sort, offset, limit } => {
                PageQuestion { filter, columns, sort, tests: others, offset, limit }.into()
            }
            Shape::Find { sort, from, backwards } => {
                let rule = others.first().cloned().unwrap_or_else(Checked::everyone);
                FindQuestion { filter, rule, sort, from, backwards }.into()
            }
            Shape::Quantiles { column, shares } => QuantilesQuestion { filter, column, shares }.into(),
            Shape::Values { column, limit } => ValuesQuestion { column, limit }.into(),
        };
        Question { is_guarded: rules.len().is_multiple_of(2), ..question }
    }
}

pub fn shapes() -> impl Strategy<Value = Shape> {
    prop_oneof![
        2 => value().prop_map(|value| Shape::Summary { value }),
        1 => Just(Shape::Counts),
        1 => Just(Shape::Memberships),
        2 => value().prop_map(|value| Shape::Coverage { value }),
        2 => Just(Shape::Overlap),
        2 => (value(), limit()).prop_map(|(value, limit)| Shape::Combinations { value, limit }),
        5 => (keys(), value(), limit()).prop_map(|(by, value, limit)| Shape::Groups { by, value, limit }),
        3 => (shown(), sort(), offset(), limit())
            .prop_map(|(columns, sort, offset, limit)| Shape::Page { columns, sort, offset, limit }),
        2 => (sort(), offset(), any::<bool>())
            .prop_map(|(sort, from, backwards)| Shape::Find { sort, from, backwards }),
        3 => (ordered(), shares()).prop_map(|(column, shares)| Shape::Quantiles { column, shares }),
        2 => (key(), limit()).prop_map(|(column, limit)| Shape::Values { column, limit }),
    ]
}

/// A column whose sums do not depend on the order of adding: see `fields`.
fn value() -> impl Strategy<Value = Option<String>> {
    let columns = [
        "spend", "balance", "few", "tiny", "small", "n", "u8", "u16", "u32", "as8", "as16", "as32", "worth", "f32",
        "score",
    ];
    proptest::option::weighted(0.8, select(columns.to_vec()).prop_map(str::to_owned))
}

/// A column whose values are ordered and have the same type in every engine.
fn ordered() -> impl Strategy<Value = String> {
    let columns = ["spend", "balance", "few", "tiny", "small", "n", "u8", "u16", "u32", "f32", "score", "d"];
    select(columns.to_vec()).prop_map(str::to_owned)
}

/// Quarters and eighths: their positions are exact however they are computed.
fn shares() -> impl Strategy<Value = Vec<f64>> {
    proptest::collection::vec((0u8..=8).prop_map(|eighths| f64::from(eighths) / 8.0), 0..6)
}

fn keys() -> impl Strategy<Value = Vec<String>> {
    let few = ["plan", "country", "active", "flag", "few", "d", "tiny"];
    let two =
        subsequence(few.to_vec(), 2).prop_map(|keys| keys.into_iter().map(str::to_owned).collect()).prop_shuffle();
    let three = subsequence(few.to_vec(), 3).prop_map(|keys| keys.into_iter().map(str::to_owned).collect());
    prop_oneof![
        4 => key().prop_map(|key| vec![key]),
        2 => two,
        1 => (key(), key()).prop_filter_map("one column", |(a, b)| (a != b).then(|| vec![a, b])),
        1 => three,
    ]
}

/// A column that can be sorted and grouped by: any but lists.
fn key() -> impl Strategy<Value = String> {
    select(all().into_iter().filter(|name| name != "tags").collect::<Vec<_>>())
}

fn all() -> Vec<String> {
    fields().iter().map(|field| field.name.to_owned()).collect()
}

fn shown() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![2 => Just(Vec::new()), 3 => subsequence(all(), 1..6), 1 => Just(vec!["id".to_owned()])]
}

/// No column, one, or several that may repeat.
fn sort() -> impl Strategy<Value = Vec<Sort>> {
    let sort = || (key(), any::<bool>()).prop_map(|(column, descending)| Sort { column, descending });
    prop_oneof![
        3 => Just(Vec::new()),
        4 => sort().prop_map(|sort| vec![sort]),
        3 => proptest::collection::vec(sort(), 2..4),
    ]
}

fn offset() -> impl Strategy<Value = u64> {
    prop_oneof![3 => Just(0u64), 3 => 0u64..150, 1 => select(vec![63, 64, 65, 3_000, 1 << 40])]
}

fn limit() -> impl Strategy<Value = usize> {
    prop_oneof![3 => select(vec![5usize, 1, 2, 64, 1_000]), 2 => 0usize..100, 1 => Just(usize::MAX)]
}
