//! A small workspace in memory with known cards, and the app over it: the clock stands at Thursday 12 November 2026, 10:24.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{NaiveDate, TimeZone, Utc};
use eframe::egui::{Key, Modifiers, Rect, ViewportCommand, ViewportEvent, ViewportId, vec2};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use satchel::{
    SatchelApp,
    locale::Locale,
    shell::{Dialler, Mode, Notices, Start, Viewer},
};
use satchel_core::{
    Command, DocId, Kind, Money, Storage, Value, Workspace,
    environment::{
        Environment,
        fixed::{FixedClock, environment},
    },
    members::Role,
    record::ActivityType,
    workspace::{DeviceKey, Founding, StageSet},
};

thread_local! {
    /// What this test's window has dialled.
    pub static DIALLED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// What was to be shown outside the window.
    pub static NOTICED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// The copies of attached files that this test's window had opened.
    pub static SHOWN: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
    /// Where it lays them.
    static COPIES: tempfile::TempDir = tempfile::tempdir().unwrap();
}

pub fn clock() -> Arc<FixedClock> {
    FixedClock::at(Utc.with_ymd_and_hms(2026, 11, 12, 10, 24, 0).unwrap())
}

pub fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

pub fn empty(environment: Environment) -> Workspace {
    founded(Storage::Memory, environment)
}

pub fn founded(storage: Storage, environment: Environment) -> Workspace {
    let founding = Founding {
        name: "MavenTech".into(),
        user: "Vicki Laflamme".into(),
        device_name: "vickis-laptop".into(),
        currency: "USD".into(),
        stages: StageSet::Standard,
    };
    Workspace::found(storage, environment, founding).unwrap()
}

pub fn stage(workspace: &Workspace, name: &str) -> DocId {
    workspace.records().stages.values().find(|s| s.name == name).unwrap().id
}

/// Title, customer, amount in units, closing day, stars, tags, activity (kind, day of November), stage, mine.
type Deal<'a> = (&'a str, &'a str, i64, u32, i64, &'a str, Option<(DocId, u32)>, &'a str, bool);

const CALL: DocId = ActivityType::CALL;
const EMAIL: DocId = ActivityType::EMAIL;
const MEETING: DocId = ActivityType::MEETING;

const DEALS: [Deal; 17] = [
    ("GTX Basic, front desks", "Hatfan", 5_500, 19, 0, "New logo", Some((CALL, 17)), "New", true),
    ("MG Advanced for ward tablets", "Bioplex", 10_179, 18, 1, "Medical", None, "New", false),
    ("GTX Plus Basic refresh", "Plexzap", 13_152, 16, 1, "Retail", Some((EMAIL, 12)), "New", true),
    ("GTK 500 pilot", "Ron-tech", 26_768, 13, 2, "Pilot", Some((CALL, 10)), "New", false),
    ("MG Special test kit", "Sumace", 1_100, 18, 0, "Retail", None, "Qualified", false),
    ("GTX Pro for call floor", "Rantouch", 14_463, 11, 1, "Telecom", Some((EMAIL, 9)), "Qualified", true),
    ("MG Advanced, 8 branches", "Stanredtax", 27_144, 13, 1, "Finance", Some((CALL, 12)), "Qualified", true),
    (
        "GTX Pro rollout, 4 sites",
        "Umbrella Corporation",
        48_210,
        17,
        2,
        "Finance",
        Some((MEETING, 16)),
        "Qualified",
        true,
    ),
    ("GTX Plus Pro, design lab", "Goodsilron", 21_928, 17, 2, "Design", Some((MEETING, 13)), "Qualified", true),
    ("MG Advanced, training room", "Treequote", 6_786, 18, 1, "Training", Some((CALL, 18)), "Proposition", true),
    ("GTX Pro, imaging suite", "Condax", 19_284, 10, 2, "Medical", Some((CALL, 11)), "Proposition", true),
    ("GTX Plus Pro renewal", "Kan-code", 38_374, 19, 3, "Renewal", Some((CALL, 16)), "Proposition", true),
    ("GTK 500 ×2, Seoul fab", "Hottechi", 53_536, 13, 3, "Servers", Some((MEETING, 12)), "Proposition", true),
    ("GTX Basic starter", "Green-Plus", 5_500, 9, 1, "New logo", None, "Won", true),
    ("MG Advanced ×6", "Donquadtech", 20_358, 12, 2, "Training", None, "Won", true),
    ("GTX Plus Basic ×25", "Konex", 27_400, 11, 2, "Servers", None, "Won", true),
    ("GTX Basic trial", "Isdom", 4_800, 20, 1, "Pilot", None, "New", true),
];

