//! Finds the binding that a key stands for, and handles every key press.

pub mod editing;
pub mod paste;

use super::action::Effect;
use super::binding::Binding;
use super::key::{KeyPress, KeySymbol};
use super::keymap::{BindingGroup, Bound, bindings};
use super::state::State;
use super::view::{View, ViewKeys};
use super::{input, requests};

/// Returns the bindings of the view in front that apply now, by heading; see [`super::Keymap::groups`].
pub fn groups(state: &State) -> Vec<BindingGroup> {
    let Some(front) = state.front() else { return Vec::new() };
    let mut groups = state.keymap.groups(front, &state.views, state.focus);
    groups.retain(|group| group.pane.is_none_or(|pane| pane == state.focus));
    groups
}

/// Returns the first binding that applies now and that `is_wanted` is true for, with its keys.
fn bound(state: &State, is_wanted: impl Fn(&Bound) -> bool) -> Option<Bound> {
    groups(state).into_iter().flat_map(|group| group.bindings).find(is_wanted)
}

/// Returns the binding that the key stands for in the view in front.
pub fn binding(state: &State, key: KeyPress) -> Option<&'static Binding> {
    bound(state, |bound| bound.keys.contains(&key)).map(|bound| bound.binding)
}

/// Returns the binding of this name in the view in front.
pub fn named(state: &State, name: &str) -> Option<&'static Binding> {
    bound(state, |bound| bound.binding.name == name).map(|bound| bound.binding)
}

/// Returns the key of a binding for hints: the first that stands for it in front, or anywhere. A binding that a config
/// file left without a key is shown as the palette finds it.
pub fn key(state: &State, name: &str) -> String {
    let in_front = bound(state, |bound| bound.binding.name == name).and_then(|bound| bound.keys.first().copied());
    let anywhere = || {
        let mut all = state.views.iter().flat_map(|view| bindings(view, &state.views));
        all.find(|binding| binding.name == name).and_then(|binding| state.keymap.keys(binding).first().copied())
    };
    in_front.or_else(anywhere).map_or_else(|| format!(":{name}"), |key| key.to_string())
}

/// Moves by half a screen of rows.
pub fn page(state: &State) -> isize {
    (state.page_height() / 2).max(1) as isize
}

/// Carries out a binding, or says why it is unavailable.
pub fn run(state: &mut State, binding: &Binding) -> Vec<Effect> {
    match (binding.disabled)(state) {
        Some(why) => {
            state.complain(why);
            Vec::new()
        }
        None => (binding.run)(state),
    }
}

/// Handles a key press.
pub fn key_typed(state: &mut State, key: KeyPress) -> Vec<Effect> {
    state.message = None;
    match behind_escape(state, key) {
        Some(key) => {
            let mut effects = key_pressed(state, KeyPress::plain(KeySymbol::Esc));
            effects.extend(key_pressed(state, key));
            effects
        }
        None => key_pressed(state, key),
    }
}

/// Handles a key. Forms, lists and the filter line take keys as typing; all other keys are commands.
pub fn key_pressed(state: &mut State, key: KeyPress) -> Vec<Effect> {
    if let Some(effects) = always(state, key) {
        return effects;
    }
    if state.filter.offered.is_some() {
        return paste::offered_key(state, key);
    }
    if let Some(ViewKeys::Typing(typed)) = state.over.top().map(View::keys) {
        return typed(state, key);
    }
    if state.over.is_empty() && state.filter.editing {
        return editing::key(state, key);
    }
    match binding(state, key) {
        Some(binding) => run(state, binding),
        None => {
            let message = unknown(state, key);
            state.complain(message);
            Vec::new()
        }
    }
}

/// Says that a key means nothing here, and what the same letter in the other case means.
fn unknown(state: &State, typed: KeyPress) -> String {
    let other_case = |c: char| if c.is_uppercase() { c.to_lowercase().next() } else { c.to_uppercase().next() };
    let near = typed.typed().filter(|c| c.is_alphabetic()).and_then(other_case);
    let near = near.and_then(|c| Some((c, binding(state, KeyPress::plain(KeySymbol::Char(c)))?)));
    let near = near.map(|(c, binding)| format!("{c} is {}, ", binding.hint.unwrap_or(binding.name)));
    format!("no key {typed} here: {}{} lists the keys", near.unwrap_or_default(), key(state, "help"))
}

/// Handles keys that have the same meaning wherever text is typed.
fn always(state: &mut State, key: KeyPress) -> Option<Vec<Effect>> {
    if key.typed().is_some() {
        return None;
    }
    let everywhere = state.views.everywhere.iter().flat_map(|section| section.bindings);
    let binding = everywhere
        .filter(|binding| matches!(binding.name, "cancel" | "redraw" | "suspend"))
        .find(|binding| state.keymap.keys(binding).contains(&key))?;
    Some(match binding.name {
        "cancel" if state.filter.offered.is_some() => paste::offered_key(state, key),
        "cancel" if !state.over.is_empty() => back(state),
        "cancel" if state.filter.pending.is_some() => editing::abandon(state),
        "cancel" if state.filter.editing => editing::leave(state),
        _ => run(state, binding),
    })
}

/// Goes one level back in the view in front: closes what is open in it, or the view.
pub fn back(state: &mut State) -> Vec<Effect> {
    let Some(hooks) = state.front().map(View::hooks) else { return Vec::new() };
    let mut effects = (hooks.back)(state);
    effects.extend(requests::views(state));
    effects
}

/// Moves the cursor of the view in front by lines.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(hooks) = state.front().map(View::hooks) else { return Vec::new() };
    (hooks.step)(state, by)
}

/// Returns the key that followed an Esc. Terminals send alt with a key as Esc and the key, which looks like Esc pressed
/// first. Where the combination has no meaning, it is taken for two keys.
fn behind_escape(state: &State, key: KeyPress) -> Option<KeyPress> {
    let is_sent_so = matches!(key.code, KeySymbol::Char(_) | KeySymbol::Enter | KeySymbol::Tab | KeySymbol::Backspace);
    if !key.alt || !is_sent_so {
        return None;
    }
    let is_known = match state.over.top() {
        // The overlay decides for itself: it may support more editing keys than a single line does.
        Some(over) if over.hooks().takes_alt => true,
        Some(over) => over.hooks().paste.is_some() && input::means_something(key),
        None => state.filter.editing && input::means_something(key),
    };
    (!is_known && binding(state, key).is_none()).then_some(KeyPress { alt: false, ..key })
}
