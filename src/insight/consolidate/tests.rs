use super::*;
use crate::engine::{Answer, Combination, Combinations, CustomerCount};
use crate::insight::inquiry::{Inquiry, QuestionSlot};
use crate::rule::Checked;

/// Returns customers by combination; their value is ten times their number.
fn found(sets: usize, rows: &[(u64, u64)]) -> Arc<SegmentOverlaps> {
    let combinations: Vec<Combination> = rows
        .iter()
        .map(|&(sets, n)| Combination { sets, customers: n, value: 10.0 * n as f64, largest: 0.0, known: n })
        .collect();
    let size = |set: usize| rows.iter().filter(|(sets, _)| sets >> set & 1 == 1).map(|(_, n)| n).sum();
    Arc::new(SegmentOverlaps {
        sets: (0..sets).map(|set| Set { name: format!("s{set}"), customers: size(set), in_base: size(set) }).collect(),
        out: Vec::new(),
        whole: rows.iter().map(|(_, n)| n).sum(),
        base: rows.iter().map(|(_, n)| n).sum(),
        value: Some(combinations.iter().map(|one| one.value).sum()),
        largest: 0.0,
        known: combinations.iter().map(|one| one.known).sum(),
        combinations,
        left_out: 0,
    })
}

fn run(method: Method, of: &Arc<SegmentOverlaps>) -> Consolidation {
    ConsolidationInput { method, found: of.clone() }.run()
}

#[test]
fn greedy_cover_takes_largest_gain_and_lists_contained_segments() {
    // s0 has 140 customers; s1 has 100, of which 90 are in s0; s2 has 60 of its own.
    let found = found(3, &[(0b000, 200), (0b011, 90), (0b001, 50), (0b100, 60), (0b010, 10)]);
    let greedy = run(Method::Greedy, &found);
    let covered: Vec<u64> = greedy.steps.iter().map(|step| step.covered).collect();
    assert_eq!(covered, [140, 200, 210]);
    assert_eq!((greedy.lost(1), greedy.lost(2), greedy.lost(3)), (Some(60), Some(10), None));
    assert_eq!(greedy.steps[0].groups[0].holds, [(1, 0.9)]);
    let last = &greedy.steps[2];
    assert_eq!(
        last.groups.iter().map(|group| (group.sets[0], group.adds, group.only)).collect::<Vec<_>>(),
        [(0, 140, 50), (2, 60, 60), (1, 10, 10)]
    );
    assert_eq!((last.total, last.value, last.redundancy()), (300, 2_100.0, Some(300.0 / 210.0)));
    assert_eq!(greedy.suggested(), 2);
}

#[test]
fn tree_joins_near_segments_and_covers_everyone_at_each_cut() {
    let found = found(4, &[(0b0011, 90), (0b0001, 10), (0b1100, 80), (0b1000, 40), (0b0110, 5)]);
    let tree = run(Method::Tree, &found);
    assert!(tree.steps.iter().all(|step| step.covered == 225));
    let two: Vec<Vec<usize>> = tree.steps[1].groups.iter().map(|group| group.sets.clone()).collect();
    let mut sorted = two.clone();
    sorted.iter_mut().for_each(|group| group.sort_unstable());
    sorted.sort_unstable();
    assert_eq!(sorted, [[0, 1], [2, 3]]);
    assert_eq!(tree.suggested(), 2);
    assert_eq!(found.rule(&tree.steps[3].groups[0]), "@s0");
    assert_eq!(tree.steps[3].cost, Some(0.0));
}

#[test]
fn consolidation_without_groups_has_no_step() {
    for method in Method::ALL {
        assert_eq!(run(method, &found(0, &[(0, 10)])).steps.len(), 0);
        let one = run(method, &found(1, &[(0, 10), (1, 5)]));
        assert_eq!(one.steps.iter().map(|step| step.covered).collect::<Vec<_>>(), [5], "{method:?}");
    }
}

