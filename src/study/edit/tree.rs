//! Converts a persona to the structure of a definition file: keys in order, and the blocks below them.

use crate::model::{CellDefinition, Claim, Evidence, JourneyStage, Persona, Rfm, Segmentation};

use super::super::layout::Style;
use super::spell;

/// Value of a key.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entry {
    /// Prose, in which a long text is broken over lines.
    Text(String),
    /// A rule or a name, spelled without escapes if possible.
    Rule(String),
    /// A number or a date.
    Plain(String),
    List(Vec<String>),
    /// `{ date = 2026-06-30, customers = 5 }`
    Table(Vec<(&'static str, String)>),
}

impl Entry {
    pub(super) fn spelled(&self) -> String {
        match self {
            Entry::Text(text) => spell::prose(text),
            Entry::Rule(text) => spell::quoted(text),
            Entry::Plain(text) => text.clone(),
            Entry::List(items) => spell::list(items),
            Entry::Table(keys) => {
                let keys: Vec<String> = keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
                format!("{{ {} }}", keys.join(", "))
            }
        }
    }
}

/// A `[[…]]` block.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// Identity of the block, by which it is found among its neighbours when other fields change.
    pub(super) id: String,
    /// Every key that the block may have, in the order in which they are written.
    pub(super) entries: Vec<(&'static str, Option<Entry>)>,
    /// Blocks below it, by key, in the order in which they are written.
    pub(super) children: Vec<(&'static str, Vec<Block>)>,
}

impl Block {
    /// Returns the block's lines. `path` is the path in its header, `style` returns the spacing of blocks of a path.
    pub(super) fn rendered(&self, path: &str, style: &dyn Fn(&str) -> Style) -> String {
        let spacing = style(path);
        let mut lines = format!("{}[[{path}]]\n", spacing.header_indent);
        for (key, entry) in &self.entries {
            lines.extend(entry.as_ref().map(|entry| spacing.line(key, &entry.spelled())));
        }
        for (key, blocks) in &self.children {
            let path = format!("{path}.{key}");
            for block in blocks {
                lines.push_str(&"\n".repeat(usual_gap(&path)));
                lines.push_str(&block.rendered(&path, style));
            }
        }
        lines
    }
}

/// Returns the number of blank lines before a block with this header, if no neighbour shows the person's own spacing.
pub(super) fn usual_gap(path: &str) -> usize {
    usize::from(!path.ends_with(".evidence"))
}

pub(super) fn persona(persona: &Persona) -> Block {
    let rules = |items: &Vec<String>| (!items.is_empty()).then(|| Entry::List(items.clone()));
    let entries = vec![
        ("id", Some(Entry::Rule(persona.id.clone()))),
        ("name", Some(Entry::Rule(persona.name.clone()))),
        ("spans", rules(&persona.spans)),
        ("where", rule(&persona.narrowed)),
        ("portrait", text(&persona.portrait)),
        ("quote", text(&persona.quote)),
        ("bio", text(&persona.bio)),
        ("attributes", rules(&persona.attributes)),
        ("goals", rules(&persona.goals)),
        ("motivations", rules(&persona.motivations)),
        ("frustrations", rules(&persona.frustrations)),
        ("behaviours", rules(&persona.behaviours)),
        ("attitudes", rules(&persona.attitudes)),
        ("experiences", rules(&persona.experiences)),
        ("channels", rules(&persona.channels)),
        (
            "reviewed",
            persona.reviewed.as_ref().map(|review| {
                Entry::Table(vec![
                    ("date", review.date.to_string()),
                    ("customers", review.customers.to_string()),
                    ("base", review.base.to_string()),
                ])
            }),
        ),
    ];
    let journey = persona.journey.iter().map(stage).collect();
    let claims = persona.claims.iter().map(claim).collect();
    Block { id: persona.id.clone(), entries, children: vec![("journey", journey), ("claim", claims)] }
}

/// Converts a segmentation except for its `[segmentation.rfm]`; see [`rfm`].
pub(super) fn segmentation(cut: &Segmentation) -> Block {
    let plain = |items: Vec<String>| Entry::Plain(format!("[{}]", items.join(", ")));
    let number = |number: u32| Entry::Plain(number.to_string());
    let word = |word: &str| Entry::Rule(word.to_owned());
    let entries = vec![
        ("name", Some(word(&cut.name))),
        ("kind", cut.kind.map(|kind| word(kind.word()))),
        ("column", (!cut.column.is_empty()).then(|| word(&cut.column))),
        ("breaks", cut.breaks.as_ref().map(|breaks| plain(breaks.iter().copied().map(spell::number).collect()))),
        ("top", cut.top.map(number)),
        ("quantiles", cut.quantiles.map(number)),
        ("part", cut.part.map(|part| word(part.word()))),
        ("age", cut.age.as_ref().map(|ages| plain(ages.iter().map(u32::to_string).collect()))),
        ("age_unit", cut.age_unit.map(|unit| word(unit.word()))),
        ("cross", cut.cross.clone().map(Entry::List)),
        ("note", text(&cut.note)),
    ];
    let cells = cut.cells.iter().map(cell).collect();
    Block { id: cut.name.clone(), entries, children: vec![("cell", cells)] }
}

fn cell(cell: &CellDefinition) -> Block {
    let range = |range: Option<[u32; 2]>| range.map(|[low, high]| Entry::Plain(format!("[{low}, {high}]")));
    let entries = vec![
        ("name", Some(Entry::Rule(cell.name.clone()))),
        ("where", rule(&cell.rule)),
        ("r", range(cell.r)),
        ("f", range(cell.f)),
        ("m", range(cell.m)),
    ];
    Block { id: cell.name.clone(), entries, children: Vec::new() }
}

pub(super) fn rfm(rfm: &Rfm) -> Block {
    let entries = vec![
        ("recency", Some(Entry::Rule(rfm.recency.clone()))),
        ("frequency", Some(Entry::Rule(rfm.frequency.clone()))),
        ("monetary", Some(Entry::Rule(rfm.monetary.clone()))),
        ("scores", rfm.scores.map(|scores| Entry::Plain(scores.to_string()))),
    ];
    Block { id: String::new(), entries, children: Vec::new() }
}

fn stage(stage: &JourneyStage) -> Block {
    let entries = vec![
        ("stage", Some(Entry::Text(stage.stage.clone()))),
        ("doing", text(&stage.doing)),
        ("thinking", text(&stage.thinking)),
        ("feeling", text(&stage.feeling)),
        ("feeling_score", stage.feeling_score.map(|score| Entry::Plain(score.to_string()))),
        ("touchpoint", text(&stage.touchpoint)),
        ("reached", rule(&stage.reached)),
    ];
    Block { id: stage.stage.clone(), entries, children: Vec::new() }
}

fn claim(claim: &Claim) -> Block {
    let entries = vec![("text", Some(Entry::Text(claim.text.clone()))), ("check", rule(&claim.check))];
    let evidence = claim.evidence.iter().map(evidence).collect();
    Block { id: claim.text.clone(), entries, children: vec![("evidence", evidence)] }
}

fn evidence(evidence: &Evidence) -> Block {
    let kind = evidence.kind.word();
    let entries = vec![
        ("kind", Some(Entry::Rule(kind.to_owned()))),
        ("source", Some(Entry::Rule(evidence.source.clone()))),
        ("date", evidence.date.map(|date| Entry::Plain(date.to_string()))),
        ("quote", text(&evidence.quote)),
        ("note", text(&evidence.note)),
    ];
    Block { id: evidence.source.clone(), entries, children: Vec::new() }
}

fn text(text: &Option<String>) -> Option<Entry> {
    text.clone().map(Entry::Text)
}

fn rule(rule: &Option<String>) -> Option<Entry> {
    rule.clone().map(Entry::Rule)
}
