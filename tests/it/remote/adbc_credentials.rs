//! Sources of passwords, and tests that none is ever shown.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crosscut::engine::adbc::{AdbcOptions, connect};
use crosscut::engine::{Cancel, EngineError};

use super::servers::{SECRET, ask, connected, library, number, postgres, postgres_port, postgres_uri, with_options};

/// The password in URL encoding.
const ENCODED: &str = "seeded-secret%2F4711";

fn failure(options: &AdbcOptions) -> EngineError {
    let error = connect(options, &Cancel::new()).map(|_| ()).expect_err("no connection");
    for shown in [format!("{error}"), format!("{error:?}"), format!("{options:?}")] {
        assert!(!shown.contains("seeded") && !shown.contains("4711"), "{shown}");
    }
    error
}

fn file(folder: &Path, name: &str, text: &str, mode: u32) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("written");
    std::fs::set_permissions(&path, Permissions::from_mode(mode)).expect("a mode");
    path
}

#[test]
fn missing_and_wrong_passwords_are_unauthorised() {
    let Some(options) = postgres("private") else { return };
    let error = failure(&options);
    assert!(
        matches!(&error, EngineError::Unauthorised(reason) if reason.contains("no password supplied")),
        "{error:?}"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = file(folder.path(), "password", "seeded-4711-but-wrong\n", 0o600);
    let error = failure(&with_options(options, &[("password_file", &wrong.to_string_lossy())]));
    let expected = "password authentication failed for user \"private\"";
    assert_eq!(error, EngineError::Unauthorised(expected.into()));
}

#[test]
fn role_without_rights_is_unauthorised() {
    let Some(options) = postgres("private") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let password = file(folder.path(), "password", SECRET, 0o600);
    let connection = connected(&with_options(options, &[("password_file", &password.to_string_lossy())]));
    let expected = EngineError::Unauthorised("permission denied for table pg_authid".into());
    assert_eq!(ask(&*connection, "SELECT count(*) FROM pg_authid").map(|_| ()), Err(expected.clone()));
    assert_eq!(connection.columns("pg_authid", &Cancel::new()), Err(expected));
}

#[test]
fn password_in_study_is_refused_with_remedy() {
    let options = AdbcOptions { driver: Some("postgresql".into()), ..AdbcOptions::default() };
    let uris = [
        format!("postgresql://private:{ENCODED}@127.0.0.1/postgres"),
        format!("postgresql://private@127.0.0.1/postgres?password={ENCODED}"),
        format!("host=127.0.0.1 user=private password='{SECRET}'"),
    ];
    for uri in uris {
        let error = failure(&AdbcOptions { uri: Some(uri), ..options.clone() });
        let EngineError::Failed(reason) = error else { panic!("{error:?}") };
        assert!(reason.starts_with("uri: holds a password"), "{reason}");
        assert!(reason.contains("{{ env_var(NAME) }}") && reason.contains("profile"), "{reason}");
    }
    for key in ["password", "adbc.snowflake.sql.client_option.auth_token"] {
        let error = failure(&with_options(options.clone(), &[(key, SECRET)]));
        assert!(matches!(&error, EngineError::Failed(reason) if reason.starts_with(&format!("{key}: is a secret"))));
    }
}

#[test]
fn profile_and_password_file_of_mode_0600_connect() {
    let Some(options) = postgres("private") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let uri = postgres_uri(&format!("private:{ENCODED}"));
    let text = format!(
        "profile_version = 1\ndriver = {:?}\n[Options]\nuri = {uri:?}\n",
        options.driver.as_ref().expect("a path")
    );
    let path = file(folder.path(), "crm.toml", &text, 0o600);
    let profile = AdbcOptions { profile: Some(path.to_string_lossy().into_owned()), ..AdbcOptions::default() };
    let connection = connected(&profile);
    assert_eq!(connection.name(), "adbc:postgresql");
    assert_eq!(number(&ask(&*connection, "SELECT 1").expect("an answer")), 1);
    // The driver's library prints an address that it cannot parse.
    let wrong = text.replace("127.0.0.1", "127.0.0.1,::::,/x");
    let path = file(folder.path(), "wrong.toml", &wrong, 0o600);
    failure(&AdbcOptions { profile: Some(path.to_string_lossy().into_owned()), ..AdbcOptions::default() });
    let password = file(folder.path(), "password", &format!("{SECRET}\n"), 0o600);
    connected(&with_options(options, &[("password_file", &password.to_string_lossy())]));
}

#[test]
fn profile_and_password_file_readable_by_others_are_refused() {
    let Some(driver) = library("postgresql") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!("profile_version = 1\ndriver = {driver:?}\n[Options]\npassword = {SECRET:?}\n");
    for mode in [0o644, 0o640, 0o604, 0o660] {
        let path = file(folder.path(), "crm.toml", &text, mode).to_string_lossy().into_owned();
        let expected = format!("{path}: others may read it (mode {mode:04o}): run chmod 600 {path}");
        let by_profile = AdbcOptions { profile: Some(path.clone()), ..AdbcOptions::default() };
        assert_eq!(failure(&by_profile), EngineError::Unauthorised(expected.clone()));
        let by_file = AdbcOptions { driver: Some(driver.clone()), ..AdbcOptions::default() };
        let by_file = with_options(by_file, &[("password_file", &path)]);
        assert_eq!(failure(&by_file), EngineError::Unauthorised(expected));
    }
}

#[test]
fn damaged_profile_is_refused_without_its_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(folder.path(), "crm.toml", &format!("password = {SECRET:?}\n= {SECRET}"), 0o600);
    let path = path.to_string_lossy().into_owned();
    let error = failure(&AdbcOptions { profile: Some(path.clone()), ..AdbcOptions::default() });
    assert_eq!(error, EngineError::Failed(format!("{path}: is not an ADBC profile of version 1")));
}

