//! Reads `[data] engine`: a base that another engine holds, and how to connect to it.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use super::SourceFile;
use super::error::StudyError;
use super::spanned::Spanned;
use crate::rule::print::SqlDialect;

/// A base that another engine holds.
#[derive(Debug, Clone, PartialEq)]
pub struct RemoteConfig {
    pub reach: EngineConnection,
    /// Table name in the engine: `crm.customers`.
    pub table: String,
}

/// Connection to an engine. Credentials are not part of it: they come from the environment, a profile or a file of
/// their own.
#[derive(Debug, Clone, PartialEq)]
pub enum EngineConnection {
    /// `engine = "adbc"`: a driver library.
    Adbc {
        /// Name of the driver, such as `postgresql`, or path of the library; a profile may name it.
        driver: Option<String>,
        profile: Option<String>,
        uri: Option<String>,
        options: BTreeMap<String, String>,
        /// SQL dialect of the engine, if its driver does not report it.
        dialect: Option<SqlDialect>,
    },
    /// `engine = "spark"`: Spark Connect.
    Spark {
        /// `sc://host:15002`
        url: String,
        options: BTreeMap<String, String>,
    },
}

impl RemoteConfig {
    /// Returns the settings that have a value: key, value, and a short description.
    pub(super) fn settings(&self) -> Vec<(&'static str, String, &'static str)> {
        let (engine, reach) = match &self.reach {
            EngineConnection::Adbc { driver, profile, uri, dialect, .. } => {
                let dialect = dialect.map(|dialect| dialect.name().to_owned());
                let reach = [
                    ("driver", driver.clone(), "the library that speaks with the server"),
                    ("profile", profile.clone(), "a connection profile of ADBC"),
                    ("uri", uri.clone(), "the server; its password comes from elsewhere: docs/remote.md"),
                    ("dialect", dialect, "the SQL dialect of the server"),
                ];
                ("adbc", reach.to_vec())
            }
            EngineConnection::Spark { url, .. } => {
                ("spark", vec![("url", Some(url.clone()), "the Spark Connect server")])
            }
        };
        let mut settings = vec![("engine", engine.to_owned(), "what holds the customers: docs/remote.md")];
        settings.extend(reach.into_iter().filter_map(|(key, value, comment)| Some((key, value?, comment))));
        settings.push(("table", self.table.clone(), "one row per customer, named as in the engine"));
        settings
    }

    /// Returns the table's name without its schema, for titles: `customers`.
    pub fn title(&self) -> &str {
        // A quoted name may be a path: parquet.`/data/customers.parquet`, read_parquet('/data/customers.parquet').
        let quoted = self.table.rsplit(['`', '"', '\'']).nth(1).filter(|name| !name.is_empty());
        match quoted {
            Some(name) => name.rsplit('/').find(|part| !part.is_empty()).unwrap_or(name),
            None => self.table.rsplit('.').next().unwrap_or(&self.table),
        }
    }
}

/// Settings as they were written.
pub(super) struct RawRemote {
    pub engine: Option<Spanned<String>>,
    pub driver: Option<Spanned<String>>,
    pub profile: Option<Spanned<String>>,
    pub uri: Option<Spanned<String>>,
    pub url: Option<Spanned<String>>,
    pub table: Option<Spanned<String>>,
    pub dialect: Option<Spanned<String>>,
    pub options: Option<Spanned<BTreeMap<String, String>>>,
    /// Place of `path`, which a remote base must not have.
    pub path: Option<Range<usize>>,
}

