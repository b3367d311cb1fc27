//! The tutor: ten lessons in a strip at the bottom of the screen, below the program that they teach. A step is done
//! once the state shows it, however the person got there.

mod draw;
mod lessons;

use super::card::CardView;
use super::matrix::MatrixView;
use crate::insight::matrix::MatrixFigure;
use crate::tui::core::changes::ask_for;
use crate::tui::core::{Effect, Query, State, View, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use draw::height;
pub use lessons::LESSONS;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "tutor";

/// A lesson: a few steps about one thing.
#[derive(Debug)]
pub struct Lesson {
    pub title: &'static str,
    /// Filter to begin with where there is none; empty for everyone.
    pub filter: &'static str,
    /// Steps in the order in which they are done.
    pub steps: &'static [LessonStep],
}

/// Something to press, and the state by which it is seen to be done.
#[derive(Debug)]
pub struct LessonStep {
    /// Instruction of at most two lines of 40 cells. `{name}` stands for the key of a binding; words between backticks
    /// are to be typed.
    pub press: &'static str,
    /// Sentences on its purpose, shown where there is room.
    pub why: &'static str,
    /// Sentence on what happened, shown with the next step.
    pub seen: &'static str,
    /// Returns true if the state shows that the step is done.
    pub is_done: fn(&State, &StepStart) -> bool,
}

/// The state when a step began.
#[derive(Debug, Clone, Default)]
pub struct StepStart {
    pub query: Query,
    /// Number of segments.
    pub segments: usize,
    /// Names that are open in the panes of segments and personas.
    pub open: usize,
    pub figure: MatrixFigure,
    /// Selected cell of the matrix.
    pub cell: (usize, usize),
    /// Lines by which the card is scrolled.
    pub scroll: usize,
}

/// Place in the lessons.
#[derive(Debug, Clone, Default)]
struct LessonPlace {
    /// Index of the lesson; the number of lessons once all are done.
    lesson: usize,
    step: usize,
    start: StepStart,
    /// Sentence on the step that was done last.
    seen: Option<&'static str>,
}

/// The strip, which is empty outside of the tutor.
#[derive(Debug, Default)]
pub struct TutorStrip {
    place: Option<LessonPlace>,
}

impl View for TutorStrip {
    fn name(&self) -> ViewName {
        NAME
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        if let Some(place) = &self.place {
            draw::draw(canvas, area, place, state);
        }
    }
}

/// Begins with the lesson of this index.
pub fn begin(state: &mut State, lesson: usize) {
    let start = StepStart::new(state);
    state.views.get_mut::<TutorStrip>().place = Some(LessonPlace { lesson, start, ..LessonPlace::default() });
}

/// Returns the index of the lesson, which is the number of lessons that are done; `None` outside of the tutor.
pub fn lesson(state: &State) -> Option<usize> {
    state.views.get::<TutorStrip>().place.as_ref().map(|place| place.lesson)
}

/// Returns true in the tutor.
pub fn is_running(state: &State) -> bool {
    lesson(state).is_some()
}

/// Gives the strip its lines of a terminal of this size, and the program the rest.
pub fn fit(state: &mut State, width: u16, height: u16) {
    let strip = draw::height(state, width, height);
    (state.width, state.height) = (width, height - strip);
}

/// Goes on to the next step if the current one is done. Call it after every action.
pub fn follow(state: &mut State) -> Vec<Effect> {
    let Some(place) = &state.views.get::<TutorStrip>().place else { return Vec::new() };
    let step = LESSONS.get(place.lesson).and_then(|lesson| lesson.steps.get(place.step));
    match step {
        Some(step) if state.has_catalog() && (step.is_done)(state, &place.start) => go_on(state, Some(step.seen)),
        _ => Vec::new(),
    }
}

/// Goes on to the next step, done or not.
pub fn skip(state: &mut State) -> Vec<Effect> {
    go_on(state, None)
}

fn go_on(state: &mut State, seen: Option<&'static str>) -> Vec<Effect> {
    let start = StepStart::new(state);
    let Some(place) = &mut state.views.get_mut::<TutorStrip>().place else { return Vec::new() };
    let (mut lesson, mut step) = (place.lesson, place.step + 1);
    let Some(current) = LESSONS.get(lesson) else { return Vec::new() };
    let is_over = step >= current.steps.len();
    if is_over {
        (lesson, step) = (lesson + 1, 0);
    }
    *place = LessonPlace { lesson, step, start, seen };
    let filter = LESSONS.get(lesson).map_or("", |lesson| lesson.filter);
    if !is_over || filter.is_empty() || !state.query.filter.is_empty() || state.filter.editing {
        return Vec::new();
    }
    let effects = ask_for(state, |query| filter.clone_into(&mut query.filter));
    let start = StepStart::new(state);
    if let Some(place) = &mut state.views.get_mut::<TutorStrip>().place {
        place.start = start;
    }
    effects
}

impl StepStart {
    fn new(state: &State) -> Self {
        let matrix = state.views.get::<MatrixView>();
        Self {
            query: state.query.clone(),
            segments: state.definitions.segments.len(),
            open: state.segments.open.len() + state.personas.open.len(),
            figure: matrix.figure,
            cell: (matrix.row, matrix.column),
            scroll: state.over.find::<CardView>().map_or(0, |card| card.scroll),
        }
    }
}
