use super::{append, crosscut, failing, out, replace, shop};

const CLAIMS: &str = "
[[persona.claim]]
text = \"Pays\"
check = \"spend >= 100\"
[[persona.claim.evidence]]
kind = \"interview\"
source = \"int-01\"
date = 2025-01-01
[[persona.claim]]
text = \"Is broke\"
check = \"spend < 100\"
[[persona.claim]]
text = \"Counts twice\"
check = \"spand > 1\"
[[persona.claim]]
text = \"Sings\"
";

fn claims(args: &[&str]) -> String {
    let folder = crate::shop::folder();
    // The claims are added to the last persona, Ann: customers 1 and 2 of six.
    append(&folder, "personas.toml", CLAIMS);
    out(&crosscut(folder.path(), &[&["personas", "--claims"], args].concat()))
}

#[test]
fn claims_compare_audience_with_everyone_else() {
    let table = claims(&["--format", "csv"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 5, "{table}");
    let stale = "the newest evidence is 545 days old, of 2025-01-01";
    // One of Ann's two customers spends 100 or more, and two of the other four: 0.5 each.
    let held = |line: &str, start: &str| assert!(line.starts_with(start), "{line}");
    held(lines[1], "ann,Pays,no difference,0,100,0.5,0.5,2,4,1,2025-01-01,545,");
    held(lines[2], "ann,Is broke,no difference,0,100,0.5,0.5,2,4,0,,,");
    held(lines[3], "ann,Counts twice,untested,,,,,,,0,,,");
    held(lines[4], "ann,Sings,not testable,,,,,,,0,,,");
    assert!(lines[1].contains(stale) && lines[2].contains("no evidence"), "{table}");
    assert!(lines[3].contains("unknown column \"\"spand\"\""), "{table}");
}

#[test]
fn claims_print_in_every_format() {
    assert!(claims(&[]).lines().next().is_some_and(|head| head.starts_with("persona  claim")));
    let json: serde_json::Value = serde_json::from_str(&claims(&["--format", "json"])).expect("JSON");
    assert_eq!((&json[0]["state"], &json[0]["age_days"]), (&"no difference".into(), &545.into()));
    assert_eq!(shop(&["personas", "--claims", "--format", "json"]), "[]\n");
    let (code, reason) = failing(&["personas", "--claims", "--filter", "spend > 1"]);
    assert!(code == Some(2) && reason.contains("the whole base"), "{reason}");
}

#[test]
fn claims_of_few_are_suppressed() {
    let folder = crate::shop::folder();
    append(&folder, "personas.toml", CLAIMS);
    replace(&folder, "config.toml", "[privacy]", "[privacy]\nmin_cell = 3");
    let table = out(&crosscut(folder.path(), &["personas", "--claims", "--format", "csv"]));
    assert!(table.contains("ann,Pays,untested,,,,,,,1,2025-01-01,545,"), "{table}");
}

#[test]
fn check_reports_claims_without_evidence() {
    let folder = crate::shop::folder();
    append(&folder, "personas.toml", CLAIMS);
    append(&folder, "personas.toml", "[[persona.journey]]\nstage = \"Buy\"\nreached = \"spend > @nobody\"\n");
    replace(&folder, "personas.toml", "where = \"spend < 150\"", "where = \"spend < 150\"\nattributes = [\"ag > 3\"]");
    let output = crosscut(folder.path(), &["check", "--format", "csv"]);
    let table = out(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(table.matches("a claim of ann has no evidence").count(), 3, "{table}");
    for wrong in ["unknown column \"\"ag\"\"", "spand", "@nobody"] {
        assert!(table.contains(wrong), "{wrong}: {table}");
    }
}
