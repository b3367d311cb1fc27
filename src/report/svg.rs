//! Small pictures in SVG. Those beside a number that says the same are hidden from screen readers; the others have a
//! title and a description.
//!
//! Bars and curves are drawn in a box that stretches to its place, so they contain no text: text stands around them
//! and wraps normally. Colours come from the style sheet, by class.

use super::clean;
use super::html::Html;
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
pub fn bar(html: &mut Html, share: Option<f64>) {
    let Some(share) = share else { return };
    open_bar(html);
    html.put("<rect class=\"fill\" width=\"{}\" height=\"10\"/></svg>", &[&n(width(share, 100.0))]);
}

/// Draws a share on top of those before it: the end of the last one, and what this one adds.
pub fn step(html: &mut Html, before: Option<f64>, total: Option<f64>) {
    let (Some(before), Some(total)) = (before, total) else { return };
    let (before, total) = (before.clamp(0.0, 1.0), total.clamp(0.0, 1.0));
    open_bar(html);
    html.put("<rect class=\"before\" width=\"{}\" height=\"10\"/>", &[&n(before * 100.0)]);
    let added = width((total - before).max(0.0), 100.0);
    html.put("<rect class=\"fill\" x=\"{}\" width=\"{}\" height=\"10\"/></svg>", &[&n(before * 100.0), &n(added)]);
}

/// Draws an effect: to the right of the middle if there is more of it, to the left if there is less. `wide` fills a
/// side.
pub fn effect(html: &mut Html, smd: f64, wide: f64) {
    let long = width((smd.abs() / wide).min(1.0), 50.0);
    let (class, x) = if smd < 0.0 { ("less", 50.0 - long) } else { ("fill", 50.0) };
    open_bar(html);
    html.put("<rect class=\"{}\" x=\"{}\" width=\"{}\" height=\"10\"/>", &[&class, &n(x), &n(long)]);
    html.raw("<path class=\"axis\" d=\"M50 0V10\"/></svg>");
}

fn open_bar(html: &mut Html) {
    html.raw("<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    html.raw("<rect class=\"track\" width=\"100\" height=\"10\"/>");
}

/// Returns the width of a share, such that shares above 0 are always visible.
fn width(share: f64, of: f64) -> f64 {
    let width = share.clamp(0.0, 1.0) * of;
    if share > 0.0 { width.max(0.8) } else { width }
}

