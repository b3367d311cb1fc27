//! Builds one column of a text file, typed while it is read.
//!
//! A column starts without a type and takes the narrowest that its values allow. A later value may widen it: the values
//! so far are cast if no text is lost by it (`12` to `"12"`); else they are dropped and the column is read a second
//! time, as text.

mod absorb;
mod finish;

use polars::prelude::*;

use self::finish::{finished, joined};
use super::declared::{DeclaredKind, DeclaredType};
use super::value::{self, FieldValue, LostDetails};
use crate::data::Zone;
use crate::model::ColumnType;

type Integers = PrimitiveChunkedBuilder<Int64Type>;
type Floats = PrimitiveChunkedBuilder<Float64Type>;
type Days = PrimitiveChunkedBuilder<Int32Type>;

/// Values of a column that is being built, by the narrowest type that fits all of them.
enum ColumnValues {
    /// Number of fields so far, all of them empty.
    Unknown(usize),
    Boolean(BooleanChunkedBuilder),
    Integer(Integers),
    Float(Floats),
    Date(Days),
    Timestamp(Integers),
    Text(StringChunkedBuilder),
    /// The column is text, but the text of its first values is lost.
    Disproved,
}

/// Maximum number of bytes of a text that needs no memory beside its place in the column, of 16 bytes with its length.
const PLACE: usize = 12;

/// Builds a column from text fields. Its type is widened whenever a field does not fit.
pub struct ColumnBuilder {
    name: PlSmallStr,
    values: ColumnValues,
    /// Values from before the last widening, of the current type.
    earlier: Option<Series>,
    /// True if the text of every field so far can be derived from its value.
    exact: bool,
    /// Details that the timestamps so far have lost.
    lost: LostDetails,
    /// Bytes of the texts that are longer than their places in the column.
    long: usize,
    /// True if a `NaN` occurred while the type was unknown: whole numbers are floats then.
    nan: bool,
    /// True if a value such as `1E5` occurred, which may be a code.
    codes: bool,
    /// True if a value occurred that is a number beyond doubt, such as `1.5`.
    fractions: bool,
    decimal_comma: bool,
    /// Zone to which moments are converted.
    zone: Option<Zone>,
    /// True if the study declares the type.
    declared: bool,
    /// Number of values that are likely to come, for which memory is taken at once.
    expected: usize,
}

impl ColumnBuilder {
    /// Creates a column of unknown type whose first `nulls` values are missing.
    pub fn new(name: &str, nulls: usize) -> Self {
        Self {
            name: name.into(),
            values: ColumnValues::Unknown(nulls),
            earlier: None,
            exact: true,
            lost: LostDetails::default(),
            long: 0,
            nan: false,
            codes: false,
            fractions: false,
            decimal_comma: false,
            zone: None,
            declared: false,
            expected: 0,
        }
    }

    /// Begins with the declared type, so that a column without values has it, too.
    pub fn with_declared(mut self, declared: &DeclaredType) -> Self {
        let ColumnValues::Unknown(nulls) = self.values else { return self };
        self.declared = true;
        let first = match declared.kind {
            DeclaredKind::Text => FieldValue::Text,
            DeclaredKind::Number(_) => FieldValue::Integer(0),
            DeclaredKind::Date(_) => FieldValue::Date(0),
            DeclaredKind::Timestamp(_) | DeclaredKind::Epoch(_) => FieldValue::Timestamp(0),
            DeclaredKind::Boolean { .. } => FieldValue::Boolean(true),
        };
        self.begin(first, nulls);
        self
    }

    pub fn with_zone(self, zone: Option<Zone>) -> Self {
        Self { zone, ..self }
    }

    pub fn with_decimal_comma(self, decimal_comma: bool) -> Self {
        Self { decimal_comma, ..self }
    }

    /// Creates a column that is known to be text.
    pub fn text(name: &str) -> Self {
        let mut column = Self::new(name, 0);
        column.become_text();
        column
    }

    pub fn is_disproved(&self) -> bool {
        matches!(self.values, ColumnValues::Disproved)
    }

    /// Returns the type so far.
    pub fn column_type(&self) -> ColumnType {
        match self.values {
            ColumnValues::Unknown(_) | ColumnValues::Text(_) | ColumnValues::Disproved => ColumnType::Text,
            ColumnValues::Boolean(_) => ColumnType::Boolean,
            ColumnValues::Integer(_) => ColumnType::Integer,
            ColumnValues::Float(_) => ColumnType::Float,
            ColumnValues::Date(_) => ColumnType::Date,
            ColumnValues::Timestamp(_) => ColumnType::Timestamp,
        }
    }

    /// Returns the number of bytes that `rows` values take.
    pub fn bytes(&self, rows: usize) -> usize {
        let width = match self.values {
            ColumnValues::Unknown(_) | ColumnValues::Text(_) => PLACE + 4,
            ColumnValues::Integer(_) | ColumnValues::Float(_) | ColumnValues::Timestamp(_) => 8,
            ColumnValues::Date(_) => 4,
            ColumnValues::Boolean(_) => 1,
            ColumnValues::Disproved => 0,
        };
        rows * width + self.long
    }

