//! Changes of personas: every field; text that does not change stays as the person wrote it.

use std::fs;

use crosscut::model::{Claim, Evidence, EvidenceKind, JourneyStage, Persona, Review};
use crosscut::study::{self, Change, Overwrite, SaveError, Study, save};
use tempfile::TempDir;

use crate::study::{folder, shop};

/// Changes a field of a persona.
type Edit = Box<dyn Fn(&mut Persona)>;

const SAMPLE: &str = include_str!("../../sample/personas.toml");

fn study_of(text: &str) -> (TempDir, Study) {
    let folder = folder(&[("config.toml", "[study]\npersonas = \"p.toml\"\n"), ("p.toml", text)]);
    let study = study::load(&folder.path().join("config.toml"), None).unwrap();
    (folder, study)
}

/// Text after a change. Checks that the file reads back as the study in memory.
fn after(text: &str, change: Change) -> String {
    let (folder, mut study) = study_of(text);
    save(&mut study, change, Overwrite::Refuse).unwrap();
    assert_eq!(study, study::load(&folder.path().join("config.toml"), None).unwrap());
    fs::read_to_string(folder.path().join("p.toml")).unwrap()
}

fn edited(text: &str, id: &str, edit: impl Fn(&mut Persona)) -> String {
    let (_folder, study) = study_of(text);
    let mut persona = study.definitions.personas.iter().find(|persona| persona.id == id).unwrap().clone();
    edit(&mut persona);
    after(text, Change::EditPersona { id: id.into(), persona: Box::new(persona) })
}

/// Lines between the common beginning and the common end of both texts: of the old, of the new.
fn difference<'t>(old: &'t str, new: &'t str) -> (Vec<&'t str>, Vec<&'t str>) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let room = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
    (old[head..old.len() - tail].to_vec(), new[head..new.len() - tail].to_vec())
}

#[test]
fn changed_persona_field_changes_only_its_line() {
    type Edit = fn(&mut Persona);
    let edits: [(&str, Edit, &[&str], &[&str]); 12] = [
        ("name", |p| p.name = "Dee".into(), &["name = \"Deal-hunting Dana\""], &["name = \"Dee\""]),
        ("quote", |p| p.quote = None, &["quote = \"I never pay full price.\""], &[]),
        ("portrait", |p| p.portrait = Some("o_o\n \\_/".into()), &[], &["portrait = '''", "o_o", " \\_/'''"]),
        (
            "goal",
            |p| p.goals[1] = "Know \"it\"".into(),
            &["    \"Know the real price of a thing, not the crossed-out one\","],
            &["    'Know \"it\"',"],
        ),
        ("first goal", |p| p.goals.insert(0, "a".into()), &[], &["    \"a\","]),
        ("last goal", |p| p.goals.push("z".into()), &[], &["    \"z\","]),
        ("a goal less", |p| drop(p.goals.remove(0)), &["    \"Get the things on her list, each at its moment\","], &[]),
        (
            "channel",
            |p| p.channels.insert(1, "post".into()),
            &["channels = [\"email\", \"app\", \"parcel locker\"]"],
            &["channels = [\"email\", \"post\", \"app\", \"parcel locker\"]"],
        ),
        (
            "fewer channels",
            |p| p.channels = vec!["app".into()],
            &["channels = [\"email\", \"app\", \"parcel locker\"]"],
            &["channels = [\"app\"]"],
        ),
        ("score", |p| p.journey[2].feeling_score = Some(-2), &["feeling_score = 0"], &["feeling_score = -2"]),
        (
            "claim",
            |p| p.claims[3].check = Some("nps >= 8".into()),
            &["check = \"nps >= 9\""],
            &["check = \"nps >= 8\""],
        ),
        (
            "evidence",
            |p| {
                p.claims[0].evidence[1].date =
                    Some("2026-07-01".parse::<toml::value::Datetime>().unwrap().date.unwrap())
            },
            &["date = 2026-06-30"],
            &["date = 2026-07-01"],
        ),
    ];
    for (what, edit, old, new) in edits {
        let text = edited(SAMPLE, "dana", edit);
        assert_eq!(difference(SAMPLE, &text), (old.to_vec(), new.to_vec()), "{what}");
    }
}

