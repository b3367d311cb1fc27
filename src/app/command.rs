//! The table of commands, which dispatch, footer, `?` help, the `:` palette and docs/keys.md all read.

use super::state::{Base, Overlay, Pane, State, View};

/// A command on the main screen, in the rows or on the persona card. Typing in the filter line, in a form or in a list
/// is not a command: see [`TYPING`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    Filter,
    ClearFilter,
    Group,
    Save,
    Toggle,
    Enter,
    Open,
    Close,
    Edit,
    Delete,
    Card,
    Rows,
    Matrix,
    UpSet,
    Why,
    Facets,
    Profile,
    Attrition,
    Segmentation,
    Consolidate,
    Coverage,
    Research,
    New,
    Duplicate,
    MoveDown,
    MoveUp,
    Editor,
    Review,
    Note,
    Figure,
    Order,
    Sets,
    By,
    Cut,
    SortAscending,
    SortDescending,
    Copy,
    Sql,
    CopyFilter,
    Undo,
    Redo,
    NextPane,
    PreviousPane,
    Down,
    Up,
    Left,
    Right,
    PageDown,
    PageUp,
    Top,
    /// Same as `Top`, on the key that groups in the panes.
    First,
    Bottom,
    /// Same as `Bottom`, on the key that builds a segmentation in the panes.
    Last,
    Help,
    Palette,
    Back,
    Redraw,
    Cancel,
    Suspend,
    Quit,
}

/// Part of the screen in which a command applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    Segments,
    Groups,
    Personas,
    Rows,
    Matrix,
    UpSet,
    Why,
    Facets,
    Profile,
    Consolidate,
    Coverage,
    Research,
    /// The persona card.
    Card,
    /// The help page, which scrolls.
    Page,
}

use Place::{
    Card, Consolidate, Coverage, Facets, Groups, Matrix, Page, Personas, Profile, Research, Rows, Segments, UpSet, Why,
};

pub const PANES: &[Place] = &[Segments, Groups, Personas];
/// Every place with the filter on screen and nothing over it.
pub const TABLES: &[Place] =
    &[Segments, Groups, Personas, Rows, Matrix, UpSet, Why, Facets, Profile, Consolidate, Coverage, Research];
pub const EVERYWHERE: &[Place] = &[
    Segments,
    Groups,
    Personas,
    Rows,
    Matrix,
    UpSet,
    Why,
    Facets,
    Profile,
    Consolidate,
    Coverage,
    Research,
    Card,
    Page,
];

pub const NO_STUDY: &str = "there is no study to save to: `crosscut init` makes one";

/// A row of the table of commands.
#[derive(Debug)]
pub struct Spec {
    pub command: Command,
    /// Name in the palette, and under `[keys]` in a config file.
    pub name: &'static str,
    pub doc: &'static str,
    /// Default keys, as [`Key`] parses them. The first one is shown.
    pub keys: &'static [&'static str],
    pub places: &'static [Place],
    /// Word in the footer. The table's order puts the most useful first; `None` leaves the command to help and
    /// palette.
    pub hint: Option<&'static str>,
}

macro_rules! spec {
    ($command:ident, $name:literal, [$($key:literal),*], $places:expr, $hint:expr, $doc:literal) => {
        Spec { command: Command::$command, name: $name, doc: $doc, keys: &[$($key),*], places: $places, hint: $hint }
    };
}

