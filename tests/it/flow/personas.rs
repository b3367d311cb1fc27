//! Personas by keys: create, copy, move, delete, edit, and undo.

use crosscut::tui::core::{Action, Asker};
use crosscut::tui::views::confirm::Confirm;
use crosscut::tui::views::edit_again::EditAgain;
use crosscut::tui::views::persona_form::PersonaForm;

use super::harness::Flow;

/// Ids in the file's order.
fn ids(flow: &Flow) -> Vec<&str> {
    flow.state.definitions.personas.iter().map(|persona| persona.id.as_str()).collect()
}

fn in_personas() -> Flow {
    let mut flow = Flow::new();
    flow.press("tab tab");
    flow
}

#[test]
fn persona_move_copy_and_delete_are_undone() {
    let mut flow = in_personas();
    let before = flow.read("personas.toml");
    assert_eq!(ids(&flow), ["pat", "ann"]);
    flow.press("J");
    assert_eq!((flow.message(), flow.state.personas.cursor), ("moved @pat", 1));
    assert_eq!(ids(&flow), ["ann", "pat"]);
    flow.press("J");
    assert_eq!(flow.message(), "@pat is already last");
    flow.press("K D");
    assert_eq!((flow.message(), flow.state.personas.cursor), ("saved @pat_2", 1));
    assert_eq!(ids(&flow), ["pat", "pat_2", "ann"]);
    flow.press("D");
    assert_eq!(ids(&flow), ["pat", "pat_2", "pat_3", "ann"]);
    flow.press("d");
    assert!(flow.state.over.get::<Confirm>().is_some_and(|confirm| confirm.question == "Delete @pat_3?"));
    flow.press("y");
    assert_eq!((flow.message(), ids(&flow)), ("deleted @pat_3", vec!["pat", "pat_2", "ann"]));
    flow.press("u");
    assert_eq!((flow.message(), ids(&flow).len()), ("undone: deleted @pat_3", 4));
    flow.press("u u");
    assert_eq!(flow.message(), "undone: saved @pat_2");
    flow.press("u u");
    assert_eq!((flow.message(), flow.read("personas.toml")), ("undone: moved @pat", before));
    flow.press("ctrl-r");
    assert_eq!((flow.message(), ids(&flow)), ("redone: moved @pat", vec!["ann", "pat"]));
}

#[test]
fn undo_steps_through_queries_and_saves_in_order() {
    let mut flow = Flow::new();
    flow.press("/ \"@pros\" enter e shift-tab shift-tab ctrl-u \"paying\" enter x");
    flow.press("u");
    assert_eq!(flow.state.query.filter, "@paying");
    flow.press("u");
    assert_eq!((flow.message(), flow.state.query.filter.as_str()), ("undone: changed @paying", "@pros"));
    assert!(flow.read("personas.toml").contains("\"pros\""));
    flow.press("u");
    assert_eq!((flow.state.query.filter.as_str(), flow.state.history.can_undo()), ("", false));
    flow.press("ctrl-r ctrl-r");
    assert_eq!((flow.message(), flow.state.query.filter.as_str()), ("redone: changed @paying", "@paying"));
    assert_eq!(flow.state.filter.problem, None);
}

#[test]
fn undo_over_change_on_disk_asks_first() {
    let mut flow = in_personas();
    flow.press("J");
    let theirs = format!("{}# theirs\n", flow.read("personas.toml"));
    std::fs::write(flow.file("personas.toml"), &theirs).expect("a file");
    flow.press("u");
    assert!(flow.state.over.get::<Confirm>().is_some_and(|confirm| confirm.verb == "undo anyway"));
    flow.press("n");
    assert_eq!((flow.message(), flow.read("personas.toml")), ("nothing was written", theirs));
    flow.press("u y");
    assert_eq!(flow.message(), "undone: moved @pat");
    assert!(!flow.read("personas.toml").contains("theirs"));
}

#[test]
fn deleting_used_persona_lists_uses() {
    let mut flow = in_personas();
    flow.press("/ \"@pat\" enter d");
    let Some(confirm) = flow.state.over.get::<Confirm>() else { panic!("no question") };
    assert!(confirm.details.iter().any(|detail| detail.contains("the filter")), "{:?}", confirm.details);
}

/// Count shown in the form.
fn audience(flow: &Flow) -> Option<u64> {
    let Some(form) = flow.state.over.get::<PersonaForm>() else { panic!("no form") };
    form.live.facts.as_ref()?.size.get()?.customers.count()
}

fn problem(flow: &Flow) -> String {
    let Some(form) = flow.state.over.get::<PersonaForm>() else { panic!("no form") };
    form.problem.as_ref().map(|problem| format!("{}: {}", problem.field.word(), problem.text)).unwrap_or_default()
}

