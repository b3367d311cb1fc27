//! The views that replace the panes, the strip of conditions under the filter, and the builder's page.

pub mod attrition;
pub mod builder;
pub mod consolidate;
pub mod coverage;
pub mod facets;
pub mod matrix;
pub mod profile;
pub mod research;
pub mod upset;
pub mod why;
