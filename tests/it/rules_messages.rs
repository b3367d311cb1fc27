//! Messages about invalid rules: place, reason, remedy.

use chrono::NaiveDate;
use crosscut::model::{Column, ColumnType, Limits, Schema};
use crosscut::rule::{Context, NameKind, Namespace, check};

fn schema() -> Schema {
    use ColumnType::{Boolean, Date, Float, Integer, Other, Text, Time, Timestamp};
    let columns = [
        ("country", Text),
        ("plan", Text),
        ("spend", Float),
        ("n", Integer),
        ("active", Boolean),
        ("last_order", Date),
        ("seen", Timestamp),
        ("a.b", Integer),
        ("order", Integer),
        ("tags", Other),
        ("at", Time),
        ("^x$", Integer),
        ("Same", Integer),
        ("same", Integer),
    ];
    Schema::new(columns.map(|(name, column_type)| Column { name: name.into(), column_type }).into())
}

fn names() -> Namespace {
    let mut names = Namespace::default();
    names.insert("vip", NameKind::Segment, "spend > 100");
    names.insert("bad", NameKind::Segment, "plan = 'pro' AND contry = 'US'");
    names.insert("worse", NameKind::Segment, "@bad OR n > 1");
    names.insert("a", NameKind::Segment, "@b");
    names.insert("b", NameKind::Segment, "n > 1 AND @a");
    names.insert("plan.pro", NameKind::Cell, "plan = 'pro'");
    names
}

fn said(rule: &str) -> String {
    let (schema, names) = (schema(), names());
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    match check(rule, &Context { schema: &schema, names: &names, today }) {
        Ok(checked) => format!("fine: {}", checked.canonical()),
        Err(error) => error.describe(rule),
    }
}

