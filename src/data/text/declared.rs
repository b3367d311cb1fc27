//! Column types that a study declares, for columns whose text does not say them.

use std::fmt;

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::number_form::DecimalMark;
use super::number_form::{Currency, NumberForm};
use super::value::FieldValue;
use crate::model::ColumnType;

/// A column's type, and the words in it that mean a missing value.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredType {
    pub kind: DeclaredKind,
    pub null: Vec<String>,
}

/// Type of a column, as a study declares it.
#[derive(Debug, Clone, PartialEq)]
pub enum DeclaredKind {
    Text,
    Number(NumberForm),
    /// A day in the format of `strftime`.
    Date(TimeFormat),
    /// A day and a time. With an offset (`%z`) it is converted to UTC.
    Timestamp(TimeFormat),
    /// A time as the number of these units since 1970-01-01 00:00 UTC.
    Epoch(EpochUnit),
    Boolean {
        yes: Vec<String>,
        no: Vec<String>,
    },
}

/// A format of `strftime` that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeFormat(String);

impl TimeFormat {
    /// Checks a format.
    ///
    /// # Errors
    /// Returns the problem and the remedy if `strftime` has no such format.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut items = StrftimeItems::new(text);
        if !text.contains('%') || items.any(|item| matches!(item, Item::Error)) {
            return Err(format!(
                "{text:?} is not a valid date format: write one such as \"%d/%m/%Y\" or \"%Y-%m-%d %H:%M:%S\""
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the format with day and month exchanged, if it has both as numbers.
    pub fn with_day_and_month_exchanged(&self) -> Option<Self> {
        let has_both = self.0.contains("%d") && self.0.contains("%m");
        has_both.then(|| Self(self.0.replace("%d", "\0").replace("%m", "%d").replace('\0', "%m")))
    }

    fn has_offset(&self) -> bool {
        ["%z", "%:z", "%#z", "%+"].iter().any(|offset| self.0.contains(offset))
    }

    /// Returns true if the format has a year of four digits, of which chrono would also accept two.
    fn has_long_year(&self) -> bool {
        ["%Y", "%F"].iter().any(|year| self.0.contains(year))
    }
}

/// Unit of a time that is a number since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochUnit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl EpochUnit {
    /// Parses `s`, `ms`, `us` or `ns`.
    ///
    /// # Errors
    /// Returns the problem and the remedy for anything else.
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(match text {
            "s" => Self::Seconds,
            "ms" => Self::Milliseconds,
            "us" => Self::Microseconds,
            "ns" => Self::Nanoseconds,
            _ => return Err(format!("{text:?} is not a valid unit of time: write \"s\", \"ms\", \"us\" or \"ns\"")),
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "us",
            Self::Nanoseconds => "ns",
        }
    }

    fn micros(self, count: i64) -> Option<i64> {
        match self {
            Self::Seconds => count.checked_mul(1_000_000),
            Self::Milliseconds => count.checked_mul(1_000),
            Self::Microseconds => Some(count),
            Self::Nanoseconds => Some(count.div_euclid(1_000)),
        }
    }
}

impl DeclaredType {
    pub fn new(kind: DeclaredKind) -> Self {
        Self { kind, null: Vec::new() }
    }

    /// Reads a field: `None` for a missing value, [`FieldValue::Text`] for a text as it stands.
    ///
    /// # Errors
    /// Returns the problem, as `is not a number`, if the field is not of the type.
    pub fn read(&self, field: &str) -> Result<Option<FieldValue>, String> {
        if field.is_empty() || self.null.iter().any(|word| word == field.trim()) {
            return Ok(None);
        }
        if self.kind == DeclaredKind::Text {
            return Ok(Some(FieldValue::Text));
        }
        let text = field.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let value = match &self.kind {
            DeclaredKind::Text => Some(FieldValue::Text),
            DeclaredKind::Number(form) => form.read(text),
            DeclaredKind::Date(format) => format.day(text),
            DeclaredKind::Timestamp(format) => format.moment(text),
            DeclaredKind::Epoch(unit) => {
                let count = text.parse().ok();
                count.and_then(|count| unit.micros(count)).map(FieldValue::Timestamp)
            }
            DeclaredKind::Boolean { yes, no } => {
                let is = |words: &[String]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
                if is(yes) { Some(FieldValue::Boolean(true)) } else { is(no).then_some(FieldValue::Boolean(false)) }
            }
        };
        value.map(Some).ok_or_else(|| format!("is not {}", self.described()))
    }

    /// Reads a value that has a type of its own, such as a number in a sheet, with its text: `None` for a missing value.
    ///
    /// # Errors
    /// Returns the errors of [`DeclaredType::read`].
    pub fn convert(&self, value: FieldValue, text: &str) -> Result<Option<FieldValue>, String> {
        const DAY: i64 = 86_400_000_000;
        if self.null.iter().any(|word| word == text.trim()) {
            return Ok(None);
        }
        match (&self.kind, value) {
            (DeclaredKind::Number(_), FieldValue::Integer(_) | FieldValue::Float(_))
            | (DeclaredKind::Date(_), FieldValue::Date(_))
            | (DeclaredKind::Timestamp(_), FieldValue::Date(_) | FieldValue::Timestamp(_))
            | (DeclaredKind::Boolean { .. }, FieldValue::Boolean(_)) => Ok(Some(value)),
            (DeclaredKind::Date(_), FieldValue::Timestamp(micros)) if micros % DAY == 0 => {
                Ok(Some(FieldValue::Date((micros / DAY) as i32)))
            }
            _ => self.read(text),
        }
    }

    /// Returns true if the values are moments, rather than times of a place.
    pub fn is_moment(&self) -> bool {
        match &self.kind {
            DeclaredKind::Timestamp(format) => format.has_offset(),
            DeclaredKind::Epoch(_) => true,
            _ => false,
        }
    }

    /// Returns the type as in `"x" is not …`.
    fn described(&self) -> String {
        match &self.kind {
            DeclaredKind::Text => "text".into(),
            DeclaredKind::Number(form) => form.described(),
            DeclaredKind::Date(format) => format!("a date of the format {}", format.0),
            DeclaredKind::Timestamp(format) => format!("a time of the format {}", format.0),
            DeclaredKind::Epoch(unit) => format!("a whole number of {} since 1970", unit.word()),
            DeclaredKind::Boolean { yes, no } => format!("one of {}", [yes.as_slice(), no].concat().join(", ")),
        }
    }

    /// Returns the type of a column that has it; numbers may turn out to be whole.
    pub fn column_type(&self) -> ColumnType {
        match self.kind {
            DeclaredKind::Text => ColumnType::Text,
            DeclaredKind::Number(_) => ColumnType::Float,
            DeclaredKind::Date(_) => ColumnType::Date,
            DeclaredKind::Timestamp(_) | DeclaredKind::Epoch(_) => ColumnType::Timestamp,
            DeclaredKind::Boolean { .. } => ColumnType::Boolean,
        }
    }
}

impl TimeFormat {
    fn day(&self, text: &str) -> Option<FieldValue> {
        let day = NaiveDate::parse_from_str(text, &self.0).ok()?;
        self.accepts(day).then(|| FieldValue::Date(day.to_epoch_days()))
    }

    fn moment(&self, text: &str) -> Option<FieldValue> {
        let time = if self.has_offset() {
            DateTime::parse_from_str(text, &self.0).ok()?.naive_utc()
        } else {
            NaiveDateTime::parse_from_str(text, &self.0).ok()?
        };
        self.accepts(time.date()).then(|| FieldValue::Timestamp(time.and_utc().timestamp_micros()))
    }

    /// Returns false for a year of one or two digits where four are expected: the year 23 is a mistake.
    fn accepts(&self, day: NaiveDate) -> bool {
        use chrono::Datelike;
        !self.has_long_year() || day.year() >= 1000
    }
}

impl fmt::Display for DeclaredType {
    /// Writes the type as a value of `[data.types]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let mut add = |key: &str, value: String| parts.push(format!("{key} = {value}"));
        let quoted = |text: &str| format!("{text:?}");
        let list = |words: &[String]| format!("[{}]", words.iter().map(|w| quoted(w)).collect::<Vec<_>>().join(", "));
        match &self.kind {
            DeclaredKind::Text => add("type", quoted("text")),
            DeclaredKind::Number(form) => {
                add("type", quoted("number"));
                if form.decimal == DecimalMark::Comma {
                    add("decimal", quoted(","));
                }
                if let Some(mark) = form.thousands {
                    add("thousands", quoted(&mark.to_string()));
                }
                match &form.currency {
                    Currency::None => {}
                    Currency::Symbol => add("currency", "true".into()),
                    Currency::Text(text) => add("currency", quoted(text)),
                }
                if form.percent {
                    add("percent", "true".into());
                }
            }
            DeclaredKind::Date(format) => {
                add("type", quoted("date"));
                add("format", quoted(&format.0));
            }
            DeclaredKind::Timestamp(format) => {
                add("type", quoted("timestamp"));
                add("format", quoted(&format.0));
            }
            DeclaredKind::Epoch(unit) => {
                add("type", quoted("epoch"));
                add("unit", quoted(unit.word()));
            }
            DeclaredKind::Boolean { yes, no } => {
                add("type", quoted("boolean"));
                add("yes", list(yes));
                add("no", list(no));
            }
        }
        if !self.null.is_empty() {
            add("null", list(&self.null));
        }
        write!(f, "{{ {} }}", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_date_reads_only_its_format() {
        let date = DeclaredType::new(DeclaredKind::Date(TimeFormat::parse("%d/%m/%Y").unwrap()));
        assert_eq!(date.read("02/01/1970"), Ok(Some(FieldValue::Date(1))));
        for wrong in ["13/13/2020", "1970-01-02", "02/01/70", "02/01/1970 10:00"] {
            assert_eq!(date.read(wrong), Err("is not a date of the format %d/%m/%Y".into()), "{wrong}");
        }
        let time = DeclaredType::new(DeclaredKind::Timestamp(TimeFormat::parse("%d.%m.%Y %H:%M %z").unwrap()));
        assert_eq!(time.read("01.01.1970 02:00 +0200"), Ok(Some(FieldValue::Timestamp(0))));
        assert!(TimeFormat::parse("%Q").is_err() && TimeFormat::parse("dd/mm").is_err());
    }

    #[test]
    fn epochs_and_truth_values_are_read() {
        let epoch = DeclaredType::new(DeclaredKind::Epoch(EpochUnit::Milliseconds));
        assert_eq!(epoch.read("1500"), Ok(Some(FieldValue::Timestamp(1_500_000))));
        assert!(epoch.read("1.5").is_err());
        let kind = DeclaredKind::Boolean { yes: vec!["ja".into()], no: vec!["nein".into()] };
        let words = DeclaredType { kind, null: vec!["?".into()] };
        assert_eq!(words.read("Ja"), Ok(Some(FieldValue::Boolean(true))));
        assert_eq!(words.read("?"), Ok(None));
        assert_eq!(words.read("yes"), Err("is not one of ja, nein".into()));
    }

    #[test]
    fn declared_type_prints_as_study_syntax() {
        let form =
            NumberForm { decimal: DecimalMark::Comma, thousands: Some('.'), percent: true, ..NumberForm::default() };
        let number = DeclaredType { kind: DeclaredKind::Number(form), null: vec!["N/A".into()] };
        let expected = r#"{ type = "number", decimal = ",", thousands = ".", percent = true, null = ["N/A"] }"#;
        assert_eq!(number.to_string(), expected);
    }
}
