//! Colours of the themes.

use ratatui::style::Color;

use super::abilities::Depth;

/// A colour by its parts, before it is brought to what the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Colours of a theme of its own.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    pub text: Rgb,
    /// Secondary text.
    pub dim: Rgb,
    /// Something notable, and the focus.
    pub accent: Rgb,
    /// Text on the accent.
    pub on_accent: Rgb,
    pub error: Rgb,
    pub notice: Rgb,
    /// A quoted value in a rule.
    pub literal: Rgb,
    /// Above average.
    pub rise: Rgb,
    /// Below average.
    pub fall: Rgb,
    /// Parts of a stacked bar beside the largest, by turns.
    pub parts: [Rgb; 2],
    /// Background of the selected line.
    pub selected: Rgb,
    /// Ends of the gradient of heat maps from nothing to the most; `cold` for values below average.
    pub heat: [Rgb; 2],
    pub cold: [Rgb; 2],
}

/// Colours on a dark background.
pub const DARK: Palette = Palette {
    text: Rgb(0xd8, 0xdc, 0xe4),
    dim: Rgb(0x7f, 0x88, 0x98),
    accent: Rgb(0x6c, 0xb6, 0xd9),
    on_accent: Rgb(0x10, 0x18, 0x20),
    error: Rgb(0xe8, 0x7a, 0x7a),
    notice: Rgb(0xe0, 0xb8, 0x60),
    literal: Rgb(0xa3, 0xbe, 0x8c),
    rise: Rgb(0x7f, 0xc8, 0x9a),
    fall: Rgb(0xe3, 0x9a, 0x62),
    parts: [Rgb(0x4a, 0x76, 0x92), Rgb(0x5a, 0x62, 0x72)],
    selected: Rgb(0x2a, 0x35, 0x42),
    heat: [Rgb(0x1c, 0x28, 0x33), Rgb(0x2b, 0x7d, 0xa8)],
    cold: [Rgb(0x2c, 0x22, 0x1b), Rgb(0x9a, 0x5a, 0x2c)],
};

/// Colours on a light background.
pub const LIGHT: Palette = Palette {
    text: Rgb(0x24, 0x29, 0x33),
    dim: Rgb(0x6b, 0x73, 0x81),
    accent: Rgb(0x0b, 0x64, 0x90),
    on_accent: Rgb(0xff, 0xff, 0xff),
    error: Rgb(0xb3, 0x26, 0x1e),
    notice: Rgb(0x8a, 0x5a, 0x00),
    literal: Rgb(0x3a, 0x6b, 0x35),
    rise: Rgb(0x1f, 0x7a, 0x4d),
    fall: Rgb(0xb4, 0x58, 0x1f),
    parts: [Rgb(0x6f, 0xa5, 0xc4), Rgb(0xa4, 0xac, 0xb9)],
    selected: Rgb(0xdc, 0xe8, 0xf2),
    heat: [Rgb(0xe6, 0xf0, 0xf7), Rgb(0x4f, 0xa3, 0xcc)],
    cold: [Rgb(0xf8, 0xee, 0xe4), Rgb(0xdf, 0x9a, 0x5f)],
};

/// Warm colours on a dark background.
pub const EMBER: Palette = Palette {
    text: Rgb(0xeb, 0xdb, 0xb2),
    dim: Rgb(0x9a, 0x8b, 0x78),
    accent: Rgb(0xf0, 0xa8, 0x4b),
    on_accent: Rgb(0x1d, 0x17, 0x10),
    error: Rgb(0xf0, 0x6a, 0x58),
    notice: Rgb(0xf2, 0xc9, 0x5c),
    literal: Rgb(0xb5, 0xbd, 0x58),
    rise: Rgb(0x9c, 0xc5, 0x7d),
    fall: Rgb(0xd7, 0x86, 0xa8),
    parts: [Rgb(0xa0, 0x6c, 0x30), Rgb(0x6f, 0x62, 0x55)],
    selected: Rgb(0x3d, 0x33, 0x29),
    heat: [Rgb(0x30, 0x26, 0x1b), Rgb(0xb0, 0x6a, 0x1c)],
    cold: [Rgb(0x2c, 0x22, 0x29), Rgb(0x8c, 0x4a, 0x6a)],
};

/// Strong contrasts on a dark background, in colours that eyes with any colour deficiency can distinguish (after Okabe
/// and Ito).
pub const CONTRAST: Palette = Palette {
    text: Rgb(0xff, 0xff, 0xff),
    dim: Rgb(0xb4, 0xb4, 0xb4),
    accent: Rgb(0x56, 0xc8, 0xff),
    on_accent: Rgb(0x00, 0x00, 0x00),
    error: Rgb(0xff, 0x7b, 0x54),
    notice: Rgb(0xf0, 0xe4, 0x42),
    literal: Rgb(0xf0, 0xe4, 0x42),
    rise: Rgb(0x56, 0xc8, 0xff),
    fall: Rgb(0xff, 0xa6, 0x26),
    parts: [Rgb(0xcc, 0x9a, 0xd8), Rgb(0x8c, 0x8c, 0x8c)],
    selected: Rgb(0x22, 0x3c, 0x5c),
    heat: [Rgb(0x10, 0x22, 0x38), Rgb(0x00, 0x72, 0xb2)],
    cold: [Rgb(0x33, 0x22, 0x08), Rgb(0xb0, 0x68, 0x00)],
};

