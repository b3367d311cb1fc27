//! Bindings that views share.

use super::{export, help, palette, persona_form, remembered, segment_form, sql, themes, tutor, unmatched};
use crate::tui::core::binding::{until_loaded, until_whole, without_place_for_study};
use crate::tui::core::changes::{ask_for, cancel, history_step, redraw};
use crate::tui::core::copying::{copy_line, copy_markdown, copy_table};
use crate::tui::core::dispatch::{back, page, step};
use crate::tui::core::{Binding, BindingSection, Effect, State, View, editing};

/// Bindings of every view that has the filter on screen.
pub const COMMON: &[BindingSection] = &[BindingSection::new(
    "Filter and study",
    &[
        Binding::new("filter", &["/"], "type a rule; counts update as you type", editing::begin)
            .hint("filter")
            .synonyms(&["search", "find", "where", "rule"]),
        Binding::new("edit-filter", &["ctrl-e"], "edit the filter in $EDITOR", editing::edit_outside)
            .disabled(until_loaded)
            .synonyms(&["editor", "vim", "multi-line", "long rule"]),
        Binding::new("save", &["s"], "save the filter as a segment", segment_form::open)
            .hint("save")
            .disabled(|state| {
                without_place_for_study(state)
                    .or_else(|| state.filter.pending.is_some().then_some("the filter is still being checked"))
                    .or_else(|| no_filter(&state.query.filter, "there is no filter yet: type one with /"))
            })
            .synonyms(&["new segment", "create"]),
        Binding::new("new", &["n"], "make a new persona", persona_form::new)
            .disabled(without_place_for_study)
            .synonyms(&["persona", "character", "create"]),
        Binding::new("clear", &["x"], "clear the filter: everyone again", |state| {
            ask_for(state, |query| query.filter.clear())
        })
        .late_hint("clear")
        .disabled(|state| no_filter(&state.query.filter, "there is no filter"))
        .synonyms(&["reset"]),
        Binding::new("undo", &["u"], "undo the last change (filter or saved edit)", |state| history_step(state, true))
            .late_hint("undo")
            .disabled(|state| (!state.history.can_undo()).then_some("nothing to undo")),
        Binding::new("redo", &["ctrl-r"], "redo the last undone change", |state| history_step(state, false))
            .disabled(|state| (!state.history.can_redo()).then_some("nothing to redo")),
        Binding::new("filter-history", &[], "search the filters applied before", remembered::open_history)
            .synonyms(&["history", "recent", "past", "earlier", "ctrl-r"]),
        Binding::new("sql", &[], "show the filter as SQL of another engine, and copy it", sql::open)
            .disabled(until_loaded)
            .synonyms(&["export", "query", "duckdb", "spark"]),
        Binding::new(
            "unmatched",
            &[],
            "list the values of a file that matched no customer, for a filter with IN FILE",
            unmatched::open,
        )
        .disabled(unmatched::without_lists)
        .synonyms(&["in file", "not found", "missing ids", "list", "rejects"]),
        Binding::new("copy-table", &["y"], "copy the table as TSV, with a header row", copy_table).synonyms(&[
            "copy",
            "yank",
            "clipboard",
            "tsv",
            "spreadsheet",
        ]),
        Binding::new("copy-markdown", &[], "copy the table as Markdown", copy_markdown).synonyms(&[
            "copy",
            "yank",
            "clipboard",
            "md",
        ]),
        Binding::new("export", &["X"], "write the table, all rows or ids of customers to a file", export::open)
            .disabled(until_whole)
            .synonyms(&["save as", "download", "csv", "tsv", "ndjson", "markdown", "write", "file"]),
        Binding::new(
            "copy-filter",
            &["ctrl-y"],
            "copy the filter to the clipboard, line ends and comments as they are",
            |state| copy_line(state.filter.text().to_owned()),
        )
        .synonyms(&["yank", "clipboard"])
        .disabled(|state| no_filter(state.filter.text(), "there is no filter")),
        Binding::new("palette", &[":", "ctrl-p"], "find a command by its name", palette::open).hint("commands"),
    ],
)];

/// Bindings of every view whose keys are commands.
pub const EVERYWHERE: &[BindingSection] = &[
    BindingSection::new(
        "Move",
        &[
            Binding::new("down", &["j", "down"], "go down a line", |state| step(state, 1)).moves(),
            Binding::new("up", &["k", "up"], "go up a line", |state| step(state, -1)).moves(),
            Binding::new("page-down", &["ctrl-d", "pgdn"], "go down half a page", |state| step(state, page(state)))
                .moves(),
            Binding::new("page-up", &["ctrl-u", "pgup"], "go up half a page", |state| step(state, -page(state)))
                .moves(),
            Binding::new("top", &["home", "g"], "go to the first line", |state| step(state, isize::MIN)).moves(),
            Binding::new("bottom", &["end", "G"], "go to the last line", |state| step(state, isize::MAX)).moves(),
        ],
    ),
    BindingSection::new(
        "Program",
        &[
            Binding::new("help", &["?"], "show this page: the keys of the view in front", help::open),
            Binding::new("back", &["esc"], "go one level back; never quits", back).hint("back"),
            Binding::new("redraw", &["ctrl-l"], "redraw; retry failed counts; draw a new sample", redraw)
                .synonyms(&["reload", "refresh", "retry"]),
            Binding::new("theme", &[], "choose a theme; the screen shows the selected one", themes::open)
                .synonyms(&["colours", "colors", "dark", "light", "look"]),
            Binding::new("mouse", &[], "turn mouse support on or off", toggle_mouse).synonyms(&["click", "wheel"]),
            Binding::new("tutor", &[], "start the tutor: ten lessons on a copy of the sample; q returns", |_| {
                vec![Effect::Tutor]
            })
            .synonyms(&["learn", "lessons", "tutorial", "introduction", "start"])
            .disabled(|state| tutor::is_running(state).then_some("this is the tutor")),
            Binding::new("skip", &["ctrl-n"], "in the tutor: skip the step", tutor::skip)
                .disabled(|state| (!tutor::is_running(state)).then_some("only the tutor has steps: crosscut tutor")),
            Binding::new("cancel", &["ctrl-c"], "close / cancel counting / quit", cancel),
            Binding::new("suspend", &["ctrl-z"], "suspend (fg resumes)", |_| vec![Effect::Suspend]),
            Binding::new("quit", &["q"], "close what is open; at home, quit", quit)
                .late_hint("quit")
                .synonyms(&["exit"]),
        ],
    ),
];

fn no_filter(filter: &str, reason: &'static str) -> Option<&'static str> {
    filter.trim().is_empty().then_some(reason)
}

fn toggle_mouse(state: &mut State) -> Vec<Effect> {
    state.settings.mouse ^= true;
    state.say(match state.settings.mouse {
        true => "mouse on: a press selects, a press on the selected line opens; mouse = true under [look] keeps it",
        false => "mouse off: the terminal selects text again",
    });
    vec![Effect::TakeMouse(state.settings.mouse)]
}

fn quit(state: &mut State) -> Vec<Effect> {
    let is_within = state.front().is_some_and(View::has_inner_step);
    if state.is_at_home() && !is_within { vec![Effect::Quit] } else { back(state) }
}
