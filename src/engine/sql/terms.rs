//! The conditions and values that statements are made of: each is evaluated once per customer, in an inner `SELECT`.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::engine::{EngineError, Personas, Question};
use crate::model::{ColumnType, Datum, Lookup, PERSONA, Schema};
use crate::rule::print::{DatabaseTables, Refused, Scope, SqlDialect};
use crate::rule::{self, Checked, Expr, Node};

/// A condition or a value over the base's columns alone.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) expr: Arc<Expr>,
    /// Canonical text. Equal terms share a column.
    pub(super) key: Arc<str>,
}

impl Term {
    pub(super) fn new(expr: Arc<Expr>) -> Self {
        let key = expr.to_string().into();
        Self { expr, key }
    }

    pub(super) fn kind(&self) -> ColumnType {
        self.expr.kind
    }

    pub(super) fn is_everyone(&self) -> bool {
        matches!(self.expr.as_literal(), Some(Datum::Boolean(true)))
    }
}

/// Resolves what a question names: columns, definitions, expressions, and the column of the personas.
pub(super) struct Resolver<'a> {
    schema: &'a Schema,
    today: NaiveDate,
    /// Expression of a customer's first persona; `None` if the base has a column of that name.
    persona: Option<Arc<Expr>>,
    personas: &'a Personas,
    /// True if small counts are suppressed, as in [`Question::is_guarded`].
    pub(super) is_guarded: bool,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(schema: &'a Schema, today: NaiveDate, question: &'a Question) -> Self {
        let Question { personas, is_guarded, .. } = question;
        let is_free = schema.find(PERSONA) == Lookup::Missing && schema.missing(PERSONA).is_none();
        Self { schema, today, persona: is_free.then(|| Arc::new(persona(personas))), personas, is_guarded: *is_guarded }
    }

    pub(super) fn rule(&self, rule: &Checked) -> Term {
        match &self.persona {
            Some(persona) if rule.columns().contains(PERSONA) => Term::new(with_persona(rule.expr(), persona)),
            _ => Term { expr: rule.expr().clone(), key: rule.key().into() },
        }
    }

    pub(super) fn rules(&self, rules: &[Checked]) -> Vec<Term> {
        rules.iter().map(|rule| self.rule(rule)).collect()
    }

    /// Resolves a column by its name, or an expression by its text.
    pub(super) fn column(&self, name: &str) -> Result<Term, EngineError> {
        if let Some(persona) = self.persona.as_ref().filter(|_| name == PERSONA) {
            return Ok(Term::new(persona.clone()));
        }
        if let Some(segmentation) = self.personas.column(name) {
            return Ok(Term::new(match &self.persona {
                Some(persona) => with_persona(segmentation, persona),
                None => segmentation.clone(),
            }));
        }
        if let Some(column) = self.schema.get(name).filter(|_| self.schema.definition(name).is_none()) {
            return Ok(Term::new(Arc::new(Expr::new(Node::Column(name.to_owned()), column.column_type, 0..0))));
        }
        let value = rule::value(name, self.schema, self.today);
        value.map(|value| Term::new(value.normal())).map_err(|error| EngineError::Failed(error.describe(name)))
    }

    /// Resolves a column that can be summed.
    pub(super) fn number(&self, name: &str) -> Result<Term, EngineError> {
        let term = self.column(name)?;
        match term.kind().is_number() {
            true => Ok(term),
            false => Err(EngineError::Failed(format!("\"{name}\" holds no numbers to sum"))),
        }
    }

    pub(super) fn numbers(&self, name: Option<&str>) -> Result<Option<Term>, EngineError> {
        name.map(|name| self.number(name)).transpose()
    }
}

