//! Counts segments, stages and attributes among the audience, by one rule each.

use super::{Card, CheckedOrReason};
use crate::engine::CustomerCount;
use crate::insight::each_count::EachCountInquiry;
use crate::insight::figures;
use crate::insight::inquiry::{FactState, Inquiry, NewestFact};
use crate::insight::suppress::{self, DisclosedCount};
use crate::rule::Checked;

/// A segment that the persona spans.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanFacts {
    /// Full name, such as `vip` or `age.25-34`.
    pub name: String,
    pub figures: NewestFact<SpanFigures>,
}

/// Overlap of a persona's audience P and a segment S, in a base of N customers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpanFigures {
    /// Customers in both: |P∩S|.
    pub both: DisclosedCount,
    /// Customers in the segment: |S|.
    pub segment: DisclosedCount,
    /// Share of the segment in the audience: |P∩S| / |S|.
    pub penetration: Option<f64>,
    /// Share of the audience in the segment: |P∩S| / |P|.
    pub composition: Option<f64>,
    /// 100 · (|P∩S| / |P|) / (|S| / N).
    pub index: Option<f64>,
}

/// A stage of the journey.
#[derive(Debug, Clone, PartialEq)]
pub struct StageFacts {
    pub stage: String,
    /// Customers who reached the stage; `None` if the stage has no rule.
    pub reached: Option<NewestFact<StageReach>>,
}

/// Customers of the audience who reached a stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageReach {
    /// Customers for whom this stage's rule is true.
    pub alone: DisclosedCount,
    /// Share of the audience for whom it is true.
    pub share_alone: Option<f64>,
    /// Customers who also reached all previous stages with a rule (the funnel).
    pub so_far: DisclosedCount,
    /// Share of the audience in the funnel at this stage.
    pub share: Option<f64>,
    /// Share of the customers in the funnel at the previous stage who are in it at this stage.
    pub of_before: Option<f64>,
    /// Customers in the funnel at the previous stage and not at this one.
    pub lost: DisclosedCount,
}

/// One of the attributes that describe the persona.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeFacts {
    /// Text of the rule as it is written.
    pub text: String,
    pub figures: NewestFact<AttributeFigures>,
}

/// Frequency of an attribute in the audience and in the base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttributeFigures {
    /// Customers of the base with the attribute.
    pub in_base: DisclosedCount,
    pub share_of_base: Option<f64>,
    /// Customers of the audience with the attribute.
    pub in_audience: DisclosedCount,
    pub share_of_audience: Option<f64>,
    /// 100 · share of the audience / share of the base.
    pub index: Option<f64>,
    /// Customers of the base with this and all previous attributes.
    pub all_so_far: DisclosedCount,
    pub all_share_of_base: Option<f64>,
    /// Customers of the audience with this and all previous attributes.
    pub all_in_audience: DisclosedCount,
    pub all_share_of_audience: Option<f64>,
}

/// Customers with an attribute, with it and all before it, and with all before it.
#[derive(Debug, Clone, Copy)]
struct AttributeCounts {
    alone: CustomerCount,
    all: CustomerCount,
    before: CustomerCount,
}

/// Count of a rule, or the reason why it cannot be counted.
pub(super) type CountResult = Result<CustomerCount, String>;

impl Card {
    /// Returns the audience's size, as a denominator; `None` if it is suppressed.
    pub(super) fn audience_size(&self) -> Option<u64> {
        suppress::of_base(self.size_counted()?.customers, self.base, self.min_cell).count()
    }

    /// Returns a set's customers in the audience and in the base, as they may be shown.
    fn pair(&self, count: CustomerCount) -> (DisclosedCount, DisclosedCount) {
        let audience = self.size_counted().map_or(0, |size| size.customers);
        suppress::pair(count, CustomerCount { in_filter: audience, in_base: self.base }, self.min_cell)
    }

