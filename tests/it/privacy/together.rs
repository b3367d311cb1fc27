//! The adversary of [`super::polytope`] with a persona's card, with consolidations, and with several screens at once.

use std::collections::BTreeMap;

use crosscut::cli::CommonOptions;
use crosscut::cli::open::CheckedStudy;
use crosscut::insight::suppress::DisclosedCount;
use serde_json::Value;

use super::LEAST;
use super::polytope::{Fits, RandomStudy, SETS, SetKind, ShownCount, has, range, set_of};

fn cases() -> u64 {
    std::env::var("CROSSCUT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(12)
}

/// Customers of the card's persona: in the first set or in the second.
fn is_audience(sets: usize) -> bool {
    sets & 0b11 != 0
}

fn cell(shown: DisclosedCount) -> Value {
    shown.count().map_or_else(|| Value::from(shown.to_string().replace(',', "")), Value::from)
}

fn no_sets(_: usize) -> bool {
    true
}

/// Returns the lists of a card: spans, flow, attributes. Before them, what is shown elsewhere: sizes in the base, and that of
/// the audience. `None` if the audience is all but a few: its figures are those of everyone.
fn card(study: &RandomStudy) -> Option<(Vec<ShownCount>, [Vec<ShownCount>; 3])> {
    let options = CommonOptions { config: Some(study.folder.path().join("config.toml")), ..CommonOptions::default() };
    let opened = CheckedStudy::new(&options).unwrap_or_else(|failure| panic!("{failure}"));
    let facts = opened.facts(0).unwrap_or_else(|failure| panic!("{failure}"));
    let inside = |fits: Fits| -> Fits { Box::new(move |sets| is_audience(sets) && fits(sets)) };
    let mut known = study.sizes();
    let size = facts.size.get().expect("a size").customers;
    if matches!(size, DisclosedCount::Over(_)) {
        return None;
    }
    known.push(study.shown("audience", Box::new(is_audience), &cell(size)));
    let set = |name: &str| set_of(&Value::from(name)).expect("a set");
    let mut spans = Vec::new();
    for span in &facts.spans {
        let figures = span.figures.get().expect("figures");
        spans.push(study.shown(format!("span {}", span.name), inside(has(set(&span.name))), &cell(figures.both)));
        spans.push(study.shown(
            format!("span {} in the base", span.name),
            has(set(&span.name)),
            &cell(figures.segment),
        ));
    }
    // The stages of the study, in its order.
    let stages = [4, 2, 3];
    let mut flow = Vec::new();
    for (at, stage) in facts.flow.iter().enumerate() {
        let reached = stage.reached.as_ref().and_then(|reached| reached.get()).expect("figures");
        let all = |number: usize| move |sets: usize| stages[..number].iter().all(|stage| sets >> stage & 1 == 1);
        let (here, before) = (all(at + 1), all(at));
        flow.push(study.shown(format!("stage {at}"), inside(has(stages[at])), &cell(reached.alone)));
        flow.push(study.shown(format!("so far {at}"), inside(Box::new(here)), &cell(reached.so_far)));
        let lost: Fits = Box::new(move |sets| before(sets) && !here(sets));
        flow.push(study.shown(format!("lost {at}"), inside(lost), &cell(reached.lost)));
    }
    let rules = ["p2", "s0", "s1"].map(set);
    let mut attributes = Vec::new();
    for (at, attribute) in facts.attributes.iter().enumerate() {
        let figures = attribute.figures.get().expect("figures");
        let all = move |sets: usize| rules[..=at].iter().all(|rule| sets >> rule & 1 == 1);
        let own = rules[at];
        let counts: [(&str, Fits, DisclosedCount); 4] = [
            ("has", inside(has(own)), figures.in_audience),
            ("has in the base", has(own), figures.in_base),
            ("all so far", inside(Box::new(all)), figures.all_in_audience),
            ("all so far in the base", Box::new(all), figures.all_so_far),
        ];
        for (name, fits, shown) in counts {
            attributes.push(study.shown(format!("{name} {at}"), fits, &cell(shown)));
        }
    }
    Some((known, [spans, flow, attributes]))
}

/// Returns the counts of 1 to `min_cell - 1` that are known exactly: those on screen, and those who are in two sets of the list.
fn exact(study: &RandomStudy, known: &[ShownCount], sums: &[(String, Vec<f64>)]) -> Vec<String> {
    let known: Vec<&ShownCount> = known.iter().collect();
    let mut found = Vec::new();
    for (name, sum) in sums {
        let truth = study.truth(sum);
        if (1.0..LEAST as f64).contains(&truth) {
            let [least, most] = range(&known, sum, study.whole());
            if most - least < 0.01 {
                found.push(format!("{name} is {truth}, and known"));
            }
        }
    }
    found
}

/// Returns every overlap of two of these sets, and what one has beside the other, among some combinations.
fn pairs(sets: &[usize], among: fn(usize) -> bool) -> Vec<(String, Vec<f64>)> {
    let sum = |fits: &dyn Fn(usize) -> bool| {
        (0..1 << SETS.len()).map(|sets| f64::from(u8::from(among(sets) && fits(sets)))).collect::<Vec<f64>>()
    };
    let mut all = Vec::new();
    for (n, &a) in sets.iter().enumerate() {
        for &b in &sets[n + 1..] {
            let is = |sets: usize, set: usize| sets >> set & 1 == 1;
            all.push((format!("{} and {}", SETS[a], SETS[b]), sum(&|sets| is(sets, a) && is(sets, b))));
            all.push((format!("{} not {}", SETS[a], SETS[b]), sum(&|sets| is(sets, a) && !is(sets, b))));
            all.push((format!("{} not {}", SETS[b], SETS[a]), sum(&|sets| is(sets, b) && !is(sets, a))));
            all.push((format!("neither {} nor {}", SETS[a], SETS[b]), sum(&|sets| !is(sets, a) && !is(sets, b))));
        }
    }
    all
}

#[test]
fn card_lists_reveal_no_small_count() {
    let mut found = Vec::new();
    let mut shown = 0;
    for seed in 0..2 * cases() {
        let study = RandomStudy::of_kind(seed, SetKind::Segments);
        let Some((elsewhere, lists)) = card(&study) else { continue };
        // The sizes of sets may make an overlap known by themselves.
        let by_sizes = |sums: &[(String, Vec<f64>)]| exact(&study, &elsewhere, sums);
        for (list, sets) in lists.iter().zip([vec![0, 1], vec![4, 2, 3], vec![2, 3, 4]]) {
            shown += list.iter().filter(|one| one.bounds.low == one.bounds.high).count();
            let known: Vec<ShownCount> = elsewhere.iter().chain(list).cloned().collect();
            let mut sums: Vec<(String, Vec<f64>)> =
                list.iter().map(|one| (one.name.clone(), one.sum.clone())).collect();
            // Those of the last stage or attribute come after others, with which they are not listed alone.
            sums.extend(pairs(&sets[..2], is_audience));
            sums.extend(if sets.len() == 3 && sets[0] == 2 { pairs(&sets[..2], no_sets) } else { Vec::new() });
            let expected = by_sizes(&sums);
            let all = exact(&study, &known, &sums);
            found
                .extend(all.into_iter().filter(|one| !expected.contains(one)).map(|one| format!("seed {seed}: {one}")));
        }
    }
    assert!(found.is_empty(), "{}:\n{}", found.len(), found.join("\n"));
    assert!(shown as u64 > 10 * cases(), "only {shown} counts are shown");
}

/// Returns the groups of a consolidation, for each number of groups.
fn consolidated(study: &RandomStudy, method: &str) -> Vec<ShownCount> {
    let of = |args: &[&str]| study.rows(&[&["consolidate", "--segments", "all", "--method", method], args].concat());
    let mut shown = Vec::new();
    for k in 1..=of(&[]).len() {
        let mut all = 0;
        for row in of(&["--k", &k.to_string()]) {
            let rule = row["rule"].as_str().expect("a rule").to_owned();
            let sets = rule.split(" OR ").filter_map(|name| set_of(&Value::from(name.trim_start_matches('@'))));
            let group: usize = sets.fold(0, |sets, set| sets | 1 << set);
            let before = all;
            all |= group;
            shown.push(study.shown(format!("{k}: {rule}"), Box::new(move |sets| sets & group != 0), &row["customers"]));
            let adds: Fits = Box::new(move |sets| sets & group != 0 && sets & before == 0);
            shown.push(study.shown(format!("{k}: {rule} adds"), adds, &row["adds"]));
        }
        let covered = of(&[]).into_iter().find(|row| row["k"].as_u64() == Some(k as u64)).expect("a step");
        if !covered["customers"].is_null() {
            shown.push(study.shown(format!("{k} cover"), Box::new(move |sets| sets & all != 0), &covered["customers"]));
        }
    }
    shown
}

#[test]
fn consolidation_steps_reveal_no_small_count() {
    let mut found = Vec::new();
    let mut shown = 0;
    for seed in 0..cases() {
        let study = RandomStudy::of_kind(seed, SetKind::Segments);
        let sizes = study.sizes();
        for method in ["greedy", "tree"] {
            let screen = consolidated(&study, method);
            shown += screen.iter().filter(|one| one.bounds.low == one.bounds.high).count();
            let known: Vec<ShownCount> = sizes.iter().chain(&screen).cloned().collect();
            let sums: Vec<(String, Vec<f64>)> = screen.iter().map(|one| (one.name.clone(), one.sum.clone())).collect();
            let expected = exact(&study, &sizes, &sums);
            let all = exact(&study, &known, &sums);
            found.extend(
                all.into_iter()
                    .filter(|one| !expected.contains(one))
                    .map(|one| format!("seed {seed}, {method}: {one}")),
            );
        }
    }
    assert!(found.is_empty(), "{}:\n{}", found.len(), found.join("\n"));
    assert!(shown as u64 > 3 * cases(), "only {shown} counts are shown");
}

/// Small counts that several screens hide, and what they say of them together beyond the sizes of the sets.
#[derive(Debug, Default)]
struct Together {
    small: usize,
    bounded: usize,
    known: usize,
    studies_bounded: usize,
    studies_known: usize,
}

impl Together {
    fn add(&mut self, study: &RandomStudy, sizes: &[ShownCount], screens: &[&Vec<ShownCount>]) {
        let by_sizes: Vec<&ShownCount> = sizes.iter().collect();
        let known: Vec<&ShownCount> = sizes.iter().chain(screens.iter().copied().flatten()).collect();
        let mut distinct: BTreeMap<Vec<u8>, &ShownCount> = BTreeMap::new();
        for one in screens.iter().copied().flatten().filter(|one| one.bounds.low < one.bounds.high) {
            distinct.insert(one.sum.iter().map(|by| *by as u8).collect(), one);
        }
        let before = (self.bounded, self.known);
        for one in distinct.values().filter(|one| (1.0..LEAST as f64).contains(&study.truth(&one.sum))) {
            self.small += 1;
            let most = LEAST as f64 - 1.0;
            let [low, high] = range(&by_sizes, &one.sum, study.whole()).map(|bound| bound.clamp(0.0, most));
            let [least, largest] = range(&known, &one.sum, study.whole());
            self.bounded += usize::from(least > low + 0.01 || largest < high - 0.01);
            self.known += usize::from(largest - least < 0.01 && high - low > 0.01);
        }
        self.studies_bounded += usize::from(self.bounded > before.0);
        self.studies_known += usize::from(self.known > before.1);
    }
}

/// Measures what docs/privacy.md says of several screens.
#[test]
#[ignore = "a measurement: cargo test --release --test it -- --ignored privacy::together --nocapture"]
fn several_screens_together_are_measured() {
    let names = ["coverage and matrix", "coverage and combinations", "matrix and combinations", "all three"];
    let number = std::env::var("CROSSCUT_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(30);
    let mut sums: [Together; 4] = Default::default();
    for seed in 0..number {
        let study = RandomStudy::new(seed);
        let sizes = study.sizes();
        let coverage: Vec<ShownCount> = study.coverage().into_iter().chain(study.waterfall()).collect();
        let (matrix, combinations) = (study.matrix(), study.combinations());
        let pairs: [&[&Vec<ShownCount>]; 4] = [
            &[&coverage, &matrix],
            &[&coverage, &combinations],
            &[&matrix, &combinations],
            &[&coverage, &matrix, &combinations],
        ];
        sums.iter_mut().zip(pairs).for_each(|(sum, screens)| sum.add(&study, &sizes, screens));
    }
    for (name, sum) in names.iter().zip(&sums) {
        eprintln!("{name}, {number} studies: {sum:?}");
    }
}
