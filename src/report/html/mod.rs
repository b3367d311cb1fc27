//! The page as HTML, by templates that escape every text put into them.

mod card;
mod claims;
mod coverage;
mod heat;
mod journey;
mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use tables::{MAX_TRAITS, OF_THE_RULE};

use super::{PersonaSheet, ReportSource, StudyReport, clean, svg};
use crate::insight::format;

const STYLE: &str = include_str!("style.css");

/// Policy that forbids the page to fetch or run anything, so that even what slipped in by a bug would do nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Returns the whole page. Control characters of texts are left out of it.
pub fn page(report: &StudyReport) -> String {
    let spans = report.spans.as_ref().filter(|spans| spans.rows().len() > 0 && spans.columns().len() > 0);
    let page = html! {
        (DOCTYPE)
        (PreEscaped("\n"))
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content="Crosscut";
                title { (title(report)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (header(report))
                main {
                    (overview(report))
                    @if let Some(coverage) = &report.coverage { (coverage::section(report, coverage)) }
                    @if let Some(spans) = spans { (heat::section(report, spans)) }
                    @for (n, sheet) in report.sheets.iter().enumerate() { (card::article(report, n, sheet)) }
                    (left_out(report))
                }
                (footer(&report.head))
            }
        }
        (PreEscaped("\n"))
    };
    clean::inactive(&page.into_string())
}

/// Draws a table that scrolls sideways if the page is too narrow, by keys too.
fn wide(label: &str, table: Markup) -> Markup {
    html! { div.wide tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// Draws a term of a definition list with its description.
fn defined(term: &str, text: &str) -> Markup {
    html! { div { dt { (term) } dd { (text) } } }
}

fn title(report: &StudyReport) -> String {
    match report.sheets.as_slice() {
        [only] if report.coverage.is_none() => format!("{} · {}", only.name(), report.head.title),
        _ => format!("{} · personas", report.head.title),
    }
}

fn header(report: &StudyReport) -> Markup {
    let head = &report.head;
    html! {
        header.page {
            h1 { (head.title) }
            p.meta {
                span { b { (format::count(head.base)) } " customers" }
                span { "as of " b { (head.as_of) } }
                span { "from " (head.data) }
                @if let Some(value) = &head.value { span { "value: " (value) } }
            }
            @if let Some(filter) = &head.filter {
                p.filter {
                    "Coverage and the matrix count customers of " code { (filter.text) } " only: "
                    (format::shown(filter.customers)) ", " (format::percent(filter.share)) " of the base."
                    " Cards cover the whole base."
                }
            }
        }
    }
}

/// Lists the personas, each linked to its card.
fn overview(report: &StudyReport) -> Markup {
    match report.sheets.as_slice() {
        [] => html! {
            p.empty {
                "This study has no personas yet. In Crosscut, " kbd { "n" } " on the pane of personas makes one."
            }
        },
        [_] => Markup::default(),
        sheets => html! {
            nav aria-label="Personas" {
                ul {
                    @for (n, sheet) in sheets.iter().enumerate() {
                        li {
                            a href={ "#persona-" (n + 1) } {
                                (svg::badge(sheet.name(), "badge"))
                                span {
                                    b { (sheet.name()) }
                                    small {
                                        (glance(sheet))
                                        @if !sheet.facts.stale.is_empty() { " " i { "⚠ stale" } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        },
    }
}

fn glance(sheet: &PersonaSheet) -> String {
    match sheet.facts.size.get() {
        Some(size) => {
            format!("{} · {} of base", format::shown(size.customers), format::percent(size.share_of_base))
        }
        None => "not counted".into(),
    }
}

fn left_out(report: &StudyReport) -> Markup {
    html! {
        @if !report.left_out.is_empty() {
            section #left-out {
                h2 { "Not counted" }
                ul { @for line in &report.left_out { li { (line) } } }
            }
        }
    }
}

fn footer(head: &ReportSource) -> Markup {
    html! {
        footer {
            p {
                @if head.min_cell > 0 {
                    "Counts below " (head.min_cell) " are suppressed (<" (head.min_cell)
                    "), and so are counts that would disclose them. "
                }
                "Index: 100 is the average of the base. SMD: the standardised difference between the audience and everyone else; "
                "from 0.1 on it is notable. Made by Crosscut."
            }
        }
    }
}
