//! A persona as a definition file says it: keys in their order, and the blocks below it.

use crate::model::{Claim, Evidence, EvidenceKind, JourneyStage, Persona};

use super::super::layout::Style;
use super::spell;

/// What a key says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entry {
    /// Prose: a long text is broken over lines.
    Text(String),
    /// A rule or a name, spelled without escapes wherever that can be.
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
    /// What tells it from its neighbours while other fields of it change.
    pub(super) id: String,
    /// Every key that it may have, in the order in which they are written.
    pub(super) entries: Vec<(&'static str, Option<Entry>)>,
    /// The blocks below it, by key, in the order in which they are written.
    pub(super) children: Vec<(&'static str, Vec<Block>)>,
}

impl Block {
    /// The block's lines; `path` is what stands in its header, `style` how blocks of a path are spaced.
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

/// Blank lines before a block of this header, where no neighbour shows the person's own.
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
    let kind = match evidence.kind {
        EvidenceKind::Interview => "interview",
        EvidenceKind::Survey => "survey",
        EvidenceKind::Log => "log",
    };
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
