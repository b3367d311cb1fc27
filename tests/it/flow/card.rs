use super::harness::Flow;
use crosscut::insight::card::{ClaimState, Facts, StaleReason};
use crosscut::insight::suppress::DisclosedCount;
use crosscut::tui::core::Lane;
use crosscut::tui::views::card::CardView;

/// Kim has customers 1 to 4 of six: two of them pay 100 or more, and one of the other two.
const KIM: &str = "
[[persona]]
id = \"kim\"
name = \"Known Kim\"
spans = [\"north_america\", \"age.25-39\"]
attributes = [\"spend >= 50\", \"plan = 'pro'\"]
reviewed = { date = 2026-01-01, customers = 1, base = 6 }
[[persona.journey]]
stage = \"Look\"
reached = \"spend > 10\"
[[persona.journey]]
stage = \"Dream\"
[[persona.journey]]
stage = \"Buy\"
reached = \"plan = 'pro'\"
[[persona.claim]]
text = \"Pays\"
check = \"spend >= 100\"
[[persona.claim.evidence]]
kind = \"interview\"
source = \"int-01\"
date = 2025-01-01
note = \"int-01.md\"
[[persona.claim.evidence]]
kind = \"log\"
source = \"log\"
note = \"gone.md\"
[[persona.claim]]
text = \"Sings\"
";

fn card(flow: &Flow) -> &CardView {
    flow.state.over.find().expect("the card is open")
}

fn kim() -> Flow {
    let mut flow = Flow::with_personas(KIM, &[("int-01.md", "# Interview\nShe pays.\n")]);
    flow.press("tab tab j j enter");
    flow
}

fn facts(flow: &Flow) -> &Facts {
    card(flow).facts.as_ref().expect("facts")
}

fn customers(flow: &Flow) -> Option<u64> {
    facts(flow).size.get().and_then(|size| size.customers.count())
}

#[test]
fn card_counts_all_its_figures() {
    let flow = kim();
    let facts = facts(&flow);
    assert_eq!(customers(&flow), Some(4));
    let size = facts.size.get().expect("a size");
    // 100 + 50 + 200 + 10 of 760.
    assert_eq!((size.value, size.mean_value), (Some(360.0), Some(90.0)));
    let spans = facts.spans.iter().map(|span| span.figures.get().expect("figures"));
    let spans: Vec<_> = spans.map(|span| (span.both, span.penetration, span.composition, span.index)).collect();
    let all = Some(1.0);
    assert_eq!(spans[0], (DisclosedCount::Count(3), all, Some(0.75), Some(150.0)));
    assert_eq!(spans[1], (DisclosedCount::Count(2), all, Some(0.5), Some(150.0)));
    let flow = facts.flow.iter().map(|stage| stage.reached.as_ref().map(|reached| *reached.get().expect("counts")));
    let flow: Vec<_> = flow.map(|stage| stage.map(|reached| (reached.so_far, reached.alone, reached.lost))).collect();
    let n = DisclosedCount::Count;
    assert_eq!(flow, [Some((n(3), n(3), n(1))), None, Some((n(2), n(2), n(1)))]);
    let has = facts.attributes.iter().map(|one| one.figures.get().expect("figures"));
    let has: Vec<_> = has.map(|one| (one.in_base, one.in_audience, one.all_so_far, one.all_in_audience)).collect();
    assert_eq!(has, [(n(4), n(3), n(4), n(3)), (n(3), n(2), n(3), n(2))]);
    assert!(facts.traits.done == facts.traits.of && facts.traits.of > 3);
    assert!(facts.typical.iter().all(|one| one.column != "email" && one.column != "id"));
}

#[test]
fn card_tests_claims_and_reports_staleness() {
    let flow = kim();
    let facts = facts(&flow);
    assert_eq!(facts.claims[0].state, ClaimState::NoDifference, "half of both sides");
    assert_eq!((facts.claims[0].age, facts.claims[0].evidence), (Some(545), 2));
    assert_eq!(facts.claims[1].state, ClaimState::NotTestable);
    assert!(
        matches!(facts.stale[..], [StaleReason::Evidence { days: 545, .. }, StaleReason::Audience { .. }]),
        "{:?}",
        facts.stale
    );
}

#[test]
fn space_opens_claims_and_tab_selects_claim() {
    let mut flow = kim();
    let open = |flow: &Flow| card(flow).open.iter().copied().collect::<Vec<_>>();
    assert!(open(&flow).is_empty());
    flow.press("space");
    assert_eq!(open(&flow), [0, 1]);
    flow.press("space tab tab space");
    assert_eq!((open(&flow), card(&flow).claim), (vec![1], Some(1)));
    flow.press("tab");
    assert_eq!(card(&flow).claim, Some(0), "round again");
    flow.press("shift-tab space");
    assert!(open(&flow).is_empty());
    flow.press("h h tab");
    assert!(flow.message().contains("has no claims"), "{}", flow.message());
}

#[test]
fn note_of_claim_opens_over_card() {
    let mut flow = kim();
    let reading = |flow: &Flow| card(flow).reading.as_ref().map(|reading| reading.note.clone());
    flow.press("o");
    assert_eq!(reading(&flow).as_deref(), Some("int-01.md"));
    let notes = &card(&flow).notes;
    assert_eq!(notes["int-01.md"].as_deref(), Ok("# Interview\nShe pays.\n"));
    assert_eq!(notes["gone.md"], Err("gone.md does not exist".into()));
    flow.press("esc");
    assert!(reading(&flow).is_none() && flow.state.over.get::<CardView>().is_some());
    flow.press("shift-tab o");
    assert!(flow.message().contains("no note is named here"), "{}", flow.message());
}

#[test]
fn review_key_writes_size_of_today() {
    let mut flow = kim();
    flow.press("v");
    assert!(flow.state.over.get::<CardView>().is_some(), "the card stays");
    let kim = flow.state.definitions.personas.iter().find(|persona| persona.id == "kim").expect("kim");
    let reviewed = kim.reviewed.as_ref().expect("a review");
    assert_eq!((reviewed.date.to_string().as_str(), reviewed.customers, reviewed.base), ("2026-06-30", 4, 6));
    assert!(matches!(facts(&flow).stale[..], [StaleReason::Evidence { .. }]));
    assert!(!card(&flow).old && customers(&flow) == Some(4));
}

#[test]
fn closed_card_is_not_counted() {
    let mut flow = kim();
    flow.press("esc");
    flow.hold = true;
    flow.press("enter");
    assert!(flow.held.iter().any(|ask| ask.lane() == Lane::Card) && flow.state.is_busy());
    assert_eq!(customers(&flow), None);
    let late = flow.held.pop().expect("asked");
    flow.press("esc");
    assert!(flow.held.iter().all(|ask| ask.lane() != Lane::Card) && !flow.state.is_busy());
    // Answers that arrive anyway are dropped.
    flow.answer_all(late);
    assert!(flow.state.over.find::<CardView>().is_none());
}

#[test]
fn card_keys_step_to_next_persona() {
    let mut flow = kim();
    flow.press("h");
    assert!(flow.state.over.get::<CardView>().is_some_and(|card| (card.at, card.scroll) == (1, 0)));
    assert_eq!(customers(&flow), Some(2));
    flow.press("l l");
    assert!(flow.state.over.get::<CardView>().is_some_and(|card| card.at == 2));
}
