//! One of a study's three files, the others being good. The first byte says which: `c`, `s` or `p`.

use std::cell::RefCell;
use std::fs;
use std::sync::OnceLock;

use chrono::NaiveDate;
use crosscut::insight::Catalog;
use crosscut::insight::catalog::CellsByName;
use crosscut::model::{Column, ColumnType, Schema};
use crosscut::study;

const CONFIG: &str = "[data]\npath = \"customers.csv\"\nkey = \"id\"\n[study]\nsegments = \"segments.toml\"\n\
                      personas = \"personas.toml\"\n";
const SEGMENTS: &str = "[[segment]]\nname = \"pros\"\nwhere = \"plan = 'pro'\"\n";
const PERSONAS: &str = "[[persona]]\nid = \"pat\"\nname = \"Pat\"\nspans = [\"pros\"]\n";
const FILES: [(&str, &str); 3] = [("config.toml", CONFIG), ("segments.toml", SEGMENTS), ("personas.toml", PERSONAS)];

thread_local! {
    static FOLDER: RefCell<Option<tempfile::TempDir>> = const { RefCell::new(None) };
}

fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let column = |(name, column_type): (&str, ColumnType)| Column { name: name.into(), column_type };
        let columns = [("id", ColumnType::Text), ("plan", ColumnType::Text), ("spend", ColumnType::Float)];
        Schema::new(columns.map(column).into())
    })
}

pub fn run(data: &[u8]) {
    let (&file, bytes) = data.split_first().unwrap_or((&b's', &[]));
    let changed = match file {
        b'c' => 0,
        b'p' => 2,
        _ => 1,
    };
    let folder = FOLDER.with_borrow_mut(|folder| {
        folder.get_or_insert_with(|| tempfile::tempdir().expect("a temporary folder")).path().to_owned()
    });
    for (at, (name, text)) in FILES.into_iter().enumerate() {
        let bytes = if at == changed { bytes } else { text.as_bytes() };
        fs::write(folder.join(name), bytes).expect("a writable folder");
    }
    match study::load(&folder.join("config.toml"), None) {
        Ok(study) => {
            let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
            let catalog = Catalog::new(&study.definitions, &CellsByName::new(), schema(), today);
            assert_eq!(catalog.personas.len(), study.definitions.personas.len());
            drop(format!("{:?}", study.config));
        }
        Err(error) => {
            let said = error.to_string();
            assert!(!said.trim().is_empty(), "an error without a message");
            assert!(!said.contains('\u{1b}'), "{said:?}");
        }
    }
}
