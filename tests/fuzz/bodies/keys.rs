//! Keys in the full-screen program: any sequence, at any size of the screen, with the engine's answers in between.

use std::collections::VecDeque;
use std::fs;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crosscut::data::BaseLocation;
use crosscut::engine::{Cancel, Engine, Personas, ask_each};
use crosscut::insight::catalog::CellsByName;
use crosscut::insight::inquiry::Inquiry;
use crosscut::session::{BaseSource, Opening, drive};
use crosscut::study::{self, Study, ThemeName};
use crosscut::tui::core::key::{KeyPress, KeySymbol};
use crosscut::tui::core::{
    Action, Answered, Effect, KeptSession, Keymap, LoadedBase, Query, RunSettings, SaveFailed, State,
};
use crosscut::tui::{self, update, views};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const CUSTOMERS: &str = "id,country,plan,age,spend,joined\n1,US,pro,30,100,2025-01-01\n2,US,basic,22,50,2025-02-01\n\
                         3,CA,pro,41,200,2025-03-01\n4,DE,basic,35,10,2026-01-01\n5,DE,pro,,400,2026-02-01\n\
                         6,,basic,67,0,2026-03-01\n";
const ORDERS: &str = "id,date,amount\n1,2026-01-02,10\n1,2026-02-02,20\n3,2026-02-03,5\n5,2026-05-05,7\n";
const SURVEY: &str = "id,theme,quote\n1,price,too dear\n2,price,fine\n3,speed,slow\n";
const CONFIG: &str = "[data]\npath = \"customers.csv\"\nkey = \"id\"\nas_of = \"2026-06-30\"\n[study]\n\
                      segments = \"segments.toml\"\npersonas = \"personas.toml\"\nvalue = \"spend\"\n\
                      [tables.orders]\npath = \"orders.csv\"\nkey = \"id\"\ndate = \"date\"\n\
                      [tables.survey]\npath = \"survey.csv\"\nkey = \"id\"\nkind = \"survey\"\ntheme = \"theme\"\nquote = \"quote\"\n";
const SEGMENTS: &str = "[[segment]]\nname = \"pros\"\nwhere = \"plan = 'pro'\"\n\
                        [[segment]]\nname = \"broken\"\nwhere = \"spend > \"\n\
                        [[segmentation]]\nname = \"age\"\ncolumn = \"age\"\nbreaks = [25, 40]\n";
const PERSONAS: &str = "[[persona]]\nid = \"pat\"\nname = \"Pat\"\nspans = [\"pros\", \"age.25-39\"]\n\
                        [[persona.claim]]\ntext = \"spends\"\ncheck = \"spend > 90\"\n\
                        [[persona]]\nid = \"ann\"\nname = \"Ann\"\nwhere = \"spend < 150\"\n";

/// Most keys of one input.
const MOST: usize = 400;
/// Keys between two frames.
const FRAME: usize = 7;

/// Keys beside letters and digits, by the bytes from 128 on.
const NAMED: [KeySymbol; 13] = [
    KeySymbol::Enter,
    KeySymbol::Esc,
    KeySymbol::Tab,
    KeySymbol::Backspace,
    KeySymbol::Delete,
    KeySymbol::Up,
    KeySymbol::Down,
    KeySymbol::Left,
    KeySymbol::Right,
    KeySymbol::Home,
    KeySymbol::End,
    KeySymbol::PageUp,
    KeySymbol::PageDown,
];

struct Shop {
    study: Study,
    engine: Arc<dyn Engine>,
    cells: CellsByName,
    _folder: tempfile::TempDir,
}

fn shop() -> &'static Shop {
    static SHOP: OnceLock<Shop> = OnceLock::new();
    SHOP.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let files = [
            ("customers.csv", CUSTOMERS),
            ("orders.csv", ORDERS),
            ("survey.csv", SURVEY),
            ("config.toml", CONFIG),
            ("segments.toml", SEGMENTS),
            ("personas.toml", PERSONAS),
        ];
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a writable folder");
        }
        let study = study::load(&folder.path().join("config.toml"), None).expect("a good study");
        let source = BaseSource::Here(BaseLocation::Path(folder.path().join("customers.csv")));
        let today = "2026-06-30".parse().expect("a date");
        let value = Some("spend".into());
        let opening = Opening { study, source, value, today, wants_cells: true, named: None, grows_from: None };
        let opened = opening.open(&mut |_| {}, &Cancel::new()).expect("a good table");
        Shop { study: opening.study, engine: opened.engine, cells: opened.cells, _folder: folder }
    })
}

fn key(byte: u8, held: u8) -> KeyPress {
    let code = match byte {
        b' '..=b'~' => KeySymbol::Char(char::from(byte)),
        128.. => NAMED[usize::from(byte - 128) % NAMED.len()],
        _ => KeySymbol::Char(['ä', '漢', '\u{301}', '👩', '\u{200d}', 'ß', '@', '\''][usize::from(byte) % 8]),
    };
    KeyPress { ctrl: held & 1 == 1, alt: held & 2 == 2, shift: held & 4 == 4, ..KeyPress::plain(code) }
}

