//! Random draws that are the same on every machine.
//!
//! They use only IEEE arithmetic, not the platform's `exp` or `ln`, whose last digit differs between systems.

use std::f64::consts::{LN_2, LOG2_E};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Source of one random sequence for each row of a table: a row does not depend on the rows before it.
#[derive(Debug, Clone)]
pub struct DiceBox(ChaCha8Rng);

impl DiceBox {
    /// Creates the source for a seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Returns the generator of a row, the same whatever was drawn before.
    pub fn dice_of_row(&self, row: u64) -> Dice {
        let mut rng = self.0.clone();
        rng.set_stream(row);
        Dice(rng)
    }
}

/// Generator of random numbers, the same for a seed on every machine.
#[derive(Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// Draws uniformly from 0 ≤ x < 1.
    pub fn uniform(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// Returns true with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// Draws uniformly from the integers `low..=high`; returns `low` if the range is empty.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = f64::from((high - low + 1).max(1));
        low + (self.uniform() * width) as i32
    }

    /// Draws one of `items` with probability proportional to its weight.
    pub fn weighted<T: Copy, const N: usize>(&mut self, items: &[T; N], weights: &[u16; N]) -> T {
        const { assert!(N > 0, "there must be something to choose from") };
        let total: u32 = weights.iter().map(|&w| u32::from(w)).sum();
        let mut left = self.uniform() * f64::from(total);
        for (item, &weight) in items.iter().zip(weights) {
            left -= f64::from(weight);
            if left < 0.0 {
                return *item;
            }
        }
        items[N - 1]
    }

    /// Draws one of `items`, all equally likely.
    pub fn any<T: Copy, const N: usize>(&mut self, items: &[T; N]) -> T {
        self.weighted(items, &[1; N])
    }

    /// Draws from a bell-shaped distribution with mean 0 and standard deviation 1, never beyond ±3.47: the sum of four
    /// uniform draws (Irwin–Hall).
    pub fn normal(&mut self) -> f64 {
        let bits = self.0.next_u64();
        let sum: u32 = (0..4).map(|lane| u32::from((bits >> (16 * lane)) as u16)).sum();
        (f64::from(sum) / 65_536.0 - 2.0) * 3.0_f64.sqrt()
    }

    /// Draws from a right-skewed distribution with median 1. `spread` is the standard deviation of its logarithm.
    pub fn skewed(&mut self, spread: f64) -> f64 {
        exp(spread * self.normal())
    }

    /// Draws a number of events with expectation `mean` (Poisson, by Knuth's product of uniforms).
    pub fn count(&mut self, mean: f64) -> i32 {
        let limit = exp(-mean.clamp(0.0, 200.0));
        let (mut product, mut count) = (self.uniform(), 0);
        while product > limit {
            product *= self.uniform();
            count += 1;
        }
        count
    }
}

/// Returns eˣ for |x| ≤ 700: 2ᵏ times a Taylor series of the remainder, which is at most ln 2 / 2.
fn exp(x: f64) -> f64 {
    let k = (x * LOG2_E).round();
    let rest = x - k * LN_2;
    let series = (1..=14).rev().fold(1.0, |sum, n| 1.0 + rest / f64::from(n) * sum);
    series * f64::from_bits(((1023 + k as i64) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(n: u32, mut draw: impl FnMut() -> f64) -> f64 {
        (0..n).map(|_| draw()).sum::<f64>() / f64::from(n)
    }

    #[test]
    fn exp_agrees_with_standard_exponential() {
        for step in -400..=400 {
            let x = f64::from(step) * 0.5;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-13, "exp({x})");
        }
    }

    #[test]
    fn draws_have_expected_moments() {
        let mut dice = DiceBox::new(1).dice_of_row(0);
        assert!((mean(100_000, || dice.uniform()) - 0.5).abs() < 0.01);
        assert!(mean(100_000, || dice.normal()).abs() < 0.02);
        assert!((mean(100_000, || dice.normal().powi(2)) - 1.0).abs() < 0.02);
        assert!((mean(100_000, || f64::from(dice.count(3.5))) - 3.5).abs() < 0.05);
        assert!((mean(100_000, || f64::from(dice.between(2, 4))) - 3.0).abs() < 0.02);
        assert!((mean(100_000, || dice.weighted(&[0.0, 1.0], &[3, 1])) - 0.25).abs() < 0.01);
    }

    #[test]
    fn generator_repeats_draws_of_sample() {
        let mut dice = DiceBox::new(7).dice_of_row(1);
        let first: Vec<i32> = (0..5).map(|_| dice.between(0, 999)).collect();
        assert_eq!(first, FIRST_OF_SEED_7_ROW_1);
    }

    const FIRST_OF_SEED_7_ROW_1: [i32; 5] = [659, 992, 107, 9, 966];
}
