//! Fields of the builder, and the cells that the person writes as lines.

use tui_input::Input;

use super::{CellLine, CutMethod, SegmentationBuilder};

/// A field of the builder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuilderField {
    How,
    Parameter,
    Name,
    Kind,
    Note,
    /// A field of a cell's line, as indexes of the line and of the field in it: the name, then its rule or its scores.
    Cell(usize, usize),
}

impl BuilderField {
    /// Returns the label of the field; empty for those of cells.
    pub fn word(self) -> &'static str {
        match self {
            BuilderField::How => "cut",
            BuilderField::Parameter => "at",
            BuilderField::Name => "name",
            BuilderField::Kind => "kind",
            BuilderField::Note => "note",
            BuilderField::Cell(..) => "",
        }
    }
}

impl SegmentationBuilder {
    /// Returns all fields from first to last; those of the cells line by line.
    pub fn fields(&self) -> Vec<BuilderField> {
        let how = self.chosen();
        let mut fields = Vec::new();
        fields.extend((self.hows.len() > 1).then_some(BuilderField::How));
        fields.extend((how != CutMethod::Cells).then_some(BuilderField::Parameter));
        fields.extend([BuilderField::Name, BuilderField::Kind, BuilderField::Note]);
        let parts = CellLine::parts(how);
        fields.extend((0..self.lines.len()).flat_map(|n| (0..parts).map(move |part| BuilderField::Cell(n, part))));
        fields
    }

    /// Moves the focus by `by` fields, from the last one to the first.
    pub fn step_field(&mut self, by: isize) {
        let fields = self.fields();
        let at = fields.iter().position(|field| *field == self.field).unwrap_or(0) as isize;
        self.field = fields[(at + by).rem_euclid(fields.len() as isize) as usize];
    }

    /// Moves to the line above or below; among the cells the field stays the same.
    pub fn step_line(&mut self, by: isize) {
        match self.field {
            BuilderField::Cell(n, part) => match n.checked_add_signed(by) {
                Some(to) if to < self.lines.len() => self.field = BuilderField::Cell(to, part),
                Some(_) => self.field = self.fields()[0],
                None => self.field = BuilderField::Note,
            },
            _ => self.step_field(by),
        }
    }

    /// Moves the focus to the line of an existing cell, if the person writes the cells.
    pub fn go_to_cell(&mut self, name: &str) {
        if let Some(n) = self.lines.iter().position(|line| line.was.as_deref() == Some(name)) {
            self.field = BuilderField::Cell(n, 1);
        }
    }

    /// Returns the text field that has the focus; `None` on a choice.
    pub fn input_mut(&mut self) -> Option<&mut Input> {
        let how = self.chosen();
        match self.field {
            BuilderField::Parameter => Some(&mut self.parameter),
            BuilderField::Name => Some(&mut self.name),
            BuilderField::Note => Some(&mut self.note),
            BuilderField::Cell(n, part) => self.lines.get_mut(n).map(|line| line.part_mut(how, part)),
            BuilderField::How | BuilderField::Kind => None,
        }
    }

    /// Adds a cell below the selected one.
    pub fn add_line(&mut self) {
        let at = match self.field {
            BuilderField::Cell(n, _) => (n + 1).min(self.lines.len()),
            _ => self.lines.len(),
        };
        self.lines.insert(at, CellLine::default());
        self.field = BuilderField::Cell(at, 0);
        self.changed();
    }

    /// Removes the selected cell.
    pub fn remove_line(&mut self) {
        let BuilderField::Cell(n, part) = self.field else { return };
        if n < self.lines.len() {
            self.lines.remove(n);
        }
        self.field = match self.lines.len() {
            0 => BuilderField::Note,
            left => BuilderField::Cell(n.min(left - 1), part),
        };
        self.changed();
    }

    /// Moves the selected cell up or down. A customer belongs to the first cell that fits.
    pub fn move_line(&mut self, by: isize) {
        let BuilderField::Cell(n, part) = self.field else { return };
        if let Some(to) = n.checked_add_signed(by).filter(|to| *to < self.lines.len()) {
            self.lines.swap(n, to);
            self.field = BuilderField::Cell(to, part);
            self.changed();
        }
    }
}
