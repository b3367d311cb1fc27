//! Failures between the program and a Spark Connect server: each is reported by its kind, in bounded time.

use std::io::Write;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crosscut::engine::spark::{SparkOptions, connect};
use crosscut::engine::{Cancel, EngineError};

use super::own_servers::{OwnSail, Proxy};
use super::servers::{ask, home, is_up, left_out, number, refused_port, rows, silent_server, wait_until, within};
use super::spark::{connected, options};

const SPARK: u16 = 54331;

fn failure(options: &SparkOptions) -> EngineError {
    connect(options, &Cancel::new()).map(|_| ()).expect_err("no connection")
}

#[test]
fn refused_port_is_unreachable_at_once() {
    let error = within(Duration::from_millis(500), || failure(&options(refused_port())));
    assert_eq!(error, EngineError::Unreachable("Connection refused (os error 111)".into()));
}

#[test]
fn silent_spark_server_is_unreachable_after_timeout() {
    let (_listening, port) = silent_server();
    let mut options = options(port);
    options.options.insert("connect_timeout".into(), "0.5".into());
    let error = within(Duration::from_secs(2), || failure(&options));
    assert_eq!(error, EngineError::Unreachable("no answer within 0.5 s".into()));
}

#[test]
fn cancel_ends_wait_for_silent_spark_server() {
    let (_listening, port) = silent_server();
    let cancel = Cancel::new();
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| connect(&options(port), &cancel).map(|_| ()));
        std::thread::sleep(Duration::from_millis(50));
        let raised = Instant::now();
        cancel.raise();
        assert_eq!(asking.join().expect("no panic"), Err(EngineError::Cancelled));
        assert!(raised.elapsed() < Duration::from_millis(500));
    });
}

#[test]
fn server_with_other_protocol_is_unreachable() {
    let (listener, port) = silent_server();
    let _web = std::thread::spawn(move || {
        for stream in listener.incoming().take(3).flatten() {
            drop((&stream).write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    let error = within(Duration::from_secs(5), || failure(&options(port)));
    assert!(matches!(error, EngineError::Unreachable(_)), "{error:?}");
}

#[test]
fn token_without_tls_is_not_sent_to_other_machine() {
    let token = tempfile::NamedTempFile::new().expect("a file, of mode 0600");
    std::fs::write(token.path(), "seeded-token-4711").expect("written");
    let url = "sc://spark.example.com".to_owned();
    let options = [("token_file".to_owned(), token.path().to_string_lossy().into_owned())].into();
    let error = failure(&SparkOptions { url, options });
    assert!(matches!(&error, EngineError::Unauthorised(reason) if reason.contains("use_ssl=true")), "{error:?}");
    assert!(!format!("{error:?}").contains("seeded"));
}

const SLOW: &str = "SELECT count(*) FROM range(100000000000) WHERE hash(id) % 7 = 1";

#[test]
fn spark_connection_survives_server_restart() {
    let Some(mut server) = OwnSail::new() else { return };
    let connection = connected(&options(server.port));
    assert_eq!(number(&ask(&*connection, "SELECT 4").expect("an answer")), 4);
    server.kill();
    let down = within(Duration::from_secs(5), || ask(&*connection, "SELECT 1").map(|_| ()));
    assert!(matches!(down, Err(EngineError::Unreachable(_) | EngineError::Lost(_))), "{down:?}");
    server.start();
    assert_eq!(number(&ask(&*connection, "SELECT 5").expect("it is up again")), 5);
    server.kill();
    server.start();
    assert_eq!(number(&ask(&*connection, "SELECT 6").expect("restarted, unseen")), 6);
}

#[test]
fn server_killed_in_statement_is_lost() {
    let Some(mut server) = OwnSail::new() else { return };
    let connection = connected(&options(server.port));
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| ask(&*connection, SLOW).map(|_| ()));
        let idle = server.used();
        wait_until("the statement runs", || server.used() > idle + 20);
        server.kill();
        let lost = within(Duration::from_secs(5), || asking.join().expect("no panic"));
        assert!(matches!(lost, Err(EngineError::Lost(_))), "{lost:?}");
    });
}

#[test]
fn cancelled_statement_uses_no_more_server_time() {
    let Some(server) = OwnSail::new() else { return };
    let connection = connected(&options(server.port));
    let cancel = Cancel::new();
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| connection.run(SLOW, &cancel).map(|_| ()));
        let idle = server.used();
        wait_until("the statement runs", || server.used() > idle + 20);
        cancel.raise();
        assert_eq!(asking.join().expect("no panic"), Err(EngineError::Cancelled));
    });
    wait_until("the server is idle", || {
        let before = server.used();
        std::thread::sleep(Duration::from_millis(300));
        server.used() - before < 5
    });
}

