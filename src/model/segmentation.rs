use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DateUnit, SegmentKind, breaks};

/// Maximum number of parts with equal numbers of customers.
const MAX_QUANTILES: u32 = 100;

/// A division of the base into several segments, called cells. A cell is written `@name.cell` in rules.
///
/// The fields are as written in the study; [`Segmentation::cut`] interprets them together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Segmentation {
    pub name: String,
    pub kind: Option<SegmentKind>,
    /// Column that is cut; empty if there are several (`cross`, `rfm`) or none (`cells`).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub column: String,
    /// Ascending break points of a numeric column: `[25, 35]` gives the cells `<25`, `25-34`, `35+`. If the column is
    /// given without any field that cuts it, every distinct value is a cell.
    pub breaks: Option<Vec<f64>>,
    /// Number of most frequent values that become cells; all other values form the cell `other`.
    pub top: Option<u32>,
    /// Number of parts whose numbers of customers are as equal as ties allow.
    pub quantiles: Option<u32>,
    /// Period of a date or timestamp; each period is a cell.
    pub part: Option<DateUnit>,
    /// Ascending break points of the age on the study's as-of date, in `age_unit`s; the column contains the date from
    /// which the age counts.
    pub age: Option<Vec<u32>>,
    /// Unit of `age`; days by default.
    pub age_unit: Option<AgeUnit>,
    /// Names of two segmentations or columns: every cell of the first is combined with every cell of the second.
    pub cross: Option<Vec<String>>,
    pub note: Option<String>,
    /// Columns and scores of an RFM segmentation.
    pub rfm: Option<Rfm>,
    /// Cells that are written by hand, or the named cells of an RFM segmentation.
    #[serde(default, rename = "cell", skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<CellDefinition>,
}

/// Unit of the break points of `age`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AgeUnit {
    #[default]
    Days,
    Months,
    Years,
}

impl AgeUnit {
    pub const ALL: [AgeUnit; 3] = [AgeUnit::Days, AgeUnit::Months, AgeUnit::Years];

    /// Returns the unit's name in a study's files.
    pub fn word(self) -> &'static str {
        match self {
            AgeUnit::Days => "days",
            AgeUnit::Months => "months",
            AgeUnit::Years => "years",
        }
    }
}

/// Recency, frequency and monetary value: three columns, each scored from 1 to `scores`; the highest score is the
/// best.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rfm {
    /// Column with the last order: a date or timestamp, where later is better, or a number such as the days since
    /// then, where less is better.
    pub recency: String,
    /// Column with the number of orders, where more is better.
    pub frequency: String,
    /// Column with the amount spent, where more is better.
    pub monetary: String,
    /// Number of scores, 5 by default.
    pub scores: Option<u32>,
}

impl Rfm {
    /// Returns the number of scores; 5 if the study does not set it.
    pub fn scores(&self) -> u32 {
        self.scores.unwrap_or(5)
    }

    /// Returns the names of the score columns of a segmentation of this name: `rfm_recency`, `rfm_frequency`,
    /// `rfm_monetary`.
    pub fn score_columns(name: &str) -> [String; 3] {
        ["recency", "frequency", "monetary"].map(|part| format!("{name}_{part}"))
    }
}

/// A cell that is written by hand: a rule, or the ranges of scores of an RFM cell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CellDefinition {
    pub name: String,
    /// Rule of the cell; an RFM cell has the ranges `r`, `f` and `m` instead.
    #[serde(rename = "where")]
    pub rule: Option<String>,
    /// First and last score of recency, both included; any score by default.
    pub r: Option<[u32; 2]>,
    /// First and last score of frequency, as in `r`.
    pub f: Option<[u32; 2]>,
    /// First and last score of monetary value, as in `r`.
    pub m: Option<[u32; 2]>,
}

/// Way in which a segmentation cuts the base, as its fields define it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellCut<'a> {
    /// Every distinct value, or the most frequent ones.
    Values {
        column: &'a str,
        top: Option<u32>,
    },
    Breaks {
        column: &'a str,
        breaks: &'a [f64],
    },
    Quantiles {
        column: &'a str,
        parts: u32,
    },
    Part {
        column: &'a str,
        part: DateUnit,
    },
    Age {
        column: &'a str,
        ages: &'a [u32],
        unit: AgeUnit,
    },
    Cross {
        first: &'a str,
        second: &'a str,
    },
    Rfm {
        rfm: &'a Rfm,
        cells: &'a [CellDefinition],
    },
    Cells(&'a [CellDefinition]),
}