#[test]
fn segments_of_everyone_or_nobody_are_left_out_unless_switched() {
    let segments: Vec<_> = ["all", "few", "none", "some"].map(|name| (name.to_owned(), Checked::everyone())).into();
    let counts: Vec<CustomerCount> = [100, 5, 0, 40, 100].map(|n| CustomerCount { in_filter: n, in_base: n }).into();
    let plan = |switched: &[&str]| {
        let mut inquiry = ConsolidateInquiry::new(SegmentSelection {
            filter: Checked::everyone(),
            segments: segments.clone(),
            switched: switched.iter().map(|name| (*name).to_owned()).collect(),
            with_broad: false,
            value: None,
            min_cell: 0,
        });
        inquiry.take(QuestionSlot(0), Ok(Answer::Counts(counts.clone())));
        inquiry.take(QuestionSlot(1), Ok(Answer::Combinations(Combinations { combinations: Vec::new(), left_out: 0 })));
        let found = inquiry.found.get().cloned().expect("the segments that take part");
        let names: Vec<String> = found.sets.iter().map(|set| set.name.clone()).collect();
        (names.join(" "), found.out.iter().map(|(_, why)| *why).collect::<Vec<_>>())
    };
    assert_eq!(plan(&[]), ("few some".into(), vec![ExclusionReason::Everyone, ExclusionReason::Nobody]));
    assert_eq!(
        plan(&["all", "some", "none"]),
        ("all few".into(), vec![ExclusionReason::Nobody, ExclusionReason::ByHand])
    );
}

#[test]
fn broad_segments_are_left_out_unless_switched_or_too_few_remain() {
    let plan = |sizes: &[u64], switched: &[&str], with_broad| {
        let names = ["a", "b", "c", "d"].into_iter().take(sizes.len());
        let mut inquiry = ConsolidateInquiry::new(SegmentSelection {
            filter: Checked::everyone(),
            segments: names.map(|name| (name.to_owned(), Checked::everyone())).collect(),
            switched: switched.iter().map(|name| (*name).to_owned()).collect(),
            with_broad,
            value: None,
            min_cell: 0,
        });
        let counts = sizes.iter().chain([&100]).map(|n| CustomerCount { in_filter: *n, in_base: *n }).collect();
        inquiry.take(QuestionSlot(0), Ok(Answer::Counts(counts)));
        inquiry.take(QuestionSlot(1), Ok(Answer::Combinations(Combinations { combinations: Vec::new(), left_out: 0 })));
        let found = inquiry.found.get().cloned().expect("the segments that take part");
        let names: Vec<String> = found.sets.iter().map(|set| set.name.clone()).collect();
        (names.join(" "), found.out.iter().map(|(_, why)| *why).collect::<Vec<_>>())
    };
    assert_eq!(plan(&[51, 50, 20, 10], &[], false), ("b c d".into(), vec![ExclusionReason::Broad]));
    assert_eq!(plan(&[51, 50, 20, 10], &["a", "b"], false), ("a c d".into(), vec![ExclusionReason::ByHand]));
    assert_eq!(plan(&[51, 50, 20, 10], &[], true), ("a b c d".into(), vec![]));
    // A binary column alone: both of its cells are all there is.
    assert_eq!(plan(&[60, 40], &[], false), ("a b".into(), vec![]));
}

#[test]
fn segments_of_few_and_of_nobody_look_alike_under_min_cell() {
    let plan = |sizes: &[u64]| {
        let names = ["a", "b", "c", "d", "e"].into_iter().take(sizes.len());
        let mut inquiry = ConsolidateInquiry::new(SegmentSelection {
            filter: Checked::everyone(),
            segments: names.map(|name| (name.to_owned(), Checked::everyone())).collect(),
            switched: ["b".to_owned()].into(),
            with_broad: true,
            value: None,
            min_cell: 10,
        });
        let counts = sizes.iter().chain([&100]).map(|n| CustomerCount { in_filter: *n, in_base: *n }).collect();
        inquiry.take(QuestionSlot(0), Ok(Answer::Counts(counts)));
        inquiry.take(QuestionSlot(1), Ok(Answer::Combinations(Combinations { combinations: Vec::new(), left_out: 0 })));
        let found = inquiry.found.get().cloned().expect("the segments that take part");
        found.out.iter().map(|(set, why)| (set.name.clone(), why.word())).collect::<Vec<_>>()
    };
    let said = plan(&[0, 0, 100, 100, 40]);
    assert_eq!(said.len(), 4);
    for other in [[9, 0, 100, 91, 40], [0, 9, 91, 100, 40], [1, 1, 99, 99, 40]] {
        assert_eq!(plan(&other), said, "{other:?}");
    }
}