impl RawRemote {
    /// Reads the settings; returns `None` if the base is a file.
    pub fn read(self, source: &SourceFile) -> Result<Option<RemoteConfig>, StudyError> {
        let Some(engine) = self.engine.as_ref().filter(|engine| *engine.get_ref() != "local") else {
            return match self.first() {
                Some((key, span)) => {
                    let error = source.error_at(span, format!("[data] {key} is a setting of another engine"));
                    Err(error.with_hint("name the engine beside it: engine = \"adbc\" or engine = \"spark\""))
                }
                None => Ok(None),
            };
        };
        let at = engine.span();
        if let Some(path) = self.path.clone() {
            let error = source.error_at(path, "a base is in a file or in an engine, not in both");
            return Err(error.with_hint("name the engine's table by table = \"…\", and remove path"));
        }
        let named = engine.get_ref().clone();
        let needs = |key: &str, example: &str| {
            source
                .error_at(at.clone(), format!("engine = \"{named}\" needs {key}"))
                .with_hint(format!("such as {example}"))
        };
        let table = self.table.ok_or_else(|| needs("a table", "table = \"crm.customers\""))?;
        let table = name(source, table)?;
        let options = self.options.map(Spanned::into_inner).unwrap_or_default();
        let text = |value: Option<Spanned<String>>| value.map(Spanned::into_inner);
        let reach = match named.as_str() {
            "adbc" => {
                refuse(source, "url", self.url, "adbc")?;
                if self.driver.is_none() && self.profile.is_none() {
                    return Err(needs("a driver or a profile", "driver = \"postgresql\""));
                }
                let dialect = self.dialect.map(|dialect| {
                    dialect.get_ref().parse().map_err(|reason: String| source.error_at(dialect.span(), reason))
                });
                EngineConnection::Adbc {
                    driver: text(self.driver),
                    profile: text(self.profile),
                    uri: text(self.uri),
                    options,
                    dialect: dialect.transpose()?,
                }
            }
            "spark" => {
                for (key, value) in
                    [("driver", self.driver), ("profile", self.profile), ("uri", self.uri), ("dialect", self.dialect)]
                {
                    refuse(source, key, value, "spark")?;
                }
                EngineConnection::Spark {
                    url: text(self.url).ok_or_else(|| needs("a url", "url = \"sc://host:15002\""))?,
                    options,
                }
            }
            other => {
                let error = source.error_at(at, format!("there is no engine \"{other}\""));
                return Err(error
                    .with_hint("the engines are \"local\" (files), \"adbc\" (databases and warehouses), \"spark\""));
            }
        };
        Ok(Some(RemoteConfig { reach, table }))
    }

    /// Returns the first setting that only another engine has, and its place.
    fn first(&self) -> Option<(&'static str, Range<usize>)> {
        let texts = [
            ("driver", &self.driver),
            ("profile", &self.profile),
            ("uri", &self.uri),
            ("url", &self.url),
            ("table", &self.table),
            ("dialect", &self.dialect),
        ];
        let text = texts.into_iter().find_map(|(key, value)| Some((key, value.as_ref()?.span())));
        text.or_else(|| Some(("options", self.options.as_ref()?.span())))
    }
}

fn refuse(source: &SourceFile, key: &str, value: Option<Spanned<String>>, engine: &str) -> Result<(), StudyError> {
    value.map_or(Ok(()), |value| {
        Err(source.error_at(value.span(), format!("engine = \"{engine}\" has no setting {key}")))
    })
}

/// Reads the name of a table in another engine.
pub(super) fn name(source: &SourceFile, table: Spanned<String>) -> Result<String, StudyError> {
    match table.get_ref().trim().is_empty() {
        true => Err(source.error_at(table.span(), "the table's name is empty")),
        false => Ok(table.into_inner()),
    }
}

/// Allowed sizes of a sample: with fewer customers margins are too wide, with more sampling saves nothing.
const SAMPLE_SIZES: RangeInclusive<u64> = 1_000..=10_000_000;

/// Reads the size of the sample of a base in another engine.
pub(super) fn sample_size(source: &SourceFile, size: Spanned<i64>, is_remote: bool) -> Result<u64, StudyError> {
    if !is_remote {
        let error = source.error_at(size.span(), "[data] sample is for a base in another engine");
        return Err(error.with_hint("a file is counted exactly as you type: remove the line"));
    }
    let valid = u64::try_from(*size.get_ref()).ok().filter(|size| SAMPLE_SIZES.contains(size));
    valid.ok_or_else(|| {
        source
            .error_at(size.span(), "sample is a number of customers from 1,000 to 10,000,000")
            .with_hint("write sample = 100_000, or remove the line")
    })
}
