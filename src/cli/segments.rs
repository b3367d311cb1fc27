use std::process::ExitCode;

use clap::Args;

use super::open::{CheckedStudy, Sets};
use super::output::{NOT_COUNTED, Table, TableCell, figures_of};
use super::sums::{self, NO_SUMS, SetSums};
use super::{CommandError, CommonOptions};
use crate::engine::{CountsQuestion, CustomerCount};
use crate::insight::SegmentEntry;
use crate::insight::catalog::SegmentationState;
use crate::insight::suppress::{self, DisclosedCount};
use crate::rule::Checked;

/// Columns of the table, before those of [`sums::COLUMNS`].
pub const COLUMNS: [&str; 6] = ["segment", "kind", "customers", "share_of_filter", "index", "in_base"];

#[derive(Debug, Args)]
pub struct SegmentsArgs {}

impl SegmentsArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let mut opened = CheckedStudy::new(options)?;
        opened.explain_lack(Sets::Segments);
        let (counts, sums) = opened.retry_without_faults(|opened| {
            let countable = opened.catalog.countable();
            let mut rules: Vec<_> = countable.iter().map(|(_, rule)| (*rule).clone()).collect();
            let sums = SetSums::ask(opened, &rules)?;
            rules.push(Checked::everyone());
            Ok((opened.ask(&CountsQuestion { filter: opened.filter.clone(), rules })?, sums))
        })?;
        // The last rule counts the filter's own customers.
        let filter = counts.last().copied().unwrap_or_default().in_filter;
        let whole = CustomerCount { in_filter: filter, in_base: opened.engine.customers() };
        // A name may be taken twice, so counts are matched by their order alone.
        let mut counts = counts.into_iter();
        let mut counted = 0;

        let mut table = Table::new(COLUMNS);
        if opened.value.is_some() {
            table.add_columns(&sums::COLUMNS);
        }
        for (n, entry) in opened.catalog.segments.iter().enumerate() {
            let lines = entry.lines();
            let own: Vec<Option<CustomerCount>> =
                lines.iter().map(|(_, problem)| if problem.is_none() { counts.next() } else { None }).collect();
            let shown = shown(entry, &own, whole, opened.min_cell());
            let mut values = sums_of(entry, sums.as_ref(), counted, &own, &shown).into_iter();
            counted += own.iter().flatten().count();
            for ((name, problem), shown) in lines.into_iter().zip(shown) {
                let kind = entry.kind.map_or(String::new(), |kind| kind.to_string());
                let mut row = vec![TableCell::Text(name.to_owned()), TableCell::Text(kind)];
                match problem {
                    None => row.extend(figures_of(shown, whole)),
                    Some(problem) => {
                        opened.complain(opened.item_of_segment(n), name, &problem);
                        row.extend(NOT_COUNTED);
                    }
                }
                if opened.value.is_some() {
                    row.extend(values.next().unwrap_or(NO_SUMS));
                }
                table.rows.push(row);
            }
        }
        table.print(options.format())
    }
}

/// Returns the sums of each line: `first` is the place of the entry's first rule among those that are counted.
fn sums_of(
    entry: &SegmentEntry,
    sums: Option<&SetSums>,
    first: usize,
    own: &[Option<CustomerCount>],
    shown: &[(DisclosedCount, DisclosedCount)],
) -> Vec<[TableCell; 3]> {
    let Some(sums) = sums else { return Vec::new() };
    let customers = own.iter().zip(shown).filter_map(|(own, (customers, _))| own.map(|_| *customers));
    let customers: Vec<DisclosedCount> = customers.collect();
    let known = match entry.body {
        SegmentationState::Segment { .. } => customers.iter().map(|customers| sums.cells(first, *customers)).collect(),
        SegmentationState::Segmentation { .. } => sums.cells_of_parts(first, &customers),
    };
    let mut known = known.into_iter();
    own.iter().map(|own| own.and_then(|_| known.next()).unwrap_or(NO_SUMS)).collect()
}

/// Returns the counts in the filter and in the base, suppressed as needed. Those of cells and of the customers in no
/// cell add up to the whole.
fn shown(
    entry: &SegmentEntry,
    counts: &[Option<CustomerCount>],
    whole: CustomerCount,
    min_cell: u64,
) -> Vec<(DisclosedCount, DisclosedCount)> {
    let counts: Vec<CustomerCount> = counts.iter().map(|count| count.unwrap_or_default()).collect();
    match entry.body {
        SegmentationState::Segment { .. } => {
            counts.into_iter().map(|count| suppress::pair(count, whole, min_cell)).collect()
        }
        SegmentationState::Segmentation { .. } => suppress::pairs(&counts, whole, min_cell),
    }
}
