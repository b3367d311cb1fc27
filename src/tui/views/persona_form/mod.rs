//! The persona form: its fields, and the counts of its rules as they are typed.

mod draw;
mod draw_attributes;
mod draw_records;
mod draw_spans;
mod fields;
mod handlers;
pub mod live;
mod problems;
pub mod records;
pub mod spans;

use std::collections::BTreeMap;

pub use fields::PersonaField;
pub use handlers::{edit, new};

pub use crate::tui::core::text::TextField;
pub use live::{LiveFigures, SpanCount};
pub use records::{Record, RecordKeyEffect, RecordList, RecordValue};
pub use spans::SpanList;

use crate::insight::Catalog;
use crate::insight::inquiry::ErasedInquiry;
use crate::model::Persona;
use crate::tui::core::{Hooks, KeptForm, Lane, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use problems::first as problem;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "persona-form";

/// A problem to fix, and its place: the field, and within a list of records the path to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormProblem {
    pub field: PersonaField,
    /// Index of the record and of its field, then the same for a record nested in it. Empty outside of records.
    pub way: Vec<usize>,
    /// Problem and remedy, in one line.
    pub text: String,
}

/// The form that creates or edits a persona.
#[derive(Debug, Clone)]
pub struct PersonaForm {
    /// Id of the persona before the edit, when one is edited.
    pub editing: Option<String>,
    /// The persona as the form was opened on it. [`PersonaForm::draft`] returns untouched fields from it unchanged.
    opened: Box<Persona>,
    /// Field that has the focus.
    pub field: PersonaField,
    texts: BTreeMap<PersonaField, TextField>,
    /// Checklist of the segments to span.
    pub spans: SpanList,
    pub journey: RecordList,
    pub claims: RecordList,
    touched_journey: bool,
    touched_claims: bool,
    /// First problem to fix.
    pub problem: Option<FormProblem>,
    /// True while the change is being written.
    pub saving: bool,
    /// True while the person is asked whether to discard what was typed.
    pub leaving: bool,
    /// Figures of what is typed.
    pub live: LiveFigures,
}

impl View for PersonaForm {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(handlers::key)
    }

    fn hooks(&self) -> Hooks {
        Hooks {
            renew: handlers::renew,
            paste: Some(handlers::paste),
            pressed: handlers::pressed,
            takes_alt: true,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.live)
    }

    fn lane(&self) -> Lane {
        Lane::Card
    }

    fn is_waiting(&self) -> bool {
        self.saving || self.live.is_waiting()
    }

    fn base_changed(&mut self) {
        self.live = LiveFigures::default();
    }

    fn saving(&mut self) -> Option<&mut bool> {
        Some(&mut self.saving)
    }

    fn unsaved(&self, _state: &State) -> Option<KeptForm> {
        let editing = self.editing.clone();
        self.is_changed().then(|| KeptForm::Persona { editing, persona: Box::new(self.draft()) })
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, self, state);
    }
}

impl PersonaForm {
    /// Creates the form on a persona. `editing` is its id if it exists already.
    pub fn new(persona: &Persona, editing: Option<String>, catalog: &Catalog) -> Self {
        let texts = PersonaField::ALL.into_iter().filter_map(|field| {
            let content = content(persona, field)?;
            Some((field, if field.is_one_line() { TextField::line(&content) } else { TextField::lines(&content) }))
        });
        Self {
            editing,
            field: PersonaField::Name,
            texts: texts.collect(),
            spans: SpanList::new(&persona.spans, catalog),
            journey: RecordList::from_stages(&persona.journey),
            claims: RecordList::from_claims(&persona.claims),
            touched_journey: false,
            touched_claims: false,
            problem: None,
            saving: false,
            leaving: false,
            live: LiveFigures::default(),
            opened: Box::new(persona.clone()),
        }
    }

    /// Fills the form with a persona that is not saved yet, as if it had been typed.
    pub fn retyped(mut self, persona: &Persona) -> Self {
        for (field, text) in &mut self.texts {
            if let Some(content) = content(persona, *field).filter(|content| *content != text.value()) {
                text.replace(&content);
            }
        }
        self.spans.chosen = persona.spans.clone();
        (self.touched_journey, self.touched_claims) = (true, true);
        (self.journey, self.claims) =
            (RecordList::from_stages(&persona.journey), RecordList::from_claims(&persona.claims));
        self
    }

