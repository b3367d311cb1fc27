//! Crosscut explores customer segments and personas by keyboard: type a rule and watch the counts of all of them update.
//!
//! # The map of the house
//!
//! | folder | what happens there | look here when |
//! | --- | --- | --- |
//! | [`text`] | what is visible, widths, wrapping, numbers for people, the nearest name: one of each, for every front end | a number or a name looks wrong everywhere |
//! | [`model`] | `Segment`, `Segmentation`, `Persona`, `Schema`, `Datum`, where axes are cut: plain types. No I/O, no polars, no terminal | a study can say something new |
//! | [`rule`] | rule text → typed tree: parse, check, references, complete, edit; one table of functions; computed columns; a segmentation's cells as rules | the rule language changes |
//! | [`study`] | `config.toml`, `segments.toml`, `personas.toml`: load with file:line, save whole or not at all | a file's format changes |
//! | [`data`] | a path → a base: formats, encodings, types, keys; one column of a Parquet or Arrow file; tables of events and of research | a table is read wrongly |
//! | [`engine`] | questions about rules → answers: one trait | a new figure needs counting |
//! | [`engine::local`] | the answers, in this process: columns on demand, compact, or computed from events or personas; rules as masks; `lower` evaluates a typed rule; loops over both | counting is slow, or memory runs out |
//! | [`engine::sql`] | the answers, by a database: a batch of questions as a few statements, Arrow batches as answers; what differs between databases is in their connection and in `rule::print` | a database answers wrongly, or is asked too often |
//! | [`engine::adbc`], `engine::spark` | connections by a driver's library, and by Spark Connect (feature `spark`): where credentials come from, cancels, lost connections | a database is not reached, or a statement is not stopped |
//! | [`insight`] | shares, index, suppression; effect sizes, *why*, attrition; matrix, clustering, combinations; MECE; definitions resolved against a base: pure functions | a formula is wrong |
//! | [`insight::card`] | what is asked about a persona, and what the answers say: size, traits, typical customer, user flow, claims, staleness; for the screen, the report and the command | a card's figure is wrong |
//! | [`insight::consolidate`], [`insight::coverage`], [`insight::research`] | from many segments to a few; who is in no persona, one, several; whose customer is whose first; respondents, themes, quotes | those figures are wrong |
//! | [`insight::inquiry`] | the one way to ask: open questions, answers in any order, a result so far | something new has to be counted |
//! | [`insight::estimate`], [`insight::sampled`] | counts of a base elsewhere from a sample of it: the margin, and which rules it can answer | an estimate is off, or missing |
//! | [`session`] | an engine asked for inquiries, to their end or as answers come, guarded against faults; a sample of a base elsewhere | answers get lost |
//! | [`report`] | a study as HTML or Markdown, from what was asked: facts in, text out | a page should look or say something else |
//! | [`tui::core`] | the full-screen program's `State`, `Action`, effects; the contract of a view; keys and their bindings. No I/O, no drawing | the state reacts wrongly |
//! | [`tui::views`] | a folder per view: its keys, its questions, its looks; forms, card and help too | a key should do something, or a view look different |
//! | [`tui::widgets`], [`tui::paint`] | lists, columns, boxes; the surface and the theme | a shared look changes |
//! | [`tui`] | the update step, the screen, and the parts around the view: header, filter line, summary, footer | those parts look wrong |
//! | [`term`] | the terminal itself: enter and leave, signals, keys, the writer | a terminal misbehaves |
//! | [`tui::run`] | the loop that ties it to the terminal and the engine; worker threads | answers come late or out of order |
//! | [`cli`] | one file per sub-command, the same questions answered on stdout | a pipe needs something |
//! | [`generate`] | the made-up shop of `sample/`, of any size | a benchmark needs another base |
//!
//! Arrows point one way: `cli`, `tui::run` → `tui` → `tui::views` → `tui::widgets` → `tui::core` → `insight`, `study` →
//! `engine` → `data`, `rule` → `model`; `report` → `insight`. `study` stands on `rule` and `model`; `text`,
//! `generate` and, but for `text`, `term` on nothing of ours, and any room may use `text`.
//!
//! A key's way through the house: [`term`] reads it, [`tui::run`] makes it an `Action`, [`tui::update()`] changes the `State` and
//! returns an `Effect::Ask`, a worker asks the [`engine::Engine`], the answer comes back as an `Action`, [`tui::draw`] draws
//! the state, and [`term`]'s writer sends what is different.

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

/// Columns, masks and what reading leaves behind come and go by the megabyte: the system's allocator gives each back and
/// fetches it anew, and the first touch of fresh memory costs more than the work done in it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
