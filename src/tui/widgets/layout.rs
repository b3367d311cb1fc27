//! Layout of the main screen.

use ratatui::layout::Rect;

/// Minimum width to show panes side by side; below it one pane is shown at a time.
pub const SIDE_BY_SIDE: u16 = 100;
/// Minimum size, as width and height, to show anything.
pub const SMALLEST: (u16, u16) = (40, 10);
/// Minimum height to reserve the row under the filter line for its errors, so that nothing jumps as errors come and
/// go.
const ROOMY: u16 = 16;

/// Minimum number of lines of the groups pane, even with fewer groups.
const FEWEST_GROUPS: u16 = 4;

/// Areas of the screen, from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    pub header: Rect,
    pub filter: Rect,
    /// Row for an error in the filter.
    pub problem: Rect,
    pub summary: Rect,
    /// Strip with the effect of each condition of the filter.
    pub attrition: Rect,
    /// Area of the panes, the rows or another view.
    pub main: Rect,
    pub footer: Rect,
}

/// Areas of the panes; one without an area is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    pub segments: Rect,
    pub groups: Rect,
    pub personas: Rect,
}

impl Areas {
    /// Divides the screen. The strip of conditions gets the lines that it needs, but at most a third of the rest.
    pub fn new(screen: Rect, has_problem: bool, conditions: u16) -> Self {
        let problem = u16::from(has_problem || screen.height >= ROOMY);
        let rest = screen.height.saturating_sub(4 + problem);
        let attrition = conditions.min(rest / 3);
        let mut y = screen.y;
        let mut take = |height: u16| {
            let area = Rect { y, height, ..screen }.intersection(screen);
            y = y.saturating_add(height);
            area
        };
        Self {
            header: take(1),
            filter: take(1),
            problem: take(problem),
            summary: take(1),
            attrition: take(attrition),
            main: take(rest - attrition),
            footer: take(1),
        }
    }
}

impl Panes {
    /// Divides an area into panes side by side. Segments and groups share a line of their frames. The groups get the
    /// lines that they need, but at most two fifths of the height: the rest is for the segments.
    pub fn beside(main: Rect, group_lines: usize) -> Self {
        let left = (u32::from(main.width) * 57 / 100) as u16;
        let most = (main.height - main.height * 3 / 5).max(6).min(main.height);
        let wanted = u16::try_from(group_lines).unwrap_or(u16::MAX).max(FEWEST_GROUPS).saturating_add(2);
        let upper = main.height - wanted.min(most);
        let segments = Rect { width: left, height: (upper + 1).min(main.height), ..main };
        let groups = Rect { y: main.y + upper, width: left, height: main.height - upper, ..main };
        let personas = Rect { x: main.x + left, width: main.width - left, ..main };
        Self { segments, groups, personas }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fill_the_screen() {
        for (width, height) in [(120, 36), (80, 24), (40, 10), (200, 60)] {
            let screen = Rect::new(0, 0, width, height);
            for problem in [false, true] {
                let areas = Areas::new(screen, problem, 4);
                let upper = [areas.header, areas.filter, areas.problem, areas.summary];
                let parts = upper.into_iter().chain([areas.attrition, areas.main, areas.footer]);
                assert_eq!(parts.map(|part| part.height).sum::<u16>(), height);
                assert_eq!(areas.footer.bottom(), height);
            }
        }
    }

    #[test]
    fn the_groups_take_only_the_lines_they_need() {
        let main = Rect::new(0, 5, 120, 30);
        for (lines, height) in [(0, 6), (4, 6), (7, 9), (10, 12), (5_000, 12)] {
            let panes = Panes::beside(main, lines);
            assert_eq!(panes.groups.height, height);
            assert_eq!((panes.groups.bottom(), panes.segments.bottom()), (35, panes.groups.y + 1));
        }
    }

    #[test]
    fn on_a_roomy_screen_an_error_moves_nothing() {
        let screen = Rect::new(0, 0, 80, 24);
        assert_eq!(Areas::new(screen, true, 0), Areas::new(screen, false, 0));
    }
}
