//! Disks that fail, fill up or rot, and folders that cannot be used: nothing acknowledged is lost, nothing is half done,
//! and every error is one clear line.

use std::{fs, path::Path};

use crate::common::{
    Desk,
    disk::{Disk, Failure},
    noon, own,
};
use chrono::TimeDelta;
use satchel_core::{
    Command, DocId, Error, Kind, Result, Storage, Workspace,
    environment::fixed::{FixedClock, environment},
    record::ActivityType,
    workspace::{Founding, StageSet},
};

fn founding() -> Founding {
    Founding {
        name: "Acme".into(),
        user: "Ann Field".into(),
        device_name: "laptop".into(),
        currency: "USD".into(),
        stages: StageSet::Standard,
    }
}

fn reopened(disk: &Disk) -> Result<Workspace> {
    Workspace::open(disk.storage(), environment(&FixedClock::at(noon()), 99))
}

fn digest(ws: &Workspace) -> [u8; 32] {
    ws.status().expect("a status").digest
}

/// What a person does in the script, one command after the other.
type Act = fn(&Workspace) -> Result<()>;

const DEAL: &str = "GTX Pro for the harbour";

fn deal(ws: &Workspace) -> DocId {
    DocId::derived(ws.id(), "test", Kind::Opportunity, "deal")
}

fn script() -> Vec<Act> {
    vec![
        |ws| {
            let fields = own(&[("name", DEAL.into()), ("description", "Long words of a customer. ".repeat(30).into())]);
            ws.execute(Command::Create { id: deal(ws), fields }).map(|_| ())
        },
        |ws| ws.set_setting("theme", b"dark"),
        |ws| {
            let fields = own(&[("city", "Ghent".into()), ("description", "Other words. ".repeat(40).into())]);
            ws.execute(Command::Set { id: deal(ws), fields, seen: None }).map(|_| ())
        },
        |ws| {
            let row = |n: usize| Command::ImportRow {
                id: DocId::derived(ws.id(), "test", Kind::Contact, &n.to_string()),
                source: "test".into(),
                fields: own(&[("name", format!("Contact {n}").into()), ("description", "x".repeat(500).into())]),
            };
            ws.execute_batch("Import", (0..14).map(row).collect(), false, &mut |_, _| {}).map(|_| ())
        },
        |ws| {
            let (on, id) = (deal(ws), ws.new_id(Kind::Activity));
            let date_deadline = ws.environment().today() + TimeDelta::days(2);
            let (kind, summary, note) = (ActivityType::CALL, "Offer".into(), String::new());
            ws.execute(Command::AddActivity { on, id, kind, summary, note, date_deadline, user: None }).map(|_| ())
        },
        |ws| ws.execute(Command::MarkWon { ids: vec![deal(ws)] }).map(|_| ()),
        |ws| ws.undo().map(|_| ()),
    ]
}

fn found(disk: &Disk) -> Result<Workspace> {
    Workspace::found(disk.storage(), environment(&FixedClock::at(noon()), 1), founding())
}

/// A disk on which the whole script has run, and the digests after founding and after every command.
fn whole() -> (Disk, Vec<[u8; 32]>) {
    let disk = Disk::new();
    let ws = found(&disk).expect("founded");
    let mut digests = vec![digest(&ws)];
    for act in script() {
        act(&ws).expect("done");
        digests.push(digest(&ws));
    }
    drop(ws);
    (disk, digests)
}

/// One clear line that says that storing failed.
fn assert_clear(error: &Error) {
    let line = error.to_string();
    assert!(matches!(error, Error::Storage(_)), "{error:?}");
    assert!(!line.contains('\n') && line.len() < 200, "{line}");
}

