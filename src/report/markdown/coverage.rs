//! Coverage, waterfall, overlap and the span matrix.

use super::{any_table, barred, code, escape, percent, shown, table};
use crate::insight::coverage::waterfall::WaterfallStep;
use crate::insight::coverage::{CoveragePart, PersonaCoverage};
use crate::insight::format;
use crate::report::{SpanMatrix, StudyReport};

/// Returns the section on coverage, with the waterfall and the overlap of personas.
pub fn section(report: &StudyReport, coverage: &PersonaCoverage) -> String {
    let mut text = "## Coverage\n\n".to_owned();
    text += &lead(report, coverage);
    text += &parts(report, coverage);
    if !coverage.steps.is_empty() {
        text += "### Waterfall\n\nIn order of priority, each customer goes to the first persona they are in.\n\n";
        let rows = coverage.steps.iter().map(|step| waterfall_row(report, coverage, step));
        text += &table(["persona", "audience", "takes", "share", "in all so far", "to those above"], &[], rows);
    }
    text + &overlaps(report, coverage)
}

fn lead(report: &StudyReport, coverage: &PersonaCoverage) -> String {
    let of = if report.head.filter.is_some() { "of the filter’s customers" } else { "of customers" };
    let value = coverage.covered.value_share.map(|share| format!(", **{}** of value", percent(Some(share))));
    let redundancy = coverage.redundancy.map(|times| format!(" Redundancy {times:.2}."));
    let exclusive = coverage.exclusive.map(|share| format!(" {} of them are in exactly one.", percent(Some(share))));
    format!(
        "**{}** {of} are in a persona{}.{}{}\n\n",
        percent(coverage.covered.share),
        value.unwrap_or_default(),
        redundancy.unwrap_or_default(),
        exclusive.unwrap_or_default()
    )
}

fn parts(report: &StudyReport, coverage: &PersonaCoverage) -> String {
    let lines = [
        ("in no persona", &coverage.none),
        ("in exactly one", &coverage.one),
        ("in two or more", &coverage.several),
        ("all", &coverage.whole),
    ];
    let customers = |name: &str, part: &CoveragePart| [name.to_owned(), shown(part.customers), barred(part.share)];
    match report.head.value.as_deref().filter(|_| coverage.whole.value.is_some()) {
        None => table(["customers", "count", "share"], &[2], lines.map(|(name, part)| customers(name, part))),
        Some(value) => {
            let value = code(value);
            let rows = lines.map(|(name, part)| {
                let [name, count, share] = customers(name, part);
                [name, count, share, format::amount(part.value), barred(part.value_share)]
            });
            table(["customers", "count", "share", &value, "of value"], &[2, 4], rows)
        }
    }
}

fn waterfall_row(report: &StudyReport, coverage: &PersonaCoverage, step: &WaterfallStep) -> [String; 6] {
    let mostly = step.mostly_to().and_then(|(i, count)| Some((coverage.steps.get(i)?, count)));
    let mostly = mostly.map(|(other, n)| format!(" ({} to {})", format::count(n), escape(report.name(&other.id))));
    [
        escape(report.name(&step.id)),
        shown(step.all.customers),
        shown(step.takes.customers),
        percent(step.takes.share),
        percent(step.total.share),
        format!("{}{}", shown(step.loses), mostly.unwrap_or_default()),
    ]
}

fn overlaps(report: &StudyReport, coverage: &PersonaCoverage) -> String {
    let steps = &coverage.steps;
    if steps.len() < 2 {
        return String::new();
    }
    let heads = steps[..steps.len() - 1].iter().map(|step| escape(report.name(&step.id)));
    let columns = std::iter::once("both".to_owned()).chain(heads).collect();
    let row = |i: usize, step: &WaterfallStep| {
        let cells = (0..steps.len() - 1).map(|j| match coverage.pair(i, j).filter(|_| j < i) {
            Some(both) => format!("{} ({})", shown(both), percent(coverage.jaccard(i, j))),
            None => String::new(),
        });
        std::iter::once(escape(report.name(&step.id))).chain(cells).collect()
    };
    let rows = steps.iter().enumerate().skip(1).map(|(i, step)| row(i, step)).collect();
    let note = "Customers in both, and their share of those in either (Jaccard).";
    format!("### Overlap\n\n{note}\n\n{}", any_table(columns, &[], rows))
}

/// Returns the penetration of each segment by each persona, bold if the persona spans the segment.
pub fn matrix(report: &StudyReport, spans: &SpanMatrix) -> String {
    if spans.rows().len() == 0 || spans.columns().len() == 0 {
        return String::new();
    }
    let heads = spans.columns().map(|id| escape(report.name(id)));
    let columns = ["segment", "customers"].map(str::to_owned).into_iter().chain(heads).collect();
    let row = |r: usize, (name, customers)| {
        let cells = (0..spans.columns().len()).map(|c| {
            let pair = spans.pair(r, c);
            let number = pair.of_row.map_or_else(|| shown(pair.both), |share| percent(Some(share)));
            if spans.is_spanned(r, c) { format!("**{number}**") } else { number }
        });
        [code(name), shown(customers)].into_iter().chain(cells).collect()
    };
    let rows = spans.rows().enumerate().map(|(r, set)| row(r, set)).collect();
    let note =
        "Of the segment’s customers, the share that is in the persona; bold where the persona spans the segment.";
    let more = match spans.left_out {
        0 => String::new(),
        n => format!(" Left out: {n} that no persona spans."),
    };
    format!("## Segments and personas\n\n{note}{more}\n\n{}", any_table(columns, &[], rows))
}
