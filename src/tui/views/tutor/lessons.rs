//! The lessons. They are about the sample study.

use super::{Lesson, LessonStep, StepStart};
use crate::tui::core::State;
use crate::tui::core::lines::segment_lines;
use crate::tui::core::state::Pane;
use crate::tui::views::card::CardView;
use crate::tui::views::customer::{self, CustomerView};
use crate::tui::views::matrix::MatrixView;
use crate::tui::views::{export, frequency, help, main, matrix, rows, segment_form, why};

const fn step(
    press: &'static str,
    why: &'static str,
    seen: &'static str,
    is_done: fn(&State, &StepStart) -> bool,
) -> LessonStep {
    LessonStep { press, why, seen, is_done }
}

/// All lessons, in their order.
pub const LESSONS: &[Lesson] = &[
    Lesson {
        title: "Filter",
        filter: "",
        steps: &[
            step(
                "Press {filter}: typing now goes to the filter line.",
                "A filter is a rule in SQL. It narrows everything on screen to some of the customers.",
                "The cursor is in the filter line, and columns are suggested below it.",
                |state, _| state.filter.editing,
            ),
            step(
                "Type `country = 'DE'` and watch the figures.",
                "Each key updates the counts of all segments and personas. An unfinished rule is not an error: the last \
                 answer stays, dimmed.",
                "Only the customers in Germany are counted now.",
                |state, _| filters_by(state, &["country", "'DE'"]),
            ),
            step(
                "Press `enter` to apply the filter.",
                "The filter stays until you change or clear it, in every view.",
                "The filter is applied, and keys are commands again.",
                |state, _| !state.filter.editing && !state.query.filter.is_empty(),
            ),
        ],
    },
    Lesson {
        title: "Completion and errors",
        filter: "country = 'DE'",
        steps: &[
            step(
                "Press {filter} and type a space, then `AND pl`",
                "Matching names are suggested: columns with their types, and segments and personas after an @.",
                "plan is suggested.",
                |state, _| state.filter.editing && state.filter.text().contains("AND pl"),
            ),
            step(
                "Press `tab`: it takes the first suggestion.",
                "down and up choose another one. After a column and an operator its values are suggested, the most frequent \
                 first.",
                "tab has typed plan for you.",
                |state, _| state.filter.text().contains("AND plan"),
            ),
            step(
                "Type `= basic`, without quotes.",
                "A mistake on purpose: texts need quotes, names of columns do not.",
                "The error names its place and says what may be meant.",
                |state, _| state.filter.problem.is_some() && typed(state).contains("plan=basic"),
            ),
            step(
                "Press `ctrl-w`, type `'basic'`, then `enter`.",
                "ctrl-w deletes a word, as in a shell. Meanwhile the figures are those of the last good rule.",
                "Both conditions apply now.",
                |state, _| !state.filter.editing && filters_by(state, &["plan", "'basic'"]),
            ),
        ],
    },
    Lesson {
        title: "Segments",
        filter: "",
        steps: &[
            step(
                "Press {clear}: it clears the filter.",
                "{undo} would bring it back: every change of the filter can be undone.",
                "Everyone is counted again.",
                |state, _| state.query.filter.is_empty(),
            ),
            step(
                "Go to the segment active: {down} is down.",
                "A segment is a rule with a name. Its customers in the filter stand beside it. tab goes to the other panes.",
                "The tinted line is the selected one.",
                |state, _| selected_segment(state).as_deref() == Some("active"),
            ),
            step(
                "Press {toggle}: the segment joins the filter.",
                "@active stands for its rule. {toggle} takes it out again, enter makes it the whole filter.",
                "The filter is @active: customers who ordered in the last quarter.",
                |state, _| state.query.filter.contains("@active"),
            ),
            step(
                "Press {open-all}: segmentations show cells.",
                "A segmentation cuts all customers into cells, which are segments too. {close-all} closes them; {open} and \
                 {close} do it for one.",
                "Cells stand below their segmentations, each with its customers.",
                |state, start| state.segments.open.len() + state.personas.open.len() > start.open,
            ),
        ],
    },
    Lesson {
        title: "Save a segment",
        filter: "@active AND country = 'DE'",
        steps: &[
            step(
                "Press {save}: it saves the filter.",
                "A saved filter is a segment: it has a name, is counted like the others, and any rule can use it.",
                "The form asks for a name.",
                |state, _| state.over.iter().any(|over| over.name() == segment_form::NAME),
            ),
            step(
                "Type a name, such as `my first`, then `enter`.",
                "It is written to segments.toml, whose comments and order stay; here, in a copy of the sample.",
                "It is saved and selected, and the filter now refers to it by name.",
                |state, start| state.definitions.segments.len() > start.segments,
            ),
        ],
    },
    Lesson {
        title: "Why",
        filter: "@active",
        steps: &[
            step(
                "Press {why}: what sets these customers apart?",
                "It compares the filter's customers with everyone else, column by column, the largest difference first.",
                "Each line is a trait: how often inside, how often outside.",
                |state, _| state.view == why::NAME,
            ),
            step(
                "Press `enter` on a trait: it joins the filter.",
                "A surprise becomes a condition with one key. {sets} compares with another segment or persona.",
                "The filter has one condition more.",
                |state, start| state.query.filter.len() > start.query.filter.len(),
            ),
            step(
                "Press {undo}, then {quit} closes the view.",
                "{quit} closes what is open, and leaves the program only from the main screen. esc goes back, too.",
                "The trait is out of the filter again, and the main screen is back.",
                |state, start| state.view == main::NAME && state.query.filter.len() < start.query.filter.len(),
            ),
        ],
    },
    Lesson {
        title: "Personas",
        filter: "",
        steps: &[
            step(
                "Press {next-pane} until the personas are in front.",
                "A persona stands for people whom research has met. It spans segments: their customers are its audience.",
                "The personas pane is active.",
                |state, _| state.focus == Pane::Personas,
            ),
            step(
                "Press `enter` on a persona: its card opens.",
                "Who they are in the words of research, beside what the data says of their audience.",
                "The card has a portrait, sizes, traits, journey and claims.",
                |state, _| state.over.find::<CardView>().is_some(),
            ),
            step(
                "Press {page-down} to read on.",
                "Claims name their evidence, and whether the data agrees. {toggle} opens them.",
                "There is more below; {right} goes to the next persona.",
                |state, start| state.over.find::<CardView>().is_some_and(|card| card.scroll > start.scroll),
            ),
            step(
                "Press {quit} to close the card.",
                "What was below is as you left it.",
                "The main screen is back.",
                |state, _| state.over.is_empty() && state.view == main::NAME,
            ),
        ],
    },
    Lesson {
        title: "Segments × personas",
        filter: "",
        steps: &[
            step(
                "Press {matrix}: segments against personas.",
                "Each cell says which share of the segment is in the persona. ◆ marks the pairs that the study spans.",
                "Dark cells without ◆ may be spans that are missing.",
                |state, _| state.view == matrix::NAME,
            ),
            step(
                "Press {right}, then {down}: the lines below explain the cell.",
                "The selected cell in words, with all of its figures.",
                "The words below follow the selected cell.",
                |state, start| {
                    let view = state.views.get::<MatrixView>();
                    view.row != start.cell.0 && view.column != start.cell.1
                },
            ),
            step(
                "Press {figure} for the next figure.",
                "Share of the segment, share of the persona, Jaccard, index, customers. {help} has a sentence on each.",
                "The title names the figure.",
                |state, start| state.views.get::<MatrixView>().figure != start.figure,
            ),
            step(
                "Press {quit} to close the matrix.",
                "Each view has a key; the footer and {help} name it.",
                "The main screen is back.",
                |state, _| state.over.is_empty() && state.view == main::NAME,
            ),
        ],
    },
    Lesson {
        title: "Rows and customers",
        filter: "",
        steps: &[
            step(
                "Press {rows}: the customers of the filter.",
                "One row per customer. Names and addresses are masked by the study: they are never shown.",
                "A heading has its column's type: # numbers, @ dates.",
                |state, _| state.view == rows::NAME,
            ),
            step(
                "Go right with {right}, then sort: {sort-descending}",
                "{sort-ascending} sorts up, the same key again restores the order of the file.",
                "▼ marks the column that the rows are sorted by.",
                |state, start| !state.query.sort.is_empty() && state.query.sort != start.query.sort,
            ),
            step(
                "Press `enter`: it opens the customer.",
                "All columns of one customer, and all segments and personas.",
                "This is one customer.",
                |state, _| state.over.iter().any(|over| over.name() == customer::NAME),
            ),
            step(
                "Press {next-pane}: in which segments, and why?",
                "✓ is in, ✗ is not. For those it is not in, the first condition that fails, and by how much.",
                "enter shows all conditions of a line.",
                |state, _| state.over.find::<CustomerView>().is_some_and(|view| view.is_in_sets),
            ),
            step("Press {quit} to close the customer.", "The rows are below.", "The rows are back.", |state, _| {
                state.over.is_empty()
            }),
        ],
    },
    Lesson {
        title: "Frequency and groups",
        filter: "",
        steps: &[
            step(
                "In the rows ({rows}), press {frequency}: it counts values.",
                "How often each value of the selected column occurs under the filter. Numbers and dates are cut into bins.",
                "The most frequent value is first.",
                |state, _| state.view == frequency::NAME,
            ),
            step(
                "Press `enter`: the value joins the filter.",
                "space marks several values first. This is how to drill down, column by column.",
                "The rows are those of the value.",
                |state, start| state.query.filter != start.query.filter,
            ),
            step(
                "Press {main}: the main screen.",
                "It has the same filter: all views do.",
                "Segments and personas are counted under the new filter.",
                |state, _| state.view == main::NAME && state.over.is_empty(),
            ),
            step(
                "Press {group}, type `channel`, then `enter`.",
                "The pane below the segments groups the filter's customers by any column.",
                "Each group has its customers, its share and its index.",
                |state, _| state.query.group_by.first().is_some_and(|facet| facet.column == "channel"),
            ),
        ],
    },
    Lesson {
        title: "Undo and export",
        filter: "",
        steps: &[
            step(
                "Press {undo}: it undoes the last change.",
                "Filters, groups, sorts and what you saved, one after the other. {redo} is redo.",
                "The footer says what was undone.",
                |state, start| state.query != start.query || state.definitions.segments.len() != start.segments,
            ),
            step(
                "Press {clear}: the filter is cleared.",
                "The next step needs customers to export.",
                "Everyone is counted.",
                |state, _| state.query.filter.is_empty(),
            ),
            step(
                "Press {export}: what can be written to a file?",
                "Ids of a segment's or persona's customers, all rows, or the table in front, as CSV, Parquet, Excel, Markdown.",
                "tab chooses what, the name's ending chooses the format.",
                |state, _| state.over.iter().any(|over| over.name() == export::NAME),
            ),
            step(
                "Press `enter`: the file is written.",
                "Here into the tutor's own folder. Masked columns stay masked. {copy-table} copies the table instead.",
                "The footer says how many rows went where.",
                |state, _| state.message.as_ref().is_some_and(|message| message.text.starts_with("exported ")),
            ),
            step(
                "Press {help}: help on the view in front.",
                "Its keys, and a sentence on each figure. {palette} finds a command by its name or by a word for it.",
                "Help always describes the view in front.",
                |state, _| state.over.iter().any(|over| over.name() == help::NAME),
            ),
            step("Press {quit} to close it: that is all.", "", "You have been through all ten lessons.", |state, _| {
                state.over.is_empty()
            }),
        ],
    },
];

/// Returns true if the filter in effect has all of these words.
fn filters_by(state: &State, words: &[&str]) -> bool {
    state.filter.is_asked() && words.iter().all(|word| state.query.filter.contains(word))
}

/// Returns the text of the filter line without blanks.
fn typed(state: &State) -> String {
    state.filter.text().split_whitespace().collect()
}

/// Returns the name of the segments pane's selected line, if the pane has the focus.
fn selected_segment(state: &State) -> Option<String> {
    let is_in_front = state.focus == Pane::Segments && state.view == main::NAME && !state.filter.editing;
    let line = segment_lines(state).get(state.segments.cursor).map(|line| line.name().to_owned());
    line.filter(|_| is_in_front)
}
