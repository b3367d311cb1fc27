//! Notices on timestamps whose values change when they are read: all become microseconds in UTC.

use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};

use crate::data::{Notice, Zone};

/// Details of a column of timestamps that are lost when it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostColumnDetails {
    column: String,
    nanoseconds: bool,
    /// Time zone of its moments, if they are converted from it.
    zone: Option<String>,
}

impl LostColumnDetails {
    /// Returns what a column of this type loses; `None` for nothing. Its file may have nanoseconds even if the type lacks them.
    /// Times in UTC lose nothing, unless they are converted to another zone.
    pub fn new(field: &Field, are_in_file: bool, is_converted: bool) -> Option<Self> {
        let ArrowDataType::Timestamp(unit, zone) = field.dtype.to_storage() else { return None };
        let zone = zone.as_ref().map(ToString::to_string).filter(|zone| is_converted || !is_utc(zone));
        let zone = zone.map(|zone| if is_utc(&zone) { "UTC".to_owned() } else { zone });
        let nanoseconds = are_in_file || *unit == TimeUnit::Nanosecond;
        (nanoseconds || zone.is_some()).then(|| Self { column: field.name.to_string(), nanoseconds, zone })
    }
}

/// Returns true if a column holds moments, rather than times of a place.
pub fn is_moment(field: &Field) -> bool {
    matches!(field.dtype.to_storage(), ArrowDataType::Timestamp(_, Some(_)))
}

fn is_utc(zone: &str) -> bool {
    matches!(zone, "" | "UTC" | "utc" | "Z" | "GMT" | "Etc/UTC" | "+00:00" | "+0000" | "-00:00" | "+00")
}

/// Returns a notice for each kind of detail that columns lose.
pub fn notices(columns: &[LostColumnDetails], local: Option<Zone>) -> Vec<Notice> {
    let read = local.map_or("as UTC".to_owned(), |local| format!("in {local}"));
    let names = |of: &dyn Fn(&LostColumnDetails) -> bool| {
        let names: Vec<&str> =
            columns.iter().filter(|column| of(column)).map(|column| column.column.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let mut notices = Vec::new();
    if let Some(names) = names(&|column| column.nanoseconds) {
        notices.push(Notice(format!("{names}: nanoseconds are read to the microsecond")));
    }
    let mut zones: Vec<&str> = columns.iter().filter_map(|column| column.zone.as_deref()).collect();
    zones.sort_unstable();
    zones.dedup();
    for zone in zones {
        if let Some(names) = names(&|column| column.zone.as_deref() == Some(zone)) {
            notices.push(Notice(format!("{names}: times of the zone {zone} are read {read}")));
        }
    }
    notices
}
