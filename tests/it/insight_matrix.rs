//! Matrix figures against scipy on the same sets; see `insight_matrix/make.py`.

use crosscut::engine::{Answer, CustomerCount, Overlap};
use crosscut::insight::cluster;
use crosscut::insight::contained;
use crosscut::insight::inquiry::{Inquiry, QuestionSlot};
use crosscut::insight::matrix::{Matrix, MatrixInquiry, MatrixOrder, NamedSet};
use crosscut::rule::Checked;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    both: Vec<Vec<u64>>,
    distances: Vec<f64>,
    leaves: Vec<usize>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("insight_matrix/expected.json")).expect("good cases")
}

fn named(prefix: &str, sets: usize) -> Vec<NamedSet> {
    (0..sets).map(|i| (format!("{prefix}{i}"), Checked::everyone())).collect()
}

fn count(n: u64) -> CustomerCount {
    CustomerCount { in_filter: n, in_base: n }
}

/// Answer to the question about sets `down` against sets `across`.
fn overlap(both: &[Vec<u64>], down: &[usize], across: &[usize], whole: u64) -> Overlap {
    let size = |set: &usize| count(both[*set][*set]);
    let mut rows: Vec<CustomerCount> = down.iter().map(size).collect();
    rows.push(count(whole));
    let mut pairs: Vec<Vec<CustomerCount>> =
        down.iter().map(|i| across.iter().map(|j| count(both[*i][*j])).collect()).collect();
    pairs.push(across.iter().map(size).collect());
    Overlap { rows, columns: across.iter().map(size).collect(), both: pairs }
}

fn answered(mut inquiry: MatrixInquiry, overlap: Overlap) -> Matrix {
    inquiry.take(QuestionSlot(0), Ok(Answer::Overlap(overlap)));
    inquiry.found.get().cloned().expect("an answer to the question")
}

fn square(both: &[Vec<u64>], whole: u64) -> Matrix {
    let sets = named("s", both.len());
    let all: Vec<usize> = (0..both.len()).collect();
    let inquiry = MatrixInquiry::new(&Checked::everyone(), &sets, &sets, true);
    answered(inquiry, overlap(both, &all, &all, whole))
}

#[test]
fn jaccard_distances_and_leaf_order_agree_with_scipy() {
    for case in cases() {
        let sets = case.both.len();
        let size = |i: usize| case.both[i][i];
        let pairs = (0..sets).flat_map(|i| (i + 1..sets).map(move |j| (i, j)));
        let ours: Vec<f64> = pairs.map(|(i, j)| cluster::distance(case.both[i][j], size(i), size(j))).collect();
        for (ours, scipys) in ours.iter().zip(&case.distances) {
            assert!((ours - scipys).abs() < 1e-12, "{ours} {scipys}");
        }
        assert_eq!(cluster::leaves(ours, sets), case.leaves);
        let matrix = square(&case.both, 100_000);
        assert_eq!(matrix.order(MatrixOrder::Clustered), [case.leaves.clone(), case.leaves.clone()]);
        let jaccard = matrix.pair(0, 1, 0).jaccard.expect("customers in either");
        assert!((jaccard - (1.0 - case.distances[0])).abs() < 1e-12);
    }
}

#[test]
fn matrix_rows_and_columns_are_clustered_separately() {
    for case in cases().into_iter().filter(|case| case.both.len() > 4) {
        let (sets, rows) = (case.both.len(), case.both.len() / 2);
        let (down, across) = (named("r", rows), named("c", sets - rows));
        let all: Vec<usize> = (0..sets).collect();
        let inquiry = MatrixInquiry::new(&Checked::everyone(), &down, &across, true);
        let matrix = answered(inquiry, overlap(&case.both, &all, &all, 100_000));
        let part = |range: std::ops::Range<usize>| {
            let both: Vec<Vec<u64>> = case.both[range.clone()].iter().map(|row| row[range.clone()].to_vec()).collect();
            square(&both, 100_000).order(MatrixOrder::Clustered)[0].clone()
        };
        assert_eq!(matrix.order(MatrixOrder::Clustered), [part(0..rows), part(rows..sets)]);
        assert_eq!(matrix.both[1][0], case.both[1][rows]);
        // The same without the order: a smaller question with the same figures.
        let inquiry = MatrixInquiry::new(&Checked::everyone(), &down, &across, false);
        let plain = answered(inquiry, overlap(&case.both, &all[..rows], &all[rows..], 100_000));
        assert_eq!((plain.both.clone(), plain.can_cluster()), (matrix.both.clone(), false));
        assert_eq!(plain.pair(0, 0, 0), matrix.pair(0, 0, 0));
    }
}

#[test]
fn pair_figures_equal_manual_calculation() {
    // 40 in A, 50 in B, 20 in both, of 200: 50 % of A, 40 % of B, 20 / 70 in either; the expected overlap is 10.
    let matrix = square(&[vec![40, 20], vec![20, 50]], 200);
    let pair = matrix.pair(0, 1, 10);
    assert_eq!((pair.of_row, pair.of_column, pair.index), (Some(0.5), Some(0.4), Some(200.0)));
    assert_eq!(pair.jaccard, Some(20.0 / 70.0));
    let hidden = matrix.pair(0, 1, 21);
    assert_eq!((hidden.both.count(), hidden.of_row, hidden.index, hidden.jaccard), (None, None, None, None));
    assert_eq!(matrix.order(MatrixOrder::Size), [vec![1, 0], vec![1, 0]]);
}

#[test]
fn contained_finds_inside_and_alike_pairs() {
    // B contains 96 of A's 100; C and D share 99 of 100 and 101; E contains nearly everyone and is not informative.
    let both = [
        vec![100, 96, 0, 0, 100],
        vec![96, 300, 0, 0, 300],
        vec![0, 0, 100, 99, 100],
        vec![0, 0, 99, 101, 101],
        vec![100, 300, 100, 101, 990],
    ];
    let found = contained::find(&square(&both, 1000), 4);
    let told: Vec<_> = found.iter().map(|one| (one.inner.as_str(), one.outer.as_str(), one.alike)).collect();
    assert_eq!(told, [("s2", "s3", true), ("s0", "s1", false)]);
    // The share would disclose the one who is missing. They are alike whatever up to three who are missing do.
    assert_eq!((found[0].share, found[1].share), (None, Some(0.96)));
    // Up to nine are missing, and some of them would make it no longer so.
    assert!(contained::find(&square(&both, 1000), 10).is_empty());
    assert!(contained::find(&square(&both, 1000), 1000).is_empty());
}
