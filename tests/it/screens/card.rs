use crosscut::engine::BothSides;
use crosscut::insight::card::{
    AttributeFigures, ClaimEffect, ClaimState, Facts, Size, SpanFigures, StageReach, StaleReason, Traits, Typical,
    TypicalValue,
};
use crosscut::insight::inquiry::NewestFact;
use crosscut::insight::suppress::DisclosedCount;
use crosscut::insight::why::{Trait, TraitKind};
use crosscut::model::Datum;
use crosscut::study::ThemeName;
use crosscut::tui::core::State;
use crosscut::tui::views::card::CardView;

use super::fixture::{N, state};
use super::{matches_picture, styles, text};

const DANA: u64 = 212_040;

/// Dana's card with all figures.
fn card() -> State {
    let mut state = state();
    let dana = &mut state.definitions.personas[0];
    dana.attributes = vec!["age BETWEEN 25 AND 34".into(), "plan = 'basic'".into(), "opens_90d > x".into()];
    for (stage, rule) in [(0, "opens_90d >= 1"), (2, "orders.count() >= 1"), (4, "returns >= 1")] {
        dana.journey[stage].reached = Some(rule.into());
    }
    dana.claims[0].evidence[0].note = Some("notes/int-07.md".into());
    dana.claims[0].evidence[1].note = Some("notes/mail-2026.md".into());
    let mut facts = Facts::uncounted(&state.definitions.personas[0], &state.catalog.personas[0]);
    fill(&mut facts);
    let mut view = CardView { facts: Some(facts), ..CardView { of: "dana".into(), ..Default::default() } };
    view.notes
        .insert("notes/int-07.md".into(), Ok("# Interview 07\n\nShe reads\nevery mail.\n\n> All of them.\n".into()));
    view.notes.insert("notes/mail-2026.md".into(), Err("notes/mail-2026.md does not exist".into()));
    state.over.push(view);
    state
}

fn shown(state: &mut State) -> &mut CardView {
    state.over.get_mut().expect("the card is open")
}

fn fill(facts: &mut Facts) {
    let n = DisclosedCount::Count;
    facts.size = NewestFact::known(Size {
        customers: n(DANA),
        share_of_base: Some(0.212),
        value: Some(31e6),
        share_of_value: Some(0.118),
        mean_value: Some(146.2),
        value_index: Some(55.7),
    });
    let span = |both: u64, segment: u64| {
        let (both_, segment_) = (both as f64, segment as f64);
        NewestFact::known(SpanFigures {
            both: n(both),
            segment: n(segment),
            penetration: Some(both_ / segment_),
            composition: Some(both_ / DANA as f64),
            index: Some(100.0 * both_ * N as f64 / (DANA as f64 * segment_)),
        })
    };
    facts.spans[0].figures = span(150_400, 238_480);
    facts.spans[1].figures = span(91_020, 181_004);
    facts.spans[2].figures = NewestFact::wrong("unknown segment plan.basic");
    facts.traits = traits();
    facts.typical = typical();
    let reached = |alone: u64, so_far: u64, before: u64| {
        let share = |part: u64, whole: u64| Some(part as f64 / whole as f64);
        NewestFact::known(StageReach {
            alone: n(alone),
            share_alone: share(alone, DANA),
            so_far: n(so_far),
            share: share(so_far, DANA),
            of_before: share(so_far, before),
            lost: n(before - so_far),
        })
    };
    facts.flow[0].reached = Some(reached(180_300, 180_300, DANA));
    facts.flow[2].reached = Some(reached(140_000, 121_900, 180_300));
    facts.flow[4].reached = Some(NewestFact::wrong("unknown column \"returns\""));
    let attribute = |all: f64| {
        NewestFact::known(AttributeFigures {
            in_base: n(181_004),
            share_of_base: Some(0.181),
            in_audience: n(91_020),
            share_of_audience: Some(0.429),
            index: Some(237.0),
            all_so_far: n((all * N as f64) as u64),
            all_share_of_base: Some(all),
            all_in_audience: n(40_000),
            all_share_of_audience: Some(0.19),
        })
    };
    facts.attributes[0].figures = attribute(0.181);
    facts.attributes[1].figures = attribute(0.064);
    facts.attributes[2].figures = NewestFact::wrong("unknown column \"x\"");
    let effect = ClaimEffect {
        smd: 0.83,
        index: Some(294.0),
        shares: BothSides { inside: 0.352, outside: 0.046 },
        n: BothSides { inside: DANA, outside: N - DANA },
        have: 74_638,
    };
    facts.claims[0].state = ClaimState::Supported;
    facts.claims[0].effect = Some(effect);
    facts.claims[0].age = Some(108);
    let day = |text: &str| text.parse().expect("a day");
    facts.stale = vec![StaleReason::Audience { reviewed: day("2025-11-01"), then: 0.15, now: 0.212 }];
}

