use super::harness::Flow;
use crosscut::tui::core::Lane;
use crosscut::tui::views::attrition::AttritionPane;
use crosscut::tui::views::why::WhyView;
use crosscut::tui::views::why::{lines, subject};

fn conditions(flow: &Flow) -> Vec<String> {
    lines(&flow.state).into_iter().map(|line| line.one.telling()).collect()
}

#[test]
fn why_explains_filter_and_hides_its_own_column_until_space() {
    let mut flow = Flow::new();
    flow.press("/ \"plan = 'pro'\" enter w");
    assert_eq!(flow.state.view, "why");
    let found = conditions(&flow);
    assert!(found.iter().any(|condition| condition.starts_with("spend >= ")), "{found:?}");
    assert!(!found.iter().any(|condition| condition.contains("plan") || condition.contains("email")), "{found:?}");
    assert!(!found.iter().any(|condition| condition.starts_with("id ")), "the key: {found:?}");
    flow.press("space");
    // Separates the two sides perfectly, but with six customers only.
    assert!(conditions(&flow).contains(&"plan = 'pro'".to_owned()));
    flow.press("esc");
    assert_eq!(flow.state.view, "main");
}

#[test]
fn why_without_filter_explains_selected_segment() {
    let mut flow = Flow::new();
    flow.press("w");
    assert_eq!(subject(&flow.state).map(|subject| subject.name), Some("@pros".into()));
    let first = conditions(&flow)[0].clone();
    flow.press("enter");
    assert_eq!(flow.state.query.filter, format!("@pros AND {first}"));
    flow.press("u");
    assert_eq!(flow.state.query.filter, "");
}

#[test]
fn enter_on_rarer_trait_adds_opposite_condition() {
    let mut flow = Flow::new();
    flow.press("/ \"spend < 60\" enter w");
    let found = lines(&flow.state);
    let at = found.iter().position(|line| line.one.is_rarer()).expect("a rarer trait");
    let (before, telling) = (flow.customers(), found[at].one.telling());
    assert!(telling.contains("IS DISTINCT FROM") || telling.contains("IS NOT NULL"), "{telling}");
    flow.press(&"j ".repeat(at)).press("enter");
    assert_eq!(flow.state.query.filter, format!("spend < 60 AND {telling}"));
    assert!(flow.customers() > Some(0) && flow.customers() <= before);
}

#[test]
fn why_compares_with_another_set() {
    let mut flow = Flow::new();
    flow.press("w t \"north\" enter");
    let sides = flow.state.views.get::<WhyView>().contrasts.columns[0]
        .contrast
        .answer
        .as_ref()
        .map(|contrast| contrast.customers);
    // Pros: 1, 3, 5; North Americans: 1, 2, 3; customers in both belong to neither side.
    assert_eq!(sides.map(|sides| (sides.inside, sides.outside)), Some((1, 1)));
    flow.press("t \"the rest\" enter");
    let sides = flow.state.views.get::<WhyView>().contrasts.columns[0]
        .contrast
        .answer
        .as_ref()
        .map(|contrast| contrast.customers);
    assert_eq!(sides.map(|sides| (sides.inside, sides.outside)), Some((3, 3)));
}

#[test]
fn why_answers_while_typing_and_outdated_traits_are_dim() {
    let mut flow = Flow::new();
    flow.press("/ \"spend > 60\" enter w o");
    assert!(lines(&flow.state).iter().all(|line| line.fresh));
    let columns: Vec<String> = lines(&flow.state).into_iter().map(|line| line.one.column).collect();
    let mut distinct = columns.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), columns.len(), "one line a column");
    flow.hold = true;
    flow.press("/ \"0\"");
    assert!(lines(&flow.state).iter().all(|line| !line.fresh) && flow.state.is_busy());
    assert!(flow.held.iter().any(|ask| ask.lane() == Lane::View));
}

#[test]
fn attrition_counts_each_condition_while_typing() {
    let mut flow = Flow::new();
    flow.press("a / \"plan = 'pro' AND spend > 150\"");
    let pane = &flow.state.views.get::<AttritionPane>();
    let found = pane.steps.found.answer.as_deref().unwrap_or_default();
    let figures: Vec<_> =
        found.iter().map(|step| (step.condition.as_str(), step.before, step.remaining, step.alone)).collect();
    assert_eq!(figures, [("plan = 'pro'", 6, 3, 0), ("spend > 150", 3, 2, 1)]);
    flow.press("\" OR age > 60\" enter");
    assert_eq!(flow.state.views.get::<AttritionPane>().steps.found.answer.as_ref().map_or(0, Vec::len), 1);
    flow.press("a");
    assert!(!flow.state.views.get::<AttritionPane>().shown);
}