pub const COMMANDS: &[Spec] = &[
    spec!(Filter, "filter", ["/"], TABLES, Some("filter"), "type a rule; everything re-counts as you type"),
    spec!(
        Enter,
        "enter",
        ["enter"],
        &[Segments, Groups, Personas, Matrix, UpSet, Why, Facets, Profile, Consolidate, Coverage, Research],
        Some("go in"),
        "make the segment, cell or combination the filter, narrow to the group or trait, open the persona card, pick the profile's column"
    ),
    spec!(
        Toggle,
        "toggle",
        ["space"],
        &[Segments, Groups, Why, Facets, Consolidate, Research, Card],
        Some("on/off"),
        "switch the segment or group on or off as part of the filter; in why, the rule's columns; on a card, claims; in research, likeness"
    ),
    spec!(
        Group,
        "group",
        ["g"],
        &[Segments, Groups, Personas, Facets],
        Some("group"),
        "group the filtered customers by a column"
    ),
    spec!(Save, "save", ["s"], TABLES, Some("save"), "save the filter as a segment"),
    spec!(Matrix, "matrix", ["m"], TABLES, Some("matrix"), "segments × personas as a matrix, or go back"),
    spec!(
        Why,
        "why",
        ["w"],
        TABLES,
        Some("why"),
        "what sets the filtered customers apart, or go back; in coverage: the chosen line's"
    ),
    spec!(
        Facets,
        "facets",
        ["f"],
        TABLES,
        Some("facets"),
        "up to four columns at once, each filtering the others, or go back"
    ),
    spec!(Card, "card", ["p"], PANES, Some("persona card"), "open the persona's card"),
    spec!(Rows, "rows", ["r"], TABLES, Some("rows"), "show the filtered customers as a table, or go back"),
    spec!(
        Edit,
        "edit",
        ["e"],
        &[Segments, Personas, Card],
        Some("edit"),
        "edit the segment: name, kind, rule, note; the persona: every field"
    ),
    spec!(Editor, "editor", ["E"], &[Personas, Card], Some("$EDITOR"), "edit the persona in $EDITOR"),
    spec!(New, "new", ["n"], &[Personas], Some("new"), "make a new persona"),
    spec!(
        Delete,
        "delete",
        ["d"],
        &[Segments, Personas, Facets],
        Some("delete"),
        "delete the segment or persona, after naming who uses it; close the facet"
    ),
    spec!(Segmentation, "segmentation", ["G"], PANES, Some("segmentation"), "cut the base into segments by a column"),
    spec!(
        Profile,
        "profile",
        ["i"],
        TABLES,
        Some("profile"),
        "a column's values, spread and chart under the filter, or go back"
    ),
    spec!(
        UpSet,
        "upset",
        ["U"],
        TABLES,
        Some("upset"),
        "customers by the exact combination of sets they are in, or go back"
    ),
    spec!(
        Attrition,
        "attrition",
        ["a"],
        TABLES,
        Some("attrition"),
        "what each condition of the filter removes, shown or hidden"
    ),
    spec!(
        Consolidate,
        "consolidate",
        ["c"],
        TABLES,
        Some("consolidate"),
        "from many segments to a few personas, or go back"
    ),
    spec!(Coverage, "coverage", ["C"], TABLES, Some("coverage"), "who is in no persona, one or several, or go back"),
    spec!(
        Research,
        "research",
        ["R"],
        TABLES,
        Some("research"),
        "respondents, themes and quotes by persona, or go back"
    ),
    spec!(Duplicate, "duplicate", ["D"], &[Personas], None, "make a copy of the persona"),
    spec!(
        MoveDown,
        "move-down",
        ["J"],
        &[Personas, Coverage],
        None,
        "move the persona down: those above come first in the waterfall"
    ),
    spec!(MoveUp, "move-up", ["K"], &[Personas, Coverage], None, "move the persona up"),
    spec!(Review, "review", ["v"], &[Card], Some("reviewed"), "mark as reviewed today"),
    spec!(Note, "note", ["o"], &[Card], Some("note"), "read the research note behind the chosen claim"),
    spec!(Figure, "figure", ["v"], &[Matrix, Research], Some("figure"), "show the next figure in the cells"),
    spec!(
        Order,
        "order",
        ["o"],
        &[Matrix, UpSet, Why, Consolidate, Research],
        Some("order"),
        "next sort order; in consolidate, other segments"
    ),
    spec!(
        Sets,
        "sets",
        ["t"],
        &[Matrix, UpSet, Why, Consolidate, Research],
        Some("sets"),
        "compare other sets; in consolidate, take the next method; in research, the next survey or interviews"
    ),
    spec!(
        By,
        "by",
        ["b"],
        &[Research],
        Some("answers"),
        "list the answers of another column of the survey or interviews"
    ),
    spec!(Cut, "cut", ["b"], &[Facets, Profile], Some("bins"), "cut the numbers or dates coarser or finer"),
    spec!(
        SortAscending,
        "sort-ascending",
        ["["],
        &[Place::Rows],
        Some("sort up"),
        "sort the rows by the column, smallest first; again: file order"
    ),
    spec!(
        SortDescending,
        "sort-descending",
        ["]"],
        &[Place::Rows],
        Some("sort down"),
        "sort the rows by the column, largest first; again: file order"
    ),
    spec!(Open, "open", ["l", "right"], PANES, None, "open the segmentation's cells, the persona's segments"),
    spec!(Close, "close", ["h", "left"], PANES, None, "close them"),
    spec!(Undo, "undo", ["u"], TABLES, Some("undo"), "undo the last change (filter or saved edit)"),
    spec!(Redo, "redo", ["ctrl-r"], TABLES, None, "redo the last undone change"),
    spec!(ClearFilter, "clear", ["x"], TABLES, Some("clear"), "clear the filter: everyone again"),
    spec!(
        Copy,
        "copy",
        ["y"],
        EVERYWHERE,
        None,
        "copy the chosen line's rule, row or persona to the clipboard (OSC 52)"
    ),
    spec!(Sql, "sql", [], TABLES, None, "show the filter as SQL of another engine, and copy it"),
    spec!(
        CopyFilter,
        "copy-filter",
        ["Y"],
        TABLES,
        None,
        "copy the filter to the clipboard, line ends and comments as they are"
    ),
    spec!(
        NextPane,
        "next-pane",
        ["tab"],
        &[Segments, Groups, Personas, Facets, Research, Card],
        Some("pane"),
        "go to the next pane; on a card, to the next claim"
    ),
    spec!(
        PreviousPane,
        "previous-pane",
        ["shift-tab"],
        &[Segments, Groups, Personas, Facets, Research, Card],
        None,
        "go to the pane before; on a card, to the claim before"
    ),
    spec!(Down, "down", ["j", "down"], EVERYWHERE, None, "go down a line"),
    spec!(Up, "up", ["k", "up"], EVERYWHERE, None, "go up a line"),
    spec!(
        Left,
        "left",
        ["h", "left"],
        &[Rows, Matrix, Facets, Profile, Consolidate, Coverage, Research, Card],
        None,
        "go to the column on the left; in consolidate, one group fewer; on a card, to the persona before"
    ),
    spec!(
        Right,
        "right",
        ["l", "right"],
        &[Rows, Matrix, Facets, Profile, Consolidate, Coverage, Research, Card],
        None,
        "go to the column on the right; in consolidate, one group more; on a card, to the next persona"
    ),
    spec!(PageDown, "page-down", ["ctrl-d", "pgdn"], EVERYWHERE, None, "go down a page"),
    spec!(PageUp, "page-up", ["ctrl-u", "pgup"], EVERYWHERE, None, "go up a page"),
    spec!(Top, "top", ["home"], EVERYWHERE, None, "go to the first line"),
    spec!(
        First,
        "first",
        ["g"],
        &[Rows, Matrix, UpSet, Why, Profile, Consolidate, Coverage, Research, Card, Page],
        None,
        "go to the first line"
    ),
    spec!(Bottom, "bottom", ["end"], EVERYWHERE, None, "go to the last line"),
    spec!(
        Last,
        "last",
        ["G"],
        &[Rows, Matrix, UpSet, Why, Facets, Profile, Consolidate, Coverage, Research, Card, Page],
        None,
        "go to the last line"
    ),
    spec!(Palette, "palette", [":", "ctrl-p"], TABLES, Some("commands"), "find a command by its name"),
    spec!(Help, "help", ["?"], TABLES, Some("help"), "show every key"),
    spec!(Back, "back", ["esc"], EVERYWHERE, None, "go one level back; never quits"),
    spec!(
        Redraw,
        "redraw",
        ["ctrl-l"],
        EVERYWHERE,
        None,
        "draw the screen anew; ask again what could not be answered; draw a new sample"
    ),
    spec!(Cancel, "cancel", ["ctrl-c"], EVERYWHERE, None, "close what is open; else stop the counting; else quit"),
    spec!(Suspend, "suspend", ["ctrl-z"], EVERYWHERE, None, "back to the shell; fg returns"),
    spec!(Quit, "quit", ["q"], EVERYWHERE, Some("quit"), "leave; on a card or help page, close it"),
];

