//! Runs the real program in a folder of its own.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value as Json;
use tempfile::TempDir;

const SATCHEL: &str = env!("CARGO_BIN_EXE_satchel");

/// One device: a data folder, and a folder beside it for files.
pub struct Device {
    home: TempDir,
    /// The network it is on, if not this machine's own.
    network: Option<String>,
}

/// A device that serves; killed when dropped.
pub struct Serving {
    pub process: Child,
    pub address: String,
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
        Device { home: tempfile::tempdir().unwrap(), network: None }
    }

    /// With nothing in it, on another network than this machine's own.
    pub fn on(network: &str) -> Device {
        Device { network: Some(network.to_owned()), ..Device::empty() }
    }

    /// With the workspace "Acme" founded by Ann Field.
    pub fn founded() -> Device {
        let device = Device::empty();
        device.found();
        device
    }

    pub fn found(&self) {
        self.run(&["init", "--name", "Acme", "--user", "Ann Field", "--currency", "USD"]).done();
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
        let mut command = match &self.network {
            Some(network) => within(network),
            None => bare(),
        };
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
    prepared(Command::new(SATCHEL))
}

/// The same in a network namespace, as the very process that is started.
fn within(network: &str) -> Command {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", network, SATCHEL]);
    prepared(command)
}

fn prepared(mut command: Command) -> Command {
    command.env_remove("SATCHEL_DATA").env("TZ", "UTC").stdin(Stdio::null());
    command
}

impl Serving {
    pub fn start(device: &Device) -> Serving {
        Serving::with(device, &[])
    }

    pub fn with(device: &Device, more: &[&str]) -> Serving {
        let mut command = device.command(&["serve", "--for", "300"]);
        let mut process = command.args(more).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("ready ").unwrap_or_else(|| panic!("not ready: {line}")).to_owned();
        Serving { process, address }
    }

    /// Asks it to stop as a service manager does, and waits.
    #[cfg(unix)]
    pub fn stop(self) {
        self.stop_by("TERM");
    }

    /// Asks it to stop by a signal, and waits.
    #[cfg(unix)]
    pub fn stop_by(mut self, signal: &str) {
        let asked = Command::new("kill").args(["-s", signal, &self.process.id().to_string()]).status().unwrap();
        assert!(asked.success());
        assert_eq!(self.process.wait().unwrap().code(), Some(0), "{signal} is a clean stop");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
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
