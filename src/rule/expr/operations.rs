//! Comparisons, arithmetic and types of casts.

use crate::model::ColumnType;

/// An operator that compares two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Returns the operator as rules and SQL write it.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "<>",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// Returns the equivalent comparison with its sides exchanged.
    pub fn turned(self) -> Self {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
            same => same,
        }
    }

    /// Returns true if the comparison is true for values in this order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// An arithmetic operation.
///
/// The result of whole numbers is a whole number of 64 bits, of decimals a decimal; with a float, or of a division, it is a
/// float. The node has the kind of the result. Overflow, an undefined value and division by zero give null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArithmeticOperation {
    Add,
    Subtract,
    Multiply,
    /// Division; the result is always a float.
    Divide,
    /// Remainder, with the sign of the dividend.
    Remainder,
}

impl ArithmeticOperation {
    /// Returns the operator as rules and SQL write it.
    pub fn sign(self) -> &'static str {
        match self {
            ArithmeticOperation::Add => "+",
            ArithmeticOperation::Subtract => "-",
            ArithmeticOperation::Multiply => "*",
            ArithmeticOperation::Divide => "/",
            ArithmeticOperation::Remainder => "%",
        }
    }
}

/// Target type of a cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CastType {
    /// A signed whole number of 8, 16, 32 or 64 bits.
    Integer {
        bits: u8,
    },
    /// A float of 64 bits.
    Float,
    /// The nearest float of 32 bits, printed with its shortest digits.
    Real,
    Decimal {
        precision: u8,
        scale: u8,
    },
    Text,
    Boolean,
    Date,
    Timestamp,
}

impl CastType {
    /// Returns the kind of the result.
    pub fn kind(self) -> ColumnType {
        match self {
            CastType::Integer { .. } => ColumnType::Integer,
            CastType::Float | CastType::Real => ColumnType::Float,
            CastType::Decimal { scale, .. } => ColumnType::Decimal(scale),
            CastType::Text => ColumnType::Text,
            CastType::Boolean => ColumnType::Boolean,
            CastType::Date => ColumnType::Date,
            CastType::Timestamp => ColumnType::Timestamp,
        }
    }
}
