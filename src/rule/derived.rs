//! Columns that are made rather than read: `orders.count('30 days')`, `top(spend, 10)`, `split(10)`.
//!
//! All of them are SQL that any parser takes for a call. To the rest of a rule each is a column like others, whose name
//! is the call's own text, spelled canonically: so masks and columns are kept by it, and an engine reads it back
//! with [`read`]. Where `today` matters, the name says of which day.

use sqlparser::ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value as Literal};

use super::near::nearest;
use super::read::{Reader, Value};
use super::resolve::Known;
use super::simple::Simple;
use super::term::{Term, atom_of, quote, text_sql};
use super::{Checked, Context, Names, RuleError, check, parse};
use crate::model::{Column, ColumnType, Events, Lookup, Schema};

/// What stands between a call and the day that it is read on.
const AS_OF: &str = " as of ";
/// More parts than this are no split.
const MOST_PARTS: i64 = 10_000;

/// A column made from other ones.
#[derive(Debug, Clone, PartialEq)]
pub enum Derived {
    /// An aggregate of each customer's events.
    Events(OfEvents),
    /// Whether a customer is among the `percent` with the highest values, or the lowest; those who share the last value
    /// are in. Null where there is no value.
    Top { column: String, percent: f64, lowest: bool },
    /// A part from 0 to one less than `parts`, the same for a key on every day and machine: `xxh3_64(salt + key) % parts`,
    /// as Python's `xxhash.xxh3_64_intdigest` has it. Null where there is no key.
    Split { parts: u64, salt: String },
}

#[derive(Debug, Clone, PartialEq)]
pub struct OfEvents {
    /// The table's name.
    pub table: String,
    pub aggregate: Aggregate,
    /// The events' column that is aggregated; none of a count.
    pub column: Option<String>,
    /// Which events, over the table's own columns.
    pub filter: Checked,
}

/// Customers without events have a count of 0 and no other aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    Count,
    /// Distinct values.
    Distinct,
    Sum,
    Mean,
    Min,
    Max,
    /// The value of the earliest event.
    First,
    /// The value of the latest event.
    Last,
}

impl Derived {
    /// The column whose own values it shows, if it does.
    pub fn shows(&self) -> Option<&str> {
        match self {
            Derived::Events(OfEvents { aggregate, column, .. }) => {
                use Aggregate::{First, Last, Max, Min};
                column.as_deref().filter(|_| matches!(aggregate, First | Last | Max | Min))
            }
            Derived::Top { .. } | Derived::Split { .. } => None,
        }
    }
}

const AGGREGATES: [(&str, Aggregate); 9] = [
    ("count", Aggregate::Count),
    ("sum", Aggregate::Sum),
    ("mean", Aggregate::Mean),
    ("avg", Aggregate::Mean),
    ("min", Aggregate::Min),
    ("max", Aggregate::Max),
    ("first", Aggregate::First),
    ("last", Aggregate::Last),
    ("distinct", Aggregate::Distinct),
];

/// Reads a call back from its canonical name, or from what a study says; with the type of what it makes.
///
/// # Errors
/// When it is no such call, or says something of columns that are not there.
pub fn read(name: &str, schema: &Schema, today: chrono::NaiveDate) -> Result<(Derived, ColumnType), RuleError> {
    let dated = name.rsplit_once(AS_OF).and_then(|(text, day)| Some((text, day.parse().ok()?)));
    let (text, today) = dated.unwrap_or((name, today));
    let (names, known) = (Names::default(), Known::default());
    let cx = Context { schema, names: &names, today };
    let expr = parse::parse(text)?;
    let reader = Reader::new(text, &cx, &known);
    match &expr {
        Expr::Function(call) => match reader.made(call, &expr)? {
            Some((derived, column_type)) => Ok((derived, column_type)),
            None => Err(reader.error(&expr, "this makes no column").with_hint("write orders.count('30 days')")),
        },
        _ => Err(reader.error(&expr, "this makes no column").with_hint("write orders.count('30 days')")),
    }
}

/// The column that a call makes, as rules name it: for those who take a column's name and may be given a call.
///
/// # Errors
/// As [`read`].
pub fn column(text: &str, schema: &Schema, today: chrono::NaiveDate) -> Result<Column, RuleError> {
    let (derived, column_type) = read(text, schema, today)?;
    let (names, known) = (Names::default(), Known::default());
    let reader_cx = Context { schema, names: &names, today };
    match parse::parse(text)? {
        Expr::Function(call) => {
            Ok(Column { name: Reader::new(text, &reader_cx, &known).name_of(&call, &derived), column_type })
        }
        // Read as a call just now.
        _ => Ok(Column { name: text.to_owned(), column_type }),
    }
}

