//! What each command does.

use super::super::action::{Effect, Lane};
use super::super::command::{self, Command};
use super::super::form::SegmentForm;
use super::super::lines::{PersonaLine, SegmentLine, persona_lines, segment_lines};
use super::super::picker::{PickItem, Picker};
use super::super::query::Query;
use super::super::state::{Base, ListPane, Overlay, Pane, State, View};
use super::{asking, editing, saving};
use crate::engine::Sort;
use crate::insight::catalog::Body;
use crate::model::{quote_name, reference};
use crate::rule::edit;

pub fn run(state: &mut State, command: Command) -> Vec<Effect> {
    if let Some(why) = command.disabled(state) {
        state.complain(why);
        return Vec::new();
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
        Command::Open => open(state, true),
        Command::Close => open(state, false),
        Command::Edit => saving::edit(state),
        Command::Delete => saving::ask_delete(state),
        Command::Card => open_card(state),
        Command::Rows => switch_rows(state),
        Command::SortAscending => sort(state, false),
        Command::SortDescending => sort(state, true),
        Command::Copy => copy(state),
        Command::Undo => history_step(state, true),
        Command::Redo => history_step(state, false),
        Command::NextPane => next_pane(state, 1),
        Command::PreviousPane => next_pane(state, -1),
        Command::Down => step(state, 1),
        Command::Up => step(state, -1),
        Command::PageDown => step(state, page(state)),
        Command::PageUp => step(state, -page(state)),
        Command::Top | Command::First => step(state, isize::MIN),
        Command::Bottom => step(state, isize::MAX),
        Command::Left => step_column(state, -1),
        Command::Right => step_column(state, 1),
        Command::Help => show(state, Overlay::Help { scroll: 0 }),
        Command::Palette => open_palette(state),
        Command::Back => back(state),
        Command::Redraw => vec![Effect::Redraw],
        Command::Suspend => vec![Effect::Suspend],
        Command::Cancel => cancel(state),
        Command::Quit if state.overlay.is_some() => back(state),
        Command::Quit => vec![Effect::Quit],
    }
}

fn show(state: &mut State, overlay: Overlay) -> Vec<Effect> {
    state.overlay = Some(overlay);
    Vec::new()
}

/// Changes what is asked, as one step of undo.
pub fn ask_for(state: &mut State, change: impl FnOnce(&mut Query)) -> Vec<Effect> {
    let before = state.query.clone();
    change(&mut state.query);
    if state.query == before {
        return Vec::new();
    }
    let after = state.query.clone();
    state.history.push(before.clone());
    move_to(state, &before, after)
}

/// Makes `query` what is asked: only what it changes is asked anew.
fn move_to(state: &mut State, before: &Query, query: Query) -> Vec<Effect> {
    if query.group_by != before.group_by {
        state.answers.groups = Default::default();
        state.groups.cursor = 0;
    }
    if query.sort != before.sort {
        state.answers.page.outdate();
    }
    let filter_changed = query.filter != before.filter || state.filter.problem.is_some();
    state.query = query;
    if filter_changed {
        state.filter.set_text(state.query.filter.as_str());
        editing::apply_typed(state)
    } else {
        asking::everything(state)
    }
}

fn history_step(state: &mut State, back: bool) -> Vec<Effect> {
    let before = state.query.clone();
    let to = if back { state.history.undo(&before) } else { state.history.redo(&before) };
    to.map(|to| move_to(state, &before, to)).unwrap_or_default()
}

fn narrow(state: &mut State, condition: &str) -> Vec<Effect> {
    ask_for(state, |query| query.filter = edit::narrow(&query.filter, condition))
}

fn toggle(state: &mut State) -> Vec<Effect> {
    let lines = segment_lines(state);
    let Some(line) = lines.get(state.segments.cursor) else { return Vec::new() };
    match line.rule() {
        None => open(state, true),
        Some(Err(error)) => {
            let problem = format!("{} has no rule to count: {error}", line.name());
            state.complain(problem);
            Vec::new()
        }
        Some(Ok(_)) => {
            let condition = reference(line.name());
            ask_for(state, |query| query.filter = edit::toggle_condition(&query.filter, &condition))
        }
    }
}

fn enter(state: &mut State) -> Vec<Effect> {
    match state.focus {
        Pane::Segments => enter_segment(state),
        Pane::Groups => match group_condition(state) {
            Some(condition) => narrow(state, &condition),
            None if state.query.group_by.is_none() => open_group_picker(state),
            None => Vec::new(),
        },
        Pane::Personas => enter_persona(state),
    }
}

