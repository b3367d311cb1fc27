//! Editing segmentations in their file: only the changed part is written again.

use std::fs;

use crosscut::model::{CellDefinition, Rfm, Segmentation};
use crosscut::study::{self, Change, Overwrite, save};

use crate::study::folder;

const COMMENTED: &str = r#"# How we cut.
[[segment]]
name = "vip"
where = '@worth.big AND @age."<25"'

[[segmentation]]   # the years
name   = "age"     # of the person
column = "age"
breaks = [25, 35]  # young, older
# what else?

[[segmentation]]
name = "worth"
note = "by hand"

# the big ones
[[segmentation.cell]]
name  = "big"
where = "spend > 100"   # euros

# and the rest
[[segmentation.cell]]
name  = "small"
where = "spend <= 100"

[[segmentation]]
name = "value"

[segmentation.rfm]    # the three
recency = "joined"    # when
frequency = "age"
monetary = "spend"

[[segmentation]]
name = "last"
column = "plan"
"#;

const PERSONAS: &str = r#"[[persona]]
id = "p"
name = "P"
spans = ["worth.big", "age.25-34"] # two
"#;

/// Texts of both files after a change of the named segmentation.
fn edited(name: &str, renamed: &[(&str, &str)], edit: impl FnOnce(&mut Segmentation)) -> (String, String) {
    let config = "[study]\nsegments = \"s.toml\"\npersonas = \"p.toml\"\n";
    let folder = folder(&[("config.toml", config), ("s.toml", COMMENTED), ("p.toml", PERSONAS)]);
    let config = folder.path().join("config.toml");
    let mut study = study::load(&config, None).expect("a good study");
    let found = study.definitions.segmentations.iter().find(|cut| cut.name == name);
    let mut segmentation = Box::new(found.expect("a segmentation").clone());
    edit(&mut segmentation);
    let renamed = renamed.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect();
    let change = Change::EditSegmentation { name: name.to_owned(), segmentation, renamed };
    save(&mut study, change, Overwrite::Refuse).expect("a saved change");
    assert_eq!(study, study::load(&config, None).expect("a good study"), "the study in memory is the one on disk");
    let read = |file: &str| fs::read_to_string(folder.path().join(file)).expect("a file");
    (read("s.toml"), read("p.toml"))
}

fn rule(name: &str, rule: &str) -> CellDefinition {
    CellDefinition { name: name.into(), rule: Some(rule.into()), ..CellDefinition::default() }
}

#[test]
fn changed_cut_replaces_old_cut_and_keeps_comments() {
    let (text, _) = edited("age", &[], |cut| cut.breaks = Some(vec![25.0, 35.5, 60.0]));
    assert_eq!(text, COMMENTED.replace("[25, 35]", "[25, 35.5, 60]"));
    let (text, _) = edited("age", &[], |cut| (cut.breaks, cut.quantiles) = (None, Some(4)));
    assert_eq!(text, COMMENTED.replace("breaks = [25, 35]  # young, older\n", "quantiles = 4\n"));
    let (text, _) = edited("last", &[], |cut| (cut.top, cut.note) = (Some(3), Some("the plans".into())));
    assert_eq!(text, format!("{COMMENTED}top = 3\nnote = \"the plans\"\n"));
}

#[test]
fn renamed_segmentation_updates_rules_and_spans() {
    let (text, personas) = edited("age", &[], |cut| cut.name = "years".into());
    let wanted = COMMENTED.replace("name   = \"age\"", "name   = \"years\"").replace("@age.", "@years.");
    assert_eq!(text, wanted);
    assert_eq!(personas, PERSONAS.replace("age.25-34", "years.25-34"));
}

