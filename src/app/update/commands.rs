//! The action of each command.

use super::super::action::{Asker, Effect, Lane};
use super::super::command::{self, Command, Place};
use super::super::form::SegmentForm;
use super::super::history::Leads;
use super::super::lines::{PersonaLine, SegmentLine, persona_lines, segment_lines};
use super::super::picker::{PickItem, Picker};
use super::super::query::{Facet, Query};
use super::super::state::{Base, Overlay, Pane, State, View};
use super::{answers, asking, editing, editor, inquiries, persona_form, personas, saving, sql, views, walking};
use crate::insight::catalog::Body;
use crate::insight::privacy::MASK;
use crate::model::{Column, reference};
use crate::rule::edit;
use crate::study::Change;

pub fn run(state: &mut State, command: Command) -> Vec<Effect> {
    if let Some(why) = command.disabled(state) {
        state.complain(why);
        return Vec::new();
    }
    // No command gets here while the builder, a form or a list lies over the view.
    if let Some(effects) = views::run(state, command) {
        return effects;
    }
    match command {
        Command::Filter => editing::begin(state),
        Command::ClearFilter => ask_for(state, |query| query.filter.clear()),
        Command::Group => open_group_picker(state),
        Command::Save => {
            state.overlay = Some(Overlay::SegmentForm(SegmentForm::new(state.query.filter.clone())));
            Vec::new()
        }
        Command::Toggle => toggle(state),
        Command::Enter => enter(state),
        Command::Open => walking::open(state, true),
        Command::Close => walking::open(state, false),
        Command::Edit if matches!(command::place(state), Place::Personas | Place::Card) => persona_form::edit(state),
        Command::Edit => saving::edit(state),
        Command::Delete => saving::ask_delete(state),
        Command::Card => personas::open_card(state),
        Command::Rows => walking::switch_rows(state),
        Command::Matrix => views::switch(state, View::Matrix),
        Command::UpSet => views::switch(state, View::UpSet),
        Command::Why => views::switch(state, View::Why),
        Command::Facets => views::facets::open(state),
        Command::Profile => views::profile::open(state),
        Command::Attrition => views::attrition::switch(state),
        Command::Segmentation => views::builder::open(state),
        Command::Consolidate => views::switch(state, View::Consolidate),
        Command::Coverage => views::switch(state, View::Coverage),
        Command::Research => views::switch(state, View::Research),
        Command::Duplicate => personas::duplicate(state),
        Command::MoveDown => personas::shift(state, 1),
        Command::MoveUp => personas::shift(state, -1),
        Command::New => persona_form::new(state),
        Command::Editor => editor::open(state),
        Command::Review => Vec::new(),
        // These have a meaning only in their own views.
        Command::Note | Command::Figure | Command::Order | Command::Sets | Command::By | Command::Cut => Vec::new(),
        Command::SortAscending => walking::sort(state, false),
        Command::SortDescending => walking::sort(state, true),
        Command::Copy => copy(state),
        Command::Sql => sql::open(state),
        Command::CopyFilter => vec![Effect::Copy(state.filter.text().to_owned())],
        Command::Undo => history_step(state, true),
        Command::Redo => history_step(state, false),
        Command::NextPane => walking::next_pane(state, 1),
        Command::PreviousPane => walking::next_pane(state, -1),
        Command::Down => walking::step(state, 1),
        Command::Up => walking::step(state, -1),
        Command::PageDown => walking::step(state, walking::page(state)),
        Command::PageUp => walking::step(state, -walking::page(state)),
        Command::Top | Command::First => walking::step(state, isize::MIN),
        Command::Bottom | Command::Last => walking::step(state, isize::MAX),
        Command::Left => walking::step_column(state, -1),
        Command::Right => walking::step_column(state, 1),
        Command::Help => show(state, Overlay::Help { scroll: 0 }),
        Command::Palette => open_palette(state),
        Command::Back => back(state),
        Command::Redraw => redraw(state),
        Command::Suspend => vec![Effect::Suspend],
        Command::Cancel => cancel(state),
        Command::Quit if state.overlay.is_some() => back(state),
        Command::Quit => vec![Effect::Quit],
    }
}

/// Redraws the screen. Opens the base again if it could not be read or has changed, asks again if a question has no answer, and
/// draws the sample again if there is one.
fn redraw(state: &mut State) -> Vec<Effect> {
    let mut effects = vec![Effect::Redraw];
    let has_changed = std::mem::take(&mut state.has_base_changed);
    match &state.base {
        Base::Loading(_) => {}
        // A column that could not be read may be mended by now.
        Base::Ready { .. } if !has_changed && !state.faults.is_empty() => {
            (state.faults, state.is_vetted) = (Vec::new(), false);
            effects.extend(answers::definitions_changed(state));
        }
        Base::Ready { .. } if !has_changed && !state.is_unanswered => {}
        Base::Ready { .. } if !has_changed => {
            views::card::outdate(state);
            asking::outdate_all(state);
            effects.extend(asking::everything(state));
        }
        Base::Ready { .. } | Base::Failed(_) => {
            state.base = Base::Loading(None);
            effects.push(Effect::Open);
        }
    }
    if state.estimates.is_wanted {
        state.say("drawing the sample again");
        effects.push(Effect::Sample);
    }
    effects
}

