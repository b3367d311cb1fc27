//! Functions of the rule language that a dialect has no words for.

use crate::model::{Column, ColumnType, Schema};
use crate::rule::functions::{FUNCTIONS, Function, Parameter};
use crate::rule::print::{DatabaseTables, SqlDialect, TableName, condition};
use crate::rule::{Context, Namespace, check};

/// Returns the names of the functions that the dialect does not support, in lower case.
pub(super) fn unsupported_functions(dialect: SqlDialect) -> Vec<String> {
    let column = |name: &str, column_type| Column { name: name.into(), column_type };
    let columns = [
        column("t", ColumnType::Text),
        column("n", ColumnType::Integer),
        column("x", ColumnType::Float),
        column("d", ColumnType::Date),
    ];
    let tables = DatabaseTables::new(TableName::Plain("base".into()), Schema::new(columns.into()));
    let names = Namespace::default();
    let cx = Context { schema: &tables.schema, names: &names, today: chrono::NaiveDate::default() };
    let is_refused = |function: &&Function| {
        // Beside a text of ASCII some can be said that cannot be alone.
        let forms = [("x", "IS NULL"), ("n", "IS NULL"), ("x", "= 'a'"), ("n", "= 'a'")];
        let rules = forms.map(|(number, form)| check(&format!("{} {form}", call(function, number)), &cx));
        let mut said = rules.iter().flatten().map(|rule| condition(rule.expr(), dialect, &tables).is_ok()).peekable();
        said.peek().is_some() && !said.any(|is_said| is_said)
    };
    FUNCTIONS.iter().filter(is_refused).map(|function| function.name.to_lowercase()).collect()
}

/// Prints a call with plain arguments. Its numbers come from the column `number`.
fn call(function: &Function, number: &str) -> String {
    let argument = |n: usize| match function.parameter(n) {
        Some(Parameter::Text) => "t".to_owned(),
        Some(Parameter::QuotedText) if function.name == "strftime" => "'%Y'".to_owned(),
        Some(Parameter::QuotedText) => "'a'".to_owned(),
        Some(Parameter::WholeNumber) => "n".to_owned(),
        Some(Parameter::Digits(least)) => least.max(1).to_string(),
        Some(Parameter::Date) => "d".to_owned(),
        _ => number.to_owned(),
    };
    let arguments: Vec<String> = (0..function.required).map(argument).collect();
    format!("{}({})", function.name, arguments.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsupported_functions_are_listed_by_dialect() {
        assert_eq!(unsupported_functions(SqlDialect::DuckDb), Vec::<String>::new());
        let of_sqlite = unsupported_functions(SqlDialect::Sqlite);
        assert!(of_sqlite.contains(&"regexp_extract".to_owned()), "{of_sqlite:?}");
        assert!(!of_sqlite.contains(&"lower".to_owned()), "{of_sqlite:?}");
    }
}
