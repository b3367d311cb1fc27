//! The program without a screen: keys change its state, and its questions are answered at once.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crosscut::engine::local::LocalEngine;
use crosscut::engine::{Cancel, Engine, ask_each};
use crosscut::study::ThemeName;
use crosscut::tui::core::{
    Action, Answered, Asker, Effect, KeyPress, Keymap, LoadedBase, Query, Request, RunSettings, State,
};
use crosscut::tui::update;

use super::shop::Shop;

pub struct Desk {
    pub state: State,
    engine: Arc<LocalEngine>,
}

impl Desk {
    /// Opens the study, counts the base, and puts the cursor into the filter line.
    pub fn new(shop: &Shop) -> Self {
        let config = &shop.study.config;
        let settings = RunSettings {
            title: "shop".into(),
            value: config.study.value.clone(),
            mask: config.privacy.mask.clone(),
            min_cell: config.privacy.min_cell,
            research: Default::default(),
            theme: ThemeName::Auto,
            abilities: Default::default(),
            mouse: false,
            today: shop.today,
            can_save: false,
            can_create: None,
        };
        let definitions = shop.study.definitions.clone();
        let by_value = definitions.segmentations.iter().find(|segmentation| segmentation.is_by_value());
        let group_by = by_value.map(|segmentation| segmentation.column.as_str().into()).into_iter().collect();
        let query = Query { group_by, ..Query::default() };
        let mut state = State::new(settings, definitions, query, Keymap::default(), crosscut::tui::views::all());
        (state.width, state.height) = (160, 48);
        let mut desk = Self { state, engine: shop.engine.clone() };
        let loaded = LoadedBase {
            schema: Arc::new(shop.engine.schema().clone()),
            customers: shop.rows(),
            engine: None,
            value: config.study.value.clone(),
            notices: Vec::new(),
            part: None,
        };
        desk.act(Action::Loaded(Box::new(loaded)));
        desk.act(Action::CellsFound(shop.cells.clone()));
        desk.act(Action::Key("/".parse().expect("a key")));
        desk
    }

    /// Time until every pane has a new answer; `None` if the key asked nothing, as within an unfinished rule.
    pub fn press(&mut self, key: KeyPress) -> Option<Duration> {
        self.act(Action::Key(key))
    }

    /// Customers of the typed filter; `None` while it is unfinished.
    pub fn customers(&self) -> Option<u64> {
        let summary = &self.state.answers.panes.found.summary;
        let fresh = summary.fresh && self.state.filter.problem.is_none();
        summary.answer.as_ref().filter(|_| fresh).map(|summary| summary.customers)
    }

    fn act(&mut self, action: Action) -> Option<Duration> {
        let began = Instant::now();
        let mut effects: VecDeque<Effect> = update(&mut self.state, action).into();
        let mut suggestions = Vec::new();
        let mut asked = false;
        while let Some(effect) = effects.pop_front() {
            match effect {
                // Suggestions are not a pane; they are requested once per column.
                Effect::Ask(ask) if ask.asker == Asker::Values => suggestions.push(ask),
                Effect::Ask(ask) => {
                    asked = true;
                    effects.extend(self.answer(ask));
                }
                _ => {}
            }
        }
        let took = began.elapsed();
        suggestions.into_iter().for_each(|ask| drop(self.answer(ask)));
        asked.then_some(took)
    }

    /// Answers one question after the other, as a worker does.
    fn answer(&mut self, ask: Request) -> Vec<Effect> {
        let Request { asker, generation, questions } = ask;
        let mut effects = Vec::new();
        let (slots, questions): (Vec<_>, Vec<_>) = questions.into_iter().unzip();
        let results = ask_each(self.engine.as_ref(), &questions, &Cancel::new());
        for ((slot, question), result) in slots.into_iter().zip(&questions).zip(results) {
            assert!(result.is_ok(), "{question:?}: {result:?}");
            let answered = Answered { asker, slot, generation, result, took: Duration::ZERO };
            effects.extend(update(&mut self.state, Action::Answered(answered)));
        }
        effects
    }
}
