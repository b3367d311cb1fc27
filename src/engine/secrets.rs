//! Finds the credentials of remote engines, and keeps them out of messages.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;

use super::EngineError;

/// Passwords and tokens of one connection, which are removed from every text that is shown.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<String>);

/// Replacement for a secret in a message.
const HIDDEN: &str = "***";

/// Minimum length of a secret that is replaced. A shorter one occurs in too many texts, so messages that contain it
/// are withheld.
const MIN_SECRET: usize = 4;

/// Matches a key and its value after `=` or `:`; the value is in quotes or extends to the end of the option.
static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let key = "(?i-u:password|passwd|pwd|passphrase|token|secret|credentials?|private_key|api_?key)";
    Regex::new(&format!(r#"({key}[A-Za-z_]*["']?[ \t]*[=:][ \t]*)('[^']*'|"[^"]*"|[^ \t\r\n&;,'"]+)"#)).ok()
});

/// Matches a user name and a password before the host of an address.
static IN_ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(://[^:/?# \t\r\n"']*:)([^/?# \t\r\n"']+)(@)"#).ok());

/// Words in the names of options whose values are secrets.
const SECRET_WORDS: [&str; 10] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "token",
    "secret",
    "credential",
    "private_key",
    "api_key",
    "authorization",
];

impl Secrets {
    /// Adds a secret, both as it is and percent-encoded.
    pub fn add(&mut self, secret: &str) {
        for form in [secret.to_owned(), percent_encoded(secret), percent_decoded(secret)] {
            if !form.is_empty() && !self.0.contains(&form) {
                self.0.push(form);
            }
        }
        // Longer secrets come first, so that a secret that contains another one is replaced as a whole.
        self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// Returns the text without the secrets, and without anything else that looks like a password.
    pub fn scrub(&self, text: &str) -> String {
        if self.0.iter().any(|secret| secret.len() < MIN_SECRET && text.contains(secret)) {
            return "the message is withheld, as it may contain the password".into();
        }
        let hidden = self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN));
        scrub_patterns(&hidden)
    }
}

fn scrub_patterns(text: &str) -> String {
    let mut hidden = text.to_owned();
    if let Some(pattern) = &*IN_ADDRESS {
        hidden = pattern.replace_all(&hidden, format!("${{1}}{HIDDEN}${{3}}")).into_owned();
    }
    if let Some(pattern) = &*ASSIGNED {
        hidden = pattern.replace_all(&hidden, format!("${{1}}{HIDDEN}")).into_owned();
    }
    hidden
}

/// Returns true if an option of this name contains a secret.
pub(crate) fn is_secret_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    // `password_file` is the path of a file, `token_uri` an address: neither is a secret.
    let names_a_place = key.ends_with("_file") || key.ends_with("_path") || key.ends_with("_uri");
    !names_a_place && SECRET_WORDS.iter().any(|word| key.contains(word))
}

/// Returns true if an address or a list of `key=value` contains a password or a token. A reference to the
/// environment, `{{ env_var(NAME) }}`, is no secret.
pub(crate) fn holds_secret(text: &str) -> bool {
    !secrets_in(&without_references(text)).is_empty()
}

/// Returns the passwords and tokens of an address or a list of `key=value`, as they are written in it.
pub(crate) fn secrets_in(text: &str) -> Vec<&str> {
    let found = |pattern: &'static Option<Regex>| {
        let values = pattern.iter().flat_map(|pattern| pattern.captures_iter(text));
        values.filter_map(|found| found.get(2)).map(|value| value.as_str().trim_matches(['\'', '"']))
    };
    found(&IN_ADDRESS).chain(found(&ASSIGNED)).filter(|value| !value.is_empty()).collect()
}

/// Returns the text without its references `{{ … }}`.
fn without_references(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else { break };
        plain += &rest[..start];
        rest = &rest[start + length + 2..];
    }
    plain + rest
}

/// Replaces each `{{ env_var(NAME) }}` by the value of the environment variable, and adds the value to the secrets.
/// ADBC profiles use the same form.
///
/// # Errors
/// Returns a reason if a variable is not set, or if anything else is between the braces.
pub(crate) fn with_environment(text: &str, secrets: &mut Secrets) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let length = rest[start..].find("}}").ok_or("{{ has no }}: write {{ env_var(NAME) }}")?;
        let inner = rest[start + 2..start + length].trim();
        let name = inner.strip_prefix("env_var(").and_then(|name| name.strip_suffix(')')).map(str::trim);
        let name = name.filter(|name| !name.is_empty()).ok_or("{{ … }} is not known: write {{ env_var(NAME) }}")?;
        let value = std::env::var(name).map_err(|_| format!("environment variable {name} is not set"))?;
        // A short value is unlikely to be a password, and as a secret it would hide almost every message.
        if value.len() >= MIN_SECRET {
            secrets.add(&value);
        }
        filled += &rest[..start];
        filled += &value;
        rest = &rest[start + length + 2..];
    }
    Ok(filled + rest)
}

/// Reads a file with credentials.
///
/// # Errors
/// Returns a reason if the file cannot be read, or if users other than its owner may read it.
pub(crate) fn read_private(path: &Path) -> Result<String, String> {
    let name = path.display();
    let mut file = File::open(path).map_err(|error| format!("{name}: cannot be read ({error})"))?;
    refuse_wider_modes(&file, path)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|error| format!("{name}: cannot be read ({error})"))?;
    Ok(text)
}