#[test]
fn answer_over_repeatedly_cut_connection_is_complete() {
    if !is_up("spark", SPARK) {
        return;
    }
    let proxy = Proxy::new(SPARK);
    let connection = connected(&options(proxy.port));
    let is_done = AtomicBool::new(false);
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(900));
                proxy.cut();
            }
        });
        let slow = "SELECT id, java_method('java.lang.Thread', 'sleep', 1L) FROM range(0, 8000, 1, 16)";
        let answer = ask(&*connection, slow);
        is_done.store(true, Ordering::Relaxed);
        answer
    });
    assert_eq!(answer.map(|answer| rows(&answer)), Ok(8000));
    assert!(proxy.connections() > 3, "the connection was not cut");
}

/// Uses a Spark server of its own that requires a token.
#[test]
fn wrong_and_missing_tokens_are_unauthorised() {
    let Some(server) = OwnSpark::new("seeded-token-4711") else { return };
    let with_token = |token: &str| {
        let file = tempfile::NamedTempFile::new().expect("a file, of mode 0600");
        std::fs::write(file.path(), token).expect("written");
        let mut options = options(server.port);
        options.options.insert("token_file".into(), file.path().to_string_lossy().into_owned());
        (connect(&options, &Cancel::new()), file)
    };
    let error = failure(&options(server.port));
    assert!(matches!(error, EngineError::Unauthorised(_)), "{error:?}");
    let (wrong, _file) = with_token("seeded-but-wrong");
    let error = wrong.map(|_| ()).expect_err("a wrong token");
    assert!(matches!(error, EngineError::Unauthorised(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("seeded"), "{error:?}");
    let (right, _file) = with_token("seeded-token-4711");
    let connection = right.expect("the right token");
    assert_eq!(number(&ask(&*connection, "SELECT 3").expect("an answer")), 3);
}

/// The first statement after a restart belongs to a session that the server does not know.
#[test]
fn session_is_recreated_after_spark_restart() {
    let Some(mut server) = OwnSpark::new("") else { return };
    let mut options = options(server.port);
    options.options.insert("spark.sql.session.timeZone".into(), "Asia/Tokyo".into());
    let connection = connected(&options);
    let hour = "SELECT hour(TIMESTAMP'2026-01-31 12:00:00 UTC')";
    assert_eq!(number(&ask(&*connection, hour).expect("an answer")), 21);
    server.restart();
    assert_eq!(number(&ask(&*connection, hour).expect("another session")), 21);
}

struct OwnSpark {
    port: u16,
    command: Command,
    child: Child,
    _folder: tempfile::TempDir,
}

impl OwnSpark {
    fn new(token: &str) -> Option<Self> {
        let versions = std::fs::read_dir(home().join("venv/lib")).into_iter().flatten().flatten();
        let mut homes = versions.map(|version| version.path().join("site-packages/pyspark"));
        let Some(spark) = homes.find(|home| home.join("bin/spark-submit").is_file()) else {
            left_out("spark is not installed: run tests/engines/up.sh spark");
            return None;
        };
        let (folder, port) = (tempfile::tempdir().expect("a folder"), refused_port());
        let mut command = Command::new(spark.join("bin/spark-submit"));
        command.args(["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", "local[1]"]);
        for setting in [
            "spark.driver.host=127.0.0.1",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.ui.enabled=false",
            "spark.connect.grpc.binding.address=127.0.0.1",
            &format!("spark.connect.grpc.binding.port={port}"),
        ] {
            command.args(["--conf", setting]);
        }
        command.arg("spark-internal").current_dir(folder.path());
        command.env("SPARK_HOME", &spark).env("SPARK_LOCAL_IP", "127.0.0.1").env("SPARK_CONNECT_MODE", "0");
        command.env("SPARK_NO_DAEMONIZE", "1");
        if !token.is_empty() {
            command.env("SPARK_CONNECT_AUTHENTICATE_TOKEN", token);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("Spark starts");
        let server = Self { port, command, child, _folder: folder };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        wait_until("Spark answers", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    fn restart(&mut self) {
        self.child.kill().expect("Spark runs");
        self.child.wait().expect("Spark ends");
        self.child = self.command.spawn().expect("Spark starts");
        self.wait();
    }
}

impl Drop for OwnSpark {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