#[test]
fn persona_form_makes_persona_by_keyboard() {
    let mut flow = in_personas();
    flow.press("n \"Thrifty Tom\" tab tab space");
    let Some(form) = flow.state.over.get::<PersonaForm>() else { panic!("no form") };
    let chosen = form.spans.chosen[0].clone();
    assert_eq!(audience(&flow), flow.segment(&chosen));
    // Each item's count, and what it would add, is the whole segment, since there is no `where`.
    for item in &form.spans.picker.items {
        let (count, fresh) = form.live.span(&item.label).expect("a count");
        assert!(fresh && count.adds + count.both == count.segment, "{} {count:?}", item.label);
    }
    flow.press("tab \"spend >= 100\" tab \"spend >= 100\" enter \"spend >= 150\" tab \"Why more?\" tab tab tab \"save\" enter \"a lot\"");
    flow.press("tab tab tab tab tab tab tab n \"Look\" tab \"compares\" tab tab tab space tab tab \"spend > 0\" enter n \"Buy\" esc");
    flow.press("tab n \"Saves\" tab \"spend < 150\" tab n \"int-1\" tab tab \"2026-03-14\" esc esc ctrl-s");
    assert_eq!(flow.message(), "saved @tom");
    assert!(flow.state.over.is_empty());
    let file = flow.read("personas.toml");
    let block = file.split("[[persona]]").last().unwrap_or_default();
    for line in [
        "id = \"tom\"",
        "attributes = [\"spend >= 100\", \"spend >= 150\"]",
        "goals = [\"save\", \"a lot\"]",
        "feeling_score = -2",
        "reached = \"spend > 0\"",
        "stage = \"Buy\"",
        "check = \"spend < 150\"",
        "kind = \"interview\"",
        "date = 2026-03-14",
    ] {
        assert!(block.contains(line), "{line} in {block}");
    }
    assert_eq!(flow.state.personas.cursor, 2);
    flow.press("u");
    assert_eq!((flow.message(), ids(&flow)), ("undone: saved @tom", vec!["pat", "ann"]));
}

#[test]
fn form_key_that_changes_no_figure_keeps_pending_questions() {
    let mut flow = in_personas();
    let asked =
        |flow: &Flow| flow.held.iter().filter(|ask| matches!(ask.asker, Asker::View("persona-form", _))).count();
    flow.hold = true;
    flow.press("e");
    assert_eq!((asked(&flow), audience(&flow)), (1, None));
    flow.press("\"x\"");
    assert_eq!(asked(&flow), 1);
    // The list of segments asks its own questions.
    flow.press("tab tab");
    assert_eq!(asked(&flow), 2);
    let ask = flow.held.pop().expect("the form's questions");
    flow.answer_all(ask);
    assert!(audience(&flow).is_some());
    let Some(form) = flow.state.over.get::<PersonaForm>() else { panic!("no form") };
    assert!(form.spans.picker.items.iter().all(|item| form.live.span(&item.label).is_some_and(|(_, fresh)| fresh)));
    assert!(!form.live.is_waiting());
}

#[test]
fn persona_form_error_names_field_and_writes_no_file() {
    let mut flow = in_personas();
    let before = flow.read("personas.toml");
    flow.press("n enter");
    assert!(problem(&flow).starts_with("name: give it a display name"), "{}", problem(&flow));
    flow.press("\"Ann\" enter");
    assert_eq!(problem(&flow), "id: @ann is taken");
    flow.press("\"2\" tab tab \"spnd > 1\" enter");
    assert!(problem(&flow).contains("did you mean \"spend\""), "{}", problem(&flow));
    flow.press("ctrl-u tab \"spend > 1\" enter \"spend >\" ctrl-s");
    assert!(problem(&flow).starts_with("attributes: line 2:"), "{}", problem(&flow));
    flow.press("ctrl-u shift-tab shift-tab shift-tab shift-tab shift-tab n n \"x\"");
    flow.press("tab tab ctrl-u esc esc");
    let Some(form) = flow.state.over.get::<PersonaForm>() else { panic!("no form") };
    assert!(form.leaving);
    flow.press("n esc y");
    assert!(flow.state.over.is_empty());
    assert_eq!(flow.read("personas.toml"), before);
}

#[test]
fn persona_form_reopens_when_save_is_declined() {
    let mut flow = in_personas();
    flow.press("e shift-tab shift-tab tab ctrl-u");
    flow.press("esc esc");
    flow.press("e ctrl-u \"Pat the pro\"");
    let theirs = format!("# theirs\n{}", flow.read("personas.toml"));
    std::fs::write(flow.file("personas.toml"), &theirs).expect("a file");
    flow.press("enter");
    assert!(flow.state.over.get::<Confirm>().is_some());
    flow.press("n");
    let Some(form) = flow.state.over.get::<PersonaForm>() else { panic!("the form is lost") };
    assert_eq!(form.draft().name, "Pat the pro");
    flow.press("enter y");
    assert_eq!(flow.read("personas.toml"), theirs.replace("Professional Pat", "Pat the pro"));
}

#[test]
fn persona_is_edited_in_external_editor() {
    let mut flow = in_personas();
    flow.editor = |text| Ok(text.replace("name = \"Professional Pat\"", "name = \"Pat\"\ngoals = [\"g\"]"));
    flow.press("E");
    assert_eq!(flow.message(), "changed @pat");
    assert!(flow.read("personas.toml").contains("name = \"Pat\"\n"));
    flow.editor = |text| Ok(text.replace("goals", "gaols"));
    flow.press("E");
    let Some(again) = flow.state.over.get::<EditAgain>() else { panic!("no message") };
    assert!(again.why.starts_with("line ") && again.editing.text.contains("gaols"), "{}", again.why);
    flow.editor = |text| Ok(text.replace("gaols", "frustrations"));
    flow.press("enter");
    assert_eq!(flow.state.definitions.personas[0].frustrations, ["g"]);
    flow.editor = |_| Err("vi ended with 1".into());
    flow.press("E");
    assert_eq!(flow.message(), "vi ended with 1");
}

#[test]
fn paste_goes_into_current_persona_field() {
    let mut flow = in_personas();
    flow.press("e tab tab tab tab tab tab");
    flow.act(Action::Paste("One.\nTwo.\n".into()));
    flow.press("tab tab");
    flow.act(Action::Paste("a\nb".into()));
    flow.press("ctrl-s");
    let pat = &flow.state.definitions.personas[0];
    assert_eq!((pat.bio.as_deref(), pat.goals.clone()), (Some("One.\nTwo."), vec!["a".into(), "b".to_owned()]));
}
