//! Reads calls that compute a column: `orders.count('30 days')`, `top(spend, 10)`, `split(10, 'spring')`.

use std::sync::Arc;

use sqlparser::ast::{
    Expr as Syntax, Function as SyntaxCall, FunctionArg, FunctionArgExpr, FunctionArguments, Value as SyntaxValue,
};

use super::super::dates::Interval;
use super::super::expr::{ArithmeticOperation, Comparison, Expr, Node};
use super::super::names::quote;
use super::super::resolve::CheckedRules;
use super::super::{Checked, Context, Namespace, RuleError};
use super::{Reader, arithmetic, comparison};
use crate::model::{Column, ColumnType, Datum, Events, Lookup, Schema};
use crate::rule::expr::made::{
    Aggregate, ComputedDefinition, EVENT_PATTERNS, EventCall, EventPattern, Made, PatternShape,
};
use crate::text::nearest;

/// Maximum place of `nth`.
const MAX_PLACE: u32 = 1_000;

/// Maximum number of periods of `regular`.
const MAX_PERIODS: i64 = 60;

/// Maximum number of parts of a split.
const MAX_PARTS: i64 = 10_000;

impl Reader<'_> {
    /// Reads the call as a computed column, if it makes one.
    pub(super) fn made(&self, call: &SyntaxCall, syntax: &Syntax) -> Result<Option<Arc<Expr>>, RuleError> {
        if let Some(value) = self.value_of_customer(syntax)? {
            return Ok(Some(value));
        }
        let parts: Vec<&str> = call.name.0.iter().filter_map(|part| Some(part.as_ident()?.value.as_str())).collect();
        let (source, kind) = match parts.as_slice() {
            [name] if ["top", "bottom", "split"].iter().any(|own| name.eq_ignore_ascii_case(own)) => {
                self.made_of_base(&name.to_lowercase(), call, syntax)?
            }
            [table, word] => match self.cx.schema.events(table) {
                Some(events) if word.eq_ignore_ascii_case("regular") => {
                    return self.regular(events, call, syntax).map(Some);
                }
                Some(events) if EVENT_PATTERNS.iter().any(|pattern| word.eq_ignore_ascii_case(pattern)) => {
                    self.pattern(events, &word.to_lowercase(), call, syntax)?
                }
                Some(events) => self.made_of_events(events, word, call, syntax)?,
                None => return Err(self.unknown_table(table, syntax)),
            },
            _ => return Ok(None),
        };
        let made = Made { text: text_of(&source), label: call.to_string(), name: None, source };
        Ok(Some(Arc::new(Expr::new(Node::Made(Arc::new(made)), kind, self.place(syntax)))))
    }

    fn unknown_table(&self, table: &str, syntax: &Syntax) -> RuleError {
        if let Some(missing) = self.cx.schema.missing(table) {
            return self.missing(missing, syntax);
        }
        let tables = || self.cx.schema.all_events().iter().map(|events| events.name.as_str());
        let error = self.error(syntax, format!("there is no table of events \"{table}\""));
        match nearest(table, tables()) {
            Some(near) => error.with_hint(format!("did you mean {near}?")),
            None => error.with_hint(format!("name it in config.toml: [tables.{table}] with path, key and date")),
        }
    }

    fn made_of_base(
        &self,
        name: &str,
        call: &SyntaxCall,
        syntax: &Syntax,
    ) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        let arguments = self.call_arguments(call, syntax)?;
        if name == "split" {
            return self.split(&arguments, syntax);
        }
        let (column, percent, within) = match arguments.as_slice() {
            [column, percent] => (column, percent, None),
            [column, percent, within] => (column, percent, Some(self.own_column(within, self.cx.schema)?.name.clone())),
            _ => {
                let error = self.error(syntax, format!("{name} takes a column and a percentage: {name}(spend, 10)"));
                return Err(error.with_hint(format!("{name}(spend, 10, country) takes them within each country")));
            }
        };
        let column = self.own_column(column, self.cx.schema)?;
        if !column.column_type.is_number() && !is_time(column.column_type) {
            let message = format!("{name} needs numbers or dates, \"{}\" is {}", column.name, column.column_type);
            return Err(self.error(syntax, message));
        }
        match number(percent).filter(|percent| *percent > 0.0 && *percent <= 100.0) {
            Some(percent) => {
                let (column, lowest) = (column.name.clone(), name == "bottom");
                Ok((ComputedDefinition::Top { column, percent, lowest, within }, ColumnType::Boolean))
            }
            None => Err(self.error(percent, "a percentage lies between 0 and 100")),
        }
    }

    fn split(&self, arguments: &[&Syntax], syntax: &Syntax) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        if let Some(key) = self.cx.schema.key().filter(|key| self.cx.schema.is_masked(key)) {
            let error = self.error(syntax, format!("split goes by the key, and {key} is masked"));
            return Err(error.with_hint("rules = \"allow\" under [privacy] lets rules read masked columns"));
        }
        if self.cx.schema.key().is_none() {
            let error = self.error(syntax, "split goes by the key, and no column is known to be it");
            return Err(error.with_hint("write key = \"…\" under [data] in config.toml"));
        }
        let parts = arguments.first().and_then(|parts| number(parts)).filter(|parts| parts.fract() == 0.0);
        let parts = parts.map(|parts| parts as i64).filter(|parts| (2..=MAX_PARTS).contains(parts));
        let salt = match arguments.get(1) {
            None => Some(String::new()),
            Some(salt) => quoted(salt),
        };
        match (parts, salt, arguments.len()) {
            (Some(parts), Some(salt), 1 | 2) => {
                Ok((ComputedDefinition::Split { parts: parts as u64, salt }, ColumnType::Integer))
            }
            _ => Err(self
                .error(syntax, "split takes a number of parts, from 2 up, and perhaps a text")
                .with_hint("split(10) = 0 is one in ten; split(10, 'spring') splits anew")),
        }
    }

    fn made_of_events(
        &self,
        events: &Events,
        aggregate: &str,
        call: &SyntaxCall,
        syntax: &Syntax,
    ) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        let lower = aggregate.to_lowercase();
        let Some(&(word, mut aggregate)) = Aggregate::NAMES.iter().find(|(word, _)| *word == lower) else {
            let words = || Aggregate::NAMES.iter().map(|(word, _)| *word).chain(EVENT_PATTERNS);
            let error = self.error(syntax, format!("{} has no {aggregate}", events.name));
            let near = nearest(&lower, words()).map(|near| format!("did you mean {}.{near}?", events.name));
            return Err(
                error.with_hint(near.unwrap_or_else(|| format!("it has {}", words().collect::<Vec<_>>().join(", "))))
            );
        };
        let mut arguments = self.call_arguments(call, syntax)?;
        let window = arguments.pop_if(|last| quoted(last).is_some());
        if let Aggregate::Nth(_) = aggregate {
            let place = arguments.pop_if(|last| number(last).is_some()).and_then(number);
            let place = place.filter(|place| place.fract() == 0.0 && (1.0..=f64::from(MAX_PLACE)).contains(place));
            let Some(place) = place else {
                let error = self.error(syntax, format!("nth takes a column and a place from 1 to {MAX_PLACE}"));
                return Err(error.with_hint(format!("write {}.nth(amount, 2)", events.name)));
            };
            aggregate = Aggregate::Nth(place as u32);
        }
        let argument = match (aggregate, arguments.as_slice()) {
            (Aggregate::Count, []) => None,
            (Aggregate::Count, _) => {
                return Err(self.error(syntax, "count takes nothing, or a window: count('30 days')"));
            }
            (_, [argument]) => Some(self.event_value(events, argument)?),
            _ => return Err(self.error(syntax, format!("{word} takes a column of {}: {word}(amount)", events.name))),
        };
        let kind = self.kind_of(aggregate, word, argument.as_deref(), events, syntax)?;
        let masked = events.columns.date.as_deref().filter(|date| events.schema.is_masked(date));
        if let Some(date) = masked.filter(|_| window.is_some() || aggregate.is_by_date()) {
            return Err(self.masked(date, syntax));
        }
        let mut filter = self.event_filter(events, call)?;
        filter = match window {
            Some(window) => filter.and(&self.window(window, events)?),
            None if aggregate.is_by_date() => match event_date(events) {
                // Events after the as-of date have not happened yet.
                Some(date) => filter.and(&until(&date, self.cx.today)?),
                None => filter,
            },
            None => filter,
        };
        Ok((ComputedDefinition::Events(EventCall { table: events.name.clone(), aggregate, argument, filter }), kind))
    }

    fn kind_of(
        &self,
        aggregate: Aggregate,
        word: &str,
        argument: Option<&Expr>,
        events: &Events,
        syntax: &Syntax,
    ) -> Result<ColumnType, RuleError> {
        let Some(argument) = argument else { return Ok(ColumnType::Integer) };
        let kind = argument.kind;
        let fits = match aggregate {
            Aggregate::Count | Aggregate::Distinct => true,
            Aggregate::Sum | Aggregate::Mean | Aggregate::Median => kind.is_number(),
            Aggregate::Min | Aggregate::Max => kind.is_number() || is_time(kind),
            Aggregate::First | Aggregate::Last | Aggregate::Nth(_) if events.columns.date.is_none() => {
                let error = self.error(syntax, format!("{word} needs to know when: {} has no date", events.name));
                return Err(error.with_hint(format!("write date = \"…\" under [tables.{}]", events.name)));
            }
            Aggregate::First | Aggregate::Last | Aggregate::Nth(_) | Aggregate::Mode => kind != ColumnType::Other,
        };
        if !fits {
            return Err(self.error(syntax, format!("{argument} is {kind}: it has no {word}")));
        }
        Ok(match aggregate {
            Aggregate::Count | Aggregate::Distinct => ColumnType::Integer,
            Aggregate::Mean | Aggregate::Median => ColumnType::Float,
            _ => kind,
        })
    }

    /// Reads a column of the events, or an expression over their columns, where it stands in this rule.
    fn event_value(&self, events: &Events, argument: &Syntax) -> Result<Arc<Expr>, RuleError> {
        if let Syntax::Identifier(_) = argument {
            let column = self.own_column(argument, &events.schema)?;
            let node = Node::Column(column.name.clone());
            return Ok(Arc::new(Expr::new(node, column.column_type, self.place(argument))));
        }
        let (names, known) = (Namespace::default(), CheckedRules::default());
        let cx = Context { schema: &events.schema, names: &names, today: self.cx.today };
        let value = Reader::over_events(&cx, &known, self).value_of(argument)?;
        match value.as_literal() {
            Some(_) => Err(self.error(argument, format!("a column of {} stands here", events.name))),
            None => Ok(value.normal()),
        }
    }

    /// Reads the FILTER of a call over events.
    fn event_filter(&self, events: &Events, call: &SyntaxCall) -> Result<Checked, RuleError> {
        call.filter.as_ref().map_or_else(|| Ok(Checked::everyone()), |filter| self.of_events(events, filter))
    }

    /// Reads a rule over the events' own columns, where it stands in this one.
    fn of_events(&self, events: &Events, filter: &Syntax) -> Result<Checked, RuleError> {
        let (names, known) = (Namespace::default(), CheckedRules::default());
        let cx = Context { schema: &events.schema, names: &names, today: self.cx.today };
        Ok(Checked::new(Reader::over_events(&cx, &known, self).condition(filter)?))
    }

    /// In a rule over events, reads a column of the base or a call over a table of events as a value of the event's customer;
    /// `None` if it is neither.
    pub(super) fn value_of_customer(&self, syntax: &Syntax) -> Result<Option<Arc<Expr>>, RuleError> {
        let Some(base) = self.of_customer else { return Ok(None) };
        let is_known = match syntax {
            Syntax::Identifier(name) => base.cx.schema.find(&name.value) != Lookup::Missing,
            Syntax::Function(call) => match call.name.0.as_slice() {
                [table, _] => table.as_ident().is_some_and(|table| base.cx.schema.events(&table.value).is_some()),
                _ => false,
            },
            _ => false,
        };
        if !is_known {
            return Ok(None);
        }
        let value = base.value_of(syntax)?.normal();
        let mut is_of_personas = false;
        value.visit(&mut |expr| is_of_personas |= matches!(expr.node, Node::Persona));
        if is_of_personas {
            return Err(self.error(syntax, "a rule over events cannot ask for the customer's persona"));
        }
        let (kind, place) = (value.kind, self.place(syntax));
        let label = self.text.get(place.clone()).unwrap_or_default().to_owned();
        let source = ComputedDefinition::OfCustomer(value);
        let made = Made { text: text_of(&source), label, name: None, source };
        Ok(Some(Arc::new(Expr::new(Node::Made(Arc::new(made)), kind, place))))
    }

    /// Reads `orders.seq(category = 'toys', category = 'home', '30 days')` or `orders.again('60 days')`.
    fn pattern(
        &self,
        events: &Events,
        word: &str,
        call: &SyntaxCall,
        syntax: &Syntax,
    ) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        let date = self.dated(events, word, syntax)?;
        let mut arguments = self.call_arguments(call, syntax)?;
        let span = arguments.pop_if(|last| quoted(last).is_some());
        let span = span.map(|span| self.stretch(span)).transpose()?;
        let shape = match (word, arguments.as_slice(), span) {
            ("seq", [first, then], within) => {
                let (first, then) = (self.of_events(events, first)?, self.of_events(events, then)?);
                PatternShape::Sequence { first, then, within }
            }
            ("again", [], Some(after)) => PatternShape::Return { after },
            ("again", ..) => {
                let error = self.error(syntax, "again takes a stretch of time without events");
                return Err(error.with_hint(format!("write {}.again('60 days')", events.name)));
            }
            _ => {
                let error = self.error(syntax, "seq takes two conditions on events, and perhaps a stretch of time");
                let example = format!("write {}.seq(category = 'toys', category = 'home', '30 days')", events.name);
                return Err(error.with_hint(example));
            }
        };
        let filter = self.event_filter(events, call)?.and(&until(&date, self.cx.today)?);
        let pattern = EventPattern { table: events.name.clone(), filter, shape };
        Ok((ComputedDefinition::Pattern(pattern), ColumnType::Boolean))
    }

    /// Reads `orders.regular('month', 3)`: an event in each of the last three months up to the as-of date, which is the same
    /// as a count of at least one in each.
    fn regular(&self, events: &Events, call: &SyntaxCall, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let date = self.dated(events, "regular", syntax)?;
        let wrong = || {
            let error = self.error(syntax, "regular takes a unit of time and a number of periods");
            error.with_hint(format!("write {}.regular('month', 3): in each of the last three months", events.name))
        };
        let arguments = self.call_arguments(call, syntax)?;
        let [unit, periods] = arguments.as_slice() else { return Err(wrong()) };
        let unit = quoted(unit).ok_or_else(wrong)?;
        let length = Interval::parse(&format!("1 {}", unit.trim())).ok_or_else(wrong)?;
        let periods = number(periods).filter(|n| n.fract() == 0.0).map(|n| n as i64).ok_or_else(wrong)?;
        if !(1..=MAX_PERIODS).contains(&periods) {
            return Err(self.error(syntax, format!("regular takes 1 to {MAX_PERIODS} periods")));
        }
        let own = self.event_filter(events, call)?;
        let place = self.place(syntax);
        let mut counts = Vec::new();
        for period in 0..periods {
            let from = self.days_since(&date, length, period + 1)?;
            let until = self.days_since(&date, length, period)?;
            let filter = own.and(&from).and(&until.negated());
            let aggregate = Aggregate::Count;
            let call_of = EventCall { table: events.name.clone(), aggregate, argument: None, filter };
            let source = ComputedDefinition::Events(call_of);
            let made = Made { text: text_of(&source), label: call.to_string(), name: None, source };
            let count = Arc::new(Expr::new(Node::Made(Arc::new(made)), ColumnType::Integer, place.clone()));
            let one = Arc::new(Expr::literal(Datum::Integer(1), place.clone()));
            counts.push(comparison::compare(Comparison::GreaterOrEqual, &count, &one)?);
        }
        Ok(match counts.len() {
            1 => counts.swap_remove(0),
            _ => Arc::new(Expr::condition(Node::And(counts), place)),
        })
    }

    /// Returns the condition for events on the day after the as-of date less `times` times the length, or later.
    fn days_since(&self, date: &Arc<Expr>, length: Interval, times: i64) -> Result<Checked, RuleError> {
        let back =
            Interval { months: -length.months * times, days: 1 - length.days * times, micros: -length.micros * times };
        let today = Arc::new(Expr::literal(Datum::Date(self.cx.today), 0..0));
        let months = Interval { months: back.months, ..Interval::default() };
        let from = arithmetic::shifted(&today, months)?;
        let from = arithmetic::shifted(&from, Interval { months: 0, ..back })?;
        Ok(Checked::new(comparison::compare(Comparison::GreaterOrEqual, date, &from)?))
    }

    /// Returns the column with the date of an event, which a call needs.
    fn dated(&self, events: &Events, word: &str, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let Some(date) = event_date(events) else {
            let error = self.error(syntax, format!("{word} needs to know when: {} has no date", events.name));
            return Err(error.with_hint(format!("write date = \"…\" under [tables.{}]", events.name)));
        };
        match date.as_column().filter(|date| events.schema.is_masked(date)) {
            Some(masked) => Err(self.masked(masked, syntax)),
            None => Ok(date),
        }
    }

    /// Reads a stretch of time: `'30 days'`.
    fn stretch(&self, syntax: &Syntax) -> Result<Interval, RuleError> {
        let length = quoted(syntax).unwrap_or_default();
        let begins_with_digit = length.trim_start().starts_with(|c: char| c.is_ascii_digit());
        Interval::parse(&length).filter(|_| begins_with_digit).ok_or_else(|| {
            let error = self.error(syntax, format!("'{length}' is no stretch of time"));
            error.with_hint("write '30 days' or '6 months'")
        })
    }

    /// Returns the condition for the days up to and including the as-of date:
    /// `date >= today - length + 1 day AND date < today + 1 day`.
    fn window(&self, window: &Syntax, events: &Events) -> Result<Checked, RuleError> {
        let length = self.stretch(window);
        let Some(date) = event_date(events) else {
            let error = self.error(window, format!("{} has no date to look back from", events.name));
            return Err(error.with_hint(format!("write date = \"…\" under [tables.{}]", events.name)));
        };
        let from = self.days_since(&date, length?, 1)?;
        Ok(from.and(&until(&date, self.cx.today)?))
    }

    fn own_column<'s>(&self, syntax: &Syntax, schema: &'s Schema) -> Result<&'s Column, RuleError> {
        let Syntax::Identifier(name) = syntax else {
            return Err(self.error(syntax, "a column's name stands here"));
        };
        match schema.find(&name.value) {
            Lookup::Found(column) if schema.is_masked(&column.name) => Err(self.masked(&column.name, syntax)),
            Lookup::Found(column) => Ok(column),
            _ => {
                let near = nearest(&name.value, schema.columns().iter().map(|column| column.name.as_str()));
                let mut error = self.error(syntax, format!("unknown column \"{}\"", name.value));
                error.hint = near.map(|near| format!("did you mean {}?", quote(near)));
                Err(error)
            }
        }
    }

    fn call_arguments<'s>(&self, call: &'s SyntaxCall, syntax: &Syntax) -> Result<Vec<&'s Syntax>, RuleError> {
        let strange = || self.error(syntax, "this call cannot be read").with_hint("write orders.count('30 days')");
        if call.over.is_some() || !call.within_group.is_empty() || call.null_treatment.is_some() {
            return Err(strange());
        }
        let FunctionArguments::List(list) = &call.args else { return Err(strange()) };
        if list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
            return Err(strange());
        }
        let plain = |argument: &'s FunctionArg| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => Ok(Some(inner)),
            // count(*) is SQL's way to say count().
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => Ok(None),
            _ => Err(strange()),
        };
        list.args.iter().filter_map(|argument| plain(argument).transpose()).collect()
    }
}

