//! The adversary of [`super::polytope`] with one picture of the full-screen program: segments, groups, personas with their
//! spans, and the card of the selected line stand on it together.

use std::collections::BTreeMap;

use crosscut::tui::core::{Pane, State};
use serde_json::Value;

use super::LEAST;
use super::polytope::{COMBINATIONS, Fits, RandomStudy, SETS, SetKind, ShownCount, StudyFilter, range};
use crate::flow::harness::Flow;
use crate::screens;

/// The filters, the first of everyone.
const FILTERS: [StudyFilter; 4] = [
    ("", |_| true),
    ("p1", |sets| sets >> 1 & 1 == 1),
    ("p2 IS NOT TRUE", |sets| sets >> 2 & 1 == 0),
    ("s0", |sets| sets >> 3 & 1 == 1),
];

fn flag(name: &str) -> Option<usize> {
    SETS.iter().position(|set| *set == name)
}

fn has(sets: usize, name: &str) -> bool {
    flag(name).is_some_and(|at| sets >> at & 1 == 1)
}

/// Returns true if the customers of a combination are in a segment, a cell or a persona of [`SetKind::Spanned`].
fn is_in(sets: usize, name: &str) -> bool {
    match name {
        "a" => has(sets, "s0") || has(sets, "s1"),
        "b" => has(sets, "s0") && has(sets, "p1"),
        "c" => (has(sets, "s1") || has(sets, "p0")) && has(sets, "p2"),
        "cut.true" => has(sets, "p0"),
        "cut.false" => !has(sets, "p0"),
        flag => has(sets, flag),
    }
}

/// Number of personas.
fn personas(sets: usize) -> usize {
    ["a", "b", "c"].into_iter().filter(|persona| is_in(sets, persona)).count()
}

/// Returns a count as drawn: `1,234`, `<10`, `>390`, `·`.
fn count(word: &str) -> Option<Value> {
    let digits = word.replace(',', "");
    match digits.parse::<u64>() {
        Ok(count) => Some(Value::from(count)),
        Err(_) if word == "·" => Some(Value::from(word)),
        Err(_) => digits.strip_prefix(['<', '>'])?.parse::<u64>().ok().map(|_| Value::from(digits.as_str())),
    }
}

/// Reads the counts of a picture.
struct Reader<'s> {
    study: &'s RandomStudy,
    filter: &'static str,
    shown: Vec<ShownCount>,
    /// Title of the frame, its heading within a card, and the persona whose spans follow.
    title: String,
    heading: String,
    persona: String,
}

impl<'s> Reader<'s> {
    fn note(&mut self, name: String, fits: Fits, cell: &Value) {
        self.shown.push(self.study.shown(name, fits, cell));
    }

    /// Reads one side of the screen, from top to bottom.
    fn read(&mut self, lines: &[String]) {
        for line in lines {
            let inner = line.trim_matches(|c: char| "│┌┐├┤└┘─ ".contains(c));
            if line.starts_with(['┌', '├']) {
                self.title = inner.to_owned();
                self.heading.clear();
                continue;
            }
            if !line.starts_with('│') {
                continue;
            }
            let words: Vec<&str> = inner
                .split_whitespace()
                .map(|word| word.trim_start_matches('›'))
                .filter(|word| !word.is_empty())
                .collect();
            self.line(&words);
        }
    }

