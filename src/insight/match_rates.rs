//! Reports how many rows of a table beside the base matched a customer.

use crate::engine::MatchRate;
use crate::text::numbers::count;

/// Returns one line: `orders: 9,100 of 9,170 rows matched a customer; 70 unmatched: 42 differ in case, 28 unknown`. Numbers of
/// customers below `min_cell` are withheld.
pub fn line(rate: &MatchRate, min_cell: u64) -> String {
    let MatchRate { table, on, rows, found, sharing, misses } = rate;
    let lost = rows.saturating_sub(*found);
    let mut line = match lost {
        0 => format!("{table}: all {} rows matched a customer", count(*rows)),
        _ => {
            format!("{table}: {} of {} rows matched a customer; {} unmatched", count(*found), count(*rows), count(lost))
        }
    };
    let reasons = misses.filter(|_| lost > 0).map(|misses| {
        let differ = |n: u64| if n == 1 { "differs" } else { "differ" };
        let reasons = [
            (misses.blanks, format!("{} in blanks around the key", differ(misses.blanks))),
            (misses.case, format!("{} in case", differ(misses.case))),
            (misses.numbers, format!("{} in how the number is written (text against number)", differ(misses.numbers))),
            (misses.unknown, "unknown".to_owned()),
            (misses.without_key, "without a key".to_owned()),
        ];
        let reasons = reasons.into_iter().filter(|(rows, _)| *rows > 0);
        reasons.map(|(rows, reason)| format!("{} {reason}", count(rows))).collect::<Vec<_>>().join(", ")
    });
    if let Some(reasons) = reasons {
        line += &format!(": {reasons}");
    }
    let fixable = misses.unwrap_or_default();
    match (fixable.blanks > 0, fixable.case > 0) {
        (false, false) => {}
        (true, false) => line += &format!("; trim = true under [tables.{table}] would match them"),
        (_, true) => {
            let trim = if fixable.blanks > 0 { " and trim = true" } else { "" };
            line += &format!("; case = \"ignore\"{trim} under [tables.{table}] would match them");
        }
    }
    if *sharing > 0 {
        let sharing = if *sharing < min_cell { format!("<{min_cell}") } else { count(*sharing) };
        line += &format!("; {sharing} customers share their {on} with others: each gets all of its rows");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::NearMisses;

    fn rate(rows: u64, found: u64, misses: Option<NearMisses>) -> MatchRate {
        MatchRate { table: "orders".into(), on: "email".into(), rows, found, sharing: 0, misses }
    }

    #[test]
    fn near_misses_are_listed_with_row_counts() {
        let misses = NearMisses { without_key: 1, blanks: 2, case: 42, numbers: 1, unknown: 24 };
        assert_eq!(
            line(&rate(9_170, 9_100, Some(misses)), 0),
            "orders: 9,100 of 9,170 rows matched a customer; 70 unmatched: 2 differ in blanks around the key, 42 differ in case, \
             1 differs in how the number is written (text against number), 24 unknown, 1 without a key; case = \"ignore\" \
             and trim = true under [tables.orders] would match them"
        );
        assert_eq!(line(&rate(5, 3, None), 0), "orders: 3 of 5 rows matched a customer; 2 unmatched");
        assert_eq!(
            line(&rate(1_234, 1_234, Some(NearMisses::default())), 0),
            "orders: all 1,234 rows matched a customer"
        );
    }

    #[test]
    fn shared_keys_are_reported_within_min_cell() {
        let text = |min_cell| line(&MatchRate { sharing: 2, ..rate(3, 3, None) }, min_cell);
        assert!(text(0).ends_with("; 2 customers share their email with others: each gets all of its rows"));
        assert!(text(10).contains("; <10 customers share their email with others"));
    }
}
