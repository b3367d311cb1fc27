//! The form that saves the filter as a segment, or edits one.

mod draw;
mod handlers;

use tui_input::Input;

use crate::model::{Segment, SegmentKind};
use crate::tui::core::{Hooks, KeptForm, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use handlers::open;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "segment-form";

/// The form's fields.
#[derive(Debug, Clone)]
pub struct SegmentForm {
    /// Name of the segment before the edit, when one is edited.
    pub editing: Option<String>,
    pub name: Input,
    pub kind: SegmentKind,
    pub rule: Input,
    pub note: Input,
    /// Field that has the focus.
    pub field: SegmentField,
    /// First problem to fix, and the field it is about.
    pub problem: Option<(SegmentField, String)>,
    /// True while the change is being written.
    pub saving: bool,
}

/// Field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentField {
    Name,
    Kind,
    Rule,
    Note,
}

impl SegmentField {
    pub const ALL: [SegmentField; 4] = [SegmentField::Name, SegmentField::Kind, SegmentField::Rule, SegmentField::Note];

    /// Returns the field `by` places further, from the last one to the first.
    pub fn step(self, by: isize) -> SegmentField {
        let at = SegmentField::ALL.iter().position(|f| *f == self).unwrap_or(0);
        SegmentField::ALL[(at as isize + by).rem_euclid(SegmentField::ALL.len() as isize) as usize]
    }
}

impl SegmentForm {
    /// Creates the form for a new segment with this rule.
    pub fn new(rule: String) -> Self {
        Self {
            editing: None,
            name: Input::default(),
            kind: SegmentKind::Behaviour,
            rule: Input::new(rule),
            note: Input::default(),
            field: SegmentField::Name,
            problem: None,
            saving: false,
        }
    }

    /// Creates the form on an existing segment.
    pub fn edit(segment: &Segment) -> Self {
        Self {
            editing: Some(segment.name.clone()),
            name: Input::new(segment.name.clone()),
            kind: segment.kind.unwrap_or(SegmentKind::Behaviour),
            note: Input::new(segment.note.clone().unwrap_or_default()),
            field: SegmentField::Rule,
            ..Self::new(segment.rule.clone())
        }
    }

    /// Returns the text field that has the focus; `None` on the kind, which Left and Right step through.
    pub fn input_mut(&mut self) -> Option<&mut Input> {
        match self.field {
            SegmentField::Name => Some(&mut self.name),
            SegmentField::Rule => Some(&mut self.rule),
            SegmentField::Note => Some(&mut self.note),
            SegmentField::Kind => None,
        }
    }

    /// Selects the kind `by` places further, from the last one to the first.
    pub fn step_kind(&mut self, by: isize) {
        let at = SegmentKind::ALL.iter().position(|kind| *kind == self.kind).unwrap_or(0);
        self.kind = SegmentKind::ALL[(at as isize + by).rem_euclid(SegmentKind::ALL.len() as isize) as usize];
    }

    /// Returns the typed name as an identifier: `at_risk` for `at risk`.
    pub fn identifier(&self) -> String {
        identifier(self.name.value())
    }

    /// Returns the segment as typed.
    pub fn segment(&self) -> Segment {
        let note = self.note.value().trim();
        Segment {
            name: self.identifier(),
            kind: Some(self.kind),
            rule: self.rule.value().trim().to_owned(),
            note: (!note.is_empty()).then(|| note.to_owned()),
        }
    }
}

impl View for SegmentForm {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(handlers::key)
    }

    fn hooks(&self) -> Hooks {
        Hooks { paste: Some(handlers::paste), pressed: handlers::pressed, ..Hooks::default() }
    }

    fn is_waiting(&self) -> bool {
        self.saving
    }

    fn saving(&mut self) -> Option<&mut bool> {
        Some(&mut self.saving)
    }

    fn unsaved(&self, state: &State) -> Option<KeptForm> {
        let (editing, segment) = (self.editing.clone(), self.segment());
        let before = match &editing {
            Some(name) => {
                let found = state.definitions.segments.iter().find(|segment| segment.name == *name)?;
                Self::edit(found).segment()
            }
            None => Self::new(state.query.filter.clone()).segment(),
        };
        (segment != before).then_some(KeptForm::Segment { editing, segment })
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, _state: &State) {
        draw::draw(canvas, area, self);
    }
}

/// Returns a name as an identifier: other characters than letters, digits and `_` become one `_`.
pub fn identifier(name: &str) -> String {
    let mut identifier = String::new();
    for c in name.trim().chars() {
        match c {
            _ if c.is_alphanumeric() || c == '_' => identifier.push(c),
            _ if identifier.is_empty() || identifier.ends_with('_') => {}
            _ => identifier.push('_'),
        }
    }
    identifier.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::identifier;

    #[test]
    fn identifier_joins_words_and_drops_marks_at_ends() {
        for (typed, expected) in [
            ("at risk: high value!", "at_risk_high_value"),
            ("  vip ", "vip"),
            ("snake_case", "snake_case"),
            ("Zürich & co", "Zürich_co"),
            ("...", ""),
        ] {
            assert_eq!(identifier(typed), expected);
        }
    }
}
