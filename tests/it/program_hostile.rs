//! A watchdog over the real program: whatever is typed, pasted or opened, the next key shows at once, and Ctrl-C and
//! SIGTERM work.
//!
//! The bounds are those of a loaded machine and a program that is not optimised; `docs/testing.md` has the figures of a
//! release build.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::pty::{Session, command};
use crate::shop;

/// Longest time from a key to its echo.
const KEY: Duration = Duration::from_secs(3);
/// Longest time from a signal to the end of the program: 80 ms until the screen is left whatever the program does, and
/// what the machine takes.
const END: Duration = Duration::from_millis(1_500);

fn start(folder: &Path, customers: &str) -> Session {
    let mut program = command(env!("CARGO_BIN_EXE_crosscut"));
    program.cwd(folder);
    program.arg("--fresh");
    let session = Session::start(program, 120, 36);
    session.wait_for(customers);
    session
}

/// Waits for the text on the screen, and fails if that took longer than a key may.
fn shows_at_once(session: &Session, text: &str, what: &str) {
    let began = Instant::now();
    session.wait_for(text);
    assert!(began.elapsed() < KEY, "{what}: {text:?} took {:?}", began.elapsed());
}

fn ends_at_once(mut session: Session, what: &str) {
    let began = Instant::now();
    session.signal(libc::SIGTERM);
    assert_eq!(session.wait_exit().exit_code(), 143, "{what}");
    assert!(began.elapsed() < END, "{what}: SIGTERM took {:?}", began.elapsed());
    session.wait_restored();
}

/// Rules that are deep, long or dear, by what they are.
fn hostile_rules() -> Vec<(String, String)> {
    let nested = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    let named = |name: &str, rule: String| (name.to_owned(), rule);
    vec![
        named("CAST 30 deep", nested("CAST(", "spend", " AS INTEGER)", 30) + " > 1"),
        named("CAST 300 deep, not closed", "CAST(".repeat(300)),
        named("ABS 400 deep", nested("abs(", "spend", ")", 400) + " > 1"),
        named("3,000 parentheses", nested("(", "spend > 1", ")", 3_000)),
        named("3,000 parentheses, not closed", "(".repeat(3_000)),
        named("2,000 NOT", "NOT ".repeat(2_000) + "spend > 1"),
        named("2,000 signs", format!("spend > {}1", "- ".repeat(2_000))),
        named("CASE 300 deep", nested("CASE WHEN spend > 1 THEN ", "1", " ELSE 0 END", 300) + " = 1"),
        named("LIKE with 20,000 _", format!("plan LIKE '{}'", "_".repeat(20_000))),
        named("LIKE with 10,000 %a", format!("plan LIKE '{}'", "%a".repeat(10_000))),
        named("an expression of 15,000 letters", format!("plan ~ '{}'", "(a|b)*".repeat(2_500))),
        named("a repeated repeat", "plan ~ '((((a{200}){200}){200}){200})'".to_owned()),
        named("replace 10 deep", nested("replace(", "plan", ", 'o', 'oooooooooo')", 9) + " = 'x'"),
        named("repeat 9 deep", nested("repeat(", "plan", ", 1000000)", 9) + " = 'x'"),
        named("30 names with dots", "a.".repeat(30)),
        named("NOT ( 60 deep, not closed", "NOT(".repeat(60)),
        named("1,000 conditions", vec!["spend > 1"; 1_000].join(" AND ")),
        named("a quote that is not closed", format!("plan = '{}", "x ".repeat(50_000))),
        named("a comment of 200 kB", format!("spend > 1 -- {}", "x ".repeat(100_000))),
        named("a megabyte of blanks", format!("spend{}> 1", " ".repeat(1 << 20))),
        named("20,000 names", (0..20_000).map(|n| format!("@n{n} ")).collect()),
    ]
}

#[test]
fn hostile_rules_never_block_keys() {
    let folder = shop::folder();
    for (name, rule) in hostile_rules() {
        let mut session = start(folder.path(), "6 customers");
        session.send("/");
        session.paste(&rule);
        // Typed behind it, shown at once although the rule may still be being read.
        session.send(" QZX");
        shows_at_once(&session, "QZX", &name);
        session.send("7");
        shows_at_once(&session, "QZX7", &name);
        // Ctrl-C leaves the line: the last good filter is everyone.
        session.key("ctrl-c");
        let began = Instant::now();
        session.wait_gone("QZX7");
        assert!(began.elapsed() < KEY, "{name}: Ctrl-C took {:?}", began.elapsed());
        ends_at_once(session, &name);
    }
}

