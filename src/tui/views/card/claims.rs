//! The persona's claims: whether the data supports each, and the evidence behind it.

use super::blocks::{hanging, heading, padded, table, width as cells_of};
use super::page::{CardInput, CardPage};
use super::size::rule_pieces;
use crate::insight::card::{ClaimEffect, ClaimFacts, ClaimState};
use crate::insight::format;
use crate::insight::format::traits::effect as signed;
use crate::model::{Claim, Evidence};
use crate::tui::core::key;
use crate::tui::paint::canvas::{TextPiece, cells};
use crate::tui::paint::theme::Role;
use crate::tui::views::card::note;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::index_role;
use crate::tui::widgets::list::{ListCell, ListRow};
use crate::tui::widgets::page::Lines;

/// Indent of a claim's check and evidence.
const INDENT: &str = "    ";
/// Width below which a claim's state is shown by its mark alone.
const NARROW: usize = 56;

/// Adds a line for each claim, with its check and evidence below if it is open.
pub fn add(page: &mut CardPage, shown: CardInput, width: usize) {
    let claims = &shown.persona.claims;
    if claims.is_empty() {
        return;
    }
    page.lines.extend(heading("Claims", &tally(shown)));
    let rows = claims.iter().zip(&shown.facts.claims).enumerate();
    let rows: Vec<ListRow> = rows.map(|(at, (claim, facts))| row(shown, at, claim, facts, width)).collect();
    let mut lines = table(&columns(shown, width), rows, width).into_iter();
    page.lines.extend(lines.next());
    let sources = claims.iter().flat_map(|claim| &claim.evidence).map(|evidence| cells(&evidence.source));
    let source = usize::from(sources.max().unwrap_or(0)).min(24);
    for (at, (claim, line)) in claims.iter().zip(lines).enumerate() {
        let first = page.lines.len();
        page.lines.push(line);
        if shown.view.open.contains(&at)
            && let Some(facts) = shown.facts.claims.get(at)
        {
            page.lines.extend(opened(shown, claim, facts, source, width));
        }
        page.claims.push(first..page.lines.len());
    }
}

/// Returns the tally of states, such as `3 supported · 1 contradicted · space opens them`.
fn tally(shown: CardInput) -> String {
    let states = ["supported", "contradicted", "no difference", "untested", "not testable"];
    let count = |word: &str| shown.facts.claims.iter().filter(|claim| claim.state.word() == word).count();
    let summary = states.iter().map(|word| (count(word), *word)).filter(|(n, _)| *n > 0);
    let mut summary: Vec<String> = summary.map(|(n, word)| format!("{n} {word}")).collect();
    let view = &shown.view;
    let verb = if view.claim.is_none() && !view.open.is_empty() { "closes" } else { "opens" };
    let what = if view.claim.is_some() { "it" } else { "them" };
    summary.push(format!("{} {verb} {what}", key(shown.state, "toggle")));
    summary.join(" · ")
}

fn columns(shown: CardInput, width: usize) -> Vec<ListColumn> {
    let texts = shown.persona.claims.iter().map(|claim| usize::from(cells(&claim.text)));
    let widest = u16::try_from(texts.max().unwrap_or(0)).unwrap_or(u16::MAX).clamp(10, 90);
    let state = if width < NARROW { 1 } else { 15 };
    let mut text = ListColumn { natural: widest, min: 20, ..ListColumn::name(40, 20) };
    text.heading = "claim";
    text.short = "claim";
    vec![
        ListColumn { min: state, natural: state, grows: false, ..ListColumn::growing(1, Yields::Never) },
        text,
        ListColumn::number("effect", "effect", 6, Yields::Share),
        ListColumn::number("index", "index", 7, Yields::Index),
        ListColumn::number("evidence", "ev.", 4, Yields::Value),
        ListColumn::number("newest", "newest", 8, Yields::Kind),
    ]
}

fn row(shown: CardInput, at: usize, claim: &Claim, facts: &ClaimFacts, width: usize) -> ListRow {
    let chosen = shown.view.claim == Some(at);
    let role = shown.role(state_role(&facts.state));
    let state = match width < NARROW {
        true => facts.state.mark().to_owned(),
        false => format!("{} {}", facts.state.mark(), facts.state.word()),
    };
    let text = if chosen { Role::Focus } else { Role::Text };
    let effect = facts.effect;
    let count = match claim.evidence.len() {
        0 => ListCell::text("none", Role::Notice),
        n => ListCell::text(n.to_string(), Role::Dim),
    };
    ListRow {
        cells: vec![
            ListCell::text(state, role),
            ListCell::text(claim.text.clone(), text),
            ListCell::text(effect.map_or(format::NOTHING.into(), |effect| signed(effect.smd)), shown.role(Role::Text)),
            index(effect),
            count,
            age(shown, facts),
        ],
        rest: None,
    }
}