    /// Returns the counts of a group of rules, in the order of the question.
    pub(super) fn counts<'a>(&self, counts: &'a EachCountInquiry) -> NewestFact<&'a [CountResult]> {
        // The figures also need the audience's size.
        match self.questions.size.found.state() {
            FactState::Known(_) => counts.result().as_ref().map(Vec::as_slice),
            FactState::Waiting => NewestFact::default(),
            FactState::Wrong(reason) => NewestFact::wrong(reason),
        }
    }

    /// Returns the overlap with each segment that the persona spans, as far as it is counted.
    pub(super) fn span_facts(&self) -> Vec<SpanFacts> {
        let mut counts = self.counts(&self.questions.spans).map(|counts| {
            let known: Vec<CustomerCount> = counts.iter().filter_map(|counted| counted.clone().ok()).collect();
            let audience = self.size_counted().map_or(0, |size| size.customers);
            let whole = CustomerCount { in_filter: audience, in_base: self.base };
            let mut hidden = suppress::spans::hidden_overlaps(&known, whole, self.min_cell).into_iter();
            let with_hidden =
                |counted: &CountResult| counted.clone().map(|count| (count, hidden.next().unwrap_or(true)));
            counts.iter().map(with_hidden).collect::<Vec<_>>().into_iter()
        });
        let facts = |(name, rule): &(String, CheckedOrReason)| SpanFacts {
            name: name.clone(),
            figures: one(rule, &mut counts, |(count, is_hidden)| self.span_figures(count, is_hidden)),
        };
        self.spans.iter().map(facts).collect()
    }

    fn span_figures(&self, count: CustomerCount, is_hidden: bool) -> SpanFigures {
        let (both, segment) = self.pair(count);
        let both = if is_hidden { suppress::stricter(both, DisclosedCount::Hidden) } else { both };
        let audience = self.audience_size();
        let pair = both.count().zip(segment.count());
        SpanFigures {
            both,
            segment,
            penetration: pair.and_then(|(both, segment)| figures::share(both, segment)),
            composition: both.count().zip(audience).and_then(|(both, audience)| figures::share(both, audience)),
            index: pair.zip(audience).and_then(|((both, s), a)| figures::index(both, a, s, self.base)),
        }
    }

    /// Returns the stages of the journey with the customers who reached them, as far as they are counted.
    pub(super) fn flow(&self) -> Vec<StageFacts> {
        let audience = self.size_counted().map_or(0, |size| size.customers);
        let size = suppress::of_base(audience, self.base, self.min_cell);
        let mut counts = self.counts(&self.questions.flow).map(|counts| {
            let (alone, so_far) = counts.split_at(counts.len() / 2);
            let inside = |counted: &CountResult| counted.clone().map(|count| count.in_filter);
            // A stage that cannot be counted says so itself; all others are suppressed together.
            let known: Vec<u64> = so_far.iter().filter_map(|counted| inside(counted).ok()).collect();
            let mut shown = suppress::funnel(&known, audience, self.min_cell).into_iter();
            let with_shown = |counted: &CountResult| {
                inside(counted).map(|count| (count, shown.next().unwrap_or(DisclosedCount::Hidden)))
            };
            let so_far: Vec<Result<(u64, DisclosedCount), String>> = so_far.iter().map(with_shown).collect();
            let before: Vec<_> = std::iter::once(Ok((audience, size))).chain(so_far.iter().cloned()).collect();
            let stages = alone.iter().zip(so_far).zip(before);
            let stages = stages.map(|((alone, so_far), before)| Ok((inside(alone)?, so_far?, before?)));
            stages.collect::<Vec<_>>().into_iter()
        });
        let mut reached = |rule: &CheckedOrReason| {
            one(rule, &mut counts, |(alone, so_far, before)| self.reached(alone, so_far, before, (audience, size)))
        };
        let stages = self.persona.journey.iter().zip(&self.stages);
        stages
            .map(|(stage, rule)| StageFacts { stage: stage.stage.clone(), reached: rule.as_ref().map(&mut reached) })
            .collect()
    }

    /// Returns a stage's figures from the customers who reached it, those who also reached all previous stages, and
    /// those who reached all previous stages; each of the latter with what is shown of it.
    fn reached(
        &self,
        alone: u64,
        so_far: (u64, DisclosedCount),
        before: (u64, DisclosedCount),
        audience: (u64, DisclosedCount),
    ) -> StageReach {
        let share = |part: DisclosedCount, whole: DisclosedCount| {
            part.count().zip(whole.count()).and_then(|(part, whole)| figures::share(part, whole))
        };
        let lost = suppress::single(before.0.saturating_sub(so_far.0), self.min_cell);
        // Those who are lost are a difference.
        let is_disclosed = so_far.1.count().is_some() && before.1.count().is_some();
        let lost = if is_disclosed { lost } else { suppress::stricter(lost, DisclosedCount::Hidden) };
        // Those at this stage alone, and those at neither, would follow from it.
        let at_neither = (audience.0 + so_far.0).saturating_sub(alone + before.0);
        let is_beside = so_far.1.count().is_some() && suppress::is_few(alone.saturating_sub(so_far.0), self.min_cell);
        let alone = match suppress::within(alone, audience.0, self.min_cell) {
            DisclosedCount::Count(_) if is_beside || (is_disclosed && suppress::is_few(at_neither, self.min_cell)) => {
                DisclosedCount::Hidden
            }
            shown => shown,
        };
        StageReach {
            alone,
            share_alone: share(alone, audience.1),
            so_far: so_far.1,
            share: share(so_far.1, audience.1),
            of_before: share(so_far.1, before.1),
            lost,
        }
    }

    /// Returns the frequency of each attribute, as far as it is counted.
    pub(super) fn attribute_facts(&self) -> Vec<AttributeFacts> {
        let mut counts = self.counts(&self.questions.attributes).map(|counts| {
            let (alone, all_so_far) = counts.split_at(counts.len() / 2);
            // Each funnel stands on one screen: no two of its counts may be a few apart. An attribute that cannot be counted says so itself.
            let known: Vec<CustomerCount> = all_so_far.iter().filter_map(|counted| counted.clone().ok()).collect();
            let funnel = |of: fn(&CustomerCount) -> u64, whole: u64| {
                let counts: Vec<u64> = known.iter().map(of).collect();
                suppress::funnel(&counts, whole, self.min_cell)
            };
            let audience = self.size_counted().map_or(0, |size| size.customers);
            let (inside, base) = (funnel(|count| count.in_filter, audience), funnel(|count| count.in_base, self.base));
            let mut funnels = inside.into_iter().zip(base);
            let mut before = CustomerCount { in_filter: audience, in_base: self.base };
            let with_funnel = |(alone, all): (&CountResult, &CountResult)| {
                let (alone, all) = (alone.clone()?, all.clone()?);
                let funnel = funnels.next().unwrap_or((DisclosedCount::Hidden, DisclosedCount::Hidden));
                let steps = AttributeCounts { alone, all, before: std::mem::replace(&mut before, all) };
                Ok((steps, funnel))
            };
            alone.iter().zip(all_so_far).map(with_funnel).collect::<Vec<_>>().into_iter()
        });
        let mut figures = |rule: &CheckedOrReason| {
            one(rule, &mut counts, |(counts, funnel): (AttributeCounts, _)| {
                let own = self.pair(counts.all);
                let all = (suppress::stricter(funnel.0, own.0), suppress::stricter(funnel.1, own.1));
                // An attribute may be a segment, whose size stands elsewhere: few may be in it and not in all before, or in
                // neither.
                let AttributeCounts { alone, all: both, before } = counts;
                let size = self.size_counted().map_or(0, |size| size.customers);
                let of = |count: fn(CustomerCount) -> u64, whole: u64| {
                    suppress::overlap(count(both), count(before), count(alone), whole, self.min_cell)
                };
                let (inside, base) = (of(|count| count.in_filter, size), of(|count| count.in_base, self.base));
                let all = (suppress::stricter(all.0, inside), suppress::stricter(all.1, base));
                // The next step is a part of both, so that either would bound the other.
                let hide = |shown: DisclosedCount, beside: DisclosedCount| match beside.count() {
                    Some(_) => shown,
                    None => suppress::stricter(shown, DisclosedCount::Hidden),
                };
                let all = (hide(all.0, all.1), hide(all.1, all.0));
                self.attribute_figures(counts, all)
            })
        };
        let attributes = self.persona.attributes.iter().zip(&self.attributes);
        attributes.map(|(text, rule)| AttributeFacts { text: text.clone(), figures: figures(rule) }).collect()
    }

    fn attribute_figures(
        &self,
        counts: AttributeCounts,
        (all_in_audience, all_so_far): (DisclosedCount, DisclosedCount),
    ) -> AttributeFigures {
        let count = counts.alone;
        let (in_audience, in_base) = self.pair(count);
        let size = self.size_counted().map_or(0, |size| size.customers);
        let beside = |shown: DisclosedCount, all: DisclosedCount, of: fn(CustomerCount) -> u64, whole: u64| {
            // Those who have this attribute but not all before, and those who have neither, would follow from it.
            let (alone, all_count, before) = (of(counts.alone), of(counts.all), of(counts.before));
            let rests = [alone.saturating_sub(all_count), (whole + all_count).saturating_sub(alone + before)];
            let is_few = all.count().is_some() && rests.iter().any(|rest| suppress::is_few(*rest, self.min_cell));
            if is_few { suppress::stricter(shown, DisclosedCount::Hidden) } else { shown }
        };
        let in_audience = beside(in_audience, all_in_audience, |count| count.in_filter, size);
        let in_base = beside(in_base, all_so_far, |count| count.in_base, self.base);
        let audience = self.audience_size();
        let of_base = |part: DisclosedCount| part.count().and_then(|part| figures::share(part, self.base));
        let of_audience =
            |part: DisclosedCount| part.count().zip(audience).and_then(|(part, a)| figures::share(part, a));
        let counts = in_audience.count().zip(in_base.count()).zip(audience);
        AttributeFigures {
            in_base,
            share_of_base: of_base(in_base),
            in_audience,
            share_of_audience: of_audience(in_audience),
            index: counts.and_then(|((both, all), audience)| figures::index(both, audience, all, self.base)),
            all_so_far,
            all_share_of_base: of_base(all_so_far),
            all_in_audience,
            all_share_of_audience: of_audience(all_in_audience),
        }
    }
}