#[test]
fn whichever_write_fails_nothing_acknowledged_is_lost_and_nothing_is_half_done() {
    let (clean, digests) = whole();
    let total = clean.writes();
    let wanted: u64 = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(30);
    let stride = (total / wanted).max(1) as usize;
    let mut half_way = 0;
    for how in [Failure::Broken, Failure::Full, Failure::Once] {
        for n in (0..total).step_by(stride) {
            let disk = Disk::new();
            disk.fail_after(n, how);
            let ws = match found(&disk) {
                Ok(ws) => ws,
                Err(error) => {
                    assert_clear(&error);
                    continue;
                }
            };
            let mut done = 0;
            for act in script() {
                match act(&ws) {
                    Ok(()) => done += 1,
                    Err(error) => {
                        assert_clear(&error);
                        // What a person sees is what was acknowledged, also after the failure.
                        let seen = ws.records().opportunities.get(&deal(&ws)).is_some_and(|d| d.city == "Ghent");
                        assert_eq!(seen, done >= 3, "write {n}, {how:?}");
                        half_way += 1;
                        break;
                    }
                }
            }
            drop(ws);
            for (after, disk) in [("the failure", disk.copy()), ("a power cut", disk.after_power_cut())] {
                let ws = reopened(&disk).unwrap_or_else(|e| panic!("write {n}, {how:?}, after {after}: {e}"));
                let found = digest(&ws);
                let place = digests.iter().position(|d| *d == found);
                // The command that failed is there as a whole or not at all.
                let fits = place.is_some_and(|_| digests[done..digests.len().min(done + 2)].contains(&found));
                assert!(fits, "write {n}, {how:?}, after {after}: {done} acknowledged, found {place:?}");
                assert_eq!(ws.check().expect("checked").problems, Vec::<String>::new());
            }
        }
    }
    assert!(half_way > 10, "{half_way}");
}

#[test]
fn after_a_failed_write_it_goes_on_where_it_was() {
    let (_, digests) = whole();
    for n in 0..12 {
        let disk = Disk::new();
        let ws = found(&disk).expect("founded");
        disk.fail_after(n, Failure::Once);
        let failed = script().iter().position(|act| act(&ws).is_err());
        drop(ws);
        let ws = reopened(&disk).expect("opened");
        // As if the script began again where it stopped: the same work makes a workspace that holds.
        let from = failed.unwrap_or(0);
        for act in &script()[from..] {
            match act(&ws) {
                Ok(()) | Err(Error::Refused(_)) => {}
                Err(error) => panic!("write {n}: {error}"),
            }
        }
        assert_eq!(ws.check().expect("checked").problems, Vec::<String>::new());
        assert_eq!(ws.records().contacts.len(), 14);
    }
    assert_eq!(digests.len(), script().len() + 1);
}

fn places(bytes: &[u8], what: &str) -> Vec<usize> {
    let what = what.as_bytes();
    let starts = bytes.iter().enumerate().filter(|(_, b)| **b == what[0]).map(|(at, _)| at);
    starts.filter(|at| bytes[*at..].starts_with(what)).collect()
}

#[test]
fn a_flipped_byte_is_noticed_and_what_is_derived_is_made_again() {
    let (disk, digests) = whole();
    let mut all = Vec::new();
    disk.alter(|bytes| all = places(bytes, DEAL));
    let (mut noticed, mut mended) = (0, 0);
    for at in all {
        let disk = disk.copy();
        disk.alter(|bytes| bytes[at + 2] ^= 0x20);
        match reopened(&disk) {
            Ok(ws) => {
                // An old page that nothing points to any more.
                assert_eq!(ws.check().expect("checked").problems, Vec::<String>::new());
                assert_eq!(digest(&ws), *digests.last().expect("a digest"));
            }
            Err(error) => {
                assert!(matches!(error, Error::Damaged(_)), "{error}");
                noticed += 1;
                // From the log, or not at all where that is damaged too.
                match Workspace::make_anew(disk.storage(), Storage::Memory, environment(&FixedClock::at(noon()), 77)) {
                    Ok(ws) => {
                        assert_eq!(ws.records().opportunities[&deal(&ws)].name, DEAL);
                        assert_eq!(digest(&ws), *digests.last().expect("a digest"));
                        mended += 1;
                    }
                    Err(error) => assert!(matches!(error, Error::Damaged(_)), "{error}"),
                }
            }
        }
    }
    assert!(noticed >= 2 && mended >= 1, "{noticed} noticed, {mended} mended");
}