pub fn show(state: &mut State, overlay: Overlay) -> Vec<Effect> {
    state.overlay = Some(overlay);
    Vec::new()
}

/// Changes the query, as one step of undo.
pub fn ask_for(state: &mut State, change: impl FnOnce(&mut Query)) -> Vec<Effect> {
    editing::settle(state);
    let before = state.query.clone();
    change(&mut state.query);
    if state.query == before {
        return Vec::new();
    }
    let after = state.query.clone();
    state.history.push(before.clone());
    move_to(state, &before, after)
}

/// Makes `query` the current one, and asks only for what differs.
fn move_to(state: &mut State, before: &Query, query: Query) -> Vec<Effect> {
    if query.group_by.first() != before.group_by.first() {
        state.answers.groups = Default::default();
        state.groups.cursor = 0;
    }
    if query.sort != before.sort {
        asking::outdate_page(state);
    }
    let filter_changed = query.filter != before.filter || state.filter.problem.is_some();
    state.query = query;
    if filter_changed {
        state.filter.set_text(state.query.filter.as_str());
        let mut effects = editing::apply_typed(state);
        if state.filter.problem.is_some() {
            effects.extend(asking::page_if_shown(state));
        }
        effects
    } else {
        asking::everything(state)
    }
}

fn history_step(state: &mut State, back: bool) -> Vec<Effect> {
    editing::settle(state);
    let before = state.query.clone();
    let to = if back { state.history.undo(&before) } else { state.history.redo(&before) };
    match to {
        None => Vec::new(),
        Some(Leads::Asked(to)) => {
            state.say(if back { undone(&before, &to) } else { redone(&before, &to) });
            move_to(state, &before, to)
        }
        Some(Leads::Saved(step)) => {
            let texts = if back { step.before.clone() } else { step.after.clone() };
            saving::save(Change::Restore(Box::new(texts)), false)
        }
    }
}

