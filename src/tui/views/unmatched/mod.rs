//! Lists in files that the filter names, as in `customer_id IN FILE 'suppress.csv'`: a line says how many of their
//! values matched a customer, and a page lists those that did not.

mod draw;

use crate::insight::file_matches::{FileMatch, FileMatchesInquiry};
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::table::Table;
use crate::tui::core::copying::copy_table;
use crate::tui::core::{Binding, BindingSection, Effect, Hooks, Lane, State, View, ViewKeys, ViewName, key, requests};
use crate::tui::paint::canvas::{Canvas, Rect};
use crate::tui::views::export;

pub use draw::line;

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "file-lists";
const PAGE: ViewName = "unmatched";

/// Counts of the filter's lists, in the line below the filter.
#[derive(Debug, Clone, Default)]
pub struct FileListCounts {
    matches: FileMatchesInquiry,
    /// True if the counts are those of the filter.
    is_current: bool,
}

impl View for FileListCounts {
    fn name(&self) -> ViewName {
        NAME
    }

    fn hooks(&self) -> Hooks {
        Hooks { renew, ..Hooks::default() }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.matches)
    }

    fn lane(&self) -> Lane {
        Lane::Lists
    }

    fn is_beside(&self, state: &State) -> bool {
        has_lists(state)
    }

    fn is_waiting(&self) -> bool {
        self.matches.is_waiting()
    }

    fn outdate(&mut self) {
        self.is_current = false;
    }
}

/// Returns true if the filter names a list. Searching the text first is cheap, as this is called for every frame.
fn has_lists(state: &State) -> bool {
    let may_name = state.query.filter.to_ascii_lowercase().contains("file");
    may_name && !state.rule.file_lists().is_empty()
}

fn renew(state: &mut State) -> bool {
    let lists = state.views.get::<FileListCounts>();
    if lists.is_current || state.filter.problem.is_some() {
        return false;
    }
    let matches = FileMatchesInquiry::new(&state.rule, &state.settings.mask);
    let lists = state.views.get_mut::<FileListCounts>();
    *lists = FileListCounts { matches, is_current: true };
    true
}

/// Returns the lists of the filter, as far as they are counted.
fn lists(state: &State) -> &[FileMatch] {
    let lists = state.views.get::<FileListCounts>();
    if lists.is_current && has_lists(state) { &lists.matches.lists } else { &[] }
}

/// Returns the reason for being disabled: the filter names no list.
pub fn without_lists(state: &State) -> Option<&'static str> {
    (!has_lists(state)).then_some("the filter names no list: customer_id IN FILE 'ids.csv'")
}

const KEYS: &[BindingSection] = &[BindingSection::new(
    "Unmatched values",
    &[
        Binding::new("copy-table", &["y"], "copy the values as TSV, with a header row", copy_table)
            .hint("copy")
            .synonyms(&["copy", "yank", "clipboard", "tsv"]),
        Binding::new("export", &["X"], "write the values to a file", export::open)
            .hint("export")
            .synonyms(&["save as", "csv", "write", "file"]),
    ],
)];

/// The page with the values that no customer has.
#[derive(Debug, Clone, Default)]
pub struct UnmatchedPage {
    /// Scroll offset in lines.
    pub scroll: usize,
}

/// Opens the page, or says why there is nothing on it.
pub fn open(state: &mut State) -> Vec<Effect> {
    let min_cell = state.settings.min_cell;
    let listed: Vec<Result<usize, String>> =
        lists(state).iter().map(|list| Ok(list.unmatched(min_cell)?.len())).collect();
    let unmatched: usize = listed.iter().flatten().sum();
    match listed.into_iter().find_map(Result::err) {
        Some(reason) if unmatched == 0 => state.complain(reason),
        None if unmatched == 0 => state.say("every value of the list matched a customer"),
        _ => state.over.push(UnmatchedPage::default()),
    }
    Vec::new()
}

impl View for UnmatchedPage {
    fn name(&self) -> ViewName {
        PAGE
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Commands(KEYS)
    }

    fn hooks(&self) -> Hooks {
        Hooks { step, ..Hooks::default() }
    }

    fn is_page(&self) -> bool {
        true
    }

    fn table(&self, state: &State) -> Option<Table> {
        Some(draw::table(state))
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, self.scroll, state);
    }
}

fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let last = draw::last_scroll(state);
    if let Some(page) = state.over.get_mut::<UnmatchedPage>() {
        page.scroll = page.scroll.min(last).saturating_add_signed(by).min(last);
    }
    requests::views(state)
}

/// Returns the words that lead to the page.
fn way_to_it(state: &State) -> String {
    format!("{} lists the rest", key(state, PAGE))
}