#[test]
fn a_damaged_file_is_made_anew_when_it_is_opened_and_put_aside() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path().join("one");
    let ws = in_folder(&folder).expect("founded");
    for n in 0..30 {
        let id = ws.new_id(Kind::Opportunity);
        ws.execute(Command::Create { id, fields: own(&[("name", format!("{DEAL} {n}").into())]) }).expect("created");
    }
    let on = *ws.records().opportunities.keys().next().expect("one");
    let (file, _) = ws.attach(on, "offer.txt", b"ten lorries").expect("attached");
    ws.set_setting("theme", b"dark").expect("set");
    let (before, histories) = (digest(&ws), ws.history(on).expect("a history"));
    drop(ws);
    let path = folder.join("workspace.satchel");
    let whole = fs::read(&path).expect("read");
    let open = || Workspace::open(Storage::Folder(folder.clone()), environment(&FixedClock::at(noon()), 78));
    let mut mended = 0;
    for at in places(&whole, DEAL) {
        let mut bytes = whole.clone();
        bytes[at + 2] ^= 0x20;
        fs::write(&path, &bytes).expect("written");
        let Ok(ws) = open() else {
            assert_eq!(fs::read(&path).expect("read"), bytes, "refused, and left as it is");
            continue;
        };
        assert_eq!((digest(&ws), ws.history(on).expect("a history")), (before, histories.clone()));
        assert_eq!(ws.setting("theme").as_deref(), Some(&b"dark"[..]));
        let hash = ws.records().attachment(file).expect("attached").1.hash;
        assert_eq!(ws.file(hash).expect("its bytes"), b"ten lorries");
        let told = ws.check().expect("checked").problems;
        drop(ws);
        let beside: Vec<_> = fs::read_dir(&folder).expect("read").map(|e| e.expect("an entry").path()).collect();
        let aside =
            beside.iter().find(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("aside")));
        let Some(aside) = aside else {
            assert_eq!(told, Vec::<String>::new(), "an old page that nothing points to any more");
            continue;
        };
        assert!(matches!(told.as_slice(), [told] if told.contains("is made anew from its log")), "{told:?}");
        assert_eq!(fs::read(aside.join("workspace.satchel")).expect("read"), bytes);
        assert!(!beside.iter().any(|path| path.ends_with("made anew")), "{beside:?}");
        assert_eq!(open().expect("opened").check().expect("checked").problems, Vec::<String>::new());
        fs::remove_dir_all(aside).expect("removed");
        mended += 1;
    }
    assert!(mended >= 3, "{mended} made anew");
    // A setting whose name is damaged is told to be lost, not kept under another one.
    let mut lost = 0;
    for at in places(&whole, "theme") {
        let mut bytes = whole.clone();
        bytes[at + 2] ^= 1;
        fs::write(&path, &bytes).expect("written");
        let ws = open().expect("opened");
        assert_eq!((digest(&ws), ws.setting("thdme")), (before, None));
        if ws.setting("theme").is_none() {
            let told = ws.found_damaged().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            assert!(told.contains("settings of this device are damaged") && told.contains("made anew"), "{told}");
            lost += 1;
        }
    }
    assert!(lost >= 1);
}

#[test]
fn bytes_flipped_anywhere_never_panic_and_never_show_a_wrong_figure() {
    let (disk, digests) = whole();
    let mut length = 0;
    disk.alter(|bytes| length = bytes.len());
    let mut random = 2026u64;
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    for case in 0..cases {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (random >> 16) as usize % length;
        let disk = disk.copy();
        disk.alter(|bytes| bytes[at] ^= 1 << (random >> 61));
        let Ok(ws) = reopened(&disk) else { continue };
        let deals: Vec<String> = ws.records().opportunities.values().map(|o| o.name.clone()).collect();
        assert!(deals.iter().all(|name| name == DEAL), "case {case}, byte {at}: {deals:?}");
        let clean = ws.check().is_ok_and(|report| report.problems.is_empty());
        if clean && ws.status().is_ok_and(|s| s.digest != digests[digests.len() - 1]) {
            panic!("case {case}, byte {at}: what is missing was not noticed");
        }
        let _mended = ws.rebuild();
        let _outcome = ws.execute(Command::MarkWon { ids: vec![deal(&ws)] });
    }
}

