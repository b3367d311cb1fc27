//! Renames a name in all references of a definition file.

use std::ops::Range;

use toml_edit::{Document, Item as Node};

use super::super::place::verbatim;
use super::super::references::rename_in_span;
use super::{Patch, Unusual, apply, parsed, quoted};
use crate::rule::edit::rename_reference;

/// Returns the text of a definition file with every reference to a segment renamed: rules, spans, checks.
pub(in crate::study) fn rename_references(text: &str, old: &str, new: &str) -> Result<String, Unusual> {
    let document = parsed(text)?;
    let mut patches = Vec::new();
    let mut rule = |node: Option<&Node>| {
        let Some((text_now, at)) = node.and_then(|node| Some((node.as_str()?, node.span()?))) else { return };
        patches.extend(respelled(text, text_now, rename_reference(text_now, old, new), at));
    };
    children(&document, "segment").for_each(|segment| rule(segment.get("where")));
    for cut in children(&document, "segmentation") {
        (0..).map_while(|n| cut.get("cell")?.get(n)).for_each(|cell| rule(cell.get("where")));
    }
    for persona in children(&document, "persona") {
        rule(persona.get("where"));
        (0..).map_while(|n| persona.get("attributes")?.get(n)).for_each(|attribute| rule(Some(attribute)));
        (0..).map_while(|n| persona.get("journey")?.get(n)).for_each(|stage| rule(stage.get("reached")));
        (0..).map_while(|n| persona.get("claim")?.get(n)).for_each(|claim| rule(claim.get("check")));
    }
    for persona in children(&document, "persona") {
        for span in persona.get("spans").and_then(Node::as_array).into_iter().flatten() {
            let Some((name, at)) = span.as_str().zip(span.span()) else { continue };
            patches.extend(respelled(text, name, rename_in_span(name, old, new), at));
        }
    }
    for side in children(&document, "segmentation").filter_map(|cut| cut.get("cross")?.as_array()).flatten() {
        let Some((name, at)) = side.as_str().zip(side.span()) else { continue };
        patches.extend((name == old).then(|| respelled(text, name, new.to_owned(), at)).flatten());
    }
    Ok(apply(text, patches))
}

/// Returns the patch for a changed text: in its original quotes if it was written without escapes, else spelled anew.
fn respelled(file: &str, old: &str, new: String, at: Range<usize>) -> Option<Patch> {
    if old == new {
        return None;
    }
    let written = &file[at.clone()];
    let spelled = match verbatim(written, old) {
        Some(start) => format!("{}{new}{}", &written[..start], &written[start + old.len()..]),
        None => quoted(&new),
    };
    Some(Patch(at, spelled))
}

/// Returns the entries of this name, in any spelling.
fn children<'d>(document: &'d Document<&str>, name: &'d str) -> impl Iterator<Item = &'d Node> {
    (0..).map_while(move |n| document.as_table().get(name)?.get(n))
}
