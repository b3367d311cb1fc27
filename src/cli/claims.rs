//! `personas --claims`: each persona's claims, whether the data supports them, and the evidence behind them.

use std::process::ExitCode;

use super::open::CheckedStudy;
use super::output::{Table, TableCell};
use super::{CommandError, CommonOptions};
use crate::insight::card::{ClaimFacts, ClaimState, Facts};
use crate::model::{Claim, Datum, Persona};

/// Columns of the printed table, in order.
pub const COLUMNS: [&str; 14] = [
    "persona",
    "claim",
    "state",
    "smd",
    "index",
    "audience_share",
    "others_share",
    "n_audience",
    "n_others",
    "evidence",
    "newest",
    "age_days",
    "stale",
    "remark",
];

pub fn run(options: &CommonOptions) -> Result<ExitCode, CommandError> {
    if options.filter.is_some() {
        return Err(CommandError::usage("--claims covers the whole base: --filter is not supported"));
    }
    if options.value.is_some() {
        return Err(CommandError::usage("--claims lists no sums: --value is not supported"));
    }
    let mut opened = CheckedStudy::new(options)?;
    let all: Vec<usize> = (0..opened.study.definitions.personas.len()).collect();
    let facts = opened.retry_without_faults(|opened| opened.cards(&all, CheckedStudy::rule_facts))?;
    let mut table = Table::new(COLUMNS);
    for (persona, facts) in opened.study.definitions.personas.iter().zip(&facts) {
        let rows = persona.claims.iter().zip(&facts.claims);
        table.rows.extend(rows.map(|(claim, claim_facts)| row(persona, claim, claim_facts, facts)));
    }
    table.print(options.format())
}

fn row(persona: &Persona, claim: &Claim, claim_facts: &ClaimFacts, facts: &Facts) -> Vec<TableCell> {
    let effect = claim_facts.effect;
    let remark = match &claim_facts.state {
        ClaimState::Untested(why) => why.clone(),
        _ if claim.evidence.is_empty() => "no evidence".into(),
        _ => String::new(),
    };
    let stale: Vec<String> = facts.stale.iter().map(ToString::to_string).collect();
    let integer = |n: i64| TableCell::Datum(Datum::Integer(n));
    let count = |n: Option<u64>| {
        n.map_or(TableCell::Number(None), |n| TableCell::Count(crate::insight::suppress::DisclosedCount::Count(n)))
    };
    vec![
        TableCell::Text(persona.id.clone()),
        TableCell::Text(claim.text.clone()),
        TableCell::Text(claim_facts.state.word().into()),
        TableCell::Number(effect.map(|effect| effect.smd)),
        TableCell::Index(effect.and_then(|effect| effect.index)),
        TableCell::Share(effect.map(|effect| effect.shares.inside)),
        TableCell::Share(effect.map(|effect| effect.shares.outside)),
        count(effect.map(|effect| effect.n.inside)),
        count(effect.map(|effect| effect.n.outside)),
        integer(claim_facts.evidence as i64),
        TableCell::Datum(claim_facts.newest.map_or(Datum::Null, Datum::Date)),
        claim_facts.age.map_or(TableCell::Number(None), integer),
        TableCell::Text(stale.join("; ")),
        TableCell::Text(remark),
    ]
}
