//! Columns of a list, and which of them are dropped, in a fixed order, if there is not room for all.

/// Order in which columns are dropped if there is not room for all: the greatest value first. Columns of `Never`, such
/// as names and counts, stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Yields {
    Never,
    Bar,
    Share,
    Value,
    Index,
    Kind,
    Note,
}

/// A column of a list, with its headings and widths.
#[derive(Debug, Clone)]
pub struct ListColumn {
    /// Heading on the screen; empty for none.
    pub heading: &'static str,
    /// Heading in a copied table, if the screen has none; empty for a column that is not copied, such as one of bars.
    pub title: &'static str,
    /// Heading if there is no room for the long one.
    pub short: &'static str,
    /// True to align the cells to the right.
    pub right: bool,
    /// Minimum width in cells, without the gap.
    pub min: u16,
    /// Width in cells at which nothing is cut off.
    pub natural: u16,
    /// True if the column takes the spare room. Without such a column, the gaps grow.
    pub grows: bool,
    /// Order in which the column is dropped.
    pub yields: Yields,
}

/// Position of a column, counted from the left of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSlot {
    /// Distance from the left of the row, in cells.
    pub x: u16,
    /// Width in cells.
    pub width: u16,
}

/// Minimum gap between two columns, in cells.
pub const GAP: u16 = 2;
/// Maximum number of cells that a gap grows by.
const WIDER: u16 = 6;

impl ListColumn {
    /// Creates a column of left-aligned text that never gives way.
    pub fn name(natural: usize, min: u16) -> Self {
        let natural = u16::try_from(natural).unwrap_or(u16::MAX).clamp(min, 40);
        Self { heading: "", title: "name", short: "", right: false, min, natural, grows: false, yields: Yields::Never }
    }

    /// Creates a column of right-aligned numbers of at most `width` cells.
    pub fn number(heading: &'static str, short: &'static str, width: usize, yields: Yields) -> Self {
        let wide = |heading: &str| heading.chars().count().max(width) as u16;
        Self {
            heading,
            title: heading,
            short,
            right: true,
            min: wide(short),
            natural: wide(heading),
            grows: false,
            yields,
        }
    }

    /// Creates a column of bars or notes, which takes the spare room.
    pub fn growing(min: u16, yields: Yields) -> Self {
        Self { heading: "", title: "", short: "", right: false, min, natural: min, grows: true, yields }
    }

    /// Sets the heading in a copied table.
    pub fn titled(self, title: &'static str) -> Self {
        Self { title, ..self }
    }
}

/// Returns the position of each column in `width` cells; `None` for those that were dropped.
pub fn fit(columns: &[ListColumn], width: u16) -> Vec<Option<ColumnSlot>> {
    // Notes get spare room only: nothing is cut off for their sake.
    let natural: u16 = columns.iter().map(|column| column.natural + GAP).fold(0, u16::saturating_add);
    let roomy = natural.saturating_sub(GAP) <= width;
    let mut kept: Vec<bool> = columns.iter().map(|column| roomy || column.yields < Yields::Note).collect();
    // A legible name is worth more than the columns that rank after the share.
    let readable = |column: &ListColumn| column.natural.min((width * 2 / 5).max(column.min));
    let named = |column: &ListColumn| {
        if column.yields == Yields::Never && !column.right { readable(column) } else { column.min }
    };
    drop_weakest(columns, &mut kept, width, Yields::Share, named);
    drop_weakest(columns, &mut kept, width, Yields::Never, |column| column.min);
    let mut widths: Vec<u16> = columns.iter().map(|column| column.min).collect();
    let mut spare = width.saturating_sub(needed(columns, &kept, |column| column.min));
    for (i, column) in columns.iter().enumerate().filter(|(i, _)| kept[*i]) {
        let more = column.natural.saturating_sub(column.min).min(spare);
        widths[i] += more;
        spare -= more;
    }
    if let Some(taker) = (0..columns.len()).rfind(|&i| kept[i] && columns[i].grows) {
        widths[taker] += spare;
        spare = 0;
    }
    place(&kept, &widths, spare, width)
}

