//! Detects the layout of a delimited file from its first lines.

use csv::ByteRecord;

use super::cells::fitness;
use super::dialect::{CsvDialect, NO_SEPARATOR};
use super::header_line::{self, RowsBelowHeader};
use super::layout::{DetectionReasons, Edge, ExplicitSettings, TextLayout};
use super::lines::{self, line_at_in};
use super::number_form::DecimalMark;
use super::options::{CommentMark, HeaderLine, Separator, TextOptions};
use super::quoting;

/// Number of rows that are examined.
const SAMPLE_ROWS: usize = 500;
/// Rows whose cells are judged one by one.
const MAX_JUDGED_ROWS: usize = 100;
/// Separators, the likely ones first.
const SEPARATORS: [u8; 6] = [b',', b';', b'\t', b'|', b'^', b'~'];

/// A reading of the sample with one separator.
struct Fit {
    dialect: CsvDialect,
    rows: Vec<ByteRecord>,
    /// Number of fields of most rows.
    width: usize,
    /// Index of the row that holds the names, or the first row.
    first: usize,
    edge: Edge,
    /// Share of the rows from the first on that have the usual number of fields.
    share: f64,
    score: f64,
}

/// Detects the layout of a text that begins with `sample`, which is all of it if `complete` is true. Settings that a
/// person gave are not detected.
pub fn detect(sample: &str, complete: bool, options: &TextOptions) -> TextLayout {
    let (line_of_separator, named) = lines::separator_line(sample);
    let named_lines = u64::from(line_of_separator);
    let given_skip = match (options.skip, options.header) {
        (skip, Some(HeaderLine::Line(line))) => Some((line - 1).max(skip.unwrap_or(0))),
        (skip, _) => skip,
    };
    let start_lines = given_skip.unwrap_or(named_lines);
    let start = lines::start_of(sample, start_lines);
    let body = sample.get(start..).unwrap_or_default();
    let comments = lines::Comments::find(body);
    let separator = options.separator.map(|Separator(byte)| byte).or(named.filter(|_| options.skip.is_none()));

    let given_comment = options.comment.map(|mark| match mark {
        CommentMark::Mark(mark) => Some(mark),
        CommentMark::None => None,
    });
    let comment = given_comment.unwrap_or(comments.any().then_some(b'#'));
    let mut best = best_fit(body, complete, separator, comment, options);
    let (mut text, mut comment_lines) = (body, 0);
    if given_comment.is_none() && comment.is_some() {
        let (comment, before) = comments.decide(best.dialect, best.width);
        comment_lines = before;
        text = body.get(lines::start_of(body, before)..).unwrap_or_default();
        best = Fit::new(best.dialect.with_comment(comment), text, complete, options);
    }
    let before =
        Preamble { lines: start_lines + comment_lines, names_separator: named_lines > 0, given: given_skip.is_some() };
    finish(best, text, before, separator, options)
}

/// The lines before the text in which the table is looked for.
struct Preamble {
    lines: u64,
    /// True if the first of them is `sep=…`.
    names_separator: bool,
    given: bool,
}

fn best_fit(body: &str, complete: bool, separator: Option<u8>, comment: Option<u8>, options: &TextOptions) -> Fit {
    let aligned = || Fit::new(quoting::aligned(comment, options), body, complete, options);
    let fit = |separator| {
        if separator == Separator::BLANKS.0 {
            return aligned();
        }
        let dialect = quoting::detect(body, complete, separator, comment, options);
        Fit::new(dialect, body, complete, options)
    };
    if let Some(separator) = separator {
        return fit(separator);
    }
    let mut fits: Vec<Fit> = SEPARATORS.into_iter().map(fit).collect();
    let is_table_of_blanks = |fit: &Fit| is_separated_by_blanks(fit, body);
    let by_blanks = Some(fit(b' ')).filter(is_table_of_blanks);
    fits.extend(by_blanks.or_else(|| has_several_blanks(body).then(aligned).filter(is_table_of_blanks)));
    let header_width = |fit: &Fit| fit.rows.first().map_or(0, ByteRecord::len);
    let is_table = |fit: &Fit| fit.width > 1 && fit.share >= 0.6 || header_width(fit) > 1;
    let tables = fits.iter().enumerate().filter(|(_, fit)| is_table(fit));
    let rank = |fit: &Fit| (fit.score, header_width(fit));
    let best = tables.reduce(|best, next| if rank(next.1) > rank(best.1) { next } else { best });
    match best.map(|(at, _)| at) {
        Some(at) => fits.swap_remove(at),
        None => fit(NO_SEPARATOR),
    }
}

