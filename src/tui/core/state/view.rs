//! Views: everything that takes keys. Those in place of the panes are registered once; boxes and pages lie over them on
//! a stack.

use std::any::Any;
use std::fmt;

use super::State;
use super::binding::{Binding, BindingSection};
use crate::engine::Sort;
use crate::insight::inquiry::{ErasedInquiry, QuestionSlot};
use crate::insight::table::Table;
use crate::rule::Checked;
use crate::tui::core::action::{Effect, Lane, ViewName};
use crate::tui::core::kept_session::KeptForm;
use crate::tui::core::key::KeyPress;
use crate::tui::paint::canvas::{Canvas, Position, Rect};

/// A view: its state, keys, questions and drawing.
pub trait View: Any + fmt::Debug {
    /// Returns the view's name, by which config files and remembered states name it.
    fn name(&self) -> ViewName;

    /// Returns its keys: commands, or typing. None for a view that never has the focus.
    fn keys(&self) -> ViewKeys {
        ViewKeys::Commands(&[])
    }

    /// Returns the binding that opens it from every view in place of the panes.
    fn opens(&self) -> Option<&'static Binding> {
        None
    }

    /// Returns its reactions to what happens.
    fn hooks(&self) -> Hooks {
        Hooks::default()
    }

    /// Returns the view's inquiry; `None` if it asks nothing.
    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        None
    }

    /// Returns the queue of its questions.
    fn lane(&self) -> Lane {
        Lane::View
    }

    /// Returns true while it waits for an answer or for a save.
    fn is_waiting(&self) -> bool {
        false
    }

    /// Returns true while it is on screen beside the view that is open.
    fn is_beside(&self, _state: &State) -> bool {
        false
    }

    /// Returns the column that is selected in it, which a profile is then about.
    fn column(&self, _state: &State) -> Option<String> {
        None
    }

    /// Returns true if something is open within it that Esc closes before the view.
    fn has_inner_step(&self) -> bool {
        false
    }

    /// Returns the table that it shows, to be copied or exported: every line, in sight or not, with full names, and
    /// suppressed and masked as on screen. `None` without one.
    fn table(&self, _state: &State) -> Option<Table> {
        None
    }

    /// Returns the lists of customers that it can export.
    fn listings(&self, _state: &State) -> Vec<CustomerListing> {
        Vec::new()
    }

    /// Returns true if it covers the whole screen and scrolls: its keys have nothing to do with the filter.
    fn is_page(&self) -> bool {
        false
    }

    /// Marks its answers as outdated: the filter or the definitions have changed.
    fn outdate(&mut self) {}

    /// Drops what depends on the definitions, which have changed.
    fn definitions_changed(&mut self) {}

    /// Drops what was found in an earlier base, or in the first rows of this one, and is not merely outdated.
    fn base_changed(&mut self) {}

    /// Returns the flag that is set while a change made in this form is being written; `None` if it is no form.
    fn saving(&mut self) -> Option<&mut bool> {
        None
    }

    /// Returns what was typed into this form and is not saved.
    fn unsaved(&self, _state: &State) -> Option<KeptForm> {
        None
    }

    /// Returns what its figures mean, each with its name: lines of the help page.
    fn figures(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Draws the view. One that others draw in theirs draws nothing itself.
    fn draw(&self, _canvas: &mut Canvas, _area: Rect, _state: &State) {}
}

/// Customers that a view can list in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerListing {
    /// Phrase for the export form, such as `ids of @vip`.
    pub label: String,
    /// File name without its ending.
    pub file: String,
    /// Customers to list, or why they cannot be listed.
    pub customers: Result<Checked, String>,
    /// Columns to list; empty for all.
    pub columns: Vec<String>,
    /// Order of the customers; empty for file order.
    pub sort: Vec<Sort>,
}

/// Keys of a view.
#[derive(Debug, Clone, Copy)]
pub enum ViewKeys {
    /// Keys are commands, listed by section. Common bindings apply too, unless a section uses their keys.
    Commands(&'static [BindingSection]),
    /// The view takes every key itself, as typing.
    Typing(fn(&mut State, KeyPress) -> Vec<Effect>),
}

impl ViewKeys {
    /// Returns the sections of commands; none if keys are typing.
    pub fn sections(self) -> &'static [BindingSection] {
        match self {
            ViewKeys::Commands(sections) => sections,
            ViewKeys::Typing(_) => &[],
        }
    }
}

/// Reactions of a view to what happens. The functions find the view in the state.
#[derive(Debug, Clone, Copy)]
pub struct Hooks {
    /// Renews the inquiry if its subject has changed. Returns true if it did.
    pub renew: fn(&mut State) -> bool,
    /// Returns effects that go before the view's questions.
    pub before_asking: fn(&mut State) -> Vec<Effect>,
    /// Follows an answer that the inquiry has taken in.
    pub arrived: fn(&mut State, QuestionSlot) -> Vec<Effect>,
    /// Follows a press of the mouse in the view's area; for what lies over the view, in the whole page.
    pub pressed: fn(&mut State, Rect, Position) -> Vec<Effect>,
    /// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
    pub step: fn(&mut State, isize) -> Vec<Effect>,
    /// Follows questions that were cancelled for a reason.
    pub stopped: fn(&mut State, &str),
    /// Inserts a pasted text; `None` if the view has no text field.
    pub paste: Option<fn(&mut State, &str) -> Vec<Effect>>,
    /// True if it gives alt with a key a meaning of its own.
    pub takes_alt: bool,
    /// Goes one level back: closes what is open within the view, or the view.
    pub back: fn(&mut State) -> Vec<Effect>,
}

