//! Lists in files, as in `customer_id IN FILE 'suppress.csv'`: how many of their values matched a customer, and which did
//! not.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::engine::{Answer, CustomerCount, EngineError, GroupAnswer, GroupsQuestion, Question, SummaryQuestion};
use crate::insight::inquiry::{Inquiry, NewestFact, Open, QuestionSlot};
use crate::insight::suppress::{self, DisclosedCount};
use crate::model::{Datum, is_masked};
use crate::rule::{Checked, ListedFile};
use crate::text::numbers::{count, counted};

/// A list in a rule, and the customers that match it.
#[derive(Debug, Clone, PartialEq)]
pub struct FileMatch {
    pub file: ListedFile,
    /// Distinct values of the file that can be compared with the column.
    pub values: Arc<Vec<Datum>>,
    /// Column that they are compared with; `None` for a computed value, and for a masked column.
    pub column: Option<String>,
    pub found: NewestFact<ListMatches>,
    by_value: Open<GroupsQuestion>,
    by_customer: Open<SummaryQuestion>,
}

/// Customers that match a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListMatches {
    pub customers: u64,
    /// Number of customers in the base.
    pub base: u64,
    /// Values that no customer has; `None` if the engine can only count customers.
    pub unmatched: Option<Vec<Datum>>,
}

/// Inquiry for the lists of a rule, in the order of its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileMatchesInquiry {
    pub lists: Vec<FileMatch>,
}

impl FileMatchesInquiry {
    /// Creates an inquiry for the lists of a rule. Values of masked columns are not asked for.
    pub fn new(rule: &Checked, mask: &[String]) -> Self {
        let lists = rule.file_lists().into_iter().map(|list| {
            let column = list.column.filter(|column| !is_masked(mask, column));
            let filter = list.condition;
            let (by_value, by_customer) = match &column {
                Some(column) => {
                    let by = vec![column.as_str().into()];
                    let question = GroupsQuestion { filter, by, value: None, limit: list.values.len() };
                    (Open::new(question), Open::default())
                }
                None => (Open::default(), Open::new(SummaryQuestion { filter, value: None })),
            };
            let (file, values) = (list.file, list.values);
            FileMatch { file, values, column, found: NewestFact::default(), by_value, by_customer }
        });
        Self { lists: lists.collect() }
    }

    /// Returns true while a list is being counted.
    pub fn is_waiting(&self) -> bool {
        self.lists.iter().any(|list| list.by_value.is_open() || list.by_customer.is_open())
    }
}

impl Inquiry for FileMatchesInquiry {
    type Result = Vec<FileMatch>;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let open =
            self.lists.iter().enumerate().map(|(at, list)| list.by_value.at(at).or_else(|| list.by_customer.at(at)));
        open.flatten().collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        let Some(list) = self.lists.get_mut(slot.0) else { return };
        if let Some(filter) = list.by_value.get_mut().map(|question| question.filter.clone()) {
            // An engine may withhold values, and still count.
            match list.by_value.take(answer) {
                Some(Ok(answer)) => list.found.settle(Ok(found_values(&answer, &list.values))),
                Some(Err(_)) => list.by_customer = Open::new(SummaryQuestion { filter, value: None }),
                None => {}
            }
        } else if let Some(answer) = list.by_customer.take(answer) {
            list.found.settle(answer.map(|summary| ListMatches {
                customers: summary.customers,
                base: summary.base,
                unmatched: None,
            }));
        }
    }

    fn result(&self) -> &Vec<FileMatch> {
        &self.lists
    }
}

fn found_values(answer: &GroupAnswer, values: &[Datum]) -> ListMatches {
    let mut is_found = vec![false; values.len()];
    let keys = answer.groups.iter().filter(|group| group.customers.in_filter > 0).filter_map(|group| group.key.first());
    for key in keys {
        // The values are in order.
        if let Ok(at) = values.binary_search_by(|value| value.partial_cmp(key).unwrap_or(Ordering::Less)) {
            is_found[at] = true;
        }
    }
    let unmatched = values.iter().zip(is_found).filter(|(_, is_found)| !is_found).map(|(value, _)| value.clone());
    let CustomerCount { in_filter, in_base } = answer.customers;
    ListMatches { customers: in_filter, base: in_base, unmatched: Some(unmatched.collect()) }
}

impl FileMatch {
    /// Returns one line once the list is counted, such as `ids.csv: 950 of 1,000 values matched a customer; 3 more cannot be
    /// compared with the column`. Numbers of customers below `min_cell` are withheld.
    pub fn line(&self, min_cell: u64) -> Option<String> {
        let found = self.found.get()?;
        let values = self.values.len() as u64;
        let customers = suppress::near_whole(found.customers, found.base, min_cell);
        let mut line = match found.unmatched.as_ref().filter(|_| !matches!(customers, DisclosedCount::Over(_))) {
            Some(unmatched) if unmatched.is_empty() && suppress::single(values, min_cell).count().is_some() => {
                format!("all {} matched a customer", counted(values, "value", "values"))
            }
            Some(unmatched) => {
                let matched = suppress::within(values - unmatched.len() as u64, values, min_cell);
                format!("{} of {} matched a customer", shown(matched), counted(values, "value", "values"))
            }
            None => format!("{}, {} customers have one of them", counted(values, "value", "values"), shown(customers)),
        };
        if self.file.left_out > 0 {
            line += &format!("; {} more cannot be compared with the column", count(self.file.left_out as u64));
        }
        Some(format!("{}: {line}", self.file.path))
    }

    /// Returns the values that no customer has.
    ///
    /// # Errors
    /// Returns the reason why they are not listed.
    pub fn unmatched(&self, min_cell: u64) -> Result<&[Datum], String> {
        let path = &self.file.path;
        if let Some(error) = &self.found.error {
            return Err(format!("{path}: {error}"));
        }
        let Some(found) = self.found.get() else { return Err(format!("{path}: its values are still being counted")) };
        let Some(unmatched) = &found.unmatched else {
            return Err(format!("{path}: its values are compared with a masked or computed value, and are not listed"));
        };
        let values = self.values.len() as u64;
        let matched = values - unmatched.len() as u64;
        // Together with the file, the list discloses which customers exist.
        let are_hidden = |count: DisclosedCount| count.count().is_none();
        let of_customers = suppress::near_whole(found.customers, found.base, min_cell);
        let is_disclosed = !are_hidden(of_customers) && !are_hidden(suppress::within(matched, values, min_cell));
        if !unmatched.is_empty() && !is_disclosed {
            return Err(format!(
                "{path}: fewer than {min_cell} of its values matched, or did not match, a customer: they are not listed"
            ));
        }
        Ok(unmatched)
    }
}

fn shown(disclosed: DisclosedCount) -> String {
    crate::insight::table::TableCell::Count(disclosed).shown()
}
