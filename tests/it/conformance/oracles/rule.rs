//! Rules as the laws build them: texts as leaves, and above them the forms that the laws are about.

use std::fmt;

#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    Everyone,
    /// Any rule as text.
    Text(String),
    Not(Box<Rule>),
    And(Box<Rule>, Box<Rule>),
    Or(Box<Rule>, Box<Rule>),
    IsNull(Box<Rule>),
    /// `CASE WHEN rule THEN 1 ELSE 0 END = 1`.
    Case(Box<Rule>),
    IsTrue(Box<Rule>),
    Compare(String, &'static str, String),
    Between {
        value: String,
        low: String,
        high: String,
        negated: bool,
    },
    In {
        value: String,
        list: Vec<String>,
        negated: bool,
    },
    Distinct {
        left: String,
        right: String,
        negated: bool,
    },
}

impl Rule {
    pub fn text(text: impl Into<String>) -> Self {
        Rule::Text(text.into())
    }

    pub fn compare(left: &str, sign: &'static str, right: &str) -> Self {
        Rule::Compare(left.into(), sign, right.into())
    }

    pub fn not(self) -> Self {
        Rule::Not(Box::new(self))
    }

    pub fn and(self, other: Self) -> Self {
        Rule::And(Box::new(self), Box::new(other))
    }

    pub fn or(self, other: Self) -> Self {
        Rule::Or(Box::new(self), Box::new(other))
    }

    pub fn null_test(self) -> Self {
        Rule::IsNull(Box::new(self))
    }

    pub fn truth_test(self) -> Self {
        Rule::IsTrue(Box::new(self))
    }

    pub fn case(self) -> Self {
        Rule::Case(Box::new(self))
    }

    /// Replaces each part of the rule by the result of `f`, from the leaves up.
    pub fn map(self, f: &dyn Fn(Rule) -> Rule) -> Rule {
        let one = |rule: Box<Rule>| Box::new(rule.map(f));
        f(match self {
            Rule::Not(rule) => Rule::Not(one(rule)),
            Rule::And(a, b) => Rule::And(one(a), one(b)),
            Rule::Or(a, b) => Rule::Or(one(a), one(b)),
            Rule::IsNull(rule) => Rule::IsNull(one(rule)),
            Rule::Case(rule) => Rule::Case(one(rule)),
            Rule::IsTrue(rule) => Rule::IsTrue(one(rule)),
            leaf => leaf,
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = |negated: &bool| if *negated { "NOT " } else { "" };
        match self {
            Rule::Everyone => f.write_str("TRUE"),
            // A line break ends a trailing comment.
            Rule::Text(text) => writeln!(f, "{text}"),
            Rule::Not(rule) => write!(f, "NOT ({rule})"),
            Rule::And(a, b) => write!(f, "({a}) AND ({b})"),
            Rule::Or(a, b) => write!(f, "({a}) OR ({b})"),
            Rule::IsNull(rule) => write!(f, "({rule}) IS NULL"),
            Rule::Case(rule) => write!(f, "CASE WHEN {rule} THEN 1 ELSE 0 END = 1"),
            Rule::IsTrue(rule) => write!(f, "({rule}) IS TRUE"),
            Rule::Compare(left, sign, right) => write!(f, "{left} {sign} {right}"),
            Rule::Between { value, low, high, negated } => {
                write!(f, "{value} {}BETWEEN {low} AND {high}", not(negated))
            }
            Rule::In { value, list, negated } => write!(f, "{value} {}IN ({})", not(negated), list.join(", ")),
            Rule::Distinct { left, right, negated } => write!(f, "{left} IS {}DISTINCT FROM {right}", not(negated)),
        }
    }
}
