//! The server of a study: connections to it, through a counting wire and straight, and its own list of what runs.

use std::io::{Read, Write};
use std::net::TcpStream;

use crosscut::engine::Cancel;
use crosscut::engine::adbc::{self, AdbcOptions};
use crosscut::engine::sql::Connection;
use crosscut::study::EngineConnection;

use super::Problem;
use super::wire::Wire;

pub struct Server {
    reach: EngineConnection,
    /// Host and port as the study writes them.
    address: String,
    pub wire: Wire,
    jobs: Option<String>,
    observer: Option<Box<dyn Connection>>,
}

impl Server {
    pub fn new(reach: &EngineConnection, jobs: Option<String>) -> Result<Self, Problem> {
        let url = match reach {
            EngineConnection::Adbc { uri, .. } => uri.clone().ok_or("the study has no uri")?,
            EngineConnection::Spark { url, .. } => url.clone(),
        };
        let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let host = host.split(['/', '?', ';']).next().unwrap_or_default();
        let address = host.rsplit('@').next().unwrap_or_default().to_owned();
        let wire = Wire::new(address.clone())?;
        let mut server = Self { reach: reach.clone(), address, wire, jobs, observer: None };
        if matches!(server.reach, EngineConnection::Adbc { .. }) {
            server.observer = Some(server.connect(false)?);
        }
        Ok(server)
    }

    /// Connects, through the counting wire or straight.
    pub fn connect(&self, is_counted: bool) -> Result<Box<dyn Connection>, Problem> {
        let through = |url: &str| match is_counted {
            true => url.replace(&self.address, &format!("127.0.0.1:{}", self.wire.port)),
            false => url.to_owned(),
        };
        match &self.reach {
            EngineConnection::Adbc { driver, profile, uri, options, dialect } => {
                let options = AdbcOptions {
                    driver: driver.clone(),
                    profile: profile.clone(),
                    uri: uri.as_deref().map(through),
                    options: options.clone(),
                    dialect: *dialect,
                };
                Ok(adbc::connect(&options, &Cancel::new())?)
            }
            #[cfg(feature = "spark")]
            EngineConnection::Spark { url, options } => {
                let options = crosscut::engine::spark::SparkOptions { url: through(url), options: options.clone() };
                Ok(crosscut::engine::spark::connect(&options, &Cancel::new())?)
            }
            #[cfg(not(feature = "spark"))]
            EngineConnection::Spark { .. } => {
                let _ = through;
                Err("built without the feature spark".into())
            }
        }
    }

    /// Statements or stages that the server says it is running.
    pub fn running(&self) -> Result<usize, Problem> {
        if let Some(jobs) = &self.jobs {
            let applications = rest(jobs, "")?;
            let application = applications[0]["id"].as_str().ok_or("no application")?.to_owned();
            let stages = rest(jobs, &format!("/{application}/stages?status=active"))?;
            return Ok(stages.as_array().map_or(0, Vec::len));
        }
        let observer = self.observer.as_ref().ok_or("--jobs names Spark's REST interface")?;
        let active = "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() \
                      AND leader_pid IS NULL AND application_name = 'crosscut'";
        let answer = observer.run(active, &Cancel::new())?;
        Ok(answer.batches.iter().map(|batch| batch.num_rows()).sum())
    }
}

fn rest(address: &str, path: &str) -> Result<serde_json::Value, Problem> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /api/v1/applications{path} HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").ok_or("no body")?;
    Ok(serde_json::from_str(body)?)
}
