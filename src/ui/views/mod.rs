//! What takes the place of the panes, the strip of conditions under the filter, and the builder's page.

pub mod attrition;
pub mod builder;
pub mod facets;
pub mod matrix;
pub mod profile;
pub mod upset;
pub mod why;
