//! Servers of one test, which it may stop, and what stands in front of a server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::servers::{home, left_out, refused_port, wait_until};

/// A Sail server for one test.
pub struct OwnSail {
    pub port: u16,
    child: Option<Child>,
}

impl OwnSail {
    pub fn new() -> Option<Self> {
        if !home().join("venv-sail/bin/sail").is_file() {
            left_out("sail is not installed: run tests/engines/up.sh sail");
            return None;
        }
        let mut server = Self { port: refused_port(), child: None };
        server.start();
        Some(server)
    }

    pub fn start(&mut self) {
        let mut command = Command::new(home().join("venv-sail/bin/sail"));
        command.args(["spark", "server", "--ip", "127.0.0.1", "--port", &self.port.to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.child = Some(child.expect("Sail starts"));
        wait_until("Sail answers", || TcpStream::connect(("127.0.0.1", self.port)).is_ok());
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("Sail runs");
            child.wait().expect("Sail ends");
        }
    }

    /// Processor time that the server has used, in hundredths of a second.
    pub fn used(&self) -> u64 {
        let id = self.child.as_ref().expect("Sail runs").id();
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("Sail runs");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
        fields[11].parse::<u64>().expect("user time") + fields[12].parse::<u64>().expect("system time")
    }
}

impl Drop for OwnSail {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Forwards everything to a port of this machine, until it has to cut or to lose its connections.
pub struct Proxy {
    pub port: u16,
    state: Arc<ProxyState>,
}

#[derive(Default)]
struct ProxyState {
    streams: Mutex<Vec<TcpStream>>,
    connections: AtomicUsize,
    /// Connections up to this one forward nothing any more.
    lost: AtomicUsize,
}

impl Proxy {
    pub fn new(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let proxy = Self { port, state: Arc::default() };
        let state = proxy.state.clone();
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let far = TcpStream::connect(("127.0.0.1", to)).expect("the server");
                let number = state.connections.fetch_add(1, Ordering::SeqCst) + 1;
                let copy = |stream: &TcpStream| stream.try_clone().expect("a descriptor");
                state.streams.lock().expect("no panic").extend([copy(&near), copy(&far)]);
                for (from, to) in [(copy(&near), copy(&far)), (far, near)] {
                    let state = state.clone();
                    std::thread::spawn(move || pass_on(from, to, || state.lost.load(Ordering::SeqCst) >= number));
                }
            }
        });
        proxy
    }

    /// Ends all connections.
    pub fn cut(&self) {
        for stream in self.state.streams.lock().expect("no panic").drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// Loses all connections so that neither side notices: what they send goes nowhere. New ones work.
    pub fn lose(&self) {
        self.state.lost.store(self.connections(), Ordering::SeqCst);
    }

    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, is_lost: impl Fn() -> bool) {
    let mut buffer = [0; 1 << 14];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if !is_lost() && to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    if !is_lost() {
        drop(to.shutdown(Shutdown::Both));
    }
}

/// A server of TLS in front of a port of this machine, with a certificate for `localhost` that an authority of its own signed.
pub struct TlsServer {
    pub port: u16,
    child: Child,
    folder: tempfile::TempDir,
}

impl TlsServer {
    pub fn new(to: u16) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Command::new("sh").args(["-ec", CERTIFICATES]).current_dir(folder.path()).output().expect("a shell");
        if !made.status.success() {
            left_out(&format!("openssl makes no certificate: {}", String::from_utf8_lossy(&made.stderr)));
            return None;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/remote/tls.py");
        let mut server = Command::new("python3");
        server.arg(script).args(["server.pem", "server.key", &to.to_string()]).current_dir(folder.path());
        let mut child = server.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("python3 runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        Some(Self { port: line.trim().parse().expect("a port"), child, folder })
    }

    /// The authority's certificate.
    pub fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("root.pem")
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

const CERTIFICATES: &str = "
key='ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
openssl req -x509 -newkey $key -keyout root.key -out root.pem -subj '/CN=An authority of its own' -days 3 -addext basicConstraints=critical,CA:TRUE
openssl req -newkey $key -keyout server.key -out server.csr -subj '/CN=localhost'
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n' > extensions
openssl x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -extfile extensions -out server.pem
";
