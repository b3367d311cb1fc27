//! Combines the connection settings of a study, an ADBC profile and the environment. Credentials come from the
//! profile, the environment or a private file, never from the study.

use std::path::{Path, PathBuf};
use std::time::Duration;

use adbc_core::options::{OptionDatabase, OptionValue};
use adbc_driver_manager::profile::{ConnectionProfile, ConnectionProfileProvider, FilesystemProfileProvider};

use super::AdbcOptions;
use super::known::{driver_name, known_dialect};
use crate::engine::EngineError;
use crate::engine::secrets::{
    Secrets, holds_secret, is_secret_key, one_line, percent_encoded, read_private, seconds, secrets_in,
    with_environment,
};
use crate::rule::print::SqlDialect;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(300);

/// Environment variable with the address, which takes precedence over the study and the profile.
const URI_VARIABLE: &str = "CROSSCUT_ADBC_URI";
const USERNAME_VARIABLE: &str = "CROSSCUT_ADBC_USERNAME";
const PASSWORD_VARIABLE: &str = "CROSSCUT_ADBC_PASSWORD";

/// All settings of a connection, including secrets: it must never be printed.
pub(super) struct ConnectionSettings {
    /// Name of the driver, or absolute path of its library.
    pub driver: String,
    /// Name of the engine for messages, such as `adbc:postgresql`.
    pub name: String,
    /// SQL of the server; `None` if neither the study nor the driver's name determines it.
    pub dialect: Option<SqlDialect>,
    pub entrypoint: Option<String>,
    pub options: Vec<(OptionDatabase, OptionValue)>,
    pub connect_timeout: Duration,
    pub statement_timeout: Duration,
    pub secrets: Secrets,
}

/// Driver options that are being collected. A later value of a key replaces an earlier one.
#[derive(Default)]
struct OptionsBuilder {
    driver: Option<String>,
    uri: Option<String>,
    username: Option<String>,
    password: Option<String>,
    others: Vec<(String, OptionValue)>,
}

impl ConnectionSettings {
    /// # Errors
    /// Returns `Failed` with the problem and the remedy, or `Unauthorised` for credentials that cannot be used.
    pub fn new(options: &AdbcOptions) -> Result<Self, EngineError> {
        refuse_secrets(options)?;
        let mut secrets = Secrets::default();
        let mut collected = OptionsBuilder::default();
        if let Some(profile) = &options.profile {
            collected.add_profile(profile, &mut secrets)?;
        }
        let mut own = OwnOptions::default();
        for (key, value) in &options.options {
            if !own.take(key, value)? {
                let value = with_environment(value, &mut secrets).map_err(|problem| wrong(key, &problem))?;
                collected.set(key, OptionValue::String(value));
            }
        }
        if let Some(uri) = &options.uri {
            collected.uri = Some(with_environment(uri, &mut secrets).map_err(|problem| wrong("uri", &problem))?);
        }
        collected.driver = options.driver.clone().or(collected.driver);
        if let Some(path) = &own.password_file {
            collected.password = Some(read_private(path).map_err(EngineError::Unauthorised)?.trim_end().to_owned());
        }
        for (variable, value) in [
            (URI_VARIABLE, &mut collected.uri),
            (USERNAME_VARIABLE, &mut collected.username),
            (PASSWORD_VARIABLE, &mut collected.password),
        ] {
            *value = std::env::var(variable).ok().filter(|value| !value.is_empty()).or(value.take());
        }
        Self::finish(options, own, collected, secrets)
    }

    /// Returns the driver and its options without secrets, which together identify the server.
    pub fn place(&self) -> String {
        let is_plain = |key: &OptionDatabase| !is_secret_key(key.as_ref()) && *key != OptionDatabase::Password;
        let options = self.options.iter().filter(|(key, _)| is_plain(key));
        let text = |value: &OptionValue| match value {
            OptionValue::String(text) => {
                secrets_in(text).iter().fold(text.clone(), |text, secret| text.replace(secret, ""))
            }
            other => format!("{other:?}"),
        };
        let lines = options.map(|(key, value)| format!("\n{}={}", key.as_ref(), text(value)));
        format!("{}{}", self.driver, lines.collect::<String>())
    }

