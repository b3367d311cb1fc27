//! Tables of what the data says about a persona.

use maud::{Markup, html};

use super::wide;
use crate::insight::card::{AttributeFigures, Facts, SpanFigures};
use crate::insight::format::{self, traits as trait_text};
use crate::insight::why::Trait;
use crate::report::words::{known, typical as words};
use crate::report::{PersonaSheet, svg};

/// Maximum number of traits on a page and, below, of traits in the columns of the audience's own rule.
pub const MAX_TRAITS: usize = 10;
pub const OF_THE_RULE: usize = 5;
/// Standardized difference that fills its side of the bar; few are larger.
const FULL_BAR_EFFECT: f64 = 2.0;

/// Draws medians and most frequent values of the audience, beside the base's.
pub fn typical(facts: &Facts) -> Markup {
    let halves = facts.typical.chunks(facts.typical.len().div_ceil(2).max(1));
    html! {
        @if !facts.typical.is_empty() {
            section {
                h3 { "Typical customer" }
                p.note {
                    "Medians with their quartiles; of few values the most frequent one, "
                    "with its share of the audience and of the base."
                }
                div.pair {
                    @for half in halves {
                        table.typical {
                            thead { tr { th scope="col" { "column" } th scope="col" { "typical" } th scope="col" { "base" } } }
                            tbody {
                                @for one in half {
                                    @let (here, base) = words(&one.what);
                                    tr { th scope="row" { (one.column) } td { (here) } td { (base) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Draws the attributes one by one, and the share of the base that has all up to each.
pub fn attributes(facts: &Facts) -> Markup {
    html! {
        @if !facts.attributes.is_empty() {
            section {
                h3 { "Attributes" }
                ol.attributes {
                    @for one in &facts.attributes {
                        li {
                            code { (one.text) }
                            @match known(&one.figures) {
                                Err(reason) => { span.wrong { "! " (reason) } }
                                Ok(figures) => { (attribute(figures)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn attribute(figures: &AttributeFigures) -> Markup {
    html! {
        small {
            (format::percent(figures.share_of_base)) " of base, "
            (format::percent(figures.share_of_audience)) " of the audience, "
            "index " (format::index(figures.index).trim())
        }
        (svg::bar(figures.all_share_of_base))
        small {
            "have all so far: " (format::shown(figures.all_so_far)) " customers, "
            (format::percent(figures.all_share_of_base)) " of base"
        }
    }
}

/// Draws the traits with the largest differences from everyone else.
pub fn traits(facts: &Facts) -> Markup {
    let traits = &facts.traits;
    html! {
        @if !traits.too_few && (!traits.found.is_empty() || !traits.of_the_rule.is_empty()) {
            section.traits {
                h3 { "What sets them apart" }
                (trait_table(&traits.found, MAX_TRAITS, "traits of the audience, the largest first"))
                @if !traits.of_the_rule.is_empty() {
                    h4 { "By definition" }
                    p.note { "Columns that the audience’s own rule reads." }
                    (trait_table(&traits.of_the_rule, OF_THE_RULE, "traits of columns that the rule reads"))
                }
            }
        }
    }
}

fn trait_table(traits: &[Trait], most: usize, label: &str) -> Markup {
    if traits.is_empty() {
        return html! { p.note { "Nothing else sets them apart from everyone else." } };
    }
    wide(
        label,
        html! {
            table {
                thead {
                    tr {
                        th scope="col" { "trait" }
                        th scope="col" { "audience" }
                        th scope="col" { "everyone else" }
                        th.graph scope="col" { "less · more" }
                        th scope="col" { "SMD" }
                        th scope="col" { "index" }
                    }
                }
                tbody {
                    @for one in traits.iter().take(most) {
                        @let sides = trait_text::sides(one);
                        tr {
                            th scope="row" { (trait_text::name(one)) }
                            td { (sides.inside) }
                            td { (sides.outside) }
                            td.graph { (svg::effect(one.smd, FULL_BAR_EFFECT)) }
                            td { (trait_text::effect(one.smd)) }
                            td { (format::index(one.index).trim()) }
                        }
                    }
                }
            }
        },
    )
}

/// Draws the segments that the persona spans.
pub fn spans(sheet: &PersonaSheet) -> Markup {
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { "segment" }
                    th scope="col" { "customers in both" }
                    th.graph scope="col" { "of the persona" }
                    th scope="col" {}
                    th.graph scope="col" { "of the segment" }
                    th scope="col" {}
                    th scope="col" { "index" }
                }
            }
            tbody {
                @for span in &sheet.facts.spans {
                    tr {
                        th scope="row" { (span.name) }
                        @match known(&span.figures) {
                            Err(reason) => { td.wrong colspan="6" { "! " (reason) } }
                            Ok(figures) => { (span_cells(figures)) }
                        }
                    }
                }
            }
        }
    };
    html! {
        @if !sheet.facts.spans.is_empty() {
            section.spans { h3 { "Segments spanned" } (wide("Segments spanned", table)) }
        }
    }
}

fn span_cells(figures: &SpanFigures) -> Markup {
    html! {
        td { (format::shown(figures.both)) }
        td.graph { (svg::bar(figures.composition)) }
        td { (format::percent(figures.composition)) }
        td.graph { (svg::bar(figures.penetration)) }
        td { (format::percent(figures.penetration)) }
        td { (format::index(figures.index).trim()) }
    }
}
