//! A shop of a million customers: 14 segments, 4 segmentations, 5 personas, and the answers for one filter.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crosscut::engine::{CustomerCount, GroupAnswer, GroupFigures, RowPage, Summary, ValueSums};
use crosscut::insight::catalog::SegmentationState;
use crosscut::insight::panes::{PersonaCounts, SegmentCounts};
use crosscut::insight::suppress::spans::SpanOverlap;
use crosscut::insight::{Catalog, CellEntry, PersonaEntry, SegmentEntry, SpanEntry};
use crosscut::model::{
    Claim, Column, ColumnType, Datum, Definitions, Evidence, EvidenceKind, JourneyStage, Persona, Schema, Segment,
    SegmentKind, Segmentation,
};
use crosscut::rule::{Checked, Namespace};
use crosscut::study::ThemeName;
use crosscut::tui::core::answers::Answers;
use crosscut::tui::core::filter::FilterLine;
use crosscut::tui::core::{BaseState, Keymap, Query, RunSettings, State};

pub const N: u64 = 1_000_000;
pub const IN_FILTER: u64 = 128_411;

/// A segment's name, kind, note, and its customers in the filter and in the base.
type Line = (&'static str, SegmentKind, Option<&'static str>, u64, u64);

const SEGMENTS: [Line; 14] = [
    ("active", SegmentKind::Behaviour, Some("ordered in the last 90 days"), 128_411, 410_020),
    ("lapsed_high_value", SegmentKind::Behaviour, Some("bought a lot, then went quiet"), 0, 38_204),
    ("coupon_users", SegmentKind::Preference, None, 40_118, 238_480),
    ("new_customers", SegmentKind::Behaviour, Some("first order within 60 days"), 9_204, 71_873),
    ("big_baskets", SegmentKind::Behaviour, None, 61_007, 150_210),
    ("night_owls", SegmentKind::Behaviour, Some("orders between 22 and 4"), 12_840, 99_310),
    ("young_adults", SegmentKind::Demographic, None, 23_418, 181_004),
    ("families", SegmentKind::Demographic, Some("two or more in the household"), 44_002, 322_870),
    ("retirees", SegmentKind::Demographic, None, 11_380, 140_022),
    ("organic", SegmentKind::Preference, Some("a third of the spend is organic"), 18_733, 88_120),
    ("app_first", SegmentKind::Preference, None, 52_116, 402_007),
    ("newsletter", SegmentKind::Preference, Some("opens at least one mail a month"), 77_340, 512_880),
    ("small_business", SegmentKind::Firmographic, None, 9_877, 52_330),
    ("public_sector", SegmentKind::Firmographic, Some("schools, councils, clinics"), 1_204, 8_411),
];

const PLAN: [(&str, u64, u64); 4] =
    [("pro", 61_292, 263_400), ("basic", 40_870, 331_020), ("free", 22_104, 381_211), ("team", 4_145, 24_369)];

fn everyone() -> Checked {
    Checked::everyone()
}

/// The main screen with a filter and its answers, and the focus on the segments.
pub fn state() -> State {
    let definitions = definitions();
    let query = Query { filter: FILTER.into(), group_by: vec!["plan".into()], ..Query::default() };
    let mut state = State::new(settings(), definitions, query, Keymap::default(), crosscut::tui::views::all());
    state.catalog = catalog(&state.definitions);
    state.cells = Some(Default::default());
    state.base =
        BaseState::Ready { schema: Arc::new(schema()), customers: N, engine: None, notices: Vec::new(), part: None };
    state.history.push(Query::default());
    state.answers = answers();
    state.personas.open.insert("dana".to_owned());
    state
}

pub const FILTER: &str = "country IN ('US','CA') AND spend_12m > 250 AND @active";

pub fn filter_line(text: &str) -> FilterLine {
    let mut line = FilterLine::default();
    line.set_text(text);
    line
}

