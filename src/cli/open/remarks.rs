//! Remarks on stderr: definitions in error, filters without figures, and values that no customer has.

use std::ffi::OsStr;
use std::path::Path;

use super::{CheckedStudy, Sets};
use crate::cli::CommandError;
use crate::cli::streams::say;
use crate::engine::SummaryQuestion;
use crate::insight::absent_values::AbsentValuesInquiry;
use crate::insight::file_matches::{FileMatch, FileMatchesInquiry};
use crate::insight::privacy;
use crate::insight::suppress::{self, DisclosedCount};
use crate::rule::Checked;
use crate::rule::warnings::warnings;
use crate::study::StudyItem;

impl CheckedStudy {
    /// Prints to stderr what is wrong with a definition, and its place.
    pub fn complain(&self, item: StudyItem, name: &str, reason: &str) {
        say!("crosscut: {}", self.study.placed(item, &format!("@{name}: {reason}")));
    }

    /// Prints to stderr how to make segments or personas, if there are none.
    pub fn explain_lack(&self, sets: Sets) {
        let files = &self.study.config.study;
        let (is_lacking, name, key, file) = match sets {
            Sets::Segments => (self.catalog.segments.is_empty(), "segment", "s", &files.segments),
            Sets::Personas => (self.catalog.personas.is_empty(), "persona", "n", &files.personas),
        };
        if !is_lacking {
            return;
        }
        if self.study.file.is_none() {
            return say!("crosscut: {} has no {name}s: crosscut init writes a study beside it", self.source);
        }
        let file = file.as_deref().and_then(Path::file_name).map_or("config.toml".into(), OsStr::to_string_lossy);
        say!("crosscut: the study has no {name}s: press {key} on the screen, or write [[{name}]] in {file}");
    }

    /// Prints to stderr which segments, cells or personas are in error, and so in no figure.
    pub fn complain_of(&self, sets: Sets) {
        self.explain_lack(sets);
        match sets {
            Sets::Segments => {
                for (n, entry) in self.catalog.segments.iter().enumerate() {
                    for (name, problem) in entry.lines() {
                        problem.iter().for_each(|problem| self.complain(self.item_of_segment(n), name, problem));
                    }
                }
            }
            Sets::Personas => {
                for (n, persona) in self.catalog.personas.iter().enumerate() {
                    if let Err(error) = &persona.audience {
                        self.complain(StudyItem::Nth("persona", n, "id"), &persona.id, &error.to_string());
                    }
                }
            }
        }
    }

    /// Prints to stderr why a filter of few, or of nearly all customers, has no figures of its own.
    pub fn explain_size(&self, customers: DisclosedCount) {
        match customers {
            DisclosedCount::Count(_) | DisclosedCount::Hidden => {}
            DisclosedCount::Under(least) => say!("crosscut: {}", privacy::too_few(least)),
            DisclosedCount::Over(_) => say!("crosscut: {}", privacy::nearly_everyone(self.min_cell())),
        }
    }

    /// Prints to stderr how many values of each file that the rule names matched a customer. Returns the lists.
    pub fn explain_files(&self, rule: &Checked) -> Result<Vec<FileMatch>, CommandError> {
        let mut inquiry = FileMatchesInquiry::new(rule, &self.study.config.privacy.mask);
        self.drive(&mut inquiry)?;
        for list in &inquiry.lists {
            match (list.line(self.min_cell()), &list.found.error) {
                (Some(line), _) => say!("crosscut: {line}"),
                (None, Some(error)) => return Err(CommandError::Failed(error.clone())),
                (None, None) => {}
            }
        }
        Ok(inquiry.lists)
    }

    /// Prints to stderr which conditions of a rule hold for nobody, whatever the data, and, if it may ask, which texts no
    /// customer has.
    pub fn explain_warnings(&self, rule: &Checked, may_ask: bool) -> Result<(), CommandError> {
        let mut absent = AbsentValuesInquiry::new(rule, self.mask(), self.min_cell());
        if may_ask {
            self.drive(&mut absent)?;
        }
        for warning in warnings(rule).iter().chain(absent.warnings()) {
            say!("crosscut: {}", warning.message);
        }
        Ok(())
    }

    /// Informs the engine that nothing will be asked but the customers of this filter, and what [`Self::explain_warnings`] asks
    /// about a rule in it.
    pub fn will_only_count(&self, filter: &Checked, rule: &Checked) {
        let absent = AbsentValuesInquiry::new(rule, self.mask(), self.min_cell());
        let rules: Vec<Checked> = std::iter::once(filter.clone()).chain(absent.conditions()).collect();
        self.engine.ask_only(&rules);
    }

    /// Prints to stderr why the filter has no figures of its own, if it is of few or of nearly all customers.
    pub(super) fn explain_filter(&self) -> Result<(), CommandError> {
        if self.min_cell() > 0 && self.filter != Checked::everyone() {
            let question = SummaryQuestion { filter: self.filter.clone(), value: None };
            let summary = self.ask(&question)?;
            self.explain_size(suppress::of_base(summary.customers, summary.base, self.min_cell()));
        }
        Ok(())
    }
}
