//! Text as codes: each part of a file has a dictionary of its own, the column gets one of them all.

use std::collections::{BTreeSet, HashMap};

use polars::prelude::{
    CategoricalPhysical, Categories, ChunkCast, ChunkedArray, DataType, PlSmallStr, PolarsNumericType, PolarsResult,
    Series, UInt8Type, UInt16Type,
};
use polars_arrow::array::{DictionaryArray, DictionaryKey, PrimitiveArray, Utf8ViewArray};
use polars_arrow::types::NativeType;
use rayon::prelude::*;

/// Values of a column that are still told apart by codes: what two bytes hold, polars keeping one code for itself. A
/// column of more values is hardly one that customers are grouped by.
pub const MOST_CODES: usize = u16::MAX as usize;

/// Some rows of a text column: codes, and what they stand for.
pub struct Coded {
    keys: Keys,
    /// What the codes stand for, from 0; `None` where no row has the code.
    values: Vec<Option<String>>,
}

enum Keys {
    Narrow(PrimitiveArray<u8>),
    Wide(PrimitiveArray<u16>),
}

impl Coded {
    pub fn narrow(array: &DictionaryArray<u8>) -> Option<Self> {
        let keys = array.keys().clone();
        Some(Self { values: used(&keys, texts(array)?), keys: Keys::Narrow(keys) })
    }

    pub fn wide(array: &DictionaryArray<u16>) -> Option<Self> {
        let keys = array.keys().clone();
        Some(Self { values: used(&keys, texts(array)?), keys: Keys::Wide(keys) })
    }

    /// What polars itself has as categories, if they are few enough.
    pub fn categories(series: &Series) -> Option<Self> {
        let mapping = series.dtype().cat_mapping().ok()?;
        let most = mapping.num_cats_upper_bound();
        if most > MOST_CODES {
            return None;
        }
        let keys = series.to_physical_repr().cast(&DataType::UInt16).ok()?.rechunk();
        let keys = keys.u16().ok()?.downcast_iter().next()?.clone();
        let values = (0..most as u32).map(|code| mapping.cat_to_str(code).unwrap_or_default().to_owned());
        Some(Self { values: used(&keys, values.collect()), keys: Keys::Wide(keys) })
    }

    /// Rows that have no value.
    pub fn nulls(len: usize) -> Self {
        let keys = PrimitiveArray::new_null(u8::PRIMITIVE.into(), len);
        Self { keys: Keys::Narrow(keys), values: Vec::new() }
    }

    pub fn len(&self) -> usize {
        match &self.keys {
            Keys::Narrow(keys) => keys.len(),
            Keys::Wide(keys) => keys.len(),
        }
    }

    fn values(&self) -> impl Iterator<Item = &str> {
        self.values.iter().flatten().map(String::as_str)
    }

    /// The rows by other codes: those of the column's own dictionary.
    fn recoded<T: NativeType>(&self, codes: &HashMap<&str, T>) -> PrimitiveArray<T> {
        let code = |value: &Option<String>| value.as_deref().and_then(|value| codes.get(value)).copied();
        let codes: Vec<T> = self.values.iter().map(|value| code(value).unwrap_or_default()).collect();
        match &self.keys {
            Keys::Narrow(keys) => recode(keys, &codes),
            Keys::Wide(keys) => recode(keys, &codes),
        }
    }
}

fn texts<K: DictionaryKey>(array: &DictionaryArray<K>) -> Option<Vec<String>> {
    let values = array.values().as_any().downcast_ref::<Utf8ViewArray>()?;
    Some(values.values_iter().map(str::to_owned).collect())
}

/// The dictionary, less what no row has: a category without customers would be a group of nobody.
fn used<K: NativeType + Into<usize>>(keys: &PrimitiveArray<K>, values: Vec<String>) -> Vec<Option<String>> {
    let mut used = vec![false; values.len()];
    // What stands for a null may be any code, one outside of the dictionary too.
    let mut mark = |key: K| used.get_mut(key.into()).into_iter().for_each(|used| *used = true);
    match keys.validity() {
        None => keys.values().iter().copied().for_each(&mut mark),
        Some(_) => keys.non_null_values_iter().for_each(&mut mark),
    }
    values.into_iter().zip(used).map(|(value, used)| used.then_some(value)).collect()
}

fn recode<K: NativeType + Into<usize>, T: NativeType>(keys: &PrimitiveArray<K>, codes: &[T]) -> PrimitiveArray<T> {
    let recoded: Vec<T> = keys.values().iter().map(|&key| codes.get(key.into()).copied().unwrap_or_default()).collect();
    PrimitiveArray::from_vec(recoded).with_validity(keys.validity().cloned())
}

/// One categorical column of all the parts, its categories in ascending order and every one of some row; the parts
/// themselves if that would be too many categories.
pub fn join(name: &PlSmallStr, parts: Vec<Coded>) -> PolarsResult<Result<Series, Vec<Coded>>> {
    let values: BTreeSet<&str> = parts.iter().flat_map(Coded::values).collect();
    if values.len() > MOST_CODES {
        drop(values);
        return Ok(Err(parts));
    }
    let values: Vec<&str> = values.into_iter().collect();
    match CategoricalPhysical::smallest_physical(values.len())? {
        CategoricalPhysical::U8 => categorical::<UInt8Type>(name, &values, &parts),
        _ => categorical::<UInt16Type>(name, &values, &parts),
    }
    .map(Ok)
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
    let codes: HashMap<&str, T::Native> = values.iter().enumerate().map(|(at, value)| (*value, code(at))).collect();
    let chunks: Vec<_> = parts.par_iter().map(|part| part.recoded(&codes)).collect();
    let codes = ChunkedArray::<T>::from_chunk_iter(name.clone(), chunks);
    // SAFETY: every code is a place in `values`, and the new mapping numbered those in the same order; the physical
    // type is the one of the codes.
    unsafe { codes.cast_unchecked(&categories) }
}

/// The rows of one part as text.
pub fn text(name: &PlSmallStr, part: Coded) -> PolarsResult<Series> {
    match join(name, vec![part])? {
        Ok(categorical) => categorical.cast(&DataType::String),
        // A part's own dictionary is within the limit.
        Err(_) => Ok(Series::new_empty(name.clone(), &DataType::String)),
    }
}
