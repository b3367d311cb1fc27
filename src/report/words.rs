//! Labels and sentences that HTML and Markdown share.

use crate::insight::card::{ClaimEffect, ClaimFacts, ClaimState, StageReach, TypicalValue};
use crate::insight::format::{self, traits};
use crate::insight::inquiry::{FactState, NewestFact};
use crate::model::{Datum, JourneyStage, Persona};

/// Returns the lists of a profile, in reading order.
pub fn lists(persona: &Persona) -> [(&'static str, &[String]); 7] {
    [
        ("Goals", &persona.goals),
        ("Motivations", &persona.motivations),
        ("Frustrations", &persona.frustrations),
        ("Behaviours", &persona.behaviours),
        ("Attitudes", &persona.attitudes),
        ("Experiences", &persona.experiences),
        ("Channels", &persona.channels),
    ]
}

/// Returns the texts of a stage, by subject. A feeling includes its score: `tense (−1)`.
pub fn stage_texts(stage: &JourneyStage) -> [(&'static str, Option<String>); 4] {
    let feeling = match (&stage.feeling, stage.feeling_score) {
        (Some(feeling), Some(score)) => Some(format!("{feeling} ({})", signed(score))),
        (None, Some(score)) => Some(signed(score)),
        (feeling, None) => feeling.clone(),
    };
    [
        ("doing", stage.doing.clone()),
        ("thinking", stage.thinking.as_deref().map(quoted)),
        ("feeling", feeling),
        ("touchpoint", stage.touchpoint.clone()),
    ]
}

/// Puts a text in typographic quotes, which replace any quotes around it.
pub fn quoted(text: &str) -> String {
    format!("“{}”", text.trim().trim_matches(['“', '”', '"']))
}

fn signed(score: i8) -> String {
    match score {
        0 => "0".into(),
        1.. => format!("+{score}"),
        _ => format!("−{}", score.unsigned_abs()),
    }
}

/// Returns the value, or as an error the text to show in its place.
pub fn known<T>(fact: &NewestFact<T>) -> Result<&T, String> {
    match fact.state() {
        FactState::Known(value) => Ok(value),
        FactState::Waiting => Err("not counted".into()),
        FactState::Wrong(reason) => Err(format!("cannot count: {reason}")),
    }
}

/// Describes a stage's figures: `1,204 · 61.2 % of the audience · 210 lost`.
pub fn reached(reached: &StageReach) -> String {
    let share = format::percent(reached.share);
    format!("{} · {share} of the audience · {} lost", format::shown(reached.so_far), format::shown(reached.lost))
}

/// Describes an effect: `54.2 % of the audience, 31.0 % of everyone else · SMD +0.48 · index 160 · n 1,204 v. 3,796`.
pub fn effect(effect: &ClaimEffect) -> String {
    let shares = effect.shares.map(|share| format::percent(Some(share)));
    let n = effect.n.map(format::count);
    format!(
        "{} of the audience, {} of everyone else · SMD {} · index {} · n {} v. {}",
        shares.inside,
        shares.outside,
        traits::effect(effect.smd),
        format::index(effect.index).trim(),
        n.inside,
        n.outside,
    )
}

/// Returns why a claim has no figures, unless its state already implies it.
pub fn no_effect(claim: &ClaimFacts) -> Option<String> {
    match (&claim.state, claim.effect) {
        (_, Some(_)) => None,
        (ClaimState::Untested(reason), None) => Some(reason.clone()),
        (ClaimState::NotTestable, None) => Some("no check says how the data would show it".into()),
        (ClaimState::Supported | ClaimState::Contradicted | ClaimState::NoDifference, None) => {
            Some("too few customers for figures".into())
        }
        (ClaimState::Waiting, None) => None,
    }
}

/// Describes a typical value, and the base's: `36 (29 to 44)` and `41`; `app (61.2 %)` and `40.1 %`.
pub fn typical(what: &TypicalValue) -> (String, String) {
    match what {
        TypicalValue::Middle { lower, median, upper, in_base } => {
            let [lower, median, upper, in_base] = [lower, median, upper, in_base].map(middle);
            (format!("{median} ({lower} to {upper})"), in_base)
        }
        TypicalValue::Most { value, share, in_base } => {
            let (share, in_base) = (format::percent(Some(*share)), format::percent(Some(*in_base)));
            (format!("{} ({share})", traits::shown(value)), in_base)
        }
    }
}

/// Formats a median, without decimals if it is a whole number, as those of whole numbers mostly are.
fn middle(value: &Datum) -> String {
    match value {
        Datum::Float(number) if number.fract() == 0.0 => format::grouped(*number, 0),
        value => traits::shown(value),
    }
}
