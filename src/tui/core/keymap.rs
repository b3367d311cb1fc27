//! The keys of each binding.

use std::collections::BTreeMap;

use super::binding::Binding;
use super::key::Key;
use super::state::Pane;
use super::view::{Keys, View, Views};

/// Keys that a config file gives to bindings, by name, in place of the defaults.
#[derive(Debug, Clone, Default)]
pub struct Keymap(BTreeMap<String, Vec<Key>>);

impl Keymap {
    /// Reads the changes of a config file: names of bindings to keys.
    ///
    /// # Errors
    /// One line that names an unknown binding, an invalid key, or a key that two bindings of one view share.
    pub fn with(changes: &BTreeMap<String, Vec<String>>, views: &Views) -> Result<Self, String> {
        let known: Vec<&Binding> = views.iter().flat_map(|view| bindings(view, views)).collect();
        let mut map = Self::default();
        for (name, keys) in changes {
            if !known.iter().any(|binding| binding.name == name) {
                return Err(format!("[keys]: no command is called \"{name}\""));
            }
            let keys = keys.iter().map(|key| key.parse().map_err(|e| format!("[keys] {name}: {e}")));
            map.0.insert(name.clone(), keys.collect::<Result<Vec<Key>, String>>()?);
        }
        // Some bindings use a key that a shared one has by default too: that is meant.
        let meant = Self::default().clashes(views);
        match map.clashes(views).into_iter().find(|clash| !meant.contains(clash)) {
            Some((key, a, b)) => Err(format!("[keys]: {key} would stand for both {a} and {b}")),
            None => Ok(map),
        }
    }

    /// Returns the binding's keys.
    pub fn keys(&self, binding: &Binding) -> Vec<Key> {
        match self.0.get(binding.name) {
            Some(keys) => keys.clone(),
            None => binding.keys.iter().filter_map(|key| key.parse().ok()).collect(),
        }
    }

    /// Returns the keys that two bindings of one view share, with their names.
    pub fn clashes(&self, views: &Views) -> Vec<(Key, &'static str, &'static str)> {
        let mut clashes = Vec::new();
        for view in views.iter() {
            for pane in Pane::ALL {
                let bindings = bindings_in(view, views, Some(pane));
                for (i, one) in bindings.iter().enumerate() {
                    for other in &bindings[i + 1..] {
                        let others = self.keys(other);
                        let shared = self.keys(one).into_iter().filter(|key| others.contains(key));
                        clashes.extend(shared.map(|key| (key, one.name, other.name)));
                    }
                }
            }
        }
        clashes
    }
}

/// Returns the bindings of a view, its own first.
pub fn bindings(view: &dyn View, views: &Views) -> Vec<&'static Binding> {
    bindings_in(view, views, None)
}

/// Returns the bindings of a view while this pane has the focus; of all panes if there is none.
fn bindings_in(view: &dyn View, views: &Views, pane: Option<Pane>) -> Vec<&'static Binding> {
    let Keys::Commands(own) = view.keys() else { return Vec::new() };
    let applies = |wanted: Option<Pane>| wanted.is_none() || pane.is_none() || wanted == pane;
    let own = own.iter().filter(|section| applies(section.pane)).flat_map(|section| section.bindings);
    let common = views.common.iter().filter(|_| !view.is_page()).flat_map(|section| section.bindings);
    let opening = views.iter().filter(|_| !view.is_page()).filter_map(View::opens);
    let everywhere = views.everywhere.iter().flat_map(|section| section.bindings);
    own.chain(common).chain(opening).chain(everywhere).collect()
}
