//! The page as HTML.

mod card;
mod claims;
mod coverage;
mod heat;
mod journey;
mod markup;
mod tables;

pub use markup::Html;
pub use tables::{OF_THE_RULE, TRAITS};

use super::{Head, Sheet, StudyReport, svg};
use crate::tui::widgets::format;

const STYLE: &str = include_str!("style.css");

/// Head of the page. Its policy forbids to fetch or run anything, so that even what slipped in by a bug would do
/// nothing.
const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"generator\" content=\"Crosscut\">";

/// Returns the whole page.
pub fn page(report: &StudyReport) -> String {
    let mut html = Html::default();
    html.raw(HEAD).put("<title>{}</title><style>", &[&title(report)]).raw(STYLE).raw("</style></head><body>");
    header(&mut html, report);
    html.raw("<main>");
    overview(&mut html, report);
    if let Some(coverage) = &report.coverage {
        coverage::section(&mut html, report, coverage);
    }
    if let Some(spans) = report.spans.as_ref().filter(|spans| spans.rows().len() > 0 && spans.columns().len() > 0) {
        heat::section(&mut html, report, spans);
    }
    for (n, sheet) in report.sheets.iter().enumerate() {
        card::article(&mut html, report, n, sheet);
    }
    left_out(&mut html, report);
    html.raw("</main>");
    footer(&mut html, &report.head);
    html.raw("</body></html>\n");
    html.finish()
}

fn title(report: &StudyReport) -> String {
    match report.sheets.as_slice() {
        [only] if report.coverage.is_none() => format!("{} · {}", only.name(), report.head.title),
        _ => format!("{} · personas", report.head.title),
    }
}

fn header(html: &mut Html, report: &StudyReport) {
    let head = &report.head;
    html.put("<header class=\"page\"><h1>{}</h1><p class=\"meta\">", &[&head.title]);
    html.put("<span><b>{}</b> customers</span>", &[&format::count(head.base)]);
    html.put("<span>as of <b>{}</b></span><span>from {}</span>", &[&head.as_of, &head.data]);
    if let Some(value) = &head.value {
        html.put("<span>value: {}</span>", &[value]);
    }
    html.raw("</p>");
    if let Some(filter) = &head.filter {
        html.put(
            "<p class=\"filter\">Coverage and the matrix count customers of <code>{}</code> only: ",
            &[&filter.text],
        );
        html.put("{}, {} of the base.", &[&format::shown(filter.customers), &format::percent(filter.share)]);
        html.raw(" Cards are of the whole base.</p>");
    }
    html.raw("</header>");
}

/// Writes the overview of the personas, each linked to its card.
fn overview(html: &mut Html, report: &StudyReport) {
    if report.sheets.is_empty() {
        html.raw("<p class=\"empty\">This study has no personas yet. In Crosscut, <kbd>n</kbd> on the pane of personas makes one.</p>");
        return;
    }
    if report.sheets.len() < 2 {
        return;
    }
    html.raw("<nav aria-label=\"Personas\"><ul>");
    for (n, sheet) in report.sheets.iter().enumerate() {
        html.put("<li><a href=\"#persona-{}\">", &[&(n + 1)]);
        svg::badge(html, sheet.name(), "badge");
        html.put("<span><b>{}</b><small>{}", &[&sheet.name(), &glance(sheet)]);
        if !sheet.facts.stale.is_empty() {
            html.raw(" <i>⚠ stale</i>");
        }
        html.raw("</small></span></a></li>");
    }
    html.raw("</ul></nav>");
}

fn glance(sheet: &Sheet) -> String {
    match sheet.facts.size.get() {
        Some(size) => {
            format!("{} · {} of base", format::shown(size.customers), format::percent(size.share_of_base))
        }
        None => "not counted".into(),
    }
}

fn left_out(html: &mut Html, report: &StudyReport) {
    if report.left_out.is_empty() {
        return;
    }
    html.raw("<section id=\"left-out\"><h2>Not counted</h2><ul>");
    for line in &report.left_out {
        html.put("<li>{}</li>", &[line]);
    }
    html.raw("</ul></section>");
}

fn footer(html: &mut Html, head: &Head) {
    html.raw("<footer><p>");
    if head.min_cell > 0 {
        html.put(
            "Counts below {} are suppressed (<{}), and so are counts that would disclose them. ",
            &[&head.min_cell, &head.min_cell],
        );
    }
    html.raw("Index: 100 is the average of the base. SMD: the standardised difference between the audience and everyone else; ");
    html.raw("from 0.1 on it is worth speaking of. Made by Crosscut.</p></footer>");
}
