//! Definitions as keys and blocks, in the order in which `serde` writes them.

use serde::Serialize;
use toml_edit::ser::ValueSerializer;
use toml_edit::{InlineTable, Value};

use super::UneditableText;
use super::style::Style;
use super::toml_text::spelled;

/// Keys of blocks below a block, in the order in which they are written: tables, of which there is one, and `[[…]]`.
pub(super) const BELOW: [&str; 5] = ["rfm", "journey", "claim", "evidence", "cell"];
const TABLE: &str = "rfm";
/// Keys that identify a block among its neighbours when others change. The first one that it has counts.
const IDENTITIES: [&str; 5] = ["id", "name", "stage", "text", "source"];

/// A `[[…]]` block, or a `[…]` table below one.
#[derive(Default)]
pub(super) struct Block {
    /// Keys and their values, spelled as they are written.
    pub(super) entries: InlineTable,
    /// Blocks below it, by key.
    pub(super) below: Vec<(String, Vec<Block>)>,
}

impl Block {
    /// Converts a definition to a block of TOML.
    pub(super) fn new(definition: &impl Serialize) -> Result<Self, UneditableText> {
        let value = definition.serialize(ValueSerializer::new()).map_err(|_| UneditableText(0))?;
        value.as_inline_table().and_then(Self::from_table).ok_or(UneditableText(0))
    }

    fn from_table(table: &InlineTable) -> Option<Self> {
        let mut block = Block::default();
        for (key, value) in table {
            let key = key.to_owned();
            match value {
                Value::Array(items) if items.is_empty() => {}
                Value::Array(items) if BELOW.contains(&key.as_str()) => {
                    let blocks = items.iter().map(|item| Self::from_table(item.as_inline_table()?));
                    block.below.push((key, blocks.collect::<Option<_>>()?));
                }
                Value::InlineTable(table) if key == TABLE => block.below.push((key, vec![Self::from_table(table)?])),
                value => {
                    let mut value: Value = spelled(&key, value).parse().ok()?;
                    value.decor_mut().clear();
                    block.entries.insert(&key, value);
                }
            }
        }
        Some(block)
    }

    pub(super) fn identity(&self) -> String {
        IDENTITIES.iter().find_map(|key| Some(self.entries.get(key)?.to_string())).unwrap_or_default()
    }

    pub(super) fn below(&self, key: &str) -> &[Block] {
        self.below.iter().find(|(other, _)| other == key).map_or(&[], |(_, blocks)| blocks)
    }

    /// Returns the block's lines. `path` is the path in its header, `style` returns the spacing of blocks of a path.
    pub(super) fn rendered(&self, path: &str, style: &dyn Fn(&str) -> Style) -> String {
        let spacing = style(path);
        let is_table = path.ends_with(&format!(".{TABLE}"));
        let header = if is_table { format!("[{path}]") } else { format!("[[{path}]]") };
        let mut lines = format!("{}{header}\n", spacing.header_indent);
        lines.extend(self.entries.iter().map(|(key, value)| spacing.line(key, value.to_string().trim())));
        for (key, blocks) in &self.below {
            let path = format!("{path}.{key}");
            for block in blocks {
                lines.push_str(&"\n".repeat(usual_gap(&path)));
                lines.push_str(&block.rendered(&path, style));
            }
        }
        lines
    }
}

/// Equal if both would be written in the same way.
impl PartialEq for Block {
    fn eq(&self, other: &Self) -> bool {
        let rendered = |block: &Self| block.rendered("", &|_| Style::default());
        rendered(self) == rendered(other)
    }
}

/// Returns the number of blank lines before a block with this header, if no neighbouring block shows another spacing.
pub(super) fn usual_gap(path: &str) -> usize {
    usize::from(!path.ends_with(".evidence"))
}
