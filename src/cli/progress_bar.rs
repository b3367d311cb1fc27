//! A progress bar on stderr, drawn only if that is a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::text::numbers::count;

/// Width of the bar, in cells.
const WIDTH: u64 = 30;
/// Shortest time between two drawings.
const PAUSE: Duration = Duration::from_millis(100);

/// A progress bar of rows that are written.
pub struct ProgressBar {
    /// Number of customers in all.
    pub rows: u64,
    drawn: Option<Instant>,
}

impl ProgressBar {
    pub fn new(rows: u64) -> Self {
        Self { rows, drawn: None }
    }

    pub fn draw(&mut self, done: u64) {
        let just_drawn = self.drawn.is_some_and(|at| at.elapsed() < PAUSE);
        if just_drawn || !io::stderr().is_terminal() {
            return;
        }
        self.drawn = Some(Instant::now());
        let filled = (done.min(self.rows) * WIDTH).checked_div(self.rows).unwrap_or(WIDTH) as usize;
        let bar = format!("{}{}", "█".repeat(filled), "·".repeat(WIDTH as usize - filled));
        let (done, rows) = (count(done), count(self.rows));
        // Failing to draw the progress bar is no reason to stop.
        drop(write!(io::stderr(), "\r{bar} {done} of {rows} customers"));
    }

    pub fn clear(&self) {
        if self.drawn.is_some() {
            drop(write!(io::stderr(), "\r\x1b[K"));
        }
    }
}
