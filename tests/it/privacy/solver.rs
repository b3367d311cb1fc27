//! An adversary with pencil and paper: everything that is shown is a linear equation over counts of customers, or a bound.
//!
//! Unknown counts are whole numbers of customers. Bounds are tightened equation by equation until nothing changes;
//! Gaussian elimination finds counts that follow exactly from several equations at once. A suppressed count of 1 to
//! `min_cell - 1` has to stay possible at every value from 0 to `min_cell - 1`.

use super::LEAST;

/// A count that is shown, or what is shown in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub low: f64,
    pub high: f64,
}

/// Reads a cell of a table in JSON: `12`, `"<10"`, `">390"`, `"·"`.
pub fn bounds(cell: &serde_json::Value, most: f64) -> Bounds {
    if let Some(count) = cell.as_f64() {
        return Bounds { low: count, high: count };
    }
    let text = cell.as_str().unwrap_or_else(|| panic!("no count: {cell}"));
    let number = |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("no bound: {text}"));
    match text.split_at(text.chars().next().map_or(0, char::len_utf8)) {
        ("<", bound) => Bounds { low: 0.0, high: number(bound) - 1.0 },
        (">", bound) => Bounds { low: number(bound) + 1.0, high: most },
        // Hidden for the sake of another, so it is no small one. Whoever knows the program knows that.
        ("·", _) => Bounds { low: 0.0, high: most },
        _ => panic!("no count: {text}"),
    }
}

/// Counts and what is known of them.
#[derive(Debug, Default)]
pub struct System {
    counts: Vec<Bounds>,
    /// The truth, to judge what was found.
    truths: Vec<f64>,
    names: Vec<String>,
    /// Coefficients, and their sum.
    equations: Vec<(Vec<(usize, f64)>, f64)>,
}

impl System {
    pub fn add(&mut self, name: impl Into<String>, shown: Bounds, truth: u64) -> usize {
        let truth = truth as f64;
        let name = name.into();
        assert!(shown.low <= truth && truth <= shown.high, "{name} is shown as {shown:?}, and is {truth}");
        self.counts.push(shown);
        self.truths.push(truth);
        self.names.push(name);
        self.counts.len() - 1
    }

    /// States that the parts add up to the whole.
    pub fn sum(&mut self, parts: &[usize], whole: usize) {
        let parts = parts.iter().map(|&part| (part, 1.0));
        self.equations.push((parts.chain([(whole, -1.0)]).collect(), 0.0));
    }

    /// Tightens all bounds, and returns the names of the counts that are known too well.
    pub fn disclosed(mut self) -> Vec<String> {
        self.eliminate();
        for _ in 0..200 {
            let before = self.counts.clone();
            for (terms, sum) in &self.equations {
                for &(at, by) in terms {
                    let (low, high) = terms.iter().filter(|(other, _)| *other != at).fold(
                        (*sum, *sum),
                        |(low, high), (other, by)| {
                            let bounds = self.counts[*other];
                            let ends = [by * bounds.low, by * bounds.high];
                            (low - ends[0].max(ends[1]), high - ends[0].min(ends[1]))
                        },
                    );
                    let ends = [low / by, high / by];
                    let bounds = &mut self.counts[at];
                    bounds.low = bounds.low.max((ends[0].min(ends[1]) - 1e-6).ceil());
                    bounds.high = bounds.high.min((ends[0].max(ends[1]) + 1e-6).floor());
                }
            }
            if self.counts == before {
                break;
            }
        }
        let most = LEAST as f64 - 1.0;
        let is_open = |at: usize| self.counts[at].low <= 0.0 && self.counts[at].high >= most;
        let few = |at: &usize| self.truths[*at] > 0.0 && self.truths[*at] <= most;
        let line = |at: usize| format!("{} in {:?}, is {}", self.names[at], self.counts[at], self.truths[at]);
        (0..self.counts.len()).filter(few).filter(|at| !is_open(*at)).map(line).collect()
    }

    /// Adds the reduced equations, which may have a single unknown.
    fn eliminate(&mut self) {
        let width = self.counts.len();
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for (terms, sum) in &self.equations {
            let mut row = vec![0.0; width + 1];
            row[width] = *sum;
            for &(at, by) in terms {
                match self.counts[at] {
                    Bounds { low, high } if low == high => row[width] -= by * low,
                    _ => row[at] += by,
                }
            }
            rows.push(row);
        }
        let mut done = 0;
        for column in 0..width {
            let Some(pivot) = (done..rows.len()).find(|&row| rows[row][column].abs() > 1e-9) else { continue };
            rows.swap(done, pivot);
            let by = rows[done][column];
            rows[done].iter_mut().for_each(|cell| *cell /= by);
            let own = rows[done].clone();
            for (_, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != done) {
                let by = row[column];
                if by.abs() > 1e-9 {
                    row.iter_mut().zip(&own).for_each(|(cell, own)| *cell -= by * own);
                }
            }
            done += 1;
        }
        for row in rows {
            let terms: Vec<(usize, f64)> =
                (0..width).filter(|&at| row[at].abs() > 1e-9).map(|at| (at, row[at])).collect();
            if !terms.is_empty() {
                self.equations.push((terms, row[width]));
            }
        }
    }
}

#[test]
fn solver_finds_hidden_count_beside_total() {
    let exact = |count: f64| Bounds { low: count, high: count };
    let small = Bounds { low: 0.0, high: 9.0 };
    let system = |hidden: &[(Bounds, u64)]| {
        let mut system = System::default();
        let mut parts: Vec<usize> = hidden
            .iter()
            .enumerate()
            .map(|(n, (bounds, truth))| system.add(format!("h{n}"), *bounds, *truth))
            .collect();
        parts.push(system.add("shown", exact(50.0), 50));
        let total = 50 + hidden.iter().map(|(_, truth)| truth).sum::<u64>();
        let whole = system.add("whole", exact(total as f64), total);
        system.sum(&parts, whole);
        system.disclosed()
    };
    let wide = Bounds { low: 0.0, high: 400.0 };
    assert_eq!(system(&[(small, 4)]).len(), 1);
    // 9 and 9 of 18.
    assert_eq!(system(&[(small, 9), (small, 9)]).len(), 2);
    assert_eq!(system(&[(small, 4), (wide, 30)]).len(), 0);
}
