//! The segments that a persona spans, chosen from a list that narrows as one types.

use crate::insight::Catalog;
use crate::insight::catalog::SegmentationState;
use crate::tui::core::picker::{PickItem, Picker};

/// The checklist of segments and cells.
#[derive(Debug, Clone)]
pub struct SpanList {
    pub picker: Picker,
    /// Chosen names, in the order of the persona's `spans`.
    pub chosen: Vec<String>,
}

impl SpanList {
    /// Lists all segments and cells, the chosen ones first.
    pub fn new(chosen: &[String], catalog: &Catalog) -> Self {
        let mut items: Vec<PickItem> = catalog
            .segments
            .iter()
            .flat_map(|entry| match &entry.body {
                SegmentationState::Segment { .. } => vec![item(&entry.name, entry.note.as_deref())],
                SegmentationState::Segmentation { cells, .. } => {
                    cells.iter().flatten().map(|cell| item(&cell.full, Some(&cell.text))).collect()
                }
            })
            .collect();
        // Names that the study no longer defines stay listed, so that they can be unticked.
        let unknown = chosen.iter().filter(|name| items.iter().all(|item| item.label != **name));
        let unknown: Vec<PickItem> = unknown.map(|name| item(name, Some("there is no such segment"))).collect();
        items.extend(unknown);
        let place = |item: &PickItem| chosen.iter().position(|name| *name == item.label).unwrap_or(usize::MAX);
        items.sort_by_key(place);
        Self { picker: Picker::new("Segments", items), chosen: chosen.to_vec() }
    }

    /// Returns true if the segment or cell of this full name is ticked.
    pub fn is_chosen(&self, name: &str) -> bool {
        self.chosen.iter().any(|chosen| chosen == name)
    }

    /// Ticks or unticks the line at the cursor. Returns false if the list is empty.
    pub fn toggle(&mut self) -> bool {
        let Some(name) = self.picker.chosen().map(|item| item.label.clone()) else { return false };
        match self.is_chosen(&name) {
            true => self.chosen.retain(|chosen| *chosen != name),
            false => self.chosen.push(name),
        }
        true
    }
}

fn item(name: &str, about: Option<&str>) -> PickItem {
    PickItem { label: name.to_owned(), about: about.unwrap_or_default().to_owned(), ..PickItem::default() }
}
