//! Opens what the full-screen program shows.

use std::path::{Path, PathBuf};

use super::source::{CONFIG_IGNORED, NOTHING_TO_OPEN, is_there, opening, unknown_word};
use crate::cli::{CommandError, CommonOptions, recent};
use crate::session::{self, MIN_GROWING_BYTES};
use crate::study::{self, ThemeName};
use crate::tui::core::{Abilities, Query, RunSettings};
use crate::tui::run::TuiInput;
use crate::tui::views;

/// Prepares the TUI, and remembers the study.
pub fn for_screen(options: &CommonOptions, table: Option<&Path>, fresh: bool) -> Result<TuiInput, CommandError> {
    let screen = for_screen_once(options, table, fresh)?;
    recent::remember(screen.opening.study.file.as_deref());
    Ok(screen)
}

/// Returns the ways to open something, and the studies that were opened last.
fn welcome() -> CommandError {
    let commands = recent::studies().iter().map(|study| format!("\n  {}", recent::command(study))).collect::<String>();
    let recent = if commands.is_empty() { String::new() } else { format!("\nstudies opened last:{commands}") };
    CommandError::usage(format!("{NOTHING_TO_OPEN}{recent}"))
}

/// Prepares the TUI for a study that is not remembered.
pub(in crate::cli) fn for_screen_once(
    options: &CommonOptions,
    table: Option<&Path>,
    fresh: bool,
) -> Result<TuiInput, CommandError> {
    if table.is_none() && options.data.is_none() && options.config.is_none() && study::find().is_none() {
        return Err(welcome());
    }
    if let Some(table) = table.filter(|table| !is_there(table)) {
        return Err(unknown_word(&table.display().to_string()));
    }
    // A folder with a study, or its config.toml, opens the study.
    let study_file = table.and_then(study_at);
    let options = &match study_file {
        Some(file) => CommonOptions { config: Some(file), ..options.clone() },
        None => options.clone(),
    };
    let table = table.filter(|table| study_at(table).is_none());
    let mut opening = opening(options, table)?;
    opening.grows_from = Some(MIN_GROWING_BYTES);
    let is_inside = |table: &Path| {
        std::path::absolute(table).is_ok_and(|table| table.starts_with(std::env::current_dir().unwrap_or_default()))
    };
    if table.is_some_and(is_inside) && options.config.is_none() && study::find().is_some() {
        opening.study.notices.push(CONFIG_IGNORED.to_owned());
    }
    let config = &opening.study.config;
    let keymap = views::keymap(&config.keys).map_err(CommandError::usage)?;
    let settings = RunSettings {
        title: config.study.name.clone().unwrap_or_else(|| opening.source.title()),
        value: opening.value.clone(),
        mask: config.privacy.mask.clone(),
        min_cell: config.privacy.min_cell,
        research: config.research,
        theme: theme(config.look.theme),
        abilities: abilities(config.look.ascii),
        mouse: config.look.mouse,
        today: opening.today,
        can_save: opening.study.file.is_some(),
        can_create: match opening.study.file {
            Some(_) => None,
            None => session::place_of(&opening.source).map(|(_, name)| name),
        },
    };
    let by_value = opening.study.definitions.segmentations.iter().find(|segmentation| segmentation.is_by_value());
    let query = Query {
        filter: options.filter.clone().unwrap_or_default(),
        group_by: by_value.map(|segmentation| segmentation.column.as_str().into()).into_iter().collect(),
        ..Query::default()
    };
    // A filter of the command line takes precedence.
    let fresh = fresh || options.filter.is_some();
    Ok(TuiInput { opening, settings, keymap, query, fresh, lessons: None })
}

/// Returns the study's file, if the path is a folder with a study or its `config.toml`.
pub(in crate::cli) fn study_at(path: &Path) -> Option<PathBuf> {
    if path.is_dir() {
        return study::find_in(path);
    }
    path.extension().filter(|extension| *extension == "toml").map(|_| path.to_owned())
}

/// Returns the theme to use. NO_COLOR (no-color.org) is the person's choice for every program, so it overrides the
/// study's.
fn theme(wanted: ThemeName) -> ThemeName {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if no_colour { ThemeName::Mono } else { wanted }
}

/// Returns the abilities of the terminal. The setting that draws in ASCII alone takes precedence over detection.
fn abilities(is_ascii: Option<bool>) -> Abilities {
    let found = Abilities::from_environment(|name| std::env::var(name).ok());
    Abilities { is_ascii: is_ascii.unwrap_or(found.is_ascii), ..found }
}
