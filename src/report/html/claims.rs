//! Claims, their results in the data, and the research behind them.

use super::Html;
use crate::insight::card::{ClaimFacts, ClaimState};
use crate::model::{Claim, Evidence};
use crate::report::Sheet;
use crate::report::words::{effect, no_effect, quoted};
use crate::tui::widgets::format;

pub fn section(html: &mut Html, sheet: &Sheet) {
    let claims = &sheet.persona.claims;
    if claims.is_empty() {
        return;
    }
    html.raw("<section class=\"claims\"><h3>Claims</h3><ul>");
    for (claim, facts) in claims.iter().zip(&sheet.facts.claims) {
        one(html, claim, facts);
    }
    html.raw("</ul></section>");
}

fn one(html: &mut Html, claim: &Claim, facts: &ClaimFacts) {
    let class = match &facts.state {
        ClaimState::Supported => "supported",
        ClaimState::Contradicted => "contradicted",
        _ => "open",
    };
    html.put(
        "<li class=\"{}\"><p class=\"claim\"><b class=\"state\">{}</b> ",
        &[&class, &format!("{} {}", facts.state.mark(), facts.state.word())],
    );
    html.put("{}</p>", &[&claim.text]);
    if let Some(check) = &claim.check {
        html.put("<p class=\"check\">check <code>{}</code></p>", &[check]);
    }
    let figures = facts.effect.as_ref().map(effect).or_else(|| no_effect(facts));
    if let Some(figures) = figures {
        html.put("<p class=\"effect\">{}</p>", &[&figures]);
    }
    if claim.evidence.is_empty() {
        html.raw("<p class=\"mark research\">◌ no evidence yet</p></li>");
        return;
    }
    if let Some(age) = facts.age {
        let days = u64::try_from(age).unwrap_or(0);
        html.put("<p class=\"age\">newest evidence: {} old</p>", &[&format::counted(days, "day", "days")]);
    }
    html.raw("<ul class=\"evidence\">");
    for evidence in &claim.evidence {
        source(html, evidence);
    }
    html.raw("</ul></li>");
}

fn source(html: &mut Html, evidence: &Evidence) {
    html.put("<li><span class=\"source\">{} <b>{}</b>", &[&evidence.kind.word(), &evidence.source]);
    if let Some(date) = &evidence.date {
        html.put(" · <time>{}</time>", &[date]);
    }
    html.raw("</span>");
    if let Some(quote) = &evidence.quote {
        html.put(" <q>{}</q>", &[&quoted(quote)]);
    }
    if let Some(note) = &evidence.note {
        html.put(" <span class=\"where\">note: {}</span>", &[note]);
    }
    html.raw("</li>");
}
