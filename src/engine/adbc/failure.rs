//! Sorts a driver's errors into the kinds of [`EngineError`].

use adbc_core::error::{Error, Status};

use crate::engine::EngineError;
use crate::engine::secrets::{Secrets, one_line};

/// Step in which a driver failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DriverStep {
    Connecting,
    Running,
}

/// Words in the messages of servers that deny access. Drivers return no error code while they connect.
const DENIED: [&str; 10] = [
    "password authentication failed",
    "authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    "permission denied",
    "incorrect username or password",
    "unauthenticated",
    "unauthorized",
    "access denied",
    "not permitted to log in",
];

/// Words in the messages of client libraries when the server has closed the connection.
const LOST: [&str; 8] = [
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "connection reset",
    "connection refused",
    "broken pipe",
    "could not receive data from server",
    "could not send data to server",
];

/// Returns the error's kind and its reason in one line without secrets.
pub(super) fn engine_error(error: &Error, step: DriverStep, secrets: &Secrets) -> EngineError {
    let reason = one_line(&secrets.scrub(plain_reason(&error.message)));
    let code = sqlstate(error);
    let said = error.message.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let is_denied = matches!(error.status, Status::Unauthenticated | Status::Unauthorized)
        || code.starts_with("28")
        || code == "42501"
        || step == DriverStep::Connecting
            && (says(&DENIED) || said.contains("role \"") && said.contains("does not exist"));
    if is_denied {
        return EngineError::Unauthorised(reason);
    }
    match step {
        DriverStep::Connecting => match error.status {
            Status::NotImplemented | Status::InvalidArguments | Status::NotFound => EngineError::Failed(reason),
            _ if is_wrong_setting(&said) => EngineError::Failed(reason),
            _ => EngineError::Unreachable(reason),
        },
        DriverStep::Running if is_lost(error) => EngineError::Lost(reason),
        DriverStep::Running => EngineError::Failed(reason),
    }
}

/// Returns true if the connection is lost, so that the next statement needs a new one.
pub(super) fn is_lost(error: &Error) -> bool {
    let code = sqlstate(error);
    let said = error.message.to_ascii_lowercase();
    code.starts_with("08")
        || matches!(code.as_str(), "57P01" | "57P02" | "57P03" | "25P03" | "57P05")
        || LOST.iter().any(|words| said.contains(words))
        || error.status == Status::IO && code.is_empty() && said.contains("unavailable")
}

/// Returns true if the statement was stopped on the server, by us or by somebody else.
pub(super) fn is_stopped(error: &Error) -> bool {
    let code = sqlstate(error);
    // An error that arrives among the rows has no SQLSTATE.
    error.status == Status::Cancelled
        || (code == "57014" || code.is_empty()) && error.message.contains("due to user request")
}

/// Returns true if no connection was ever made. Some drivers connect only with the first statement.
pub(super) fn is_unreachable(error: &Error) -> bool {
    let said = error.message.to_ascii_lowercase();
    ["connection refused", "error while dialing", "no such host", "name resolution"].iter().any(|it| said.contains(it))
}

/// Returns true if the message is about a wrong setting, so that trying again does not help.
fn is_wrong_setting(said: &str) -> bool {
    said.contains("database \"") && said.contains("does not exist")
        || said.contains("invalid uri query parameter")
        || said.contains("invalid connection option")
        || said.contains("missing \"=\" after")
}

fn sqlstate(error: &Error) -> String {
    let code: String = error.sqlstate.iter().map(|&c| char::from(c.to_ne_bytes()[0])).collect();
    if code.trim_matches(['\0', '0']).is_empty() { String::new() } else { code }
}

/// Returns the server's message without the driver's additions: the statement, the place in it, and hints.
fn plain_reason(message: &str) -> &str {
    let after = |mark: &str| message.rsplit_once(mark).map(|(_, rest)| rest.trim_start());
    let reason = after("ERROR:").or_else(|| after("FATAL:")).unwrap_or(message);
    let reason = reason.split_once("\nLINE ").map_or(reason, |(reason, _)| reason);
    let reason = reason.split_once("\n\nQuery was:").map_or(reason, |(reason, _)| reason);
    let line = reason.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(reason);
    line.strip_prefix("[libpq] ").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(message: &str, status: Status, code: &str, step: DriverStep) -> EngineError {
        let mut error = Error::with_message_and_status(message, status);
        for (place, byte) in error.sqlstate.iter_mut().zip(code.bytes()) {
            *place = byte as _;
        }
        engine_error(&error, step, &Secrets::default())
    }

    #[test]
    fn postgresql_driver_errors_map_to_error_kinds() {
        let connecting = "[libpq] Failed to connect: connection to server at \"127.0.0.1\", port 1 failed: ";
        let refused = format!("{connecting}Connection refused\n\tIs the server running on that host?\n");
        let expected = "Failed to connect: connection to server at \"127.0.0.1\", port 1 failed: Connection refused";
        let unreachable = kind(&refused, Status::IO, "", DriverStep::Connecting);
        assert_eq!(unreachable, EngineError::Unreachable(expected.into()));
        let denied = format!("{connecting}FATAL:  password authentication failed for user \"app\"\n");
        let expected = EngineError::Unauthorised("password authentication failed for user \"app\"".into());
        assert_eq!(kind(&denied, Status::IO, "", DriverStep::Connecting), expected);
        let missing = "Failed to prepare query: ERROR:  relation \"nope\" does not exist\nLINE 1: select * from nope\n\
                       \n\nQuery was: select * from nope. SQLSTATE: 42P01";
        let expected = EngineError::Failed("relation \"nope\" does not exist".into());
        assert_eq!(kind(missing, Status::NotFound, "42P01", DriverStep::Running), expected);
        let right = kind("ERROR:  permission denied for table t", Status::Unknown, "42501", DriverStep::Running);
        assert_eq!(right, EngineError::Unauthorised("permission denied for table t".into()));
        let stopped = "[libpq] FATAL:  terminating connection due to administrator command";
        assert!(matches!(kind(stopped, Status::IO, "57P01", DriverStep::Running), EngineError::Lost(_)));
        let gone = "[libpq] Failed to execute query: server closed the connection unexpectedly\n\tThis probably means";
        assert!(matches!(kind(gone, Status::IO, "", DriverStep::Running), EngineError::Lost(_)));
    }
}
