//! The builder of segmentations: what a person types, and the cells that result.

mod cut_method;
mod draw;
mod draw_cells;
mod draw_profile;
mod fields;
mod inquiry;
mod keys;
mod lines;
mod questions;
mod submit;

use tui_input::Input;

pub use self::cut_method::CutMethod;
pub use self::fields::BuilderField;
pub use self::inquiry::{BuilderInquiry, CellNames};
pub use self::keys::{edit, open};
pub use self::lines::{CellLine, SCORES};
use crate::engine::{ColumnProfile, CustomerCount};
use crate::insight::cells::CellsInquiry;
use crate::insight::cutting::Cutter;
use crate::insight::inquiry::ErasedInquiry;
use crate::insight::profile::ProfileInquiry;
use crate::model::{CellDefinition, Column, SegmentKind, Segmentation};
use crate::rule::cells::{SegmentationCell, usual_rfm};
use crate::tui::core::picker::Picker;
use crate::tui::core::{Hooks, KeptForm, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "builder";

/// The builder of segmentations.
#[derive(Debug, Clone)]
pub struct SegmentationBuilder {
    /// Choice of the column, while it is open.
    pub picker: Option<Picker>,
    /// True once a column was picked or a segmentation is edited: there is something to go back to.
    pub started: bool,
    /// The segmentation before the edit, when one is edited.
    pub editing: Option<Box<Segmentation>>,
    /// Name of the column. Empty if several columns are cut, or none is.
    pub column: String,
    /// Ways to cut that fit the column.
    pub hows: Vec<CutMethod>,
    pub how: usize,
    /// Parameter of the way to cut, as text.
    pub parameter: Input,
    pub name: Input,
    /// Kind of the segments, if it is set.
    pub kind: Option<SegmentKind>,
    pub note: Input,
    /// Cells written by hand, or those of RFM. A customer belongs to the first that fits.
    pub lines: Vec<CellLine>,
    /// Field that has the focus.
    pub field: BuilderField,
    pub inquiry: BuilderInquiry,
    /// True if the inquiry finds the cells of what is typed now.
    is_planned: bool,
    /// The cells, or why there are none; `None` while waiting for the base.
    pub cells: Option<Result<Vec<SegmentationCell>, String>>,
    /// Errors of lines, each with the line's index.
    pub faults: Vec<(usize, String)>,
    /// First problem to fix, reported when Enter was pressed.
    pub problem: Option<String>,
    /// True while the change is being written.
    pub saving: bool,
}

/// Number of the filter's customers in each cell, by its name, and in total.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CellCounts {
    pub cells: Vec<(String, CustomerCount)>,
    /// Number of the filter's customers.
    pub whole: u64,
}

impl View for SegmentationBuilder {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(keys::key)
    }

    fn hooks(&self) -> Hooks {
        Hooks {
            renew: questions::renew,
            arrived: |state, _| {
                questions::arrived(state);
                Vec::new()
            },
            paste: Some(keys::paste),
            pressed: keys::pressed,
            ..Hooks::default()
        }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.inquiry)
    }

    fn is_waiting(&self) -> bool {
        self.is_counting()
    }

    fn outdate(&mut self) {
        self.outdate_counts();
    }

    fn base_changed(&mut self) {
        (self.inquiry, self.is_planned) = (BuilderInquiry::default(), false);
        self.changed();
    }

    fn saving(&mut self) -> Option<&mut bool> {
        Some(&mut self.saving)
    }

    fn unsaved(&self, _state: &State) -> Option<KeptForm> {
        let segmentation = Box::new(self.segmentation().ok()?);
        let is_changed = self.editing.as_deref().map_or(!segmentation.name.is_empty(), |old| *old != *segmentation);
        let editing = self.editing.as_ref().map(|old| old.name.clone());
        is_changed.then_some(KeptForm::Segmentation { editing, segmentation })
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, state: &State) {
        draw::draw(canvas, area, self, state);
    }
}