impl Segmentation {
    /// Returns how the fields cut the base.
    ///
    /// # Errors
    /// Returns the wrong field and a line with the problem: it is missing, contradicts another field or is out of
    /// range.
    pub fn cut(&self) -> Result<CellCut<'_>, (&'static str, String)> {
        let cuts = self.cuts();
        if let [first, second, ..] = cuts[..] {
            return Err((second, format!("{} has both {first} and {second}: leave out one", self.name)));
        }
        if self.age_unit.is_some() && self.age.is_none() {
            return Err(("age_unit", format!("age_unit of {} says nothing without age = […]", self.name)));
        }
        let kind = cuts.first().copied().unwrap_or("column");
        let several = ["cross", "rfm", "cell"].contains(&kind);
        match (several, self.column.trim().is_empty()) {
            (true, false) => {
                return Err(("column", format!("{} has both column and {kind}: leave out one", self.name)));
            }
            (false, true) => return Err(("column", format!("{} names no column to cut", self.name))),
            _ => {}
        }
        self.known_cut().map_err(|message| (kind, message))
    }

    /// Returns true if every distinct value of one column is a cell.
    pub fn is_by_value(&self) -> bool {
        matches!(self.cut(), Ok(CellCut::Values { top: None, .. }))
    }

    /// Returns the names of the given fields that determine the cut, of which at most one is allowed. Cells beside
    /// `rfm` belong to it and do not count.
    fn cuts(&self) -> Vec<&'static str> {
        let keys = [
            ("breaks", self.breaks.is_some()),
            ("top", self.top.is_some()),
            ("quantiles", self.quantiles.is_some()),
            ("part", self.part.is_some()),
            ("age", self.age.is_some()),
            ("cross", self.cross.is_some()),
            ("rfm", self.rfm.is_some()),
            ("cell", !self.cells.is_empty() && self.rfm.is_none()),
        ];
        keys.into_iter().filter(|(_, is_there)| *is_there).map(|(key, _)| key).collect()
    }

    fn known_cut(&self) -> Result<CellCut<'_>, String> {
        let (name, column) = (&self.name, self.column.as_str());
        if let Some(breaks) = &self.breaks {
            return match bad_breaks(name, breaks) {
                Some(fault) => Err(fault),
                None => Ok(CellCut::Breaks { column, breaks }),
            };
        }
        if let Some(parts) = self.quantiles {
            return in_range(name, "quantiles", parts).map(|()| CellCut::Quantiles { column, parts });
        }
        if let Some(part) = self.part {
            return Ok(CellCut::Part { column, part });
        }
        if let Some(ages) = &self.age {
            if ages.is_empty() || ages[0] == 0 || !ages.is_sorted_by(|a, b| a < b) {
                return Err(format!("the ages of {name} have to ascend from 1, such as age = [30, 90]"));
            }
            return Ok(CellCut::Age { column, ages, unit: self.age_unit.unwrap_or_default() });
        }
        if let Some(cross) = &self.cross {
            return match &cross[..] {
                [first, second] if first != second => Ok(CellCut::Cross { first, second }),
                _ => Err(format!(
                    "{name} has to cross two segmentations or columns, such as cross = [\"plan\", \"age\"]"
                )),
            };
        }
        if let Some(rfm) = &self.rfm {
            in_range(name, "scores", rfm.scores())?;
            self.cells.iter().try_for_each(|cell| rfm_cell(name, cell, rfm.scores()))?;
            if self.cells.is_empty() && rfm.scores() != 5 {
                return Err(format!("{name} needs cells of its own: the usual ones are for 5 scores"));
            }
            return self.distinct_cells().map(|()| CellCut::Rfm { rfm, cells: &self.cells });
        }
        if !self.cells.is_empty() {
            self.cells.iter().try_for_each(|cell| rule_cell(name, cell))?;
            return self.distinct_cells().map(|()| CellCut::Cells(&self.cells));
        }
        match self.top {
            Some(0) => Err(format!("{name} needs a top of one or more")),
            Some(top) => in_range(name, "top", top.max(2)).map(|()| CellCut::Values { column, top: self.top }),
            None => Ok(CellCut::Values { column, top: None }),
        }
    }

    fn distinct_cells(&self) -> Result<(), String> {
        for (n, cell) in self.cells.iter().enumerate() {
            if cell.name.trim().is_empty() {
                return Err(format!("cell {} of {} has no name", n + 1, self.name));
            }
            if self.cells[..n].iter().any(|other| other.name == cell.name) {
                return Err(format!("two cells of {} are called {}: rename one", self.name, cell.name));
            }
        }
        Ok(())
    }
}

