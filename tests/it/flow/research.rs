use super::harness::Flow;
use crosscut::insight::research::{LineSubject, QuotesWithheld, ResearchCell, Verdict};
use crosscut::insight::suppress::DisclosedCount;
use crosscut::tui::views::research::ResearchView;
use crosscut::tui::views::research::{DetailContent, ResearchFigure};

const TALKS: &str = "[tables.talks]\npath = \"talks.csv\"\nkey = \"id\"\ntheme = \"theme\"\nquote = \"words\"\n";
/// Customers 1, 2 and 3 took part; pat's are 1, 3, 4 and 5, ann's 1 and 2. Customer 9 does not exist.
const ROWS: &str = "\
id,theme,words,score
1,price,Too dear.,5
1,price,Still too dear.,4
2,ux,Where is it?,1
3,price,Fine.,3
3,ux,Nice.,3
9,price,Who am I?,1
";

fn talks() -> Flow {
    Flow::with_table(TALKS, "talks.csv", ROWS)
}

/// Label, respondents and mentions of every line: all, pat's and ann's.
fn table(flow: &Flow) -> Vec<(String, Vec<(u64, u64)>)> {
    let view = &flow.state.views.get::<ResearchView>();
    let found = view.asked.voices.found.answer.as_ref().expect("an answer");
    let told = |shown: DisclosedCount| shown.count().unwrap_or(u64::MAX);
    let cells =
        |cells: Vec<ResearchCell>| cells.iter().map(|cell| (told(cell.respondents), told(cell.mentions))).collect();
    let label = |what: &LineSubject| match what {
        LineSubject::Value(value) => value.to_string(),
        other => format!("{other:?}"),
    };
    found.lines.iter().zip(found.cells()).map(|(line, of)| (label(&line.what), cells(of))).collect()
}

fn quotes(flow: &Flow) -> Vec<String> {
    match &flow.state.views.get::<ResearchView>().asked.quotes.found.answer {
        Some(Ok(quotes)) => quotes.quotes.iter().map(|quote| quote.text.clone()).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn research_view_counts_themes_by_persona_and_shows_quotes() {
    let mut flow = talks();
    flow.press("R");
    assert_eq!(flow.state.view, "research");
    let expected = [
        ("Everyone", vec![(3, 5), (2, 4), (2, 3)]),
        ("price", vec![(2, 3), (2, 3), (1, 2)]),
        ("ux", vec![(2, 2), (1, 1), (1, 1)]),
    ];
    assert_eq!(table(&flow), expected.map(|(label, cells)| (label.to_owned(), cells)));
    assert_eq!(
        flow.state.views.get::<ResearchView>().asked.voices.found.answer.as_ref().map(|found| found.strangers),
        Some(1)
    );
    flow.press("j l");
    assert_eq!(quotes(&flow), ["Too dear.", "Still too dear.", "Fine."]);
    flow.press("l");
    assert_eq!(quotes(&flow), ["Too dear.", "Still too dear."]);
    flow.press("esc");
    assert_eq!(flow.state.view, "main");
}

#[test]
fn enter_on_research_cell_filters_respondents() {
    let mut flow = talks();
    flow.press("R j l enter");
    assert_eq!(flow.state.query.filter, "talks.count() FILTER (WHERE theme = 'price') >= 1 AND @pat");
    assert_eq!(flow.customers(), Some(2));
    assert_eq!(table(&flow)[0].1[0], (2, 4));
    flow.press("u");
    assert_eq!((flow.state.query.filter.as_str(), table(&flow)[0].1[0]), ("", (3, 5)));
    flow.press("Y");
    assert_eq!(flow.copied.as_deref(), Some("talks.count() FILTER (WHERE theme = 'price') >= 1 AND @pat"));
}

#[test]
fn research_view_lists_answers_of_chosen_column_with_mean() {
    let mut flow = talks();
    flow.press("R b \"score\" enter");
    let labels: Vec<String> = table(&flow).into_iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["Everyone", "Mean", "1", "3", "4", "5"]);
    let found = flow.state.views.get::<ResearchView>().asked.voices.found.answer.as_ref().expect("an answer");
    let means: Vec<_> = found.cells()[1].iter().map(|cell| cell.mean).collect();
    assert_eq!(means, [Some(16.0 / 5.0), Some(15.0 / 4.0), Some(10.0 / 3.0)]);
    flow.press("v");
    assert_eq!(flow.state.views.get::<ResearchView>().figure, ResearchFigure::Share);
}

#[test]
fn likeness_compares_respondents_with_non_respondents() {
    let mut flow = talks();
    flow.press("R l space");
    assert_eq!(flow.state.views.get::<ResearchView>().below, DetailContent::Likeness);
    let found = flow.state.views.get::<ResearchView>().asked.likeness.read(0).expect("answers");
    // Customers 1 and 3 of pat's four took part.
    assert_eq!((found.customers.inside, found.customers.outside), (2, 2));
    assert!(matches!(found.verdict, Verdict::MayBeChance(_)), "{:?}", found.verdict);
    assert!(found.traits.iter().all(|one| one.column != "email" && one.column != "id"));
    flow.press("tab enter");
    let condition = found.traits[0].condition.clone();
    assert_eq!(flow.state.query.filter, condition);
}

#[test]
fn quotes_of_small_research_cell_are_withheld() {
    let mut flow = talks();
    flow.state.settings.min_cell = 2;
    flow.press("R j j l");
    assert_eq!(flow.state.views.get::<ResearchView>().asked.quotes.found.answer, Some(Err(QuotesWithheld::TooFew(2))));
    let config = format!("{TALKS}min_cell = 0\n");
    let mut flow = Flow::with_table(&config, "talks.csv", ROWS);
    flow.state.settings.min_cell = 2;
    flow.press("R j j l");
    assert_eq!(quotes(&flow), ["Nice."]);
}

#[test]
fn combined_themes_are_split_and_counted() {
    let config = format!("{TALKS}theme_separator = \",\"\n");
    let rows = "id,theme,words\n1,\"ux,price\",a\n2,ux_2,b\n3,,c\n";
    let mut flow = Flow::with_table(&config, "talks.csv", rows);
    flow.press("R j j j");
    let labels: Vec<String> = table(&flow).into_iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["Everyone", "price", "ux", "ux_2", "–"]);
    assert_eq!(quotes(&flow), ["b"]);
    flow.press("k enter");
    assert_eq!(flow.customers(), Some(1));
}

#[test]
fn outdated_research_is_dim_and_study_without_research_has_hint() {
    let mut flow = talks();
    flow.press("R");
    flow.hold = true;
    flow.press("/ \"plan = 'pro'\"");
    assert!(!flow.state.views.get::<ResearchView>().asked.voices.found.fresh && flow.state.is_busy());
    let mut flow = Flow::new();
    flow.press("R t b space enter j l v o");
    assert!(flow.state.views.get::<ResearchView>().asked.voices.found.answer.is_none());
}
