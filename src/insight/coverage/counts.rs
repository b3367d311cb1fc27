//! Counts of coverage and waterfall that may be shown, chosen for both at once, since they stand on one screen.

use crate::engine::{self, CustomerCount};
use crate::insight::suppress::audit::{self, AuditedCount, CountPlace};
use crate::insight::suppress::{self, DisclosedCount};

/// All counts as they may be shown.
pub(super) struct CoverageCounts {
    pub(super) whole: DisclosedCount,
    pub(super) none: DisclosedCount,
    pub(super) one: DisclosedCount,
    pub(super) several: DisclosedCount,
    pub(super) covered: DisclosedCount,
    pub(super) sizes: Vec<DisclosedCount>,
    pub(super) firsts: Vec<DisclosedCount>,
    pub(super) totals: Vec<DisclosedCount>,
    pub(super) losses: Vec<DisclosedCount>,
    pub(super) lost: Vec<Vec<DisclosedCount>>,
    pub(super) only: Vec<DisclosedCount>,
    pub(super) both: Vec<Vec<DisclosedCount>>,
}

/// Most personas whose combinations are all told apart when counts are suppressed; of more, those of few personas at a time.
const ALL_COMBINED: usize = 6;

/// Maximum number of personas for which combinations of up to three are told apart.
const THREE_COMBINED: usize = 10;

/// Maximum number of personas for which combinations of two are told apart. With more, only what is shown elsewhere is shown
/// if a count is small.
const TWO_COMBINED: usize = 24;

impl CoverageCounts {
    /// Suppresses small counts, and others from which they would follow.
    pub(super) fn new(answer: &engine::LayeredOverlap, counts: Option<&[CustomerCount]>, min_cell: u64) -> Self {
        let layers = &answer.layers;
        let mut screen = CoverageScreen::new(layers.len(), min_cell);
        // Without a filter, both counts are one.
        let both = |count: u64| CustomerCount { in_filter: count, in_base: count };
        let count_of = |at: usize| counts.and_then(|counts| counts.get(at)).copied();
        let size = |i: usize| count_of(i).unwrap_or(both(layers[i].all.customers));
        let whole_count = count_of(layers.len()).unwrap_or(both(answer.whole.customers));
        let whole = screen.add(CountPlace::Elsewhere, answer.whole.customers, |_| true);
        let sizes: Vec<usize> = (0..layers.len()).map(|i| screen.add_size(i, size(i), whole_count)).collect();
        let none = screen.add(CountPlace::Here(0), answer.none.customers, |sets| sets == 0);
        let covered = answer.one.customers + answer.several.customers;
        let covered = screen.add(CountPlace::Here(0), covered, |sets| sets != 0);
        let before = |i: usize| (1u64 << i.min(63)) - 1;
        let has = |sets: u64, i: usize| sets >> i.min(63) & 1 == 1;
        let mut running = 0;
        let (mut firsts, mut totals, mut losses) = (Vec::new(), Vec::new(), Vec::new());
        for (i, layer) in layers.iter().enumerate() {
            running += layer.first.customers;
            let lost = layer.all.customers - layer.first.customers;
            let step = CountPlace::Here(1);
            firsts.push(screen.add(step, layer.first.customers, |sets| has(sets, i) && sets & before(i) == 0));
            totals.push(screen.add(step, running, |sets| sets & before(i + 1) != 0));
            losses.push(screen.add(step, lost, |sets| has(sets, i) && sets & before(i) != 0));
        }
        let one = screen.add(CountPlace::Here(2), answer.one.customers, |sets| sets.count_ones() == 1);
        let several = screen.add(CountPlace::Here(2), answer.several.customers, |sets| sets.count_ones() > 1);
        let only: Vec<usize> = layers
            .iter()
            .enumerate()
            .map(|(i, layer)| screen.add(CountPlace::Here(3), layer.only.customers, |sets| sets == 1 << i.min(63)))
            .collect();
        let (mut both, mut lost) = (vec![Vec::new(); layers.len()], vec![Vec::new(); layers.len()]);
        for (i, layer) in layers.iter().enumerate() {
            for (j, &count) in layer.both.iter().enumerate() {
                both[i].push(screen.add(CountPlace::Here(4), count, |sets| has(sets, i) && has(sets, j)));
                for (a, b) in [(i, j), (j, i)] {
                    let beside = layers[a].all.customers.saturating_sub(count);
                    screen.add(CountPlace::Nowhere, beside, |sets| has(sets, a) && !has(sets, b));
                }
            }
            for (j, &count) in layer.lost.iter().enumerate() {
                let is_lost = |sets: u64| has(sets, i) && has(sets, j) && sets & before(j) == 0;
                lost[i].push(screen.add(CountPlace::Here(5), count, is_lost));
            }
        }
        let mut shown = screen.disclose();
        for (i, &at) in sizes.iter().enumerate() {
            shown[at] = suppress::pair(size(i), whole_count, min_cell).0;
        }
        // Nobody is above the first persona, whatever the data says.
        if let Some(&first) = losses.first() {
            shown[first] = DisclosedCount::Count(0);
        }
        let of = |places: &[usize]| places.iter().map(|&at| shown[at]).collect::<Vec<_>>();
        Self {
            whole: shown[whole],
            none: shown[none],
            one: shown[one],
            several: shown[several],
            covered: shown[covered],
            sizes: of(&sizes),
            firsts: of(&firsts),
            totals: of(&totals),
            losses: of(&losses),
            lost: lost.iter().map(|places| of(places)).collect(),
            only: of(&only),
            both: both.iter().map(|places| of(places)).collect(),
        }
    }
}

