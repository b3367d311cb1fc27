//! Text as codes: each part of a file has a dictionary of its own, the column gets one of them all.

use polars::prelude::{
    CategoricalPhysical, Categories, ChunkCast, ChunkedArray, DataType, IntoSeries, PlHashMap, PlHashSet, PlSmallStr,
    PolarsNumericType, PolarsResult, Series, StringChunked, UInt8Type, UInt16Type,
};
use polars_arrow::array::{Array, DictionaryArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::types::NativeType;
use rayon::prelude::*;

/// Values of a column that are still told apart by codes: what two bytes hold, polars keeping one code for itself. A
/// column of more values is hardly one that customers are grouped by.
pub const MOST_CODES: usize = u16::MAX as usize;

/// Some rows of a text column: codes, and what they stand for.
pub struct Coded {
    keys: Keys,
    /// What the codes stand for, from 0.
    values: Utf8ViewArray,
    /// Whether any row has the value: a category without customers would be a group of nobody.
    used: Vec<bool>,
}

enum Keys {
    Narrow(PrimitiveArray<u8>),
    Wide(PrimitiveArray<u16>),
}

/// One or two bytes.
trait Key: NativeType + Into<usize> {}
impl Key for u8 {}
impl Key for u16 {}

impl Coded {
    pub fn narrow(array: &DictionaryArray<u8>) -> Option<Self> {
        Self::of(array.keys().clone(), array.values().as_ref(), Keys::Narrow)
    }

    pub fn wide(array: &DictionaryArray<u16>) -> Option<Self> {
        Self::of(array.keys().clone(), array.values().as_ref(), Keys::Wide)
    }

    /// What polars itself has as categories, if they are few enough.
    pub fn categories(series: &Series) -> Option<Self> {
        let mapping = series.dtype().cat_mapping().ok()?;
        if mapping.num_cats_upper_bound() > MOST_CODES {
            return None;
        }
        let keys = series.to_physical_repr().cast(&DataType::UInt16).ok()?.rechunk();
        let keys = keys.u16().ok()?.downcast_iter().next()?.clone();
        Self::of(keys, mapping.to_arrow(true).as_ref(), Keys::Wide)
    }

    fn of<K: Key>(
        keys: PrimitiveArray<K>,
        values: &dyn Array,
        made: impl Fn(PrimitiveArray<K>) -> Keys,
    ) -> Option<Self> {
        let values = values.as_any().downcast_ref::<Utf8ViewArray>()?.clone();
        Some(Self { used: used(&keys, values.len()), keys: made(keys), values })
    }

    /// Rows that have no value.
    pub fn nulls(len: usize) -> Self {
        let keys = PrimitiveArray::new_null(u8::PRIMITIVE.into(), len);
        let values = Utf8ViewArray::new_empty(ArrowDataType::Utf8View);
        Self { keys: Keys::Narrow(keys), values, used: Vec::new() }
    }

    pub fn len(&self) -> usize {
        match &self.keys {
            Keys::Narrow(keys) => keys.len(),
            Keys::Wide(keys) => keys.len(),
        }
    }

    pub fn to_text(&self, name: &PlSmallStr) -> Series {
        let text = |key: Option<usize>| self.values.get(key?);
        let text: StringChunked = match &self.keys {
            Keys::Narrow(keys) => keys.iter().map(|key| text(key.map(|key| usize::from(*key)))).collect(),
            Keys::Wide(keys) => keys.iter().map(|key| text(key.map(|key| usize::from(*key)))).collect(),
        };
        text.with_name(name.clone()).into_series()
    }

    fn used_values(&self) -> impl Iterator<Item = &str> {
        self.values.values_iter().zip(&self.used).filter(|(_, used)| **used).map(|(value, _)| value)
    }

    /// The rows by other codes: those of the column's own dictionary.
    fn recoded<T: NativeType>(&self, codes: &PlHashMap<&str, T>) -> PrimitiveArray<T> {
        let code = |value| codes.get(value).copied().unwrap_or_default();
        let codes: Vec<T> = self.values.values_iter().map(code).collect();
        match &self.keys {
            Keys::Narrow(keys) => recode(keys, &codes),
            Keys::Wide(keys) => recode(keys, &codes),
        }
    }
}

/// Mostly every value is met among the first rows, and the rest need not be looked at.
fn used<K: Key>(keys: &PrimitiveArray<K>, values: usize) -> Vec<bool> {
    let mut used = vec![false; values];
    let mut unmet = values;
    // What stands for a null may be any code, one outside of the dictionary too.
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

fn recode<K: Key, T: NativeType>(keys: &PrimitiveArray<K>, codes: &[T]) -> PrimitiveArray<T> {
    let recoded: Vec<T> = keys.values().iter().map(|&key| codes.get(key.into()).copied().unwrap_or_default()).collect();
    PrimitiveArray::from_vec(recoded).with_validity(keys.validity().cloned())
}

/// One categorical column of all the parts, its categories in ascending order and every one of some row; the parts
/// themselves if that would be too many categories.
pub fn join(name: &PlSmallStr, parts: Vec<Coded>) -> PolarsResult<Result<Series, Vec<Coded>>> {
    let Some(values) = all_values(&parts) else { return Ok(Err(parts)) };
    match CategoricalPhysical::smallest_physical(values.len())? {
        CategoricalPhysical::U8 => categorical::<UInt8Type>(name, &values, &parts),
        _ => categorical::<UInt16Type>(name, &values, &parts),
    }
    .map(Ok)
}

/// In ascending order; `None` if they are too many.
fn all_values(parts: &[Coded]) -> Option<Vec<&str>> {
    let mut values = PlHashSet::default();
    for part in parts {
        values.extend(part.used_values());
        if values.len() > MOST_CODES {
            return None;
        }
    }
    let mut values: Vec<&str> = values.into_iter().collect();
    values.sort_unstable();
    Some(values)
}

fn categorical<T>(name: &PlSmallStr, values: &[&str], parts: &[Coded]) -> PolarsResult<Series>
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
    // SAFETY: every code is a place in `values`, and the new mapping numbered those in the same order; the physical
    // type is the one of the codes.
    unsafe { codes.cast_unchecked(&categories) }
}
