//! Plans the statements of a batch of questions, and runs them in rounds until each question is answered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Instant;

use super::SqlEngine;
use crate::engine::sql::cache::MAX_AGE;
use crate::engine::sql::plan::{AnswerReader, FollowUp, PlanStep, StatementPlan};
use crate::engine::sql::results::{Results, StatementPlace};
use crate::engine::sql::strata::dividing_sets;
use crate::engine::sql::terms::{Resolver, Term};
use crate::engine::sql::{Batches, contrast, counts, groups, page, profile, sets, values, voices};
use crate::engine::{Answer, Cancel, EngineError, Question, QuestionBody};

/// Statements of one batch that run at the same time.
const MAX_IN_FLIGHT: usize = 4;

/// A question whose statements are known.
pub(super) struct PendingQuestion {
    pub(super) at: usize,
    pub(super) needs: Vec<StatementPlace>,
    reading: AnswerReader,
}

/// Questions that a round of statements did not answer.
#[derive(Default)]
struct UnansweredQuestions {
    /// Need more statements.
    next: Vec<(usize, FollowUp)>,
    /// Shared a statement that failed.
    alone: Vec<usize>,
}

impl SqlEngine {
    pub(super) fn new_plan(&self, filter: Option<Term>) -> StatementPlan<'_> {
        let known = self.base_sums.lock().unwrap_or_else(PoisonError::into_inner).fresh(Instant::now(), MAX_AGE);
        StatementPlan::new(self.connection.dialect(), &self.tables, self.customers, filter).with_known(known)
    }

    /// Creates a plan for several questions, with the filter and sets that most of them share.
    pub(super) fn shared_plan(&self, places: &[usize], questions: &[Question]) -> StatementPlan<'_> {
        let questions = || places.iter().map(|at| &questions[*at]);
        let filter = self.shared_filter(questions());
        let overlap = questions().find_map(|question| match &question.body {
            QuestionBody::Overlap(overlap) => Some((question, overlap)),
            _ => None,
        });
        let sets = overlap.map(|(question, overlap)| {
            let resolver = Resolver::new(&self.tables.schema, self.today, question);
            let is_shared = filter.as_ref().is_some_and(|filter| filter.key == resolver.rule(&overlap.filter).key);
            match is_shared {
                true => dividing_sets(resolver.rules(&overlap.rows), resolver.rules(&overlap.columns)),
                false => Vec::new(),
            }
        });
        self.new_plan(filter).by_strata(sets.unwrap_or_default())
    }

    /// Returns the filter of most of the questions that are answered by sums; `None` if it is everyone.
    fn shared_filter<'q>(&self, questions: impl Iterator<Item = &'q Question>) -> Option<Term> {
        use QuestionBody::{Counts, Memberships, Overlap, Summary};
        let is_summed = |body: &QuestionBody| matches!(body, Summary(_) | Counts(_) | Memberships(_) | Overlap(_));
        let filter = |question: &Question| {
            let filter = question.body.filter()?;
            Some(Resolver::new(&self.tables.schema, self.today, question).rule(filter))
        };
        let filters: Vec<Term> = questions.filter(|question| is_summed(&question.body)).filter_map(filter).collect();
        let users = |filter: &Term| filters.iter().filter(|other| other.key == filter.key).count();
        let shared = filters.iter().find(|filter| 2 * users(filter) > filters.len())?;
        (!shared.is_everyone()).then(|| shared.clone())
    }

    pub(super) fn plan_one(
        &self,
        at: usize,
        question: &Question,
        plan: &mut StatementPlan,
    ) -> Result<PendingQuestion, EngineError> {
        let resolver = Resolver::new(&self.tables.schema, self.today, question);
        let reading = match &question.body {
            QuestionBody::Summary(question) => counts::summary(question, &resolver, plan),
            QuestionBody::Counts(question) => counts::counts(question, &resolver, plan),
            QuestionBody::Memberships(question) => counts::memberships(question, &resolver, plan),
            QuestionBody::Coverage(question) => sets::coverage(question, &resolver, plan),
            QuestionBody::Overlap(question) => counts::overlap(question, &resolver, plan),
            QuestionBody::Combinations(question) => sets::combinations(question, &resolver, plan),
            QuestionBody::Groups(question) => groups::groups(question, &resolver, plan),
            QuestionBody::Page(question) => page::page(question, &resolver, plan),
            QuestionBody::Find(question) => page::find(question, &resolver, plan),
            QuestionBody::Quantiles(question) => values::quantiles(question, &resolver, plan),
            QuestionBody::Profile(question) => profile::profile(question, &resolver, plan),
            QuestionBody::Contrast(question) => contrast::contrast(question, &resolver, plan),
            QuestionBody::Voices(question) => voices::voices(question, &resolver, plan),
            QuestionBody::Events(question) => voices::events(question, &resolver, plan),
            QuestionBody::Values(question) => values::values(question, &resolver, plan),
        };
        let needs = plan.take_needs();
        Ok(PendingQuestion { at, needs, reading: reading? })
    }

    /// Refuses a question that this dialect cannot say, before it is planned with others.
    pub(super) fn refuse(&self, question: &Question) -> Result<(), EngineError> {
        let mut plan = self.new_plan(None);
        self.plan_one(0, question, &mut plan)?;
        plan.statements()?;
        Ok(())
    }

    /// Answers these questions by statements that they share. Returns those that have to be asked alone, since a shared
    /// statement failed.
    pub(super) fn answer(
        &self,
        places: &[usize],
        questions: &[Question],
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    ) -> Vec<usize> {
        let mut alone = Vec::new();
        let mut plan = self.shared_plan(places, questions);
        let mut pending = Vec::new();
        for &at in places {
            match self.plan_one(at, &questions[at], &mut plan) {
                Ok(one) => pending.push(one),
                Err(error) => answered(at, Err(error)),
            }
        }
        while !pending.is_empty() {
            let unanswered = self.round(&plan, pending, cancel, answered);
            alone.extend(unanswered.alone);
            (plan, pending) = (self.new_plan(None), Vec::new());
            for (at, next) in unanswered.next {
                match next(&mut plan) {
                    Ok(reading) => pending.push(PendingQuestion { at, needs: plan.take_needs(), reading }),
                    Err(error) => answered(at, Err(error)),
                }
            }
        }
        alone
    }

    /// Runs the statements of a plan, and answers each question as soon as its statements have run.
    fn round(
        &self,
        plan: &StatementPlan,
        mut pending: Vec<PendingQuestion>,
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    ) -> UnansweredQuestions {
        let mut unanswered = UnansweredQuestions::default();
        let mut statements = match plan.statements() {
            Ok(statements) => statements,
            Err(refused) if pending.len() == 1 => {
                answered(pending[0].at, Err(refused.into()));
                return unanswered;
            }
            Err(_) => {
                unanswered.alone = pending.iter().map(|one| one.at).collect();
                return unanswered;
            }
        };
        // The first questions are the most wanted.
        let first = |place: &StatementPlace| pending.iter().find(|one| one.needs.contains(place)).map(|one| one.at);
        statements.sort_by_key(|(place, _)| first(place));
        let mut results = Results::new(plan.layouts());
        let mut failures: HashMap<StatementPlace, EngineError> = HashMap::new();
        let shared: HashMap<StatementPlace, usize> = statements
            .iter()
            .map(|(place, _)| (*place, pending.iter().filter(|one| one.needs.contains(place)).count()))
            .collect();
        let mut settle = |place: Option<StatementPlace>, answer: Option<Result<Arc<Batches>, EngineError>>| {
            match (place, answer) {
                (Some(place), Some(Ok(answer))) => drop(results.answers.insert(place, answer)),
                (Some(place), Some(Err(error))) => drop(failures.insert(place, error)),
                _ => {}
            }
            for one in std::mem::take(&mut pending) {
                let failed = one.needs.iter().find_map(|need| Some((need, failures.get(need)?)));
                match failed {
                    Some((need, EngineError::Failed(_))) if shared.get(need).is_some_and(|users| *users > 1) => {
                        unanswered.alone.push(one.at);
                    }
                    Some((_, error)) => answered(one.at, Err(error.clone())),
                    None if one.needs.iter().all(|need| results.answers.contains_key(need)) => {
                        match (one.reading)(&results) {
                            Ok(PlanStep::Answer(answer)) => answered(one.at, Ok(answer)),
                            Ok(PlanStep::Next(next)) => unanswered.next.push((one.at, next)),
                            Err(error) => answered(one.at, Err(error)),
                        }
                    }
                    None => pending.push(one),
                }
            }
        };
        settle(None, None);
        self.run_all(statements, cancel, &mut |place, answer| {
            let answer = answer.and_then(|answer| plan.check_base(place, &answer).map(|()| answer));
            if let Ok(answer) = &answer {
                let found = plan.found(place, answer);
                let mut sums = self.base_sums.lock().unwrap_or_else(PoisonError::into_inner);
                sums.keep(found, Instant::now(), MAX_AGE);
            }
            settle(Some(place), Some(answer));
        });
        for one in pending {
            answered(
                one.at,
                Err(EngineError::failed("a statement of this question was not run: internal error, please report")),
            );
        }
        unanswered
    }

    /// Runs statements, several at a time; hands their answers over on this thread.
    fn run_all(
        &self,
        statements: Vec<(StatementPlace, String)>,
        cancel: &Cancel,
        done: &mut dyn FnMut(StatementPlace, Result<Arc<Batches>, EngineError>),
    ) {
        if let [(place, statement)] = statements.as_slice() {
            return done(*place, self.run(statement, cancel));
        }
        let workers = statements.len().min(MAX_IN_FLIGHT);
        let queue = Mutex::new(statements.into_iter());
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..workers {
                let (queue, sender) = (&queue, sender.clone());
                scope.spawn(move || {
                    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    while let Some((place, statement)) = next() {
                        // The receiver outlives the workers.
                        drop(sender.send((place, self.run(&statement, cancel))));
                    }
                });
            }
            drop(sender);
            receiver.into_iter().for_each(|(place, answer)| done(place, answer));
        });
    }
}