    fn finish(
        options: &AdbcOptions,
        own: OwnOptions,
        collected: OptionsBuilder,
        mut secrets: Secrets,
    ) -> Result<Self, EngineError> {
        let missing = || EngineError::failed("driver: is missing: name one, as driver = \"postgresql\", or a profile");
        let driver = collected.driver.clone().ok_or_else(missing)?;
        let name = driver_name(&driver);
        let dialect = options.dialect.or_else(|| known_dialect(&name));
        collected.remember_secrets(&mut secrets);
        let connect_timeout = own.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        let options = collected.into_options(&name, connect_timeout);
        Ok(Self {
            name: format!("adbc:{name}"),
            driver,
            dialect,
            entrypoint: own.entrypoint,
            options,
            connect_timeout,
            statement_timeout: own.statement_timeout.unwrap_or(STATEMENT_TIMEOUT),
            secrets,
        })
    }
}

/// Returns an error if the settings contain a password or a token, since a study is shared.
fn refuse_secrets(options: &AdbcOptions) -> Result<(), EngineError> {
    let way_out = "write {{ env_var(NAME) }} in its place, set CROSSCUT_ADBC_PASSWORD, or use a profile";
    if options.uri.as_deref().is_some_and(holds_secret) {
        return Err(EngineError::Failed(format!("uri: holds a password, and a study is shared: {way_out}")));
    }
    let refused = |(key, value): &(&String, &String)| {
        // Some drivers have options with such names for the file of a key or of credentials.
        let is_file = || Path::new(value).is_absolute() && Path::new(value).is_file();
        let is_plain = !value.contains("{{") && !value.is_empty() && !is_file();
        is_secret_key(key) && is_plain || holds_secret(value)
    };
    match options.options.iter().find(refused) {
        Some((key, _)) => Err(EngineError::Failed(format!("{key}: is a secret, and a study is shared: {way_out}"))),
        None => Ok(()),
    }
}

fn wrong(key: &str, problem: &str) -> EngineError {
    EngineError::Failed(format!("{key}: {problem}"))
}

/// Options that Crosscut interprets itself and does not pass to the driver.
#[derive(Default)]
struct OwnOptions {
    connect_timeout: Option<Duration>,
    statement_timeout: Option<Duration>,
    password_file: Option<PathBuf>,
    entrypoint: Option<String>,
}

