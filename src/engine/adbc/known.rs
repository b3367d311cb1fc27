//! Lists the known drivers with the SQL of their servers.

use std::path::Path;

use crate::rule::print::SqlDialect;

/// Words in the names of drivers' libraries, each with our name for the driver and the SQL of its server (`None` if
/// the driver works with several servers).
const KNOWN_DRIVERS: [(&str, &str, Option<SqlDialect>); 8] = [
    ("postgres", "postgresql", Some(SqlDialect::Postgres)),
    ("snowflake", "snowflake", Some(SqlDialect::Snowflake)),
    ("bigquery", "bigquery", Some(SqlDialect::BigQuery)),
    ("duckdb", "duckdb", Some(SqlDialect::DuckDb)),
    ("sqlite", "sqlite", Some(SqlDialect::Sqlite)),
    ("clickhouse", "clickhouse", Some(SqlDialect::ClickHouse)),
    ("chdb", "chdb", Some(SqlDialect::ClickHouse)),
    ("flightsql", "flightsql", None),
];

/// Returns the driver's short name: `postgresql` of `/opt/adbc/libadbc_driver_postgresql.so`.
pub(super) fn driver_name(driver: &str) -> String {
    let stem = Path::new(driver).file_name().map(|name| name.to_string_lossy().into_owned());
    let stem = stem.as_deref().unwrap_or(driver);
    let stem = stem.split('.').find(|part| !part.is_empty()).unwrap_or(stem);
    match KNOWN_DRIVERS.iter().find(|(word, ..)| stem.contains(word)) {
        Some((_, name, _)) => (*name).to_owned(),
        None => stem.trim_start_matches("lib").trim_start_matches("adbc_driver_").to_owned(),
    }
}

/// Returns the SQL of the servers of a driver, by its short name; `None` if the driver is unknown or has several.
pub(super) fn known_dialect(name: &str) -> Option<SqlDialect> {
    KNOWN_DRIVERS.iter().find(|(_, known, _)| *known == name)?.2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_name_is_found_in_names_and_paths() {
        for (driver, name) in [
            ("postgresql", "postgresql"),
            ("adbc_driver_postgresql", "postgresql"),
            ("/a/libadbc_driver_sqlite.so", "sqlite"),
            ("/a/libduckdb.so", "duckdb"),
            ("/a/b.d/libadbc_driver_flightsql.so.1", "flightsql"),
            ("adbc_driver_exasol", "exasol"),
        ] {
            assert_eq!(driver_name(driver), name);
        }
        assert_eq!(known_dialect("postgresql"), Some(SqlDialect::Postgres));
        assert_eq!(known_dialect("flightsql"), None);
    }
}