    /// Returns the text field of a field; `None` for a field that is a list or a choice.
    pub fn text(&self, field: PersonaField) -> Option<&TextField> {
        self.texts.get(&field)
    }

    /// Returns the records of a field that is a list of them: the journey, the claims.
    pub fn records(&self, field: PersonaField) -> Option<&RecordList> {
        match field {
            PersonaField::Journey => Some(&self.journey),
            PersonaField::Claims => Some(&self.claims),
            _ => None,
        }
    }

    /// Returns the records of the selected field; `None` if it is not a list of them.
    pub fn records_mut(&mut self) -> Option<&mut RecordList> {
        match self.field {
            PersonaField::Journey => Some(&mut self.journey),
            PersonaField::Claims => Some(&mut self.claims),
            _ => None,
        }
    }

    /// Returns the text that typing and pastes go to; `None` on a list or a choice.
    pub fn text_mut(&mut self) -> Option<&mut TextField> {
        match self.field {
            PersonaField::Journey => self.journey.text_mut(),
            PersonaField::Claims => self.claims.text_mut(),
            field => self.texts.get_mut(&field),
        }
    }

    /// Reacts to an edit. A new persona's id follows its name until the id itself is typed.
    pub fn edited(&mut self) {
        self.problem = None;
        match self.field {
            PersonaField::Journey => self.touched_journey = true,
            PersonaField::Claims => self.touched_claims = true,
            PersonaField::Name if self.editing.is_none() && !self.id_is_typed() => {
                let id = id_of(&self.value(PersonaField::Name));
                self.texts.insert(PersonaField::Id, TextField::line(&id));
            }
            _ => {}
        }
    }

    /// Returns true if the person typed the id. An id without changes of its own was derived from the name.
    fn id_is_typed(&self) -> bool {
        self.texts.get(&PersonaField::Id).is_some_and(TextField::is_changed)
    }

    /// Returns the text of a field; empty for a field that is not text.
    pub fn value(&self, field: PersonaField) -> String {
        self.texts.get(&field).map(TextField::value).unwrap_or_default()
    }

    /// Returns true if leaving would lose changes.
    pub fn is_changed(&self) -> bool {
        self.draft() != *self.opened
    }

    /// Returns true if the field has content.
    pub fn is_filled(&self, field: PersonaField) -> bool {
        match field {
            PersonaField::Spans => !self.spans.chosen.is_empty(),
            PersonaField::Journey => !self.journey.items.is_empty(),
            PersonaField::Claims => !self.claims.items.is_empty(),
            field => self.texts.get(&field).is_some_and(|text| !text.is_empty()),
        }
    }

    /// Returns the persona as typed.
    pub fn draft(&self) -> Persona {
        let opened = &*self.opened;
        let changed =
            |field: PersonaField| self.texts.get(&field).filter(|text| text.is_changed() || self.is_derived(field));
        let line = |field, old: &String| changed(field).map_or(old.clone(), |text| text.value().trim().to_owned());
        let maybe = |field, old: &Option<String>| match changed(field) {
            None => old.clone(),
            Some(text) if text.is_empty() => None,
            Some(text) if field == PersonaField::Portrait => {
                Some(text.value().trim_end().trim_matches('\n').to_owned())
            }
            Some(text) => Some(text.value().trim().to_owned()),
        };
        let list = |field, old: &Vec<String>| {
            let lines = |text: &TextField| text.rows().iter().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
            changed(field).map_or(old.clone(), |text| lines(text).into_iter().filter(|line| !line.is_empty()).collect())
        };
        Persona {
            id: line(PersonaField::Id, &opened.id),
            name: line(PersonaField::Name, &opened.name),
            spans: self.spans.chosen.clone(),
            narrowed: maybe(PersonaField::Where, &opened.narrowed),
            portrait: maybe(PersonaField::Portrait, &opened.portrait),
            quote: maybe(PersonaField::Quote, &opened.quote),
            bio: maybe(PersonaField::Bio, &opened.bio),
            attributes: list(PersonaField::Attributes, &opened.attributes),
            goals: list(PersonaField::Goals, &opened.goals),
            motivations: list(PersonaField::Motivations, &opened.motivations),
            frustrations: list(PersonaField::Frustrations, &opened.frustrations),
            behaviours: list(PersonaField::Behaviours, &opened.behaviours),
            attitudes: list(PersonaField::Attitudes, &opened.attitudes),
            experiences: list(PersonaField::Experiences, &opened.experiences),
            channels: list(PersonaField::Channels, &opened.channels),
            journey: if self.touched_journey { self.journey.stages() } else { opened.journey.clone() },
            claims: if self.touched_claims { self.claims.claims() } else { opened.claims.clone() },
            reviewed: opened.reviewed.clone(),
        }
    }

