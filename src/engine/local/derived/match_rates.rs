//! Counts the rows of tables beside the base that match a customer, and those that do not by reason.

use std::collections::HashMap;

use super::super::LocalEngine;
use super::join::{self, NOBODY, TableJoin};
use crate::engine::{Cancel, EngineError, MatchRate, NearMisses};

impl LocalEngine {
    /// Returns how many rows of each table beside the base match a customer, sorted by the tables' names.
    ///
    /// # Errors
    /// Returns an error if a key cannot be read, or if the request was cancelled.
    pub fn match_rates(&self, cancel: &Cancel) -> Result<Vec<MatchRate>, EngineError> {
        let mut names: Vec<&String> = self.derived.events.keys().collect();
        names.sort_unstable();
        names.into_iter().map(|name| match_rate(self, name, cancel)).collect()
    }
}

fn match_rate(engine: &LocalEngine, table: &str, cancel: &Cancel) -> Result<MatchRate, EngineError> {
    let events = engine.derived.table(table)?;
    let joined = join::customers(engine, events, table, cancel)?;
    let rows = joined.firsts.len() as u64;
    let strangers: Vec<usize> = (0..joined.firsts.len()).filter(|&row| joined.firsts[row] == NOBODY).collect();
    let sharing = joined.first_of.as_ref().map_or(0, |first_of| {
        let mut sharers = vec![0u32; first_of.len()];
        first_of.iter().for_each(|&first| sharers[first as usize] += 1);
        sharers.into_iter().filter(|&sharers| sharers > 1).map(u64::from).sum()
    });
    let mut rate = MatchRate {
        table: table.to_owned(),
        rows,
        found: rows - strangers.len() as u64,
        sharing,
        on: events.on.clone(),
        misses: Some(NearMisses::default()),
    };
    if !strangers.is_empty() {
        rate.misses = Some(near_misses(&TableJoin { engine, events, cancel }, &strangers)?);
    }
    Ok(rate)
}

/// Normal forms of a key. If two different keys have the same form, they are probably the same key spelled
/// differently. The likeliest form comes first.
const FORMS: [fn(&str) -> Option<String>; 3] = [without_blanks, in_lower_case, as_number];

fn near_misses(join: &TableJoin, strangers: &[usize]) -> Result<NearMisses, EngineError> {
    let (base, own) = (join.base_keys()?, join.own_keys()?);
    let mut misses = NearMisses::default();
    let mut by_key: HashMap<String, u64> = HashMap::new();
    for (n, &row) in strangers.iter().enumerate() {
        if n % 4096 == 0 {
            join.cancel.check()?;
        }
        match join.own_key(&own, row) {
            Some(key) => *by_key.entry(key).or_default() += 1,
            None => misses.without_key += 1,
        }
    }
    let keys: Vec<(String, u64)> = by_key.into_iter().collect();
    // For each form, the keys that have it. Several keys may have the same one: `ann` and `Ann ` are in lower case
    // the same as ` ANN`.
    let by_form = FORMS.map(|form| {
        let mut of_form: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, (key, _)) in keys.iter().enumerate() {
            if let Some(form) = form(key) {
                of_form.entry(form).or_default().push(at);
            }
        }
        of_form
    });
    let mut form_of: Vec<usize> = vec![FORMS.len(); keys.len()];
    for row in 0..base.rows() {
        if row % 4096 == 0 {
            join.cancel.check()?;
        }
        let Some(key) = join::written(&base, row) else { continue };
        for (at, (form, of_form)) in FORMS.iter().zip(&by_form).enumerate() {
            let near = form(&key).and_then(|form| of_form.get(&form));
            near.into_iter().flatten().for_each(|&key| form_of[key] = form_of[key].min(at));
        }
    }
    for ((_, rows), form) in keys.iter().zip(form_of) {
        let count = match form {
            0 => &mut misses.blanks,
            1 => &mut misses.case,
            2 => &mut misses.numbers,
            _ => &mut misses.unknown,
        };
        *count += rows;
    }
    Ok(misses)
}

fn without_blanks(key: &str) -> Option<String> {
    Some(key.trim().to_owned())
}

fn in_lower_case(key: &str) -> Option<String> {
    Some(key.trim().to_lowercase())
}

/// Returns the number that the key is, with as few digits as possible: `7` for `007`, `+7` and `7.0`. Returns `None`
/// if it is no number.
fn as_number(key: &str) -> Option<String> {
    let key = key.trim();
    let (sign, digits) = match key.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", key.strip_prefix('+').unwrap_or(key)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    Some(match (whole, fraction) {
        ("", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_number_normalizes_number_texts() {
        for (key, form) in [
            ("007", Some("7")),
            ("7.0", Some("7")),
            (" +7", Some("7")),
            ("-0.50", Some("-.5")),
            ("0", Some("0")),
            ("-0", Some("0")),
            ("900719925474099300001", Some("900719925474099300001")),
            ("1e5", None),
            ("", None),
            (".", None),
            ("7a", None),
        ] {
            assert_eq!(as_number(key).as_deref(), form, "{key:?}");
        }
    }
}
