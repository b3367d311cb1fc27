use std::ops::Range;

use polars::prelude::*;

/// A column of text: a dictionary of its distinct values and one code per row.
///
/// Codes follow the order of the values, which is that of their bytes, as polars sorts text. A row without a value has
/// [`CodedColumn::null_code`], the code after the last value's. That code exists even if there are no such rows.
#[derive(Debug, Clone)]
pub struct CodedColumn {
    name: PlSmallStr,
    codes: Codes,
    /// Values by code, followed by null.
    dictionary: StringChunked,
    counts: Vec<u64>,
}

/// One code per row, in the narrowest integers that hold the greatest code.
#[derive(Debug, Clone)]
pub enum Codes {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

/// An integer type for codes.
pub trait Width: Copy + Default + Send + Sync {
    /// Converts a code. The code must fit.
    fn from_code(code: u32) -> Self;

    fn index(self) -> usize;
}

macro_rules! width {
    ($($native:ty),*) => {$(
        impl Width for $native {
            fn from_code(code: u32) -> Self {
                code as $native
            }

            fn index(self) -> usize {
                self as usize
            }
        }
    )*};
}

width!(u8, u16, u32);

/// Evaluates the expression with the codes bound to `$codes`, whatever their width.
macro_rules! each_code {
    ($codes:expr, $of_width:ident => $work:expr) => {
        match $codes {
            $crate::engine::local::column::Codes::U8($of_width) => $work,
            $crate::engine::local::column::Codes::U16($of_width) => $work,
            $crate::engine::local::column::Codes::U32($of_width) => $work,
        }
    };
}
pub(super) use each_code;

impl Codes {
    /// Returns an empty sequence of codes, wide enough for `values` values and null.
    pub(super) fn for_values(values: usize) -> Self {
        match values {
            0..=0xFF => Codes::U8(vec![]),
            0x100..=0xFFFF => Codes::U16(vec![]),
            _ => Codes::U32(vec![]),
        }
    }

    pub fn len(&self) -> usize {
        each_code!(self, codes => codes.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, row: usize) -> Option<usize> {
        each_code!(self, codes => codes.get(row).map(|code| code.index()))
    }

    pub fn bytes(&self) -> usize {
        each_code!(self, codes => size_of_val(&codes[..]))
    }

    /// Copies the codes of the rows from `first` on, as many as fit `out`. The rows must exist.
    pub fn copy_into(&self, first: usize, out: &mut [u32]) {
        let rows = first..first + out.len();
        each_code!(self, codes => out.iter_mut().zip(&codes[rows]).for_each(|(out, code)| *out = code.index() as u32));
    }
}

impl CodedColumn {
    /// Creates a column. `values` are distinct and ascending. `counts` has one more element than `values`: the number
    /// of rows without a value.
    pub(in crate::engine::local) fn new<'a>(
        name: PlSmallStr,
        codes: Codes,
        values: impl ExactSizeIterator<Item = &'a str>,
        counts: Vec<u64>,
    ) -> Self {
        let mut dictionary = StringChunkedBuilder::new(name.clone(), values.len() + 1);
        values.for_each(|value| dictionary.append_value(value));
        dictionary.append_null();
        Self { name, codes, dictionary: dictionary.finish(), counts }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn rows(&self) -> usize {
        self.codes.len()
    }

    pub fn codes(&self) -> &Codes {
        &self.codes
    }

    /// Returns the distinct values, ascending, without null, under the column's name. Cheap: no text is copied.
    pub fn values(&self) -> polars::prelude::Column {
        self.dictionary.slice(0, self.null_code()).into_column()
    }

    /// Returns the texts by code; the last one is null. Cheap: no text is copied.
    pub fn dictionary(&self) -> polars::prelude::Column {
        self.dictionary.clone().into_column()
    }

    /// Returns the text of a code; `None` for the code of null.
    pub fn value(&self, code: usize) -> Option<&str> {
        self.dictionary.get(code)
    }

    /// Returns the code of the rows without a value, which is also the number of distinct values.
    pub fn null_code(&self) -> usize {
        self.dictionary.len() - 1
    }

    /// Returns the number of rows of each code; the last element is that of null.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    pub fn nulls(&self) -> u64 {
        self.counts[self.null_code()]
    }

    pub fn bytes(&self) -> usize {
        self.codes.bytes() + self.dictionary.clone().into_series().estimated_size() + size_of_val(&self.counts[..])
    }

    pub fn get(&self, row: usize) -> Option<&str> {
        self.codes.get(row).and_then(|code| self.value(code))
    }

    pub(super) fn slice(&self, rows: Range<usize>) -> PolarsResult<polars::prelude::Column> {
        let mut places = vec![0; rows.len()];
        self.codes.copy_into(rows.start, &mut places);
        let dictionary =
            if self.nulls() == 0 { self.dictionary.slice(0, self.null_code()) } else { self.dictionary.clone() };
        Ok(dictionary.take(&places[..])?.into_column())
    }
}
