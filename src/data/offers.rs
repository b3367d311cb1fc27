//! Finds columns of text that are nearly numbers or dates, and of numbers that are days, and the declared type that would
//! make them so.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use polars::prelude::{Column, DataType, StringChunked};

use super::text::{Currency, DecimalMark, DeclaredKind, DeclaredType, NumberForm, TimeFormat, is_currency};
use super::{Base, BaseTable};

/// A type that would suit a column of a text table.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub column: String,
    pub declared: DeclaredType,
    pub why: String,
    /// False if the values could be read in another way too: day and month may be exchanged.
    pub is_certain: bool,
}

impl Offer {
    pub fn is_time(&self) -> bool {
        matches!(self.declared.kind, DeclaredKind::Date(_) | DeclaredKind::Timestamp(_))
    }
}

/// Number of values by which a type is guessed. It is offered only if all values fit.
const SAMPLE_ROWS: usize = 2_000;
/// Maximum number of words that may mean a missing value.
const MAX_WORDS: usize = 5;

/// Returns the types that would suit columns of a base that was read from text, without the columns to omit.
pub fn offers(base: &Base, omit: &dyn Fn(&str) -> bool) -> Vec<Offer> {
    let BaseTable::Memory(frame) = &base.table else { return Vec::new() };
    let columns = frame.columns().iter().filter(|column| !omit(column.name()));
    let offer = |column: &Column| if column.dtype().is_integer() { days(column) } else { offer(column.str().ok()?) };
    columns.filter_map(offer).collect()
}

/// Returns the type of whole numbers that are days, such as 19970131: each is a day of the years 1900 to 2100, and two are
/// not the same day.
fn days(column: &Column) -> Option<Offer> {
    let values = column.cast(&DataType::Int64).ok()?;
    let values = values.i64().ok()?;
    let is_day = |value: i64| {
        let (year, month, day) = (i32::try_from(value / 10_000).ok(), value / 100 % 100, value % 100);
        year.filter(|year| (1900..=2100).contains(year))
            .and_then(|year| NaiveDate::from_ymd_opt(year, month as u32, day as u32))
            .is_some()
    };
    let mut known = values.iter().flatten();
    let first = known.next().filter(|first| is_day(*first))?;
    if !values.iter().flatten().all(is_day) || known.all(|value| value == first) {
        return None;
    }
    let declared = DeclaredType::new(DeclaredKind::Date(TimeFormat::parse("%Y%m%d").ok()?));
    let why = "all numbers are dates as year, month, day".into();
    Some(Offer { column: column.name().to_string(), declared, why, is_certain: true })
}

fn offer(values: &StringChunked) -> Option<Offer> {
    let sample: Vec<&str> =
        values.iter().flatten().map(str::trim).filter(|text| !text.is_empty()).take(SAMPLE_ROWS).collect();
    let with_digits = sample.iter().filter(|text| text.bytes().any(|byte| byte.is_ascii_digit())).count();
    if sample.is_empty() || with_digits * 5 < sample.len() * 4 || sample.iter().any(|text| is_id(text)) {
        return None;
    }
    let fits = |kind: &DeclaredKind| {
        let declared = DeclaredType::new(kind.clone());
        sample.iter().filter(|text| declared.read(text).is_ok()).count()
    };
    let kinds = number_kinds(&sample).into_iter().chain(date_kinds());
    let mut best: Option<(usize, DeclaredKind)> = None;
    for kind in kinds {
        let fit = fits(&kind);
        if fit * 5 >= sample.len() * 4 && best.as_ref().is_none_or(|(other, _)| fit > *other) {
            best = Some((fit, kind));
        }
    }
    let (_, kind) = best?;
    let declared = DeclaredType { null: missing_words(values, &kind)?, kind };
    if values.iter().flatten().any(|text| declared.read(text).is_err()) {
        return None;
    }
    let kind = if matches!(declared.kind, DeclaredKind::Number(_)) { "numbers" } else { "dates" };
    let is_certain = !is_ambiguous(&declared.kind, &sample);
    let why = match declared.null.is_empty() {
        _ if !is_certain => "all texts are dates; day and month may be swapped".into(),
        true => format!("all texts are {kind}"),
        false => format!("all texts are {kind}, except words for missing values"),
    };
    Some(Offer { column: values.name().to_string(), declared, why, is_certain })
}

/// Returns true for digits that would be lost in a number: leading zeros, plus signs, more digits than a float has.
fn is_id(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_padded = text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    is_padded || text.starts_with('+') || text.contains(['e', 'E']) && digits + 1 == text.len() || digits > 17
}

/// Returns the words that do not fit a type, if they are few and have no digits.
fn missing_words(values: &StringChunked, kind: &DeclaredKind) -> Option<Vec<String>> {
    let declared = DeclaredType::new(kind.clone());
    let mut words: BTreeMap<String, u64> = BTreeMap::new();
    for text in values.iter().flatten() {
        if declared.read(text).is_err() {
            let word = text.trim();
            if word.len() > 20 || word.bytes().any(|byte| byte.is_ascii_digit()) {
                return None;
            }
            *words.entry(word.to_owned()).or_default() += 1;
            if words.len() > MAX_WORDS {
                return None;
            }
        }
    }
    Some(words.into_keys().collect())
}

