//! Lists of records with fields of their own: stages, claims, evidence.

use crate::model::{Claim, Evidence, EvidenceKind, JourneyStage};
use crate::tui::core::key::{KeyPress, KeySymbol};
use crate::tui::core::text::TextField;

/// Kind of record in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    Stage,
    Claim,
    Evidence,
}

const SCORES: &[&str] = &["–", "-2", "-1", "0", "+1", "+2"];
const EVIDENCE: &[&str] = &["interview", "survey", "log"];

impl RecordKind {
    /// Returns the names of the fields, in order. The first field names the record.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            RecordKind::Stage => &["stage", "doing", "thinking", "feeling", "score", "touchpoint", "reached"],
            RecordKind::Claim => &["text", "check"],
            RecordKind::Evidence => &["source", "kind", "date", "quote", "note"],
        }
    }

    /// Returns what to write in a field.
    pub fn hint(self, field: usize) -> &'static str {
        match (self, self.fields().get(field).copied().unwrap_or_default()) {
            (_, "stage") => "a word: Notice, Compare, Pay",
            (_, "reached") => "rule for customers who reached this stage, e.g. orders_12m >= 1",
            (_, "score") => "how it feels, from -2 to +2: the height of the curve",
            (_, "text") => "what they are said to do or think",
            (_, "check") => "rule to test: is it more common in the audience than elsewhere?",
            (_, "source") => "the interview, survey or log: int-07",
            (_, "date") => "2026-03-14",
            (_, "note") => "research note, relative to the personas file: notes/int-07.md",
            _ => "",
        }
    }

    /// Returns the singular and the plural.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            RecordKind::Stage => ("stage", "stages"),
            RecordKind::Claim => ("claim", "claims"),
            RecordKind::Evidence => ("piece of evidence", "pieces of evidence"),
        }
    }
}

/// Content of a field.
#[derive(Debug, Clone)]
pub enum RecordValue {
    Text(Box<TextField>),
    Choice { options: &'static [&'static str], at: usize },
}

/// A record: its fields, and the list nested in it (a claim's evidence).
#[derive(Debug, Clone)]
pub struct Record {
    pub kind: RecordKind,
    /// Contents of the fields, in the order of [`RecordKind::fields`].
    pub values: Vec<RecordValue>,
    /// The nested list; `None` for kinds without one.
    pub below: Option<RecordList>,
    /// Index of the field that has the focus. One beyond the last field is the nested list.
    pub field: usize,
}

/// List of records that can be edited, such as the stages of a journey.
#[derive(Debug, Clone)]
pub struct RecordList {
    pub kind: RecordKind,
    pub items: Vec<Record>,
    pub cursor: usize,
    /// True while the selected record is open, so that its fields have the focus.
    pub open: bool,
    /// Deleted records with the index each had, the newest last.
    deleted: Vec<(usize, Record)>,
}

/// Effect of a key on a list of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKeyEffect {
    /// The content changed.
    Edited,
    Moved,
    /// The person leaves the list: the focus goes to the level above.
    Leave,
    Nothing,
}

impl RecordList {
    pub fn from_stages(stages: &[JourneyStage]) -> Self {
        Self::new(RecordKind::Stage, stages.iter().map(stage).collect())
    }

    pub fn from_claims(claims: &[Claim]) -> Self {
        Self::new(RecordKind::Claim, claims.iter().map(claim).collect())
    }

    fn new(kind: RecordKind, items: Vec<Record>) -> Self {
        Self { kind, items, cursor: 0, open: false, deleted: Vec::new() }
    }

    /// Returns the records as stages of a journey.
    pub fn stages(&self) -> Vec<JourneyStage> {
        self.items.iter().map(Record::stage).collect()
    }

    /// Returns the records as claims, each with its evidence.
    pub fn claims(&self) -> Vec<Claim> {
        self.items.iter().map(Record::claim).collect()
    }

    /// Returns true if a deleted record can be restored.
    pub fn can_restore(&self) -> bool {
        !self.deleted.is_empty()
    }

    /// Returns the record whose fields have the focus: the deepest one that is open.
    pub fn open_record(&self) -> Option<&Record> {
        let record = self.items.get(self.cursor).filter(|_| self.open)?;
        record.below.as_ref().filter(|_| record.is_below()).and_then(RecordList::open_record).or(Some(record))
    }

    /// Returns the text that typing and pastes go to.
    pub fn text_mut(&mut self) -> Option<&mut TextField> {
        let record = self.items.get_mut(self.cursor).filter(|_| self.open)?;
        if record.is_below() {
            return record.below.as_mut()?.text_mut();
        }
        match record.values.get_mut(record.field)? {
            RecordValue::Text(text) => Some(text),
            RecordValue::Choice { .. } => None,
        }
    }

    /// Opens the place of a problem: a record and its field, then perhaps a nested record and its field.
    pub fn go(&mut self, way: &[usize]) {
        let [at, field, rest @ ..] = way else { return };
        (self.cursor, self.open) = (*at, true);
        if let Some(record) = self.items.get_mut(*at) {
            record.field = *field;
            if let Some(below) = &mut record.below {
                below.open = false;
                below.go(rest);
            }
        }
    }

