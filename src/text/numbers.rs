//! Numbers for people: grouped in thousands, with the same number of decimals down a column, and `–` for no value.

use std::time::Duration;

/// Text for a missing value.
pub const NOTHING: &str = "–";

/// Formats a count with separators: `1,234,567`.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Formats a share as `12.8 %`. A share strictly between 0 and 1 never reads as 0 % or 100 %: `<0.1 %`, `>99.9 %`.
pub fn percent(share: Option<f64>) -> String {
    match share {
        None => NOTHING.into(),
        Some(share) if share > 0.0 && share < 0.0005 => "<0.1 %".into(),
        Some(share) if (0.9995..1.0).contains(&share) => ">99.9 %".into(),
        Some(share) => format!("{:.1} %", share * 100.0),
    }
}

/// Smallest index that is marked as high.
pub const HIGH: f64 = 120.0;
/// Largest index that is marked as low.
pub const LOW: f64 = 80.0;
/// Largest distance from 100 at which an index counts as average.
pub const NEAR: f64 = 10.0;

/// Largest index shown as a number: beyond it the exact figure says nothing more.
const HIGHEST_INDEX: f64 = 999.0;

/// Formats an index as `244 ▲`, `96  `, `>999 ▲`. The mark has two cells of its own, so that the digits align.
pub fn index(index: Option<f64>) -> String {
    match index {
        None => format!("{NOTHING}  "),
        Some(index) => {
            let mark = match index {
                index if index >= HIGH => '▲',
                index if index <= LOW => '▼',
                _ => ' ',
            };
            match index.round() {
                index if index > HIGHEST_INDEX => format!(">{HIGHEST_INDEX} {mark}"),
                index => format!("{} {mark}", index.max(0.0)),
            }
        }
    }
}

/// Formats a mean or a sum with a sensible number of digits: `1,204`, `61.2`, `0.042`.
pub fn amount(value: Option<f64>) -> String {
    let Some(value) = value.filter(|v| v.is_finite()) else { return NOTHING.into() };
    let size = value.abs();
    let digits = match size {
        _ if size >= 100.0 || size == 0.0 => 0,
        _ if size >= 1.0 => 1,
        _ => 3,
    };
    grouped(value, digits)
}

/// Formats a finite number with this many decimals and grouped thousands: `-1,204.50`.
pub fn grouped(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let is_nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    let sign = if value < 0.0 && !is_nothing { "-" } else { "" };
    // An integer part that is too long for an integer type stays ungrouped.
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), count);
    format!("{sign}{whole}{rest}")
}

