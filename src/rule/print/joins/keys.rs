//! The keys that join events to their customers.

use super::BASE;
use crate::model::ColumnType;
use crate::rule::print::Refused;
use crate::rule::print::sql::SqlPiece;
use crate::rule::print::syntax::DialectSyntax;
use crate::rule::print::tables::DatabaseTables;

/// Prints the customer's key in a table of events and in the base, as values that can be compared.
pub(in crate::rule::print) fn keys(
    tables: &DatabaseTables,
    syntax: &'static dyn DialectSyntax,
    table: &str,
) -> Result<(SqlPiece, SqlPiece), Refused> {
    Refused::from_tables(keys_of(tables, syntax, table))
}

fn keys_of(
    tables: &DatabaseTables,
    syntax: &'static dyn DialectSyntax,
    table: &str,
) -> Result<(SqlPiece, SqlPiece), String> {
    let base = &tables.schema;
    let events = base.events(table).ok_or_else(|| format!("the table {table} is not known"))?;
    let missing = |what: &str| format!("{what} to join {} by", events.name);
    let key = events.columns.key.as_deref().ok_or_else(|| missing("the events have no key"))?;
    let on = events.columns.on.as_deref().or(base.key()).ok_or_else(|| missing("the base has no key"))?;
    let (own_kind, base_kind) = (events.schema.type_of(key), base.type_of(on));
    let own = syntax.identifier(key)?;
    let base_key = SqlPiece::tight(format!("{}.{}", syntax.identifier(BASE)?, syntax.identifier(on)?));
    let until = events.columns.key_until.as_deref();
    let is_plain = match (own_kind, base_kind) {
        (ColumnType::Text, ColumnType::Text) => true,
        (a, b) => a.is_number() && b.is_number() && until.is_none(),
    };
    let text = |key: SqlPiece, kind| if is_plain { Ok(key) } else { syntax.key_text(&key, kind) };
    let own = text(own, own_kind)?;
    let own = match until {
        Some(until) => syntax.before(&own, until)?,
        None => own,
    };
    Ok((own, text(base_key, base_kind)?))
}
