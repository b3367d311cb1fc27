//! Computes how one list becomes another, one step at a time; unchanged items stay where they are.

/// The next step, by indices in the current list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The item at this index becomes the wanted one at the same index.
    Change(usize),
    Delete(usize),
    /// The wanted item at this index goes before the item there now.
    Insert(usize),
    /// The item at `from` goes before the one at `to`, which is above it.
    Move {
        from: usize,
        to: usize,
    },
}

/// Returns the next step on the way from `have` to `want`; `None` if they are equal. `same` returns true for two
/// versions of one item.
pub(super) fn next<T: PartialEq>(have: &[T], want: &[T], same: impl Fn(&T, &T) -> bool) -> Option<Step> {
    let at = have.iter().zip(want).take_while(|(have, want)| have == want).count();
    let (old, new) = match (have.get(at), want.get(at)) {
        (None, None) => return None,
        (Some(_), None) => return Some(Step::Delete(at)),
        (None, Some(_)) => return Some(Step::Insert(at)),
        (Some(old), Some(new)) => (old, new),
    };
    if same(old, new) {
        return Some(Step::Change(at));
    }
    let stays = want[at..].iter().any(|want| same(old, want));
    let comes_from = have[at..].iter().position(|have| same(have, new)).map(|after| at + after);
    Some(match (stays, comes_from) {
        (true, Some(from)) => Step::Move { from, to: at },
        (true, None) => Step::Insert(at),
        (false, Some(_)) => Step::Delete(at),
        (false, None) => match have.len().cmp(&want.len()) {
            std::cmp::Ordering::Less => Step::Insert(at),
            std::cmp::Ordering::Equal => Step::Change(at),
            std::cmp::Ordering::Greater => Step::Delete(at),
        },
    })
}
