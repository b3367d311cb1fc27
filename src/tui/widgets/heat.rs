//! Shades of heat maps, for terminals with too few colours for a gradient.

use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;

/// Shades from none to full.
const SHADES: [&str; 5] = ["  ", "░░", "▒▒", "▓▓", "██"];

/// Draws the shade of a value, two cells wide. `bounds` are the least values of all shades but the first.
pub fn draw_shade(canvas: &mut Canvas, x: u16, y: u16, value: Option<f64>, bounds: [f64; 4], role: Role) {
    canvas.text(x, y, 2, SHADES[level(value, bounds)], role);
}

/// Describes the scale of the shades, whose bounds are given as they are read.
pub fn scale(bounds: [f64; 4]) -> String {
    let step = |(shade, bound): (&&str, f64)| format!("{} {bound}", shade.chars().next().unwrap_or(' '));
    let steps: Vec<String> = SHADES[1..].iter().zip(bounds).map(step).collect();
    steps.join(" ")
}

fn level(value: Option<f64>, bounds: [f64; 4]) -> usize {
    value.map_or(0, |value| bounds.iter().filter(|bound| value >= **bound).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_grow_with_value() {
        let bounds = [0.1, 0.25, 0.5, 0.75];
        assert_eq!([0.0, 0.1, 0.3, 0.5, 1.0].map(|share| level(Some(share), bounds)), [0, 1, 2, 3, 4]);
        assert_eq!(level(None, bounds), 0);
    }
}
