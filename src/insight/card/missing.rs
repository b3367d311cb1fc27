use crate::model::Persona;

/// Returns a word for each part of the profile that is still empty.
pub fn needs_research(persona: &Persona) -> Vec<&'static str> {
    let parts = [
        ("quote", persona.quote.is_none()),
        ("bio", persona.bio.is_none()),
        ("goals", persona.goals.is_empty()),
        ("motivations", persona.motivations.is_empty()),
        ("frustrations", persona.frustrations.is_empty()),
        ("behaviours", persona.behaviours.is_empty()),
        ("attitudes", persona.attitudes.is_empty()),
        ("experiences", persona.experiences.is_empty()),
        ("channels", persona.channels.is_empty()),
        ("journey", persona.journey.is_empty()),
        ("claims", persona.claims.is_empty()),
    ];
    parts.into_iter().filter_map(|(part, empty)| empty.then_some(part)).collect()
}

/// Returns the letters that stand for a portrait: the first ones of the first and the last word, in capitals.
/// `Deal-hunting Dana` is DD.
pub fn initials(name: &str) -> String {
    let firsts: Vec<char> =
        name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).collect();
    let ends = match firsts.as_slice() {
        [] => return "?".into(),
        [only] => vec![*only],
        [first, .., last] => vec![*first, *last],
    };
    ends.into_iter().flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_first_letters_of_first_and_last_word() {
        let all = ["Deal-hunting Dana", "günther", "  Ö the “quiet” one ", "—", ""].map(initials);
        assert_eq!(all, ["DD", "G", "ÖO", "?", "?"]);
    }

    #[test]
    fn written_parts_need_no_research() {
        let persona = Persona { quote: Some("Hm.".into()), goals: vec!["Rest".into()], ..Persona::default() };
        assert_eq!(needs_research(&persona)[..3], ["bio", "motivations", "frustrations"]);
    }
}
