//! Dates of the sample shop, as days since 1970-01-01.

/// 2026-06-30, the date that the tables are made for: `as_of` in the sample's study.
pub const AS_OF: i32 = 20_634;

/// 2024-07-01, the start of the records: earlier orders are not in them.
pub const RECORDS_BEGIN: i32 = 19_905;

/// Weeks before a holiday in which presents are bought, as first and last day.
pub const SEASONS: [(i32, i32); 6] = [
    (20_037, 20_079), // 2024-11-10 to 12-22
    (20_120, 20_133), // 2025-02-01 to 02-14
    (20_209, 20_219), // 2025-05-01 to 05-11
    (20_402, 20_444), // 2025-11-10 to 12-22
    (20_485, 20_498), // 2026-02-01 to 02-14
    (20_574, 20_583), // 2026-05-01 to 05-10
];

/// Weight of each season.
pub const SEASON_WEIGHTS: [u16; 6] = [5, 1, 2, 5, 1, 2];

/// Returns the month of a day, 1 to 12.
pub fn month(day: i32) -> u32 {
    chrono::Datelike::month(&date(day))
}

/// Returns the date of a day since 1970-01-01.
pub fn date(day: i32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_epoch_days(day).unwrap_or(chrono::NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar_days_have_documented_dates() {
        let written = |day| date(day).to_string();
        assert_eq!((written(AS_OF), written(RECORDS_BEGIN)), ("2026-06-30".into(), "2024-07-01".into()));
        let seasons = SEASONS.map(|(first, last)| format!("{}..{}", written(first), written(last)));
        assert_eq!(seasons[0], "2024-11-10..2024-12-22");
        assert_eq!(seasons[5], "2026-05-01..2026-05-10");
        assert_eq!(month(AS_OF), 6);
    }
}