    /// Handles a key in the list, or in the record that is open.
    pub fn key(&mut self, key: KeyPress) -> RecordKeyEffect {
        if self.open
            && let Some(record) = self.items.get_mut(self.cursor)
        {
            return match record.key(key) {
                RecordKeyEffect::Leave => {
                    self.open = false;
                    RecordKeyEffect::Moved
                }
                done => done,
            };
        }
        let last = self.items.len().saturating_sub(1);
        match key.code {
            KeySymbol::Char(_) if key.typed().is_none() => return RecordKeyEffect::Nothing,
            KeySymbol::Esc => return RecordKeyEffect::Leave,
            KeySymbol::Down | KeySymbol::Char('j') => self.cursor = (self.cursor + 1).min(last),
            KeySymbol::Up | KeySymbol::Char('k') => self.cursor = self.cursor.saturating_sub(1),
            KeySymbol::Home => self.cursor = 0,
            KeySymbol::End => self.cursor = last,
            KeySymbol::Enter if self.items.is_empty() => return self.add(),
            KeySymbol::Enter | KeySymbol::Right | KeySymbol::Char('l') => self.open = !self.items.is_empty(),
            KeySymbol::Char('n') => return self.add(),
            KeySymbol::Char('d') | KeySymbol::Delete => return self.delete(),
            KeySymbol::Char('u') => return self.restore(),
            KeySymbol::Char('J') => return self.shift(1),
            KeySymbol::Char('K') => return self.shift(-1),
            _ => return RecordKeyEffect::Nothing,
        }
        RecordKeyEffect::Moved
    }

    fn add(&mut self) -> RecordKeyEffect {
        let at = if self.items.is_empty() { 0 } else { self.cursor + 1 };
        let new = match self.kind {
            RecordKind::Stage => stage(&JourneyStage::default()),
            RecordKind::Claim => claim(&Claim::default()),
            RecordKind::Evidence => evidence(None),
        };
        self.items.insert(at, new);
        (self.cursor, self.open) = (at, true);
        RecordKeyEffect::Edited
    }

    fn delete(&mut self) -> RecordKeyEffect {
        if self.cursor >= self.items.len() {
            return RecordKeyEffect::Nothing;
        }
        self.deleted.push((self.cursor, self.items.remove(self.cursor)));
        self.cursor = self.cursor.min(self.items.len().saturating_sub(1));
        RecordKeyEffect::Edited
    }

    fn restore(&mut self) -> RecordKeyEffect {
        let Some((at, record)) = self.deleted.pop() else { return RecordKeyEffect::Nothing };
        self.cursor = at.min(self.items.len());
        self.items.insert(self.cursor, record);
        RecordKeyEffect::Edited
    }

    fn shift(&mut self, by: isize) -> RecordKeyEffect {
        match self.cursor.checked_add_signed(by).filter(|to| *to < self.items.len()) {
            Some(to) => {
                self.items.swap(self.cursor, to);
                self.cursor = to;
                RecordKeyEffect::Edited
            }
            None => RecordKeyEffect::Nothing,
        }
    }
}

impl Record {
    fn new(kind: RecordKind, values: Vec<RecordValue>, below: Option<RecordList>) -> Self {
        Self { kind, values, below, field: 0 }
    }

    /// Returns true if the nested list has the focus.
    pub fn is_below(&self) -> bool {
        self.field >= self.values.len()
    }

    /// Returns a field's text, as it is shown.
    pub fn shown(&self, field: usize) -> String {
        match self.values.get(field) {
            Some(RecordValue::Text(text)) => text.value(),
            Some(RecordValue::Choice { options, at }) => options.get(*at).copied().unwrap_or_default().to_owned(),
            None => String::new(),
        }
    }

    fn step(&mut self, by: isize) -> RecordKeyEffect {
        let count = self.values.len() + usize::from(self.below.is_some());
        self.field = (self.field as isize + by).rem_euclid(count.max(1) as isize) as usize;
        RecordKeyEffect::Moved
    }

    fn key(&mut self, key: KeyPress) -> RecordKeyEffect {
        let is_last = self.field + 1 >= self.values.len() + usize::from(self.below.is_some());
        if let Some(below) = self.below.as_mut().filter(|_| self.field >= self.values.len()) {
            let steps = !below.open && (key.code == KeySymbol::Tab || key.code == KeySymbol::Up && below.cursor == 0);
            if !steps {
                return below.key(key);
            }
        }
        match key.code {
            KeySymbol::Esc => return RecordKeyEffect::Leave,
            KeySymbol::Tab => return self.step(if key.shift { -1 } else { 1 }),
            KeySymbol::Down => return self.step(1),
            KeySymbol::Up => return self.step(-1),
            KeySymbol::Enter if is_last => return RecordKeyEffect::Leave,
            KeySymbol::Enter => return self.step(1),
            _ => {}
        }
        match self.values.get_mut(self.field) {
            Some(RecordValue::Text(text)) => match text.key(key) {
                Some(true) => RecordKeyEffect::Edited,
                Some(false) => RecordKeyEffect::Moved,
                None => RecordKeyEffect::Nothing,
            },
            Some(RecordValue::Choice { options, at }) => {
                let by = match key.code {
                    KeySymbol::Right | KeySymbol::Char(' ' | 'l') => 1,
                    KeySymbol::Left | KeySymbol::Char('h') => -1,
                    _ => return RecordKeyEffect::Nothing,
                };
                *at = (*at as isize + by).rem_euclid(options.len().max(1) as isize) as usize;
                RecordKeyEffect::Edited
            }
            None => RecordKeyEffect::Nothing,
        }
    }

