//! Measures the main screen of a study whose base is in a database or on a cluster: statements, bytes over the wire and time
//! per key, against counts of the server's own; the persona card; and how soon a superseded question is gone.
//!
//!     cargo bench --features spark --bench remote -- config.toml --keys 20 --jobs 127.0.0.1:54340
//!
//! `--jobs` is Spark's REST interface, where its list of running work is; PostgreSQL is asked for it. `--print` writes the
//! statements of one key instead. docs/remote.md has the figures.

mod server;
mod wire;

use std::path::Path;
use std::time::{Duration, Instant};

use crosscut::engine::sql::SqlEngine;
use crosscut::engine::{Cancel, Engine};
use crosscut::insight::Catalog;
use crosscut::insight::card::{Card, CardContext};
use crosscut::insight::inquiry::Inquiry;
use crosscut::insight::panes::PanesInquiry;
use crosscut::rule::{self, Checked, Context};
use crosscut::session::{self, ask, drive, find_cells};
use crosscut::study::{self, Study};

use server::Server;

type Problem = Box<dyn std::error::Error>;

/// Rules as a person types them, by their last keys: `#` is a number that is another one at each key, so that no answer is in
/// a cache.
const FILTERS: [&str; 5] = [
    "spend_12m > #",
    "spend_12m > # AND country = 'DE'",
    "orders_12m >= 2 AND spend_12m > # AND plan = 'plus'",
    "newsletter AND opens_90d >= 4 AND spend_12m < #",
    "@regulars AND spend_12m > #",
];
/// Runs of each count that keys are compared with.
const BASELINES: usize = 5;
/// Time after which a question is superseded.
const TYPED_AGAIN: Duration = Duration::from_millis(400);
const SUPERSEDED: usize = 5;

struct Options {
    study: String,
    keys: usize,
    jobs: Option<String>,
    prints: bool,
}

impl Options {
    fn read() -> Result<Self, Problem> {
        let mut options = Self { study: String::new(), keys: 20, jobs: None, prints: false };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--bench" => {}
                "--keys" => options.keys = value()?.parse()?,
                "--jobs" => options.jobs = Some(value()?),
                "--print" => options.prints = true,
                _ => options.study = argument,
            }
        }
        match options.study.is_empty() {
            true => Err("name a study whose base is on a server: docs/remote.md".into()),
            false => Ok(options),
        }
    }
}

/// A study opened through the counting wire.
struct Bench {
    study: Study,
    server: Server,
    engine: SqlEngine,
    catalog: Catalog,
    context: ContextParts,
}

struct ContextParts {
    today: chrono::NaiveDate,
    table: String,
}

fn main() -> Result<(), Problem> {
    let options = Options::read()?;
    let bench = Bench::open(&options)?;
    if options.prints {
        return bench.print();
    }
    let base = bench.engine.customers();
    println!("{base} customers on {}, {} segments and cells", bench.engine.name(), bench.catalog.countable().len());
    let keys = bench.keys(options.keys)?;
    let baselines = bench.baselines()?;
    for (name, time) in &baselines {
        println!("{name:<44} p50 {:>7.2} s   keys take {:.2} x", time.as_secs_f64(), ratio(keys, *time));
    }
    bench.card()?;
    bench.supersede()
}

fn ratio(ours: Duration, theirs: Duration) -> f64 {
    ours.as_secs_f64() / theirs.as_secs_f64()
}

impl Bench {
    fn open(options: &Options) -> Result<Self, Problem> {
        let study = study::load(Path::new(&options.study), None)?;
        let remote = study.config.data.remote.clone().ok_or("the study's base is a file: docs/remote.md")?;
        let today = study.config.data.as_of.unwrap_or_default();
        let server = Server::new(&remote.reach, options.jobs.clone())?;
        let base = session::remote_base(&study, &remote, today);
        let began = Instant::now();
        let engine = SqlEngine::open(server.connect(true)?, &base, &Cancel::new())?;
        println!("open: {:.2} s", began.elapsed().as_secs_f64());
        let began = Instant::now();
        let mask = &study.config.privacy.mask;
        let cells = find_cells(&engine, &study.definitions, mask, today, &Cancel::new())?;
        println!("cells of the segmentations: {:.2} s", began.elapsed().as_secs_f64());
        let catalog = Catalog::new(&study.definitions, &cells, engine.schema(), today);
        Ok(Self { study, server, engine, catalog, context: ContextParts { today, table: remote.table } })
    }