/// Runs one of the tests below in a process with these variables.
fn in_environment(test: &str, variables: &[(&str, &str)]) {
    let program = std::env::current_exe().expect("a path");
    let name = format!("{}::{test}", module_path!().split_once("::").map_or("", |(_, module)| module));
    let mut command = Command::new(program);
    command.args([&name, "--exact", "--ignored", "--nocapture"]).envs(variables.iter().copied());
    let output = command.output().expect("the test runs");
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{said}{errors}");
}

#[test]
fn environment_brings_password_address_and_profile() {
    if postgres("private").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let driver = library("postgresql").expect("a path");
    let text = format!("profile_version = 1\ndriver = {driver:?}\n[Options]\nuri = \"{{{{ env_var(TEST_URI) }}}}\"\n");
    file(folder.path(), "crm.toml", &text, 0o600);
    let uri = postgres_uri(&format!("private:{ENCODED}"));
    let wheels = Path::new(&driver).parent().and_then(Path::parent).expect("a folder").to_string_lossy().into_owned();
    in_environment(
        "connection_takes_settings_from_environment",
        &[
            ("CROSSCUT_ADBC_PASSWORD", SECRET),
            ("ADBC_DRIVER_PATH", &wheels),
            ("TEST_PASSWORD", ENCODED),
            ("TEST_URI", &uri),
            ("ADBC_PROFILE_PATH", &folder.path().to_string_lossy()),
        ],
    );
}

#[test]
#[ignore = "run by environment_brings_password_address_and_profile"]
fn connection_takes_settings_from_environment() {
    let uri = Some(postgres_uri("private"));
    // The driver is found by name in the folder of ADBC_DRIVER_PATH.
    let options = AdbcOptions { driver: Some("postgresql".into()), uri, ..AdbcOptions::default() };
    connected(&options);
    let uri = postgres_uri("private:{{ env_var(TEST_PASSWORD) }}");
    connected(&AdbcOptions { uri: Some(uri), ..options.clone() });
    connected(&AdbcOptions { profile: Some("crm".into()), ..AdbcOptions::default() });
    let uri = postgres_uri("private:{{ env_var(TEST_MISSING) }}");
    let error = failure(&AdbcOptions { uri: Some(uri), ..options.clone() });
    assert_eq!(error, EngineError::Failed("uri: environment variable TEST_MISSING is not set".into()));
    let uri = format!("postgresql://private@127.0.0.1:{}/{{{{ env_var(TEST_PASSWORD) }}}}", postgres_port());
    failure(&AdbcOptions { uri: Some(uri), ..options });
}
