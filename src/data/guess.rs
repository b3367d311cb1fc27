//! Guesses the roles of a table's columns from their names and types, for a starter study.

use crate::model::{Column, ColumnType, Schema};

/// Returns columns that may hold the customer's key, most likely first: whole numbers or text. Columns named like an id
/// come first; without one, only the very first column is a candidate. The first candidate that is never null and never
/// repeated is the key.
pub fn likely_keys(schema: &Schema) -> Vec<&Column> {
    let columns = schema.columns();
    let named =
        columns.iter().filter(|column| words(&column.name).iter().any(|word| ID_WORDS.contains(&word.as_str())));
    let fits = |column: &&Column| column.column_type.is_whole() || column.column_type == ColumnType::Text;
    named.chain(columns.first()).filter(fits).collect()
}

/// Returns columns of numbers that may hold a customer's value, most likely first: ordered by the word in the name,
/// then totals first, then by position. The first whose values differ is the value column.
pub fn likely_values(schema: &Schema) -> Vec<&Column> {
    let numbers = schema.columns().iter().filter(|column| column.column_type.is_number());
    let ranked = numbers.filter_map(|column| money_rank(&column.name).map(|rank| (rank, column)));
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, column)| column).collect()
}

/// Returns true for the name of a column that says whose event a row is: `customer_id`, `UserID`, `Kundennummer`.
pub fn is_customer(name: &str) -> bool {
    const PEOPLE: [&str; 11] = [
        "customer",
        "customers",
        "cust",
        "user",
        "client",
        "member",
        "household",
        "visitor",
        "subscriber",
        "kunde",
        "kunden",
    ];
    const IDS: [&str; 8] = ["id", "key", "no", "nr", "number", "code", "uuid", "guid"];
    let words = words(name);
    let is_person = |word: &str| PEOPLE.contains(&word);
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [one] => {
            let stem = IDS.iter().find_map(|id| one.strip_suffix(id)).unwrap_or(one);
            is_person(one) || is_person(stem) || matches!(*one, "kundennummer" | "kundennr")
        }
        [person, id] => is_person(person) && IDS.contains(id),
        _ => false,
    }
}

/// Returns true for the name of a number whose sum says something about a customer.
pub fn is_measure(name: &str) -> bool {
    const NONE: [&str; 10] = ["zip", "postcode", "plz", "code", "index", "row", "no", "nr", "store", "line"];
    let words = words(name);
    let is_none = |word: &String| {
        let word = word.as_str();
        ID_WORDS.contains(&word)
            || NONE.contains(&word)
            || NOT_MONEY[..2].contains(&word)
            || NOT_MONEY[5..].contains(&word)
    };
    let is_id = name.to_lowercase().ends_with("id") && words.len() == 1;
    // A number of things is a count, unlike a customer's number.
    let counted = words.iter().zip(words.iter().skip(1)).any(|(word, next)| word == "number" && next == "of");
    !is_id && !is_price(&words) && (counted || !words.iter().any(is_none))
}

/// Returns true for the price of one piece, whose sum says nothing.
fn is_price(words: &[String]) -> bool {
    words.iter().any(|word| word == "price" || word == "preis") && !words.iter().any(|word| word == "total")
}

/// Returns the columns of numbers for the quantity and the price of an event, if it has both.
pub fn quantity_and_price(schema: &Schema) -> Option<(&str, &str)> {
    let numbers = || schema.columns().iter().filter(|column| column.column_type.is_number());
    let is_quantity = |word: &String| matches!(word.as_str(), "quantity" | "qty" | "units" | "pieces" | "menge");
    let quantity = numbers().find(|column| words(&column.name).iter().any(is_quantity))?;
    let price = numbers().find(|column| is_price(&words(&column.name)))?;
    Some((&quantity.name, &price.name))
}

const ID_WORDS: [&str; 8] = ["id", "key", "uuid", "guid", "customer", "kunde", "email", "number"];

/// Stems of words for money, most likely first.
const MONEY: [&str; 16] = [
    "spend", "revenue", "sales", "ltv", "clv", "turnover", "monetary", "charge", "amount", "value", "price", "income",
    "balance", "salary", "mnt", "total",
];

/// Words that mark a number as something else than money.
const NOT_MONEY: [&str; 14] = [
    "id", "score", "count", "num", "number", "days", "rate", "ratio", "share", "pct", "percent", "rank", "year",
    "month",
];

/// Returns the rank of a name, smaller for a more likely one; `None` for a name without a word for money.
fn money_rank(name: &str) -> Option<(usize, bool)> {
    let words = words(name);
    if words.iter().any(|word| NOT_MONEY.contains(&word.as_str())) {
        return None;
    }
    let stem = MONEY.iter().position(|stem| words.iter().any(|word| word.starts_with(stem)))?;
    let total = words.iter().any(|word| word == "total");
    Some((stem, !total))
}

/// Returns the words of a column's name, in lower case: `TotalCharges` and `total_charges` have the same.
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
    use super::*;

    fn schema(names: &[&str], column_type: ColumnType) -> Schema {
        Schema::new(names.iter().map(|name| Column { name: (*name).into(), column_type }).collect())
    }

    fn names(columns: Vec<&Column>) -> Vec<&str> {
        columns.into_iter().map(|column| column.name.as_str()).collect()
    }

    #[test]
    fn column_named_like_id_is_likelier_key_than_first_column() {
        let keys = |names_of: &[&str]| names(likely_keys(&schema(names_of, ColumnType::Integer))).join(" ");
        assert_eq!(keys(&["row", "customerID", "order_id"]), "customerID order_id row");
        assert_eq!(keys(&["age", "weight"]), "age");
        assert!(likely_keys(&schema(&["customer_id"], ColumnType::Date)).is_empty());
    }

    #[test]
    fn customer_column_is_recognized_by_name() {
        for name in ["customer_id", "CustomerID", "user", "Customer No", "client-key", "customerid", "Kundennummer"] {
            assert!(is_customer(name), "{name}");
        }
        for name in ["customer_name", "order_id", "product", "customers_rating", "userland"] {
            assert!(!is_customer(name), "{name}");
        }
    }

    #[test]
    fn id_or_rate_column_is_no_measure() {
        for name in ["amount", "Quantity", "units", "total_price", "sales_value", "count"] {
            assert!(is_measure(name), "{name}");
        }
        for name in ["store_id", "BASKETID", "year", "zip", "week_no", "discount_rate", "UnitPrice"] {
            assert!(!is_measure(name), "{name}");
        }
    }

    #[test]
    fn column_named_like_money_is_likely_value() {
        let first = |names_of: &[&str]| {
            names(likely_values(&schema(names_of, ColumnType::Float))).first().map(|name| (*name).to_owned())
        };
        assert_eq!(first(&["age", "MonthlyCharges", "TotalCharges"]).as_deref(), Some("TotalCharges"));
        assert_eq!(first(&["Income", "spend_12m"]).as_deref(), Some("spend_12m"));
        assert_eq!(first(&["Annual Income (k$)", "Spending Score (1-100)"]).as_deref(), Some("Annual Income (k$)"));
        assert_eq!(first(&["age", "tenure"]), None);
    }
}