#[test]
fn hand_written_cells_change_in_place() {
    let (text, _) = edited("worth", &[], |cut| cut.cells[0].rule = Some("spend > 200".into()));
    assert_eq!(text, COMMENTED.replace("spend > 100", "spend > 200"));
    let (text, _) = edited("worth", &[], |cut| cut.cells.push(rule("none", "spend IS NULL")));
    let after = "where = \"spend <= 100\"\n";
    let added = format!("{after}\n[[segmentation.cell]]\nname  = \"none\"\nwhere = \"spend IS NULL\"\n");
    assert_eq!(text, COMMENTED.replace(after, &added));
    let (text, _) = edited("worth", &[], |cut| cut.cells.swap(0, 1));
    let at = |part: &str| text.find(part).expect(part);
    assert!(at("# and the rest") < at("\"small\"") && at("\"small\"") < at("# the big ones"), "{text}");
    assert!(text.contains("where = \"spend > 100\"   # euros"), "{text}");
    let (text, _) = edited("worth", &[], |cut| drop(cut.cells.remove(1)));
    assert!(!text.contains("and the rest") && text.contains("# euros\n\n[[segmentation]]\nname = \"value\""), "{text}");
}

#[test]
fn cells_may_swap_names() {
    let (text, personas) = edited("worth", &[("big", "small"), ("small", "big")], |cut| {
        (cut.cells[0].name, cut.cells[1].name) = ("small".into(), "big".into());
    });
    assert!(text.contains("where = '@worth.small AND @age.\"<25\"'"), "{text}");
    assert!(text.contains("name  = \"small\"\nwhere = \"spend > 100\"\n\n# the big ones"), "{text}");
    assert_eq!(personas, PERSONAS.replace("worth.big", "worth.small"));
}

#[test]
fn rfm_columns_and_cells_change_in_their_blocks() {
    let (text, _) = edited("value", &[], |cut| {
        let rfm = cut.rfm.get_or_insert_with(|| Rfm {
            recency: "".into(),
            frequency: "".into(),
            monetary: "".into(),
            scores: None,
        });
        (rfm.frequency, rfm.scores) = ("visits".into(), Some(4));
    });
    let wanted = COMMENTED.replace(
        "frequency = \"age\"\nmonetary = \"spend\"\n",
        "frequency = \"visits\"\nmonetary = \"spend\"\nscores = 4\n",
    );
    assert_eq!(text, wanted);
    let (text, _) = edited("value", &[], |cut| {
        let best =
            CellDefinition { name: "best".into(), r: Some([4, 5]), m: Some([5, 5]), ..CellDefinition::default() };
        cut.cells.push(best);
    });
    let cell = "monetary = \"spend\"\n\n[[segmentation.cell]]\nname  = \"best\"\nr     = [4, 5]\nm     = [5, 5]\n";
    assert_eq!(text, COMMENTED.replace("monetary = \"spend\"\n", cell));
    let (text, _) = edited("value", &[], |cut| (cut.rfm, cut.column) = (None, "plan".into()));
    assert!(text.contains("name = \"value\"\ncolumn = \"plan\"\n\n[[segmentation]]\nname = \"last\""), "{text}");
}

#[test]
fn inline_rfm_table_stays_inline() {
    let text =
        "[[segmentation]]\nname = \"v\"\nrfm = { recency = \"a\", frequency = \"b\", monetary = \"c\" }  # three\n";
    let folder = folder(&[("config.toml", "[study]\nsegments = \"s.toml\"\n"), ("s.toml", text)]);
    let mut study = study::load(&folder.path().join("config.toml"), None).expect("a good study");
    let mut segmentation = Box::new(study.definitions.segmentations[0].clone());
    segmentation.rfm.as_mut().expect("scored columns").scores = Some(4);
    let change = Change::EditSegmentation { name: "v".into(), segmentation, renamed: Vec::new() };
    save(&mut study, change, Overwrite::Refuse).expect("a saved change");
    let written = fs::read_to_string(folder.path().join("s.toml")).expect("a file");
    assert_eq!(written, text.replace("\"c\" }", "\"c\", scores = 4 }"));
}