    fn maybe(&self, field: usize) -> Option<String> {
        match self.values.get(field) {
            Some(RecordValue::Text(text)) => Some(text.value().trim().to_owned()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    fn choice(&self, field: usize) -> usize {
        match self.values.get(field) {
            Some(RecordValue::Choice { at, .. }) => *at,
            _ => 0,
        }
    }

    fn stage(&self) -> JourneyStage {
        JourneyStage {
            stage: self.maybe(0).unwrap_or_default(),
            doing: self.maybe(1),
            thinking: self.maybe(2),
            feeling: self.maybe(3),
            feeling_score: self.choice(4).checked_sub(1).map(|at| at as i8 - 2),
            touchpoint: self.maybe(5),
            reached: self.maybe(6),
        }
    }

    fn claim(&self) -> Claim {
        let evidence = self.below.iter().flat_map(|below| &below.items).map(Record::evidence);
        Claim { text: self.maybe(0).unwrap_or_default(), check: self.maybe(1), evidence: evidence.collect() }
    }

    fn evidence(&self) -> Evidence {
        Evidence {
            source: self.maybe(0).unwrap_or_default(),
            kind: EvidenceKind::ALL.get(self.choice(1)).copied().unwrap_or(EvidenceKind::Log),
            date: self.maybe(2).and_then(|date| day(&date)),
            quote: self.maybe(3),
            note: self.maybe(4),
        }
    }
}

/// Parses a day as TOML writes it; `None` for anything else.
pub fn day(text: &str) -> Option<toml::value::Date> {
    let date = text.parse::<toml::value::Datetime>().ok()?;
    date.date.filter(|_| date.time.is_none() && date.offset.is_none())
}

fn line(text: Option<&String>) -> RecordValue {
    RecordValue::Text(Box::new(TextField::line(text.map_or("", String::as_str))))
}

fn stage(stage: &JourneyStage) -> Record {
    let score = stage.feeling_score.map_or(0, |score| (i16::from(score) + 3).clamp(1, 5) as usize);
    let values = vec![
        line(Some(&stage.stage)),
        line(stage.doing.as_ref()),
        line(stage.thinking.as_ref()),
        line(stage.feeling.as_ref()),
        RecordValue::Choice { options: SCORES, at: score },
        line(stage.touchpoint.as_ref()),
        line(stage.reached.as_ref()),
    ];
    Record::new(RecordKind::Stage, values, None)
}

fn claim(claim: &Claim) -> Record {
    let below = claim.evidence.iter().map(|one| evidence(Some(one))).collect();
    let values = vec![line(Some(&claim.text)), line(claim.check.as_ref())];
    Record::new(RecordKind::Claim, values, Some(RecordList::new(RecordKind::Evidence, below)))
}

fn evidence(of: Option<&Evidence>) -> Record {
    let place = |of: &Evidence| EvidenceKind::ALL.iter().position(|kind| *kind == of.kind);
    let kind = of.and_then(place).unwrap_or(0);
    let date = of.and_then(|of| of.date).map(|date| date.to_string());
    let values = vec![
        line(of.map(|of| &of.source)),
        RecordValue::Choice { options: EVIDENCE, at: kind },
        line(date.as_ref()),
        line(of.and_then(|of| of.quote.as_ref())),
        line(of.and_then(|of| of.note.as_ref())),
    ];
    Record::new(RecordKind::Evidence, values, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untouched_records_return_same_values() {
        let stages = [JourneyStage {
            stage: "Pay".into(),
            doing: Some("waits".into()),
            feeling_score: Some(-2),
            reached: Some("x > 1".into()),
            ..JourneyStage::default()
        }];
        assert_eq!(RecordList::from_stages(&stages).stages(), stages);
        let claims = [Claim {
            text: "Buys".into(),
            check: None,
            evidence: vec![Evidence {
                kind: EvidenceKind::Log,
                source: "l".into(),
                date: day("2026-03-14"),
                quote: Some("q".into()),
                note: None,
            }],
        }];
        assert_eq!(RecordList::from_claims(&claims).claims(), claims);
    }

    #[test]
    fn day_accepts_only_iso_dates() {
        assert!(day("2026-03-14").is_some());
        assert!(day("2026-13-14").is_none() && day("14.3.2026").is_none() && day("2026-03-14T10:00:00").is_none());
    }
}
