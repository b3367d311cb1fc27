//! A persona's card.

use super::{Html, claims, journey, tables};
use crate::insight::card::{Size, needs_research};
use crate::report::words::{known, lists, quoted};
use crate::report::{Sheet, StudyReport, clean, svg};
use crate::tui::widgets::format;

pub fn article(html: &mut Html, report: &StudyReport, n: usize, sheet: &Sheet) {
    html.put("<article id=\"persona-{}\" aria-labelledby=\"name-{}\">", &[&(n + 1), &(n + 1)]);
    introduction(html, n, sheet);
    if is_written(sheet) {
        html.raw("<div class=\"halves\"><div>");
        profile(html, sheet);
        html.raw("</div><aside>");
    } else {
        html.raw("<div class=\"halves bare\"><aside>");
    }
    figures(html, report, sheet);
    tables::attributes(html, &sheet.facts);
    html.raw("</aside></div>");
    tables::traits(html, &sheet.facts);
    tables::typical(html, &sheet.facts);
    journey::section(html, sheet);
    tables::spans(html, sheet);
    claims::section(html, sheet);
    html.raw("</article>");
}

fn introduction(html: &mut Html, n: usize, sheet: &Sheet) {
    let persona = &sheet.persona;
    html.raw("<header class=\"who\">");
    svg::portrait(html, sheet.name(), persona.portrait.as_deref());
    html.put("<div><h2 id=\"name-{}\">{} ", &[&(n + 1), &sheet.name()]);
    html.put("<code>@{}</code></h2>", &[&persona.id]);
    if let Some(quote) = &persona.quote {
        html.put("<blockquote>{}</blockquote>", &[&quoted(quote)]);
    }
    let missing = needs_research(persona);
    if !missing.is_empty() {
        html.put("<p class=\"mark research\">◌ needs research: {}</p>", &[&missing.join(", ")]);
    }
    for reason in &sheet.facts.stale {
        html.put("<p class=\"mark stale\">⚠ stale: {}</p>", &[reason]);
    }
    if let Some(review) = &persona.reviewed {
        html.put("<p class=\"mark\">last reviewed {}</p>", &[&review.date]);
    }
    html.raw("</div></header>");
}

/// Returns true if there is text to read beside the figures.
fn is_written(sheet: &Sheet) -> bool {
    let persona = &sheet.persona;
    persona.bio.is_some() || lists(persona).iter().any(|(_, items)| !items.is_empty())
}

fn profile(html: &mut Html, sheet: &Sheet) {
    for paragraph in sheet.persona.bio.iter().flat_map(|bio| clean::paragraphs(bio)) {
        html.put("<p class=\"bio\">{}</p>", &[&paragraph]);
    }
    html.raw("<div class=\"lists\">");
    for (title, items) in lists(&sheet.persona).into_iter().filter(|(_, items)| !items.is_empty()) {
        html.put("<section><h3>{}</h3><ul>", &[&title]);
        for item in items {
            html.put("<li>{}</li>", &[item]);
        }
        html.raw("</ul></section>");
    }
    html.raw("</div>");
}

fn figures(html: &mut Html, report: &StudyReport, sheet: &Sheet) {
    html.raw("<section class=\"figures\"><h3>Audience</h3>");
    match known(&sheet.facts.size) {
        Err(reason) => {
            html.put("<p class=\"wrong\">! {}</p>", &[&reason]);
        }
        Ok(size) => sizes(html, report.head.value.as_deref(), size),
    }
    html.put("<p class=\"rule\"><code>{}</code></p></section>", &[&sheet.rule]);
}

fn sizes(html: &mut Html, value: Option<&str>, size: &Size) {
    html.put("<p class=\"big\"><strong>{}</strong> customers</p>", &[&format::shown(size.customers)]);
    html.put("<dl><div><dt>of base</dt><dd>{}</dd></div>", &[&format::percent(size.share_of_base)]);
    if let Some(value) = value {
        html.put("<div><dt>of value</dt><dd>{}</dd></div>", &[&format::percent(size.share_of_value)]);
        html.put("<div><dt>mean {}</dt><dd>{}</dd></div>", &[&value, &format::amount(size.mean_value)]);
        html.put("<div><dt>value index</dt><dd>{}</dd></div>", &[&format::index(size.value_index).trim()]);
    }
    html.raw("</dl>");
}