impl OwnOptions {
    /// Takes the option if it is one of ours. Returns true if it was.
    fn take(&mut self, key: &str, value: &str) -> Result<bool, EngineError> {
        match key {
            "connect_timeout" => self.connect_timeout = Some(seconds(key, value)?),
            "statement_timeout" => self.statement_timeout = Some(seconds(key, value)?),
            "password_file" => self.password_file = Some(with_home(value)),
            "entrypoint" => self.entrypoint = Some(value.to_owned()),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn with_home(path: &str) -> PathBuf {
    let home = || std::env::var_os("HOME").map(PathBuf::from);
    match path.strip_prefix("~/").zip(home()) {
        Some((rest, home)) => home.join(rest),
        None => path.into(),
    }
}

impl OptionsBuilder {
    fn set(&mut self, key: &str, value: OptionValue) {
        match (key, value) {
            ("uri", OptionValue::String(value)) => self.uri = Some(value),
            ("username", OptionValue::String(value)) => self.username = Some(value),
            ("password", OptionValue::String(value)) => self.password = Some(value),
            (key, value) => {
                self.others.retain(|(other, _)| other != key);
                self.others.push((key.to_owned(), value));
            }
        }
    }

    fn add_profile(&mut self, profile: &str, secrets: &mut Secrets) -> Result<(), EngineError> {
        let path = profile_path(profile)?;
        read_private(&path).map_err(EngineError::Unauthorised)?;
        // Omits the parser's message, which may quote the line with the password.
        let damaged = || EngineError::Failed(format!("{}: is not an ADBC profile of version 1", path.display()));
        let provider = FilesystemProfileProvider::default();
        let profile = provider.get_profile(&path.to_string_lossy()).map_err(|_| damaged())?;
        let (driver, _) = profile.get_driver_name().map_err(|_| damaged())?;
        self.driver = Some(driver.to_owned());
        for (key, value) in profile.get_options().map_err(|_| damaged())? {
            let key = key.as_ref();
            let value = match value {
                OptionValue::String(text) => {
                    let problem =
                        |problem: String| EngineError::Failed(format!("{}: {key}: {problem}", path.display()));
                    OptionValue::String(with_environment(&text, secrets).map_err(problem)?)
                }
                other => other,
            };
            self.set(key, value);
        }
        Ok(())
    }

    fn remember_secrets(&self, secrets: &mut Secrets) {
        self.uri.iter().chain(&self.password).for_each(|secret| secrets.add(secret));
        for (key, value) in &self.others {
            if let OptionValue::String(value) = value
                && is_secret_key(key)
            {
                secrets.add(value);
            }
        }
        self.uri.iter().flat_map(|uri| secrets_in(uri)).for_each(|secret| secrets.add(secret));
    }

    fn into_options(self, driver: &str, connect_timeout: Duration) -> Vec<(OptionDatabase, OptionValue)> {
        let Self { mut uri, mut username, mut password, others, .. } = self;
        if driver == "postgresql" {
            // PostgreSQL's driver takes these only as parameters of the address.
            let extra = postgres_parameters(username.take(), password.take(), connect_timeout);
            uri = Some(with_parameters(uri.as_deref().unwrap_or("postgresql://"), &extra));
        }
        let text = |key, value: Option<String>| value.map(|value| (key, OptionValue::String(value)));
        let first = [
            text(OptionDatabase::Uri, uri),
            text(OptionDatabase::Username, username),
            text(OptionDatabase::Password, password),
        ];
        let others = others.into_iter().map(|(key, value)| (OptionDatabase::from(key.as_str()), value));
        first.into_iter().flatten().chain(others).collect()
    }
}

/// Returns parameters of libpq. Without these timeouts, a server that stops answering would block a thread for hours.
fn postgres_parameters(
    username: Option<String>,
    password: Option<String>,
    connect_timeout: Duration,
) -> Vec<(&'static str, String)> {
    // libpq accepts whole seconds, at least 2.
    let seconds = connect_timeout.as_secs_f64().ceil().max(2.0);
    let mut parameters = vec![
        ("connect_timeout", format!("{seconds:.0}")),
        ("keepalives_idle", "30".into()),
        ("keepalives_interval", "10".into()),
        ("keepalives_count", "3".into()),
        // Needed beside keepalives, which pause while sent data is not acknowledged, for example after a laptop's
        // sleep.
        ("tcp_user_timeout", "60000".into()),
        ("fallback_application_name", "crosscut".into()),
    ];
    parameters.extend(username.map(|username| ("user", username)));
    parameters.extend(password.map(|password| ("password", password)));
    parameters
}

/// Adds parameters to an address or a list of `key=value`. Existing ones take precedence, except for user and
/// password.
fn with_parameters(uri: &str, parameters: &[(&str, String)]) -> String {
    let is_address = uri.contains("://");
    let mut full = uri.to_owned();
    for (key, value) in parameters {
        let replaces = matches!(*key, "user" | "password");
        if !replaces && (uri.contains(&format!("{key}=")) || uri.contains(&format!("{key} ="))) {
            continue;
        }
        if is_address {
            let separator = if full.contains('?') { '&' } else { '?' };
            full += &format!("{separator}{key}={}", percent_encoded(value));
        } else {
            full += &format!(" {key}='{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
        }
    }
    full
}

/// Returns the path of a profile, which is given as a path or as a name in `ADBC_PROFILE_PATH` or the user's folder.
fn profile_path(profile: &str) -> Result<PathBuf, EngineError> {
    let profile = profile.strip_prefix("profile://").unwrap_or(profile);
    let file = with_home(profile).with_extension("toml");
    if profile.contains('/') {
        return Ok(file);
    }
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let mut folders: Vec<PathBuf> =
        variable("ADBC_PROFILE_PATH").map(|paths| std::env::split_paths(&paths).collect()).unwrap_or_default();
    let config = variable("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| Some(Path::new(&variable("HOME")?).join(".config")));
    folders.extend(config.map(|config| config.join("adbc/profiles")));
    let found = folders.iter().map(|folder| folder.join(&file)).find(|path| path.is_file());
    found.ok_or_else(|| {
        let searched: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        let searched = one_line(&searched.join(", "));
        EngineError::Failed(format!("profile {profile}: no {} in {searched}", file.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_added_in_address_syntax() {
        let extra = [("connect_timeout", "5".to_owned()), ("password", "a'b c".to_owned())];
        assert_eq!(
            with_parameters("postgresql://app@db/crm", &extra),
            "postgresql://app@db/crm?connect_timeout=5&password=a%27b%20c"
        );
        assert_eq!(
            with_parameters("postgresql://app@db/crm?connect_timeout=9", &extra),
            "postgresql://app@db/crm?connect_timeout=9&password=a%27b%20c"
        );
        assert_eq!(with_parameters("host=db", &extra), r"host=db connect_timeout='5' password='a\'b c'");
    }
}
