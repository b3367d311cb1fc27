//! Tables beside the base: who speaks in them and what, and their rows.

use std::collections::HashMap;
use std::sync::Arc;

use super::plan::{AnswerReader, PlanStep, StatementPlan, limit};
use super::results::{Results, StatementPlace};
use super::terms::{Resolver, Subset, Term, Terms};
use crate::engine::{Answer, EngineError, EventRows, EventsQuestion, VoiceFigures, Voices, VoicesQuestion};
use crate::model::{ColumnType, Datum};
use crate::rule::print::EventScope;
use crate::rule::{Expr, Node};

/// Pairs of a cell and a customer that are fetched to take cells of several values apart.
const MAX_PAIRS: u64 = 1_000_000;

pub(super) fn voices(
    question: &VoicesQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let filter = resolver.rule(&question.filter);
    let sets = resolver.rules(&question.sets);
    plan.reserve(1 + sets.len());
    let mut customers = vec![plan.count(&Subset::from_condition(&filter))];
    customers.extend(sets.iter().map(|set| plan.count(&Subset::from_condition(&filter).and(set))));
    let spoken = VoiceStatements::new(question, &filter, &sets, plan)?;
    let all = plan.own(spoken.all());
    let columns = 1 + sets.len();
    let (separator, most) = (question.separator.clone(), question.limit);
    let by = question.by.as_ref().map(|_| match &separator {
        Some(_) => plan.own(spoken.pairs()),
        None => plan.own(spoken.values(most)),
    });
    let kind = spoken.kind;
    Ok(Box::new(move |results| {
        let table = results.table(all)?;
        let heard = heard(results, all, 0, columns)?.pop().unwrap_or_else(|| vec![VoiceFigures::default(); columns]);
        let figure = |at: usize| Ok::<_, EngineError>(table.counts(2 * columns + at)?.first().copied().unwrap_or(0));
        let (rows, strangers) = (figure(0)?, figure(1)?);
        let (values, left_out) = match (by, &separator) {
            (None, _) => (Vec::new(), 0),
            (Some(place), None) => listed(results, place, kind, columns, most)?,
            (Some(place), Some(separator)) => taken_apart(results, place, kind, columns, separator, most)?,
        };
        let customers = results.counts(&customers)?;
        Ok(PlanStep::Answer(Answer::Voices(Voices { customers, all: heard, values, left_out, rows, strangers })))
    }))
}

/// The statements of a table's voices. All of them begin with the rows of each value and key.
struct VoiceStatements {
    alias: &'static str,
    /// `said`, `customer` (a key), `m` rows, and `f0`, `f1` …: 1 where a customer of the key is in the filter, and in each set
    /// within it. If customers may share a key, `p0`, `p1` … count them.
    pairs: String,
    /// Columns that count the customers of a key: `f` or `p`.
    people: char,
    by_value: String,
    columns: usize,
    kind: ColumnType,
}

impl VoiceStatements {
    fn new(question: &VoicesQuestion, filter: &Term, sets: &[Term], plan: &StatementPlan) -> Result<Self, EngineError> {
        let (dialect, alias) = (plan.dialect, plan.dialect.alias());
        let events = EventScope::new(&question.table, dialect, plan.tables)?;
        let (value, kind) = match &question.by {
            Some(column) => {
                let column = column_of(plan, &question.table, column)?;
                (events.value(&column)?, column.kind)
            }
            None => ("1".to_owned(), ColumnType::Integer),
        };
        let mut terms = Terms::default();
        let filter = Subset::from_condition(filter);
        let mut flags = vec![terms.flag(&filter)];
        flags.extend(sets.iter().map(|set| terms.flag(&filter.and(set))));
        let table = question.table.clone();
        let inner =
            terms.select(dialect, plan.tables, |scope| Ok(vec![format!("{} AS customer", scope.key_of(&table)?)]))?;
        let columns = flags.len();
        let people = if is_shared(plan, &question.table) { 'p' } else { 'f' };
        let flags = flags.iter().enumerate();
        let base = match people {
            'f' => {
                let flags: Vec<String> = flags.map(|(at, flag)| format!("{flag} AS f{at}")).collect();
                format!("SELECT customer, {} FROM ({inner}) {alias}t", flags.join(", "))
            }
            _ => {
                let flags: Vec<String> =
                    flags.map(|(at, flag)| format!("MAX({flag}) AS f{at}, SUM({flag}) AS p{at}")).collect();
                format!("SELECT customer, {} FROM ({inner}) {alias}t GROUP BY customer", flags.join(", "))
            }
        };
        let rows = format!("SELECT {value} AS said, {} AS speaker FROM {}", events.key(), events.from());
        let flags: Vec<String> =
            carried(people, columns).iter().map(|name| format!("MAX(b.{name}) AS {name}")).collect();
        let pairs = format!(
            "SELECT e.said AS said, b.customer AS customer, COUNT(*) AS m, {} FROM ({rows}) {alias}e LEFT JOIN ({base}) {alias}b \
             ON e.speaker = b.customer GROUP BY e.said, b.customer",
            flags.join(", ")
        );
        let by_value = if kind == ColumnType::Text { dialect.in_byte_order("said") } else { "said".to_owned() };
        Ok(Self { alias, pairs, people, by_value, columns, kind })
    }

