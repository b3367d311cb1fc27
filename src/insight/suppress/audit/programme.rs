//! Linear programmes, solved by the simplex method on a dense table. The work is counted, not timed.

/// Distance within which two numbers of a programme are the same.
const EQUAL_DISTANCE: f64 = 1e-7;

/// Steps after which the entering column is chosen so that none comes round again.
const MAX_STEEPEST: usize = 400;

/// A linear programme in a dense table, by the simplex method: parts that are not negative, sums that are known, sums that
/// are at most something.
pub(super) struct Programme {
    /// Rows of coefficients, the last of which is the right side. One column per part, then one per bound.
    rows: Vec<Vec<f64>>,
    /// Column that each row is solved for.
    basis: Vec<usize>,
    width: usize,
}

impl Programme {
    /// Creates a programme at a feasible point; `None` if there is none, or the work is used up.
    pub(super) fn new(
        parts: usize,
        exact: &[(&[usize], f64)],
        bounds: &[(&[usize], f64)],
        work: &mut u64,
    ) -> Option<Self> {
        let width = parts + bounds.len();
        let row = |sum: &(&[usize], f64)| {
            let mut row = vec![0.0; width + 1];
            sum.0.iter().for_each(|&part| row[part] += 1.0);
            row[width] = sum.1;
            row
        };
        let mut rows: Vec<Vec<f64>> = exact.iter().map(row).collect();
        for (n, bound) in bounds.iter().enumerate() {
            let mut row = row(bound);
            row[parts + n] = 1.0;
            rows.push(row);
        }
        // Columns beyond the width stand for what an exact row still lacks.
        let lacking = (0..exact.len()).map(|n| width + 1 + n);
        let mut programme = Self { rows, basis: lacking.chain(parts..width).collect(), width };
        let mut cost = vec![0.0; width + 1];
        for row in &programme.rows[..exact.len()] {
            cost.iter_mut().zip(row).for_each(|(cost, value)| *cost -= value);
        }
        programme.minimise(&mut cost, work)?;
        let scale = exact.iter().map(|(_, sum)| *sum).fold(1.0, f64::max);
        if -cost[width] > EQUAL_DISTANCE * scale {
            return None;
        }
        programme.drop_lacking(work)?;
        Some(programme)
    }

    /// Solves rows that lack nothing any more for a part, and drops those that say nothing new.
    fn drop_lacking(&mut self, work: &mut u64) -> Option<()> {
        let mut at = 0;
        while at < self.rows.len() {
            if self.basis[at] <= self.width {
                at += 1;
            } else if let Some(column) = (0..self.width).find(|&column| self.rows[at][column].abs() > EQUAL_DISTANCE) {
                self.pivot(at, column, &mut [], work)?;
                at += 1;
            } else {
                self.rows.swap_remove(at);
                self.basis.swap_remove(at);
            }
        }
        Some(())
    }

    /// Returns the least and the largest value that the sum of some parts can have; `None` if the work is used up.
    pub(super) fn range(&mut self, parts: &[usize], work: &mut u64) -> Option<[f64; 2]> {
        let mut end = |sign: f64| {
            let mut cost = vec![0.0; self.width + 1];
            parts.iter().for_each(|&part| cost[part] = sign);
            for (row, &column) in self.rows.iter().zip(&self.basis) {
                let by = cost[column];
                if by != 0.0 {
                    cost.iter_mut().zip(row).for_each(|(cost, value)| *cost -= by * value);
                }
            }
            self.minimise(&mut cost, work)?;
            Some(-sign * cost[self.width])
        };
        Some([end(1.0)?, end(-1.0)?])
    }

    /// Moves to a point at which the cost is least. `cost` has the reduced costs, and minus the cost itself at its end. A
    /// cost without a least value is left as it is found.
    fn minimise(&mut self, cost: &mut [f64], work: &mut u64) -> Option<()> {
        for step in 0.. {
            let falls = |column: &usize| cost[*column] < -EQUAL_DISTANCE;
            let columns = 0..self.width;
            let entering = match step {
                ..MAX_STEEPEST => columns.filter(falls).min_by(|a, b| cost[*a].total_cmp(&cost[*b])),
                _ => columns.into_iter().find(falls),
            };
            let Some(entering) = entering else { return Some(()) };
            let ratio =
                |row: &Vec<f64>| (row[entering] > EQUAL_DISTANCE).then(|| row[self.width].max(0.0) / row[entering]);
            let ratios = self.rows.iter().enumerate().filter_map(|(at, row)| Some((at, ratio(row)?)));
            let least = |a: &(usize, f64), b: &(usize, f64)| {
                a.1.total_cmp(&b.1).then(self.basis[b.0].cmp(&self.basis[a.0]).reverse())
            };
            let Some((leaving, _)) = ratios.min_by(least) else { return Some(()) };
            self.pivot(leaving, entering, cost, work)?;
        }
        Some(())
    }

    /// Solves a row for a column, and takes the column out of all others.
    fn pivot(&mut self, at: usize, column: usize, cost: &mut [f64], work: &mut u64) -> Option<()> {
        *work = work.checked_sub(((self.rows.len() + 1) * (self.width + 1)) as u64)?;
        let mut own = std::mem::take(&mut self.rows[at]);
        let by = own[column];
        own.iter_mut().for_each(|value| *value /= by);
        let take_out = |row: &mut [f64]| {
            let by = row[column];
            if by != 0.0 {
                row.iter_mut().zip(&own).for_each(|(value, own)| *value -= by * own);
                row[column] = 0.0;
            }
        };
        self.rows.iter_mut().filter(|row| !row.is_empty()).for_each(|row| take_out(row));
        if !cost.is_empty() {
            take_out(cost);
        }
        self.rows[at] = own;
        self.basis[at] = column;
        Some(())
    }
}
