//! The report in a real browser: no requests, no console messages, nothing cut off, everything legible.
//!
//! The tests need Chromium. Without it they report that and pass; with `CROSSCUT_BROWSER_TEST` set, as in `.ci/run`,
//! they fail.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{hostile, report};

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const MEASURE: &str = include_str!("measure.js");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Path of the browser; `None` if it is missing and not required.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    let found = places.into_iter().find(|place| place.is_file());
    if found.is_none() {
        let missing = "no browser was found for the report: install chromium (apt-get install chromium)";
        assert!(std::env::var_os("CROSSCUT_BROWSER_TEST").is_none(), "{missing}");
        // Written past the test harness, which captures what passing tests print.
        drop(writeln!(std::io::stderr(), "report::browser: not looked at: {missing}"));
    }
    found
}

/// A page in a folder of its own, and the browser.
struct Window {
    browser: PathBuf,
    folder: tempfile::TempDir,
}

impl Window {
    fn open() -> Option<Self> {
        Some(Self { browser: browser()?, folder: tempfile::tempdir().expect("a temporary folder") })
    }

    fn write(&self, name: &str, page: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, page).expect("a writable folder");
        path
    }

    fn run(&self, page: &Path, args: &[&str]) -> Output {
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut child = Command::new(&self.browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--hide-scrollbars", "--enable-logging=stderr", "--v=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(args)
            .arg(format!("file://{}", page.display()))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(self.folder.path().join("stdout")).expect("a writable folder"))
            .stderr(std::fs::File::create(self.folder.path().join("stderr")).expect("a writable folder"))
            .spawn()
            .expect("the browser starts");
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child of ours") {
                break status;
            }
            if begun.elapsed() > Duration::from_secs(120) {
                drop(child.kill());
                panic!("the browser did not come to an end");
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let read = |name: &str| std::fs::read(self.folder.path().join(name)).expect("what it wrote");
        Output { status, stdout: read("stdout"), stderr: read("stderr") }
    }

    /// Messages on the browser's console.
    fn console(&self, page: &Path) -> Vec<String> {
        let output = self.run(page, &["--dump-dom", "--window-size=1280,900"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        told.lines().filter(|line| line.contains("CONSOLE")).map(ToOwned::to_owned).collect()
    }

    /// Runs the measuring script on the page in a window of this size and returns its findings.
    fn measure(&self, page: &str, size: &str, dark: bool) -> Value {
        assert_eq!(page.matches(POLICY).count(), 1, "the page's policy");
        let page = page.replace(POLICY, &format!("{POLICY}; script-src 'unsafe-inline'"));
        let page = page.replace("</body>", &format!("<script>{MEASURE}</script></body>"));
        let path = self.write("measured.html", &page);
        let scheme = format!("--blink-settings=preferredColorScheme={}", if dark { 0 } else { 1 });
        let output = self.run(&path, &["--dump-dom", &format!("--window-size={size}"), &scheme]);
        let dom = String::from_utf8_lossy(&output.stdout).into_owned();
        let found = dom.split_once("<pre id=\"measured\">").and_then(|(_, rest)| rest.split_once("</pre>"));
        let found = found.unwrap_or_else(|| panic!("{dom}\n{}", String::from_utf8_lossy(&output.stderr))).0;
        serde_json::from_str(found).expect("JSON")
    }
}

fn sample() -> String {
    report(Path::new(env!("CARGO_MANIFEST_DIR")), &[])
}

fn is_well(found: &Value, what: &str) {
    for fault in ["resources", "flat", "untitled", "outside", "cut", "faint", "unscoped", "foreign"] {
        assert_eq!(found[fault], serde_json::json!([]), "{what}: {fault}");
    }
    assert!(found["overflow"].as_i64().is_some_and(|pixels| pixels <= 0), "{what}: {found}");
    assert_eq!(found["h1"], 1, "{what}");
}

#[test]
fn sample_report_fits_each_window() {
    let Some(window) = Window::open() else { return };
    let page = sample();
    for (size, dark) in [("1280,900", false), ("390,844", true), ("768,1024", false), ("1920,1080", true)] {
        let found = window.measure(&page, size, dark);
        is_well(&found, size);
        assert_eq!(found["articles"], 5);
        assert_eq!(found["dark"], dark);
        assert!(found["svgs"].as_u64().is_some_and(|n| n > 50), "{found}");
    }
}

#[test]
fn hostile_texts_are_inert_and_fit_window() {
    let Some(window) = Window::open() else { return };
    let page = report(hostile().path(), &[]);
    for size in ["1280,900", "390,844"] {
        let found = window.measure(&page, size, false);
        is_well(&found, size);
        let names = found["names"].as_array().expect("a list");
        let rita = "Rita <script>document.title = \"taken\"</script> \"&amp;\" | O’Neil @rita";
        assert!(names.iter().any(|name| *name == rita.replace(['<', '>', '&'], "?")), "{names:?}");
        assert!(found["title"].as_str().is_some_and(|title| title.contains("personas")), "{found}");
    }
}

#[test]
fn report_fetches_nothing_and_logs_no_error() {
    let Some(window) = Window::open() else { return };
    let page = sample();
    let path = window.write("page.html", &page);
    assert_eq!(window.console(&path), Vec::<String>::new());
    // Check that the console is read: an external image is refused and must be reported.
    let with_picture = page.replace("</main>", "<img src=\"https://example.org/x.png\"></main>");
    assert_ne!(window.console(&window.write("picture.html", &with_picture)), Vec::<String>::new());
}

#[test]
fn report_prints_one_persona_per_page() {
    let Some(window) = Window::open() else { return };
    let path = window.write("page.html", &sample());
    window.run(&path, &["--print-to-pdf=page.pdf", "--no-pdf-header-footer"]);
    let pdf = std::fs::read(window.folder.path().join("page.pdf")).expect("a PDF");
    let text = String::from_utf8_lossy(&pdf);
    let pages = text.matches("/Type /Page\n").count();
    // Coverage, the matrix, and five personas of two or three pages each.
    assert!((7..=25).contains(&pages), "{pages} pages");
    window.run(&path, &["--screenshot=page.png", "--window-size=1280,2000"]);
    let png = std::fs::read(window.folder.path().join("page.png")).expect("a picture");
    assert!(png.starts_with(b"\x89PNG") && png.len() > 50_000, "{} bytes", png.len());
}