fn settings() -> RunSettings {
    RunSettings {
        title: "shop study".into(),
        value: Some("spend_12m".into()),
        mask: vec!["email".into()],
        min_cell: 0,
        research: crosscut::study::Thresholds::default(),
        theme: ThemeName::Auto,
        abilities: Default::default(),
        mouse: false,
        today: chrono::NaiveDate::from_ymd_opt(2026, 6, 30).unwrap_or_default(),
        can_save: true,
        can_create: None,
    }
}

pub fn schema() -> Schema {
    use ColumnType::*;
    let columns = [
        ("customer_id", Text),
        ("name", Text),
        ("email", Text),
        ("country", Text),
        ("plan", Text),
        ("age", Integer),
        ("orders_12m", Integer),
        ("spend_12m", Float),
        ("opens_90d", Integer),
        ("last_order", Date),
        ("is_business", Boolean),
        ("household_size", Integer),
    ];
    Schema::new(columns.map(|(name, column_type)| Column { name: name.into(), column_type }).into())
}

fn definitions() -> Definitions {
    let segment = |&(name, kind, note, ..): &Line| Segment {
        name: name.into(),
        kind: Some(kind),
        rule: format!("{name}_flag"),
        note: note.map(str::to_owned),
    };
    let segmentation = |name: &str, kind| Segmentation {
        name: name.into(),
        kind: Some(kind),
        column: name.into(),
        ..Segmentation::default()
    };
    Definitions {
        segments: SEGMENTS.iter().map(segment).collect(),
        segmentations: vec![
            segmentation("plan", SegmentKind::Firmographic),
            segmentation("age", SegmentKind::Demographic),
            segmentation("country", SegmentKind::Demographic),
            segmentation("rfm", SegmentKind::Behaviour),
        ],
        personas: vec![
            dana(),
            bare("priya", "Premium Priya"),
            bare("sam", "Small-shop Sam"),
            bare("lena", "Late-night Lena"),
            bare("omar", "Organic Omar"),
        ],
    }
}

fn bare(id: &str, name: &str) -> Persona {
    Persona {
        id: id.into(),
        name: name.into(),
        spans: vec!["big_baskets".into(), "plan.pro".into()],
        ..Persona::default()
    }
}

/// A persona with every field set.
pub fn dana() -> Persona {
    let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
    Persona {
        id: "dana".into(),
        name: "Deal-hunting Dana".into(),
        spans: list(&["coupon_users", "age.25-34", "plan.basic"]),
        narrowed: Some("channel <> 'b2b'".into()),
        quote: Some("I never pay full price.".into()),
        bio: Some(
            "Dana is 31, shares a flat in a city and keeps a spreadsheet of what she saved. She reads every offer mail \
             on the way to work and tells her friends about the good ones."
                .into(),
        ),
        goals: list(&["Pay less for the things she buys anyway", "Be the one who knows about it first"]),
        motivations: list(&["The feeling of having won", "A budget that leaves a holiday each summer"]),
        frustrations: list(&[
            "Codes that turn out to be for new customers only, after the basket is full",
            "Free delivery that begins at 50 and moves to 60",
        ]),
        behaviours: list(&["Opens most offer mails within the hour", "Fills the basket, then waits for a code"]),
        attitudes: list(&["A list price is an opening bid"]),
        experiences: list(&["Was refused a refund on a discounted coat in 2024"]),
        channels: list(&["email", "app"]),
        journey: journey(),
        claims: claims(),
        ..Persona::default()
    }
}