fn bad_breaks(name: &str, points: &[f64]) -> Option<String> {
    if points.is_empty() {
        Some(format!("{name} has no break points: leave out breaks to cut by value, or name some"))
    } else if points.iter().any(|point| !point.is_finite()) {
        Some(format!("a break point of {name} is not a finite number"))
    } else if breaks::fault(points).is_some() {
        Some(format!("the break points of {name} do not ascend: each must be greater than the previous one"))
    } else {
        None
    }
}

fn in_range(name: &str, key: &str, parts: u32) -> Result<(), String> {
    match parts {
        2..=MAX_QUANTILES => Ok(()),
        _ => Err(format!("{key} = {parts} of {name} is out of range: use 2 to {MAX_QUANTILES}")),
    }
}

fn rfm_cell(name: &str, cell: &CellDefinition, scores: u32) -> Result<(), String> {
    if cell.rule.is_some() {
        return Err(format!("cell {} of {name} has a rule, but RFM cells are cut by r, f and m", cell.name));
    }
    for [low, high] in [cell.r, cell.f, cell.m].into_iter().flatten() {
        if low < 1 || low > high || high > scores {
            let of = format!("scores [{low}, {high}] of cell {} of {name}", cell.name);
            return Err(format!("{of} are out of range: from 1 to {scores}, the lower first"));
        }
    }
    Ok(())
}

fn rule_cell(name: &str, cell: &CellDefinition) -> Result<(), String> {
    if cell.r.is_some() || cell.f.is_some() || cell.m.is_some() {
        return Err(format!("cell {} of {name} has scores, but {name} has no rfm", cell.name));
    }
    match cell.rule.as_deref().map(str::trim) {
        None | Some("") => Err(format!("cell {} of {name} has no rule: write where = \"…\"", cell.name)),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(segmentation: Segmentation) -> (&'static str, String) {
        let named = Segmentation { name: "s".into(), ..segmentation };
        named.cut().map(|cut| format!("{cut:?}")).expect_err("a fault")
    }

    #[test]
    fn contradicting_segmentation_fields_are_refused() {
        let column = || Segmentation { column: "x".into(), ..Segmentation::default() };
        assert_eq!(fault(Segmentation::default()).1, "s names no column to cut");
        let both = Segmentation { top: Some(3), quantiles: Some(4), ..column() };
        assert_eq!(fault(both), ("quantiles", "s has both top and quantiles: leave out one".into()));
        let unit = Segmentation { age_unit: Some(AgeUnit::Months), ..column() };
        assert_eq!(fault(unit).0, "age_unit");
        assert!(
            fault(Segmentation { cross: Some(vec!["a".into(), "b".into()]), ..column() })
                .1
                .contains("column and cross")
        );
        assert!(fault(Segmentation { age: Some(vec![30, 30]), ..column() }).1.contains("ascend"));
        assert!(fault(Segmentation { quantiles: Some(1), ..column() }).1.contains("2 to 100"));
    }

    #[test]
    fn rfm_cell_scores_beyond_maximum_are_refused() {
        let rfm = Rfm { recency: "a".into(), frequency: "b".into(), monetary: "c".into(), scores: Some(3) };
        let cell = CellDefinition { name: "best".into(), r: Some([3, 4]), ..CellDefinition::default() };
        let (key, message) = fault(Segmentation { rfm: Some(rfm), cells: vec![cell], ..Segmentation::default() });
        assert_eq!((key, message.contains("[3, 4] of cell best")), ("rfm", true));
    }
}