/// Returns the id of the first persona whose audience a customer is in.
fn persona(personas: &Personas) -> Expr {
    let text = |id: &str| Arc::new(Expr::literal(Datum::Text(id.to_owned()), 0..0));
    let whens: Vec<_> = personas.by_priority().iter().map(|(id, rule)| (rule.expr().clone(), text(id))).collect();
    let node = match whens.is_empty() {
        true => Node::Literal(Datum::Null),
        false => Node::Case { whens, otherwise: None },
    };
    Expr::new(node, ColumnType::Text, 0..0)
}

fn with_persona(expr: &Arc<Expr>, persona: &Arc<Expr>) -> Arc<Expr> {
    match &expr.node {
        Node::Persona => persona.clone(),
        Node::Column(name) if name == PERSONA => persona.clone(),
        _ if expr.children().is_empty() => expr.clone(),
        node => {
            let node = node.map(|child| with_persona(child, persona));
            Arc::new(Expr::new(node, expr.kind, expr.span.clone()))
        }
    }
}

/// Customers for whom each of some conditions is true, or is not true.
#[derive(Debug, Clone, Default)]
pub(super) struct Subset(Vec<(Term, bool)>);

impl Subset {
    pub(super) fn everyone() -> Self {
        Self::default()
    }

    pub(super) fn from_condition(term: &Term) -> Self {
        Self::everyone().and(term)
    }

    pub(super) fn and(&self, term: &Term) -> Self {
        self.with(term, true)
    }

    /// Returns the customers of the subset for whom the condition is false or null.
    pub(super) fn without(&self, term: &Term) -> Self {
        self.with(term, false)
    }

    fn with(&self, term: &Term, holds: bool) -> Self {
        let mut factors = self.0.clone();
        factors.push((term.clone(), holds));
        Self(factors)
    }

    /// Returns the subset without the condition; `None` if the subset is not within the condition's customers.
    pub(super) fn within(&self, term: &Term) -> Option<Self> {
        let (of_term, rest): (Vec<_>, Vec<_>) =
            self.0.iter().cloned().partition(|(factor, holds)| *holds && factor.key == term.key);
        (!of_term.is_empty()).then_some(Self(rest))
    }

    /// Returns the subset of only the conditions for which `keeps` is true.
    pub(super) fn retain(&self, mut keeps: impl FnMut(&Term, bool) -> bool) -> Self {
        Self(self.0.iter().filter(|(term, holds)| keeps(term, *holds)).cloned().collect())
    }

    /// Returns a key that is equal for equal subsets, in whatever order their conditions are.
    pub(super) fn key(&self) -> String {
        let factor = |(term, holds): &(Term, bool)| format!("{} {}\n", if *holds { "is" } else { "not" }, term.key);
        let mut factors: Vec<String> =
            self.0.iter().filter(|(term, holds)| !(*holds && term.is_everyone())).map(factor).collect();
        factors.sort_unstable();
        factors.dedup();
        factors.concat()
    }
}

/// The columns of an inner `SELECT`: conditions as 1 and 0, and values.
#[derive(Debug, Default)]
pub(super) struct Terms {
    columns: Vec<(Term, TermForm)>,
    by_key: HashMap<(Arc<str>, TermForm), usize>,
    /// Columns computed from the others.
    derived: Vec<String>,
}

/// Form of a term in the inner `SELECT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum TermForm {
    /// 1 where the condition is true, else 0.
    Condition,
    /// True, false or null.
    Truth,
    Value,
    /// The value as a float; dates in days, timestamps in seconds.
    Number,
}

impl TermForm {
    /// Returns the name of the column at this index.
    fn name(self, at: usize) -> String {
        let prefix = match self {
            TermForm::Condition => 'c',
            TermForm::Truth => 'b',
            TermForm::Value => 'v',
            TermForm::Number => 'x',
        };
        format!("{prefix}{at}")
    }
}

