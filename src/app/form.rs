use tui_input::Input;

use crate::model::{Kind, Segment};

/// The form that saves the filter as a segment, or edits one.
#[derive(Debug, Clone)]
pub struct SegmentForm {
    /// Name of the segment before the edit, when one is edited.
    pub editing: Option<String>,
    pub name: Input,
    pub kind: Kind,
    pub rule: Input,
    pub note: Input,
    pub field: Field,
    /// First problem to fix, and the field it is about.
    pub problem: Option<(Field, String)>,
    /// True while the change is being written.
    pub saving: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Name,
    Kind,
    Rule,
    Note,
}

impl Field {
    pub const ALL: [Field; 4] = [Field::Name, Field::Kind, Field::Rule, Field::Note];

    pub fn step(self, by: isize) -> Field {
        let at = Field::ALL.iter().position(|f| *f == self).unwrap_or(0);
        Field::ALL[(at as isize + by).rem_euclid(Field::ALL.len() as isize) as usize]
    }
}

impl SegmentForm {
    pub fn new(rule: String) -> Self {
        Self {
            editing: None,
            name: Input::default(),
            kind: Kind::Behaviour,
            rule: Input::new(rule),
            note: Input::default(),
            field: Field::Name,
            problem: None,
            saving: false,
        }
    }

    pub fn edit(segment: &Segment) -> Self {
        Self {
            editing: Some(segment.name.clone()),
            name: Input::new(segment.name.clone()),
            kind: segment.kind.unwrap_or(Kind::Behaviour),
            note: Input::new(segment.note.clone().unwrap_or_default()),
            field: Field::Rule,
            ..Self::new(segment.rule.clone())
        }
    }

    /// Returns the text field that keys go to; `None` on the kind, which Left and Right step through.
    pub fn input_mut(&mut self) -> Option<&mut Input> {
        match self.field {
            Field::Name => Some(&mut self.name),
            Field::Rule => Some(&mut self.rule),
            Field::Note => Some(&mut self.note),
            Field::Kind => None,
        }
    }

    pub fn step_kind(&mut self, by: isize) {
        let at = Kind::ALL.iter().position(|kind| *kind == self.kind).unwrap_or(0);
        self.kind = Kind::ALL[(at as isize + by).rem_euclid(Kind::ALL.len() as isize) as usize];
    }

    pub fn segment(&self) -> Segment {
        let note = self.note.value().trim();
        Segment {
            name: self.name.value().trim().to_owned(),
            kind: Some(self.kind),
            rule: self.rule.value().trim().to_owned(),
            note: (!note.is_empty()).then(|| note.to_owned()),
        }
    }
}
