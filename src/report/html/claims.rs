//! Claims, their results in the data, and the research behind them.

use maud::{Markup, html};

use crate::insight::card::{ClaimFacts, ClaimState};
use crate::insight::format;
use crate::model::{Claim, Evidence};
use crate::report::PersonaSheet;
use crate::report::words::{effect, no_effect, quoted};

/// Draws the claims; empty if the persona has none.
pub fn section(sheet: &PersonaSheet) -> Markup {
    let claims = &sheet.persona.claims;
    html! {
        @if !claims.is_empty() {
            section.claims {
                h3 { "Claims" }
                ul { @for (claim, facts) in claims.iter().zip(&sheet.facts.claims) { (one(claim, facts)) } }
            }
        }
    }
}

fn one(claim: &Claim, facts: &ClaimFacts) -> Markup {
    let class = match &facts.state {
        ClaimState::Supported => "supported",
        ClaimState::Contradicted => "contradicted",
        _ => "open",
    };
    let figures = facts.effect.as_ref().map(effect).or_else(|| no_effect(facts));
    html! {
        li class=(class) {
            p.claim { b.state { (facts.state.mark()) " " (facts.state.word()) } " " (claim.text) }
            @if let Some(check) = &claim.check { p.check { "check " code { (check) } } }
            @if let Some(figures) = figures { p.effect { (figures) } }
            @if claim.evidence.is_empty() {
                p.mark.research { "◌ no evidence yet" }
            } @else {
                @if let Some(age) = facts.age {
                    @let days = u64::try_from(age).unwrap_or(0);
                    p.age { "newest evidence: " (format::counted(days, "day", "days")) " old" }
                }
                ul.evidence { @for evidence in &claim.evidence { (source(evidence)) } }
            }
        }
    }
}

fn source(evidence: &Evidence) -> Markup {
    html! {
        li {
            span.source {
                (evidence.kind.word()) " " b { (evidence.source) }
                @if let Some(date) = &evidence.date { " · " time { (date) } }
            }
            @if let Some(quote) = &evidence.quote { " " q { (quoted(quote)) } }
            @if let Some(note) = &evidence.note { " " span.where { "note: " (note) } }
        }
    }
}
