//! Changes the user's own preferences, `$XDG_CONFIG_HOME/crosscut/config.toml`: comments, order and spacing stay.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, value};

use super::atomic::{self, Fingerprint};
use super::config::ThemeName;

/// Writes the theme to the user's preferences, and returns the path of their file, which is made if it is missing.
///
/// # Errors
/// Returns one line with the file and the reason why nothing was written.
pub fn keep_theme(file: &Path, theme: ThemeName) -> Result<PathBuf, String> {
    let failed = |reason: String| format!("{}: {reason}", file.display());
    let (text, expect) = match std::fs::read(file) {
        Ok(bytes) => {
            let expect = Fingerprint::from_bytes(&bytes);
            (String::from_utf8(bytes).map_err(|_| failed("not UTF-8: nothing was written".into()))?, expect)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (String::new(), Fingerprint::ABSENT),
        Err(error) => return Err(failed(error.to_string())),
    };
    let new = with_theme(&text, theme).map_err(failed)?;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
    }
    atomic::write(file, new.as_bytes(), Some(expect)).map_err(|error| error.to_string())?;
    Ok(file.to_owned())
}

/// Returns the text of a config file with this theme.
fn with_theme(text: &str, theme: ThemeName) -> Result<String, String> {
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| format!("not TOML, so nothing was written: {}", error.message()))?;
    let look = document.entry("look").or_insert_with(|| Item::Table(Table::new()));
    let Some(look) = look.as_table_like_mut() else {
        return Err("look is not a table, so nothing was written: write [look] in its place".into());
    };
    match look.get_mut("theme").and_then(Item::as_value_mut) {
        Some(known) => {
            let decor = known.decor().clone();
            *known = theme.word().into();
            *known.decor_mut() = decor;
        }
        None => drop(look.insert("theme", value(theme.word()))),
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_theme_changes_only_theme() {
        let before = "# mine\n[keys]\nredo = \"ctrl-r\"\n\n[look]\ntheme = \"dark\"   # at night\nmouse = true\n";
        let after = with_theme(before, ThemeName::Light).expect("a config file");
        assert_eq!(after, before.replace("\"dark\"", "\"light\""));
        assert_eq!(with_theme("", ThemeName::Ember).as_deref(), Ok("[look]\ntheme = \"ember\"\n"));
        let without = with_theme("[look]\nmouse = true\n", ThemeName::Mono).expect("a config file");
        assert_eq!(without, "[look]\nmouse = true\ntheme = \"mono\"\n");
    }

    #[test]
    fn invalid_config_file_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "[look\n").expect("a writable folder");
        let error = keep_theme(&file, ThemeName::Dark).expect_err("no TOML");
        assert!(error.contains("config.toml: not TOML"), "{error}");
        assert_eq!(std::fs::read_to_string(&file).ok().as_deref(), Some("[look\n"));
    }

    #[test]
    fn missing_config_file_is_created_with_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("crosscut/config.toml");
        keep_theme(&file, ThemeName::Contrast).expect("a writable folder");
        assert_eq!(std::fs::read_to_string(&file).ok().as_deref(), Some("[look]\ntheme = \"contrast\"\n"));
    }
}
