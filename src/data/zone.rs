//! The time zone in which days are counted.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// A time zone by its name in the IANA database, such as `Europe/Berlin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// Returns the local time of a moment, both in microseconds since 1970. Moments outside of the calendar are kept.
    pub fn local(self, micros: i64) -> i64 {
        let Some(moment) = DateTime::<Utc>::from_timestamp_micros(micros) else { return micros };
        moment.with_timezone(&self.0).naive_local().and_utc().timestamp_micros()
    }

    /// Returns the day that it is now.
    pub fn today(self) -> NaiveDate {
        Utc::now().with_timezone(&self.0).date_naive()
    }
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let zone = text.parse().map(Self);
        zone.map_err(|_| format!("{text:?} is not a known time zone: write one such as \"Europe/Berlin\" or \"UTC\""))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_follows_zone_rules() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let hours = |hours: i64| hours * 3_600_000_000;
        // 2024-01-01 and 2024-07-01, both at midnight UTC.
        for (moment, ahead) in [(hours(473_352), 1), (hours(477_720), 2)] {
            assert_eq!(berlin.local(moment) - moment, hours(ahead));
        }
        assert_eq!(berlin.local(i64::MAX), i64::MAX);
        assert!("Berlin".parse::<Zone>().is_err());
    }
}
