//! An hour's work on end: keys, questions, saves, undo and reloads, with memory that stays flat.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crosscut::tui;

use super::harness::Flow;

/// Memory that a session may have more at the end than after its first quarter: undo and the earlier filters are kept.
const GROWTH: u64 = 24 << 20;

/// Work of a person, in keys; `{n}` becomes a random number.
const STEPS: &[&str] = &[
    r#"/ ctrl-u "spend > {n} AND plan = 'pro'" enter"#,
    r#"/ ctrl-u "age BETWEEN 20 AND {n} OR country IN ('US', 'DE')" enter"#,
    r#"/ ctrl-u "spend >" esc"#,
    r#"/ ctrl-u "@pros AND joined >= today - INTERVAL '{n} days'" enter"#,
    r#"s "s{n}" enter"#,
    "tab j space",
    "j d y",
    "e esc esc",
    "u",
    "ctrl-r",
    "m v o m",
    "w w",
    "U o U",
    "f f",
    "c c",
    "C C",
    "r j j ] r",
    "i enter i",
    "shift-tab p tab space esc",
    r#"g "plan" enter"#,
    r#"G "spend" enter esc esc"#,
    r#"shift-tab n "Zoe {n}" esc y"#,
    "? j j esc",
    "a",
    "x",
];

/// Resident memory of this process, in bytes.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: u64 = statm.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).expect("a number");
    pages * 4096
}

fn soak(steps: usize, seed: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut screen = Terminal::new(TestBackend::new(120, 36)).expect("a screen");
    let mut flow = Flow::new();
    let mut early = 0;
    for step in 0..steps {
        let keys = STEPS[random.next_u32() as usize % STEPS.len()];
        let n = (random.next_u32() % 40).to_string();
        flow.press(&keys.replace("{n}", &n));
        screen.draw(|frame| tui::draw(frame, &flow.state)).expect("drawn");
        if step % 200 == 199 {
            flow.load();
        }
        if step == steps / 4 {
            early = resident();
        }
    }
    let grown = resident().saturating_sub(early);
    assert!(grown < GROWTH, "memory grew by {} kB in {steps} steps", grown / 1024);
    assert!(flow.state.schema().is_some() && !flow.state.definitions.segments.is_empty());
}

const STEPS_TO_TAKE: &str = "CROSSCUT_TEST_SOAK";

/// The inner half of the next tests: in a process of its own, as memory is measured for the whole process.
#[test]
#[ignore = "run by the other tests of this file"]
fn steps() {
    if let Some(steps) = std::env::var(STEPS_TO_TAKE).ok().and_then(|steps| steps.parse().ok()) {
        soak(steps, 1);
    }
}

fn soak_alone(steps: usize) {
    let mut command = std::process::Command::new(std::env::current_exe().expect("the path of this program"));
    command.args(["--exact", "flow::soak::steps", "--ignored", "--test-threads=1"]);
    let output = command.env(STEPS_TO_TAKE, steps.to_string()).output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn memory_stays_flat_over_1500_steps() {
    soak_alone(1_500);
}

/// Three hours of quick hands:
/// `cargo test --release --test it -- --ignored flow::soak::memory_stays_flat_over_hours`
#[test]
#[ignore = "takes some minutes: see docs/testing.md"]
fn memory_stays_flat_over_hours() {
    soak_alone(100_000);
}
