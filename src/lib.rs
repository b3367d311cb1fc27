//! Crosscut explores customer segments and personas by keyboard: type a rule and watch the counts of all of them
//! update.
//!
//! # Module map
//!
//! | module | content | look here when |
//! | --- | --- | --- |
//! | [`text`] | visible characters, widths, wrapping, number formats, the nearest name: one of each, for every front end | a number or a name looks wrong everywhere |
//! | [`model`] | `Segment`, `Segmentation`, `Persona`, `Schema`, `Datum`, ticks of an axis: plain types. No I/O, no polars, no terminal | a study gets a new kind of content |
//! | [`rule`] | rule text → typed tree: parse, check, resolve names, complete, edit; the table of functions; computed columns; a segmentation's cells as rules | the rule language changes |
//! | [`study`] | `config.toml`, `segments.toml`, `personas.toml`: load with file:line, save all files or none | a file's format changes |
//! | [`data`] | a path → a base: formats, encodings, types, keys; one column of a Parquet or Arrow file; tables of events and of research | a table is read wrongly |
//! | [`engine`] | questions about rules → answers: the trait that all engines implement | a new figure needs counting |
//! | [`engine::local`] | answers by this process: columns read on demand, compact, or computed from events or personas; rules as row sets; `lower` evaluates a typed rule | counting is slow, or memory runs out |
//! | [`engine::sql`] | answers by a database: a batch of questions as a few statements, Arrow batches as answers. The differences between databases are in their connections and in `rule::print` | a database answers wrongly, or is asked too often |
//! | [`engine::adbc`], `engine::spark` | connections by a driver's library, and by Spark Connect (feature `spark`): credentials, cancelling, lost connections | a database is not reached, or a statement is not stopped |
//! | [`insight`] | pure functions from answers to figures: shares, index, suppression; effect sizes, *why*, attrition; matrix, clustering, combinations; MECE; definitions checked against a base | a formula is wrong |
//! | [`insight::card`] | questions about a persona and figures from the answers: size, traits, typical customer, user flow, claims, staleness; for the screen, the report and the command | a card's figure is wrong |
//! | [`insight::consolidate`], [`insight::coverage`], [`insight::research`] | many segments grouped into a few; customers in no persona, one or several, and the first persona of each; respondents, themes, quotes | those figures are wrong |
//! | [`insight::inquiry`] | the trait by which all figures are asked for: open questions, answers in any order, a result so far | a new figure is asked for |
//! | [`insight::estimate`], [`insight::sampled`] | estimates from a sample of a base in another engine: the margin, and the rules that the sample can answer | an estimate is off, or missing |
//! | [`session`] | opens a study and asks its engine: drives inquiries, guards against panics; samples, exports | answers get lost |
//! | [`report`] | a study as HTML or Markdown, from figures | a page should look or say something else |
//! | [`tui::core`] | the full-screen program's `State`, `Action` and effects; the trait of a view; keys and their bindings. No I/O, no drawing | the state reacts wrongly |
//! | [`tui::views`] | one folder per view with its keys, questions and drawing; forms, card and help too | a key should do something, or a view look different |
//! | [`tui::widgets`], [`tui::paint`] | lists, columns, boxes; the surface and the theme | a shared look changes |
//! | [`tui`] | the update step, the screen, and the panes around the view: header, filter line, summary, footer | those panes look wrong |
//! | [`term`] | the terminal itself: enter and leave, signals, keys, the writer | a terminal misbehaves |
//! | [`tui::run`] | the loop that connects the state with the terminal and the engine; worker threads | answers come late or out of order |
//! | [`cli`] | one file per sub-command: the same questions, answered on stdout | a pipe needs something |
//! | [`generate`] | the generated shop of `sample/`, of any size | a benchmark needs another base |
//!
//! Modules use each other in one direction: `cli`, `tui::run` → `tui` → `tui::views` → `tui::widgets` → `tui::core` →
//! `insight`, `study` → `engine` → `data`, `rule` → `model`; `report` → `insight`; `study` → `rule`. `generate` depends
//! on no other module, and `term` only on `text`, which every module may use. `tests/it/map.rs` checks this.
//!
//! A key press takes this path: [`term`] decodes it, [`tui::run`] turns it into an `Action`, [`tui::update()`] changes
//! the `State` and returns an `Effect::Ask`, a worker thread asks the [`engine::Engine`], the answer comes back as an
//! `Action`, [`tui::draw`] draws the state, and [`term`]'s writer sends the cells that differ.

pub mod cli;
pub mod data;
pub mod engine;
pub mod generate;
pub mod insight;
pub mod model;
pub mod report;
pub mod rule;
pub mod session;
pub mod study;
pub mod term;
pub mod text;
pub mod tui;

/// Allocator that keeps freed memory for reuse. Columns and row sets are allocated and freed by the megabyte; the
/// system's allocator returns each to the kernel, and the first access to fresh memory then costs more than the work
/// done in it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
