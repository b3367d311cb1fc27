//! The form of a persona: every field, and what its rules count as they are typed.

pub mod live;
pub mod records;
pub mod spans;
pub mod text;

use std::collections::BTreeMap;

pub use live::{Live, SpanCount};
pub use records::{Done, Record, Records, Value};
pub use spans::SpanList;
pub use text::Text;

use crate::insight::Catalog;
use crate::model::Persona;

/// A field of the form, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Name,
    Id,
    Spans,
    Where,
    Attributes,
    Quote,
    Bio,
    Portrait,
    Goals,
    Motivations,
    Frustrations,
    Behaviours,
    Attitudes,
    Experiences,
    Channels,
    Journey,
    Claims,
}

impl Field {
    pub const ALL: [Field; 17] = [
        Field::Name,
        Field::Id,
        Field::Spans,
        Field::Where,
        Field::Attributes,
        Field::Quote,
        Field::Bio,
        Field::Portrait,
        Field::Goals,
        Field::Motivations,
        Field::Frustrations,
        Field::Behaviours,
        Field::Attitudes,
        Field::Experiences,
        Field::Channels,
        Field::Journey,
        Field::Claims,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Id => "id",
            Field::Spans => "spans",
            Field::Where => "where",
            Field::Attributes => "attributes",
            Field::Quote => "quote",
            Field::Bio => "bio",
            Field::Portrait => "portrait",
            Field::Goals => "goals",
            Field::Motivations => "motivations",
            Field::Frustrations => "frustrations",
            Field::Behaviours => "behaviours",
            Field::Attitudes => "attitudes",
            Field::Experiences => "experiences",
            Field::Channels => "channels",
            Field::Journey => "journey",
            Field::Claims => "claims",
        }
    }

    /// What to write in it.
    pub fn hint(self) -> &'static str {
        match self {
            Field::Name => "what everybody calls them: Deal-hunting Dana",
            Field::Id => "a letter, then letters, digits and _: rules say @id",
            Field::Spans => "the segments that make up the audience: space ticks, typing narrows the list",
            Field::Where => "a rule that narrows the audience; nothing for all of the segments",
            Field::Attributes => "rules that describe them, one a line: age BETWEEN 30 AND 39",
            Field::Quote => "one sentence that they said, or would say",
            Field::Bio => "who they are, in a few sentences",
            Field::Portrait => "a small picture in letters; nothing for the initials",
            Field::Goals => "what they want to have done, one a line",
            Field::Motivations => "what drives them, one a line",
            Field::Frustrations => "what gets in their way, one a line",
            Field::Behaviours => "what they do, one a line",
            Field::Attitudes => "what they think, one a line",
            Field::Experiences => "what has happened to them, one a line",
            Field::Channels => "where they are met, one a line",
            Field::Journey => "the stages they go through, in their order",
            Field::Claims => "what is said of them, with the evidence for it",
        }
    }

    pub fn step(self, by: isize) -> Field {
        let at = Self::ALL.iter().position(|field| *field == self).unwrap_or(0);
        Self::ALL[(at as isize + by).rem_euclid(Self::ALL.len() as isize) as usize]
    }

    fn is_one_line(self) -> bool {
        matches!(self, Field::Name | Field::Id | Field::Where | Field::Quote)
    }
}

/// What has to be put right, and where: a field, and in a list the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: Field,
    /// Of a record its place and its field's, then of one below it the same.
    pub way: Vec<usize>,
    pub text: String,
}

/// The form that makes a persona, or edits one.
#[derive(Debug, Clone)]
pub struct PersonaForm {
    /// The persona's id before, when one is edited.
    pub editing: Option<String>,
    /// The persona as the form was opened on it; [`PersonaForm::draft`] gives back what was not touched as it was.
    opened: Box<Persona>,
    pub field: Field,
    texts: BTreeMap<Field, Text>,
    pub spans: SpanList,
    pub journey: Records,
    pub claims: Records,
    touched_journey: bool,
    touched_claims: bool,
    /// What has to be put right first.
    pub problem: Option<Problem>,
    pub saving: bool,
    /// Asked whether to leave what was typed.
    pub leaving: bool,
    /// Opened from the card: the way back.
    pub from_card: bool,
    pub live: Live,
}