#[cfg(unix)]
fn refuse_wider_modes(file: &File, path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let name = path.display();
    let mode = file.metadata().map_err(|error| format!("{name}: cannot be read ({error})"))?.permissions().mode();
    match mode & 0o077 {
        0 => Ok(()),
        _ => Err(format!("{name}: others may read it (mode {:04o}): run chmod 600 {name}", mode & 0o7777)),
    }
}

#[cfg(not(unix))]
fn refuse_wider_modes(_: &File, _: &Path) -> Result<(), String> {
    Ok(())
}

/// Percent-encodes all characters except letters, digits and `-._~`, for a value in an address.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

/// Decodes `%XX` escapes. Other characters stay as they are.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let mut decoded = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let encoded = digit(at + 1).zip(digit(at + 2)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        let (byte, length) = encoded.filter(|_| byte == b'%').map_or((byte, 1), |encoded| (encoded, 3));
        decoded.push(byte);
        at += length;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Parses a duration in seconds, such as `30` or `0.5`.
pub(crate) fn seconds(key: &str, value: &str) -> Result<Duration, EngineError> {
    let seconds = value.trim().parse().ok().filter(|seconds: &f64| *seconds > 0.0);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| EngineError::Failed(format!("{key}: {value:?} is not a number of seconds above 0")))
}

/// Returns the text as one line, without control characters, repeated blanks and the full stop at the end.
pub(crate) fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    line.trim_end_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrub_removes_secret_plain_and_percent_encoded() {
        let mut secrets = Secrets::default();
        secrets.add("hunter2@x/y");
        let said = "no route to postgresql://app:hunter2%40x%2Fy@db/crm, password hunter2@x/y";
        assert_eq!(secrets.scrub(said), "no route to postgresql://app:***@db/crm, password ***");
    }

    #[test]
    fn scrub_removes_unknown_password_by_syntax() {
        let secrets = Secrets::default();
        for (said, shown) in [
            ("bad uri postgresql://app:pw@db/crm", "bad uri postgresql://app:***@db/crm"),
            ("host=db Password = 'a b' user=x", "host=db Password = *** user=x"),
            ("?token=abc&ssl=on", "?token=***&ssl=on"),
            ("password authentication failed for user \"app\"", "password authentication failed for user \"app\""),
        ] {
            assert_eq!(secrets.scrub(said), shown);
        }
    }

    #[test]
    fn message_with_very_short_secret_is_withheld() {
        let mut secrets = Secrets::default();
        secrets.add("a");
        assert!(!secrets.scrub("cat").contains("cat"));
        assert_eq!(secrets.scrub("dog"), "dog");
    }

    #[test]
    fn address_with_password_holds_secret() {
        for text in [
            "postgresql://app:pw@db/crm",
            "postgresql://app@db/crm?sslmode=require&password=pw",
            "host=db password=pw",
            "sc://host/;use_ssl=true;token=abc",
            "snowflake://u:p{{ env_var(X) }}@acc",
        ] {
            assert!(holds_secret(text), "{text}");
        }
        for text in [
            "postgresql://app@db:5432/crm",
            "postgresql://app:{{ env_var(CRM_PASSWORD) }}@db/crm",
            "postgresql:///crm?host=/run/postgresql",
            "host=db user=app passfile=/home/a/.pgpass",
            "sc://host:15002/;use_ssl=true",
            "file:/data/shop.db",
        ] {
            assert!(!holds_secret(text), "{text}");
        }
    }

    #[test]
    fn secret_keys_are_recognized() {
        for key in ["password", "adbc.snowflake.sql.client_option.auth_token", "adbc.bigquery.sql.auth_credentials"] {
            assert!(is_secret_key(key), "{key}");
        }
        for key in ["username", "password_file", "adbc.bigquery.sql.project_id"] {
            assert!(!is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn unset_environment_variable_is_error() {
        let mut secrets = Secrets::default();
        let error = with_environment("x {{ env_var(CROSSCUT_NO_SUCH) }}", &mut secrets).expect_err("not set");
        assert_eq!(error, "environment variable CROSSCUT_NO_SUCH is not set");
        assert!(with_environment("{{ today }}", &mut secrets).is_err());
        let home = with_environment("{{ env_var(PATH) }}!", &mut secrets).expect("set everywhere");
        assert_eq!(Some(home.trim_end_matches('!')), std::env::var("PATH").ok().as_deref());
    }

    #[cfg(unix)]
    #[test]
    fn secret_file_readable_by_others_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "hunter2\n").expect("written");
        let set = |mode| std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).expect("a mode");
        set(0o640);
        let refused = read_private(file.path()).expect_err("the group may read it");
        assert!(refused.contains("(mode 0640): run chmod 600 "), "{refused}");
        assert!(!refused.contains("hunter2"));
        set(0o600);
        assert_eq!(read_private(file.path()).as_deref(), Ok("hunter2\n"));
    }

    #[test]
    fn seconds_must_be_positive_number() {
        assert_eq!(seconds("x", "0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["0", "-1", "nan", "inf", "ten", ""] {
            assert!(seconds("x", wrong).is_err(), "{wrong}");
        }
    }
}
