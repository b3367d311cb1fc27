//! Coverage of the customers by the personas, and the waterfall of first personas.

use super::Html;
use crate::insight::coverage::{CoveragePart, PersonaCoverage};
use crate::report::{StudyReport, svg};
use crate::tui::widgets::format;

pub fn section(html: &mut Html, report: &StudyReport, coverage: &PersonaCoverage) {
    html.raw("<section id=\"coverage\"><h2>Coverage</h2>");
    lead(html, report, coverage);
    parts(html, report, coverage);
    waterfall(html, report, coverage);
    overlaps(html, report, coverage);
    html.raw("</section>");
}

fn lead(html: &mut Html, report: &StudyReport, coverage: &PersonaCoverage) {
    let of = if report.head.filter.is_some() { "of the filter’s customers" } else { "of customers" };
    html.put(
        "<p class=\"lead\"><strong>{}</strong> {} are in a persona",
        &[&format::percent(coverage.covered.share), &of],
    );
    if let Some(share) = coverage.covered.value_share {
        html.put(", <strong>{}</strong> of value", &[&format::percent(Some(share))]);
    }
    html.raw(".</p><p class=\"note\">");
    if let Some(redundancy) = coverage.redundancy {
        html.put("Each of them is counted {} times on average (redundancy). ", &[&format!("{redundancy:.2}")]);
    }
    if let Some(exclusive) = coverage.exclusive {
        html.put("{} of them are in exactly one.", &[&format::percent(Some(exclusive))]);
    }
    html.raw("</p>");
}

fn parts(html: &mut Html, report: &StudyReport, coverage: &PersonaCoverage) {
    let lines = [
        ("none", "in no persona", &coverage.none),
        ("one", "in exactly one", &coverage.one),
        ("several", "in two or more", &coverage.several),
    ];
    html.raw("<div class=\"stack\"><span>customers</span>");
    let shares = |of: fn(&CoveragePart) -> Option<f64>| lines.map(|(class, _, part)| (class, of(part)));
    let title = |what: &str, of: fn(&CoveragePart) -> Option<f64>| {
        let told = lines.map(|(_, name, part)| format!("{} {name}", format::percent(of(part))));
        format!("{what}: {}", told.join(", "))
    };
    let of_customers = |part: &CoveragePart| part.share;
    svg::stacked(html, &title("Customers", of_customers), &shares(of_customers));
    let has_value = report.head.value.is_some() && coverage.whole.value.is_some();
    if has_value {
        html.raw("<span>value</span>");
        let of_value = |part: &CoveragePart| part.value_share;
        svg::stacked(html, &title("Value", of_value), &shares(of_value));
    }
    html.raw("</div><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Coverage\"><table class=\"parts\"><thead><tr>");
    html.raw("<th scope=\"col\">customers</th><th scope=\"col\">count</th><th scope=\"col\">share</th>");
    if has_value {
        html.put(
            "<th scope=\"col\">{}</th><th scope=\"col\">of value</th>",
            &[&report.head.value.as_deref().unwrap_or("value")],
        );
    }
    html.raw("</tr></thead><tbody>");
    for (class, name, part) in lines.iter().chain([&("all", "all", &coverage.whole)]) {
        html.put("<tr><th scope=\"row\"><i class=\"key {}\"></i>{}</th>", &[class, name]);
        html.put("<td>{}</td><td>{}</td>", &[&format::shown(part.customers), &format::percent(part.share)]);
        if has_value {
            html.put("<td>{}</td><td>{}</td>", &[&format::amount(part.value), &format::percent(part.value_share)]);
        }
        html.raw("</tr>");
    }
    html.raw("</tbody></table></div>");
}

fn waterfall(html: &mut Html, report: &StudyReport, coverage: &PersonaCoverage) {
    if coverage.steps.is_empty() {
        return;
    }
    html.raw("<h3>Waterfall</h3><p class=\"note\">In order of priority, each customer goes to the first persona they are in: ");
    html.raw("what a persona takes, and what it leaves to those above it.</p>");
    html.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Waterfall\"><table><thead><tr><th scope=\"col\">persona</th>");
    html.raw("<th scope=\"col\">audience</th><th scope=\"col\" class=\"graph\">takes</th><th scope=\"col\"></th><th scope=\"col\">share</th>");
    html.raw("<th scope=\"col\">in all so far</th><th scope=\"col\">to those above</th></tr></thead><tbody>");
    let mut before = Some(0.0);
    for step in &coverage.steps {
        html.put("<tr><th scope=\"row\">{}</th>", &[&report.name(&step.id)]);
        html.put("<td>{}</td><td class=\"graph\">", &[&format::shown(step.all.customers)]);
        svg::step(html, before, step.total.share);
        html.put("</td><td>{}</td>", &[&format::shown(step.takes.customers)]);
        html.put("<td>{}</td><td>{}</td>", &[&format::percent(step.takes.share), &format::percent(step.total.share)]);
        html.put("<td>{}", &[&format::shown(step.loses)]);
        let mostly = step.mostly_to().and_then(|(i, count)| Some((coverage.steps.get(i)?, count)));
        if let Some((other, count)) = mostly {
            html.put("<small>{} to {}</small>", &[&format::count(count), &report.name(&other.id)]);
        }
        html.raw("</td></tr>");
        before = step.total.share;
    }
    html.raw("</tbody></table></div>");
}

fn overlaps(html: &mut Html, report: &StudyReport, coverage: &PersonaCoverage) {
    let steps = &coverage.steps;
    if steps.len() < 2 {
        return;
    }
    html.raw("<h3>Overlap</h3><p class=\"note\">Customers in both, and their share of those in either (Jaccard).</p>");
    html.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Overlap\"><table class=\"overlap\"><thead><tr><th></th>");
    for step in &steps[..steps.len() - 1] {
        html.put("<th scope=\"col\">{}</th>", &[&report.name(&step.id)]);
    }
    html.raw("</tr></thead><tbody>");
    for (i, step) in steps.iter().enumerate().skip(1) {
        html.put("<tr><th scope=\"row\">{}</th>", &[&report.name(&step.id)]);
        for j in 0..steps.len() - 1 {
            match coverage.pair(i, j).filter(|_| j < i) {
                Some(both) => {
                    let jaccard = format::percent(coverage.jaccard(i, j));
                    html.put("<td>{}<small>{}</small></td>", &[&format::shown(both), &jaccard]);
                }
                None => {
                    html.raw("<td></td>");
                }
            }
        }
        html.raw("</tr>");
    }
    html.raw("</tbody></table></div>");
}
