//! Evaluates functions of texts. Characters are Unicode scalar values, as in DuckDB.

use unicode_segmentation::UnicodeSegmentation;

use super::loops::{map, write_rows, write_texts, zip};
use super::vector::{LoopOperand, TextVector};
use super::{Evaluated, EvaluationError, TruthVector, Vector};
use crate::engine::local::kernel;
use crate::rule::functions::FunctionId;

/// Maximum bytes of a text that a function makes longer than its argument; a longer result is null. Without this
/// limit, a short rule could ask for any amount of memory.
pub const MAX_TEXT_BYTES: usize = 1 << 20;

/// Evaluates a function of texts. `value` is the first argument and `rest` the others.
pub fn call<'s>(function: FunctionId, value: Vector<'s>, rest: Vec<Vector<'s>>, limit: usize) -> Evaluated<'s> {
    use FunctionId as Id;
    let texts = value.into_texts()?;
    let mut rest = rest.into_iter();
    let mut next = || rest.next().unwrap_or(Vector::Null);
    macro_rules! written {
        ($write:expr) => {
            Ok(Vector::Text(write_texts(&texts, limit, $write)?))
        };
    }
    match function {
        Id::Lower => written!(push_lower),
        Id::Upper => written!(push_upper),
        Id::Length => Ok(Vector::Integer(map(&texts, |text| characters(text) as i64))),
        Id::Trim | Id::Ltrim | Id::Rtrim => {
            let given = next();
            let unwanted = if let Vector::Null = given { " ".to_owned() } else { constant_text(given)? };
            let is_unwanted = |c: char| unwanted.contains(c);
            written!(|text: &str, out: &mut String| push(
                out,
                match function {
                    Id::Ltrim => text.trim_start_matches(is_unwanted),
                    Id::Rtrim => text.trim_end_matches(is_unwanted),
                    _ => text.trim_matches(is_unwanted),
                }
            ))
        }
        Id::Substr => {
            let start = constant_count(next())?.saturating_sub(1);
            let given = next();
            let count = if let Vector::Null = given { usize::MAX } else { constant_count(given)? };
            written!(|text: &str, out: &mut String| push(out, first(&text[offset(text, start)..], count)))
        }
        Id::Left => {
            let count = constant_count(next())?;
            written!(|text: &str, out: &mut String| push(out, first(text, count)))
        }
        Id::Right => {
            let count = constant_count(next())?;
            written!(|text: &str, out: &mut String| push(out, last(text, count)))
        }
        Id::Replace => {
            let from = constant_text(next())?;
            let to = next().into_texts()?;
            let rows = texts.len().max(to.len());
            Ok(Vector::Text(write_rows(rows, limit, |row, out| match (texts.value(row), to.value(row)) {
                (Some(text), Some(to)) => push_replaced(out, text, &from, to),
                _ => false,
            })?))
        }
        Id::Contains => searched(&texts, &next().into_texts()?, kernel::contains, |text, part| text.contains(part)),
        Id::StartsWith => {
            searched(&texts, &next().into_texts()?, kernel::starts_with, |text, part| text.starts_with(part))
        }
        Id::EndsWith => searched(&texts, &next().into_texts()?, kernel::ends_with, |text, part| text.ends_with(part)),
        Id::Strpos => {
            let place = |text: &str, part: &str| text.find(part).map_or(0, |at| characters(&text[..at]) as i64 + 1);
            Ok(Vector::Integer(zip(&texts, &next().into_texts()?, place)))
        }
        Id::SplitPart => {
            let separator = constant_text(next())?;
            let numbers = next().into_integers()?;
            let rows = texts.len().max(numbers.len());
            Ok(Vector::Text(write_rows(rows, limit, |row, out| match (texts.value(row), numbers.value(row)) {
                (Some(text), Some(n)) => push(out, split_part(text, &separator, n)),
                _ => false,
            })?))
        }
        Id::Lpad | Id::Rpad => {
            let count = constant_count(next())?;
            let given = next();
            let fill = if let Vector::Null = given { " ".to_owned() } else { constant_text(given)? };
            written!(|text: &str, out: &mut String| push_padded(out, text, count, &fill, function == Id::Lpad))
        }
        Id::Reverse => written!(push_reversed),
        Id::Repeat => {
            let count = constant_count(next())?;
            written!(|text: &str, out: &mut String| {
                let fits = text.len().checked_mul(count).is_some_and(|bytes| bytes <= MAX_TEXT_BYTES.max(text.len()));
                if fits {
                    (0..if text.is_empty() { 0 } else { count }).for_each(|_| out.push_str(text));
                }
                fits
            })
        }
        Id::Join => {
            let other = next().into_texts()?;
            let rows = texts.len().max(other.len());
            Ok(Vector::Text(write_rows(rows, limit, |row, out| match (texts.value(row), other.value(row)) {
                (Some(a), Some(b)) => push(out, a) && push(out, b),
                _ => false,
            })?))
        }
        _ => Err(Vector::Text(texts).unfit("an argument of this function")),
    }
}