/// The board of the look's picture; the last deal is lost.
pub fn pipeline(clock: &Arc<FixedClock>) -> Workspace {
    let workspace = empty(environment(clock, 7));
    let run = |command| workspace.execute(command).unwrap();
    let mut named = std::collections::HashMap::new();
    let mut ensure = |kind: Kind, name: &str, more: Vec<(String, Value)>| {
        *named.entry((kind, name.to_owned())).or_insert_with(|| {
            let id = workspace.new_id(kind);
            let mut fields = vec![("name".to_owned(), Value::from(name))];
            fields.extend(more);
            run(Command::Create { id, fields });
            id
        })
    };
    let colors =
        [("Medical", 1), ("Servers", 5), ("Renewal", 3), ("Retail", 4), ("Finance", 0), ("New logo", 2), ("Pilot", 6)];
    for (i, (title, customer, amount, closing, stars, tag, activity, at, mine)) in DEALS.into_iter().enumerate() {
        let partner = ensure(Kind::Contact, customer, vec![("is_company".into(), Value::Bool(true))]);
        let color = colors.iter().find(|(name, _)| *name == tag).map_or(3, |(_, c)| *c);
        let tag = ensure(Kind::Tag, tag, vec![("color".into(), Value::Int(color))]);
        let id = workspace.new_id(Kind::Opportunity);
        let mut fields: Vec<(String, Value)> = vec![
            ("type".into(), "opportunity".into()),
            ("name".into(), title.into()),
            ("partner".into(), partner.into()),
            ("expected_revenue".into(), Money(amount * 100).into()),
            ("date_deadline".into(), day(closing).into()),
            ("priority".into(), stars.into()),
            ("tags".into(), Value::Refs(vec![tag])),
            ("stage".into(), stage(&workspace, at).into()),
        ];
        if mine {
            fields.push(("user".into(), workspace.user().into()));
        } else {
            fields.push(("user".into(), Value::Null));
        }
        run(Command::Create { id, fields });
        if let Some((kind, due)) = activity {
            run(Command::AddActivity {
                on: id,
                id: workspace.new_id(Kind::Activity),
                kind,
                summary: String::new(),
                note: String::new(),
                date_deadline: day(due),
                user: Some(workspace.user()),
            });
        }
        if i == DEALS.len() - 1 {
            run(Command::MarkLost { ids: vec![id], reason: None, note: String::new() });
        }
    }
    workspace
}

/// The app at work on the pipeline, in a window of this size; what it does is done when a frame is over.
pub fn app(workspace: Option<Workspace>, environment: Environment, size: [f32; 2]) -> Harness<'static, SatchelApp> {
    let is_at_work = workspace.is_some();
    let mut harness = opened(workspace, environment, size);
    if is_at_work {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
        harness.step();
    }
    harness
}

/// The app as it opens.
pub fn opened(workspace: Option<Workspace>, environment: Environment, size: [f32; 2]) -> Harness<'static, SatchelApp> {
    window(Locale::default(), workspace, environment, size, (Mode::Inline, None))
}