/// Returns the name of a column and the SQL of its expression.
fn printed(
    scope: &Scope,
    at: usize,
    term: &Term,
    used: TermForm,
    dialect: SqlDialect,
) -> Result<(String, String), Refused> {
    let value = scope.value(&term.expr)?;
    let expression = match used {
        TermForm::Condition => format!("CASE WHEN {value} THEN 1 ELSE 0 END"),
        TermForm::Value | TermForm::Truth => value,
        TermForm::Number => dialect.number(&value, term.kind())?,
    };
    Ok((used.name(at), expression))
}

fn narrowed(scope: &Scope, filter: Option<&Term>) -> Result<String, Refused> {
    let filter = filter.map(|filter| scope.varying_condition(&filter.expr)).transpose()?;
    Ok(filter.map(|filter| format!(" WHERE {filter}")).unwrap_or_default())
}

/// Puts expressions in the place of the columns that a sum names. Sums are made here, and hold no names or literals of others.
fn in_place(sum: &str, expressions: &HashMap<String, String>) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut placed = String::with_capacity(sum.len());
    let mut rest = sum;
    while let Some(start) = rest.find(is_word) {
        let word = &rest[start..];
        let word = &word[..word.find(|c| !is_word(c)).unwrap_or(word.len())];
        placed.push_str(&rest[..start]);
        placed.push_str(expressions.get(word).map_or(word, String::as_str));
        rest = &rest[start + word.len()..];
    }
    placed + rest
}

impl Terms {
    /// Returns the column of a condition, value or number, and adds it if it is new.
    fn column(&mut self, term: &Term, used: TermForm) -> String {
        let next = self.columns.len();
        let at = *self.by_key.entry((term.key.clone(), used)).or_insert(next);
        if at == next {
            self.columns.push((term.clone(), used));
        }
        used.name(at)
    }

    pub(super) fn condition(&mut self, term: &Term) -> String {
        match term.expr.as_literal() {
            Some(Datum::Boolean(true)) => "1".into(),
            Some(_) => "0".into(),
            None => self.column(term, TermForm::Condition),
        }
    }

    /// Returns the column of a condition's truth, and adds it if it is new.
    pub(super) fn truth_of(&mut self, term: &Term) -> String {
        self.column(term, TermForm::Truth)
    }

    /// Returns the column of a condition's truth, which must have been added before.
    pub(super) fn known_truth_of(&self, term: &Term) -> String {
        let known = self.by_key.get(&(term.key.clone(), TermForm::Truth));
        known.map_or_else(|| "FALSE".into(), |at| TermForm::Truth.name(*at))
    }

    /// Returns the conditions that are true together for exactly the subset's customers; `None` if the subset is empty.
    pub(super) fn truth(&mut self, subset: &Subset) -> Option<Vec<String>> {
        let mut conditions = Vec::new();
        for (term, holds) in &subset.0 {
            match (term.expr.as_literal(), holds) {
                (Some(Datum::Boolean(true)), true) => {}
                (Some(Datum::Boolean(true)), false) => return None,
                (Some(_), true) => return None,
                (Some(_), false) => {}
                (None, true) => conditions.push(self.truth_of(term)),
                (None, false) => conditions.push(format!("{} IS NOT TRUE", self.truth_of(term))),
            }
        }
        conditions.sort_unstable();
        conditions.dedup();
        Some(conditions)
    }

    pub(super) fn value(&mut self, term: &Term) -> String {
        self.column(term, TermForm::Value)
    }

    pub(super) fn number(&mut self, term: &Term) -> String {
        self.column(term, TermForm::Number)
    }

    /// Returns an SQL product that is 1 for the subset's customers and 0 for all others. It is equal for equal subsets.
    pub(super) fn flag(&mut self, subset: &Subset) -> String {
        let mut factors = Vec::new();
        for (term, holds) in &subset.0 {
            match (self.condition(term).as_str(), holds) {
                ("1", true) | ("0", false) => {}
                ("0", true) | ("1", false) => return "0".into(),
                (column, true) => factors.push(column.to_owned()),
                (column, false) => factors.push(format!("(1 - {column})")),
            }
        }
        factors.sort_unstable();
        factors.dedup();
        if factors.is_empty() { "1".into() } else { factors.join(" * ") }
    }

