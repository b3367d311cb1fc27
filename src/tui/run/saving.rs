use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::LoopMessage;
use crate::study::{self, Overwrite, SaveError, Study, ThemeName};
use crate::term;
use crate::tui::core::{Action, SaveFailed, Saving};

/// Saves on its own thread, as a disk may be slow.
pub fn start(study: Arc<Mutex<Study>>, saving: Saving, sender: Sender<LoopMessage>) {
    std::thread::spawn(move || {
        let Saving { change, onto_changed } = saving;
        let save = || {
            let mut study = study.lock().unwrap_or_else(PoisonError::into_inner);
            let overwrite = if onto_changed { Overwrite::Merge } else { Overwrite::Refuse };
            let before = study.texts();
            study::save(&mut study, change.clone(), overwrite)?;
            Ok((study.definitions.clone(), before, study.texts()))
        };
        let action = match term::guard("saving", save) {
            Ok(Ok((definitions, before, after))) => Action::Saved { change, definitions, before, after },
            Ok(Err(SaveError::ChangedOnDisk { file })) => {
                Action::SaveFailed { change, reason: SaveFailed::ChangedOnDisk(file.display().to_string()) }
            }
            Ok(Err(error)) => Action::SaveFailed { change, reason: SaveFailed::Other(error.to_string()) },
            Err(fault) => Action::SaveFailed { change, reason: SaveFailed::Other(fault) },
        };
        drop(sender.send(LoopMessage::from(action)));
    });
}

/// Writes the theme to the user's own preferences, on its own thread.
pub fn keep_theme(study: Arc<Mutex<Study>>, theme: ThemeName, sender: Sender<LoopMessage>) {
    std::thread::spawn(move || {
        let keep = || {
            let file = study::user_path().ok_or("there is no home folder to keep it in")?;
            let file = study::keep_theme(&file, theme)?;
            let is_overridden = study.lock().unwrap_or_else(PoisonError::into_inner).sets_theme();
            Ok((file.display().to_string(), is_overridden))
        };
        let action = match term::guard("keeping the theme", keep) {
            Ok(Ok((file, is_overridden))) => Action::ThemeKept { theme, file, is_overridden },
            Ok(Err(reason)) | Err(reason) => Action::ThemeNotKept(reason),
        };
        drop(sender.send(LoopMessage::from(action)));
    });
}
