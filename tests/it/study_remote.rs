//! Studies whose base is in another engine: the settings of `[data] engine`, and the one-line message about a wrong
//! one.

use crosscut::rule::print::SqlDialect;
use crosscut::study::{self, EngineConnection};

use crate::study::{folder, without_folder};

fn load(config: &str) -> Result<study::Study, String> {
    let folder = folder(&[("config.toml", config)]);
    study::load(&folder.path().join("config.toml"), None).map_err(|error| without_folder(&error.to_string(), &folder))
}

#[test]
fn database_is_named_by_driver_and_table() {
    let study = load(
        "[data]\nengine = \"adbc\"\ndriver = \"flightsql\"\nuri = \"grpc://127.0.0.1:32010\"\ntable = \"crm.customers\"\n\
         dialect = \"spark\"\nkey = \"id\"\noptions = { \"adbc.connection.catalog\" = \"main\" }\n\
         [tables.orders]\ntable = \"crm.orders\"\nkey = \"customer\"\ndate = \"day\"\n",
    )
    .expect("a good study");
    let remote = study.config.data.remote.as_ref().expect("a remote base");
    assert_eq!((remote.table.as_str(), remote.title()), ("crm.customers", "customers"));
    let EngineConnection::Adbc { driver, profile, uri, options, dialect } = &remote.reach else {
        panic!("not by ADBC")
    };
    assert_eq!((driver.as_deref(), profile.as_deref(), *dialect), (Some("flightsql"), None, Some(SqlDialect::Spark)));
    assert_eq!(uri.as_deref(), Some("grpc://127.0.0.1:32010"));
    assert_eq!(options["adbc.connection.catalog"], "main");
    let orders = &study.config.tables["orders"];
    assert_eq!((orders.path.as_str(), orders.columns.key.as_deref()), ("crm.orders", Some("customer")));
}

#[test]
fn cluster_is_named_by_url_and_table() {
    let study =
        load("[data]\nengine = \"spark\"\nurl = \"sc://host:15002\"\ntable = \"customers\"\n").expect("a good study");
    let reach = &study.config.data.remote.as_ref().expect("a remote base").reach;
    assert!(matches!(reach, EngineConnection::Spark { url, .. } if url == "sc://host:15002"));
}

#[test]
fn remote_sample_is_off_unless_size_is_set() {
    let sample = |line: &str| {
        let study = load(&format!("[data]\nengine = \"spark\"\nurl = \"sc://h\"\ntable = \"t\"\n{line}"));
        study.expect("a good study").config.data.sample
    };
    assert_eq!((sample(""), sample("sample = 100_000\n")), (None, Some(100_000)));
}

#[test]
fn local_engine_is_default_and_may_be_named() {
    let study = load("[data]\nengine = \"local\"\npath = \"c.csv\"\n").expect("a good study");
    assert_eq!(study.config.data.remote, None);
}

#[test]
fn wrong_engine_settings_are_reported_at_their_place() {
    let table: &[(&str, &str)] = &[
        (
            "[data]\nengine = \"oracle\"\ntable = \"t\"\n",
            "config.toml:2:10: there is no engine \"oracle\": the engines are \"local\" (files), \"adbc\" (databases and \
             warehouses), \"spark\"",
        ),
        (
            "[data]\nengine = \"spark\"\ntable = \"t\"\n",
            "config.toml:2:10: engine = \"spark\" needs a url: such as url = \"sc://host:15002\"",
        ),
        (
            "[data]\nengine = \"adbc\"\ntable = \"t\"\n",
            "config.toml:2:10: engine = \"adbc\" needs a driver or a profile: such as driver = \"postgresql\"",
        ),
        (
            "[data]\nengine = \"adbc\"\ndriver = \"postgresql\"\n",
            "config.toml:2:10: engine = \"adbc\" needs a table: such as table = \"crm.customers\"",
        ),
        (
            "[data]\nengine = \"adbc\"\ndriver = \"postgresql\"\ntable = \" \"\n",
            "config.toml:4:9: the table's name is empty",
        ),
        (
            "[data]\nengine = \"adbc\"\ndriver = \"postgresql\"\ntable = \"t\"\nurl = \"sc://h\"\n",
            "config.toml:5:7: engine = \"adbc\" has no setting url",
        ),
        (
            "[data]\nengine = \"adbc\"\ndriver = \"x\"\ntable = \"t\"\ndialect = \"oracle\"\n",
            "config.toml:5:11: no dialect is called oracle: duckdb, postgres, sqlite, spark, snowflake, bigquery, clickhouse",
        ),
        (
            "[data]\nengine = \"spark\"\nurl = \"sc://h\"\ntable = \"t\"\npath = \"c.csv\"\n",
            "config.toml:5:8: a base is in a file or in an engine, not in both: name the engine's table by table = \"…\", \
             and remove path",
        ),
        (
            "[data]\ntable = \"t\"\n",
            "config.toml:2:9: [data] table is a setting of another engine: name the engine beside it: engine = \"adbc\" or \
             engine = \"spark\"",
        ),
        (
            "[data]\npath = \"c.csv\"\nsample = 100_000\n",
            "config.toml:3:10: [data] sample is for a base in another engine: a file is counted exactly as you type: remove \
             the line",
        ),
        (
            "[data]\nengine = \"spark\"\nurl = \"sc://h\"\ntable = \"t\"\nsample = 10\n",
            "config.toml:5:10: sample is a number of customers from 1,000 to 10,000,000: write sample = 100_000, or remove \
             the line",
        ),
        (
            "[data]\npath = \"c.csv\"\n[tables.orders]\nkey = \"id\"\n",
            "config.toml:3:1: [tables.orders] needs a line path = \"…\"",
        ),
        (
            "[data]\npath = \"c.csv\"\n[tables.orders]\ntable = \"orders\"\n",
            "config.toml:4:9: [tables.orders] has table, but no engine is set: without engine under [data] a table is a file: write \
             path = \"…\"",
        ),
        (
            "[data]\nengine = \"spark\"\nurl = \"sc://h\"\ntable = \"t\"\n[tables.orders]\npath = \"orders.csv\"\n",
            "config.toml:6:8: [tables.orders] must be in the same engine as the base: the base is in another engine: name the table \
             there by table = \"…\" alone",
        ),
    ];
    for (config, wanted) in table {
        assert_eq!(load(config).map(|_| ()), Err((*wanted).to_owned()), "{config}");
    }
}

#[test]
fn title_is_last_part_of_table_name() {
    let title = |table: &str| {
        let study =
            load(&format!("[data]\nengine = \"spark\"\nurl = \"sc://h\"\ntable = {}\n", toml::Value::from(table)));
        study.expect("a good study").config.data.remote.expect("a remote base").title().to_owned()
    };
    assert_eq!(title("catalog.crm.customers"), "customers");
    assert_eq!(title("crm.\"My Customers\""), "My Customers");
    assert_eq!(title("parquet.`/data/2026/customers.parquet`"), "customers.parquet");
    assert_eq!(title("parquet.`/data/customers/`"), "customers");
    assert_eq!(title("read_parquet('/data/customers.parquet')"), "customers.parquet");
}
