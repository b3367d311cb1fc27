//! What the program promises, seen from outside. One crate, so that polars is linked once.

mod cli;
mod data;
mod flow;
mod generate;
mod program;
mod pty;
mod rules;
mod screens;
mod shop;
mod study;
mod study_errors;
mod study_save;
mod study_starter;
