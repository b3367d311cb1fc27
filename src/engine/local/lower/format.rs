//! Evaluates `STRFTIME`, whose letters have the same meaning as in DuckDB.

use std::fmt::Write;

use chrono::{Datelike, NaiveDateTime, Timelike};

use super::loops::write_texts;
use super::texts::constant_text;
use super::{Evaluated, Vector, dates};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Formats dates or timestamps by the format in the first element of `rest`, the same in all rows.
pub fn formatted<'s>(value: Vector<'s>, rest: Vec<Vector<'s>>, limit: usize) -> Evaluated<'s> {
    let format = constant_text(rest.into_iter().next().unwrap_or(Vector::Null))?;
    let moments = value.into_timestamps()?;
    // A moment that the calendar does not contain is null.
    let write = |micros, out: &mut String| dates::moment(micros).is_some_and(|at| push(&format, at, out));
    Ok(Vector::Text(write_texts(&moments, limit, write)?))
}

fn push(format: &str, at: NaiveDateTime, out: &mut String) -> bool {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match if c == '%' { chars.next() } else { None } {
            Some('-') => push_unpadded(chars.next(), at, out),
            Some(letter) => {
                let _ = push_letter(letter, at, out);
            }
            None => out.push(c),
        }
    }
    true
}

/// Appends one part of the format. Writing to a string cannot fail.
fn push_letter(letter: char, at: NaiveDateTime, out: &mut String) -> std::fmt::Result {
    let weekday = at.weekday().num_days_from_sunday();
    match letter {
        'a' => out.write_str(&WEEKDAYS[weekday as usize][..3]),
        'A' => out.write_str(WEEKDAYS[weekday as usize]),
        'w' => write!(out, "{weekday}"),
        'u' => write!(out, "{}", at.weekday().number_from_monday()),
        'd' => write!(out, "{:02}", at.day()),
        'b' => out.write_str(&MONTHS[at.month0() as usize][..3]),
        'B' => out.write_str(MONTHS[at.month0() as usize]),
        'm' => write!(out, "{:02}", at.month()),
        'y' => write!(out, "{:02}", at.year().rem_euclid(100)),
        'Y' => write!(out, "{:04}", at.year()),
        'G' => write!(out, "{:04}", at.iso_week().year()),
        'V' => write!(out, "{:02}", at.iso_week().week()),
        'j' => write!(out, "{:03}", at.ordinal()),
        'H' => write!(out, "{:02}", at.hour()),
        'I' => write!(out, "{:02}", at.hour12().1),
        'p' => out.write_str(if at.hour12().0 { "PM" } else { "AM" }),
        'M' => write!(out, "{:02}", at.minute()),
        'S' => write!(out, "{:02}", at.second()),
        'f' => write!(out, "{:06}", at.nanosecond() / 1_000),
        '%' => out.write_char('%'),
        // Unreachable: the parser of rules refuses all other letters.
        other => write!(out, "%{other}"),
    }
}

/// Appends a part without leading zeros: `%-d`.
fn push_unpadded(letter: Option<char>, at: NaiveDateTime, out: &mut String) {
    let start = out.len();
    let Some(letter) = letter else { return out.push_str("%-") };
    let _ = push_letter(letter, at, out);
    let zeros = out[start..].len() - out[start..].trim_start_matches('0').len();
    // The last digit is kept, even if it is 0.
    out.drain(start..start + zeros.min(out.len().saturating_sub(start + 1)));
}
