//! Draws the frequencies: value, bar, customers, share.

use super::{FrequencyOrder, FrequencyView};
use crate::insight::facet::KeptCustomers;
use crate::insight::format;
use crate::insight::inquiry::NewestFact;
use crate::insight::table::Table;
use crate::tui::core::key;
use crate::tui::core::{Facet, State};
use crate::tui::paint::canvas::{Canvas, Rect};
use crate::tui::paint::theme::Role;
use crate::tui::views::main::draw_groups::{self, GroupsInput, counted, waiting};
use crate::tui::widgets::list::List;

/// Draws the list of values, bins or periods.
pub fn draw(canvas: &mut Canvas, area: Rect, view: &FrequencyView, state: &State) {
    let focused = !state.filter.editing;
    let Some(facet) = &view.facet else {
        let empty = vec![(format!("{} picks a column", key(state, "frequency")), Role::Text)];
        return List { title: "Frequency".into(), empty, focused, ..List::default() }.draw(canvas, area);
    };
    let answer = &view.inquiry.found.groups;
    let Some(groups) = view.groups() else {
        return List { title: title(facet), focused, ..waiting(answer) }.draw(canvas, area);
    };
    let kept = marks(view);
    let shown =
        GroupsInput { answer, kept: &kept, fresh: answer.fresh, cursor: view.cursor, cut: facet.cut, estimates: None };
    let list = counted(&groups, shown, state, area);
    let order = match view.order {
        FrequencyOrder::Customers => "most customers first",
        FrequencyOrder::Value => "by value",
    };
    let parts = if facet.cut.is_values() { ("value", "values") } else { ("group", "groups") };
    let all = format::counted(groups.groups.len() as u64 + groups.left_out, parts.0, parts.1);
    let legend = list.legend.or_else(|| Some((format!("{all} · {order}"), Role::Dim)));
    List { title: title(facet), legend, focused, ..list }.draw(canvas, area);
}

fn title(facet: &Facet) -> String {
    format!("Frequency of {}", facet.words())
}

/// Returns the marked groups as groups that are kept.
fn marks(view: &FrequencyView) -> NewestFact<KeptCustomers> {
    NewestFact::known(KeptCustomers(view.marked.iter().map(|key| (key.clone(), u64::MAX)).collect()))
}

/// Returns the frequencies to copy.
pub fn table(view: &FrequencyView, state: &State) -> Option<Table> {
    let (facet, groups) = (view.facet.as_ref()?, view.groups()?);
    let kept = NewestFact::known(KeptCustomers::default());
    let answer = &view.inquiry.found.groups;
    let shown = GroupsInput { answer, kept: &kept, fresh: answer.fresh, cursor: 0, cut: facet.cut, estimates: None };
    Some(draw_groups::table(&groups, shown, title(facet), state))
}
