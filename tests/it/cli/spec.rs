//! `spec`: the command line as data.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{out, shop};
use crate::shop::{crosscut, folder};

fn commands() -> Vec<Value> {
    let spec: Value = serde_json::from_str(&shop(&["spec", "--format", "json"])).expect("JSON");
    spec["commands"].as_array().expect("a list").clone()
}

fn command<'c>(commands: &'c [Value], name: &str) -> &'c Value {
    commands.iter().find(|command| command["name"] == name).expect("a sub-command")
}

fn option<'c>(command: &'c Value, name: &str) -> Option<&'c Value> {
    command["options"].as_array().expect("a list").iter().find(|option| option["name"] == name)
}

#[test]
fn spec_lists_options_with_types_values_and_defaults() {
    let commands = commands();
    let upset = command(&commands, "upset");
    let sets = option(upset, "--sets").expect("an option");
    assert_eq!((&sets["type"], &sets["default"]), (&"choice".into(), &"personas".into()));
    assert_eq!(sets["values"], serde_json::json!(["segments", "personas"]));
    assert_eq!(option(upset, "--top").expect("an option")["type"], "integer");
    assert_eq!(option(upset, "--as-of").expect("an option")["type"], "date");
    assert_eq!(option(upset, "--value"), None, "an option that it does not take");
    let formats = &option(command(&commands, "export"), "--format").expect("an option")["values"];
    assert_eq!(*formats, serde_json::json!(["csv", "tsv", "ndjson", "json", "parquet", "arrow", "xlsx", "md"]));
    let group = &command(&commands, "group")["arguments"][0];
    assert_eq!((&group["required"], &group["several"]), (&true.into(), &true.into()));
}

#[test]
fn spec_columns_equal_table_headers() {
    let folder = folder();
    for command in commands() {
        let name = command["name"].as_str().expect("a name");
        let args: &[&str] = match name {
            "group" => &["plan"],
            "segmentation" => &["plan"],
            "why" => &["@pros"],
            "attrition" => &["plan = 'pro' AND age > 5"],
            "explain" => &["plan = 'pro'"],
            "customer" => &["3"],
            // The shop has none.
            "research" => continue,
            _ => &[],
        };
        for table in command["tables"].as_array().expect("a list") {
            let option: Vec<&str> = match table["option"].as_str() {
                None => Vec::new(),
                Some("--values") => vec!["plan", "--values"],
                Some("--k") => vec!["--k", "1"],
                Some(option) => vec![option],
            };
            let args = [&[name][..], args, &option, &["--format", "csv"]].concat();
            let header = out(&crosscut(folder.path(), &args)).lines().next().unwrap_or_default().to_owned();
            let names = ["columns", "with_value"].into_iter().flat_map(|key| table[key].as_array().expect("a list"));
            let expected: Vec<&str> = names.map(|name| name.as_str().expect("a name")).collect();
            assert!(header.ends_with(&expected.join(",")), "{args:?}: {header}, not {expected:?}");
        }
    }
}

#[test]
fn spec_lists_each_sub_command_of_help() {
    let help = shop(&["--help"]);
    let list = help.split("Commands:\n").nth(1).expect("commands").split("\n\n").next().expect("a list");
    let listed = list.lines().filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
    let listed: BTreeSet<&str> =
        listed.filter_map(|line| line.split(' ').next()).filter(|name| *name != "help").collect();
    let commands = commands();
    let named: BTreeSet<&str> = commands.iter().filter_map(|command| command["name"].as_str()).collect();
    assert_eq!(named, listed);
}
