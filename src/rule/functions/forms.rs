//! Forms that look like calls but are read by rules of their own.

/// Forms that look like calls but have rules of their own, for completion and docs/rules.md: name, signature, meaning,
/// example.
pub const FORMS: &[(&str, &str, &str, &str)] = &[
    (
        "regexp_matches",
        "regexp_matches(text, pattern)",
        "Returns true if the regular expression matches somewhere in the text; the operator ~ does the same.",
        "regexp_matches(favourite_category, '^[a-m]')",
    ),
    (
        "mod",
        "mod(number, divisor)",
        "Returns the remainder, with the sign of the number; the operator % does the same.",
        "mod(age, 2) = 0",
    ),
    (
        "nullif",
        "nullif(value, other)",
        "Returns null where the two are equal, else the value.",
        "nullif(plan, 'free') IS NOT NULL",
    ),
    (
        "if",
        "if(condition, then, else)",
        "Returns one value where the condition is true, else the other; CASE takes several conditions.",
        "if(age > 30, 'a', 'b') = 'a'",
    ),
    (
        "date_part",
        "date_part(part, date)",
        "Returns a part of a date as a number, as EXTRACT does.",
        "date_part('year', signup_date) = 2025",
    ),
    (
        "date_trunc",
        "date_trunc(unit, date)",
        "Returns the beginning of the year, quarter, month, week, day, hour, minute or second that the date lies in.",
        "date_trunc('month', signup_date) = '2025-03-01'",
    ),
    (
        "date_diff",
        "date_diff(unit, from, to)",
        "Counts the beginnings of the unit between two dates; for weeks, whole 7-day periods.",
        "date_diff('month', signup_date, today) > 12",
    ),
    (
        "date",
        "date(value)",
        "Returns the day of a timestamp, or of a text as 'YYYY-MM-DD'.",
        "date(signup_date) > '2025-01-01'",
    ),
    ("year", "year(date)", "Returns the year.", "year(signup_date) = 2025"),
    ("quarter", "quarter(date)", "Returns the quarter, 1 to 4.", "quarter(signup_date) = 1"),
    ("month", "month(date)", "Returns the month, 1 to 12.", "month(signup_date) = 3"),
    ("week", "week(date)", "Returns the ISO week, 1 to 53.", "week(signup_date) = 10"),
    ("day", "day(date)", "Returns the day of the month.", "day(signup_date) = 1"),
    (
        "dayofweek",
        "dayofweek(date)",
        "Returns the day of the week, 0 (Sunday) to 6 (Saturday).",
        "dayofweek(signup_date) = 0",
    ),
    ("isodow", "isodow(date)", "Returns the day of the week, 1 (Monday) to 7 (Sunday).", "isodow(signup_date) = 7"),
    ("dayofyear", "dayofyear(date)", "Returns the day of the year.", "dayofyear(signup_date) < 32"),
    ("hour", "hour(timestamp)", "Returns the hour, 0 to 23.", "hour(last_login) < 6"),
    ("minute", "minute(timestamp)", "Returns the minute, 0 to 59.", "minute(last_login) = 0"),
    ("second", "second(timestamp)", "Returns the second, 0 to 59.", "second(last_login) = 0"),
    ("today", "today", "Returns the as-of date; current_date is the same.", "signup_date > today - INTERVAL '90 days'"),
];