impl SegmentationBuilder {
    /// Creates the builder with the choice of a column open.
    pub fn new(picker: Picker) -> Self {
        Self {
            picker: Some(picker),
            started: false,
            editing: None,
            column: String::new(),
            hows: vec![CutMethod::Values],
            how: 0,
            parameter: Input::default(),
            name: Input::default(),
            kind: Some(SegmentKind::Behaviour),
            note: Input::default(),
            lines: Vec::new(),
            field: BuilderField::How,
            inquiry: BuilderInquiry::default(),
            is_planned: false,
            cells: None,
            faults: Vec::new(),
            problem: None,
            saving: false,
        }
    }

    /// Fills the builder with a segmentation. `hows` are the ways that fit its column, if it cuts one.
    pub fn edit(cut: &Segmentation, mut hows: Vec<CutMethod>, picker: Picker) -> Self {
        let how = CutMethod::from_segmentation(cut);
        if !hows.contains(&how) {
            hows.insert(0, how);
        }
        let cells = match how {
            CutMethod::Rfm if cut.cells.is_empty() => usual_rfm(),
            _ => cut.cells.clone(),
        };
        Self {
            picker: None,
            started: true,
            editing: Some(Box::new(cut.clone())),
            column: cut.column.clone(),
            how: hows.iter().position(|each| *each == how).unwrap_or(0),
            parameter: Input::new(how.parameter_of(cut)),
            name: Input::new(cut.name.clone()),
            kind: cut.kind,
            note: Input::new(cut.note.clone().unwrap_or_default()),
            lines: cells.iter().map(CellLine::from_definition).collect(),
            field: if how == CutMethod::Cells { BuilderField::Cell(0, 1) } else { BuilderField::Parameter },
            hows,
            ..Self::new(picker)
        }
    }

    /// Starts with the picked column, or with none for a cut of several or for cells by hand. A name typed before
    /// stays.
    pub fn start(&mut self, column: Option<&Column>, hows: Vec<CutMethod>, name: String) {
        (self.picker, self.started) = (None, true);
        self.column = column.map(|column| column.name.clone()).unwrap_or_default();
        (self.hows, self.how) = (hows, 0);
        self.inquiry.profile = ProfileInquiry::default();
        if self.editing.is_none() {
            self.name = Input::new(name);
        }
        self.cut_anew();
        self.field = self.fields()[0];
        self.changed();
    }

    /// Resets the parameter and the lines to those of the selected way to cut.
    fn cut_anew(&mut self) {
        let how = self.chosen();
        self.parameter = Input::new(how.first_parameter().into());
        let usual = |cell: &CellDefinition| CellLine { was: None, ..CellLine::from_definition(cell) };
        self.lines = match how {
            CutMethod::Rfm => usual_rfm().iter().map(usual).collect(),
            CutMethod::Cells => vec![CellLine::default()],
            _ => Vec::new(),
        };
    }

    /// Returns the selected way to cut.
    pub fn chosen(&self) -> CutMethod {
        self.hows.get(self.how).copied().unwrap_or(CutMethod::Values)
    }

    /// Selects another way to cut, and resets the parameter and the lines.
    pub fn step_how(&mut self, by: isize) {
        let count = self.hows.len().max(1) as isize;
        self.how = (self.how as isize + by).rem_euclid(count) as usize;
        self.cut_anew();
        // Back at the way that the edited segmentation is cut, its own parameter appears again.
        if let Some(before) = self.editing.as_ref().filter(|before| before.column == self.column) {
            let how = self.chosen();
            if CutMethod::from_segmentation(before) == how {
                self.parameter = Input::new(how.parameter_of(before));
            }
        }
        self.changed();
    }

    /// Selects the kind `by` places further; no kind is one of the places.
    pub fn step_kind(&mut self, by: isize) {
        let kinds: Vec<Option<SegmentKind>> = SegmentKind::ALL.into_iter().map(Some).chain([None]).collect();
        let at = kinds.iter().position(|kind| *kind == self.kind).unwrap_or(0) as isize;
        self.kind = kinds[(at + by).rem_euclid(kinds.len() as isize) as usize];
    }

