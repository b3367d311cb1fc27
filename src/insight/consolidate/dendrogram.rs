//! Draws the tree in characters: one line per segment, with joins the farther to the right the farther apart the
//! segments are.

use super::tree::ClusterJoin;

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;
/// Characters by the set of directions of the lines in them.
const LINES: [char; 16] = [' ', '╵', '╷', '│', '╴', '┘', '┐', '┤', '╶', '└', '┌', '├', '─', '┴', '┬', '┼'];
/// Mark of the cut.
const CUT: char = '┊';

/// Draws the tree in `height` lines of `width` characters. The i-th segment is on line `lines[i]`; the cut is drawn at
/// this distance.
pub fn draw(joins: &[ClusterJoin], lines: &[usize], height: usize, width: usize, cut: Option<f64>) -> Vec<String> {
    let mut grid = vec![vec![0u8; width]; height];
    if width > 0 {
        // Line and column of each cluster.
        let mut ends: Vec<(usize, usize)> = lines.iter().map(|line| (*line, 0)).collect();
        for join in joins {
            let (Some(&left), Some(&right)) = (ends.get(join.left), ends.get(join.right)) else { continue };
            ends.push(connect(&mut grid, left, right, column(join.distance, width)));
        }
    }
    let cut = cut.filter(|_| width > 0).map(|distance| column(distance, width));
    let text = |row: &Vec<u8>| {
        let cell = |(x, &line): (usize, &u8)| match line {
            0 if cut == Some(x) => CUT,
            line => LINES[usize::from(line & 15)],
        };
        row.iter().enumerate().map(cell).collect()
    };
    grid.iter().map(text).collect()
}

fn column(distance: f64, width: usize) -> usize {
    (distance.clamp(0.0, 1.0) * (width - 1) as f64).round() as usize
}

/// Draws the bracket of two clusters at column `x`, and returns the line and column where it continues.
fn connect(grid: &mut [Vec<u8>], a: (usize, usize), b: (usize, usize), x: usize) -> (usize, usize) {
    for (line, from) in [a, b] {
        if from == 0 {
            put(grid, line, 0, LEFT);
        }
        for column in from..x {
            put(grid, line, column, RIGHT);
            put(grid, line, column + 1, LEFT);
        }
    }
    let (top, bottom) = (a.0.min(b.0), a.0.max(b.0));
    for line in top..bottom {
        put(grid, line, x, DOWN);
        put(grid, line + 1, x, UP);
    }
    ((top + bottom) / 2, x)
}

fn put(grid: &mut [Vec<u8>], line: usize, column: usize, direction: u8) {
    if let Some(cell) = grid.get_mut(line).and_then(|row| row.get_mut(column)) {
        *cell |= direction;
    }
}
