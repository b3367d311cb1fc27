//! Conditions on dates and timestamps.

use proptest::prelude::*;

use super::{RuleStrategy, comparison, distinct, form, one_of, pick};

pub fn conditions() -> RuleStrategy {
    one_of([
        plain(day_column, day),
        plain(moment_column, moment),
        form("{} {} {}", [one_of([day_column(), moment_column()]), comparison(), moment_column()]),
        from_today(),
        shifted(),
        parts(),
        choices(),
    ])
}

fn plain(column: fn() -> RuleStrategy, value: fn() -> RuleStrategy) -> RuleStrategy {
    let or_null = || prop_oneof![6 => value(), 1 => pick(&["NULL"])].boxed();
    let not = || pick(&["", "NOT "]);
    one_of([
        form("{} {} {}", [column(), comparison(), value()]),
        form("{} {} {}", [value(), comparison(), column()]),
        form("{} {} {}", [column(), comparison(), column()]),
        form("{} {}BETWEEN {} AND {}", [column(), not(), or_null(), or_null()]),
        form("{} {}IN ({}, {}, {})", [column(), not(), value(), value(), or_null()]),
        form("{} {} {}", [column(), distinct(), one_of([column(), or_null()])]),
    ])
}

fn from_today() -> RuleStrategy {
    let column = || one_of([day_column(), moment_column()]);
    one_of([
        form("{} {} {}", [column(), comparison(), pick(&["today", "CURRENT_DATE", "today()"])]),
        form("{} {} today {} {}", [column(), comparison(), pick(&["-", "+"]), interval()]),
        form("{} {} today - {}", [day_column(), comparison(), pick(&["0", "1", "90", "3000"])]),
        form("today - {} {} {}", [day_column(), comparison(), pick(&["0", "1", "90", "-1", "20634"])]),
    ])
}

fn shifted() -> RuleStrategy {
    one_of([
        form("{} {} {} {} {}", [day_column(), pick(&["+", "-"]), interval(), comparison(), day()]),
        form("{} {} {} {} {}", [moment_column(), pick(&["+", "-"]), interval(), comparison(), moment()]),
        form("{} + {} {} {}", [day_column(), interval(), comparison(), day_column()]),
        form("{} - {} {} {}", [day_column(), day_column(), comparison(), pick(&["0", "30", "-365"])]),
        form("{} + 30 {} today", [day_column(), comparison()]),
        form("abs({} - {}) < 100", [day_column(), day_column()]),
    ])
}

fn parts() -> RuleStrategy {
    let day_part = pick(&["year", "month", "day", "quarter", "week", "dow", "isodow", "doy"]);
    let moment_part = pick(&["hour", "minute", "second", "year", "day"]);
    let number = || pick(&["0", "1", "2", "6", "7", "12", "28", "31", "59", "1969", "1970", "2026"]);
    one_of([
        form("extract({} FROM {}) {} {}", [day_part, day_column(), comparison(), number()]),
        form("extract({} FROM {}) {} {}", [moment_part, moment_column(), comparison(), number()]),
        form("year({}) {} {}", [day_column(), comparison(), number()]),
        form("CAST({} AS DATE) {} {}", [moment_column(), comparison(), one_of([day(), day_column()])]),
        form("{}::TIMESTAMP {} {}", [day_column(), comparison(), moment_column()]),
        form("CAST({} AS VARCHAR) LIKE {}", [day_column(), pick(&["'2026-%'", "'%-31'", "'19__-%'"])]),
    ])
}

fn choices() -> RuleStrategy {
    one_of([
        form("coalesce({}, {}) {} {}", [day_column(), day_column(), comparison(), day()]),
        form("coalesce({}, today) {} {}", [day_column(), comparison(), day()]),
        form("CASE WHEN active THEN {} ELSE {} END {} {}", [day_column(), day_column(), comparison(), day()]),
        form("{}({}, {}) {} {}", [pick(&["greatest", "least"]), day_column(), day_column(), comparison(), day()]),
    ])
}

fn day_column() -> RuleStrategy {
    pick(&["d", "d2"])
}

fn moment_column() -> RuleStrategy {
    pick(&["ts", "ts2"])
}

fn day() -> RuleStrategy {
    pick(&[
        "'2026-06-30'",
        "'2026-06-29'",
        "'2026-07-01'",
        "'1970-01-01'",
        "'1969-12-31'",
        "'1970-01-02'",
        "'2024-02-29'",
        "'2026-01-31'",
        "'2026-02-28'",
        "'1900-01-01'",
        "'2000-05-15'",
        "'9999-12-31'",
        "'0001-01-01'",
        "DATE '2026-03-31'",
        "today",
    ])
}

fn moment() -> RuleStrategy {
    one_of([
        day(),
        pick(&[
            "'2026-06-30 00:00:00'",
            "'2026-06-30 00:00:00.000001'",
            "'2026-06-29 23:59:59.999999'",
            "'1970-01-01 00:00:00'",
            "'1969-12-31 23:59:59.999999'",
            "'1970-01-01 12:00:00'",
            "TIMESTAMP '2024-02-29 12:00:00.5'",
            "TIMESTAMP '2000-01-01T00:00:00'",
        ]),
    ])
}

fn interval() -> RuleStrategy {
    pick(&[
        "INTERVAL '1 month'",
        "INTERVAL '90 days'",
        "INTERVAL 1 DAY",
        "INTERVAL '1' YEAR",
        "INTERVAL '1 month 1 day'",
        "INTERVAL '12 hours'",
        "INTERVAL '3 weeks'",
        "INTERVAL '1 second'",
    ])
}
