//! Ways to cut, and the text form of each one's parameter.

use crate::model::{AgeUnit, ColumnType, Rfm, Segmentation};

/// A way to divide customers into cells, as the builder offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutMethod {
    Values,
    Breaks,
    Quantiles,
    Part,
    Age,
    Cross,
    Rfm,
    /// Cells written by hand, each a rule.
    Cells,
}

impl CutMethod {
    /// Returns the ways that fit a column, the likeliest first.
    pub fn for_column(column: ColumnType) -> Vec<CutMethod> {
        match column {
            ColumnType::Date | ColumnType::Timestamp => {
                vec![CutMethod::Part, CutMethod::Age, CutMethod::Quantiles, CutMethod::Values]
            }
            other if other.is_number() => vec![CutMethod::Quantiles, CutMethod::Breaks, CutMethod::Values],
            _ => vec![CutMethod::Values],
        }
    }

    /// Returns the way a segmentation is cut, even if its fields are not consistent yet.
    pub fn from_segmentation(cut: &Segmentation) -> CutMethod {
        let kinds = [
            (cut.rfm.is_some(), CutMethod::Rfm),
            (!cut.cells.is_empty(), CutMethod::Cells),
            (cut.cross.is_some(), CutMethod::Cross),
            (cut.breaks.is_some(), CutMethod::Breaks),
            (cut.quantiles.is_some(), CutMethod::Quantiles),
            (cut.part.is_some(), CutMethod::Part),
            (cut.age.is_some(), CutMethod::Age),
        ];
        kinds.into_iter().find(|(is_so, _)| *is_so).map_or(CutMethod::Values, |(_, how)| how)
    }

    /// Returns true if the person writes its cells, line by line.
    pub fn has_lines(self) -> bool {
        matches!(self, CutMethod::Rfm | CutMethod::Cells)
    }

    /// Returns the name of the method on screen.
    pub fn word(self) -> &'static str {
        match self {
            CutMethod::Values => "by value",
            CutMethod::Breaks => "break points",
            CutMethod::Quantiles => "equal parts",
            CutMethod::Part => "calendar",
            CutMethod::Age => "age",
            CutMethod::Cross => "cross",
            CutMethod::Rfm => "RFM",
            CutMethod::Cells => "cells by hand",
        }
    }

    /// Returns a hint that says what to type as the parameter.
    pub fn hint(self) -> &'static str {
        match self {
            CutMethod::Values => "top N: how many values to keep (empty = all)",
            CutMethod::Breaks => "ascending numbers, such as 25, 35, 50",
            CutMethod::Quantiles => "number of parts, e.g. 4",
            CutMethod::Part => "year, quarter, month, week, day, weekday or hour",
            CutMethod::Age => "ascending, with a unit: 30, 90 days",
            CutMethod::Cross => "two segmentations or columns: plan, age",
            CutMethod::Rfm => "recency, frequency, money: three columns; optionally the number of scores",
            CutMethod::Cells => "",
        }
    }

    /// Returns the initial parameter.
    pub fn first_parameter(self) -> &'static str {
        match self {
            CutMethod::Quantiles => "4",
            CutMethod::Part => "month",
            CutMethod::Age => "30, 90, 180 days",
            _ => "",
        }
    }

    /// Returns the parameter that a person would have typed for this cut.
    pub fn parameter_of(self, cut: &Segmentation) -> String {
        let list = |items: Vec<String>| items.join(", ");
        match self {
            CutMethod::Values => cut.top.map(|top| top.to_string()).unwrap_or_default(),
            CutMethod::Breaks => list(cut.breaks.iter().flatten().map(f64::to_string).collect()),
            CutMethod::Quantiles => cut.quantiles.map(|parts| parts.to_string()).unwrap_or_default(),
            CutMethod::Part => cut.part.map(|part| part.word().to_owned()).unwrap_or_default(),
            CutMethod::Age => {
                let unit = cut.age_unit.map(|unit| format!(" {}", unit.word())).unwrap_or_default();
                list(cut.age.iter().flatten().map(u32::to_string).collect()) + &unit
            }
            CutMethod::Cross => list(cut.cross.clone().unwrap_or_default()),
            CutMethod::Rfm => cut.rfm.as_ref().map(of_rfm).unwrap_or_default(),
            CutMethod::Cells => String::new(),
        }
    }

    /// Returns `plain` with the parameter that the text stands for.
    ///
    /// # Errors
    /// The hint, if the text cannot be parsed.
    pub fn put(self, text: &str, plain: Segmentation) -> Result<Segmentation, String> {
        let hint = || self.hint().to_owned();
        let text = text.trim();
        let parts: Vec<String> =
            text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
        let whole = || text.parse::<u32>().map_err(|_| hint());
        Ok(match self {
            CutMethod::Values if text.is_empty() => plain,
            CutMethod::Values => Segmentation { top: Some(whole()?), ..plain },
            CutMethod::Quantiles => Segmentation { quantiles: Some(whole()?), ..plain },
            CutMethod::Breaks => {
                let breaks: Result<Vec<f64>, _> = parts.iter().map(|part| part.parse::<f64>()).collect();
                Segmentation { breaks: Some(breaks.map_err(|_| hint())?), ..plain }
            }
            CutMethod::Part => Segmentation { part: Some(text.parse().map_err(|()| hint())?), ..plain },
            CutMethod::Age => aged(text, plain).ok_or_else(hint)?,
            CutMethod::Cross => Segmentation { cross: Some(parts), ..plain },
            CutMethod::Rfm => Segmentation { rfm: Some(rfm(&parts).ok_or_else(hint)?), ..plain },
            CutMethod::Cells => plain,
        })
    }
}

