//! Cuts segmentations into cells, and collects the one namespace of `@`.

mod dates;
mod rfm;
mod scores;

use std::collections::{BTreeMap, BTreeSet};

use super::names::quote;
use super::names::{NameKind, Namespace};
use crate::model::{Column, ColumnType, Datum, Definitions, Persona, breaks, reference};

pub use dates::{by_age, by_part, needs_ends};
pub use rfm::{by_rfm, usual_rfm};
pub use scores::{ScoredColumn, by_quantiles, shares};

/// Maximum number of cells of a segmentation by value; the last one then holds all other values.
pub const MAX_CELLS: usize = 50;

/// One part of a segmentation: a segment named `segmentation.cell`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentationCell {
    pub name: String,
    pub rule: String,
}

/// Returns the cells by a column's values. `values` are its distinct values, most frequent first, and `left_out` says
/// how many more there are; values beyond `top`, or beyond [`MAX_CELLS`] cells, go to `other`. A null is in no cell.
///
/// # Errors
/// Returns an error of one line if the column has no values to cut by.
pub fn by_values(
    column: &Column,
    values: &[(Datum, u64)],
    left_out: u64,
    top: Option<u32>,
) -> Result<Vec<SegmentationCell>, String> {
    match column.column_type {
        ColumnType::Other => Err(format!("column \"{}\" is nested: it has no values to cut by", column.name)),
        _ => Ok(by_value(column, values, left_out, top.map(|top| top as usize))),
    }
}

/// Returns the cells between ascending break points of a column of numbers.
///
/// # Errors
/// Returns an error of one line if the column is not numeric or the points cannot cut anything.
pub fn by_breaks(breaks: &[f64], column: &Column) -> Result<Vec<SegmentationCell>, String> {
    if !column.column_type.is_number() {
        return Err(format!("breaks need a column of numbers, \"{}\" is {}", column.name, column.column_type));
    }
    if let Some(fault) = breaks::fault(breaks) {
        return Err(fault);
    }
    let name = quote(&column.name);
    let first = breaks.first().map(|first| format!("{name} < {first}"));
    let between = breaks.windows(2).map(|pair| format!("{name} >= {} AND {name} < {}", pair[0], pair[1]));
    let last = breaks.last().map(|last| format!("{name} >= {last}"));
    let rules = first.into_iter().chain(between).chain(last);
    let names = breaks::names(breaks, column.column_type.is_whole());
    Ok(names.into_iter().zip(rules).map(|(name, rule)| SegmentationCell { name, rule }).collect())
}

fn by_value(column: &Column, values: &[(Datum, u64)], left_out: u64, top: Option<usize>) -> Vec<SegmentationCell> {
    let known: Vec<&Datum> = values.iter().map(|(value, _)| value).filter(|value| !value.is_null()).collect();
    let all_fit = left_out == 0 && known.len() <= top.unwrap_or(MAX_CELLS);
    let own = if all_fit { known.len() } else { known.len().min(top.unwrap_or(MAX_CELLS - 1)) };
    let name = quote(&column.name);
    let mut taken = BTreeSet::new();
    let mut cells: Vec<SegmentationCell> = known[..own]
        .iter()
        .map(|value| SegmentationCell {
            name: unique(cell_name(value), &mut taken),
            rule: format!("{name} = {}", value.sql()),
        })
        .collect();
    if !all_fit {
        let list = known[..own].iter().map(|value| value.sql()).collect::<Vec<_>>().join(", ");
        let rule = if own == 0 { format!("{name} IS NOT NULL") } else { format!("{name} NOT IN ({list})") };
        cells.push(SegmentationCell { name: unique("other".into(), &mut taken), rule });
    }
    cells
}

/// Maximum number of cells of two crossed segmentations.
pub const MAX_CROSSED: usize = 500;

/// Returns every cell of the one combined with every cell of the other: `pro/25-34`.
///
/// # Errors
/// Returns an error of one line if there would be more than [`MAX_CROSSED`].
pub fn crossed(first: &[SegmentationCell], second: &[SegmentationCell]) -> Result<Vec<SegmentationCell>, String> {
    let count = first.len() * second.len();
    if count > MAX_CROSSED {
        let of = format!("{} × {} = {count} cells", first.len(), second.len());
        return Err(format!("{of} exceed the limit of {MAX_CROSSED}: use fewer cells in one of the two"));
    }
    let mut taken = BTreeSet::new();
    let mut cells = Vec::with_capacity(count);
    for one in first {
        for other in second {
            let name = unique(format!("{}/{}", one.name, other.name), &mut taken);
            cells.push(SegmentationCell {
                name,
                rule: format!("{} AND {}", in_parentheses(&one.rule), in_parentheses(&other.rule)),
            });
        }
    }
    Ok(cells)
}

/// Puts a rule in parentheses, the closing one on a new line where a line comment would include it.
fn in_parentheses(rule: &str) -> String {
    let end = if rule.contains("--") { "\n" } else { "" };
    format!("({rule}{end})")
}

fn cell_name(value: &Datum) -> String {
    match value {
        Datum::Text(text) if text.is_empty() => "(empty)".into(),
        other => other.to_string(),
    }
}

/// Returns the name, with a number where another value of the column has the same spelling.
fn unique(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name} {number}");
        number += 1;
    }
    candidate
}

