use super::mask::set_rows;
use super::{LocalEngine, codes, sums};
use crate::engine::{Cancel, Count, EngineError, Group, Groups};
use crate::rule::Checked;

/// Counts and sums by code under the filter's mask: one pass over its customers each.
pub fn groups(
    engine: &LocalEngine,
    filter: &Checked,
    by: &[String],
    value: Option<&str>,
    limit: usize,
    cancel: &Cancel,
) -> Result<Groups, EngineError> {
    let mask = engine.mask(filter, cancel)?;
    let coded = engine.caches.codes(&engine.frame, by, cancel)?;
    cancel.check()?;
    let mut counts = vec![0u64; coded.len()];
    set_rows(mask.trues()).for_each(|row| counts[coded.codes[row] as usize] += 1);
    let sums = value.map(|column| sums::sums_by_code(engine, column, &mask, &coded)).transpose()?;
    let occupied = (0..coded.len() as u32).filter(|&code| counts[code as usize] > 0).collect();
    let (shown, left_out) = codes::largest(occupied, &counts, limit);
    let group = |code| {
        let at = code as usize;
        let (value_sum, value_known) = sums.as_ref().map_or((0.0, 0), |(sums, _)| sums[at]);
        let customers = Count { in_filter: counts[at], in_base: coded.in_base[at] };
        Group { key: coded.key(code), customers, value_sum, value_known }
    };
    Ok(Groups {
        by: by.to_vec(),
        groups: shown.into_iter().map(group).collect(),
        left_out,
        customers: Count { in_filter: mask.count(), in_base: engine.rows() as u64 },
        value: sums.map(|(_, total)| total),
    })
}
