//! Roles of text, and the styles that show them.
//!
//! Drawing names a [`Role`], never a colour. There is one accent, dim for what is secondary, and bold for the number
//! that answers the question. Every role that matters also differs from its neighbours by a modifier, a mark or its
//! place, so that [`ThemeName::Mono`] loses nothing.

use ratatui::style::{Color, Modifier, Style};

use super::abilities::{Abilities, Depth};
use super::palette::{CONTRAST, DARK, EMBER, LIGHT, Palette, Rgb};
use crate::study::ThemeName;

/// Role of a piece of text on the screen. A theme gives each role a style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Text,
    /// Secondary: headings, hints, connectives, old answers.
    Dim,
    /// The number that answers the question, and names of pages.
    Strong,
    /// Something notable: a segment that is on, a key.
    Accent,
    /// The focus of the keys: the title of the pane in focus, a single selected cell.
    Focus,
    Border,
    FocusBorder,
    Bar,
    /// A part of a stacked bar other than the largest. Neighbouring parts alternate with [`Role::OtherPart`].
    Part,
    OtherPart,
    /// The empty part of a bar.
    Track,
    /// Above average, more than before. Its mark says so too.
    Rise,
    /// Below average, less than before.
    Fall,
    Error,
    Notice,
    /// A quoted value in a rule.
    Literal,
}

/// Styles by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    text: Color,
    /// Colour of dim text; `None` uses the faint variant of the terminal's own colour.
    dim: Option<Color>,
    accent: Color,
    on_accent: Color,
    error: Color,
    notice: Color,
    literal: Color,
    rise: Color,
    fall: Color,
    parts: [Color; 2],
    selected: SelectedLook,
    /// Gradients of heat maps, where the terminal has the colours for it.
    heat: Option<Heat>,
    colours: bool,
}

/// Look of the selected line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SelectedLook {
    /// Reverse video, except for bars, which stay bars.
    Reversed,
    /// A background, and the colours of text and of dim text on it if the terminal's own may not be legible there.
    Tint { background: Color, text: Option<[Color; 2]> },
}

/// Colours of heat maps above and below the average.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Heat {
    above: [Rgb; 2],
    below: [Rgb; 2],
    depth: Depth,
}

impl Theme {
    /// Returns the theme of this name as the terminal can show it.
    pub fn new(name: ThemeName, abilities: Abilities) -> Self {
        match (name, abilities.is_light) {
            (ThemeName::Auto, Some(is_light)) if abilities.depth > Depth::Sixteen => {
                Self::from_palette(if is_light { &LIGHT } else { &DARK }, abilities.depth)
            }
            (ThemeName::Auto, is_light) => Self::from_terminal(is_light == Some(true), abilities.depth),
            // 16 colours are too few for a palette: the terminal's own are better chosen.
            (ThemeName::Light, _) if abilities.depth == Depth::Sixteen => Self::from_terminal(true, abilities.depth),
            (ThemeName::Ember, _) if abilities.depth == Depth::Sixteen => {
                Self { accent: Color::Yellow, notice: Color::LightRed, ..Self::from_terminal(false, abilities.depth) }
            }
            (ThemeName::Dark | ThemeName::Contrast, _) if abilities.depth == Depth::Sixteen => {
                Self::from_terminal(false, abilities.depth)
            }
            (ThemeName::Dark, _) => Self::from_palette(&DARK, abilities.depth),
            (ThemeName::Light, _) => Self::from_palette(&LIGHT, abilities.depth),
            (ThemeName::Ember, _) => Self::from_palette(&EMBER, abilities.depth),
            (ThemeName::Contrast, _) => Self::from_palette(&CONTRAST, abilities.depth),
            (ThemeName::Mono, _) => MONO,
        }
    }

    fn from_palette(palette: &Palette, depth: Depth) -> Self {
        let selected = SelectedLook::Tint { background: palette.selected.at(depth), text: None };
        Self {
            text: palette.text.at(depth),
            dim: Some(palette.dim.at(depth)),
            accent: palette.accent.at(depth),
            on_accent: palette.on_accent.at(depth),
            error: palette.error.at(depth),
            notice: palette.notice.at(depth),
            literal: palette.literal.at(depth),
            rise: palette.rise.at(depth),
            fall: palette.fall.at(depth),
            parts: palette.parts.map(|part| part.at(depth)),
            selected,
            heat: Some(Heat { above: palette.heat, below: palette.cold, depth }),
            colours: true,
        }
    }

