//! Shell completions and manual pages.

use std::io::Write;
use std::process::{Command, Stdio};

use super::{failing, out, shop};
use crate::shop::crosscut;

/// Names of the sub-commands, as `--help` lists them.
fn sub_commands() -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let help = out(&crosscut(folder.path(), &["--help"]));
    let (_, listed) = help.split_once("Commands:\n").expect("a list of commands");
    let names = listed.lines().take_while(|line| !line.is_empty());
    // Further lines of a description are indented more.
    let names = names.filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()));
    let names: Vec<String> = names.map(str::to_owned).collect();
    assert!(names.len() > 20 && names.contains(&"man".to_owned()), "{names:?}");
    names
}

/// Words that bash offers for the last of the words typed.
fn offered_by_bash(typed: &[&str]) -> Vec<String> {
    let script = shop(&["completions", "bash"]);
    let words = typed.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    let ask = format!(
        "{script}\nCOMP_WORDS=({words}); COMP_CWORD={}\n_crosscut crosscut '{}' '{}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        typed.len() - 1,
        typed[typed.len() - 1],
        typed[typed.len() - 2],
    );
    let mut bash = Command::new("bash");
    let mut bash = bash.args(["--norc", "-s"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("bash runs");
    bash.stdin.take().expect("a pipe").write_all(ask.as_bytes()).expect("bash reads");
    out(&bash.wait_with_output().expect("bash ends")).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_sub_commands_options_and_values() {
    assert_eq!(offered_by_bash(&["crosscut", "seg"]), ["segments", "segmentation"]);
    assert!(offered_by_bash(&["crosscut", "segments", "--fo"]).contains(&"--format".to_owned()));
    assert_eq!(offered_by_bash(&["crosscut", "count", "--format", "js"]), ["json"]);
}

#[test]
fn completions_list_all_sub_commands_for_each_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = shop(&["completions", shell]);
        for name in sub_commands() {
            assert!(script.contains(&name), "{shell}: {name}");
        }
    }
    let (code, said) = failing(&["completions", "tcsh"]);
    assert!(code == Some(2) && said.contains("tcsh") && said.contains("zsh"), "{said}");
}

#[test]
fn manual_page_names_all_sub_commands_and_options() {
    let page = shop(&["man"]);
    assert!(page.contains(".TH crosscut 1"), "{page}");
    for name in sub_commands() {
        let page_of = format!("crosscut\\-{}(1)", name.replace('-', "\\-"));
        assert!(page.contains(&page_of), "{name}: {page}");
    }
    for option in ["\\-\\-config", "\\-\\-filter", "\\-\\-log"] {
        assert!(page.contains(option), "{option}: {page}");
    }
}

#[test]
fn manual_page_of_sub_command_has_its_options() {
    for name in sub_commands() {
        let page = shop(&["man", &name]);
        assert!(page.contains(&format!(".TH crosscut-{name} 1")), "{page}");
    }
    let page = shop(&["man", "sql"]);
    assert!(page.contains("\\-\\-dialect") && page.contains("\\-\\-log"), "{page}");
    let (code, said) = failing(&["man", "sqll"]);
    assert_eq!(
        (code, said.trim()),
        (Some(2), "crosscut: there is no sub-command sqll: crosscut --help lists the sub-commands")
    );
}