/// Returns the condition that the later of two dates compares so with the earlier one plus a length of time.
pub(in crate::rule) fn apart(
    op: Comparison,
    (earlier, later): (&str, &str),
    kind: ColumnType,
    length: Interval,
) -> Result<Arc<Expr>, RuleError> {
    let column = |name: &str| Arc::new(Expr::new(Node::Column(name.to_owned()), kind, 0..0));
    comparison::compare(op, &column(later), &arithmetic::shifted(&column(earlier), length)?).map(|expr| expr.normal())
}

/// Returns the column with the date of an event.
fn event_date(events: &Events) -> Option<Arc<Expr>> {
    let column = events.schema.get(events.columns.date.as_deref()?)?;
    Some(Arc::new(Expr::new(Node::Column(column.name.clone()), column.column_type, 0..0)))
}

/// Returns the condition `date < today + 1 day`.
fn until(date: &Arc<Expr>, today: chrono::NaiveDate) -> Result<Checked, RuleError> {
    let today = Arc::new(Expr::literal(Datum::Date(today), 0..0));
    let one = Arc::new(Expr::literal(Datum::Integer(1), 0..0));
    let tomorrow = arithmetic::operate(ArithmeticOperation::Add, &today, &one)?;
    Ok(Checked::new(comparison::compare(Comparison::Less, date, &tomorrow)?))
}