impl Rgb {
    /// Returns the colour between two others: `share` 0 is the first, 1 the second.
    pub fn between([from, to]: [Rgb; 2], share: f64) -> Rgb {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        let part = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u8;
        Rgb(part(from.0, to.0), part(from.1, to.1), part(from.2, to.2))
    }

    /// Returns true if black is easier to read on the colour than white.
    pub fn is_bright(self) -> bool {
        let Rgb(r, g, b) = self;
        0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b) > 140.0
    }

    /// Returns the nearest colour that the terminal shows.
    pub fn at(self, depth: Depth) -> Color {
        let Rgb(r, g, b) = self;
        match depth {
            Depth::True => Color::Rgb(r, g, b),
            Depth::Indexed => Color::Indexed(self.indexed()),
            Depth::Sixteen => self.sixteen(),
        }
    }

    fn distance(self, other: Rgb) -> u32 {
        let of = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
        2 * of(self.0, other.0) + 4 * of(self.1, other.1) + 3 * of(self.2, other.2)
    }

    /// Returns the nearest of xterm's colours from 16 on, a cube and a ramp of greys: the first 16 are the user's.
    fn indexed(self) -> u8 {
        const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
        let near = |value: u8| (0..6).min_by_key(|&i| STEPS[i].abs_diff(value)).unwrap_or(0);
        let [r, g, b] = [self.0, self.1, self.2].map(near);
        let cube = (Rgb(STEPS[r], STEPS[g], STEPS[b]), (16 + 36 * r + 6 * g + b) as u8);
        let greys = (0..24u8).map(|n| (Rgb(8 + 10 * n, 8 + 10 * n, 8 + 10 * n), 232 + n));
        greys.chain([cube]).min_by_key(|(colour, _)| self.distance(*colour)).map_or(7, |(_, index)| index)
    }

    fn sixteen(self) -> Color {
        const COLOURS: [(Rgb, Color); 16] = [
            (Rgb(0, 0, 0), Color::Black),
            (Rgb(170, 0, 0), Color::Red),
            (Rgb(0, 170, 0), Color::Green),
            (Rgb(170, 85, 0), Color::Yellow),
            (Rgb(0, 0, 170), Color::Blue),
            (Rgb(170, 0, 170), Color::Magenta),
            (Rgb(0, 170, 170), Color::Cyan),
            (Rgb(170, 170, 170), Color::Gray),
            (Rgb(85, 85, 85), Color::DarkGray),
            (Rgb(255, 85, 85), Color::LightRed),
            (Rgb(85, 255, 85), Color::LightGreen),
            (Rgb(255, 255, 85), Color::LightYellow),
            (Rgb(85, 85, 255), Color::LightBlue),
            (Rgb(255, 85, 255), Color::LightMagenta),
            (Rgb(85, 255, 255), Color::LightCyan),
            (Rgb(255, 255, 255), Color::White),
        ];
        COLOURS.into_iter().min_by_key(|(colour, _)| self.distance(*colour)).map_or(Color::Gray, |(_, colour)| colour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_reduced_to_terminal_depth() {
        let blue = Rgb(0x00, 0x5f, 0xd7);
        assert_eq!(blue.at(Depth::True), Color::Rgb(0, 0x5f, 0xd7));
        assert_eq!(blue.at(Depth::Indexed), Color::Indexed(26));
        assert_eq!(Rgb(0x30, 0x30, 0x30).at(Depth::Indexed), Color::Indexed(236));
        assert_eq!(Rgb(250, 80, 90).at(Depth::Sixteen), Color::LightRed);
    }

    #[test]
    fn gradient_runs_between_its_ends() {
        let ends = [Rgb(0, 0, 0), Rgb(200, 100, 50)];
        assert_eq!(Rgb::between(ends, 0.5), Rgb(100, 50, 25));
        assert_eq!([-1.0, f64::NAN, 2.0].map(|share| Rgb::between(ends, share)), [ends[0], ends[0], ends[1]]);
    }

    /// Returns WCAG's contrast between two colours, from 1 to 21.
    fn contrast(one: Rgb, other: Rgb) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let light = |Rgb(r, g, b): Rgb| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        let (a, b) = (light(one).max(light(other)), light(one).min(light(other)));
        (a + 0.05) / (b + 0.05)
    }

    #[test]
    fn themes_are_legible_on_background_and_selection() {
        for (palette, ground) in [
            (DARK, Rgb(0x14, 0x18, 0x1e)),
            (LIGHT, Rgb(0xff, 0xff, 0xff)),
            (EMBER, Rgb(0x1d, 0x1a, 0x17)),
            (CONTRAST, Rgb(0, 0, 0)),
        ] {
            for colour in [palette.text, palette.accent, palette.error, palette.rise, palette.fall, palette.literal] {
                assert!(contrast(colour, ground) >= 4.5, "{colour:?} on {ground:?}");
                assert!(contrast(colour, palette.selected) >= 3.0, "{colour:?} on the selected line");
            }
            assert!(
                contrast(palette.dim, ground) >= 4.0 && contrast(palette.dim, palette.selected) >= 3.0,
                "{ground:?}"
            );
            assert!(contrast(palette.on_accent, palette.accent) >= 4.5);
            for ends in [palette.heat, palette.cold] {
                for share in [0.0, 0.5, 1.0] {
                    let shade = Rgb::between(ends, share);
                    let text = if shade.is_bright() { Rgb(0, 0, 0) } else { Rgb(255, 255, 255) };
                    assert!(contrast(text, shade) >= 4.0, "{shade:?}");
                }
            }
        }
    }
}
