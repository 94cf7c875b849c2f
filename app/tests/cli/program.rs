//! Runs the real program in a folder of its own.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value as Json;
use tempfile::TempDir;

/// One device: a data folder, and a folder beside it for files.
pub struct Device {
    home: TempDir,
}

/// What a command printed and how it ended.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    line: String,
}

impl Device {
    /// With nothing in it.
    pub fn empty() -> Device {
        Device { home: tempfile::tempdir().unwrap() }
    }

    /// With the workspace "Acme" founded by Ann Field.
    pub fn founded() -> Device {
        let device = Device::empty();
        device.run(&["init", "--name", "Acme", "--user", "Ann Field", "--currency", "USD"]).done();
        device
    }

    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// The path of a file beside the data folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file beside the data folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program, about to run on this device's data folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = bare();
        command.arg("--data").arg(self.data()).args(args).current_dir(self.home.path());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&mut self.command(args))
    }

    /// Runs with --json and gives the value.
    pub fn json(&self, args: &[&str]) -> Json {
        self.run(&[args, &["--json"]].concat()).json()
    }

    /// Runs and gives the one line it prints.
    pub fn line(&self, args: &[&str]) -> String {
        let ran = self.run(args).done();
        assert_eq!(ran.stdout.lines().count(), 1, "one line expected from {}: {}", ran.line, ran.stdout);
        ran.stdout.trim_end().to_owned()
    }

    /// Everything in the data folder, byte for byte.
    pub fn bytes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut out = BTreeMap::new();
        collect(&self.data(), &mut out);
        out
    }

    pub fn digest(&self) -> String {
        self.json(&["status"])["digest"].as_str().unwrap().to_owned()
    }
}

fn collect(folder: &Path, out: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, out);
            out.insert(path, Vec::new());
        } else {
            let bytes = fs::read(&path).unwrap();
            out.insert(path, bytes);
        }
    }
}

/// The program without a data folder, apart from the person's own.
pub fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_satchel"));
    command.env_remove("SATCHEL_DATA").env("TZ", "UTC").stdin(Stdio::null());
    command
}

impl Ran {
    pub fn of(command: &mut Command) -> Ran {
        let Output { status, stdout, stderr } = command.output().unwrap();
        Ran {
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
            line: format!("{:?}", command.get_args().collect::<Vec<_>>()),
        }
    }

    pub fn done(self) -> Ran {
        assert_eq!(self.code, 0, "{} failed: {}{}", self.line, self.stdout, self.stderr);
        self
    }

    pub fn json(self) -> Json {
        let ran = self.done();
        serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{}: {e}: {}", ran.line, ran.stdout))
    }

    /// Refused: exit 1, nothing on standard output, one clear line on standard error that holds these words.
    pub fn refused(self, words: &[&str]) {
        let Ran { code, stdout, stderr, line } = &self;
        assert_eq!(*code, 1, "{line} was to be refused: {stdout}{stderr}");
        assert_eq!(stdout, "", "{line} was refused but printed a result");
        assert_eq!(stderr.lines().count(), 1, "{line}: one line expected: {stderr}");
        for word in words {
            assert!(stderr.to_lowercase().contains(&word.to_lowercase()), "{line}: ‘{word}’ is missing in: {stderr}");
        }
        assert!(!stderr.contains("panicked") && !stderr.contains("a fault in Satchel"), "{line}: {stderr}");
    }
}

/// A small pipeline in the shape of Maven's: four files that belong together.
pub fn pipeline(device: &Device) -> [String; 4] {
    [
        device.file(
            "sales_pipeline.csv",
            "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\r\n\
             A1,Mia Stone,GTXPro,Bluebird,Won,2026-01-05,2026-03-01,1054\r\n\
             A2,Mia Stone,MG Special,Bluebird,Won,2026-01-09,2026-03-07,50\r\n\
             A3,Noah Reed,GTXPro,Cloverly,Lost,2026-01-12,2026-02-20,0\r\n\
             A4,Noah Reed,MG Special,Cloverly,Engaging,2026-02-01,,\r\n\
             A5,Mia Stone,GTXPro,,Prospecting,,,\r\n\
             A6,Noah Reed,GTXPro,Bluebird,Won,2026-02-02,2026-03-11,4821\r\n",
        ),
        device.file(
            "accounts.csv",
            "account,sector,year_established,revenue,employees,office_location,subsidiary_of\r\n\
             Bluebird,medical,1999,251.41,495,Kenya,\r\n\
             Cloverly,retail,2003,100.5,20,Norway,Bluebird\r\n",
        ),
        device.file("products.csv", "product,series,sales_price\r\nGTX Pro,GTX,4821\r\nMG Special,MG,55\r\n"),
        device.file(
            "sales_teams.csv",
            "sales_agent,manager,regional_office\r\nMia Stone,Dora Brink,Central\r\nNoah Reed,Dora Brink,Central\r\n",
        ),
    ]
}
