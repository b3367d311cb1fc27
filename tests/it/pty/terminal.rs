//! Guarantees of `crosscut::term`, tested with a real process in a real terminal.

use std::time::Duration;

use super::probe::{FLOOD, Log};
use super::{Session, send_signal};

fn start(log: &Log, width: u16, height: u16) -> Session {
    let session = Session::start(log.command(), width, height);
    session.wait_for(&format!("probe {width}x{height}"));
    session
}

/// Starts the probe as a job of an interactive shell, as people do.
fn start_in_shell(log: &Log) -> Session {
    let mut session = Session::start(log.shell(&["-i"]), 80, 24);
    session.wait_for("$ ");
    session.send(&format!("{}\n", log.shell_words()));
    session.wait_for("probe 80x24");
    session
}

fn contains(bytes: &[u8], text: &str) -> bool {
    position(bytes, text).is_some()
}

fn position(bytes: &[u8], text: &str) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text.as_bytes())
}

#[test]
fn keys_and_pastes_arrive_and_leaving_restores_terminal() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.wait_until("the alternate screen with paste mode", |screen| {
        screen.alternate_screen() && screen.bracketed_paste()
    });
    assert!(!session.modes_are_restored(), "keys are to arrive raw");
    session.send("abc");
    session.paste("x\ry");
    session.wait_for("typed: abc[x␊y]");
    session.wait_until("the cursor after the text", |screen| {
        !screen.hide_cursor() && screen.cursor_position() == (1, "typed: abc[x␊y]".chars().count() as u16)
    });
    session.key("Q");
    assert_eq!(session.wait_exit().exit_code(), 0);
    session.wait_restored();
    assert!(session.screen().contains("result"), "what is printed after leaving stays");
}

#[test]
fn unbracketed_paste_arrives_in_one_piece() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.send("ab");
    session.wait_for("typed: ab");
    session.send("Dana pays\rfor it");
    session.wait_for("typed: ab{Dana pays⏎for it}");
    session.send("jjjjjjjjjj");
    session.wait_for("for it}jjjjjjjjjj");
}

#[test]
fn late_terminal_replies_are_not_typed() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    // Its capital letters would end or break the probe if they were taken for keys.
    session.send("a\x1b]11;rgb:QQ/PP/QQ\x1b\\b\x1bPQ>|P\x1b\\c\x1b_GQ;P\x1b\\d\x1b[?62;4c\x1b[1;1Re");
    session.wait_for("typed: abcde");
}

#[test]
fn paste_without_end_is_closed_after_timeout() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.send("\x1b[200~plan");
    session.wait_for("typed: [plan]");
    session.send("a");
    session.wait_for("typed: [plan]a");
    session.send("\x1b[201~b");
    session.wait_for("typed: [plan]ab");
}

#[test]
fn terminal_is_not_queried_and_mouse_stays_off() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.key("Q");
    session.wait_exit();
    let sent = session.bytes_since(0);
    for query in ["\x1b[c", "\x1b[>c", "\x1b[6n", "\x1b[?u", "\x1b[?2026$p", "\x1b]10;?", "\x1b]11;?"] {
        assert!(!contains(&sent, query), "{query:?} asks for an answer that may come too late");
    }
    for mouse in ["\x1b[?1000h", "\x1b[?1002h", "\x1b[?1003h", "\x1b[?1006h", "\x1b[?1015h"] {
        assert!(!contains(&sent, mouse), "{mouse:?} turns the mouse on");
    }
}

#[test]
fn mouse_is_reported_once_enabled_and_released_on_leaving() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.key("M");
    session.wait_bytes("\x1b[?1000h\x1b[?1006h");
    session.send("\x1b[<0;5;3M\x1b[<0;5;3m");
    session.wait_for("Down(Left) at 4,2");
    session.send("\x1b[<65;300;1M");
    session.wait_for("ScrollDown at 299,0");
    let mark = session.mark();
    session.key("O");
    session.wait_bytes("\x1b[?1006l\x1b[?1000l");
    session.key("a");
    session.wait_for("typed: a");
    assert!(!contains(&session.bytes_since(mark), "\x1b[?1000h"));
    session.key("M");
    session.key("Q");
    session.wait_exit();
    let sent = session.bytes_since(mark);
    let (on, off) = (position(&sent, "\x1b[?1000h"), sent.windows(8).rposition(|window| window == b"\x1b[?1000l"));
    assert!(on < off, "leaving gives the mouse back");
}