/// Collects all definitions that `@` can name: segments, cells (`segmentation.cell`, from `cells` by segmentation) and
/// personas.
///
/// A persona's rule is the union of what it spans, narrowed by its `where`; without spans it is the `where` alone, and
/// without either it holds for no customer.
pub fn name_all(definitions: &Definitions, cells: &BTreeMap<String, Vec<SegmentationCell>>) -> Namespace {
    let mut names = Namespace::default();
    for segment in &definitions.segments {
        names.insert(&segment.name, NameKind::Segment, &segment.rule);
    }
    for (segmentation, cells) in cells {
        names.insert_cells(segmentation, cells.iter().map(|cell| (cell.name.as_str(), cell.rule.as_str())));
    }
    for persona in &definitions.personas {
        names.insert(&persona.id, NameKind::Persona, audience(persona));
    }
    names
}

fn audience(persona: &Persona) -> String {
    let spans = persona.spans.iter().map(|span| reference(span)).collect::<Vec<_>>().join(" OR ");
    let narrowed = persona.narrowed.as_deref().map(str::trim).unwrap_or_default();
    match (spans.is_empty(), narrowed.is_empty()) {
        (true, true) => "FALSE".into(),
        (true, false) => narrowed.into(),
        (false, true) => spans,
        (false, false) => format!("({spans}) AND {}", in_parentheses(narrowed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(
        column_type: ColumnType,
        breaks: Option<&[f64]>,
        values: &[(Datum, u64)],
    ) -> Result<Vec<SegmentationCell>, String> {
        let column = Column { name: "age".into(), column_type };
        match breaks {
            Some(breaks) => by_breaks(breaks, &column),
            None => by_values(&column, values, 0, None),
        }
    }

    #[test]
    fn values_beyond_top_share_cell_other() {
        let column = Column { name: "city".into(), column_type: ColumnType::Text };
        let values: Vec<(Datum, u64)> = ["a", "b", "c"].map(|v| (Datum::Text(v.into()), 9)).into();
        let cells = by_values(&column, &values, 0, Some(2)).unwrap();
        assert_eq!(names(&cells), ["a", "b", "other"]);
        assert_eq!(cells[2].rule, "\"city\" NOT IN ('a', 'b')");
        assert_eq!(names(&by_values(&column, &values, 0, Some(3)).unwrap()), ["a", "b", "c"]);
    }

    fn names(cells: &[SegmentationCell]) -> Vec<&str> {
        cells.iter().map(|cell| cell.name.as_str()).collect()
    }

    #[test]
    fn integer_breaks_are_named_by_last_number() {
        let cells = cut(ColumnType::Integer, Some(&[25.0, 35.0, 36.0, 65.0]), &[]).unwrap();
        assert_eq!(names(&cells), ["<25", "25-34", "35", "36-64", "65+"]);
        assert_eq!(cells[1].rule, "\"age\" >= 25 AND \"age\" < 35");
    }

    #[test]
    fn float_breaks_are_half_open() {
        let cells = cut(ColumnType::Float, Some(&[25.0, 35.5]), &[]).unwrap();
        assert_eq!(names(&cells), ["<25", "25-35.5", "35.5+"]);
    }

    #[test]
    fn unordered_or_non_numeric_breaks_are_refused() {
        assert!(cut(ColumnType::Integer, Some(&[35.0, 25.0]), &[]).unwrap_err().contains("35 comes before 25"));
        assert!(cut(ColumnType::Integer, Some(&[f64::NAN]), &[]).is_err());
        assert!(cut(ColumnType::Integer, Some(&[]), &[]).is_err());
        assert!(cut(ColumnType::Text, Some(&[1.0]), &[]).unwrap_err().contains("text"));
    }

    #[test]
    fn values_beyond_fifty_share_cell_other() {
        let values: Vec<(Datum, u64)> = (0..60).map(|i| (Datum::Text(format!("v{i}")), 100 - i)).collect();
        let cells = cut(ColumnType::Text, None, &values).unwrap();
        assert_eq!(cells.len(), 50);
        assert_eq!(cells[49].name, "other");
        assert!(cells[49].rule.starts_with("\"age\" NOT IN ('v0', 'v1'"));
        assert_eq!(cut(ColumnType::Text, None, &values[..50]).unwrap()[49].name, "v49");
    }

    #[test]
    fn nulls_have_no_cell_and_empty_text_is_named() {
        let values = [(Datum::Null, 9), (Datum::Text(String::new()), 5), (Datum::Text("it's".into()), 1)];
        let cells = cut(ColumnType::Text, None, &values).unwrap();
        assert_eq!(names(&cells), ["(empty)", "it's"]);
        assert_eq!(cells[1].rule, "\"age\" = 'it''s'");
    }

    #[test]
    fn audience_is_union_of_spans_and_narrowing() {
        let persona = |spans: &[&str], narrowed: Option<&str>| {
            audience(&Persona {
                spans: spans.iter().map(|s| s.to_string()).collect(),
                narrowed: narrowed.map(str::to_owned),
                ..Persona::default()
            })
        };
        assert_eq!(persona(&["a", "age.25-34"], Some("x > 1")), "(@a OR @age.\"25-34\") AND (x > 1)");
        assert_eq!(persona(&["a"], None), "@a");
        assert_eq!(persona(&[], Some("x > 1")), "x > 1");
        assert_eq!(persona(&[], None), "FALSE");
        assert_eq!(persona(&["a"], Some("x > 1 -- why")), "(@a) AND (x > 1 -- why\n)");
    }
}