    fn check(&self, text: &str) -> Result<Checked, Problem> {
        let cx = Context { schema: self.engine.schema(), names: &self.catalog.names, today: self.context.today };
        rule::check(text, &cx).map_err(|error| error.describe(text).into())
    }

    fn panes(&self, filter: &Checked, before: PanesInquiry) -> PanesInquiry {
        PanesInquiry::new(filter, self.study.config.study.value.as_deref(), Some(&self.catalog), before)
    }

    /// A filter that was not asked before.
    fn filter(&self, key: usize) -> Result<Checked, Problem> {
        let bound = format!("{}.{:02}", 100 + 13 * key % 400, key % 90 + 1);
        self.check(&FILTERS[key % FILTERS.len()].replace('#', &bound))
    }

    fn print(&self) -> Result<(), Problem> {
        let questions = self.panes(&self.filter(0)?, PanesInquiry::default()).open();
        let personas = &self.catalog.counted;
        let questions: Vec<_> = questions.into_iter().map(|(_, question)| question.or_personas(personas)).collect();
        self.engine.plan(&questions).iter().for_each(|statement| println!("{}\n", statement.text));
        Ok(())
    }

    /// Types rules, each of which has all panes counted. Returns the median time.
    fn keys(&self, keys: usize) -> Result<Duration, Problem> {
        let (mut times, mut first_times, mut up, mut down, mut statements) = (vec![], vec![], vec![], vec![], vec![]);
        let mut inquiry = self.panes(&Checked::everyone(), PanesInquiry::default());
        let began = Instant::now();
        drive(&self.engine, &self.catalog.counted, &mut inquiry, &Cancel::new())?;
        println!("the screen without a filter: {:.2} s, {}", began.elapsed().as_secs_f64(), self.server.wire.take());
        for key in 0..keys {
            inquiry = self.panes(&self.filter(key)?, inquiry);
            let (slots, questions): (Vec<_>, Vec<_>) = inquiry.open().into_iter().unzip();
            let questions: Vec<_> =
                questions.into_iter().map(|question| question.or_personas(&self.catalog.counted)).collect();
            let cached = self.engine.plan(&questions).iter().filter(|one| !one.text.contains(" WHERE ")).count();
            statements.push((self.engine.plan(&questions).len() - cached) as u64);
            let (began, mut first, mut failed) = (Instant::now(), None, None);
            ask(&self.engine, questions, &Cancel::new(), &mut |at, answer| {
                first.get_or_insert_with(|| began.elapsed());
                failed = failed.take().or(answer.as_ref().err().map(ToString::to_string));
                Inquiry::take(&mut inquiry, slots[at], answer);
            });
            times.push(began.elapsed());
            first_times.extend(first);
            if let Some(reason) = failed {
                return Err(reason.into());
            }
            // The server's last word on a statement comes behind its answer.
            std::thread::sleep(Duration::from_millis(200));
            let traffic = self.server.wire.take();
            up.push(traffic.sent);
            down.push(traffic.received);
        }
        let line = |name: &str, all: &mut Vec<Duration>| {
            all.sort_unstable();
            let seconds = |percent| percentile(all, percent).as_secs_f64();
            println!("{name:<44} p50 {:>7.2} s   p95 {:.2} s, of {keys}", seconds(50), seconds(95));
        };
        line("key until the first figures", &mut first_times);
        line("key until all figures", &mut times);
        for (name, all) in [
            ("statements a key", &mut statements),
            ("bytes to the server a key", &mut up),
            ("bytes to the client a key", &mut down),
        ] {
            all.sort_unstable();
            println!("{name:<44} p50 {:>7}     p95 {}", percentile(all, 50), percentile(all, 95));
        }
        Ok(percentile(&times, 50))
    }