    fn line(&mut self, words: &[&str]) {
        let Some(at) = words.iter().position(|word| count(word).is_some()) else {
            if self.title.starts_with('@') || ["A", "B", "C"].iter().any(|name| self.title == *name) {
                self.heading = words.join(" ");
            }
            return;
        };
        let cell = count(words[at]).expect("a count");
        let label: Vec<&str> =
            words[..at].iter().copied().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
        let name = label.first().copied().unwrap_or_default().to_lowercase();
        let title = self.title.clone();
        if title.starts_with("Segments") {
            let full = if ["true", "false"].contains(&name.as_str()) { format!("cut.{name}") } else { name };
            if words.get(at + 1) != Some(&"cells") {
                self.note(format!("segment {full}"), Box::new(move |sets| is_in(sets, &full)), &cell);
            }
        } else if title.starts_with("Group by") || flag(title.split(' ').next().unwrap_or_default()).is_some() {
            let column = title.trim_start_matches("Group by ").split(' ').next().unwrap_or_default().to_owned();
            let (is_true, shown_name) = (name == "true", format!("group {column} {name}"));
            // A column that the filter mentions is counted without its own condition.
            let is_mentioned = self.filter.split(' ').any(|word| word == column);
            let fits: Fits = Box::new(move |sets| has(sets, &column) == is_true);
            match is_mentioned {
                true => self.shown.push(self.study.shown_of_base(shown_name, fits, &cell)),
                false => self.note(shown_name, fits, &cell),
            }
        } else if title.starts_with("Personas") {
            match label.join(" ").to_lowercase().as_str() {
                "in no persona" => self.note("in none".into(), Box::new(|sets| personas(sets) == 0), &cell),
                "in two or more" => self.note("in several".into(), Box::new(|sets| personas(sets) > 1), &cell),
                "a" | "b" | "c" => {
                    self.persona = name.clone();
                    self.note(format!("persona {name}"), Box::new(move |sets| is_in(sets, &name)), &cell);
                }
                _ => self.span(self.persona.clone(), name, &cell),
            }
        } else if words[at + 1..].contains(&"filter") || words[at + 1..].contains(&"base") {
            let subject = title.trim_start_matches('@').split(' ').next().unwrap_or_default().to_lowercase();
            let shown_name = format!("card {subject}");
            let fits: Fits = Box::new(move |sets| is_in(sets, &subject));
            match words[at + 1..].contains(&"base") {
                true => self.shown.push(self.study.shown_of_base(shown_name, fits, &cell)),
                false => self.note(shown_name, fits, &cell),
            }
        } else if self.heading.starts_with("Spans") {
            self.span(title.to_lowercase(), name, &cell);
        } else if self.heading.starts_with("Personas that span it") {
            self.span(name, title.trim_start_matches('@').to_owned(), &cell);
        }
    }

    fn span(&mut self, persona: String, segment: String, cell: &Value) {
        let name = format!("{persona} and {segment}");
        self.note(name, Box::new(move |sets| is_in(sets, &persona) && is_in(sets, &segment)), cell);
    }
}

/// Returns the counts of a picture of this size.
fn picture(
    study: &RandomStudy,
    filter: &'static str,
    state: &mut State,
    (width, height): (u16, u16),
) -> Vec<ShownCount> {
    let text = screens::text(state, width, height);
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    let middle = lines.iter().find_map(|line| line.windows(2).position(|pair| pair == ['┐', '┌'])).expect("two sides");
    let side = |is_right: bool| -> Vec<String> {
        let cut = |line: &Vec<char>| {
            let (left, right) = line.split_at((middle + 1).min(line.len()));
            if is_right { right } else { left }.iter().collect()
        };
        lines.iter().map(cut).collect()
    };
    let [title, heading, persona] = Default::default();
    let mut reader = Reader { study, filter, shown: Vec::new(), title, heading, persona };
    reader.read(&side(false));
    reader.read(&side(true));
    assert!(reader.shown.len() >= 4, "hardly a count is read:\n{text}");
    reader.shown
}

/// Returns the counts that the definitions and the sizes of sets make known: all customers, those of the filter, and the
/// sizes of the sets in the base.
fn sizes(study: &RandomStudy, (filter, keeps): StudyFilter) -> Vec<ShownCount> {
    let mut shown = Vec::new();
    let fits =
        |keeps: fn(usize) -> bool| (0..COMBINATIONS).map(|sets| f64::from(u8::from(keeps(sets)))).collect::<Vec<_>>();
    let exact = |sum: &[f64]| Value::from(study.truth(sum) as u64);
    shown.push(study.shown_of_base("all", Box::new(|_| true), &exact(&fits(|_| true))));
    if !filter.is_empty() {
        shown.push(study.shown_of_base("filter", Box::new(keeps), &exact(&fits(keeps))));
    }
    let near = study.whole() as u64 - LEAST;
    for set in ["a", "b", "c", "s0", "s1", "cut.true", "cut.false"] {
        let sum: Vec<f64> = (0..COMBINATIONS).map(|sets| f64::from(u8::from(is_in(sets, set)))).collect();
        let size = study.truth(&sum) as u64;
        if (LEAST..=near).contains(&size) {
            shown.push(study.shown_of_base(
                format!("{set} in the base"),
                Box::new(move |sets| is_in(sets, set)),
                &exact(&sum),
            ));
        }
    }
    shown
}

/// Small counts of one picture, and those that it makes known.
#[derive(Debug, Default)]
struct Judged {
    small: usize,
    shown: usize,
    bounded: usize,
    known: BTreeMap<String, usize>,
}

