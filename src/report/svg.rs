//! Small pictures in SVG. Those beside a number that says the same are hidden from screen readers; the others have a
//! title and a description.
//!
//! Bars and curves are drawn in a box that stretches to its place, so they contain no text: text stands around them
//! and wraps normally. Colours come from the style sheet, by class.

use maud::{Markup, html};

use super::clean;
use crate::insight::card::initials;
use crate::text;

/// Formats a number for an attribute, with at most two decimals.
pub fn n(number: f64) -> String {
    let number = if number.is_finite() { number } else { 0.0 };
    let text = format!("{number:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".into() } else { short.into() }
}

/// Draws a bar for a share between 0 and 1, in a track.
pub fn bar(share: Option<f64>) -> Markup {
    let Some(share) = share else { return Markup::default() };
    in_track(html! { rect.fill width=(n(width(share, 100.0))) height="10" {} })
}

/// Draws a step of a waterfall: a bar up to `before`, and the part from there to `total` highlighted.
pub fn step(before: Option<f64>, total: Option<f64>) -> Markup {
    let (Some(before), Some(total)) = (before, total) else { return Markup::default() };
    let (before, total) = (before.clamp(0.0, 1.0), total.clamp(0.0, 1.0));
    let added = width((total - before).max(0.0), 100.0);
    in_track(html! {
        rect.before width=(n(before * 100.0)) height="10" {}
        rect.fill x=(n(before * 100.0)) width=(n(added)) height="10" {}
    })
}

/// Draws a standardized difference as a bar from the middle, to the right above 0 and to the left below. A difference
/// of `wide` fills its side.
pub fn effect(smd: f64, wide: f64) -> Markup {
    let long = width((smd.abs() / wide).min(1.0), 50.0);
    let (class, x) = if smd < 0.0 { ("less", 50.0 - long) } else { ("fill", 50.0) };
    in_track(html! {
        rect class=(class) x=(n(x)) width=(n(long)) height="10" {}
        path.axis d="M50 0V10" {}
    })
}

fn in_track(bar: Markup) -> Markup {
    html! {
        svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="100" height="10" {}
            (bar)
        }
    }
}

/// Returns the width of a share, such that shares above 0 are always visible.
fn width(share: f64, of: f64) -> f64 {
    let width = share.clamp(0.0, 1.0) * of;
    if share > 0.0 { width.max(0.8) } else { width }
}

/// Draws shares that add up to everyone, side by side. `shares` pairs each with its class.
pub fn stacked(title: &str, shares: &[(&str, Option<f64>)]) -> Markup {
    let wide = |share: &Option<f64>| share.unwrap_or(0.0).clamp(0.0, 1.0) * 100.0;
    let before = |i: usize| shares[..i].iter().map(|(_, share)| wide(share)).sum::<f64>();
    html! {
        svg.stacked viewBox="0 0 100 10" preserveAspectRatio="none" role="img" {
            title { (title) }
            rect.track width="100" height="10" {}
            @for (i, (class, share)) in shares.iter().enumerate() {
                rect class=(class) x=(n(before(i))) width=(n(wide(share))) height="10" {}
                path.gap d={ "M" (n(before(i + 1))) " 0V10" } {}
            }
        }
    }
}

/// Draws the portrait: the study's characters if there are any, otherwise the initials.
pub fn portrait(name: &str, drawn: Option<&str>) -> Markup {
    match drawn.map(clean::lines).filter(|lines| lines.iter().any(|line| !line.is_empty())) {
        Some(lines) => html! {
            pre.portrait role="img" aria-label={ "portrait of " (name) } { (lines.join("\n")) }
        },
        None => badge(name, "portrait"),
    }
}

/// Draws initials in a box.
pub fn badge(name: &str, class: &str) -> Markup {
    html! {
        svg class=(class) viewBox="0 0 96 96" aria-hidden="true" {
            rect.ground width="96" height="96" rx="18" {}
            path.figure d="M22 96c2-16 13-23 26-23s24 7 26 23z" {}
            text x="48" y="55" text-anchor="middle" { (initials(&clean::line(name))) }
        }
    }
}

/// Draws the feeling curve: a point for each stage's score from −2 (bad, at the bottom) to 2 (good, at the top),
/// joined by a line. A stage without a score leaves a gap.
pub fn curve(title: &str, stages: &[(String, Option<i8>)]) -> Markup {
    let width = stages.len() * 100;
    let scores: Vec<String> =
        stages.iter().filter_map(|(stage, score)| Some(format!("{stage} {}", (*score)?))).collect();
    let points: Vec<Option<(f64, f64)>> =
        stages.iter().enumerate().map(|(i, (_, score))| Some(point(i, (*score)?))).collect();
    let lines = points.windows(2).filter_map(|pair| Some(curved(pair[0]?, pair[1]?)));
    let dots = stages.iter().zip(&points).filter_map(|((stage, _), at)| Some((stage, (*at)?)));
    let drawn = html! {
        desc { (scores.join(", ")) }
        path.grid d=(format!("M0 10H{width}M0 90H{width}")) {}
        path.zero d=(format!("M0 50H{width}")) {}
        @for line in lines { path.line d=(line) {} }
        // A line of zero length with round ends: a dot that does not stretch with the box.
        @for (stage, (x, y)) in dots { path.dot d={ "M" (n(x)) " " (n(y)) "h0.01" } { title { (stage) } } }
    };
    over_stages("curve", width, title, drawn)
}

