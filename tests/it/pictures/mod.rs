//! The pictures of the README, made from the program's own screens on the sample study.
//!
//! `UPDATE_DOCS=1 cargo test --release --test it pictures` writes them again.

mod svg;

use crosscut::study::ThemeName;
use crosscut::tui::core::Abilities;
use crosscut::tui::core::State;
use ratatui::buffer::Buffer;

use crate::flow::harness::Flow;
use crate::screens::drawn;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pictures");
/// Size of the pictures, in cells.
const SIZE: (u16, u16) = (120, 36);
/// The filter that is typed.
const RULE: &str = "country IN ('US','CA') AND spend_12m > 250 AND @active";

/// The sample study in the dark theme and true colours.
fn sample() -> Flow {
    let mut flow = Flow::of_sample();
    flow.state.settings.theme = ThemeName::Dark;
    let environment = |name: &str| (name == "COLORTERM").then(|| "truecolor".to_owned());
    flow.state.settings.abilities = Abilities::from_environment(environment);
    (flow.state.width, flow.state.height) = SIZE;
    flow
}

fn screen(state: &mut State) -> Buffer {
    // Answers take no time here: a picture that depends on the machine would never be current.
    state.answers.took = None;
    drawn(state, SIZE.0, SIZE.1).0
}

/// Compares a picture with its file, or writes the file.
fn is_current(name: &str, picture: &str) {
    let path = format!("{FOLDER}/{name}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(FOLDER).expect("the docs folder");
        std::fs::write(&path, picture).expect("the docs folder");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == picture, "{name} is out of date: UPDATE_DOCS=1 cargo test --release --test it pictures");
}

#[test]
fn main_screen_picture_is_current() {
    let mut flow = sample();
    flow.press(&format!("/ \"{RULE}\" enter end k k k"));
    let picture = svg::still(&screen(&mut flow.state), "Crosscut: a filter, segments and personas with their counts");
    is_current("main.svg", &picture);
}

#[test]
fn matrix_picture_is_current() {
    let mut flow = sample();
    flow.press("m");
    is_current("matrix.svg", &svg::still(&screen(&mut flow.state), "Crosscut: segments by personas as a heat map"));
}

#[test]
fn first_minute_film_is_current() {
    let mut flow = sample();
    let mut frames = vec![(screen(&mut flow.state), 1.5)];
    flow.press("/");
    for (at, letter) in RULE.chars().enumerate() {
        flow.press(&format!("\"{letter}\""));
        if at % 3 == 0 {
            frames.push((screen(&mut flow.state), 0.3));
        }
    }
    let mut show = |flow: &mut Flow, keys: &str, seconds| {
        flow.press(keys);
        frames.push((screen(&mut flow.state), seconds));
    };
    show(&mut flow, "enter", 2.0);
    show(&mut flow, "w", 2.5);
    show(&mut flow, "enter", 2.5);
    show(&mut flow, "esc", 1.0);
    show(&mut flow, "tab tab", 1.5);
    show(&mut flow, "enter", 4.0);
    is_current("film.svg", &svg::film(&frames, "Crosscut: typing a filter, why, and a persona's card"));
}
