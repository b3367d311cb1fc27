//! Ids of the customers of the selected segment or persona.

use crate::insight::settings::values_not_shown;
use crate::model::reference;
use crate::rule::{Checked, RuleError};
use crate::tui::core::lines::{PersonaLine, SegmentLine, persona_lines, segment_lines};
use crate::tui::core::{CustomerListing, Pane, State};
use crate::tui::views::export::file_name;
use crate::tui::widgets::mask::cell_is_masked;

/// Returns the customers of the selected line who are in the filter, by their keys; `None` if the line is of no segment
/// and no persona.
pub fn listing(state: &State) -> Option<CustomerListing> {
    let (name, rules) = audience(state)?;
    let key = state.schema().and_then(|schema| schema.key());
    let customers = match key {
        None => Err("the table has no key: its customers have no ids".to_owned()),
        Some(key) if state.is_masked(key) => Err(values_not_shown(key)),
        Some(_) => rules.map(|rules| Checked::all(std::iter::once(&state.rule).chain(&rules))),
    };
    let within = if state.query.filter.trim().is_empty() { "" } else { " in the filter" };
    Some(CustomerListing {
        label: format!("ids of {}{within}", reference(&name)),
        file: format!("{}_ids", file_name(&name)),
        customers: customers.map_err(|reason| reason.to_string()),
        columns: key.map(str::to_owned).into_iter().collect(),
        sort: Vec::new(),
    })
}

/// Rules that all hold for the customers, or the first error among them.
type Rules = Result<Vec<Checked>, String>;

fn audience(state: &State) -> Option<(String, Rules)> {
    let failed = |error: &RuleError| error.to_string();
    match state.focus {
        Pane::Segments => {
            let line = *segment_lines(state).get(state.segments.cursor)?;
            // Its name is a value of a masked column.
            if matches!(line, SegmentLine::Cell(cell) if cell_is_masked(state, cell)) {
                return None;
            }
            let rule = line.rule()?.as_ref();
            Some((line.name().to_owned(), rule.map(|rule| vec![rule.clone()]).map_err(failed)))
        }
        Pane::Personas => match *persona_lines(state).get(state.personas.cursor)? {
            PersonaLine::Persona { entry, .. } => {
                let rule = entry.audience.as_ref();
                Some((entry.id.clone(), rule.map(|rule| vec![rule.clone()]).map_err(failed)))
            }
            PersonaLine::Span { persona, entry, .. } => {
                let of = &state.catalog.personas[persona];
                let rules = of
                    .audience
                    .as_ref()
                    .and_then(|audience| entry.segment.as_ref().map(|segment| vec![audience.clone(), segment.clone()]));
                Some((format!("{}_{}", of.id, entry.name), rules.map_err(failed)))
            }
            PersonaLine::InNone | PersonaLine::InSeveral => None,
        },
        Pane::Groups => None,
    }
}