/// Describes what going back from `now` to `before` undid.
fn undone(now: &Query, before: &Query) -> String {
    let filter = (now.filter != before.filter).then(|| format!("filter back to {}", filter_text(before)));
    let sort = (now.sort != before.sort).then(|| sort_text(now));
    let group = (now.group_by != before.group_by).then(|| group_text(now));
    format!("undid: {}", [filter, sort, group].into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn redone(now: &Query, after: &Query) -> String {
    let filter = (now.filter != after.filter).then(|| format!("filter {}", filter_text(after)));
    let sort = (now.sort != after.sort).then(|| sort_text(after));
    let group = (now.group_by != after.group_by).then(|| group_text(after));
    format!("redid: {}", [filter, sort, group].into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn filter_text(query: &Query) -> &str {
    if query.filter.is_empty() { "everyone" } else { &query.filter }
}

fn sort_text(query: &Query) -> String {
    query.sort.as_ref().map_or("file order".into(), |sort| format!("sort by {}", sort.column))
}

fn group_text(query: &Query) -> String {
    match query.group_by.as_slice() {
        [] => "no grouping".into(),
        facets => format!("group by {}", facets.iter().map(Facet::words).collect::<Vec<_>>().join(", ")),
    }
}

pub fn narrow(state: &mut State, condition: &str) -> Vec<Effect> {
    narrow_to_all(state, &[condition.to_owned()])
}

/// Same as [`narrow`] with several conditions, as one step of undo.
pub fn narrow_to_all(state: &mut State, conditions: &[String]) -> Vec<Effect> {
    ask_for(state, |query| {
        query.filter = conditions.iter().fold(query.filter.clone(), |filter, one| edit::narrow(&filter, one));
    })
}

fn toggle(state: &mut State) -> Vec<Effect> {
    if state.focus == Pane::Groups {
        return views::facets::select(state, false);
    }
    let lines = segment_lines(state);
    let Some(line) = lines.get(state.segments.cursor) else { return Vec::new() };
    match line.rule() {
        None => walking::open(state, true),
        Some(Err(error)) => {
            let problem = format!("{} has no rule to count: {error}", line.name());
            state.complain(problem);
            Vec::new()
        }
        Some(Ok(_)) => {
            let condition = reference(line.name());
            ask_for(state, |query| query.filter = edit::toggle_reference(&query.filter, &condition))
        }
    }
}

fn enter(state: &mut State) -> Vec<Effect> {
    match state.focus {
        Pane::Segments => enter_segment(state),
        Pane::Groups if state.query.group_by.is_empty() => open_group_picker(state),
        Pane::Groups => views::facets::select(state, true),
        Pane::Personas => personas::enter(state),
    }
}

fn enter_segment(state: &mut State) -> Vec<Effect> {
    let lines = segment_lines(state);
    match lines.get(state.segments.cursor) {
        None => Vec::new(),
        Some(SegmentLine::Segmentation { open: is_open, .. }) => {
            let is_open = *is_open;
            walking::open(state, !is_open)
        }
        Some(line) => match line.rule() {
            Some(Ok(_)) => {
                let filter = reference(line.name());
                ask_for(state, |query| query.filter = filter)
            }
            _ => toggle(state),
        },
    }
}

fn open_group_picker(state: &mut State) -> Vec<Effect> {
    let picker = Picker::new("Group by", columns_to_pick(state));
    show(state, Overlay::GroupPicker(picker))
}

/// Lists all columns. Masked ones cannot be picked.
pub fn columns_to_pick(state: &State) -> Vec<PickItem> {
    let item = |column: &Column| PickItem {
        label: column.name.clone(),
        about: String::new(),
        detail: column.column_type.word().to_owned(),
        disabled: state.is_masked(&column.name).then_some("masked: its values are not shown"),
    };
    state.schema().map(|schema| schema.all_columns().map(item).collect()).unwrap_or_default()
}

fn open_palette(state: &mut State) -> Vec<Effect> {
    let items = command::at(command::place(state)).map(|spec| PickItem {
        label: spec.name.to_owned(),
        about: spec.doc.to_owned(),
        detail: state.keymap.keys(spec.command).iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        disabled: spec.command.disabled(state),
    });
    let picker = Picker::new("Commands", items.collect());
    show(state, Overlay::Palette(picker))
}

fn copy(state: &mut State) -> Vec<Effect> {
    let text = match (&state.overlay, state.view, state.focus) {
        (Some(Overlay::PersonaCard { persona, .. }), ..) => {
            state.catalog.personas.get(*persona).map(|entry| format!("{} = {}", reference(&entry.id), entry.text))
        }
        (Some(_), ..) => None,
        (None, View::Rows, _) => chosen_row(state),
        (None, View::Facets, _) => views::facets::chosen_condition(state),
        (None, View::Matrix | View::UpSet | View::Why | View::Profile, _) => None,
        (None, View::Consolidate | View::Coverage | View::Research, _) => None,
        (None, View::Main, Pane::Segments) => segment_lines(state).get(state.segments.cursor).and_then(rule_text),
        (None, View::Main, Pane::Groups) => views::facets::chosen_condition(state),
        (None, View::Main, Pane::Personas) => match persona_lines(state).get(state.personas.cursor) {
            Some(PersonaLine::Persona { entry, .. }) => Some(entry.text.clone()),
            Some(PersonaLine::Span { entry, .. }) => Some(reference(&entry.name)),
            _ => None,
        },
    };
    match text {
        Some(text) => vec![Effect::Copy(text)],
        None => {
            state.complain("there is nothing to copy here");
            Vec::new()
        }
    }
}

fn rule_text(line: &SegmentLine) -> Option<String> {
    match line {
        SegmentLine::Segment(entry) => match &entry.body {
            Body::Segment { text, .. } => Some(text.clone()),
            Body::Segmentation { .. } => None,
        },
        SegmentLine::Cell(cell) => Some(cell.text.clone()),
        SegmentLine::Segmentation { .. } => None,
    }
}

/// Returns the selected row, tab-separated; masked columns stay masked.
fn chosen_row(state: &State) -> Option<String> {
    let page = state.answers.page.found.answer.as_ref()?;
    let row = page.rows.get(state.rows.cursor.checked_sub(page.offset)? as usize)?;
    let cells = page.columns.iter().zip(row).map(|(column, datum)| {
        if state.is_masked(column) {
            MASK.to_owned()
        } else if datum.is_null() {
            String::new()
        } else {
            datum.to_string()
        }
    });
    Some(cells.collect::<Vec<_>>().join("\t"))
}

fn back(state: &mut State) -> Vec<Effect> {
    let on_card = matches!(state.overlay, Some(Overlay::PersonaCard { .. }));
    if on_card && views::card::leave_note(state) {
        return Vec::new();
    }
    if state.overlay.take().is_none() {
        state.view = View::Main;
    }
    if on_card { views::card::closed(state) } else { Vec::new() }
}

/// Stops what is being counted. If nothing is, quits.
fn cancel(state: &mut State) -> Vec<Effect> {
    if !matches!(state.base, Base::Ready { .. }) || !state.is_busy() {
        return vec![Effect::Quit];
    }
    let stopped = "stopped: any change of the filter asks anew";
    // Questions that wait for the summary are stopped too.
    if state.answers.groups.found.groups.is_waiting() {
        state.answers.groups.found.groups.fail(stopped.to_owned());
    }
    for asker in [Asker::Panes, Asker::Groups, Asker::Rows] {
        inquiries::stop(state, asker, stopped);
    }
    state.complain(stopped);
    views::stop(state, stopped);
    [Lane::Panes, Lane::Groups, Lane::Rows, Lane::View, Lane::Attrition].map(Effect::Cancel).into()
}
