//! The question whether to create a study, before the first save of a table that has none.

mod draw;

use crate::tui::core::binding::Handler;
use crate::tui::core::key::{KeyPress, KeySymbol};
use crate::tui::core::{BaseState, CreatedStudy, Effect, Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Position, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "create-study";

/// Box that offers to create a study beside the table.
#[derive(Debug)]
pub struct CreateStudy {
    /// Name of the table that the study is created beside.
    pub table: String,
    /// Command that waits for the study.
    next: Handler,
    /// True while the study is being created.
    pub is_creating: bool,
}

/// Carries out a command that needs a study, or asks whether to create one first.
pub fn with_study(state: &mut State, command: Handler) -> Vec<Effect> {
    if state.settings.can_save {
        return command(state);
    }
    if let Some(table) = state.settings.can_create.clone() {
        state.over.push(CreateStudy { table, next: command, is_creating: false });
    }
    Vec::new()
}

impl View for CreateStudy {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(key)
    }

    fn hooks(&self) -> Hooks {
        Hooks { pressed, ..Hooks::default() }
    }

    fn is_waiting(&self) -> bool {
        self.is_creating
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, _: &State) {
        draw::draw(canvas, area, self);
    }
}

fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let Some(question) = state.over.get_mut::<CreateStudy>() else { return Vec::new() };
    match key.code {
        _ if question.is_creating => Vec::new(),
        _ if key.code == KeySymbol::Enter || key.typed() == Some('y') => {
            question.is_creating = true;
            vec![Effect::CreateStudy]
        }
        KeySymbol::Esc | KeySymbol::Char('n' | 'q') => {
            state.over.pop();
            state.say("nothing was written");
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Takes the answer that the mouse was pressed on.
fn pressed(state: &mut State, page: Rect, at: Position) -> Vec<Effect> {
    let answer = state.over.get().and_then(|question| draw::answer_at(page, question, at));
    answer.map_or_else(Vec::new, |answer| key(state, answer))
}

/// Opens the table again as the base of its new study, and goes on with the command that needed it. The filter stays.
pub fn created(state: &mut State, created: CreatedStudy) -> Vec<Effect> {
    let CreatedStudy { file, definitions, mask, min_cell, value } = created;
    let settings = &mut state.settings;
    (settings.can_save, settings.can_create) = (true, None);
    (settings.mask, settings.min_cell, settings.value) = (mask, min_cell, value);
    state.definitions = definitions;
    state.base = BaseState::Loading(None);
    let mut effects = vec![Effect::Open];
    if let Some(question) = state.over.take::<CreateStudy>() {
        effects.extend((question.next)(state));
    }
    state.say(format!("created {file}, segments.toml and personas.toml"));
    effects
}

/// Says why no study was created.
pub fn failed(state: &mut State, reason: &str) {
    state.over.take::<CreateStudy>();
    state.complain(format!("no study was created: {reason}"));
}