/// Returns true if two fields may have several blanks between them, or a line blanks at an end.
fn has_several_blanks(body: &str) -> bool {
    body.starts_with(' ') || ["  ", "\n ", "\r ", " \n", " \r"].iter().any(|blanks| body.contains(blanks))
}

/// Returns true if a text is a table separated by blanks: its rows are equal, and hold numbers or begin with a header in
/// quotes.
fn is_separated_by_blanks(fit: &Fit, body: &str) -> bool {
    let Some((names, below)) = fit.rows.split_first() else { return false };
    let is_quoted = body.trim_start().starts_with('"');
    let has_names = names.len() == fit.width || fit.edge == Edge::RowNames;
    let is_equal = has_names && fit.share == 1.0 && fit.width > 1 && fit.first == 0 && !below.is_empty();
    let below = RowsBelowHeader::new(below, fit.width, usize::from(fit.edge == Edge::RowNames));
    let is_typed = (0..names.len()).any(|column| below.is_typed(column));
    let is_filled = fit.rows.iter().all(|row| row.iter().all(|field| !field.is_empty()));
    is_equal && is_filled && (is_quoted || is_typed && fit.edge == Edge::None)
}

impl Fit {
    fn new(dialect: CsvDialect, sample: &str, complete: bool, options: &TextOptions) -> Self {
        let mut rows = quoting::records(dialect, sample, SAMPLE_ROWS);
        if !complete && rows.len() > 1 && rows.len() < SAMPLE_ROWS {
            rows.pop();
        }
        let width = usual_width(&rows);
        let (first, edge) =
            if dialect.separator == NO_SEPARATOR { (0, Edge::None) } else { beginning(&rows, width, options) };
        let table = rows.get(first..).unwrap_or_default();
        let header_width = table.first().map_or(0, ByteRecord::len);
        let below = table.get(1..).unwrap_or_default();
        let same = below.iter().filter(|row| row.len() == width).count();
        let share = if below.is_empty() { 1.0 } else { same as f64 / below.len() as f64 };
        let cells = table.iter().filter(|row| row.len() == width || row.len() == header_width).take(MAX_JUDGED_ROWS);
        let fitness: Vec<f64> = cells
            .flat_map(|row| row.iter().map(|cell| fitness(&String::from_utf8_lossy(cell), dialect.separator)))
            .collect();
        let typed = fitness.iter().sum::<f64>() / fitness.len().max(1) as f64;
        let later = if first > 0 { 0.7 } else { 1.0 };
        let edged = if edge == Edge::None { 1.0 } else { 0.8 };
        let agrees = if header_width == width || edge != Edge::None { 1.0 } else { 0.5 };
        // Two fields may be two by accident, twelve are not.
        let many = 1.0 - 1.0 / (2.0 * width.max(1) as f64);
        let score = share * share * typed * later * edged * agrees * many;
        Self { dialect, rows, width, first, edge, share, score }
    }
}

/// Returns the most frequent number of fields; of several, that of the first row.
fn usual_width(rows: &[ByteRecord]) -> usize {
    let count = |width: usize| rows.iter().filter(|row| row.len() == width).count();
    let first = rows.first().map_or(0, ByteRecord::len);
    let mut best = (count(first), first);
    for row in rows {
        if row.len() != best.1 && count(row.len()) > best.0 {
            best = (count(row.len()), row.len());
        }
    }
    best.1
}