fn of_rfm(rfm: &Rfm) -> String {
    let scores = rfm.scores.map(|scores| format!(", {scores}")).unwrap_or_default();
    format!("{}, {}, {}{scores}", rfm.recency, rfm.frequency, rfm.monetary)
}

fn rfm(parts: &[String]) -> Option<Rfm> {
    let (columns, scores) = match parts {
        [columns @ .., scores] if columns.len() == 3 => (columns, Some(scores.parse().ok()?)),
        columns => (columns, None),
    };
    let [recency, frequency, monetary] = columns else { return None };
    Some(Rfm { recency: recency.clone(), frequency: frequency.clone(), monetary: monetary.clone(), scores })
}

fn aged(text: &str, plain: Segmentation) -> Option<Segmentation> {
    let (numbers, unit) = text.rsplit_once(' ').unwrap_or((text, ""));
    let known = AgeUnit::ALL.into_iter().find(|known| known.word() == unit);
    let numbers = if known.is_some() { numbers } else { text };
    let ages: Option<Vec<u32>> = numbers.split(',').map(|age| age.trim().parse().ok()).collect();
    Some(Segmentation { age: Some(ages?), age_unit: known, ..plain })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DateUnit;

    #[test]
    fn ages_parse_with_unit() {
        let age = |text| aged(text, Segmentation::default()).map(|cut| (cut.age.unwrap_or_default(), cut.age_unit));
        assert_eq!(age("30, 90 days"), Some((vec![30, 90], Some(AgeUnit::Days))));
        assert_eq!(age("1,2"), Some((vec![1, 2], None)));
        assert_eq!(age("a year"), None);
    }

    #[test]
    fn typed_cut_parameter_makes_same_cut() {
        let cuts = [
            Segmentation { top: Some(3), ..Segmentation::default() },
            Segmentation { breaks: Some(vec![-1.5, 25.0, 1e6]), ..Segmentation::default() },
            Segmentation { quantiles: Some(7), ..Segmentation::default() },
            Segmentation { part: Some(DateUnit::Weekday), ..Segmentation::default() },
            Segmentation { age: Some(vec![1, 6]), age_unit: Some(AgeUnit::Months), ..Segmentation::default() },
            Segmentation { cross: Some(vec!["plan".into(), "age".into()]), ..Segmentation::default() },
            Segmentation { rfm: rfm(&["a", "b", "c", "4"].map(str::to_owned)), ..Segmentation::default() },
        ];
        for cut in cuts {
            let how = CutMethod::from_segmentation(&cut);
            assert_eq!(how.put(&how.parameter_of(&cut), Segmentation::default()), Ok(cut));
        }
    }
}
