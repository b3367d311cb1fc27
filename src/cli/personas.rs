use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::open::Sets;
use super::output::{NOT_COUNTED, Table, TableCell, figures_of};
use super::sums::{self, NO_SUMS, SetSums};
use super::{CommandError, CommonOptions, claims};
use crate::engine::{CountsQuestion, CustomerCount, MembershipsQuestion};
use crate::insight::PersonaEntry;
use crate::insight::coverage::CoverageInquiry;
use crate::insight::suppress::{self, DisclosedCount};
use crate::rule::Checked;

/// Columns of the table, before those of [`sums::COLUMNS`].
pub const COLUMNS: [&str; 7] = ["persona", "name", "span", "customers", "reach", "index", "in_base"];

#[derive(Debug, Args)]
pub struct PersonasArgs {
    /// List each segment that a persona spans as well
    #[arg(long)]
    spans: bool,
    /// List what each persona claims, whether the data supports it, and the evidence behind it
    #[arg(long, conflicts_with = "spans")]
    claims: bool,
}

impl PersonasArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        if self.claims {
            return claims::run(options);
        }
        let mut opened = CheckedStudy::new(options)?;
        let table = opened.retry_without_faults(|opened| self.table(opened))?;
        opened.complain_of(Sets::Personas);
        table.print(options.format())
    }

    fn table(&self, opened: &CheckedStudy) -> Result<Table, CommandError> {
        let mut rules = vec![Checked::everyone()];
        rules.extend(opened.catalog.audiences().into_iter().cloned());
        let counts = count(opened, &rules)?;
        let whole = CustomerCount { in_filter: counts[0].in_filter, in_base: opened.engine.customers() };
        let shown = PersonaFigures::new(opened, &counts[1..], whole)?;
        let mut audiences = shown.audiences.iter();
        let sums = SetSums::ask(opened, &rules[1..])?;
        let mut place = 0;
        let mut table = Table::new(COLUMNS);
        if opened.value.is_some() {
            table.add_columns(&sums::COLUMNS);
        }
        for persona in &opened.catalog.personas {
            let mut row = named(&persona.id, &persona.name, "");
            match &persona.audience {
                Ok(audience) => {
                    if let Some(shown) = audiences.next() {
                        row.extend(figures_of(*shown, whole));
                        row.extend(cells(opened, sums.as_ref(), |sums| sums.cells(place, shown.0)));
                    }
                    place += 1;
                    table.rows.push(row);
                    self.add_spans(&mut table, opened, persona, audience, whole)?;
                }
                Err(_) => {
                    row.extend(NOT_COUNTED);
                    row.extend(cells(opened, None, |_| NO_SUMS));
                    table.rows.push(row);
                }
            }
        }
        let parts = sums_of_memberships(opened, sums.as_ref())?;
        let memberships = ["in no persona", "in two or more"].into_iter().zip(shown.memberships);
        for ((name, shown), sum) in memberships.zip(parts) {
            let mut row = named("", name, "");
            row.extend(figures_of(shown, whole));
            row.extend(cells(opened, sums.as_ref(), |sums| {
                sums.cells_of_sum(sum.filter(|_| shown.0.count().is_some()))
            }));
            table.rows.push(row);
        }
        Ok(table)
    }

    fn add_spans(
        &self,
        table: &mut Table,
        opened: &CheckedStudy,
        persona: &PersonaEntry,
        audience: &Checked,
        whole: CustomerCount,
    ) -> Result<(), CommandError> {
        let spans = persona.spans.iter().filter(|_| self.spans);
        let spans: Vec<_> = spans.filter_map(|span| Some((&span.name, span.segment.as_ref().ok()?))).collect();
        let rules: Vec<Checked> = spans.iter().map(|(_, segment)| audience.and(segment)).collect();
        let sums = SetSums::ask(opened, &rules)?;
        for (place, ((span, _), count)) in spans.iter().zip(count(opened, &rules)?).enumerate() {
            let mut row = named(&persona.id, &persona.name, span);
            let both = suppress::single(count.in_base, opened.min_cell());
            let inside = suppress::pair(count, whole, opened.min_cell()).0;
            row.extend(figures_of((inside, both), whole));
            row.extend(cells(opened, sums.as_ref(), |sums| sums.cells(place, inside)));
            table.rows.push(row);
        }
        Ok(())
    }
}

