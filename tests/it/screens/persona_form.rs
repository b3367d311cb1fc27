//! The form with every field of a persona.

use crosscut::tui::core::State;
use crosscut::tui::views::persona_form::{PersonaField, PersonaForm};

use super::{fixture, matches_picture, text};

fn state(field: PersonaField) -> State {
    let mut state = fixture::state();
    let mut form = PersonaForm::new(&fixture::dana(), Some("dana".into()), &state.catalog);
    form.field = field;
    state.over.push(form);
    state
}

#[test]
fn persona_form_matches_picture_at_each_size() {
    for (width, height) in [(40, 10), (80, 24), (120, 36)] {
        matches_picture(&format!("persona_form_{width}x{height}"), &text(&mut state(PersonaField::Bio), width, height));
    }
}

#[test]
fn persona_form_pages_match_pictures() {
    let pages =
        [("spans", PersonaField::Spans), ("attributes", PersonaField::Attributes), ("journey", PersonaField::Journey)];
    for (name, field) in pages.into_iter().chain([("claims", PersonaField::Claims)]) {
        matches_picture(&format!("persona_form_{name}_120x36"), &text(&mut state(field), 120, 36));
    }
}