/// Returns the canonical text of a computed column: everything that its values depend on, with windows as their dates.
fn text_of(source: &ComputedDefinition) -> String {
    match source {
        ComputedDefinition::Events(EventCall { table, aggregate, argument, filter }) => {
            let mut argument = argument.as_ref().map(ToString::to_string).unwrap_or_default();
            if let Aggregate::Nth(place) = aggregate {
                argument.push_str(&format!(", {place}"));
            }
            let call = format!("{}.{}({argument})", quote(table), aggregate.name());
            match filter.key() {
                "TRUE" => call,
                filter => format!("{call} FILTER (WHERE {filter})"),
            }
        }
        ComputedDefinition::Pattern(EventPattern { table, filter, shape }) => {
            let call = match shape {
                PatternShape::Sequence { first, then, within } => {
                    let within = within.map(|within| format!(", '{within}'")).unwrap_or_default();
                    format!("{}.seq({}, {}{within})", quote(table), first.key(), then.key())
                }
                PatternShape::Return { after } => format!("{}.again('{after}')", quote(table)),
            };
            format!("{call} FILTER (WHERE {})", filter.key())
        }
        ComputedDefinition::OfCustomer(value) => format!("customer({value})"),
        ComputedDefinition::Top { column, percent, lowest, within } => {
            let name = if *lowest { "bottom" } else { "top" };
            let within = within.as_ref().map(|within| format!(", {}", quote(within))).unwrap_or_default();
            format!("{name}({}, {percent}{within})", quote(column))
        }
        ComputedDefinition::Split { parts, salt } => format!("split({parts}, {})", Datum::Text(salt.clone()).sql()),
    }
}

fn is_time(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Date | ColumnType::Timestamp)
}

fn quoted(syntax: &Syntax) -> Option<String> {
    match syntax {
        Syntax::Value(value) => match &value.value {
            SyntaxValue::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn number(syntax: &Syntax) -> Option<f64> {
    match syntax {
        Syntax::Value(value) => match &value.value {
            SyntaxValue::Number(number, _) => number.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
