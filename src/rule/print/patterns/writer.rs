//! Writes a parsed regular expression in the syntax of an engine.

use regex_syntax::ast::{
    Assertion, AssertionKind, Ast, ClassAsciiKind, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem,
    ClassUnicode, ClassUnicodeKind, Flag, Flags, FlagsItemKind, GroupKind, Repetition, RepetitionKind, RepetitionRange,
};

use super::{Captures, Flavour};

/// Contents of `\w` and `\s` in Unicode (UTS 18), by general categories.
const WORD: &str = r"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{200C}\x{200D}\x{24B6}-\x{24E9}";
const SPACE: &str = r"\t\n\x0B\f\r\x{85}\p{Z}";

/// A pattern in the syntax of an engine.
pub(super) struct WrittenPattern {
    pub(super) text: String,
    /// True if the pattern ignores the case of letters by an option beside it.
    pub(super) any_case: bool,
}

/// Writes a pattern in the syntax of an engine.
pub(super) struct PatternWriter {
    flavour: Flavour,
    captures: Captures,
    out: String,
    dot_all: bool,
    any_case: bool,
}

impl PatternWriter {
    pub(super) fn new(flavour: Flavour, captures: Captures) -> Self {
        Self { flavour, captures, out: String::new(), dot_all: false, any_case: false }
    }

    /// Returns the whole pattern.
    ///
    /// # Errors
    /// Returns an error if the engine does not know a construct, or gives it another meaning.
    pub(super) fn written(mut self, ast: &Ast) -> Result<WrittenPattern, String> {
        self.write(ast, true)?;
        Ok(WrittenPattern { text: self.out, any_case: self.any_case })
    }

    fn refused<T>(&self, what: &str) -> Result<T, String> {
        let engine = match self.flavour {
            Flavour::Re2 | Flavour::ClickHouse => "RE2",
            Flavour::Java => "Java",
            Flavour::Postgres => "PostgreSQL",
            Flavour::Snowflake => "Snowflake",
        };
        Err(format!("{engine} does not support {what} in a regular expression, or reads it differently"))
    }

    fn is_re2(&self) -> bool {
        matches!(self.flavour, Flavour::Re2 | Flavour::ClickHouse)
    }

    /// Writes a piece of the pattern. `is_first` is true if nothing stands before it in the whole pattern.
    fn write(&mut self, ast: &Ast, is_first: bool) -> Result<(), String> {
        match ast {
            Ast::Empty(_) => Ok(()),
            Ast::Flags(set) => self.flags(&set.flags, is_first),
            Ast::Literal(literal) => {
                self.literal(literal.c, false);
                Ok(())
            }
            Ast::Dot(_) => {
                self.out.push_str(match (self.flavour, self.dot_all) {
                    (Flavour::Postgres, false) => "[^\n]",
                    (Flavour::Java | Flavour::Snowflake, true) => r"(.|\n)",
                    _ => ".",
                });
                Ok(())
            }
            Ast::Assertion(assertion) => self.assertion(assertion),
            Ast::ClassUnicode(class) => self.unicode(class),
            Ast::ClassPerl(class) => self.perl(class, false),
            Ast::ClassBracketed(class) => self.bracketed(class),
            Ast::Repetition(repetition) => self.repetition(repetition, is_first),
            Ast::Group(group) => {
                let before = (self.dot_all, self.any_case);
                match &group.kind {
                    GroupKind::NonCapturing(flags) if !flags.items.is_empty() => {
                        if !self.is_re2() {
                            return self.refused("a group with flags of its own");
                        }
                        self.out.push_str("(?");
                        self.flag_letters(flags)?;
                        self.out.push(':');
                    }
                    GroupKind::NonCapturing(_) if self.flavour == Flavour::Snowflake => {
                        return self.refused("a group that captures nothing, (?:…),");
                    }
                    GroupKind::NonCapturing(_) => self.out.push_str("(?:"),
                    GroupKind::CaptureIndex(index) => self.open_group(*index),
                    GroupKind::CaptureName { name, .. } => self.open_group(name.index),
                }
                self.write(&group.ast, false)?;
                self.out.push(')');
                (self.dot_all, self.any_case) = before;
                Ok(())
            }
            Ast::Alternation(alternation) => {
                for (n, part) in alternation.asts.iter().enumerate() {
                    if n > 0 {
                        self.out.push('|');
                    }
                    self.write(part, is_first && n == 0)?;
                }
                Ok(())
            }
            Ast::Concat(concat) => {
                for (n, part) in concat.asts.iter().enumerate() {
                    self.write(part, is_first && n == 0)?;
                }
                Ok(())
            }
        }
    }

