//! Numbers as people write them: decimal commas, thousands, currencies, percent signs.

use std::fmt::Write;
use std::str::FromStr;

use super::cells::is_currency;

use super::value::{self, FieldValue};

/// Spelling of numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberForm {
    pub decimal: DecimalMark,
    /// Character between groups of digits.
    pub thousands: Option<char>,
    pub currency: Currency,
    /// True if a percent sign may follow, which divides the number by 100.
    pub percent: bool,
}

/// Currency before or after a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Currency {
    #[default]
    None,
    /// Any currency symbol, such as `€`.
    Symbol,
    /// This text, such as `CHF`.
    Text(String),
}

impl NumberForm {
    /// Parses a number that is written in this form; a digit too many or a group of the wrong length is no number.
    pub fn read(&self, text: &str) -> Option<FieldValue> {
        let (negative, rest) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(inside) => (true, inside),
            None => (false, text),
        };
        let mut bare = rest;
        let mut minus = false;
        // A sign may stand on either side of a currency: -€5, €-5.
        for _ in 0..2 {
            bare = self.without_currency(bare.trim());
            if let Some(rest) = bare.strip_prefix(['-', '−']).filter(|_| !minus) {
                (minus, bare) = (true, rest);
            } else if let Some(rest) = bare.strip_prefix('+').filter(|_| !minus) {
                bare = rest;
            }
        }
        let percent = bare.strip_suffix('%').filter(|_| self.percent);
        let number = self.plain(percent.unwrap_or(bare).trim())?;
        let number = if minus != negative { format!("-{number}") } else { number };
        if minus && negative {
            return None;
        }
        let whole = value::integer(number.as_bytes()).filter(|_| percent.is_none());
        if let Some(whole) = whole {
            return Some(FieldValue::Integer(whole));
        }
        let fraction: f64 = number.parse().ok().filter(|value: &f64| value.is_finite())?;
        Some(FieldValue::Float(if percent.is_some() { fraction / 100.0 } else { fraction }))
    }

    fn without_currency<'t>(&self, text: &'t str) -> &'t str {
        match &self.currency {
            Currency::None => text,
            Currency::Symbol => text.trim_matches(|c: char| is_currency(c) || c == ' ' || c == '\u{A0}'),
            Currency::Text(word) => {
                let text = text.strip_prefix(word.as_str()).unwrap_or(text);
                text.strip_suffix(word.as_str()).unwrap_or(text).trim()
            }
        }
    }

    /// Returns the digits with a point, without groups, leading zeros and sign.
    fn plain(&self, text: &str) -> Option<String> {
        let mark = if self.decimal == DecimalMark::Comma { ',' } else { '.' };
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, ""),
        };
        let (whole, fraction) = match mantissa.split_once(mark) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let whole = match self.thousands {
            Some(mark) => without_groups(whole, mark)?,
            None => whole.to_owned(),
        };
        let digits = fraction.unwrap_or_default();
        let exponent_is_whole = is_digits(exponent.trim_start_matches(['+', '-'])) && exponent.len() <= 5;
        if whole.len() + digits.len() == 0 || !is_digits(&whole) || !is_digits(digits) || !exponent_is_whole {
            return None;
        }
        let mut plain = match whole.trim_start_matches('0') {
            "" => "0".to_owned(),
            rest => rest.to_owned(),
        };
        if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
            let _ = write!(plain, ".{fraction}");
        }
        if mantissa.len() < text.len() {
            let _ = write!(plain, "e{exponent}");
        }
        Some(plain)
    }

    /// Returns the form in words, as in `is not a number with …`.
    pub fn described(&self) -> String {
        let mut text = String::from("a number");
        if self.decimal == DecimalMark::Comma {
            text.push_str(" with a decimal comma");
        }
        if let Some(mark) = self.thousands {
            let _ = write!(text, ", thousands by {mark:?}");
        }
        text
    }
}

/// Returns the digits without the mark between groups; `None` if a group has the wrong length. The last group has three
/// digits, the others two (as in India) or three.
fn without_groups(whole: &str, mark: char) -> Option<String> {
    let groups: Vec<&str> = whole.split(mark).collect();
    let (first, rest) = groups.split_first()?;
    if let Some((last, middle)) = rest.split_last() {
        let fits = last.len() == 3 && middle.iter().all(|group| matches!(group.len(), 2 | 3));
        if !fits || !(1..=3).contains(&first.len()) {
            return None;
        }
    }
    Some(groups.concat())
}

/// The character between a number's whole part and its fraction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DecimalMark {
    #[default]
    Point,
    Comma,
}

impl FromStr for DecimalMark {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "." => Ok(Self::Point),
            "," => Ok(Self::Comma),
            _ => Err(format!("{text:?} is not a valid decimal mark: write \".\" or \",\"")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(form: NumberForm, text: &str) -> Option<FieldValue> {
        form.read(text)
    }

    fn german() -> NumberForm {
        NumberForm { decimal: DecimalMark::Comma, thousands: Some('.'), ..NumberForm::default() }
    }

    #[test]
    fn numbers_with_decimal_comma_and_thousands_are_read() {
        assert_eq!(number(german(), "1.234,50"), Some(FieldValue::Float(1234.5)));
        assert_eq!(number(german(), "-1.234.567"), Some(FieldValue::Integer(-1_234_567)));
        assert_eq!(number(german(), "007"), Some(FieldValue::Integer(7)));
        assert_eq!(number(german(), "7,5"), Some(FieldValue::Float(7.5)));
        assert_eq!(number(german(), ""), None);
    }

    #[test]
    fn group_of_wrong_length_is_no_number() {
        for text in ["1.5", "1.23,4", "1234.567", ".123", "1..234", "1,2,3", "12a", "--5", "5 5", ","] {
            assert_eq!(number(german(), text), None, "{text}");
        }
    }

    #[test]
    fn currency_percent_and_signs_are_read() {
        let money = NumberForm { thousands: Some(','), currency: Currency::Symbol, ..NumberForm::default() };
        for (text, value) in
            [("$1,234.50", 1234.5), ("-$0.50", -0.5), ("€ -0.50", -0.5), ("(0.50)", -0.5), ("0.5 €", 0.5)]
        {
            assert_eq!(number(money.clone(), text), Some(FieldValue::Float(value)), "{text}");
        }
        let francs = NumberForm { currency: Currency::Text("CHF".into()), ..NumberForm::default() };
        assert_eq!(number(francs.clone(), "CHF 12.50"), Some(FieldValue::Float(12.5)));
        assert_eq!(number(francs, "EUR 12.50"), None);
        let percent = NumberForm { percent: true, ..NumberForm::default() };
        assert_eq!(number(percent, "12.5 %"), Some(FieldValue::Float(0.125)));
        assert_eq!(number(NumberForm::default(), "12.5 %"), None);
    }
}