impl PersonaForm {
    pub fn new(persona: &Persona, editing: Option<String>, catalog: &Catalog) -> Self {
        let texts = Field::ALL.into_iter().filter_map(|field| {
            let content = content(persona, field)?;
            Some((field, if field.is_one_line() { Text::line(&content) } else { Text::lines(&content) }))
        });
        Self {
            editing,
            field: Field::Name,
            texts: texts.collect(),
            spans: SpanList::new(&persona.spans, catalog),
            journey: Records::of_stages(&persona.journey),
            claims: Records::of_claims(&persona.claims),
            touched_journey: false,
            touched_claims: false,
            problem: None,
            saving: false,
            leaving: false,
            from_card: false,
            live: Live::default(),
            opened: Box::new(persona.clone()),
        }
    }

    /// The form on a persona that is not the file's yet, as if it had been typed.
    pub fn retyped(mut self, persona: &Persona) -> Self {
        for (field, text) in &mut self.texts {
            if let Some(content) = content(persona, *field).filter(|content| *content != text.value()) {
                text.replace(&content);
            }
        }
        self.spans.chosen = persona.spans.clone();
        (self.touched_journey, self.touched_claims) = (true, true);
        (self.journey, self.claims) = (Records::of_stages(&persona.journey), Records::of_claims(&persona.claims));
        self
    }

    pub fn text(&self, field: Field) -> Option<&Text> {
        self.texts.get(&field)
    }

    /// The lists of things with fields of their own.
    pub fn records(&self, field: Field) -> Option<&Records> {
        match field {
            Field::Journey => Some(&self.journey),
            Field::Claims => Some(&self.claims),
            _ => None,
        }
    }

    pub fn records_mut(&mut self) -> Option<&mut Records> {
        match self.field {
            Field::Journey => Some(&mut self.journey),
            Field::Claims => Some(&mut self.claims),
            _ => None,
        }
    }

    /// The text that typing and pastes go to; none on a list or a choice.
    pub fn text_mut(&mut self) -> Option<&mut Text> {
        match self.field {
            Field::Journey => self.journey.text_mut(),
            Field::Claims => self.claims.text_mut(),
            field => self.texts.get_mut(&field),
        }
    }

    /// Something was typed: a new persona's id follows its name until it is typed itself.
    pub fn edited(&mut self) {
        self.problem = None;
        match self.field {
            Field::Journey => self.touched_journey = true,
            Field::Claims => self.touched_claims = true,
            Field::Name if self.editing.is_none() && !self.id_is_typed() => {
                let id = id_of(&self.value(Field::Name));
                self.texts.insert(Field::Id, Text::line(&id));
            }
            _ => {}
        }
    }

    /// A text that has no changes of its own was put there by us.
    fn id_is_typed(&self) -> bool {
        self.texts.get(&Field::Id).is_some_and(Text::is_changed)
    }

    pub fn value(&self, field: Field) -> String {
        self.texts.get(&field).map(Text::value).unwrap_or_default()
    }

    /// Whether leaving would lose something.
    pub fn is_changed(&self) -> bool {
        self.draft() != *self.opened
    }

    /// Whether something is written in the field.
    pub fn is_filled(&self, field: Field) -> bool {
        match field {
            Field::Spans => !self.spans.chosen.is_empty(),
            Field::Journey => !self.journey.items.is_empty(),
            Field::Claims => !self.claims.items.is_empty(),
            field => self.texts.get(&field).is_some_and(|text| !text.is_empty()),
        }
    }