    /// Returns the theme of the terminal's own 16 colours, which fit whatever its owner chose. The background is not
    /// known then: the selected line and the heat map set the text's colour with theirs.
    fn from_terminal(is_light: bool, depth: Depth) -> Self {
        let palette = if is_light { &LIGHT } else { &DARK };
        let selected = match depth {
            Depth::Sixteen if is_light => SelectedLook::Tint { background: Color::Gray, text: Some([Color::Black; 2]) },
            Depth::Sixteen => SelectedLook::Tint { background: Color::Blue, text: Some([Color::White, Color::Gray]) },
            // Even with true colour the nearest of the 256 colours is used: its sequences are shorter.
            _ => SelectedLook::Tint {
                background: palette.selected.at(Depth::Indexed),
                text: Some([palette.text.at(Depth::Indexed), palette.dim.at(Depth::Indexed)]),
            },
        };
        Self {
            text: Color::Reset,
            dim: None,
            accent: if is_light { Color::Blue } else { Color::Cyan },
            on_accent: if is_light { Color::White } else { Color::Black },
            error: Color::Red,
            notice: if is_light { Color::Magenta } else { Color::Yellow },
            literal: Color::Green,
            rise: Color::Green,
            fall: Color::Magenta,
            parts: [if is_light { Color::Cyan } else { Color::Blue }, Color::Reset],
            selected,
            heat: (depth > Depth::Sixteen).then_some(Heat { above: palette.heat, below: palette.cold, depth }),
            colours: true,
        }
    }

    /// Returns the style of text in this role.
    pub fn style(&self, role: Role) -> Style {
        let plain = Style::new().fg(self.text);
        let accent = Style::new().fg(self.accent);
        match role {
            Role::Text => plain,
            Role::Dim | Role::Border | Role::Track => self.dim(),
            Role::Strong => plain.add_modifier(Modifier::BOLD),
            Role::Accent => accent.add_modifier(self.without_colours(Modifier::BOLD)),
            Role::Bar => accent,
            Role::Part => Style::new().fg(self.parts[0]),
            Role::OtherPart if self.dim.is_none() => self.dim(),
            Role::OtherPart => Style::new().fg(self.parts[1]),
            Role::FocusBorder => accent,
            Role::Focus => self.focus(),
            Role::Rise => Style::new().fg(self.rise).add_modifier(self.without_colours(Modifier::BOLD)),
            Role::Fall => Style::new().fg(self.fall).add_modifier(self.without_colours(Modifier::BOLD)),
            Role::Error => Style::new().fg(self.error).add_modifier(self.without_colours(Modifier::BOLD)),
            Role::Notice => Style::new().fg(self.notice),
            Role::Literal => Style::new().fg(self.literal),
        }
    }

    /// Returns the style of a cell of the selected line that was drawn in another style. Bars stay bars.
    pub fn selected(&self, drawn: Style, is_bar: bool) -> Style {
        let without = |modifier| Style { add_modifier: drawn.add_modifier.difference(modifier), ..drawn };
        match self.selected {
            SelectedLook::Reversed if is_bar => drawn,
            SelectedLook::Reversed => without(Modifier::DIM).add_modifier(Modifier::REVERSED),
            SelectedLook::Tint { background, text: Some([text, dim]) } => {
                let is_own = matches!(drawn.fg, None | Some(Color::Reset));
                let colour = if drawn.add_modifier.contains(Modifier::DIM) { dim } else { text };
                let style = without(Modifier::DIM).bg(background);
                if is_own { style.fg(colour) } else { style }
            }
            SelectedLook::Tint { background, text: None } => drawn.bg(background),
        }
    }

    /// Returns the style of a cell of a heat map: `share` from −1 to 1, below 0 for what lies below average. `None`
    /// where the terminal has not enough colours for a gradient, and for nothing at all.
    pub fn heat(&self, share: f64) -> Option<Style> {
        let Heat { above, below, depth } = self.heat?;
        if !share.is_finite() || share == 0.0 {
            return None;
        }
        let shade = Rgb::between(if share < 0.0 { below } else { above }, share.abs());
        let text = if shade.is_bright() { Rgb(0, 0, 0) } else { Rgb(0xff, 0xff, 0xff) };
        Some(Style::new().fg(text.at(depth)).bg(shade.at(depth)))
    }

    /// Returns true if heat maps have a gradient.
    pub fn has_gradient(&self) -> bool {
        self.heat.is_some()
    }

