//! Classifies a single text field.

use chrono::NaiveDate;

/// The narrowest type of a field, with its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldValue {
    /// Only white space. It counts as empty, unless the column turns out to be text.
    Blank,
    Integer(i64),
    /// A finite number.
    Float(f64),
    /// `NaN`: a missing number.
    NotANumber,
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01 00:00:00.
    Timestamp(i64),
    Text,
}

/// Classifies a field that is not empty. Nothing is trimmed: ` 1` is text.
pub fn classify(field: &str) -> FieldValue {
    let bytes = field.as_bytes();
    match bytes.first() {
        Some(b'0'..=b'9' | b'-' | b'.') => number(bytes, field).or_else(|| moment(field)).unwrap_or(FieldValue::Text),
        Some(b't' | b'T') if field.eq_ignore_ascii_case("true") => FieldValue::Boolean(true),
        Some(b'f' | b'F') if field.eq_ignore_ascii_case("false") => FieldValue::Boolean(false),
        Some(b'n' | b'N') if field.eq_ignore_ascii_case("nan") => FieldValue::NotANumber,
        Some(b'a'..=b'z' | b'A'..=b'Z') => FieldValue::Text,
        _ if field.chars().all(char::is_whitespace) => FieldValue::Blank,
        _ => FieldValue::Text,
    }
}

fn number(bytes: &[u8], field: &str) -> Option<FieldValue> {
    integer(bytes).map(FieldValue::Integer).or_else(|| float(bytes, field).map(FieldValue::Float))
}

/// Parses a whole number that is identical to its digits: no leading zero, no `+`, within 64 bits. Other digits are an
/// id.
#[inline]
pub fn integer(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    match digits {
        [] => return None,
        [b'0', _, ..] => return None,
        _ if digits.len() > 19 => return None,
        // Eighteen digits always fit.
        _ if digits.len() <= 18 => {
            let mut value: i64 = 0;
            for &byte in digits {
                let digit = byte.wrapping_sub(b'0');
                if digit > 9 {
                    return None;
                }
                value = value * 10 + i64::from(digit);
            }
            return Some(if negative { -value } else { value });
        }
        _ => {}
    }
    // Counts down, since the smallest number has no positive counterpart.
    let mut value: i64 = 0;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.checked_mul(10)?.checked_sub(i64::from(digit))?;
    }
    if negative { Some(value) } else { value.checked_neg() }
}

