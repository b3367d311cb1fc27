//! The starter study for a table.

use std::collections::BTreeMap;

use crosscut::model::{ColumnType, Datum};
use crosscut::rule::print::SqlDialect;
use crosscut::study::starter::{StarterColumn, StarterData, StarterTable, starter};
use crosscut::study::{self, EngineConnection, RemoteConfig, Study};

use crate::study::folder;

fn column(name: &str, column_type: ColumnType, distinct: u64, spread: &[f64]) -> StarterColumn {
    StarterColumn {
        name: name.into(),
        column_type,
        distinct,
        values: Vec::new(),
        counts: Vec::new(),
        effect: None,
        spread: spread.into(),
    }
}

fn load(table: &StarterTable) -> (tempfile::TempDir, Study) {
    let folder = folder(&[]);
    for (name, text) in starter(table) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let study = study::load(&folder.path().join("config.toml"), None).unwrap();
    (folder, study)
}

#[test]
fn starter_loads_with_useful_segmentations() {
    let plan = StarterColumn {
        values: vec![Datum::Null, Datum::Text("pro \"plus\"".into())],
        ..column("PlanType", ColumnType::Text, 3, &[])
    };
    let table = StarterTable {
        data: "kunden 'alt' \"neu\".csv".into(),
        key: Some("customer_id".into()),
        value: Some("spend 12m".into()),
        rows: 1000,
        columns: vec![
            column("customer_id", ColumnType::Integer, 1000, &[1.0, 250.0, 500.0, 750.0, 1000.0]),
            column("email", ColumnType::Text, 4, &[]),
            plan,
            column("plan_type", ColumnType::Boolean, 2, &[]),
            column("age", ColumnType::Integer, 60, &[18.0, 31.4, 42.0, 55.7, 99.0]),
            column("spend 12m", ColumnType::Float, 990, &[-3.0, 0.0, 0.0, 1234.5, 8000.0]),
            column("constant", ColumnType::Text, 1, &[]),
            column("comment", ColumnType::Text, 800, &[]),
            column("2020", ColumnType::Float, 100, &[-2.0, -1.26, 0.123, 0.456, 1.0]),
            column("order_id", ColumnType::Integer, 900, &[0.0, 1.0, 2.0, 3.0, 4.0]),
            column("flat", ColumnType::Float, 50, &[f64::NAN; 5]),
            column("signup", ColumnType::Date, 300, &[]),
        ],
        ..StarterTable::default()
    };
    let (folder, study) = load(&table);
    assert_eq!(study::problems(&study), []);
    let cuts: Vec<(&str, &str, Option<&[f64]>)> = study
        .definitions
        .segmentations
        .iter()
        .map(|cut| (cut.name.as_str(), cut.column.as_str(), cut.breaks.as_deref()))
        .collect();
    assert_eq!(
        cuts,
        [
            ("plan_type", "PlanType", None),
            ("plan_type_2", "plan_type", None),
            ("age", "age", Some(&[31.0, 42.0, 56.0][..])),
            ("spend_12m", "spend 12m", Some(&[0.0, 1200.0][..])),
            ("_2020", "2020", Some(&[-1.3, 0.1, 0.5][..])),
        ]
    );
    let rules: Vec<&str> = study.definitions.segments.iter().map(|segment| segment.rule.as_str()).collect();
    assert_eq!(rules, ["\"spend 12m\" >= 1200", "age < 31", "age >= 56", "\"2020\" < -1.3", "\"2020\" >= 0.5"]);
    assert_eq!(study.config.privacy.mask, ["email"]);
    assert_eq!(study.config.data.path.as_deref(), folder.path().join("kunden 'alt' \"neu\".csv").to_str());
    assert_eq!(study.config.study.value, table.value);
}