fn traits() -> Traits {
    let one = |column: &str, what: TraitKind, smd: f64, mentioned: bool| Trait {
        column: column.into(),
        what,
        smd,
        n: BothSides { inside: DANA, outside: N - DANA },
        index: None,
        v: None,
        p: 0.0,
        significant: true,
        mentioned,
        untested: 0,
        condition: String::new(),
    };
    let shares = |inside, outside| BothSides { inside, outside };
    let mail = TraitKind::Value(Datum::Text("mail".into()), shares(0.61, 0.22));
    let spend = TraitKind::Mean(BothSides { inside: Datum::Float(146.2), outside: Datum::Float(420.5) });
    let basic = TraitKind::Value(Datum::Text("basic".into()), shares(1.0, 0.33));
    Traits {
        found: vec![one("came_by", mail, 0.92, false), one("spend_12m", spend, -0.41, false)],
        of_the_rule: vec![one("plan", basic, 2.0, true)],
        done: 9,
        of: 12,
        too_few: false,
    }
}

fn typical() -> Vec<Typical> {
    let number = Datum::Float;
    let age =
        TypicalValue::Middle { lower: number(27.0), median: number(30.0), upper: number(33.0), in_base: number(44.0) };
    let day = |text: &str| Datum::Date(text.parse().expect("a day"));
    let since = TypicalValue::Middle {
        lower: day("2024-01-01"),
        median: day("2024-05-11"),
        upper: day("2025-01-01"),
        in_base: day("2023-11-01"),
    };
    let plan = TypicalValue::Most { value: Datum::Text("basic".into()), share: 0.81, in_base: 0.33 };
    let of = |column: &str, what: TypicalValue| Typical { column: column.into(), what };
    vec![of("age", age), of("signed_up", since), of("plan", plan)]
}

#[test]
fn card_matches_picture_at_each_size() {
    let mut state = card();
    matches_picture("card_120x36", &text(&mut state, 120, 36));
    matches_picture("card_120x84", &text(&mut state, 120, 84));
    matches_picture("card_80x24", &text(&mut state, 80, 24));
    matches_picture("card_200x60", &text(&mut state, 200, 60));
    matches_picture("card_40x10", &text(&mut state, 40, 10));
    shown(&mut state).scroll = 9999;
    matches_picture("card_end_80x24", &text(&mut state, 80, 24));
    matches_picture("card_end_40x10", &text(&mut state, 40, 10));
}

#[test]
fn open_claim_shows_check_and_evidence() {
    let mut state = card();
    let view = shown(&mut state);
    view.claim = Some(0);
    view.open.insert(0);
    view.scroll = 9999;
    matches_picture("card_claim_120x36", &text(&mut state, 120, 36));
    matches_picture("card_claim_80x24", &text(&mut state, 80, 24));
    state.settings.theme = ThemeName::Mono;
    matches_picture("styles_card_claim_mono_120x36", &styles(&mut state, 120, 36));
}

#[test]
fn note_over_card_matches_picture() {
    let mut state = card();
    shown(&mut state).reading =
        Some(crosscut::tui::views::card::OpenNote { note: "notes/int-07.md".into(), scroll: 0 });
    matches_picture("card_note_80x24", &text(&mut state, 80, 24));
}

#[test]
fn card_shows_own_portrait_and_counting() {
    let mut state = state();
    state.definitions.personas[0].portrait = Some(" .---.\n( o o )\n|  ~  |\n '---'\u{202e}\n".into());
    state.over.push(CardView { at: 0, scroll: 0, ..Default::default() });
    matches_picture("card_counting_100x30", &text(&mut state, 100, 30));
}

#[test]
fn card_in_filter_is_marked() {
    let mut state = card();
    let with = text(&mut state, 120, 36);
    assert!(with.contains("in filter"), "{with}");
    state.query.filter.clear();
    assert!(!text(&mut state, 120, 84).contains("in filter"));
    // Facts of the previous definitions are dimmed, not removed.
    shown(&mut state).old = true;
    assert!(text(&mut state, 120, 36).contains("212,040 customers"));
}

#[test]
fn card_panics_at_no_size() {
    for (width, height) in [(0, 0), (1, 1), (40, 10), (41, 11), (63, 12), (89, 20), (90, 30), (159, 60), (160, 60)] {
        let mut state = card();
        shown(&mut state).open = (0..2).collect();
        for scroll in [0, 20, 9999] {
            shown(&mut state).scroll = scroll;
            text(&mut state, width, height);
        }
    }
}
