//! Detects personas that need a review: evidence ages, and audiences change.

use std::fmt;

use chrono::NaiveDate;

use crate::insight::figures;
use crate::model::{Claim, Evidence, Persona};
use crate::study::Thresholds;

/// Reason to review a persona again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StaleReason {
    /// The newest evidence is of this day, `days` days ago.
    Evidence { newest: NaiveDate, days: i64 },
    /// The audience's share of the base on the day of the review, and now.
    Audience { reviewed: NaiveDate, then: f64, now: f64 },
}

/// Formats the reason as one line, for screens, tables and reports.
impl fmt::Display for StaleReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StaleReason::Evidence { newest, days } => write!(f, "the newest evidence is {days} days old, of {newest}"),
            StaleReason::Audience { reviewed, then, now } => {
                let (then, now) = (then * 100.0, now * 100.0);
                write!(f, "the audience is {now:.1} % of the base, it was {then:.1} % at the review of {reviewed}")
            }
        }
    }
}

/// Returns the reasons why the persona is stale; none while it is fresh. `audience` is the number of its customers and
/// of the base's, once they are known. The audience has changed if |now − then| / then is larger than the threshold,
/// where both are shares of the base.
pub fn stale(
    persona: &Persona,
    audience: Option<(u64, u64)>,
    today: NaiveDate,
    bounds: &Thresholds,
) -> Vec<StaleReason> {
    let newest = newest_evidence(&persona.claims);
    let evidence = newest.map(|newest| StaleReason::Evidence { newest, days: (today - newest).num_days() });
    let evidence =
        evidence.filter(|old| matches!(old, StaleReason::Evidence { days, .. } if *days > bounds.stale_after));
    let changed = audience.and_then(|(customers, base)| {
        let review = persona.reviewed.as_ref()?;
        let (then, now) = (figures::share(review.customers, review.base)?, figures::share(customers, base)?);
        let reviewed = day(&review.date)?;
        // An audience that was empty has changed however few customers it has now.
        let change = if then == now { 0.0 } else { (now - then).abs() / then };
        (change > bounds.changed).then_some(StaleReason::Audience { reviewed, then, now })
    });
    evidence.into_iter().chain(changed).collect()
}

/// Returns the day of the newest dated evidence.
pub fn newest_evidence<'a>(claims: impl IntoIterator<Item = &'a Claim>) -> Option<NaiveDate> {
    claims.into_iter().flat_map(|claim| &claim.evidence).filter_map(dated).max()
}

fn dated(evidence: &Evidence) -> Option<NaiveDate> {
    evidence.date.as_ref().and_then(day)
}

/// Converts a TOML date to a day.
fn day(date: &toml::value::Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EvidenceKind, Review};

    fn date(text: &str) -> toml::value::Date {
        let date: NaiveDate = text.parse().unwrap_or_default();
        use chrono::Datelike;
        toml::value::Date { year: date.year() as u16, month: date.month() as u8, day: date.day() as u8 }
    }

    fn persona(days: &[&str], reviewed: Option<(u64, u64)>) -> Persona {
        let evidence = |day: &&str| Evidence {
            kind: EvidenceKind::Interview,
            source: "int".into(),
            date: Some(date(day)),
            quote: None,
            note: None,
        };
        let claim = Claim { evidence: days.iter().map(evidence).collect(), ..Claim::default() };
        let review = |(customers, base)| Review { date: date("2026-01-01"), customers, base };
        Persona { claims: vec![claim], reviewed: reviewed.map(review), ..Persona::default() }
    }

    fn reasons(persona: &Persona, audience: Option<(u64, u64)>) -> Vec<StaleReason> {
        let today = NaiveDate::from_ymd_opt(2026, 6, 30).unwrap_or_default();
        stale(persona, audience, today, &Thresholds::default())
    }

    #[test]
    fn evidence_is_stale_after_one_year() {
        assert_eq!(reasons(&persona(&["2020-01-01", "2025-06-30"], None), None), []);
        let newest = NaiveDate::from_ymd_opt(2025, 6, 29).unwrap_or_default();
        let old = persona(&["2020-01-01", "2025-06-29"], None);
        assert_eq!(reasons(&old, None), [StaleReason::Evidence { newest, days: 366 }]);
        assert_eq!(reasons(&persona(&[], None), None), []);
    }

    #[test]
    fn audience_is_stale_after_change_of_base_share() {
        let reviewed = persona(&["2026-05-01"], Some((100, 1_000)));
        assert_eq!(reasons(&reviewed, Some((240, 2_000))), [], "a fifth more is not more than a fifth");
        let changed = reasons(&reviewed, Some((242, 2_000)));
        assert!(matches!(changed[..], [StaleReason::Audience { then: 0.1, now: 0.121, .. }]), "{changed:?}");
        assert_eq!(reasons(&reviewed, Some((79, 1_000))).len(), 1);
        assert_eq!(reasons(&reviewed, None), []);
        let of_nobody = persona(&["2026-05-01"], Some((0, 1_000)));
        assert_eq!((reasons(&of_nobody, Some((0, 10))).len(), reasons(&of_nobody, Some((1, 10))).len()), (0, 1));
    }
}