    /// Respondents and mentions of each column.
    fn sums(&self) -> String {
        let sums = (0..self.columns).map(|at| format!("SUM({}{at}) AS r{at}, SUM(f{at} * m) AS m{at}", self.people));
        sums.collect::<Vec<_>>().join(", ")
    }

    /// Prints the statement for all rows, including those without a customer.
    fn all(&self) -> String {
        let flags = carried(self.people, self.columns);
        let flags = flags.iter().map(|name| format!("MAX({name}) AS {name}")).collect::<Vec<_>>().join(", ");
        let (pairs, alias) = (&self.pairs, self.alias);
        format!(
            "SELECT {}, SUM(m) AS n, SUM(CASE WHEN customer IS NULL THEN m ELSE 0 END) AS s FROM \
             (SELECT customer, SUM(m) AS m, {flags} FROM ({pairs}) {alias}p GROUP BY customer) {alias}c",
            self.sums()
        )
    }

    /// Prints the statement for the values with the most respondents.
    fn values(&self, most: usize) -> String {
        let (pairs, alias, sums) = (&self.pairs, self.alias, self.sums());
        let names = (0..self.columns).map(|at| format!("r{at}, m{at}")).collect::<Vec<_>>().join(", ");
        format!(
            "SELECT said, {names}, COUNT(*) OVER () AS n FROM (SELECT said, {sums} FROM ({pairs}) {alias}p \
             GROUP BY said) {alias}g WHERE m0 > 0 ORDER BY r0 DESC, m0 DESC, {} NULLS LAST{}",
            self.by_value,
            limit(most.max(1) as u64, 0)
        )
    }

    /// Prints the statement for each pair of a value and a key in the filter.
    fn pairs(&self) -> String {
        let flags = (0..self.columns).map(|at| format!("f{at}, {}{at} AS n{at}", self.people));
        let flags = flags.collect::<Vec<_>>().join(", ");
        let (pairs, alias) = (&self.pairs, self.alias);
        format!(
            "SELECT said, DENSE_RANK() OVER (ORDER BY customer) AS who, m, {flags} FROM ({pairs}) {alias}p \
             WHERE f0 = 1{}",
            limit(MAX_PAIRS + 1, 0)
        )
    }
}

/// Returns the columns of a key that every statement passes on.
fn carried(people: char, columns: usize) -> Vec<String> {
    let names = |prefix: char| (0..columns).map(move |at| format!("{prefix}{at}"));
    if people == 'f' { names('f').collect() } else { names('f').chain(names(people)).collect() }
}

/// Returns true if customers may share the values that a table is joined by.
fn is_shared(plan: &StatementPlan, table: &str) -> bool {
    let base = &plan.tables.schema;
    let on = base.events(table).and_then(|events| events.columns.on.as_deref());
    on.is_some_and(|on| base.key() != Some(on))
}

/// Returns a column of a table beside the base.
fn column_of(plan: &StatementPlan, table: &str, name: &str) -> Result<Arc<Expr>, EngineError> {
    let events = plan.tables.schema.events(table).ok_or_else(|| no_table(table))?;
    let column = events.schema.get(name).ok_or_else(|| EngineError::Failed(format!("{table} has no column {name}")))?;
    Ok(Arc::new(Expr::new(Node::Column(name.to_owned()), column.column_type, 0..0)))
}