fn refused(folder: &Path) -> Error {
    let opened = Workspace::open(Storage::Folder(folder.to_owned()), environment(&FixedClock::at(noon()), 5));
    opened.err().expect("refused")
}

fn line(error: &Error) -> String {
    let line = error.to_string();
    assert!(!line.contains('\n'), "{line}");
    line
}

fn in_folder(folder: &Path) -> Result<Workspace> {
    Workspace::found(Storage::Folder(folder.to_owned()), environment(&FixedClock::at(noon()), 5), founding())
}

#[test]
fn a_folder_that_cannot_be_used_says_why() {
    let temp = tempfile::tempdir().expect("a folder");
    let missing = temp.path().join("missing");
    assert!(matches!(refused(&missing), Error::NoWorkspace(_)));
    assert!(line(&refused(&missing)).contains("satchel init"));
    assert!(!missing.exists(), "looking made nothing");

    let folder = temp.path().join("one");
    let ws = in_folder(&folder).expect("founded");
    assert!(matches!(refused(&folder), Error::InUse(_)));
    assert!(line(&refused(&folder)).contains("in use by another Satchel"));
    drop(ws);
    assert!(matches!(in_folder(&folder).err().expect("refused"), Error::WorkspaceExists(_)));

    let file = folder.join("workspace.satchel");
    let whole = fs::read(&file).expect("read");
    for (what, bytes) in [
        ("text", b"This is a letter, not a workspace. ".repeat(300)),
        ("nothing", Vec::new()),
        ("a beginning", whole[..whole.len() / 3].to_vec()),
        ("a short beginning", whole[..100].to_vec()),
    ] {
        fs::write(&file, &bytes).expect("written");
        let error = refused(&folder);
        assert!(matches!(error, Error::Damaged(_)), "{what}: {error:?}");
        line(&error);
        assert_eq!(fs::read(&file).expect("read"), bytes, "{what}: left as it is");
    }
    fs::write(&file, &whole).expect("written");

    let ann = Desk::ann();
    drop(ann);
    {
        let db = redb::Database::open(&file).expect("opened");
        let write = db.begin_write().expect("begun");
        let value = [9u8];
        let guarded = [&blake3::hash(&value).as_bytes()[..8], &value].concat();
        let meta: redb::TableDefinition<&str, &[u8]> = redb::TableDefinition::new("meta");
        write.open_table(meta).expect("a table").insert("format", guarded.as_slice()).expect("written");
        write.commit().expect("committed");
    }
    let error = refused(&folder);
    assert!(matches!(error, Error::NewerVersion { found: 9, .. }), "{error:?}");
    assert!(line(&error).contains("update Satchel"));
}

#[test]
fn a_read_only_folder_is_refused_and_left_as_it_is() {
    let temp = tempfile::tempdir().expect("a folder");
    let folder = temp.path().join("one");
    drop(in_folder(&folder).expect("founded"));
    let before = fs::read(folder.join("workspace.satchel")).expect("read");
    let set = |read_only: bool| {
        let mut permissions = fs::metadata(&folder).expect("a folder").permissions();
        permissions.set_readonly(read_only);
        fs::set_permissions(&folder, permissions).expect("set");
    };
    set(true);
    let error = refused(&folder);
    assert!(matches!(error, Error::NotWritable { .. }), "{error:?}");
    assert!(line(&error).contains("cannot be written"));
    let other = folder.join("inside");
    let error = in_folder(&other).err();
    set(false);
    // Who may write everywhere, such as root, is only refused what is marked.
    if let Some(error) = error {
        assert!(matches!(error, Error::NotWritable { .. }), "{error:?}");
        assert!(!other.exists());
    } else {
        println!("skipped: this account may write into read-only folders");
    }
    assert_eq!(fs::read(folder.join("workspace.satchel")).expect("read"), before);
}
