//! Edits lists of texts, `["a", "b"]`, in place: each item keeps its line and comment.

use std::ops::Range;

use toml_edit::Array;

use super::steps::{self, Step};
use super::{Patch, Unusual, apply, line_end, line_start, quoted, spell};

/// Number of characters beyond which a list in one line is broken into lines.
const WIDEST: usize = 120;

/// Returns the file's text one step nearer to the wanted items; `None` if the list has them. `key_at` is the start of
/// its key.
pub(super) fn nearer(text: &str, key_at: usize, array: &Array, want: &[String]) -> Result<Option<String>, Unusual> {
    let whole = array.span().ok_or(Unusual(key_at))?;
    let items: Option<Vec<(&str, Range<usize>)>> = array.iter().map(|item| item.as_str().zip(item.span())).collect();
    let list = List { text, whole, items: items.ok_or(Unusual(key_at))? };
    let have: Vec<String> = list.items.iter().map(|(item, _)| (*item).to_owned()).collect();
    let patches = match steps::next(&have, want, |a, b| a == b) {
        None => return Ok(None),
        Some(Step::Change(n)) => vec![Patch(list.items[n].1.clone(), quoted(&want[n]))],
        Some(Step::Delete(n)) => list.without(n),
        Some(Step::Insert(n)) => list.with(n, &quoted(&want[n])),
        // Inserts a copy as it is spelled; a later step deletes the item further below.
        Some(Step::Move { from, to }) => list.with(to, &text[list.items[from].1.clone()]),
    };
    let edited = apply(text, patches);
    let line = &edited[line_start(&edited, key_at)..line_end(&edited, key_at)];
    let has_comment = text[list.whole.clone()].contains('#');
    if line.chars().count() > WIDEST && !text[list.whole.clone()].contains('\n') && !has_comment {
        return Ok(Some(apply(text, vec![Patch(list.whole, spell::list(want))])));
    }
    Ok(Some(edited))
}

struct List<'t> {
    text: &'t str,
    whole: Range<usize>,
    items: Vec<(&'t str, Range<usize>)>,
}

impl List<'_> {
    /// Returns true if the item has lines of its own.
    fn is_alone(&self, n: usize) -> bool {
        let at = &self.items[n].1;
        let before = &self.text[line_start(self.text, at.start)..at.start];
        let after = self.text[at.end..line_end(self.text, at.end)].trim_start();
        let after = after.strip_prefix(',').unwrap_or(after).trim_start();
        before.trim().is_empty() && (after.is_empty() || after.starts_with('#'))
    }

    fn without(&self, n: usize) -> Vec<Patch> {
        let at = self.items[n].1.clone();
        let cut = if self.items.len() == 1 && !self.text[self.whole.clone()].contains('#') {
            return vec![Patch(self.whole.clone(), "[]".to_owned())];
        } else if self.is_alone(n) {
            line_start(self.text, at.start)..line_end(self.text, at.end)
        } else if n > 0 {
            self.items[n - 1].1.end..at.end
        } else if let Some((_, next)) = self.items.get(1) {
            at.start..next.start
        } else {
            at.start..self.comma_after(at.end).map_or(at.end, |comma| comma + 1)
        };
        vec![Patch(cut, String::new())]
    }

    /// Returns the patches that insert an item before the n-th.
    fn with(&self, n: usize, spelled: &str) -> Vec<Patch> {
        let indent = |n: usize| {
            let start = self.items[n].1.start;
            &self.text[line_start(self.text, start)..start]
        };
        if let Some((_, at)) = self.items.get(n) {
            let line = line_start(self.text, at.start);
            return match self.is_alone(n) {
                true => vec![Patch(line..line, format!("{}{spelled},\n", indent(n)))],
                false => vec![Patch(at.start..at.start, format!("{spelled}, "))],
            };
        }
        let Some((_, last)) = self.items.last() else {
            let comma = if self.text[self.whole.clone()].contains('\n') { "," } else { "" };
            return vec![Patch(self.whole.start + 1..self.whole.start + 1, format!("{spelled}{comma}"))];
        };
        if !self.is_alone(self.items.len() - 1) {
            return vec![Patch(last.end..last.end, format!(", {spelled}"))];
        }
        let line = line_end(self.text, last.end);
        let comma = self.comma_after(last.end).is_none().then(|| Patch(last.end..last.end, ",".to_owned()));
        let new = Patch(line..line, format!("{}{spelled},\n", indent(self.items.len() - 1)));
        comma.into_iter().chain([new]).collect()
    }

    /// Returns the position of the comma after an item; blanks and comments may be in between.
    fn comma_after(&self, end: usize) -> Option<usize> {
        let mut at = end;
        loop {
            let rest = &self.text[at..self.whole.end];
            let blank = rest.len() - rest.trim_start().len();
            match rest.trim_start().chars().next()? {
                ',' => return Some(at + blank),
                '#' => at = line_end(self.text, at + blank),
                _ => return None,
            }
        }
    }
}
