use super::ThemeBox;
use crate::study::ThemeName;
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, Position, Rect, TextPiece, inside};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::bars::{self, Stack};
use crate::tui::widgets::boxes::clear_for_box;

const WIDTH: u16 = 58;

/// Draws the themes in a box at the lower right, so that most of the screen shows the selected one.
pub fn draw(canvas: &mut Canvas, screen: Rect, themes: &ThemeBox, state: &State) {
    let area = area(screen);
    let width = area.width;
    clear_for_box(canvas, area);
    canvas.text(area.x + 1, area.y, width.saturating_sub(2), " Themes ", Role::Focus);
    canvas.text(area.x + 2, area.bottom() - 1, width - 4, " enter saves it for all studies · esc back ", Role::Dim);
    let inner = inside(area);
    for ((at, theme), y) in ThemeName::ALL.iter().enumerate().zip(inner.top()..inner.bottom()) {
        let mark = if at == themes.cursor { "›" } else { " " };
        canvas.text(inner.x, y, 1, mark, Role::Accent);
        canvas.text(inner.x + 2, y, 10, theme.word(), Role::Text);
        canvas.text(inner.x + 12, y, inner.width.saturating_sub(13), about(*theme, state), Role::Dim);
        if at == themes.cursor {
            canvas.select(Rect { y, height: 1, ..inner });
        }
    }
    let y = inner.y + ThemeName::ALL.len() as u16 + 1;
    if y < inner.bottom() {
        canvas.pieces(inner.x + 2, y, inner.width.saturating_sub(3), &sample());
    }
}

/// Returns the theme at a place of the page, as an index.
pub fn theme_at(screen: Rect, at: Position) -> Option<usize> {
    let inner = inside(area(screen));
    let line = usize::from(at.y.checked_sub(inner.y).filter(|_| inner.contains(at))?);
    (line < ThemeName::ALL.len()).then_some(line)
}

/// Returns the area of the box.
fn area(screen: Rect) -> Rect {
    let height = (ThemeName::ALL.len() as u16 + 5).min(screen.height);
    let width = WIDTH.min(screen.width);
    Rect { x: screen.right() - width, y: screen.bottom() - height, width, height }
}

fn about(theme: ThemeName, state: &State) -> &'static str {
    match (theme, state.settings.abilities.is_light) {
        (ThemeName::Auto, None) => "the terminal's own colours",
        (ThemeName::Auto, Some(true)) => "to suit the terminal: light, as it says",
        (ThemeName::Auto, Some(false)) => "to suit the terminal: dark, as it says",
        (ThemeName::Dark, _) => "cool, on a dark background",
        (ThemeName::Light, _) => "cool, on a light background",
        (ThemeName::Ember, _) => "warm, on a dark background",
        (ThemeName::Contrast, _) => "strong contrasts for every pair of eyes",
        (ThemeName::Mono, _) => "no colours at all",
    }
}

/// Returns a line with the roles that themes differ in.
fn sample() -> Vec<TextPiece> {
    let mut pieces = bars::tracked(0.6, 12, Role::Bar);
    pieces.push(("  ".into(), Role::Text));
    pieces.extend(Stack { shares: vec![0.5, 0.3, 0.2], largest: Some(0), is_dim: false }.pieces(10));
    pieces.extend([
        ("  244 ▲".to_owned(), Role::Rise),
        ("  63 ▼".to_owned(), Role::Fall),
        ("  'text'".to_owned(), Role::Literal),
        ("  @name".to_owned(), Role::Accent),
    ]);
    pieces
}
