//! What the persona claims, what it rests on, and what nobody has asked yet.

use super::blocks::{hanging, heading, padded, width};
use crate::model::{Claim, Evidence, EvidenceKind, Persona};
use crate::ui::canvas::cells;
use crate::ui::highlight;
use crate::ui::theme::Role;
use crate::ui::widgets::page::Lines;

/// Cells that evidence stands in.
const INDENT: &str = "    ";

/// Each claim with its evidence under it.
pub fn claims(claims: &[Claim], width: usize) -> Lines {
    if claims.is_empty() {
        return Lines::new();
    }
    let mut lines = heading("Claims", "and the research behind them");
    let sources = claims.iter().flat_map(|claim| &claim.evidence).map(|evidence| cells(&evidence.source));
    let source = usize::from(sources.max().unwrap_or(0)).min(24);
    for claim in claims {
        lines.extend(hanging("· ", &claim.text, width, Role::Text));
        if let Some(check) = &claim.check {
            let mut line = vec![(format!("{INDENT}check  "), Role::Dim)];
            line.extend(highlight::pieces(check).into_iter().map(|(bytes, role)| (check[bytes].to_owned(), role)));
            lines.push(line);
        }
        if claim.evidence.is_empty() {
            lines.push(vec![(format!("{INDENT}no evidence yet"), Role::Notice)]);
        }
        lines.extend(claim.evidence.iter().flat_map(|evidence| evidence_lines(evidence, source, width)));
    }
    lines
}

/// `interview  int-07  2026-03-14  “I look at every offer mail.”`
fn evidence_lines(evidence: &Evidence, source: usize, room: usize) -> Lines {
    let kind = match evidence.kind {
        EvidenceKind::Interview => "interview",
        EvidenceKind::Survey => "survey",
        EvidenceKind::Log => "log",
    };
    let date = evidence.date.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut head =
        vec![(format!("{INDENT}{kind:<9}  "), Role::Dim), (padded(&evidence.source, source) + "  ", Role::Text)];
    head.push((format!("{date:<10}  "), Role::Dim));
    let Some(quote) = &evidence.quote else { return vec![head] };
    let quote = format!("“{quote}”");
    let indent = width(&head);
    if indent + 24 > room {
        let mut lines = vec![head];
        lines.extend(hanging(&format!("{INDENT}  "), &quote, room, Role::Text));
        return lines;
    }
    let mut lines = hanging(&" ".repeat(indent), &quote, room, Role::Text);
    if let Some(first) = lines.first_mut() {
        first.splice(0..1, head);
    }
    lines
}

/// The parts of the profile that nothing is written in yet.
pub fn missing(persona: &Persona, room: usize) -> Lines {
    let parts = [
        ("quote", persona.quote.is_none()),
        ("bio", persona.bio.is_none()),
        ("goals", persona.goals.is_empty()),
        ("motivations", persona.motivations.is_empty()),
        ("frustrations", persona.frustrations.is_empty()),
        ("behaviours", persona.behaviours.is_empty()),
        ("attitudes", persona.attitudes.is_empty()),
        ("experiences", persona.experiences.is_empty()),
        ("channels", persona.channels.is_empty()),
        ("journey", persona.journey.is_empty()),
        ("claims", persona.claims.is_empty()),
    ];
    let parts: Vec<&str> = parts.into_iter().filter_map(|(part, empty)| empty.then_some(part)).collect();
    if parts.is_empty() {
        return Lines::new();
    }
    let mut lines = vec![Vec::new()];
    lines.extend(hanging("needs research  ", &parts.join(", "), room, Role::Dim));
    lines
}
