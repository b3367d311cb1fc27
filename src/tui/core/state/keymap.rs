//! The keys of each binding.

use std::collections::BTreeMap;

use super::Pane;
use super::binding::{Binding, BindingSection};
use super::view::{View, ViewKeys, Views};
use crate::tui::core::key::KeyPress;

/// Keys that a config file gives to bindings, by name, in place of the defaults.
#[derive(Debug, Clone, Default)]
pub struct Keymap(BTreeMap<String, Vec<KeyPress>>);

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
            map.0.insert(name.clone(), keys.collect::<Result<Vec<KeyPress>, String>>()?);
        }
        if map.0.is_empty() {
            return Ok(map);
        }
        // Some views take over a shared binding's default key on purpose. Only clashes that the config file adds are
        // errors.
        let meant = Self::default().clashes(views);
        match map.clashes(views).into_iter().find(|clash| !meant.contains(clash)) {
            Some((key, a, b)) => Err(format!("[keys]: {key} is bound to both {a} and {b}")),
            None => Ok(map),
        }
    }

    /// Returns the binding's keys.
    pub fn keys(&self, binding: &Binding) -> Vec<KeyPress> {
        match self.0.get(binding.name) {
            Some(keys) => keys.clone(),
            None => binding.keys.iter().filter_map(|key| key.parse().ok()).collect(),
        }
    }

    /// Returns the bindings of a view by heading, in the order in which a key is looked up, with those of all panes. A
    /// key belongs to the first binding that has it; `focus` decides between a pane's and a shared one.
    pub fn groups(&self, view: &dyn View, views: &Views, focus: Pane) -> Vec<BindingGroup> {
        let mut used: Vec<(Option<Pane>, KeyPress)> = Vec::new();
        let group = |(title, pane, bindings): ListedBindings| {
            let mut bound = Vec::new();
            for binding in bindings {
                let hides =
                    |other: Option<Pane>| other.is_none() || other == pane || (pane.is_none() && other == Some(focus));
                let mut keys = self.keys(binding);
                keys.retain(|key| !used.iter().any(|(other, before)| before == key && hides(*other)));
                used.extend(keys.iter().map(|key| (pane, *key)));
                bound.push(Bound { binding, keys });
            }
            BindingGroup { title, pane, bindings: bound }
        };
        listed(view, views).into_iter().map(group).collect()
    }

    /// Returns the keys that two bindings of one view share, with their names.
    pub fn clashes(&self, views: &Views) -> Vec<(KeyPress, &'static str, &'static str)> {
        let mut clashes = Vec::new();
        for view in views.iter() {
            let listed = listed(view, views);
            for focus in Pane::ALL {
                let applying = listed.iter().filter(|(_, pane, _)| pane.is_none_or(|pane| pane == focus));
                let bindings = applying.flat_map(|(.., bindings)| bindings);
                let keys: Vec<(&str, Vec<KeyPress>)> = bindings.map(|one| (one.name, self.keys(one))).collect();
                for (i, (one, keys_of_one)) in keys.iter().enumerate() {
                    for (other, others) in &keys[i + 1..] {
                        let shared = keys_of_one.iter().filter(|key| others.contains(key));
                        clashes.extend(shared.map(|key| (*key, *one, *other)));
                    }
                }
            }
        }
        clashes
    }
}

/// Bindings under one heading.
#[derive(Debug)]
pub struct BindingGroup {
    /// Heading on the help page.
    pub title: &'static str,
    /// Pane that has to have the focus; `None` for all.
    pub pane: Option<Pane>,
    /// Bindings with their keys, in the order in which a key is looked up.
    pub bindings: Vec<Bound>,
}

/// A binding, and the keys that stand for it.
#[derive(Debug, Clone)]
pub struct Bound {
    pub binding: &'static Binding,
    /// Keys from the config file, otherwise the defaults.
    pub keys: Vec<KeyPress>,
}

/// Heading, pane and bindings of a section.
type ListedBindings = (&'static str, Option<Pane>, Vec<&'static Binding>);

/// Returns the sections of a view in order of precedence: its own, those of all views with a filter, those that open
/// views, those of every view. Empty if the view takes keys as typing.
fn listed(view: &dyn View, views: &Views) -> Vec<ListedBindings> {
    let ViewKeys::Commands(own) = view.keys() else { return Vec::new() };
    let (common, opening) = match view.is_page() {
        true => (&[][..], Vec::new()),
        false => (views.common, views.iter().filter_map(View::opens).collect()),
    };
    let of = |section: &'static BindingSection| (section.title, section.pane, section.bindings.iter().collect());
    let opening = ("Open a view", None, opening);
    let all = own.iter().chain(common).map(of).chain([opening]).chain(views.everywhere.iter().map(of));
    all.filter(|(.., bindings): &ListedBindings| !bindings.is_empty()).collect()
}

/// Returns the bindings of a view, its own first.
pub fn bindings(view: &dyn View, views: &Views) -> Vec<&'static Binding> {
    listed(view, views).into_iter().flat_map(|(.., bindings)| bindings).collect()
}
