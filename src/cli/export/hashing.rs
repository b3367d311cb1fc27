//! Hashes of values, as advertising platforms match e-mail addresses and telephone numbers.

use sha2::{Digest, Sha256};

use crate::model::Datum;

/// Hashes the salt, if there is one, followed by the value: any other tool can repeat it.
pub struct Hasher {
    salted: Sha256,
}

impl Hasher {
    pub fn new(salt: Option<&str>) -> Self {
        let mut salted = Sha256::new();
        salted.update(salt.unwrap_or_default());
        Self { salted }
    }

    /// Returns the SHA-256 of the value's text, trimmed and in lower case, in hexadecimal. A missing or blank value stays
    /// missing: all blanks would have one hash, and match each other.
    pub fn hash(&self, value: &Datum) -> Datum {
        let text = if value.is_null() { String::new() } else { value.to_string().trim().to_lowercase() };
        if text.is_empty() {
            return Datum::Null;
        }
        let mut hash = self.salted.clone();
        hash.update(text);
        Datum::Text(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(salt: Option<&str>, text: &str) -> Option<String> {
        Hasher::new(salt).hash(&Datum::Text(text.into())).text().map(str::to_owned)
    }

    /// The hashes are those of `printf %s … | sha256sum`.
    #[test]
    fn hash_trims_and_lowercases_text() {
        let expected = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514";
        assert_eq!(hash(None, " User@Example.com\t").as_deref(), Some(expected));
        let salted = "c516822ded3d43b4e2d0b2de92a89292bdbddc745dd4f9c535ac94549991b9a9";
        assert_eq!(hash(Some("pepper"), "user@example.com").as_deref(), Some(salted));
    }

    #[test]
    fn hash_of_missing_or_blank_value_is_none() {
        assert_eq!(hash(None, "  "), None);
        assert!(Hasher::new(None).hash(&Datum::Null).is_null());
    }
}
