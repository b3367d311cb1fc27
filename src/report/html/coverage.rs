//! Coverage of the customers by the personas, and the waterfall of first personas.

use maud::{Markup, html};

use super::wide;
use crate::insight::coverage::waterfall::WaterfallStep;
use crate::insight::coverage::{CoveragePart, PersonaCoverage};
use crate::insight::format;
use crate::report::{StudyReport, svg};

/// Draws the section on coverage.
pub fn section(report: &StudyReport, coverage: &PersonaCoverage) -> Markup {
    html! {
        section #coverage {
            h2 { "Coverage" }
            (lead(report, coverage))
            (parts(report, coverage))
            (waterfall(report, coverage))
            (overlaps(report, coverage))
        }
    }
}

fn lead(report: &StudyReport, coverage: &PersonaCoverage) -> Markup {
    let of = if report.head.filter.is_some() { "of the filter’s customers" } else { "of customers" };
    html! {
        p.lead {
            strong { (format::percent(coverage.covered.share)) } " " (of) " are in a persona"
            @if let Some(share) = coverage.covered.value_share {
                ", " strong { (format::percent(Some(share))) } " of value"
            }
            "."
        }
        p.note {
            @if let Some(redundancy) = coverage.redundancy {
                "Each of them is counted " (format!("{redundancy:.2}")) " times on average (redundancy). "
            }
            @if let Some(exclusive) = coverage.exclusive {
                (format::percent(Some(exclusive))) " of them are in exactly one."
            }
        }
    }
}

fn parts(report: &StudyReport, coverage: &PersonaCoverage) -> Markup {
    let lines = [
        ("none", "in no persona", &coverage.none),
        ("one", "in exactly one", &coverage.one),
        ("several", "in two or more", &coverage.several),
    ];
    let stacked = |what: &str, of: fn(&CoveragePart) -> Option<f64>| {
        let shares = lines.map(|(_, name, part)| format!("{} {name}", format::percent(of(part))));
        svg::stacked(&format!("{what}: {}", shares.join(", ")), &lines.map(|(class, _, part)| (class, of(part))))
    };
    let value = report.head.value.as_deref().filter(|_| coverage.whole.value.is_some());
    let table = html! {
        table.parts {
            thead {
                tr {
                    th scope="col" { "customers" }
                    th scope="col" { "count" }
                    th scope="col" { "share" }
                    @if let Some(value) = value { th scope="col" { (value) } th scope="col" { "of value" } }
                }
            }
            tbody {
                @for (class, name, part) in lines.iter().chain([&("all", "all", &coverage.whole)]) {
                    tr {
                        th scope="row" { i.key.(class) {} (name) }
                        td { (format::shown(part.customers)) }
                        td { (format::percent(part.share)) }
                        @if value.is_some() {
                            td { (format::amount(part.value)) }
                            td { (format::percent(part.value_share)) }
                        }
                    }
                }
            }
        }
    };
    html! {
        div.stack {
            span { "customers" }
            (stacked("Customers", |part| part.share))
            @if value.is_some() { span { "value" } (stacked("Value", |part| part.value_share)) }
        }
        (wide("Coverage", table))
    }
}

fn waterfall(report: &StudyReport, coverage: &PersonaCoverage) -> Markup {
    let totals = coverage.steps.iter().map(|step| step.total.share);
    let before = std::iter::once(Some(0.0)).chain(totals);
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { "persona" }
                    th scope="col" { "audience" }
                    th.graph scope="col" { "takes" }
                    th scope="col" {}
                    th scope="col" { "share" }
                    th scope="col" { "in all so far" }
                    th scope="col" { "to those above" }
                }
            }
            tbody { @for (step, before) in coverage.steps.iter().zip(before) { (line(report, coverage, step, before)) } }
        }
    };
    html! {
        @if !coverage.steps.is_empty() {
            h3 { "Waterfall" }
            p.note {
                "In order of priority, each customer goes to the first persona they are in: "
                "what a persona takes, and what it leaves to those above it."
            }
            (wide("Waterfall", table))
        }
    }
}

fn line(report: &StudyReport, coverage: &PersonaCoverage, step: &WaterfallStep, before: Option<f64>) -> Markup {
    let mostly = step.mostly_to().and_then(|(i, count)| Some((coverage.steps.get(i)?, count)));
    html! {
        tr {
            th scope="row" { (report.name(&step.id)) }
            td { (format::shown(step.all.customers)) }
            td.graph { (svg::step(before, step.total.share)) }
            td { (format::shown(step.takes.customers)) }
            td { (format::percent(step.takes.share)) }
            td { (format::percent(step.total.share)) }
            td {
                (format::shown(step.loses))
                @if let Some((other, count)) = mostly {
                    small { (format::count(count)) " to " (report.name(&other.id)) }
                }
            }
        }
    }
}

fn overlaps(report: &StudyReport, coverage: &PersonaCoverage) -> Markup {
    let steps = &coverage.steps;
    let Some((_, heads)) = steps.split_last().filter(|(_, heads)| !heads.is_empty()) else {
        return Markup::default();
    };
    let table = html! {
        table.overlap {
            thead { tr { th {} @for step in heads { th scope="col" { (report.name(&step.id)) } } } }
            tbody {
                @for (i, step) in steps.iter().enumerate().skip(1) {
                    tr {
                        th scope="row" { (report.name(&step.id)) }
                        @for j in 0..heads.len() {
                            td {
                                @if let Some(both) = coverage.pair(i, j).filter(|_| j < i) {
                                    (format::shown(both))
                                    small { (format::percent(coverage.jaccard(i, j))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    html! {
        h3 { "Overlap" }
        p.note { "Customers in both, and their share of those in either (Jaccard)." }
        (wide("Overlap", table))
    }
}
