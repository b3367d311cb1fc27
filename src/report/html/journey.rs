//! The journey: stages in columns under the feeling curve, and the customers who reach each.

use super::Html;
use crate::insight::card::StageFacts;
use crate::model::JourneyStage;
use crate::report::words::{known, reached, stage_texts};
use crate::report::{Sheet, svg};

/// Maximum number of stages side by side; more continue below, in rows of equal length.
const ABREAST: usize = 6;

pub fn section(html: &mut Html, sheet: &Sheet) {
    let journey = &sheet.persona.journey;
    if journey.is_empty() {
        return;
    }
    html.raw("<section class=\"journey\"><h3>Journey</h3>");
    let lines = journey.len().div_ceil(ABREAST);
    let abreast = journey.len().div_ceil(lines);
    let mut first = 0;
    for (stages, flow) in journey.chunks(abreast).zip(sheet.facts.flow.chunks(abreast)) {
        line(html, sheet.name(), first, stages, flow);
        first += stages.len();
    }
    html.raw("</section>");
}

fn line(html: &mut Html, name: &str, first: usize, stages: &[JourneyStage], flow: &[StageFacts]) {
    let has_flow = flow.iter().any(|stage| stage.reached.is_some());
    let rows = parts(stages).len() + 1 + usize::from(has_flow);
    html.put("<div class=\"stages\" style=\"--n:{};--rows:{}\">", &[&stages.len(), &rows]);
    if stages.iter().any(|stage| stage.feeling_score.is_some()) {
        let scores: Vec<_> = stages.iter().map(|stage| (stage.stage.clone(), stage.feeling_score)).collect();
        html.raw("<div class=\"drawn\"><span class=\"up\">good</span><span class=\"down\">bad</span>");
        svg::curve(html, &format!("How {name} feels, from −2 (bad) to 2 (good)"), &scores);
        html.raw("</div>");
    }
    html.put("<ol start=\"{}\">", &[&(first + 1)]);
    for (stage, facts) in stages.iter().zip(flow) {
        html.put("<li><h4>{}</h4><dl>", &[&stage.stage]);
        let texts = stage_texts(stage);
        for part in parts(stages) {
            let text = texts.iter().find(|(name, _)| *name == part).and_then(|(_, text)| text.clone());
            html.put("<div><dt>{}</dt><dd>{}</dd></div>", &[&part, &text.unwrap_or_else(|| "–".into())]);
        }
        if has_flow {
            html.put("<div><dt>come so far</dt><dd>{}</dd></div>", &[&come(facts)]);
        }
        html.raw("</dl></li>");
    }
    html.raw("</ol>");
    if has_flow {
        let share = |stage: &StageFacts| stage.reached.as_ref()?.get()?.share;
        let shares: Vec<_> = flow.iter().map(|stage| (stage.stage.clone(), share(stage))).collect();
        html.raw("<div class=\"drawn flow\"><span>user flow: how many of the audience come so far; the line above is all of them</span>");
        svg::flow(html, &format!("The share of {name}’s audience that comes as far as each stage"), &shares);
        html.raw("</div>");
    }
    html.raw("</div>");
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
        None => "–".into(),
        Some(Ok(figures)) => reached(figures),
        Some(Err(reason)) => format!("! {reason}"),
    }
}