    /// The persona as it is typed.
    pub fn draft(&self) -> Persona {
        let opened = &*self.opened;
        let changed = |field: Field| self.texts.get(&field).filter(|text| text.is_changed() || self.is_derived(field));
        let line = |field, old: &String| changed(field).map_or(old.clone(), |text| text.value().trim().to_owned());
        let maybe = |field, old: &Option<String>| match changed(field) {
            None => old.clone(),
            Some(text) if text.is_empty() => None,
            Some(text) if field == Field::Portrait => Some(text.value().trim_end().trim_matches('\n').to_owned()),
            Some(text) => Some(text.value().trim().to_owned()),
        };
        let list = |field, old: &Vec<String>| {
            let lines = |text: &Text| text.rows().iter().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
            changed(field).map_or(old.clone(), |text| lines(text).into_iter().filter(|line| !line.is_empty()).collect())
        };
        Persona {
            id: line(Field::Id, &opened.id),
            name: line(Field::Name, &opened.name),
            spans: self.spans.chosen.clone(),
            narrowed: maybe(Field::Where, &opened.narrowed),
            portrait: maybe(Field::Portrait, &opened.portrait),
            quote: maybe(Field::Quote, &opened.quote),
            bio: maybe(Field::Bio, &opened.bio),
            attributes: list(Field::Attributes, &opened.attributes),
            goals: list(Field::Goals, &opened.goals),
            motivations: list(Field::Motivations, &opened.motivations),
            frustrations: list(Field::Frustrations, &opened.frustrations),
            behaviours: list(Field::Behaviours, &opened.behaviours),
            attitudes: list(Field::Attitudes, &opened.attitudes),
            experiences: list(Field::Experiences, &opened.experiences),
            channels: list(Field::Channels, &opened.channels),
            journey: if self.touched_journey { self.journey.stages() } else { opened.journey.clone() },
            claims: if self.touched_claims { self.claims.claims() } else { opened.claims.clone() },
            reviewed: opened.reviewed.clone(),
        }
    }

    /// A new persona's id comes from its name.
    fn is_derived(&self, field: Field) -> bool {
        field == Field::Id && self.editing.is_none()
    }

    /// The attributes with the lines that they are typed in.
    pub fn attribute_lines(&self) -> Vec<(usize, String)> {
        let rows = self.texts.get(&Field::Attributes).map(Text::rows).unwrap_or_default();
        let rows = rows.iter().enumerate().map(|(n, line)| (n, line.trim().to_owned()));
        rows.filter(|(_, line)| !line.is_empty()).collect()
    }
}

/// A field's text as it is typed; none of what is no text.
fn content(persona: &Persona, field: Field) -> Option<String> {
    // A line break inside of an item would make two of it.
    let lines = |items: &[String]| items.iter().map(|item| item.replace('\n', " ")).collect::<Vec<_>>().join("\n");
    let maybe = |text: &Option<String>| text.clone().unwrap_or_default();
    Some(match field {
        Field::Name => persona.name.clone(),
        Field::Id => persona.id.clone(),
        Field::Where => maybe(&persona.narrowed),
        Field::Attributes => lines(&persona.attributes),
        Field::Quote => maybe(&persona.quote),
        Field::Bio => maybe(&persona.bio),
        Field::Portrait => maybe(&persona.portrait),
        Field::Goals => lines(&persona.goals),
        Field::Motivations => lines(&persona.motivations),
        Field::Frustrations => lines(&persona.frustrations),
        Field::Behaviours => lines(&persona.behaviours),
        Field::Attitudes => lines(&persona.attitudes),
        Field::Experiences => lines(&persona.experiences),
        Field::Channels => lines(&persona.channels),
        Field::Spans | Field::Journey | Field::Claims => return None,
    })
}

/// An id after a name: its last word, in small letters.
pub fn id_of(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with(char::is_alphabetic));
    words.next_back().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_nobody_typed_in_gives_the_persona_back() {
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
        form.field = Field::Goals;
        form.text_mut().unwrap().insert("\n\nd");
        assert_eq!(form.draft().goals, ["a b", "c", "d"]);
        assert_eq!(form.draft().quote, persona.quote);
    }

    #[test]
    fn a_new_personas_id_follows_its_name_until_it_is_typed() {
        let mut form = PersonaForm::new(&Persona::default(), None, &Catalog::default());
        let mut typed = |field, text: &str| {
            form.field = field;
            form.text_mut().unwrap().insert(text);
            form.edited();
            form.draft().id
        };
        assert_eq!(typed(Field::Name, "Deal-hunting Dana"), "dana");
        assert_eq!(typed(Field::Id, "2"), "dana2");
        assert_eq!(typed(Field::Name, " Zoe"), "dana2");
        assert_eq!(id_of("Ünal, 3rd"), "ünal");
    }
}
