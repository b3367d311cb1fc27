use std::process::ExitCode;

use clap::Args;

use super::matrix::Sets;
use super::open::Opened;
use super::output::{Cell, NOT_COUNTED, Table, figures_of};
use super::{Failure, Options, claims};
use crate::engine::{Count, CountsQuestion, MembershipsQuestion};
use crate::insight::PersonaEntry;
use crate::insight::suppress::{self, Shown};
use crate::rule::Checked;

#[derive(Debug, Args)]
pub struct Personas {
    /// List each segment that a persona spans as well
    #[arg(long)]
    spans: bool,
    /// List what each persona claims, whether the data bears it out, and the evidence behind it
    #[arg(long, conflicts_with = "spans")]
    claims: bool,
}

impl Personas {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        if self.claims {
            return claims::run(options);
        }
        let mut opened = Opened::new(options)?;
        let table = opened.careful(|opened| self.table(opened))?;
        opened.complain_of(Sets::Personas);
        table.print(options.format())
    }

    fn table(&self, opened: &Opened) -> Result<Table, Failure> {
        let mut rules = vec![Checked::everyone()];
        rules.extend(opened.catalog.audiences().into_iter().cloned());
        let counts = count(opened, &rules)?;
        let whole = Count { in_filter: counts[0].in_filter, in_base: opened.engine.customers() };
        let shown = Told::of(opened, &counts[1..], whole)?;
        let mut audiences = shown.audiences.iter();
        let mut table = Table::new(["persona", "name", "span", "customers", "reach", "index", "in_base"]);
        for persona in &opened.catalog.personas {
            let mut row = named(&persona.id, &persona.name, "");
            match &persona.audience {
                Ok(audience) => {
                    row.extend(audiences.next().into_iter().flat_map(|shown| figures_of(*shown, whole)));
                    table.rows.push(row);
                    self.add_spans(&mut table, opened, persona, audience, whole)?;
                }
                Err(_) => {
                    row.extend(NOT_COUNTED);
                    table.rows.push(row);
                }
            }
        }
        for (name, shown) in ["in no persona", "in two or more"].into_iter().zip(shown.memberships) {
            let mut row = named("", name, "");
            row.extend(figures_of(shown, whole));
            table.rows.push(row);
        }
        Ok(table)
    }

    fn add_spans(
        &self,
        table: &mut Table,
        opened: &Opened,
        persona: &PersonaEntry,
        audience: &Checked,
        whole: Count,
    ) -> Result<(), Failure> {
        let spans = persona.spans.iter().filter(|_| self.spans);
        let spans: Vec<_> = spans.filter_map(|span| Some((&span.name, span.segment.as_ref().ok()?))).collect();
        let rules: Vec<Checked> = spans.iter().map(|(_, segment)| audience.and(segment)).collect();
        for ((span, _), count) in spans.iter().zip(count(opened, &rules)?) {
            let mut row = named(&persona.id, &persona.name, span);
            let both = suppress::single(count.in_base, opened.min_cell());
            row.extend(figures_of((suppress::pair(count, whole, opened.min_cell()).0, both), whole));
            table.rows.push(row);
        }
        Ok(())
    }
}

fn named(id: &str, name: &str, span: &str) -> Vec<Cell> {
    [id, name, span].map(|text| Cell::Text(text.to_owned())).into()
}

fn count(opened: &Opened, rules: &[Checked]) -> Result<Vec<Count>, Failure> {
    let question = CountsQuestion { filter: opened.filter.clone(), rules: rules.to_vec() };
    opened.ask(&question)
}

/// Counts in the filter and in the base, suppressed as needed.
struct Told {
    /// Audiences, in the order of the personas that have one.
    audiences: Vec<(Shown, Shown)>,
    /// Customers in no persona, and in two or more; empty without personas.
    memberships: Vec<(Shown, Shown)>,
}

impl Told {
    fn of(opened: &Opened, audiences: &[Count], whole: Count) -> Result<Self, Failure> {
        if audiences.is_empty() {
            return Ok(Self { audiences: Vec::new(), memberships: Vec::new() });
        }
        let sets: Vec<Checked> = opened.catalog.audiences().into_iter().cloned().collect();
        let memberships = |filter: &Checked| -> Result<[u64; 2], Failure> {
            let question = MembershipsQuestion { filter: filter.clone(), sets: sets.clone() };
            let numbers = opened.ask(&question)?;
            Ok([numbers.first().copied().unwrap_or(0), numbers.iter().skip(2).sum()])
        };
        let told = |sizes: &[u64], [none, several]: [u64; 2]| {
            let (sizes, memberships) = suppress::personas(sizes, none, several, opened.min_cell());
            (sizes, memberships.to_vec())
        };
        let sizes = |of: fn(&Count) -> u64| audiences.iter().map(of).collect::<Vec<_>>();
        let inside = told(&sizes(|count| count.in_filter), memberships(&opened.filter)?);
        let base = if whole.in_filter == whole.in_base {
            inside.clone()
        } else {
            told(&sizes(|count| count.in_base), memberships(&Checked::everyone())?)
        };
        let pairs = |inside: Vec<Shown>, base: Vec<Shown>| inside.into_iter().zip(base);
        let stricter = |(pair, count): ((Shown, Shown), &Count)| {
            let alone = suppress::pair(*count, whole, opened.min_cell());
            (suppress::stricter(pair.0, alone.0), suppress::stricter(pair.1, alone.1))
        };
        Ok(Self {
            audiences: pairs(inside.0, base.0).zip(audiences).map(stricter).collect(),
            memberships: pairs(inside.1, base.1).collect(),
        })
    }
}
