//! Fields of the persona form.

/// A field of the form, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonaField {
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

impl PersonaField {
    pub const ALL: [PersonaField; 17] = [
        PersonaField::Name,
        PersonaField::Id,
        PersonaField::Spans,
        PersonaField::Where,
        PersonaField::Attributes,
        PersonaField::Quote,
        PersonaField::Bio,
        PersonaField::Portrait,
        PersonaField::Goals,
        PersonaField::Motivations,
        PersonaField::Frustrations,
        PersonaField::Behaviours,
        PersonaField::Attitudes,
        PersonaField::Experiences,
        PersonaField::Channels,
        PersonaField::Journey,
        PersonaField::Claims,
    ];

    /// Returns the label of the field in the list.
    pub fn word(self) -> &'static str {
        match self {
            PersonaField::Name => "name",
            PersonaField::Id => "id",
            PersonaField::Spans => "spans",
            PersonaField::Where => "where",
            PersonaField::Attributes => "attributes",
            PersonaField::Quote => "quote",
            PersonaField::Bio => "bio",
            PersonaField::Portrait => "portrait",
            PersonaField::Goals => "goals",
            PersonaField::Motivations => "motivations",
            PersonaField::Frustrations => "frustrations",
            PersonaField::Behaviours => "behaviours",
            PersonaField::Attitudes => "attitudes",
            PersonaField::Experiences => "experiences",
            PersonaField::Channels => "channels",
            PersonaField::Journey => "journey",
            PersonaField::Claims => "claims",
        }
    }

    /// Returns what to write in the field.
    pub fn hint(self) -> &'static str {
        match self {
            PersonaField::Name => "display name, e.g. Deal-hunting Dana",
            PersonaField::Id => "written @id in rules: letters, digits and _, beginning with a letter",
            PersonaField::Spans => "the segments that make up the audience: space ticks, typing narrows the list",
            PersonaField::Where => "a rule that narrows the audience (empty = everyone in the segments)",
            PersonaField::Attributes => "rules that describe them, one per line: age BETWEEN 30 AND 39",
            PersonaField::Quote => "one sentence that they said, or would say",
            PersonaField::Bio => "who they are, in a few sentences",
            PersonaField::Portrait => "ASCII portrait (empty = initials)",
            PersonaField::Goals => "what they want to achieve, one per line",
            PersonaField::Motivations => "what drives them, one per line",
            PersonaField::Frustrations => "what gets in their way, one per line",
            PersonaField::Behaviours => "what they do, one per line",
            PersonaField::Attitudes => "what they think, one per line",
            PersonaField::Experiences => "past experiences, one per line",
            PersonaField::Channels => "channels that reach them, one per line",
            PersonaField::Journey => "the stages they go through, in their order",
            PersonaField::Claims => "statements about them, with the evidence for each",
        }
    }

    /// Returns the field `by` places further in the list.
    pub fn step(self, by: isize) -> PersonaField {
        let at = Self::ALL.iter().position(|field| *field == self).unwrap_or(0);
        Self::ALL[(at as isize + by).rem_euclid(Self::ALL.len() as isize) as usize]
    }

    /// Returns true if the field takes no line breaks.
    pub fn is_one_line(self) -> bool {
        matches!(self, PersonaField::Name | PersonaField::Id | PersonaField::Where | PersonaField::Quote)
    }
}