/// The counts of coverage and waterfall, which stand on one screen, as sums over combinations of personas.
struct CoverageScreen {
    /// Combinations of personas, as bits. If there are many personas, not all of them: whoever knows of fewer combinations
    /// knows more, so what is shown is no less safe.
    combinations: Vec<u64>,
    counts: Vec<AuditedCount>,
    min_cell: u64,
}

impl CoverageScreen {
    fn new(personas: usize, min_cell: u64) -> Self {
        let depth = match personas {
            few if few <= ALL_COMBINED => few,
            some if some <= THREE_COMBINED => 3,
            many if many <= TWO_COMBINED => 2,
            _ => 0,
        };
        let mut combinations = vec![0];
        let mut newest = 0;
        for _ in 0..depth {
            let end = combinations.len();
            for at in newest..end {
                let sets: u64 = combinations[at];
                let next = (64 - sets.leading_zeros()) as usize..personas;
                combinations.extend(next.map(|persona| sets | 1 << persona));
            }
            newest = end;
        }
        Self { combinations, counts: Vec::new(), min_cell }
    }

    /// Adds a count of the combinations that fit, and returns its index.
    fn add(&mut self, place: CountPlace, count: u64, fits: impl Fn(u64) -> bool) -> usize {
        let parts = (0..self.combinations.len()).filter(|&at| fits(self.combinations[at])).collect();
        self.counts.push(AuditedCount::new(place, count, parts, self.min_cell));
        self.counts.len() - 1
    }

    /// Adds a persona's size, which is shown elsewhere unless it is suppressed there: few are not in it, or few of its
    /// customers are not in the filter, or few are in neither. Then these must not follow from it.
    fn add_size(&mut self, persona: usize, size: CustomerCount, whole: CustomerCount) -> usize {
        let (min_cell, most) = (self.min_cell, self.min_cell.saturating_sub(1));
        let has = move |sets: u64| sets >> persona.min(63) & 1 == 1;
        let is_over = matches!(suppress::pair(size, whole, min_cell).0, DisclosedCount::Over(_));
        if is_over {
            let rest = whole.in_filter.saturating_sub(size.in_filter);
            self.add(CountPlace::Elsewhere, rest, move |sets| !has(sets));
        }
        // The size, less each of these, is known.
        let outside = size.in_base.saturating_sub(size.in_filter);
        let neither = (whole.in_base + size.in_filter).saturating_sub(whole.in_filter + size.in_base);
        let kept_open = match (suppress::is_few(outside, min_cell), suppress::is_few(neither, min_cell)) {
            (true, _) => Some((size.in_base.saturating_sub(most), size.in_base)),
            (_, true) => Some((size.in_filter.saturating_sub(neither), size.in_filter - neither.min(most) + most)),
            _ => None,
        };
        let is_shown = kept_open.is_none() && !is_over;
        let at = self.add(if is_shown { CountPlace::Elsewhere } else { CountPlace::Nowhere }, size.in_filter, has);
        if let Some(kept_open) = kept_open.filter(|_| whole.in_filter < whole.in_base) {
            self.counts[at].kept_open = Some(kept_open);
        }
        at
    }

    fn disclose(&self) -> Vec<DisclosedCount> {
        audit::disclose(self.combinations.len(), &self.counts, self.min_cell)
    }
}
