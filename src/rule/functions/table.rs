//! The table of what can be called, in the order of the documentation.

use super::{ArgumentCheck, Function, FunctionId, Nulls, Parameter, Returns};
use crate::model::ColumnType;

/// Every function, in the order in which completion offers them.
pub const FUNCTIONS: &[Function] = {
    use FunctionId as Id;
    use Parameter::{Alike, Date, Digits, Number, QuotedText, Text, WholeNumber};
    &[
        function(Id::Lower, "lower", &[("text", Text)], TEXT, "Returns the text in lower case.", "lower(favourite_category) = 'toys'")
            .also(&["lcase"]),
        function(Id::Upper, "upper", &[("text", Text)], TEXT, "Returns the text in upper case.", "upper(country) = 'DE'")
            .also(&["ucase"]),
        function(Id::Length, "length", &[("text", Text)], WHOLE, "Counts the characters of the text.", "length(favourite_category) > 6")
            .also(&["len", "char_length", "character_length"]),
        function(
            Id::Trim,
            "trim",
            &[("text", Text), ("characters", QuotedText)],
            TEXT,
            "Removes spaces, or the given characters, from both ends of the text.",
            "trim(favourite_category) <> favourite_category",
        )
        .also(&["btrim"])
        .requiring(1),
        function(
            Id::Ltrim,
            "ltrim",
            &[("text", Text), ("characters", QuotedText)],
            TEXT,
            "Removes spaces, or the given characters, from the start of the text.",
            "ltrim(favourite_category) <> favourite_category",
        )
        .requiring(1),
        function(
            Id::Rtrim,
            "rtrim",
            &[("text", Text), ("characters", QuotedText)],
            TEXT,
            "Removes spaces, or the given characters, from the end of the text.",
            "rtrim(favourite_category) <> favourite_category",
        )
        .requiring(1),
        function(
            Id::Substr,
            "substr",
            &[("text", Text), ("start", Digits(1)), ("length", Digits(0))],
            TEXT,
            "Returns the part of the text that begins at the given character, counted from 1.",
            "substr(customer_id, 2, 2) = '00'",
        )
        .also(&["substring"])
        .requiring(2),
        function(
            Id::Left,
            "left",
            &[("text", Text), ("count", Digits(0))],
            TEXT,
            "Returns the first characters of the text.",
            "left(favourite_category, 1) = 'b'",
        ),
        function(
            Id::Right,
            "right",
            &[("text", Text), ("count", Digits(0))],
            TEXT,
            "Returns the last characters of the text.",
            "right(loyalty_tier, 3) = 'ver'",
        ),
        function(
            Id::Replace,
            "replace",
            &[("text", Text), ("from", QuotedText), ("to", Text)],
            TEXT,
            "Replaces every occurrence of a text by another; an empty search text changes nothing.",
            "replace(favourite_category, '_', ' ') = 'home garden'",
        ),
        function(
            Id::Concat,
            "concat",
            &[("text", Text)],
            TEXT,
            "Joins texts and leaves nulls out; the operator || gives null where a side is null.",
            "concat(country, '-', plan) = 'DE-pro'",
        )
        .and_more(Nulls::LeftOut),
        function(
            Id::ConcatWs,
            "concat_ws",
            &[("separator", QuotedText), ("text", Text)],
            TEXT,
            "Joins texts with a separator between them and leaves nulls out.",
            "concat_ws('-', country, plan) = 'DE-pro'",
        )
        .and_more(Nulls::Kept),
        function(
            Id::Contains,
            "contains",
            &[("text", Text), ("part", Text)],
            TRUTH,
            "Returns true if the text contains the part.",
            "contains(favourite_category, 'oo')",
        ),
        function(
            Id::StartsWith,
            "starts_with",
            &[("text", Text), ("start", Text)],
            TRUTH,
            "Returns true if the text begins with the given start.",
            "starts_with(favourite_category, 'bo')",
        )
        .also(&["prefix", "startswith"]),
        function(
            Id::EndsWith,
            "ends_with",
            &[("text", Text), ("end", Text)],
            TRUTH,
            "Returns true if the text ends with the given end.",
            "ends_with(favourite_category, 'ics')",
        )
        .also(&["suffix", "endswith"]),
        function(
            Id::Strpos,
            "strpos",
            &[("text", Text), ("part", Text)],
            WHOLE,
            "Returns the character, counted from 1, at which the part first occurs; 0 where it does not.",
            "strpos(favourite_category, 'o') > 2",
        )
        .also(&["instr", "position"]),
        function(
            Id::SplitPart,
            "split_part",
            &[("text", Text), ("separator", QuotedText), ("n", WholeNumber)],
            TEXT,
            "Splits the text at the separator and returns the n-th part, from 1, or from the end with -1; an empty text where there is none.",
            "split_part(favourite_category, 'o', 2) = 'me'",
        )
        .checking(&[(2, ArgumentCheck::PartNumber)]),
        function(
            Id::RegexpExtract,
            "regexp_extract",
            &[("text", Text), ("pattern", QuotedText), ("group", Digits(0))],
            TEXT,
            "Returns the first match of the pattern, or of one of its groups; an empty text where nothing matches.",
            "regexp_extract(favourite_category, 'o(.+)$', 1) = 'me'",
        )
        .checking(&[(1, ArgumentCheck::Regex)])
        .requiring(2),
        function(
            Id::RegexpReplace,
            "regexp_replace",
            &[("text", Text), ("pattern", QuotedText), ("replacement", QuotedText), ("options", QuotedText)],
            TEXT,
            "Replaces the first match of the pattern, or every one with the option 'g'; \\1 stands for the first group.",
            "regexp_replace(favourite_category, '[aeiou]+', '') = 'bks'",
        )
        .checking(&[(1, ArgumentCheck::Regex), (3, ArgumentCheck::Letters(&['g', 'i', 'm', 's', 'c']))])
        .requiring(3),
        function(
            Id::Lpad,
            "lpad",
            &[("text", Text), ("length", Digits(0)), ("fill", QuotedText)],
            TEXT,
            "Fills the text up to a length at its start, or cuts what is longer.",
            "lpad(plan, 6, '.') = '...pro'",
        )
        .requiring(2),
        function(
            Id::Rpad,
            "rpad",
            &[("text", Text), ("length", Digits(0)), ("fill", QuotedText)],
            TEXT,
            "Fills the text up to a length at its end, or cuts what is longer.",
            "rpad(plan, 6, '.') = 'pro...'",
        )
        .requiring(2),
        function(
            Id::Reverse,
            "reverse",
            &[("text", Text)],
            TEXT,
            "Returns the characters of the text from the last to the first.",
            "reverse(plan) = 'orp'",
        ),
        function(
            Id::Repeat,
            "repeat",
            &[("text", Text), ("count", Digits(0))],
            TEXT,
            "Repeats the text count times.",
            "repeat(plan, 2) = 'propro'",
        ),
        function(Id::Abs, "abs", &[("number", Number)], Returns::First, "Returns the number without its sign.", "abs(age - 40) < 5"),
        function(
            Id::Round,
            "round",
            &[("number", Number), ("digits", WholeNumber)],
            Returns::Rounded,
            "Rounds to a number of digits after the point, halves away from zero; a negative number of digits rounds to tens, hundreds …",
            "round(discount_share, 1) = 0.3",
        )
        .checking(&[(1, ArgumentCheck::Within(-MAX_DIGITS, MAX_DIGITS))])
        .requiring(1),
        function(
            Id::Trunc,
            "trunc",
            &[("number", Number)],
            Returns::Rounded,
            "Cuts off the digits after the point.",
            "trunc(spend_12m) = 100",
        ),
        function(
            Id::Floor,
            "floor",
            &[("number", Number)],
            Returns::Rounded,
            "Rounds down to a whole number.",
            "floor(spend_12m) = 100",
        ),
        function(
            Id::Ceil,
            "ceil",
            &[("number", Number)],
            Returns::Rounded,
            "Rounds up to a whole number.",
            "ceil(spend_12m) = 100",
        )
        .also(&["ceiling"]),
        function(
            Id::Sign,
            "sign",
            &[("number", Number)],
            WHOLE,
            "Returns -1, 0 or 1.",
            "sign(spend_12m - 100) = 1",
        ),
        function(
            Id::Sqrt,
            "sqrt",
            &[("number", Number)],
            FLOAT,
            "Returns the square root; null below zero.",
            "sqrt(spend_12m) > 20",
        ),
        function(
            Id::Power,
            "power",
            &[("base", Number), ("exponent", Number)],
            FLOAT,
            "Raises a number to a power.",
            "power(age, 2) > 1600",
        )
        .also(&["pow"]),
        function(
            Id::Exp,
            "exp",
            &[("number", Number)],
            FLOAT,
            "Raises e to a power.",
            "exp(discount_share) > 1.5",
        ),
        function(
            Id::Ln,
            "ln",
            &[("number", Number)],
            FLOAT,
            "Returns the natural logarithm; null at zero and below.",
            "ln(spend_12m) > 5",
        ),
        function(
            Id::Log10,
            "log10",
            &[("number", Number)],
            FLOAT,
            "Returns the logarithm to the base 10; null at zero and below.",
            "log10(spend_12m) >= 3",
        ),
        function(
            Id::Log,
            "log",
            &[("base", Number), ("number", Number)],
            FLOAT,
            "Returns the logarithm of a number to a base, or of one number to the base 10.",
            "log(2, age) > 5",
        )
        .requiring(1),
        function(
            Id::Coalesce,
            "coalesce",
            &[("value", Alike)],
            Returns::Common,
            "Returns the first of the values that is not null.",
            "coalesce(orders_12m, 0) = 0",
        )
        .also(&["ifnull", "nvl"])
        .and_more(Nulls::LeftOut),
        function(
            Id::Greatest,
            "greatest",
            &[("value", Alike)],
            Returns::Common,
            "Returns the largest of the values and leaves nulls out.",
            "greatest(orders_12m, opens_90d) > 20",
        )
        .and_more(Nulls::LeftOut),
        function(
            Id::Least,
            "least",
            &[("value", Alike)],
            Returns::Common,
            "Returns the smallest of the values and leaves nulls out.",
            "least(orders_12m, opens_90d) > 20",
        )
        .and_more(Nulls::LeftOut),
        function(
            Id::Strftime,
            "strftime",
            &[("date", Date), ("format", QuotedText)],
            TEXT,
            "Writes a date by a format such as '%Y-%m'.",
            "strftime(signup_date, '%Y-%m') = '2025-03'",
        )
        .checking(&[(1, ArgumentCheck::TimeFormat)]),
    ]
};

/// Maximum number of digits, either way, that a number is rounded to: a float has no more.
const MAX_DIGITS: i64 = 15;

const TEXT: Returns = Returns::Kind(ColumnType::Text);

const WHOLE: Returns = Returns::Kind(ColumnType::Integer);

const FLOAT: Returns = Returns::Kind(ColumnType::Float);

const TRUTH: Returns = Returns::Kind(ColumnType::Boolean);

const fn function(
    id: FunctionId,
    name: &'static str,
    parameters: &'static [(&'static str, Parameter)],
    returns: Returns,
    doc: &'static str,
    example: &'static str,
) -> Function {
    let required = parameters.len();
    Function {
        id,
        name,
        aliases: &[],
        parameters,
        required,
        variadic: false,
        checks: &[],
        nulls: Nulls::Spread,
        returns,
        doc,
        example,
    }
}
