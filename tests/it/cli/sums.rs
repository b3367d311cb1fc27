//! The value column in `segments`, `segmentation` and `personas`.

use super::{append, err, out, shop};
use crate::shop::{crosscut, folder, replace};

/// Sums and means counted by hand over the shop's customers.
#[test]
fn segments_and_cells_have_value_sums() {
    let csv = "\
segment,kind,customers,share_of_filter,index,in_base,value,share_of_value,mean_value
pros,firmographic,3,1,200,3,700,0.9210526315789473,233.33333333333334
north_america,demographic,2,0.6666666666666666,133.33333333333334,3,300,0.39473684210526316,150
age.<25,,0,0,0,1,0,0,
age.25-39,,1,0.3333333333333333,100,2,100,0.13157894736842105,100
age.40+,,1,0.3333333333333333,100,2,200,0.2631578947368421,200
plan.basic,,0,0,0,3,0,0,
plan.pro,,3,1,200,3,700,0.9210526315789473,233.33333333333334
";
    assert_eq!(shop(&["segments", "--filter", "@pros", "--format", "csv"]), csv);
    let cells = shop(&["segments", "--value", "age", "--format", "csv"]);
    // The ages 30, 41 of the pros; one is missing. All ages: 30, 22, 41, 35, 67.
    assert!(cells.contains("\npros,firmographic,3,0.5,100,3,71,0.3641025641025641,35.5\n"), "{cells}");
}

#[test]
fn segmentation_has_value_sums_by_cell() {
    let folder = folder();
    let output = crosscut(folder.path(), &["segmentation", "plan", "--format", "csv"]);
    let csv = "\
cell,rule,customers,share_of_filter,index,in_base,value,share_of_value,mean_value
basic,\"\"\"plan\"\" = 'basic'\",3,0.5,100,3,60,0.07894736842105263,20
pro,\"\"\"plan\"\" = 'pro'\",3,0.5,100,3,700,0.9210526315789473,233.33333333333334
";
    assert_eq!(out(&output), csv, "{}", err(&output));
}

#[test]
fn personas_spans_and_remainder_have_value_sums() {
    let csv = "\
persona,name,span,customers,reach,index,in_base,value,share_of_value,mean_value
pat,Professional Pat,,4,0.6666666666666666,100,4,710,0.9342105263157895,177.5
pat,Professional Pat,pros,3,0.5,100,3,700,0.9210526315789473,233.33333333333334
pat,Professional Pat,age.25-39,2,0.3333333333333333,100,2,110,0.14473684210526316,55
ann,American Ann,,2,0.3333333333333333,100,2,150,0.19736842105263158,75
ann,American Ann,north_america,2,0.3333333333333333,100,2,150,0.19736842105263158,75
,in no persona,,1,0.16666666666666666,100,1,0,0,
,in two or more,,1,0.16666666666666666,100,1,100,0.13157894736842105,
";
    assert_eq!(shop(&["personas", "--spans", "--format", "csv"]), csv);
}

#[test]
fn value_sums_need_value_column_and_enough_known_values() {
    let folder = folder();
    append(&folder, "config.toml", "min_cell = 3\n");
    // One had 400 of 700, and one 50 of the others' 60.
    replace(&folder, "customers.csv", ",400,", ",250,");
    replace(&folder, "customers.csv", ",35,10,", ",35,50,");
    let segments = || {
        let output = crosscut(folder.path(), &["segments", "--format", "csv"]);
        out(&output)
    };
    assert!(segments().contains("\npros,firmographic,3,0.5,100,3,550,"), "{}", segments());
    // One of the three has no value now: the sum would be of two.
    replace(&folder, "customers.csv", "3,CA,pro,41,200,", "3,CA,pro,41,,");
    assert!(segments().contains("\npros,firmographic,3,0.5,100,3,,,\n"), "{}", segments());
    replace(&folder, "config.toml", "value = \"spend\"\n", "");
    assert!(segments().starts_with("segment,kind,customers,share_of_filter,index,in_base\n"), "{}", segments());
}

/// A filter of all but one has the sums of all: its own would disclose that one's.
#[test]
fn filter_of_nearly_all_has_sums_of_all() {
    let folder = folder();
    append(&folder, "config.toml", "min_cell = 2\n");
    let sums = |filter: &str| {
        let output = crosscut(folder.path(), &["segments", "--filter", filter, "--format", "json"]);
        let rows: Vec<serde_json::Value> = serde_json::from_str(&out(&output)).expect("JSON");
        rows.iter().map(|row| row["value"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(sums("id <> 1"), sums("id <> 5"));
    assert_eq!(sums("id <> 1"), sums("id > 0"));
}
