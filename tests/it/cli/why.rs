use super::{crosscut, failing, out, shop};

#[test]
fn attrition_counts_each_condition() {
    let table = shop(&["attrition", "plan = 'pro' AND spend > 150", "--format", "csv"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "condition,remaining,share_of_before,share_of_base,alone_removes");
    assert_eq!(lines[1], "plan = 'pro',3,0.5,0.5,0");
    assert_eq!(lines[2], "spend > 150,2,0.6666666666666666,0.3333333333333333,1");
    let (code, reason) = failing(&["attrition"]);
    assert_eq!(code, Some(2), "{reason}");
}

#[test]
fn why_without_rule_is_refused() {
    let (code, reason) = failing(&["why"]);
    assert!(code == Some(2) && reason.contains("why needs a rule"), "{reason}");
}

#[test]
fn traits_of_same_customers_are_one_line_for_people() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let row = |n: u32| {
        let plan = if n.is_multiple_of(3) { "pro" } else { "free" };
        format!("{n},{plan},{plan},{}\n", u32::from(n.is_multiple_of(6)))
    };
    let rows: String = (0..300).map(row).collect();
    std::fs::write(folder.path().join("t.csv"), format!("id,plan,tariff,left\n{rows}")).expect("a writable folder");
    let why = |format| out(&crosscut(folder.path(), &["why", "left = 1", "--data", "t.csv", "--format", format]));
    assert!(why("table").contains("plan, tariff  = pro"), "{}", why("table"));
    assert_eq!(why("csv").matches("= pro").count(), 2, "{}", why("csv"));
}
