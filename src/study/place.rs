use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use toml_edit::{Document, Item as Node};

use super::error::shown;
use super::{SourceFile, Study};

/// A part of a study's files whose place a check reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StudyItem<'a> {
    /// A segment, by name as all below.
    Segment(&'a str),
    /// The segment's `where`.
    SegmentRule(&'a str),
    Segmentation(&'a str),
    /// The segmentation's `column`.
    SegmentationColumn(&'a str),
    Persona(&'a str),
    /// The persona's `where`.
    PersonaRule(&'a str),
    /// The n-th of the persona's `spans`, from 0.
    Span(&'a str, usize),
    /// The persona's n-th claim, from 0.
    Claim(&'a str, usize),
    /// The n-th claim's `check`.
    ClaimCheck(&'a str, usize),
    /// The n-th of the persona's `attributes`, from 0.
    Attribute(&'a str, usize),
    /// The rule of the persona's n-th stage for customers who reached it, from 0.
    Reached(&'a str, usize),
    /// A definition by its index in the file, from 0, as names may be used twice: `segment`, `segmentation` or
    /// `persona`, and a key.
    Nth(&'a str, usize, &'a str),
    /// A setting of the study's `config.toml`, or else of the user's: section and key.
    Setting(&'a str, &'a str),
    /// `[tables.NAME]`
    Table(&'a str),
    /// The n-th entry of a setting that is a list.
    SettingEntry(&'a str, &'a str, usize),
}

/// A place in a file, shown as `sample/segments.toml:12:8`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilePlace {
    pub file: PathBuf,
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
}

impl fmt::Display for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", shown(&self.file), self.line, self.column)
    }
}

/// One step into a TOML document.
#[derive(Debug, Clone, Copy)]
pub(super) enum PathStep<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> From<&'a str> for PathStep<'a> {
    fn from(key: &'a str) -> Self {
        PathStep::Key(key)
    }
}

impl From<usize> for PathStep<'_> {
    fn from(index: usize) -> Self {
        PathStep::Index(index)
    }
}

impl Study {
    /// Returns the place of the item; of two with the same name, the first one.
    pub fn place(&self, item: StudyItem) -> Option<FilePlace> {
        self.place_in(item, 0)
    }

    /// Returns a message with the item's place before it: `sample/segments.toml:12:8: …`.
    pub fn placed(&self, item: StudyItem, said: &str) -> String {
        self.place(item).map_or_else(|| said.to_owned(), |place| format!("{place}: {said}"))
    }

    /// Returns the place of byte `at` of a rule's text, as exactly as the file's spelling allows: a text with escapes
    /// is located by its beginning.
    pub fn place_in(&self, item: StudyItem, at: usize) -> Option<FilePlace> {
        let (sources, steps) = self.steps(item)?;
        let documents: Vec<_> = sources.into_iter().filter_map(Parsed::parse).collect();
        let says_it = documents.iter().find(|document| document.span(&steps).is_some());
        says_it.or(documents.first())?.place(&steps, at)
    }

    /// Returns the files that may contain the item, in order of precedence, and the path to it.
    fn steps<'a>(&'a self, item: StudyItem<'a>) -> Option<(Vec<&'a SourceFile>, Vec<PathStep<'a>>)> {
        let (all, files) = (&self.definitions, &self.files);
        let segment = |name: &str| all.segments.iter().position(|segment| segment.name == name);
        let segmentation = |name: &str| all.segmentations.iter().position(|cut| cut.name == name);
        let persona = |id: &str| all.personas.iter().position(|persona| persona.id == id);
        let steps: Vec<PathStep> = match item {
            StudyItem::Segment(name) => vec!["segment".into(), segment(name)?.into()],
            StudyItem::SegmentRule(name) => vec!["segment".into(), segment(name)?.into(), "where".into()],
            StudyItem::Segmentation(name) => vec!["segmentation".into(), segmentation(name)?.into()],
            StudyItem::SegmentationColumn(name) => {
                vec!["segmentation".into(), segmentation(name)?.into(), "column".into()]
            }
            StudyItem::Persona(id) => vec!["persona".into(), persona(id)?.into()],
            StudyItem::PersonaRule(id) => vec!["persona".into(), persona(id)?.into(), "where".into()],
            StudyItem::Span(id, n) => vec!["persona".into(), persona(id)?.into(), "spans".into(), n.into()],
            StudyItem::Claim(id, n) => vec!["persona".into(), persona(id)?.into(), "claim".into(), n.into()],
            StudyItem::ClaimCheck(id, n) => {
                vec!["persona".into(), persona(id)?.into(), "claim".into(), n.into(), "check".into()]
            }
            StudyItem::Attribute(id, n) => vec!["persona".into(), persona(id)?.into(), "attributes".into(), n.into()],
            StudyItem::Reached(id, n) => {
                vec!["persona".into(), persona(id)?.into(), "journey".into(), n.into(), "reached".into()]
            }
            StudyItem::Nth(table, n, key) => vec![table.into(), n.into(), key.into()],
            StudyItem::Setting(section, key) => vec![section.into(), key.into()],
            StudyItem::Table(name) => vec!["tables".into(), name.into()],
            StudyItem::SettingEntry(section, key, n) => vec![section.into(), key.into(), n.into()],
        };
        let sources = match item {
            StudyItem::Setting(..) | StudyItem::Table(_) | StudyItem::SettingEntry(..) => [&files.config, &files.user],
            _ if matches!(steps.first(), Some(PathStep::Key("persona"))) => [&files.personas, &None],
            _ => [&files.segments, &None],
        };
        Some((sources.into_iter().flatten().collect(), steps))
    }
}

/// A file with the positions of its content.
pub(super) struct Parsed<'s> {
    source: &'s SourceFile,
    document: &'s Document<String>,
}

impl<'s> Parsed<'s> {
    /// Parses the file; `None` if it is not TOML.
    pub(super) fn parse(source: &'s SourceFile) -> Option<Self> {
        Some(Self { source, document: source.document()? })
    }

    /// Returns the place of a node, or of the nearest enclosing one in the file; `at` is a byte of its text.
    pub(super) fn place(&self, steps: &[PathStep], at: usize) -> Option<FilePlace> {
        let (node, depth) = walk(self.document.as_item(), steps);
        let span = node.span().filter(|_| depth > 0)?;
        let inside = node.as_str().filter(|_| depth == steps.len() && at > 0).and_then(|value| {
            let start = verbatim(self.source.text.get(span.clone())?, value)?;
            Some(span.start + start + at)
        });
        let (line, column) = self.source.line_column(inside.unwrap_or(span.start));
        Some(FilePlace { file: self.source.path.clone(), line, column })
    }

    /// Returns the bytes of exactly this node.
    pub(super) fn span(&self, steps: &[PathStep]) -> Option<Range<usize>> {
        let (node, depth) = walk(self.document.as_item(), steps);
        node.span().filter(|_| depth == steps.len())
    }
}

/// Returns the start of a text within its spelling in the file; `None` if it is spelled with escapes.
pub(super) fn verbatim(written: &str, value: &str) -> Option<usize> {
    let start = written.find(value)?;
    let around = [&written[..start], &written[start + value.len()..]];
    around.iter().all(|part| part.chars().all(|c| matches!(c, '"' | '\'' | '\n'))).then_some(start)
}

/// Follows the steps into the document as far as possible, and returns the node and the number of steps.
fn walk<'n>(root: &'n Node, steps: &[PathStep]) -> (&'n Node, usize) {
    let mut node = root;
    for (depth, step) in steps.iter().enumerate() {
        let next = match step {
            PathStep::Key(key) => node.get(*key),
            PathStep::Index(index) => node.get(*index),
        };
        match next {
            Some(next) => node = next,
            None => return (node, depth),
        }
    }
    (node, steps.len())
}
