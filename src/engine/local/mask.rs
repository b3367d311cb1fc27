/// The truth of a rule for every customer, one bit each, under SQL's three-valued logic.
///
/// No bit is both true and null, and bits past the last customer are 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    len: usize,
    trues: Vec<u64>,
    /// Absent when the rule is null for nobody.
    nulls: Option<Vec<u64>>,
}

impl Mask {
    pub fn constant(truth: Option<bool>, len: usize) -> Self {
        let words = |on: bool| filled(on, len);
        match truth {
            Some(truth) => Self { len, trues: words(truth), nulls: None },
            None => Self { len, trues: words(false), nulls: Some(words(true)) },
        }
    }

    /// From words whose stray bits (past `len`, or both true and null) may be anything.
    pub fn new(len: usize, mut trues: Vec<u64>, nulls: Option<Vec<u64>>) -> Self {
        trues.resize(len.div_ceil(64), 0);
        clear_past(&mut trues, len);
        let nulls = nulls.map(|mut nulls| {
            nulls.resize(len.div_ceil(64), 0);
            clear_past(&mut nulls, len);
            nulls
        });
        let nulls = nulls.filter(|nulls| nulls.iter().any(|&word| word != 0));
        if let Some(nulls) = &nulls {
            trues.iter_mut().zip(nulls).for_each(|(t, n)| *t &= !n);
        }
        Self { len, trues, nulls }
    }

    /// Customers for whom the rule is true, 64 to a word.
    pub fn trues(&self) -> &[u64] {
        &self.trues
    }

    pub fn is_true(&self, row: usize) -> bool {
        self.trues.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// How many customers the rule is true for.
    pub fn count(&self) -> u64 {
        self.trues.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// How many customers both rules are true for.
    pub fn count_both(&self, other: &Mask) -> u64 {
        self.trues.iter().zip(&other.trues).map(|(a, b)| u64::from((a & b).count_ones())).sum()
    }

    pub fn bytes(&self) -> usize {
        8 * (self.trues.len() + self.nulls.as_ref().map_or(0, Vec::len))
    }

    pub fn and(mut self, other: &Mask) -> Mask {
        self.combine(other, |a, b| (a.0 & b.0, a.1 | b.1));
        self
    }

    pub fn or(mut self, other: &Mask) -> Mask {
        self.combine(other, |a, b| (a.0 | b.0, a.1 & b.1));
        self
    }

    pub fn not(mut self) -> Mask {
        match &self.nulls {
            None => self.trues.iter_mut().for_each(|t| *t = !*t),
            Some(nulls) => self.trues.iter_mut().zip(nulls).for_each(|(t, n)| *t = !(*t | n)),
        }
        clear_past(&mut self.trues, self.len);
        self
    }

    /// `f` gets and gives (true, false) words; what is neither is null.
    fn combine(&mut self, other: &Mask, f: impl Fn((u64, u64), (u64, u64)) -> (u64, u64)) {
        if self.nulls.is_none() && other.nulls.is_none() {
            for (t, o) in self.trues.iter_mut().zip(&other.trues) {
                *t = f((*t, !*t), (*o, !*o)).0;
            }
            clear_past(&mut self.trues, self.len);
            return;
        }
        let mut nulls = Vec::with_capacity(self.trues.len());
        for i in 0..self.trues.len() {
            let (t, no) = f(self.true_false(i), other.true_false(i));
            self.trues[i] = t;
            nulls.push(!(t | no));
        }
        *self = Mask::new(self.len, std::mem::take(&mut self.trues), Some(nulls));
    }

    fn true_false(&self, word: usize) -> (u64, u64) {
        let t = self.trues[word];
        (t, !(t | self.nulls.as_ref().map_or(0, |nulls| nulls[word])))
    }
}

fn filled(on: bool, len: usize) -> Vec<u64> {
    let mut words = vec![if on { u64::MAX } else { 0 }; len.div_ceil(64)];
    clear_past(&mut words, len);
    words
}

fn clear_past(words: &mut [u64], len: usize) {
    if let (Some(last), 1..) = (words.last_mut(), len % 64) {
        *last &= (1 << (len % 64)) - 1;
    }
}

/// The rows whose bit is set, ascending.
pub fn set_rows(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(i, &word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(i * 64 + bit)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUTHS: [Option<bool>; 3] = [Some(true), Some(false), None];

    fn mask(truths: &[Option<bool>]) -> Mask {
        let word = |f: &dyn Fn(Option<bool>) -> bool| {
            vec![truths.iter().enumerate().fold(0, |w, (i, t)| w | u64::from(f(*t)) << i)]
        };
        Mask::new(truths.len(), word(&|t| t == Some(true)), Some(word(&|t| t.is_none())))
    }

    #[test]
    fn and_or_not_are_kleenes() {
        let a: Vec<_> = TRUTHS.iter().flat_map(|t| [*t; 3]).collect();
        let b: Vec<_> = TRUTHS.repeat(3);
        let and = |x: Option<bool>, y: Option<bool>| match (x, y) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        let not = |x: Option<bool>| x.map(|t| !t);
        let both: Vec<_> = a.iter().zip(&b).map(|(x, y)| and(*x, *y)).collect();
        let either: Vec<_> = a.iter().zip(&b).map(|(x, y)| not(and(not(*x), not(*y)))).collect();
        assert_eq!(mask(&a).and(&mask(&b)), mask(&both));
        assert_eq!(mask(&a).or(&mask(&b)), mask(&either));
        assert_eq!(mask(&a).not(), mask(&a.iter().map(|x| not(*x)).collect::<Vec<_>>()));
    }

    #[test]
    fn bits_past_the_end_are_never_counted() {
        for len in [0, 1, 63, 64, 65, 130] {
            let all = Mask::constant(Some(true), len);
            assert_eq!(all.count(), len as u64);
            assert_eq!(Mask::constant(Some(false), len).not(), all);
            assert_eq!(Mask::constant(None, len).not().count(), 0);
            assert_eq!(set_rows(all.trues()).count(), len);
        }
    }
}
