//! Abilities of the terminal, read from the environment: nothing is asked of the terminal, as a late answer would read
//! as keys.

/// Number of colours that the terminal shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// The terminal's own 16 colours.
    #[default]
    Sixteen,
    /// The 256 colours of xterm.
    Indexed,
    /// Any colour.
    True,
}

/// Abilities of the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Abilities {
    pub depth: Depth,
    /// True for a light background, false for a dark one; `None` if the terminal does not tell.
    pub is_light: Option<bool>,
    /// True if only ASCII characters are shown.
    pub is_ascii: bool,
}

/// Names of terminals, or parts of them, that show any colour although not all set `COLORTERM`.
const TRUE_COLOUR: [&str; 7] = ["kitty", "ghostty", "alacritty", "foot", "wezterm", "iterm", "direct"];

impl Abilities {
    /// Reads the abilities from environment variables, which `variable` looks up.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| variable(name).unwrap_or_default().to_ascii_lowercase();
        let (term, colours) = (value("TERM"), value("COLORTERM"));
        let depth =
            if colours == "truecolor" || colours == "24bit" || TRUE_COLOUR.iter().any(|name| term.contains(name)) {
                Depth::True
            } else if term.contains("256color") || !colours.is_empty() {
                Depth::Indexed
            } else {
                Depth::Sixteen
            };
        Self { depth, is_light: is_light(&value("COLORFGBG")), is_ascii: is_ascii(variable) }
    }
}

/// Reads `COLORFGBG`, as `15;0` or `0;default;15`: the last field is the background's colour.
fn is_light(colours: &str) -> Option<bool> {
    let background: u8 = colours.rsplit(';').next()?.parse().ok()?;
    match background {
        0..=6 | 8 => Some(false),
        7 | 9..=15 => Some(true),
        _ => None,
    }
}

/// Returns true if the locale's character set is not UTF-8. Without a locale, as in many containers, it is taken to be.
fn is_ascii(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    set.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        !(locale.contains("utf-8") || locale.contains("utf8"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn abilities(variables: &[(&str, &str)]) -> Abilities {
        Abilities::from_environment(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn colour_depth_follows_environment() {
        let depth = |variables: &[(&str, &str)]| abilities(variables).depth;
        assert_eq!(depth(&[("TERM", "linux")]), Depth::Sixteen);
        assert_eq!(depth(&[("TERM", "screen-256color")]), Depth::Indexed);
        assert_eq!(depth(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Depth::True);
        assert_eq!(depth(&[("TERM", "xterm-kitty")]), Depth::True);
    }

    #[test]
    fn background_is_last_field_of_colorfgbg() {
        let of = |value: &str| abilities(&[("COLORFGBG", value)]).is_light;
        assert_eq!(
            [of("15;0"), of("0;15"), of("0;default;15"), of("15;default"), of("")],
            [Some(false), Some(true), Some(true), None, None]
        );
    }

    #[test]
    fn first_set_locale_variable_decides_ascii() {
        let of = |variables: &[(&str, &str)]| abilities(variables).is_ascii;
        assert!(!of(&[]) && !of(&[("LC_ALL", "C.UTF-8")]) && !of(&[("LANG", "de_DE.utf8")]));
        assert!(of(&[("LANG", "C")]) && of(&[("LC_ALL", "POSIX"), ("LANG", "en_US.UTF-8")]));
        assert!(of(&[("LC_ALL", ""), ("LC_CTYPE", "de_DE.ISO-8859-1"), ("LANG", "en_US.UTF-8")]));
    }
}
