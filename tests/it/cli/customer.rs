//! `customer`, and rows in the order of several columns.

use super::{crosscut, err, failing, out, replace, shop};

#[test]
fn customer_lists_columns_memberships_and_failing_conditions() {
    let table = shop(&["customer", "2", "--format", "csv"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[..3], ["kind,name,value,why", "column,id,2,", "column,country,US,"]);
    assert!(lines.contains(&"column,email,•••,"), "{table}");
    assert!(lines.contains(&"segment,pros,false,plan = 'pro' · basic"), "{table}");
    assert!(lines.contains(&"segment,north_america,true,"), "{table}");
    assert!(lines.contains(&"segmentation,age,<25,"), "{table}");
    assert!(lines.contains(&"persona,ann,true,\"first, by @north_america\""), "{table}");
    let far = shop(&["customer", "3", "--conditions", "--format", "csv"]);
    assert!(far.contains("persona,ann,false,spend < 150 · 200 (50 over)"), "{far}");
    let with_conditions = shop(&["customer", "2", "--conditions", "--format", "csv"]);
    assert!(
        with_conditions.contains("condition,north_america,true,\"country IN ('US', 'CA') · US\""),
        "{with_conditions}"
    );
}

#[test]
fn customer_with_unknown_key_names_key() {
    for key in ["7", "x"] {
        let (code, reason) = failing(&["customer", key]);
        assert_eq!((code, reason.contains(&format!("no customer has id = {key}"))), (Some(1), true), "{reason}");
    }
    let (code, reason) = failing(&["customer", "2", "--filter", "plan = 'pro'"]);
    assert_eq!((code, reason.contains("check the key and --filter")), (Some(1), true), "{reason}");
}

#[test]
fn customer_obeys_row_privacy() {
    let folder = shop::folder();
    replace(&folder, "config.toml", "mask = [\"email\"]", "mask = [\"email\"]\nrows = \"refuse\"");
    let output = crosscut(folder.path(), &["customer", "2"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""));
    assert!(err(&output).contains("customers are not listed"), "{}", err(&output));
    let folder = shop::folder();
    replace(&folder, "config.toml", "mask = [\"email\"]", "mask = [\"id\"]");
    let output = crosscut(folder.path(), &["customer", "2"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""));
    assert!(err(&output).contains("id is masked"), "{}", err(&output));
    let folder = shop::folder();
    replace(&folder, "config.toml", "mask = [\"email\"]", "mask = [\"email\"]\nmin_cell = 4");
    let output = crosscut(folder.path(), &["customer", "2", "--filter", "plan = 'basic'"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""));
    assert!(err(&output).contains("fewer than 4 customers match"), "{}", err(&output));
}

#[test]
fn rows_are_sorted_by_several_columns() {
    let ids = |args: &[&str]| shop(args).lines().skip(1).collect::<Vec<_>>().join(" ");
    assert_eq!(ids(&["rows", "--columns", "id", "--sort", "plan,spend:desc", "--format", "csv"]), "2 4 6 5 3 1");
    assert_eq!(
        ids(&["rows", "--columns", "id", "--sort", "plan:desc", "--sort", "age", "--format", "csv"]),
        "1 3 5 2 4 6"
    );
}
