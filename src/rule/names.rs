use std::collections::BTreeMap;

/// What an `@name` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    Segment,
    Cell,
    Persona,
}

/// One entry of the namespace: a rule's text that may itself hold `@names`.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub kind: NameKind,
    pub rule: String,
}

/// All that `@` can stand for. The key is the full name: `vip`, `plan.pro`, `dana`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    entries: BTreeMap<String, Named>,
}

impl Names {
    /// Adds a name; the first definition of a name stays (a study's `check` reports the others).
    pub fn insert(&mut self, name: impl Into<String>, kind: NameKind, rule: impl Into<String>) {
        self.entries.entry(name.into()).or_insert_with(|| Named { kind, rule: rule.into() });
    }

    pub fn get(&self, name: &str) -> Option<&Named> {
        self.entries.get(name)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Named)> {
        self.entries.iter().map(|(name, named)| (name.as_str(), named))
    }
}
