//! Bars of a line: thin, so that a gap stays between two lines.

use crate::insight::format;
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;

/// Parts of a whole, drawn as one bar in which the largest part stands out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stack {
    /// Shares of the whole, in the order of the parts; those that may not be shown are absent.
    pub shares: Vec<f64>,
    /// Index of the largest part.
    pub largest: Option<usize>,
    /// True if the shares are outdated.
    pub is_dim: bool,
}

impl Stack {
    /// Returns the bar in exactly `width` cells. What no part covers stays blank.
    pub fn pieces(&self, width: usize) -> Vec<TextPiece> {
        // Neighbours differ by their character too, so that nothing depends on colour.
        const LOOKS: [(&str, Role); 2] = [("━", Role::Part), ("╌", Role::OtherPart)];
        let cells = format::stacked(&self.shares, width);
        let mut turn = 0;
        let mut pieces = Vec::new();
        for (at, cells) in cells.iter().enumerate().filter(|(_, cells)| **cells > 0) {
            let (symbol, role) = match self.largest {
                Some(largest) if largest == at => ("━", Role::Bar),
                _ => {
                    turn += 1;
                    LOOKS[turn % LOOKS.len()]
                }
            };
            pieces.push((symbol.repeat(*cells), if self.is_dim { Role::Dim } else { role }));
        }
        let rest = width - cells.iter().sum::<usize>();
        pieces.push((" ".repeat(rest), Role::Track));
        pieces
    }
}

/// Returns a bar from the middle of exactly `width` cells, to the right for a share above 0, to the left below, in the
/// roles of both sides.
pub fn diverging(share: f64, [above, below]: [Role; 2], width: usize) -> Vec<TextPiece> {
    let half = width.saturating_sub(1) / 2;
    if half == 0 {
        return vec![(" ".repeat(width), Role::Text)];
    }
    let (left, right) = match share {
        share if share < 0.0 => (format::line_to_the_left(-share, half), " ".repeat(half)),
        share => (" ".repeat(half), format::line(share, half)),
    };
    let rest = " ".repeat(width - 2 * half - 1);
    vec![(left, below), ("│".into(), Role::Track), (right, above), (rest, Role::Text)]
}

/// Returns a thin bar with its track, in exactly `width` cells.
pub fn tracked(share: f64, width: usize, role: Role) -> Vec<TextPiece> {
    let bar = format::line(share, width);
    let drawn = bar.trim_end();
    let rest = width - drawn.chars().count();
    vec![(drawn.to_owned(), role), ("─".repeat(rest), Role::Track)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pieces: &[TextPiece]) -> String {
        pieces.iter().map(|(text, _)| text.as_str()).collect()
    }

    #[test]
    fn adjacent_stack_parts_differ_without_colour() {
        let stack = Stack { shares: vec![0.25, 0.5, 0.125, 0.125], largest: Some(1), is_dim: false };
        assert_eq!(text(&stack.pieces(16)), "╌╌╌╌━━━━━━━━━━╌╌");
        assert_eq!(stack.pieces(16)[1], ("━".repeat(8), Role::Bar));
        assert_eq!(text(&Stack { shares: vec![0.5], largest: Some(0), is_dim: true }.pieces(4)), "━━  ");
    }

    #[test]
    fn diverging_bar_grows_to_side_of_sign() {
        let of = |share| text(&diverging(share, [Role::Rise, Role::Fall], 10));
        assert_eq!([of(0.5), of(-0.5), of(0.0)], ["    │━━   ", "  ━━│     ", "    │     "]);
        assert_eq!(text(&diverging(1.0, [Role::Rise, Role::Fall], 2)), "  ");
    }

    #[test]
    fn track_fills_rest_of_bar() {
        assert_eq!(text(&tracked(0.5, 5, Role::Bar)), "━━╸──");
        assert_eq!(text(&tracked(0.0, 3, Role::Bar)), "───");
    }
}