/// The type of a column of this name, or of what a call makes; [`ColumnType::Other`] where there is neither.
pub fn type_of(name: &str, schema: &Schema, today: chrono::NaiveDate) -> ColumnType {
    match schema.get(name) {
        None if looks_made(name) => read(name, schema, today).map_or(ColumnType::Other, |(_, made)| made),
        found => found.map_or(ColumnType::Other, |column| column.column_type),
    }
}

/// Whether a name can only be that of a made column: it is a call. Names of columns in files may be anything, so those go
/// first.
pub fn looks_made(name: &str) -> bool {
    name.contains('(')
}

/// How such calls begin, with a word on what they are: for completion.
pub fn openings(schema: &Schema) -> Vec<(String, &'static str)> {
    let of_table = |events: &Events| {
        let name = quote_if_needed(&events.name);
        AGGREGATES
            .iter()
            .filter(|(word, _)| *word != "avg")
            .map(move |(word, _)| (format!("{name}.{word}("), "events"))
            .collect::<Vec<_>>()
    };
    let mut openings: Vec<_> = schema.all_events().iter().flat_map(of_table).collect();
    openings.extend([("top(".to_owned(), "highest %"), ("bottom(".to_owned(), "lowest %")]);
    if schema.key().is_some() {
        openings.push(("split(".to_owned(), "random parts"));
    }
    openings
}

fn quote_if_needed(name: &str) -> String {
    if crate::model::is_plain_name(name) { name.to_owned() } else { quote(name) }
}