fn journey() -> Vec<JourneyStage> {
    let stage = |stage: &str, doing: &str, thinking: &str, feeling: &str, score: i8, touchpoint: &str| JourneyStage {
        stage: stage.into(),
        doing: Some(doing.into()),
        thinking: Some(thinking.into()),
        feeling: Some(feeling.into()),
        feeling_score: Some(score),
        touchpoint: Some(touchpoint.into()),
        reached: None,
    };
    vec![
        stage("Discover", "Skims the offer mail on the bus", "Is it really cheaper?", "curious", 1, "newsletter"),
        stage("Compare", "Opens four shops side by side", "Somebody has a code for this", "keen", 1, "web"),
        stage("Buy", "Tries three codes, the third one works", "Got it!", "proud", 2, "app"),
        stage("Wait", "Looks at the tracking twice a day", "Why is it in another town?", "uneasy", -1, "courier"),
        stage("Return", "Prints a label at work", "Never again without free returns", "annoyed", -2, "help desk"),
    ]
}

fn claims() -> Vec<Claim> {
    let evidence = |kind, source: &str, quote: Option<&str>| Evidence {
        kind,
        source: source.into(),
        date: "2026-03-14".parse().ok().and_then(|date: toml::value::Datetime| date.date),
        quote: quote.map(str::to_owned),
        note: None,
    };
    vec![
        Claim {
            text: "Opens most of our mails".into(),
            check: Some("opens_90d >= 5".into()),
            evidence: vec![
                evidence(EvidenceKind::Interview, "int-07", Some("I look at every offer mail, even the bad ones.")),
                evidence(EvidenceKind::Log, "mail-2026", None),
            ],
        },
        Claim { text: "Would leave for free returns elsewhere".into(), check: None, evidence: Vec::new() },
    ]
}

fn catalog(definitions: &Definitions) -> Catalog {
    let segments = definitions.segments.iter().map(|segment| SegmentEntry {
        name: segment.name.clone(),
        kind: segment.kind,
        note: segment.note.clone(),
        body: SegmentationState::Segment { text: segment.rule.clone(), rule: Ok(everyone()) },
    });
    let cuts = definitions.segmentations.iter().map(|cut| SegmentEntry {
        name: cut.name.clone(),
        kind: cut.kind,
        note: None,
        body: SegmentationState::Segmentation { column: cut.column.clone(), cells: Ok(cells(&cut.name)) },
    });
    let personas = definitions.personas.iter().map(|persona| PersonaEntry {
        id: persona.id.clone(),
        name: persona.name.clone(),
        text: String::new(),
        audience: Ok(everyone()),
        spans: persona.spans.iter().map(|name| SpanEntry { name: name.clone(), segment: Ok(everyone()) }).collect(),
    });
    let (segments, personas) = (segments.chain(cuts).collect(), personas.collect());
    Catalog { names: Namespace::default(), segments, personas, ..Catalog::default() }
}

fn cells(of: &str) -> Vec<CellEntry> {
    let names: Vec<String> = match of {
        "plan" => PLAN.iter().map(|(name, ..)| (*name).to_owned()).collect(),
        "age" => ["<25", "25-34", "35-49", "50-64", "65+"].map(str::to_owned).into(),
        "country" => ["US", "CA", "DE", "FR", "JP", "BR"].map(str::to_owned).into(),
        _ => (1..=11).map(|i| format!("cell_{i}")).collect(),
    };
    names
        .into_iter()
        .map(|name| CellEntry { full: format!("{of}.{name}"), text: String::new(), rule: Ok(everyone()), name })
        .collect()
}

/// Answers for the filter, all of them current.
pub fn answers() -> Answers {
    let mut answers = Answers { took: Some(Duration::from_millis(4)), ..Answers::default() };
    let value = ValueSums {
        in_filter: 78_587_000.0,
        known_in_filter: 128_400,
        in_base: 190_745_000.0,
        known_in_base: 998_000,
        ..ValueSums::default()
    };
    answers.panes.found.summary.set(Summary { customers: IN_FILTER, base: N, value: Some(value) });
    answers.panes.found.segments.set(SegmentCounts { whole: IN_FILTER, by_name: segment_counts() });
    answers.panes.found.personas.set(persona_counts());
    answers.panes.found.memberships.set(vec![29_328, 92_969, 6_000, 114]);
    answers.groups.found.groups.set(groups(value));
    answers
}