/// Returns the row with which the table begins, and how the header differs from the rows.
fn beginning(rows: &[ByteRecord], width: usize, options: &TextOptions) -> (usize, Edge) {
    let Some(header) = rows.first() else { return (0, Edge::None) };
    let below = rows.get(1..).unwrap_or_default();
    let all_below = !below.is_empty() && below.iter().all(|row| row.len() == width);
    let is_fixed = options.skip.is_some() || options.header.is_some_and(|header| header != HeaderLine::First);
    if header.len() == width || is_fixed && header.len() + 1 != width {
        return (if is_fixed { 0 } else { header_line::after_titles(rows, width) }, Edge::None);
    }
    if header.len() + 1 == width && width >= 3 && all_below && options.header != Some(HeaderLine::None) {
        let last_is_empty = below.iter().all(|row| row.get(width - 1).is_some_and(<[u8]>::is_empty));
        if last_is_empty {
            return (0, Edge::Trailing);
        }
        if header_line::is_like_names(header) && header_line::are_row_names(below) {
            return (0, Edge::RowNames);
        }
    }
    if is_fixed {
        return (0, Edge::None);
    }
    (header_line::after_preamble(rows, width).unwrap_or(0), Edge::None)
}

fn finish(fit: Fit, text: &str, before: Preamble, separator: Option<u8>, options: &TextOptions) -> TextLayout {
    let table = fit.rows.get(fit.first..).unwrap_or_default();
    let in_preamble = match fit.rows.get(fit.first).and_then(ByteRecord::position) {
        Some(position) if fit.first > 0 => line_at_in(text, position.byte()) - 1,
        _ => 0,
    };
    let (header, header_reason) = match options.header {
        Some(HeaderLine::None) => (false, String::new()),
        Some(HeaderLine::First | HeaderLine::Line(_)) => (true, String::new()),
        None if fit.edge != Edge::None => (true, String::new()),
        None => header_line::judge(table, fit.width),
    };
    let given = ExplicitSettings {
        separator: options.separator.is_some(),
        quote: options.quote.is_some() || options.escape.is_some(),
        header: options.header.is_some(),
        skip: before.given,
        comment: options.comment.is_some(),
    };
    let separator_reason = match (options.separator, separator) {
        (Some(_), _) => String::new(),
        (None, Some(_)) => "the line sep= names it".to_owned(),
        _ if fit.dialect.separator == NO_SEPARATOR => "no separator cuts the lines into equal rows".to_owned(),
        _ if fit.share == 1.0 => format!("with it all rows have {} fields", fit.width),
        _ => format!("with it {:.0} % of the rows have {} fields", fit.share * 100.0, fit.width),
    };
    let skip = before.lines + in_preamble;
    let reasons = if before.names_separator && before.lines == 1 && in_preamble == 0 {
        ["it names the separator (sep=)"; 2]
    } else if in_preamble == 0 {
        ["it is a comment (#)", "they are comments (#)"]
    } else {
        ["the line of names comes after it", "the line of names comes after them"]
    };
    let skip_reason = reasons[usize::from(skip > 1)];
    TextLayout {
        dialect: fit.dialect,
        skip,
        header,
        edge: fit.edge,
        decimal_comma: options.decimal == Some(DecimalMark::Comma),
        given,
        reasons: DetectionReasons { separator: separator_reason, header: header_reason, skip: skip_reason.into() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(sample: &str) -> TextLayout {
        detect(sample, true, &TextOptions::default())
    }

    fn separator(sample: &str) -> &'static str {
        layout(sample).dialect.word()
    }

    #[test]
    fn separator_is_shared_by_all_lines() {
        assert_eq!(separator("a,b\n1,2\n"), ",");
        assert_eq!(separator("commas;periods\n1,1;1.1\n0,25;0.25\n"), ";");
        assert_eq!(separator("name\ttext\nx\thello, world\ny\tno\n"), "tab");
        assert_eq!(separator("a|b\n1|2,3\n"), "|");
        assert_eq!(separator("\"a;b\",c\n\"1;2\",3\n"), ",");
        assert_eq!(separator("a,b;c\n"), ",");
    }

    #[test]
    fn separator_that_keeps_cells_whole_is_chosen() {
        assert_eq!(separator("kunde;umsatz, netto;marge, %\nK1;1,5;2,5\nK2;3,0;4,5\n"), ";");
        assert_eq!(separator("id,tags\n1,a;b\n2,c;d\n"), ",");
        assert_eq!(separator("von|bis\n1,5|2,5\n3,5|4,5\n"), "|");
    }

    #[test]
    fn separator_of_ragged_file_is_detected() {
        assert_eq!(separator("a;b;c\n1;2\n1;2;3\n"), ";");
        assert_eq!(separator("title line\na,b,c\n1,2,3\n"), ",");
    }

    #[test]
    fn single_column_has_line_break_as_separator() {
        assert_eq!(separator("comment\nyes\nwell, no\nperhaps; who, knows\nno\n"), "line break");
        assert_eq!(separator("id\n1\n2\n"), "line break");
        assert_eq!(separator("id\n"), "line break");
        assert_eq!(separator("address\n12 Main\n14 High\n"), "line break");
    }

    #[test]
    fn columns_aligned_by_blanks_are_separated() {
        assert_eq!(separator(" id  date     sum\r\n 001 19970101  11.77\r\n 002 19970112   9.00\r\n"), "blanks");
        assert_eq!(separator("note\nno  2\nyes 3\n"), "line break");
        assert_eq!(separator("first  last\nAnn    Lee\nBo  Day\n"), "line break");
        assert_eq!(separator("id n\n1 2\n3 4\n"), "space");
        assert_eq!(separator("id, n\n1,  2\n3, 40\n"), ",");
        let options = TextOptions { separator: Some("blanks".parse().unwrap()), ..TextOptions::default() };
        assert_eq!(detect("a b\nx   y\n", true, &options).dialect, CsvDialect::aligned());
    }

    #[test]
    fn separator_inside_quotes_is_ignored() {
        assert_eq!(separator("size,name\n\"5;5\",x\n\"6;1\",y\n"), ",");
        let options = TextOptions { quote: Some("none".parse().unwrap()), ..TextOptions::default() };
        let plain = detect("size;name\n\"5 inch;x\n6;y\n", true, &options).dialect;
        assert_eq!((plain.separator, plain.quote), (b';', None));
    }

    #[test]
    fn last_line_of_cut_sample_is_ignored() {
        assert_eq!(detect("a,b|c\n1|2\n3", false, &TextOptions::default()).dialect.word(), "|");
    }

    #[test]
    fn layout_skips_lines_before_table() {
        let lines = |sample: &str| layout(sample).skip;
        assert_eq!(lines("sep=;\nid;name\n1;Ann\n"), 1);
        assert_eq!(lines("# made today\n# by Ann\nid,n\n1,2\n"), 2);
        assert_eq!(lines("Sales 2024\n\nid,name,sum\n1,a,5\n2,b,6\n"), 2);
        assert_eq!(lines("Sales,,,\n,,,\nid,name,city,sum\n1,a,b,5\n"), 2);
        assert_eq!(lines("a,b,c\n1,2,3\n"), 0);
    }

    #[test]
    fn extra_field_is_row_name_or_trailing_separator() {
        assert_eq!(layout("a,b\n1,2,\n3,4,\n").edge, Edge::Trailing);
        assert_eq!(layout("\"mpg\" \"cyl\"\n\"Mazda\" 21 6\n\"Fiat\" 32 4\n").edge, Edge::RowNames);
        assert_eq!(layout("a,b\nx,1,2\ny,3,4\n").edge, Edge::RowNames);
        assert_eq!(layout("a,b\n1,2,3\n4,5\n").edge, Edge::None);
    }

    #[test]
    fn given_text_options_override_detection() {
        let options = TextOptions { separator: Some(Separator(b';')), skip: Some(1), ..TextOptions::default() };
        let given = detect("a,b\nc;d,e\n1;2,3\n", true, &options);
        assert_eq!((given.dialect.separator, given.skip), (b';', 1));
        let options = TextOptions { header: Some(HeaderLine::Line(3)), ..TextOptions::default() };
        let given = detect("x,y\nz,z\na,b\n1,2\n", true, &options);
        assert_eq!((given.skip, given.header), (2, true));
        let options = TextOptions { header: Some(HeaderLine::None), ..TextOptions::default() };
        assert!(!detect("a,b\nc,d\n", true, &options).header);
    }
}