#[test]
fn long_prose_stays_broken_over_lines() {
    let text = edited(SAMPLE, "dana", |p| *p.bio.as_mut().unwrap() += " And so on.");
    let (old, new) = difference(SAMPLE, &text);
    assert!(new.len() <= 6 && old.len() <= 5, "{old:#?}\n{new:#?}");
    assert!(new.iter().all(|line| line.chars().count() <= 121), "{new:#?}");
    for bio in ["  two  blanks ".repeat(20), format!("{}\n\n \\ back\\slash \"quoted\" {0}", "word ".repeat(40))] {
        edited(SAMPLE, "dana", |p| p.bio = Some(bio.clone()));
    }
}

/// After a change of any field in a hand-written file, the file reads back and the rest of it is untouched.
#[test]
fn persona_field_changes_leave_rest_of_file_unchanged() {
    let (_folder, study) = study_of(SAMPLE);
    let evidence = Evidence {
        kind: EvidenceKind::Log,
        source: "new".into(),
        date: None,
        quote: Some("\"q\"".into()),
        note: Some("notes/new.md".into()),
    };
    let claim = Claim { text: "new".into(), check: Some("a = 'x'".into()), evidence: vec![evidence.clone(); 2] };
    let stage = JourneyStage { stage: "new".into(), reached: Some("n > 1".into()), ..JourneyStage::default() };
    let day = "2026-06-30".parse::<toml::value::Datetime>().unwrap().date.unwrap();
    let edits: Vec<Edit> = vec![
        Box::new(|p| p.spans.rotate_left(1)),
        Box::new(|p| p.spans.clear()),
        Box::new(|p| p.narrowed = Some("a = 'b' AND \"c d\" > 1".into())),
        Box::new(|p| p.attributes = vec!["age > 1".into(), "plan = 'pro'".into()]),
        Box::new(|p| p.motivations.clear()),
        Box::new(|p| p.frustrations.reverse()),
        Box::new(|p| p.behaviours.swap(0, 1)),
        Box::new(|p| p.attitudes.extend(["x".to_owned(), "y\nz".to_owned()])),
        Box::new(move |p| p.reviewed = Some(Review { date: day, customers: 5, base: 50 })),
        Box::new(|p| p.journey.swap(0, 1)),
        Box::new(|p| drop(p.journey.remove(1))),
        Box::new(|p| p.journey.rotate_right(1)),
        Box::new(|p| p.journey.clear()),
        Box::new({
            let stage = stage.clone();
            move |p| p.journey.insert(1, stage.clone())
        }),
        Box::new(|p| p.journey.iter_mut().for_each(|stage| stage.reached = Some("x".into()))),
        Box::new(|p| p.claims.swap(0, 1)),
        Box::new(|p| drop(p.claims.remove(0))),
        Box::new(|p| p.claims.clear()),
        Box::new(move |p| p.claims.push(claim.clone())),
        Box::new(move |p| p.claims[0].evidence.insert(0, evidence.clone())),
        Box::new(|p| p.claims.iter_mut().for_each(|claim| claim.evidence.clear())),
        Box::new(|p| p.claims.iter_mut().for_each(|claim| claim.evidence.reverse())),
        Box::new(move |p| *p = Persona { id: p.id.clone(), journey: vec![stage.clone()], ..Persona::default() }),
    ];
    for (n, persona) in study.definitions.personas.iter().enumerate() {
        let start = SAMPLE.find(&format!("id = \"{}\"", persona.id)).unwrap();
        let end = study.definitions.personas.get(n + 1);
        let end = end.map_or(SAMPLE.len(), |next| SAMPLE.find(&format!("id = \"{}\"", next.id)).unwrap());
        let tail = SAMPLE[end..].to_owned();
        for (which, edit) in edits.iter().enumerate() {
            let text = edited(SAMPLE, &persona.id, edit);
            assert!(text.starts_with(&SAMPLE[..start]) && text.ends_with(&tail), "edit {which} of {}", persona.id);
            assert!(!text.contains("\n\n\n"), "edit {which} of {} leaves a hole", persona.id);
        }
        // Change everything at once and back again: the values are the old ones.
        let (_folder, mut study) = study_of(SAMPLE);
        let mut all = persona.clone();
        edits.iter().for_each(|edit| {
            if !all.claims.is_empty() && all.behaviours.len() > 1 && all.journey.len() > 1 {
                edit(&mut all)
            }
        });
        for version in [all, persona.clone()] {
            let change = Change::EditPersona { id: persona.id.clone(), persona: Box::new(version) };
            save(&mut study, change, Overwrite::Refuse).unwrap();
        }
    }
}