/// Joins texts, ignoring nulls. A null separator makes the result null.
pub fn concatenated<'s>(values: Vec<Vector<'s>>, separated: bool, limit: usize) -> Evaluated<'s> {
    let mut values = values.into_iter();
    let separator = if separated {
        match values.next().unwrap_or(Vector::Null) {
            Vector::Null => return Ok(Vector::Null),
            separator => constant_text(separator)?,
        }
    } else {
        String::new()
    };
    let texts = values.filter(|value| !matches!(value, Vector::Null)).map(Vector::into_texts);
    let texts = texts.collect::<Result<Vec<TextVector>, _>>()?;
    let rows = texts.iter().map(TextVector::len).max().unwrap_or(1);
    Ok(Vector::Text(write_rows(rows, limit, |row, out| {
        for (at, text) in texts.iter().filter_map(|texts| texts.value(row)).enumerate() {
            out.push_str(if at > 0 { &separator } else { "" });
            out.push_str(text);
        }
        true
    })?))
}

/// A kernel that finds the rows that match a needle, given the rows' offsets and bytes.
type NeedleSearch = fn(&[u32], &[u8], &[u8], &mut [u64]);

/// Searches texts. Uses the kernel if all rows are searched for the same text and are contiguous, otherwise `test`.
pub fn searched<'s>(
    texts: &TextVector,
    part: &TextVector,
    kernel: NeedleSearch,
    test: fn(&str, &str) -> bool,
) -> Evaluated<'s> {
    Ok(Vector::Truth(match texts {
        TextVector::Flat { offsets, text, known } if part.len() == 1 && part.is_known(0) => {
            let mut trues = vec![0; texts.len().div_ceil(64)];
            kernel(offsets, text.as_bytes(), part.get(0).as_bytes(), &mut trues);
            TruthVector::new(trues, known.clone(), texts.len())
        }
        _ => zip(texts, part, test),
    }))
}

/// Returns the text of an argument that has the same value in all rows.
pub fn constant_text(value: Vector) -> Result<String, EvaluationError> {
    let texts = value.into_texts()?;
    match texts.value(0) {
        Some(text) if texts.len() == 1 => Ok(text.to_owned()),
        _ => Err(Vector::Text(texts).unfit("a text in quotes")),
    }
}

/// Returns the number of an argument that has the same value in all rows and is not negative.
pub fn constant_count(value: Vector) -> Result<usize, EvaluationError> {
    let numbers = value.into_integers()?;
    match numbers.value(0).map(usize::try_from) {
        Some(Ok(count)) if numbers.len() == 1 => Ok(count),
        _ => Err(Vector::Integer(numbers).unfit("a whole number in digits")),
    }
}

fn push(out: &mut String, text: &str) -> bool {
    out.push_str(text);
    true
}

