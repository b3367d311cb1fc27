//! Order in which segments are read: each after those that its rule names.

use std::collections::HashMap;

use crate::model::Segment;
use crate::rule;

/// Returns the segments' indexes, each after those that its rule names: so each rule is read once, however the file is
/// ordered. In a cycle the order does not matter.
pub(super) fn in_order_of_reference(segments: &[Segment]) -> Vec<usize> {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(segments.len());
    for (n, segment) in segments.iter().enumerate() {
        places.entry(&segment.name).or_insert(n);
    }
    let named = |n: usize| -> Vec<usize> {
        let text = &segments[n].rule;
        let names = if text.contains('@') { rule::references(text) } else { Vec::new() };
        names.iter().filter_map(|name| places.get(name.as_str()).copied()).collect()
    };
    let mut order = Vec::with_capacity(segments.len());
    let mut is_seen = vec![false; segments.len()];
    let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
    for start in 0..segments.len() {
        let mut next = Some(start);
        loop {
            if let Some(n) = next.filter(|n| !std::mem::replace(&mut is_seen[*n], true)) {
                path.push((n, named(n)));
            }
            let Some((n, waiting)) = path.last_mut() else { break };
            next = waiting.pop();
            if next.is_none() {
                order.push(*n);
                path.pop();
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(rules: &[(&str, &str)]) -> Vec<Segment> {
        let segment = |(name, rule): &(&str, &str)| Segment {
            name: (*name).into(),
            kind: None,
            rule: (*rule).into(),
            note: None,
        };
        rules.iter().map(segment).collect()
    }

    #[test]
    fn segments_are_ordered_after_their_references() {
        let order = in_order_of_reference(&segments(&[
            ("a", "@c AND @b"),
            ("b", "n > 1"),
            ("c", "@b OR @unknown"),
            ("d", "@e"),
            ("e", "@d"),
            ("a", "@a"),
        ]));
        let place = |n: usize| order.iter().position(|other| *other == n);
        assert_eq!(order.len(), 6);
        assert!(place(1) < place(2) && place(2) < place(0));
    }
}
