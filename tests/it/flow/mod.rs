//! Effects of keys: `update()` driven by key strings against the real engine, without a terminal.

pub(crate) mod harness;

mod asking;
mod builder;
mod card;
mod consolidate;
mod copying;
mod coverage;
mod customer;
mod estimates;
mod export;
mod facets;
mod faults;
mod file_lists;
mod help;
mod jobs;
mod main_screen;
mod mouse;
mod orders;
mod parts;
mod pasting;
mod personas;
mod remembered;
mod research;
mod retention;
mod rows;
mod saving;
mod sets;
mod soak;
mod sql;
mod tutor;
mod typing;
mod walking;
mod warnings;
mod why;