fn index(effect: Option<ClaimEffect>) -> ListCell {
    let index = effect.and_then(|effect| effect.index);
    ListCell::text(format::index(index), index_role(index, Role::Text))
}

/// Returns the age of the evidence in days, such as `95 d`; marked if it is stale.
fn age(shown: CardInput, facts: &ClaimFacts) -> ListCell {
    let Some(days) = facts.age else { return ListCell::Blank };
    let old = days > shown.state.settings.research.stale_after;
    let (mark, role) = if old { ("! ", Role::Notice) } else { ("", Role::Dim) };
    ListCell::text(format!("{mark}{} d", format::count(days.unsigned_abs())), role)
}

fn state_role(state: &ClaimState) -> Role {
    match state {
        ClaimState::Supported => Role::Accent,
        ClaimState::Contradicted => Role::Error,
        ClaimState::NoDifference | ClaimState::Untested(_) => Role::Notice,
        ClaimState::NotTestable | ClaimState::Waiting => Role::Dim,
    }
}

/// Returns the check with its figures, then the evidence.
fn opened(shown: CardInput, claim: &Claim, facts: &ClaimFacts, source: usize, width: usize) -> Lines {
    let mut lines = Lines::new();
    if cells(&claim.text) as usize + 50 > width {
        lines.extend(hanging(INDENT, &claim.text, width, Role::Text));
    }
    match &claim.check {
        Some(check) => {
            let mut line = vec![(format!("{INDENT}check  "), Role::Dim)];
            line.extend(rule_pieces(check, width.saturating_sub(cells_of(&line))));
            lines.push(line);
        }
        None => lines.push(vec![(format!("{INDENT}no check: the data cannot say"), Role::Dim)]),
    }
    if let Some(effect) = &facts.effect {
        lines.extend(hanging(&format!("{INDENT}       "), &sentence(effect), width, Role::Text));
    }
    if let ClaimState::Untested(reason) = &facts.state {
        lines.extend(hanging(&format!("{INDENT}       "), reason, width, Role::Error));
    }
    if claim.evidence.is_empty() {
        lines.push(vec![(format!("{INDENT}no evidence yet"), Role::Notice)]);
    }
    lines.extend(claim.evidence.iter().flat_map(|evidence| evidence_lines(shown, evidence, source, width)));
    lines.push(Vec::new());
    lines
}

/// Describes the comparison behind an effect.
fn sentence(effect: &ClaimEffect) -> String {
    let percent = |share| format::percent(Some(share));
    format!(
        "{} of their {}, {} of the other {}",
        percent(effect.shares.inside),
        format::count(effect.n.inside),
        percent(effect.shares.outside),
        format::count(effect.n.outside),
    )
}

/// Returns the evidence, such as `interview  int-07  2026-03-14  “I look at every offer mail.”`, and the note below
/// it.
fn evidence_lines(shown: CardInput, evidence: &Evidence, source: usize, room: usize) -> Lines {
    let kind = evidence.kind.word();
    let date = evidence.date.as_ref().map(ToString::to_string).unwrap_or_default();
    let head = vec![
        (format!("{INDENT}{kind:<9}  "), Role::Dim),
        (padded(&evidence.source, source) + "  ", Role::Text),
        (format!("{date:<10}  "), Role::Dim),
    ];
    let indent = cells_of(&head);
    let mut lines = match &evidence.quote {
        None => vec![head],
        Some(quote) => quoted(head, &format!("“{quote}”"), room),
    };
    let beside = indent + 24 <= room;
    lines.extend(note(evidence).map(|note| note_line(shown, note, if beside { indent } else { INDENT.len() + 2 })));
    lines
}

fn quoted(head: Vec<TextPiece>, quote: &str, room: usize) -> Lines {
    let indent = cells_of(&head);
    if indent + 24 > room {
        let mut lines = vec![head];
        lines.extend(hanging(&format!("{INDENT}  "), quote, room, Role::Text));
        return lines;
    }
    let mut lines = hanging(&" ".repeat(indent), quote, room, Role::Text);
    if let Some(first) = lines.first_mut() {
        first.splice(0..1, head);
    }
    lines
}

/// Returns the note with the key that opens it, or why it cannot be read.
fn note_line(shown: CardInput, note: &str, indent: usize) -> Vec<TextPiece> {
    let mut line = vec![(" ".repeat(indent), Role::Text)];
    match shown.view.notes.get(note) {
        Some(Err(reason)) => line.push((format!("! {reason}"), Role::Error)),
        Some(Ok(_)) => {
            line.push((format!("{note}  "), Role::Literal));
            line.push((format!("{} reads it", key(shown.state, "note")), Role::Dim));
        }
        None => line.push((note.to_owned(), Role::Dim)),
    }
    line
}