/// The app as it starts over a folder in which a workspace will lie.
pub fn over_folder(
    folder: PathBuf,
    workspace: Option<Workspace>,
    environment: Environment,
    size: [f32; 2],
) -> Harness<'static, SatchelApp> {
    window(Locale::default(), workspace, environment, size, (Mode::Inline, Some(folder)))
}

/// The app as a person has it, its work on threads of its own.
pub fn threaded(workspace: Workspace, environment: Environment, size: [f32; 2]) -> Harness<'static, SatchelApp> {
    let mut harness = window(Locale::default(), Some(workspace), environment, size, (Mode::Threads, None));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
    harness.step();
    harness
}

/// The app as it speaks there.
pub fn app_in(
    locale: Locale,
    workspace: Option<Workspace>,
    environment: Environment,
    size: [f32; 2],
) -> Harness<'static, SatchelApp> {
    let is_at_work = workspace.is_some();
    let mut harness = window(locale, workspace, environment, size, (Mode::Inline, None));
    if is_at_work {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Num1);
        harness.step();
    }
    harness
}

fn window(
    locale: Locale,
    workspace: Option<Workspace>,
    environment: Environment,
    size: [f32; 2],
    (mode, folder): (Mode, Option<PathBuf>),
) -> Harness<'static, SatchelApp> {
    Harness::builder().with_size(vec2(size[0], size[1])).with_max_steps(40).build_eframe(|cc| {
        let start = Start {
            workspace,
            folder,
            environment,
            device_name: "test".into(),
            mode,
            network: false,
            locale,
            dialler: Dialler::new(|link| {
                DIALLED.with_borrow_mut(|dialled| dialled.push(link.to_owned()));
                Ok(())
            }),
            notices: Notices::new(|title, line| {
                NOTICED.with_borrow_mut(|noticed| noticed.push(format!("{title}: {line}")));
            }),
            viewer: Viewer::new(Some(COPIES.with(|folder| folder.path().to_owned())), |path: &Path| {
                SHOWN.with_borrow_mut(|shown| shown.push(path.to_owned()));
                Ok(())
            }),
        };
        SatchelApp::new(&cc.egui_ctx, start)
    })
}

/// A person at the window over a workspace: what they do by names, and what they see.
pub struct Desk {
    pub clock: Arc<FixedClock>,
    pub workspace: Workspace,
    pub harness: Harness<'static, SatchelApp>,
}

impl Desk {
    pub fn over(workspace: Workspace, clock: Arc<FixedClock>, size: [f32; 2]) -> Desk {
        let mut harness = app(Some(workspace.clone()), environment(&clock, 1), size);
        harness.run();
        Desk { clock, workspace, harness }
    }

    /// Over the board of the look's picture.
    pub fn at_the_board(size: [f32; 2]) -> Desk {
        let clock = clock();
        Desk::over(pipeline(&clock), clock, size)
    }

