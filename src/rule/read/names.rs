//! Resolves identifiers and `@names`.

use std::sync::Arc;

use sqlparser::ast::{Expr as Syntax, Ident};

use super::super::expr::{Expr, Node};
use super::super::names::quote;
use super::super::resolve::{CheckedRules, find_references, spend};
use super::super::{Namespace, RuleError, parse};
use super::Reader;
use crate::model::{self, ColumnType, Datum, Lookup, Missing};
use crate::text::{nearest, visible};

impl Reader<'_> {
    pub(super) fn identifier(&self, name: &Ident, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        if name.quote_style.is_none() {
            if let Some(reference) = name.value.strip_prefix('@') {
                return self.reference(reference, syntax);
            }
            if name.value.eq_ignore_ascii_case("today") {
                return Ok(Arc::new(self.today(syntax)));
            }
        }
        self.column(name, syntax)
    }

    pub(super) fn column(&self, name: &Ident, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let column = match self.cx.schema.find(&name.value) {
            Lookup::Found(column) => column,
            Lookup::Missing => match self.value_of_customer(syntax)? {
                Some(value) => return Ok(value),
                None => return Err(self.unknown_column(name, syntax)),
            },
            Lookup::Ambiguous(names) => {
                let names = names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(" or ");
                return Err(self
                    .error(syntax, format!("column \"{}\" is ambiguous", name.value))
                    .with_hint(format!("write {names}")));
            }
        };
        if self.cx.schema.is_masked(&column.name) {
            return Err(self.masked(&column.name, syntax));
        }
        self.column_of(column, syntax)
    }

    /// Returns the error for a rule that reads the values of a masked column. While the column is the last word, the
    /// rule may yet become one that only asks whether there is a value.
    pub(super) fn masked(&self, column: &str, syntax: &Syntax) -> RuleError {
        let name = quote(column);
        let error = self.error(syntax, format!("{column} is masked: a rule can only ask whether it has a value"));
        let unfinished = error.place.end == self.text.trim_end().len();
        let error = RuleError { unfinished, ..error };
        error.with_hint(format!("write {name} IS NULL or {name} IS NOT NULL"))
    }

    /// Reads a column of which only whether it has a value is used, so that it may be masked; `None` if the syntax is no
    /// column's name.
    pub(super) fn presence(&self, syntax: &Syntax) -> Result<Option<Arc<Expr>>, RuleError> {
        match syntax {
            Syntax::Nested(inner) => self.presence(inner),
            Syntax::Identifier(name) => match self.cx.schema.find(&name.value) {
                Lookup::Found(column) if self.cx.schema.is_masked(&column.name) => {
                    self.column_of(column, syntax).map(Some)
                }
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn column_of(&self, column: &model::Column, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        if let Some(definition) = self.cx.schema.definition(&column.name) {
            return self.defined(&column.name, definition, syntax);
        }
        if self.cx.schema.is_segmentation(&column.name) {
            return self.segmentation(column, syntax);
        }
        let is_persona = self.cx.schema.persona().is_some_and(|persona| persona.name == column.name);
        let node = if is_persona { Node::Persona } else { Node::Column(column.name.clone()) };
        Ok(Arc::new(Expr::new(node, column.column_type, self.place(syntax))))
    }

    /// Reads a segmentation as a column: the name of the first of its cells that a customer is in, or the score.
    fn segmentation(&self, column: &model::Column, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let name = column.name.as_str();
        let place = self.place(syntax);
        let Some(cells) = self.cx.names.cells(name) else {
            return Err(self.error(syntax, format!("the segmentation \"{name}\" has no cells")));
        };
        let mut whens = Vec::with_capacity(cells.len());
        for full in cells {
            let condition = self.reference(full, syntax)?;
            let cell = full.get(name.len() + 1..).unwrap_or_default();
            // A score is a number.
            let cell = match column.column_type {
                ColumnType::Integer => cell.parse().map_or(Datum::Null, Datum::Integer),
                _ => Datum::Text(cell.to_owned()),
            };
            whens.push((condition, Arc::new(Expr::literal(cell, place.clone()))));
        }
        let node = if whens.is_empty() { Node::Literal(Datum::Null) } else { Node::Case { whens, otherwise: None } };
        Ok(Arc::new(Expr::new(node, column.column_type, place)))
    }

    /// Reads a column that the study defines by an expression.
    fn defined(&self, name: &str, definition: &str, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let (names, known) = (Namespace::default(), CheckedRules::default());
        let cx = super::super::Context { names: &names, ..*self.cx };
        let read = || {
            let parsed = parse::parse(definition)?;
            Reader::new(definition, &cx, &known).expr(&parsed)
        };
        let read = self.deeper(read).map_err(|error| {
            let message = format!("in the column \"{name}\": {}", error.message);
            RuleError { place: self.place(syntax), message, ..error }
        })?;
        let mut read = Arc::unwrap_or_clone(read).at(self.place(syntax));
        if let Node::Computed(computed) = &mut read.node {
            Arc::make_mut(computed).name = Some(name.to_owned());
        }
        Ok(Arc::new(read))
    }

    /// Returns the error for a missing column. A table that is still loading makes the rule unfinished, not wrong.
    pub(super) fn missing(&self, missing: &Missing, syntax: &Syntax) -> RuleError {
        RuleError { unfinished: missing.is_coming, ..self.error(syntax, missing.reason.as_str()) }
    }

    fn unknown_column(&self, name: &Ident, syntax: &Syntax) -> RuleError {
        if let Some(missing) = self.cx.schema.missing(&name.value) {
            return self.missing(missing, syntax);
        }
        let columns = self.cx.schema.columns();
        let mut error = self.error(syntax, format!("unknown column \"{}\"", name.value));
        let near = nearest(&name.value, columns.iter().map(|c| c.name.as_str()));
        error.hint = match near {
            Some(near) => Some(format!("did you mean {}?", quote(near))),
            None if self.cx.names.get(&name.value).is_some() => {
                Some(format!("the segment or persona is @{}", name.value))
            }
            None if name.quote_style == Some('"') => Some(text_hint(&name.value)),
            None => None,
        };
        let typed = name.value.to_lowercase();
        let may_grow = columns.iter().any(|c| c.name.to_lowercase().starts_with(&typed));
        error.unfinished = may_grow && error.place.end == self.text.len();
        error
    }

    pub(super) fn compound(&self, names: &[Ident], syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let joined = names.iter().map(|n| n.value.as_str()).collect::<Vec<_>>().join(".");
        if let ([first, _], Some(reference)) = (names, joined.strip_prefix('@'))
            && first.quote_style.is_none()
        {
            return self.reference(reference, syntax);
        }
        let error = self.error(syntax, format!("unknown column \"{joined}\""));
        let last = names.last().map_or("", |n| n.value.as_str());
        Err(match (self.cx.schema.find(&joined), self.cx.schema.find(last)) {
            (Lookup::Found(column), _) => {
                error.with_hint(format!("a name with a dot needs quotes: {}", quote(&column.name)))
            }
            (_, Lookup::Found(column)) => error.with_hint(format!("did you mean {}?", quote(&column.name))),
            _ => error,
        })
    }

    fn reference(&self, name: &str, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let place = self.place(syntax);
        if let Some(checked) = self.known.get(name) {
            let mut spent = self.spent.get();
            spend(checked.expr(), &mut spent).map_err(|reason| self.error(syntax, reason))?;
            self.spent.set(spent);
            let node = Node::Reference { name: name.to_owned(), rule: checked.clone() };
            return Ok(Arc::new(Expr::condition(node, place)));
        }
        let shown = model::reference(name);
        let mut error = self.error(syntax, format!("unknown name {shown}"));
        let names = self.cx.names.iter().map(|(name, _)| name);
        error.hint = nearest(name, names).map(|near| format!("did you mean {}?", model::reference(near)));
        let may_grow = self.cx.names.iter().any(|(known, _)| known.starts_with(name));
        error.unfinished = may_grow && error.place.end == self.text.len();
        Err(error)
    }

    /// Reads `@plan.true`, since the parser does not take a word of SQL for the name of a cell.
    pub(super) fn odd_reference(&self, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let place = self.place(syntax);
        let shown = self.text.get(place.clone()).unwrap_or_default().trim();
        match find_references(shown).as_slice() {
            [only] if only.place == (0..shown.len()) => self.reference(&only.name, syntax),
            _ => Err(RuleError::new(place, format!("not supported in a rule: {shown}"))),
        }
    }

    /// Reads the right side of a comparison: a bare word there that is not a column was probably meant as text.
    pub(super) fn right_side(&self, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        self.expr(syntax).map_err(|error| match syntax {
            Syntax::Identifier(name) if error.hint.is_none() && !name.value.starts_with('@') => {
                error.with_hint(text_hint(&name.value))
            }
            _ => error,
        })
    }
}

fn text_hint(text: &str) -> String {
    format!("write text in single quotes: {}", visible(&Datum::Text(text.to_owned()).sql()))
}