    pub fn push_null(&mut self) {
        match &mut self.values {
            ColumnValues::Unknown(nulls) => *nulls += 1,
            ColumnValues::Boolean(builder) => builder.append_null(),
            ColumnValues::Integer(builder) | ColumnValues::Timestamp(builder) => builder.append_null(),
            ColumnValues::Float(builder) => builder.append_null(),
            ColumnValues::Date(builder) => builder.append_null(),
            ColumnValues::Text(builder) => builder.append_null(),
            ColumnValues::Disproved => {}
        }
    }

    /// Appends a field as it stands in a delimited file.
    #[inline]
    pub fn push_field(&mut self, field: &str) {
        if field.is_empty() {
            return self.push_null();
        }
        match &mut self.values {
            ColumnValues::Text(builder) => {
                self.long += if field.len() > PLACE { field.len() } else { 0 };
                return builder.append_value(field);
            }
            ColumnValues::Disproved => return,
            ColumnValues::Integer(builder) => {
                if let Some(value) = value::integer(field.as_bytes()).filter(|&value| value != 0) {
                    return builder.append_value(value);
                }
            }
            ColumnValues::Float(builder) if !self.decimal_comma => {
                if let Some(value) = value::plain_fraction(field.as_bytes(), field) {
                    self.fractions = true;
                    return builder.append_value(value);
                }
            }
            ColumnValues::Date(builder) => {
                if let Some(day) = value::date(field.as_bytes()) {
                    return builder.append_value(day);
                }
            }
            // Seconds without a zone: nothing is lost, and nothing to convert.
            ColumnValues::Timestamp(builder) if field.len() == 19 => {
                if let Some(micros) = value::seconds(field.as_bytes()) {
                    self.exact = false;
                    return builder.append_value(micros);
                }
            }
            _ => {}
        }
        let value = match self.decimal_comma {
            true => value::classify_with_comma(field),
            false => value::classify(field),
        };
        if let FieldValue::Float(_) = value {
            let is_code = value::is_code(field);
            self.codes |= is_code;
            self.fractions |= !is_code;
        }
        self.push(value, field);
    }

    /// Appends a value of the column's declared type, with its text.
    pub fn push_declared(&mut self, value: FieldValue, is_moment: bool, field: &str) {
        let value = self.localized(value, is_moment);
        let value = match (value, &self.values) {
            (FieldValue::Integer(value), ColumnValues::Float(_)) => FieldValue::Float(value as f64),
            _ => value,
        };
        self.fractions |= matches!(value, FieldValue::Float(_));
        if !self.append(value, field) {
            self.widen(value);
            self.append(value, field);
        }
        self.exact = false;
    }

    /// Appends a value with its text, for the case that the column is text.
    pub fn push(&mut self, value: FieldValue, text: &str) {
        let is_moment = matches!(value, FieldValue::Timestamp(_)) && value::has_offset(text);
        let value = self.localized(value, is_moment);
        let plain = match value {
            FieldValue::Integer(value) => value != 0 || text == "0",
            FieldValue::Boolean(value) => text == if value { "true" } else { "false" },
            FieldValue::Date(_) | FieldValue::Text => true,
            FieldValue::Blank | FieldValue::NotANumber | FieldValue::Float(_) | FieldValue::Timestamp(_) => false,
        };
        if !self.append(value, text) {
            self.widen(value);
            self.append(value, text);
        }
        self.exact &= plain;
        if let (FieldValue::Timestamp(_), ColumnValues::Timestamp(_)) = (value, &self.values) {
            let lost = LostDetails::from_field(text);
            let is_moved = self.zone.is_some() && value::has_offset(text);
            self.lost = self.lost.and(LostDetails { offset: lost.offset || is_moved, ..lost });
        }
    }

    /// Returns the details that the column has lost, if it is one of timestamps.
    pub fn lost(&self) -> LostDetails {
        match self.values {
            ColumnValues::Timestamp(_) => self.lost,
            _ => LostDetails::default(),
        }
    }

    /// Appends the value; returns false if it is not of the column's type.
    fn append(&mut self, value: FieldValue, text: &str) -> bool {
        match (&mut self.values, value) {
            (ColumnValues::Disproved, _) => {}
            (ColumnValues::Text(builder), _) => {
                self.long += if text.len() > PLACE { text.len() } else { 0 };
                builder.append_value(text);
            }
            (_, FieldValue::Blank) => self.push_null(),
            (ColumnValues::Unknown(nulls), FieldValue::NotANumber) => {
                *nulls += 1;
                self.nan = true;
            }
            (ColumnValues::Boolean(builder), FieldValue::Boolean(value)) => builder.append_value(value),
            (ColumnValues::Integer(builder), FieldValue::Integer(value)) => builder.append_value(value),
            (ColumnValues::Float(builder), FieldValue::Float(value)) => builder.append_value(value),
            (ColumnValues::Float(builder), FieldValue::Integer(value)) if fits_float(value) => {
                builder.append_value(value as f64)
            }
            (ColumnValues::Float(builder), FieldValue::NotANumber) => builder.append_null(),
            (ColumnValues::Date(builder), FieldValue::Date(day)) => builder.append_value(day),
            (ColumnValues::Timestamp(builder), FieldValue::Timestamp(micros)) => builder.append_value(micros),
            (ColumnValues::Timestamp(builder), FieldValue::Date(day)) => {
                builder.append_value(i64::from(day) * 86_400_000_000)
            }
            _ => return false,
        }
        true
    }

