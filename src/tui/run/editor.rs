use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::process::Command;

use crate::term::Terminal;

/// Lets the person edit a text in `$VISUAL` or `$EDITOR`, otherwise `vi`, which meanwhile has the terminal. `ending` is
/// that of the file that the editor sees.
///
/// # Errors
/// One line that says why there is no new text.
pub fn edit(terminal: &mut Terminal, text: &str, ending: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("no file to edit could be made: {error}");
    let mut file = tempfile::Builder::new().prefix("crosscut-").suffix(ending).tempfile().map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(failed)?;
    let editor = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let editor = editor.into_iter().find(|editor| !editor.trim().is_empty()).unwrap_or_else(|| "vi".to_owned());
    let mut command = Command::new("sh");
    // The variable may include options, such as `code --wait`.
    command.arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(file.path());
    connect_to_terminal(&mut command);
    let ended = terminal.aside(|| command.status()).ok_or("the terminal is gone")?;
    match ended {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(format!("{editor} ended with {status}: nothing was changed")),
        Err(error) => return Err(format!("{editor} could not be started: {error}")),
    }
    // Editors that save by renaming leave a different file under this name.
    fs::read_to_string(file.path()).map_err(|error| format!("the text from {editor} cannot be read: {error}"))
}

/// Gives a command the terminal to read from and to write to: our own stdin and stdout may be pipes.
pub fn connect_to_terminal(command: &mut Command) {
    if let Ok(own) = OpenOptions::new().read(true).write(true).open("/dev/tty") {
        let clone = || own.try_clone().map(|own: File| own.into());
        let (input, output): (std::io::Result<std::process::Stdio>, _) = (clone(), clone());
        if let (Ok(input), Ok(output)) = (input, output) {
            command.stdin(input).stdout(output);
        }
    }
}