/// Rule and expected message.
const TABLE: &[(&str, &str)] = &[
    ("country ~~ 'a'", "unexpected ~~ at 9: write LIKE, ILIKE or NOT LIKE"),
    ("country IS DISTINCT FROM", "incomplete rule: expected a column, a value or a condition at 25"),
    (
        "replace(replace(replace(plan, 'o', 'oooooooooooooooooooooooo'), 'o', 'oooooooooooooooooooooooo'), 'o', 'oooooooooooooooooooooooo') = 'x'",
        "this makes texts up to 13,824 times as long: 10,000 times at most at 1: nest replace and repeat less deeply",
    ),
    (
        "repeat(repeat(plan, 1000), 1000) = 'x'",
        "this makes texts up to 1,000,000 times as long: 10,000 times at most at 1: nest replace and repeat less deeply",
    ),
    ("contry = 'US'", "unknown column \"contry\" at 1: did you mean \"country\"?"),
    ("Contry = 'US'", "unknown column \"Contry\" at 1: did you mean \"country\"?"),
    ("spend > 100 AND contry = 'US'", "unknown column \"contry\" at 17: did you mean \"country\"?"),
    ("weather = 1", "unknown column \"weather\" at 1"),
    ("vip = 1", "unknown column \"vip\" at 1: the segment or persona is @vip"),
    ("country = \"US\"", "unknown column \"US\" at 11: write text in single quotes: 'US'"),
    ("country = US", "unknown column \"US\" at 11: write text in single quotes: 'US'"),
    ("a.b = 1", "unknown column \"a.b\" at 1: a name with a dot needs quotes: \"a.b\""),
    ("customers.country = 'US'", "unknown column \"customers.country\" at 1: did you mean \"country\"?"),
    ("order = 1", "fine: \"order\" = 1"),
    ("same = 1", "fine: \"same\" = 1"),
    ("SAME = 1", "column \"SAME\" is ambiguous at 1: write \"Same\" or \"same\""),
    ("\"^x$\" = 1", "fine: \"^x$\" = 1"),
    ("tags = 1", "a nested value cannot be compared at 1: a rule can only ask whether it IS NULL"),
    ("tags IS NULL", "fine: \"tags\" IS NULL"),
    ("at > '12:00'", "a time cannot be compared at 1: a rule can only ask whether it IS NULL"),
    ("plan = 5", "\"plan\" is text, 5 is a number at 8: did you mean '5'?"),
    ("plan > 5", "\"plan\" is text, 5 is a number at 8: to compare numbers, write CAST(\"plan\" AS DOUBLE)"),
    ("plan > spend", "\"plan\" is text, \"spend\" is a number at 8"),
    ("spend > '100'", "\"spend\" is a number, '100' is text at 9: did you mean 100?"),
    ("spend > 'a lot'", "\"spend\" is a number, 'a lot' is text at 9"),
    ("active = 1", "\"active\" is a boolean, 1 is a number at 10: compare it with TRUE or FALSE"),
    ("active = 'true'", "\"active\" is a boolean, 'true' is text at 10: did you mean TRUE?"),
    ("active = 'yes'", "\"active\" is a boolean, 'yes' is text at 10"),
    ("n IN (1, 'a')", "\"n\" is a number, 'a' is text at 10"),
    ("country IN ('US', 5)", "\"country\" is text, 5 is a number at 19: did you mean '5'?"),
    ("n BETWEEN 1 AND 'x'", "\"n\" is a number, 'x' is text at 17"),
    ("last_order > 'yesterday'", "'yesterday' is not a valid date at 14: write it as 'YYYY-MM-DD'"),
    ("last_order > '2026-02-30'", "'2026-02-30' is not a valid date at 14: write it as 'YYYY-MM-DD'"),
    ("last_order > '2026-2-3'", "'2026-2-3' is not a valid date at 14: write it as 'YYYY-MM-DD'"),
    ("'soon' < last_order", "'soon' is not a valid date at 1: write it as 'YYYY-MM-DD'"),
    ("last_order IN ('2026-01-01', 'x')", "'x' is not a valid date at 30: write it as 'YYYY-MM-DD'"),
    (
        "seen > '2026-01-01 25:00'",
        "'2026-01-01 25:00' is not a valid timestamp at 8: write it as 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS'",
    ),
    (
        "last_order > country",
        "\"last_order\" is a date, \"country\" is text at 14: write CAST(… AS DATE) around the text",
    ),
    ("last_order > 5", "\"last_order\" is a date, 5 is a number at 14: write a date in single quotes: '2026-01-31'"),
    ("DATE '2026-13-01' < last_order", "'2026-13-01' is not a valid date at 6: write it as 'YYYY-MM-DD'"),
    (
        "today - last_order > INTERVAL '90 days'",
        "an interval can only be added to a date or taken from one at 31: write last_order < today - INTERVAL '90 days'",
    ),
    (
        "last_order > INTERVAL '90 days'",
        "an interval can only be added to a date or taken from one at 23: write last_order < today - INTERVAL '90 days'",
    ),
    ("last_order > today - INTERVAL '90'", "this is not a valid interval at 31: write INTERVAL '90 days'"),
    ("last_order > today - INTERVAL 'soon'", "this is not a valid interval at 31: write INTERVAL '90 days'"),
    (
        "n > 1 + INTERVAL '1 day'",
        "an interval can only be added to a date, this is a number at 5: write DATE '2026-01-31' + INTERVAL '1 month'",
    ),
    ("seen - last_order > 1", "a timestamp - a date has no meaning at 1: CAST both AS DATE to count the days between"),
    ("last_order > today + INTERVAL '9999 years'", "this date is beyond the calendar at 14"),
    ("1", "1 is a number, not a condition at 1: compare it with something, as in spend > 100"),
    ("country", "country is text, not a condition at 1: compare it with something, as in spend > 100"),
    ("n + 1", "n + 1 is a number, not a condition at 1: compare it with something, as in spend > 100"),
    ("'a'", "'a' is text, not a condition at 1: compare it with something, as in spend > 100"),
    ("today", "today is a date, not a condition at 1: compare it with something, as in spend > 100"),
    ("NULL", "fine: NULL"),
    ("1 AND active", "1 is a number, not a condition at 1: compare it with something, as in spend > 100"),
    ("NOT n", "n is a number, not a condition at 5: compare it with something, as in spend > 100"),
    ("country OR active", "country is text, not a condition at 1: compare it with something, as in spend > 100"),
    (
        "COUNT(*) > 1",
        "COUNT aggregates over customers, but a rule is evaluated per customer at 1: compare the column itself",
    ),
    (
        "sum(spend) > 1",
        "sum aggregates over customers, but a rule is evaluated per customer at 1: compare the column itself",
    ),
    (
        "max(spend) = spend",
        "max aggregates over customers, but a rule is evaluated per customer at 1: compare the column itself",
    ),
    (
        "count(DISTINCT n) > 1",
        "count aggregates over customers, but a rule is evaluated per customer at 1: compare the column itself",
    ),
    (
        "row_number() OVER () = 1",
        "row_number … OVER is computed over customers, but a rule is evaluated per customer at 1",
    ),
    (
        "n IN (SELECT 1)",
        "sub-queries are not supported in rules at 1: a rule sees one customer; refer to other segments by @name",
    ),
    (
        "EXISTS (SELECT 1)",
        "sub-queries are not supported in rules at 9: a rule sees one customer; refer to other segments by @name",
    ),
    (
        "(SELECT 1) = 1",
        "sub-queries are not supported in rules at 2: a rule sees one customer; refer to other segments by @name",
    ),
    ("n = ANY (SELECT 1)", "ANY and ALL are not supported in rules at 1: write IN (…)"),
    ("lowr(country) = 'us'", "unknown function lowr at 1: did you mean lower?"),
    ("frobnicate(n) = 1", "unknown function frobnicate at 1"),
    ("now() > last_order", "unknown function now at 1: write today"),
    ("lower() = 'a'", "lower takes 1 value, not 0 at 1"),
    ("lower(country, 2) = 'a'", "lower takes 1 value, not 2 at 1"),
    ("lower(n) = '5'", "lower needs text, this is a number at 7"),
    ("abs(country) = 1", "abs needs a number, this is text at 5"),
    ("length(n) > 1", "length needs text, this is a number at 8"),
    ("substr(country, -2) = 'US'", "substr takes a whole number from 1 up at 18"),
    ("year(n) = 2026", "year needs a date, this is a number at 6"),
    (
        "extract(moon FROM last_order) = 1",
        "a date has no part moon at 19: it has year, quarter, month, week, day, dow, isodow, doy, hour, minute and second",
    ),
    ("round(spend, -1) = 10", "fine: ROUND(\"spend\", -1) = 10.0"),
    ("round(spend, 16) = 10", "round takes -15 to 15 digits at 14"),
    ("country + 1 > 2", "+ needs numbers, this is text at 1: texts are joined with ||"),
    ("country + 'a' = 'b'", "+ needs numbers, this is text at 1: texts are joined with ||"),
    ("active + 1 > 1", "+ needs numbers, this is a boolean at 1"),
    ("country || n = 'a'", "|| joins texts, this is a number at 12: CAST it AS TEXT"),
    ("active || active", "|| joins texts, this is a condition at 1: write OR"),
    ("n // 2 = 1", "the operator // is not supported in rules at 1: write FLOOR(a / b)"),
    ("spend % 2 = 1", "fine: (\"spend\" % 2) = 1.0"),
    ("country % 2 = 1", "% needs numbers, this is text at 1: texts are joined with ||"),
    ("n ^ 2 > 4", "the operator ^ is not supported in rules at 1"),
    ("n & 1 = 1", "the operator & is not supported in rules at 1"),
    ("n LIKE '5%'", "LIKE needs text, this is a number at 1: CAST it AS TEXT"),
    ("country LIKE plan", "fine: \"country\" LIKE \"plan\""),
    ("country LIKE n", "LIKE needs a text as its pattern, this is a number at 14"),
    ("country LIKE 'a!' ESCAPE '!'", "the pattern ends in its escape character at 14"),
    ("country LIKE 'a' ESCAPE 'ab'", "ESCAPE takes one character in quotes at 14"),
    ("country ~ '('", "this is not a valid regular expression at 11: unclosed group"),
    ("country ~ plan", "a pattern has to be text in quotes at 11"),
    ("country SIMILAR TO 'a'", "SIMILAR TO is not supported in rules at 1: write ~ 'regular expression'"),
    (
        "CAST(spend AS TEXT) = '1'",
        "a number cannot be cast to text at 6: engines spell such numbers differently: compare numbers",
    ),
    (
        "CAST(country AS GEOMETRY) = 'a'",
        "the type GEOMETRY is not supported in rules at 6: use INTEGER, SMALLINT, BIGINT, DECIMAL(p, s), DOUBLE, REAL, BOOLEAN, TEXT, DATE or TIMESTAMP",
    ),
    ("CAST(country AS BOOLEAN)", "text cannot be cast to boolean at 6: compare the text: = 'true'"),
    ("spend = = 1", "unexpected = at 9: expected a column, a value or a condition"),
    ("spend => 1", "unexpected => at 7: write >="),
    ("spend > 1 && active", "unexpected && at 11: write AND"),
    ("spend ≥ 1", "unexpected ≥ at 7: write >="),
    ("!active", "unexpected ! at 1: write NOT"),
    ("country = ‘US’", "unexpected ‘ at 11: write text in straight quotes: 'text'"),
    ("country = “US”", "unexpected “ at 11: write text in straight quotes: 'text'"),
    ("country = 'it's'", "the quote is not closed at 16: a quote inside a text is doubled: 'it''s'"),
    ("country = 'US", "the quote is not closed at 11"),
    ("country = 'US' AND (spend > 1", "incomplete rule: expected a closing ) at 30"),
    ("spend > 1)", "unexpected ) at 10: no ( opens it"),
    ("spend > ", "incomplete rule: expected a column, a value or a condition at 9"),
    ("spend > 100 AND", "incomplete rule: expected a column, a value or a condition at 16"),
    ("a = 1; b = 2", "unexpected ; at 6: a rule is one condition, without a ;"),
    ("n = 1;", "unexpected ; at 6: a rule is one condition, without a ;"),
    ("n = 1 ORDER BY n", "unexpected ORDER at 7: to mean the column, write \"order\""),
    ("n = 1 LIMIT 5", "unexpected LIMIT at 7: a rule is one condition; join two with AND or OR"),
    ("SELECT 1", "unexpected SELECT at 1: a rule is only the condition that would follow WHERE"),
    ("WHERE n > 1", "unexpected WHERE at 1: a rule is only the condition that would follow WHERE"),
    ("n > 1, n < 2", "unexpected , at 6: join two conditions with AND or OR"),
    ("n > 1 n < 2", "unexpected n at 7: a rule is one condition; join two with AND or OR"),
    ("n > 1 AND AND n < 2", "unexpected AND at 11: expected a condition before it"),
    ("AND n > 1", "unexpected AND at 1: expected a condition before it"),
    ("n IN ()", "unexpected ) at 7: expected a column, a value or a condition"),
    ("n IN 5", "unexpected 5 at 6: expected an opening ("),
    ("n BETWEEN 1", "incomplete rule: expected AND at 12"),
    (
        "CASE WHEN n > 1 THEN 'a' END",
        "CASE WHEN n > 1 THEN 'a' END is text, not a condition at 1: compare it with something, as in spend > 100",
    ),
    ("CASE WHEN n THEN TRUE END", "n is a number, not a condition at 11: compare it with something, as in spend > 100"),
    ("CASE WHEN n > 1 THEN 'a' ELSE 2 END = 'a'", "'a' is text, 2 is a number at 31: did you mean '2'?"),
    ("coalesce(country, 1) = 'a'", "\"country\" is text, 1 is a number at 19: did you mean '1'?"),
    ("n > 1e999", "the number 1e999 is too large at 5"),
    ("lower('A') = 'a'", "fine: LOWER('A') = 'a'"),
    ("@vpi", "unknown name @vpi at 1: did you mean @vip?"),
    ("@VIP", "unknown name @VIP at 1: did you mean @vip?"),
    ("@zzz", "unknown name @zzz at 1"),
    ("@plan.por", "unknown name @plan.por at 1: did you mean @plan.pro?"),
    ("@plan", "unknown name @plan at 1: did you mean @plan.pro?"),
    ("@bad", "in @bad: unknown column \"contry\" at 1: did you mean \"country\"?"),
    ("n > 1 AND @worse", "in @bad: unknown column \"contry\" at 11: did you mean \"country\"?"),
    ("@a", "a rule refers to itself: @a -> @b -> @a at 1"),
    ("n > 1 OR @b", "a rule refers to itself: @b -> @a -> @b at 10"),
    ("@vip > 1", "the other side is a boolean, 1 is a number at 8: compare it with TRUE or FALSE"),
    ("@vip = TRUE", "fine: \"spend\" > 100.0"),
    ("$1 = n", "unexpected $1 at 1: placeholders are not supported in rules"),
    ("n = ?", "unexpected ? at 5: placeholders are not supported in rules"),
    ("n > 1 -- why", "fine: \"n\" > 1"),
    ("= 1", "unexpected = at 1: expected a column, a value or a condition"),
    ("()", "unexpected ) at 2: expected a column, a value or a condition"),
    ("*", "unexpected * at 1: expected a column, a value or a condition"),
    ("n.*", "unexpected . at 2: a rule is one condition; join two with AND or OR"),
    ("@", "incomplete rule: expected a name after @ at 2"),
    ("n[1] = 2", "unexpected [ at 2: write a list in parentheses: IN (1, 2)"),
    ("{n}", "unexpected { at 1: write a list in parentheses: IN (1, 2)"),
    ("n -> 1", "unexpected -> at 3: not allowed in a rule"),
    ("x'00' = country", "this kind of literal is not supported in rules at 1: write text in single quotes: 'text'"),
    ("spend IS 5", "unexpected 5 at 10: expected NULL, NOT NULL, TRUE, FALSE or DISTINCT FROM after IS"),
    ("n == 1", "fine: \"n\" = 1"),
    ("n != 1", "fine: NOT (\"n\" = 1)"),
    ("n = NULL", "fine: NULL"),
    ("n IS DISTINCT FROM 'a'", "\"n\" is a number, 'a' is text at 20"),
];

