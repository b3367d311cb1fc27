use std::process::ExitCode;

use clap::Args;

use super::open::{Opened, expect_answer};
use super::output::{Cell, Table};
use super::{Failure, Options};
use crate::engine::{Count, Engine, Question};
use crate::insight::suppress::{self, Shown};
use crate::insight::{PersonaEntry, figures};
use crate::rule::Checked;

#[derive(Debug, Args)]
pub struct Personas {
    /// List each segment that a persona spans as well
    #[arg(long)]
    spans: bool,
}

impl Personas {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        let opened = Opened::new(options)?;
        let filter = count(&opened, std::slice::from_ref(&opened.filter))?[0].in_filter;
        let mut table = Table::new(["persona", "name", "span", "customers", "reach", "index", "in_base"]);
        for persona in &opened.catalog.personas {
            match &persona.audience {
                Ok(audience) => self.add_persona(&mut table, &opened, persona, audience, filter)?,
                Err(error) => {
                    eprintln!("crosscut: @{}: {error}", persona.id);
                    let mut row = named(&persona.id, &persona.name, "");
                    row.extend([Cell::Number(None), Cell::Share(None), Cell::Index(None), Cell::Number(None)]);
                    table.rows.push(row);
                }
            }
        }
        add_memberships(&mut table, &opened, filter)?;
        table.print(options.format)
    }

    fn add_persona(
        &self,
        table: &mut Table,
        opened: &Opened,
        persona: &PersonaEntry,
        audience: &Checked,
        filter: u64,
    ) -> Result<(), Failure> {
        let spans = persona.spans.iter().filter(|_| self.spans);
        let spans: Vec<_> = spans.filter_map(|span| Some((&span.name, span.segment.as_ref().ok()?))).collect();
        let mut rules = vec![audience.clone()];
        rules.extend(spans.iter().map(|(_, segment)| audience.and(segment)));
        let names = std::iter::once("").chain(spans.iter().map(|(name, _)| name.as_str()));
        for (span, count) in names.zip(count(opened, &rules)?) {
            let mut row = named(&persona.id, &persona.name, span);
            let shown = suppress::single(count.in_filter, opened.min_cell());
            let base = suppress::single(count.in_base, opened.min_cell());
            let known = shown.count().zip(base.count());
            let index = known.and_then(|(both, all)| figures::index(both, filter, all, opened.engine.customers()));
            let reach = shown.count().and_then(|count| figures::share(count, filter));
            row.extend([Cell::Count(shown), Cell::Share(reach), Cell::Index(index), Cell::Count(base)]);
            table.rows.push(row);
        }
        Ok(())
    }
}

fn named(id: &str, name: &str, span: &str) -> Vec<Cell> {
    [id, name, span].map(|text| Cell::Text(text.to_owned())).into()
}

fn count(opened: &Opened, rules: &[Checked]) -> Result<Vec<Count>, Failure> {
    let question = Question::Counts { filter: opened.filter.clone(), rules: rules.to_vec() };
    Ok(expect_answer!(opened, Counts, question))
}

/// In no persona, and in two or more.
fn add_memberships(table: &mut Table, opened: &Opened, filter: u64) -> Result<(), Failure> {
    let sets: Vec<Checked> = opened.catalog.audiences().into_iter().cloned().collect();
    if sets.is_empty() {
        return Ok(());
    }
    let membership = |filter: &Checked| -> Result<Vec<u64>, Failure> {
        Ok(expect_answer!(opened, Memberships, Question::Memberships { filter: filter.clone(), sets: sets.clone() }))
    };
    let (inside, base) = (membership(&opened.filter)?, membership(&Checked::everyone())?);
    let several = |numbers: &[u64]| numbers.iter().skip(2).sum::<u64>();
    // The three parts, none, one and several, make the filter whole: what one hides the others must not tell.
    let parts = |numbers: &[u64]| {
        let counts = [numbers[0], numbers.get(1).copied().unwrap_or(0), several(numbers)];
        suppress::parts_of_total(&counts, opened.min_cell())
    };
    let (inside, base) = (parts(&inside), parts(&base));
    for (at, name) in [(0, "in no persona"), (2, "in two or more")] {
        let shown: Shown = inside[at];
        let mut row = named("", name, "");
        let known = shown.count().zip(base[at].count());
        let index = known.and_then(|(both, all)| figures::index(both, filter, all, opened.engine.customers()));
        let reach = shown.count().and_then(|count| figures::share(count, filter));
        row.extend([Cell::Count(shown), Cell::Share(reach), Cell::Index(index), Cell::Count(base[at])]);
        table.rows.push(row);
    }
    Ok(())
}