const COMMENTED: &str = r#"# Our people

# the first
[[persona]] # d
  id    = "dana"
  name  = 'Dana'   # short
  spans = [        # these
    "a",  # one
    # two
    "b"   # last
  ]
  # stages
  [[persona.journey]]
    stage = "Notice" # s
  # why: asked often
  [[persona.claim]]
    text = "Reads"
    [[persona.claim.evidence]]
      kind   = "log"
      source = "l1" # the log

  [[persona.claim]]
    text = "Buys"

# --- second ---

[[persona]]
  id   = "sam"
  name = "Sam"
  reviewed.date = 2026-01-01
  reviewed.customers = 1
  reviewed.base = 2
"#;

#[test]
fn comments_stay_with_their_keys_and_blocks() {
    let with = |old: &str, new: &str| {
        assert_eq!(COMMENTED.matches(old).count(), 1, "{old}");
        COMMENTED.replace(old, new)
    };
    let text = edited(COMMENTED, "dana", |p| p.spans.push("c".into()));
    assert_eq!(text, with("    \"b\"   # last\n", "    \"b\",   # last\n    \"c\",\n"));
    let text = edited(COMMENTED, "dana", |p| drop(p.spans.remove(0)));
    assert_eq!(text, with("    \"a\",  # one\n", ""));
    let text = edited(COMMENTED, "dana", |p| p.spans.insert(1, "it's".into()));
    assert_eq!(text, with("    # two\n    \"b\"", "    # two\n    \"it's\",\n    \"b\""));
    let text = edited(COMMENTED, "dana", |p| p.quote = Some("Hm".into()));
    assert_eq!(text, with("  # stages\n", "  quote = \"Hm\"\n  # stages\n"));
    let claim = Claim { text: "New".into(), check: Some("x > 1".into()), evidence: Vec::new() };
    let text = edited(COMMENTED, "dana", |p| p.claims.insert(1, claim.clone()));
    let added = "\n  [[persona.claim]]\n    text = \"New\"\n    check = \"x > 1\"\n";
    assert_eq!(text, with("# the log\n", &format!("# the log\n{added}")));
    let text = edited(COMMENTED, "dana", |p| p.claims.swap(0, 1));
    let (claims, rest) = COMMENTED.split_once("# --- second").unwrap();
    let (head, claims) = claims.split_once("  # why").unwrap();
    let (first, second) = claims.split_once("\n\n").unwrap();
    assert_eq!(text, format!("{head}{second}\n  # why{first}\n\n# --- second{rest}").replace("\n\n\n", "\n\n"));
}

#[test]
fn unusual_persona_syntax_is_left_to_its_author() {
    let (_folder, mut study) = study_of(COMMENTED);
    let mut sam = study.definitions.personas[1].clone();
    sam.reviewed = None;
    let change = Change::EditPersona { id: "sam".into(), persona: Box::new(sam) };
    let error = save(&mut study, change, Overwrite::Refuse).unwrap_err();
    assert!(error.to_string().ends_with("is not written as [[persona]] blocks: edit it by hand"), "{error}");
    let inline = "[[persona]]\nid = \"a\"\nname = \"A\"\njourney = [{ stage = \"x\" }]\n";
    let text = edited(inline, "a", |p| p.name = "B".into());
    assert_eq!(text, inline.replace("\"A\"", "\"B\""));
    let block =
        "[[persona]]\nid = \"a\"\nname = \"A\"\n[persona.reviewed]\ndate = 2026-01-01\ncustomers = 1\nbase = 2\n";
    let text = edited(block, "a", |p| p.reviewed.as_mut().unwrap().customers = 7);
    assert_eq!(
        text,
        "[[persona]]\nid = \"a\"\nname = \"A\"\nreviewed = { date = 2026-01-01, customers = 7, base = 2 }\n"
    );
}