fn enter_segment(state: &mut State) -> Vec<Effect> {
    let lines = segment_lines(state);
    match lines.get(state.segments.cursor) {
        None => Vec::new(),
        Some(SegmentLine::Segmentation { open: is_open, .. }) => {
            let is_open = *is_open;
            open(state, !is_open)
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

fn enter_persona(state: &mut State) -> Vec<Effect> {
    let lines = persona_lines(state);
    let ids: Vec<String> = state.catalog.personas.iter().map(|persona| reference(&persona.id)).collect();
    match lines.get(state.personas.cursor) {
        None => Vec::new(),
        Some(PersonaLine::Persona { .. }) => open_card(state),
        Some(PersonaLine::Span { persona, entry, .. }) => {
            let condition = format!("{} AND {}", ids[*persona], reference(&entry.name));
            narrow(state, &condition)
        }
        Some(PersonaLine::InNone) => narrow(state, &in_none(&ids)),
        Some(PersonaLine::InSeveral) => narrow(state, &in_several(&ids)),
    }
}

/// Null is not in a persona either: `NOT (…)` alone would lose those customers.
fn in_none(ids: &[String]) -> String {
    format!("({}) IS NOT TRUE", ids.join(" OR "))
}

fn in_several(ids: &[String]) -> String {
    let pairs = ids.iter().enumerate().flat_map(|(i, a)| ids[i + 1..].iter().map(move |b| format!("{a} AND {b}")));
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { "FALSE".into() } else { format!("({})", pairs.join(" OR ")) }
}

/// The condition that the chosen group stands for.
fn group_condition(state: &State) -> Option<String> {
    let groups = state.answers.groups.answer.as_ref()?;
    let (column, key) = (groups.by.first()?, groups.groups.get(state.groups.cursor)?.key.first()?);
    let column = quote_name(column);
    Some(if key.is_null() { format!("{column} IS NULL") } else { format!("{column} = {}", key.sql()) })
}

fn open(state: &mut State, wanted: bool) -> Vec<Effect> {
    let name = match state.focus {
        Pane::Segments => match segment_lines(state).get(state.segments.cursor) {
            Some(SegmentLine::Segmentation { entry, .. }) => Some(entry.name.clone()),
            Some(SegmentLine::Cell(cell)) if !wanted => {
                cell.full.strip_suffix(&format!(".{}", cell.name)).map(str::to_owned)
            }
            _ => None,
        },
        Pane::Personas => match persona_lines(state).get(state.personas.cursor) {
            Some(PersonaLine::Persona { entry, .. }) => Some(entry.id.clone()),
            Some(PersonaLine::Span { persona, .. }) if !wanted => Some(state.catalog.personas[*persona].id.clone()),
            _ => None,
        },
        Pane::Groups => None,
    };
    let Some(name) = name else { return Vec::new() };
    let pane = if state.focus == Pane::Segments { &mut state.segments } else { &mut state.personas };
    if wanted {
        pane.open.insert(name);
    } else {
        pane.open.remove(&name);
        let line = line_of(state, &name);
        pane_of(state).cursor = line;
    }
    Vec::new()
}

/// The line that a closed name is on.
fn line_of(state: &State, name: &str) -> usize {
    let segments = || segment_lines(state).iter().position(|line| line.name() == name);
    let personas = || {
        let is_it = |line: &PersonaLine| matches!(line, PersonaLine::Persona { entry, .. } if entry.id == name);
        persona_lines(state).iter().position(is_it)
    };
    if state.focus == Pane::Segments { segments() } else { personas() }.unwrap_or(0)
}

fn pane_of(state: &mut State) -> &mut ListPane {
    match state.focus {
        Pane::Segments => &mut state.segments,
        Pane::Groups => &mut state.groups,
        Pane::Personas => &mut state.personas,
    }
}

fn open_card(state: &mut State) -> Vec<Effect> {
    let under_cursor = match (state.focus, persona_lines(state).get(state.personas.cursor)) {
        (Pane::Personas, Some(PersonaLine::Persona { at, .. })) => *at,
        (Pane::Personas, Some(PersonaLine::Span { persona, .. })) => *persona,
        _ => 0,
    };
    show(state, Overlay::PersonaCard { persona: under_cursor, scroll: 0 })
}

fn switch_rows(state: &mut State) -> Vec<Effect> {
    state.view = if state.view == View::Rows { View::Main } else { View::Rows };
    asking::page_if_shown(state)
}

fn sort(state: &mut State, descending: bool) -> Vec<Effect> {
    let Some(column) = state.schema().and_then(|schema| schema.columns().get(state.rows.column)) else {
        return Vec::new();
    };
    let wanted = Some(Sort { column: column.name.clone(), descending });
    (state.rows.cursor, state.rows.offset) = (0, 0);
    ask_for(state, |query| query.sort = if query.sort == wanted { None } else { wanted })
}

fn open_group_picker(state: &mut State) -> Vec<Effect> {
    let Some(schema) = state.schema() else { return Vec::new() };
    let items = schema.columns().iter().map(|column| PickItem {
        label: column.name.clone(),
        about: String::new(),
        detail: column.column_type.word().to_owned(),
        disabled: state.is_masked(&column.name).then_some("masked: its values are not shown"),
    });
    let picker = Picker::new("Group by", items.collect());
    show(state, Overlay::GroupPicker(picker))
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
        (None, View::Main, Pane::Segments) => segment_lines(state).get(state.segments.cursor).and_then(rule_text),
        (None, View::Main, Pane::Groups) => group_condition(state),
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

/// The chosen row, tab-separated; masked columns stay masked.
fn chosen_row(state: &State) -> Option<String> {
    let page = state.answers.page.answer.as_ref()?;
    let row = page.rows.get(state.rows.cursor.checked_sub(page.offset)? as usize)?;
    let cells = page.columns.iter().zip(row).map(|(column, datum)| {
        if state.is_masked(column) {
            "•••".to_owned()
        } else if datum.is_null() {
            String::new()
        } else {
            datum.to_string()
        }
    });
    Some(cells.collect::<Vec<_>>().join("\t"))
}

fn next_pane(state: &mut State, by: isize) -> Vec<Effect> {
    let at = Pane::ALL.iter().position(|pane| *pane == state.focus).unwrap_or(0) as isize;
    state.focus = Pane::ALL[(at + by).rem_euclid(Pane::ALL.len() as isize) as usize];
    Vec::new()
}

fn page(state: &State) -> isize {
    (state.page_height() / 2).max(1) as isize
}

/// Moves in whatever has the keys; `MIN` and `MAX` are its ends.
fn step(state: &mut State, by: isize) -> Vec<Effect> {
    match &mut state.overlay {
        // How long the page is only the screen knows: see `Action::PageEnd`.
        Some(Overlay::Help { scroll } | Overlay::PersonaCard { scroll, .. }) => {
            *scroll = scroll.saturating_add_signed(by).min(usize::from(u16::MAX));
            return Vec::new();
        }
        Some(_) => return Vec::new(),
        None => {}
    }
    if state.view == View::Rows {
        let total = state.answers.page.answer.as_ref().map_or(0, |page| page.total);
        let to = state.rows.cursor.saturating_add_signed(by as i64);
        state.rows.cursor = to.min(total.saturating_sub(1));
        return asking::page_if_shown(state);
    }
    let lines = match state.focus {
        Pane::Segments => segment_lines(state).len(),
        Pane::Groups => state.answers.groups.answer.as_ref().map_or(0, |groups| groups.groups.len()),
        Pane::Personas => persona_lines(state).len(),
    };
    let pane = pane_of(state);
    pane.cursor = pane.cursor.saturating_add_signed(by).min(lines.saturating_sub(1));
    Vec::new()
}

fn step_column(state: &mut State, by: isize) -> Vec<Effect> {
    let columns = state.schema().map_or(0, |schema| schema.columns().len());
    state.rows.column = state.rows.column.saturating_add_signed(by).min(columns.saturating_sub(1));
    Vec::new()
}

fn back(state: &mut State) -> Vec<Effect> {
    if state.overlay.take().is_none() {
        state.view = View::Main;
    }
    Vec::new()
}

/// Stops what is being counted; when nothing is, quits.
fn cancel(state: &mut State) -> Vec<Effect> {
    if !matches!(state.base, Base::Ready { .. }) || !state.is_busy() {
        return vec![Effect::Quit];
    }
    let stopped = "stopped: any change of the filter asks anew";
    let answers = &mut state.answers;
    answers.summary.stop(stopped);
    answers.segments.stop(stopped);
    answers.personas.stop(stopped);
    answers.memberships.stop(stopped);
    answers.groups.stop(stopped);
    answers.page.stop(stopped);
    state.complain(stopped);
    vec![Effect::Cancel(Lane::Panes), Effect::Cancel(Lane::Rows)]
}