impl Default for Hooks {
    fn default() -> Self {
        Self {
            renew: |_| false,
            before_asking: |_| Vec::new(),
            arrived: |_, _| Vec::new(),
            pressed: |_, _, _| Vec::new(),
            step: |_, _| Vec::new(),
            stopped: |_, _| {},
            paste: None,
            takes_alt: false,
            back: State::go_back,
        }
    }
}

/// The registered views (those in place of the panes, and those beside them), and the bindings that views share.
#[derive(Debug)]
pub struct Views {
    views: Vec<Box<dyn View>>,
    /// Bindings of every view that has the filter on screen.
    pub common: &'static [BindingSection],
    /// Bindings of every view whose keys are commands.
    pub everywhere: &'static [BindingSection],
}

impl Views {
    /// Creates the registry. The first view is the main screen.
    pub fn new(
        views: Vec<Box<dyn View>>,
        common: &'static [BindingSection],
        everywhere: &'static [BindingSection],
    ) -> Self {
        Self { views, common, everywhere }
    }

    /// Returns the view of this name.
    pub fn named(&self, name: ViewName) -> Option<&dyn View> {
        self.iter().find(|view| view.name() == name)
    }

    /// Returns all registered views, the main screen first.
    pub fn iter(&self) -> impl Iterator<Item = &dyn View> {
        self.views.iter().map(AsRef::as_ref)
    }

    /// Same as [`Views::iter`], to change them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut (dyn View + 'static)> {
        self.views.iter_mut().map(AsMut::as_mut)
    }

    /// Returns the view of this type.
    ///
    /// # Panics
    /// If the type is missing from the list in `views/mod.rs`: an internal error, which every test would reveal.
    #[expect(clippy::panic, reason = "a view that is not registered cannot be open")]
    pub fn get<V: View>(&self) -> &V {
        let found = self.views.iter().find_map(|view| (view.as_ref() as &dyn Any).downcast_ref());
        found.unwrap_or_else(|| panic!("{} is not registered", std::any::type_name::<V>()))
    }

    /// Same as [`Views::get`], to change it.
    ///
    /// # Panics
    /// For the same reason as [`Views::get`].
    #[expect(clippy::panic, reason = "a view that is not registered cannot be open")]
    pub fn get_mut<V: View>(&mut self) -> &mut V {
        let found = self.views.iter_mut().find_map(|view| (view.as_mut() as &mut dyn Any).downcast_mut());
        found.unwrap_or_else(|| panic!("{} is not registered", std::any::type_name::<V>()))
    }
}

/// Boxes and pages that lie over the view, the topmost last.
#[derive(Debug, Default)]
pub struct Overlays(Vec<Box<dyn View>>);

impl Overlays {
    /// Returns true if nothing lies over the view.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Opens a box or page above all others.
    pub fn push(&mut self, view: impl View) {
        self.0.push(Box::new(view));
    }

    /// Closes the topmost one. Returns false if there is none.
    pub fn pop(&mut self) -> bool {
        self.0.pop().is_some()
    }

    /// Closes all boxes and pages.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the topmost box or page, which has the focus.
    pub fn top(&self) -> Option<&dyn View> {
        self.0.last().map(AsRef::as_ref)
    }

    /// Same as [`Overlays::top`], to change it.
    pub fn top_mut(&mut self) -> Option<&mut (dyn View + 'static)> {
        self.0.last_mut().map(AsMut::as_mut)
    }

    /// Returns the topmost one if it is of this type.
    pub fn get<V: View>(&self) -> Option<&V> {
        (self.top()? as &dyn Any).downcast_ref()
    }

    /// Same as [`Overlays::get`], to change it.
    pub fn get_mut<V: View>(&mut self) -> Option<&mut V> {
        (self.top_mut()? as &mut dyn Any).downcast_mut()
    }

    /// Closes the topmost one and returns it if it is of this type.
    pub fn take<V: View>(&mut self) -> Option<V> {
        self.get::<V>()?;
        let top: Box<dyn Any> = self.0.pop()?;
        top.downcast().ok().map(|view| *view)
    }

    /// Returns the one of this type, wherever it lies.
    pub fn find<V: View>(&self) -> Option<&V> {
        self.0.iter().rev().find_map(|view| (view.as_ref() as &dyn Any).downcast_ref())
    }

    /// Same as [`Overlays::find`], to change it.
    pub fn find_mut<V: View>(&mut self) -> Option<&mut V> {
        self.0.iter_mut().rev().find_map(|view| (view.as_mut() as &mut dyn Any).downcast_mut())
    }

    /// Returns all, the lowest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &dyn View> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Same as [`Overlays::iter`], to change them.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut (dyn View + 'static)> {
        self.0.iter_mut().map(AsMut::as_mut)
    }
}