    /// Counts of the server's own under a filter of the keys: over its column alone, over all columns that the screen's
    /// conditions read, and the latter with every condition of the screen in one `WHERE`.
    fn baselines(&self) -> Result<Vec<(&'static str, Duration)>, Problem> {
        let connection = self.server.connect(false)?;
        let dialect = connection.dialect();
        let rules = self.catalog.rules();
        let mut columns: Vec<String> = rules.iter().flat_map(Checked::columns).collect();
        columns.sort_unstable();
        columns.dedup();
        let schema = self.engine.schema();
        let columns = columns.iter().filter(|name| schema.get(name).is_some() && schema.definition(name).is_none());
        let nulls = columns.map(|name| Ok(format!("{} IS NULL", dialect.quoted(name)?)));
        let nulls = nulls.collect::<Result<Vec<_>, crosscut::rule::print::Refused>>()?;
        let spend = dialect.quoted("spend_12m")?;
        let table = &self.context.table;
        let one = |bound: f64| format!("SELECT COUNT(*) FROM {table} WHERE {spend} > {bound}");
        let same = |bound: f64| format!("{} AND ({} OR {spend} > -1)", one(bound), nulls.join(" OR "));
        let mut medians = Vec::new();
        let all: [(&str, &dyn Fn(f64) -> String); 2] =
            [("its own COUNT(*) WHERE on one column", &one), ("its own COUNT(*) WHERE on the same columns", &same)];
        for (name, statement) in all {
            let mut times = Vec::new();
            for run in 0..BASELINES {
                let began = Instant::now();
                connection.run(&statement(100.03 + 7.0 * run as f64), &Cancel::new())?;
                times.push(began.elapsed());
            }
            times.sort_unstable();
            medians.push((name, percentile(&times, 50)));
        }
        Ok(medians)
    }

    /// The card of the first persona.
    fn card(&self) -> Result<(), Problem> {
        let (Some(persona), Some(entry)) = (self.study.definitions.personas.first(), self.catalog.personas.first())
        else {
            return Ok(());
        };
        let cx = CardContext {
            catalog: &self.catalog,
            schema: self.engine.schema(),
            base: self.engine.customers(),
            today: self.context.today,
            value: self.study.config.study.value.as_deref(),
            mask: &self.study.config.privacy.mask,
            min_cell: self.study.config.privacy.min_cell,
            thresholds: self.study.config.research,
        };
        let mut card = Card::new(persona, entry, &cx);
        let (began, mut statements) = (Instant::now(), 0);
        loop {
            let (slots, questions): (Vec<_>, Vec<_>) = Inquiry::open(&card).into_iter().unzip();
            if slots.is_empty() {
                break;
            }
            let questions: Vec<_> =
                questions.into_iter().map(|question| question.or_personas(&self.catalog.counted)).collect();
            statements += self.engine.plan(&questions).len();
            ask(&self.engine, questions, &Cancel::new(), &mut |at, answer| Inquiry::take(&mut card, slots[at], answer));
        }
        let columns = crosscut::insight::settings::informative_columns(self.engine.schema(), cx.mask).len();
        let (seconds, traffic) = (began.elapsed().as_secs_f64(), self.server.wire.take());
        println!("card of a persona, {columns} columns: {statements} statements, {seconds:.2} s, {traffic}");
        Ok(())
    }

    /// Supersedes questions while they run, and watches the server's own list of work.
    fn supersede(&self) -> Result<(), Problem> {
        let mut gone = Vec::new();
        for key in 0..SUPERSEDED {
            let questions = self.panes(&self.filter(1_000 + key)?, PanesInquiry::default()).open();
            let personas = &self.catalog.counted;
            let questions = questions.into_iter().map(|(_, question)| question.or_personas(personas)).collect();
            let cancel = Cancel::new();
            let time = std::thread::scope(|scope| {
                let asking = scope.spawn(|| ask(&self.engine, questions, &cancel, &mut |_, _| {}));
                let began = Instant::now();
                while self.server.running()? == 0 || began.elapsed() < TYPED_AGAIN {
                    if asking.is_finished() {
                        return Ok::<_, Problem>(None);
                    }
                    std::thread::sleep(Duration::from_millis(5));
                }
                let raised = Instant::now();
                cancel.raise();
                while self.server.running()? > 0 {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Ok(Some(raised.elapsed()))
            })?;
            gone.extend(time);
        }
        gone.sort_unstable();
        match gone.last() {
            Some(most) => println!(
                "superseded question gone from the server: p50 {:?}, at most {most:?}, of {}",
                percentile(&gone, 50),
                gone.len()
            ),
            None => println!("superseded question gone from the server: all had ended before"),
        }
        Ok(())
    }
}

fn percentile<T: Copy>(sorted: &[T], percent: usize) -> T {
    sorted[(sorted.len() * percent).div_ceil(100).clamp(1, sorted.len()) - 1]
}