/// Drops columns whose order is above `floor`, the greatest first, until the others fit.
fn drop_weakest(
    columns: &[ListColumn],
    kept: &mut [bool],
    width: u16,
    floor: Yields,
    cells: impl Fn(&ListColumn) -> u16 + Copy,
) {
    while needed(columns, kept, cells) > width {
        let weakest =
            (0..columns.len()).filter(|&i| kept[i] && columns[i].yields > floor).max_by_key(|&i| columns[i].yields);
        match weakest {
            Some(i) => kept[i] = false,
            None => break,
        }
    }
}

fn needed(columns: &[ListColumn], kept: &[bool], cells: impl Fn(&ListColumn) -> u16) -> u16 {
    let widths = columns.iter().zip(kept).filter(|(_, kept)| **kept).map(|(column, _)| cells(column) + GAP);
    widths.fold(0u16, u16::saturating_add).saturating_sub(GAP)
}

/// Positions the columns. If none grows, the gaps do, but only so far that the eye can still follow the line.
fn place(kept: &[bool], widths: &[u16], spare: u16, right: u16) -> Vec<Option<ColumnSlot>> {
    let gaps = (kept.iter().filter(|kept| **kept).count() as u16).saturating_sub(1).max(1);
    let gap = GAP + (spare / gaps).min(WIDER);
    // The remainder goes after the name, so that the last column ends at the edge.
    let odd = if spare / gaps < WIDER { spare % gaps } else { 0 };
    let mut x = 0u16;
    let mut slots = Vec::with_capacity(kept.len());
    for (i, (&kept, &width)) in kept.iter().zip(widths).enumerate() {
        let width = if i == 0 { width.saturating_add(odd) } else { width };
        let width = width.min(right.saturating_sub(x));
        slots.push((kept && width > 0).then_some(ColumnSlot { x, width }));
        if kept {
            x = x.saturating_add(width + gap);
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<ListColumn> {
        vec![
            ListColumn::name(12, 8),
            ListColumn::growing(6, Yields::Bar),
            ListColumn::number("customers", "customers", 9, Yields::Never),
            ListColumn::number("of filter", "of filter", 7, Yields::Share),
            ListColumn::number("of value", "of value", 7, Yields::Value),
            ListColumn::number("index", "index", 7, Yields::Index),
        ]
    }

    fn kept(width: u16) -> Vec<bool> {
        fit(&columns(), width).iter().map(Option::is_some).collect()
    }

    #[test]
    fn columns_yield_in_order_index_value_share_bars() {
        assert_eq!(kept(80), [true; 6]);
        assert_eq!(kept(56), [true, true, true, true, true, false]);
        assert_eq!(kept(46), [true, true, true, true, false, false]);
        assert_eq!(kept(30), [true, true, true, false, false, false]);
        assert_eq!(kept(22), [true, false, true, false, false, false]);
    }

    #[test]
    fn remaining_width_goes_to_bar_and_last_column_ends_at_edge() {
        let slots = fit(&columns(), 100);
        assert_eq!(slots[0].map(|s| s.width), Some(12));
        assert_eq!(slots[5].map(|s| s.x + s.width), Some(100));
    }

    #[test]
    fn name_keeps_full_width_before_kind_and_index() {
        let columns = [
            ListColumn::name(17, 12),
            ListColumn { grows: false, ..ListColumn::growing(5, Yields::Kind) },
            ListColumn::number("in filter", "in filter", 9, Yields::Never),
            ListColumn::number("index", "index", 7, Yields::Index),
        ];
        let slots = fit(&columns, 43);
        assert_eq!(slots.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true, true]);
        assert_eq!(slots[0].map(|slot| slot.width), Some(17));
    }

    #[test]
    fn columns_without_bar_follow_name_closely() {
        let columns = [ListColumn::name(12, 8), ListColumn::number("count", "count", 7, Yields::Never)];
        let slots = fit(&columns, 90);
        assert_eq!(slots[1].map(|slot| slot.x), Some(12 + GAP + WIDER));
    }

    #[test]
    fn columns_fit_any_small_width() {
        for width in 0..12 {
            for slot in fit(&columns(), width).into_iter().flatten() {
                assert!(slot.x + slot.width <= width);
            }
        }
    }
}
