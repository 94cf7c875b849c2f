//! A disk that is really full, while files are attached and imported: told in words, nothing half stays, all else goes on, and
//! it is done once there is room. Plain and under a passphrase.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use satchel_core::{
    Cost, Passphrase, Storage,
    environment::fixed::{FixedClock, environment},
};

use crate::program::{Device, Ran};

/// A small disk at a device's data folder; gone with its handle.
struct Disk(PathBuf);

impl Disk {
    fn at(folder: &Path) -> Result<Disk, String> {
        fs::create_dir(folder).unwrap();
        let ran = Command::new("mount").args(["-t", "tmpfs", "-o", "size=60m", "tmpfs"]).arg(folder).output();
        let ran = ran.map_err(|why| why.to_string())?;
        let said = String::from_utf8_lossy(&ran.stderr);
        if ran.status.success() { Ok(Disk(folder.to_owned())) } else { Err(said.trim().to_owned()) }
    }

    /// Leaves room for so much.
    fn fill_up(&self, bytes: u64) {
        let mut ballast = fs::File::create(self.ballast()).unwrap();
        while ballast.write_all(&[1; 4096]).is_ok() {}
        let most = ballast.metadata().unwrap().len();
        ballast.set_len(most - bytes).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg(&self.0).status();
    }
}

/// Bytes that no file system makes smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn attached_files(device: &Device) -> usize {
    fs::read_dir(device.data().join("files")).map_or(0, Iterator::count)
}

fn fills_up(sealed: bool) {
    let device = Device::empty();
    let disk = match Disk::at(&device.data()) {
        Ok(disk) => disk,
        Err(missing) => {
            println!("skipped: no small disk can be mounted here: {missing}");
            return;
        }
    };
    device.found();
    let phrase = device.file("phrase", "correct horse");
    if sealed {
        // Cheap to open, as it is opened often.
        let cheap = Passphrase::new("correct horse").at_cost(Cost::FOR_TESTS);
        let environment = environment(&FixedClock::at(Default::default()), 1);
        Storage::Folder(device.data()).protect(Some(&cheap), &environment).unwrap();
    }
    let run = |args: &[&str]| -> Ran {
        let with = ["--passphrase-file", &phrase];
        device.run(&[args, if sealed { &with } else { &[] }].concat())
    };
    let digest = || run(&["status", "--json"]).json()["digest"].clone();
    let deal = run(&["add", "opportunity", "name=Van"]).done().stdout.trim().to_owned();
    let (small, large) = (device.file("small.bin", noise(100_000)), device.file("large.bin", noise(5 << 20)));
    run(&["attachment", "add", &deal, &small]).done();

    disk.fill_up(200_000);

    // Attaching.
    let before = digest();
    run(&["attachment", "add", &deal, &large]).refused(&["the disk is full", "nothing is lost", "make room"]);
    assert_eq!(attached_files(&device), 1, "nothing half stays");
    assert_eq!(digest(), before);
    run(&["set", &deal, "city=Ghent"]).done();

    // Importing.
    let rows: String = (0..800)
        .map(|n| {
            format!(
                "D{n},Deal {n},{}
",
                n * 10
            )
        })
        .collect();
    let deals = device.file(
        "deals.csv",
        format!(
            "External ID,Opportunity,Expected Revenue
{rows}"
        ),
    );
    let before = digest();
    run(&["import", &deals]).refused(&["the disk is full", "nothing is lost", "make room"]);
    assert_eq!(digest(), before);
    assert_eq!(run(&["status", "--json"]).json()["records"]["opportunities"], 1);
    run(&["doctor"]).done();

    disk.make_room();
    run(&["set", &deal, "city=Bruges"]).done();
    let attachment = run(&["attachment", "add", &deal, &large]).done().stdout.trim().to_owned();
    let copy = device.path("copy.bin").display().to_string();
    run(&["attachment", "save", &attachment, "-o", &copy]).done();
    assert!(fs::read(&copy).unwrap() == noise(5 << 20));
    run(&["import", &deals]).done();
    assert_eq!(run(&["status", "--json"]).json()["records"]["opportunities"], 801);
    run(&["doctor"]).done();
}

#[test]
fn attaching_and_importing_on_a_full_disk() {
    fills_up(false);
}

#[test]
fn attaching_and_importing_on_a_full_disk_under_a_passphrase() {
    fills_up(true);
}