/// Adds segments to the shop's, and personas that span some of them each.
pub fn large_study(folder: &Path, segments: usize, personas: usize) {
    let add = |file: &str, more: String| {
        let path = folder.join(file);
        let before = fs::read_to_string(&path).expect("a file");
        fs::write(path, before + &more).expect("a writable folder");
    };
    let segment = |n: usize| format!("\n[[segment]]\nname = \"s{n}\"\nwhere = \"spend > {n} AND plan = 'pro'\"\n");
    add("segments.toml", (0..segments).map(segment).collect());
    let persona = |n: usize| {
        let spans = (0..8).map(|k| format!("\"s{}\"", (n * 8 + k) % segments)).collect::<Vec<_>>().join(", ");
        format!("\n[[persona]]\nid = \"p{n}\"\nname = \"Persona {n}\"\nspans = [{spans}]\nwhere = \"age > {n}\"\n")
    };
    add("personas.toml", (0..personas).map(persona).collect());
}

#[test]
fn forms_answer_at_once_over_5000_segments_and_100_personas() {
    let folder = shop::folder();
    large_study(folder.path(), 5_000, 100);
    let mut session = start(folder.path(), "6 customers");
    session.wait_for("s0 ");
    let type_into = |session: &mut Session, what: &str| {
        for (n, key) in ["Q", "Z", "X", "W", "V"].into_iter().enumerate() {
            session.send(key);
            shows_at_once(session, &"QZXWV"[..=n], what);
        }
    };
    session.send("/");
    type_into(&mut session, "the filter");
    session.key("ctrl-c");
    session.wait_gone("QZXWV");
    session.wait_for("matrix");
    session.send("/");
    session.send("spend > 1");
    session.wait_for("5 customers");
    session.key("enter");
    session.wait_for("matrix");
    session.send("s");
    session.wait_for("note");
    type_into(&mut session, "the form of a segment");
    session.key("esc");
    session.wait_gone("QZXWV");
    session.key("shift-tab");
    session.wait_for("Personas  1/");
    session.send("n");
    session.wait_for("attributes");
    type_into(&mut session, "the form of a persona");
    session.key("esc");
    session.wait_for(" y ");
    session.send("y");
    session.wait_gone("QZXWV");
    ends_at_once(session, "a large study");
}

#[test]
fn long_reference_chain_answers_keys_at_once() {
    let folder = shop::folder();
    // Each refers to the next, which comes later in the file: the dearest order.
    let link = |n: usize| match n {
        199 => "\n[[segment]]\nname = \"c199\"\nwhere = \"spend > 1\"\n".to_owned(),
        n => format!("\n[[segment]]\nname = \"c{n}\"\nwhere = \"@c{}\"\n", n + 1),
    };
    let path = folder.path().join("segments.toml");
    let before = fs::read_to_string(&path).expect("a file");
    fs::write(path, before + &(0..200).map(link).collect::<String>()).expect("a writable folder");
    let mut session = start(folder.path(), "6 customers");
    session.wait_for("c0 ");
    session.send("/@c0 AND QZX");
    shows_at_once(&session, "QZX", "a chain of references");
    ends_at_once(session, "a chain of references");
}

#[test]
fn megabyte_note_scrolls_at_once() {
    let folder = shop::folder();
    let persona = "\n[[persona]]\nid = \"zoe\"\nname = \"Zoe\"\nspans = [\"pros\"]\n[[persona.claim]]\ntext = \"Reads\"\n\
                   [[persona.claim.evidence]]\nkind = \"interview\"\nsource = \"int\"\nnote = \"long.md\"\n";
    let path = folder.path().join("personas.toml");
    let before = fs::read_to_string(&path).expect("a file");
    fs::write(path, before + persona).expect("a writable folder");
    let paragraphs = (0..2_000).map(|n| format!("Paragraph {n}. {}\n\n", "She said so and so. ".repeat(25)));
    fs::write(folder.path().join("long.md"), paragraphs.collect::<String>()).expect("a file");
    let mut session = start(folder.path(), "6 customers");
    session.wait_for("Zoe");
    session.key("shift-tab");
    session.wait_for("Personas  1/");
    for key in ["j", "j", "p"] {
        session.send(key);
        session.wait_idle(Duration::from_millis(100));
    }
    session.wait_for("Reads");
    session.key("tab");
    session.wait_for("note");
    session.send("o");
    session.wait_for("Paragraph 0.");
    let began = Instant::now();
    for _ in 0..20 {
        session.key("pagedown");
    }
    session.key("G");
    session.wait_for("Paragraph 1999.");
    // Wrapped once, not for each of these keys.
    assert!(began.elapsed() < 2 * KEY, "scrolling took {:?}", began.elapsed());
    ends_at_once(session, "a long note");
}

#[test]
fn fatal_signals_leave_sane_terminal() {
    for signal in [libc::SIGQUIT, libc::SIGABRT, libc::SIGSEGV, libc::SIGBUS, libc::SIGUSR1, libc::SIGALRM] {
        let folder = shop::folder();
        let mut session = start(folder.path(), "6 customers");
        session.signal(signal);
        let status = session.wait_exit();
        assert!(!status.success(), "signal {signal}: {status:?}");
        session.wait_restored();
    }
}