#[test]
fn title_is_set_without_control_characters_and_restored() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.key("T");
    session.wait_bytes("\x1b]2;shop ");
    session.key("Q");
    session.wait_exit();
    let sent = session.bytes_since(0);
    assert!(!contains(&sent, "\x1b]0;evil"), "{:?}", String::from_utf8_lossy(&sent));
    assert!(contains(&sent, "日本\x1b\\"), "{:?}", String::from_utf8_lossy(&sent));
    assert!(position(&sent, "\x1b[22;2t") < position(&sent, "\x1b]2;"), "the previous title is kept first");
    assert!(position(&sent, "\x1b]2;") < position(&sent, "\x1b[23;2t"), "and restored");
}

#[test]
fn idle_program_sends_nothing_and_does_not_wake_up() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.key("a");
    session.wait_for("typed: a");
    session.wait_idle(Duration::from_secs(1));
    let mark = session.mark();
    // An unknown key makes the probe draw the same frame again.
    session.key("f1");
    session.key("b");
    session.wait_for("typed: ab");
    let sent = session.bytes_since(mark);
    assert!(sent.len() < 100, "one letter takes a few bytes, not a screen: {:?}", String::from_utf8_lossy(&sent));
}

#[test]
fn control_l_clears_and_draws_whole() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.wait_idle(Duration::from_millis(200));
    let mark = session.mark();
    session.key("ctrl-l");
    session.key("a");
    session.wait_for("typed: a");
    let sent = session.bytes_since(mark);
    assert!(contains(&sent, "\x1b[2J") && contains(&sent, "selected"), "{:?}", String::from_utf8_lossy(&sent));
}

#[test]
fn hang_up_ends_program() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.hang_up();
    let status = session.wait_exit();
    // Different threads report the signal and the hang-up; either may be first.
    assert!([1, 129].contains(&status.exit_code()) && status.signal().is_none(), "{status:?}");
}

#[test]
fn dropped_line_without_signal_is_noticed_without_busy_loop() {
    let log = Log::new();
    let script = format!("trap '' HUP; {}; true", log.shell_words());
    let mut session = Session::start(log.shell(&["-c", &script]), 80, 24);
    session.wait_for("probe 80x24");
    session.hang_up();
    log.wait_for("lost");
    let ticks: u64 = log.wait_for("ticks").parse().expect("a number");
    assert!(ticks < 20, "{ticks} of the 100 ticks of a second went into a terminal that is gone");
    session.wait_exit();
}

#[test]
fn signals_end_program_with_exit_code_and_restored_terminal() {
    for (signal, code) in [(libc::SIGTERM, 143), (libc::SIGINT, 130), (libc::SIGHUP, 129)] {
        let log = Log::new();
        let mut session = start(&log, 80, 24);
        session.signal(signal);
        let status = session.wait_exit();
        assert_eq!((status.exit_code(), status.signal()), (code, None));
        session.wait_restored();
    }
}

#[test]
fn stuck_terminal_blocks_neither_drawing_nor_leaving() {
    let log = Log::new();
    let mut session = start(&log, 200, 60);
    session.pause();
    session.key("F");
    log.wait_for("flooded");
    session.signal(libc::SIGTERM);
    assert_eq!(session.wait_exit().exit_code(), 143);
    assert!(session.modes_are_restored());
}