/// Returns the cells of sums, which are empty where there are none; no cells without a value column.
fn cells(opened: &CheckedStudy, sums: Option<&SetSums>, cells: impl Fn(&SetSums) -> [TableCell; 3]) -> Vec<TableCell> {
    match opened.value {
        Some(_) => sums.map_or(NO_SUMS, cells).into(),
        None => Vec::new(),
    }
}

/// Returns the sums over the customers in no persona, and in two or more.
fn sums_of_memberships(opened: &CheckedStudy, sums: Option<&SetSums>) -> Result<[Option<f64>; 2], CommandError> {
    if sums.is_none() || opened.catalog.audiences().is_empty() {
        return Ok([None, None]);
    }
    let (personas, value) = (Sets::Personas.resolve(opened), opened.value.as_deref());
    let found = opened.find(CoverageInquiry::new(&opened.filter, &personas, value, opened.min_cell()))?;
    Ok([found.none.value, found.several.value])
}

fn named(id: &str, name: &str, span: &str) -> Vec<TableCell> {
    [id, name, span].map(|text| TableCell::Text(text.to_owned())).into()
}

fn count(opened: &CheckedStudy, rules: &[Checked]) -> Result<Vec<CustomerCount>, CommandError> {
    let question = CountsQuestion { filter: opened.filter.clone(), rules: rules.to_vec() };
    opened.ask(&question)
}

/// Counts in the filter and in the base, suppressed as needed.
struct PersonaFigures {
    /// Audiences, in the order of the personas that have one.
    audiences: Vec<(DisclosedCount, DisclosedCount)>,
    /// Customers in no persona, and in two or more; empty without personas.
    memberships: Vec<(DisclosedCount, DisclosedCount)>,
}

impl PersonaFigures {
    fn new(opened: &CheckedStudy, audiences: &[CustomerCount], whole: CustomerCount) -> Result<Self, CommandError> {
        if audiences.is_empty() {
            return Ok(Self { audiences: Vec::new(), memberships: Vec::new() });
        }
        let sets: Vec<Checked> = opened.catalog.audiences().into_iter().cloned().collect();
        let memberships = |filter: &Checked| -> Result<[u64; 2], CommandError> {
            let question = MembershipsQuestion { filter: filter.clone(), sets: sets.clone() };
            let numbers = opened.ask(&question)?;
            Ok([numbers.first().copied().unwrap_or(0), numbers.iter().skip(2).sum()])
        };
        let disclose = |sizes: &[u64], [none, several]: [u64; 2]| {
            let (sizes, memberships) = suppress::personas(sizes, none, several, opened.min_cell());
            (sizes, memberships.to_vec())
        };
        let sizes = |of: fn(&CustomerCount) -> u64| audiences.iter().map(of).collect::<Vec<_>>();
        let inside = disclose(&sizes(|count| count.in_filter), memberships(&opened.filter)?);
        let base = if whole.in_filter == whole.in_base {
            inside.clone()
        } else {
            disclose(&sizes(|count| count.in_base), memberships(&Checked::everyone())?)
        };
        let pairs = |inside: Vec<DisclosedCount>, base: Vec<DisclosedCount>| inside.into_iter().zip(base);
        let stricter = |(pair, count): ((DisclosedCount, DisclosedCount), &CustomerCount)| {
            let alone = suppress::pair(*count, whole, opened.min_cell());
            (suppress::stricter(pair.0, alone.0), suppress::stricter(pair.1, alone.1))
        };
        Ok(Self {
            audiences: pairs(inside.0, base.0).zip(audiences).map(stricter).collect(),
            memberships: pairs(inside.1, base.1).collect(),
        })
    }
}