    /// Returns true for the id of a new persona, which is derived from the name.
    fn is_derived(&self, field: PersonaField) -> bool {
        field == PersonaField::Id && self.editing.is_none()
    }

    /// Returns the attributes, each with the index of the line it is typed on.
    pub fn attribute_lines(&self) -> Vec<(usize, String)> {
        let rows = self.texts.get(&PersonaField::Attributes).map(TextField::rows).unwrap_or_default();
        let rows = rows.iter().enumerate().map(|(n, line)| (n, line.trim().to_owned()));
        rows.filter(|(_, line)| !line.is_empty()).collect()
    }
}

/// Returns a field's content as text; `None` for a field that is not text.
fn content(persona: &Persona, field: PersonaField) -> Option<String> {
    // A line break within an item would make two items of it.
    let lines = |items: &[String]| items.iter().map(|item| item.replace('\n', " ")).collect::<Vec<_>>().join("\n");
    let maybe = |text: &Option<String>| text.clone().unwrap_or_default();
    Some(match field {
        PersonaField::Name => persona.name.clone(),
        PersonaField::Id => persona.id.clone(),
        PersonaField::Where => maybe(&persona.narrowed),
        PersonaField::Attributes => lines(&persona.attributes),
        PersonaField::Quote => maybe(&persona.quote),
        PersonaField::Bio => maybe(&persona.bio),
        PersonaField::Portrait => maybe(&persona.portrait),
        PersonaField::Goals => lines(&persona.goals),
        PersonaField::Motivations => lines(&persona.motivations),
        PersonaField::Frustrations => lines(&persona.frustrations),
        PersonaField::Behaviours => lines(&persona.behaviours),
        PersonaField::Attitudes => lines(&persona.attitudes),
        PersonaField::Experiences => lines(&persona.experiences),
        PersonaField::Channels => lines(&persona.channels),
        PersonaField::Spans | PersonaField::Journey | PersonaField::Claims => return None,
    })
}

/// Returns an id derived from a name: its last word, in lower case.
pub fn id_of(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with(char::is_alphabetic));
    words.next_back().unwrap_or_default().to_lowercase()
}

/// Returns true if the field is text, which takes typed characters.
pub fn is_typed(form: &PersonaForm) -> bool {
    !form.saving && !form.leaving
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untouched_persona_form_returns_same_persona() {
        let persona = Persona {
            id: "dana".into(),
            name: " Dana ".into(),
            quote: Some("two\nlines ".into()),
            goals: vec!["a\nb".into(), " c".into()],
            portrait: Some(" o_o\n".into()),
            ..Persona::default()
        };
        let mut form = PersonaForm::new(&persona, Some("dana".into()), &Catalog::default());
        assert_eq!(form.draft(), persona);
        assert!(!form.is_changed());
        form.field = PersonaField::Goals;
        form.text_mut().unwrap().insert("\n\nd");
        assert_eq!(form.draft().goals, ["a b", "c", "d"]);
        assert_eq!(form.draft().quote, persona.quote);
    }

    #[test]
    fn new_persona_id_follows_name_until_typed() {
        let mut form = PersonaForm::new(&Persona::default(), None, &Catalog::default());
        let mut typed = |field, text: &str| {
            form.field = field;
            form.text_mut().unwrap().insert(text);
            form.edited();
            form.draft().id
        };
        assert_eq!(typed(PersonaField::Name, "Deal-hunting Dana"), "dana");
        assert_eq!(typed(PersonaField::Id, "2"), "dana2");
        assert_eq!(typed(PersonaField::Name, " Zoe"), "dana2");
        assert_eq!(id_of("Ünal, 3rd"), "ünal");
    }
}
