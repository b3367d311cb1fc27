//! Sorts errors of gRPC and Spark into the kinds of [`EngineError`].

use tonic::{Code, Status};

use crate::engine::EngineError;
use crate::engine::secrets::{Secrets, one_line};

/// Returns the error's kind and its reason in one line without secrets. `is_connected` is true if the server has
/// answered before.
pub(super) fn engine_error(status: &Status, is_connected: bool, secrets: &Secrets) -> EngineError {
    let reason = one_line(&secrets.scrub(&plain_reason(status)));
    match status.code() {
        Code::Unauthenticated | Code::PermissionDenied => EngineError::Unauthorised(reason),
        _ if is_denied(status.message()) => EngineError::Unauthorised(reason),
        _ if is_transport(status) && is_connected => EngineError::Lost(reason),
        _ if is_transport(status) => EngineError::Unreachable(reason),
        _ => EngineError::Failed(reason),
    }
}

/// Returns true if the connection failed and not the statement, so that attaching again may help.
pub(super) fn is_transport(status: &Status) -> bool {
    match status.code() {
        Code::Unavailable => true,
        // Errors of Spark itself have these codes, too, but begin with an error class in brackets.
        Code::Unknown | Code::Internal | Code::Cancelled | Code::DeadlineExceeded => {
            !status.message().trim_start().starts_with('[') && std::error::Error::source(status).is_some()
                || ["h2 protocol error", "transport error", "CURSOR_DISCONNECTED"]
                    .iter()
                    .any(|words| status.message().contains(words))
        }
        _ => false,
    }
}

/// Returns true if the server does not know the session: it expired, or the server was restarted.
pub(super) fn is_session_gone(status: &Status) -> bool {
    ["SESSION_NOT_FOUND", "SESSION_CLOSED", "SESSION_CHANGED"].iter().any(|class| status.message().contains(class))
}

/// Returns true if the server does not know the statement: it never received it, or has released it.
pub(super) fn is_operation_gone(status: &Status) -> bool {
    ["OPERATION_NOT_FOUND", "OPERATION_ABANDONED"].iter().any(|class| status.message().contains(class))
        || status.code() == Code::NotFound
}

fn is_denied(message: &str) -> bool {
    message.contains("SQLSTATE: 42501") || message.starts_with("[INSUFFICIENT_PERMISSIONS")
}

/// Returns the first sentence of Spark's message, without the error's class before it and the plan behind it. For a
/// failed connection, returns its cause.
fn plain_reason(status: &Status) -> String {
    let message = status.message().trim_start();
    let sentence = match message.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((_, rest)) => rest,
        None => message,
    };
    let ends = [". ", ".\n", "\n", " SQLSTATE: "];
    let end = ends.iter().filter_map(|end| sentence.find(end)).min().unwrap_or(sentence.len());
    let sentence = sentence.get(..end).unwrap_or(sentence).trim();
    if !is_transport(status) && !sentence.is_empty() {
        return sentence.to_owned();
    }
    let mut cause: &dyn std::error::Error = status;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let cause = cause.to_string();
    if let Some(reason) = tls_reason(&cause) {
        return reason.into();
    }
    // A status without a cause prints all of its fields, which is no readable reason.
    if cause.is_empty() || cause.starts_with("code:") { sentence.to_owned() } else { cause }
}

/// Returns the reason in plain words with the remedy, if a connection failed because of TLS.
fn tls_reason(cause: &str) -> Option<&'static str> {
    let reasons = [
        (
            "UnknownIssuer",
            "this machine does not trust the authority that signed the server's certificate: set SSL_CERT_FILE to a file with \
             that authority's root certificate",
        ),
        (
            "CaUsedAsEndEntity",
            "the server's certificate is an authority's own, not one that an authority signed for the server: install such a one",
        ),
        ("Expired", "the server's certificate has expired: it needs a new one"),
        (
            "InvalidContentType",
            "the server does not speak TLS on this port: leave use_ssl=true out of the url, or name its TLS port",
        ),
        ("native root CA certificates", "this machine has no root certificates: set SSL_CERT_FILE to a file with them"),
    ];
    let is_tls = cause.contains("invalid peer certificate")
        || cause.contains("corrupt message")
        || cause.contains("native root");
    reasons.iter().find(|(word, _)| is_tls && cause.contains(word)).map(|(_, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spark_errors_map_to_error_kinds() {
        let secrets = Secrets::default();
        let kind = |status: Status| engine_error(&status, true, &secrets);
        let missing = "[TABLE_OR_VIEW_NOT_FOUND] The table or view `crm`.`nope` cannot be found. Verify the spelling and \
                       correctness of the schema and catalog.\nTo tolerate the error on drop use DROP VIEW IF EXISTS. \
                       SQLSTATE: 42P01; line 1 pos 21;\n'Aggregate [unresolvedalias(count(1))]";
        let expected = EngineError::Failed("The table or view `crm`.`nope` cannot be found".into());
        assert_eq!(kind(Status::internal(missing)), expected);
        let zero = "[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor being 0. SQLSTATE: 22012";
        assert_eq!(kind(Status::internal(zero)), EngineError::Failed("Division by zero".into()));
        let syntax = "\n[PARSE_SYNTAX_ERROR] Syntax error at or near 'SELEC'. SQLSTATE: 42601 (line 1, pos 0)\n\n== SQL ==\nSELEC";
        assert_eq!(kind(Status::internal(syntax)), EngineError::Failed("Syntax error at or near 'SELEC'".into()));
        let token = Status::unauthenticated("Invalid authentication token");
        assert_eq!(kind(token), EngineError::Unauthorised("Invalid authentication token".into()));
        let reason = |cause| tls_reason(cause).unwrap_or_default();
        assert!(reason("invalid peer certificate: UnknownIssuer").contains("SSL_CERT_FILE"));
        assert!(reason("received corrupt message of type InvalidContentType").contains("use_ssl"));
        assert_eq!(tls_reason("connection closed"), None);
        let gone = Status::unavailable("connection closed");
        assert_eq!(engine_error(&gone, true, &secrets), EngineError::Lost("connection closed".into()));
        assert_eq!(engine_error(&gone, false, &secrets), EngineError::Unreachable("connection closed".into()));
    }
}
