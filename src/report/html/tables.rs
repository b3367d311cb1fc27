//! Tables of what the data says about a persona.

use super::Html;
use crate::insight::card::{AttributeFigures, Facts, SpanFigures};
use crate::insight::why::Trait;
use crate::report::words::{known, typical as words};
use crate::report::{Sheet, svg};
use crate::tui::widgets::{format, traits as told};

/// Maximum number of traits on a page and, below, of traits in the columns of the audience's own rule.
pub const TRAITS: usize = 10;
pub const OF_THE_RULE: usize = 5;
/// Standardized difference that fills its side of the bar; few are larger.
const WIDE: f64 = 2.0;

pub fn typical(html: &mut Html, facts: &Facts) {
    if facts.typical.is_empty() {
        return;
    }
    html.raw(
        "<section><h3>Typical customer</h3><p class=\"note\">Medians with their quartiles; of few values the most ",
    );
    html.raw("frequent one, with its share of the audience and of the base.</p><div class=\"pair\">");
    for half in facts.typical.chunks(facts.typical.len().div_ceil(2)) {
        html.raw("<table class=\"typical\"><thead><tr><th scope=\"col\">column</th>");
        html.raw("<th scope=\"col\">typical</th><th scope=\"col\">base</th></tr></thead><tbody>");
        for one in half {
            let (here, base) = words(&one.what);
            html.put("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>", &[&one.column, &here, &base]);
        }
        html.raw("</tbody></table>");
    }
    html.raw("</div></section>");
}

pub fn attributes(html: &mut Html, facts: &Facts) {
    if facts.attributes.is_empty() {
        return;
    }
    html.raw("<section><h3>Attributes</h3><ol class=\"attributes\">");
    for one in &facts.attributes {
        html.put("<li><code>{}</code>", &[&one.text]);
        match known(&one.figures) {
            Err(reason) => {
                html.put("<span class=\"wrong\">! {}</span>", &[&reason]);
            }
            Ok(figures) => attribute(html, figures),
        }
        html.raw("</li>");
    }
    html.raw("</ol></section>");
}

fn attribute(html: &mut Html, figures: &AttributeFigures) {
    html.put("<small>{} of base, ", &[&format::percent(figures.share_of_base)]);
    html.put("{} of the audience, ", &[&format::percent(figures.share_of_audience)]);
    html.put("index {}</small>", &[&format::index(figures.index).trim()]);
    svg::bar(html, figures.all_share_of_base);
    html.put("<small>have all so far: {} customers, ", &[&format::shown(figures.all_so_far)]);
    html.put("{} of base</small>", &[&format::percent(figures.all_share_of_base)]);
}

pub fn traits(html: &mut Html, facts: &Facts) {
    let traits = &facts.traits;
    if traits.too_few || (traits.found.is_empty() && traits.of_the_rule.is_empty()) {
        return;
    }
    html.raw("<section class=\"traits\"><h3>What sets them apart</h3>");
    trait_table(html, &traits.found, TRAITS, "traits of the audience, the largest first");
    if !traits.of_the_rule.is_empty() {
        html.raw("<h4>By definition</h4><p class=\"note\">Columns that the audience’s own rule reads.</p>");
        trait_table(html, &traits.of_the_rule, OF_THE_RULE, "traits of columns that the rule reads");
    }
    html.raw("</section>");
}

fn trait_table(html: &mut Html, traits: &[Trait], most: usize, label: &'static str) {
    if traits.is_empty() {
        html.raw("<p class=\"note\">Nothing else sets them apart from everyone else.</p>");
        return;
    }
    html.put("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>", &[&label]);
    html.raw("<th scope=\"col\">trait</th><th scope=\"col\">audience</th><th scope=\"col\">everyone else</th>");
    html.raw("<th scope=\"col\" class=\"graph\">less · more</th><th scope=\"col\">SMD</th><th scope=\"col\">index</th></tr></thead><tbody>");
    for one in traits.iter().take(most) {
        let sides = told::sides(one);
        html.put("<tr><th scope=\"row\">{}</th><td>{}</td>", &[&told::name(one), &sides.inside]);
        html.put("<td>{}</td><td class=\"graph\">", &[&sides.outside]);
        svg::effect(html, one.smd, WIDE);
        html.put("</td><td>{}</td><td>{}</td></tr>", &[&told::effect(one.smd), &format::index(one.index).trim()]);
    }
    html.raw("</tbody></table></div>");
}

pub fn spans(html: &mut Html, sheet: &Sheet) {
    if sheet.facts.spans.is_empty() {
        return;
    }
    html.raw("<section class=\"spans\"><h3>Segments spanned</h3><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Segments spanned\">");
    html.raw("<table><thead><tr><th scope=\"col\">segment</th><th scope=\"col\">customers in both</th>");
    html.raw("<th scope=\"col\" class=\"graph\">of the persona</th><th scope=\"col\"></th>");
    html.raw("<th scope=\"col\" class=\"graph\">of the segment</th><th scope=\"col\"></th><th scope=\"col\">index</th></tr></thead><tbody>");
    for span in &sheet.facts.spans {
        html.put("<tr><th scope=\"row\">{}</th>", &[&span.name]);
        match known(&span.figures) {
            Err(reason) => {
                html.put("<td colspan=\"6\" class=\"wrong\">! {}</td>", &[&reason]);
            }
            Ok(figures) => span_cells(html, figures),
        }
        html.raw("</tr>");
    }
    html.raw("</tbody></table></div></section>");
}

fn span_cells(html: &mut Html, figures: &SpanFigures) {
    html.put("<td>{}</td><td class=\"graph\">", &[&format::shown(figures.both)]);
    svg::bar(html, figures.composition);
    html.put("</td><td>{}</td><td class=\"graph\">", &[&format::percent(figures.composition)]);
    svg::bar(html, figures.penetration);
    html.put(
        "</td><td>{}</td><td>{}</td>",
        &[&format::percent(figures.penetration), &format::index(figures.index).trim()],
    );
}