impl Judged {
    /// Judges a picture: every count on it that is small, and the customers of each set who are not in another. The sizes of
    /// sets in the filter may make some known by themselves, as those in the base may.
    fn judge(&mut self, study: &RandomStudy, sizes: &[ShownCount], picture: &[ShownCount], place: &str) {
        self.shown += picture.iter().filter(|one| one.bounds.low == one.bounds.high).count();
        let is_size = |one: &&ShownCount| one.name.starts_with("segment ") || one.name.starts_with("persona ");
        let by_sizes: Vec<&ShownCount> = sizes.iter().chain(picture.iter().filter(is_size)).collect();
        let known: Vec<&ShownCount> = sizes.iter().chain(picture).collect();
        let mut targets: BTreeMap<Vec<u8>, String> = BTreeMap::new();
        let key = |sum: &[f64]| sum.iter().map(|by| *by as u8).collect::<Vec<u8>>();
        for (n, one) in picture.iter().enumerate() {
            targets.entry(key(&one.sum)).or_insert_with(|| one.name.clone());
            for other in picture[..n].iter().chain(sizes) {
                for (a, b) in [(one, other), (other, one)] {
                    let beside: Vec<u8> = a.sum.iter().zip(&b.sum).map(|(a, b)| u8::from(*a > *b)).collect();
                    // A difference of two counts that are on the picture, one within the other.
                    if a.sum.iter().zip(&b.sum).all(|(a, b)| a >= b) {
                        targets.entry(beside).or_insert_with(|| format!("{} without {}", a.name, b.name));
                    }
                }
            }
        }
        for (sum, name) in targets {
            let sum: Vec<f64> = sum.into_iter().map(f64::from).collect();
            let truth = study.truth(&sum);
            if !(1.0..LEAST as f64).contains(&truth) {
                continue;
            }
            self.small += 1;
            let most = LEAST as f64 - 1.0;
            let [low, high] = range(&by_sizes, &sum, study.whole()).map(|bound| bound.clamp(0.0, most));
            let [least, largest] = range(&known, &sum, study.whole());
            self.bounded += usize::from(least > low + 0.01 || largest < high - 0.01);
            if largest - least < 0.01 && high - low > 0.01 {
                *self.known.entry(format!("{place}: {name} is {truth}")).or_default() += 1;
            }
        }
    }
}

fn judge_pictures(cases: u64) -> Judged {
    let mut judged = Judged::default();
    for seed in 0..cases {
        for filter in FILTERS {
            let mut study = RandomStudy::of_kind(seed, SetKind::Spanned);
            let is_plain = study.narrow(filter);
            if !filter.0.is_empty() && !is_plain {
                continue;
            }
            let sizes = sizes(&study, filter);
            let mut flow = Flow::of_study(study.copied());
            let group = ["p0", "s0", "p1"][seed as usize % 3];
            flow.press(&format!("/ \"{}\" enter b \"{group}\" enter", filter.0));
            let state = &mut flow.state;
            assert!(state.filter.problem.is_none());
            state.personas.open.extend(["a", "b", "c"].map(str::to_owned));
            state.segments.open.insert("cut".to_owned());
            for (pane, cursor, size) in [
                (Pane::Segments, 0, (120, 36)),
                (Pane::Segments, 1, (200, 60)),
                (Pane::Segments, 3, (200, 60)),
                (Pane::Personas, 0, (120, 36)),
                (Pane::Personas, 3, (200, 60)),
                (Pane::Personas, 5, (200, 60)),
            ] {
                (state.focus, state.segments.cursor, state.personas.cursor) = (pane, cursor, cursor);
                let shown = picture(&study, filter.0, state, size);
                judged.judge(&study, &sizes, &shown, &format!("seed {seed} {} {pane:?} {cursor}", filter.0));
            }
        }
    }
    judged
}

/// No picture of the main screen makes a small count known that the sizes of sets do not make known by themselves.
#[test]
fn main_screen_reveals_no_small_count() {
    let cases = std::env::var("CROSSCUT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(6);
    let judged = judge_pictures(cases);
    eprintln!(
        "{} small, {} shown, {} bounded, {} known",
        judged.small,
        judged.shown,
        judged.bounded,
        judged.known.len()
    );
    let known: Vec<&String> = judged.known.keys().collect();
    assert!(known.is_empty(), "{} of {} are known:\n{known:#?}", known.len(), judged.small);
    assert!(judged.small as u64 > 10 * cases && judged.shown as u64 > 30 * cases, "{judged:?}");
}
