//! Converts one persona to a text of its own, for an editor, and back.

use super::super::{PersonasFile, SourceFile, StudyError};
use super::style::Style;
use super::tree::Block;
use crate::model::Persona;

/// Keys and blocks of a persona, for the line that names the missing ones.
const WORDS: [&str; 15] = [
    "spans",
    "where",
    "portrait",
    "quote",
    "bio",
    "attributes",
    "goals",
    "motivations",
    "frustrations",
    "behaviours",
    "attitudes",
    "experiences",
    "channels",
    "[[persona.journey]]",
    "[[persona.claim]]",
];

/// Returns the persona as a `[[persona]]` block, with a line that names the missing keys.
pub fn persona_text(persona: &Persona) -> String {
    let block = Block::new(persona).unwrap_or_default();
    let has = |key: &str| block.entries.contains_key(key) || !block.below(key).is_empty();
    let key = |word: &str| word.trim_start_matches("[[persona.").trim_end_matches("]]").to_owned();
    let unsaid: Vec<&str> = WORDS.into_iter().filter(|word| !has(&key(word))).collect();
    let hint = match unsaid.is_empty() {
        true => String::new(),
        false => format!("# Empty: {}.\n", unsaid.join(", ")),
    };
    let head = "# Save and close to apply. Comments written here are not kept; those in the file stay.\n";
    format!("{head}{hint}\n{}", block.rendered("persona", &|_| Style::default()))
}

/// Reads the only persona of a text.
///
/// # Errors
/// Returns what is wrong with the text, with its line.
pub fn read_persona(text: &str) -> Result<Persona, StudyError> {
    let (source, _) = SourceFile::absent(std::path::Path::new("persona")).with_text(text.to_owned());
    let file: PersonasFile = source.parse()?;
    match <[Persona; 1]>::try_from(file.persona) {
        Ok([persona]) => Ok(persona),
        Err(personas) if personas.is_empty() => Err(source.error_at(0..0, "there is no [[persona]] any more")),
        Err(_) => Err(source.error_at(0..0, "there is more than one [[persona]]: edit one at a time")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persona_text_reads_back_as_same_persona() {
        let file: PersonasFile = toml::from_str(include_str!("../../../sample/personas.toml")).unwrap();
        for persona in file.persona.iter().chain([&Persona::default()]) {
            assert_eq!(read_persona(&persona_text(persona)).unwrap(), *persona);
        }
        assert!(persona_text(&Persona::default()).contains("# Empty: spans, where,"));
    }

    #[test]
    fn persona_words_list_all_persona_keys() {
        let unknown = "[[persona]]\nid = \"a\"\nnme = \"A\"\n".parse::<toml::Table>().unwrap();
        let error = unknown["persona"][0].clone().try_into::<Persona>().unwrap_err().to_string();
        let named = error.split('`').skip(3).step_by(2).filter(|key| !["id", "name", "reviewed"].contains(key));
        let words = named.map(|key| match key {
            "journey" | "claim" => format!("[[persona.{key}]]"),
            key => key.to_owned(),
        });
        assert_eq!(words.collect::<Vec<_>>(), WORDS, "{error}");
    }

    #[test]
    fn persona_text_error_has_line() {
        let error = read_persona("[[persona]]\nid = \"a\"\nnme = \"A\"\n").unwrap_err();
        assert_eq!(error.line, Some(3), "{error}");
        assert!(read_persona("").unwrap_err().to_string().contains("no [[persona]]"));
    }
}