#[test]
fn personas_are_added_moved_and_deleted_whole() {
    let ids = |text: &str| -> Vec<String> {
        let (_folder, study) = study_of(text);
        study.definitions.personas.iter().map(|persona| persona.id.clone()).collect()
    };
    let old = ids(SAMPLE);
    for from in 0..old.len() {
        for to in 0..old.len() {
            let text = after(SAMPLE, Change::MovePersona { id: old[from].clone(), to });
            let mut wanted = old.clone();
            let moved = wanted.remove(from);
            wanted.insert(to, moved);
            assert_eq!(ids(&text), wanted);
            let back = after(&text, Change::MovePersona { id: old[from].clone(), to: from });
            assert_eq!(difference(SAMPLE, &back), (vec![], vec![]), "from {from} to {to} and back");
        }
        let (folder, mut study) = study_of(SAMPLE);
        let persona = study.definitions.personas[from].clone();
        save(&mut study, Change::DeletePersona { id: old[from].clone() }, Overwrite::Refuse).unwrap();
        let text = fs::read_to_string(folder.path().join("p.toml")).unwrap();
        assert!(!text.contains("\n\n\n") && text.ends_with("\n") && !text.ends_with("\n\n"));
        let change = Change::AddPersona { persona: Box::new(persona), at: Some(from) };
        assert_eq!(ids(&after(&text, change)), old);
    }
}

#[test]
fn renamed_persona_is_renamed_in_all_references() {
    let (folder, mut study) = shop();
    let segment =
        crosscut::model::Segment { name: "near".into(), kind: None, rule: "@dana AND x > 1".into(), note: None };
    save(&mut study, Change::AddSegment(segment), Overwrite::Refuse).unwrap();
    let mut persona = study.definitions.personas[0].clone();
    persona.id = "dee".into();
    persona.attributes = vec!["NOT @dana".into()];
    save(&mut study, Change::EditPersona { id: "dana".into(), persona: Box::new(persona) }, Overwrite::Refuse).unwrap();
    assert_eq!(study, study::load(&folder.path().join("config.toml"), None).unwrap());
    assert_eq!(study.definitions.segments.last().unwrap().rule, "@dee AND x > 1");
    assert_eq!(study.definitions.personas[0].attributes, ["NOT @dee"]);
}

#[test]
fn first_persona_creates_and_names_file() {
    let folder = folder(&[("config.toml", "[data]\npath = \"a.csv\"\n")]);
    let config = folder.path().join("config.toml");
    let mut study = study::load(&config, None).unwrap();
    let persona = Persona { id: "a".into(), name: "A".into(), spans: vec!["x".into()], ..Persona::default() };
    let add = |id: &str| {
        let persona = Persona { id: id.into(), ..persona.clone() };
        Change::AddPersona { persona: Box::new(persona), at: None }
    };
    save(&mut study, add("a"), Overwrite::Refuse).unwrap();
    let text = fs::read_to_string(folder.path().join("personas.toml")).unwrap();
    assert_eq!(text, "[[persona]]\nid = \"a\"\nname = \"A\"\nspans = [\"x\"]\n");
    save(&mut study, add("b"), Overwrite::Refuse).unwrap();
    assert_eq!(study, study::load(&config, None).unwrap());
    let text = fs::read_to_string(folder.path().join("personas.toml")).unwrap();
    assert!(text.contains("spans = [\"x\"]\n\n[[persona]]\nid = \"b\"\n"), "{text}");
    let config = fs::read_to_string(&config).unwrap();
    assert_eq!(config, "[data]\npath = \"a.csv\"\n\n[study]\npersonas = \"personas.toml\"\n");
}

#[test]
fn impossible_persona_changes_are_refused() {
    let (folder, mut study) = shop();
    let persona = |id: &str| Box::new(Persona { id: id.into(), name: "N".into(), ..Persona::default() });
    let mut error = |change| save(&mut study, change, Overwrite::Refuse).unwrap_err().to_string();
    let add = |id: &str| Change::AddPersona { persona: persona(id), at: None };
    assert_eq!(error(add("active")), "active is already the name of a segment: choose another");
    assert_eq!(error(add("a b")), "\"a b\" is not a valid name: use letters, digits and _, beginning with a letter");
    assert_eq!(error(Change::DeletePersona { id: "gone".into() }), "there is no persona gone any more");
    assert_eq!(error(Change::MovePersona { id: "gone".into(), to: 0 }), "there is no persona gone any more");
    fs::write(folder.path().join("sample/personas.toml"), "").unwrap();
    let refused = save(&mut study, add("ok"), Overwrite::Refuse);
    assert!(matches!(refused, Err(SaveError::ChangedOnDisk { .. })));
    save(&mut study, add("ok"), Overwrite::Merge).unwrap();
    assert_eq!(study.definitions.personas.len(), 1);
}
