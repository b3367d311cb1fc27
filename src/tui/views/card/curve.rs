//! The feeling curve of a journey, drawn in lines.

/// Rows of the curve, from 2 (good) at the top to −2 (bad).
pub const CURVE_ROWS: usize = 5;

/// Draws scores from −2 to 2 as points in the middle of columns of `width` cells, joined by a line. A stage without a
/// score leaves a gap.
pub fn draw(scores: &[Option<i8>], width: usize) -> [String; CURVE_ROWS] {
    let mut grid = vec![vec![' '; width * scores.len()]; CURVE_ROWS];
    for (i, pair) in scores.windows(2).enumerate() {
        if let [Some(from), Some(to)] = pair {
            connect(&mut grid, middle(i, width), row(*from), middle(i + 1, width), row(*to));
        }
    }
    for (i, score) in scores.iter().enumerate() {
        if let Some(score) = score {
            set(&mut grid, row(*score), middle(i, width), '●');
        }
    }
    std::array::from_fn(|row| grid[row].iter().collect())
}

fn row(score: i8) -> usize {
    usize::try_from(2 - score.clamp(-2, 2)).unwrap_or(0)
}

fn middle(column: usize, width: usize) -> usize {
    column * width + width / 2
}

/// Draws a line that is level to half-way, then goes up or down, then is level again.
fn connect(grid: &mut [Vec<char>], from: usize, from_row: usize, to: usize, to_row: usize) {
    let half = (from + to) / 2;
    for x in from..to {
        set(grid, if x < half { from_row } else { to_row }, x, '─');
    }
    let (leaves, arrives) = match from_row.cmp(&to_row) {
        std::cmp::Ordering::Equal => return,
        std::cmp::Ordering::Less => ('╮', '╰'),
        std::cmp::Ordering::Greater => ('╯', '╭'),
    };
    for row in from_row.min(to_row) + 1..from_row.max(to_row) {
        set(grid, row, half, '│');
    }
    set(grid, from_row, half, leaves);
    set(grid, to_row, half, arrives);
}

fn set(grid: &mut [Vec<char>], row: usize, x: usize, symbol: char) {
    if let Some(cell) = grid.get_mut(row).and_then(|row| row.get_mut(x)) {
        *cell = symbol;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curve_rises_and_falls_with_scores() {
        let rows = draw(&[Some(0), Some(2), Some(-1)], 8);
        assert_eq!(
            rows,
            [
                "        ╭───●───╮       ",
                "        │       │       ",
                "    ●───╯       │       ",
                "                ╰───●   ",
                "                        ",
            ]
        );
    }

    #[test]
    fn curve_leaves_gap_for_missing_score_and_clamps_large_score() {
        let rows = draw(&[Some(9), None, Some(-9)], 4);
        assert_eq!(rows[0], "  ●         ");
        assert_eq!(rows[4], "          ● ");
        assert_eq!(draw(&[], 4)[0], "");
    }
}