    fn open_group(&mut self, index: u32) {
        let captured = match self.captures {
            Captures::All => true,
            Captures::Only(only) => only == index,
        };
        self.out.push_str(if captured { "(" } else { "(?:" });
    }

    fn flags(&mut self, flags: &Flags, is_first: bool) -> Result<(), String> {
        if !self.is_re2() && (!is_first || flags.flag_state(Flag::CaseInsensitive) == Some(false)) {
            return self.refused("a flag in the middle");
        }
        let start = self.out.len();
        self.out.push_str("(?");
        self.flag_letters(flags)?;
        self.out.push(')');
        if self.out.ends_with("(?)") {
            self.out.truncate(start);
        }
        Ok(())
    }

    fn flag_letters(&mut self, flags: &Flags) -> Result<(), String> {
        let mut on = true;
        for item in &flags.items {
            match (&item.kind, self.flavour) {
                (FlagsItemKind::Negation, _) => {
                    on = false;
                    self.out.push('-');
                }
                // The tree no longer contains blanks and comments.
                (FlagsItemKind::Flag(Flag::IgnoreWhitespace), _) => {}
                // An option beside the pattern says this.
                (FlagsItemKind::Flag(Flag::CaseInsensitive), Flavour::Snowflake) => self.any_case = on,
                (FlagsItemKind::Flag(Flag::CaseInsensitive), flavour) => {
                    self.any_case = on;
                    self.out.push_str(if flavour == Flavour::Java { "iu" } else { "i" });
                }
                (FlagsItemKind::Flag(Flag::DotMatchesNewLine), _) => {
                    self.dot_all = on;
                    if self.is_re2() {
                        self.out.push('s');
                    }
                }
                (FlagsItemKind::Flag(Flag::MultiLine), Flavour::Re2 | Flavour::ClickHouse) => self.out.push('m'),
                (FlagsItemKind::Flag(Flag::MultiLine), _) => return self.refused("(?m)"),
                _ => return self.refused("this flag"),
            }
        }
        Ok(())
    }