    fn dim(&self) -> Style {
        match self.dim {
            Some(colour) => Style::new().fg(colour),
            None => Style::new().fg(self.text).add_modifier(Modifier::DIM),
        }
    }

    /// Returns the style of the focus. Without colours it is reverse video alone: setting a colour afterwards would
    /// erase the bar (crossterm under NO_COLOR).
    fn focus(&self) -> Style {
        if self.colours {
            Style::new().fg(self.on_accent).bg(self.accent)
        } else {
            Style::new().add_modifier(Modifier::REVERSED)
        }
    }

    fn without_colours(&self, modifier: Modifier) -> Modifier {
        if self.colours { Modifier::empty() } else { modifier }
    }
}

const MONO: Theme = Theme {
    text: Color::Reset,
    dim: None,
    accent: Color::Reset,
    on_accent: Color::Reset,
    error: Color::Reset,
    notice: Color::Reset,
    literal: Color::Reset,
    rise: Color::Reset,
    fall: Color::Reset,
    parts: [Color::Reset; 2],
    selected: SelectedLook::Reversed,
    heat: None,
    colours: false,
};

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [ThemeName; 6] =
        [ThemeName::Auto, ThemeName::Dark, ThemeName::Light, ThemeName::Ember, ThemeName::Contrast, ThemeName::Mono];

    fn theme(name: ThemeName) -> Theme {
        Theme::new(name, Abilities::default())
    }

    #[test]
    fn mono_theme_resets_colours_and_reverses_bar() {
        let theme = theme(ThemeName::Mono);
        for role in [Role::Text, Role::Dim, Role::Accent, Role::Focus, Role::Error, Role::Notice, Role::Literal] {
            let style = theme.style(role);
            assert!(matches!(style.fg, None | Some(Color::Reset)), "{role:?}");
            assert!(matches!(style.bg, None | Some(Color::Reset)), "{role:?}");
        }
        assert!(theme.style(Role::Focus).add_modifier.contains(Modifier::REVERSED));
        assert_ne!(theme.style(Role::Dim), theme.style(Role::Text));
    }

    #[test]
    fn selected_line_keeps_bar_colour_in_each_theme() {
        for name in ALL {
            for depth in [Depth::Sixteen, Depth::Indexed, Depth::True] {
                let theme = Theme::new(name, Abilities { depth, ..Abilities::default() });
                let bar = theme.style(Role::Bar);
                let selected = theme.selected(bar, true);
                assert_eq!(selected.fg, bar.fg, "{name:?}");
                assert!(!selected.add_modifier.contains(Modifier::REVERSED), "{name:?}");
                let text = theme.style(Role::Text);
                assert_ne!(theme.selected(text, false), text, "{name:?}");
                assert_ne!(theme.selected(text, false).bg, theme.selected(text, false).fg, "{name:?} {depth:?}");
            }
        }
    }

    #[test]
    fn rise_and_fall_colours_differ_in_each_colour_theme() {
        for name in ALL.into_iter().filter(|name| *name != ThemeName::Mono) {
            let theme = theme(name);
            assert_ne!(theme.style(Role::Rise).fg, theme.style(Role::Fall).fg, "{name:?}");
        }
    }

    #[test]
    fn auto_theme_follows_terminal_background() {
        let of = |is_light, depth| Theme::new(ThemeName::Auto, Abilities { depth, is_light, is_ascii: false });
        let named = |name| Theme::new(name, Abilities { depth: Depth::True, ..Abilities::default() });
        assert_eq!(of(Some(true), Depth::True), named(ThemeName::Light));
        assert_eq!(of(Some(false), Depth::True), named(ThemeName::Dark));
        assert_eq!(of(None, Depth::True).text, Color::Reset);
        assert_eq!(of(Some(true), Depth::Sixteen).accent, Color::Blue);
    }

    #[test]
    fn gradient_needs_more_than_16_colours() {
        assert_eq!(theme(ThemeName::Dark).heat(0.5), None);
        let dark = Theme::new(ThemeName::Dark, Abilities { depth: Depth::True, ..Abilities::default() });
        assert_ne!(dark.heat(0.2), dark.heat(0.9));
        assert_ne!(dark.heat(0.5), dark.heat(-0.5));
        assert_eq!(dark.heat(0.0), None);
        assert_eq!(
            Theme::new(ThemeName::Mono, Abilities { depth: Depth::True, ..Abilities::default() }).heat(0.5),
            None
        );
    }
}
