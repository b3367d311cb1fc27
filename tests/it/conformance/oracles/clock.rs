//! The law of the clock: moving all dates and the as-of date by the same number of days changes no count.
//!
//! Rules about days satisfy it for any number of days. Rules about months, weekdays and the like satisfy it for 400
//! years, after which the calendar repeats, weekdays included.

use chrono::{Days, NaiveDate};
use crosscut::data::{Base, EventBase};
use crosscut::model::TableColumns;
use polars::prelude::*;
use proptest::prelude::*;
use proptest::sample::select;

use super::bases::agree;
use super::rule::Rule;
use super::samples::base;
use super::subject::{Local, Subject};
use crate::agree::cases::run;
use crate::agree::engines::base_of;
use crate::agree::tables::{Nulls, Recipe, tables};
use crate::rules::today;

/// Days of 400 years, a whole number of weeks.
const CYCLE: i32 = 146_097;
const DAY: i64 = 86_400_000_000;

/// Opens an engine on a base with events, on a given day.
pub type Clocked = fn(Base, EventBase, NaiveDate) -> Box<dyn Subject>;

/// Rules about days, hours and their differences.
const OF_DAYS: [&str; 18] = [
    "d > today - INTERVAL '90 days'",
    "d >= today",
    "d = today",
    "d > today - 3000",
    "today - d > 3650",
    "d - d2 > 30",
    "d + 30 > d2",
    "d BETWEEN today - 7000 AND today - INTERVAL '1 week'",
    "d IN (today, d2, today - 20635)",
    "ts > today - INTERVAL '12 hours'",
    "ts < d",
    "ts >= d AND ts < d + INTERVAL '1 day'",
    "CAST(ts AS DATE) = d",
    "coalesce(d, today) >= d2",
    "moves.count('90 days') >= 1",
    "moves.max(moved) > today - 1000",
    "moves.last(kind) = 'pro'",
    "moves.count() FILTER (WHERE moved > today - INTERVAL '20000 days') > 1",
];
/// Rules about the calendar.
const OF_MONTHS: [&str; 14] = [
    "d > today - INTERVAL '3 months'",
    "d + INTERVAL '1 month' > d2",
    "d - INTERVAL '1 year' < today",
    "extract(month FROM d) = 2",
    "extract(dow FROM d) IN (0, 6)",
    "extract(week FROM d) = 1",
    "extract(doy FROM d2) > 300",
    "year(today) - year(d) > 30",
    "date_trunc('month', d) = date_trunc('month', d2)",
    "date_diff('month', d, d2) BETWEEN 0 AND 24",
    "date_diff('year', d, today) > 1",
    "strftime(d, '%m-%d') = '02-28'",
    "moves.sum(worth, '6 months') > 0",
    "moves.count('1 year') = 0",
];

#[derive(Debug, Clone)]
pub struct Moved {
    table: Recipe,
    rules: Vec<&'static str>,
    days: i32,
}

pub fn moved() -> impl Strategy<Value = Moved> {
    let of_days = (select(&OF_DAYS[..]), select(&OF_DAYS[..]), -90_000..90_000i32);
    let of_months = (select(&OF_MONTHS[..]), select(&OF_DAYS[..]), select(vec![-CYCLE, CYCLE]));
    let rules = prop_oneof![of_days.boxed(), of_months.boxed()];
    (tables(), rules).prop_map(|(table, (one, other, days))| Moved { table, rules: vec![one, other], days })
}

pub fn clock(engine: Clocked, Moved { table, rules, days }: &Moved) -> Result<(), String> {
    let events = Recipe { rows: table.rows * 2, nulls: Nulls::Some, seed: table.seed + 1 };
    let at = |days: i32| {
        let day = match days {
            0.. => today().checked_add_days(Days::new(days as u64)),
            _ => today().checked_sub_days(Days::new(u64::from(days.unsigned_abs()))),
        };
        engine(
            base(shifted(&table.frame(), days)),
            moves(&shifted(&events.frame(), days), table.rows),
            day.expect("a day"),
        )
    };
    let rules: Vec<Rule> = rules.iter().map(|rule| Rule::text(*rule)).collect();
    let (now, then) = (at(0), at(*days));
    if let Some(refused) = rules.iter().find(|rule| !now.reads(rule)) {
        return Err(format!("{refused} is refused"));
    }
    agree(&*now, &*then, &rules)
}

/// The table with all its days moved. Days that could leave the calendar are null both before and after.
fn shifted(frame: &DataFrame, days: i32) -> DataFrame {
    let fits = |day: i64| (-146_000..146_000).contains(&day);
    let columns = frame.columns().iter().map(|column| match column.dtype() {
        DataType::Date => {
            let physical = column.to_physical_repr();
            let moved = physical.i32().expect("days").iter();
            let moved: Int32Chunked =
                moved.map(|day| day.filter(|day| fits(i64::from(*day))).map(|day| day + days)).collect();
            moved.with_name(column.name().clone()).into_series().cast(column.dtype()).expect("dates").into_column()
        }
        DataType::Datetime(..) => {
            let physical = column.to_physical_repr();
            let moved = physical.i64().expect("microseconds").iter();
            let moved = moved.map(|at| at.filter(|at| fits(at / DAY)).map(|at| at + i64::from(days) * DAY));
            let moved: Int64Chunked = moved.collect();
            moved.with_name(column.name().clone()).into_series().cast(column.dtype()).expect("timestamps").into_column()
        }
        _ => column.clone(),
    });
    let columns: Vec<Column> = columns.collect();
    DataFrame::new(frame.height(), columns).expect("columns of one length")
}

/// Events of the base's customers. Some customers have no event, and some events belong to no customer of the base.
fn moves(frame: &DataFrame, customers: usize) -> EventBase {
    let who = (0..frame.height() as i64).map(|row| row * 7 % (customers as i64 + 2));
    let who = Int64Chunked::from_iter_values("who".into(), who).into_column();
    let named = |from: &str, to: &str| frame.column(from).expect("a column of the table").clone().with_name(to.into());
    let columns = vec![who, named("d", "moved"), named("plan", "kind"), named("balance", "worth")];
    let table = DataFrame::new(frame.height(), columns).expect("columns of one length");
    let columns = TableColumns { key: Some("who".into()), date: Some("moved".into()), ..TableColumns::default() };
    EventBase { name: "moves".into(), base: base_of(table), key: "who".into(), columns }
}

fn local(base: Base, events: EventBase, today: NaiveDate) -> Box<dyn Subject> {
    Box::new(Local::on_day(base, events, today))
}

#[test]
fn shifted_clock_and_dates_change_no_answer() {
    run(100, &moved(), |moved| clock(local, &moved));
}
