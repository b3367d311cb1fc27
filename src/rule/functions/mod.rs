//! The functions that a rule can call: one table for checking, completion, docs/rules.md, evaluation and printing.

mod forms;
mod table;

pub use forms::FORMS;
pub use table::FUNCTIONS;

use crate::model::ColumnType;

/// A function of [`FUNCTIONS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionId {
    Abs,
    Ceil,
    Coalesce,
    Concat,
    ConcatWs,
    Contains,
    EndsWith,
    Exp,
    Floor,
    Greatest,
    /// The operator `||`: null if a side is null.
    Join,
    Least,
    Left,
    Length,
    Ln,
    Log,
    Log10,
    Lower,
    Lpad,
    Ltrim,
    Power,
    RegexpExtract,
    RegexpReplace,
    Repeat,
    Replace,
    Reverse,
    Right,
    Round,
    Rpad,
    Rtrim,
    Sign,
    SplitPart,
    Sqrt,
    StartsWith,
    Strftime,
    Strpos,
    Substr,
    Trim,
    Trunc,
    Upper,
}

/// The values that a parameter accepts. All of them accept null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    Text,
    /// A text in quotes. Patterns and formats are checked before anything is counted.
    QuotedText,
    /// A whole number, a decimal or a float.
    Number,
    WholeNumber,
    /// A whole number in digits, at least this one.
    Digits(i64),
    /// A date or a timestamp.
    Date,
    /// Any value of the same kind as the other arguments of this parameter.
    Alike,
}

/// A constraint on an argument beyond its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentCheck {
    /// A regular expression.
    Regex,
    /// A format of `strftime`.
    TimeFormat,
    /// A text of these letters only.
    Letters(&'static [char]),
    /// A whole number in digits from the first to the second.
    Within(i64, i64),
    /// The number of a part: not zero.
    PartNumber,
}

/// The effect of arguments that are null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// One null makes the result null.
    Spread,
    /// Nulls are left out.
    LeftOut,
    /// Nulls are left out when the function is evaluated: the first argument is no value like the others.
    Kept,
}

/// The kind of a function's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    Kind(ColumnType),
    /// The kind of the first argument.
    First,
    /// The kind that all arguments have in common.
    Common,
    /// A whole number stays one, a float stays one, a decimal keeps at most as many digits as the second argument says.
    Rounded,
}

/// A function of the rule language: its name, parameters, result and documentation.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    pub id: FunctionId,
    pub name: &'static str,
    /// Names for the function in other engines.
    pub aliases: &'static [&'static str],
    /// Parameters with their names.
    pub parameters: &'static [(&'static str, Parameter)],
    /// Number of leading parameters that must be given.
    pub required: usize,
    /// True if the last parameter may be repeated.
    pub variadic: bool,
    /// Constraints on arguments, by their index.
    pub checks: &'static [(usize, ArgumentCheck)],
    pub nulls: Nulls,
    pub returns: Returns,
    /// One sentence, beginning with a verb, for docs/rules.md.
    pub doc: &'static str,
    /// A condition that uses the function on the sample study.
    pub example: &'static str,
}

impl Function {
    const fn also(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    const fn requiring(self, required: usize) -> Self {
        Self { required, ..self }
    }

    const fn and_more(self, nulls: Nulls) -> Self {
        Self { variadic: true, nulls, ..self }
    }

    const fn checking(self, checks: &'static [(usize, ArgumentCheck)]) -> Self {
        Self { checks, ..self }
    }

    /// Returns the name of the n-th argument's parameter.
    pub fn parameter_name(&self, n: usize) -> &'static str {
        let last = self.parameters.len().saturating_sub(1);
        self.parameters.get(n.min(last)).map_or("argument", |(name, _)| name)
    }

    /// Returns the parameter of the n-th argument.
    pub fn parameter(&self, n: usize) -> Option<Parameter> {
        let last = self.parameters.len().checked_sub(1)?;
        let n = if self.variadic { n.min(last) } else { n };
        self.parameters.get(n).map(|(_, parameter)| *parameter)
    }

    /// Returns the signature, as `substr(text, start [, length])`.
    pub fn signature(&self) -> String {
        let mut signature = format!("{}(", self.name);
        for (n, (name, _)) in self.parameters.iter().enumerate() {
            match (n, n >= self.required) {
                (0, false) => signature.push_str(name),
                (_, false) => signature.push_str(&format!(", {name}")),
                (_, true) => signature.push_str(&format!(" [, {name}]")),
            }
        }
        if self.variadic {
            signature.push_str(", …");
        }
        signature + ")"
    }
}

/// Returns the function of an identifier.
pub fn get(id: FunctionId) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.id == id)
}

/// Returns the function's name; `||` for the operator, which has no entry in the table.
pub fn name(id: FunctionId) -> &'static str {
    get(id).map_or("||", |function| function.name)
}

/// Returns the function with this name or alias, in lower case.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name || function.aliases.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases_are_unique() {
        let names = FUNCTIONS.iter().flat_map(|f| std::iter::once(f.name).chain(f.aliases.iter().copied()));
        let mut all: Vec<&str> = names.chain(FORMS.iter().map(|form| form.0)).collect();
        let whole = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), whole);
    }

    #[test]
    fn signature_marks_optional_parameters() {
        let signature = |name| find(name).map(Function::signature);
        assert_eq!(signature("substring").as_deref(), Some("substr(text, start [, length])"));
        assert_eq!(signature("concat").as_deref(), Some("concat(text, …)"));
    }
}
