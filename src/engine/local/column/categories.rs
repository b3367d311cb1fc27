//! Converts categories to codes by renumbering the rows' category numbers. The texts of the rows are not read.

use polars::prelude::*;
use polars_arrow::array::{Array, PrimitiveArray};
use polars_arrow::types::NativeType;
use rayon::prelude::*;

use super::CHUNK;
use super::coded::{CodedColumn, Codes, Width};
use super::dictionary::most_values;
use super::pieces::Pieces;

/// Converts a column of categories. Returns `None` for other types, and if the rows use too many categories for codes
/// to pay off.
pub fn coded(column: &polars::prelude::Column) -> Option<CodedColumn> {
    if let Ok(categories) = column.cat8() {
        return recoded(categories);
    }
    if let Ok(categories) = column.cat16() {
        return recoded(categories);
    }
    recoded(column.cat32().ok()?)
}

fn recoded<T>(categories: &CategoricalChunked<T>) -> Option<CodedColumn>
where
    T: PolarsCategoricalType,
    <T::PolarsPhysical as PolarsNumericType>::Native: Width,
{
    let pieces = Pieces::new(categories.physical());
    let mapping = categories.get_mapping();
    let (by_category, nulls) = counted(&pieces, mapping.num_cats_upper_bound());
    let used = by_category.iter().enumerate().filter(|&(_, &count)| count > 0);
    let text = |(category, &count): (usize, &u64)| Some((mapping.cat_to_str(category as CatSize)?, category, count));
    let mut used: Vec<(&str, usize, u64)> = used.map(text).collect::<Option<_>>()?;
    if used.len() > most_values(pieces.rows()) {
        return None;
    }
    used.par_sort_unstable();
    let mut numbers = vec![0; by_category.len() + 1];
    used.iter().enumerate().for_each(|(code, &(_, category, _))| numbers[category] = code as u32);
    let null = used.len() as u32;
    // The readers of files usually number the categories in ascending order already.
    let are_kept = used.iter().enumerate().all(|(code, &(_, category, _))| code == category);
    let codes = match Codes::for_values(used.len()) {
        Codes::U8(_) => Codes::U8(renumbered(&pieces, &numbers, null, are_kept)),
        Codes::U16(_) => Codes::U16(renumbered(&pieces, &numbers, null, are_kept)),
        Codes::U32(_) => Codes::U32(renumbered(&pieces, &numbers, null, are_kept)),
    };
    let counts = used.iter().map(|&(_, _, count)| count).chain([nulls]).collect();
    Some(CodedColumn::new(categories.name().clone(), codes, used.iter().map(|&(text, ..)| text), counts))
}

/// Returns the number of rows of each category, and the number of rows without one.
fn counted<N: NativeType + Width>(pieces: &Pieces<PrimitiveArray<N>>, categories: usize) -> (Vec<u64>, u64) {
    let threads = rayon::current_num_threads();
    let size = pieces.rows().div_ceil(threads).max(CHUNK);
    let starts: Vec<usize> = (0..pieces.rows()).step_by(size).collect();
    let of_part = |start: usize| {
        let mut counts = vec![0u64; categories];
        let mut nulls = 0;
        for (array, part) in pieces.within(start..start + size) {
            if array.null_count() == 0 {
                tally(&array.values()[part], &mut counts);
                continue;
            }
            for row in part {
                if array.is_valid(row) { counts[array.value(row).index()] += 1 } else { nulls += 1 }
            }
        }
        (counts, nulls)
    };
    let together = |mut a: (Vec<u64>, u64), b: (Vec<u64>, u64)| {
        a.0.iter_mut().zip(&b.0).for_each(|(a, b)| *a += b);
        (a.0, a.1 + b.1)
    };
    starts.into_par_iter().map(of_part).reduce_with(together).unwrap_or_else(|| (vec![0; categories], 0))
}

/// Adds the number of rows of each category to `counts`. Uses four counters per category in turn, since an increment
/// must wait for the previous one of the same counter to be written.
pub fn tally<N: Width>(categories: &[N], counts: &mut [u64]) {
    let mut lanes = vec![[0u32; 4]; counts.len()];
    // Blocks are short enough for 32-bit counters.
    for categories in categories.chunks(1 << 30) {
        lanes.fill([0; 4]);
        let (fours, rest) = categories.as_chunks::<4>();
        for four in fours {
            four.iter().enumerate().for_each(|(lane, category)| lanes[category.index()][lane] += 1);
        }
        rest.iter().for_each(|category| lanes[category.index()][0] += 1);
        counts
            .iter_mut()
            .zip(&lanes)
            .for_each(|(count, lanes)| *count += lanes.iter().map(|&n| u64::from(n)).sum::<u64>());
    }
}

/// Returns the code of each row: the number that replaces its category, or the category itself if `are_kept`.
fn renumbered<N: NativeType + Width, C: Width>(
    pieces: &Pieces<PrimitiveArray<N>>,
    numbers: &[u32],
    null: u32,
    are_kept: bool,
) -> Vec<C> {
    let numbers: Vec<C> = numbers.iter().map(|&code| C::from_code(code)).collect();
    let mut codes = vec![C::default(); pieces.rows()];
    codes.par_chunks_mut(CHUNK).enumerate().for_each(|(at, chunk)| {
        let mut codes = chunk.iter_mut();
        for (array, part) in pieces.within(at * CHUNK..(at + 1) * CHUNK) {
            if are_kept && array.null_count() == 0 {
                let kept = array.values()[part].iter().map(|category| C::from_code(category.index() as u32));
                kept.zip(&mut codes).for_each(|(kept, code)| *code = kept);
                continue;
            }
            for (row, code) in part.zip(&mut codes) {
                *code = if array.is_valid(row) { numbers[array.value(row).index()] } else { C::from_code(null) };
            }
        }
    });
    codes
}
