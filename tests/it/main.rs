//! What the program promises, seen from outside. One crate, so that polars is linked once.

mod agree;
mod cli;
mod data;
mod data_files;
mod data_refused;
mod derived;
mod flow;
mod generate;
mod insight;
mod insight_matrix;
mod profile;
mod program;
mod pty;
mod readme;
mod real;
mod rules;
mod rules_complete;
mod rules_messages;
mod rules_tree;
mod screens;
mod segmentations;
mod shop;
mod study;
mod study_errors;
mod study_save;
mod study_starter;
