//! A persona's card.

use maud::{Markup, html};

use super::{claims, defined, journey, tables};
use crate::insight::card::{Size, needs_research};
use crate::insight::format;
use crate::report::words::{known, lists, quoted};
use crate::report::{PersonaSheet, StudyReport, clean, svg};

/// Draws the card of the n-th persona as an article with its own anchor.
pub fn article(report: &StudyReport, n: usize, sheet: &PersonaSheet) -> Markup {
    let n = n + 1;
    html! {
        article id={ "persona-" (n) } aria-labelledby={ "name-" (n) } {
            (introduction(n, sheet))
            @if is_written(sheet) {
                div.halves { div { (profile(sheet)) } (figures(report, sheet)) }
            } @else {
                div.halves.bare { (figures(report, sheet)) }
            }
            (tables::traits(&sheet.facts))
            (tables::typical(&sheet.facts))
            (journey::section(sheet))
            (tables::spans(sheet))
            (claims::section(sheet))
        }
    }
}

fn introduction(n: usize, sheet: &PersonaSheet) -> Markup {
    let persona = &sheet.persona;
    let missing = needs_research(persona);
    html! {
        header.who {
            (svg::portrait(sheet.name(), persona.portrait.as_deref()))
            div {
                h2 id={ "name-" (n) } { (sheet.name()) " " code { "@" (persona.id) } }
                @if let Some(quote) = &persona.quote { blockquote { (quoted(quote)) } }
                @if !missing.is_empty() { p.mark.research { "◌ needs research: " (missing.join(", ")) } }
                @for reason in &sheet.facts.stale { p.mark.stale { "⚠ stale: " (reason) } }
                @if let Some(review) = &persona.reviewed { p.mark { "last reviewed " (review.date) } }
            }
        }
    }
}

/// Returns true if there is text to read beside the figures.
fn is_written(sheet: &PersonaSheet) -> bool {
    let persona = &sheet.persona;
    persona.bio.is_some() || lists(persona).iter().any(|(_, items)| !items.is_empty())
}

fn profile(sheet: &PersonaSheet) -> Markup {
    html! {
        @for paragraph in sheet.persona.bio.iter().flat_map(|bio| clean::paragraphs(bio)) { p.bio { (paragraph) } }
        div.lists {
            @for (title, items) in lists(&sheet.persona).into_iter().filter(|(_, items)| !items.is_empty()) {
                section { h3 { (title) } ul { @for item in items { li { (item) } } } }
            }
        }
    }
}

fn figures(report: &StudyReport, sheet: &PersonaSheet) -> Markup {
    html! {
        aside {
            section.figures {
                h3 { "Audience" }
                @match known(&sheet.facts.size) {
                    Err(reason) => { p.wrong { "! " (reason) } }
                    Ok(size) => { (sizes(report.head.value.as_deref(), size)) }
                }
                p.rule { code { (sheet.rule) } }
            }
            (tables::attributes(&sheet.facts))
        }
    }
}

fn sizes(value: Option<&str>, size: &Size) -> Markup {
    html! {
        p.big { strong { (format::shown(size.customers)) } " customers" }
        dl {
            (defined("of base", &format::percent(size.share_of_base)))
            @if let Some(value) = value {
                (defined("of value", &format::percent(size.share_of_value)))
                (defined(&format!("mean {value}"), &format::amount(size.mean_value)))
                (defined("value index", format::index(size.value_index).trim()))
            }
        }
    }
}