fn no_table(table: &str) -> EngineError {
    EngineError::Failed(format!("the table {table} is missing"))
}

/// Reads each row's respondents and mentions, from column `from` on.
fn heard(
    results: &Results,
    place: StatementPlace,
    from: usize,
    columns: usize,
) -> Result<Vec<Vec<VoiceFigures>>, EngineError> {
    let table = results.table(place)?;
    let mut rows = vec![Vec::with_capacity(columns); table.rows()];
    for column in 0..columns {
        let (respondents, mentions) = (table.counts(from + 2 * column)?, table.counts(from + 2 * column + 1)?);
        for (row, (respondents, mentions)) in rows.iter_mut().zip(respondents.into_iter().zip(mentions)) {
            row.push(VoiceFigures { respondents, mentions });
        }
    }
    Ok(rows)
}

/// The values with their voices, and how many were left out.
type ListedVoices = (Vec<(Datum, Vec<VoiceFigures>)>, u64);

fn listed(
    results: &Results,
    place: StatementPlace,
    kind: ColumnType,
    columns: usize,
    most: usize,
) -> Result<ListedVoices, EngineError> {
    let table = results.table(place)?;
    let all = table.counts(1 + 2 * columns)?.first().copied().unwrap_or(0);
    let mut values: Vec<_> = table.values(0, kind)?.into_iter().zip(heard(results, place, 1, columns)?).collect();
    values.truncate(most);
    Ok((values.clone(), all.saturating_sub(values.len() as u64)))
}

/// Takes cells of several values apart: the same value twice in one cell is one mention.
fn taken_apart(
    results: &Results,
    place: StatementPlace,
    kind: ColumnType,
    columns: usize,
    separator: &str,
    most: usize,
) -> Result<ListedVoices, EngineError> {
    let table = results.table(place)?;
    if table.rows() as u64 > MAX_PAIRS {
        return Err(EngineError::Unsupported {
            what: format!("cells of several values with more than {MAX_PAIRS} pairs of a cell and a customer"),
            way_out: "narrow the filter".into(),
        });
    }
    let (cells, who, mentions) = (table.values(0, kind)?, table.counts(1)?, table.counts(2)?);
    let of_column = |at| Ok((table.counts(3 + 2 * at)?, table.counts(4 + 2 * at)?));
    let flags = (0..columns).map(of_column).collect::<Result<Vec<_>, EngineError>>()?;
    // By value and key: the rows, and the first pair, whose flags are the key's.
    let mut spoken: HashMap<Option<String>, HashMap<u64, (u64, usize)>> = HashMap::new();
    for (row, cell) in cells.iter().enumerate() {
        let mut parts: Vec<Option<String>> = match cell.text() {
            None => vec![None],
            Some(cell) => cell.split(separator).map(|part| Some(part.to_owned())).collect(),
        };
        parts.sort_unstable();
        parts.dedup();
        for part in parts {
            spoken.entry(part).or_default().entry(who[row]).or_insert((0, row)).0 += mentions[row];
        }
    }
    let heard = |customers: &HashMap<u64, (u64, usize)>| -> Vec<VoiceFigures> {
        let of_column = |(flags, people): &(Vec<u64>, Vec<u64>)| {
            let inside = customers.values().filter(|(_, row)| flags[*row] == 1);
            inside.fold(VoiceFigures::default(), |heard, (mentions, row)| VoiceFigures {
                respondents: heard.respondents + people[*row],
                mentions: heard.mentions + mentions,
            })
        };
        flags.iter().map(of_column).collect()
    };
    let mut values: Vec<_> = spoken.into_iter().map(|(part, customers)| (part, heard(&customers))).collect();
    values.sort_by(|(a, of_a), (b, of_b)| {
        let by_voices = (of_b[0].respondents, of_b[0].mentions).cmp(&(of_a[0].respondents, of_a[0].mentions));
        by_voices.then_with(|| (a.is_none(), a).cmp(&(b.is_none(), b)))
    });
    let left_out = values.len().saturating_sub(most) as u64;
    values.truncate(most);
    let datum = |part: Option<String>| part.map_or(Datum::Null, Datum::Text);
    Ok((values.into_iter().map(|(part, heard)| (datum(part), heard)).collect(), left_out))
}