fn point(i: usize, score: i8) -> (f64, f64) {
    (i as f64 * 100.0 + 50.0, 50.0 - f64::from(score.clamp(-2, 2)) * 20.0)
}

/// Returns the path of a curve that is level at both ends.
fn curved((x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> String {
    let [x0, middle, x1, y0, y1] = [x0, x0 + 50.0, x1, y0, y1].map(n);
    format!("M{x0} {y0}C{middle} {y0} {middle} {y1} {x1} {y1}")
}

/// Draws the user flow: a bar for each stage, as high as the share of the audience that came this far, and the
/// transition to the next known one.
pub fn flow(title: &str, stages: &[(String, Option<f64>)]) -> Markup {
    let width = stages.len() * 100;
    let top = |share: f64| 100.0 - share.clamp(0.0, 1.0) * 96.0;
    let known: Vec<(f64, f64, &str)> = stages
        .iter()
        .enumerate()
        .filter_map(|(i, (stage, share))| Some((i as f64 * 100.0, top((*share)?), stage.as_str())))
        .collect();
    let ways = known.windows(2).map(|pair| {
        let [(x0, y0, _), (x1, y1, _)] = [pair[0], pair[1]];
        let [x0, x1, y0, y1] = [x0 + 82.0, x1 + 18.0, y0, y1].map(n);
        format!("M{x0} {y0}L{x1} {y1}V100H{x0}z")
    });
    let drawn = html! {
        path.grid d=(format!("M0 4H{width}")) {}
        @for way in ways { path.way d=(way) {} }
        @for (x, y, stage) in &known {
            // A stage that nobody reaches is a line on the floor.
            @let y = y.min(99.0);
            rect.fill x=(n(x + 18.0)) y=(n(y)) width="64" height=(n(100.0 - y)) { title { (stage) } }
        }
        path.floor d=(format!("M0 100H{width}")) {}
    };
    over_stages("flow", width, title, drawn)
}

fn over_stages(class: &str, width: usize, title: &str, drawn: Markup) -> Markup {
    html! {
        svg class=(class) viewBox={ "0 0 " (width) " 100" } preserveAspectRatio="none" role="img" {
            title { (title) }
            (drawn)
        }
    }
}

/// Wraps a name into at most three lines of `cells` cells. What does not fit ends in `…`.
pub fn wrapped(name: &str, cells: usize) -> Vec<String> {
    const LINES: usize = 3;
    let mut lines: Vec<String> = Vec::new();
    for word in clean::line(name).split(' ') {
        match lines.last_mut() {
            Some(last) if text::width(last) + 1 + text::width(word) <= cells => *last = format!("{last} {word}"),
            _ if text::width(word) > cells => lines.extend(at_hyphens(word, cells)),
            _ => lines.push(word.to_owned()),
        }
    }
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    if let Some(last) = lines.last_mut().filter(|_| more) {
        last.push('…');
    }
    lines.iter().map(|line| text::truncate(line, cells).into_owned()).collect()
}

/// Splits a word that is too long for its line after hyphens.
fn at_hyphens(word: &str, cells: usize) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in word.split_inclusive('-') {
        match parts.last_mut() {
            Some(last) if text::width(last) + text::width(part) <= cells => last.push_str(part),
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn svg_numbers_are_short_and_finite() {
        assert_eq!([50.0, 33.333, -0.001, f64::NAN, f64::INFINITY].map(n), ["50", "33.33", "0", "0", "0"]);
    }

    #[test]
    fn bar_is_clamped_to_track_and_small_share_is_visible() {
        let wide = |share| bar(share).into_string();
        assert!(wide(Some(7.0)).contains("class=\"fill\" width=\"100\""));
        assert!(wide(Some(0.0001)).contains("class=\"fill\" width=\"0.8\""));
        assert!(wide(Some(0.0)).contains("class=\"fill\" width=\"0\""));
        assert_eq!(wide(None), "");
        let effect = |smd| effect(smd, 2.0).into_string();
        assert!(effect(f64::NEG_INFINITY).contains("class=\"less\" x=\"0\" width=\"50\""));
        assert!(effect(1.0).contains("class=\"fill\" x=\"50\" width=\"25\""));
    }

    #[test]
    fn curve_leaves_gap_at_missing_score() {
        let stages = [("A", Some(2)), ("B", Some(-9)), ("C", None), ("D", Some(0))];
        let stages = stages.map(|(stage, score)| (stage.to_owned(), score));
        let curve = curve("Feelings", &stages).into_string();
        assert_eq!(curve.matches("class=\"line\"").count(), 1);
        assert_eq!(curve.matches("class=\"dot\"").count(), 3);
        assert!(curve.contains("d=\"M50 10C100 10 100 90 150 90\""), "{curve}");
    }

    #[test]
    fn long_names_are_wrapped_and_truncated() {
        assert_eq!(wrapped("Deal-hunting Dana", 12), ["Deal-hunting", "Dana"]);
        assert_eq!(wrapped("a b c d e f g", 2), ["a", "b", "c…"]);
        assert_eq!(wrapped("Month-to-month Mia", 12), ["Month-to-", "month Mia"]);
        assert_eq!(wrapped("日本日本日本", 5), ["日本…"]);
    }
}
