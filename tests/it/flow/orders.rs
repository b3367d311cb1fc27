//! Answers may arrive in any order and at any time, also between the keys of a fast typist. Everything drawn as current
//! must be current: a second program that answers at once supplies the expected values.

use std::collections::{BTreeMap, VecDeque};

use super::harness::Flow;
use crosscut::insight::inquiry::NewestFact;
use crosscut::tui::core::{Action, Answered, Lane, Request};

/// Busy lanes, each with the newest question it got, and the answers they have sent so far.
#[derive(Default)]
struct Workers {
    at_work: BTreeMap<Lane, (Request, usize)>,
    sent: VecDeque<Answered>,
}

impl Workers {
    fn submit(&mut self, flow: &mut Flow) {
        for ask in std::mem::take(&mut flow.held) {
            self.at_work.insert(ask.lane(), (ask, 0));
        }
    }

    /// Lets the n-th busy lane answer its next question.
    fn work(&mut self, n: usize, flow: &Flow) {
        let count = self.at_work.len().max(1);
        let Some(entry) = self.at_work.iter_mut().nth(n % count) else { return };
        let (lane, (ask, at)) = (*entry.0, entry.1);
        self.sent.push_back(flow.answer_to(ask, *at));
        *at += 1;
        if *at == ask.questions.len() {
            self.at_work.remove(&lane);
        }
    }
}

/// Pseudo-random numbers, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

fn agrees<T: PartialEq + std::fmt::Debug>(what: &str, story: &str, shown: &NewestFact<T>, right: &NewestFact<T>) {
    if shown.fresh {
        // Counts are labelled with the customers they belong to.
        assert_eq!(shown.answer, right.answer, "{what} after {story}");
    }
}

/// Compares everything drawn undimmed with the program that answers at once.
fn compare(flow: &Flow, twin: &Flow, story: &str) {
    assert_eq!(flow.state.filter.text(), twin.state.filter.text());
    assert_eq!(flow.state.query, twin.state.query);
    if !flow.state.filter.is_asked() {
        return;
    }
    let (shown, right) = (&flow.state.answers, &twin.state.answers);
    agrees("the count", story, &shown.panes.found.summary, &right.panes.found.summary);
    agrees("the segments", story, &shown.panes.found.segments, &right.panes.found.segments);
    agrees("the personas", story, &shown.panes.found.personas, &right.panes.found.personas);
    agrees("the memberships", story, &shown.panes.found.memberships, &right.panes.found.memberships);
    agrees("the groups", story, &shown.groups.found.groups, &right.groups.found.groups);
    agrees("what is kept of the groups", story, &shown.groups.found.kept, &right.groups.found.kept);
}

/// Keys for the filter line.
const TYPED: [&str; 10] = [
    "ctrl-u \"spend > 6\"",
    "\"0\"",
    "backspace",
    "\" AND plan = 'pro'\"",
    "\" OR \"",
    "ctrl-w",
    "ctrl-u",
    "ctrl-u \"plan = 'basic'\"",
    "ctrl-u \"country = 'US'\"",
    "enter",
];
/// Keys for the panes.
const PRESSED: [&str; 8] = ["/", "/", "space", "j space k", "j enter k", "u", "ctrl-r", "x"];

#[test]
fn screen_never_shows_answer_to_other_filter() {
    for seed in 1..=60 {
        let mut dice = Dice(seed * 0x9e37_79b9);
        let (mut flow, mut twin) = (Flow::new(), Flow::new());
        for flow in [&mut flow, &mut twin] {
            flow.press(if seed % 2 == 0 { "b \"plan\" enter" } else { "b \"country\" enter" });
        }
        flow.hold = true;
        let mut workers = Workers::default();
        let mut story = Vec::new();
        for _ in 0..120 {
            match dice.roll(6) {
                0 => {
                    let keys: &[&str] = if flow.state.filter.editing { &TYPED } else { &PRESSED };
                    let keys = keys[dice.roll(keys.len())];
                    story.push(keys);
                    flow.press(keys);
                    twin.press(keys);
                }
                1 | 2 => workers.work(dice.roll(8), &flow),
                _ => {
                    if let Some(answered) = workers.sent.pop_front() {
                        flow.act(Action::Answered(answered));
                    }
                }
            }
            workers.submit(&mut flow);
            compare(&flow, &twin, &format!("{story:?} (seed {seed})"));
        }
        // Once everything is answered, nothing is left waiting.
        while !workers.at_work.is_empty() || !workers.sent.is_empty() {
            workers.work(0, &flow);
            if let Some(answered) = workers.sent.pop_front() {
                flow.act(Action::Answered(answered));
            }
            workers.submit(&mut flow);
        }
        let story = format!("{story:?} (seed {seed})");
        compare(&flow, &twin, &story);
        if flow.state.filter.is_asked() {
            assert!(!flow.state.is_busy(), "{story}");
        }
    }
}