#[test]
fn example_persona_works_once_uncommented() {
    let plan = StarterColumn { values: vec![Datum::Text("pro".into())], ..column("plan", ColumnType::Text, 3, &[]) };
    let table = StarterTable {
        data: "a.csv".into(),
        value: Some("spend".into()),
        columns: vec![plan, column("spend", ColumnType::Float, 99, &[0.0, 1.0, 2.0, 3.0, 4.0])],
        rows: 100,
        ..StarterTable::default()
    };
    let (folder, study) = load(&table);
    assert!(study.definitions.personas.is_empty());
    let file = folder.path().join("personas.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let example: String =
        text.lines().skip(1).map(|line| format!("{}\n", line.trim_start_matches(['#', ' ']))).collect();
    std::fs::write(&file, example).unwrap();
    let study = study::load(&folder.path().join("config.toml"), None).unwrap();
    assert_eq!(study.definitions.personas[0].spans, ["high_value", "plan.pro"]);
    assert_eq!(study::problems(&study), []);
}

#[test]
fn starter_of_unknown_table_is_valid_study() {
    let (_folder, study) = load(&StarterTable { data: "a.csv".into(), ..StarterTable::default() });
    assert!(study.definitions.segments.is_empty() && study.definitions.segmentations.is_empty());
    assert_eq!(study::problems(&study), []);
}

#[test]
fn starter_breaks_are_rounded_to_column_width_without_empty_cells() {
    let table = StarterTable {
        data: "a.csv".into(),
        rows: 1000,
        columns: vec![
            column("year_birth", ColumnType::Integer, 59, &[1893.0, 1959.0, 1970.0, 1977.0, 1996.0]),
            column("gain", ColumnType::Integer, 119, &[0.0, 0.0, 0.0, 0.0, 99999.0]),
            column("two", ColumnType::Integer, 7, &[0.0, 0.0, 10.0, 10.0, 10.0]),
            column("huge", ColumnType::Float, 300, &[0.0, 2.5e300, 5e300, 7.5e300, 1e301]),
            column("fnlwgt", ColumnType::Integer, 900, &[0.0, 1.0, 2.0, 3.0, 4.0]),
        ],
        ..StarterTable::default()
    };
    let (_folder, study) = load(&table);
    let cuts: Vec<_> =
        study.definitions.segmentations.iter().map(|cut| (cut.name.as_str(), cut.breaks.clone())).collect();
    assert_eq!(cuts[0], ("year_birth", Some(vec![1959.0, 1970.0, 1977.0])));
    assert_eq!(cuts[1], ("two", Some(vec![10.0])));
    assert_eq!(cuts[2].0, "huge");
    assert_eq!(cuts.len(), 3);
}

#[test]
fn starter_masks_identifying_columns() {
    let table = StarterTable {
        data: "a.csv".into(),
        rows: 1000,
        columns: vec![
            column("PhoneService", ColumnType::Text, 2, &[]),
            column("plan_name", ColumnType::Text, 3, &[]),
            column("YearBirth", ColumnType::Integer, 60, &[]),
            column("zip", ColumnType::Text, 400, &[]),
            column("customerName", ColumnType::Text, 990, &[]),
            column("name", ColumnType::Text, 400, &[]),
            column("street_address", ColumnType::Text, 400, &[]),
            column("birth_date", ColumnType::Date, 300, &[]),
            column("last_ip", ColumnType::Text, 30, &[]),
            column("username", ColumnType::Text, 1000, &[]),
            column("home phone", ColumnType::Integer, 700, &[]),
        ],
        ..StarterTable::default()
    };
    let (_folder, study) = load(&table);
    let masked = ["customerName", "name", "street_address", "birth_date", "last_ip", "username", "home phone"];
    assert_eq!(study.config.privacy.mask, masked);
}

#[test]
fn starter_of_remote_table_names_engine() {
    let remote = RemoteConfig {
        reach: EngineConnection::Adbc {
            driver: Some("flightsql".into()),
            profile: None,
            uri: Some("grpc://127.0.0.1:32010".into()),
            options: BTreeMap::new(),
            dialect: Some(SqlDialect::Spark),
        },
        table: "crm.\"My customers\"".into(),
    };
    let data = StarterData::Remote(remote.clone());
    let (_folder, study) = load(&StarterTable { data, key: Some("id".into()), ..StarterTable::default() });
    assert_eq!(study.config.data.remote, Some(remote));
    assert_eq!((study.config.data.path, study.config.data.key.as_deref()), (None, Some("id")));
}

#[test]
fn starter_segments_split_customers() {
    let values = |values: &[(&str, u64)]| -> (Vec<Datum>, Vec<u64>) {
        values.iter().map(|(value, count)| (Datum::Text((*value).into()), *count)).unzip()
    };
    let of = |name: &str, shares: &[(&str, u64)]| {
        let (values, counts) = values(shares);
        StarterColumn { values, counts, ..column(name, ColumnType::Text, shares.len() as u64, &[]) }
    };
    let table = StarterTable {
        data: "a.csv".into(),
        rows: 1000,
        columns: vec![
            of("gender", &[("Male", 510), ("Female", 490)]),
            of("PhoneService", &[("Yes", 900), ("No", 100)]),
            of("Contract", &[("Month-to-month", 550), ("Two year", 240), ("One year", 210)]),
            of("OnlineBackup", &[("No", 440), ("Yes", 340), ("No internet service", 220)]),
            of("Rare", &[("No", 980), ("Yes", 20)]),
            of("Churn", &[("No", 735), ("Yes", 265)]),
        ],
        ..StarterTable::default()
    };
    let (_folder, study) = load(&table);
    let segments = study.definitions.segments.iter();
    let found: Vec<(&str, &str)> = segments.map(|segment| (segment.name.as_str(), segment.rule.as_str())).collect();
    assert_eq!(
        found,
        [
            ("churn", "Churn = 'Yes'"),
            ("gender_female", "gender = 'Female'"),
            ("no_phone_service", "PhoneService = 'No'"),
            ("contract_two_year", "Contract = 'Two year'"),
            ("with_online_backup", "OnlineBackup = 'Yes'"),
        ]
    );
    assert_eq!(study.definitions.segments[0].note.as_deref(), Some("26.5 % of the customers"));
    assert_eq!(study::problems(&study), []);
    // A column of which nearly everyone has one value cuts nobody off.
    assert!(study.definitions.segmentations.iter().all(|cut| cut.column != "Rare"));
}

#[test]
fn starter_prefers_columns_with_large_effect() {
    let of = |name: &str, effect| StarterColumn {
        values: vec![Datum::Text("No".into()), Datum::Text("Yes".into())],
        counts: vec![700, 300],
        effect: Some(effect),
        ..column(name, ColumnType::Text, 2, &[])
    };
    let table = StarterTable {
        data: "a.csv".into(),
        rows: 1000,
        columns: vec![of("gender", 0.01), of("partner", 0.3), of("auto_pay", 0.8)],
        ..StarterTable::default()
    };
    let (_folder, study) = load(&table);
    let names: Vec<&str> = study.definitions.segments.iter().map(|segment| segment.name.as_str()).collect();
    assert_eq!(names, ["auto_pay", "partner"]);
    let cuts: Vec<&str> = study.definitions.segmentations.iter().map(|cut| cut.column.as_str()).collect();
    assert_eq!(cuts, ["gender"], "the others have a segment");
}
