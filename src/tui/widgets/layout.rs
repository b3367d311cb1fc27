//! Layout of the main screen.

use ratatui::layout::Rect;

/// Minimum width to show panes side by side; below it one pane is shown at a time.
pub const SIDE_BY_SIDE: u16 = 100;
/// Minimum size, as width and height, to show anything.
pub const MIN_SIZE: (u16, u16) = (40, 10);
/// Minimum height to reserve the row under the filter line for its errors, so that nothing jumps as errors come and
/// go.
const ROOMY: u16 = 16;

/// Minimum number of lines of the groups pane, even with fewer groups.
const MIN_GROUP_LINES: u16 = 4;
/// Minimum number of lines of the personas pane, even with fewer personas.
const MIN_PERSONA_LINES: u16 = 6;
/// Minimum height of the card below the personas, its frame included; with less room there is none.
const MIN_CARD_HEIGHT: u16 = 9;
/// Minimum height of one pane at a time and the strip of personas below it.
const MIN_STRIP_HEIGHT: u16 = 12;

/// Areas of the screen, from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    /// First line: what is open.
    pub header: Rect,
    /// Filter line.
    pub filter: Rect,
    /// Row for an error in the filter.
    pub problem: Rect,
    /// Number of customers, and their share.
    pub summary: Rect,
    /// Suggestions for the rule that is being typed: lines of their own, so that they cover no figures that update.
    pub suggestions: Rect,
    /// Strip with the effect of each condition of the filter.
    pub attrition: Rect,
    /// Area of the panes, the rows or another view.
    pub main: Rect,
    /// Last line: hints for keys, or a message.
    pub footer: Rect,
}

/// Areas of the panes; one without an area is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    pub segments: Rect,
    pub groups: Rect,
    pub personas: Rect,
    /// Card of the selected line, in the room that the personas leave.
    pub card: Rect,
}

impl Areas {
    /// Divides the screen. The strip of conditions gets the lines that it needs, but at most a third of the rest. While
    /// a rule is typed, some lines are reserved for suggestions, so that nothing jumps as they come and go.
    pub fn new(screen: Rect, has_problem: bool, conditions: u16, is_typing: bool) -> Self {
        let problem = u16::from(has_problem || screen.height >= ROOMY);
        let suggestions = match screen.height {
            _ if !is_typing => 0,
            height if height < ROOMY => 1,
            height if height < 24 => 2,
            _ => 3,
        };
        let rest = screen.height.saturating_sub(4 + problem + suggestions);
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
            suggestions: take(suggestions),
            attrition: take(attrition),
            main: take(rest - attrition),
            footer: take(1),
        }
    }
}

impl Panes {
    /// Divides an area into panes side by side. Segments and groups share a line of their frames. The groups get the
    /// lines that they need, but at most two fifths of the height: the rest is for the segments. The personas get the
    /// lines that they need; if enough is left, it is for the card.
    pub fn beside(main: Rect, group_lines: usize, persona_lines: usize) -> Self {
        let left = (u32::from(main.width) * 57 / 100) as u16;
        let most = (main.height - main.height * 3 / 5).max(6).min(main.height);
        let wanted = u16::try_from(group_lines).unwrap_or(u16::MAX).max(MIN_GROUP_LINES).saturating_add(2);
        let upper = main.height - wanted.min(most);
        let segments = Rect { width: left, height: (upper + 1).min(main.height), ..main };
        let groups = Rect { y: main.y + upper, width: left, height: main.height - upper, ..main };
        let right = Rect { x: main.x + left, width: main.width - left, ..main };
        let wanted = u16::try_from(persona_lines).unwrap_or(u16::MAX).max(MIN_PERSONA_LINES).saturating_add(2);
        let least = (main.height / 3).max(MIN_CARD_HEIGHT);
        let upper = wanted.min(main.height.saturating_sub(least).max(MIN_PERSONA_LINES + 2));
        let (personas, card) = match main.height.saturating_sub(upper) {
            rest if rest >= MIN_CARD_HEIGHT => {
                (Rect { height: upper, ..right }, Rect { y: main.y + upper, height: rest, ..right })
            }
            _ => (right, Rect { height: 0, ..right }),
        };
        Self { segments, groups, personas, card }
    }

    /// Divides an area into one pane and, below it, a strip of the personas, which share a line of their frames.
    /// Without room, or personas, there is no strip.
    pub fn with_strip(main: Rect, persona_lines: usize) -> (Rect, Option<Rect>) {
        if main.height < MIN_STRIP_HEIGHT || persona_lines == 0 {
            return (main, None);
        }
        let most = main.height * 2 / 5;
        let height = u16::try_from(persona_lines).unwrap_or(u16::MAX).saturating_add(2).min(most + 1);
        let upper = main.height - height;
        (Rect { height: upper + 1, ..main }, Some(Rect { y: main.y + upper, height, ..main }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_fill_screen() {
        for (width, height) in [(120, 36), (80, 24), (40, 10), (200, 60)] {
            let screen = Rect::new(0, 0, width, height);
            for (problem, typing) in [(false, false), (true, false), (false, true), (true, true)] {
                let areas = Areas::new(screen, problem, 4, typing);
                let upper = [areas.header, areas.filter, areas.problem, areas.summary, areas.suggestions];
                let parts = upper.into_iter().chain([areas.attrition, areas.main, areas.footer]);
                assert_eq!(parts.map(|part| part.height).sum::<u16>(), height);
                assert_eq!(areas.footer.bottom(), height);
            }
        }
    }

    #[test]
    fn groups_pane_takes_only_needed_lines() {
        let main = Rect::new(0, 5, 120, 30);
        for (lines, height) in [(0, 6), (4, 6), (7, 9), (10, 12), (5_000, 12)] {
            let panes = Panes::beside(main, lines, 10);
            assert_eq!(panes.groups.height, height);
            assert_eq!((panes.groups.bottom(), panes.segments.bottom()), (35, panes.groups.y + 1));
        }
    }

    #[test]
    fn error_line_moves_nothing_on_large_screen() {
        let screen = Rect::new(0, 0, 80, 24);
        assert_eq!(Areas::new(screen, true, 0, true), Areas::new(screen, false, 0, true));
    }

    #[test]
    fn card_gets_lines_left_by_personas() {
        for (height, lines, card) in [(31, 10, 19), (31, 28, 10), (31, 100, 10), (55, 10, 43), (14, 10, 0)] {
            let panes = Panes::beside(Rect::new(0, 5, 120, height), 4, lines);
            assert_eq!(panes.card.height, card, "{height} lines, {lines} personas");
            assert_eq!(panes.personas.height + card, height);
        }
    }

    #[test]
    fn persona_strip_shares_line_with_pane_above() {
        let main = Rect::new(0, 4, 80, 19);
        let (pane, strip) = Panes::with_strip(main, 6);
        assert_eq!((pane.height, strip.map(|strip| (strip.y, strip.height))), (12, Some((15, 8))));
        assert_eq!(Panes::with_strip(Rect { height: 6, ..main }, 6), (Rect { height: 6, ..main }, None));
        assert_eq!(Panes::with_strip(main, 0), (main, None));
    }
}
