//! Sets and removes the keys of one section, by `toml_edit`, which keeps comments, order and spacing.

use toml_edit::{DocumentMut, Item, Key, Table, Value};

use super::UneditableText;
use super::lists;
use super::sections::{FileSection, end_line};
use super::style::{Style, last_line, said, table_at};

/// Changes the table of a section. Its other lines stay byte by byte: what `toml_edit` does not keep, line ends and a
/// missing one at the end, is restored here, and a section that it would print in another order is refused.
pub(super) fn edit_section(
    section: &mut FileSection,
    edit: impl FnOnce(&mut DocumentMut, &str) -> Option<()>,
) -> Result<(), UneditableText> {
    let unusual = UneditableText(section.at);
    let lines = |text| str::split_inclusive(text, '\n').collect();
    let mut plain = section.text.replace("\r\n", "\n");
    end_line(&mut plain);
    let mut document = plain.parse::<DocumentMut>().map_err(|_| unusual.clone())?;
    let printed = document.to_string();
    edit(&mut document, &section.path).ok_or(unusual.clone())?;
    let edited = document.to_string();
    if edited == printed {
        return Ok(());
    }
    if printed != plain {
        return Err(unusual);
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(&section.text), lines(&edited));
    let is_same = |(old, new): &(&&str, &&str)| old.lines().eq(new.lines());
    let head = old.iter().zip(&new).take_while(is_same).count();
    let common = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(common).take_while(is_same).count();
    let mut text = old[..head].concat();
    if head == old.len() {
        end_line(&mut text);
    }
    text.push_str(&new[head..new.len() - tail].concat());
    if tail == 0 && old.len() == new.len() && !section.text.ends_with('\n') {
        text.pop();
    }
    section.text = text + &old[old.len() - tail..].concat();
    Ok(())
}

/// Sets a key to the wanted value, or removes it. A new key goes below the nearest of the keys before it in `order`.
/// Returns `None` if the key is written in a form that is not edited.
pub(super) fn set(
    document: &mut DocumentMut,
    path: &str,
    key: &str,
    want: Option<&Value>,
    order: &[&str],
) -> Option<()> {
    let table = table_at(document, path)?;
    let style = Style::from_table(table);
    match (table.get_mut(key), want) {
        (None, None) => {}
        (Some(Item::Value(value)), Some(want)) => match (lists::items(value), lists::items(want)) {
            (Some(have), Some(items)) if !items.is_empty() => {
                let before = format!("{}{}", style.indent, style.line(key, "").trim()).chars().count();
                lists::set(value.as_array_mut()?, &have, &items, before)?;
            }
            _ => {
                let decor = value.decor().clone();
                *value = want.clone();
                *value.decor_mut() = decor;
            }
        },
        (Some(Item::Value(_)), None) => {
            let is_next = |(other, item): &(&str, &Item)| *other != key && item.is_value();
            let next = table.iter().skip_while(|(other, _)| *other != key).find(is_next);
            let next = next.map(|(next, _)| next.to_owned());
            let (removed, _) = table.remove_entry(key)?;
            let above = said(removed.leaf_decor().prefix());
            let comments = &above[..above.len() - last_line(removed.leaf_decor().prefix()).len()];
            if let Some(mut next) = next.and_then(|next| table.key_mut(&next)) {
                let prefix = format!("{comments}{}", said(next.leaf_decor().prefix()));
                next.leaf_decor_mut().set_prefix(prefix);
            } else {
                let trailing = format!("{comments}{}", said(Some(document.trailing())));
                document.set_trailing(trailing);
            }
        }
        (None, Some(want)) => {
            let mut line = style.line(key, want.to_string().trim()).parse::<DocumentMut>().ok()?;
            let (key, item) = line.remove_entry(key)?;
            insert(table, key, item, order);
        }
        (Some(_), _) => return None,
    }
    Some(())
}

/// Inserts a key below the nearest of the keys before it in `order`, or as the first one.
fn insert(table: &mut Table, key: Key, item: Item, order: &[&str]) {
    let above =
        order.iter().take_while(|other| **other != key.get()).filter(|other| table.contains_value(other)).last();
    let names: Vec<String> = table.iter().map(|(name, _)| name.to_owned()).collect();
    let at = names.iter().position(|name| Some(&name.as_str()) == above).map_or(0, |above| above + 1);
    let below: Vec<(Key, Item)> = names[at..].iter().filter_map(|name| table.remove_entry(name)).collect();
    for (key, item) in std::iter::once((key, item)).chain(below) {
        table.insert_formatted(&key, item);
    }
}
