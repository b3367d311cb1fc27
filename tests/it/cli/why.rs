use super::{failing, shop};

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