    pub fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run_steps(8);
    }

    pub fn key(&mut self, key: Key) {
        self.keys(Modifiers::NONE, key);
    }

    pub fn keys(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(8);
    }

    /// Opens the palette and types.
    pub fn palette(&mut self, typed: &str) {
        self.keys(Modifiers::COMMAND, Key::K);
        self.harness.get_by_label("Command palette").type_text(typed);
        self.harness.run_steps(8);
    }

    pub fn focus(&mut self, name: &str) {
        self.harness.get_by_label(name).focus();
        self.harness.run_steps(4);
    }

    /// Puts the focus on what has a name that begins like this.
    pub fn focus_line(&mut self, name: &str) {
        let found = self.harness.query_all_by_label_contains(name);
        let begins = |node: &egui_kittest::Node<'_>| node.accesskit_node().label().is_some_and(|l| l.starts_with(name));
        found.into_iter().find(begins).unwrap_or_else(|| panic!("no {name}")).focus();
        self.harness.run_steps(4);
    }

    /// Replaces what stands in a field, without leaving it.
    pub fn type_over(&mut self, name: &str, text: &str) {
        self.focus(name);
        self.harness.get_by_label(name).type_text(text);
        self.harness.run_steps(4);
    }

    /// Replaces what stands in a field and leaves it.
    pub fn fill(&mut self, name: &str, text: &str) {
        self.type_over(name, text);
        self.key(Key::Enter);
    }

    /// Opens the form of a card.
    pub fn open(&mut self, card: &str) {
        self.harness.get_by_label_contains(card).click();
        self.harness.run_steps(4);
        self.key(Key::Enter);
    }

    pub fn is_there(&self, name: &str) -> bool {
        self.harness.query_all_by_label_contains(name).next().is_some()
    }

    /// The record of this kind and name.
    pub fn named(&self, kind: Kind, name: &str) -> DocId {
        let records = self.workspace.records();
        let ids: Vec<DocId> = match kind {
            Kind::Team => records.teams.keys().copied().collect(),
            Kind::User => records.users.keys().copied().collect(),
            Kind::Tag => records.tags.keys().copied().collect(),
            Kind::Contact => records.contacts.keys().copied().collect(),
            _ => records.opportunities.keys().copied().collect(),
        };
        ids.into_iter().find(|id| records.name(*id) == name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// Changes fields of a record as if a colleague had.
    pub fn set(&self, id: DocId, fields: &[(&str, Value)]) {
        let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
        self.workspace.execute(Command::Set { id, fields, seen: None }).unwrap();
    }

    /// As [`close`].
    pub fn close(&mut self) -> Vec<ViewportCommand> {
        close(&mut self.harness)
    }
}

/// The window's button for closing it is pressed. Returns what the window was told.
pub fn close(harness: &mut Harness<'_, SatchelApp>) -> Vec<ViewportCommand> {
    harness.input_mut().viewports.entry(ViewportId::ROOT).or_default().events.push(ViewportEvent::Close);
    let mut commands = Vec::new();
    for _ in 0..8 {
        harness.step();
        let output = harness.output().viewport_output.get(&ViewportId::ROOT);
        commands.extend(output.map(|o| o.commands.clone()).unwrap_or_default());
        harness.input_mut().viewports.entry(ViewportId::ROOT).or_default().events.clear();
    }
    commands
}

/// Where the widget of this name lies.
pub fn place(harness: &Harness<'_, SatchelApp>, name: &str) -> Rect {
    harness.get_by_label(name).rect()
}

/// Drags from the middle of one widget to a place.
pub fn drag(harness: &mut Harness<'_, SatchelApp>, from: &str, to: eframe::egui::Pos2) {
    let at = place(harness, from).center();
    harness.hover_at(at);
    harness.run();
    harness.drag_at(at);
    harness.run();
    for step in [0.2, 0.6, 1.0] {
        harness.hover_at(at + (to - at) * step);
        harness.run();
    }
}

/// A colleague's device, admitted and with everything the first one has.
pub fn colleague(workspace: &Workspace, clock: &Arc<FixedClock>) -> Workspace {
    let environment = environment(clock, 99);
    let expires = Utc.with_ymd_and_hms(2026, 11, 30, 0, 0, 0).unwrap();
    let ticket = workspace.invite(Role::Salesperson, Some("Celia Rouche"), expires).unwrap();
    let key = DeviceKey::generate(&environment);
    let request = ticket.request(key.device(), "celias-phone", None);
    let welcome = workspace.admit(&request).unwrap();
    let other = Workspace::join(Storage::Memory, environment, key, "celias-phone", &welcome).unwrap();
    meet(workspace, &other);
    other
}

/// Both hold everything that either had.
pub fn meet(one: &Workspace, other: &Workspace) {
    for (from, to) in [(one, other), (other, one)] {
        let mut at = Some(0);
        while let Some(arrival) = at {
            let (commits, next) = from.commits_beyond(&to.vector(), arrival, 1 << 20).unwrap();
            to.accept(commits).unwrap();
            at = next;
        }
    }
}