    /// Widens the column so that it can hold `value`.
    fn widen(&mut self, value: FieldValue) {
        let is_number = matches!(value, FieldValue::Float(_) | FieldValue::NotANumber);
        let may_be_float = is_number && matches!(self.values, ColumnValues::Integer(_)) && self.integers_fit_floats();
        match (&self.values, value) {
            (ColumnValues::Unknown(nulls), _) => {
                let nulls = *nulls;
                self.begin(value, nulls);
            }
            (ColumnValues::Integer(_), _) if may_be_float => {
                self.cast(DataType::Float64, |name| ColumnValues::Float(Floats::new(name, 0)));
            }
            (ColumnValues::Date(_), FieldValue::Timestamp(_)) => {
                let timestamp = DataType::Datetime(TimeUnit::Microseconds, None);
                self.cast(timestamp, |name| ColumnValues::Timestamp(Integers::new(name, 0)));
            }
            _ => self.become_text(),
        }
    }

    /// Returns the local time of a moment.
    fn localized(&self, value: FieldValue, is_moment: bool) -> FieldValue {
        match (value, self.zone) {
            (FieldValue::Timestamp(micros), Some(zone)) if is_moment => FieldValue::Timestamp(zone.local(micros)),
            _ => value,
        }
    }

    /// Returns true if all whole numbers so far keep their digits as floats.
    fn integers_fit_floats(&mut self) -> bool {
        let fit = |series: &Series| series.i64().is_ok_and(|values| values.iter().flatten().all(fits_float));
        let ColumnValues::Integer(builder) = &mut self.values else { return true };
        if self.declared {
            return true;
        }
        let latest = std::mem::replace(builder, Integers::new(self.name.clone(), 0)).finish().into_series();
        let all_fit = fit(&latest) && self.earlier.as_ref().is_none_or(fit);
        self.earlier = joined(self.earlier.take(), Some(latest));
        all_fit
    }

    /// Sets the type of a column of nulls to that of its first value.
    fn begin(&mut self, value: FieldValue, nulls: usize) {
        let (name, room) = (self.name.clone(), self.expected);
        self.values = match value {
            FieldValue::Integer(_) if !self.nan => ColumnValues::Integer(Integers::new(name, room)),
            FieldValue::Integer(_) | FieldValue::Float(_) => ColumnValues::Float(Floats::new(name, room)),
            FieldValue::Boolean(_) if !self.nan => ColumnValues::Boolean(BooleanChunkedBuilder::new(name, room)),
            FieldValue::Date(_) if !self.nan => ColumnValues::Date(Days::new(name, room)),
            FieldValue::Timestamp(_) if !self.nan => ColumnValues::Timestamp(Integers::new(name, room)),
            _ => return self.become_text(),
        };
        for _ in 0..nulls {
            self.push_null();
        }
    }

    fn become_text(&mut self) {
        let room = self.expected;
        let text = |name| ColumnValues::Text(StringChunkedBuilder::new(name, room));
        match self.values {
            ColumnValues::Text(_) | ColumnValues::Disproved => {}
            ColumnValues::Unknown(nulls) if self.exact => {
                self.values = text(self.name.clone());
                for _ in 0..nulls {
                    self.push_null();
                }
            }
            _ if self.exact => self.cast(DataType::String, text),
            _ => self.disprove(),
        }
    }

    fn disprove(&mut self) {
        self.values = ColumnValues::Disproved;
        self.earlier = None;
    }

    /// Casts the values so far and continues with the empty builder of the new type.
    fn cast(&mut self, data_type: DataType, empty: impl Fn(PlSmallStr) -> ColumnValues) {
        let values = std::mem::replace(&mut self.values, empty(self.name.clone()));
        let cast = |series: Series| series.strict_cast(&data_type);
        let earlier = self.earlier.take().map(cast).transpose();
        let latest = finished(values, &self.name).map(cast).transpose();
        match (earlier, latest) {
            (Ok(earlier), Ok(latest)) => self.earlier = joined(earlier, latest),
            // Not every cast is known to succeed: the text itself is always right.
            _ => self.disprove(),
        }
    }
}

/// Returns true if the number keeps its digits as a float.
fn fits_float(value: i64) -> bool {
    const EXACT: i64 = 1 << 53;
    (-EXACT..=EXACT).contains(&value) || (value as f64) as i128 == i128::from(value)
}
