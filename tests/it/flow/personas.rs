//! Personas by keys: new, copied, moved, deleted, edited, and taken back.

use crosscut::app::Overlay;

use super::harness::Flow;

/// Ids in the order of the file.
fn ids(flow: &Flow) -> Vec<&str> {
    flow.state.definitions.personas.iter().map(|persona| persona.id.as_str()).collect()
}

fn in_personas() -> Flow {
    let mut flow = Flow::new();
    flow.press("tab tab");
    flow
}

#[test]
fn a_persona_is_moved_copied_and_deleted_and_all_of_it_undone() {
    let mut flow = in_personas();
    let before = flow.read("personas.toml");
    assert_eq!(ids(&flow), ["pat", "ann"]);
    flow.press("J");
    assert_eq!((flow.message(), flow.state.personas.cursor), ("moved @pat", 1));
    assert_eq!(ids(&flow), ["ann", "pat"]);
    flow.press("J");
    assert_eq!(flow.message(), "@pat is the last already");
    flow.press("K D");
    assert_eq!((flow.message(), flow.state.personas.cursor), ("saved @pat_2", 1));
    assert_eq!(ids(&flow), ["pat", "pat_2", "ann"]);
    flow.press("D");
    assert_eq!(ids(&flow), ["pat", "pat_2", "pat_3", "ann"]);
    flow.press("d");
    assert!(matches!(&flow.state.overlay, Some(Overlay::Confirm(confirm)) if confirm.question == "delete @pat_3?"));
    flow.press("y");
    assert_eq!((flow.message(), ids(&flow)), ("deleted @pat_3", vec!["pat", "pat_2", "ann"]));
    flow.press("u");
    assert_eq!((flow.message(), ids(&flow).len()), ("undid: deleted @pat_3", 4));
    flow.press("u u");
    assert_eq!(flow.message(), "undid: saved @pat_2");
    flow.press("u u");
    assert_eq!((flow.message(), flow.read("personas.toml")), ("undid: moved @pat", before));
    flow.press("ctrl-r");
    assert_eq!((flow.message(), ids(&flow)), ("redid: moved @pat", vec!["ann", "pat"]));
}

#[test]
fn undo_steps_through_questions_and_saves_in_their_order() {
    let mut flow = Flow::new();
    flow.press("/ \"@pros\" enter e shift-tab shift-tab ctrl-u \"paying\" enter x");
    flow.press("u");
    assert_eq!(flow.state.query.filter, "@paying");
    flow.press("u");
    assert_eq!((flow.message(), flow.state.query.filter.as_str()), ("undid: changed @paying", "@pros"));
    assert!(flow.read("personas.toml").contains("\"pros\""));
    flow.press("u");
    assert_eq!((flow.state.query.filter.as_str(), flow.state.history.can_undo()), ("", false));
    flow.press("ctrl-r ctrl-r");
    assert_eq!((flow.message(), flow.state.query.filter.as_str()), ("redid: changed @paying", "@paying"));
    assert_eq!(flow.state.filter.problem, None);
}

#[test]
fn going_back_over_somebody_elses_change_asks_first() {
    let mut flow = in_personas();
    flow.press("J");
    let theirs = format!("{}# theirs\n", flow.read("personas.toml"));
    std::fs::write(flow.file("personas.toml"), &theirs).expect("a file");
    flow.press("u");
    assert!(matches!(&flow.state.overlay, Some(Overlay::Confirm(confirm)) if confirm.verb == "go back all the same"));
    flow.press("n");
    assert_eq!((flow.message(), flow.read("personas.toml")), ("nothing was written", theirs));
    flow.press("u y");
    assert_eq!(flow.message(), "undid: moved @pat");
    assert!(!flow.read("personas.toml").contains("theirs"));
}

#[test]
fn what_uses_a_persona_is_said_before_it_goes() {
    let mut flow = in_personas();
    flow.press("/ \"@pat\" enter tab tab d");
    let Some(Overlay::Confirm(confirm)) = &flow.state.overlay else { panic!("no question") };
    assert!(confirm.details.iter().any(|detail| detail.contains("the filter")), "{:?}", confirm.details);
}