#[test]
fn slow_terminal_gets_newest_frame_only() {
    let log = Log::new();
    let mut session = start(&log, 200, 60);
    let mark = session.mark();
    session.pause();
    session.key("F");
    log.wait_for("flooded");
    session.go_on();
    session.wait_for(&format!("frame {FLOOD}"));
    let filler = char::from(b'A' + (FLOOD % 26) as u8).to_string();
    session.wait_until("a screen of one frame only", |screen| {
        (5..59).all(|row| (0..200).all(|column| screen.cell(row, column).is_some_and(|cell| cell.contents() == filler)))
    });
    let frames = session.bytes_since(mark).len() / (200 * 54);
    assert!(frames < FLOOD as usize / 4, "about {frames} of {FLOOD} frames were sent");
    session.key("Q");
    session.wait_exit();
    session.wait_restored();
}

#[test]
fn worker_panic_leaves_screen_intact() {
    let log = Log::new();
    let mut session = start(&log, 100, 24);
    session.key("W");
    session.wait_for("counting failed: a worker fell over (tests/it/pty/probe.rs:");
    session.key("V");
    session.wait_for("unguarded panic seen: true");
    session.wait_until("still the alternate screen", |screen| screen.alternate_screen());
    session.key("Q");
    assert_eq!(session.wait_exit().exit_code(), 0);
    session.wait_restored();
    assert!(!contains(&session.bytes_since(0), "nobody guards me"), "its message would tear the screen");
}

#[test]
fn drawing_panic_restores_terminal_and_reports_cause() {
    let log = Log::new();
    let mut session = start(&log, 100, 24);
    session.key("P");
    assert_ne!(session.wait_exit().exit_code(), 0);
    session.wait_restored();
    assert!(session.screen().contains("crosscut failed: the drawing thread fell over (tests/it/pty/probe.rs:"));
    let sent = session.bytes_since(0);
    assert!(position(&sent, "\x1b[?1049l") < position(&sent, "crosscut failed"), "the message comes after leaving");
}

#[test]
fn control_z_restores_terminal_and_fg_redraws() {
    let log = Log::new();
    let mut session = start_in_shell(&log);
    session.send("ab");
    session.wait_for("typed: ab");
    for round in 1..=2 {
        session.key("ctrl-z");
        session.wait_for("Stopped");
        session.wait_restored();
        // The window may change while the program is stopped, without a signal to it.
        session.resize(90, 20 + round);
        session.send("clear; fg\n");
        session.wait_for(&format!("probe 90x{}", 20 + round));
        session.wait_for("typed: ab");
        session.wait_until("the alternate screen", |screen| screen.alternate_screen() && screen.bracketed_paste());
    }
    session.key("c");
    session.wait_for("typed: abc");
    session.key("Q");
    session.wait_for("result");
    session.wait_restored();
}

#[test]
fn stop_signal_from_outside_acts_like_control_z() {
    let log = Log::new();
    let mut session = start_in_shell(&log);
    let pid = log.wait_for("pid").parse().expect("a process id");
    send_signal(pid, libc::SIGTSTP);
    session.wait_for("Stopped");
    session.wait_restored();
    session.send("fg\n");
    session.wait_for("resumed");
    // The program gets another SIGCONT after it resumes. If it stopped while handling that, it would take the modes
    // that the shell sets below for the original ones.
    session.wait_idle_of(pid, Duration::from_millis(200));
    // SIGSTOP cannot be caught, so the screen stays as it is.
    send_signal(pid, libc::SIGSTOP);
    session.wait_for("Stopped");
    session.send("stty sane; fg\n");
    session.wait_gone("Stopped");
    session.send("xy");
    session.wait_for("typed: xy");
    session.key("Q");
    session.wait_for("result");
    session.wait_restored();
}

#[test]
fn killed_stopped_job_ends_with_signal() {
    let log = Log::new();
    let mut session = start_in_shell(&log);
    session.key("ctrl-z");
    session.wait_for("Stopped");
    session.send("kill -TERM %1; kill -CONT %1\n");
    assert_eq!(log.wait_for("signal"), "143");
    session.wait_restored();
}