    /// Returns true while cells are being found or counted.
    pub fn is_counting(&self) -> bool {
        let BuilderInquiry { counts, memberships, .. } = &self.inquiry;
        let counts = counts.found.is_waiting() || memberships.found.is_waiting();
        self.picker.is_none() && (self.cells.is_none() || matches!(self.cells, Some(Ok(_))) && counts)
    }

    /// Marks the counts as outdated: the query has changed.
    pub fn outdate_counts(&mut self) {
        self.inquiry.counts.outdate();
        self.inquiry.memberships.outdate();
        self.is_planned &= self.cells.is_some();
    }

    /// Drops the cells: what is typed has changed.
    pub fn changed(&mut self) {
        (self.cells, self.problem) = (None, None);
        self.outdate_counts();
    }

    /// Returns the segmentation as typed.
    ///
    /// # Errors
    /// One line that says what to type.
    pub fn segmentation(&self) -> Result<Segmentation, String> {
        let note = self.note.value().trim();
        let how = self.chosen();
        let plain = Segmentation {
            name: self.name.value().trim().to_owned(),
            kind: self.kind,
            column: self.column.clone(),
            note: (!note.is_empty()).then(|| note.to_owned()),
            cells: self.definitions()?,
            ..Segmentation::default()
        };
        let cut = how.put(self.parameter.value(), plain)?;
        if how == CutMethod::Cells && cut.cells.is_empty() {
            return Err("it needs a cell: a name and a rule".into());
        }
        cut.cut().map(|_| ()).map_err(|(_, message)| message)?;
        Ok(cut)
    }

    /// Returns the cells as written. The usual ones of RFM are omitted, unless they were written before.
    fn definitions(&self) -> Result<Vec<CellDefinition>, String> {
        let how = self.chosen();
        if !how.has_lines() {
            return Ok(Vec::new());
        }
        let own: Result<Vec<_>, _> =
            self.lines.iter().filter(|line| !line.is_blank()).map(|line| line.definition(how)).collect();
        let own = own?;
        let were_written = self.editing.as_ref().is_some_and(|before| !before.cells.is_empty());
        Ok(if how == CutMethod::Rfm && !were_written && own == usual_rfm() { Vec::new() } else { own })
    }

    /// Returns the cells whose names have changed, as pairs of old and new. Omits a name that is a prefix of another
    /// cell's name: a reference to it would be ambiguous.
    pub fn renamed(&self) -> Vec<(String, String)> {
        let were: Vec<&str> = self.lines.iter().filter_map(|line| line.was.as_deref()).collect();
        let is_clear = |was: &str| !were.iter().any(|other| other.starts_with(&format!("{was}.")));
        let pairs = self.lines.iter().filter_map(|line| Some((line.was.clone()?, line.name())));
        pairs.filter(|(was, now)| was != now && !now.is_empty() && is_clear(was)).collect()
    }

    /// Returns the column's profile in the filter and in the base, once it is known.
    pub fn profile(&self) -> Option<&ColumnProfile> {
        self.inquiry.profile.found.answer.as_deref()
    }

    /// Plans how to find the cells of what is typed. Returns false if that was done already.
    pub fn plan(&mut self, cutter: &Cutter) -> bool {
        if self.is_planned || self.cells.is_some() {
            return false;
        }
        self.is_planned = true;
        if self.chosen() == CutMethod::Cells {
            let lines = self.lines.iter().filter(|line| !line.is_blank());
            let cells = lines.map(|line| SegmentationCell { name: line.name(), rule: line.rule() });
            self.cells = Some(Ok(cells.collect()));
            return true;
        }
        match self.segmentation() {
            Ok(segmentation) => {
                let earlier = std::mem::take(&mut self.inquiry.cells);
                self.inquiry.cells = CellsInquiry::new(cutter, [&segmentation]).after(earlier);
                self.cells_came();
            }
            Err(hint) => self.cells = Some(Err(hint)),
        }
        true
    }

    /// Stores the cells that the inquiry has found.
    pub fn cells_came(&mut self) {
        if self.is_planned && self.cells.is_none() {
            self.cells = self.inquiry.cells.of_the_only_one().cloned();
        }
    }
}