/// Formats a duration: `4 ms`, `1.2 s`, `<1 ms`.
pub fn time(took: Duration) -> String {
    match took.as_millis() {
        0 => "<1 ms".into(),
        ms if ms < 1000 => format!("{ms} ms"),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}

/// Formats a count with its noun: `1 customer`, `2 customers`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// Cell filled from the bottom, in eighths.
pub const HEIGHTS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Draws one cell for each count, its height relative to the highest. Counts above 0 are always visible.
pub fn sparkline(counts: &[u64]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let height = |count: u64| if count == 0 { 0 } else { (count as f64 / most as f64 * 8.0).round().max(1.0) as usize };
    counts.iter().map(|&count| HEIGHTS[height(count)]).collect()
}

/// Draws a bar of exactly `width` cells for a share between 0 and 1, in eighth blocks. Shares above 0 are always
/// visible.
pub fn bar(share: f64, width: usize) -> String {
    const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let mut eighths = (share * width as f64 * 8.0).round() as usize;
    if share > 0.0 && width > 0 {
        eighths = eighths.max(1);
    }
    let full = eighths / 8;
    let mut text = "█".repeat(full);
    if full < width {
        text.push(EIGHTHS[eighths % 8]);
        text.extend(std::iter::repeat_n(' ', width - full - 1));
    }
    text
}

/// Same as [`bar`], indented by the cells of the share before it.
pub fn span(start: f64, share: f64, width: usize) -> String {
    let start = if start.is_finite() { start.clamp(0.0, 1.0) } else { 0.0 };
    let before = ((start * width as f64).round() as usize).min(width.saturating_sub(1));
    let rest = width - before;
    let share = if rest > 0 { share * width as f64 / rest as f64 } else { 0.0 };
    format!("{}{}", " ".repeat(before), bar(share, rest))
}

/// Draws a thin bar of exactly `width` cells for a share between 0 and 1, in halves of a cell, which leaves a gap
/// between two lines. Shares above 0 are always visible.
pub fn line(share: f64, width: usize) -> String {
    let halves = halves(share, width);
    let mut text = "━".repeat(halves / 2);
    if halves % 2 == 1 {
        text.push('╸');
    }
    text.extend(std::iter::repeat_n(' ', width - halves.div_ceil(2)));
    text
}

/// Same as [`line`], indented by the cells of the share before it.
pub fn line_from(start: f64, share: f64, width: usize) -> String {
    let start = if start.is_finite() { start.clamp(0.0, 1.0) } else { 0.0 };
    let before = ((start * width as f64).round() as usize).min(width.saturating_sub(1));
    let rest = width - before;
    let share = if rest > 0 { share * width as f64 / rest as f64 } else { 0.0 };
    format!("{}{}", " ".repeat(before), line(share, rest))
}

/// Same as [`line`], but it ends at the right edge.
pub fn line_to_the_left(share: f64, width: usize) -> String {
    let halves = halves(share, width);
    let mut text = " ".repeat(width - halves.div_ceil(2));
    if halves % 2 == 1 {
        text.push('╺');
    }
    text.push_str(&"━".repeat(halves / 2));
    text
}

fn halves(share: f64, width: usize) -> usize {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let least = usize::from(share > 0.0 && width > 0);
    ((share * width as f64 * 2.0).round() as usize).max(least)
}

/// Divides `width` cells among the parts of a stacked bar, as shares of the whole. The ends of the parts are rounded,
/// so that the cells add up.
pub fn stacked(shares: &[f64], width: usize) -> Vec<usize> {
    let all: f64 = shares.iter().filter(|share| share.is_finite()).sum();
    // Parts that overlap may be more than the whole together.
    let scale = width as f64 / all.max(1.0);
    let (mut sum, mut end) = (0.0, 0);
    let part = |share: &f64| {
        sum += if share.is_finite() { share.max(0.0) } else { 0.0 };
        let next = ((sum * scale).round() as usize).clamp(end, width);
        let cells = next - end;
        end = next;
        cells
    };
    shares.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let texts = [0, 12, 999, 1000, 123_456, 1_234_567].map(count);
        assert_eq!(texts, ["0", "12", "999", "1,000", "123,456", "1,234,567"]);
        assert_eq!(amount(Some(-1234.5)), "-1,234");
        assert_eq!(amount(Some(61.24)), "61.2");
        assert_eq!(amount(Some(0.0419)), "0.042");
        assert_eq!(amount(Some(f64::NAN)), "–");
    }

    #[test]
    fn percentage_rounds_to_zero_or_hundred_only_when_exact() {
        assert_eq!(percent(Some(0.000_01)), "<0.1 %");
        assert_eq!(percent(Some(0.999_99)), ">99.9 %");
        assert_eq!(percent(Some(0.128_41)), "12.8 %");
        assert_eq!((percent(Some(0.0)), percent(Some(1.0))), ("0.0 %".into(), "100.0 %".into()));
    }

    #[test]
    fn index_far_from_average_is_marked() {
        assert_eq!(index(Some(244.4)), "244 ▲");
        assert_eq!(index(Some(80.0)), "80 ▼");
        assert_eq!(index(Some(96.0)), "96  ");
        assert_eq!((index(Some(999.4)), index(Some(1_204.0))), ("999 ▲".into(), ">999 ▲".into()));
        assert_eq!(index(None), "–  ");
    }

    #[test]
    fn bar_has_requested_width() {
        for width in [0, 1, 7, 40] {
            for share in [0.0, 0.001, 0.33, 0.5, 1.0, 7.0, f64::NAN] {
                assert_eq!(bar(share, width).chars().count(), width);
            }
        }
        assert_eq!(bar(0.5, 3), "█▌ ");
        assert_eq!((span(0.5, 0.25, 8), span(1.0, 0.1, 4)), ("    ██  ".into(), "   ▍".into()));
        assert_eq!(span(0.5, 0.5, 0), "");
        assert_eq!(bar(0.000_1, 3), "▏  ");
    }

    #[test]
    fn thin_bar_has_requested_width_and_half_steps() {
        for width in [0, 1, 7, 40] {
            for share in [0.0, 0.001, 0.33, 0.5, 1.0, 7.0, f64::NAN] {
                assert_eq!(line(share, width).chars().count(), width);
                assert_eq!(line_to_the_left(share, width).chars().count(), width);
            }
        }
        assert_eq!((line(0.5, 3), line(0.000_1, 3)), ("━╸ ".into(), "╸  ".into()));
        assert_eq!(line_to_the_left(0.5, 3), " ╺━");
        assert_eq!(line_from(0.5, 0.25, 8), "    ━━  ");
    }

    #[test]
    fn stacked_bar_parts_are_proportional() {
        assert_eq!(stacked(&[0.477, 0.319, 0.171, 0.033], 12), [6, 4, 2, 0]);
        assert_eq!(stacked(&[0.25, 0.25], 8), [2, 2]);
        assert_eq!(stacked(&[0.9, 0.9], 8), [4, 4]);
        assert_eq!(stacked(&[f64::NAN, 1.0], 3), [0, 3]);
        assert_eq!(stacked(&[], 3), [0; 0]);
    }
}