pub fn push_lower(text: &str, out: &mut String) -> bool {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_lowercase();
    } else {
        out.extend(text.chars().map(lower));
    }
    true
}

fn push_upper(text: &str, out: &mut String) -> bool {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        out[start..].make_ascii_uppercase();
    } else {
        out.extend(text.chars().map(upper));
    }
    true
}

/// Converts a character to lower case without regard to its neighbours, as DuckDB does. Of a lower case with several
/// characters, which only `İ` has, it returns the first one. A sigma at the end of a word is not converted to its
/// final form.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Converts a character to upper case without regard to its neighbours, as DuckDB does. If the upper case has several
/// characters, returns that of Unicode's simple mapping, or the character itself.
fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => match c {
            'ß' => 'ẞ',
            // Greek vowels with iota subscript: their capitals are at a fixed distance.
            '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => shifted(c, 8),
            '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shifted(c, 9),
            _ => c,
        },
    }
}

fn shifted(c: char, by: u32) -> char {
    char::from_u32(c as u32 + by).unwrap_or(c)
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

/// Returns the number of bytes of the first `count` characters.
fn offset(text: &str, count: usize) -> usize {
    if text.is_ascii() {
        count.min(text.len())
    } else {
        text.char_indices().nth(count).map_or(text.len(), |(at, _)| at)
    }
}

fn first(text: &str, count: usize) -> &str {
    &text[..offset(text, count)]
}

fn last(text: &str, count: usize) -> &str {
    let start = match count {
        0 => text.len(),
        _ => text.char_indices().rev().nth(count - 1).map_or(0, |(at, _)| at),
    };
    &text[start..]
}

fn push_replaced(out: &mut String, text: &str, from: &str, to: &str) -> bool {
    if from.is_empty() {
        return push(out, text);
    }
    let found = text.matches(from).count();
    let longer =
        to.len().checked_mul(found).is_some_and(|bytes| bytes + text.len() - from.len() * found <= MAX_TEXT_BYTES);
    if to.len() > from.len() && !longer {
        return false;
    }
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        out.push_str(&rest[..at]);
        out.push_str(to);
        rest = &rest[at + from.len()..];
    }
    push(out, rest)
}

/// Returns the n-th part, counted from the end if `n` is negative. An empty separator splits the text into its
/// characters.
fn split_part<'t>(text: &'t str, separator: &str, n: i64) -> &'t str {
    let part = match separator {
        "" => nth(text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]), n),
        _ => nth(text.split(separator), n),
    };
    part.unwrap_or_default()
}

fn nth<'t>(mut parts: impl Iterator<Item = &'t str> + Clone, n: i64) -> Option<&'t str> {
    let from_start = match usize::try_from(n) {
        Ok(n) => n,
        Err(_) => (parts.clone().count() + 1).checked_sub(usize::try_from(n.unsigned_abs()).ok()?)?,
    };
    parts.nth(from_start.checked_sub(1)?)
}

/// Pads or truncates a text to `count` characters. Returns false, which means null, if padding is needed but `fill`
/// is empty.
fn push_padded(out: &mut String, text: &str, count: usize, fill: &str, at_start: bool) -> bool {
    let Some(missing) = count.checked_sub(characters(text)) else { return push(out, first(text, count)) };
    let room = MAX_TEXT_BYTES.saturating_sub(text.len());
    if missing > 0
        && (fill.is_empty() || missing > room || missing.saturating_mul(fill.len()) / characters(fill) > room)
    {
        return false;
    }
    if !at_start {
        out.push_str(text);
    }
    out.extend(fill.chars().cycle().take(missing));
    if at_start {
        out.push_str(text);
    }
    true
}

/// Appends the text reversed. As in DuckDB, grapheme clusters are kept; in ASCII each byte is one.
fn push_reversed(text: &str, out: &mut String) -> bool {
    if text.is_ascii() {
        out.extend(text.chars().rev());
    } else {
        text.graphemes(true).rev().for_each(|character| out.push_str(character));
    }
    true
}