/// Returns the rules without errors.
pub(super) fn good<'a>(rules: impl Iterator<Item = Option<&'a CheckedOrReason>>) -> Vec<Checked> {
    rules.flatten().filter_map(|rule| rule.as_ref().ok().cloned()).collect()
}

/// Returns the rules one by one, then each joined with all previous ones.
pub(super) fn with_all_before(rules: Vec<Checked>) -> Vec<Checked> {
    let mut all: Option<Checked> = None;
    let mut funnel = Vec::with_capacity(rules.len());
    for rule in &rules {
        let next = all.map_or_else(|| rule.clone(), |all| all.and(rule));
        funnel.push(next.clone());
        all = Some(next);
    }
    rules.into_iter().chain(funnel).collect()
}

/// Returns one rule's figures. `counts` yields the next count for each rule without an error.
pub(super) fn one<C, T>(
    rule: &CheckedOrReason,
    counts: &mut NewestFact<impl Iterator<Item = Result<C, String>>>,
    figures: impl FnOnce(C) -> T,
) -> NewestFact<T> {
    if let Err(error) = rule {
        return NewestFact::wrong(error);
    }
    match (&counts.error, &mut counts.answer) {
        (Some(reason), _) => NewestFact::wrong(reason),
        // An answer always has a count for each rule of its question.
        (None, Some(counts)) => match counts.next() {
            Some(Ok(count)) => NewestFact::known(figures(count)),
            Some(Err(reason)) => NewestFact::wrong(reason),
            None => NewestFact::default(),
        },
        (None, None) => NewestFact::default(),
    }
}
