//! The journey: stages in columns under the feeling curve, and the customers who reach each.

use maud::{Markup, html};

use super::defined;
use crate::insight::card::StageFacts;
use crate::insight::format;
use crate::model::JourneyStage;
use crate::report::words::{known, reached, stage_texts};
use crate::report::{PersonaSheet, svg};

/// Maximum number of stages side by side; more continue below, in rows of equal length.
const MAX_STAGES_PER_ROW: usize = 6;

/// Draws the journey; empty if the persona has none.
pub fn section(sheet: &PersonaSheet) -> Markup {
    let journey = &sheet.persona.journey;
    let lines = journey.len().div_ceil(MAX_STAGES_PER_ROW).max(1);
    let abreast = journey.len().div_ceil(lines).max(1);
    let lines = journey.chunks(abreast).zip(sheet.facts.flow.chunks(abreast)).enumerate();
    html! {
        @if !journey.is_empty() {
            section.journey {
                h3 { "Journey" }
                @for (i, (stages, flow)) in lines { (line(sheet.name(), i * abreast, stages, flow)) }
            }
        }
    }
}

fn line(name: &str, first: usize, stages: &[JourneyStage], flow: &[StageFacts]) -> Markup {
    let has_flow = flow.iter().any(|stage| stage.reached.is_some());
    let rows = parts(stages).len() + 1 + usize::from(has_flow);
    html! {
        div.stages style={ "--n:" (stages.len()) ";--rows:" (rows) } {
            (feelings(name, stages))
            ol start=(first + 1) {
                @for (stage, facts) in stages.iter().zip(flow) {
                    li {
                        h4 { (stage.stage) }
                        dl {
                            @for (part, text) in texts(stage, stages) { (defined(part, &text)) }
                            @if has_flow { (defined("reached", &come(facts))) }
                        }
                    }
                }
            }
            @if has_flow { (user_flow(name, flow)) }
        }
    }
}

fn feelings(name: &str, stages: &[JourneyStage]) -> Markup {
    let scores: Vec<_> = stages.iter().map(|stage| (stage.stage.clone(), stage.feeling_score)).collect();
    html! {
        @if scores.iter().any(|(_, score)| score.is_some()) {
            div.drawn {
                span.up { "good" }
                span.down { "bad" }
                (svg::curve(&format!("How {name} feels, from −2 (bad) to 2 (good)"), &scores))
            }
        }
    }
}

fn user_flow(name: &str, flow: &[StageFacts]) -> Markup {
    let share = |stage: &StageFacts| stage.reached.as_ref()?.get()?.share;
    let shares: Vec<_> = flow.iter().map(|stage| (stage.stage.clone(), share(stage))).collect();
    html! {
        div.drawn.flow {
            span { "user flow: how many of the audience reach each stage; the line on top is all of them" }
            (svg::flow(&format!("The share of {name}’s audience that reaches each stage"), &shares))
        }
    }
}

/// Returns a stage's texts, by the parts that at least one of the stages beside it has.
fn texts(stage: &JourneyStage, stages: &[JourneyStage]) -> Vec<(&'static str, String)> {
    let texts = stage_texts(stage);
    let text = |part| texts.iter().find(|(name, _)| *name == part).and_then(|(_, text)| text.clone());
    parts(stages).into_iter().map(|part| (part, text(part).unwrap_or_else(|| format::NOTHING.into()))).collect()
}

/// Returns the parts that at least one of the stages has a text for.
fn parts(stages: &[JourneyStage]) -> Vec<&'static str> {
    let texts: Vec<_> = stages.iter().map(stage_texts).collect();
    let names = ["doing", "thinking", "feeling", "touchpoint"];
    let said = |name: &&str| texts.iter().flatten().any(|(other, text)| other == name && text.is_some());
    names.into_iter().filter(said).collect()
}

fn come(facts: &StageFacts) -> String {
    match facts.reached.as_ref().map(known) {
        None => format::NOTHING.into(),
        Some(Ok(figures)) => reached(figures),
        Some(Err(reason)) => format!("! {reason}"),
    }
}