#[test]
fn job_continued_in_background_and_killed_ends_with_signal() {
    let log = Log::new();
    let mut session = start_in_shell(&log);
    session.key("ctrl-z");
    session.wait_for("Stopped");
    // The signal thread handles the first signal before the second one is sent: the shell runs `sleep`, not the test.
    session.send("kill -CONT %1; sleep 0.2; kill -TERM %1\n");
    assert_eq!(log.wait_for("signal"), "143");
    session.wait_restored();
}

#[test]
fn control_z_without_shell_resumes_at_once() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.key("ctrl-z");
    session.wait_for("resumed 1");
    session.key("a");
    session.wait_for("typed: a");
    session.wait_until("the alternate screen", |screen| screen.alternate_screen());
}

#[test]
fn resize_burst_ends_in_whole_screen_of_last_size() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    for step in 0..40 {
        session.resize(60 + step, 10 + step % 7);
    }
    for (width, height) in [(1, 1), (0, 0), (3, 1), (1, 9), (101, 31)] {
        session.resize(width, height);
    }
    session.wait_for("resized to 101x31");
    session.wait_until("the corner mark and the filler", |screen| {
        let shows = |row, column, text| screen.cell(row, column).is_some_and(|cell| cell.contents() == text);
        screen.contents().starts_with("probe 101x31") && shows(30, 100, "#") && shows(29, 100, "A")
    });
}

#[test]
fn control_characters_in_data_are_shown_and_not_obeyed() {
    let log = Log::new();
    let mut session = start(&log, 100, 24);
    session.key("N");
    // vt100 leaves `�` out; real terminals draw it.
    session.wait_for("␛[31mred␛]0;title␇␉bidi");
    session.key("Q");
    session.wait_exit();
    let sent = session.bytes_since(0);
    assert!(contains(&sent, "bidi�zero�"));
    assert!(!contains(&sent, "\x1b[31mred") && !contains(&sent, "\x1b]0;") && !contains(&sent, "\u{202e}"));
}

#[test]
fn selection_bar_is_visible_with_and_without_colour() {
    for no_color in [false, true] {
        let log = Log::new();
        let mut command = log.command();
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let session = Session::start(command, 80, 24);
        session.wait_for("selected");
        session.wait_idle(Duration::from_millis(200));
        for column in 0..80 {
            assert_eq!(session.cell(2, column, vt100::Cell::inverse), column < 20, "column {column}, {no_color}");
            assert!(!session.cell(3, column, vt100::Cell::inverse));
        }
    }
}

#[test]
fn copy_sends_text_to_terminal_clipboard() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.key("Y");
    session.wait_for("sent");
    assert!(contains(&session.bytes_since(0), "\x1b]52;c;dGhyZWUKd8O2cmRz\x1b\\"));
}

#[test]
fn text_too_long_for_clipboard_is_not_sent() {
    let log = Log::new();
    let mut session = start(&log, 80, 24);
    session.key("X");
    session.wait_for("refused");
    assert!(!contains(&session.bytes_since(0), "\x1b]52;"));
}

#[test]
fn program_reads_piped_data_and_prints_to_pipe() {
    let log = Log::new();
    let kept = tempfile::NamedTempFile::new().expect("a temporary file");
    let script = format!("printf rows | {} > {}", log.shell_words(), kept.path().display());
    let mut session = Session::start(log.shell(&["-c", &script]), 80, 24);
    session.wait_for("stdin rows");
    session.send("abc");
    session.wait_for("typed: abc");
    session.key("Q");
    assert_eq!(session.wait_exit().exit_code(), 0);
    session.wait_restored();
    let result = std::fs::read_to_string(kept.path()).expect("the result");
    assert!(result.contains("result") && !result.contains('\x1b'), "{result:?}");
}

#[test]
fn dumb_terminal_is_refused_in_one_line() {
    let log = Log::new();
    let mut command = log.command();
    command.env("TERM", "dumb");
    let mut session = Session::start(command, 100, 24);
    assert_eq!(session.wait_exit().exit_code(), 1);
    assert!(session.screen().contains("TERM=dumb: the full-screen program cannot run here"));
    session.wait_restored();
}