    fn literal(&mut self, c: char, in_brackets: bool) {
        let special = if in_brackets { r"\^]-[&~" } else { r"\.+*?()|[]{}^$" };
        match c {
            '\n' => self.out.push_str("\\n"),
            '\t' => self.out.push_str("\\t"),
            '\r' => self.out.push_str("\\r"),
            c if c.is_control() && self.flavour == Flavour::Postgres => {
                self.out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c if c.is_control() => self.out.push_str(&format!("\\x{{{:X}}}", u32::from(c))),
            c if special.contains(c) && self.flavour == Flavour::Postgres && in_brackets => {
                self.out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c if special.contains(c) => {
                self.out.push('\\');
                self.out.push(c);
            }
            c => self.out.push(c),
        }
    }

    fn assertion(&mut self, assertion: &Assertion) -> Result<(), String> {
        let said = match (&assertion.kind, self.flavour) {
            (AssertionKind::StartLine, _) => "^",
            // Java's own $ also matches before a line end at the end.
            (AssertionKind::EndLine, Flavour::Java) => r"\z",
            (AssertionKind::EndLine, _) => "$",
            (AssertionKind::StartText, Flavour::Snowflake) => "^",
            (AssertionKind::StartText, _) => r"\A",
            (AssertionKind::EndText, Flavour::Snowflake) => "$",
            (AssertionKind::EndText, Flavour::Postgres) => r"\Z",
            (AssertionKind::EndText, _) => r"\z",
            (AssertionKind::WordBoundary, Flavour::Postgres) => r"\y",
            (AssertionKind::NotWordBoundary, Flavour::Postgres) => r"\Y",
            _ => return self.refused(r"\b"),
        };
        self.out.push_str(said);
        Ok(())
    }

    fn unicode(&mut self, class: &ClassUnicode) -> Result<(), String> {
        let name = match &class.kind {
            ClassUnicodeKind::OneLetter(letter) => letter.to_string(),
            ClassUnicodeKind::Named(name) if name.len() <= 2 => name.clone(),
            _ => return self.refused("a Unicode class by its long name"),
        };
        if matches!(self.flavour, Flavour::Postgres | Flavour::Snowflake) {
            return self.refused(r"\p{…}");
        }
        let letter = if class.negated { 'P' } else { 'p' };
        self.out.push_str(&format!("\\{letter}{{{name}}}"));
        Ok(())
    }

    fn perl(&mut self, class: &ClassPerl, in_brackets: bool) -> Result<(), String> {
        let letter = match class.kind {
            ClassPerlKind::Digit => 'd',
            ClassPerlKind::Space => 's',
            ClassPerlKind::Word => 'w',
        };
        match self.flavour {
            Flavour::Snowflake if class.kind == ClassPerlKind::Word => return self.refused(r"\w"),
            Flavour::Postgres | Flavour::Snowflake => {
                if in_brackets && class.negated {
                    return self.refused("a negated class within brackets");
                }
                let letter = if class.negated { letter.to_ascii_uppercase() } else { letter };
                self.out.push_str(&format!("\\{letter}"));
            }
            _ => match (&class.kind, class.negated, in_brackets) {
                (ClassPerlKind::Digit, false, _) => self.out.push_str(r"\p{Nd}"),
                (ClassPerlKind::Digit, true, _) => self.out.push_str(r"\P{Nd}"),
                (_, true, true) => return self.refused("a negated class within brackets"),
                (kind, negated, in_brackets) => {
                    let set = if *kind == ClassPerlKind::Word { WORD } else { SPACE };
                    let caret = if negated { "^" } else { "" };
                    let text = if in_brackets { set.to_owned() } else { format!("[{caret}{set}]") };
                    self.out.push_str(&text);
                }
            },
        }
        Ok(())
    }

    fn bracketed(&mut self, class: &ClassBracketed) -> Result<(), String> {
        self.out.push('[');
        if class.negated {
            self.out.push('^');
        }
        match &class.kind {
            ClassSet::Item(item) => self.item(item)?,
            ClassSet::BinaryOp(_) => return self.refused("an operation on sets of characters"),
        }
        self.out.push(']');
        Ok(())
    }

    fn item(&mut self, item: &ClassSetItem) -> Result<(), String> {
        match item {
            ClassSetItem::Empty(_) => Ok(()),
            ClassSetItem::Literal(literal) => {
                self.literal(literal.c, true);
                Ok(())
            }
            ClassSetItem::Range(range) => {
                self.literal(range.start.c, true);
                self.out.push('-');
                self.literal(range.end.c, true);
                Ok(())
            }
            ClassSetItem::Ascii(class) if !class.negated => {
                self.out.push_str(match class.kind {
                    ClassAsciiKind::Alnum => "0-9A-Za-z",
                    ClassAsciiKind::Alpha => "A-Za-z",
                    ClassAsciiKind::Digit => "0-9",
                    ClassAsciiKind::Lower => "a-z",
                    ClassAsciiKind::Upper => "A-Z",
                    ClassAsciiKind::Xdigit => "0-9A-Fa-f",
                    ClassAsciiKind::Blank => r" \t",
                    _ => return self.refused("this class"),
                });
                Ok(())
            }
            ClassSetItem::Ascii(_) => self.refused("a negated class within brackets"),
            ClassSetItem::Unicode(class) => self.unicode(class),
            ClassSetItem::Perl(class) => self.perl(class, true),
            ClassSetItem::Bracketed(_) => self.refused("brackets within brackets"),
            ClassSetItem::Union(union) => union.items.iter().try_for_each(|item| self.item(item)),
        }
    }

    fn repetition(&mut self, repetition: &Repetition, is_first: bool) -> Result<(), String> {
        let is_one = matches!(
            repetition.ast.as_ref(),
            Ast::Literal(_)
                | Ast::Dot(_)
                | Ast::ClassUnicode(_)
                | Ast::ClassPerl(_)
                | Ast::ClassBracketed(_)
                | Ast::Group(_)
        );
        if !is_one {
            return self.refused("a repeated repetition or position");
        }
        self.write(&repetition.ast, is_first)?;
        let most = if self.flavour == Flavour::Postgres { 255 } else { 1000 };
        let times = match &repetition.op.kind {
            RepetitionKind::ZeroOrOne => "?".to_owned(),
            RepetitionKind::ZeroOrMore => "*".to_owned(),
            RepetitionKind::OneOrMore => "+".to_owned(),
            RepetitionKind::Range(RepetitionRange::Exactly(n)) if *n <= most => format!("{{{n}}}"),
            RepetitionKind::Range(RepetitionRange::AtLeast(n)) if *n <= most => format!("{{{n},}}"),
            RepetitionKind::Range(RepetitionRange::Bounded(n, m)) if *m <= most => format!("{{{n},{m}}}"),
            RepetitionKind::Range(_) => return self.refused("a repetition this large"),
        };
        self.out.push_str(&times);
        match (repetition.greedy, self.flavour) {
            (true, _) => {}
            (false, Flavour::Snowflake) => return self.refused("a lazy repetition"),
            (false, _) => self.out.push('?'),
        }
        Ok(())
    }
}