pub(super) fn events(
    question: &EventsQuestion,
    resolver: &Resolver,
    plan: &mut StatementPlan,
) -> Result<AnswerReader, EngineError> {
    let EventsQuestion { table, rows, filter, columns, limit: most } = question;
    let filter = resolver.rule(filter);
    let (dialect, alias) = (plan.dialect, plan.dialect.alias());
    let scope = EventScope::new(table, dialect, plan.tables)?;
    let exprs = columns.iter().map(|column| column_of(plan, table, column)).collect::<Result<Vec<_>, _>>()?;
    let shown = exprs.iter().enumerate().map(|(at, expr)| Ok(format!("{} AS v{at}", scope.value(expr)?)));
    let mut shown = shown.collect::<Result<Vec<_>, EngineError>>()?;
    shown.push(format!("{} AS speaker", scope.key()));
    let order = order(plan, table, &exprs)?;
    for (at, expr) in order.iter().enumerate() {
        let value = scope.value(expr)?;
        let value = if expr.kind == ColumnType::Text { dialect.in_byte_order(&format!("({value})")) } else { value };
        shown.push(format!("{value} AS o{at}"));
    }
    let rows = format!("SELECT {} FROM {} WHERE {}", shown.join(", "), scope.from(), scope.value(rows.expr())?);
    let mut terms = Terms::default();
    let flag = terms.condition(&filter);
    let inner =
        terms.select(dialect, plan.tables, |scope| Ok(vec![format!("{} AS customer", scope.key_of(table)?)]))?;
    let (people, grouped) = match is_shared(plan, table) {
        true => ("customer, COUNT(*) AS people", " GROUP BY customer"),
        false => ("customer", ""),
    };
    let joined = format!(
        "FROM ({rows}) {alias}e INNER JOIN (SELECT {people} FROM ({inner}) {alias}t WHERE {flag} = 1{grouped}) {alias}b \
         ON e.speaker = b.customer"
    );
    let heard = plan.own(match is_shared(plan, table) {
        true => format!(
            "SELECT SUM(m) AS m, SUM(people) AS r FROM (SELECT customer, people, COUNT(*) AS m {joined} \
             GROUP BY customer, people) {alias}h"
        ),
        false => format!("SELECT COUNT(*) AS m, COUNT(DISTINCT customer) AS r {joined}"),
    });
    let shown = (*most > 0).then(|| {
        let list: Vec<String> = (0..exprs.len()).map(|at| format!("v{at}")).collect();
        let list = if list.is_empty() { "1".to_owned() } else { list.join(", ") };
        let order: Vec<String> = (0..order.len()).map(|at| format!("o{at} NULLS LAST")).collect();
        plan.own(format!("SELECT {list} {joined} ORDER BY {}{}", order.join(", "), limit(*most as u64, 0)))
    });
    let columns = columns.clone();
    Ok(Box::new(move |results| {
        let table = results.table(heard)?;
        let figure = |at: usize| Ok::<_, EngineError>(table.counts(at)?.first().copied().unwrap_or(0));
        let heard = VoiceFigures { mentions: figure(0)?, respondents: figure(1)? };
        let mut cells = Vec::new();
        if let Some(place) = shown {
            let table = results.table(place)?;
            cells = vec![Vec::with_capacity(columns.len()); table.rows()];
            for (at, expr) in exprs.iter().enumerate() {
                let column = table.values(at, expr.kind)?;
                cells.iter_mut().zip(column).for_each(|(cells, cell)| cells.push(cell));
            }
        }
        Ok(PlanStep::Answer(Answer::Events(EventRows { columns, rows: cells, heard })))
    }))
}

/// Returns the values that rows of a table are ordered by: its column for the order, or else its date, its key and the
/// shown columns.
fn order(plan: &StatementPlan, table: &str, shown: &[Arc<Expr>]) -> Result<Vec<Arc<Expr>>, EngineError> {
    let events = plan.tables.schema.events(table).ok_or_else(|| no_table(table))?;
    if let Some(column) = plan.tables.event_order.get(&events.name) {
        return Ok(vec![column_of(plan, table, column)?]);
    }
    let named = [events.columns.date.as_deref(), events.columns.key.as_deref()];
    let mut order =
        named.into_iter().flatten().map(|name| column_of(plan, table, name)).collect::<Result<Vec<_>, _>>()?;
    order.extend(shown.iter().cloned());
    Ok(order)
}