#[test]
fn suggested_groups_split_customers_if_possible() {
    let found = found(4, &[(0b0011, 90), (0b0001, 10), (0b1100, 80), (0b1000, 40), (0b0110, 5)]);
    let tree = run(Method::Tree, &found);
    assert!(tree.splits(tree.suggested()) && tree.fault(tree.suggested()).is_none());
    // One segment has nearly everyone who is in any.
    let lopsided = self::found(3, &[(0b001, 90), (0b010, 4), (0b100, 3)]);
    let tree = run(Method::Tree, &lopsided);
    assert!((2..=3).all(|k| tree.fault(k).is_some_and(|fault| fault.starts_with("one group holds over"))));
    let alone = self::found(1, &[(0b1, 90)]);
    assert!(run(Method::Greedy, &alone).fault(1).is_some_and(|fault| fault.starts_with("fewer than two")));
}

#[test]
fn consolidation_figures_reveal_no_small_difference() {
    let found = found(3, &[(0b000, 200), (0b011, 90), (0b001, 50), (0b100, 4), (0b010, 10)]);
    let figures = ConsolidationFigures::new(&run(Method::Greedy, &found), 10);
    let covered: Vec<Option<u64>> = figures.steps.iter().map(|step| step.covered).collect();
    assert_eq!(covered, [Some(140), Some(150), None]);
    assert_eq!((figures.steps[1].lost, figures.steps[2].value_share), (None, None));
    assert!(ConsolidationFigures::new(&run(Method::Greedy, &found), 0).steps.iter().all(|step| step.covered.is_some()));
}

#[test]
fn dendrogram_is_drawn_with_cut() {
    let join = |left, right, distance| ClusterJoin { left, right, distance };
    let joins = [join(0, 1, 0.25), join(2, 3, 1.0)];
    let lines = dendrogram::draw(&joins, &[0, 1, 3], 4, 9, Some(0.6));
    assert_eq!(lines, ["──┬─────┐", "──┘  ┊  │", "     ┊  │", "────────┘"]);
}

#[test]
fn value_share_is_hidden_with_that_of_others() {
    let shown = |inside: (f64, u64), outside: (f64, u64)| {
        let one = |sets, (largest, known)| Combination { sets, customers: 50, value: 500.0, largest, known };
        let combinations = vec![one(0b1, inside), one(0b0, outside)];
        let found = SegmentOverlaps {
            largest: inside.0.max(outside.0),
            known: inside.1 + outside.1,
            combinations,
            ..Arc::unwrap_or_clone(found(1, &[(0b1, 50), (0b0, 50)]))
        };
        let run = run(Method::Greedy, &Arc::new(found));
        ConsolidationFigures::new(&run, 10).value_share(&run.steps[0].groups[0])
    };
    assert_eq!(shown((100.0, 50), (200.0, 50)), Some(0.5));
    // One customer of the others, or of the group, may have more than half; few have a value.
    assert_eq!((shown((100.0, 50), (300.0, 50)), shown((300.0, 50), (100.0, 50))), (None, None));
    assert_eq!((shown((100.0, 9), (100.0, 50)), shown((100.0, 50), (100.0, 9))), (None, None));
    assert_eq!(shown((100.0, 50), (0.0, 0)), Some(0.5));
}
