//! A persona's card.

use super::{any_table, barred, block, code, code_in_text, escape, index, percent, shown, table};
use crate::insight::card::{AttributeFacts, ClaimFacts, Facts, Size, SpanFacts, needs_research};
use crate::insight::format::{self, traits as trait_text};
use crate::insight::why::Trait;
use crate::model::{Claim, Evidence, JourneyStage};
use crate::report::html::{MAX_TRAITS, OF_THE_RULE};
use crate::report::words::{effect, known, lists, no_effect, quoted, reached, stage_texts, typical};
use crate::report::{PersonaSheet, StudyReport, clean};

/// Returns the persona's card as a section of the page.
pub fn section(report: &StudyReport, sheet: &PersonaSheet) -> String {
    let facts = &sheet.facts;
    let parts = [
        introduction(sheet),
        audience(report, sheet),
        profile(sheet),
        typical_customer(facts),
        traits(facts),
        attributes(&facts.attributes),
        journey(sheet),
        spans(&facts.spans),
        claims(sheet),
    ];
    parts.concat()
}

fn introduction(sheet: &PersonaSheet) -> String {
    let persona = &sheet.persona;
    let mut text = format!("\n## {}\n\n{}\n\n", escape(sheet.name()), code_in_text(&format!("@{}", persona.id)));
    let drawn = persona.portrait.as_ref().filter(|portrait| !portrait.trim().is_empty());
    text.extend(drawn.map(|portrait| format!("{}\n", block(portrait))));
    text.extend(persona.quote.as_ref().map(|quote| format!("> {}\n\n", escape(&quoted(quote)))));
    let missing = needs_research(persona);
    if !missing.is_empty() {
        text += &format!("◌ *needs research: {}*\n\n", missing.join(", "));
    }
    text.extend(sheet.facts.stale.iter().map(|reason| format!("⚠ *stale: {}*\n\n", escape(&reason.to_string()))));
    text.extend(persona.reviewed.as_ref().map(|review| format!("last reviewed {}\n\n", review.date)));
    for paragraph in persona.bio.iter().flat_map(|bio| clean::paragraphs(bio)) {
        text += &format!("{}\n\n", escape(&paragraph));
    }
    text
}

fn audience(report: &StudyReport, sheet: &PersonaSheet) -> String {
    let figures = match known(&sheet.facts.size) {
        Err(reason) => format!("! {}\n\n", escape(&reason)),
        Ok(size) => sizes(report.head.value.as_deref(), size),
    };
    format!("{figures}Audience: {}\n\n", code_in_text(&sheet.rule))
}

fn sizes(value: Option<&str>, size: &Size) -> String {
    let mut columns = vec!["customers".to_owned(), "of base".to_owned()];
    let mut row = vec![format!("**{}**", shown(size.customers)), percent(size.share_of_base)];
    if let Some(value) = value {
        columns.extend(["of value".to_owned(), format!("mean {}", code(value)), "value index".to_owned()]);
        row.extend([percent(size.share_of_value), format::amount(size.mean_value), index(size.value_index)]);
    }
    any_table(columns, &[], vec![row])
}

fn profile(sheet: &PersonaSheet) -> String {
    let lists = lists(&sheet.persona).into_iter().filter(|(_, items)| !items.is_empty());
    let list = |(title, items): (&str, &[String])| {
        let items: String = items.iter().map(|item| format!("- {}\n", escape(item))).collect();
        format!("**{title}**\n\n{items}\n")
    };
    lists.map(list).collect()
}

fn typical_customer(facts: &Facts) -> String {
    if facts.typical.is_empty() {
        return String::new();
    }
    let rows = facts.typical.iter().map(|one| {
        let (here, base) = typical(&one.what);
        [code(&one.column), escape(&here), escape(&base)]
    });
    format!("### Typical customer\n\n{}", table(["column", "typical", "base"], &[1, 2], rows))
}

fn traits(facts: &Facts) -> String {
    let traits = &facts.traits;
    if traits.too_few || (traits.found.is_empty() && traits.of_the_rule.is_empty()) {
        return String::new();
    }
    let mut text = "### What sets them apart\n\n".to_owned();
    text += &match traits.found.as_slice() {
        [] => "Nothing else sets them apart from everyone else.\n\n".to_owned(),
        found => trait_table(found, MAX_TRAITS),
    };
    if !traits.of_the_rule.is_empty() {
        let table = trait_table(&traits.of_the_rule, OF_THE_RULE);
        text += &format!("By definition, in columns that the audience’s own rule reads:\n\n{table}");
    }
    text
}