/// Draws shares that add up to everyone, side by side. `shares` pairs each with its class.
pub fn stacked(html: &mut Html, title: &str, shares: &[(&'static str, Option<f64>)]) {
    html.raw("<svg class=\"stacked\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" role=\"img\">");
    html.put("<title>{}</title>", &[&title]);
    html.raw("<rect class=\"track\" width=\"100\" height=\"10\"/>");
    let mut x = 0.0;
    for (class, share) in shares {
        let wide = share.unwrap_or(0.0).clamp(0.0, 1.0) * 100.0;
        html.put("<rect class=\"{}\" x=\"{}\" width=\"{}\" height=\"10\"/>", &[class, &n(x), &n(wide)]);
        x += wide;
        html.put("<path class=\"gap\" d=\"M{} 0V10\"/>", &[&n(x)]);
    }
    html.raw("</svg>");
}

/// Draws the portrait: the study's characters if there are any, otherwise the initials.
pub fn portrait(html: &mut Html, name: &str, drawn: Option<&str>) {
    match drawn.map(clean::lines).filter(|lines| lines.iter().any(|line| !line.is_empty())) {
        Some(lines) => {
            html.put("<pre class=\"portrait\" role=\"img\" aria-label=\"portrait of {}\">", &[&name]);
            html.lines(&lines);
            html.raw("</pre>");
        }
        None => badge(html, name, "portrait"),
    }
}

/// Draws initials in a box.
pub fn badge(html: &mut Html, name: &str, class: &'static str) {
    html.put("<svg class=\"{}\" viewBox=\"0 0 96 96\" aria-hidden=\"true\">", &[&class]);
    html.raw("<rect class=\"ground\" width=\"96\" height=\"96\" rx=\"18\"/>");
    html.raw("<path class=\"figure\" d=\"M22 96c2-16 13-23 26-23s24 7 26 23z\"/>");
    let initials = initials(&clean::line(name));
    html.put("<text x=\"48\" y=\"55\" text-anchor=\"middle\">{}</text></svg>", &[&initials]);
}

/// Draws the feeling curve: a point for each stage's score from −2 (bad, at the bottom) to 2 (good, at the top),
/// joined by a line. A stage without a score leaves a gap.
pub fn curve(html: &mut Html, title: &str, stages: &[(String, Option<i8>)]) {
    let width = stages.len() * 100;
    open_wide(html, "curve", width, title);
    let told: Vec<String> = stages.iter().filter_map(|(stage, score)| Some(format!("{stage} {}", (*score)?))).collect();
    html.put("<desc>{}</desc>", &[&told.join(", ")]);
    html.put("<path class=\"grid\" d=\"M0 10H{}M0 90H{}\"/>", &[&width, &width]);
    html.put("<path class=\"zero\" d=\"M0 50H{}\"/>", &[&width]);
    let at = |i: usize, score: i8| (i as f64 * 100.0 + 50.0, 50.0 - f64::from(score.clamp(-2, 2)) * 20.0);
    for (i, pair) in stages.windows(2).enumerate() {
        if let [(_, Some(from)), (_, Some(to))] = pair {
            let ((x0, y0), (x1, y1)) = (at(i, *from), at(i + 1, *to));
            let path = format!(
                "M{} {}C{} {} {} {} {} {}",
                n(x0),
                n(y0),
                n(x0 + 50.0),
                n(y0),
                n(x0 + 50.0),
                n(y1),
                n(x1),
                n(y1)
            );
            html.put("<path class=\"line\" d=\"{}\"/>", &[&path]);
        }
    }
    for (i, (stage, score)) in stages.iter().enumerate() {
        let Some(score) = score else { continue };
        let (x, y) = at(i, *score);
        // A line of zero length with round ends: a dot that does not stretch with the box.
        html.put("<path class=\"dot\" d=\"M{} {}h0.01\"><title>{}</title></path>", &[&n(x), &n(y), &stage]);
    }
    html.raw("</svg>");
}

/// Draws the user flow: a bar for each stage, as high as the share of the audience that came this far, and the
/// transition to the next known one.
pub fn flow(html: &mut Html, title: &str, stages: &[(String, Option<f64>)]) {
    let width = stages.len() * 100;
    open_wide(html, "flow", width, title);
    html.put("<path class=\"grid\" d=\"M0 4H{}\"/>", &[&width]);
    let top = |share: f64| 100.0 - share.clamp(0.0, 1.0) * 96.0;
    let told: Vec<(usize, f64)> =
        stages.iter().enumerate().filter_map(|(i, (_, share))| Some((i, (*share)?))).collect();
    for pair in told.windows(2) {
        if let [(i, from), (j, to)] = pair {
            let (x0, x1) = (n(*i as f64 * 100.0 + 82.0), n(*j as f64 * 100.0 + 18.0));
            let path = format!("M{x0} {}L{x1} {}V100H{x0}z", n(top(*from)), n(top(*to)));
            html.put("<path class=\"way\" d=\"{}\"/>", &[&path]);
        }
    }
    for (i, (stage, share)) in stages.iter().enumerate() {
        let Some(share) = share else { continue };
        let (x, y) = (n(i as f64 * 100.0 + 18.0), top(*share).min(99.0));
        let (y, height) = (n(y), n(100.0 - y));
        html.put("<rect class=\"fill\" x=\"{}\" y=\"{}\" width=\"64\" height=\"{}\">", &[&x, &y, &height]);
        html.put("<title>{}</title></rect>", &[&stage]);
    }
    html.put("<path class=\"floor\" d=\"M0 100H{}\"/></svg>", &[&width]);
}

fn open_wide(html: &mut Html, class: &'static str, width: usize, title: &str) {
    html.put("<svg class=\"{}\" viewBox=\"0 0 {} 100\" preserveAspectRatio=\"none\" role=\"img\">", &[&class, &width]);
    html.put("<title>{}</title>", &[&title]);
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

    fn drawn(draw: impl FnOnce(&mut Html)) -> String {
        let mut html = Html::default();
        draw(&mut html);
        html.finish()
    }

    #[test]
    fn numbers_are_short_and_never_nonsense() {
        assert_eq!([50.0, 33.333, -0.001, f64::NAN, f64::INFINITY].map(n), ["50", "33.33", "0", "0", "0"]);
    }

    #[test]
    fn a_bar_stays_in_its_track_and_what_is_there_is_seen() {
        let wide = |share| drawn(|html| bar(html, share));
        assert!(wide(Some(7.0)).contains("class=\"fill\" width=\"100\""));
        assert!(wide(Some(0.0001)).contains("class=\"fill\" width=\"0.8\""));
        assert!(wide(Some(0.0)).contains("class=\"fill\" width=\"0\""));
        assert_eq!(wide(None), "");
        let effect = |smd| drawn(|html| effect(html, smd, 2.0));
        assert!(effect(f64::NEG_INFINITY).contains("class=\"less\" x=\"0\" width=\"50\""));
        assert!(effect(1.0).contains("class=\"fill\" x=\"50\" width=\"25\""));
    }

    #[test]
    fn the_curve_leaves_a_gap_where_nothing_is_known() {
        let stages = [("A", Some(2)), ("B", Some(-9)), ("C", None), ("D", Some(0))];
        let stages = stages.map(|(stage, score)| (stage.to_owned(), score));
        let curve = drawn(|html| curve(html, "Feelings", &stages));
        assert_eq!(curve.matches("class=\"line\"").count(), 1);
        assert_eq!(curve.matches("class=\"dot\"").count(), 3);
        assert!(curve.contains("d=\"M50 10C100 10 100 90 150 90\""), "{curve}");
    }

    #[test]
    fn long_names_are_wrapped_and_cut() {
        assert_eq!(wrapped("Deal-hunting Dana", 12), ["Deal-hunting", "Dana"]);
        assert_eq!(wrapped("a b c d e f g", 2), ["a", "b", "c…"]);
        assert_eq!(wrapped("Month-to-month Mia", 12), ["Month-to-", "month Mia"]);
        assert_eq!(wrapped("日本日本日本", 5), ["日本…"]);
    }
}
