use super::*;

#[test]
fn engine_errors_lose_quoted_values() {
    let known = "Column(\"secret\") Literal(Text(\"abc\")) 1234";
    let cases = [
        ("invalid input syntax for type integer: \"eve@x.org\"", "invalid input syntax for type integer: …"),
        ("Could not convert string 'eve' to INT32", "Could not convert string … to INT32"),
        ("conversion in column 'secret' failed: [\"ann\", \"eve", "conversion in column 'secret' failed: […, …"),
        ("Overflow in multiplication of INT32 (48211 * 1234)!", "Overflow in multiplication of INT32 (… * 1234)!"),
        ("Bad int64 value: eve of troy", "Bad int64 value: …"),
        ("no answer within 60 s", "no answer within 60 s"),
        ("LIKE 'abc' is too long", "LIKE 'abc' is too long"),
    ];
    for (text, expected) in cases {
        assert_eq!(without_values(text, known), expected);
    }
}

#[test]
fn filter_size_is_small_near_base_or_plain() {
    let settings = study::PrivacyConfig { min_cell: 10, ..study::PrivacyConfig::default() };
    let privacy = DisclosureLimits::new(&settings, NaiveDate::default());
    let sizes = [0, 9, 10, 4_990, 4_991, 5_000].map(|customers| privacy.size(customers, 5_000));
    use FilterSize::{NearlyEveryone, Plain, Small};
    assert_eq!(sizes, [Small, Small, Plain, Plain, NearlyEveryone, NearlyEveryone]);
    assert!(DisclosureLimits::new(&study::PrivacyConfig::default(), NaiveDate::default()).is_open());
}

fn limits(mask: &[&str]) -> DisclosureLimits {
    let mask = mask.iter().map(|name| (*name).to_owned()).collect();
    let settings = study::PrivacyConfig { min_cell: 10, mask, ..study::PrivacyConfig::default() };
    DisclosureLimits::new(&settings, NaiveDate::default())
}

fn schema() -> Schema {
    let column = |name: &str| crate::model::Column { name: name.into(), column_type: ColumnType::Text };
    Schema::new(["plan", "email"].map(column).into())
}

#[test]
fn sum_is_hidden_if_that_of_others_may_not_be_shown() {
    let sums = |known_in_base, largest_outside| ValueSums {
        in_filter: 500.0,
        known_in_filter: 100,
        in_base: 900.0,
        known_in_base,
        largest_in_filter: 20.0,
        largest_outside,
    };
    let shown = |value, size| {
        let summary = Summary { customers: 120, base: 300, value: Some(value) };
        match limits(&[]).answer(Answer::Summary(summary), size, 300, &schema()) {
            Ok(Answer::Summary(summary)) => summary.value.is_some(),
            other => panic!("{other:?}"),
        }
    };
    assert!(shown(sums(150, 200.0), FilterSize::Plain));
    // Few others have a value; one of them has most of it.
    assert!(!shown(sums(104, 20.0), FilterSize::Plain));
    assert!(!shown(sums(150, 201.0), FilterSize::Plain));
    assert!(shown(sums(104, 20.0), FilterSize::NearlyEveryone));
}

#[test]
fn masked_cells_of_rows_are_covered_but_not_missing_ones() {
    let text = |text: &str| Datum::Text(text.into());
    let page = RowPage {
        columns: vec!["plan".into(), "email".into()],
        rows: vec![vec![text("pro"), text("eve@x.org")], vec![Datum::Null, Datum::Null]],
        tests: Vec::new(),
        offset: 0,
        total: 2,
    };
    let Ok(Answer::Page(page)) = limits(&["EMAIL"]).answer(Answer::Page(page), FilterSize::Everyone, 2, &schema())
    else {
        panic!("no page")
    };
    assert_eq!(page.rows, [[text("pro"), text(MASK)], [Datum::Null, Datum::Null]]);
}

#[test]
fn suppressed_groups_come_last_by_name() {
    let group = |name: &str, in_filter| GroupFigures {
        key: vec![Datum::Text(name.into())],
        customers: CustomerCount { in_filter, in_base: in_filter },
        value_sum: 0.0,
        value_known: 0,
        value_largest: 0.0,
    };
    let groups = crate::engine::GroupAnswer {
        by: vec!["plan".into()],
        groups: vec![group("pro", 200), group("team", 60), group("zed", 7), group("abc", 5), group("kit", 3)],
        left_out: 0,
        customers: CustomerCount { in_filter: 275, in_base: 275 },
        value: None,
    };
    let Ok(Answer::Groups(groups)) = limits(&[]).answer(Answer::Groups(groups), FilterSize::Everyone, 275, &schema())
    else {
        panic!("no groups")
    };
    let names: Vec<String> = groups.groups.iter().map(|group| group.key[0].to_string()).collect();
    // Each of the three groups below 10 can have 0 to 9 of their 15 customers.
    assert_eq!(names, ["pro", "team", "abc", "kit", "zed"]);
}

#[test]
fn mean_is_hidden_if_one_number_dominates_filter_base_or_rest() {
    let spread = |mean, least, most| Spread {
        mean: Some(mean),
        deviation: Some(1.0),
        least: Some(least),
        most: Some(most),
        ..Spread::default()
    };
    let shown = |here: Spread, base: Spread| {
        let mut spreads = Spreads { in_filter: here, in_base: base };
        hide_dominated(&mut spreads, CustomerCount { in_filter: 50, in_base: 100 }, 10);
        (spreads.in_filter.mean.is_some(), spreads.in_base.mean.is_some())
    };
    assert_eq!(shown(spread(10.0, 0.0, 90.0), spread(10.0, 0.0, 90.0)), (true, true));
    assert_eq!(shown(spread(10.0, 0.0, 251.0), spread(20.0, 0.0, 251.0)), (false, true));
    // More than half of what those outside of the filter have.
    assert_eq!(shown(spread(10.0, 0.0, 90.0), spread(10.0, 0.0, 300.0)), (false, true));
    assert_eq!(shown(spread(10.0, 0.0, 90.0), spread(5.0, -300.0, 90.0)), (false, false));
}
