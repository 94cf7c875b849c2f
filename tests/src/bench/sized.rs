//! Workspaces of a given size.

use std::{
    cell::{Cell, OnceCell},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, ensure};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use satchel_core::{
    Command, DocId, Kind, Storage, Workspace, demo,
    environment::{
        Environment,
        fixed::{FixedClock, environment},
    },
    members::Role,
    record::ActivityType,
    workspace::{DeviceKey, Founding, RowOutcome, StageSet},
};

use super::floor::{self, Raw};

const SEED: u64 = 2026;

/// One size, and the folders it lies in.
pub struct Bench {
    pub records: usize,
    folder: PathBuf,
    /// Thrown away with this, unless the caller named a folder.
    _own: Option<tempfile::TempDir>,
    raw: OnceCell<Raw>,
    clock: Arc<FixedClock>,
    seeds: Cell<u64>,
}

impl Bench {
    /// With the imported workspace, which every measurement starts from. In a folder of the caller's it is kept, and used again.
    pub fn new(records: usize, within: Option<&Path>) -> anyhow::Result<Bench> {
        let clock = FixedClock::at(now());
        let (folder, own) = match within {
            Some(within) => (within.join(records.to_string()), None),
            None => {
                let own = tempfile::tempdir()?;
                (own.path().to_owned(), Some(own))
            }
        };
        let bench = Bench { records, folder, _own: own, raw: OnceCell::new(), clock, seeds: Cell::new(0) };
        if bench.imported_folder().exists() {
            // Who was admitted before cannot be again.
            let runs = bench.folder.join("runs");
            let run = fs::read_to_string(&runs).map_or(1, |run| run.trim().parse::<u64>().map_or(1, |run| run + 1));
            fs::write(runs, run.to_string())?;
            bench.seeds.set(1_000 * run);
            return Ok(bench);
        }
        let workspace = bench.found(Storage::Folder(bench.imported_folder()))?;
        let commands = bench.commands(&workspace);
        let outcome = workspace.execute_batch("Import", commands, false, &mut |_, _| {})?;
        let refused = outcome.results.iter().find(|r| matches!(r, RowOutcome::Refused(_)));
        ensure!(refused.is_none(), "{refused:?}");
        Ok(bench)
    }

    pub fn today(&self) -> NaiveDate {
        now().date_naive()
    }

    pub fn imported_folder(&self) -> PathBuf {
        self.folder("imported")
    }

    /// A folder of this run.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn imported(&self) -> anyhow::Result<Workspace> {
        Ok(Workspace::open(Storage::Folder(self.imported_folder()), self.environment())?)
    }

    /// The imported workspace after a year of work: five activities for every opportunity, nine of ten of them done.
    pub fn busy(&self) -> anyhow::Result<Workspace> {
        let folder = self.folder("busy");
        if folder.exists() {
            return Ok(Workspace::open(Storage::Folder(folder), self.environment())?);
        }
        fs::create_dir_all(&folder)?;
        fs::copy(self.imported_folder().join("workspace.satchel"), folder.join("workspace.satchel"))?;
        let workspace = Workspace::open(Storage::Folder(folder), self.environment())?;
        let all: Vec<(DocId, Option<DocId>)> =
            workspace.records().opportunities.values().map(|o| (o.id, o.user)).collect();
        for (month, part) in all.chunks(all.len().div_ceil(12)).enumerate() {
            let at = now() - TimeDelta::days(30 * month as i64);
            self.clock.set(at);
            let mut commands = Vec::new();
            for (n, (on, user)) in part.iter().enumerate() {
                for turn in 0..4 + n % 2 {
                    let id = workspace.new_id(Kind::Activity);
                    let (kind, note) = (ActivityType::CALL, String::new());
                    let date_deadline = at.date_naive() + TimeDelta::days((n % 30) as i64);
                    let summary = format!("Call {turn}");
                    commands.push(Command::AddActivity {
                        on: *on,
                        id,
                        kind,
                        summary,
                        note,
                        date_deadline,
                        user: *user,
                    });
                    if (n + turn) % 10 > 0 {
                        commands.push(Command::ActivityDone { id, feedback: String::new() });
                    }
                }
            }
            workspace.execute_batch("Work", commands, false, &mut |_, _| {})?;
        }
        self.clock.set(now());
        Ok(workspace)
    }

    /// The same records, every command its own commit; in memory, where a commit costs no disk.
    pub fn single_commits(&self) -> anyhow::Result<Workspace> {
        let workspace = self.found(Storage::Memory)?;
        for command in self.commands(&workspace) {
            workspace.execute(command)?;
        }
        Ok(workspace)
    }

    pub fn found(&self, storage: Storage) -> anyhow::Result<Workspace> {
        let founding = Founding {
            name: "Acme".into(),
            user: "Ann Field".into(),
            device_name: "laptop".into(),
            currency: "USD".into(),
            stages: StageSet::Standard,
        };
        Ok(Workspace::found(storage, self.environment(), founding)?)
    }

    /// A device that `by` admits and that holds nothing yet.
    pub fn admitted(&self, by: &Workspace, storage: Storage) -> anyhow::Result<Workspace> {
        let ticket = by.invite(Role::Salesperson, None, now() + TimeDelta::days(7))?;
        let environment = self.environment();
        let name = format!("Bob Road {}", self.seeds.get());
        let key = DeviceKey::generate(&environment);
        let welcome = by.admit(&ticket.request(key.device(), "notebook", Some(&name)))?;
        Ok(Workspace::join(storage, environment, key, "notebook", &welcome)?)
    }

    /// What lies in the imported workspace's file. It must not be open when this is first asked.
    pub fn raw(&self) -> anyhow::Result<&Raw> {
        if self.raw.get().is_none() {
            let raw = floor::raw(&self.imported_folder())?;
            return Ok(self.raw.get_or_init(|| raw));
        }
        self.raw.get().context("just made")
    }

    fn commands(&self, workspace: &Workspace) -> Vec<Command> {
        demo::commands(workspace.id(), self.records, SEED, self.today())
    }

    /// Sets the clock to so long after the import.
    pub fn at(&self, later: TimeDelta) {
        self.clock.set(now() + later);
    }

    /// Randomness that was not given before.
    pub fn environment(&self) -> Environment {
        self.seeds.set(self.seeds.get() + 1);
        environment(&self.clock, self.seeds.get())
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_794_484_800, 0).unwrap_or_default()
}
