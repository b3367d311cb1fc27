use super::*;
use crate::engine::{BothSides, VoiceFigures};
use crate::insight::suppress::DisclosedCount;

fn table(separator: Option<&str>) -> Events {
    let column = |name: &str, column_type| Column { name: name.into(), column_type };
    let schema = Schema::new(vec![
        column("id", ColumnType::Integer),
        column("at", ColumnType::Date),
        column("score", ColumnType::Integer),
        column("theme", ColumnType::Text),
        column("words", ColumnType::Text),
        column("email", ColumnType::Text),
    ]);
    let columns = crate::model::TableColumns {
        key: Some("id".into()),
        date: Some("at".into()),
        theme: Some("theme".into()),
        quote: Some("words".into()),
        theme_separator: separator.map(str::to_owned),
        ..crate::model::TableColumns::default()
    };
    Events { name: "talks".into(), columns, schema }
}

fn heard(counts: &[(u64, u64)]) -> Vec<VoiceFigures> {
    counts.iter().map(|&(respondents, mentions)| VoiceFigures { respondents, mentions }).collect()
}

/// Returns research over 1,000 customers, of whom 100 are in the persona.
fn research(values: Vec<(Datum, Vec<VoiceFigures>)>, all: &[(u64, u64)], least: u64) -> ResearchTable {
    let voices = Voices { customers: vec![1_000, 100], all: heard(all), values, left_out: 0, rows: 90, strangers: 0 };
    let sets = [("dana".to_owned(), Checked::everyone())];
    let mut inquiry = VoicesInquiry::new(&table(None), Some("theme"), &Checked::everyone(), &sets, least);
    inquiry.take(QuestionSlot(0), Ok(Answer::Voices(voices)));
    inquiry.found.get().cloned().expect("an answer to the question")
}

fn text(text: &str) -> Datum {
    Datum::Text(text.into())
}

#[test]
fn research_answers_put_themes_first_and_omit_keys_quotes_and_masked() {
    let names: Vec<String> = answers(&table(None), &["EMAIL".into()]).iter().map(|c| c.name.clone()).collect();
    assert_eq!(names, ["theme", "score", "at"]);
}

#[test]
fn theme_value_becomes_rule() {
    assert_eq!(says(&table(None), "theme", &text("it's dear")), "theme = 'it''s dear'");
    assert_eq!(says(&table(None), "theme", &Datum::Null), "theme IS NULL");
    let coded = table(Some(","));
    assert_eq!(says(&coded, "theme", &text("ux")), "contains(concat(',', theme, ','), ',ux,')");
    assert_eq!(says(&coded, "words", &text("ux")), "words = 'ux'");
    assert_eq!(said(&coded, Some("score = 5")), "talks.count() FILTER (WHERE score = 5) >= 1");
    assert_eq!(said(&coded, None), "talks.count() >= 1");
}

/// A response rate would tell the 196 of a persona's 200 customers that are in a filter, which the pane of the personas hides.
#[test]
fn response_rate_of_hidden_persona_size_is_hidden() {
    let narrowed = Checked::everyone().negated();
    let rates = |customers: &[u64], filter: &Checked, min_cell| {
        let all = heard(&[(60, 60), (30, 30)]);
        let voices =
            Voices { customers: customers.into(), all, values: Vec::new(), left_out: 0, rows: 90, strangers: 0 };
        let sets = [("dana".to_owned(), Checked::everyone())];
        let mut inquiry = VoicesInquiry::new(&table(None), None, filter, &sets, min_cell);
        inquiry.take(QuestionSlot(0), Ok(Answer::Voices(voices)));
        let found = inquiry.found.get().cloned().expect("an answer to the question");
        (found.cells()[0].iter().map(|cell| cell.share).collect::<Vec<_>>(), found.size(1))
    };
    assert_eq!(rates(&[600, 200], &narrowed, 10), (vec![Some(0.1), None], DisclosedCount::Hidden));
    assert_eq!(rates(&[600, 200], &narrowed, 0), (vec![Some(0.1), Some(0.15)], DisclosedCount::Count(200)));
    assert_eq!(rates(&[600, 200], &Checked::everyone(), 10).0, [Some(0.1), Some(0.15)]);
    // All but 4 customers are in the persona.
    assert_eq!(rates(&[600, 596], &Checked::everyone(), 10), (vec![Some(0.1), None], DisclosedCount::Over(590)));
}

#[test]
fn customers_without_answer_do_not_complete_persona_size() {
    let customers = BothSides { inside: 30, outside: 166 };
    let found = Likeness { customers, traits: Vec::new(), verdict: Verdict::Alike };
    let (count, hidden) = (DisclosedCount::Count(166), DisclosedCount::Hidden);
    assert_eq!(found.others(false, true, 600, 10), count);
    assert_eq!(found.others(true, false, 600, 10), count);
    assert_eq!(found.others(true, true, 600, 10), hidden);
    assert_eq!(found.others(true, true, 600, 0), count);
    // 4 of the base are not in the persona.
    assert_eq!(found.others(true, false, 200, 10), hidden);
}

