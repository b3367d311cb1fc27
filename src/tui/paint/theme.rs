//! Roles of text, and the styles that show them.
//!
//! Drawing names a [`Role`], never a colour. There is one accent, dim for what is secondary, and bold for the number
//! that answers the question. Every role that matters also differs from its neighbours by a modifier, a mark or its
//! place, so that [`ThemeName::Mono`] loses nothing.

use ratatui::style::{Color, Modifier, Style};

use crate::study::ThemeName;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Text,
    /// Secondary: headings, hints, connectives, old answers.
    Dim,
    /// The number that answers the question, and names of pages.
    Strong,
    /// Something notable: an index far from 100, a segment that is on, a key.
    Accent,
    /// The focus of the keys: the selected line, the title of the pane in focus.
    Focus,
    Border,
    FocusBorder,
    Bar,
    /// The empty part of a bar.
    Track,
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
    colours: bool,
}

impl Theme {
    pub fn named(name: ThemeName) -> Self {
        match name {
            ThemeName::Auto => SIXTEEN,
            ThemeName::Dark => DARK,
            ThemeName::Light => LIGHT,
            ThemeName::Mono => MONO,
        }
    }

    pub fn style(&self, role: Role) -> Style {
        let plain = Style::new().fg(self.text);
        let accent = Style::new().fg(self.accent);
        match role {
            Role::Text => plain,
            Role::Dim | Role::Border | Role::Track => self.dim(),
            Role::Strong => plain.add_modifier(Modifier::BOLD),
            Role::Accent => accent.add_modifier(self.without_colours(Modifier::BOLD)),
            Role::Bar => accent,
            Role::FocusBorder => accent,
            Role::Focus => self.focus(),
            Role::Error => Style::new().fg(self.error).add_modifier(self.without_colours(Modifier::BOLD)),
            Role::Notice => Style::new().fg(self.notice),
            Role::Literal => Style::new().fg(self.literal),
        }
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

/// Theme of the terminal's own 16 colours, which fit whatever its owner chose.
const SIXTEEN: Theme = Theme {
    text: Color::Reset,
    dim: None,
    accent: Color::Cyan,
    on_accent: Color::Black,
    error: Color::Red,
    notice: Color::Yellow,
    literal: Color::Green,
    colours: true,
};

const MONO: Theme = Theme {
    text: Color::Reset,
    dim: None,
    accent: Color::Reset,
    on_accent: Color::Reset,
    error: Color::Reset,
    notice: Color::Reset,
    literal: Color::Reset,
    colours: false,
};

const DARK: Theme = Theme {
    text: Color::Rgb(0xd8, 0xdc, 0xe4),
    dim: Some(Color::Rgb(0x7c, 0x84, 0x94)),
    accent: Color::Rgb(0x6c, 0xb6, 0xd9),
    on_accent: Color::Rgb(0x10, 0x18, 0x20),
    error: Color::Rgb(0xe8, 0x7a, 0x7a),
    notice: Color::Rgb(0xe0, 0xb8, 0x60),
    literal: Color::Rgb(0xa3, 0xbe, 0x8c),
    colours: true,
};

const LIGHT: Theme = Theme {
    text: Color::Rgb(0x24, 0x29, 0x33),
    dim: Some(Color::Rgb(0x74, 0x7c, 0x8a)),
    accent: Color::Rgb(0x0b, 0x64, 0x90),
    on_accent: Color::Rgb(0xff, 0xff, 0xff),
    error: Color::Rgb(0xb3, 0x26, 0x1e),
    notice: Color::Rgb(0x8a, 0x5a, 0x00),
    literal: Color::Rgb(0x3a, 0x6b, 0x35),
    colours: true,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colours_every_colour_is_reset_and_the_bar_is_reversed() {
        let theme = Theme::named(ThemeName::Mono);
        for role in [Role::Text, Role::Dim, Role::Accent, Role::Focus, Role::Error, Role::Notice, Role::Literal] {
            let style = theme.style(role);
            assert!(matches!(style.fg, None | Some(Color::Reset)), "{role:?}");
            assert!(matches!(style.bg, None | Some(Color::Reset)), "{role:?}");
        }
        assert!(theme.style(Role::Focus).add_modifier.contains(Modifier::REVERSED));
        assert_ne!(theme.style(Role::Dim), theme.style(Role::Text));
    }
}
