//! The keys of each command.

use std::collections::BTreeMap;

use super::command::{COMMANDS, Command, Place, Spec};
use super::key::Key;

/// Keys of each command: the defaults of the table, or a config file's in their place.
#[derive(Debug, Clone)]
pub struct Keymap(Vec<(&'static Spec, Vec<Key>)>);

impl Default for Keymap {
    fn default() -> Self {
        Self(COMMANDS.iter().map(|spec| (spec, default_keys(spec))).collect())
    }
}

impl Keymap {
    /// Returns the default keys with those of `changes` (command name to keys) in their place.
    ///
    /// # Errors
    /// One line that names an unknown command, an invalid key, or a key that two commands of one place share.
    pub fn with(changes: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        let mut map = Self::default();
        for (name, keys) in changes {
            let command = Command::named(name).ok_or_else(|| format!("[keys]: no command is called \"{name}\""))?;
            let keys = keys.iter().map(|key| key.parse().map_err(|e| format!("[keys] {name}: {e}")));
            let keys = keys.collect::<Result<Vec<Key>, String>>()?;
            if let Some(row) = map.0.iter_mut().find(|(spec, _)| spec.command == command) {
                row.1 = keys;
            }
        }
        match map.clash() {
            Some((key, a, b)) => Err(format!("[keys]: {key} would stand for both {a} and {b}")),
            None => Ok(map),
        }
    }

    pub fn keys(&self, command: Command) -> &[Key] {
        self.0.iter().find(|(spec, _)| spec.command == command).map_or(&[], |(_, keys)| keys)
    }

    pub fn command(&self, key: Key, place: Place) -> Option<Command> {
        let row = self.0.iter().find(|(spec, keys)| spec.places.contains(&place) && keys.contains(&key));
        row.map(|(spec, _)| spec.command)
    }

    fn clash(&self) -> Option<(Key, &'static str, &'static str)> {
        for (i, (spec, keys)) in self.0.iter().enumerate() {
            for (other, others) in &self.0[i + 1..] {
                let same_place = spec.places.iter().any(|place| other.places.contains(place));
                if let Some(key) = keys.iter().find(|key| same_place && others.contains(key)) {
                    return Some((*key, spec.name, other.name));
                }
            }
        }
        None
    }
}

fn default_keys(spec: &Spec) -> Vec<Key> {
    spec.keys.iter().filter_map(|key| key.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_is_one_and_stands_for_one_command_at_a_place() {
        for spec in COMMANDS {
            assert_eq!(default_keys(spec).len(), spec.keys.len(), "{}", spec.name);
            assert_eq!(spec.command.spec().name, spec.name);
        }
        assert_eq!(Keymap::default().clash(), None);
    }

    #[test]
    fn a_config_file_changes_keys() {
        let changes = BTreeMap::from([("rows".to_owned(), vec!["Z".to_owned()])]);
        let map = Keymap::with(&changes).unwrap_or_default();
        assert_eq!(map.command(Key::plain(super::super::key::Code::Char('Z')), Place::Rows), Some(Command::Rows));
        assert_eq!(map.command(Key::plain(super::super::key::Code::Char('r')), Place::Rows), None);
    }

    #[test]
    fn a_bad_key_table_says_what_is_wrong() {
        let with = |name: &str, key: &str| {
            Keymap::with(&BTreeMap::from([(name.to_owned(), vec![key.to_owned()])])).err().unwrap_or_default()
        };
        assert_eq!(with("rowz", "r"), "[keys]: no command is called \"rowz\"");
        assert!(with("rows", "hyper-r").starts_with("[keys] rows: no key is called \"hyper-r\""));
        assert_eq!(with("rows", "g"), "[keys]: g would stand for both group and rows");
    }
}