/// Keys of the filter line and of text fields. They are typing rather than commands, but help lists them too.
pub const TYPING: &[(&str, &str)] = &[
    ("enter", "keep the filter and return to the panes"),
    ("esc  ctrl-c", "return to the panes; esc closes open suggestions first"),
    ("tab  shift-tab", "take the suggestion; step through them"),
    ("down  up", "step through the suggestions; without them, filters typed before"),
    ("ctrl-a  ctrl-e", "to the start, to the end"),
    ("alt-b  alt-f", "a word back, a word on"),
    ("ctrl-w  ctrl-u  ctrl-k", "delete the word before, all before, all after"),
];

impl Command {
    pub fn spec(self) -> &'static Spec {
        // A test ensures that the table lists every command; the first row stands in rather than a panic.
        COMMANDS.iter().find(|spec| spec.command == self).unwrap_or(&COMMANDS[0])
    }

    pub fn named(name: &str) -> Option<Command> {
        COMMANDS.iter().find(|spec| spec.name == name).map(|spec| spec.command)
    }

    /// Returns why the command is unavailable now; `None` if it is available.
    pub fn disabled(self, state: &State) -> Option<&'static str> {
        use Command::*;
        let loaded = matches!(state.base, Base::Ready { .. });
        match self {
            Group | Rows | Save | Enter | Toggle | Edit | Delete | SortAscending | SortDescending | Matrix | UpSet
            | Sql | Why | Facets | Profile | Attrition | Segmentation | Consolidate | Coverage | Research
                if !loaded =>
            {
                Some("the customers are still being read")
            }
            Save | Segmentation | Review if !state.settings.can_save => Some(NO_STUDY),
            Edit | Delete if !state.settings.can_save && state.view == View::Main => Some(NO_STUDY),
            New | Duplicate | MoveDown | MoveUp | Editor | Review if !state.settings.can_save => Some(NO_STUDY),
            Save if state.filter.pending.is_some() => Some("the filter is still being checked"),
            Save if state.query.filter.trim().is_empty() => Some("there is no filter yet: type one with /"),
            Toggle | Edit | Delete if state.catalog.segments.is_empty() && place(state) == Place::Segments => {
                Some("there is no segment yet: / types a filter, s saves it as one")
            }
            ClearFilter if state.query.filter.is_empty() => Some("there is no filter"),
            CopyFilter if state.filter.text().is_empty() => Some("there is no filter"),
            Card if state.catalog.personas.is_empty() => Some("the study has no personas"),
            Undo if !state.history.can_undo() => Some("nothing to undo"),
            Redo if !state.history.can_redo() => Some("nothing to redo"),
            _ => None,
        }
    }
}

/// Returns the place that keys go to now, when no form, list or filter line takes them as typing.
pub fn place(state: &State) -> Place {
    match (&state.overlay, state.view, state.focus) {
        (Some(Overlay::PersonaCard { .. }), _, _) => Place::Card,
        (Some(Overlay::Help { .. }), _, _) => Place::Page,
        (_, View::Rows, _) => Place::Rows,
        (_, View::Matrix, _) => Place::Matrix,
        (_, View::UpSet, _) => Place::UpSet,
        (_, View::Why, _) => Place::Why,
        (_, View::Facets, _) => Place::Facets,
        (_, View::Profile, _) => Place::Profile,
        (_, View::Consolidate, _) => Place::Consolidate,
        (_, View::Coverage, _) => Place::Coverage,
        (_, View::Research, _) => Place::Research,
        (_, View::Main, Pane::Segments) => Place::Segments,
        (_, View::Main, Pane::Groups) => Place::Groups,
        (_, View::Main, Pane::Personas) => Place::Personas,
    }
}

/// Returns the commands that apply at a place, in the table's order.
pub fn at(place: Place) -> impl Iterator<Item = &'static Spec> {
    COMMANDS.iter().filter(move |spec| spec.places.contains(&place))
}