#[test]
fn errors_have_place_reason_and_suggestion() {
    let wrong: Vec<String> = TABLE
        .iter()
        .filter_map(|(rule, expected)| {
            let said = said(rule);
            (said != *expected).then(|| format!("{rule}\n   said {said}\n    not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn incomplete_rule_is_unfinished() {
    let (schema, names) = (schema(), names());
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    let cx = Context { schema: &schema, names: &names, today };
    let unfinished = |rule: &str| check(rule, &cx).is_err_and(|error| error.unfinished);
    for rule in [
        "spend >",
        "spend > 100 AND",
        "NOT",
        "(",
        "(spend > 1",
        "country = 'U",
        "\"coun",
        "country IN ('US'",
        "country IN (",
        "spend BETWEEN 1",
        "spend BETWEEN 1 AND",
        "country LIKE",
        "cou",
        "@vi",
        "@plan.p",
        "spend",
        "n > 1 OR spen",
        "CASE WHEN",
        "n > 1 /* why",
        "spend + ",
        "last_order > today - INTERVAL",
    ] {
        assert!(unfinished(rule), "{rule} should be unfinished: {}", said(rule));
    }
    for rule in ["contry = 1", "spend > 'x'", "country = = 'US'", "n > 1)", "zzz", "@zzz", "spend > 1 spend"] {
        assert!(!unfinished(rule), "{rule} should be wrong for good: {}", said(rule));
    }
}

#[test]
fn cell_named_like_sql_word_is_found_with_and_without_quotes() {
    let mut names = Namespace::default();
    for cell in ["true", "null", "select"] {
        names.insert(format!("flag.{cell}"), NameKind::Cell, "n > 1");
    }
    let schema = schema();
    let cx = Context { schema: &schema, names: &names, today: NaiveDate::default() };
    for rule in ["@flag.true", "@flag.\"true\"", "@flag.null", "NOT @flag.true OR n = 1", "@flag.select AND n < 5"] {
        assert!(check(rule, &cx).is_ok(), "{rule}: {:?}", check(rule, &cx));
    }
}

#[test]
fn function_missing_in_engine_is_refused_at_its_place() {
    let column = Column { name: "city".into(), column_type: ColumnType::Text };
    let limits = Limits { engine: "adbc:sqlite".into(), functions: vec!["reverse".into()] };
    let schema = Schema::new(vec![column]).with_limits(limits);
    let names = Namespace::default();
    let cx = Context { schema: &schema, names: &names, today: "2026-06-30".parse().expect("a date") };
    let text = "city = 'a' OR reverse(city) = 'b'";
    let error = check(text, &cx).expect_err("reverse is missing");
    assert_eq!(&text[error.place.clone()], "reverse");
    let wanted = "adbc:sqlite has no function that does what reverse does";
    assert!(error.to_string().contains(wanted), "{error}");
    assert!(check("upper(city) = 'B'", &cx).is_ok());
}
