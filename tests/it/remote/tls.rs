//! Encrypted connections to a server whose certificate an authority of its own signed.

use std::path::Path;
use std::process::Command;

use super::own_servers::TlsServer;
use super::program::{parquet, printed, sample_folder, study};
use super::servers::is_up;
use super::spark::SAIL;

const RULE: &str = "country = 'DE'";

/// Counts the customers of the rule in the sample behind the server. Returns the output on both streams.
fn count(folder: &Path, url: &str, root: Option<&Path>) -> String {
    let settings = format!("engine = \"spark\"\nurl = {url:?}\n");
    let study = study(folder, &settings, |name| format!("parquet.`{}`", parquet(name, folder).display()));
    let mut program = Command::new(env!("CARGO_BIN_EXE_crosscut"));
    program.arg("--config").arg(study).args(["count", RULE]).env_remove("SSL_CERT_FILE");
    program.envs(root.map(|root| ("SSL_CERT_FILE", root)));
    let output = program.output().expect("the program starts");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn unknown_authority_is_refused_and_trusted_by_ssl_cert_file() {
    if !is_up("sail", SAIL) {
        return;
    }
    let Some(server) = TlsServer::new(SAIL) else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sc://localhost:{}/;use_ssl=true", server.port);
    let told = count(folder.path(), &url, None);
    let expected = "the engine cannot be reached: this machine does not trust the authority that signed the server's certificate: \
                    set SSL_CERT_FILE to a file with that authority's root certificate";
    assert!(told.contains(expected), "{told}");
    let trusted = count(folder.path(), &url, Some(&server.root()));
    let local = printed(&sample_folder().join("config.toml"), &["count", RULE]);
    assert_eq!(trusted, local);
}

#[test]
fn port_without_tls_is_distinguished_from_unreachable_port() {
    if !is_up("sail", SAIL) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let told = count(folder.path(), &format!("sc://localhost:{SAIL}/;use_ssl=true"), None);
    assert!(told.contains("the server does not speak TLS on this port"), "{told}");
}
