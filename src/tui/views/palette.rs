//! The palette: finds a command by its name, or by a word that people use for it.

use super::picker::PickerBox;
use crate::tui::core::dispatch::{groups, named, run};
use crate::tui::core::keymap::Bound;
use crate::tui::core::picker::{PickItem, Picker};
use crate::tui::core::{Effect, State};

/// Opens the list of all commands of the view in front.
pub fn open(state: &mut State) -> Vec<Effect> {
    let item = |Bound { binding, keys }: Bound| PickItem {
        label: binding.name.to_owned(),
        about: binding.doc.to_owned(),
        synonyms: binding.synonyms.join(" "),
        detail: keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        disabled: (binding.disabled)(state).map(str::to_owned),
    };
    let mut items: Vec<PickItem> = groups(state).into_iter().flat_map(|group| group.bindings).map(item).collect();
    let mut seen = std::collections::BTreeSet::new();
    // A view's own command replaces a shared one of the same name.
    items.retain(|item| seen.insert(item.label.clone()));
    let chosen = |state: &mut State, name: String| match named(state, &name) {
        Some(binding) => run(state, binding),
        None => Vec::new(),
    };
    state.over.push(PickerBox { why_not: "not now: ", ..PickerBox::new(Picker::new("Commands", items), chosen) });
    Vec::new()
}
