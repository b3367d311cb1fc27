//! No value of the data in what goes wrong.

use super::{crosscut, leaked, said, study, with_privacy};

#[test]
fn engine_error_quotes_no_value() {
    let folder = study();
    with_privacy(&folder, "rules = \"allow\"");
    let rules = [
        "coalesce(email, -1) > -1",
        "coalesce(email, 1) = 2",
        "CAST(email AS integer) > 1",
        "CAST(email AS date) > today",
        "salary * 9000000000000000 > 1",
        "CASE WHEN vip THEN email ELSE salary END > 1",
        "email > 1",
        "greatest(email, salary) > 1",
        "CAST(salary AS date) > today",
        "regexp_extract(email, '(', 1) = 'x'",
    ];
    for rule in rules {
        let output = crosscut(folder.path(), &["count", rule]);
        let text = said(&output);
        assert_eq!(leaked(&text), None, "{rule}: {text}");
        assert!(!text.contains("person0"), "{rule}: {text}");
    }
}

#[test]
fn file_error_has_place_and_no_cell_text() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cases = [
        ("a.csv", "id,email\n1,eve@secret.example\n2,bob@secret.example,extra@secret.example\n"),
        ("b.csv", "id,email\n1,\"eve@secret.example\n"),
        ("c.ndjson", "{\"email\": \"eve@secret.example\"}\n\"bob@secret.example\"\n"),
        ("d.ndjson", "{\"email\": \"eve@secret.example\"}\n{\"email\": eve@secret.example}\n"),
        ("e.json", "[{\"email\": \"eve@secret.example\"}, \"bob@secret.example\"]"),
        ("f.csv", "id,email\neve@secret.example,1\neve@secret.example,2\n"),
    ];
    for (file, text) in cases {
        std::fs::write(folder.path().join(file), text).expect("a writable folder");
        let config = format!("[data]\npath = \"{file}\"\nkey = \"id\"\n[privacy]\nmask = [\"email\"]\n");
        std::fs::write(folder.path().join("config.toml"), config).expect("a writable folder");
        for args in [&["count"][..], &["check"]] {
            let text = said(&crosscut(folder.path(), args));
            assert_eq!(leaked(&text), None, "{file} {args:?}: {text}");
        }
    }
}