impl Reader<'_> {
    /// The call as a column, if it makes one.
    pub(super) fn derived(&self, call: &Function, expr: &Expr) -> Result<Option<Value>, RuleError> {
        let Some((derived, column_type)) = self.made(call, expr)? else { return Ok(None) };
        let name = self.name_of(call, &derived);
        let term = Term::column(&Column { name, column_type }, self.place(expr));
        Ok(Some(match column_type {
            ColumnType::Boolean => Value::Truth(atom_of(term.sealed(), &[&term], Simple::holds(&term))),
            _ => Value::Term(term),
        }))
    }

    /// The call as a column's name: spelled canonically, and with the day if the answer is another one on another day.
    fn name_of(&self, call: &Function, derived: &Derived) -> String {
        let mut name = call.to_string();
        // The answer changes with the day only where the call speaks of it.
        let of_day = |of: &OfEvents| is_by_date(of.aggregate) || has_window(call) || speaks_of_today(&name);
        if matches!(derived, Derived::Events(of) if of_day(of)) {
            name += &format!("{AS_OF}{}", self.cx.today);
        }
        name
    }

    fn made(&self, call: &Function, expr: &Expr) -> Result<Option<(Derived, ColumnType)>, RuleError> {
        let parts: Vec<&str> = call.name.0.iter().filter_map(|part| Some(part.as_ident()?.value.as_str())).collect();
        match parts.as_slice() {
            [name] if self.is_own(name) => self.made_of_base(&name.to_lowercase(), call, expr).map(Some),
            [table, aggregate] => match self.cx.schema.events(table) {
                Some(events) => self.made_of_events(events, aggregate, call, expr).map(Some),
                None => Err(self.unknown_table(table, expr)),
            },
            _ => Ok(None),
        }
    }

    fn is_own(&self, name: &str) -> bool {
        ["top", "bottom", "split"].iter().any(|own| name.eq_ignore_ascii_case(own))
    }

    fn unknown_table(&self, table: &str, expr: &Expr) -> RuleError {
        if let Some(missing) = self.cx.schema.missing(table) {
            return self.missing(missing, expr);
        }
        let tables = || self.cx.schema.all_events().iter().map(|events| events.name.as_str());
        let error = self.error(expr, format!("there is no table of events \"{table}\""));
        match nearest(table, tables()) {
            Some(near) => error.with_hint(format!("did you mean {near}?")),
            None => error.with_hint(format!("name it in config.toml: [tables.{table}] with path, key and date")),
        }
    }

    fn made_of_base(&self, name: &str, call: &Function, expr: &Expr) -> Result<(Derived, ColumnType), RuleError> {
        let arguments = self.arguments(call, expr)?;
        if name == "split" {
            return self.split(&arguments, expr);
        }
        let [column, percent] = arguments.as_slice() else {
            return Err(self.error(expr, format!("{name} takes a column and a percentage: {name}(spend, 10)")));
        };
        let column = self.own_column(column, self.cx.schema)?;
        if !column.column_type.is_number() && !is_time(column.column_type) {
            let message = format!("{name} needs numbers or dates, \"{}\" is {}", column.name, column.column_type);
            return Err(self.error(expr, message));
        }
        match number(percent).filter(|percent| *percent > 0.0 && *percent <= 100.0) {
            Some(percent) => {
                let derived = Derived::Top { column: column.name.clone(), percent, lowest: name == "bottom" };
                Ok((derived, ColumnType::Boolean))
            }
            None => Err(self.error(percent, "a percentage lies between 0 and 100")),
        }
    }

    fn split(&self, arguments: &[&Expr], expr: &Expr) -> Result<(Derived, ColumnType), RuleError> {
        if self.cx.schema.key().is_none() {
            let error = self.error(expr, "split goes by the key, and no column is known to be it");
            return Err(error.with_hint("write key = \"…\" under [data] in config.toml"));
        }
        let parts = arguments.first().and_then(|parts| number(parts)).filter(|parts| parts.fract() == 0.0);
        let parts = parts.map(|parts| parts as i64).filter(|parts| (2..=MOST_PARTS).contains(parts));
        let salt = match arguments.get(1) {
            None => Some(String::new()),
            Some(salt) => text(salt),
        };
        match (parts, salt, arguments.len()) {
            (Some(parts), Some(salt), 1 | 2) => Ok((Derived::Split { parts: parts as u64, salt }, ColumnType::Integer)),
            _ => Err(self
                .error(expr, "split takes a number of parts, from 2 up, and perhaps a text")
                .with_hint("split(10) = 0 is one in ten; split(10, 'spring') splits anew")),
        }
    }

    fn made_of_events(
        &self,
        events: &Events,
        aggregate: &str,
        call: &Function,
        expr: &Expr,
    ) -> Result<(Derived, ColumnType), RuleError> {
        let lower = aggregate.to_lowercase();
        let Some(&(word, aggregate)) = AGGREGATES.iter().find(|(word, _)| *word == lower) else {
            let words = || AGGREGATES.iter().map(|(word, _)| *word);
            let error = self.error(expr, format!("{} has no {aggregate}", events.name));
            let near = nearest(&lower, words()).map(|near| format!("did you mean {}.{near}?", events.name));
            return Err(
                error.with_hint(near.unwrap_or_else(|| format!("it has {}", words().collect::<Vec<_>>().join(", "))))
            );
        };
        let mut arguments = self.arguments(call, expr)?;
        let window = arguments.pop_if(|last| text(last).is_some());
        let column = match (aggregate, arguments.as_slice()) {
            (Aggregate::Count, []) => None,
            (Aggregate::Count, _) => {
                return Err(self.error(expr, "count takes nothing, or a window: count('30 days')"));
            }
            (_, [column]) => Some(self.own_column(column, &events.schema)?),
            _ => return Err(self.error(expr, format!("{word} takes a column of {}: {word}(amount)", events.name))),
        };
        let column_type = self.type_of(aggregate, word, column, events, expr)?;
        let mut filter = match &call.filter {
            Some(filter) => self.of_events(events, filter)?,
            None => Checked::everyone(),
        };
        filter = match window {
            Some(window) => filter.and(&self.window(window, events)?),
            None if is_by_date(aggregate) => filter.and(&self.until_today(events, expr)?),
            None => filter,
        };
        let column = column.map(|column| column.name.clone());
        Ok((Derived::Events(OfEvents { table: events.name.clone(), aggregate, column, filter }), column_type))
    }

    fn type_of(
        &self,
        aggregate: Aggregate,
        word: &str,
        column: Option<&Column>,
        events: &Events,
        expr: &Expr,
    ) -> Result<ColumnType, RuleError> {
        let Some(column) = column else { return Ok(ColumnType::Integer) };
        let kind = column.column_type;
        let fits = match aggregate {
            Aggregate::Count | Aggregate::Distinct => true,
            Aggregate::Sum | Aggregate::Mean => kind.is_number(),
            Aggregate::Min | Aggregate::Max => kind.is_number() || is_time(kind),
            Aggregate::First | Aggregate::Last if events.columns.date.is_none() => {
                let error = self.error(expr, format!("{word} needs to know when: {} has no date", events.name));
                return Err(error.with_hint(format!("write date = \"…\" under [tables.{}]", events.name)));
            }
            Aggregate::First | Aggregate::Last => kind != ColumnType::Other,
        };
        if !fits {
            return Err(self.error(expr, format!("\"{}\" is {kind}: it has no {word}", column.name)));
        }
        Ok(match aggregate {
            Aggregate::Count | Aggregate::Distinct => ColumnType::Integer,
            Aggregate::Mean => ColumnType::Float,
            _ => kind,
        })
    }

    /// A rule over the events' own columns, read where it stands in this one.
    fn of_events(&self, events: &Events, filter: &Expr) -> Result<Checked, RuleError> {
        let (names, known) = (Names::default(), Known::default());
        let cx = Context { schema: &events.schema, names: &names, today: self.cx.today };
        let tree = Reader::new(self.text, &cx, &known).truth(filter)?;
        super::read::refuse_unanswerable(&tree, self.text)?;
        Ok(Checked { tree })
    }

    /// The days up to and with the as-of date.
    fn window(&self, window: &Expr, events: &Events) -> Result<Checked, RuleError> {
        let length = text(window).unwrap_or_default();
        let Some(date) = events.columns.date.as_deref().map(quote) else {
            let error = self.error(window, format!("{} has no date to look back from", events.name));
            return Err(error.with_hint(format!("write date = \"…\" under [tables.{}]", events.name)));
        };
        let day = "INTERVAL '1 day'";
        let rule = format!("{date} >= today - INTERVAL {} + {day} AND {date} < today + {day}", text_sql(&length));
        let names = Names::default();
        let cx = Context { schema: &events.schema, names: &names, today: self.cx.today };
        let is_long = length.trim_start().starts_with(|c: char| c.is_ascii_digit());
        check(&rule, &cx).ok().filter(|_| is_long).ok_or_else(|| {
            self.error(window, format!("'{length}' is no stretch of time")).with_hint("write '30 days' or '6 months'")
        })
    }

    /// What is yet to come on the as-of date was not the last thing that happened.
    fn until_today(&self, events: &Events, expr: &Expr) -> Result<Checked, RuleError> {
        let date = events.columns.date.as_deref().map(quote).unwrap_or_default();
        let names = Names::default();
        let cx = Context { schema: &events.schema, names: &names, today: self.cx.today };
        check(&format!("{date} < today + INTERVAL '1 day'"), &cx).map_err(|error| self.error(expr, error.to_string()))
    }

    fn own_column<'s>(&self, expr: &Expr, schema: &'s Schema) -> Result<&'s Column, RuleError> {
        let Expr::Identifier(name) = expr else { return Err(self.error(expr, "a column's name stands here")) };
        match schema.find(&name.value) {
            Lookup::Found(column) => Ok(column),
            _ => {
                let near = nearest(&name.value, schema.columns().iter().map(|column| column.name.as_str()));
                let mut error = self.error(expr, format!("unknown column \"{}\"", name.value));
                error.hint = near.map(|near| format!("did you mean {}?", quote(near)));
                Err(error)
            }
        }
    }

    fn arguments<'e>(&self, call: &'e Function, expr: &Expr) -> Result<Vec<&'e Expr>, RuleError> {
        let strange = || self.error(expr, "this call cannot be read").with_hint("write orders.count('30 days')");
        if call.over.is_some() || !call.within_group.is_empty() || call.null_treatment.is_some() {
            return Err(strange());
        }
        let FunctionArguments::List(list) = &call.args else { return Err(strange()) };
        if list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
            return Err(strange());
        }
        let plain = |argument: &'e FunctionArg| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => Ok(Some(inner)),
            // count(*) is SQL's way to say count().
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => Ok(None),
            _ => Err(strange()),
        };
        list.args.iter().filter_map(|argument| plain(argument).transpose()).collect()
    }
}

/// Whether the events' dates choose the one that is told.
fn is_by_date(aggregate: Aggregate) -> bool {
    matches!(aggregate, Aggregate::First | Aggregate::Last)
}

fn is_time(column_type: ColumnType) -> bool {
    matches!(column_type, ColumnType::Date | ColumnType::Timestamp)
}

fn has_window(call: &Function) -> bool {
    let FunctionArguments::List(list) = &call.args else { return false };
    let is_text = |argument: &FunctionArg| matches!(argument, FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) if text(inner).is_some());
    list.args.iter().any(is_text)
}

fn speaks_of_today(call: &str) -> bool {
    let lower = call.to_lowercase();
    lower.contains("today") || lower.contains("current_date")
}

fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(value) => match &value.value {
            Literal::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Value(value) => match &value.value {
            Literal::Number(number, _) => number.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