/// Parses a finite number with a point or an exponent: `1.5`, `.5`, `5.`, `1e5`. A leading zero or `+` makes it an id.
#[inline]
pub fn float(bytes: &[u8], field: &str) -> Option<f64> {
    let mut fraction_or_exponent = false;
    for &byte in bytes {
        match byte {
            b'0'..=b'9' | b'-' | b'+' => {}
            b'.' | b'e' | b'E' => fraction_or_exponent = true,
            _ => return None,
        }
    }
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let leading_zero = matches!(digits, [b'0', b'0'..=b'9', ..]);
    if !fraction_or_exponent || leading_zero || digits.first() == Some(&b'+') {
        return None;
    }
    field.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Parses a number with a point and without an exponent, so that it is a number beyond doubt.
#[inline]
pub fn plain_fraction(bytes: &[u8], field: &str) -> Option<f64> {
    if let Some(value) = short_fraction(bytes) {
        return Some(value);
    }
    let is_plain = bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.'));
    if is_plain { float(bytes, field) } else { None }
}

/// Powers of ten that floats hold exactly, as far as fifteen digits need them.
const TENS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Parses a number such as `51.64` of at most fifteen digits, one of them before the point. Floats hold the digits as a whole
/// number and the power of ten exactly, so that one division rounds as parsing does (Clinger 1990).
#[inline]
fn short_fraction(bytes: &[u8]) -> Option<f64> {
    let (is_negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    if digits.len() > 16 || matches!(digits, [b'0', b'0'..=b'9', ..] | [b'.', ..]) {
        return None;
    }
    let (mut whole, mut point) = (0_u64, None);
    for (at, &byte) in digits.iter().enumerate() {
        match byte.wrapping_sub(b'0') {
            digit @ 0..=9 => whole = whole * 10 + u64::from(digit),
            _ if byte == b'.' && point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let places = digits.len() - 1 - point?;
    let value = whole as f64 / TENS.get(places)?;
    Some(if is_negative { -value } else { value })
}

/// Returns true for a float such as `1E5`, which may be a code: programs write `1e+05`, `1e-5` or `1.5e5`.
pub fn is_code(field: &str) -> bool {
    match field.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => !mantissa.contains('.') && !exponent.starts_with(['+', '-']),
        None => false,
    }
}

/// Classifies a field of a file whose numbers have a decimal comma. One with a point is no number there.
pub fn classify_with_comma(field: &str) -> FieldValue {
    match classify(field) {
        FieldValue::Float(_) if field.contains('.') => FieldValue::Text,
        FieldValue::Text if field.contains(',') && !field.contains('.') => match classify(&field.replacen(',', ".", 1))
        {
            FieldValue::Float(value) => FieldValue::Float(value),
            _ => FieldValue::Text,
        },
        value => value,
    }
}

/// Parses a date or a timestamp.
pub fn moment(field: &str) -> Option<FieldValue> {
    match field.len() {
        10 => date(field.as_bytes()).map(FieldValue::Date),
        16.. => timestamp(field.as_bytes()).map(FieldValue::Timestamp),
        _ => None,
    }
}

/// Parses `YYYY-MM-DD` to days since 1970-01-01.
#[inline]
pub fn date(bytes: &[u8]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *bytes else { return None };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    Some(NaiveDate::from_ymd_opt(year as i32, two(m1, m2)?, two(d1, d2)?)?.to_epoch_days())
}

/// Parses `YYYY-MM-DD HH:MM`, with `T` for the space, seconds, up to nine digits of a fraction (six are kept) and `Z`
/// or an offset from UTC, which is subtracted: the result is UTC.
fn timestamp(bytes: &[u8]) -> Option<i64> {
    let day = date(bytes.get(..10)?)?;
    let [b' ' | b'T' | b't', h1, h2, b':', m1, m2, rest @ ..] = bytes.get(10..)? else { return None };
    let (hour, minute) = (two(*h1, *h2)?, two(*m1, *m2)?);
    let (second, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (two(*s1, *s2)?, rest),
        rest => (0, rest),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (micros, rest) = fraction(rest)?;
    let seconds = i64::from(day) * 86_400 + i64::from(hour * 3600 + minute * 60 + second) - offset(rest)?;
    Some(seconds * 1_000_000 + micros)
}

/// Parses `YYYY-MM-DD HH:MM:SS` to microseconds since 1970.
#[inline]
pub fn seconds(bytes: &[u8]) -> Option<i64> {
    if matches!(bytes, [.., b':', _, _]) { timestamp(bytes) } else { None }
}

/// Parses the microseconds after the point, if there is one, and returns the rest.
fn fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.', rest @ ..] = bytes else { return Some((0, bytes)) };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=9).contains(&digits) {
        return None;
    }
    let (fraction, rest) = rest.split_at(digits);
    let place = |i: usize| fraction.get(i).map_or(0, |byte| i64::from(byte - b'0'));
    Some(((0..6).fold(0, |micros, i| micros * 10 + place(i)), rest))
}

/// Parses the seconds that the clock is ahead of UTC: ``, `Z`, `+02`, `+0200`, `+02:00`.
fn offset(bytes: &[u8]) -> Option<i64> {
    let (sign, hour, minute) = match *bytes {
        [] | [b'Z' | b'z'] => return Some(0),
        [sign, h1, h2] => (sign, two(h1, h2)?, 0),
        [sign, h1, h2, m1, m2] | [sign, h1, h2, b':', m1, m2] => (sign, two(h1, h2)?, two(m1, m2)?),
        _ => return None,
    };
    let seconds = i64::from(hour * 3600 + minute * 60);
    match sign {
        _ if hour > 23 || minute > 59 => None,
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

/// Returns true if a text that was parsed as a timestamp has an offset from UTC, so that it is a moment.
pub fn has_offset(field: &str) -> bool {
    let rest = field.as_bytes().get(16..).unwrap_or_default();
    rest.iter().any(|byte| matches!(byte, b'+' | b'-' | b'Z' | b'z'))
}

/// Details of a timestamp that its value, microseconds in UTC, does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LostDetails {
    /// It had an offset from UTC.
    pub offset: bool,
    /// It had more digits than microseconds.
    pub digits: bool,
}

impl LostDetails {
    /// Returns what is lost of a text that was parsed as a timestamp.
    pub fn from_field(field: &str) -> Self {
        let rest = field.as_bytes().get(16..).unwrap_or_default();
        let zone = rest.iter().position(|byte| matches!(byte, b'+' | b'-' | b'Z' | b'z')).unwrap_or(rest.len());
        let (time, zone) = rest.split_at(zone);
        let fraction = time.iter().skip_while(|byte| **byte != b'.').skip(1);
        let is_digit = |byte: &u8| (b'1'..=b'9').contains(byte);
        Self { offset: zone.iter().any(is_digit), digits: fraction.skip(6).any(is_digit) }
    }

    pub fn and(self, other: Self) -> Self {
        Self { offset: self.offset || other.offset, digits: self.digits || other.digits }
    }
}

#[inline]
fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| u32::from(tens) * 10 + u32::from(ones))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_classify_as_integer() {
        assert_eq!(classify("0"), FieldValue::Integer(0));
        assert_eq!(classify("-12"), FieldValue::Integer(-12));
        assert_eq!(classify("9223372036854775807"), FieldValue::Integer(i64::MAX));
        assert_eq!(classify("-9223372036854775808"), FieldValue::Integer(i64::MIN));
    }

    #[test]
    fn ids_with_leading_zeros_or_signs_classify_as_text() {
        let ids = ["0001", "-01", "+5", "+5.5", "01.5", "00", "9223372036854775808", "99999999999999999999", "1_000"];
        for id in ids {
            assert_eq!(classify(id), FieldValue::Text, "{id}");
        }
    }

    #[test]
    fn decimals_classify_as_float() {
        for (text, value) in
            [("1e5", 1e5), (".5", 0.5), ("5.", 5.0), ("-0.25", -0.25), ("1.5E-3", 0.0015), ("-.5", -0.5)]
        {
            assert_eq!(classify(text), FieldValue::Float(value), "{text}");
        }
        for text in
            ["inf", "-inf", "Infinity", "1e999", ".", "-", "-.", "1e", "e5", "1,5", "0x10", "1.2.3", " 1.5", "1.5 "]
        {
            assert_eq!(classify(text), FieldValue::Text, "{text}");
        }
    }

    #[test]
    fn short_fraction_equals_parsed_value() {
        let mut bits: u64 = 0x9E37_79B9_7F4A_7C15;
        for _ in 0..200_000 {
            bits = bits.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            let digits = format!("{:015}", (bits >> 8) % 1_000_000_000_000_000);
            let (cut, point) = ((bits >> 3) as usize % 14, (bits >> 40) as usize % 14 + 1);
            let field = format!("{}.{}", &digits[cut.min(point - 1)..point], &digits[point..]);
            let expected = float(field.as_bytes(), &field).map(f64::to_bits);
            let short = short_fraction(field.as_bytes()).map(f64::to_bits);
            assert!(short.is_none() || short == expected, "{field}");
            assert_eq!(plain_fraction(field.as_bytes(), &field).map(f64::to_bits), expected, "{field}");
        }
        for (field, value) in [("5.", Some(5.0)), ("-0.0", Some(-0.0)), ("12", None), ("1.2.3", None), ("-", None)] {
            assert_eq!(short_fraction(field.as_bytes()), value, "{field}");
        }
    }

    #[test]
    fn words_classify_as_boolean_nan_blank_or_text() {
        assert_eq!(classify("TRUE"), FieldValue::Boolean(true));
        assert_eq!(classify("False"), FieldValue::Boolean(false));
        assert_eq!(classify("nan"), FieldValue::NotANumber);
        assert_eq!(classify(" \t"), FieldValue::Blank);
        for text in ["NA", "?", "unknown", "Yes", "No", "t", "true ", "null", "None", "\0"] {
            assert_eq!(classify(text), FieldValue::Text, "{text}");
        }
    }

    #[test]
    fn iso_dates_classify_as_date() {
        assert_eq!(classify("1970-01-02"), FieldValue::Date(1));
        assert_eq!(classify("2024-02-29"), FieldValue::Date(19_782));
        for text in ["2023-02-29", "2023-2-09", "2023/02/09", "0000-00-00", "2023-02-09 ", "é023-02-0"] {
            assert_eq!(classify(text), FieldValue::Text, "{text}");
        }
    }

    #[test]
    fn lost_details_of_timestamps_are_known() {
        let lost = |text| (LostDetails::from_field(text).offset, LostDetails::from_field(text).digits);
        assert_eq!(lost("2024-01-05 10:20"), (false, false));
        assert_eq!(lost("2024-01-05 10:20:30.123456Z"), (false, false));
        assert_eq!(lost("2024-01-05T10:20:30.123456000+00:00"), (false, false));
        assert_eq!(lost("2024-01-05T10:20:30.123456001"), (false, true));
        assert_eq!(lost("2024-01-05 10:20-05"), (true, false));
        assert_eq!(lost("2024-01-05T10:20:30.1234567+02:00"), (true, true));
    }

    #[test]
    fn timestamps_are_in_utc() {
        let minute = 60_000_000;
        for text in [
            "1970-01-01 00:01",
            "1970-01-01T00:01:00",
            "1970-01-01 00:01:00.000",
            "1970-01-01T00:01:00.000000000Z",
            "1970-01-01T02:01:00+02:00",
            "1970-01-01 02:01:00+02",
            "1969-12-31T19:01:00-0500",
        ] {
            assert_eq!(classify(text), FieldValue::Timestamp(minute), "{text}");
        }
        assert_eq!(classify("1970-01-01 00:00:00.25"), FieldValue::Timestamp(250_000));
        for text in [
            "1970-01-01 24:00:00",
            "1970-01-01 00:60",
            "1970-01-01 00:00:00.",
            "1970-01-01 00:00 UTC",
            "1970-01-01 0:00:00",
        ] {
            assert_eq!(classify(text), FieldValue::Text, "{text}");
        }
    }
}