pub fn run(data: &[u8]) {
    let Some((head, keys)) = data.split_first_chunk::<2>() else { return };
    let shop = shop();
    let (width, height) = (1 + u16::from(head[0]), 1 + u16::from(head[1] % 64));
    let mut session = KeySession::new(shop, width, height);
    let mut screen = Terminal::new(TestBackend::new(width, height)).expect("a screen");
    let mut held = 0;
    for (n, &byte) in keys.iter().take(MOST).enumerate() {
        // These two bytes hold a modifier for the next key.
        if byte == 1 || byte == 2 {
            held = byte;
            continue;
        }
        session.act(Action::Key(key(byte, std::mem::take(&mut held))));
        if n % FRAME == 0 {
            screen.draw(|frame| tui::draw(frame, &session.state)).expect("drawn");
        }
    }
    screen.draw(|frame| tui::draw(frame, &session.state)).expect("drawn");
    // The session that is kept in case the program is killed can be read back.
    let kept = session.state.unsaved();
    let text = serde_json::to_string(&kept).expect("a session is JSON");
    let read: KeptSession = serde_json::from_str(&text).expect("a session is read back");
    assert_eq!(read, kept);
}

struct KeySession {
    state: State,
    shop: &'static Shop,
}

impl KeySession {
    fn new(shop: &'static Shop, width: u16, height: u16) -> Self {
        let settings = RunSettings {
            title: "small shop".into(),
            value: Some("spend".into()),
            mask: Vec::new(),
            min_cell: 0,
            research: study::Thresholds::default(),
            theme: ThemeName::Auto,
            abilities: Default::default(),
            mouse: false,
            today: "2026-06-30".parse().expect("a date"),
            can_save: true,
            can_create: None,
        };
        let definitions = shop.study.definitions.clone();
        let mut state = State::new(settings, definitions, Query::default(), Keymap::default(), views::all());
        (state.width, state.height) = (width, height);
        let mut session = Self { state, shop };
        let loaded = LoadedBase {
            schema: Arc::new(shop.engine.schema().clone()),
            customers: shop.engine.customers(),
            engine: None,
            value: Some("spend".into()),
            notices: Vec::new(),
            part: None,
        };
        session.act(Action::Loaded(Box::new(loaded)));
        session.act(Action::CellsFound(shop.cells.clone()));
        session
    }

    fn act(&mut self, action: Action) {
        let mut effects: VecDeque<Effect> = update(&mut self.state, action).into();
        while let Some(effect) = effects.pop_front() {
            for action in self.carry_out(effect) {
                effects.extend(update(&mut self.state, action));
            }
        }
    }

    /// Carries out what needs no file. Nothing is saved: what cannot be is the dearer way.
    fn carry_out(&self, effect: Effect) -> Vec<Action> {
        let engine = self.shop.engine.as_ref();
        match effect {
            Effect::Ask(ask) => {
                let (slots, questions): (Vec<_>, Vec<_>) = ask.questions.into_iter().unzip();
                let results = ask_each(engine, &questions, &Cancel::new());
                let answered = slots.into_iter().zip(results).map(|(slot, result)| Answered {
                    asker: ask.asker,
                    slot,
                    generation: ask.generation,
                    result,
                    took: Duration::ZERO,
                });
                answered.map(Action::Answered).collect()
            }
            Effect::Check(check) => vec![Action::FilterChecked(Box::new(check.run()))],
            Effect::FindCells(mut cells) => {
                drive(engine, &Personas::default(), cells.as_mut(), &Cancel::new()).expect("not cancelled");
                vec![Action::CellsFound(cells.result().clone())]
            }
            Effect::Vet(mut counts, personas) => {
                drive(engine, &personas, counts.as_mut(), &Cancel::new()).expect("not cancelled");
                vec![Action::Vetted(counts.faults())]
            }
            Effect::Group(work) => vec![Action::Grouped(Ok(Box::new(work.run())))],
            Effect::Tutor => vec![Action::TutorNotOpened("the disk is full".into())],
            Effect::Save(saving) => {
                let reason = SaveFailed::Other("the disk is full".into());
                vec![Action::SaveFailed { change: saving.change, reason }]
            }
            Effect::Export(_) => vec![Action::NotExported("the disk is full".into())],
            Effect::Copy { message, .. } => vec![Action::Copied(message)],
            Effect::ReadNotes(notes) => {
                let read = notes.into_iter().map(|note| (note, Err("there is no such file".to_owned())));
                vec![Action::NotesRead(read.collect())]
            }
            Effect::Editor(editing) => {
                let text = Ok(format!("{} ", editing.text));
                vec![Action::EditorClosed { editing, text }]
            }
            Effect::KeepTheme(_) => vec![Action::ThemeNotKept("the disk is full".into())],
            Effect::Estimate(_)
            | Effect::Sample
            | Effect::Cancel(_)
            | Effect::CreateStudy
            | Effect::TakeMouse(_)
            | Effect::Redraw
            | Effect::Open
            | Effect::Suspend
            | Effect::Quit => Vec::new(),
        }
    }
}
