//! What a table's columns probably are, for a starter study.

use super::{Base, key};
use crate::model::{Column, ColumnType};

/// The column that probably names a customer: whole numbers or text, never null, never repeated. A name like an id's
/// counts first; without one only the very first column may be it.
pub fn guess_key(base: &Base) -> Option<String> {
    let columns = base.schema.columns();
    let named =
        columns.iter().filter(|column| words(&column.name).iter().any(|word| ID_WORDS.contains(&word.as_str())));
    let unique = |column: &&Column| {
        (column.column_type.is_whole() || column.column_type == ColumnType::Text)
            && base.table.rows() > 0
            && base.table.column(&column.name).is_ok_and(|values| key::is_unique(&values))
    };
    named.chain(columns.first()).find(unique).map(|column| column.name.clone())
}

/// The numeric column that probably holds what a customer is worth, by its name. The likeliest word counts first, then
/// a total, then the place.
pub fn guess_value(base: &Base) -> Option<String> {
    let numbers = base.schema.columns().iter().filter(|column| column.column_type.is_number());
    let ranked = numbers.filter_map(|column| money_rank(&column.name).map(|rank| (rank, column)));
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().find(|(_, column)| varies(base, column)).map(|(_, column)| column.name.clone())
}

fn varies(base: &Base, column: &Column) -> bool {
    let Ok(values) = base.table.column(&column.name) else { return false };
    let series = values.as_materialized_series();
    series.min::<f64>().ok().flatten() != series.max::<f64>().ok().flatten()
}

const ID_WORDS: [&str; 8] = ["id", "key", "uuid", "guid", "customer", "kunde", "email", "number"];

/// Stems of words for money, the likeliest first.
const MONEY: [&str; 16] = [
    "spend", "revenue", "sales", "ltv", "clv", "turnover", "monetary", "charge", "amount", "value", "price", "income",
    "balance", "salary", "mnt", "total",
];

/// Words that make a number of something else than money.
const NOT_MONEY: [&str; 14] = [
    "id", "score", "count", "num", "number", "days", "rate", "ratio", "share", "pct", "percent", "rank", "year",
    "month",
];

/// Smaller is likelier; `None` for a name that says nothing of money.
fn money_rank(name: &str) -> Option<(usize, bool)> {
    let words = words(name);
    if words.iter().any(|word| NOT_MONEY.contains(&word.as_str())) {
        return None;
    }
    let stem = MONEY.iter().position(|stem| words.iter().any(|word| word.starts_with(stem)))?;
    let total = words.iter().any(|word| word == "total");
    Some((stem, !total))
}

/// The words of a column's name, in lower case: `TotalCharges` and `total_charges` have the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || (c.is_uppercase() && after_lower);
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use polars::prelude::{Column, DataFrame, df};

    use super::{Base, guess_key, guess_value};
    use crate::data::Table;

    fn base(frame: DataFrame) -> Base {
        let table = Table::Memory(frame);
        Base { schema: table.schema(), table, key: None, source: "t".into(), notices: Vec::new() }
    }

    #[test]
    fn a_key_is_unique_and_an_id_by_name_comes_first() {
        let columns = df!("row" => [1, 2], "customerID" => ["a", "b"], "order_id" => [7, 7]).unwrap();
        assert_eq!(guess_key(&base(columns)).as_deref(), Some("customerID"));
        assert_eq!(guess_key(&base(df!("row" => [1, 2], "age" => [30, 30]).unwrap())).as_deref(), Some("row"));
        assert_eq!(guess_key(&base(df!("age" => [30, 30], "weight" => [1, 2]).unwrap())), None);
    }

    #[test]
    fn a_value_is_money_by_name() {
        let guess = |names: &[&str]| {
            let columns = names.iter().map(|name| Column::new((*name).into(), [1.5, 2.5])).collect();
            guess_value(&base(DataFrame::new(2, columns).unwrap()))
        };
        assert_eq!(guess(&["age", "MonthlyCharges", "TotalCharges"]).as_deref(), Some("TotalCharges"));
        assert_eq!(guess(&["Income", "spend_12m"]).as_deref(), Some("spend_12m"));
        assert_eq!(guess(&["Annual Income (k$)", "Spending Score (1-100)"]).as_deref(), Some("Annual Income (k$)"));
        assert_eq!(guess(&["age", "tenure"]), None);
    }
}
