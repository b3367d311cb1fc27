//! Decisions on how a text file is read.

use super::{Syntax, TextFormat, TextLayout, TextOptions};
use crate::data::compression::Compression;
use crate::data::decision::Decision;
use crate::data::encoding::TextEncoding;

/// Returns the decisions on a text file.
pub fn on_text(format: &TextFormat, options: &TextOptions) -> Vec<Decision> {
    let mut decisions = Vec::new();
    let kind = match &format.syntax {
        Syntax::Delimited(_) => "delimited text",
        Syntax::JsonLines => "JSON, one object per line",
        Syntax::JsonArray(_) => "JSON, an array of objects",
    };
    decisions.push(Decision::new("format", kind, "by the first bytes of the file"));
    if format.compression != Compression::None {
        let name = format.compression.names().map(|(name, _)| name).unwrap_or_default();
        decisions.push(Decision::new("compression", name, "by the first bytes of the file"));
    }
    decisions.push(on_encoding(format.encoding, options.encoding.is_some()));
    match &format.syntax {
        Syntax::Delimited(layout) => decisions.extend(on_layout(layout, options)),
        Syntax::JsonArray(path) if !path.is_empty() => {
            let table = Decision::new("table", path.join("."), "the member with a list of objects");
            decisions.push(table.with_change("table = \"…\""));
        }
        Syntax::JsonLines | Syntax::JsonArray(_) => {}
    }
    decisions
}

fn on_encoding(encoding: TextEncoding, given: bool) -> Decision {
    let why = match encoding {
        _ if given => GIVEN,
        TextEncoding::Utf8 => "its bytes are UTF-8",
        TextEncoding::BrokenUtf8 => "most of its bytes are UTF-8, the others are shown as \u{FFFD}",
        _ if encoding.name() == "UTF-16" => "by its first bytes",
        _ => "its bytes are not UTF-8, and most likely this",
    };
    let other = if encoding.name() == "Windows-1252" { "mac-roman" } else { "windows-1252" };
    Decision::new("encoding", encoding.name(), why).with_change(format!("encoding = \"{other}\""))
}

const GIVEN: &str = "as set";

fn on_layout(layout: &TextLayout, options: &TextOptions) -> Vec<Decision> {
    let dialect = layout.dialect;
    let why = |given: bool, reason: &str| if given { GIVEN.to_owned() } else { reason.to_owned() };
    let other = if dialect.separator == b';' { "," } else { ";" };
    let separator = Decision::new("separator", dialect.word(), why(layout.given.separator, &layout.reasons.separator));
    let quote = match dialect.quote {
        Some(quote) => Decision::new(
            "quote",
            char::from(quote).to_string(),
            why(layout.given.quote, if quote == b'"' { "default" } else { "fields are enclosed in it" }),
        )
        .with_change("quote = \"none\""),
        None => Decision::new("quote", "none", GIVEN).with_change("quote = '\"'"),
    };
    let escape = dialect.escape.map(|escape| {
        let reason = "quotes inside quotes are written with it, not twice";
        let why = why(options.escape.is_some(), reason);
        Decision::new("escape", char::from(escape).to_string(), why).with_change("escape = \"none\"")
    });
    let blanks = (dialect.padded && !dialect.is_aligned()).then(|| {
        Decision::new("blanks", "not part of fields", "a blank follows every separator, also before quotes")
            .with_change("quote = \"none\"")
    });
    let skip = match layout.skip {
        0 => {
            Decision::new("lines before the table", "0", why(layout.given.skip, "the first line belongs to the table"))
                .with_change("skip = 1")
        }
        n => Decision::new("lines before the table", n.to_string(), why(layout.given.skip, &layout.reasons.skip))
            .with_change("skip = 0"),
    };
    let header = match layout.header {
        true => {
            let usual = "no cell looks like a value";
            let reason = if layout.reasons.header.is_empty() { usual } else { &layout.reasons.header };
            let line = format!("line {}", layout.skip + 1);
            Decision::new("header", line, why(layout.given.header, reason)).with_change("header = false")
        }
        false => Decision::new("header", "none", why(layout.given.header, &layout.reasons.header))
            .with_change("header = true"),
    };
    let comment = match dialect.comment {
        Some(mark) => {
            let reason = "lines that begin with it have another number of fields";
            let why = why(layout.given.comment, reason);
            Decision::new("comment", char::from(mark).to_string(), why).with_change("comment = \"none\"")
        }
        None => Decision::new("comment", "none", why(layout.given.comment, "every line is a row"))
            .with_change("comment = \"#\""),
    };
    let decimal = match layout.decimal_comma {
        true => Decision::new("decimal", ",", GIVEN).with_change("decimal = \".\""),
        false => {
            Decision::new("decimal", ".", why(options.decimal.is_some(), "default")).with_change("decimal = \",\"")
        }
    };
    let way = options.on_bad_row.unwrap_or_default().word();
    let change = if way == "error" { "on_bad_row = \"skip\"" } else { "on_bad_row = \"error\"" };
    let bad = Decision::new("bad rows", way, why(options.on_bad_row.is_some(), "default")).with_change(change);
    let separator = separator.with_change(format!("separator = \"{other}\""));
    let all = [
        Some(separator),
        Some(quote),
        escape,
        blanks,
        Some(skip),
        Some(header),
        Some(comment),
        Some(decimal),
        Some(bad),
    ];
    all.into_iter().flatten().collect()
}