fn segment_counts() -> HashMap<String, CustomerCount> {
    let segments = SEGMENTS.iter().map(|&(name, _, _, in_filter, in_base)| (name.to_owned(), in_filter, in_base));
    let plans = PLAN.iter().map(|&(name, in_filter, in_base)| (format!("plan.{name}"), in_filter, in_base));
    segments.chain(plans).map(|(name, in_filter, in_base)| (name, CustomerCount { in_filter, in_base })).collect()
}

fn persona_counts() -> PersonaCounts {
    let count = |in_filter, in_base| Some(CustomerCount { in_filter, in_base });
    let span = |segment: &str, in_filter, in_base| {
        let segment = segment_counts().get(segment).copied().unwrap_or_default();
        Some(SpanOverlap { segment, both: CustomerCount { in_filter, in_base } })
    };
    let shared = |big, big_in_base, pro, pro_in_base| {
        vec![span("big_baskets", big, big_in_base), span("plan.pro", pro, pro_in_base)]
    };
    PersonaCounts {
        whole: IN_FILTER,
        audiences: vec![
            count(31_204, 212_040),
            count(58_002, 180_400),
            count(9_877, 52_330),
            count(12_840, 99_310),
            count(18_733, 88_120),
        ],
        spans: vec![
            vec![
                span("coupon_users", 22_870, 190_000),
                span("young_adults", 12_001, 101_000),
                span("plan.basic", 4_233, 61_000),
            ],
            shared(50_210, 150_210, 31_292, 90_400),
            shared(2_210, 15_021, 9_101, 40_000),
            shared(1_210, 15_021, 3_101, 40_000),
            shared(8_210, 15_021, 6_101, 40_000),
        ],
    }
}

fn groups(value: ValueSums) -> GroupAnswer {
    let sums = [49_402_000.0, 21_300_400.0, 0.0, 7_884_600.0];
    let group = |(&(name, in_filter, in_base), value_sum): (&(&str, u64, u64), f64)| GroupFigures {
        value_largest: 0.0,
        key: vec![Datum::Text(name.into())],
        customers: CustomerCount { in_filter, in_base },
        value_sum,
        value_known: in_filter,
    };
    GroupAnswer {
        by: vec!["plan".into()],
        groups: PLAN.iter().zip(sums).map(group).collect(),
        left_out: 0,
        customers: CustomerCount { in_filter: IN_FILTER, in_base: N },
        value: Some(value),
    }
}

/// A page of rows with nulls, wide values and fractions.
pub fn page(rows: u64) -> RowPage {
    let first = ["Ada", "Bao", "Chloé", "Dmitri", "Eun-ji 은지", "Farid", "Ġorġ"];
    let row = |i: u64| {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 1 + (i % 6) as u32, 1 + (i % 28) as u32).unwrap_or_default();
        vec![
            Datum::Text(format!("C{:07}", 1000 + i * 37)),
            Datum::Text(first[(i % 7) as usize].into()),
            Datum::Text(format!("{}@example.org", i)),
            Datum::Text(if i.is_multiple_of(3) { "CA" } else { "US" }.into()),
            if i % 5 == 4 { Datum::Null } else { Datum::Text(PLAN[(i % 4) as usize].0.into()) },
            Datum::Integer(20 + (i * 7 % 60) as i64),
            Datum::Integer((i * 3 % 41) as i64),
            Datum::Float(250.5 + (i * 1_237 % 4_000) as f64 / 4.0),
            Datum::Integer((i % 13) as i64),
            Datum::Date(date),
            Datum::Boolean(i.is_multiple_of(4)),
            if i % 6 == 1 { Datum::Null } else { Datum::Integer(1 + (i % 5) as i64) },
        ]
    };
    RowPage {
        columns: schema().columns().iter().map(|column| column.name.clone()).collect(),
        rows: (0..rows).map(row).collect(),
        tests: Vec::new(),
        offset: 0,
        total: IN_FILTER,
    }
}