fn trait_table(traits: &[Trait], most: usize) -> String {
    let rows = traits.iter().take(most).map(|one| {
        let sides = trait_text::sides(one).map(|side| escape(&side));
        [code(&trait_text::name(one)), sides.inside, sides.outside, trait_text::effect(one.smd), index(one.index)]
    });
    table(["trait", "audience", "everyone else", "SMD", "index"], &[], rows)
}

fn attributes(attributes: &[AttributeFacts]) -> String {
    if attributes.is_empty() {
        return String::new();
    }
    let rows = attributes.iter().map(|one| match known(&one.figures) {
        Err(reason) => [code(&one.text), format!("! {}", escape(&reason)), String::new(), String::new(), String::new()],
        Ok(figures) => [
            code(&one.text),
            percent(figures.share_of_base),
            percent(figures.share_of_audience),
            index(figures.index),
            format!("{} {}", shown(figures.all_so_far), barred(figures.all_share_of_base)),
        ],
    });
    format!(
        "### Attributes\n\n{}",
        table(["attribute", "of base", "of the audience", "index", "all so far, of base"], &[], rows)
    )
}

fn journey(sheet: &PersonaSheet) -> String {
    let journey = &sheet.persona.journey;
    if journey.is_empty() {
        return String::new();
    }
    let stages = journey.iter().map(|stage| escape(&stage.stage));
    let columns: Vec<String> = std::iter::once(String::new()).chain(stages).collect();
    let left: Vec<usize> = (0..columns.len()).collect();
    let mut rows: Vec<Vec<String>> = (0..4).filter_map(|part| journey_row(journey, part)).collect();
    if sheet.facts.flow.iter().any(|stage| stage.reached.is_some()) {
        let come = sheet.facts.flow.iter().map(|stage| match stage.reached.as_ref().map(known) {
            None => "–".to_owned(),
            Some(Ok(figures)) => escape(&reached(figures)),
            Some(Err(reason)) => format!("! {}", escape(&reason)),
        });
        rows.push(std::iter::once("reached".to_owned()).chain(come).collect());
    }
    format!("### Journey\n\n{}", any_table(columns, &left, rows))
}

/// Returns one kind of text of every stage; `None` if no stage has it.
fn journey_row(journey: &[JourneyStage], part: usize) -> Option<Vec<String>> {
    let texts: Vec<_> = journey.iter().filter_map(|stage| stage_texts(stage).into_iter().nth(part)).collect();
    let (name, _) = texts.first()?;
    texts.iter().any(|(_, text)| text.is_some()).then(|| {
        let cells = texts.iter().map(|(_, text)| text.as_deref().map_or_else(|| "–".into(), escape));
        std::iter::once((*name).to_owned()).chain(cells).collect()
    })
}

fn spans(spans: &[SpanFacts]) -> String {
    if spans.is_empty() {
        return String::new();
    }
    let rows = spans.iter().map(|span| match known(&span.figures) {
        Err(reason) => {
            [code(&span.name), format!("! {}", escape(&reason)), String::new(), String::new(), String::new()]
        }
        Ok(figures) => [
            code(&span.name),
            shown(figures.both),
            barred(figures.composition),
            barred(figures.penetration),
            index(figures.index),
        ],
    });
    format!(
        "### Segments spanned\n\n{}",
        table(["segment", "customers in both", "of the persona", "of the segment", "index"], &[2, 3], rows)
    )
}

fn claims(sheet: &PersonaSheet) -> String {
    if sheet.persona.claims.is_empty() {
        return String::new();
    }
    let claims = sheet.persona.claims.iter().zip(&sheet.facts.claims);
    format!("### Claims\n\n{}\n", claims.map(|(claim, facts)| one_claim(claim, facts)).collect::<String>())
}

fn one_claim(claim: &Claim, facts: &ClaimFacts) -> String {
    let mut text = format!("- **{} {}**: {}\n", facts.state.mark(), facts.state.word(), escape(&claim.text));
    text.extend(claim.check.as_ref().map(|check| format!("  - check {}\n", code_in_text(check))));
    let figures = facts.effect.as_ref().map(effect).or_else(|| no_effect(facts));
    text.extend(figures.map(|figures| format!("  - {}\n", escape(&figures))));
    if claim.evidence.is_empty() {
        text += "  - ◌ *no evidence yet*\n";
    }
    text.extend(claim.evidence.iter().map(|evidence| format!("  - {}\n", source(evidence))));
    text
}

fn source(evidence: &Evidence) -> String {
    let mut text = format!("{} **{}**", evidence.kind.word(), escape(&evidence.source));
    text.extend(evidence.date.as_ref().map(|date| format!(" · {date}")));
    text.extend(evidence.quote.as_ref().map(|quote| format!(": *{}*", escape(&quoted(quote)))));
    text.extend(evidence.note.as_ref().map(|note| format!(" (note: {})", code_in_text(note))));
    text
}
