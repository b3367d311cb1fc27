//! Screens drawn on a test terminal from states built by hand.

mod builder;
mod card;
mod consolidate;
mod coverage;
mod customer;
mod estimates;
mod facets;
pub mod fixture;
mod main_screen;
mod overlays;
mod persona_form;
mod privacy;
mod research;
mod rows;
mod sets;
mod typing;
mod why;

use crosscut::tui;
use crosscut::tui::core::State;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// Draws the state on a terminal of this size; returns the buffer and the cursor's position if it is visible.
pub fn drawn(state: &mut State, width: u16, height: u16) -> (Buffer, Option<Position>) {
    (state.width, state.height) = (width, height);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
    terminal.draw(|frame| tui::draw(frame, state)).expect("drawing on a test terminal");
    let backend = terminal.backend();
    let cursor = backend.cursor_visible().then(|| backend.cursor_position());
    (backend.buffer().clone(), cursor)
}

/// Text on the screen, line by line.
pub fn text(state: &mut State, width: u16, height: u16) -> String {
    lines(&drawn(state, width, height).0).iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// Lines of the buffer, with a wide character counted once.
pub fn lines(buffer: &Buffer) -> Vec<String> {
    rows(buffer).map(|row| visible_cells(row).map(Cell::symbol).collect()).collect()
}

/// Style of each cell: `F` focus or selected, `B` bold, `d` dim, `a` accent, `e` error, `n` notice, `l` literal or rising,
/// `v` falling, `p` part of a bar.
pub fn styles(state: &mut State, width: u16, height: u16) -> String {
    let buffer = drawn(state, width, height).0;
    rows(&buffer).map(|row| row.iter().map(letter).collect::<String>().trim_end().to_owned() + "\n").collect()
}

fn rows(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width.max(1)))
}

fn visible_cells(row: &[Cell]) -> impl Iterator<Item = &Cell> {
    let mut hidden = 0;
    row.iter().filter(move |cell| {
        let covered = hidden > 0;
        hidden = if covered { hidden - 1 } else { cell.symbol().width().saturating_sub(1) };
        !covered
    })
}

fn letter(cell: &Cell) -> char {
    match (cell.modifier, cell.fg) {
        (modifier, _) if modifier.contains(Modifier::REVERSED) || cell.bg != Color::Reset => 'F',
        (modifier, _) if modifier.contains(Modifier::BOLD) => 'B',
        (modifier, _) if modifier.contains(Modifier::DIM) => 'd',
        (_, Color::Cyan) => 'a',
        (_, Color::Magenta) => 'v',
        (_, Color::Blue) => 'p',
        (_, Color::Red) => 'e',
        (_, Color::Yellow) => 'n',
        (_, Color::Green) => 'l',
        _ if cell.symbol() == " " => ' ',
        _ => '.',
    }
}

/// Compares the picture with the snapshot of this name in `tests/it/snapshots`.
pub fn matches_picture(name: &str, picture: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, picture));
}
