use crosscut::engine::{RowPage, Sort};
use crosscut::tui::views::rows::RowsView;
use unicode_width::UnicodeWidthStr;

use super::fixture::{page, state};
use super::{drawn, lines, matches_picture, text};

#[test]
fn rows_match_picture_at_each_size() {
    let mut state = state();
    state.view = "rows";
    state.views.get_mut::<RowsView>().page.found.set(page(30));
    state.views.get_mut::<RowsView>().cursor = 3;
    state.views.get_mut::<RowsView>().column = 7;
    state.query.sort = vec![Sort { column: "spend_12m".into(), descending: true }];
    matches_picture("rows_120x36", &text(&mut state, 120, 36));
    matches_picture("rows_80x24", &text(&mut state, 80, 24));
    matches_picture("rows_40x10", &text(&mut state, 40, 10));
}

#[test]
fn row_columns_are_reachable_beside_first_column() {
    let mut state = state();
    state.view = "rows";
    state.views.get_mut::<RowsView>().page.found.set(page(30));
    for (column, name) in page(0).columns.iter().enumerate() {
        state.views.get_mut::<RowsView>().column = column;
        for width in [40, 60, 80, 120] {
            let heading = lines(&drawn(&mut state, width, 24).0)[5].clone();
            assert!(heading.contains(name.as_str()), "{name} in {width}: {heading}");
            assert!(heading.contains("customer_id"), "{heading}");
        }
    }
}

#[test]
fn rows_of_page_are_reachable() {
    let mut state = state();
    state.view = "rows";
    state.views.get_mut::<RowsView>().page.found.set(RowPage { offset: 60, ..page(30) });
    for row in 0..30u64 {
        state.views.get_mut::<RowsView>().cursor = 60 + row;
        let screen = text(&mut state, 80, 16);
        let line = screen.lines().find(|line| line.starts_with('›')).unwrap_or_default();
        assert!(line.contains(&format!("C{:07}", 1000 + row * 37)), "{row}: {screen}");
    }
}

#[test]
fn masked_column_values_are_dots() {
    let mut state = state();
    state.view = "rows";
    state.views.get_mut::<RowsView>().page.found.set(page(30));
    let screen = text(&mut state, 200, 36);
    assert!(screen.contains("•••") && !screen.contains("example.org"));
}

#[test]
fn empty_rows_suggest_key() {
    let mut state = state();
    state.view = "rows";
    state.views.get_mut::<RowsView>().page.found.set(RowPage { total: 0, ..page(0) });
    assert!(text(&mut state, 80, 24).contains("no customer matches the filter: u undoes the last change"));
    state.views.get_mut::<RowsView>().page = Default::default();
    assert!(text(&mut state, 80, 24).contains("fetching the rows…"));
}

#[test]
fn hostile_values_stay_in_their_columns() {
    use crosscut::model::Datum;
    let mut state = state();
    state.view = "rows";
    let mut page = page(8);
    let values = [
        "\u{1b}[31mred\u{1b}[0m",
        "line\nbreak\ttab",
        "日本語の名前",
        "👩‍👩‍👧 family",
        "e\u{301}e\u{301}",
        "\u{202e}gnp.exe",
        "\u{7}bell\u{0}",
        "a very long value that goes on and on and on",
    ];
    for (row, value) in page.rows.iter_mut().zip(values) {
        row[1] = Datum::Text(value.into());
    }
    page.columns[1] = "na\u{1b}]0;me".into();
    state.views.get_mut::<RowsView>().page.found.set(page);
    let buffer = drawn(&mut state, 120, 20).0;
    let drawn = lines(&buffer);
    for line in &drawn {
        assert!(!line.chars().any(|c| c.is_control() || c == '\u{202e}'), "{line:?}");
    }
    let countries: Vec<usize> =
        drawn[6..14].iter().filter_map(|line| Some(line[..line.find(" •••")?].width())).collect();
    assert_eq!(countries.len(), 8);
    assert!(countries.windows(2).all(|pair| pair[0] == pair[1]), "{countries:?}");
    matches_picture("rows_hostile_120x20", &text(&mut state, 120, 20));
}

#[test]
fn row_values_are_shown_unrounded() {
    use crosscut::model::Datum;
    let mut state = state();
    state.view = "rows";
    let mut page = page(3);
    for (row, number) in page.rows.iter_mut().zip([17850.0, 0.123_456_789, 1234.25]) {
        row[5] = Datum::Integer(1_234_567);
        row[7] = Datum::Float(number);
    }
    state.views.get_mut::<RowsView>().page.found.set(page);
    let screen = text(&mut state, 120, 20);
    assert!(screen.contains(" 1234567 ") && screen.contains(" 17850 ") && screen.contains(" 0.123456789 "), "{screen}");
    assert!(screen.contains(" 1234.25 "), "{screen}");
}
