//! The program sleeps as with its laptop, while the server restarts or the connection is lost: awake again, one key makes
//! it well.

use std::path::Path;

use super::program::{TABLES, TemporarySchema, fill, frame, printed, sample_folder, study};
use super::servers::{ask, number, postgres};
use crate::pty::{Session, command};

/// Rule that is typed after the sleep.
const RULE: &str = "country = 'DE' AND spend_12m > 100";

fn start(study: &Path) -> Session {
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.args(["--config".as_ref(), study.as_os_str()]);
    let session = Session::start(program, 120, 36);
    session.wait_for("5,000 customers");
    session.wait_for("17.");
    session
}

/// Stops the program, does `meanwhile`, wakes it, and types a rule, whose count has to appear.
fn sleep_and_wake(session: &mut Session, meanwhile: impl FnOnce()) {
    let local = sample_folder().join("config.toml");
    let customers = printed(&local, &["count", RULE]);
    let customers: u64 = customers.trim().parse().expect("a count");
    let shown = crosscut::text::numbers::count(customers);
    session.signal(libc::SIGSTOP);
    meanwhile();
    session.signal(libc::SIGCONT);
    session.send("/");
    session.send(RULE);
    session.wait_for(&format!("{shown} customers"));
}

#[test]
fn screen_on_postgresql_is_well_after_its_connections_ended_in_its_sleep() {
    let Some(options) = postgres("crosscut") else { return };
    let schema = TemporarySchema::new(&options, "asleep");
    for table in TABLES {
        fill(&*schema.connection, &format!("{}.{table}", schema.name), &frame(table));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (driver, uri) = (options.driver.as_deref().expect("a driver"), options.uri.as_deref().expect("an address"));
    // A name by which its connections are found.
    let uri = format!("{uri}?application_name={}", schema.name);
    let settings = format!("engine = \"adbc\"\ndriver = {driver:?}\nuri = {uri:?}\ndialect = \"postgres\"\n");
    let mut session = start(&study(folder.path(), &settings, |name| format!("{}.{name}", schema.name)));
    sleep_and_wake(&mut session, || {
        let end = format!(
            "SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}') AS t",
            schema.name
        );
        assert!(number(&ask(&*schema.connection, &end).expect("an answer")) > 0, "no connection was open");
    });
    session.send("\x1b\x1b");
    session.key("q");
}

#[cfg(feature = "spark")]
mod on_spark {
    use std::time::{Duration, SystemTime};

    use super::super::own_servers::{OwnSail, Proxy};
    use super::super::program::parquet;
    use super::super::servers::{is_up, within};
    use super::super::spark::{SPARK, connected, options};
    use super::*;

    #[test]
    fn screen_is_well_after_the_server_restarted_in_its_sleep() {
        let Some(mut server) = OwnSail::new() else { return };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = format!("engine = \"spark\"\nurl = \"sc://127.0.0.1:{}\"\n", server.port);
        let path = |name: &str| format!("parquet.`{}`", parquet(name, folder.path()).display());
        let mut session = start(&study(folder.path(), &settings, path));
        sleep_and_wake(&mut session, || {
            server.kill();
            server.start();
        });
    }

    /// Nothing reports such a loss: the connection is tried after a silence.
    #[test]
    fn connection_that_was_lost_unseen_is_replaced_after_a_silence() {
        if !is_up("spark", SPARK) {
            return;
        }
        let proxy = Proxy::new(SPARK);
        let connection = connected(&options(proxy.port));
        assert_eq!(number(&ask(&*connection, "SELECT 4").expect("an answer")), 4);
        proxy.lose();
        let asleep = SystemTime::now();
        while asleep.elapsed().is_ok_and(|time| time < Duration::from_secs(46)) {
            std::thread::sleep(Duration::from_secs(1));
        }
        let answer = within(Duration::from_secs(20), || ask(&*connection, "SELECT 5"));
        assert_eq!(number(&answer.expect("over another connection")), 5);
        assert_eq!(proxy.connections(), 2);
    }
}