#[test]
fn research_shares_and_index_count_respondents() {
    let values = vec![(Datum::Null, heard(&[(5, 5), (2, 2)])), (text("price"), heard(&[(30, 40), (12, 20)]))];
    let found = research(values, &[(60, 90), (16, 30)], 0);
    let cells = found.cells();
    assert_eq!(found.lines.iter().map(|line| line.what.clone()).next_back(), Some(LineSubject::Value(Datum::Null)));
    // 16 of the persona's 100 customers answered; 12 of them mention the price, as 30 of all 60 do.
    assert_eq!((cells[0][1].respondents, cells[0][1].share), (DisclosedCount::Count(16), Some(0.16)));
    assert_eq!((cells[1][1].share, cells[1][1].index), (Some(0.75), Some(150.0)));
    assert_eq!((cells[1][1].mentions, cells[1][0].index), (DisclosedCount::Count(20), None));
}

#[test]
fn answers_of_few_are_hidden_with_their_complements() {
    // Everyone said one thing: 16 is 12 and 4.
    let values = vec![(text("dear"), heard(&[(40, 40), (12, 12)])), (text("cheap"), heard(&[(20, 20), (4, 4)]))];
    let cells = research(values, &[(60, 60), (16, 16)], 10).cells();
    // Nothing is left to hide behind: beside the other respondents' answers, a bound would say too much.
    assert_eq!((cells[1][1].respondents, cells[2][1].respondents), (DisclosedCount::Hidden, DisclosedCount::Hidden));
    assert_eq!((cells[1][1].index, cells[2][1].mentions), (None, DisclosedCount::Hidden));
    // Many said both, so one count does not disclose the other.
    let values = vec![(text("dear"), heard(&[(40, 40), (14, 14)])), (text("slow"), heard(&[(30, 30), (4, 4)]))];
    let cells = research(values, &[(60, 70), (24, 26)], 10).cells();
    assert_eq!(
        (cells[1][1].respondents, cells[2][1].respondents),
        (DisclosedCount::Count(14), DisclosedCount::Under(10))
    );
}

#[test]
fn numeric_answers_keep_order_and_have_mean() {
    let number = |value, counts: &[(u64, u64)]| (Datum::Integer(value), heard(counts));
    let values =
        vec![number(5, &[(6, 6), (1, 1)]), number(1, &[(2, 2), (3, 3)]), (Datum::Null, heard(&[(1, 1), (0, 0)]))];
    let found = research(values, &[(9, 9), (4, 4)], 0);
    let what: Vec<_> = found.lines.iter().map(|line| line.what.clone()).collect();
    let value = |value| LineSubject::Value(Datum::Integer(value));
    assert_eq!(what, [LineSubject::Everyone, LineSubject::Mean, value(1), value(5), LineSubject::Value(Datum::Null)]);
    assert_eq!(found.cells()[1].iter().map(|cell| cell.mean).collect::<Vec<_>>(), [Some(4.0), Some(2.0)]);
}

/// 40 said it in all, and 36 of the persona: 4 others.
#[test]
fn answers_of_few_others_do_not_follow_from_total() {
    for values in [&[("dear", (40, 40), (36, 36)), ("slow", (60, 60), (24, 24))][..], &[("dear", (40, 40), (36, 36))]] {
        let values = values.iter().map(|(name, all, own)| (text(name), heard(&[*all, *own]))).collect();
        let cells = research(values, &[(100, 100), (60, 60)], 10).cells();
        assert_eq!(cells[1][0].respondents, DisclosedCount::Count(40));
        assert!(cells[1][1].respondents.count().is_none() && cells[1][1].index.is_none());
    }
}

/// The hidden counts and the mean are two equations for two unknowns.
#[test]
fn mean_beside_hidden_count_is_hidden() {
    let number = |value, count| (Datum::Integer(value), heard(&[(200, 200), (count, count)]));
    let values = || vec![number(5, 30), number(3, 40), number(1, 7)];
    let means = |least| {
        research(values(), &[(600, 600), (77, 77)], least).cells()[1]
            .iter()
            .map(|cell| cell.mean.is_some())
            .collect::<Vec<_>>()
    };
    assert_eq!(means(0), [true, true]);
    assert_eq!(means(10), [true, false]);
}

#[test]
fn quotes_of_few_respondents_are_withheld() {
    use crate::engine::EventRows;
    let rows = |respondents| EventRows {
        columns: vec!["words".into(), "theme".into()],
        rows: vec![vec![text("Too dear."), text("price")], vec![Datum::Null, text("price")]],
        heard: VoiceFigures { respondents, mentions: 12 },
    };
    assert_eq!(Quotes::read(&rows(9), 10), Err(QuotesWithheld::TooFew(10)));
    let shown = Quotes::read(&rows(10), 10).expect("enough");
    assert_eq!(shown.quotes, [Quote { text: "Too dear.".into(), about: "price".into() }]);
    let of = |mask: &[String]| {
        let inquiry = QuotesInquiry::new(&table(None), Checked::everyone(), Checked::everyone(), mask, 0);
        inquiry.found.get().cloned().and_then(Result::err)
    };
    assert_eq!((of(&[]), of(&["words".into()])), (None, Some(QuotesWithheld::Masked)));
}
