//! Converts text to codes: each part of a file has a dictionary of its own, and the column gets one for all of them.

use polars::prelude::{
    CategoricalPhysical, Categories, ChunkCast, ChunkedArray, DataType, IntoSeries, PlHashMap, PlHashSet, PlSmallStr,
    PolarsNumericType, PolarsResult, Series, StringChunked, UInt8Type, UInt16Type,
};
use polars_arrow::array::{Array, DictionaryArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::types::NativeType;
use rayon::prelude::*;

/// Maximum number of values of a coded column: what two bytes hold, minus the code that polars keeps for itself.
/// Customers are hardly grouped by a column of more values.
pub const MAX_CODES: usize = u16::MAX as usize;

/// Some rows of a text column: codes, and their values.
pub struct CodedPart {
    keys: CodeArray,
    /// Values of the codes, from 0.
    values: Utf8ViewArray,
    /// True for values that some row has: a category without customers would be an empty group.
    used: Vec<bool>,
}

/// Codes of one or two bytes.
enum CodeArray {
    Narrow(PrimitiveArray<u8>),
    Wide(PrimitiveArray<u16>),
}

/// A code of one or two bytes.
trait SmallCode: NativeType + Into<usize> {}
impl SmallCode for u8 {}
impl SmallCode for u16 {}

impl CodedPart {
    /// Creates rows that all have this text.
    pub fn constant(text: &str, len: usize) -> Self {
        let keys = CodeArray::Narrow(PrimitiveArray::from_vec(vec![0; len]));
        Self { keys, values: Utf8ViewArray::from_slice_values([text]), used: vec![true] }
    }

    pub fn narrow(array: &DictionaryArray<u8>) -> Option<Self> {
        Self::new(array.keys().clone(), array.values().as_ref(), CodeArray::Narrow)
    }

    pub fn wide(array: &DictionaryArray<u16>) -> Option<Self> {
        Self::new(array.keys().clone(), array.values().as_ref(), CodeArray::Wide)
    }

    /// Converts polars' categories, if they are few enough.
    pub fn categories(series: &Series) -> Option<Self> {
        let mapping = series.dtype().cat_mapping().ok()?;
        if mapping.num_cats_upper_bound() > MAX_CODES {
            return None;
        }
        let keys = series.to_physical_repr().cast(&DataType::UInt16).ok()?.rechunk();
        let keys = keys.u16().ok()?.downcast_iter().next()?.clone();
        Self::new(keys, mapping.to_arrow(true).as_ref(), CodeArray::Wide)
    }

    fn new<K: SmallCode>(
        keys: PrimitiveArray<K>,
        values: &dyn Array,
        made: impl Fn(PrimitiveArray<K>) -> CodeArray,
    ) -> Option<Self> {
        let values = values.as_any().downcast_ref::<Utf8ViewArray>()?.clone();
        Some(Self { used: used(&keys, values.len()), keys: made(keys), values })
    }

    /// Returns rows without a value.
    pub fn nulls(len: usize) -> Self {
        let keys = PrimitiveArray::new_null(u8::PRIMITIVE.into(), len);
        let values = Utf8ViewArray::new_empty(ArrowDataType::Utf8View);
        Self { keys: CodeArray::Narrow(keys), values, used: Vec::new() }
    }

    pub fn len(&self) -> usize {
        match &self.keys {
            CodeArray::Narrow(keys) => keys.len(),
            CodeArray::Wide(keys) => keys.len(),
        }
    }

    pub fn to_text(&self, name: &PlSmallStr) -> Series {
        let text = |key: Option<usize>| self.values.get(key?);
        let text: StringChunked = match &self.keys {
            CodeArray::Narrow(keys) => keys.iter().map(|key| text(key.map(|key| usize::from(*key)))).collect(),
            CodeArray::Wide(keys) => keys.iter().map(|key| text(key.map(|key| usize::from(*key)))).collect(),
        };
        text.with_name(name.clone()).into_series()
    }

    fn used_values(&self) -> impl Iterator<Item = &str> {
        self.values.values_iter().zip(&self.used).filter(|(_, used)| **used).map(|(value, _)| value)
    }

    /// Returns the rows in other codes: those of the column's own dictionary.
    fn recoded<T: NativeType>(&self, codes: &PlHashMap<&str, T>) -> PrimitiveArray<T> {
        let code = |value| codes.get(value).copied().unwrap_or_default();
        let codes: Vec<T> = self.values.values_iter().map(code).collect();
        match &self.keys {
            CodeArray::Narrow(keys) => {
                // With a place for each byte, none is out of bounds.
                let mut all = [T::default(); 256];
                all.iter_mut().zip(&codes).for_each(|(place, code)| *place = *code);
                with_codes(keys, keys.values().iter().map(|&key| all[usize::from(key)]).collect())
            }
            CodeArray::Wide(keys) => {
                let code = |&key: &u16| codes.get(usize::from(key)).copied().unwrap_or_default();
                with_codes(keys, keys.values().iter().map(code).collect())
            }
        }
    }
}

/// Returns the codes of rows that are null where the keys are.
fn with_codes<K: SmallCode, T: NativeType>(keys: &PrimitiveArray<K>, codes: Vec<T>) -> PrimitiveArray<T> {
    PrimitiveArray::from_vec(codes).with_validity(keys.validity().cloned())
}

/// Returns which values are used. Usually the first rows contain every value, and the rest need not be read.
fn used<K: SmallCode>(keys: &PrimitiveArray<K>, values: usize) -> Vec<bool> {
    let mut used = vec![false; values];
    let mut unmet = values;
    // A null may have any code, even one outside of the dictionary.
    for key in keys.non_null_values_iter() {
        if unmet == 0 {
            break;
        }
        if let Some(used) = used.get_mut(key.into()).filter(|used| !**used) {
            *used = true;
            unmet -= 1;
        }
    }
    used
}

/// Joins the parts to one categorical column, with ascending categories that each have a row. Returns the parts
/// themselves if there would be too many categories.
pub fn join(name: &PlSmallStr, parts: Vec<CodedPart>) -> PolarsResult<Result<Series, Vec<CodedPart>>> {
    let Some(values) = all_values(&parts) else { return Ok(Err(parts)) };
    match CategoricalPhysical::smallest_physical(values.len())? {
        CategoricalPhysical::U8 => categorical::<UInt8Type>(name, &values, &parts),
        _ => categorical::<UInt16Type>(name, &values, &parts),
    }
    .map(Ok)
}

/// Returns the values of all parts in ascending order; `None` if there are too many.
fn all_values(parts: &[CodedPart]) -> Option<Vec<&str>> {
    let mut values = PlHashSet::default();
    for part in parts {
        values.extend(part.used_values());
        if values.len() > MAX_CODES {
            return None;
        }
    }
    let mut values: Vec<&str> = values.into_iter().collect();
    values.sort_unstable();
    Some(values)
}

fn categorical<T>(name: &PlSmallStr, values: &[&str], parts: &[CodedPart]) -> PolarsResult<Series>
where
    T: PolarsNumericType,
    T::Native: TryFrom<usize>,
    ChunkedArray<T>: ChunkCast,
{
    let physical = CategoricalPhysical::smallest_physical(values.len())?;
    let categories = DataType::from_categories(Categories::random(PlSmallStr::EMPTY, physical));
    let mapping = categories.cat_mapping()?;
    for value in values {
        mapping.insert_cat(value)?;
    }
    let code = |code: usize| T::Native::try_from(code).unwrap_or_default();
    let codes: PlHashMap<&str, T::Native> = values.iter().enumerate().map(|(at, value)| (*value, code(at))).collect();
    let chunks: Vec<_> = parts.par_iter().map(|part| part.recoded(&codes)).collect();
    let codes = ChunkedArray::<T>::from_chunk_iter(name.clone(), chunks);
    // SAFETY: every code is an index of `values`, and the new mapping numbers those in the same order; the physical
    // type is that of the codes.
    unsafe { codes.cast_unchecked(&categories) }
}