fn number_kinds(sample: &[&str]) -> Vec<DeclaredKind> {
    let any = |test: &dyn Fn(char) -> bool| sample.iter().any(|text| text.chars().any(test));
    let currency = if any(&is_currency) { Currency::Symbol } else { Currency::None };
    let percent = any(&|c| c == '%');
    let forms = [
        (DecimalMark::Point, None),
        (DecimalMark::Comma, None),
        (DecimalMark::Point, Some(',')),
        (DecimalMark::Comma, Some('.')),
        (DecimalMark::Comma, Some(' ')),
        (DecimalMark::Point, Some('\'')),
    ];
    let kind = |(decimal, thousands)| {
        DeclaredKind::Number(NumberForm { decimal, thousands, currency: currency.clone(), percent })
    };
    forms.into_iter().map(kind).collect()
}

/// Formats of days as people write them; those in which the day comes first are tried first.
const DAYS: [&str; 18] = [
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d-%b-%y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%y",
];
const TIMES: [&str; 3] = [" %H:%M", " %H:%M:%S", " %I:%M %p"];

fn date_kinds() -> impl Iterator<Item = DeclaredKind> {
    let date = |day: &str| TimeFormat::parse(day).map(DeclaredKind::Date);
    let days = DAYS.iter().map(move |day| date(day));
    let time = |day: &str, time: &str| TimeFormat::parse(&format!("{day}{time}")).map(DeclaredKind::Timestamp);
    let times = DAYS.iter().flat_map(move |day| TIMES.iter().map(move |hour| time(day, hour)));
    days.chain(times).flatten()
}

/// Returns true if all values are dates also with day and month exchanged.
fn is_ambiguous(kind: &DeclaredKind, sample: &[&str]) -> bool {
    let (DeclaredKind::Date(format) | DeclaredKind::Timestamp(format)) = kind else { return false };
    let exchanged = format.with_day_and_month_exchanged();
    let other = match kind {
        DeclaredKind::Date(_) => exchanged.map(DeclaredKind::Date),
        _ => exchanged.map(DeclaredKind::Timestamp),
    };
    other.is_some_and(|other| {
        let other = DeclaredType::new(other);
        sample.iter().filter(|text| text.bytes().any(|byte| byte.is_ascii_digit())).all(|text| other.read(text).is_ok())
    })
}

#[cfg(test)]
mod tests {
    use polars::prelude::NewChunkedArray;

    use super::*;

    fn offered(values: &[&str]) -> Option<String> {
        offer(&StringChunked::from_slice("a".into(), values)).map(|offer| offer.declared.to_string())
    }

    #[test]
    fn text_that_looks_numeric_is_offered_as_number() {
        let none: Option<String> = None;
        assert_eq!(offered(&["1,5", "2,25", "-3"]).as_deref(), Some("{ type = \"number\", decimal = \",\" }"));
        let euros = Some("{ type = \"number\", decimal = \",\", thousands = \".\", currency = true }");
        assert_eq!(offered(&["1.234,50 €", "7,00 €"]).as_deref(), euros);
        let words = Some("{ type = \"number\", null = [\"-\", \"N/A\"] }");
        assert_eq!(offered(&["5", "7.5", "12", "8", "9", "10", "11", "13", "N/A", "-"]).as_deref(), words);
        assert_eq!(offered(&["007", "008"]), none);
        assert_eq!(offered(&["1E5", "2E7"]), none);
        assert_eq!(offered(&["12 Main St", "14 High St"]), none);
        assert_eq!(offered(&["yes", "no"]), none);
    }

    #[test]
    fn text_that_looks_like_dates_is_offered_as_date() {
        let date = |format: &str| Some(format!("{{ type = \"date\", format = \"{format}\" }}"));
        assert_eq!(offered(&["31/12/2023", "01/02/2024"]), date("%d/%m/%Y"));
        assert_eq!(offered(&["12/31/2023", "01/02/2024"]), date("%m/%d/%Y"));
        assert_eq!(offered(&["23-Sep-11", "01-Oct-11"]), date("%d-%b-%y"));
        assert_eq!(offered(&["12/31/23", "01/02/24"]), date("%m/%d/%y"));
        assert_eq!(offered(&["March 3, 2024", "May 14, 2024"]), date("%B %d, %Y"));
        // ISO dates need no declaration, but for the words between them.
        let words = "{ type = \"date\", format = \"%Y-%m-%d\", null = [\"n/a\"] }";
        let values = ["2024-01-31", "2024-02-01", "2024-02-02", "2024-02-03", "2024-02-04", "n/a"];
        assert_eq!(offered(&values).as_deref(), Some(words));
        let values = StringChunked::from_slice("a".into(), &["01/02/2024", "03/04/2024"]);
        assert!(offer(&values).unwrap().why.contains("may be swapped"));
    }

    #[test]
    fn whole_numbers_that_are_days_are_offered_as_date() {
        let offered = |values: &[i64]| days(&Column::new("a".into(), values)).map(|offer| offer.declared.to_string());
        let date = Some("{ type = \"date\", format = \"%Y%m%d\" }");
        assert_eq!(offered(&[19970101, 20240229]).as_deref(), date);
        assert_eq!(offered(&[19970101, 19970230]), None);
        assert_eq!(offered(&[19970101, 19970101]), None);
        assert_eq!(offered(&[123, 20240229]), None);
        assert_eq!(offered(&[]), None);
    }
}