    /// Adds a column that is computed from other columns, and returns its name.
    pub(super) fn derive(&mut self, sql: String) -> String {
        let at = self.derived.iter().position(|known| *known == sql).unwrap_or_else(|| {
            self.derived.push(sql);
            self.derived.len() - 1
        });
        format!("d{at}")
    }

    /// Prints the inner `SELECT`, with additional columns of the base's tables, such as a key.
    pub(super) fn select(
        &self,
        dialect: SqlDialect,
        tables: &DatabaseTables,
        more: impl Fn(&Scope) -> Result<Vec<String>, Refused>,
    ) -> Result<String, Refused> {
        self.select_where(None, dialect, tables, more)
    }

    /// Prints a `SELECT` of a filter's customers without an inner one: columns in the list are replaced by their
    /// expressions.
    pub(super) fn select_in_place(
        &self,
        list: &[String],
        filter: Option<&Term>,
        group: Option<&str>,
        dialect: SqlDialect,
        tables: &DatabaseTables,
    ) -> Result<String, Refused> {
        let scope = self.scope(filter, dialect, tables)?;
        let mut expressions = HashMap::new();
        for (at, (term, used)) in self.columns.iter().enumerate() {
            let (name, expression) = printed(&scope, at, term, *used, dialect)?;
            expressions.insert(name, format!("({expression})"));
        }
        for (at, derived) in self.derived.iter().enumerate() {
            expressions.insert(format!("d{at}"), format!("({})", in_place(derived, &expressions)));
        }
        let list: Vec<String> = list.iter().map(|sum| in_place(sum, &expressions)).collect();
        let group = group.map(|group| format!(" GROUP BY {}", in_place(group, &expressions))).unwrap_or_default();
        Ok(format!("SELECT {} FROM {}{}{group}", list.join(", "), scope.from(), narrowed(&scope, filter)?))
    }

    fn scope<'t>(
        &self,
        filter: Option<&Term>,
        dialect: SqlDialect,
        tables: &'t DatabaseTables,
    ) -> Result<Scope<'t>, Refused> {
        let terms = self.columns.iter().map(|(term, _)| term).chain(filter);
        Scope::new(terms.map(|term| term.expr.as_ref()), dialect, tables)
    }

    /// Prints the inner `SELECT` of a filter's customers.
    pub(super) fn select_where(
        &self,
        filter: Option<&Term>,
        dialect: SqlDialect,
        tables: &DatabaseTables,
        more: impl Fn(&Scope) -> Result<Vec<String>, Refused>,
    ) -> Result<String, Refused> {
        let scope = self.scope(filter, dialect, tables)?;
        let mut list = more(&scope)?;
        for (at, (term, used)) in self.columns.iter().enumerate() {
            let (name, expression) = printed(&scope, at, term, *used, dialect)?;
            list.push(format!("{expression} AS {name}"));
        }
        if list.is_empty() {
            list.push("1 AS one".into());
        }
        let fence = dialect.aggregates().fence();
        let narrowed = narrowed(&scope, filter)?;
        let inner = format!("SELECT {} FROM {}{narrowed}{fence}", list.join(", "), scope.from());
        if self.derived.is_empty() {
            return Ok(inner);
        }
        let derived = self.derived.iter().enumerate().map(|(at, sql)| format!("{sql} AS d{at}"));
        let derived: Vec<String> = derived.collect();
        Ok(format!("SELECT t.*, {} FROM ({inner}) {}t{fence}", derived.join(", "), dialect.alias()))
    }
}

/// Prints a value that is null unless the flag is 1.
pub(super) fn value_where(value: &str, flag: &str) -> String {
    match flag {
        "1" => value.to_owned(),
        flag => format!("CASE WHEN {flag} = 1 THEN {value} END"),
    }
}
