//! Measures all panes of the sample study after a key: the summary, segments, personas, memberships and groups. They
//! run one after the other on one thread; the screen uses a second thread for the groups.

use std::time::Duration;

use super::shared::desk::Desk;
use super::shared::report::{Measurement, Report, percentile};
use super::shared::session;
use super::shared::shop::Shop;

pub fn run(shop: &Shop, report: &mut Report) {
    let mut desk = Desk::new(shop);
    let times: Vec<Duration> = session::strokes().filter_map(|stroke| desk.press(stroke.key())).collect();
    let customers = desk.customers().expect("the session was left at a whole rule");
    let rule = &desk.state.query.filter;
    assert_eq!(customers, super::plain::count(&shop.file, &shop.check(rule)), "{rule}");
    let name = |percent| format!("all panes after a key, p{percent} of {}", times.len());
    report.add(Measurement::seconds(name(50), percentile(&times, 50)));
    report.add(Measurement::seconds(name(95), percentile(&times, 95)).within(0.1));
}
