//! Suppresses the customers that a persona shares with the segments it spans, beside the sizes of both.

use super::{DisclosedCount, is_few, pair, pairs, single};
use crate::engine::CustomerCount;

/// A segment that a persona spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SpanOverlap {
    pub segment: CustomerCount,
    /// Customers in the segment and in the audience.
    pub both: CustomerCount,
}

/// Returns which overlaps of an audience with its segments are hidden. `in_filter` of a count are the customers in both, and
/// of the `whole` the audience. The audience lies in its segments: those who are counted twice are the sum of the overlaps
/// less its size, and if nobody is, the overlaps add up to it.
pub fn hidden_overlaps(counts: &[CustomerCount], whole: CustomerCount, min_cell: u64) -> Vec<bool> {
    let total: u64 = counts.iter().map(|count| count.in_filter).sum();
    let Some(twice) = total.checked_sub(whole.in_filter).filter(|twice| *twice > 0) else {
        return pairs(counts, whole, min_cell).iter().map(|pair| pair.0.count().is_none()).collect();
    };
    let mut hidden: Vec<bool> = counts.iter().map(|count| pair(*count, whole, min_cell).0.count().is_none()).collect();
    let most_often = counts.len().saturating_sub(1) as u64;
    if is_few(twice, min_cell * most_often) && !hidden.contains(&true) {
        let largest = (0..counts.len()).max_by_key(|&at| counts[at].in_filter);
        largest.into_iter().for_each(|at| hidden[at] = true);
    }
    hidden
}

/// Suppresses the customers of a filter in an audience and in each of its segments; `None` stands for a segment in error.
/// Their sizes in the filter stand on the same screen, and the same counts of the base on an earlier one: an overlap would
/// tell a size that is hidden, or the few of it that are not in the filter.
pub fn spans(
    spans: &[Option<SpanOverlap>],
    audience: CustomerCount,
    whole: CustomerCount,
    min_cell: u64,
) -> Vec<Option<DisclosedCount>> {
    let in_filter = CustomerCount { in_filter: audience.in_filter, in_base: whole.in_filter };
    let beside = |span: &SpanOverlap| CustomerCount { in_filter: span.both.in_filter, in_base: span.segment.in_filter };
    let counts: Vec<CustomerCount> = spans.iter().flatten().map(beside).collect();
    let mut hidden = hidden_overlaps(&counts, in_filter, min_cell).into_iter();
    let narrows = whole.in_filter != whole.in_base;
    let is_shown = |set: CustomerCount| pair(set, whole, min_cell).0.count().is_some();
    let mut show = |span: &SpanOverlap| {
        let is_hidden = hidden.next().unwrap_or(true);
        let are_shown = !narrows || [audience, span.segment, span.both].into_iter().all(is_shown);
        match pair(beside(span), in_filter, min_cell).0 {
            // A bound below the audience would tell its size.
            DisclosedCount::Count(_) | DisclosedCount::Over(_) if min_cell > 0 && (is_hidden || !are_shown) => {
                match single(span.both.in_filter, min_cell) {
                    DisclosedCount::Under(least) => DisclosedCount::Under(least),
                    _ => DisclosedCount::Hidden,
                }
            }
            shown => shown,
        }
    };
    spans.iter().map(|span| span.as_ref().map(&mut show)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: CustomerCount = count(600, 1_000);

    const fn count(in_filter: u64, in_base: u64) -> CustomerCount {
        CustomerCount { in_filter, in_base }
    }

    /// Returns what is shown of an audience that lies in one segment.
    fn shown(audience: CustomerCount, segment: CustomerCount, whole: CustomerCount) -> DisclosedCount {
        let span = SpanOverlap { segment, both: audience };
        spans(&[Some(span)], audience, whole, 10)[0].expect("a count")
    }

    #[test]
    fn span_beside_few_of_segment_outside_audience_is_hidden() {
        assert_eq!(shown(count(120, 250), count(150, 300), WHOLE), DisclosedCount::Count(120));
        assert_eq!(shown(count(120, 250), count(125, 300), WHOLE), DisclosedCount::Hidden);
        assert_eq!(shown(count(125, 125), count(130, 130), count(600, 600)), DisclosedCount::Hidden);
        assert_eq!(shown(count(4, 250), count(125, 300), WHOLE), DisclosedCount::Under(10));
    }

    #[test]
    fn span_equal_to_hidden_audience_is_hidden() {
        // Few of the audience, of the segment, or of both are not in the filter.
        assert_eq!(shown(count(120, 125), count(150, 300), WHOLE), DisclosedCount::Hidden);
        assert_eq!(shown(count(120, 250), count(295, 300), WHOLE), DisclosedCount::Hidden);
        let (audience, segment) = (count(150, 300), count(200, 300));
        let span = SpanOverlap { segment, both: count(120, 125) };
        let other = SpanOverlap { segment, both: count(60, 200) };
        assert_eq!(spans(&[Some(span), Some(other)], audience, WHOLE, 10)[0], Some(DisclosedCount::Hidden));
    }

    #[test]
    fn overlaps_that_add_up_to_audience_are_hidden_together() {
        // 4 of the audience are in one segment alone, of which the other count would tell.
        let (audience, segment) = (count(124, 300), count(200, 400));
        let span = |in_filter, in_base| Some(SpanOverlap { segment, both: count(in_filter, in_base) });
        let found = spans(&[span(4, 100), None, span(120, 200)], audience, WHOLE, 10);
        assert_eq!(found, [Some(DisclosedCount::Under(10)), None, Some(DisclosedCount::Hidden)]);
        // Counted twice are 6.
        let found = spans(&[span(70, 150), span(60, 150)], audience, WHOLE, 10);
        assert_eq!(found, [Some(DisclosedCount::Hidden), Some(DisclosedCount::Count(60))]);
        let open = spans(&[span(4, 100), span(120, 200)], audience, WHOLE, 0);
        assert_eq!(open, [Some(DisclosedCount::Count(4)), Some(DisclosedCount::Count(120))]);
    }
}
