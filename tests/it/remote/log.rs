//! The log of statements: their time, not their text.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use crosscut::engine::{Cancel, EngineError, Question, SummaryQuestion, ask_each};
use crosscut::rule::print::SqlDialect;

use super::canned::{Canned, row};
use crate::rules::check;

/// The log, in memory.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn statement_is_logged_with_length_and_time_without_text() {
    let canned = Canned::new(SqlDialect::DuckDb, |statement, _| match statement {
        bad if bad.contains("\"n2\"") => Err(EngineError::Failed("no such number: 731".into())),
        _ => Ok(row(&[7])),
    });
    let engine = canned.engine();
    let written = Written::default();
    let writer = written.clone();
    let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(move || writer.clone());
    tracing::subscriber::with_default(lines.finish(), || {
        for rule in ["t1 = 'zebra' AND n1 > 731", "t1 = 'zebra' AND n2 > 731"] {
            let filter = check(&engine, rule).expect("a good rule");
            let question = Question::from(SummaryQuestion { filter, value: None });
            drop(ask_each(&engine, &[question], &Cancel::new()));
        }
    });
    let log = String::from_utf8(written.0.lock().expect("no panic").clone()).expect("UTF-8");
    let statements = canned.log.lock().expect("no panic");
    let bytes = |at: usize| format!("statement engine=\"canned\" bytes={} ", statements[at].len());
    assert!(statements[1].contains("zebra"), "{statements:?}");
    assert!(log.contains(&format!("{}rows=1 took=", bytes(1))), "{log}");
    assert!(log.contains(&format!("{}error=\"failed\" took=", bytes(2))), "{log}");
    assert!(!log.contains("zebra") && !log.contains("731"), "{log}");
}
